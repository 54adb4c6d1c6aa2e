// Recurrence rules of RFC 5545 ("FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9"), expanded by libical in the realm's local time.
#pragma once
#include <string>
#include <vector>

#include "base/fault.hpp"
#include "base/time.hpp"

namespace tongxin::aspect::schedule {

// Throws Fault(invalid) for what is no rule, for rules that repeat more often than hourly, and for RSCALE.
void check_rule(const std::string& rule);

// The beginnings in [from, until), in order, at most `most`. `begins` is DTSTART: it gives what the rule leaves open (the
// time of day) and counts as the first when the rule meets it, as the RFC has it.
std::vector<Time> expand(const std::string& rule, Time begins, Time from, Time until, Zone zone, int most = 2000);

}  // namespace tongxin::aspect::schedule
