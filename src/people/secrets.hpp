// What a browser or a program holds: "<realm>.<43 letters>", and what the store keeps of it. Inside people/.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/id.hpp"

namespace tongxin::people {

struct Secret {
  RealmId realm;
  std::string text;  // the whole, as it is handed out
  Bytes hash() const;
  std::string csrf() const;  // cannot be told from the hash
};
Secret make_secret(RealmId realm);
std::optional<Secret> read_secret(std::string_view text);

}  // namespace tongxin::people
