// Points, rings and shapes in WGS84, and the plain questions about them: how large, how far, inside or not.
//
// Coordinates are whole numbers of 1e-7 degree (about 1 cm): neighbours that were drawn with the same vertex
// share it exactly, inside-or-not is decided in integers, and what is read from a file is written to it again
// unchanged. Everything here is a pure function and may be called from any thread.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

namespace tongxin::place {

struct Point {
  std::int32_t lon = 0, lat = 0;  // 1e-7 degree
  auto operator<=>(const Point&) const = default;
  double longitude() const { return lon / 1e7; }
  double latitude() const { return lat / 1e7; }
};

// Rounds to the nearest unit; nothing when a number is not finite or not on the earth.
std::optional<Point> make_point(double longitude, double latitude);

// Corners in order; the first is not repeated at the end.
using Ring = std::vector<Point>;

struct Polygon {
  Ring outer;               // counterclockwise
  std::vector<Ring> holes;  // clockwise
  bool operator==(const Polygon&) const = default;
};

// The ground of an area: one polygon, or several where it is in pieces.
struct Shape {
  std::vector<Polygon> polygons;
  bool empty() const { return polygons.empty(); }
  bool operator==(const Shape&) const = default;
};

struct Box {
  Point low{INT32_MAX, INT32_MAX}, high{INT32_MIN, INT32_MIN};
  void add(Point p);
  bool contains(Point p) const {
    return low.lon <= p.lon && p.lon <= high.lon && low.lat <= p.lat && p.lat <= high.lat;
  }
  bool meets(const Box& other) const {
    return low.lon <= other.high.lon && other.low.lon <= high.lon && low.lat <= other.high.lat &&
           other.low.lat <= high.lat;
  }
  Point middle() const;
};
Box box_of(const Shape& shape);

// Calls f(a, b) for every edge of every ring.
template <class F>
void for_each_edge(const Shape& shape, F&& f) {
  const auto ring_edges = [&](const Ring& ring) {
    for (std::size_t i = 0; i < ring.size(); ++i) f(ring[i], ring[i + 1 == ring.size() ? 0 : i + 1]);
  };
  for (const auto& polygon : shape.polygons) {
    ring_edges(polygon.outer);
    for (const auto& hole : polygon.holes) ring_edges(hole);
  }
}

// Does the edge cross the ray that leaves p to the east? The lower end counts, the upper does not, and a
// point on the edge is not left of it. So of shapes that share their edges exactly, a point on an edge lies
// in one and only one.
inline bool crosses_east_of(Point a, Point b, Point p) {
  if ((a.lat <= p.lat) == (b.lat <= p.lat)) return false;
  if (a.lat > b.lat) std::swap(a, b);
  __extension__ using Wide = __int128;
  const auto rise = std::int64_t(b.lat) - a.lat, run = std::int64_t(b.lon) - a.lon;
  return Wide(run) * (std::int64_t(p.lat) - a.lat) > Wide(std::int64_t(p.lon) - a.lon) * rise;
}

// Even-odd rule over all rings, exact.
bool contains(const Shape& shape, Point p);

// A map of the neighbourhood in metres that keeps areas: Lambert's cylindrical equal-area projection of the
// WGS84 ellipsoid with the standard parallel through `centre` (Snyder 1987, USGS PP 1395, equations 10-13 to
// 10-16 and 3-12). Vertices are exact; an edge is straight here and in degrees there, which for edges up to 1
// km changes an area by less than 1e-5 of itself, up to 10 km by less than 1e-4. Edges that are shared stay
// shared.
class Projection {
 public:
  explicit Projection(Point centre);
  struct Metres {
    double x = 0, y = 0;
  };
  Metres to_metres(Point p) const;
  Point to_point(Metres m) const;

 private:
  double lon0_, k0_, q0_;
};

double square_metres(const Shape& shape);
// Great-circle distance (haversine, mean radius 6371008.8 m); within 0.6 % of the ellipsoid.
double distance_metres(Point a, Point b);
// Zero inside. Planar about p: exact to 1 % within 50 km.
double distance_metres(const Shape& shape, Point p);

// ── GeoJSON (RFC 7946)
// ───────────────────────────────────────────────────────────────────────────────────────────────
struct GeoLimits {
  std::size_t points = 2'000'000;  // in one document
  std::size_t depth = 32;
  std::size_t bytes = 256u << 20;
};

// Parses a text within the limits. Throws Fault(bad_request | too_large) with the byte where it stops being
// JSON.
boost::json::value parse_json(std::string_view text, const GeoLimits& limits = {});
// A "Polygon" or "MultiPolygon". Rings are turned the right way round and repeated points dropped. `at` is
// the JSON pointer of the value and begins every complaint. Throws Fault(invalid) at the first wrong place.
// Crossing lines are not looked for here: see flaw_of in overlay.hpp.
Shape read_shape(const boost::json::value& geometry, const std::string& at, std::size_t& points_left);
Shape parse_shape(std::string_view geojson, const GeoLimits& limits = {});
// A "Point".
Point read_point(const boost::json::value& geometry, const std::string& at);
// The same shape gives the same text to the byte, with up to seven decimals.
std::string to_geojson(const Shape& shape);
std::string to_geojson(Point position);  // "[117.2,39.1]"

}  // namespace tongxin::place
