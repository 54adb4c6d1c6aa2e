// Calculations by dated Lua rules, with their reasoning: the effect `calculate`.
//
//   - calculate: {rule: relief.amount, with: {income: income, day: today}, set: [monthly, kind_of_relief]}
//
// The rule is a pure function (pack/lua.hpp). It is given `with`; of what it answers, the keys named in `set` go into fields of
// the record, and `lines` (a list of {zh, en, amount}) is the reasoning, line by line. The event keeps rule, input and lines, so
// whoever may see the record can read later how a sum came about, and a rule that changes afterwards changes nothing of it.
#pragma once
#include <string>
#include <vector>

#include "record/aspect.hpp"

namespace tongxin::calculation {

struct Line {
  Words say;
  std::optional<double> amount;  // as the rule wrote it
};
struct Calculation {
  int seq = 0;
  Time at{};
  std::string rule;
  boost::json::object input;
  std::vector<Line> lines;
};
// What was calculated for a record, oldest first. The caller has checked that the reader may see it.
std::vector<Calculation> calculations_of(store::Tx& tx, RealmId realm, RecordId record);

record::Aspect aspect();

}  // namespace tongxin::calculation
