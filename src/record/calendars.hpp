// Days that a realm's administrators entered on top of the working calendars of its packs: the holidays and make-up days
// (调休) of next year, which are announced each November. An entered day overrules what the pack says of that day; where it
// is taken out, the pack's word holds again.
//
// What is entered counts for every time limit that begins, goes on after a pause or is extended from then on; one that runs
// keeps the date that people were told (docs/decisions.md).
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "pack/model.hpp"
#include "people/doing.hpp"
#include "record/world.hpp"
#include "store/store.hpp"

namespace tongxin::record {

struct CalendarDay {
  Day day = 0;
  bool works = false;           // a make-up day; otherwise people rest
  std::vector<Period> periods;  // of a make-up day; empty: as on the first weekday that works
  Words name;                   // 元旦; may be empty on a make-up day
};

// The pack's with what the realm entered; the natural calendar when the name is empty.
const Calendar& calendar_of(const World& world, std::string_view name);

inline constexpr std::size_t kMostCalendarDays = 200;  // of one calendar in one year

// The plan with the days laid over it; each day at most once. What cannot be is the Calendar's to refuse.
CalendarPlan with_days(CalendarPlan plan, const std::vector<CalendarDay>& days);

// In the order of days, first and last included.
std::vector<CalendarDay> entered_days(store::Tx& tx, RealmId realm, std::string_view calendar, Day first, Day last);

// The calendars of the packs that have entered days, with them.
std::shared_ptr<const Calendars> load_calendars(store::Tx& tx, RealmId realm, const pack::Library& library);

// Replaces the entered days of one calendar and year by `days`, and leaves an audit row. `revision` is the one that the
// caller saw. Throws Fault(not_found) for a calendar that no pack has, Fault(invalid) with complaints at /days/n, and
// Fault(conflict) when somebody changed calendars since.
void enter_year(store::Tx& tx, const people::Doing& doing, const pack::Library& library, std::string_view calendar,
                int year, std::vector<CalendarDay> days, std::int64_t revision);

}  // namespace tongxin::record
