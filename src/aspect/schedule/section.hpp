// `schedule:` of a kind: the plans by which each of its records recurs.
//
//   schedule:
//     noon:
//       name: {zh: 每日午餐, en: Noon meal}
//       rule: FREQ=DAILY;BYHOUR=11;BYMINUTE=0;BYSECOND=0     # RFC 5545; or rule_of: <text field>
//       begins: first_day        # an expression (day or time); else the moment the plan comes to life
//       ends: last_day           # nothing begins after that day
//       lasts: 90 natural_minutes
//       ahead: 14 natural_days   # so far ahead occasions stand (default 14)
//       runs: [active]           # the states in which it lives; default: every state that is not final
//       rests: {calendar: office, on: rest_days}   # or holidays: only those that have a name
//       except: [2026-10-01]
//       person: carer            # an expression: whose duty it is
//       begin: plan_delivery     # the action that the clock takes when it begins
//       missed: {after: 1 natural_hour, action: ask_after}   # nobody kept it
//
// Actions that the clock takes are given those of these values that their form asks for: occasion (text), plan, day, starts,
// ends, person.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pack/vocabulary.hpp"

namespace tongxin::aspect::schedule {

struct Plan {
  std::string name;
  Words label;
  std::string rule, rule_field;  // one of them
  std::optional<pack::Expression> begins, ends, person;
  milliseconds lasts{};
  int ahead_days = 14;
  std::vector<bool> runs;
  std::string calendar;  // empty: every day
  bool holidays_only = false;
  std::vector<Day> except;
  int begin_action = -1, missed_action = -1;
  bool can_be_missed = false;
  milliseconds grace{};
};

struct Section {
  std::vector<Plan> plans;
  const Plan* find(std::string_view name) const;
};

std::shared_ptr<const void> read_section(const pack::Node& node, pack::Reading& reading);
std::vector<pack::AspectFact> facts(const pack::Reading& reading);

}  // namespace tongxin::aspect::schedule
