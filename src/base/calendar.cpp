#include "base/calendar.hpp"

#include <cmath>

#include "base/calendar_math.hpp"

namespace tongxin {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;

[[noreturn]] void out_of_range() {
  throw Fault(Code::invalid,
              words("时间超出日历范围（1900 年至 2199 年）", "the time lies outside the calendar (1900 to 2199)"));
}

bool read_clock(std::string_view& text, minutes& clock) {
  const auto number = [&](std::size_t least, std::size_t most, int& value) {
    std::size_t count = 0;
    value = 0;
    for (; count < most && count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count)
      value = value * 10 + (text[count] - '0');
    text.remove_prefix(count);
    return count >= least;
  };
  int h = 0, m = 0;
  if (!number(1, 2, h) || text.empty() || text[0] != ':') return false;
  text.remove_prefix(1);
  if (!number(2, 2, m) || h > 24 || m > 59 || (h == 24 && m != 0)) return false;
  clock = minutes{h * 60 + m};
  return true;
}

milliseconds total(const std::vector<Period>& periods) {
  milliseconds sum{};
  for (const Period& period : periods) sum += period.until - period.from;
  return sum;
}

void check_periods(const std::vector<Period>& periods, const std::string& at, std::vector<Complaint>& complaints) {
  for (std::size_t i = 0; i < periods.size(); ++i) {
    const Period& period = periods[i];
    if (period.from < 0min || period.until > 24h || period.from >= period.until)
      complaints.push_back(
          {at, "range",
           words("时段 {} 须在 00:00–24:00 之间，且先始后终",
                 "the period {} must lie within 00:00–24:00 and end after it begins", to_text(period))});
    else if (i > 0 && period.from < periods[i - 1].until)
      complaints.push_back({at, "range",
                            words("时段 {} 与前一时段 {} 重叠或颠倒，请按先后排列",
                                  "the period {} overlaps or precedes {}; put them in order", to_text(period),
                                  to_text(periods[i - 1]))});
  }
}

void check_holidays(const CalendarPlan& plan, std::vector<Complaint>& complaints) {
  for (std::size_t i = 0; i < plan.holidays.size(); ++i) {
    const auto& holiday = plan.holidays[i];
    const std::string at = fmt::format("/holidays/{}", i);
    if (!is_day(holiday.first) || !is_day(holiday.last) || holiday.last < holiday.first)
      complaints.push_back({at, "range",
                            words("假日“{}”的起止日期不对", "the holiday '{}' needs real dates, first before last",
                                  holiday.name.zh.empty() ? holiday.name.en : holiday.name.zh)});
    else if (days_between(holiday.first, holiday.last) > 366)
      complaints.push_back({at, "range", words("一个假日不能超过一年", "a holiday may not last longer than a year")});
  }
}

void check_make_up_days(const CalendarPlan& plan, std::vector<Complaint>& complaints) {
  for (std::size_t i = 0; i < plan.make_up_days.size(); ++i) {
    const auto& make_up = plan.make_up_days[i];
    const std::string at = fmt::format("/make_up_days/{}", i);
    if (!is_day(make_up.day)) {
      complaints.push_back({at, "format", words("调休上班日不是有效日期", "the make-up day is no real date")});
      continue;
    }
    if (make_up.as_weekday < 0 || make_up.as_weekday > 7 || (make_up.as_weekday != 0 && !make_up.periods.empty()))
      complaints.push_back({at, "range",
                            words("调休上班日 {} 按星期几（1–7）上班，或自定时段，只能二者取一",
                                  "the make-up day {} keeps the hours of a weekday (1–7) or its own periods, not both",
                                  to_day_text(make_up.day))});
    check_periods(make_up.periods, at, complaints);
    for (const auto& holiday : plan.holidays)
      if (holiday.first <= make_up.day && make_up.day <= holiday.last)
        complaints.push_back(
            {at, "duplicate",
             words("{} 既是假日又是调休上班日", "{} is both a holiday and a make-up day", to_day_text(make_up.day))});
    for (std::size_t other = 0; other < i; ++other)
      if (plan.make_up_days[other].day == make_up.day)
        complaints.push_back(
            {at, "duplicate",
             words("调休上班日 {} 写了两次", "the make-up day {} is given twice", to_day_text(make_up.day))});
  }
}

}  // namespace

bool parse_period(std::string_view text, Period& period) {
  Period read;
  if (!read_clock(text, read.from)) return false;
  constexpr std::string_view dash = "–";
  if (text.starts_with(dash))
    text.remove_prefix(dash.size());
  else if (text.starts_with('-'))
    text.remove_prefix(1);
  else
    return false;
  if (!read_clock(text, read.until) || !text.empty() || read.from >= read.until) return false;
  period = read;
  return true;
}

std::string to_text(Period period) {
  const auto from = period.from.count(), until = period.until.count();
  return fmt::format("{:02}:{:02}–{:02}:{:02}", from / 60, from % 60, until / 60, until % 60);
}

CalendarPlan ordinary_week() {
  CalendarPlan plan;
  for (std::size_t i = 0; i < 5; ++i) plan.week[i] = {{9h, 12h}, {13h + 30min, 18h}};
  return plan;
}

Calendar::Calendar(CalendarPlan plan) : plan_(std::move(plan)) {
  std::vector<Complaint> complaints;
  for (std::size_t i = 0; i < 7; ++i) check_periods(plan_.week[i], fmt::format("/week/{}", i + 1), complaints);
  if (std::all_of(plan_.week.begin(), plan_.week.end(), [](const auto& day) { return day.empty(); }))
    complaints.push_back(
        {"/week", "required", words("一周里至少要有一个工作时段", "the week needs at least one working period")});
  check_holidays(plan_, complaints);
  check_make_up_days(plan_, complaints);
  if (abs(plan_.zone.offset) > 24h)
    complaints.push_back({"/zone", "range", words("时区偏移超过一天", "the zone is more than a day away from UTC")});
  if (!complaints.empty())
    throw Fault(Code::invalid, words("工作日历有误", "the working calendar is wrong"), std::move(complaints));
  compile();
}

void Calendar::add_special(Day day, std::vector<Period> periods, const Words& name) {
  const int serial = days_between(19700101, day);
  shapes_.push_back({periods, total(periods)});
  names_.push_back(name);
  specials_.push_back({serial, shapes_.size() - 1, names_.size() - 1});
}

void Calendar::compile() {
  for (std::size_t i = 0; i < 7; ++i) {
    shapes_.push_back({plan_.week[i], total(plan_.week[i])});
    time_in_week_[i + 1] = time_in_week_[i] + shapes_[i].total;
    days_in_week_[i + 1] = days_in_week_[i] + !plan_.week[i].empty();
  }
  for (const auto& holiday : plan_.holidays)
    for (Day day = holiday.first; day <= holiday.last; day = add_days(day, 1)) add_special(day, {}, holiday.name);
  const auto usual_hours =
      *std::find_if(plan_.week.begin(), plan_.week.end(), [](const auto& day) { return !day.empty(); });
  for (const auto& make_up : plan_.make_up_days) {
    const auto& hours = make_up.as_weekday        ? plan_.week[std::size_t(make_up.as_weekday - 1)]
                        : make_up.periods.empty() ? usual_hours
                                                  : make_up.periods;
    add_special(make_up.day, hours, make_up.name);
  }
  // Where holidays overlap (Mid-Autumn within the National Day week) the one written first names the day.
  std::stable_sort(specials_.begin(), specials_.end(),
                   [](const Special& a, const Special& b) { return a.serial < b.serial; });
  specials_.erase(std::unique(specials_.begin(), specials_.end(),
                              [](const Special& a, const Special& b) { return a.serial == b.serial; }),
                  specials_.end());
  milliseconds time{};
  int days = 0;
  for (Special& special : specials_) {
    special.time_before = time;
    special.days_before = days;
    const Shape& usual = shapes_[std::size_t(CalendarMath::weekday_index(special.serial))];
    time += shapes_[special.shape].total - usual.total;
    days += int(!shapes_[special.shape].periods.empty()) - int(!usual.periods.empty());
  }
  specials_.push_back({CalendarMath::kLast + 1, 0, 0, time, days});  // so that a look-up always finds one
}

bool Calendar::works(Day day) const { return !periods(day).empty(); }
const std::vector<Period>& Calendar::periods(Day day) const {
  return CalendarMath(*this).periods(days_between(19700101, day));
}
const Words* Calendar::special(Day day) const { return CalendarMath(*this).special(days_between(19700101, day)); }

int CalendarMath::serial(Time time) const {
  const auto day = std::chrono::floor<std::chrono::days>(time + calendar_.zone().offset).time_since_epoch().count();
  if (day < kFirst || day > kLast) out_of_range();
  return int(day);
}

Time CalendarMath::begin(int serial) const { return Time{std::chrono::days{serial}} - calendar_.zone().offset; }

const Calendar::Special* CalendarMath::special_at(int serial) const {
  return &*std::lower_bound(calendar_.specials_.begin(), calendar_.specials_.end(), serial,
                            [](const Calendar::Special& special, int wanted) { return special.serial < wanted; });
}

const Calendar::Shape& CalendarMath::shape(int serial) const {
  const auto* special = special_at(serial);
  return calendar_
      .shapes_[special->serial == serial && serial <= kLast ? special->shape : std::size_t(weekday_index(serial))];
}

const Words* CalendarMath::special(int serial) const {
  const auto* special = special_at(serial);
  return special->serial == serial && serial <= kLast ? &calendar_.names_[special->name] : nullptr;
}

milliseconds CalendarMath::working_before(int serial) const {
  const int days = serial - kFirst;
  return calendar_.time_in_week_[7] * (days / 7) + calendar_.time_in_week_[std::size_t(days % 7)] +
         special_at(serial)->time_before;
}

int CalendarMath::working_days_before(int serial) const {
  const int days = serial - kFirst;
  return calendar_.days_in_week_[7] * (days / 7) + calendar_.days_in_week_[std::size_t(days % 7)] +
         special_at(serial)->days_before;
}

milliseconds CalendarMath::position(Time time) const {
  const int day = serial(time);
  const milliseconds clock = time - begin(day);
  milliseconds sum = working_before(day);
  for (const Period& period : periods(day))
    sum += std::clamp<milliseconds>(clock - period.from, 0ms, period.until - period.from);
  return sum;
}

// The first day in the calendar for which `reached` holds; it must go on holding for all later days.
template <class Reached>
int CalendarMath::first_day(Reached reached) const {
  int low = kFirst, high = kLast;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (reached(middle))
      high = middle;
    else
      low = middle + 1;
  }
  if (low == kLast) out_of_range();
  return low;
}

Time CalendarMath::instant(milliseconds position) const {
  if (position <= 0ms) out_of_range();
  const int day = first_day([&](int serial) { return working_before(serial + 1) >= position; });
  milliseconds rest = position - working_before(day);
  for (const Period& period : periods(day)) {
    const milliseconds length = period.until - period.from;
    if (rest <= length) return begin(day) + period.from + rest;
    rest -= length;
  }
  throw Fault(Code::internal, words("工作日历计算有误", "the working calendar lost count"));
}

int CalendarMath::working_day(int after, int count) const {
  const int target = working_days_before(after + 1) + count;
  return first_day([&](int serial) { return working_days_before(serial + 1) >= target; });
}

Time due(const Calendar& calendar, Limit limit, Time start) {
  const CalendarMath math(calendar);
  const int today = math.serial(start);
  switch (limit.unit) {
    case Unit::natural_minute: return start + minutes{limit.amount};
    case Unit::natural_hour: return start + std::chrono::hours{limit.amount};
    case Unit::natural_day: return math.begin(today + limit.amount + 1);
    case Unit::working_minute: return add(calendar, minutes{limit.amount}, start);
    case Unit::working_hour: return add(calendar, std::chrono::hours{limit.amount}, start);
    case Unit::working_day: break;
  }
  if (limit.amount == 0 && math.works(today) && start < math.end_of_work(today)) return math.end_of_work(today);
  return math.end_of_work(math.working_day(today, std::max(limit.amount, 1)));
}

milliseconds working_between(const Calendar& calendar, Time from, Time until) {
  const CalendarMath math(calendar);
  return math.position(until) - math.position(from);
}

Time add(const Calendar& calendar, milliseconds working, Time start) {
  if (working == 0ms) return start;
  const CalendarMath math(calendar);
  return math.instant(math.position(start) + working);
}

Time at_fraction(const Calendar& calendar, Limit limit, Time start, double fraction) {
  const Time end = due(calendar, limit, start);
  const milliseconds whole = remaining(calendar, limit.unit, start, end);
  const milliseconds part{std::llround(double(whole.count()) * std::clamp(fraction, 0.0, 1.0))};
  return fraction >= 1 ? end : resume(calendar, limit.unit, part, start);
}

milliseconds elapsed(const Calendar& calendar, Unit unit, Time start, Time now) {
  return Limit{0, unit}.in_working_time() ? working_between(calendar, start, now) : now - start;
}
milliseconds remaining(const Calendar& calendar, Unit unit, Time now, Time due) {
  return elapsed(calendar, unit, now, due);
}
Time resume(const Calendar& calendar, Unit unit, milliseconds remaining, Time now) {
  return Limit{0, unit}.in_working_time() ? add(calendar, remaining, now) : now + remaining;
}

}  // namespace tongxin
