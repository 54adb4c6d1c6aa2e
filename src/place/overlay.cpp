#include "place/overlay.hpp"

#include <geos_c.h>

namespace tongxin::place {
namespace {

// One reentrant context for one call; geometries must not outlive it.
class Geos {
 public:
  struct Destroy {
    GEOSContextHandle_t handle;
    void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(handle, geometry); }
  };
  using Geometry = std::unique_ptr<GEOSGeometry, Destroy>;

  Geos() : handle_(GEOS_init_r()) {
    if (!handle_) fail();
    GEOSContext_setErrorMessageHandler_r(
        handle_, [](const char* text, void* self) { static_cast<Geos*>(self)->message_ = text; }, this);
  }
  ~Geos() { GEOS_finish_r(handle_); }
  Geos(const Geos&) = delete;
  Geos& operator=(const Geos&) = delete;

  GEOSContextHandle_t handle() const { return handle_; }
  Geometry own(GEOSGeometry* geometry) const {
    if (!geometry) fail();
    return {geometry, Destroy{handle_}};
  }
  [[noreturn]] void fail() const {
    throw Fault(Code::internal, words("几何计算失败", "a computation on boundaries failed")).log("GEOS: " + message_);
  }

  // Each vertex goes through `place`, which answers {x, y}.
  template <class F>
  Geometry build(const Shape& shape, F&& place) const {
    std::vector<Geometry> polygons;
    for (const auto& polygon : shape.polygons) {
      std::vector<Geometry> holes;
      for (const auto& hole : polygon.holes) holes.push_back(ring(hole, place));
      auto inner = release(holes);
      auto outer = ring(polygon.outer, place);
      polygons.push_back(own(GEOSGeom_createPolygon_r(handle_, outer.release(), inner.data(), unsigned(inner.size()))));
    }
    auto parts = release(polygons);
    return own(GEOSGeom_createCollection_r(handle_, GEOS_MULTIPOLYGON, parts.data(), unsigned(parts.size())));
  }
  double area(const GEOSGeometry* geometry) const {
    double area = 0;
    if (!GEOSArea_r(handle_, geometry, &area)) fail();
    return area;
  }
  std::pair<double, double> coordinates(const GEOSGeometry* point) const {
    double x = 0, y = 0;
    if (!GEOSGeomGetX_r(handle_, point, &x) || !GEOSGeomGetY_r(handle_, point, &y)) fail();
    return {x, y};
  }
  std::pair<double, double> point_inside(const GEOSGeometry* geometry) const {
    return coordinates(own(GEOSPointOnSurface_r(handle_, geometry)).get());
  }

 private:
  template <class F>
  Geometry ring(const Ring& corners, F&& place) const {
    std::vector<double> x, y;
    for (std::size_t i = 0; i <= corners.size(); ++i) {
      const auto [cx, cy] = place(corners[i % corners.size()]);
      x.push_back(cx);
      y.push_back(cy);
    }
    auto* sequence = GEOSCoordSeq_copyFromArrays_r(handle_, x.data(), y.data(), nullptr, nullptr, unsigned(x.size()));
    if (!sequence) fail();
    return own(GEOSGeom_createLinearRing_r(handle_, sequence));
  }
  static std::vector<GEOSGeometry*> release(std::vector<Geometry>& owned) {
    std::vector<GEOSGeometry*> raw;
    for (auto& geometry : owned) raw.push_back(geometry.release());
    return raw;
  }

  GEOSContextHandle_t handle_;
  std::string message_;
};

// Shapes of one neighbourhood on one map in metres.
class Ground {
 public:
  explicit Ground(Point centre) : projection_(centre) {}
  Geos::Geometry build(const Shape& shape) const {
    return geos_.build(shape, [&](Point p) {
      const auto m = projection_.to_metres(p);
      return std::pair(m.x, m.y);
    });
  }
  Geos::Geometry common(const GEOSGeometry* a, const GEOSGeometry* b) const {
    return geos_.own(GEOSIntersection_r(geos_.handle(), a, b));
  }
  Geos::Geometry without(const GEOSGeometry* a, const GEOSGeometry* b) const {
    return geos_.own(GEOSDifference_r(geos_.handle(), a, b));
  }
  Geos::Geometry together(std::vector<Geos::Geometry> parts) const {
    std::vector<GEOSGeometry*> raw;
    for (auto& part : parts) raw.push_back(part.release());
    const auto all = geos_.own(
        GEOSGeom_createCollection_r(geos_.handle(), GEOS_GEOMETRYCOLLECTION, raw.data(), unsigned(raw.size())));
    return geos_.own(GEOSUnaryUnion_r(geos_.handle(), all.get()));
  }
  // Without the holes of its polygons.
  Geos::Geometry filled(const GEOSGeometry* geometry) const {
    std::vector<Geos::Geometry> whole;
    const int count = GEOSGetNumGeometries_r(geos_.handle(), geometry);
    for (int i = 0; i < count; ++i) {
      const auto* part = GEOSGetGeometryN_r(geos_.handle(), geometry, i);
      if (GEOSGeomTypeId_r(geos_.handle(), part) != GEOS_POLYGON) continue;
      auto rim = geos_.own(GEOSGeom_clone_r(geos_.handle(), GEOSGetExteriorRing_r(geos_.handle(), part)));
      whole.push_back(geos_.own(GEOSGeom_createPolygon_r(geos_.handle(), rim.release(), nullptr, 0)));
    }
    return together(std::move(whole));
  }
  double area(const GEOSGeometry* geometry) const { return geos_.area(geometry); }
  Piece piece(const GEOSGeometry* geometry) const {
    const auto [x, y] = geos_.point_inside(geometry);
    return {geos_.area(geometry), projection_.to_point({x, y})};
  }
  // The connected pieces, largest first.
  std::vector<Piece> pieces(const GEOSGeometry* geometry) const {
    std::vector<Piece> found;
    const int count = GEOSGetNumGeometries_r(geos_.handle(), geometry);
    for (int i = 0; i < count; ++i) {
      const auto* part = GEOSGetGeometryN_r(geos_.handle(), geometry, i);
      if (part && geos_.area(part) > 0) found.push_back(piece(part));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Piece& a, const Piece& b) { return a.square_metres > b.square_metres; });
    return found;
  }

 private:
  Geos geos_;
  Projection projection_;
};

Words in_both_languages(std::string_view reason) {
  static const std::pair<std::string_view, Words> known[] = {
      {"Ring Self-intersection", {"边界自己碰到自己", "the boundary touches itself"}},
      {"Self-intersection", {"边界自相交", "the boundary crosses itself"}},
      {"Hole lies outside shell", {"内环在外环之外", "a hole lies outside its outer ring"}},
      {"Holes are nested", {"内环互相嵌套", "holes lie inside each other"}},
      {"Interior is disconnected", {"内环把地面切成了几块", "holes cut the ground into pieces"}},
      {"Nested shells", {"一块地面套在另一块里面", "one piece lies inside another"}},
      {"Duplicate Rings", {"有重复的环", "a ring occurs twice"}},
      {"Too few points", {"环的点太少", "a ring has too few points"}},
  };
  for (const auto& [begin, say] : known)
    if (reason.starts_with(begin)) return say;
  return words("边界不成立({})", "the boundary is not valid ({})", reason);
}

Box box_of_all(std::span<const Shape* const> shapes, Box box = {}) {
  for (const auto* shape : shapes) {
    const auto inner = box_of(*shape);
    box.add(inner.low);
    box.add(inner.high);
  }
  return box;
}

}  // namespace

std::optional<Flaw> flaw_of(const Shape& shape) {
  const Geos geos;
  const auto geometry = geos.build(shape, [](Point p) { return std::pair(double(p.lon), double(p.lat)); });
  char* reason = nullptr;
  GEOSGeometry* where = nullptr;
  const auto answer = GEOSisValidDetail_r(geos.handle(), geometry.get(), 0, &reason, &where);
  const Geos::Geometry place(where, Geos::Destroy{geos.handle()});
  const std::string text = reason ? reason : "";
  if (reason) GEOSFree_r(geos.handle(), reason);
  if (answer == 1) return std::nullopt;
  if (answer != 0) geos.fail();
  Point at = box_of(shape).middle();
  if (place) {
    const auto [x, y] = geos.coordinates(place.get());
    at = make_point(x / 1e7, y / 1e7).value_or(at);
  }
  return Flaw{in_both_languages(text), at};
}

Point label_point(const Shape& shape) {
  const Geos geos;
  const auto geometry = geos.build(shape, [](Point p) { return std::pair(double(p.lon), double(p.lat)); });
  const auto centroid = geos.own(GEOSGetCentroid_r(geos.handle(), geometry.get()));
  const auto [x, y] = geos.coordinates(centroid.get());
  const auto middle = make_point(x / 1e7, y / 1e7);
  if (middle && contains(shape, *middle)) return *middle;
  const auto [px, py] = geos.point_inside(geometry.get());
  return make_point(px / 1e7, py / 1e7).value_or(shape.polygons.front().outer.front());
}

std::vector<PairOverlap> overlaps(std::span<const Shape* const> shapes, double tolerance) {
  std::vector<PairOverlap> found;
  if (shapes.size() < 2) return found;
  const Ground ground(box_of_all(shapes).middle());
  std::vector<Geos::Geometry> geometries;
  std::vector<Box> boxes;
  std::vector<std::size_t> by_west(shapes.size());
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    geometries.push_back(ground.build(*shapes[i]));
    boxes.push_back(box_of(*shapes[i]));
    by_west[i] = i;
  }
  std::stable_sort(by_west.begin(), by_west.end(),
                   [&](std::size_t a, std::size_t b) { return boxes[a].low.lon < boxes[b].low.lon; });
  for (std::size_t i = 0; i < by_west.size(); ++i) {
    for (std::size_t j = i + 1; j < by_west.size() && boxes[by_west[j]].low.lon <= boxes[by_west[i]].high.lon; ++j) {
      const auto [first, second] = std::minmax(by_west[i], by_west[j]);
      if (!boxes[first].meets(boxes[second])) continue;
      const auto common = ground.common(geometries[first].get(), geometries[second].get());
      if (ground.area(common.get()) <= tolerance) continue;
      auto largest = ground.pieces(common.get()).front();
      largest.square_metres = ground.area(common.get());
      found.push_back({first, second, largest});
    }
  }
  std::sort(found.begin(), found.end(), [](const PairOverlap& a, const PairOverlap& b) {
    return std::pair(a.first, a.second) < std::pair(b.first, b.second);
  });
  return found;
}

namespace {

// Slivers below the tolerance are counted together.
std::vector<Piece> told(std::vector<Piece> found, double tolerance) {
  const auto slivers =
      std::find_if(found.begin(), found.end(), [&](const Piece& piece) { return piece.square_metres <= tolerance; });
  if (slivers == found.end()) return found;
  Piece together{0, slivers->at};
  for (auto it = slivers; it != found.end(); ++it) together.square_metres += it->square_metres;
  found.erase(slivers, found.end());
  if (together.square_metres > tolerance) found.push_back(together);
  return found;
}

}  // namespace

std::vector<Piece> gaps(const Shape& whole, std::span<const Shape* const> parts, double tolerance) {
  const Ground ground(box_of(whole).middle());
  std::vector<Geos::Geometry> geometries;
  for (const auto* part : parts) geometries.push_back(ground.build(*part));
  const auto covered = ground.together(std::move(geometries));
  return told(ground.pieces(ground.without(ground.build(whole).get(), covered.get()).get()), tolerance);
}

std::vector<Piece> enclosed_gaps(std::span<const Shape* const> parts, std::span<const Shape* const> others,
                                 double tolerance) {
  const Ground ground(box_of_all(parts).middle());
  std::vector<Geos::Geometry> geometries;
  for (const auto* part : parts) geometries.push_back(ground.build(*part));
  const auto covered = ground.together(std::move(geometries));
  auto left = ground.without(ground.filled(covered.get()).get(), covered.get());
  for (const auto* other : others) left = ground.without(left.get(), ground.build(*other).get());
  return told(ground.pieces(left.get()), tolerance);
}

namespace {

// Twice the signed area in square units; positive when the ring runs counterclockwise.
double turn_of(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point a = ring[i], b = ring[(i + 1) % ring.size()];
    sum += double(a.lon) * b.lat - double(b.lon) * a.lat;
  }
  return sum;
}

Ring read_ring(const Geos& geos, const GEOSGeometry* line, bool counterclockwise) {
  Ring ring;
  const auto* sequence = GEOSGeom_getCoordSeq_r(geos.handle(), line);
  unsigned size = 0;
  if (!sequence || !GEOSCoordSeq_getSize_r(geos.handle(), sequence, &size)) geos.fail();
  for (unsigned i = 0; i < size; ++i) {
    double x = 0, y = 0;
    GEOSCoordSeq_getXY_r(geos.handle(), sequence, i, &x, &y);
    const Point corner{std::int32_t(std::lround(x)), std::int32_t(std::lround(y))};
    if (ring.empty() || ring.back() != corner) ring.push_back(corner);
  }
  if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
  if ((turn_of(ring) > 0) != counterclockwise) std::reverse(ring.begin(), ring.end());
  return ring;
}

Shape read_polygons(const Geos& geos, const GEOSGeometry* geometry) {
  Shape shape;
  const int count = GEOSGetNumGeometries_r(geos.handle(), geometry);
  for (int i = 0; i < count; ++i) {
    const auto* part = GEOSGetGeometryN_r(geos.handle(), geometry, i);
    if (!part || GEOSGeomTypeId_r(geos.handle(), part) != GEOS_POLYGON || GEOSisEmpty_r(geos.handle(), part)) continue;
    Polygon polygon{read_ring(geos, GEOSGetExteriorRing_r(geos.handle(), part), true), {}};
    const int holes = GEOSGetNumInteriorRings_r(geos.handle(), part);
    for (int hole = 0; hole < holes; ++hole)
      if (Ring ring = read_ring(geos, GEOSGetInteriorRingN_r(geos.handle(), part, hole), false); ring.size() > 2)
        polygon.holes.push_back(std::move(ring));
    if (polygon.outer.size() < 3) continue;
    if (square_metres(Shape{{polygon}}) >= 1) shape.polygons.push_back(std::move(polygon));
  }
  return shape;
}

using Operation = GEOSGeometry* (*)(GEOSContextHandle_t, const GEOSGeometry*, const GEOSGeometry*);
Shape combine(const Shape& a, const Shape& b, Operation operation) {
  const Geos geos;
  const auto as_it_stands = [](Point p) { return std::pair(double(p.lon), double(p.lat)); };
  const auto first = geos.build(a, as_it_stands), second = geos.build(b, as_it_stands);
  return read_polygons(geos, geos.own(operation(geos.handle(), first.get(), second.get())).get());
}

}  // namespace

Shape cut(const Shape& shape, const Shape& knife) { return combine(shape, knife, GEOSDifference_r); }
Shape clip(const Shape& shape, const Shape& whole) { return combine(shape, whole, GEOSIntersection_r); }
Shape join(const Shape& one, const Shape& other) { return combine(one, other, GEOSUnion_r); }

std::optional<Piece> spill(const Shape& part, const Shape& whole, double tolerance) {
  const Ground ground(box_of(whole).middle());
  const auto outside = ground.without(ground.build(part).get(), ground.build(whole).get());
  if (ground.area(outside.get()) <= tolerance) return std::nullopt;
  auto largest = ground.pieces(outside.get()).front();
  largest.square_metres = ground.area(outside.get());
  return largest;
}

}  // namespace tongxin::place
