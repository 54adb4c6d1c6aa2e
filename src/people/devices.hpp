// Browsers that somebody has signed in from before.
//
// Who signs in with a password gets a cookie for that login, signed with the vault's key. Attempts that bring it are throttled by
// the cookie alone: whoever guesses at the login, or at many, from the same network does not make its owner wait, and a cookie
// that was stolen opens nothing and may guess no more often than a network may.
#pragma once
#include <string>
#include <string_view>

#include "people/sealed.hpp"

namespace tongxin::people {

// Of the cookie for a login, so that one browser keeps those of several.
std::string device_cookie_name(RealmId realm, const Vault& vault, std::string_view login);
// What the cookie holds. `device`: its id, "" for a new one.
std::string make_device_cookie(RealmId realm, const Vault& vault, std::string_view login, std::string device);
// The id in a cookie that was made here for this login; "" when it was not.
std::string device_in(RealmId realm, const Vault& vault, std::string_view login, std::string_view cookie);

}  // namespace tongxin::people
