// "Seamless, full coverage" (S05): do the grids cover their community without a gap, without lying on each
// other, and is every building in exactly one? Works on an atlas; sizes in m², places in degrees.
#pragma once
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/describe.hpp>

#include "base/fault.hpp"
#include "place/atlas.hpp"

namespace tongxin::place {

// Two areas claim the same ground.
struct Overlap {
  AreaId first, second;
  std::string first_name, second_name;
  double square_metres = 0;
  double lon = 0, lat = 0;
};
BOOST_DESCRIBE_STRUCT(Overlap, (), (first, second, first_name, second_name, square_metres, lon, lat))

// Ground of the parent that none of its areas covers.
struct Gap {
  AreaId parent;
  std::string parent_name;
  double square_metres = 0;
  double lon = 0, lat = 0;
};
BOOST_DESCRIBE_STRUCT(Gap, (), (parent, parent_name, square_metres, lon, lat))

// An area reaches beyond its parent.
struct Spill {
  AreaId area, parent;
  std::string area_name, parent_name;
  double square_metres = 0;
  double lon = 0, lat = 0;
};
BOOST_DESCRIBE_STRUCT(Spill, (), (area, parent, area_name, parent_name, square_metres, lon, lat))

// in_none: no area of the level is above the building (a gap). in_several: its point lies in two or more (an
// overlap). elsewhere: its point lies outside the area that it is listed under.
enum class StrayKind { in_none, in_several, elsewhere };
BOOST_DESCRIBE_ENUM(StrayKind, in_none, in_several, elsewhere)

struct Stray {
  AreaId building;
  std::string name;
  StrayKind kind = StrayKind::in_none;
  AreaId declared;            // the area it is listed under, if any
  std::vector<AreaId> found;  // the areas its point lies in
};
BOOST_DESCRIBE_STRUCT(Stray, (), (building, name, kind, declared, found))

struct CoverageReport {
  std::string level;
  int areas = 0;             // of the level
  int without_boundary = 0;  // known by their building list only; they take no part in gaps and overlaps
  int buildings = 0;
  std::vector<Gap> gaps;
  std::vector<Overlap> overlaps;
  std::vector<Spill> spills;
  std::vector<Stray> strays;
  bool seamless = true;  // none of the four
};
BOOST_DESCRIBE_STRUCT(CoverageReport, (),
                      (level, areas, without_boundary, buildings, gaps, overlaps, spills, strays, seamless))

struct CoverageQuestion {
  AreaId below{};                           // none: the whole realm
  double tolerance_m2 = 1;                  // what a surveyor's rounding leaves; see gaps() in overlay.hpp
  std::string building_level = "building";  // empty: do not look at buildings
};

// Gaps are looked for in every parent that has at least one area of the level with a boundary: in its own boundary, or, without
// one, in the ground that its areas enclose together.
CoverageReport check_coverage(const Atlas& atlas, const std::string& level, const CoverageQuestion& question = {});

// What an edit may leave behind. Seamless coverage is a promise, so it is refused unless told otherwise.
struct CoverageRule {
  bool allow_gaps = false;
  bool allow_overlaps = false;  // and reaching beyond the parent
  double tolerance_m2 = 1;
};

// What is not allowed among the areas of covering levels (Level::covers), as far as the touched areas have
// part in it: overlaps with them, gaps in them and in their parents. Complaints are at "area/<code>" with the
// codes gap, overlap, outside.
std::vector<Complaint> coverage_complaints(const Atlas& atlas, const std::unordered_set<AreaId>& touched,
                                           const CoverageRule& rule);

// May such a complaint remain?
bool allows(const CoverageRule& rule, const Complaint& complaint);

// One sentence per finding, e.g. 「第3网格」与「第4网格」重叠 123.4 平方米,例如在 117.1234567, 39.1234567.
Words say(const Atlas& atlas, const Overlap& overlap);
Words say(const Atlas& atlas, const Gap& gap);
Words say(const Atlas& atlas, const Spill& spill);
Words say(const Atlas& atlas, const Stray& stray);

}  // namespace tongxin::place
