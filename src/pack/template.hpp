// What `tongxin pack new` writes: the smallest pack that works, with a story that proves it.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace tongxin::pack {

// Paths below the folder of packs, with their texts. Throws Fault(invalid) for a name that is no word of a–z, 0–9 and _.
std::vector<std::pair<std::string, std::string>> new_pack(const std::string& name);

}  // namespace tongxin::pack
