// Two neighbours become one.
#pragma once
#include "place/operations.hpp"

namespace tongxin::place {

// From edit.on `id` is no more: what lies below it goes to `into`, a neighbour of its level below the same area, which takes
// its ground as well. `before` is the atlas as it stands. Returns what was moved. Refusals as in operations.hpp.
std::vector<AreaId> merge_area(store::Tx& tx, const Edit& edit, const Levels& levels, const Atlas& before, AreaId id,
                               AreaId into);

}  // namespace tongxin::place
