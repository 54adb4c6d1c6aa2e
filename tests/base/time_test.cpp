#include "base/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

using namespace tongxin;

TEST(Time, ADayBeginsAtMidnightOfTheRealmsZone) {
  Time time{};
  ASSERT_TRUE(parse_rfc3339("2026-11-21T16:00:00Z", time));
  EXPECT_EQ(day_of(time), 20261122);
  EXPECT_EQ(midnight(20261122), time);
  EXPECT_EQ(day_of(time - milliseconds{1}), 20261121);
  EXPECT_EQ(weekday(20261122), 7);
}

TEST(Time, Rfc3339ComesBackInEveryZone) {
  EXPECT_TRUE(rc::check([] {
    const Time time = from_millis(*rc::gen::inRange<std::int64_t>(0, 4102444800000));
    const Zone zone{std::chrono::minutes{*rc::gen::inRange(-720, 840)}};
    Time back{};
    RC_ASSERT(parse_rfc3339(to_rfc3339(time, zone), back));
    RC_ASSERT(back == time);
  }));
}

TEST(Time, RefusesWhatIsNoTime) {
  Time time{};
  for (const char* text : {"", "2026-11-22", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z",
                           "2026-11-22T10:00:00", "2026-11-22T10:00:00Zx", "2026-11-22T10:00:00.Z"})
    EXPECT_FALSE(parse_rfc3339(text, time)) << text;
}

TEST(Time, DaysCountOverMonthsAndLeapYears) {
  EXPECT_EQ(add_days(20280228, 1), 20280229);
  EXPECT_EQ(add_days(20261231, 1), 20270101);
  EXPECT_EQ(days_between(20280228, 20280301), 2);
  EXPECT_FALSE(is_day(20260229));
}
