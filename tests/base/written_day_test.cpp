#include "base/written_day.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

using namespace tongxin;

namespace {

std::string why(std::string_view text) {
  Words words;
  return parse_written_day(text, &words) ? "accepted" : words.zh;
}

}  // namespace

TEST(WrittenDay, ReadsTheSpellingsOfPeople) {
  for (const char* text :
       {"1985-03-07", "1985/3/7", "1985.3.7", "1985年3月7日", "1985年03月07号", "19850307", " １９８５－３－７ ",
        "1985 年 3 月 7 日", "1985/3/7 0:00", "1985-03-07 00:00:00", "1985-03-07T00:00:00.000", "31113", "31113.0"})
    EXPECT_EQ(parse_written_day(text), (WrittenDay{19850307, false})) << text;
  for (const char* text : {"1985-03", "1985/3", "1985.3", "1985年3月"})
    EXPECT_EQ(parse_written_day(text), (WrittenDay{19850301, true})) << text;
}

TEST(WrittenDay, RefusesWhatCouldMeanTwoDaysOrNone) {
  for (const char* text :
       {"",           "85/3/7",    "3/7/1985", "850307",  "198503",    "1985",      "1985-03-07 08:30",
        "1985/3-7",   "1985年3/7", "0",        "9999",    "73051",     "31113.5",   "1985-3-7-1",
        "1985-00-07", "19851307",  "19850300", "0850307", "yesterday", "1899-12-31"})
    EXPECT_EQ(parse_written_day(text), std::nullopt) << text;
  EXPECT_EQ(parse_written_day(std::string(1 << 20, '1')), std::nullopt);
}

TEST(WrittenDay, SaysWhyNot) {
  EXPECT_EQ(why("1985.13.7"), "1985.13.7 不是日期，应为 1985-03-07 这样的格式");
  EXPECT_EQ(why("1985-2-30"), "1985-2-30 不是日期：1985 年 2 月没有 30 日");
  EXPECT_EQ(why("1985"), "1985 不是日期，应为 1985-03-07 这样的格式");
}

TEST(WrittenDay, EveryDayComesBackFromEachSpelling) {
  EXPECT_TRUE(rc::check([] {
    const Day day = add_days(19000101, *rc::gen::inRange(0, 100000));
    const int y = day / 10000, m = day / 100 % 100, d = day % 100;
    for (const std::string& text :
         {to_day_text(day), fmt::format("{}/{}/{}", y, m, d), fmt::format("{}.{}.{}", y, m, d),
          fmt::format("{}年{}月{}日", y, m, d), std::to_string(day)})
      RC_ASSERT(parse_written_day(text) == (WrittenDay{day, false}));
  }));
}
