// Working calendars and time limits: when is a matter due, how much of its time has gone, and why that is so.
//
// Four clocks (STANDARDS.md 5.2, "timer kinds"): natural hours run through nights and rest days (紧急工作时),
// working hours stand still outside working periods (工作时), working days (工作日) and natural days (自然日)
// count days.
//
// What a limit of days means follows the Civil Code, articles 201 and 203
// (《民法典》第二百零一条、第二百零三条): the day of the start does not count
// ("开始的当日不计入，自下一日开始计算"), and the last day ends at 24:00, or, where there are business hours,
// when business stops ("截止时间为二十四时；有业务时间的，停止业务活动的时间为截止时间"). Hence
//   n working days   end with the last working period of the n-th working day after the day of the start,
//   whether that
//                    day worked or not; 0 working days ("同日办结") end with the working day that runs at the
//                    start, or with the next one if none is left of it;
//   n natural days   end at 24:00 of the n-th day after the day of the start; 0 at 24:00 of the same day. A
//   last day that
//                    is a holiday is not moved: the standard tables count natural days as they fall, and a
//                    pack that wants the move says working days.
// Hours and minutes begin at the start itself (article 201, second paragraph).
//
// An instant in a calendar is a Time; 24:00 is the midnight that follows (deadline_text writes it as 24:00).
// Working time is exact to the millisecond. Days between 1900 and 2200 only; beyond that a Fault(invalid).
//
// Costs: due, add and working_between take two or three binary searches (under a microsecond), whatever the
// span. A Calendar never changes after construction; any number of threads may read it.
#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"
#include "base/time.hpp"

namespace tongxin {

// A stretch of one day, in minutes since midnight; until may be 24:00.
struct Period {
  std::chrono::minutes from{}, until{};
  bool operator==(const Period&) const = default;
};
// "09:00-12:00" (also with an en dash, and 9:00).
bool parse_period(std::string_view text, Period& period);
std::string to_text(Period period);

// What a pack or an administrator writes down.
struct CalendarPlan {
  struct Holiday {
    Day first{}, last{};
    Words name;
  };
  // 调休: a rest day on which people work: with the hours of a weekday (1 Monday … 7 Sunday), or with its
  // own. Where neither is said, with those of the first weekday that works: the notices of the State Council
  // name only dates.
  struct MakeUpDay {
    Day day{};
    int as_weekday = 0;
    std::vector<Period> periods;
    Words name;
  };
  std::array<std::vector<Period>, 7> week;  // Monday first; an empty day rests; periods in order, without overlap
  std::vector<Holiday> holidays;
  std::vector<MakeUpDay> make_up_days;
  Zone zone;
};

// Monday to Friday 09:00–12:00 and 13:30–18:00, no holidays: for a realm that has not said anything yet, and
// for tests.
CalendarPlan ordinary_week();

class Calendar {
 public:
  // Throws Fault(invalid) with a complaint per wrong place ("/week/1", "/holidays/3", "/make_up_days/0").
  explicit Calendar(CalendarPlan plan);

  const CalendarPlan& plan() const { return plan_; }
  Zone zone() const { return plan_.zone; }
  bool works(Day day) const;
  // The working periods of a day; the view lives as long as the calendar.
  const std::vector<Period>& periods(Day day) const;
  // Why the day is not as its weekday would have it: the name of a holiday or of a make-up day; null for
  // ordinary days.
  const Words* special(Day day) const;

 private:
  friend class CalendarMath;
  struct Shape {
    std::vector<Period> periods;
    milliseconds total{};
  };
  // A day that differs from its weekday. The sums are the differences of all earlier special days: that is
  // what makes the working time before any day one multiplication and one look-up.
  struct Special {
    int serial;
    std::size_t shape, name;  // indexes into shapes_ and names_
    milliseconds time_before{};
    int days_before{};
  };
  void compile();
  void add_special(Day day, std::vector<Period> periods, const Words& name);

  CalendarPlan plan_;
  std::vector<Shape> shapes_;  // 0–6 the weekdays, then those of special days
  std::vector<Special> specials_;
  std::vector<Words> names_;
  std::array<milliseconds, 8> time_in_week_{};  // before the n-th weekday; [7] is the whole week
  std::array<int, 8> days_in_week_{};
};

enum class Unit { natural_minute, natural_hour, natural_day, working_minute, working_hour, working_day };

struct Limit {
  int amount = 0;
  Unit unit = Unit::working_day;
  bool operator==(const Limit&) const = default;
  bool in_days() const { return unit == Unit::natural_day || unit == Unit::working_day; }
  bool in_working_time() const { return unit >= Unit::working_minute; }
};

// "7 working_hours", "1 working_day", "30 natural_minutes". Throws Fault(invalid) that says what was
// expected.
Limit parse_limit(std::string_view text);
std::string to_code(Limit limit);  // what parse_limit reads
Words to_words(Limit limit);  // "7 个工作小时", "7 working hours"; natural hours are simply "2 小时", "2 hours"
Words duration_words(milliseconds duration);          // "1 小时 50 分", "1 h 50 min"; whole minutes, rounded down
std::string deadline_text(Time due, Zone zone = {});  // "2026-03-09 15:40"; a midnight as 24:00 of the day before

// The instant a matter that starts at `start` is due. Never earlier than start; never falls when start or
// amount rise.
Time due(const Calendar& calendar, Limit limit, Time start);

// Working time in [from, until); negative if until is earlier.
milliseconds working_between(const Calendar& calendar, Time from, Time until);

// The first instant by which `working` has been worked since start; start itself for zero. A negative amount
// goes back.
Time add(const Calendar& calendar, milliseconds working, Time start);

// When the given share of the time from start to due has gone, by the limit's own clock: 0.8 is the yellow
// light.
Time at_fraction(const Calendar& calendar, Limit limit, Time start, double fraction);

// Pausing (挂账, waiting for the resident): keep remaining() when the timer stops, hand it to resume() when
// it goes on. Working units count working time, natural units natural time; what is left of days is kept as
// time, so a resumed timer need not end with a day. remaining() is negative when late, and the resumed timer
// is then as late as it was.
milliseconds elapsed(const Calendar& calendar, Unit unit, Time start, Time now);
milliseconds remaining(const Calendar& calendar, Unit unit, Time now, Time due);
Time resume(const Calendar& calendar, Unit unit, milliseconds remaining, Time now);

// A due time that shows its own calculation.
struct Explanation {
  enum class Kind {
    period,   // time counted within one day, from–until
    days,     // whole days counted, from the first's beginning until the last's end
    rest,     // days that rest as every week
    holiday,  // days that rest for a reason with a name
    running,  // time counted by the natural clock, without a gap
    summary,  // everything after the first hundred pieces, in one
  };
  struct Piece {
    Kind kind;
    Time from, until;
    milliseconds counted{};  // what this piece adds to a limit of hours or minutes; zero in a limit of days
    int days = 0;            // what this piece adds to a limit of days
    Words name;              // holiday or make-up day
  };
  Time start, due;
  std::vector<Piece> pieces;
  Words say;  // "7 working hours from Friday 16:10: Friday 16:10–18:00 (1 h 50 min), …: due Monday 2026-03-09
              // 15:40"
};
Explanation explain(const Calendar& calendar, Limit limit, Time start);
// The same for a timer that was resumed with so much left.
Explanation explain_resumed(const Calendar& calendar, Unit unit, milliseconds remaining, Time now);

}  // namespace tongxin
