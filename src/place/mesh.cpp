#include "place/mesh.hpp"

#include <cmath>
#include <numbers>

#include "base/fault.hpp"
#include "place/overlay.hpp"

namespace tongxin::place {
namespace {

using Metres = Projection::Metres;

constexpr double kSnap = 3;  // metres: a cut this near to a corner goes through the corner

double along(Metres p, Metres direction) { return p.x * direction.x + p.y * direction.y; }
double distance(Metres a, Metres b) { return std::hypot(a.x - b.x, a.y - b.y); }
Metres between(Metres a, Metres b, double t) { return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}; }

double area_of(const std::vector<Metres>& ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto a = ring[i], b = ring[(i + 1) % ring.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

// The area of the part before the line where along(p, direction) = offset.
double area_before(const std::vector<Metres>& ring, Metres direction, double offset) {
  std::vector<Metres> kept;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto a = ring[i], b = ring[(i + 1) % ring.size()];
    const double da = along(a, direction) - offset, db = along(b, direction) - offset;
    if (da < 0) kept.push_back(a);
    if ((da < 0) != (db < 0)) kept.push_back(between(a, b, da / (da - db)));
  }
  return area_of(kept);
}

double offset_for(const std::vector<Metres>& ring, Metres direction, double fraction) {
  double low = along(ring[0], direction), high = low;
  for (const auto p : ring) {
    low = std::min(low, along(p, direction));
    high = std::max(high, along(p, direction));
  }
  const double wanted = area_of(ring) * fraction;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (area_before(ring, direction, middle) < wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

// The direction in which the ring is longest.
double long_axis(const std::vector<Metres>& ring) {
  double best_angle = 0, best_extent = -1;
  for (int step = 0; step < 24; ++step) {
    const double angle = step * std::numbers::pi / 24;
    const Metres direction{std::cos(angle), std::sin(angle)};
    double low = 1e300, high = -1e300;
    for (const auto p : ring) {
      low = std::min(low, along(p, direction));
      high = std::max(high, along(p, direction));
    }
    if (high - low > best_extent) {
      best_extent = high - low;
      best_angle = angle;
    }
  }
  return best_angle;
}

}  // namespace

std::size_t Mesh::add_round(double square_metres, int corners, Random& random) {
  const double radius = std::sqrt(square_metres / std::numbers::pi);
  Loop loop;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * (i + 0.3 * (random.unit() - 0.5)) / corners;
    const double r = radius * (0.94 + 0.12 * random.unit());
    loop.push_back(add_corner({1.25 * r * std::cos(angle), r * std::sin(angle) / 1.25}));
  }
  loops_.push_back(std::move(loop));
  return loops_.size() - 1;
}

std::size_t Mesh::copy(std::size_t loop) {
  auto same = loops_[loop];
  loops_.push_back(std::move(same));
  return loops_.size() - 1;
}

std::vector<std::size_t> Mesh::divide(std::size_t loop, int count, Random& random) {
  if (count <= 1) return {loop};
  const int first = count / 2;
  const auto other = split(loop, double(first) / count, random);
  auto pieces = divide(loop, first, random);
  for (const auto piece : divide(other, count - first, random)) pieces.push_back(piece);
  return pieces;
}

Shape Mesh::shape(std::size_t loop) const { return shape_of(loops_[loop]); }

std::uint32_t Mesh::add_corner(Metres at) {
  points_.push_back(projection_.to_point(at));
  metres_.push_back(projection_.to_metres(points_.back()));
  return std::uint32_t(points_.size() - 1);
}

std::uint32_t Mesh::set_on_edge(std::uint32_t a, std::uint32_t b, Metres at) {
  if (distance(at, metres_[a]) < kSnap) return a;
  if (distance(at, metres_[b]) < kSnap) return b;
  const auto corner = add_corner(at);
  for (auto& loop : loops_)
    for (std::size_t i = 0; i < loop.size(); ++i) {
      const auto from = loop[i], to = loop[(i + 1) % loop.size()];
      if (!((from == a && to == b) || (from == b && to == a))) continue;
      loop.insert(loop.begin() + std::ptrdiff_t(i) + 1, corner);
      break;
    }
  return corner;
}

std::size_t Mesh::split(std::size_t loop, double fraction, Random& random) {
  const double axis = long_axis(corners_of(loops_[loop]));
  for (int attempt = 0; attempt < 60; ++attempt) {
    const double turn = (random.unit() - 0.5) * (0.3 + attempt * 0.05);
    const double crookedness = attempt < 40 ? 0.05 / (1 + attempt * 0.2) : 0;
    std::size_t made = 0;
    if (try_split(loop, fraction, axis + turn, crookedness, random, made)) return made;
  }
  throw Fault(Code::internal, words("无法划分地块", "a piece of ground cannot be divided"));
}

bool Mesh::try_split(std::size_t loop, double fraction, double angle, double crookedness, Random& random,
                     std::size_t& made) {
  const Metres direction{std::cos(angle), std::sin(angle)};
  const auto cuts = cuts_across(loops_[loop], direction, fraction);
  if (cuts.size() != 2) return false;

  const auto saved_loops = loops_;
  const auto saved_corners = points_.size();
  const auto start = set_on_edge(cuts[0].from, cuts[0].to, cuts[0].at);
  const auto end = set_on_edge(cuts[1].from, cuts[1].to, cuts[1].at);
  auto [left, right] = halves(loops_[loop], crooked_line(start, end, direction, crookedness, random));
  if (start == end || !sound(left) || !sound(right)) {
    loops_ = saved_loops;
    points_.resize(saved_corners);
    metres_.resize(saved_corners);
    return false;
  }
  // The line does not say which side came first; the sizes do.
  const double part = area_of(corners_of(left)), rest = area_of(corners_of(right));
  if (std::abs(part / (part + rest) - fraction) > std::abs(rest / (part + rest) - fraction)) std::swap(left, right);
  loops_[loop] = std::move(left);
  loops_.push_back(std::move(right));
  made = loops_.size() - 1;
  return true;
}

// Where the line across `direction` that leaves `fraction` of the ground before it meets the edges.
std::vector<Mesh::Cut> Mesh::cuts_across(const Loop& loop, Metres direction, double fraction) const {
  const auto ring = corners_of(loop);
  const double offset = offset_for(ring, direction, fraction);
  std::vector<Cut> cuts;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto next = (i + 1) % ring.size();
    const double da = along(ring[i], direction) - offset, db = along(ring[next], direction) - offset;
    if ((da < 0) != (db < 0)) cuts.push_back({loop[i], loop[next], between(ring[i], ring[next], da / (da - db))});
  }
  return cuts;
}

// A line of corners from start to end that strays to both sides of the straight one.
Mesh::Loop Mesh::crooked_line(std::uint32_t start, std::uint32_t end, Metres direction, double crookedness,
                              Random& random) {
  const auto from = metres_[start], to = metres_[end];
  const double length = distance(from, to);
  const int bends = int(std::clamp(length / 90, 1.0, 7.0));
  Loop line{start};
  for (int i = 1; i <= bends; ++i) {
    auto at = between(from, to, double(i) / (bends + 1));
    const double aside = (random.unit() - 0.5) * 2 * crookedness * length / std::sqrt(bends);
    at.x += direction.x * aside;
    at.y += direction.y * aside;
    line.push_back(add_corner(at));
  }
  line.push_back(end);
  return line;
}

// The loop on both sides of a line between two of its corners.
std::pair<Mesh::Loop, Mesh::Loop> Mesh::halves(Loop whole, const Loop& line) {
  std::rotate(whole.begin(), std::find(whole.begin(), whole.end(), line.front()), whole.end());
  const auto turn = std::find(whole.begin(), whole.end(), line.back());
  Loop left(whole.begin(), turn), right(turn, whole.end());
  left.insert(left.end(), line.rbegin(), line.rend() - 1);
  right.insert(right.end(), line.begin(), line.end() - 1);
  return {std::move(left), std::move(right)};
}

bool Mesh::sound(const Loop& loop) const {
  return loop.size() > 2 && area_of(corners_of(loop)) > 0 && !flaw_of(shape_of(loop));
}

std::vector<Mesh::Metres> Mesh::corners_of(const Loop& loop) const {
  std::vector<Metres> ring;
  for (const auto corner : loop) ring.push_back(metres_[corner]);
  return ring;
}

Shape Mesh::shape_of(const Loop& loop) const {
  Ring ring;
  for (const auto corner : loop) ring.push_back(points_[corner]);
  return Shape{{Polygon{std::move(ring), {}}}};
}

}  // namespace tongxin::place
