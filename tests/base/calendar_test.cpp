#include "base/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

using namespace tongxin;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

Time at(std::string_view text) {
  Time time{};
  if (!parse_local(text, time)) throw std::runtime_error("bad time in test: " + std::string(text));
  return time;
}

// 2026: National Day 1–7 October, with Sunday 20 September and Saturday 10 October worked instead.
CalendarPlan national_day() {
  CalendarPlan plan = ordinary_week();
  plan.holidays = {{20261001, 20261007, {"国庆节", "National Day"}}};
  plan.make_up_days = {{20260920, 5, {}, {"国庆节", "National Day"}},
                       {20261010, 0, {{9h, 12h}}, {"国庆节", "National Day"}}};
  return plan;
}

const Calendar kOrdinary(ordinary_week());
const Calendar kAutumn(national_day());

std::string due_text(const Calendar& calendar, const char* limit, const char* start) {
  return deadline_text(due(calendar, parse_limit(limit), at(start)));
}

}  // namespace

TEST(Limit, ReadsWhatItWritesInEveryUnit) {
  for (const char* text : {"7 working_hours", "1 working_day", "30 natural_minutes", "2 natural_hours",
                           "15 natural_days", "45 working_minutes", "0 working_days"})
    EXPECT_EQ(to_code(parse_limit(text)), text);
  EXPECT_EQ(parse_limit("1 working_hours"), (Limit{1, Unit::working_hour}));
  EXPECT_EQ(to_words({7, Unit::working_hour}), (Words{"7 个工作小时", "7 working hours"}));
  EXPECT_EQ(to_words({1, Unit::natural_hour}), (Words{"1 小时", "1 hour"}));
}

TEST(Limit, RefusesWhatIsNoLimitAndSaysWhatWasExpected) {
  for (const char* text :
       {"", "7", "working_hours", "7working_hours", "7 hours", "-1 working_days", "0 working_hours", "7 working_hourss",
        "1.5 working_hours", "100001 working_days", "99999999999 working_days", "two working_days"})
    try {
      parse_limit(text);
      ADD_FAILURE() << "accepted " << text;
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::invalid);
      EXPECT_THAT(fault.say().en, HasSubstr("7 working_hours"));
      EXPECT_THAT(fault.say().zh, HasSubstr("时限"));
    }
}

TEST(Period, ReadsWithHyphenOrDashAndRefusesTheRest) {
  Period period;
  ASSERT_TRUE(parse_period("9:00-12:00", period));
  EXPECT_EQ(period, (Period{9h, 12h}));
  ASSERT_TRUE(parse_period("13:30–24:00", period));
  EXPECT_EQ(to_text(period), "13:30–24:00");
  for (const char* text : {"", "9-12", "12:00-09:00", "09:00-24:01", "09:00-12:00 ", "09:60-10:00", "09:00 12:00"})
    EXPECT_FALSE(parse_period(text, period)) << text;
}

TEST(Calendar, ComplainsOfEveryWrongPlaceAtOnce) {
  CalendarPlan plan;
  plan.week[0] = {{9h, 12h}, {11h, 13h}};
  plan.week[1] = {{12h, 9h}};
  plan.holidays = {{20261007, 20261001, {"国庆节", ""}}, {20260501, 20260503, {}}};
  plan.make_up_days = {{20260502, 1, {}, {}}, {20260229, 1, {}, {}}, {20260606, 8, {}, {}}};
  try {
    const Calendar calendar(plan);
    FAIL();
  } catch (const Fault& fault) {
    std::vector<std::string> places;
    for (const Complaint& complaint : fault.complaints()) places.push_back(complaint.at);
    EXPECT_THAT(places, testing::ElementsAre("/week/1", "/week/2", "/holidays/0", "/make_up_days/0", "/make_up_days/1",
                                             "/make_up_days/2"));
  }
  EXPECT_THROW(Calendar{CalendarPlan{}}, Fault) << "a week without work would never be due";
}

TEST(Calendar, WorkingHoursStandStillOverNightsNoonsAndWeekends) {
  EXPECT_EQ(due_text(kOrdinary, "7 working_hours", "2026-03-06 16:10"), "2026-03-09 15:40");
  EXPECT_EQ(due_text(kOrdinary, "1 working_hour", "2026-03-06 17:00"), "2026-03-06 18:00")
      << "the end of a period, not the next morning";
  EXPECT_EQ(due_text(kOrdinary, "1 working_hour", "2026-03-07 03:00"), "2026-03-09 10:00");
  EXPECT_EQ(due_text(kOrdinary, "30 working_minutes", "2026-03-06 12:10"), "2026-03-06 14:00");
}

TEST(Calendar, NaturalHoursRunThroughEverything) {
  EXPECT_EQ(due_text(kOrdinary, "2 natural_hours", "2026-03-06 23:30"), "2026-03-07 01:30");
  EXPECT_EQ(due_text(kOrdinary, "10 natural_minutes", "2026-03-07 11:55"), "2026-03-07 12:05");
}

// Civil Code, articles 201 and 203: the first day does not count, business hours end the last one.
TEST(Calendar, WorkingDaysLeaveOutTheFirstDayAndEndWithBusiness) {
  EXPECT_EQ(due_text(kOrdinary, "1 working_day", "2026-03-05 08:00"), "2026-03-06 18:00");
  EXPECT_EQ(due_text(kOrdinary, "1 working_day", "2026-03-06 16:10"), "2026-03-09 18:00");
  EXPECT_EQ(due_text(kOrdinary, "1 working_day", "2026-03-07 16:10"), "2026-03-09 18:00");
  EXPECT_EQ(due_text(kOrdinary, "15 working_days", "2026-03-06 16:10"), "2026-03-27 18:00");
  EXPECT_EQ(due_text(kOrdinary, "0 working_days", "2026-03-06 16:10"), "2026-03-06 18:00");
  EXPECT_EQ(due_text(kOrdinary, "0 working_days", "2026-03-06 18:00"), "2026-03-09 18:00");
}

TEST(Calendar, NaturalDaysEndAtMidnight) {
  EXPECT_EQ(due_text(kOrdinary, "7 natural_days", "2026-03-06 16:10"), "2026-03-13 24:00");
  EXPECT_EQ(due_text(kOrdinary, "0 natural_days", "2026-03-06 16:10"), "2026-03-06 24:00");
}

TEST(Calendar, HolidaysRestAndMakeUpDaysWork) {
  EXPECT_EQ(due_text(kAutumn, "1 working_day", "2026-09-30 10:00"), "2026-10-08 18:00");
  EXPECT_EQ(due_text(kAutumn, "3 working_days", "2026-09-30 10:00"), "2026-10-10 12:00")
      << "Saturday works the morning only";
  EXPECT_EQ(due_text(kAutumn, "2 working_hours", "2026-09-19 10:00"), "2026-09-20 11:00");
  EXPECT_TRUE(kAutumn.works(20260920));
  CalendarPlan plan = ordinary_week();
  plan.make_up_days = {{20260307, 0, {}, {}}};
  EXPECT_EQ(Calendar(plan).periods(20260307), kOrdinary.periods(20260309)) << "hours not said are the usual ones";
  EXPECT_FALSE(kAutumn.works(20261002));
  ASSERT_NE(kAutumn.special(20261002), nullptr);
  EXPECT_EQ(kAutumn.special(20261002)->zh, "国庆节");
  EXPECT_EQ(kAutumn.special(20261009), nullptr);
}

TEST(Calendar, TheYellowLightComesAtTheShareOfTheLimitsOwnClock) {
  EXPECT_EQ(to_minute_text(at_fraction(kOrdinary, {5, Unit::working_hour}, at("2026-03-06 16:00"), 0.8)),
            "2026-03-09 11:00");
  EXPECT_EQ(to_minute_text(at_fraction(kOrdinary, {10, Unit::natural_hour}, at("2026-03-06 16:00"), 0.8)),
            "2026-03-07 00:00");
  EXPECT_EQ(to_minute_text(at_fraction(kOrdinary, {1, Unit::working_day}, at("2026-03-06 18:00"), 0.4)),
            "2026-03-09 12:00");
}

TEST(Calendar, TimesBeyondTheCalendarAreRefusedNotWalked) {
  EXPECT_THROW(due(kOrdinary, {1, Unit::working_day}, at("2199-12-31 12:00")), Fault);
  EXPECT_THROW(due(kOrdinary, {100000, Unit::working_day}, at("2026-03-06 12:00")), Fault);
  EXPECT_THROW(due(kOrdinary, {1, Unit::working_hour}, from_millis(INT64_MAX / 2)), Fault);
}

TEST(Explanation, ShowsEveryStretchThatCountedInBothLanguages) {
  const Explanation shown = explain(kOrdinary, {7, Unit::working_hour}, at("2026-03-06 16:10"));
  EXPECT_EQ(shown.say.en,
            "7 working hours from Friday 16:10: Friday 16:10–18:00 (1 h 50 min), Saturday and Sunday rest, "
            "Monday 9:00–12:00 (3 h), 13:30–15:40 (2 h 10 min): due Monday 2026-03-09 15:40");
  EXPECT_EQ(shown.say.zh,
            "7 个工作小时，自周五 16:10 起：周五 16:10–18:00（1 小时 50 分），周六、周日休息，"
            "周一 9:00–12:00（3 小时）、13:30–15:40（2 小时 10 分）：周一 2026-03-09 15:40 到期");
}

TEST(Explanation, NamesHolidaysAndMakeUpDays) {
  const Explanation shown = explain(kAutumn, {3, Unit::working_day}, at("2026-09-30 10:00"));
  EXPECT_EQ(shown.say.en,
            "3 working days from Wednesday 09-30 10:00 (that day not counted): Thursday 10-01 to Wednesday 10-07 "
            "National Day holiday, Thursday 10-08 and Friday 10-09 (2 days), Saturday 10-10 (make-up day for "
            "National Day, 1 day): due Saturday 2026-10-10 12:00");
  EXPECT_EQ(shown.say.zh,
            "3 个工作日，自周三 09-30 10:00 起（当日不计）：周四 10-01 至周三 10-07 国庆节放假，周四 "
            "10-08、周五 10-09（2 天），"
            "周六 10-10（国庆节调休上班，1 天）：周六 2026-10-10 12:00 到期");
}

TEST(Explanation, OfNaturalTimeSaysThatItNeverStops) {
  EXPECT_EQ(explain(kOrdinary, {2, Unit::natural_hour}, at("2026-03-06 23:30")).say.en,
            "2 hours from Friday 23:30: counted day and night, rest days too: due Saturday 2026-03-07 01:30");
  EXPECT_EQ(explain(kOrdinary, {3, Unit::natural_day}, at("2026-03-06 23:30")).say.zh,
            "3 个自然日，自周五 23:30 起（当日不计）：周六至周一（3 天），截至末日 24:00：周一 2026-03-09 "
            "24:00 到期");
}

TEST(Explanation, OfAResumedTimerStartsFromWhatWasLeft) {
  EXPECT_EQ(explain_resumed(kOrdinary, Unit::working_day, 90min, at("2026-03-06 17:00")).say.en,
            "1 h 30 min of working time left from Friday 17:00: Friday 17:00–18:00 (1 h), Saturday and "
            "Sunday rest, "
            "Monday 9:00–9:30 (30 min): due Monday 2026-03-09 09:30");
}

// ---- properties ----

namespace {

rc::Gen<Time> times() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(to_millis(at("2026-01-01")), to_millis(at("2027-06-01"))),
                      from_millis);
}
rc::Gen<Unit> units() {
  return rc::gen::element(Unit::natural_minute, Unit::natural_hour, Unit::natural_day, Unit::working_minute,
                          Unit::working_hour, Unit::working_day);
}
Limit some_limit() {
  const Unit unit = *units();
  return {*rc::gen::inRange(Limit{0, unit}.in_days() ? 0 : 1, 400), unit};
}

// Walks the days one by one: slow, and plainly right.
milliseconds working_by_walking(const Calendar& calendar, Time from, Time until) {
  milliseconds sum{};
  for (Day day = day_of(from); day <= day_of(until); day = add_days(day, 1))
    for (const Period& period : calendar.periods(day))
      sum += std::max<milliseconds>(
          0ms, std::min(until, midnight(day) + period.until) - std::max(from, midnight(day) + period.from));
  return sum;
}

}  // namespace

TEST(CalendarProperty, DueNeverFallsWhenTheStartOrTheAmountRises) {
  EXPECT_TRUE(rc::check([] {
    const Limit limit = some_limit();
    const Time a = *times(), b = *times();
    RC_ASSERT(due(kAutumn, limit, std::min(a, b)) <= due(kAutumn, limit, std::max(a, b)));
    RC_ASSERT(due(kAutumn, limit, a) <= due(kAutumn, {limit.amount + 1, limit.unit}, a));
    RC_ASSERT(due(kAutumn, limit, a) >= a);
  }));
}

TEST(CalendarProperty, WorkingTimeUntilDueIsTheLimitAndEqualsAWalk) {
  EXPECT_TRUE(rc::check([] {
    const Time start = *times();
    const int amount = *rc::gen::inRange(1, 300);
    const Time end = due(kAutumn, {amount, Unit::working_hour}, start);
    RC_ASSERT(working_between(kAutumn, start, end) == std::chrono::hours{amount});
    RC_ASSERT(working_by_walking(kAutumn, start, end) == std::chrono::hours{amount});
    RC_ASSERT(working_between(kAutumn, start, end - 1ms) < std::chrono::hours{amount});
    RC_ASSERT(working_between(kAutumn, end, start) == -std::chrono::hours{amount});
  }));
}

TEST(CalendarProperty, AnExplanationsPiecesSumToTheLimit) {
  EXPECT_TRUE(rc::check([] {
    const Limit limit = some_limit();
    const Explanation shown = explain(kAutumn, limit, *times());
    milliseconds counted{};
    int days = 0;
    for (const auto& piece : shown.pieces) {
      counted += piece.counted;
      days += piece.days;
      RC_ASSERT(piece.from < piece.until);
    }
    if (limit.in_days())
      RC_ASSERT(days == limit.amount);
    else
      RC_ASSERT(counted == (limit.unit == Unit::natural_minute || limit.unit == Unit::working_minute
                                ? milliseconds{std::chrono::minutes{limit.amount}}
                                : milliseconds{std::chrono::hours{limit.amount}}));
    RC_ASSERT(shown.due == due(kAutumn, limit, shown.start));
  }));
}

TEST(CalendarProperty, PauseAndResumeConserveWhatIsLeft) {
  EXPECT_TRUE(rc::check([] {
    const Limit limit = some_limit();
    const Time start = *times();
    const Time end = due(kAutumn, limit, start);
    const Time paused =
        start + milliseconds{*rc::gen::inRange<std::int64_t>(0, std::max<std::int64_t>(1, (end - start).count()))};
    const Time resumed = paused + milliseconds{*rc::gen::inRange<std::int64_t>(0, 40'000'000'000)};
    const milliseconds left = remaining(kAutumn, limit.unit, paused, end);
    const Time new_due = resume(kAutumn, limit.unit, left, resumed);
    RC_ASSERT(remaining(kAutumn, limit.unit, resumed, new_due) == left);
    if (left > 0ms) RC_ASSERT(resume(kAutumn, limit.unit, left, paused) == end);
    RC_ASSERT(elapsed(kAutumn, limit.unit, start, paused) + left == remaining(kAutumn, limit.unit, start, end));
  }));
}
