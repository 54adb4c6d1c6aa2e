// Taking out what was written down by mistake, as if it had never been. What anything names is refused (Fault not_now): it can
// be closed or ended, not removed. The caller looks whether records name it.
#pragma once
#include "people/doing.hpp"
#include "people/types.hpp"

namespace tongxin::people {

// Posts, organisations below, responsibilities or links name it: refused.
void remove_org(store::Tx& tx, const Doing& doing, OrgId org);
// It has or had a link: refused.
void remove_household(store::Tx& tx, const Doing& doing, HouseholdId household);
// Somebody has signed in with it, set up a second factor or made a token: refused, it can be disabled.
void remove_account(store::Tx& tx, const Doing& doing, AccountId account);
std::optional<Post> find_post(store::Tx& tx, RealmId realm, PostId post);

}  // namespace tongxin::people
