#include "aspect/leaving.hpp"

#include <algorithm>

#include "aspect/checkin/forget.hpp"
#include "aspect/quota/forget.hpp"
#include "aspect/roster/forget.hpp"
#include "record/change.hpp"
#include "record/kept_files.hpp"
#include "record/sql.hpp"

namespace tongxin::aspect {
namespace {

constexpr store::Sql kOpenRecordsOf{"open_records_of_person",
                                    "SELECT DISTINCT record_id FROM record_scope WHERE realm_id=$1 AND scope=$2 AND "
                                    "open=1 ORDER BY record_id"};

constexpr store::Sql kForgetFeeds{"calendar_forget", "DELETE FROM calendar_feed WHERE realm_id=$1 AND person=$2"};

// Whoever is gone owes no patrol and is nobody's helper.
void leave_records(const Leaving& leaving) {
  const auto& [engine, tx, realm, person, now] = leaving;
  for (const RecordId id : tx.all<RecordId>(kOpenRecordsOf, realm, person)) {
    std::vector<record::Participant> mine = tx.all<record::Participant>(record::sql::kParticipants, realm, id);
    std::erase_if(mine, [&leaving](const record::Participant& each) { return each.person != leaving.person; });
    if (mine.empty()) continue;
    engine.change(tx, realm, record::Actor::clock(), id, "left", now, [&mine](record::Change& change) {
      const auto former = record::scopes_of(*change.world, change.record, change.participants());
      for (const record::Participant& each : mine) change.remove_participant(each.role, each.org, each.person);
      const auto now_in = record::scopes_of(*change.world, change.record, change.participants());
      for (const auto& [scope, list] : former)
        if (!std::binary_search(now_in.begin(), now_in.end(), std::pair(scope, list)))
          change.tx.run(record::sql::kDropScope, change.realm, scope, list, change.record.open, change.record.id);
    });
  }
}

}  // namespace

void forget_person(const Leaving& leaving) {
  leave_records(leaving);
  checkin::forget_person(leaving);
  quota::forget_person(leaving);
  roster::forget_person(leaving);
  forget_duties_of(leaving.tx, leaving.realm, leaving.person);
  record::forget_loose_files_of(leaving.tx, leaving.realm, leaving.person, leaving.now);
  leaving.tx.run(kForgetFeeds, leaving.realm, leaving.person);
  leaving.tx.run(record::sql::kForgetMessages, leaving.realm, leaving.person);
}

}  // namespace tongxin::aspect
