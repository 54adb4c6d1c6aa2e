#include "record/calendars.hpp"

#include <algorithm>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>

namespace tongxin::record {
namespace {

using store::Sql;

constexpr Sql kDays{"calendar_days",
                    "SELECT day, works, periods, zh, en FROM calendar_day WHERE realm_id=$1 AND calendar=$2 AND "
                    "day BETWEEN $3 AND $4 ORDER BY day"};
constexpr Sql kClear{"clear_calendar_days",
                     "DELETE FROM calendar_day WHERE realm_id=$1 AND calendar=$2 AND day BETWEEN $3 AND $4"};
constexpr Sql kEnter{"enter_calendar_day",
                     "INSERT INTO calendar_day (realm_id, calendar, day, works, periods, zh, en, actor, at) VALUES "
                     "($1,$2,$3,$4,$5,$6,$7,$8,$9)"};
constexpr Sql kRevision{"calendar_revision", "SELECT revision FROM calendar_revision WHERE realm_id=$1"};
constexpr Sql kNextRevision{"next_calendar_revision",
                            "INSERT INTO calendar_revision (realm_id, revision) VALUES ($1, 1) ON CONFLICT (realm_id) "
                            "DO UPDATE SET revision = calendar_revision.revision + 1"};

std::string written(const std::vector<Period>& periods) {
  std::string text;
  for (const Period period : periods) text += (text.empty() ? "" : ",") + to_text(period);
  return text;
}

// What written() wrote.
std::vector<Period> read_periods(const std::string& text) {
  std::vector<Period> periods;
  std::vector<std::string> parts;
  if (!text.empty()) boost::split(parts, text, boost::is_any_of(","));
  for (const std::string& part : parts)
    if (Period period; parse_period(part, period)) periods.push_back(period);
  return periods;
}

Day first_of(int year) { return year * 10000 + 101; }
Day last_of(int year) { return year * 10000 + 1231; }

// A day of the file's own list is found at /days/n; what the calendar as a whole complains of, at /days.
void check(const std::vector<CalendarDay>& days, int year) {
  std::vector<Complaint> complaints;
  const auto complain = [&](std::size_t i, const char* code, Words say) {
    complaints.push_back({fmt::format("/days/{}", i), code, std::move(say)});
  };
  for (std::size_t i = 0; i < days.size(); ++i) {
    const CalendarDay& each = days[i];
    if (!is_day(each.day) || each.day < first_of(year) || each.day > last_of(year))
      complain(i, "range", words("这一天不在 {} 年", "this day is not in {}", year));
    else if (i > 0 && days[i - 1].day == each.day)
      complain(i, "duplicate", words("{} 写了两次", "{} is given twice", to_day_text(each.day)));
    if (!each.works && !each.periods.empty())
      complain(i, "range", words("休息日没有上班时段", "a day of rest has no working hours"));
    if (!each.works && each.name.zh.empty() && each.name.en.empty())
      complain(i, "required", words("请写明是什么假日", "say which holiday it is"));
    for (std::size_t p = 0; p < each.periods.size(); ++p)
      if (each.periods[p].from >= each.periods[p].until || (p > 0 && each.periods[p].from < each.periods[p - 1].until))
        complain(i, "range", words("上班时段须先后排列，不重叠", "working hours follow each other without overlap"));
  }
  if (!complaints.empty())
    throw Fault(Code::invalid, words("日历有误，没有保存", "the calendar is wrong and was not saved"),
                std::move(complaints));
}

}  // namespace

CalendarPlan with_days(CalendarPlan plan, const std::vector<CalendarDay>& days) {
  if (days.empty()) return plan;
  const auto entered = [&](Day day) {
    return std::any_of(days.begin(), days.end(), [day](const CalendarDay& each) { return each.day == day; });
  };
  std::erase_if(plan.make_up_days, [&](const auto& each) { return entered(each.day); });
  std::vector<CalendarPlan::Holiday> holidays;
  const auto rest_on = [&holidays](Day day, const Words& name) {
    if (!holidays.empty() && holidays.back().name == name && add_days(holidays.back().last, 1) == day)
      holidays.back().last = day;
    else
      holidays.push_back({day, day, name});
  };
  for (const auto& holiday : plan.holidays)
    for (Day day = holiday.first; day <= holiday.last; day = add_days(day, 1))
      if (!entered(day)) rest_on(day, holiday.name);
  for (const CalendarDay& each : days) {
    if (each.works)
      plan.make_up_days.push_back({each.day, 0, each.periods, each.name});
    else
      rest_on(each.day, each.name);
  }
  std::stable_sort(holidays.begin(), holidays.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::stable_sort(plan.make_up_days.begin(), plan.make_up_days.end(),
                   [](const auto& a, const auto& b) { return a.day < b.day; });
  plan.holidays = std::move(holidays);
  return plan;
}

std::vector<CalendarDay> entered_days(store::Tx& tx, RealmId realm, std::string_view calendar, Day first, Day last) {
  std::vector<CalendarDay> days;
  tx.each(
      kDays,
      [&](const store::Row& row) {
        days.push_back({row.get<Day>(0), row.get<bool>(1), read_periods(row.get<std::string>(2)),
                        Words{row.get<std::string>(3), row.get<std::string>(4)}});
      },
      realm, calendar, first, last);
  return days;
}

const Calendar& calendar_of(const World& world, std::string_view name) {
  const auto found = world.calendars->find(name);
  return found == world.calendars->end() ? world.library->calendar(name) : found->second;
}

std::shared_ptr<const Calendars> load_calendars(store::Tx& tx, RealmId realm, const pack::Library& library) {
  auto all = std::make_shared<Calendars>();
  for (const auto& [name, calendar] : library.calendars) {
    const auto days = entered_days(tx, realm, name, first_of(1900), last_of(2199));
    if (!days.empty()) all->emplace(name, Calendar(with_days(calendar.plan(), days)));
  }
  return all;
}

void enter_year(store::Tx& tx, const people::Doing& doing, const pack::Library& library, std::string_view calendar,
                int year, std::vector<CalendarDay> days, std::int64_t revision) {
  if (!library.calendars.contains(std::string(calendar)))
    throw Fault(Code::not_found, words("没有这个工作日历：{}", "there is no such calendar: {}", calendar));
  if (year < 2000 || year > 2199)
    throw Fault(Code::invalid, words("只能填写 2000 至 2199 年", "only the years 2000 to 2199 can be entered"));
  if (days.size() > kMostCalendarDays)
    throw Fault(Code::invalid,
                words("一年最多填写 {} 天", "at most {} days can be entered for a year", kMostCalendarDays));
  std::stable_sort(days.begin(), days.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
  check(days, year);
  if (tx.one<std::int64_t>(kRevision, doing.realm).value_or(0) != revision)
    throw Fault(Code::conflict, words("别人刚修改了工作日历，请重新打开再改",
                                      "somebody has just changed the calendars: open the page anew"));
  tx.run(kClear, doing.realm, calendar, first_of(year), last_of(year));
  for (const CalendarDay& each : days)
    tx.run(kEnter, doing.realm, calendar, each.day, each.works, written(each.periods), each.name.zh, each.name.en,
           doing.actor, doing.at);
  tx.run(kNextRevision, doing.realm);
  people::audit(tx, doing, "calendar.days", 0);
}

}  // namespace tongxin::record
