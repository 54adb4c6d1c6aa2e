// Tables and statements of the roster. The realm is always $1.
#pragma once
#include "store/store.hpp"

namespace tongxin::aspect::roster::sql {

using store::Sql;

inline constexpr store::Migration kMigrations[] = {
    {460, "slots", R"(
-- realm table: a stretch of time for which a record needs people
CREATE TABLE slot (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, record_id BIGINT NOT NULL, occasion_id BIGINT NOT NULL, post TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
  need INTEGER NOT NULL, taken INTEGER NOT NULL, waiting INTEGER NOT NULL, state INTEGER NOT NULL, marks INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX slot_record ON slot (realm_id, record_id, starts_at, id);
CREATE INDEX slot_when ON slot (realm_id, starts_at);
CREATE INDEX slot_lacking ON slot (realm_id, starts_at, record_id) WHERE state = 0 AND taken < need;
CREATE INDEX slot_ahead ON slot (realm_id, record_id, ends_at) WHERE state = 0;
CREATE INDEX slot_occasion ON slot (realm_id, occasion_id) WHERE occasion_id <> 0;
)"},
    {461, "turns", R"(
-- realm table: somebody in a slot
CREATE TABLE turn (
  realm_id BIGINT NOT NULL, slot_id BIGINT NOT NULL, person_id BIGINT NOT NULL, state INTEGER NOT NULL, record_id BIGINT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
  since BIGINT NOT NULL, arrived_at BIGINT,
  PRIMARY KEY (realm_id, slot_id, person_id)
) WITHOUT ROWID;
CREATE INDEX turn_person ON turn (realm_id, person_id, starts_at);
CREATE INDEX turn_record ON turn (realm_id, record_id, starts_at);
)"},
    {462, "turn_events", R"(
-- realm table: who took, left, gave and missed turns, append-only
CREATE TABLE turn_event (
  realm_id BIGINT NOT NULL, slot_id BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, person_id BIGINT NOT NULL, actor BIGINT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (realm_id, slot_id, id)
) WITHOUT ROWID;
)"},
    {463, "duty_persons", R"(
-- realm table: the row that whoever gives a person a turn changes first, so that two cannot do it at once
CREATE TABLE duty_person (
  realm_id BIGINT NOT NULL, person_id BIGINT NOT NULL, version BIGINT NOT NULL,
  PRIMARY KEY (realm_id, person_id)
) WITHOUT ROWID;
)"},
    {464, "person_skills", R"(
-- realm table: what somebody says to be able to do, and who confirmed it
CREATE TABLE person_skill (
  realm_id BIGINT NOT NULL, person_id BIGINT NOT NULL, skill TEXT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, confirmed_by BIGINT NOT NULL,
  PRIMARY KEY (realm_id, person_id, skill)
) WITHOUT ROWID;
)"},
    {465, "absences", R"(
-- realm table: when somebody cannot be placed. No reason is kept.
CREATE TABLE away (
  realm_id BIGINT NOT NULL, person_id BIGINT NOT NULL, id BIGINT NOT NULL, from_at BIGINT NOT NULL, until_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, person_id, id)
) WITHOUT ROWID;
)"},
    {466, "swaps", R"(
-- realm table: a turn offered to somebody, alone or for another
CREATE TABLE turn_swap (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, slot_id BIGINT NOT NULL, person_id BIGINT NOT NULL, to_person BIGINT NOT NULL, other_slot BIGINT NOT NULL, state INTEGER NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX turn_swap_slot ON turn_swap (realm_id, slot_id);
CREATE INDEX turn_swap_to ON turn_swap (realm_id, to_person) WHERE state = 0;
CREATE INDEX turn_swap_from ON turn_swap (realm_id, person_id) WHERE state = 0;
)"},
    {467, "duties_by_person", R"(
CREATE INDEX turn_event_person ON turn_event (realm_id, person_id, slot_id);
CREATE INDEX turn_swap_asked ON turn_swap (realm_id, to_person);
CREATE INDEX turn_swap_asking ON turn_swap (realm_id, person_id);
)"},
    {468, "slots_by_marks", R"(
CREATE INDEX slot_marked ON slot (realm_id, record_id, marks, starts_at, id) WHERE state = 0;
)"},
    {469, "turns_shown", R"(
DROP INDEX turn_record;
CREATE INDEX turn_record ON turn (realm_id, record_id, starts_at, slot_id, person_id, state, arrived_at);
CREATE INDEX turn_event_order ON turn_event (realm_id, id);
)"},
    {479, "turns_past_limits", R"(
ALTER TABLE turn ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;
DROP INDEX turn_record;
CREATE INDEX turn_record ON turn (realm_id, record_id, starts_at, slot_id, person_id, state, arrived_at, waived);
)"},
};

#define ROSTER_SLOT_COLUMNS "id, record_id, occasion_id, post, starts_at, ends_at, need, taken, waiting, state, marks"
#define ROSTER_TURN_COLUMNS "slot_id, person_id, state, record_id, starts_at, ends_at, since, arrived_at, waived"

// ── slots ──
inline constexpr Sql kAddSlot{
    "slot_add", "INSERT INTO slot (realm_id, " ROSTER_SLOT_COLUMNS ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)"};
inline constexpr Sql kSlot{"slot_one", "SELECT " ROSTER_SLOT_COLUMNS " FROM slot WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kSlotsOf{"slots_of", "SELECT " ROSTER_SLOT_COLUMNS
                                          " FROM slot WHERE realm_id=$1 AND record_id=$2 AND starts_at >= $3 AND "
                                          "starts_at < $4 ORDER BY starts_at, id LIMIT $5"};
inline constexpr Sql kSlotsOfOccasion{"slots_of_occasion",
                                      "SELECT " ROSTER_SLOT_COLUMNS
                                      " FROM slot WHERE realm_id=$1 AND occasion_id=$2 AND occasion_id <> 0"};
inline constexpr Sql kOpenSlots{"slots_open", "SELECT " ROSTER_SLOT_COLUMNS
                                              " FROM slot WHERE realm_id=$1 AND record_id=$2 AND state=0 ORDER BY "
                                              "ends_at LIMIT $3"};
// Those with which the clock is equally far, the next first.
inline constexpr Sql kMarkedSlots{"slots_marked", "SELECT " ROSTER_SLOT_COLUMNS
                                                  " FROM slot WHERE realm_id=$1 AND record_id=$2 AND state=0 AND "
                                                  "marks=$3 ORDER BY starts_at, id LIMIT $4"};
inline constexpr Sql kBusy{"slots_busy",
                           "SELECT record_id, count(*), sum(need), sum(taken), sum(CASE WHEN state = 0 AND taken < "
                           "need THEN 1 ELSE 0 END) FROM slot WHERE realm_id=$1 AND starts_at >= $2 AND starts_at < $3 "
                           "AND state <> 1 GROUP BY record_id ORDER BY record_id LIMIT $4"};
inline constexpr Sql kLacking{"slots_lacking",
                              "SELECT DISTINCT record_id FROM slot WHERE realm_id=$1 AND state = 0 AND taken < need "
                              "AND starts_at >= $2 AND starts_at < $3 LIMIT $4"};
inline constexpr Sql kSlotState{"slot_state", "UPDATE slot SET state=$3 WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kSlotTimes{"slot_times",
                                "UPDATE slot SET starts_at=$3, ends_at=$4, marks=0 WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kMark{"slot_mark", "UPDATE slot SET marks=$3 WHERE realm_id=$1 AND id=$2"};
// No row changed: it is full, or no longer open.
inline constexpr Sql kClaim{"slot_claim",
                            "UPDATE slot SET taken=taken+1 WHERE realm_id=$1 AND id=$2 AND state=0 AND taken < need"};
inline constexpr Sql kWait{
    "slot_wait", "UPDATE slot SET waiting=waiting+1 WHERE realm_id=$1 AND id=$2 AND state=0 AND waiting < $3"};
inline constexpr Sql kFree{"slot_free", "UPDATE slot SET taken=taken-1 WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kUnwait{"slot_unwait", "UPDATE slot SET waiting=waiting-1 WHERE realm_id=$1 AND id=$2"};

// ── turns ──
inline constexpr Sql kPutTurn{"turn_put",
                              "INSERT INTO turn (realm_id, " ROSTER_TURN_COLUMNS
                              ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (realm_id, slot_id, person_id) DO "
                              "UPDATE SET state=excluded.state, starts_at=excluded.starts_at, "
                              "ends_at=excluded.ends_at, since=excluded.since, arrived_at=excluded.arrived_at, "
                              "waived=excluded.waived"};
// $5 is the state that was seen.
inline constexpr Sql kTurnState{"turn_state",
                                "UPDATE turn SET state=$4 WHERE realm_id=$1 AND slot_id=$2 AND person_id=$3 AND "
                                "state=$5"};
inline constexpr Sql kDropTurn{"turn_drop", "DELETE FROM turn WHERE realm_id=$1 AND slot_id=$2 AND person_id=$3"};
inline constexpr Sql kTurn{
    "turn_one", "SELECT " ROSTER_TURN_COLUMNS " FROM turn WHERE realm_id=$1 AND slot_id=$2 AND person_id=$3"};
inline constexpr Sql kTurnsIn{
    "turns_in", "SELECT " ROSTER_TURN_COLUMNS " FROM turn WHERE realm_id=$1 AND slot_id=$2 ORDER BY since, person_id"};
inline constexpr Sql kTurnsOf{"turns_of", "SELECT " ROSTER_TURN_COLUMNS
                                          " FROM turn WHERE realm_id=$1 AND record_id=$2 AND starts_at >= $3 AND "
                                          "starts_at < $4 AND state <> 2 ORDER BY starts_at LIMIT 100000"};
// From its index alone: a page shows tens of thousands.
inline constexpr Sql kAttending{
    "turns_attending",
    "SELECT slot_id, person_id, state, arrived_at, waived FROM turn WHERE realm_id=$1 AND "
    "record_id=$2 AND starts_at >= $3 AND starts_at < $4 AND state <> 2 ORDER BY starts_at, "
    "slot_id, person_id LIMIT 100000"};
inline constexpr Sql kTurnsFor{"turns_for", "SELECT " ROSTER_TURN_COLUMNS
                                            " FROM turn WHERE realm_id=$1 AND person_id=$2 AND starts_at >= $3 AND "
                                            "starts_at < $4 AND state <> 2 ORDER BY starts_at LIMIT 500"};
// Standing or served turns of a person that touch a stretch of time. A turn lasts three days at most.
inline constexpr Sql kTouching{"turns_touching",
                               "SELECT " ROSTER_TURN_COLUMNS
                               " FROM turn WHERE realm_id=$1 AND person_id=$2 AND starts_at > $3 - 259200000 AND "
                               "starts_at < $4 AND ends_at > $3 AND state IN (1,3) AND slot_id <> $5 AND slot_id <> "
                               "$6 ORDER BY starts_at LIMIT 50"};
inline constexpr Sql kArrived{"turn_arrived",
                              "UPDATE turn SET arrived_at=$4 WHERE realm_id=$1 AND slot_id=$2 AND person_id=$3 AND "
                              "state=1 AND arrived_at IS NULL"};
inline constexpr Sql kTurnTimes{"turn_times",
                                "UPDATE turn SET starts_at=$3, ends_at=$4 WHERE realm_id=$1 AND slot_id=$2"};
// The rows of the record first: grouped at once, SQLite would walk through everybody's turns.
inline constexpr Sql kShares{
    "turn_shares",
    "SELECT person_id, count(*), CAST(sum(ends_at - starts_at) AS BIGINT) / 60000, max(ends_at), CAST(sum(waived) AS "
    "BIGINT) FROM (SELECT "
    "person_id, starts_at, ends_at, waived FROM turn WHERE realm_id=$1 AND record_id=$2 AND starts_at > 0 AND state IN "
    "(1,3) "
    "ORDER BY starts_at LIMIT 200000) AS t GROUP BY person_id ORDER BY person_id"};
inline constexpr Sql kAddEvent{"turn_add_event",
                               "INSERT INTO turn_event (realm_id, slot_id, id, at, person_id, actor, what, reason) "
                               "VALUES ($1,$2,$3,$4,$5,$6,$7,$8)"};
inline constexpr Sql kStirred{"turn_stirred",
                              "SELECT e.id, s.record_id, e.actor, e.at FROM turn_event e JOIN slot s ON "
                              "s.realm_id=e.realm_id AND s.id=e.slot_id WHERE e.realm_id=$1 AND e.id > $2 ORDER BY "
                              "e.id LIMIT $3"};
inline constexpr Sql kLastTurnEvent{"turn_event_last",
                                    "SELECT id FROM turn_event WHERE realm_id=$1 ORDER BY id DESC LIMIT 1"};
inline constexpr Sql kLastTurnEventOf{
    "turn_event_last_of", "SELECT id FROM turn_event WHERE realm_id=$1 AND slot_id=$2 ORDER BY id DESC LIMIT 1"};
inline constexpr Sql kEvents{"turn_events",
                             "SELECT id, slot_id, at, person_id, actor, what, reason FROM turn_event WHERE realm_id=$1 "
                             "AND slot_id=$2 ORDER BY id LIMIT 500"};

// ── people ──
inline constexpr Sql kLockPerson{"duty_lock",
                                 "INSERT INTO duty_person (realm_id, person_id, version) VALUES ($1,$2,1) ON CONFLICT "
                                 "(realm_id, person_id) DO UPDATE SET version = duty_person.version + 1"};
inline constexpr Sql kAway{"away_at",
                           "SELECT 1 FROM away WHERE realm_id=$1 AND person_id=$2 AND from_at < $4 AND until_at > $3 "
                           "LIMIT 1"};
inline constexpr Sql kAddAway{
    "away_add",
    "INSERT INTO away (realm_id, person_id, id, from_at, until_at) VALUES ($1,$2,$3,$4,$5) ON "
    "CONFLICT DO NOTHING"};
inline constexpr Sql kAways{"away_of",
                            "SELECT id, from_at, until_at FROM away WHERE realm_id=$1 AND person_id=$2 AND until_at > "
                            "$3 ORDER BY id LIMIT 200"};
inline constexpr Sql kDropAway{"away_drop", "DELETE FROM away WHERE realm_id=$1 AND person_id=$2 AND id=$3"};
inline constexpr Sql kSkills{"skills_of",
                             "SELECT skill FROM person_skill WHERE realm_id=$1 AND person_id=$2 AND from_day <= $3 AND "
                             "(until_day = 0 OR until_day > $3) ORDER BY skill"};
inline constexpr Sql kPutSkill{"skill_put",
                               "INSERT INTO person_skill (realm_id, person_id, skill, from_day, until_day, "
                               "confirmed_by) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (realm_id, person_id, skill) DO "
                               "UPDATE SET from_day=excluded.from_day, until_day=excluded.until_day, "
                               "confirmed_by=excluded.confirmed_by"};

inline constexpr Sql kSkillRows{"skill_rows",
                                "SELECT skill, from_day, until_day, confirmed_by FROM person_skill WHERE realm_id=$1 "
                                "AND person_id=$2 ORDER BY skill"};
inline constexpr Sql kDropSkill{"skill_drop",
                                "DELETE FROM person_skill WHERE realm_id=$1 AND person_id=$2 AND skill=$3"};

// ── the end of keeping: who stood where is forgotten, the slots stay ──
inline constexpr Sql kForgetTurns{"turn_forget", "DELETE FROM turn WHERE realm_id=$1 AND record_id=$2"};
inline constexpr Sql kForgetEvents{"turn_forget_events",
                                   "DELETE FROM turn_event WHERE realm_id=$1 AND slot_id IN (SELECT id FROM slot WHERE "
                                   "realm_id=$1 AND record_id=$2)"};
inline constexpr Sql kForgetSwaps{"swap_forget",
                                  "DELETE FROM turn_swap WHERE realm_id=$1 AND slot_id IN (SELECT id FROM slot WHERE "
                                  "realm_id=$1 AND record_id=$2)"};
inline constexpr Sql kForgetPlaces{"slot_forget",
                                   "UPDATE slot SET taken=0, waiting=0 WHERE realm_id=$1 AND record_id=$2"};

// ── somebody is erased: a stand-in has served the turns ──
inline constexpr Sql kTurnsHeld{"turns_held",
                                "SELECT " ROSTER_TURN_COLUMNS
                                " FROM turn WHERE realm_id=$1 AND person_id=$2 ORDER BY starts_at LIMIT 500"};
inline constexpr Sql kForgetTurn{"turn_forget_who",
                                 "UPDATE turn SET person_id=$4, since=starts_at, arrived_at=NULL WHERE realm_id=$1 AND "
                                 "slot_id=$2 AND person_id=$3"};
inline constexpr Sql kForgetActing{"turn_forget_acting",
                                   "UPDATE turn_event SET actor=0 WHERE realm_id=$1 AND slot_id=$2 AND actor=$3"};
inline constexpr Sql kForgetEventsOf{"turn_forget_events_of",
                                     "UPDATE turn_event SET person_id=0, reason='' WHERE realm_id=$1 AND person_id=$2"};
inline constexpr Sql kForgetSwapsBy{"swap_forget_by", "DELETE FROM turn_swap WHERE realm_id=$1 AND person_id=$2"};
inline constexpr Sql kForgetSwapsTo{"swap_forget_to", "DELETE FROM turn_swap WHERE realm_id=$1 AND to_person=$2"};
inline constexpr Sql kForgetAways{"away_forget", "DELETE FROM away WHERE realm_id=$1 AND person_id=$2"};
inline constexpr Sql kForgetSkills{"skill_forget", "DELETE FROM person_skill WHERE realm_id=$1 AND person_id=$2"};
inline constexpr Sql kForgetLock{"duty_forget", "DELETE FROM duty_person WHERE realm_id=$1 AND person_id=$2"};

// ── swaps ──
#define ROSTER_SWAP_COLUMNS "id, slot_id, person_id, to_person, other_slot, state, at"
inline constexpr Sql kAddSwap{
    "swap_add", "INSERT INTO turn_swap (realm_id, " ROSTER_SWAP_COLUMNS ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8)"};
inline constexpr Sql kSwap{"swap_one", "SELECT " ROSTER_SWAP_COLUMNS " FROM turn_swap WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kSwapState{"swap_state", "UPDATE turn_swap SET state=$3 WHERE realm_id=$1 AND id=$2 AND state=0"};
inline constexpr Sql kSwapsTo{"swaps_to", "SELECT " ROSTER_SWAP_COLUMNS
                                          " FROM turn_swap WHERE realm_id=$1 AND to_person=$2 AND state=0 LIMIT 100"};
inline constexpr Sql kSwapsFrom{"swaps_from", "SELECT " ROSTER_SWAP_COLUMNS
                                              " FROM turn_swap WHERE realm_id=$1 AND person_id=$2 AND state=0 LIMIT "
                                              "100"};
inline constexpr Sql kSwapsOf{"swaps_of",
                              "SELECT " ROSTER_SWAP_COLUMNS
                              " FROM turn_swap WHERE realm_id=$1 AND state=0 AND slot_id IN (SELECT id FROM slot WHERE "
                              "realm_id=$1 AND record_id=$2 AND starts_at >= $3 AND starts_at < $4) LIMIT 200"};

// ── proof ──
inline constexpr Sql kVerifyTaken{
    "roster_verify_taken",
    "SELECT s.id, s.taken, s.waiting, s.need, (SELECT count(*) FROM turn t WHERE t.realm_id=s.realm_id AND "
    "t.slot_id=s.id AND t.state IN (1,3)), (SELECT count(*) FROM turn w WHERE w.realm_id=s.realm_id AND w.slot_id=s.id "
    "AND w.state=0) FROM slot s WHERE s.realm_id=$1 AND s.id > $2 ORDER BY s.id LIMIT 1000"};
inline constexpr Sql kVerifyDouble{
    "roster_verify_double",
    "SELECT a.person_id, a.slot_id FROM turn a JOIN turn b ON b.realm_id=a.realm_id AND b.person_id=a.person_id AND "
    "b.slot_id > a.slot_id AND b.starts_at < a.ends_at AND b.starts_at > a.starts_at - 259200000 AND b.ends_at > "
    "a.starts_at WHERE a.realm_id=$1 AND a.state IN (1,3) AND b.state IN (1,3) LIMIT 100"};

inline constexpr Sql kStatements[] = {kDropTurn,       kStirred,       kLastTurnEvent, kLastTurnEventOf,
                                      kAddSlot,        kSlot,          kSlotsOf,       kSlotsOfOccasion,
                                      kOpenSlots,      kMarkedSlots,   kSlotState,     kSlotTimes,
                                      kMark,           kClaim,         kWait,          kFree,
                                      kUnwait,         kPutTurn,       kTurnState,     kTurn,
                                      kTurnsIn,        kTurnsOf,       kAttending,     kTurnsFor,
                                      kTouching,       kArrived,       kShares,        kAddEvent,
                                      kEvents,         kLockPerson,    kAway,          kAddAway,
                                      kDropAway,       kSkills,        kPutSkill,      kAddSwap,
                                      kSwap,           kSwapState,     kSwapsTo,       kSwapsFrom,
                                      kTurnTimes,      kVerifyTaken,   kVerifyDouble,  kBusy,
                                      kLacking,        kAways,         kSkillRows,     kDropSkill,
                                      kForgetTurns,    kForgetEvents,  kForgetSwaps,   kForgetPlaces,
                                      kSwapsOf,        kTurnsHeld,     kForgetTurn,    kForgetActing,
                                      kForgetEventsOf, kForgetSwapsBy, kForgetSwapsTo, kForgetAways,
                                      kForgetSkills,   kForgetLock};

}  // namespace tongxin::aspect::roster::sql
