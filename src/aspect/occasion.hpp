// Occasions: when something shall be done for a record. The aspects of duties meet here without knowing each other: a
// schedule makes, moves and cancels them; a roster opens slots for them; a check-in keeps them; the clock finds those that
// nobody kept.
//
// An occasion never disappears: moved and cancelled ones stay with who did it, when, why, and what it was before.
// Signals (record::Engine::tell): occasion.made, occasion.moved, occasion.cancelled, each with {"occasion": id}.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "record/engine.hpp"
#include "store/store.hpp"

namespace tongxin::aspect {

using OccasionId = Id<struct OccasionTag>;

enum class OccasionState : int {
  planned = 0,
  kept = 1,       // somebody checked in for it
  missed = 2,     // its time and its grace went by
  cancelled = 3,  // by a person, with a reason
  suspended = 4,  // with its record; comes back when the record goes on
};
BOOST_DESCRIBE_ENUM(OccasionState, planned, kept, missed, cancelled, suspended)

struct Occasion {
  OccasionId id;
  RecordId record;
  std::string plan;  // the name of the plan in the kind's section `schedule`
  Time starts, ends;
  Time planned;     // as the rule said; what makes it the same occasion after it was moved
  PersonId person;  // whose duty it is, when it is one person's; else none
  OccasionState state = OccasionState::planned;
  std::optional<Time> kept_at;
  PersonId kept_by;
  bool begun = false;  // the clock has taken the action of its beginning
  int version = 0;
};
BOOST_DESCRIBE_STRUCT(Occasion, (),
                      (id, record, plan, starts, ends, planned, person, state, kept_at, kept_by, begun, version))

struct OccasionChange {
  std::int64_t id = 0;
  Time at;
  PersonId actor;
  std::string what;  // made, moved, cancelled, suspended, resumed, kept, missed
  Time starts_before, starts_after;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(OccasionChange, (), (id, at, actor, what, starts_before, starts_after, reason))

// Who changes it, and when.
struct By {
  RealmId realm;
  PersonId actor;  // none: the clock
  Time at;
  IdSource& ids;
};

// False when this record has the same occasion (plan and planned time) already: nothing changed then.
bool add_occasion(store::Tx& tx, const By& by, const Occasion& occasion);
std::optional<Occasion> find_occasion(store::Tx& tx, RealmId realm, OccasionId id);
Occasion need_occasion(store::Tx& tx, RealmId realm, OccasionId id);  // Fault(not_found)
// In the order of their beginning, [from, until), at most `most`.
std::vector<Occasion> occasions_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until,
                                   int most = 2000);
std::vector<Occasion> occasions_for(store::Tx& tx, RealmId realm, PersonId person, Time from, Time until,
                                    int most = 500);
std::vector<OccasionChange> occasion_history(store::Tx& tx, RealmId realm, OccasionId id);

// Only what is planned can be moved or cancelled (not_now); a reason is needed (invalid).
Occasion move_occasion(store::Tx& tx, const By& by, OccasionId id, Time starts, Time ends, const std::string& reason);
Occasion cancel_occasion(store::Tx& tx, const By& by, OccasionId id, const std::string& reason);
// Marks what was done and when it was done; the first counts. False when it was not planned (any more).
bool keep_occasion(store::Tx& tx, const By& by, OccasionId id, Time kept_at);
bool miss_occasion(store::Tx& tx, const By& by, OccasionId id);
void mark_begun(store::Tx& tx, RealmId realm, OccasionId id);
// All that lie ahead of this plan of the record; how many.
int suspend_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan);
int resume_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan);
int cancel_ahead(store::Tx& tx, const By& by, RecordId record, std::string_view plan, const std::string& reason);
// At the end of keeping: whose it was, who kept it and the reasons are forgotten; that it was, and what became of it, stays.
void forget_people(store::Tx& tx, RealmId realm, RecordId record);
// The planned one of the plan that holds `at`, with so much room on both sides; none when there is none.
std::optional<Occasion> occasion_at(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time at,
                                    milliseconds room);

// What the clock looks at: planned ones that have begun and were not told so; planned ones whose end has passed by `grace`.
std::vector<Occasion> beginning(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time now);
std::vector<Occasion> unkept(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time ended_before);
std::optional<Time> next_beginning(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan);
std::optional<Time> next_end(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan);

// How many of each state, of occasions that begin in [from, until).
struct OccasionSums {
  std::int64_t planned = 0, kept = 0, missed = 0, cancelled = 0, suspended = 0;
  std::int64_t all() const { return planned + kept + missed; }  // what was due
};
OccasionSums occasion_sums(store::Tx& tx, RealmId realm, RecordId record, std::string_view plan, Time from, Time until);

std::span<const store::Migration> occasion_migrations();
std::span<const store::Sql> occasion_statements();

}  // namespace tongxin::aspect
