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
  std::vector<AreaId> moved;
  for (const AreaId child : before.children(id)) {
    move_area(tx, edit, levels, child, into);
    moved.push_back(child);
  }
  close_area(tx, edit, levels, id);
  const Shape *ground = before.boundary(id), *theirs = before.boundary(into);
  if (ground != nullptr && theirs != nullptr) set_boundaries(tx, edit, levels, {{into, join(*ground, *theirs)}});
  return moved;
}

}  // namespace tongxin::place
