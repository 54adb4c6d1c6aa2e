// How a deadline came to be due when it is: every pause, resumption and extension since it began.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "record/record.hpp"

namespace tongxin::record {

class Change;

struct TimerStep {
  int seq = 0;       // of the event that stands for it in the timeline
  std::string what;  // extended | paused | resumed
  Time at;
  Time from_at;            // extended: since when the added time counts
  std::string limit_text;  // extended: by how much
  std::int64_t left_ms =
      0;        // paused, resumed, extended while it stood still: what was left, on the deadline's own clock
  Time due_at;  // what came of it
};
BOOST_DESCRIBE_STRUCT(TimerStep, (), (seq, what, at, from_at, limit_text, left_ms, due_at))

// With the change. `timer`: after the step.
void keep_step(Change& change, const Timer& timer, std::string_view what, Time from_at, const std::string& limit_text);
// Those since it began for the last time, in their order.
std::vector<TimerStep> steps_of(store::Tx& tx, RealmId realm, const Timer& timer);
// The due time's calculation, always the same however often it is asked for.
Words explain_timer(const Calendar& calendar, const Timer& timer, std::span<const TimerStep> steps);

}  // namespace tongxin::record
