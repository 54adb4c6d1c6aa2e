#include "record/desks.hpp"

namespace tongxin::record {

Desks::Desks(const place::Atlas& atlas, const pack::Library& library) {
  stretches_.reserve(atlas.size());
  for (const place::Area& area : atlas.all()) {  // parents first
    const auto parent = stretches_.find(area.parent);
    Stretch stretch = parent == stretches_.end() ? Stretch{} : parent->second;
    const int rank = library.level_rank(area.level);
    if (rank >= 0 && library.levels[std::size_t(rank)].desk) {
      const auto begin = std::uint32_t(desks_.size());
      for (std::uint32_t i = 0; i < stretch.count; ++i) desks_.push_back(AreaId{desks_[stretch.begin + i]});
      desks_.push_back(area.id);
      stretch = {begin, stretch.count + 1};
    }
    stretches_.emplace(area.id, stretch);
  }
}

std::span<const AreaId> Desks::of(AreaId area) const {
  const auto found = stretches_.find(area);
  if (found == stretches_.end()) return {};
  return std::span(desks_).subspan(found->second.begin, found->second.count);
}

}  // namespace tongxin::record
