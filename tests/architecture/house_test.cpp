// The real tree, read once, held against the rules of the house. What it says is meant to be done, not argued
// with; if a rule is wrong, change the rule (rules.cpp) in a commit that says why.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "architecture/rules.hpp"

using namespace tongxin::architecture;
namespace fs = std::filesystem;

namespace {

const fs::path house = TONGXIN_SOURCE_DIR;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_source(const fs::path& path) {
  const auto kind = path.extension();
  return kind == ".cpp" || kind == ".hpp" || kind == ".sql";
}

std::vector<Source> sources_below(std::initializer_list<const char*> folders) {
  std::vector<Source> sources;
  for (const char* folder : folders) {
    if (!fs::exists(house / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(house / folder))
      if (entry.is_regular_file() && is_source(entry.path()))
        sources.push_back(read_source(fs::relative(entry.path(), house).generic_string(), read_text(entry.path())));
  }
  return sources;
}

std::string joined(const Complaints& complaints) {
  std::string all;
  for (const auto& complaint : complaints) all += complaint + "\n";
  return all;
}

template <class Rule>
Complaints judge(const std::vector<Source>& sources, Rule rule) {
  Complaints all;
  for (const auto& source : sources)
    for (auto& complaint : rule(source)) all.push_back(std::move(complaint));
  return all;
}

}  // namespace

TEST(House, IsNotEmpty) { EXPECT_GT(sources_below({"src"}).size(), 5u); }

TEST(House, FoldersIncludeOnlyDownwards) {
  const auto allowed = allowed_includes(read_text(house / "src/CMakeLists.txt"));
  ASSERT_TRUE(allowed.contains("base"));
  EXPECT_EQ(joined(judge(sources_below({"src"}), [&](auto& source) { return wrong_includes(source, allowed); })), "");
}

TEST(House, FilesAndFunctionsAreOfReadableLength) {
  const auto exceptions = read_exceptions(read_text(house / "tests/architecture/exceptions.txt"));
  EXPECT_EQ(joined(too_long(sources_below({"src", "tests", "bench", "fuzz"}), exceptions)), "");
}

TEST(House, NothingThatIsBannedIsUsed) { EXPECT_EQ(joined(judge(sources_below({"src"}), banned)), ""); }
