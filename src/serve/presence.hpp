// Who has which record open at this moment: a hint between colleagues, nothing is decided by it. It stands in the store, so that
// it holds whichever node a colleague's page asks; a page says it every few seconds and is written down every second or third time.
#pragma once
#include <optional>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::serve {

struct Present {
  PersonId person;
  bool acting = false;
  Time until{};  // forgotten then, unless said again
};

inline constexpr std::chrono::seconds kPresenceLasts{30};

// In the order of their coming, twenty at most.
std::vector<Present> present_at(store::Tx& tx, RealmId realm, RecordId record, Time now);
// What stands there of the person is not so, or not for much longer.
bool is_presence_stale(const std::vector<Present>& present, PersonId person, bool acting, Time now);
void say_present(store::Tx& tx, RealmId realm, RecordId record, PersonId person, bool acting, Time now);
void leave_record(store::Tx& tx, RealmId realm, RecordId record, PersonId person);
void forget_presence(store::Tx& tx, RealmId realm, Time now);  // what has ended

}  // namespace tongxin::serve
