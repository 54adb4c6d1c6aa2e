#include "aspect/schedule/recurrence.hpp"

#include <libical/ical.h>

namespace tongxin::aspect::schedule {
namespace {

constexpr int kMostSteps = 200'000;  // an hourly rule over twenty years

Fault wrong(const std::string& rule, const char* zh, const char* en) {
  return Fault(Code::invalid, {fmt::format("重复规则“{}”{}", rule, zh), fmt::format("the rule '{}' {}", rule, en)});
}

icalrecurrencetype parse(const std::string& rule) {
  icalerror_set_errors_are_fatal(0);
  if (rule.empty() || rule.size() > 300) throw wrong(rule, "为空或过长", "is empty or too long");
  if (rule.find("RSCALE") != std::string::npos) throw wrong(rule, "不支持 RSCALE", "uses RSCALE, which is not offered");
  icalerror_clear_errno();
  icalrecurrencetype parsed = icalrecurrencetype_from_string(rule.c_str());
  if (parsed.freq == ICAL_NO_RECURRENCE || icalerrno != ICAL_NO_ERROR) {
    icalerror_clear_errno();
    icalrecurrencetype_clear(&parsed);
    throw wrong(rule, "不是 RFC 5545 的 RRULE，例如 FREQ=WEEKLY;BYDAY=MO", "is no RRULE such as FREQ=WEEKLY;BYDAY=MO");
  }
  if (parsed.freq == ICAL_SECONDLY_RECURRENCE || parsed.freq == ICAL_MINUTELY_RECURRENCE)
    throw wrong(rule, "比每小时更频繁", "repeats more often than hourly");
  return parsed;
}

// Local wall time as libical's floating time: no zone tables are asked.
icaltimetype to_ical(Time time, Zone zone) {
  const auto local = std::chrono::floor<std::chrono::seconds>(time + zone.offset).time_since_epoch().count();
  return icaltime_from_timet_with_zone(static_cast<time_t>(local), 0, nullptr);
}
Time from_ical(const icaltimetype& time, Zone zone) {
  return Time{std::chrono::seconds{icaltime_as_timet(time)}} - zone.offset;
}

}  // namespace

void check_rule(const std::string& rule) { (void)parse(rule); }

std::vector<Time> expand(const std::string& rule, Time begins, Time from, Time until, Zone zone, int most) {
  icalrecurrencetype parsed = parse(rule);
  // A rule that is never met ("the 31st of every February") ends with the window, not with the calendar's last year.
  const icaltimetype end = to_ical(until, zone);
  if (icaltime_is_null_time(parsed.until) || icaltime_compare(end, parsed.until) < 0) parsed.until = end;
  const std::unique_ptr<icalrecur_iterator, void (*)(icalrecur_iterator*)> iterator(
      icalrecur_iterator_new(parsed, to_ical(begins, zone)), icalrecur_iterator_free);
  std::vector<Time> times;
  if (!iterator) throw wrong(rule, "无法展开", "cannot be expanded");
  // Without COUNT nothing hangs on what lies before, so years of it need not be walked.
  if (parsed.count == 0 && from > begins) icalrecur_iterator_set_start(iterator.get(), to_ical(from, zone));
  for (int step = 0; step < kMostSteps && int(times.size()) < most; ++step) {
    const icaltimetype next = icalrecur_iterator_next(iterator.get());
    if (icaltime_is_null_time(next)) break;
    const Time time = from_ical(next, zone);
    if (time >= until) break;
    if (time >= from && time >= begins) times.push_back(time);
  }
  return times;
}

}  // namespace tongxin::aspect::schedule
