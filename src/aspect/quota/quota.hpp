// The aspect `quota`: at least so many in a week, a month or a day, for each person or for the record as a whole.
//
// The record that has the quota (a patrol plan) says what is needed; the kinds below it say what counts:
//
//   quota:                                   # of the plan
//     needs:
//       river: {name: {…}, least: 3, every: week, people: [warden], short: {before: 0 natural_days, action: fell_short},
//              met: {action: kept_up}}
//   quota:                                   # of the patrol, whose parent is the plan
//     gives:
//       river: {to: patrol_plan, enter: complete, when: water = 'river', people: [warden]}
//
// `people` are names of participants (or `holder`, `reporter`); without it the quota is the record's own. What was counted is
// a row per quota, person, period and source: nothing counts twice, and a recount is a count of rows. Weeks begin on Monday;
// a period is named by its first day. `short` is told for every period that ends below the quota, so long before its end, and
// `met` for the others; their actions are given those of person, quota, period, has, least, missing that their form asks for. So a
// quota is an indicator: weeks met per weeks owed.
#pragma once
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "record/aspect.hpp"

namespace tongxin::aspect::quota {

enum class Every { day, week, month };
BOOST_DESCRIBE_ENUM(Every, day, week, month)
Day period_of(Every every, Day day);   // the first day of the period
Day period_end(Every every, Day day);  // the first day after it

struct Standing {
  std::string quota;
  PersonId person;  // none: of the record as a whole
  std::int64_t has = 0, least = 0;
  Words label{};
  Every every = Every::week;
  bool met() const { return has >= least; }
};
// Every quota of the record, for everybody whom it concerns, in the period that holds the day.
std::vector<Standing> standings(record::Engine& engine, store::Tx& tx, RealmId realm, const record::Record& record,
                                Day day, Time now);

bool owes(const pack::Kind& kind);  // has it quotas of its own?

record::Aspect aspect();
std::span<const store::Sql> statements();

}  // namespace tongxin::aspect::quota
