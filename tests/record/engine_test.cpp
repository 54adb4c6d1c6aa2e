#include "record/engine.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <boost/describe/operators.hpp>

#include "aspect/leaving.hpp"
#include "measure/figures.hpp"
#include "measure/verify.hpp"
#include "people/persons.hpp"
#include "record/calendars.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"
#include "record/timer_steps.hpp"
#include "support/sound.hpp"

using namespace tongxin;
using namespace tongxin::test;
namespace json = boost::json;

namespace {

constexpr store::Sql kTamperBody{"tamper_body",
                                 "UPDATE event SET body = '{}' WHERE realm_id = $1 AND record_id = $2 AND seq = 1"};
constexpr store::Sql kTamperCell{"tamper_cell",
                                 "UPDATE count_cell SET n = n + 1 WHERE realm_id = $1 AND name = 'received'"};
constexpr store::Sql kDropEvent{"drop_event", "DELETE FROM event WHERE realm_id = $1 AND record_id = $2 AND seq = 2"};
constexpr store::Sql kLooseFile{"loose_file",
                                "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, "
                                "view_hash, thumb_hash, open) VALUES ($1,$2,0,$3,$4,'a','image/jpeg',1,'','','',0)"};
constexpr store::Sql kRows{"rows_of_realm",
                           "SELECT (SELECT count(*) FROM record WHERE realm_id=$1) + (SELECT count(*) FROM event WHERE "
                           "realm_id=$1) + (SELECT count(*) FROM timer WHERE realm_id=$1) + "
                           "(SELECT count(*) FROM record_scope WHERE realm_id=$1) + (SELECT count(*) FROM count_entry "
                           "WHERE realm_id=$1) + (SELECT count(*) FROM message WHERE realm_id=$1) + "
                           "(SELECT coalesce(sum(n), 0) FROM count_cell WHERE realm_id=$1) + (SELECT "
                           "coalesce(sum(last), 0) FROM number_series WHERE realm_id=$1)"};

constexpr store::Sql kMessagesOf{"messages_of", "SELECT count(*) FROM message WHERE realm_id=$1 AND person_id=$2"};
constexpr store::Sql kCounted{
    "test_count", "SELECT count(*) FROM count_entry WHERE realm_id=$1 AND kind='issue' AND name=$2 AND period=202603"};

std::int64_t rows(Street& street) {
  return *street.store.read([&](store::Tx& tx) { return tx.one<std::int64_t>(kRows, street.realm); });
}
bool found_unsound(Street& street) { return !measure::verify(street.store, street.worlds, street.realm).sound(); }

// A transaction whose n-th change fails, to see that either all of an operation happens or nothing.
class FailingTx final : public store::Tx {
 public:
  FailingTx(store::Tx& inner, int fails_at) : inner_(inner), left_(fails_at) {}
  void query(const store::Sql& sql, std::span<const store::Value> values,
             const std::function<bool(const store::Row&)>& each) override {
    step();
    inner_.query(sql, values, each);
  }
  std::int64_t execute(const store::Sql& sql, std::span<const store::Value> values) override {
    step();
    return inner_.execute(sql, values);
  }
  void index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) override {
    inner_.index(realm, document, kind, std::move(text));
  }
  void after_commit(std::function<void()> then) override { inner_.after_commit(std::move(then)); }

 private:
  void step() {
    if (--left_ == 0) throw Fault(Code::unavailable, words("故意的", "on purpose"));
  }
  store::Tx& inner_;
  int left_;
};

}  // namespace

using Claims = EnginesTest;
INSTANTIATE_TEST_SUITE_P(Engines, Claims, kEngines, engine_name);

TEST_P(Claims, AStaleVersionIsRefusedAndChangesNothing) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  street.act("chen", issue.id, "handle", {}, 1);
  const auto before = rows(street);
  EXPECT_EQ(refusal([&] { street.act("chen", issue.id, "resolve", {{"result", "好了"}}, 1); }), Code::conflict);
  EXPECT_EQ(rows(street), before);
  EXPECT_EQ(street.load(issue.id).state, "handling");
}

TEST_P(Claims, TheSameKeyAnswersTheSameAndChangesNothing) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto first = street.create("wang", street.report(), "phone-1");
  const auto before = rows(street);
  const auto again = street.create("wang", street.report(), "phone-1");
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.number, first.number);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(rows(street), before);
  EXPECT_EQ(refusal([&] { street.create("wang", street.report("另一件事"), "phone-1"); }), Code::conflict);
  // Somebody else's key of the same name is another key.
  EXPECT_NE(street.create("zhao", street.report(), "phone-1").id, first.id);
}

// An urgent report under a key that was used before is another report: it must not be answered with the calm one.
TEST_P(Claims, TheSameKeyWithAnythingElseAskedIsRefused) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  auto first = street.report();
  first.lon = 117.2010, first.lat = 39.1210, first.address = "桃园里", first.urgent = false;
  const auto made = street.create("wang", first, "phone-1");
  const auto differs = [&](const char* what, const std::function<void(record::Draft&)>& change) {
    auto other = first;
    change(other);
    const auto before = rows(street);
    EXPECT_EQ(refusal([&] { street.create("wang", other, "phone-1"); }), Code::conflict) << what;
    EXPECT_EQ(rows(street), before) << what;
  };
  differs("urgent", [](auto& draft) { draft.urgent = true; });
  differs("urgency not said", [](auto& draft) { draft.urgent.reset(); });
  differs("a point 300 m away", [](auto& draft) { draft.lon = 117.2043; });
  differs("a point to the north", [](auto& draft) { draft.lat = 39.1237; });
  differs("source", [](auto& draft) { draft.source = "staff"; });
  differs("outside number", [](auto& draft) { draft.outside_number = "12345-7"; });
  differs("parent", [&](auto& draft) { draft.parent = made.id; });
  differs("holder", [&](auto& draft) { draft.hold_by = street.names.orgs.at("urban"); });
  EXPECT_TRUE(street.create("wang", first, "phone-1").repeated);
}

TEST_P(Claims, EverybodyWhoseReportWasMergedIsAnsweredHoweverManyTheyAre) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto main = street.create("wang", street.report());
  std::vector<RecordId> merged;
  for (int i = 0; i < 501; ++i) {
    merged.push_back(street.create("zhao", street.report()).id);
    street.act("chen", merged.back(), "merge", {{"into", to_text(main.id)}});
  }
  street.act("chen", main.id, "handle");
  street.act("chen", main.id, "resolve", {{"result", "已清运"}});
  street.act("chen", main.id, "feed_back", {{"reply", "已清运干净"}});
  EXPECT_EQ(street.load(merged.front()).answer, "已清运干净");
  EXPECT_EQ(street.load(merged.back()).answer, "已清运干净");
}

std::optional<record::Timer> timer_of(Street& street, RecordId id, const std::string& name) {
  for (const auto& timer :
       street.store.read([&](store::Tx& tx) { return tx.all<record::Timer>(record::sql::kTimers, street.realm, id); }))
    if (timer.deadline == name) return timer;
  return std::nullopt;
}

// The clock had no time to look between the limit and the action that ended it.
TEST_P(Claims, ALimitThatPassedBeforeTheClockLookedIsCountedAsLate) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  street.act("chen", issue.id, "handle");
  street.clock.advance(std::chrono::hours{24 * 4});
  street.act("chen", issue.id, "resolve", {{"result", "已清运"}});
  EXPECT_TRUE(timer_of(street, issue.id, "handle")->late);
  EXPECT_EQ(street.store.read(
                [&](store::Tx& tx) { return tx.one<std::int64_t>(kCounted, street.realm, std::string("late")); }),
            1);
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, AnExtensionOfADeadlineThatStandsStillIsThereWhenItGoesOn) {
  const auto store = fresh(all_migrations());
  Street street(*store);  // Friday 10:00; 7 working hours: until 9:30 on Monday
  const auto issue = street.create("wang", street.report());
  street.act("chen", issue.id, "handle");
  street.act("lin", issue.id, "suspend", {{"reason", "等雨停"}, {"until", "2026-03-20"}});
  pack::Effect extend;
  extend.name = "extend";
  extend.arguments["deadline"].text = "handle";
  extend.arguments["by"].text = "2 working_hours";
  street.store.write([&](store::Tx& tx) {
    street.engine.change(tx, street.realm, street.as("lin"), issue.id, "longer", street.clock.now(),
                         [&](record::Change& change) { record::built_in_effects().at("extend")(change, extend); });
  });
  street.clock.advance(std::chrono::hours{24 * 3});  // Monday 10:00
  street.act("lin", issue.id, "resume");
  EXPECT_EQ(to_minute_text(timer_of(street, issue.id, "handle")->due_at, {}), "2026-03-10 11:30");
}

TEST_P(Claims, ADueTimeShowsHowItCameAboutWheneverItIsAsked) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  street.act("chen", issue.id, "handle");
  street.clock.advance(std::chrono::hours{2});
  street.act("lin", issue.id, "suspend", {{"reason", "等雨停"}, {"until", "2026-03-20"}});
  street.clock.advance(std::chrono::hours{24 * 3 - 2});
  street.act("lin", issue.id, "resume");
  street.act("chen", issue.id, "ask_extension", {{"more", "full"}, {"reason", "材料未到"}});
  street.act("lin", issue.id, "approve_extension", {{"no_head", true}, {"reason", "材料未到"}});
  const auto explained = [&] {
    return street.store.read([&](store::Tx& tx) {
      const auto world = street.worlds.current(tx, street.realm);
      for (const auto& timer : tx.all<record::Timer>(record::sql::kTimers, street.realm, issue.id))
        if (timer.deadline == "handle")
          return record::explain_timer(record::calendar_of(*world, timer.calendar), timer,
                                       record::steps_of(tx, street.realm, timer));
      return Words{};
    });
  };
  const Words say = explained();
  for (const char* part :
       {"7 个工作小时，自周五 10:00 起", "；2026-03-06 12:00 暂停，剩余工作时间 5 小时", "；2026-03-09 10:00 恢复：",
        "；2026-03-09 10:00 延长：7 个工作小时，自周一 16:30 起", "周二 2026-03-10 16:00 到期"})
    EXPECT_NE(say.zh.find(part), std::string::npos) << part << " in " << say.zh;
  for (const char* part : {"7 working hours from Friday 10:00",
                           "; paused 2026-03-06 12:00 with 5 h of working time left", "; resumed 2026-03-09 10:00: ",
                           "; extended 2026-03-09 10:00: 7 working hours from Monday "
                           "16:30",
                           ": due Tuesday 2026-03-10 16:00"})
    EXPECT_NE(say.en.find(part), std::string::npos) << part << " in " << say.en;
  street.clock.advance(std::chrono::hours{24 * 5});
  street.act("chen", issue.id, "resolve", {{"result", "已清运"}});  // late, and at an end
  EXPECT_EQ(explained().zh, say.zh);
}

constexpr store::Sql kHolding{"test_body",
                              "SELECT count(*) FROM event WHERE realm_id=$1 AND record_id=$2 AND body LIKE $3"};

TEST_P(Claims, WhatAPackForgetsIsForgottenInTheTimelineToo) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report("张三欠钱不还"));
  street.act("chen", issue.id, "handle");
  const auto held = [&] {
    return *street.store.read(
        [&](store::Tx& tx) { return tx.one<std::int64_t>(kHolding, street.realm, issue.id, std::string("%张三%")); });
  };
  ASSERT_EQ(held(), 1);
  pack::Effect redact;
  redact.name = "redact";
  redact.arguments["value"].names = {"description"};
  street.store.write([&](store::Tx& tx) {
    street.engine.change(tx, street.realm, street.as("lin"), issue.id, "forgotten", street.clock.now(),
                         [&](record::Change& change) { record::built_in_effects().at("redact")(change, redact); });
  });
  EXPECT_EQ(held(), 0);
  const auto record = street.load(issue.id);
  EXPECT_EQ(record.title, "垃圾清运");
  EXPECT_EQ(record.data.find("张三"), std::string::npos);
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, ARepeatedActionWithItsOldVersionStillAnswers) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  const auto first = street.act("chen", issue.id, "handle", {}, 1, "outbox-7");
  const auto again = street.act("chen", issue.id, "handle", {}, 1, "outbox-7");
  EXPECT_EQ(again.version, first.version);
  EXPECT_TRUE(again.repeated);
}

TEST_P(Claims, ComplainsInTheWrittenOrder) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  EXPECT_EQ(refusal([&] { street.act("chen", RecordId{12345}, "handle", {}, 99); }), Code::not_found);
  EXPECT_EQ(refusal([&] { street.act("chen", issue.id, "nonsense"); }), Code::not_found);
  EXPECT_EQ(refusal([&] { street.act("chen", issue.id, "resolve", {}, 99); }), Code::conflict);
  EXPECT_EQ(refusal([&] { street.act("chen", issue.id, "resolve"); }), Code::not_now);
  EXPECT_EQ(refusal([&] { street.act("wang", issue.id, "handle"); }), Code::forbidden);
  EXPECT_EQ(refusal([&] { street.act("zhou", issue.id, "handle"); }),
            Code::forbidden);  // of another grid: it is public, not hers
  street.act("chen", issue.id, "handle");
  EXPECT_EQ(refusal([&] { street.act("chen", issue.id, "resolve"); }), Code::invalid);
}

TEST_P(Claims, NamesEveryWrongFieldAtOnce) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  auto draft = street.report();
  draft.form = {{"descripton", "x"}, {"contact_phone", "123456789012345"}, {"photos", "one"}};
  try {
    street.create("wang", draft);
    FAIL() << "should be refused";
  } catch (const Fault& fault) {
    std::set<std::string> at;
    for (const Complaint& complaint : fault.complaints()) at.insert(complaint.at + " " + complaint.code);
    EXPECT_EQ(at, (std::set<std::string>{"/form/descripton unknown", "/form/contact_phone format", "/form/photos type",
                                         "/form/description required"}));
  }
}

TEST_P(Claims, OneOfManyWhoActAtOnceWins) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  std::atomic<int> won{0}, late{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      const auto refused = refusal([&] { street.act("chen", issue.id, "handle", {}, 1); });
      refused ? ++late : ++won;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(late, 15);
  EXPECT_EQ(street.load(issue.id).version, 2);
  EXPECT_TRUE(sound(street));
}

// A client whose answer was lost sends the request again while the first one may still be under way.
TEST_P(Claims, TheSameRequestManyTimesAtOnceHappensOnceAndIsAnsweredAlike) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  std::atomic<int> wrong{0}, repeated{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      const auto refused = refusal([&] {
        const auto chen = street.as("chen");
        const auto outcome = street.store.write([&](store::Tx& tx) {
          return street.engine.act(tx, street.realm, chen, issue.id, "handle", {}, 1, street.clock.now(), "k");
        });
        if (outcome.repeated) ++repeated;
        if (outcome.version != 2) ++wrong;
      });
      if (refused) ++wrong;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(repeated, 15);
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, AllOfAnOperationHappensOrNothing) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  const auto before = rows(street);
  int failures = 0;
  for (int step = 1;; ++step) {
    const auto refused = refusal([&] {
      street.store.write([&](store::Tx& tx) {
        FailingTx failing(tx, step);
        street.engine.act(failing, street.realm, street.as("chen"), issue.id, "pass_up", {{"reason", "需要社区协调"}},
                          1, street.clock.now(), "k");
      });
    });
    if (!refused) break;
    ++failures;
    ASSERT_EQ(rows(street), before) << "after failing at step " << step;
    ASSERT_EQ(street.load(issue.id).version, 1);
  }
  EXPECT_GT(failures, 10);
  EXPECT_EQ(street.load(issue.id).version, 2);
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, VerifyFindsWhatWasTamperedWith) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  street.act("chen", issue.id, "handle");
  ASSERT_TRUE(sound(street));
  street.store.write([&](store::Tx& tx) { tx.run(kTamperBody, street.realm, issue.id); });
  EXPECT_TRUE(found_unsound(street));
}

TEST_P(Claims, VerifyFindsAMissingEventAndAWrongFigure) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  street.act("chen", issue.id, "handle");
  street.store.write([&](store::Tx& tx) { tx.run(kTamperCell, street.realm); });
  EXPECT_TRUE(found_unsound(street));
  Street other(*store, 8);
  const auto second = other.create("wang", other.report());
  other.act("chen", second.id, "handle");
  other.store.write([&](store::Tx& tx) { tx.run(kDropEvent, other.realm, second.id); });
  EXPECT_TRUE(found_unsound(other));
}

// Rows that nobody but the engine writes, each forged, lost or slipped in behind its back: the finding is of that sort and names
// the matter.
TEST_P(Claims, VerifyNamesEachRowThatIsNotWhatItsEventsLeft) {
  const auto store = fresh(all_migrations());
  struct Forgery {
    const char* what;
    store::Sql sql;
  };
  static constexpr std::array kForgeries{
      Forgery{"record", {"forge", "UPDATE record SET state='rejected' WHERE realm_id=$1"}},
      Forgery{"record", {"forge", "UPDATE record SET answer='好了' WHERE realm_id=$1"}},
      Forgery{"record", {"forge", "UPDATE record SET title='没事' WHERE realm_id=$1"}},
      Forgery{"record", {"forge", "UPDATE record SET data='{}' WHERE realm_id=$1"}},
      Forgery{"record", {"forge", "UPDATE record SET category='road' WHERE realm_id=$1"}},
      Forgery{"record", {"forge", "UPDATE record SET holder_person=0 WHERE realm_id=$1"}},
      Forgery{"record", {"forge", "UPDATE record SET lon=121.5 WHERE realm_id=$1"}},
      Forgery{"evidence", {"forge", "DELETE FROM count_entry WHERE realm_id=$1 AND name='late'"}},
      Forgery{"evidence", {"forge", "UPDATE count_entry SET category='road' WHERE realm_id=$1 AND name='rated'"}},
      Forgery{"evidence",
              {"forge",
               "INSERT INTO count_entry (realm_id, kind, name, period, path, record_id, seq, org_id, category, day, "
               "add_value) SELECT realm_id, kind, 'solved', period, path, record_id, 1, org_id, category, day, "
               "add_value FROM count_entry WHERE realm_id=$1 AND name='received'"}},
      Forgery{"timer", {"forge", "UPDATE timer SET due_at = due_at + 315360000000 WHERE realm_id=$1"}},
      Forgery{"timer", {"forge", "UPDATE timer SET late=0 WHERE realm_id=$1"}},
      Forgery{"timer", {"forge", "DELETE FROM timer WHERE realm_id=$1 AND deadline='handle'"}},
      Forgery{"rating", {"forge", "UPDATE rating SET body='{\"satisfied\":true}' WHERE realm_id=$1"}},
      Forgery{"rating", {"forge", "DELETE FROM rating WHERE realm_id=$1"}},
      Forgery{"rating",
              {"forge",
               "INSERT INTO rating (realm_id, record_id, seq, at, body) SELECT realm_id, record_id, 1, at, body "
               "FROM rating WHERE realm_id=$1"}},
      Forgery{"participant", {"forge", "DELETE FROM participant WHERE realm_id=$1"}},
      Forgery{"participant", {"forge", "UPDATE participant SET role='lead' WHERE realm_id=$1"}},
      Forgery{"participant", {"forge", "UPDATE participant SET since = since - 1 WHERE realm_id=$1"}},
      Forgery{"participant",
              {"forge",
               "INSERT INTO participant (realm_id, record_id, role, org_id, person_id, since) SELECT realm_id, id, "
               "'helper', holder_org, 0, updated_at FROM record WHERE realm_id=$1"}},
      Forgery{
          "message",
          {"forge", "DELETE FROM message WHERE realm_id=$1 AND id IN (SELECT min(id) FROM message WHERE realm_id=$1)"}},
      Forgery{"message", {"forge", "UPDATE message SET at = at - 1 WHERE realm_id=$1"}},
      Forgery{"message",
              {"forge",
               "INSERT INTO message (realm_id, person_id, id, record_id, seq, at, text_zh, text_en) SELECT realm_id, "
               "reporter, 12345, id, last_seq, updated_at, '已办结', 'done' FROM record WHERE realm_id=$1"}},
      Forgery{"list",
              {"forge",
               "INSERT INTO record_scope (realm_id, scope, list, open, record_id) SELECT realm_id, 12345, kind, open, "
               "id FROM record WHERE realm_id=$1"}},
      Forgery{"list",
              {"forge",
               "INSERT INTO record_scope (realm_id, scope, list, open, record_id) SELECT realm_id, holder_org, kind, "
               "1 - open, id FROM record WHERE realm_id=$1"}},
  };
  std::uint64_t seed = 100;
  for (const Forgery& forgery : kForgeries) {
    SCOPED_TRACE(forgery.sql.text);
    Street street(*store, ++seed);
    const auto issue = street.create("wang", street.report());
    street.act("zhao", issue.id, "follow");
    street.clock.advance(std::chrono::hours{24 * 30});
    street.store.write([&](store::Tx& tx) {
      for (const auto& due : street.engine.due(tx, street.realm, street.clock.now()))
        street.engine.wake(tx, street.realm, due, street.clock.now());
    });
    street.act("lin", issue.id, "dispatch", {{"org", to_text(street.names.orgs.at("housing"))}});
    street.act("jiang", issue.id, "handle");
    street.act("jiang", issue.id, "resolve", {{"result", "已清运"}});
    street.act("jiang", issue.id, "feed_back", {{"reply", "垃圾已清运"}});
    street.act("wang", issue.id, "rate", {{"satisfied", false}, {"reason", "又堆上了"}});
    ASSERT_TRUE(sound(street));
    ASSERT_GT(street.store.write([&](store::Tx& tx) { return tx.run(forgery.sql, street.realm); }), 0);
    const auto verdict = measure::verify(street.store, street.worlds, street.realm);
    EXPECT_TRUE(std::ranges::any_of(verdict.findings, [&](const measure::Finding& each) {
      return each.what == forgery.what && each.where == issue.number;
    }));
  }
}

// What may lawfully go from who takes part and from the messages is no finding: by the keeping's end, when somebody is erased,
// and when matters are merged.
TEST_P(Claims, VerifyIsSilentWhenPeopleLeaveAndWhenTheKeepingEnds) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  const auto twin = street.create("he", street.report("也是垃圾"));
  for (const RecordId each : {issue.id, twin.id}) street.act("zhao", each, "follow");
  street.act("lin", twin.id, "merge", {{"into", to_text(issue.id)}});
  street.act("lin", issue.id, "dispatch", {{"org", to_text(street.names.orgs.at("housing"))}});
  street.act("jiang", issue.id, "handle");
  street.act("jiang", issue.id, "resolve", {{"result", "已清运"}});
  street.act("jiang", issue.id, "feed_back", {{"reply", "垃圾已清运"}});
  const auto messages_of = [&](const char* who) {
    return *street.store.read(
        [&](store::Tx& tx) { return tx.one<std::int64_t>(kMessagesOf, street.realm, street.names.people.at(who)); });
  };
  ASSERT_GT(messages_of("zhao"), 0);
  ASSERT_GT(messages_of("wang"), 0);
  ASSERT_TRUE(sound(street));

  street.store.write([&](store::Tx& tx) {
    const PersonId zhao = street.names.people.at("zhao");
    people::erase_person(tx, {street.realm, {}, street.clock.now(), street.ids, "asked for", {}}, zhao);
    aspect::forget_person({street.engine, tx, street.realm, zhao, street.clock.now()});
  });
  EXPECT_EQ(messages_of("zhao"), 0);
  EXPECT_TRUE(sound(street));

  record::Draft draft;
  draft.kind = "information_item";  // all of it is kept for fourteen days
  draft.area = street.names.areas.at("taoyuan");
  draft.form = {{"reference", "130102196001011234"}, {"what", "返乡人员"}};
  const auto item = street.create("liu", draft);
  street.store.write([&](store::Tx& tx) {
    street.engine.change(tx, street.realm, record::Actor::clock(), item.id, "told", street.clock.now(),
                         [&](record::Change& change) {
                           change.add_participant("follower", {}, street.names.people.at("du"));
                           change.tell(street.names.people.at("du"), words("请留意", "please look"));
                         });
  });
  street.act("liu", item.id, "check", {{"result", "found"}});
  ASSERT_EQ(messages_of("du"), 1);
  street.clock.advance(std::chrono::hours{24 * 15});
  street.store.write([&](store::Tx& tx) {
    for (const auto& due : street.engine.due(tx, street.realm, street.clock.now()))
      street.engine.wake(tx, street.realm, due, street.clock.now());
  });
  EXPECT_EQ(messages_of("du"), 0) << "its keeping has ended";
  EXPECT_TRUE(sound(street));
}

// However many take part, what an event left is what is read again.
TEST_P(Claims, AMatterThatConcernsManyIsSound) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report());
  street.store.write([&](store::Tx& tx) {
    street.engine.change(
        tx, street.realm, record::Actor::clock(), issue.id, "many", street.clock.now(), [](record::Change& change) {
          for (std::int64_t i = 1; i <= 1001; ++i) {
            change.add_participant("follower", {}, PersonId{i});
            change.tx.run(record::sql::kAddScope, change.realm, i, change.record.kind, true, change.record.id);
          }
        });
  });
  EXPECT_TRUE(sound(street));
  street.act("zhao", issue.id, "follow");
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, RedactionForgetsTheTextAndKeepsTheChain) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto issue = street.create("wang", street.report("某人的隐私"));
  const std::array seqs{1};
  street.store.write([&](store::Tx& tx) {
    street.engine.redact(tx, street.realm, street.as("lin"), issue.id, seqs, "含个人隐私", street.clock.now());
  });
  const auto events = street.store.read(
      [&](store::Tx& tx) { return tx.all<record::Event>(record::sql::kEvents, street.realm, issue.id); });
  ASSERT_EQ(events.size(), 2u);
  EXPECT_TRUE(events[0].redacted);
  EXPECT_EQ(events[0].body, "");
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, ALooseFileGoesWithWhoeverBroughtItAndWithNobodyElse) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  const auto file = [&](PersonId owner) {
    const FileId id = street.ids.make<FileId>();
    street.store.write([&](store::Tx& tx) { tx.run(kLooseFile, street.realm, id, owner, street.clock.now()); });
    return id;
  };
  const auto with = [&](FileId id) {
    auto draft = street.report();
    draft.form["photos"] = json::array{json::string(to_text(id))};
    return draft;
  };
  const FileId hers = file(street.names.people.at("zhao"));
  EXPECT_EQ(refusal([&] { street.create("wang", with(hers)); }), Code::invalid);
  EXPECT_EQ(refusal([&] { street.create("lin", with(hers)); }), Code::invalid);
  EXPECT_EQ(refusal([&] { street.create("zhao", with(hers)); }), std::nullopt);
  EXPECT_EQ(refusal([&] { street.create("zhao", with(hers)); }), Code::invalid) << "it belongs to a record now";
  EXPECT_EQ(refusal([&] { street.create("wang", with(file({}))); }), std::nullopt) << "nobody signed in brought it";
  EXPECT_TRUE(sound(street));
}

TEST_P(Claims, PrivateFieldsAreSealedAndAreReadOnlyWithAReason) {
  const auto store = fresh(all_migrations());
  Street street(*store);
  auto draft = street.report();
  draft.form["contact_phone"] = "13800138000";
  const auto issue = street.create("wang", draft);
  const auto record = street.load(issue.id);
  EXPECT_EQ(record.data.find("13800138000"), std::string::npos);
  const auto unseal = [&](const std::string& who, const std::string& reason) {
    return street.store.write([&](store::Tx& tx) {
      return street.engine.unseal(tx, street.realm, street.as(who), issue.id, reason, street.clock.now());
    });
  };
  EXPECT_EQ(refusal([&] { unseal("chen", " "); }), Code::invalid);
  EXPECT_EQ(refusal([&] { unseal("zhou", "好奇"); }), Code::not_found);
  EXPECT_EQ(unseal("chen", "回访").at("contact_phone").as_string(), "13800138000");
  EXPECT_EQ(unseal("wang", "").at("contact_phone").as_string(), "13800138000");
}

TEST_P(Claims, WhateverHappensTheBooksAreSound) {
  const auto store = fresh(all_migrations());
  std::uint64_t realm_seed = 1000;  // a realm of its own for every try
  const bool held = rc::check([&] {
    Street street(*store, ++realm_seed);
    const std::vector<std::string> people{"wang", "zhao", "chen", "sun", "wu", "liu", "he", "lin", "du", "jiang"};
    std::vector<RecordId> records;
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i) {
      street.clock.advance(milliseconds{*rc::gen::inRange(0, 6 * 3600 * 1000)});
      const std::string who = *rc::gen::elementOf(people);
      if (records.empty() || *rc::gen::inRange(0, 4) == 0) {
        records.push_back(street.create(who, street.report()).id);
        continue;
      }
      const RecordId id = *rc::gen::elementOf(records);
      const auto record = street.load(id);
      const auto actions = street.store.read([&](store::Tx& tx) {
        return street.engine.available(tx, *street.worlds.current(tx, street.realm), street.as(who), record,
                                       street.clock.now());
      });
      if (actions.empty()) continue;
      const auto& action = all_packs()->kind("issue")->actions[std::size_t(*rc::gen::elementOf(actions))];
      json::object form{
          {"result", "已处理"}, {"reason", "原因"}, {"reply", "答复"}, {"satisfied", *rc::gen::arbitrary<bool>()}};
      json::object fitting;
      for (const auto& field : action.form.fields)
        if (const auto* value = form.if_contains(field.name)) fitting[field.name] = *value;
      (void)refusal([&] { street.act(who, id, action.name, fitting, record.version); });
      if (*rc::gen::inRange(0, 8) == 0) {
        const std::array seqs{*rc::gen::inRange(1, record.last_seq + 1)};
        (void)refusal([&] {
          street.store.write([&](store::Tx& tx) {
            street.engine.redact(tx, street.realm, street.as("lin"), id, seqs, "含个人隐私", street.clock.now());
          });
        });
      }
      street.store.write([&](store::Tx& tx) {
        for (const auto& due : street.engine.due(tx, street.realm, street.clock.now()))
          street.engine.wake(tx, street.realm, due, street.clock.now());
      });
      street.store.read([&](store::Tx& tx) {
        using boost::describe::operators::operator==;
        const auto looked = street.engine.look(tx, street.realm, id);
        const bool same = *looked == *street.engine.find(tx, street.realm, id);
        RC_ASSERT(same);
      });
    }
    RC_ASSERT(measure::verify(street.store, street.worlds, street.realm).sound());
  });
  EXPECT_TRUE(held);
}
