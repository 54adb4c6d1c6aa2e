// Ground divided again and again along slightly crooked lines, every piece sharing its corners with its
// neighbours.
#pragma once
#include <vector>

#include "base/random.hpp"
#include "place/geometry.hpp"

namespace tongxin::place {

// Loops of numbered corners. A corner set on an edge is set into every loop that has the edge, so pieces on
// both sides, and the larger pieces that were kept from before, stay exactly joined. For one thread.
class Mesh {
 public:
  using Loop = std::vector<std::uint32_t>;  // counterclockwise
  using Metres = Projection::Metres;

  explicit Mesh(Point centre) : projection_(centre) {}

  // A round, slightly irregular piece of that size.
  std::size_t add_round(double square_metres, int corners, Random& random);
  // The same loop once more, to be divided while the first is kept.
  std::size_t copy(std::size_t loop);
  // Divides a loop into `count` pieces of about equal size; the first piece takes the loop's own place.
  std::vector<std::size_t> divide(std::size_t loop, int count, Random& random);
  Shape shape(std::size_t loop) const;
  const Projection& projection() const { return projection_; }

 private:
  struct Cut {
    std::uint32_t from = 0, to = 0;  // corners of the edge that is met
    Metres at;
  };
  std::uint32_t add_corner(Metres at);
  std::uint32_t set_on_edge(std::uint32_t a, std::uint32_t b, Metres at);
  std::size_t split(std::size_t loop, double fraction, Random& random);
  bool try_split(std::size_t loop, double fraction, double angle, double crookedness, Random& random,
                 std::size_t& made);
  std::vector<Cut> cuts_across(const Loop& loop, Metres direction, double fraction) const;
  Loop crooked_line(std::uint32_t start, std::uint32_t end, Metres direction, double crookedness, Random& random);
  static std::pair<Loop, Loop> halves(Loop whole, const Loop& line);
  bool sound(const Loop& loop) const;
  std::vector<Metres> corners_of(const Loop& loop) const;
  Shape shape_of(const Loop& loop) const;

  Projection projection_;
  std::vector<Point> points_;
  std::vector<Metres> metres_;  // of the rounded points
  std::vector<Loop> loops_;
};

}  // namespace tongxin::place
