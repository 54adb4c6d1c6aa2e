#include "oidc/provider.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "oidc/jws.hpp"

namespace tongxin::oidc {
namespace {

namespace json = boost::json;

constexpr auto kFoundLives = std::chrono::hours{1}, kOldestToken = std::chrono::hours{1};
constexpr auto kKeysAgain = std::chrono::minutes{1};

[[noreturn]] void away(std::string why) {
  throw Fault(Code::unavailable, words("统一身份认证暂时不能使用，请稍后再试或用账号登录",
                                       "the identity provider is not available: try later, or use your account"))
      .log("oidc: " + std::move(why));
}
[[noreturn]] void wrong(std::string why) {
  throw Fault(Code::unauthorized,
              words("统一身份认证没有通过，请重新登录", "that sign-in will not do: please try again"))
      .log("oidc: " + std::move(why));
}

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}
std::optional<std::int64_t> seconds_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const double number = value->to_number<double>(error);
  return error || number < 0 || number > 1e11 ? std::nullopt : std::optional(std::int64_t(number));
}

std::optional<json::object> object_of(const std::string& body) {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

json::object get_object(const Settings& settings, const std::string& url, fetch::Headers headers = {}) {
  // The administrator named the provider by hand, and it names its own addresses: an inner one is as good.
  const auto reply = fetch::send(
      {.url = url, .headers = std::move(headers), .reach = {.anywhere = true}, .authority = settings.authority});
  if (!reply.ok()) away(fmt::format("{}: {}", url, reply.why.en));
  auto object = object_of(reply.body);
  if (!object) away(url + " answers no JSON object");
  return std::move(*object);
}

bool is_safe(std::string_view url) {
  for (const char* host : {"http://127.0.0.1", "http://localhost", "http://[::1]"})
    if (url.starts_with(host)) {
      const std::string_view rest = url.substr(std::string_view(host).size());
      return rest.empty() || rest.front() == ':' || rest.front() == '/';
    }
  return url.starts_with("https://");
}

bool is_for(const json::object& claims, const std::string& client) {
  const json::value* audience = claims.if_contains("aud");
  if (audience == nullptr) return false;
  if (audience->is_string()) return audience->as_string() == client;
  if (!audience->is_array()) return false;
  const json::array& all = audience->as_array();
  const bool in =
      std::any_of(all.begin(), all.end(), [&](const json::value& each) { return each == json::value(client); });
  return in && (all.size() == 1 || text_of(claims, "azp") == client);
}

}  // namespace

struct Provider::Found {
  std::string authorization, token, userinfo, end_session;
  std::string keys_url;
  bool posts_secret = false;
  KeySet keys;
  Time read_at{}, keys_at{};
};

Provider::Provider(Settings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}
Provider::~Provider() = default;

std::shared_ptr<const Provider::Found> Provider::found(bool keys_again) {
  const std::lock_guard lock(mutex_);  // one reads, the others wait for what it finds
  const Time now = clock_.now();
  if (found_ && now - found_->read_at < kFoundLives && !(keys_again && now - found_->keys_at >= kKeysAgain))
    return found_;
  auto fresh = std::make_shared<Found>();
  std::string base = settings_.issuer;
  while (base.ends_with('/')) base.pop_back();
  const json::object said = get_object(settings_, base + "/.well-known/openid-configuration");
  if (text_of(said, "issuer") != settings_.issuer) away("the provider calls itself '" + text_of(said, "issuer") + "'");
  fresh->authorization = text_of(said, "authorization_endpoint");
  fresh->token = text_of(said, "token_endpoint");
  fresh->userinfo = text_of(said, "userinfo_endpoint");
  fresh->end_session = text_of(said, "end_session_endpoint");
  fresh->keys_url = text_of(said, "jwks_uri");
  for (const std::string& url : {settings_.issuer, fresh->authorization, fresh->token, fresh->keys_url})
    if (!is_safe(url)) away("'" + url + "' is not https");
  if (const json::value* ways = said.if_contains("token_endpoint_auth_methods_supported"); ways && ways->is_array()) {
    const auto& all = ways->as_array();
    const auto has = [&](const char* way) { return std::find(all.begin(), all.end(), json::value(way)) != all.end(); };
    fresh->posts_secret = !has("client_secret_basic") && has("client_secret_post");
  }
  try {
    fresh->keys = KeySet(json::serialize(get_object(settings_, fresh->keys_url)));
  } catch (const Fault&) {
    throw;
  } catch (const std::exception& error) {
    away(std::string("the key set cannot be read: ") + error.what());
  }
  fresh->read_at = fresh->keys_at = now;
  found_ = fresh;
  return found_;
}

Begun Provider::begin(const std::string& callback) {
  const auto provider = found();
  Begun begun{{}, {random_token(), random_token(), random_token()}};
  const Digest challenge = sha256(begun.kept.verifier);
  begun.url = provider->authorization + (provider->authorization.find('?') == std::string::npos ? "?" : "&") +
              fetch::form_encoded({{"response_type", "code"},
                                   {"client_id", settings_.client_id},
                                   {"redirect_uri", callback},
                                   {"scope", settings_.scopes},
                                   {"state", begun.kept.state},
                                   {"nonce", begun.kept.nonce},
                                   {"code_challenge", base64url(as_text(challenge))},
                                   {"code_challenge_method", "S256"}});
  return begun;
}

json::object Provider::verified(const std::string& id_token, const std::string& nonce) {
  std::string payload, why;
  auto verdict = found()->keys.verify(id_token, settings_.algorithms, payload, why);
  if (verdict == KeySet::Verdict::unknown_key)
    verdict = found(true)->keys.verify(id_token, settings_.algorithms, payload, why);
  if (verdict != KeySet::Verdict::good) wrong(why);
  auto claims = object_of(payload);
  if (!claims) wrong("the token holds no object");
  const std::int64_t now = to_millis(clock_.now()) / 1000, skew = settings_.skew.count() / 1000;
  const auto expires = seconds_of(*claims, "exp"), issued = seconds_of(*claims, "iat");
  if (text_of(*claims, "iss") != settings_.issuer) wrong("iss is another");
  if (!is_for(*claims, settings_.client_id)) wrong("aud is another");
  if (!expires || *expires + skew <= now) wrong("exp is over or missing");
  if (!issued || *issued > now + skew || *issued + std::chrono::seconds{kOldestToken}.count() < now)
    wrong("iat is in the future, old or missing");
  if (!equal_in_constant_time(text_of(*claims, "nonce"), nonce)) wrong("nonce is another");
  if (text_of(*claims, "sub").empty() || text_of(*claims, "sub").size() > 255) wrong("no sub");
  return std::move(*claims);
}

Claims Provider::finish(const std::string& callback, const Kept& kept, const std::string& code) {
  const auto provider = found();
  fetch::Headers fields{{"grant_type", "authorization_code"},
                        {"code", code},
                        {"redirect_uri", callback},
                        {"code_verifier", kept.verifier}};
  fetch::Ask ask{
      .method = "POST", .url = provider->token, .reach = {.anywhere = true}, .authority = settings_.authority};
  ask.headers = {{"content-type", "application/x-www-form-urlencoded"}, {"accept", "application/json"}};
  if (settings_.client_secret.empty() || provider->posts_secret) {
    fields.emplace_back("client_id", settings_.client_id);
    if (!settings_.client_secret.empty()) fields.emplace_back("client_secret", settings_.client_secret);
  } else {
    ask.headers.emplace_back("authorization", "Basic " + base64(percent_encode(settings_.client_id) + ":" +
                                                                percent_encode(settings_.client_secret)));
  }
  ask.body = fetch::form_encoded(fields);
  const auto reply = fetch::send(ask);
  const auto answer = object_of(reply.body);
  if (reply.status >= 400 && reply.status < 500)
    wrong("the token endpoint says " + (answer ? text_of(*answer, "error") : reply.why.en));
  if (!reply.ok() || !answer) away("the token endpoint: " + reply.why.en);
  Claims claims;
  claims.id_token = text_of(*answer, "id_token");
  claims.all = verified(claims.id_token, kept.nonce);
  claims.subject = text_of(claims.all, "sub");
  const std::string access = text_of(*answer, "access_token");
  if (!provider->userinfo.empty() && !access.empty()) {
    const json::object more = get_object(settings_, provider->userinfo, {{"authorization", "Bearer " + access}});
    if (text_of(more, "sub") != claims.subject) wrong("userinfo speaks of somebody else");
    for (const auto& [name, value] : more)
      if (!claims.all.contains(name)) claims.all[name] = value;
  }
  return claims;
}

std::optional<std::string> Provider::sign_out(const std::string& id_token, const std::string& back_to) {
  const std::string place = found()->end_session;
  if (place.empty()) return std::nullopt;
  return place + (place.find('?') == std::string::npos ? "?" : "&") +
         fetch::form_encoded(
             {{"id_token_hint", id_token}, {"client_id", settings_.client_id}, {"post_logout_redirect_uri", back_to}});
}

}  // namespace tongxin::oidc
