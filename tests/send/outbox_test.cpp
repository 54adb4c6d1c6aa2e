// The outbox: stored with the change, in order per target, at least once, and in the end either delivered or looked at.
#include "send/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "people/schema.hpp"
#include "send/schema.hpp"
#include "send/sql.hpp"
#include "send/worker.hpp"
#include "support/engines.hpp"

namespace tongxin::send {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr RealmId kRealm{5};

class Outbox : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (!IsSkipped()) store_ = fresh(kMigrations);
  }
  Worker::Parts parts(std::uint64_t seed = 7) { return {*store_, vault_, clock_, ids_, kRealm, seed, {}}; }
  // A worker whose channel "post" writes down what it is handed and answers what `answer` says.
  std::unique_ptr<Worker> worker(Rules rules = {}, int together = 1) {
    auto made = std::make_unique<Worker>(parts());
    made->add("post", {[this](const Delivery& delivery) {
                         std::string line = delivery.target + ":";
                         for (const Letter& letter : delivery.letters) line += " " + letter.body;
                         handed_.push_back(line);
                         return answer_(delivery);
                       },
                       together, rules});
    return made;
  }
  LetterId put(const std::string& target, const std::string& body, NewLetter more = {}) {
    more.channel = more.channel.empty() ? "post" : more.channel;
    more.target = target;
    more.body = body;
    return store_->write([&](store::Tx& tx) { return send::put(tx, vault_, ids_, kRealm, more, clock_.now()); });
  }
  std::vector<DeadLetter> dead() {
    return store_->read([&](store::Tx& tx) { return dead_letters(tx, kRealm, {INT64_MAX}, 100); });
  }
  std::vector<Trouble> trouble() {
    return store_->read([&](store::Tx& tx) { return troubles(tx, kRealm, 100); });
  }
  std::vector<std::string> taken() { return std::exchange(handed_, {}); }

  ManualClock clock_{midnight(20260302)};
  IdSource ids_{clock_, 3};
  people::Vault vault_ = people::Vault::for_this_process();
  std::unique_ptr<store::Store> store_;
  std::function<Outcome(const Delivery&)> answer_ = [](const Delivery&) { return Outcome::sent(); };
  std::vector<std::string> handed_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Outbox, test::kEngines, test::engine_name);

Outcome down(const Delivery&) { return Outcome::failed(words("对方没有应答", "nobody answers")); }

TEST(OutboxRules, TheStatementsKeepTheRulesOfTheHouse) {
  std::vector<store::Migration> tables(people::kMigrations.begin(), people::kMigrations.end());
  tables.insert(tables.end(), kMigrations.begin(), kMigrations.end());
  for (const auto& complaint : store::check_sql_rules(tables, sql::kAll))
    ADD_FAILURE() << complaint.at << ": " << complaint.say.en;
}

TEST(OutboxRules, TheWaitDoublesUpToItsBoundAndVariesByChance) {
  const Rules rules{.tries = 9, .first = milliseconds{1000}, .longest = milliseconds{8000}, .lease = milliseconds{1}};
  Random random(1), same(1);
  for (const auto& [failures, most] : {std::pair{1, 1000}, {2, 2000}, {3, 4000}, {4, 8000}, {9, 8000}, {60, 8000}}) {
    const auto wait = back_off(rules, failures, random);
    EXPECT_LE(wait.count(), most);
    EXPECT_GE(wait.count(), most / 2);
    EXPECT_EQ(wait, back_off(rules, failures, same)) << "one seed, one history";
  }
  EXPECT_NE(back_off(rules, 4, random), back_off(rules, 4, random));
}

TEST_P(Outbox, SendsWhatWasCommittedAndNothingElse) {
  EXPECT_THROW(store_->write([&](store::Tx& tx) {
    send::put(tx, vault_, ids_, kRealm, {.channel = "post", .target = "a", .body = "never"}, clock_.now());
    throw Fault(Code::invalid, words("不行", "no"));
  }),
               Fault);
  put("a", "one");
  EXPECT_EQ(worker()->run_once(), 1);
  EXPECT_THAT(taken(), ElementsAre("a: one"));
  EXPECT_EQ(worker()->run_once(), 0) << "what was delivered is gone";
}

TEST_P(Outbox, KeepsTheOrderOfEachTargetThroughFailures) {
  answer_ = [this](const Delivery& delivery) { return delivery.target == "a" ? down(delivery) : Outcome::sent(); };
  for (const char* body : {"1", "2", "3"}) {
    put("a", body);
    put("b", body);
  }
  const auto sender = worker();
  sender->run_once();
  EXPECT_THAT(taken(), ElementsAre("a: 1", "b: 1", "b: 2", "b: 3")) << "b does not wait for a";
  put("a", "4");
  sender->run_once();
  EXPECT_THAT(taken(), IsEmpty()) << "a is not asked again at once, and nothing overtakes";
  answer_ = [](const Delivery&) { return Outcome::sent(); };
  clock_.advance(Rules{}.first);
  sender->run_once();
  EXPECT_THAT(taken(), ElementsAre("a: 1", "a: 2", "a: 3", "a: 4"));
  EXPECT_THAT(trouble(), IsEmpty());
}

TEST_P(Outbox, WhatCannotBeDeliveredIsLookedAtAndSentAgain) {
  answer_ = down;
  const auto sender = worker({.tries = 3});
  const LetterId id = put("a", "secret body", {.about = "QL-1 办结", .record = RecordId{9}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(dead(), IsEmpty());
    EXPECT_EQ(sender->run_once(), 1);
    clock_.advance(std::chrono::hours{1});
  }
  ASSERT_EQ(dead().size(), 1u);
  const DeadLetter letter = dead()[0];
  EXPECT_EQ(letter.id, id);
  EXPECT_EQ(std::tuple(letter.channel, letter.target, letter.about, letter.record, letter.tries),
            std::tuple("post", "a", "QL-1 办结", RecordId{9}, 3));
  EXPECT_EQ(letter.why_en, "nobody answers");
  ASSERT_EQ(trouble().size(), 1u);
  EXPECT_EQ(trouble()[0].next_try, std::nullopt);
  EXPECT_EQ(store_->read([&](store::Tx& tx) { return dead_body(tx, vault_, kRealm, id); }), "secret body");

  answer_ = [](const Delivery&) { return Outcome::sent(); };
  taken();
  EXPECT_TRUE(store_->write([&](store::Tx& tx) { return send_again(tx, kRealm, id); }));
  EXPECT_FALSE(store_->write([&](store::Tx& tx) { return send_again(tx, kRealm, id); })) << "somebody was first";
  EXPECT_EQ(sender->run_once(), 1);
  EXPECT_THAT(taken(), ElementsAre("a: secret body"));
  EXPECT_THAT(dead(), IsEmpty());
  EXPECT_THAT(trouble(), IsEmpty());
}

TEST_P(Outbox, ARefusedLetterDiesAtOnceAndTheNextOneGoes) {
  answer_ = [](const Delivery& delivery) {
    return delivery.letters[0].body == "bad" ? Outcome::refused(words("号码无效", "no such number")) : Outcome::sent();
  };
  const LetterId bad = put("a", "bad", {.discreet = true});
  put("a", "good");
  worker()->run_once();
  EXPECT_THAT(taken(), ElementsAre("a: bad", "a: good"));
  ASSERT_EQ(dead().size(), 1u);
  EXPECT_EQ(store_->read([&](store::Tx& tx) { return dead_body(tx, vault_, kRealm, bad); }), std::nullopt)
      << "what is discreet is shown to nobody";
  EXPECT_TRUE(store_->write([&](store::Tx& tx) { return throw_away(tx, kRealm, bad); }));
  EXPECT_THAT(dead(), IsEmpty());
}

TEST_P(Outbox, ACodeThatIsTooOldIsNotSent) {
  put("phone", "123456", {.until = clock_.now() + std::chrono::minutes{5}});
  put("phone", "news");
  clock_.advance(std::chrono::minutes{5});
  worker()->run_once();
  EXPECT_THAT(taken(), ElementsAre("phone: news"));
  EXPECT_THAT(dead(), IsEmpty());
}

TEST_P(Outbox, QuietHoursHoldEverythingBackAndCountAsNothing) {
  const Time morning = clock_.now() + std::chrono::hours{7};
  answer_ = [&](const Delivery& delivery) {
    return delivery.now < morning ? Outcome::later(morning) : Outcome::sent();
  };
  const auto sender = worker({}, 10);
  for (const char* body : {"1", "2", "3"}) put("a", body);
  EXPECT_EQ(sender->run_once(), 0);
  put("a", "4");
  taken();
  EXPECT_EQ(sender->run_once(), 0);
  EXPECT_THAT(taken(), IsEmpty());
  clock_.set(morning);
  EXPECT_EQ(sender->run_once(), 4);
  EXPECT_THAT(taken(), ElementsAre("a: 1 2 3 4")) << "one digest";
  EXPECT_THAT(trouble(), IsEmpty());
}

TEST_P(Outbox, BodiesAreSealedAtRest) {
  put("a", "tell-tale", {.channel = "nobody_sends_this"});
  EXPECT_EQ(worker()->run_once(), 0) << "a channel that this node does not have waits";
  const auto kept = store_->read([&](store::Tx& tx) {
    constexpr store::Sql kBody{"test_body", "SELECT body FROM outbox WHERE realm_id = $1"};
    return tx.one<std::string>(kBody, kRealm).value();
  });
  EXPECT_EQ(kept.find("tell-tale"), std::string::npos);
}

TEST_P(Outbox, AClaimThatWasNotKeptUpGoesToAnotherNode) {
  // The first node dies (an exception of another kind than a channel's would be a crash): simulated by a claim alone.
  put("a", "1");
  const auto late = worker();
  answer_ = [this, &late](const Delivery& delivery) {
    if (delivery.failures == 0 &&
        handed_.size() == 1) {  // while this node is at it, its lease ends and another takes over
      clock_.advance(Rules{}.lease);
      Worker other(parts(8));
      other.add("post", {[this](const Delivery& again) {
                  handed_.push_back("other " + again.letters[0].body);
                  return Outcome::sent();
                }});
      other.run_once();
    }
    return Outcome::failed(words("太晚", "too late"));
  };
  late->run_once();
  EXPECT_THAT(taken(), ElementsAre("a: 1", "other 1"));
  EXPECT_THAT(trouble(), IsEmpty()) << "what the first node says of a lane that it lost counts for nothing";
}

TEST_P(Outbox, SeveralNodesSendEachLetterOnceAndInOrder) {
  constexpr int kTargets = 8, kEach = 12;
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> got;
  std::vector<std::unique_ptr<Worker>> nodes;
  for (std::uint64_t node = 0; node < 3; ++node) {
    nodes.push_back(std::make_unique<Worker>(parts(node)));
    nodes.back()->add("post", {[&](const Delivery& delivery) {
                        const std::lock_guard lock(mutex);
                        got[delivery.target].push_back(delivery.letters[0].body);
                        return Outcome::sent();
                      }});
  }
  for (auto& node : nodes) node->start(2);
  for (int i = 0; i < kEach; ++i)
    for (int target = 0; target < kTargets; ++target) put("t" + std::to_string(target), std::to_string(i));
  for (auto& node : nodes) node->nudge();
  const auto complete = [&] {
    const std::lock_guard lock(mutex);
    return got.size() == kTargets &&
           std::all_of(got.begin(), got.end(), [](const auto& each) { return int(each.second.size()) >= kEach; });
  };
  for (int looks = 0; looks < 20'000 && !complete(); ++looks) std::this_thread::sleep_for(milliseconds{1});
  for (auto& node : nodes) node->stop();
  std::vector<std::string> wanted;
  for (int i = 0; i < kEach; ++i) wanted.push_back(std::to_string(i));
  EXPECT_EQ(got.size(), std::size_t(kTargets));
  for (const auto& [target, bodies] : got) EXPECT_EQ(bodies, wanted) << target;
}

TEST_P(Outbox, ForgottenTargetsLeaveNothing) {
  answer_ = down;
  put("a", "1");
  worker({.tries = 1})->run_once();
  put("a", "2");
  store_->write([&](store::Tx& tx) { forget_target(tx, kRealm, "post", "a"); });
  taken();
  clock_.advance(std::chrono::hours{24});
  EXPECT_EQ(worker()->run_once(), 0);
  EXPECT_THAT(dead(), IsEmpty());
  EXPECT_THAT(trouble(), IsEmpty());
}

}  // namespace
}  // namespace tongxin::send
