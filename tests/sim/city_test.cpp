#include "sim/city.hpp"

#include <gmock/gmock.h>

#include <set>

#include "measure/verify.hpp"
#include "record/realm.hpp"
#include "sim/demo.hpp"
#include "sim_support.hpp"

namespace tongxin::sim {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

DemoOptions few_days(std::uint64_t seed, int days) {
  DemoOptions options;
  options.seed = seed;
  options.from = 20260302;
  options.until = midnight(add_days(options.from, days));
  options.size = Size::small;
  options.matters_per_day = 3;
  options.accounts = false;
  return options;
}

measure::Verdict verdict_of(store::Store& store, RealmId realm) {
  record::Worlds worlds(house_packs());
  return measure::verify(store, worlds, realm);
}

std::string first_finding(const measure::Verdict& verdict) {
  return verdict.findings.empty() ? "" : verdict.findings.front().where + ": " + verdict.findings.front().say.en;
}

std::unique_ptr<store::Store> on_disk(const test::Folder& folder, const std::string& name) {
  auto opened = store::open({.url = folder / name, .readers = 2, .durable = false});
  store::migrate(*opened, all_migrations());
  return opened;
}

class City : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, City, test::kEngines, test::engine_name);

TEST_P(City, LeavesChainsFiguresListsAndDeadlinesThatAreSound) {
  const auto store = fresh(all_migrations());
  const auto vault = people::Vault::for_this_process();
  const Demo demo = make_demo(*store, nullptr, house_packs(), vault, few_days(5, 7));
  EXPECT_GT(demo.city.matters, 5);
  EXPECT_GT(demo.city.actions, demo.city.matters);
  const auto verdict = verdict_of(*store, demo.realm.id);
  EXPECT_TRUE(verdict.sound()) << first_finding(verdict);
  EXPECT_GT(verdict.records, demo.city.matters) << "matters, and the duties of the last days beside them";
}

// Not only at the end: chains, figures, lists, deadlines and ledgers hold after every single step.
TEST_P(City, HoldsItsInvariantsAtEveryStep) {
  const auto store = fresh(all_migrations());
  const auto vault = people::Vault::for_this_process();
  DemoOptions options = few_days(7, 3);
  int steps = 0, wrong = 0;
  std::optional<RealmId> realm;
  options.after_step = [&] {
    ++steps;
    if (!realm) realm = store->read([](store::Tx& tx) { return record::choose_realm(tx, {}).id; });
    const auto verdict = verdict_of(*store, *realm);
    if (!verdict.sound() && wrong++ == 0) ADD_FAILURE() << "step " << steps << ": " << first_finding(verdict);
  };
  const Demo demo = make_demo(*store, nullptr, house_packs(), vault, options);
  EXPECT_EQ(wrong, 0) << "of " << steps << " steps";
  EXPECT_GT(steps, demo.city.actions);
}

TEST_P(City, LivesTheSameLifeOnEitherEngine) {
  const auto store = fresh(all_migrations());
  const auto vault = people::Vault::for_this_process();
  const Demo here = make_demo(*store, nullptr, house_packs(), vault, few_days(11, 5));
  const test::Folder folder;
  const auto beside = on_disk(folder, "beside.db");
  const auto other_vault = people::Vault::for_this_process();
  const Demo there = make_demo(*beside, nullptr, house_packs(), other_vault, few_days(11, 5));
  EXPECT_EQ(here.city.history, there.city.history);
  EXPECT_EQ(here.city.matters, there.city.matters);
  EXPECT_EQ(here.city.refusals, there.city.refusals);
}

TEST_P(City, RefusesAStoreThatBelongsToSomebody) {
  const auto store = fresh(all_migrations());
  const auto vault = people::Vault::for_this_process();
  make_demo(*store, nullptr, house_packs(), vault, few_days(1, 1));
  try {
    make_demo(*store, nullptr, house_packs(), vault, few_days(2, 1));
    FAIL() << "a second demo went into the same store";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::conflict);
  }
}

TEST(CityHistory, IsOneToTheByteForOneSeedAndAnotherForAnother) {
  const test::Folder folder;
  int lives = 0;
  const auto live_once = [&](std::uint64_t seed) {
    const auto store = on_disk(folder, std::to_string(++lives) + ".db");
    const auto vault = people::Vault::for_this_process();
    const Demo demo = make_demo(*store, nullptr, house_packs(), vault, few_days(seed, 3));
    EXPECT_TRUE(verdict_of(*store, demo.realm.id).sound()) << seed;
    return demo.city.history;
  };
  std::set<std::string> histories;
  for (const std::uint64_t seed : {1, 2, 77, 20261122}) {
    const std::string history = live_once(seed);
    EXPECT_EQ(history, live_once(seed)) << seed;
    EXPECT_TRUE(histories.insert(history).second) << "another seed gave the same history";
  }
}

TEST(CityPeople, WhatIsRefusedIsOnlyWhatPeopleMayNot) {
  const test::Folder folder;
  const auto store = on_disk(folder, "city.db");
  const auto vault = people::Vault::for_this_process();
  const Demo demo = make_demo(*store, nullptr, house_packs(), vault, few_days(3, 14));
  for (const auto& [why, count] : demo.city.refusals) {
    EXPECT_THAT(why, AnyOf(HasSubstr("not found"), HasSubstr("may not"), HasSubstr("not possible"),
                           HasSubstr("At most"), HasSubstr("deadline is not running"),
                           HasSubstr("more time is waiting"), HasSubstr("It is late already"),
                           HasSubstr("Nobody has reported in yet")))  // a lead who would close a whistle too early
        << count;
    EXPECT_LT(count, demo.city.actions / 4) << why;
  }
}

constexpr store::Sql kEvents{"test_body",
                             "SELECT e.at, e.action, e.actor, e.from_state, e.body, r.urgent, r.source, r.kind, r.id "
                             "FROM event e JOIN record r ON r.realm_id = e.realm_id AND r.id = e.record_id "
                             "WHERE e.realm_id=$1 ORDER BY e.id"};
constexpr store::Sql kEnds{"rows_of_realm",
                           "SELECT kind, state, count(*) FROM record WHERE realm_id=$1 GROUP BY kind, state"};

// Residents sleep, staff are off duty, nobody rates the own side's work, and what is answered is what was done.
TEST(CityPeople, SaysAndDoesWhatPeopleWould) {
  const test::Folder folder;
  const auto store = on_disk(folder, "city.db");
  const auto vault = people::Vault::for_this_process();
  DemoOptions options = few_days(4, 40);
  options.matters_per_day = 8;
  const Demo demo = make_demo(*store, nullptr, house_packs(), vault, options);
  int asked = 0, decided = 0, explained = 0;
  store->read([&](store::Tx& tx) {
    tx.each(
        kEvents,
        [&](const store::Row& row) {
          const Time at = row.get<Time>(0);
          const auto action = row.get<std::string>(1), from = row.get<std::string>(3), body = row.get<std::string>(4),
                     source = row.get<std::string>(6);
          const bool person = row.integer(2) != 0, urgent = row.integer(5) != 0;
          const auto since = at - midnight(day_of(at));
          const bool night = since < std::chrono::hours{7} || since >= std::chrono::minutes{22 * 60 + 30};
          if (person && night && !urgent) ADD_FAILURE() << to_minute_text(at) << " " << action;
          for (const char* waits : {"rate", "feed_back", "reply", "callback", "withdraw", "follow"})
            EXPECT_FALSE(person && night && action == waits) << to_minute_text(at) << " " << waits;
          EXPECT_FALSE(action == "rate" && source == "patrol");
          if (action == "create" && (source == "patrol" || source == "hotline")) {
            EXPECT_THAT(body, testing::Not(AnyOf(HasSubstr("谢谢"), HasSubstr("麻烦看一下"), HasSubstr("家里有老人"))));
          }
          if ((action == "feed_back" || action == "reply") && from == "explained") {
            ++explained;
            EXPECT_THAT(body, testing::Not(AnyOf(HasSubstr("已处理"), HasSubstr("办好"), HasSubstr("已解决"))));
          }
          asked += action == "ask_extension";
          decided += action == "approve_extension" || action == "refuse_extension";
        },
        demo.realm.id);
  });
  EXPECT_GT(explained, 0);
  EXPECT_GT(asked, 0);
  EXPECT_GT(decided, 0);
  EXPECT_LE(decided, asked);
}

TEST(CityPeople, LiveThePacksOfTheDailyLoop) {
  const test::Folder folder;
  const auto store = on_disk(folder, "city.db");
  const auto vault = people::Vault::for_this_process();
  const Demo demo = make_demo(*store, nullptr, house_packs(), vault, few_days(6, 60));
  std::map<std::string, std::int64_t> ends;
  store->read([&](store::Tx& tx) {
    tx.each(
        kEnds,
        [&](const store::Row& row) { ends[row.get<std::string>(0) + " " + row.get<std::string>(1)] = row.integer(2); },
        demo.realm.id);
  });
  for (const char* lived :
       {"consultation concluded", "diary written", "promise struck", "promise open", "errand closed",
        "steward_round planned", "installation in_service", "competition_clue unfounded", "spoken closed"})
    EXPECT_GT(ends[lived], 0) << lived;
  const auto households = store->read([&](store::Tx& tx) {
    return tx.one<std::int64_t>({"test_count", "SELECT count(*) FROM households WHERE realm_id=$1"}, demo.realm.id);
  });
  EXPECT_GT(households.value_or(0), demo.buildings * 2);
}

}  // namespace
}  // namespace tongxin::sim
