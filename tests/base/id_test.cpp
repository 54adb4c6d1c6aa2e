#include "base/id.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

using namespace tongxin;

TEST(Id, TextSortsAsTheNumberDoesAndComesBack) {
  EXPECT_TRUE(rc::check([] {
    const auto a = *rc::gen::inRange<std::int64_t>(1, INT64_MAX), b = *rc::gen::inRange<std::int64_t>(1, INT64_MAX);
    RC_ASSERT((a < b) == (id_text(a) < id_text(b)));
    RC_ASSERT(parse_id(id_text(a)) == a);
  }));
}

TEST(Id, RefusesWhatIsNoId) {
  for (const char* text :
       {"", "abc", "0000000000000", "zzzzzzzzzzzzz", "000000000000i", "00000000000001", "0000000000 01"})
    EXPECT_FALSE(parse_id(text)) << text;
}

TEST(Id, OneSourceStrictlyIncreasesEvenWhenTheClockGoesBack) {
  ManualClock clock(from_millis(1700000000000));
  IdSource ids(clock, 7);
  std::int64_t last = 0;
  for (int i = 0; i < 10000; ++i) {
    if (i % 1000 == 999) clock.advance(milliseconds{i % 2000 == 999 ? -5000 : 3});
    const auto id = ids.next();
    ASSERT_GT(id, last);
    last = id;
  }
}
