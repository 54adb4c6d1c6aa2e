// The arithmetic under calendar.hpp, shared by its two .cpp files; nobody else includes this.
//
// Days are serial numbers since 1970-01-01 in the calendar's zone. Two sums are known for any day without
// walking: the working time and the number of working days before it. Everything else is their inverse by
// binary search.
#pragma once
#include "base/calendar.hpp"

namespace tongxin {

class CalendarMath {
 public:
  explicit CalendarMath(const Calendar& calendar) : calendar_(calendar) {}

  static constexpr int kFirst = -25567;  // 1900-01-01, a Monday
  static constexpr int kLast = 84006;    // 2200-01-01

  int serial(Time time) const;   // Fault(invalid) outside 1900–2200
  Time begin(int serial) const;  // its midnight
  Day day(int serial) const { return day_of(begin(serial), calendar_.zone()); }
  static int weekday_index(int serial) { return (serial - kFirst) % 7; }

  const std::vector<Period>& periods(int serial) const { return shape(serial).periods; }
  bool works(int serial) const { return !shape(serial).periods.empty(); }
  const Words* special(int serial) const;
  milliseconds working_in_day(int serial) const { return shape(serial).total; }
  Time end_of_work(int serial) const { return begin(serial) + periods(serial).back().until; }

  milliseconds working_before(int serial) const;
  int working_days_before(int serial) const;
  milliseconds position(Time time) const;       // working time before an instant
  Time instant(milliseconds position) const;    // the first instant at which position() is reached
  int working_day(int after, int count) const;  // the count-th working day after that day

 private:
  friend class Calendar;
  const Calendar::Special* special_at(int serial) const;  // the first special day at or after; may be the end
  const Calendar::Shape& shape(int serial) const;
  template <class Reached>
  int first_day(Reached reached) const;

  const Calendar& calendar_;
};

}  // namespace tongxin
