#include "aspect/checkin/track.hpp"

#include <cmath>

#include "place/geometry.hpp"

namespace tongxin::aspect::checkin {
namespace {

constexpr double kMetresPerDegree = 111'320;

// Small distances on a plane: exact to a thousandth within a patrol's reach.
std::pair<double, double> offset(const TrackPoint& from, const TrackPoint& to) {
  const double middle = (from.lat + to.lat) / 2 * 3.14159265358979323846 / 180;
  return {(to.lon - from.lon) * kMetresPerDegree * std::cos(middle), (to.lat - from.lat) * kMetresPerDegree};
}

double off_line(const TrackPoint& point, const TrackPoint& from, const TrackPoint& to) {
  const auto [dx, dy] = offset(from, to);
  const auto [px, py] = offset(from, point);
  const double square = dx * dx + dy * dy;
  const double along = square == 0 ? 0 : std::clamp((px * dx + py * dy) / square, 0.0, 1.0);
  return std::hypot(px - along * dx, py - along * dy);
}

}  // namespace

double metres_between(const TrackPoint& a, const TrackPoint& b) {
  const auto from = place::make_point(a.lon, a.lat), to = place::make_point(b.lon, b.lat);
  return from && to ? place::distance_metres(*from, *to) : 0;
}

Cleared without_jumps(std::span<const TrackPoint> points, double most_kmh) {
  constexpr int kBelieveAfter = 3;
  Cleared cleared;
  int in_a_row = 0;
  for (const TrackPoint& point : points) {
    if (!cleared.points.empty()) {
      const TrackPoint& last = cleared.points.back();
      const double seconds = double((point.at - last.at).count()) / 1000;
      if (seconds <= 0 || metres_between(last, point) / seconds * 3.6 > most_kmh) {
        ++cleared.jumps;
        if (seconds <= 0 || ++in_a_row < kBelieveAfter) continue;
      }
    }
    in_a_row = 0;
    cleared.points.push_back(point);
  }
  return cleared;
}

std::vector<TrackPoint> thinned(std::span<const TrackPoint> points, double metres) {
  if (points.size() < 3) return {points.begin(), points.end()};
  std::vector<bool> keep(points.size());
  keep.front() = keep.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, points.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double farthest = metres;
    std::size_t at = 0;
    for (std::size_t i = first + 1; i < last; ++i)
      if (const double off = off_line(points[i], points[first], points[last]); off > farthest) farthest = off, at = i;
    if (at == 0) continue;
    keep[at] = true;
    open.emplace_back(first, at);
    open.emplace_back(at, last);
  }
  std::vector<TrackPoint> kept;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (keep[i]) kept.push_back(points[i]);
  return kept;
}

double length(std::span<const TrackPoint> points) {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) sum += metres_between(points[i - 1], points[i]);
  return sum;
}

}  // namespace tongxin::aspect::checkin
