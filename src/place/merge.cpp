#include "place/merge.hpp"

#include "place/overlay.hpp"

namespace tongxin::place {

std::vector<AreaId> merge_area(store::Tx& tx, const Edit& edit, const Levels& levels, const Atlas& before, AreaId id,
                               AreaId into) {
  const Area &area = before.at(id), &other = before.at(into);
  if (id == into || area.level != other.level || area.parent != other.parent) {
    const Words say = words("只能并入同一上级之下的同级区域", "only with an area of the same level below the same one");
    throw Fault(Code::invalid, say, {{"/into", "neighbour", say}});
  }
  const Shape *ground = before.boundary(id), *theirs = before.boundary(into);
  const bool ground_follows = ground != nullptr && theirs != nullptr;
  const CoverageRule looked_at_below{.allow_gaps = true, .allow_overlaps = true};
  std::vector<AreaId> moved;
  for (const AreaId child : before.children(id)) {
    move_area(tx, edit, levels, child, into, ground_follows ? looked_at_below : CoverageRule{});
    moved.push_back(child);
  }
  close_area(tx, edit, levels, id);
  if (ground_follows) set_boundaries(tx, edit, levels, {{into, join(*ground, *theirs)}});
  return moved;
}

}  // namespace tongxin::place
