#include "record/adopt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "measure/verify.hpp"
#include "support/street.hpp"

using namespace tongxin;
using namespace tongxin::test;

using Adopting = EnginesTest;
INSTANTIATE_TEST_SUITE_P(Engines, Adopting, kEngines, engine_name);

namespace {

constexpr const char* kPack = "pack: tiny\nversion: 1\nname: {zh: 小, en: Tiny}\n";
std::string kind(const std::string& middle) {
  return "kind: tiny\nname: {zh: 小, en: Tiny}\nnumber: TY\nform:\n  text: {type: text, name: {zh: 文字, en: Text}}\n"
         "states:\n  fresh: {class: waiting, name: {zh: 新, en: Fresh}}\n  " +
         middle +
         ": {class: handling, name: {zh: 中, en: Middle}}\n"
         "  done: {class: done, name: {zh: 完, en: Done}, final: true}\n"
         "create: {who: [{anyone: true}], to: fresh}\nactions:\n"
         "  go: {name: {zh: 走, en: Go}, from: [fresh], to: " +
         middle +
         ", who: [{signed_in: true}]}\n"
         "  end: {name: {zh: 完, en: End}, from: [" +
         middle +
         "], to: done, who: [{signed_in: true}]}\n"
         "rights: {see: [{signed_in: true}]}\n";
}

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}
std::shared_ptr<const pack::Library> packs(const Folder& folder, const std::string& middle) {
  write(folder / "tiny/pack.yaml", kPack);
  write(folder / "tiny/kinds/tiny.yaml", kind(middle));
  return pack::load_packs({folder.path(), {}}, aspect::vocabulary());
}

// A kind with more than one end: `ends` of a record that waits or that somebody works on; `back` to where it was before.
std::shared_ptr<const pack::Library> packs_that_end(const Folder& folder, const std::vector<std::string>& ends,
                                                    const std::vector<std::string>& middles = {}) {
  std::string states = "  fresh: {class: waiting, name: {zh: 新, en: Fresh}}\n", actions, before = "fresh";
  for (const std::string& middle : middles) {
    states += "  " + middle + ": {class: handling, name: {zh: 中, en: Middle}}\n";
    actions += "  " + middle + "_it: {name: {zh: 走, en: Go}, from: [" + before + "], to: " + middle +
               ", who: [{signed_in: true}]}\n";
    before = middle;
  }
  for (const std::string& end : ends) {
    states += "  " + end + ": {class: done, name: {zh: 完, en: Done}, final: true}\n";
    actions += "  " + end + "_it: {name: {zh: 完, en: End}, from: [" + before + "], to: " + end +
               ", who: [{signed_in: true}]}\n";
  }
  if (!middles.empty())
    actions += "  back: {name: {zh: 回, en: Back}, from: [" + before + "], to: previous, who: [{signed_in: true}]}\n";
  write(folder / "tiny/pack.yaml", kPack);
  write(folder / "tiny/kinds/tiny.yaml",
        "kind: tiny\nname: {zh: 小, en: Tiny}\nnumber: TY\nform:\n  text: {type: text, name: {zh: 文字, en: Text}}\n"
        "states:\n" +
            states + "create: {who: [{anyone: true}], to: fresh}\nactions:\n" + actions +
            "rights: {see: [{signed_in: true}], see_private: [{signed_in: true}]}\nkeep: {all: 30 natural_days}\n");
  return pack::load_packs({folder.path(), {}}, aspect::vocabulary());
}

class Upgrading {
 public:
  Upgrading(store::Store& opened, std::shared_ptr<const pack::Library> packs) : store(opened), worlds(packs) {
    store.write([&](store::Tx& tx) { record::adopt_packs(tx, realm, *packs, clock.now()); });
  }
  RecordId raise() {
    record::Draft draft;
    draft.kind = "tiny";
    draft.form = {{"text", "我家的私事"}};
    return store.write([&](store::Tx& tx) { return engine.create(tx, realm, somebody, draft, clock.now()).id; });
  }
  void act(RecordId id, const std::string& action) {
    store.write([&](store::Tx& tx) { engine.act(tx, realm, somebody, id, action, {}, {}, clock.now()); });
  }
  // What refused the upgrade, each in one line; empty: it was taken.
  std::vector<std::string> upgrade(const std::shared_ptr<const pack::Library>& packs) {
    try {
      store.write([&](store::Tx& tx) { record::adopt_packs(tx, realm, *packs, clock.now()); });
    } catch (const Fault& fault) {
      std::vector<std::string> told;
      for (const Complaint& each : fault.complaints()) told.push_back(each.say.en);
      return told;
    }
    worlds.use(packs);
    return {};
  }
  void ring() {
    for (const auto& due : store.read([&](store::Tx& tx) { return engine.due(tx, realm, clock.now()); }))
      store.write([&](store::Tx& tx) { engine.wake(tx, realm, due, clock.now()); });
  }
  record::Record load(RecordId id) {
    return *store.read([&](store::Tx& tx) { return engine.find(tx, realm, id); });
  }

  store::Store& store;
  ManualClock clock{Street::start()};
  IdSource ids{clock, 3};
  people::Vault vault = people::Vault::for_this_process();
  record::Worlds worlds;
  record::Engine engine{worlds, ids, vault, aspect::all()};
  RealmId realm = ids.make<RealmId>();
  record::Actor somebody{.person = ids.make<PersonId>(), .system = false, .follows = {}};
};

}  // namespace

TEST_P(Adopting, RefusesAVersionThatWouldStrandAnOpenRecordAndKeepsTheOldOne) {
  const auto store = fresh(all_migrations());
  Folder folder;
  const auto old_packs = packs(folder, "middle");
  ManualClock clock(Street::start());
  IdSource ids(clock, 3);
  const auto vault = people::Vault::for_this_process();
  record::Worlds worlds(old_packs);
  record::Engine engine(worlds, ids, vault, aspect::all());
  const auto realm = ids.make<RealmId>();
  const record::Actor somebody{.person = ids.make<PersonId>(), .system = false, .follows = {}};
  record::Draft draft;
  draft.kind = "tiny";
  RecordId id;
  store->write([&](store::Tx& tx) {
    record::adopt_packs(tx, realm, *old_packs, clock.now());
    id = engine.create(tx, realm, somebody, draft, clock.now()).id;
    engine.act(tx, realm, somebody, id, "go", {}, {}, clock.now());
  });
  const auto new_packs = packs(folder, "centre");
  const auto adopt = [&] {
    store->write([&](store::Tx& tx) { record::adopt_packs(tx, realm, *new_packs, clock.now()); });
  };
  EXPECT_EQ(refusal(adopt), Code::conflict);
  // Once nothing stands in the old state, the new version is taken.
  store->write([&](store::Tx& tx) { engine.act(tx, realm, somebody, id, "end", {}, {}, clock.now()); });
  EXPECT_EQ(refusal(adopt), std::nullopt);
}

// Erasing and redacting are promises: they hold for records whose last state is gone, and nothing else of those changes.
TEST_P(Adopting, ClosedRecordsOfALostStateAreStillRedactedAndErased) {
  const auto store = fresh(all_migrations());
  Folder folder;
  Upgrading town(*store, packs_that_end(folder, {"done", "old"}));
  const RecordId id = town.raise(), other = town.raise();
  town.act(id, "old_it");
  town.act(other, "old_it");
  ASSERT_THAT(town.upgrade(packs_that_end(folder, {"done"})), testing::IsEmpty());
  const auto closed_at = town.load(id).closed_at;
  const std::vector<int> first{1};
  store->write([&](store::Tx& tx) {
    town.engine.redact(tx, town.realm, town.somebody, id, first, "写了别人的名字", town.clock.now());
  });
  const auto redacted = town.load(id);
  EXPECT_EQ(redacted.state, "old");
  EXPECT_FALSE(redacted.open);
  EXPECT_EQ(redacted.closed_at, closed_at);
  EXPECT_EQ(redacted.last_seq, 3);
  town.clock.advance(std::chrono::hours{24 * 31});
  town.ring();
  for (const RecordId each : {id, other}) {
    const auto erased = town.load(each);
    EXPECT_EQ(erased.state, "old");
    EXPECT_FALSE(erased.open);
    EXPECT_EQ(erased.data.find("私事"), std::string::npos) << erased.data;
  }
  const auto verdict = measure::verify(*store, town.worlds, town.realm);
  for (const auto& finding : verdict.findings) ADD_FAILURE() << finding.where << ": " << finding.say.en;
}

TEST_P(Adopting, AKindOfWhichRecordsStillWaitToBeErasedIsKept) {
  const auto store = fresh(all_migrations());
  Folder folder, without;
  Upgrading town(*store, packs_that_end(folder, {"done"}));
  for (int i = 0; i < 3; ++i) town.act(town.raise(), "done_it");
  write(without / "tiny/pack.yaml", kPack);
  const auto next = pack::load_packs({without.path(), {}}, aspect::vocabulary());
  EXPECT_THAT(town.upgrade(next),
              testing::ElementsAre("the new version lacks kind 'tiny', of which 3 closed records still wait to be "
                                   "erased when their keeping ends"));
  town.clock.advance(std::chrono::hours{24 * 31});
  town.ring();
  EXPECT_TRUE(store->read([&](store::Tx& tx) { return !town.engine.next_wake(tx, town.realm); })) << "once is enough";
  EXPECT_THAT(town.upgrade(next), testing::IsEmpty());
}

TEST_P(Adopting, AStateToWhichOpenRecordsMayGoBackIsKept) {
  const auto store = fresh(all_migrations());
  Folder folder;
  Upgrading town(*store, packs_that_end(folder, {"done"}, {"begun", "checked"}));
  const RecordId id = town.raise();
  town.act(id, "begun_it");
  town.act(id, "checked_it");
  const auto next = packs_that_end(folder, {"done"}, {"checked"});
  EXPECT_THAT(town.upgrade(next), testing::ElementsAre("the new 'tiny' lacks state 'begun', to which 1 records in "
                                                       "'checked' may still go back"));
  // Were it taken all the same, the record would not silently begin anew.
  town.worlds.use(next);
  EXPECT_EQ(refusal([&] { town.act(id, "back"); }), Code::not_now);
  EXPECT_EQ(town.load(id).state, "checked");
  town.act(id, "done_it");
  EXPECT_THAT(town.upgrade(next), testing::IsEmpty());
}
