// The street of the stories, in a store of its own, with what the clients of this program need: accounts, a shop with goods and
// a member with points, an accountant with money in the bank.
#pragma once
#include <string>

#include "base/id.hpp"
#include "store/store.hpp"

namespace tongxin::torture {

inline constexpr const char* kPassword = "correct horse 电池";

struct World {
  RealmId realm;
  std::string taoyuan;       // the community's id
  std::string buildings[4];  // codes B0101 B0102 B0201 B0301, as ids
  std::string bank, cash;    // accounts of the community's books
  std::string soap, member;  // of the points supermarket
  std::int64_t money = 0;    // fen in the bank when it all begins
  std::int64_t points = 0;   // of the member; a piece of soap costs one
};

// Makes everything in an empty store. Whoever holds a post has an account with the name as login (three letters at least:
// "he_x") and kPassword; `key_file` is made.
World settle(const std::string& url, const std::string& key_file);

}  // namespace tongxin::torture
