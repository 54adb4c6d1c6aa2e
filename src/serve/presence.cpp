#include "serve/presence.hpp"

#include <algorithm>

namespace tongxin::serve {
namespace {

using store::Sql;

constexpr Sql kHere{"present_at",
                    "SELECT person_id, acting, until FROM presence WHERE realm_id=$1 AND record_id=$2 AND until > $3 "
                    "ORDER BY since, person_id LIMIT 20"};
// Who comes back after a silence comes anew.
constexpr Sql kSay{
    "say_present",
    "INSERT INTO presence (realm_id, record_id, person_id, since, until, acting) VALUES ($1,$2,$3,$4,$5,$6) "
    "ON CONFLICT (realm_id, record_id, person_id) DO UPDATE SET since = CASE WHEN presence.until > "
    "excluded.since THEN presence.since ELSE excluded.since END, until = excluded.until, acting = "
    "excluded.acting"};
constexpr Sql kLeave{"leave_record", "DELETE FROM presence WHERE realm_id=$1 AND record_id=$2 AND person_id=$3"};
constexpr Sql kForget{"forget_presence", "DELETE FROM presence WHERE realm_id=$1 AND until <= $2"};

}  // namespace

std::vector<Present> present_at(store::Tx& tx, RealmId realm, RecordId record, Time now) {
  std::vector<Present> present;
  tx.each(
      kHere,
      [&](const store::Row& row) {
        present.push_back({row.get<PersonId>(0), row.get<bool>(1), row.get<Time>(2)});
      },
      realm, record, now);
  return present;
}

bool is_presence_stale(const std::vector<Present>& present, PersonId person, bool acting, Time now) {
  const auto mine =
      std::find_if(present.begin(), present.end(), [&](const Present& each) { return each.person == person; });
  return mine == present.end() || mine->acting != acting || mine->until - now < kPresenceLasts / 2;
}

void say_present(store::Tx& tx, RealmId realm, RecordId record, PersonId person, bool acting, Time now) {
  tx.run(kSay, realm, record, person, now, now + kPresenceLasts, acting);
}

void leave_record(store::Tx& tx, RealmId realm, RecordId record, PersonId person) {
  tx.run(kLeave, realm, record, person);
}

void forget_presence(store::Tx& tx, RealmId realm, Time now) { tx.run(kForget, realm, now); }

}  // namespace tongxin::serve
