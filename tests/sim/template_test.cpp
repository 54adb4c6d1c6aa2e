#include "pack/template.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pack/page.hpp"
#include "sim/story.hpp"
#include "sim_support.hpp"

namespace tongxin::sim {
namespace {

namespace fs = std::filesystem;

TEST(NewPack, PassesTheCheckAndItsOwnStory) {
  const test::Folder folder;
  fs::copy(TONGXIN_SOURCE_DIR "/packs/base", folder / "base", fs::copy_options::recursive);
  for (const auto& [path, text] : pack::new_pack("library")) {
    fs::create_directories(fs::path(folder / path).parent_path());
    std::ofstream(folder / path) << text;
  }
  const auto library = pack::load_packs({folder.path(), {}}, aspect::vocabulary());
  const auto store = store::open({.url = folder / "story.db", .readers = 2, .durable = false});
  store::migrate(*store, all_migrations());
  const auto files = story_files(folder.path(), "library");
  ASSERT_EQ(files.size(), 1u);
  const auto result = play_story(*store, library, folder.path(), "library", files.front());
  for (const Complaint& each : result.failures) ADD_FAILURE() << each.at << ": " << each.say.en;
}

TEST(NewPack, RefusesANameThatIsAPath) {
  for (const char* name : {"", "../x", "Upper", "9lives", "two words", "图书"})
    EXPECT_THROW(pack::new_pack(name), Fault) << name;
}

TEST(PageOfAPack, NamesEveryStateActionDeadlineAndFigure) {
  const auto library = house_packs();
  for (const pack::PackInfo& pack : library->packs) {
    const std::string page = pack::page_of(*library, pack, Language::zh);
    for (const std::string& name : pack.kinds) {
      const pack::Kind& kind = *library->kind(name);
      for (const auto& state : kind.states)
        EXPECT_NE(page.find("`" + state.name + "`"), std::string::npos) << state.name;
      for (const auto& action : kind.actions)
        EXPECT_NE(page.find("`" + action.name + "`"), std::string::npos) << action.name;
      for (const auto& rate : kind.rates) EXPECT_NE(page.find("`" + rate.name + "`"), std::string::npos) << rate.name;
    }
  }
}

}  // namespace
}  // namespace tongxin::sim
