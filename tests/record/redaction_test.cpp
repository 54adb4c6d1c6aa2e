#include "record/redaction.hpp"

#include <gtest/gtest.h>

#include "record/sql.hpp"
#include "send/worker.hpp"
#include "support/sound.hpp"

using namespace tongxin;
using namespace tongxin::test;
namespace json = boost::json;

namespace {

// A slip at the wall makes a case with the same words; the case's answer goes back to the slip.
class CopiedWords : public EnginesTest {
 protected:
  static constexpr const char* kWords = "三楼的李四半夜吵闹，电话 13800138000";
  void begin() {
    store_ = fresh(all_migrations());
    street_ = std::make_unique<Street>(*store_);
    record::Draft draft;
    draft.kind = "spoken";
    draft.area = street_->names.areas.at("B0101");
    draft.form = {{"says", kWords}};
    slip_ = street_->create("wang", draft).id;
    issue_ = store_->read(
        [&](store::Tx& tx) { return tx.all<RecordId>(record::sql::kChildren, street_->realm, slip_).at(0); });
  }
  auto redact(RecordId id, int seq) {
    const std::array seqs{seq};
    return store_->write([&](store::Tx& tx) {
      return street_->engine.redact(tx, street_->realm, street_->as("chen"), id, seqs, "含他人电话",
                                    street_->clock.now());
    });
  }
  std::vector<record::Event> events_of(RecordId id) {
    return store_->read([&](store::Tx& tx) { return tx.all<record::Event>(record::sql::kEvents, street_->realm, id); });
  }
  bool holds_words(RecordId id) {
    const auto record = street_->load(id);
    std::string all = record.title + record.data + record.answer;
    for (const record::Event& event : events_of(id)) all += event.body;
    return all.find("李四") != all.npos;
  }

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Street> street_;
  RecordId slip_, issue_;
};
INSTANTIATE_TEST_SUITE_P(Engines, CopiedWords, kEngines, engine_name);

TEST_P(CopiedWords, GoFromTheRecordBelowToo) {
  begin();
  ASSERT_TRUE(holds_words(issue_));
  const auto done = redact(slip_, 1);
  EXPECT_EQ(done.followed, std::vector{issue_});
  EXPECT_TRUE(done.left.empty());
  EXPECT_FALSE(holds_words(slip_));
  EXPECT_FALSE(holds_words(issue_));
  const auto events = events_of(issue_);
  EXPECT_TRUE(events.at(0).redacted);
  EXPECT_EQ(events.back().action, "redacted");
  EXPECT_EQ(events.back().actor, street_->names.people.at("chen"));
  EXPECT_TRUE(sound(*street_));
}

TEST_P(CopiedWords, StayAndAreNamedWhereTheActorMayNotRedact) {
  begin();
  store_->write([&](store::Tx& tx) {
    street_->engine.change(
        tx, street_->realm, record::Actor::clock(), issue_, "handed", street_->clock.now(),
        [&](record::Change& change) { change.record.holder_org = street_->names.orgs.at("housing"); });
  });
  const auto done = redact(slip_, 1);
  EXPECT_TRUE(done.followed.empty());
  EXPECT_EQ(done.left, std::vector{issue_});
  EXPECT_FALSE(holds_words(slip_));
  EXPECT_TRUE(holds_words(issue_));
  EXPECT_TRUE(sound(*street_));
}

TEST_P(CopiedWords, AreNamedInTheRecordAboveAndNotTouched) {
  begin();
  EXPECT_EQ(redact(issue_, 1).left, std::vector{slip_});
  EXPECT_TRUE(holds_words(slip_));
  EXPECT_FALSE(holds_words(issue_));
  EXPECT_TRUE(sound(*street_));
}

TEST_P(CopiedWords, NothingElseOfWhatWasHandedOnGoes) {
  begin();
  street_->act("chen", issue_, "sort", {{"about", "hazard"}});
  street_->act("chen", issue_, "handle");
  street_->act("chen", issue_, "resolve", {{"result", "已上门"}});
  street_->act("chen", issue_, "feed_back", {{"reply", "已劝说"}});
  redact(slip_, 1);
  EXPECT_EQ(street_->load(issue_).answer, "已劝说");
  EXPECT_EQ(street_->load(issue_).category, "hazard");
  EXPECT_TRUE(redact(slip_, 1).followed.empty()) << "there are no words any more";
  EXPECT_TRUE(sound(*street_));
}

// Nothing of them is in a letter that waits or that could not be delivered: of the machines' all else stays.
TEST_P(CopiedWords, GoFromLettersThatAreNotSent) {
  begin();
  const auto put = [&](const char* channel, const std::string& body) {
    return store_->write([&](store::Tx& tx) {
      return send::put(tx, street_->vault, street_->ids, street_->realm,
                       {.channel = channel, .target = "1", .body = body, .record = slip_}, street_->clock.now());
    });
  };
  const std::string title = street_->load(slip_).title, number = street_->load(slip_).number;
  ASSERT_EQ(title, kWords);
  const std::array letters{
      put("webhook", json::serialize(json::object{{"data", {{"title", title}, {"action", "create"}}}})),
      put("person", number + "：" + title), put("person", number + "：请尽快办理")};
  redact(slip_, 1);
  std::map<std::string, std::string> bodies;
  send::Worker worker({street_->store, street_->vault, street_->clock, street_->ids, street_->realm, 1, {}});
  for (const char* channel : {"webhook", "person"})
    worker.add(channel, {[&](const send::Delivery& delivery) {
                           bodies[to_text(delivery.letters[0].id)] = delivery.letters[0].body;
                           return send::Outcome::sent();
                         },
                         1,
                         {}});
  worker.run_once();
  const auto hook = json::parse(bodies.at(to_text(letters[0])));
  EXPECT_EQ(hook.at("data").at("title").as_string(), number + "：内容已隐去");
  EXPECT_EQ(hook.at("data").at("action").as_string(), "create");
  EXPECT_EQ(bodies.at(to_text(letters[1])).find("李四"), std::string::npos);
  EXPECT_EQ(bodies.at(to_text(letters[2])), number + "：请尽快办理");
}

}  // namespace
