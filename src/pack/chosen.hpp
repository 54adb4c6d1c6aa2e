// Packs as people name them on a command line.
#pragma once
#include <span>

#include "pack/model.hpp"

namespace tongxin::pack {

// `loop`, `packs/loop` and `packs/loop/` are the same; all for no name at all. In the library's order. Throws Fault(not_found)
// with a complaint for each name that is no pack's, and the one that was probably meant.
std::vector<const PackInfo*> chosen_packs(const Library& library, std::span<const std::string> names);

}  // namespace tongxin::pack
