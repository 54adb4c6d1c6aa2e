#include "record/timer_steps.hpp"

#include "record/change.hpp"
#include "store/later.hpp"

namespace tongxin::record {
namespace {

constexpr store::Sql kAddStep{
    "add_timer_step",
    "INSERT INTO timer_step (realm_id, record_id, deadline, started_at, seq, what, at, from_at, limit_text, left_ms, "
    "due_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT DO NOTHING"};
// What happens in one change happens in the order of these words: extended, paused, resumed.
constexpr store::Sql kSteps{"timer_steps",
                            "SELECT seq, what, at, from_at, limit_text, left_ms, due_at FROM timer_step WHERE "
                            "realm_id=$1 AND record_id=$2 AND deadline=$3 AND started_at=$4 ORDER BY seq, what, "
                            "from_at LIMIT 200"};

Words join(const Words& first, const Words& second) {
  return {first.zh + "；" + second.zh, first.en + "; " + second.en};
}

// What the calendar says now, beside what it said when the step was taken.
Words counted(const Calendar& calendar, const Explanation& explanation, Time kept) {
  if (explanation.due == kept) return explanation.say;
  const std::string until = deadline_text(kept, calendar.zone());
  return {fmt::format("{}（日历后来改过，当时算得 {} 到期，以当时为准）", explanation.say.zh, until),
          fmt::format("{} (the calendar has changed since; it was counted as due {}, which holds)", explanation.say.en,
                      until)};
}

Words amount_left(Unit unit, std::int64_t left_ms) {
  const bool late = left_ms < 0;
  const Words amount = duration_words(milliseconds{late ? -left_ms : left_ms});
  const bool working = Limit{0, unit}.in_working_time();
  return {fmt::format("{}{} {}", late ? "已超" : "剩余", working ? "工作时间" : "", amount.zh),
          fmt::format("{}{}{}", amount.en, working ? " of working time" : "", late ? " late" : " left")};
}

Words explain_step(const Calendar& calendar, Unit unit, const TimerStep& step, bool paused) {
  const std::string at = to_minute_text(step.at, calendar.zone());
  const Words left = amount_left(unit, step.left_ms);
  if (step.what == "paused")
    return {fmt::format("{} 暂停，{}", at, left.zh), fmt::format("paused {} with {}", at, left.en)};
  if (step.what == "extended" && paused) {
    const Words by = to_words(parse_limit(step.limit_text));
    return {fmt::format("{} 延长 {}（暂停中），{}", at, by.zh, left.zh),
            fmt::format("extended {} by {} while it stood still: {}", at, by.en, left.en)};
  }
  if (step.what == "extended") {
    const Words how = counted(calendar, explain(calendar, parse_limit(step.limit_text), step.from_at), step.due_at);
    return {fmt::format("{} 延长：{}", at, how.zh), fmt::format("extended {}: {}", at, how.en)};
  }
  if (step.left_ms < 0) return {fmt::format("{} 恢复，{}", at, left.zh), fmt::format("resumed {}, {}", at, left.en)};
  const Words how =
      counted(calendar, explain_resumed(calendar, unit, milliseconds{step.left_ms}, step.at), step.due_at);
  return {fmt::format("{} 恢复：{}", at, how.zh), fmt::format("resumed {}: {}", at, how.en)};
}

// One whose steps were not kept yet when they were taken.
Words without_steps(const Calendar& calendar, const Timer& timer, const Explanation& plain) {
  const Limit limit = parse_limit(timer.limit_text);
  if (timer.paused_at) {
    const Words left = amount_left(limit.unit, timer.remaining_ms);
    return {fmt::format("暂停计时，{}", left.zh), fmt::format("standing still with {}", left.en)};
  }
  if (plain.due == timer.due_at) return plain.say;
  const std::string from = to_minute_text(timer.started_at, calendar.zone()),
                    until = deadline_text(timer.due_at, calendar.zone());
  return {fmt::format("{} 起 {}，曾暂停、延长或改过日历，到期 {}", from, to_words(limit).zh, until),
          fmt::format("{} from {}, paused, extended or counted before the calendar changed: due {}", to_words(limit).en,
                      from, until)};
}

}  // namespace

void keep_step(Change& change, const Timer& timer, std::string_view what, Time from_at, const std::string& limit_text) {
  store::run_later(change.tx, kAddStep, change.realm, timer.record, timer.deadline, timer.started_at,
                   change.record.last_seq + 1, std::string(what), change.now, from_at, limit_text, timer.remaining_ms,
                   timer.due_at);
}

std::vector<TimerStep> steps_of(store::Tx& tx, RealmId realm, const Timer& timer) {
  return tx.all<TimerStep>(kSteps, realm, timer.record, timer.deadline, timer.started_at);
}

Words explain_timer(const Calendar& calendar, const Timer& timer, std::span<const TimerStep> steps) {
  const Limit limit = parse_limit(timer.limit_text);
  const Explanation plain = explain(calendar, limit, timer.started_at);
  if (steps.empty()) return without_steps(calendar, timer, plain);
  Words all = plain.say;
  bool paused = false;
  for (const TimerStep& step : steps) {
    all = join(all, explain_step(calendar, limit.unit, step, paused));
    if (step.what != "extended") paused = step.what == "paused";
  }
  return all;
}

}  // namespace tongxin::record
