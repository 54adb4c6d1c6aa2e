#include "fuzz/seeds.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tongxin::fuzz {

namespace fs = std::filesystem;

std::vector<std::string> seeds_of(const Target& target) {
  const std::string_view name = target.name;
  std::vector<fs::path> files;
  const fs::path house = TONGXIN_SOURCE_DIR, folder = house / "tests/fuzz/corpus" / name;
  if (fs::exists(folder))
    for (const auto& each : fs::directory_iterator(folder)) files.push_back(each.path());
  if (name == "kind" || name == "yaml" || name == "lua")
    for (const auto& each : fs::recursive_directory_iterator(house / "packs")) {
      const bool is_kind = each.path().extension() == ".yaml" && each.path().parent_path().filename() == "kinds";
      if (name == "lua" ? each.path().extension() == ".lua" : is_kind) files.push_back(each.path());
    }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (target.seeds != nullptr)
    for (std::string& each : target.seeds()) seeds.push_back(std::move(each));
  if (seeds.empty()) seeds.emplace_back("x");
  return seeds;
}

}  // namespace tongxin::fuzz
