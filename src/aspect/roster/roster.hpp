// The aspect `roster`: slots of records, and the people who take turns in them.
//
// No person stands in two slots at a time, on whatever duty; between turns lies the rest that the duty demands; a slot holds
// no more than it needs. That is kept under concurrency on both engines: every change takes the person's row first
// (duty_person), then counts, then the slot's row (taken < need).
//
// Refusals: not_now with the rule in words (full, overlap, rest, most, away, skill, closed), forbidden, not_found.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "aspect/occasion.hpp"
#include "record/aspect.hpp"

namespace tongxin::aspect::roster {

using SlotId = Id<struct SlotTag>;
using SwapId = Id<struct SwapTag>;

enum class SlotState : int { open = 0, closed = 1, over = 2 };
BOOST_DESCRIBE_ENUM(SlotState, open, closed, over)

struct Slot {
  SlotId id;
  RecordId record;
  OccasionId occasion;  // none: opened by hand
  std::string post;
  Time starts, ends;
  int need = 1, taken = 0, waiting = 0;
  SlotState state = SlotState::open;
  int marks = 0;  // what the clock has seen to: 1 said that it lacks people, 2 filled it, 4 looked for the absent
};
BOOST_DESCRIBE_STRUCT(Slot, (), (id, record, occasion, post, starts, ends, need, taken, waiting, state, marks))

enum class TurnState : int {
  waiting = 0,
  standing = 1,
  left = 2,  // or given to somebody else
  served = 3,
  absent = 4,
};
BOOST_DESCRIBE_ENUM(TurnState, waiting, standing, left, served, absent)

struct Turn {
  SlotId slot;
  PersonId person;
  TurnState state = TurnState::standing;
  RecordId record;
  Time starts, ends, since;
  std::optional<Time> arrived_at;
  bool waived = false;  // it passes the limits of rest or hours: whoever organises said why
};
BOOST_DESCRIBE_STRUCT(Turn, (), (slot, person, state, record, starts, ends, since, arrived_at, waived))

// A record that has slots in a stretch of time.
struct Busy {
  RecordId record;
  std::int64_t slots = 0, need = 0, taken = 0, lacking = 0;  // lacking: slots that are open and not full
};
BOOST_DESCRIBE_STRUCT(Busy, (), (record, slots, need, taken, lacking))

// Who is in a slot, as a page of many slots shows it: without those who left.
struct Attending {
  SlotId slot;
  PersonId person;
  TurnState state = TurnState::standing;
  std::optional<Time> arrived_at;
  bool waived = false;
};
BOOST_DESCRIBE_STRUCT(Attending, (), (slot, person, state, arrived_at, waived))

struct TurnEvent {
  std::int64_t id = 0;
  SlotId slot;
  Time at;
  PersonId person, actor;
  std::string
      what;  // opened, took, waits, moved_up, placed, waived, left, swapped_in, swapped_out, substituted, absent, served, released
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(TurnEvent, (), (id, slot, at, person, actor, what, reason))

// A record whose roster was changed, as of one TurnEvent.
struct Stirred {
  EventId event;
  RecordId record;
  PersonId actor;
  Time at;
};
BOOST_DESCRIBE_STRUCT(Stirred, (), (event, record, actor, at))

struct Swap {
  SwapId id;
  SlotId slot;
  PersonId person, to;
  SlotId other_slot;  // none: the turn is given away
  int state = 0;      // 0 open, 1 done, 2 refused or withdrawn
  Time at;
};
BOOST_DESCRIBE_STRUCT(Swap, (), (id, slot, person, to, other_slot, state, at))

// One act on a slot: who, when.
struct Doer {
  record::Engine& engine;
  store::Tx& tx;
  RealmId realm;
  record::Actor actor;
  Time now;
};

// ── reading ──
std::optional<Slot> find_slot(store::Tx& tx, RealmId realm, SlotId id);
std::vector<Slot> slots_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until, int most = 25'000);
std::vector<Busy> busy(store::Tx& tx, RealmId realm, Time from, Time until, int most = 200);
std::vector<RecordId> lacking(store::Tx& tx, RealmId realm, Time from, Time until, int most = 200);
std::vector<Turn> turns_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until);
// In the order of slots_of.
std::vector<Attending> attending(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until);
std::vector<Turn> turns_in(store::Tx& tx, RealmId realm, SlotId slot);
std::vector<Turn> turns_for(store::Tx& tx, RealmId realm, PersonId person, Time from,
                            Time until);  // waiting, standing …
std::vector<TurnEvent> history(store::Tx& tx, RealmId realm, SlotId slot);
// What was done to rosters since then, of all records; the last of it, and the last of one slot (none: nothing yet).
std::vector<Stirred> stirred(store::Tx& tx, RealmId realm, EventId since, int most);
EventId last_stirred(store::Tx& tx, RealmId realm);
EventId last_stirred(store::Tx& tx, RealmId realm, SlotId slot);
std::optional<Swap> find_swap(store::Tx& tx, RealmId realm, SwapId id);
std::vector<Swap> swaps_for(store::Tx& tx, RealmId realm, PersonId person);  // open ones, asked of or by the person
// Turns taken or served of a record by person: what fairness goes by.
struct Share {
  PersonId person;
  std::int64_t turns = 0, minutes = 0;
  Time last;
  std::int64_t waived = 0;  // those of them that pass a limit
};
BOOST_DESCRIBE_STRUCT(Share, (), (person, turns, minutes, last, waived))
std::vector<Share> shares(store::Tx& tx, RealmId realm, RecordId record);
std::vector<Swap> swaps_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until);  // open ones

// ── acting ──
SlotId open_slot(const Doer& by, RecordId record, const std::string& post, Time starts, Time ends,
                 std::optional<int> need, OccasionId occasion = {});
// The person takes a turn, or waits when the slot is full and has a waiting list. Placing somebody else, and passing `rest`
// or `most` with a reason, is for those who organise; such a turn says so from then on.
Turn take(const Doer& by, SlotId slot, PersonId person, const std::string& override_reason = {});
void leave(const Doer& by, SlotId slot, PersonId person, const std::string& reason = {});
void substitute(const Doer& by, SlotId slot, PersonId out, PersonId in, const std::string& reason);
void mark_absent(const Doer& by, SlotId slot, PersonId person, const std::string& reason);
SwapId ask_swap(const Doer& by, SlotId slot, PersonId to, SlotId other_slot = {});
// By whoever was asked; withdrawn by whoever asked; settled either way by those who organise.
void answer_swap(const Doer& by, SwapId swap, bool accept);
// Who of the pool could stand in the slot, whoever has had least first, and why somebody cannot; without who stands in it or
// has left it. For those who organise. Reads only.
struct Candidate {
  Share share;
  std::optional<Words> hindrance;
};
std::vector<Candidate> candidates(const Doer& by, SlotId slot);

// ── people ──
void set_away(store::Tx& tx, RealmId realm, PersonId person, std::int64_t id, Time from,
              Time until);  // without reasons
struct Away {
  std::int64_t id = 0;
  Time from, until;
};
BOOST_DESCRIBE_STRUCT(Away, (), (id, from, until))
std::vector<Away> aways_of(store::Tx& tx, RealmId realm, PersonId person, Time since);
void end_away(store::Tx& tx, RealmId realm, PersonId person, std::int64_t id);
void set_skill(store::Tx& tx, RealmId realm, PersonId person, const std::string& skill, Day from, Day until,
               PersonId confirmed_by);
void drop_skill(store::Tx& tx, RealmId realm, PersonId person, const std::string& skill);
struct SkillRow {
  std::string skill;
  Day from = 0, until = 0;
  PersonId confirmed_by;  // none: the person's own word
};
BOOST_DESCRIBE_STRUCT(SkillRow, (), (skill, from, until, confirmed_by))
std::vector<SkillRow> skill_rows(store::Tx& tx, RealmId realm, PersonId person);
std::vector<std::string> skills_of(store::Tx& tx, RealmId realm, PersonId person, Day day);

record::Aspect aspect();
std::span<const store::Sql> statements();

}  // namespace tongxin::aspect::roster
