#include "sim/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pack/template.hpp"
#include "sim_support.hpp"

namespace tongxin::sim {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The base pack and a new one, whose story a test changes.
class Stories : public testing::Test {
 protected:
  Stories() {
    fs::copy(TONGXIN_SOURCE_DIR "/packs/base", folder_ / "base", fs::copy_options::recursive);
    for (const auto& [path, text] : pack::new_pack("library")) write(path, text);
  }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  // "stories/first.yaml:4:5 unknown: …", of what `with` makes of the story's `what`.
  std::vector<std::string> told(const std::string& what = "", const std::string& with = "") {
    std::string text;
    for (const auto& [path, each] : pack::new_pack("library"))
      if (path == "library/stories/first.yaml") text = each;
    if (!what.empty()) text.replace(text.find(what), what.size(), with);
    write("library/stories/first.yaml", text);
    const auto library = pack::load_packs({folder_.path(), {}}, aspect::vocabulary());
    std::vector<std::string> lines;
    for (const Complaint& each : check_stories(library, folder_.path()))
      lines.push_back(fs::relative(each.at, folder_.path()).string() + " " + each.code + ": " + each.say.en);
    return lines;
  }
  const test::Folder folder_;
};

TEST_F(Stories, OfANewPackAreSound) { EXPECT_THAT(told(), IsEmpty()); }

TEST_F(Stories, AreCheckedWithoutBeingPlayed) {
  const std::string at = "library/stories/first.yaml:";
  EXPECT_THAT(told("- create:", "- creat:"),
              ElementsAre(at + "5:5 unknown: step 'creat' does not exist, did you mean 'create'?"));
  EXPECT_THAT(told("create: library_item", "create: library_itm"),
              ElementsAre(at + "5:13 unknown: kind 'library_itm' does not exist, did you mean 'library_item'?"));
  EXPECT_THAT(told("act: finish", "act: finsh"),
              ElementsAre(at + "11:10 unknown: action 'finsh' does not exist, did you mean 'finish'?"));
  EXPECT_THAT(told("world: street", "world: nowhere"), ElementsAre(HasSubstr("there is no world 'nowhere'")));
  EXPECT_THAT(told("at: 2026-03-06 10:00", "at: monday"), ElementsAre(HasSubstr("expected a time such as")));
  EXPECT_THAT(told("form: {what:", "form: [what:"), ElementsAre(HasSubstr("first.yaml")));
}

TEST_F(Stories, WorldsAreSettled) {
  write("library/worlds/small.yaml", "builds_on: street\nposts:\n  - {person: nobody, role: chief, org: x, area: y}\n");
  EXPECT_THAT(told(), testing::Contains(HasSubstr("library/worlds/small.yaml:3:5 unknown: there is no role 'chief'")));
}

// Only letters, and never its own name again.
TEST(NewPacks, HaveANumberThatTheirOwnCheckTakes) {
  for (const char* name : {"name", "a1b2", "x_9", "number"}) {
    const test::Folder folder;
    fs::copy(TONGXIN_SOURCE_DIR "/packs/base", folder / "base", fs::copy_options::recursive);
    for (const auto& [path, text] : pack::new_pack(name)) {
      fs::create_directories(fs::path(folder / path).parent_path());
      std::ofstream(folder / path) << text;
    }
    EXPECT_NO_THROW((void)pack::load_packs({folder.path(), {}}, aspect::vocabulary())) << name;
  }
}

TEST(HousePacks, TellStoriesThatAreSound) {
  for (const Complaint& each : check_stories(house_packs(), TONGXIN_SOURCE_DIR "/packs"))
    ADD_FAILURE() << each.at << ": " << each.say.en;
}

}  // namespace
}  // namespace tongxin::sim
