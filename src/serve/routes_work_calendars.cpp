// Working calendars (工作日历): what the packs say with what administrators entered, and the entering of a year's days.
#include <charconv>

#include "record/calendars.hpp"
#include "record/engine.hpp"
#include "serve/office_shapes.hpp"
#include "serve/routes.hpp"
#include "serve/work_calendar_routes.hpp"
#include "serve/work_calendar_shapes.hpp"

namespace tongxin::serve {
namespace {

std::vector<std::string> texts(const std::vector<Period>& periods) {
  std::vector<std::string> list;
  for (const Period period : periods) list.push_back(to_text(period));
  return list;
}

std::vector<std::vector<std::string>> week_of(const Calendar& calendar) {
  std::vector<std::vector<std::string>> week;
  for (const auto& day : calendar.plan().week) week.push_back(texts(day));
  return week;
}

api::CalendarView calendar_view(const std::string& name, const Calendar& calendar) {
  const CalendarPlan& plan = calendar.plan();
  api::CalendarView view{.name = name, .week = week_of(calendar), .holidays = {}, .working = {}};
  for (const auto& each : plan.holidays)
    view.holidays.push_back({to_day_text(each.first), to_day_text(each.last), each.name, {}});
  for (const auto& each : plan.make_up_days)
    view.working.push_back(
        {to_day_text(each.day), to_day_text(each.day), each.name, texts(calendar.periods(each.day))});
  return view;
}

int year_of(const Request& request) {
  const std::string& text = request.params.at(1);
  int year = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), year);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || year < 2000 || year > 2199)
    throw Fault(Code::not_found, words("日历只有 2000 至 2199 年", "calendars have the years 2000 to 2199"));
  return year;
}

api::CalendarYear year_view(App& app, store::Tx& tx, const std::string& name, int year) {
  const auto world = app.engine.worlds().current(tx, app.realm);
  if (!world->library->calendars.contains(name))
    throw Fault(Code::not_found, words("没有这个工作日历：{}", "there is no such calendar: {}", name));
  const Calendar& calendar = record::calendar_of(*world, name);
  const Day first = year * 10000 + 101, last = year * 10000 + 1231;
  const auto entered = record::entered_days(tx, app.realm, name, first, last);
  api::CalendarYear view{
      .name = name, .year = year, .revision = world->calendar_revision, .week = week_of(calendar), .days = {}};
  for (Day day = first; day <= last; day = add_days(day, 1))
    if (const Words* special = calendar.special(day))
      view.days.push_back(
          {to_day_text(day), calendar.works(day), *special, texts(calendar.periods(day)),
           std::any_of(entered.begin(), entered.end(), [day](const auto& each) { return each.day == day; })});
  return view;
}

std::vector<record::CalendarDay> read_days(const api::EnteredYear& body) {
  std::vector<record::CalendarDay> days;
  for (std::size_t i = 0; i < body.days.size(); ++i) {
    const api::EnteredDay& each = body.days[i];
    record::CalendarDay day{
        day_at(each.day, fmt::format("/days/{}/day", i)), each.works, {}, {each.name, each.name_en}};
    for (std::size_t p = 0; p < each.periods.size(); ++p) {
      Period period;
      if (!parse_period(each.periods[p], period))
        refuse_invalid(fmt::format("/days/{}/periods/{}", i, p), "format",
                       words("时段须像 09:00-12:00", "a period looks like 09:00-12:00"));
      day.periods.push_back(period);
    }
    days.push_back(std::move(day));
  }
  return days;
}

Answer enter(App& app, const Request& request, api::EnteredYear body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    need_admin(caller);
    const int year = year_of(request);
    const std::string& name = request.params.at(0);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const std::string reason = fmt::format("{} {}{}{}", name, year, body.reason.empty() ? "" : " · ", body.reason);
    record::enter_year(tx, doing_of(app, caller.actor.person, reason), *world->library, name, year, read_days(body),
                       body.revision);
    return json_answer(year_view(app, tx, name, year));
  });
}

}  // namespace

void add_work_calendar_routes(App& app, Router& router) {
  Api api(router);
  api.get<api::CalendarList>("/v1/calendars", "工作日历 / working calendars", [&app](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      need_staff(signed_in_caller(app, tx, request));
      const auto world = app.engine.worlds().current(tx, app.realm);
      api::CalendarList list;
      for (const auto& [name, unused] : world->library->calendars)
        list.items.push_back(calendar_view(name, record::calendar_of(*world, name)));
      return list;
    });
  });
  api.get<api::CalendarYear>("/v1/calendars/{name}/years/{year}", "工作日历的一年 / a year of a working calendar",
                             [&app](const Request& request) {
                               return app.store.read([&](store::Tx& tx) {
                                 need_staff(signed_in_caller(app, tx, request));
                                 return year_view(app, tx, request.params.at(0), year_of(request));
                               });
                             });
  api.put<api::EnteredYear, api::CalendarYear>(
      "/v1/calendars/{name}/years/{year}",
      "填写这一年的放假和调休；已在计时的时限日期不变 / enter the holidays and make-up days of a year; deadlines that "
      "run keep their date",
      [&app](const Request& request, api::EnteredYear body) { return enter(app, request, std::move(body)); });
}

}  // namespace tongxin::serve
