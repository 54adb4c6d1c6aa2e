#include "oidc/jws.hpp"

#include <cjose/cjose.h>

#include <algorithm>
#include <stdexcept>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace tongxin::oidc {
namespace {

namespace json = boost::json;

struct JwsEnd {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

// The kind of key that an algorithm needs: nothing of what a token says decides about that.
bool suits(const std::string& algorithm, const std::string& type, const std::string& curve) {
  if (algorithm == "RS256" || algorithm == "PS256") return type == "RSA";
  if (algorithm == "ES256") return type == "EC" && curve == "P-256";
  return false;
}

std::optional<json::object> header_of(const std::string& token) {
  const auto decoded = from_base64url(token.substr(0, token.find('.')));
  boost::system::error_code error;
  const json::value header = decoded ? json::parse(*decoded, error) : json::value();
  if (!decoded || error || !header.is_object()) return std::nullopt;
  return header.as_object();
}

}  // namespace

KeySet::KeySet(std::string_view text) {
  const json::value set = json::parse(text);
  for (const json::value& each : set.at("keys").as_array()) {
    const json::object& jwk = each.as_object();
    const std::string type = text_of(jwk, "kty"), use = text_of(jwk, "use");
    if ((type != "RSA" && type != "EC") || (!use.empty() && use != "sig") || jwk.contains("d")) continue;
    const std::string one = json::serialize(jwk);
    cjose_err error{};
    if (cjose_jwk_t* made = cjose_jwk_import(one.data(), one.size(), &error))
      keys_.push_back(
          {text_of(jwk, "kid"), type, text_of(jwk, "crv"), text_of(jwk, "alg"),
           std::shared_ptr<void>(made, [](void* key) { cjose_jwk_release(static_cast<cjose_jwk_t*>(key)); })});
  }
}

bool KeySet::fits(const Key& key, const std::string& id, const std::string& algorithm) const {
  return (id.empty() || key.id == id) && (key.algorithm.empty() || key.algorithm == algorithm) &&
         suits(algorithm, key.type, key.curve);
}

KeySet::Verdict KeySet::verify(const std::string& token, const std::vector<std::string>& algorithms,
                               std::string& payload, std::string& why) const {
  const auto header = header_of(token);
  if (!header) {
    why = "not a token";
    return Verdict::bad;
  }
  const std::string algorithm = text_of(*header, "alg"), id = text_of(*header, "kid");
  if (std::find(algorithms.begin(), algorithms.end(), algorithm) == algorithms.end() || header->contains("crit")) {
    why = "algorithm '" + algorithm + "' is not allowed";
    return Verdict::bad;
  }
  bool any = false;
  for (const Key& key : keys_) {
    if (!fits(key, id, algorithm)) continue;
    any = true;
    cjose_err error{};
    const std::unique_ptr<cjose_jws_t, JwsEnd> jws(cjose_jws_import(token.data(), token.size(), &error));
    if (!jws) break;
    if (!cjose_jws_verify(jws.get(), static_cast<cjose_jwk_t*>(key.jwk.get()), &error)) continue;
    std::uint8_t* text = nullptr;
    std::size_t size = 0;
    if (!cjose_jws_get_plaintext(jws.get(), &text, &size, &error)) break;
    payload.assign(reinterpret_cast<const char*>(text), size);
    return Verdict::good;
  }
  why = any ? "the signature is wrong" : "no key '" + id + "' for " + algorithm;
  return any ? Verdict::bad : Verdict::unknown_key;
}

}  // namespace tongxin::oidc
