// Stories: the acceptance tests of packs, in the domain's language, on a clock that moves when the story says so.
// docs/stories.md lists the steps. Every story ends with measure::verify.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "store/store.hpp"

namespace tongxin::sim {

struct StoryResult {
  std::string file, title;
  int steps = 0;
  std::vector<Complaint> failures;  // at file:line:column
  bool passed() const { return failures.empty(); }
};

// Plays one story in a realm of its own on a store whose migrations are done. Never throws for what the story got wrong.
StoryResult play_story(store::Store& store, std::shared_ptr<const pack::Library> library, const std::string& packs,
                       const std::string& pack, const std::string& file, std::uint64_t seed = 1);

// The story files of a pack, sorted.
std::vector<std::string> story_files(const std::string& packs, const std::string& pack);

}  // namespace tongxin::sim
