// What the changing begins with: the target's folder in tests/fuzz/corpus, the packs for those that read them, and what the
// target makes itself. The same in the same order every time; never empty.
#pragma once
#include "fuzz/targets.hpp"

namespace tongxin::fuzz {

std::vector<std::string> seeds_of(const Target& target);

}  // namespace tongxin::fuzz
