// Whose day of deletion has come and who holds no post: those whom erase_due is going to erase. For those parts of the house
// that hold more of them, in the same transaction.
#pragma once
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::people {

std::vector<PersonId> due_persons(store::Tx& tx, RealmId realm, Day day);

}  // namespace tongxin::people
