// Duties on both engines: rules of recurrence, stories, and what must hold when many act at once.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "aspect/checkin/checkin.hpp"
#include "aspect/links/links.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/schedule/recurrence.hpp"
#include "aspect/schedule/schedule.hpp"
#include "measure/verify.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"
#include "sim/story.hpp"
#include "support/street.hpp"

namespace tongxin::aspect {
namespace {

using test::refusal;
using test::Street;

Time at(const std::string& text) {
  Time time{};
  EXPECT_TRUE(parse_local(text, time)) << text;
  return time;
}
std::vector<std::string> expanded(const std::string& rule, const char* begins, const char* from, const char* until) {
  std::vector<std::string> texts;
  for (const Time time : schedule::expand(rule, at(begins), at(from), at(until), {}))
    texts.push_back(to_minute_text(time));
  return texts;
}
using Texts = std::vector<std::string>;

TEST(Recurrence, ExpandsInLocalTime) {
  EXPECT_EQ(expanded("FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9;BYMINUTE=30;BYSECOND=0", "2026-03-09 00:00", "2026-03-09",
                     "2026-03-17"),
            (Texts{"2026-03-09 09:30", "2026-03-11 09:30", "2026-03-16 09:30"}));
  EXPECT_EQ(expanded("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01 19:00", "2026-02-01", "2026-04-01"),
            (Texts{"2026-02-27 19:00", "2026-03-27 19:00"}));
}

TEST(Recurrence, CountsFromItsBeginningWhateverWindowIsAsked) {
  const std::string rule = "FREQ=DAILY;COUNT=14;BYHOUR=8,16;BYMINUTE=0;BYSECOND=0";
  EXPECT_EQ(expanded(rule, "2026-03-09", "2026-03-09", "2026-04-09").size(), 14u);
  EXPECT_EQ(expanded(rule, "2026-03-09", "2026-03-15", "2026-04-09"), (Texts{"2026-03-15 08:00", "2026-03-15 16:00"}));
}

TEST(Recurrence, IntervalsHoldWhenTheWindowBeginsInTheMiddle) {
  EXPECT_EQ(expanded("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-03-03 10:00", "2026-03-08", "2026-04-01"),
            (Texts{"2026-03-17 10:00", "2026-03-31 10:00"}));
}

TEST(Recurrence, RefusesWhatIsNoRule) {
  for (const char* rule :
       {"", "daily", "FREQ=SOMETIMES", "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=DAILY;RSCALE=CHINESE"})
    EXPECT_EQ(refusal([&] { schedule::check_rule(rule); }), Code::invalid) << rule;
}

TEST(Periods, WeeksBeginOnMonday) {
  EXPECT_EQ(quota::period_of(quota::Every::week, 20260315), 20260309);
  EXPECT_EQ(quota::period_end(quota::Every::week, 20260309), 20260316);
  EXPECT_EQ(quota::period_of(quota::Every::month, 20260315), 20260301);
  EXPECT_EQ(quota::period_end(quota::Every::month, 20261215), 20270101);
}

TEST(Track, JumpsAreLeftOutAndStraightStretchesThinned) {
  std::vector<checkin::TrackPoint> points;
  for (int i = 0; i < 100; ++i) points.push_back({from_millis(i * 60'000), 117.2 + i * 0.0005, 39.12});
  points[50].lat = 41;
  const auto cleared = checkin::without_jumps(points, 60);
  EXPECT_EQ(cleared.jumps, 1);
  EXPECT_EQ(checkin::thinned(cleared.points, 10).size(), 2u);
  EXPECT_NEAR(checkin::length(cleared.points), 4273, 30);
}

TEST(Duties, StatementsKeepTheRulesOfSql) {
  std::vector<store::Sql> all;
  for (const auto& list :
       {schedule::statements(), quota::statements(), roster::statements(), checkin::statements(), links::statements()})
    all.insert(all.end(), list.begin(), list.end());
  for (const Complaint& each : store::check_sql_rules(all_migrations(), all))
    ADD_FAILURE() << each.at << ": " << each.say.en;
}

using DutyStories = test::EnginesTest;
INSTANTIATE_TEST_SUITE_P(Engines, DutyStories, test::kEngines, test::engine_name);

TEST_P(DutyStories, EndAsTheySay) {
  const std::string packs = std::string(TONGXIN_SOURCE_DIR) + "/packs";
  const auto store = fresh(all_migrations());
  std::uint64_t seed = 500;
  for (const char* pack :
       {"wardens", "contacts", "meals", "rotation", "mobilise", "labour", "stages", "prohibitions", "companions"})
    for (const std::string& file : sim::story_files(packs, pack)) {
      const auto result = sim::play_story(*store, test::all_packs(), packs, pack, file, ++seed);
      for (const Complaint& failure : result.failures) ADD_FAILURE() << failure.at << ": " << failure.say.en;
    }
}

// A plan with `people` wardens, all of them able to steer.
class Crew : public Street {
 public:
  explicit Crew(store::Store& opened, int count) : Street(opened) {
    store.write([&](store::Tx& tx) {
      const people::Doing doing{realm, {}, clock.now(), ids, "test", {}};
      const auto person = [&](const std::string& name) {
        return people::add_person(tx, vault, doing, {.name = name, .purpose = "staff", .delete_after = 20991231});
      };
      captain = person("曹队长");
      people::Post post{.id = ids.make<PostId>(),
                        .person = captain,
                        .role = "warden_captain",
                        .org = names.orgs.at("street-office"),
                        .area = names.areas.at("street"),
                        .from = 20200101};
      people::appoint(tx, doing, post);
      for (int i = 0; i < count; ++i) {
        wardens.push_back(person("护渔员" + std::to_string(i)));
        roster::set_skill(tx, realm, wardens.back(), "boat", 20200101, 0, captain);
      }
    });
    plan = new_plan();
  }

  RecordId new_plan() {
    record::Draft draft;
    draft.kind = "patrol_plan";
    draft.area = names.areas.at("street");
    draft.form = {{"name", "清河段护渔"}};
    const record::Actor actor{.person = captain, .system = false, .follows = {}};
    return store.write([&](store::Tx& tx) {
      const auto made = engine.create(tx, realm, actor, draft, clock.now()).id;
      for (const PersonId warden : wardens)
        engine.act(tx, realm, actor, made, "add_warden", {{"person", to_text(warden)}}, std::nullopt, clock.now());
      return made;
    });
  }
  roster::SlotId slot(RecordId of, const char* starts, const char* ends, int need) {
    return store.write(
        [&](store::Tx& tx) { return roster::open_slot(by(tx, captain), of, "crew", at(starts), at(ends), need); });
  }
  roster::Doer by(store::Tx& tx, PersonId person) {
    return {engine, tx, realm, {.person = person, .system = false, .follows = {}}, clock.now()};
  }
  bool sound() { return measure::verify(store, worlds, realm).sound(); }

  PersonId captain;
  std::vector<PersonId> wardens;
  RecordId plan;
};

using Rosters = test::EnginesTest;
INSTANTIATE_TEST_SUITE_P(Engines, Rosters, test::kEngines, test::engine_name);

// Everybody wants the same places at once: as many stand as are needed, two wait, the others are told that it is full.
TEST_P(Rosters, ASlotIsNeverOverfilled) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 12);
  const auto slot = crew.slot(crew.plan, "2026-03-10 08:00", "2026-03-10 10:00", 3);
  std::atomic<int> standing{0}, waiting{0}, full{0};
  std::vector<std::thread> threads;
  for (const PersonId warden : crew.wardens)
    threads.emplace_back([&, warden] {
      try {
        const auto turn = store->write([&](store::Tx& tx) { return roster::take(crew.by(tx, warden), slot, warden); });
        ++(turn.state == roster::TurnState::standing ? standing : waiting);
      } catch (const Fault& fault) {
        if (fault.code() == Code::not_now) ++full;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(standing, 3);
  EXPECT_EQ(waiting, 2);
  EXPECT_EQ(full, 7);
  EXPECT_TRUE(crew.sound());
  // Whoever leaves makes room for the first who waits.
  const auto first = store->read([&](store::Tx& tx) { return roster::turns_in(tx, crew.realm, slot); }).front().person;
  store->write([&](store::Tx& tx) { roster::leave(crew.by(tx, first), slot, first); });
  int now = 0;
  for (const auto& turn : store->read([&](store::Tx& tx) { return roster::turns_in(tx, crew.realm, slot); }))
    now += turn.state == roster::TurnState::standing;
  EXPECT_EQ(now, 3);
  EXPECT_TRUE(crew.sound());
}

// One person, eight overlapping slots of two different records, eight threads: one turn.
TEST_P(Rosters, NobodyStandsInTwoPlacesAtOnce) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 2);
  const RecordId other = crew.new_plan();
  std::vector<roster::SlotId> slots;
  for (int i = 0; i < 8; ++i)
    slots.push_back(crew.slot(i % 2 == 0 ? crew.plan : other, "2026-03-10 08:00", "2026-03-10 10:00", 2));
  for (const PersonId warden : crew.wardens) {
    std::atomic<int> taken{0}, refused{0};
    std::vector<std::thread> threads;
    for (const auto slot : slots)
      threads.emplace_back([&, slot] {
        try {
          store->write([&](store::Tx& tx) { roster::take(crew.by(tx, warden), slot, warden); });
          ++taken;
        } catch (const Fault& fault) {
          if (fault.code() == Code::not_now) ++refused;
        }
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(refused, 7);
  }
  EXPECT_TRUE(crew.sound());
}

// Two swap their turns while a third tries to take what they leave.
TEST_P(Rosters, ASwapKeepsBothSlotsFilled) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 3);
  const auto monday = crew.slot(crew.plan, "2026-03-09 20:00", "2026-03-09 22:00", 1),
             tuesday = crew.slot(crew.plan, "2026-03-10 20:00", "2026-03-10 22:00", 1);
  const PersonId a = crew.wardens[0], b = crew.wardens[1], c = crew.wardens[2];
  store->write([&](store::Tx& tx) { roster::take(crew.by(tx, a), monday, a); });
  store->write([&](store::Tx& tx) { roster::take(crew.by(tx, b), tuesday, b); });
  const auto swap = store->write([&](store::Tx& tx) { return roster::ask_swap(crew.by(tx, a), monday, b, tuesday); });
  EXPECT_EQ(refusal([&] { store->write([&](store::Tx& tx) { roster::answer_swap(crew.by(tx, a), swap, true); }); }),
            Code::forbidden);
  EXPECT_EQ(refusal([&] { store->write([&](store::Tx& tx) { roster::answer_swap(crew.by(tx, c), swap, true); }); }),
            Code::not_found);
  std::thread third([&] {
    for (int i = 0; i < 20; ++i)
      (void)refusal([&] { store->write([&](store::Tx& tx) { roster::take(crew.by(tx, c), monday, c); }); });
  });
  store->write([&](store::Tx& tx) { roster::answer_swap(crew.by(tx, b), swap, true); });
  third.join();
  const auto holder = [&](roster::SlotId slot) {
    for (const auto& turn : store->read([&](store::Tx& tx) { return roster::turns_in(tx, crew.realm, slot); }))
      if (turn.state == roster::TurnState::standing) return turn.person;
    return PersonId{};
  };
  EXPECT_EQ(holder(monday), b);
  EXPECT_EQ(holder(tuesday), a);
  EXPECT_TRUE(crew.sound());
}

// The desk looks before it places: least served first, with the reason of whoever cannot.
TEST_P(Rosters, WhoCouldStandIsToldInFairOrder) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 3);
  const auto monday = crew.slot(crew.plan, "2026-03-09 20:00", "2026-03-09 22:00", 1),
             tuesday = crew.slot(crew.plan, "2026-03-10 20:00", "2026-03-10 22:00", 2);
  const PersonId a = crew.wardens[0], b = crew.wardens[1], c = crew.wardens[2];
  store->write([&](store::Tx& tx) {
    roster::take(crew.by(tx, a), monday, a);
    roster::set_away(tx, crew.realm, c, 1, at("2026-03-10 00:00"), at("2026-03-11 00:00"));
  });
  const auto look = [&](PersonId who) {
    return store->read([&](store::Tx& tx) { return roster::candidates(crew.by(tx, who), tuesday); });
  };
  const auto found = look(crew.captain);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].share.person, b);
  EXPECT_FALSE(found[0].hindrance);
  EXPECT_EQ(found[1].share.person, c);
  ASSERT_TRUE(found[1].hindrance);
  EXPECT_EQ(found[1].hindrance->en, "away at that time; cannot be placed");
  EXPECT_EQ(found[2].share.person, a);
  EXPECT_EQ(found[2].share.turns, 1);
  store->write([&](store::Tx& tx) { roster::take(crew.by(tx, crew.captain), tuesday, b); });
  EXPECT_EQ(look(crew.captain).size(), 2u) << "who stands in it is no candidate";
  EXPECT_EQ(refusal([&] { look(a); }), Code::forbidden);
}

// Two have agreed by telephone; the captain enters it. Whoever asked cannot agree for the other.
TEST_P(Rosters, WhoOrganisesSettlesASwap) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 3);
  const auto slot = crew.slot(crew.plan, "2026-03-09 20:00", "2026-03-09 22:00", 1);
  const PersonId a = crew.wardens[0], b = crew.wardens[1];
  store->write([&](store::Tx& tx) { roster::take(crew.by(tx, a), slot, a); });
  const auto swap = store->write([&](store::Tx& tx) { return roster::ask_swap(crew.by(tx, a), slot, b); });
  const auto open = [&] {
    return store->read([&](store::Tx& tx) {
      return roster::swaps_of(tx, crew.realm, crew.plan, at("2026-03-09 00:00"), at("2026-03-10 00:00")).size();
    });
  };
  EXPECT_EQ(open(), 1u);
  store->write([&](store::Tx& tx) { roster::answer_swap(crew.by(tx, crew.captain), swap, true); });
  EXPECT_EQ(open(), 0u);
  for (const auto& turn : store->read([&](store::Tx& tx) { return roster::turns_in(tx, crew.realm, slot); }))
    EXPECT_EQ(turn.state, turn.person == b ? roster::TurnState::standing : roster::TurnState::left);
  EXPECT_TRUE(crew.sound());
}

using CheckIns = test::EnginesTest;
INSTANTIATE_TEST_SUITE_P(Engines, CheckIns, test::kEngines, test::engine_name);

// The phone sends its outbox again and again, from two tabs: one check-in.
TEST_P(CheckIns, ARepetitionChangesNothing) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 1);
  const record::Actor warden{.person = crew.wardens[0], .system = false, .follows = {}};
  store->write([&](store::Tx& tx) {
    crew.engine.act(tx, crew.realm, warden, crew.plan, "set_out", {{"water", "river"}}, std::nullopt, crew.clock.now());
  });
  const RecordId patrol = store->read(
      [&](store::Tx& tx) { return tx.all<RecordId>(record::sql::kChildren, crew.realm, crew.plan).back(); });
  checkin::NewCheckIn given{.key = "phone-0001",
                            .record = patrol,
                            .sort = "start",
                            .phone_at = crew.clock.now(),
                            .lon = 117.2,
                            .lat = 39.12,
                            .accuracy = {},
                            .occasion = {},
                            .files = {},
                            .form = {}};
  std::atomic<int> fresh_ones{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      (void)refusal([&] {
        const auto kept = store->write([&](store::Tx& tx) {
          return checkin::check_in(crew.engine, tx, crew.realm, warden, given, crew.clock.now());
        });
        fresh_ones += !kept.repeated;
      });
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fresh_ones, 1);
  EXPECT_EQ(store->read([&](store::Tx& tx) { return checkin::checkins_of(tx, crew.realm, patrol); }).size(), 1u);
  given.lon = 118;
  EXPECT_EQ(refusal([&] {
              store->write([&](store::Tx& tx) {
                checkin::check_in(crew.engine, tx, crew.realm, warden, given, crew.clock.now());
              });
            }),
            Code::conflict);
  EXPECT_TRUE(crew.sound());
}

}  // namespace
}  // namespace tongxin::aspect
