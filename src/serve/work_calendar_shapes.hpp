// Shapes of /v1 for one year of a working calendar and the days that an administrator enters in it.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct CalendarDay {
  std::string day;
  bool works;
  Words name;
  std::vector<std::string> periods;
  bool entered;
};
BOOST_DESCRIBE_STRUCT(CalendarDay, (), (day, works, name, periods, entered))
constexpr auto notes(const CalendarDay*) {
  return std::array{note("day", "日期 / the day"), note("works", "上班 / people work"),
                    note("name", "名称，可为空 / its name, perhaps empty"),
                    note("periods", "上班时段；休息日为空 / working periods; empty: a rest day"),
                    note("entered", "管理员填写的；否则来自机制包 / entered by an administrator, else from the pack")};
}
struct CalendarYear {
  std::string name;
  std::int64_t year, revision;
  std::vector<std::vector<std::string>> week;
  std::vector<CalendarDay> days;
};  // GET /v1/calendars/{name}/years/{year}
BOOST_DESCRIBE_STRUCT(CalendarYear, (), (name, year, revision, week, days))
constexpr auto notes(const CalendarYear*) {
  return std::array{note("name", "名称 / name"), note("year", "年 / the year"),
                    note("revision", "修改时原样送回 / to be sent back with a change"),
                    note("week", "周一至周日的上班时段 / working periods, Monday first"),
                    note("days", "与平常星期不同的日子 / the days that differ from their weekday")};
}

struct EnteredDay {
  std::string day;
  bool works;
  std::string name, name_en;
  std::vector<std::string> periods;
};
BOOST_DESCRIBE_STRUCT(EnteredDay, (), (day, works, name, name_en, periods))
constexpr auto notes(const EnteredDay*) {
  return std::array{
      note("day", "日期 / the day", length(10, 10)),
      note("works", "调休上班；否则放假 / a make-up day, else a rest day"),
      note("name", "名称 / name", length(0, 40), Format::line, defaulted()),
      note("name_en", "英文名称 / name in English", length(0, 80), Format::line, defaulted()),
      note("periods", "上班时段，如 09:00-12:00；缺省同平日 / working periods; as on a usual day when empty",
           items(0, 8), length(1, 20), defaulted())};
}
struct EnteredYear {
  std::int64_t revision;
  std::vector<EnteredDay> days;
  std::string reason;
};  // PUT /v1/calendars/{name}/years/{year}
BOOST_DESCRIBE_STRUCT(EnteredYear, (), (revision, days, reason))
constexpr auto notes(const EnteredYear*) {
  return std::array{
      note("revision", "打开时的修订号 / the revision that was read"),
      note("days", "这一年填写的全部日子，替换原有的 / all entered days of the year, replacing those before",
           items(0, 200)),
      note("reason", "依据，如通知文号 / by which notice", length(0, 120), Format::line, defaulted())};
}

}  // namespace tongxin::serve::api
