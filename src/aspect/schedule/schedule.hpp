// The aspect `schedule`: plans of records, whose occasions the clock makes ahead, begins, and finds missed.
#pragma once
#include "aspect/occasion.hpp"
#include "record/aspect.hpp"

namespace tongxin::aspect::schedule {

record::Aspect aspect();

// ── operations, for routes and stories; who may is decided before ──
// Tells the roster and whoever else hears of it.
Occasion move(record::Engine& engine, store::Tx& tx, RealmId realm, PersonId actor, OccasionId id, Time starts,
              std::optional<Time> ends, const std::string& reason, Time now);
Occasion cancel(record::Engine& engine, store::Tx& tx, RealmId realm, PersonId actor, OccasionId id,
                const std::string& reason, Time now);
// One more, beside the rule.
Occasion add(record::Engine& engine, store::Tx& tx, RealmId realm, PersonId actor, RecordId record,
             const std::string& plan, Time starts, std::optional<Time> ends, Time now);

std::span<const store::Sql> statements();

}  // namespace tongxin::aspect::schedule
