// Signatures of JSON (RFC 7515) with key sets (RFC 7517), through libcjose.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace tongxin::oidc {

// The public signing keys of a provider.
class KeySet {
 public:
  KeySet() = default;
  // The text of a JWK Set. Keys of kinds that are not known are left out; throws std::runtime_error when it is no set.
  explicit KeySet(std::string_view json);

  enum class Verdict { good, bad, unknown_key };
  // Compact serialisation; the payload is in `payload` when it is good. `algorithms`: those that may be used (RS256, PS256,
  // ES256); `why` is for the log.
  Verdict verify(const std::string& token, const std::vector<std::string>& algorithms, std::string& payload,
                 std::string& why) const;

 private:
  struct Key {
    std::string id, type, curve, algorithm;
    std::shared_ptr<void> jwk;  // cjose_jwk_t
  };
  bool fits(const Key& key, const std::string& id, const std::string& algorithm) const;
  std::vector<Key> keys_;
};

}  // namespace tongxin::oidc
