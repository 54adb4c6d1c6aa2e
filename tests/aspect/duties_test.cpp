// Duties on both engines: rules of recurrence, stories, and what must hold when many act at once.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "aspect/checkin/checkin.hpp"
#include "aspect/leaving.hpp"
#include "aspect/links/links.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/schedule/recurrence.hpp"
#include "aspect/schedule/schedule.hpp"
#include "measure/verify.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"
#include "sim/ringing.hpp"
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
  // Lets the clock do what is due until then; says after each alarm that it was.
  void ring_until(Time until, const std::function<void()>& rung) {
    sim::ring_until(store, engine, realm, clock, until, [&](const auto& due) {
      store.write([&](store::Tx& tx) { engine.wake(tx, realm, due, clock.now()); });
      rung();
    });
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

// More slots than the clock looks at in one transaction, most of them such as nobody can take: it goes on with the rest at
// once, gets to the last one in its time, and gives whoever had least the turn.
TEST_P(Rosters, ManySlotsAreFilledInPortions) {
  const auto store = fresh(all_migrations());
  Crew crew(*store, 6);
  const auto slots = [&] {
    return store->read([&](store::Tx& tx) {
      return roster::slots_of(tx, crew.realm, crew.plan, at("2026-03-21 00:00"), at("2026-03-30 00:00"));
    });
  };
  std::set<roster::SlotId> long_ones;
  for (int i = 0; i < 120; ++i) long_ones.insert(crew.slot(crew.plan, "2026-03-21 00:00", "2026-03-24 00:00", 1));
  const std::set<roster::SlotId> short_ones{crew.slot(crew.plan, "2026-03-22 08:00", "2026-03-22 11:00", 2),
                                            crew.slot(crew.plan, "2026-03-23 08:00", "2026-03-23 11:00", 2),
                                            crew.slot(crew.plan, "2026-03-24 08:00", "2026-03-24 11:00", 2)};
  long most = 0;
  crew.ring_until(at("2026-03-21 09:00"), [&, seen = 0L]() mutable {
    long marked = 0;
    for (const auto& slot : slots()) marked += (slot.marks & 2) != 0;
    most = std::max(most, marked - std::exchange(seen, marked));
  });
  EXPECT_GT(most, 0);
  EXPECT_LE(most, 50);
  for (const auto& slot : slots()) {
    const bool is_short = short_ones.contains(slot.id);
    if (!is_short && !long_ones.contains(slot.id)) continue;  // of the plan itself
    EXPECT_EQ(slot.marks & 2, 2);
    EXPECT_EQ(slot.taken, is_short ? 2 : 0) << to_minute_text(slot.starts);  // 72 hours are more than anybody may stand
  }
  const auto shares = store->read([&](store::Tx& tx) { return roster::shares(tx, crew.realm, crew.plan); });
  ASSERT_EQ(shares.size(), 6u);
  const auto [least, greatest] =
      std::minmax_element(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.turns < b.turns; });
  EXPECT_LE(greatest->turns - least->turns, 1);
  EXPECT_TRUE(crew.sound());
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

// ── what is forgotten: of a person who goes, and with a record whose keeping ends ──
// Every place in which duties name somebody.
constexpr store::Sql kNamed{
    "test_count",
    "SELECT count(*) FROM (SELECT person_id AS p FROM checkin WHERE realm_id=$1 UNION ALL SELECT person_id FROM track "
    "WHERE realm_id=$1 UNION ALL SELECT person_id FROM checkin_person WHERE realm_id=$1 UNION ALL SELECT person_id "
    "FROM "
    "quota_mark WHERE realm_id=$1 UNION ALL SELECT person_id FROM turn WHERE realm_id=$1 UNION ALL SELECT person_id "
    "FROM "
    "turn_event WHERE realm_id=$1 UNION ALL SELECT actor FROM turn_event WHERE realm_id=$1 UNION ALL SELECT person_id "
    "FROM turn_swap WHERE realm_id=$1 UNION ALL SELECT to_person FROM turn_swap WHERE realm_id=$1 UNION ALL SELECT "
    "person_id FROM away WHERE realm_id=$1 UNION ALL SELECT person_id FROM person_skill WHERE realm_id=$1 UNION ALL "
    "SELECT person_id FROM duty_person WHERE realm_id=$1 UNION ALL SELECT person_id FROM occasion WHERE realm_id=$1 "
    "UNION ALL SELECT kept_by FROM occasion WHERE realm_id=$1 UNION ALL SELECT actor FROM occasion_change WHERE "
    "realm_id=$1) AS everywhere WHERE p=$2"};
constexpr store::Sql kAddFile{
    "test_add_file",
    "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, view_hash, thumb_hash, open) "
    "VALUES ($1,$2,0,$3,$4,'x',$5,1,'','','',0)"};
constexpr store::Sql kMarks{"test_marks",
                            "SELECT count(*) FROM quota_mark WHERE realm_id=$1 AND record_id=$2 AND quota='river'"};

class Forgetting : public test::EnginesTest {
 public:
  void begin(int wardens) {
    store_ = fresh(all_migrations());
    crew_ = std::make_unique<Crew>(*store_, wardens);
  }
  record::Actor actor(PersonId person) const { return {.person = person, .system = false, .follows = {}}; }
  template <class F>
  auto write(F&& job) {
    return store_->write([&](store::Tx& tx) { return job(tx); });
  }
  template <class F>
  auto read(F&& job) {
    return store_->read([&](store::Tx& tx) { return job(tx); });
  }
  std::int64_t named(PersonId person) {
    return read([&](store::Tx& tx) { return tx.one<std::int64_t>(kNamed, crew_->realm, person).value_or(-1); });
  }
  FileId file(store::Tx& tx, PersonId owner, const char* type) {
    const FileId id = crew_->ids.make<FileId>();
    tx.run(kAddFile, crew_->realm, id, owner, crew_->clock.now(), type);
    return id;
  }
  void check_in(PersonId who, RecordId patrol, const char* sort, bool pictures = false) {
    write([&](store::Tx& tx) {
      checkin::NewCheckIn given{.key = "phone-" + std::to_string(++keys_) + to_text(who),
                                .record = patrol,
                                .sort = sort,
                                .phone_at = crew_->clock.now(),
                                .lon = 117.2,
                                .lat = 39.12,
                                .accuracy = 8,
                                .occasion = {},
                                .files = {},
                                .form = {}};
      if (pictures) given.files = {file(tx, who, "image/jpeg"), file(tx, who, "video/mp4")};
      checkin::check_in(crew_->engine, tx, crew_->realm, actor(who), given, crew_->clock.now());
    });
  }
  // Two on one boat: both check in, one walks a track, the patrol is complete and counts for both.
  RecordId patrol_together(PersonId a, PersonId b) {
    const auto act = [&](RecordId on, const char* name, const boost::json::object& form) {
      write([&](store::Tx& tx) {
        crew_->engine.act(tx, crew_->realm, actor(a), on, name, form, std::nullopt, crew_->clock.now());
      });
    };
    act(crew_->plan, "set_out", {{"water", "river"}, {"partner", to_text(b)}});
    const RecordId patrol =
        read([&](store::Tx& tx) { return tx.all<RecordId>(record::sql::kChildren, crew_->realm, crew_->plan).back(); });
    for (const PersonId who : {a, b}) check_in(who, patrol, "start");
    check_in(a, patrol, "picture", true);
    write([&](store::Tx& tx) {
      const Time now = crew_->clock.now();
      const checkin::NewTrack track{"track-0001",
                                    patrol,
                                    {{now - std::chrono::minutes{9}, 117.2, 39.12},
                                     {now - std::chrono::minutes{5}, 117.203, 39.12},
                                     {now, 117.203, 39.123}}};
      checkin::keep_track(crew_->engine, tx, crew_->realm, actor(a), track, now);
    });
    act(patrol, "finish", {{"notes", "一切正常"}});
    return patrol;
  }
  void erase(PersonId person) {
    write([&](store::Tx& tx) {
      people::erase_person(tx, {crew_->realm, {}, crew_->clock.now(), crew_->ids, "asked for", {}}, person);
      forget_person({crew_->engine, tx, crew_->realm, person, crew_->clock.now()});
    });
  }
  std::size_t different_people() {
    return read([&](store::Tx& tx) {
             return checkin::people_of(tx, crew_->realm, "patrol", "start",
                                       month_of(day_of(crew_->clock.now(), Zone{})));
           })
        .size();
  }
  std::int64_t marks() {
    return read([&](store::Tx& tx) { return *tx.one<std::int64_t>(kMarks, crew_->realm, crew_->plan); });
  }

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Crew> crew_;
  int keys_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Forgetting, test::kEngines, test::engine_name);

TEST_P(Forgetting, AnErasedPersonIsNowhereAndEveryFigureStays) {
  begin(3);
  const PersonId a = crew_->wardens[0], b = crew_->wardens[1];
  const RecordId patrol = patrol_together(a, b);
  ASSERT_GT(named(a), 0);
  ASSERT_EQ(marks(), 2);
  ASSERT_EQ(different_people(), 2u);
  erase(a);
  EXPECT_EQ(named(a), 0);
  EXPECT_GT(named(b), 0);
  EXPECT_EQ(marks(), 2) << "the patrol was made";
  EXPECT_EQ(different_people(), 2u) << "by two people";
  const auto kept = read([&](store::Tx& tx) { return checkin::checkins_of(tx, crew_->realm, patrol); });
  ASSERT_EQ(kept.size(), 3u);
  for (const checkin::CheckIn& each : kept) {
    EXPECT_EQ(each.lon.has_value(), each.person == b);
    if (each.person == b) continue;
    EXPECT_EQ(each.phone_at, midnight(20260306, Zone{})) << "of an ended record only the day stays";
  }
  EXPECT_EQ(kept[2].photos, 1) << "what was seen is the record's";
  EXPECT_TRUE(read([&](store::Tx& tx) { return checkin::tracks_of(tx, crew_->realm, patrol); }).empty());
  EXPECT_TRUE(crew_->sound());
  // The plan counts on the others only: nobody falls short who is gone.
  const auto record = crew_->load(crew_->plan);
  for (const auto& standing : read([&](store::Tx& tx) {
         return quota::standings(crew_->engine, tx, crew_->realm, record, 20260306, crew_->clock.now());
       }))
    EXPECT_NE(standing.person, a);
}

TEST_P(Forgetting, WhoeverIsErasedMakesRoomForTheNextWhoWaits) {
  begin(4);
  const PersonId gone = crew_->wardens[0], stands = crew_->wardens[1], waits = crew_->wardens[2];
  const auto slot = crew_->slot(crew_->plan, "2026-03-10 08:00", "2026-03-10 10:00", 2);
  for (const PersonId who : {gone, stands, waits})
    write([&](store::Tx& tx) { roster::take(crew_->by(tx, who), slot, who); });
  write([&](store::Tx& tx) {
    roster::ask_swap(crew_->by(tx, gone), slot, crew_->wardens[3]);
    roster::ask_swap(crew_->by(tx, stands), slot, gone);
    roster::set_away(tx, crew_->realm, gone, 1, at("2026-03-20 00:00"), at("2026-03-21 00:00"));
  });
  erase(gone);
  EXPECT_EQ(named(gone), 0);
  std::map<PersonId, roster::TurnState> turns;
  for (const auto& turn : read([&](store::Tx& tx) { return roster::turns_in(tx, crew_->realm, slot); }))
    turns[turn.person] = turn.state;
  EXPECT_EQ(turns, (std::map<PersonId, roster::TurnState>{{stands, roster::TurnState::standing},
                                                          {waits, roster::TurnState::standing}}));
  EXPECT_TRUE(crew_->sound());
}

// Two years after its end a patrol keeps neither who nor where nor when, and its plan says no more whose it was.
TEST_P(Forgetting, ARecordThatIsNoLongerKeptLeadsToNobody) {
  begin(2);
  const PersonId a = crew_->wardens[0], b = crew_->wardens[1];
  const RecordId patrol = patrol_together(a, b);
  const auto start = std::int32_t(month_of(day_of(crew_->clock.now(), Zone{})));
  crew_->clock.advance(std::chrono::hours{24 * 731});
  for (int i = 0; i < 400; ++i) {
    const auto due = read([&](store::Tx& tx) { return crew_->engine.due(tx, crew_->realm, crew_->clock.now()); });
    if (due.empty()) break;
    for (const auto& each : due)
      if (each.record == patrol)
        write([&](store::Tx& tx) { crew_->engine.wake(tx, crew_->realm, each, crew_->clock.now()); });
    if (crew_->load(patrol).data == "{}") break;
  }
  ASSERT_EQ(crew_->load(patrol).data, "{}");
  for (const checkin::CheckIn& each :
       read([&](store::Tx& tx) { return checkin::checkins_of(tx, crew_->realm, patrol); })) {
    EXPECT_TRUE(each.person != a && each.person != b);
    EXPECT_FALSE(each.lon);
    EXPECT_EQ(each.files, "[]");
    EXPECT_EQ(each.phone_at, midnight(20260306, Zone{}));
  }
  EXPECT_TRUE(read([&](store::Tx& tx) { return checkin::tracks_of(tx, crew_->realm, patrol); }).empty());
  const auto people =
      read([&](store::Tx& tx) { return checkin::people_of(tx, crew_->realm, "patrol", "start", start); });
  EXPECT_EQ(people.size(), 2u);
  for (const auto& each : people) EXPECT_TRUE(each.person != a && each.person != b);
  EXPECT_EQ(marks(), 2);
  EXPECT_TRUE(crew_->sound());
}

}  // namespace
}  // namespace tongxin::aspect
