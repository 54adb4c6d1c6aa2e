// The stories of the packs that keep books, on both engines; and what the pack checker refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "aspect/all.hpp"
#include "pack/loader.hpp"
#include "sim/story.hpp"
#include "support/engines.hpp"

namespace tongxin::ledger {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
const std::string kPacks = TONGXIN_SOURCE_DIR "/packs";

class LedgerPacks : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, LedgerPacks, test::kEngines, test::engine_name);

std::shared_ptr<const pack::Library> library() {
  static const auto kLibrary = pack::load_packs({kPacks, {}}, aspect::vocabulary());
  return kLibrary;
}

TEST_P(LedgerPacks, EveryStoryComesOutAsItIsTold) {
  const auto store = fresh(aspect::all_migrations());
  std::uint64_t seed = 1;
  for (const char* pack : {"points", "charity", "village_income", "countryside", "microprojects", "relief"})
    for (const std::string& file : sim::story_files(kPacks, pack)) {
      const auto result = sim::play_story(*store, library(), kPacks, pack, file, seed++);
      for (const Complaint& complaint : result.failures) ADD_FAILURE() << complaint.at << ": " << complaint.say.zh;
    }
}

// ── what G5 forbids ──────────────────────────────────────────────────────────────────────────────────────────────────
// The points pack with one kind more, or one of its own changed.
class PointsRules : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* pack : {"base", "points"})
      fs::copy(fs::path(kPacks) / pack, fs::path(folder_ / pack), fs::copy_options::recursive);
  }
  void replace(const std::string& file, const std::string& from, const std::string& to) {
    std::ifstream in(folder_ / file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(folder_ / file) << text;
  }
  std::string complaints() {
    try {
      (void)pack::load_packs({folder_.path(), {}}, aspect::vocabulary());
    } catch (const Fault& fault) {
      std::string all;
      for (const Complaint& complaint : fault.complaints()) all += complaint.at + " " + complaint.say.en + "\n";
      return all;
    }
    return "";
  }
  test::Folder folder_;
};

TEST_F(PointsRules, ThePackAsItIsIsSound) { EXPECT_EQ(complaints(), ""); }

TEST_F(PointsRules, NoConditionAsksForABalance) {
  replace("points/kinds/programme.yaml", "to: running\n",
          "to: running\n  guard:\n    - {that: ledger.points.purse > 100, say: 积分不够}\n");
  EXPECT_THAT(complaints(), HasSubstr("programme.yaml:21:14 G5: no condition may ask for a balance"));
}

TEST_F(PointsRules, KindsThatPostPointsAreNeverPublished) {
  replace("points/kinds/event.yaml", "keep: {all", "publish: {states: [awarded]}\nkeep: {all");
  EXPECT_THAT(complaints(), HasSubstr("G5: a kind that posts points of persons is never published"));
}

TEST_F(PointsRules, NothingTakesPointsAway) {
  replace("points/kinds/event.yaml", "      - reverse: check\n",
          "      - post: {ledger: points, from: purse, from_of: who, to: given, amount: worth}\n");
  EXPECT_THAT(complaints(), HasSubstr("G5: points are not taken away"));
}

TEST_F(PointsRules, RulesThatNameWhatPointsMayNotDependOnAreRefusedInAPackToo) {
  replace("points/pack.yaml", "爱护环境, en: Care for the environment", "不上访, en: No petitions");
  replace("points/kinds/event.yaml", "place: required\n", "place: required\ntaxonomy: points_fields\n");
  EXPECT_THAT(complaints(), HasSubstr("G5: '上访': points are neither given nor taken for petitions"));
}

TEST_F(PointsRules, AWordThatOnlyLooksAlikeIsFine) {
  replace("points/kinds/event.yaml", "说明, en: Note", "说明, en: A devoted note");
  EXPECT_EQ(complaints(), "");
}

TEST_F(PointsRules, LedgersAndAccountsThatDoNotExistAreComplainedOfWhereTheyStand) {
  replace("points/kinds/event.yaml", "post: {ledger: points, from: given", "post: {ledger: points, from: givn");
  EXPECT_THAT(complaints(), HasSubstr("account 'givn' does not exist, did you mean 'given'?"));
}

}  // namespace
}  // namespace tongxin::ledger
