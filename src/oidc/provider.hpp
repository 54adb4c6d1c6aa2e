// OpenID Connect, the side of the one who relies on it: code flow with PKCE (RFC 7636), discovery, keys that change, sign-out.
//
//   Provider provider(settings, clock);
//   const Begun begun = provider.begin(callback_url);          // send the browser to begun.url, keep the rest sealed with it
//   const Claims claims = provider.finish(callback_url, begun.kept, code);   // when it comes back
//
// Checked of an ID token: the signature, with an algorithm of `Settings::algorithms` and a key of the provider's own set;
// iss exactly, aud (and azp when there are several), exp, iat, nonce, sub. The algorithm comes from our list and must fit the
// kind of key: a token cannot choose "none" or an HMAC over a public key. A key that is not known makes the set be read
// again, at most once a minute, so that a provider may change its keys at any time.
//
// Blocks (HTTP): never on a loop thread, never inside a transaction. Thread-safe. Faults: unavailable (the provider cannot be
// reached or answers nonsense), unauthorized (the code, or the token, will not do; the log says why).
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/time.hpp"
#include "fetch/fetch.hpp"

namespace tongxin::oidc {

struct Settings {
  std::string issuer;  // exactly as the provider says it; https, or http on the loopback
  std::string client_id, client_secret;
  std::string scopes = "openid profile";
  std::vector<std::string> algorithms{"RS256", "ES256"};
  std::string authority;  // PEM file, for a provider whose certificate the system does not know
  milliseconds skew{60'000};
};

// What must come back unchanged with the browser; nobody else may read or write it.
struct Kept {
  std::string state, nonce, verifier;
};
struct Begun {
  std::string url;
  Kept kept;
};
struct Claims {
  std::string subject;
  boost::json::object all;  // of the ID token, and of the userinfo endpoint where the ID token has less
  std::string id_token;     // the hint for signing out
};

class Provider {
 public:
  Provider(Settings settings, const Clock& clock);
  ~Provider();
  Provider(const Provider&) = delete;

  Begun begin(const std::string& callback);
  Claims finish(const std::string& callback, const Kept& kept, const std::string& code);
  // Where the browser goes to end its session at the provider; none when the provider has no such place.
  std::optional<std::string> sign_out(const std::string& id_token, const std::string& back_to);

 private:
  struct Found;
  std::shared_ptr<const Found> found(bool keys_again = false);
  boost::json::object verified(const std::string& id_token, const std::string& nonce);

  const Settings settings_;
  const Clock& clock_;
  std::mutex mutex_;
  std::shared_ptr<const Found> found_;
};

}  // namespace tongxin::oidc
