#include "record/adopt.hpp"

#include <gtest/gtest.h>

#include <fstream>

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
