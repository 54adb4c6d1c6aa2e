// Shapes laid over each other (GEOS): is a boundary sound, where do neighbours overlap, what ground is left
// over.
//
// Pure functions, callable from any thread. Sizes are in m² of Projection (geometry.hpp), about the middle of
// all the shapes given. A failure inside GEOS is Fault(internal).
#pragma once
#include <span>
#include <vector>

#include "base/fault.hpp"
#include "place/geometry.hpp"

namespace tongxin::place {

// Why a shape encloses no clear ground ("the boundary crosses itself") and where.
struct Flaw {
  Words say;
  Point at;
};
std::optional<Flaw> flaw_of(const Shape& shape);

// A point well inside, to put a label on: the centre of gravity if it lies inside, otherwise one on the
// widest part.
Point label_point(const Shape& shape);

struct Piece {
  double square_metres = 0;
  Point at;  // a point inside the (largest) piece
};
struct PairOverlap {
  std::size_t first = 0, second = 0;  // positions in `shapes`, first < second
  Piece ground;                       // all of their common ground together
};

// Pairs whose common ground is more than the tolerance (m²), in order of position.
std::vector<PairOverlap> overlaps(std::span<const Shape* const> shapes, double tolerance);
// The ground of `whole` that no part covers: one piece per connected gap above the tolerance, largest first.
// Slivers below it are counted together as one piece when their sum is above it.
std::vector<Piece> gaps(const Shape& whole, std::span<const Shape* const> parts, double tolerance);
// Ground that the parts enclose together and that neither they nor the others cover, told in the same way.
std::vector<Piece> enclosed_gaps(std::span<const Shape* const> parts, std::span<const Shape* const> others,
                                 double tolerance);
// `shape` without the ground of `knife`, and the part of `shape` that lies inside `whole`. Corners are kept exactly, new ones
// are rounded to the unit of Point; crumbs below a square metre are left out. Empty when nothing remains.
Shape cut(const Shape& shape, const Shape& knife);
Shape clip(const Shape& shape, const Shape& whole);
// The ground of both, without the line between them.
Shape join(const Shape& one, const Shape& other);
// The ground of `part` that lies outside `whole`; nothing when it is within the tolerance.
std::optional<Piece> spill(const Shape& part, const Shape& whole, double tolerance);

}  // namespace tongxin::place
