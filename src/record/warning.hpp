// What the owner of an account must hear of, because a thief might have done it: a new password, a second factor turned on or off,
// another phone or mail address. It stands in the app, and leaves the house by every way that is known (send/warning.hpp).
#pragma once
#include "people/doing.hpp"
#include "send/warning.hpp"

namespace tongxin::record {

enum class Warning { password, second_factor_on, second_factor_off, phone, mail, mail_removed };

// Inside the write that changes it. `before`: where the owner was reached until then, so that the old address hears of it.
void warn_owner(store::Tx& tx, const people::Vault& vault, const people::Doing& doing, PersonId owner, Warning what,
                const send::Reached& before);

}  // namespace tongxin::record
