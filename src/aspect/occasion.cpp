#include "aspect/occasion.hpp"

#include "aspect/leaving.hpp"
#include "base/text.hpp"

namespace tongxin::aspect {
namespace {

using store::Sql;

constexpr store::Migration kMigrations[] = {
    {450, "occasions", R"(
-- realm table: when something shall be done for a record; never deleted, see occasion_change
CREATE TABLE occasion (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, record_id BIGINT NOT NULL, plan TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
  planned_at BIGINT NOT NULL, person_id BIGINT NOT NULL, state INTEGER NOT NULL, kept_at BIGINT, kept_by BIGINT NOT NULL, begun INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE UNIQUE INDEX occasion_planned ON occasion (realm_id, record_id, plan, planned_at);
CREATE INDEX occasion_record ON occasion (realm_id, record_id, starts_at, id);
CREATE INDEX occasion_person ON occasion (realm_id, person_id, starts_at, id) WHERE person_id <> 0;
CREATE INDEX occasion_open ON occasion (realm_id, record_id, plan, ends_at) WHERE state = 0;
)"},
    {451, "occasion_changes", R"(
-- realm table: what became of an occasion, append-only
CREATE TABLE occasion_change (
  realm_id BIGINT NOT NULL, occasion_id BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, actor BIGINT NOT NULL, what TEXT NOT NULL,
  starts_before BIGINT NOT NULL, starts_after BIGINT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (realm_id, occasion_id, id)
) WITHOUT ROWID;
)"},
};

#define OCCASION_COLUMNS \
  "id, record_id, plan, starts_at, ends_at, planned_at, person_id, state, kept_at, kept_by, begun, version"
constexpr Sql kAdd{"occasion_add", "INSERT INTO occasion (realm_id, " OCCASION_COLUMNS
                                   ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) ON CONFLICT DO NOTHING"};
constexpr Sql kOne{"occasion_one", "SELECT " OCCASION_COLUMNS " FROM occasion WHERE realm_id=$1 AND id=$2"};
constexpr Sql kOfRecord{"occasion_of_record", "SELECT " OCCASION_COLUMNS
                                              " FROM occasion WHERE realm_id=$1 AND record_id=$2 AND starts_at >= $3 "
                                              "AND starts_at < $4 ORDER BY starts_at, id LIMIT $5"};
constexpr Sql kOfPerson{"occasion_of_person",
                        "SELECT " OCCASION_COLUMNS
                        " FROM occasion WHERE realm_id=$1 AND person_id=$2 AND person_id <> 0 AND starts_at >= $3 AND "
                        "starts_at < $4 ORDER BY starts_at, id LIMIT $5"};
constexpr Sql kMove{"occasion_move",
                    "UPDATE occasion SET starts_at=$3, ends_at=$4, begun=0, version=version+1 WHERE realm_id=$1 AND "
                    "id=$2 AND state=0 AND version=$5"};
constexpr Sql kSetState{"occasion_state",
                        "UPDATE occasion SET state=$3, kept_at=$4, kept_by=$5, version=version+1 WHERE realm_id=$1 AND "
                        "id=$2 AND state=$6"};
constexpr Sql kBegun{"occasion_begun", "UPDATE occasion SET begun=1 WHERE realm_id=$1 AND id=$2"};
constexpr Sql kAhead{"occasion_ahead", "SELECT " OCCASION_COLUMNS
                                       " FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND state=$4 AND "
                                       "starts_at > $5 ORDER BY starts_at LIMIT 2000"};
constexpr Sql kAt{"occasion_at", "SELECT " OCCASION_COLUMNS
                                 " FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND state IN (0,2) AND "
                                 "starts_at <= $4 AND ends_at >= $5 ORDER BY starts_at, id LIMIT 1"};
constexpr Sql kBeginning{"occasion_beginning", "SELECT " OCCASION_COLUMNS
                                               " FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND "
                                               "state=0 AND begun=0 AND starts_at <= $4 ORDER BY starts_at LIMIT 500"};
constexpr Sql kUnkept{"occasion_unkept", "SELECT " OCCASION_COLUMNS
                                         " FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND state=0 "
                                         "AND ends_at <= $4 ORDER BY ends_at LIMIT 500"};
constexpr Sql kNextBeginning{"occasion_next_beginning",
                             "SELECT min(starts_at) FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND "
                             "state=0 AND begun=0"};
constexpr Sql kNextEnd{"occasion_next_end",
                       "SELECT min(ends_at) FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND state=0"};
constexpr Sql kSums{"occasion_sums",
                    "SELECT state, count(*) FROM occasion WHERE realm_id=$1 AND record_id=$2 AND plan=$3 AND starts_at "
                    ">= $4 AND starts_at < $5 GROUP BY state"};
constexpr Sql kAddChange{
    "occasion_add_change",
    "INSERT INTO occasion_change (realm_id, occasion_id, id, at, actor, what, starts_before, starts_after, reason) "
    "VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)"};
constexpr Sql kHistory{"occasion_history",
                       "SELECT id, at, actor, what, starts_before, starts_after, reason FROM occasion_change WHERE "
                       "realm_id=$1 AND occasion_id=$2 ORDER BY id LIMIT 500"};
constexpr Sql kForget{"occasion_forget",
                      "UPDATE occasion SET person_id=0, kept_by=0 WHERE realm_id=$1 AND record_id=$2"};
constexpr Sql kForgetReasons{"occasion_forget_reasons",
                             "UPDATE occasion_change SET actor=0, reason='' WHERE realm_id=$1 AND occasion_id IN "
                             "(SELECT id FROM occasion WHERE realm_id=$1 AND record_id=$2)"};
constexpr Sql kForgetDuties{"occasion_forget_duties",
                            "UPDATE occasion SET person_id=0 WHERE realm_id=$1 AND person_id=$2 AND person_id <> 0"};
constexpr Sql kForgetKeeper{"occasion_forget_keeper",
                            "UPDATE occasion SET kept_by=0 WHERE realm_id=$1 AND id=$2 AND kept_by=$3"};
constexpr Sql kForgetKeeping{"occasion_forget_keeping",
                             "UPDATE occasion_change SET actor=0 WHERE realm_id=$1 AND occasion_id=$2 AND actor=$3"};
constexpr Sql kStatements[] = {kAdd,           kOne,          kOfRecord,     kOfPerson,  kMove,   kSetState,
                               kBegun,         kAhead,        kAt,           kBeginning, kUnkept, kSums,
                               kNextBeginning, kNextEnd,      kAddChange,    kHistory,   kForget, kForgetReasons,
                               kForgetDuties,  kForgetKeeper, kForgetKeeping};

void write_down(store::Tx& tx, const By& by, const Occasion& before, const char* what, Time starts,
                const std::string& reason = {}) {
  tx.run(kAddChange, by.realm, before.id, by.ids.next(), by.at, by.actor, what, before.starts, starts, reason);
}

bool set_state(store::Tx& tx, const By& by, const Occasion& occasion, OccasionState state, std::optional<Time> kept_at,
               PersonId kept_by) {
  return tx.run(kSetState, by.realm, occasion.id, state, kept_at, kept_by, occasion.state) == 1;
}

void need_reason(const std::string& reason) {
  if (trim(reason).empty())
    throw Fault(Code::invalid, words("请写明原因", "please say why"),
                {{"/reason", "required", words("请写明原因", "please say why")}});
}

Fault no_longer_planned() {
  return Fault(Code::not_now, words("这一次已经完成、取消或错过，不能再调整",
                                    "this one was kept, cancelled or missed; it cannot be changed"));
}

int change_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan, OccasionState from,
                 OccasionState to, const char* what, const std::string& reason) {
  int changed = 0;
  for (const Occasion& each : tx.all<Occasion>(kAhead, by.realm, record, plan, from, by.at))
    if (set_state(tx, by, each, to, std::nullopt, {})) {
      write_down(tx, by, each, what, each.starts, reason);
      ++changed;
    }
  return changed;
}

}  // namespace

bool add_occasion(store::Tx& tx, const By& by, const Occasion& o) {
  if (tx.run(kAdd, by.realm, o.id, o.record, o.plan, o.starts, o.ends, o.planned, o.person, o.state, o.kept_at,
             o.kept_by, o.begun, o.version) == 0)
    return false;
  write_down(tx, by, o, "made", o.starts);
  return true;
}

std::optional<Occasion> find_occasion(store::Tx& tx, RealmId realm, OccasionId id) {
  return tx.one<Occasion>(kOne, realm, id);
}
Occasion need_occasion(store::Tx& tx, RealmId realm, OccasionId id) {
  auto found = find_occasion(tx, realm, id);
  if (!found) throw Fault(Code::not_found, words("没有这一次安排", "there is no such occasion"));
  return std::move(*found);
}
std::vector<Occasion> occasions_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until, int most) {
  return tx.all<Occasion>(kOfRecord, realm, record, from, until, most);
}
std::vector<Occasion> occasions_for(store::Tx& tx, RealmId realm, PersonId person, Time from, Time until, int most) {
  return tx.all<Occasion>(kOfPerson, realm, person, from, until, most);
}
void forget_people(store::Tx& tx, RealmId realm, RecordId record) {
  tx.run(kForget, realm, record);
  tx.run(kForgetReasons, realm, record);
}
void forget_duties_of(store::Tx& tx, RealmId realm, PersonId person) { tx.run(kForgetDuties, realm, person); }
void forget_keeper(store::Tx& tx, RealmId realm, OccasionId occasion, PersonId person) {
  tx.run(kForgetKeeper, realm, occasion, person);
  tx.run(kForgetKeeping, realm, occasion, person);
}
std::vector<OccasionChange> occasion_history(store::Tx& tx, RealmId realm, OccasionId id) {
  return tx.all<OccasionChange>(kHistory, realm, id);
}

Occasion move_occasion(store::Tx& tx, const By& by, OccasionId id, Time starts, Time ends, const std::string& reason) {
  need_reason(reason);
  Occasion occasion = need_occasion(tx, by.realm, id);
  if (occasion.state != OccasionState::planned) throw no_longer_planned();
  if (ends <= starts || starts <= by.at)
    throw Fault(Code::invalid, words("改期的时间不对", "the new time is wrong"),
                {{"/starts", "range", words("应在现在之后，并早于结束", "it must lie ahead, and before its end")}});
  if (tx.run(kMove, by.realm, id, starts, ends, occasion.version) == 0) throw no_longer_planned();
  write_down(tx, by, occasion, "moved", starts, reason);
  occasion.starts = starts;
  occasion.ends = ends;
  ++occasion.version;
  return occasion;
}

Occasion cancel_occasion(store::Tx& tx, const By& by, OccasionId id, const std::string& reason) {
  need_reason(reason);
  Occasion occasion = need_occasion(tx, by.realm, id);
  if (occasion.state != OccasionState::planned ||
      !set_state(tx, by, occasion, OccasionState::cancelled, std::nullopt, {}))
    throw no_longer_planned();
  write_down(tx, by, occasion, "cancelled", occasion.starts, reason);
  occasion.state = OccasionState::cancelled;
  return occasion;
}

bool keep_occasion(store::Tx& tx, const By& by, OccasionId id, Time kept_at) {
  const Occasion occasion = need_occasion(tx, by.realm, id);
  // What was sent late from a phone without network still counts: it was done in time.
  if (occasion.state != OccasionState::planned && occasion.state != OccasionState::missed) return false;
  if (!set_state(tx, by, occasion, OccasionState::kept, kept_at, by.actor)) return false;
  write_down(tx, by, occasion, "kept", occasion.starts);
  return true;
}

bool miss_occasion(store::Tx& tx, const By& by, OccasionId id) {
  const Occasion occasion = need_occasion(tx, by.realm, id);
  if (occasion.state != OccasionState::planned || !set_state(tx, by, occasion, OccasionState::missed, std::nullopt, {}))
    return false;
  write_down(tx, by, occasion, "missed", occasion.starts);
  return true;
}

void mark_begun(store::Tx& tx, RealmId realm, OccasionId id) { tx.run(kBegun, realm, id); }

int suspend_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan) {
  return change_ahead(tx, by, record, plan, OccasionState::planned, OccasionState::suspended, "suspended", {});
}
int resume_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan) {
  return change_ahead(tx, by, record, plan, OccasionState::suspended, OccasionState::planned, "resumed", {});
}
int cancel_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan, const std::string& reason) {
  return change_ahead(tx, by, record, plan, OccasionState::planned, OccasionState::cancelled, "cancelled", reason) +
         change_ahead(tx, by, record, plan, OccasionState::suspended, OccasionState::cancelled, "cancelled", reason);
}

std::optional<Occasion> occasion_at(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time at,
                                    milliseconds room) {
  return tx.one<Occasion>(kAt, realm, record, plan, at + room, at - room);
}

std::vector<Occasion> beginning(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time now) {
  return tx.all<Occasion>(kBeginning, realm, record, plan, now);
}
std::vector<Occasion> unkept(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time ended_before) {
  return tx.all<Occasion>(kUnkept, realm, record, plan, ended_before);
}
std::optional<Time> next_beginning(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan) {
  return tx.one<std::optional<Time>>(kNextBeginning, realm, record, plan).value_or(std::nullopt);
}
std::optional<Time> next_end(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan) {
  return tx.one<std::optional<Time>>(kNextEnd, realm, record, plan).value_or(std::nullopt);
}

OccasionSums occasion_sums(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time from,
                           Time until) {
  OccasionSums sums;
  std::int64_t* const by_state[] = {&sums.planned, &sums.kept, &sums.missed, &sums.cancelled, &sums.suspended};
  tx.each(
      kSums,
      [&](const store::Row& row) {
        if (const auto state = row.integer(0); state >= 0 && state < 5) *by_state[state] = row.integer(1);
      },
      realm, record, plan, from, until);
  return sums;
}

std::span<const store::Migration> occasion_migrations() { return kMigrations; }
std::span<const store::Sql> occasion_statements() { return kStatements; }

}  // namespace tongxin::aspect
