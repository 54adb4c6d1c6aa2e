#include "place/locator.hpp"

#include <cmath>

namespace tongxin::place {

Locator::Locator(std::span<const Shape* const> shapes) {
  for (const auto* shape : shapes) {
    Banded banded;
    banded.box = box_of(*shape);
    if (!shape->empty()) {
      box_.add(banded.box.low);
      box_.add(banded.box.high);
    }
    add_edges(*shape, banded);
    shapes_.push_back(banded);
  }
  bands_.push_back(std::uint32_t(edges_.size()));
  add_cells();
}

void Locator::add_edges(const Shape& shape, Banded& banded) {
  std::vector<Edge> slanted;
  for_each_edge(shape, [&](Point a, Point b) {
    if (a.lat != b.lat) slanted.push_back(a.lat < b.lat ? Edge{a, b} : Edge{b, a});
  });
  banded.first_band = std::uint32_t(bands_.size());
  const auto count = std::int64_t(slanted.size() / 4 + 1);
  const auto height = std::int64_t(banded.box.high.lat) - banded.box.low.lat;
  banded.band_height = std::max<std::int64_t>(1, height / count + 1);
  std::vector<std::vector<Edge>> bands(std::size_t(slanted.empty() ? 0 : height / banded.band_height + 1));
  for (const auto& edge : slanted) {
    const auto from = (std::int64_t(edge.a.lat) - banded.box.low.lat) / banded.band_height;
    const auto to = (std::int64_t(edge.b.lat) - banded.box.low.lat) / banded.band_height;
    for (auto band = from; band <= to; ++band) bands[std::size_t(band)].push_back(edge);
  }
  for (const auto& band : bands) {
    bands_.push_back(std::uint32_t(edges_.size()));
    edges_.insert(edges_.end(), band.begin(), band.end());
  }
}

void Locator::add_cells() {
  side_ = std::clamp<std::int64_t>(std::int64_t(std::ceil(2 * std::sqrt(double(shapes_.size())))), 1, 512);
  if (box_.low.lon > box_.high.lon) box_ = {{0, 0}, {0, 0}};
  cell_width_ = (std::int64_t(box_.high.lon) - box_.low.lon) / side_ + 1;
  cell_height_ = (std::int64_t(box_.high.lat) - box_.low.lat) / side_ + 1;
  std::vector<std::vector<std::uint32_t>> cells(std::size_t(side_ * side_));
  for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
    const auto& box = shapes_[i].box;
    if (box.low.lon > box.high.lon) continue;
    for (auto y = row(box.low.lat); y <= row(box.high.lat); ++y)
      for (auto x = column(box.low.lon); x <= column(box.high.lon); ++x) cells[std::size_t(y * side_ + x)].push_back(i);
  }
  for (const auto& cell : cells) {
    cell_starts_.push_back(std::uint32_t(cell_shapes_.size()));
    cell_shapes_.insert(cell_shapes_.end(), cell.begin(), cell.end());
  }
  cell_starts_.push_back(std::uint32_t(cell_shapes_.size()));
}

std::span<const std::uint32_t> Locator::candidates(Point p) const {
  if (shapes_.empty() || !box_.contains(p)) return {};
  const auto cell = std::size_t(row(p.lat) * side_ + column(p.lon));
  return std::span(cell_shapes_).subspan(cell_starts_[cell], cell_starts_[cell + 1] - cell_starts_[cell]);
}

bool Locator::holds(const Banded& banded, Point p) const {
  if (!banded.box.contains(p) || banded.box.low.lat == banded.box.high.lat) return false;
  const auto band = banded.first_band + std::size_t((std::int64_t(p.lat) - banded.box.low.lat) / banded.band_height);
  bool inside = false;
  for (auto i = bands_[band]; i < bands_[band + 1]; ++i) inside ^= crosses_east_of(edges_[i].a, edges_[i].b, p);
  return inside;
}

std::optional<std::uint32_t> Locator::first(Point p) const {
  for (const auto i : candidates(p))
    if (holds(shapes_[i], p)) return i;
  return std::nullopt;
}

std::vector<std::uint32_t> Locator::all(Point p) const {
  std::vector<std::uint32_t> found;
  for (const auto i : candidates(p))
    if (holds(shapes_[i], p)) found.push_back(i);
  return found;
}

std::vector<std::uint32_t> Locator::near(Point p, double metres) const {
  // A degree of latitude is at least 110.5 km, one of longitude that times the cosine.
  const double reach_lat = metres / 110'500 * 1e7 + 1;
  const double reach_lon = reach_lat / std::max(0.01, std::cos(p.latitude() * 3.14159265358979 / 180));
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
    const auto& box = shapes_[i].box;
    if (p.lon >= box.low.lon - reach_lon && p.lon <= box.high.lon + reach_lon && p.lat >= box.low.lat - reach_lat &&
        p.lat <= box.high.lat + reach_lat)
      found.push_back(i);
  }
  return found;
}

}  // namespace tongxin::place
