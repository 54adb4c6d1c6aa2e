// How often and by whom an action was taken: the line of text says what a map of it would.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "record/tally.hpp"

using namespace tongxin;
using namespace tongxin::record;

TEST(Tally, SaysHowOftenAndByWhomWhateverWasTakenInBetween) {
  const bool holds = rc::check([] {
    struct Counted {
      std::size_t times = 0;
      std::set<std::int64_t> people;
    };
    std::map<std::string, Counted> model;
    std::string tally;
    // Names and ids that begin with one another.
    const auto actions = std::vector<std::string>{"sign", "sign_in", "in", "late", "sign_in_2"};
    const auto people = std::vector<std::int64_t>{0, 1, 12, 121, 9'007'199'254'740'993, INT64_MAX};
    for (int i = *rc::gen::inRange(0, 60); i > 0; --i) {
      const std::string action = *rc::gen::elementOf(actions);
      const std::int64_t by = *rc::gen::elementOf(people);
      add_taken(tally, action, PersonId{by});
      ++model[action].times;
      if (by != 0) model[action].people.insert(by);
    }
    for (const std::string& action : actions) {
      const Taken found = taken(tally, action);
      RC_ASSERT(found.times == model[action].times);
      RC_ASSERT(found.how_many() == model[action].people.size());
      for (const std::int64_t each : people)
        if (each != 0) RC_ASSERT(found.by(PersonId{each}) == model[action].people.contains(each));
    }
  });
  EXPECT_TRUE(holds);
}

TEST(Tally, IsReadInTheDatabaseAsItIsWritten) {
  std::string tally;
  add_taken(tally, "create", {});
  add_taken(tally, "handle", PersonId{1204});
  add_taken(tally, "handle", PersonId{1377});
  add_taken(tally, "handle", PersonId{1204});
  EXPECT_EQ(tally, "create 1\nhandle 3 1204 1377\n");
}

TEST(Tally, ThatSomebodyHasSpoiltByHandIsReadToItsEnd) {
  for (const char* const spoilt :
       {"handle", "handle ", "handle x", "handle 2", "handle 2 ", "{\"handle\":{\"n\":1}}", "\n\n"}) {
    std::string tally = spoilt;
    const std::size_t before = taken(tally, "handle").times;
    add_taken(tally, "handle", PersonId{7});
    EXPECT_GE(taken(tally, "handle").times, before) << spoilt;
    EXPECT_EQ(taken(tally, "sign").times, 0u) << spoilt;
  }
}
