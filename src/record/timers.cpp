// Deadlines: which clocks run in the new state, since when and until when.
#include "record/calendars.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"
#include "record/timer_steps.hpp"
#include "store/later.hpp"

namespace tongxin::record {
namespace {

constexpr const char* kKeepPrivate = "keep.private";
constexpr const char* kKeepAll = "keep.all";

void set_due(Change& change, Timer& timer, const Calendar& calendar, Limit limit, double warn, Time start) {
  timer.started_at = start;
  timer.limit_text = to_code(limit);
  timer.due_at = due(calendar, limit, start);
  timer.warn_at = warn > 0 ? std::optional(at_fraction(calendar, limit, start, warn)) : std::nullopt;
  timer.paused_at.reset();
  timer.ended_at.reset();
  timer.remaining_ms = 0;
  timer.late = false;
  timer.phase = 0;
  timer.wake_at = wake_time(timer);
  (void)change;
}

std::optional<Limit> limit_for(Change& change, const pack::Deadline& deadline) {
  for (const pack::LimitRule& rule : deadline.limits) {
    if (!change.holds(rule.when)) continue;
    if (!rule.amount) return rule.limit;
    const double days = change.number(*rule.amount);
    if (days >= 1 && days <= 3660) return Limit{int(days), Unit::natural_day};
  }
  return std::nullopt;
}

void start(Change& change, const pack::Deadline& deadline, Timer*& timer) {
  const auto limit = limit_for(change, deadline);
  if (!limit) return;
  if (timer == nullptr) {
    change.timers().push_back({});
    timer = &change.timers().back();
    timer->record = change.record.id;
    timer->deadline = deadline.name;
  }
  timer->calendar = deadline.calendar;
  set_due(change, *timer, calendar_of(*change.world, deadline.calendar), *limit, deadline.warn, change.now);
}

void pause(Change& change, Timer& timer) {
  const Limit limit = parse_limit(timer.limit_text);
  timer.paused_at = change.now;
  timer.remaining_ms =
      remaining(calendar_of(*change.world, timer.calendar), limit.unit, change.now, timer.due_at).count();
  timer.wake_at.reset();
  keep_step(change, timer, "paused", change.now, "");
}

void go_on(Change& change, Timer& timer) {
  const Limit limit = parse_limit(timer.limit_text);
  const Calendar& calendar = calendar_of(*change.world, timer.calendar);
  timer.due_at = resume(calendar, limit.unit, milliseconds{timer.remaining_ms}, change.now);
  // The yellow light stood still as well: as much of the deadline's own time is left until it as when the clock stopped.
  if (timer.warn_at && timer.phase == 0)
    timer.warn_at =
        resume(calendar, limit.unit, remaining(calendar, limit.unit, *timer.paused_at, *timer.warn_at), change.now);
  timer.paused_at.reset();
  timer.wake_at = wake_time(timer);
  keep_step(change, timer, "resumed", change.now, "");
}

// A change may come before the clock does: what has passed has passed, and counts. One that stood still cannot have.
void see_lateness(Change& change, const pack::Deadline& deadline, Timer& timer) {
  if (timer.late || timer.paused_at || timer.due_at >= change.now) return;
  timer.late = true;
  timer.phase = 2;
  change.late_now.push_back(int(&deadline - change.kind->deadlines.data()));
}

void settle(Change& change, const pack::Deadline& deadline, std::size_t state) {
  Timer* timer = change.timer(deadline.name);
  const bool running = timer != nullptr && !timer->ended_at;
  // A climb that found nobody higher does not begin the time anew: it stays late, in sight, and the clock lets it be.
  const bool nowhere = change.actor.system && change.action_index == deadline.late_action &&
                       change.record.holder_org == change.before.holder_org;
  const bool restart = change.action_index >= 0 && !nowhere && deadline.restart_on[std::size_t(change.action_index)];
  if (deadline.runs[state]) {
    if (running && restart) see_lateness(change, deadline, *timer);
    if (!running || restart)
      start(change, deadline, timer);
    else if (timer->paused_at)
      go_on(change, *timer);
  } else if (running && (deadline.pauses[state] || change.record.merged_into)) {
    // While it is merged another has its time; undone, a merge must not make a late matter green.
    if (!timer->paused_at) pause(change, *timer);
  } else if (running) {
    see_lateness(change, deadline, *timer);
    timer->ended_at = change.now;
    timer->wake_at.reset();
  }
}

void settle_keeping(Change& change, const char* name, const std::optional<Limit>& limit, bool final) {
  if (!limit) return;
  Timer* timer = change.timer(name);
  if (!final) {
    if (timer != nullptr && !timer->ended_at) timer->ended_at = change.now, timer->wake_at.reset();
    return;
  }
  // What was erased is not erased again, unless the record was reopened since or something new was written to it.
  const Record& record = change.record;
  const bool anew = change.before.open || change.action_index >= 0 ||
                    (!record.answer.empty() && record.answer != change.before.answer);
  if (timer != nullptr && (!timer->ended_at || !anew)) return;
  if (timer == nullptr) {
    change.timers().push_back({});
    timer = &change.timers().back();
    timer->record = change.record.id;
    timer->deadline = name;
  }
  timer->calendar.clear();
  set_due(change, *timer, calendar_of(*change.world, ""), *limit, 0, change.now);
}

}  // namespace

std::optional<Time> wake_time(const Timer& timer) {
  if (timer.paused_at || timer.ended_at || timer.phase >= 2) return std::nullopt;
  return timer.phase == 0 && timer.warn_at && *timer.warn_at < timer.due_at ? *timer.warn_at : timer.due_at;
}

void settle_timers(Change& change) {
  const int state = change.kind->state(change.record.state);
  if (change.creating) change.timers();
  if (state < 0) return;  // nothing begins or ends in a state that the packs no longer know
  for (const pack::Deadline& deadline : change.kind->deadlines) settle(change, deadline, std::size_t(state));
  const bool final = change.kind->states[std::size_t(state)].final;
  settle_keeping(change, kKeepPrivate, change.kind->keep_private, final);
  settle_keeping(change, kKeepAll, change.kind->keep_all, final);
  change.record.due_at.reset();
  for (const pack::Deadline& deadline : change.kind->deadlines) {
    const Timer* timer = change.timer(deadline.name);
    if (timer == nullptr || timer->ended_at || timer->paused_at || deadline.quiet) continue;
    if (!change.record.due_at || timer->due_at < *change.record.due_at) change.record.due_at = timer->due_at;
  }
}

void save_timers(Change& change) {
  for (const Timer& timer : change.timers())
    store::run_later(change.tx, sql::kPutTimer, change.realm, timer.record, timer.deadline, timer.started_at,
                     timer.due_at, timer.warn_at, timer.limit_text, timer.calendar, timer.paused_at, timer.remaining_ms,
                     timer.ended_at, timer.late, timer.phase, timer.wake_at);
  change.save_alarms();
}

}  // namespace tongxin::record
