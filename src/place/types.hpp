// The nouns of place: an area of the tree, its levels, and what is remembered about it.
//
// An area 区域 is anything that lies somewhere and has somebody above it: city, district, street, community,
// grid, compound, building, household, village, lane. What levels there are is a pack's matter; here a level
// is a word with a rank. Days are yyyymmdd in the realm's zone; a span of days holds `from` ≤ day < `until`,
// and `until` 0 is open.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "base/id.hpp"
#include "base/time.hpp"

namespace tongxin::place {

// How many areas of a level an area may hold that carries the scheme, which is said in its attributes ({"scheme":"…"}). It
// never holds more than `max`; once it holds `min`, it never holds fewer; and what brings several at once brings them whole.
struct Scheme {
  std::string name, parent_level;
  int min = 0, max = 0;  // max 0: no bound
  std::string name_zh, name_en;
  bool operator==(const Scheme&) const = default;
};

// One level of the tree. A child's rank is greater than its parent's; equal ranks (street, town) never nest.
// Where `covers` is set, siblings with boundaries must cover their parent without a gap and without lying on
// each other.
struct Level {
  std::string code;  // "grid"
  int rank = 0;      // 50
  bool covers = false;
  std::string name_zh;               // 网格
  std::string name_en;               // grid
  std::vector<Scheme> schemes = {};  // what upper areas may hold of it
  bool operator==(const Level&) const = default;
};
BOOST_DESCRIBE_STRUCT(Level, (), (code, rank, covers, name_zh, name_en))
using Levels = std::vector<Level>;

// The levels of the glossary (SYSTEMS.md 3.1), for installations and tests that name none of their own.
const Levels& usual_levels();
const Level* find_level(const Levels& levels, std::string_view code);

// One node of the tree, in its present state.
struct Area {
  AreaId id;
  AreaId parent;      // none for a root
  std::string level;  // code of a Level
  std::string code;   // unique in the realm; what imports are matched by
  std::string name;   // 第3网格
  int order = 0;      // among its siblings; then by code
  Day from = 0;
  Day until = 0;
  std::string path;                // "/<id>/<id>/": ancestors and self, so that "everything below" is a prefix
  int depth = 0;                   // 0 for a root
  std::optional<double> lon, lat;  // WGS84 degrees: a point inside the boundary, or the point that was given
  bool has_boundary = false;
  std::string attributes = "{}";  // a JSON object for what the packs know of it
  bool operator==(const Area&) const = default;
};
BOOST_DESCRIBE_STRUCT(Area, (),
                      (id, parent, level, code, name, order, from, until, path, depth, lon, lat, has_boundary,
                       attributes))

// What was true of an area from a day to a day, who wrote it down and when.
struct AreaVersion {
  Day from = 0;
  Day until = 0;
  AreaId parent;
  std::string name;
  PersonId author;
  Time at{};
  bool operator==(const AreaVersion&) const = default;
};
BOOST_DESCRIBE_STRUCT(AreaVersion, (), (from, until, parent, name, author, at))

}  // namespace tongxin::place
