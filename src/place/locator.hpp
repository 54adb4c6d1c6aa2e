// Which of many shapes a point lies in, in microseconds: a grid of cells names the candidates, and each
// candidate keeps its edges in bands of latitude, so that only a few are looked at. Immutable; shared freely
// between threads.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "place/geometry.hpp"

namespace tongxin::place {

class Locator {
 public:
  Locator() = default;
  // The shapes are copied into the index and may go away. Where shapes overlap, the earlier one is asked
  // first.
  explicit Locator(std::span<const Shape* const> shapes);

  // The position of the first shape that holds the point. Decided exactly: see crosses_east_of.
  std::optional<std::uint32_t> first(Point p) const;
  std::vector<std::uint32_t> all(Point p) const;
  // Positions of the shapes whose box comes within `metres` of the point.
  std::vector<std::uint32_t> near(Point p, double metres) const;

 private:
  struct Edge {
    Point a, b;
  };
  struct Banded {
    Box box;
    std::int64_t band_height = 1;
    std::uint32_t first_band = 0;  // into bands_
  };
  void add_edges(const Shape& shape, Banded& banded);
  void add_cells();
  bool holds(const Banded& banded, Point p) const;
  std::span<const std::uint32_t> candidates(Point p) const;
  std::int64_t column(std::int32_t lon) const { return (std::int64_t(lon) - box_.low.lon) / cell_width_; }
  std::int64_t row(std::int32_t lat) const { return (std::int64_t(lat) - box_.low.lat) / cell_height_; }

  Box box_;
  std::int64_t side_ = 0, cell_width_ = 1, cell_height_ = 1;
  std::vector<Banded> shapes_;
  std::vector<std::uint32_t> bands_;  // starts into edges_; one more than the bands of all shapes
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> cell_starts_;  // into cell_shapes_
  std::vector<std::uint32_t> cell_shapes_;
};

}  // namespace tongxin::place
