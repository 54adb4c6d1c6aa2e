// The atlas: all areas of a realm in memory, unchanging, ready to answer in microseconds.
//
// It is built once from the store (operations.hpp, load_atlas) or from plain values and then shared as
// shared_ptr<const Atlas>: any number of threads may read it; an edit makes a new one. Areas that were closed
// are still found by id, by code and as ancestors (old records name them), but are in no list and hold no
// point. References and spans live as long as the atlas.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "place/geometry.hpp"
#include "place/locator.hpp"
#include "place/types.hpp"

namespace tongxin::place {

using Boundaries = std::unordered_map<AreaId, Shape>;

class Atlas {
 public:
  // Paths, depths and has_boundary are worked out anew; the parents decide. Throws Fault(internal) when a
  // parent is missing, an id or code occurs twice, or the parents run in a circle. `revision` is the store's
  // (see atlas_revision).
  static std::shared_ptr<const Atlas> build(std::vector<Area> areas, Boundaries boundaries, Levels levels,
                                            std::int64_t revision = 0);

  std::int64_t revision() const { return revision_; }
  const Levels& levels() const { return levels_; }
  std::size_t size() const { return areas_.size(); }

  // ── the tree ──
  const Area* find(AreaId id) const;
  const Area& at(AreaId id) const;  // throws Fault(not_found)
  const Area* by_code(std::string_view code) const;
  const Shape* boundary(AreaId id) const;
  // Every area, closed ones too: parents before children, siblings by (order, code, id).
  std::span<const Area> all() const { return areas_; }
  // Open areas only. children({}) are the roots.
  std::span<const AreaId> children(AreaId parent) const;
  std::span<const AreaId> of_level(std::string_view level) const;
  // From the root down to the area itself.
  std::vector<AreaId> lineage(AreaId id) const;
  std::optional<AreaId> ancestor_at(AreaId id, std::string_view level) const;  // the area itself included
  // Is `inner` the area `outer` or somewhere below it? Constant time.
  bool within(AreaId inner, AreaId outer) const;
  // Open areas strictly below, in tree order; of one level where it is named. below({}) is everything.
  std::vector<AreaId> below(AreaId id, std::string_view level = {}) const;
  // How many open areas of a level lie below: 7 communities, 39 grids.
  std::size_t count(AreaId id, std::string_view level) const;
  // "清河街道 / 桃园社区 / 第3网格", beginning at `from_level` where the area has such an ancestor.
  std::string path_text(AreaId id, std::string_view from_level = {}) const;

  // ── the ground ──
  // The open area of the level that holds the point (degrees, WGS84). A point on an edge that two areas share
  // belongs to exactly one of them, always the same; where areas overlap, to the first in tree order.
  std::optional<AreaId> locate(double lon, double lat, std::string_view level) const;
  std::vector<AreaId> locate_all(double lon, double lat, std::string_view level) const;
  struct Near {
    AreaId id;
    double metres = 0;
  };
  // The nearest open area of the level within `metres`: by its boundary (0 inside), or by its point if it has
  // none.
  std::optional<Near> nearest(double lon, double lat, std::string_view level, double metres) const;

 private:
  struct LevelIndex {
    std::vector<AreaId> ids;
    std::vector<AreaId> located;  // those with a boundary, in the order of the locator
    Locator locator;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  Atlas() = default;
  void arrange(std::vector<Area> areas);
  void derive();
  void index_levels();
  const LevelIndex* level_index(std::string_view level) const;

  Levels levels_;
  std::int64_t revision_ = 0;
  std::vector<Area> areas_;         // in tree order
  std::vector<std::uint32_t> end_;  // position after the last descendant
  std::vector<std::vector<AreaId>> children_;
  std::vector<AreaId> roots_;
  std::unordered_map<AreaId, std::uint32_t> position_;
  std::unordered_map<std::string_view, std::uint32_t> codes_;
  std::unordered_map<std::string, LevelIndex, TextHash, std::equal_to<>> by_level_;
  Boundaries boundaries_;
};

using AtlasPtr = std::shared_ptr<const Atlas>;

}  // namespace tongxin::place
