// Where lists and figures are kept of what happens in an area: the areas above it and it itself, of the levels that the packs
// call desks. Every change of a record asks it three times, so it is worked out once for each atlas. Unchanging; spans live as
// long as it.
#pragma once
#include <span>
#include <unordered_map>
#include <vector>

#include "pack/model.hpp"
#include "place/atlas.hpp"

namespace tongxin::record {

class Desks {
 public:
  Desks(const place::Atlas& atlas, const pack::Library& library);
  // From the root down; none: no such area, or no desk above it.
  std::span<const AreaId> of(AreaId area) const;

 private:
  struct Stretch {
    std::uint32_t begin = 0, count = 0;
  };
  std::vector<AreaId> desks_;
  std::unordered_map<AreaId, Stretch> stretches_;  // areas that are none themselves share that of their parent
};

}  // namespace tongxin::record
