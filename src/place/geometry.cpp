#include "place/geometry.hpp"

#include <cmath>
#include <numbers>

namespace tongxin::place {
namespace {

constexpr double kUnit = 1e7;
constexpr double kRadian = std::numbers::pi / 180 / kUnit;
constexpr double kEquator = 6378137.0;  // WGS84 semi-major axis, metres
constexpr double kFlattening = 1 / 298.257223563;
constexpr double kE2 = kFlattening * (2 - kFlattening);
constexpr double kMeanRadius = 6371008.8;

// Snyder 3-12: what grows with latitude as the area below it does.
double q_of(double latitude) {
  const double e = std::sqrt(kE2), s = std::sin(latitude);
  return (1 - kE2) * (s / (1 - kE2 * s * s) - std::log((1 - e * s) / (1 + e * s)) / (2 * e));
}

double q_slope(double latitude) {
  const double s = std::sin(latitude), d = 1 - kE2 * s * s;
  return 2 * (1 - kE2) * std::cos(latitude) / (d * d);
}

double ring_area(const Ring& ring, const Projection& projection) {
  double twice = 0;
  auto before = projection.to_metres(ring.back());
  for (const auto corner : ring) {
    const auto now = projection.to_metres(corner);
    twice += before.x * now.y - now.x * before.y;
    before = now;
  }
  return twice / 2;
}

double segment_distance(Projection::Metres a, Projection::Metres b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const double t = length2 > 0 ? std::clamp(-(a.x * dx + a.y * dy) / length2, 0.0, 1.0) : 0.0;
  return std::hypot(a.x + t * dx, a.y + t * dy);
}

}  // namespace

std::optional<Point> make_point(double longitude, double latitude) {
  if (!(std::abs(longitude) <= 180) || !(std::abs(latitude) <= 90)) return std::nullopt;
  return Point{std::int32_t(std::llround(longitude * kUnit)), std::int32_t(std::llround(latitude * kUnit))};
}

void Box::add(Point p) {
  low = {std::min(low.lon, p.lon), std::min(low.lat, p.lat)};
  high = {std::max(high.lon, p.lon), std::max(high.lat, p.lat)};
}

Point Box::middle() const {
  return {std::int32_t((std::int64_t(low.lon) + high.lon) / 2), std::int32_t((std::int64_t(low.lat) + high.lat) / 2)};
}

Box box_of(const Shape& shape) {
  Box box;
  for (const auto& polygon : shape.polygons)
    for (const auto corner : polygon.outer) box.add(corner);
  return box;
}

bool contains(const Shape& shape, Point p) {
  bool inside = false;
  for_each_edge(shape, [&](Point a, Point b) { inside ^= crosses_east_of(a, b, p); });
  return inside;
}

Projection::Projection(Point centre) : lon0_(centre.lon) {
  // Towards a pole the parallel shrinks to nothing; 89 degrees still keeps every area.
  const double latitude = std::clamp(centre.lat * kRadian, -89 * std::numbers::pi / 180, 89 * std::numbers::pi / 180);
  const double s = std::sin(latitude);
  k0_ = std::cos(latitude) / std::sqrt(1 - kE2 * s * s);
  q0_ = q_of(latitude);
}

Projection::Metres Projection::to_metres(Point p) const {
  return {kEquator * k0_ * ((p.lon - lon0_) * kRadian), kEquator * (q_of(p.lat * kRadian) - q0_) / (2 * k0_)};
}

Point Projection::to_point(Metres m) const {
  const double wanted = q0_ + 2 * k0_ * m.y / kEquator;
  double latitude = std::asin(std::clamp(wanted / 2, -1.0, 1.0));
  for (int i = 0; i < 6 && q_slope(latitude) > 1e-9; ++i) latitude += (wanted - q_of(latitude)) / q_slope(latitude);
  return {std::int32_t(std::llround(lon0_ + m.x / (kEquator * k0_) / kRadian)),
          std::int32_t(std::llround(latitude / kRadian))};
}

double square_metres(const Shape& shape) {
  const Projection projection(box_of(shape).middle());
  double sum = 0;
  for (const auto& polygon : shape.polygons) {
    sum += std::abs(ring_area(polygon.outer, projection));
    for (const auto& hole : polygon.holes) sum -= std::abs(ring_area(hole, projection));
  }
  return sum;
}

double distance_metres(Point a, Point b) {
  const double half_lat = std::sin((b.lat - double(a.lat)) * kRadian / 2);
  const double half_lon = std::sin((b.lon - double(a.lon)) * kRadian / 2);
  const double h = half_lat * half_lat + std::cos(a.lat * kRadian) * std::cos(b.lat * kRadian) * half_lon * half_lon;
  return 2 * kMeanRadius * std::asin(std::min(1.0, std::sqrt(h)));
}

double distance_metres(const Shape& shape, Point p) {
  if (contains(shape, p)) return 0;
  const Projection projection(p);
  double best = std::numeric_limits<double>::infinity();
  for_each_edge(shape, [&](Point a, Point b) {
    best = std::min(best, segment_distance(projection.to_metres(a), projection.to_metres(b)));
  });
  return best;
}

}  // namespace tongxin::place
