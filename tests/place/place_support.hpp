// What the tests of place share: a town by seed, a square drawn by hand.
#pragma once
#include "base/fault.hpp"
#include "place/atlas.hpp"
#include "place/synthetic.hpp"

namespace tongxin::place {

inline Town town_of(std::uint64_t seed, const TownCounts& counts = {}) {
  ManualClock clock(from_millis(1767225600000));
  Random random(seed);
  IdSource ids(clock, seed);
  return synthetic_town(random, ids, 20260101, counts);
}

inline AtlasPtr atlas_of(const Town& town) { return Atlas::build(town.areas, town.boundaries, usual_levels()); }

// Corners in units of 1e-4 degree (about 10 m) east and north of 117.2, 39.1.
inline Shape drawn(std::initializer_list<std::pair<int, int>> corners) {
  Ring ring;
  for (const auto& [x, y] : corners) ring.push_back(*make_point(117.2 + x * 1e-4, 39.1 + y * 1e-4));
  return Shape{{Polygon{ring, {}}}};
}

inline Area area_of(std::int64_t id, std::int64_t parent, std::string level, std::string name, int order = 0) {
  Area area;
  area.id = AreaId{id};
  area.parent = AreaId{parent};
  area.level = std::move(level);
  area.code = "C" + std::to_string(id);
  area.name = std::move(name);
  area.order = order;
  area.from = 20260101;
  return area;
}

}  // namespace tongxin::place
