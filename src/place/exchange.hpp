// Areas in and out as GeoJSON (RFC 7946): one Feature per area in a FeatureCollection.
//
// Features are matched to areas by code, so the same file may be imported again and doubles nothing; areas
// that the file does not name stay as they are. All or nothing: with one problem nothing is written, and
// every problem is named. Properties: level, code, name, parent_code, order, from ("2026-01-01"), attributes
// (an object); other names can be mapped, and what is not mapped goes into the attributes. Geometry: Polygon
// or MultiPolygon (the boundary), Point (where a place without boundary is), or null. What was exported
// imports to the same areas and exports again to the byte.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "place/operations.hpp"

namespace tongxin::place {

struct ImportOptions {
  // The file's own names of the properties.
  std::string level = "level", code = "code", name = "name", parent_code = "parent_code", order = "order",
              from = "from", attributes = "attributes";
  std::string default_level{};        // for features without the property; empty: it is required
  std::string default_parent_code{};  // likewise; empty: such features are roots
  CoverageRule coverage{};            // what may remain among the areas that the file changes
  GeoLimits limits{};
  std::size_t features = 200'000;
  bool dry_run = false;  // look and report only
};

struct ImportReport {
  int features = 0, added = 0, changed = 0, unchanged = 0;
  bool applied = false;             // false on a dry run or with problems
  std::vector<Complaint> problems;  // at "/features/12/properties/code" or "area/<code>"; at most kProblemsShown
  int problems_total = 0;
  std::vector<Complaint>
      allowed;               // gaps and overlaps that remain because the options allow them; at most kProblemsShown
  std::vector<AreaId> made;  // those that were added, parents before children
};
inline constexpr std::size_t kProblemsShown = 200;

// Throws Fault(bad_request | too_large | invalid) only when the text as a whole is no FeatureCollection.
ImportReport import_geojson(store::Tx& tx, const Edit& edit, const Levels& levels, IdSource& ids, std::string_view text,
                            const ImportOptions& options = {});

// Open areas in tree order, one feature a line; of one level where it is named.
std::string export_geojson(const Atlas& atlas, std::string_view level = {});

}  // namespace tongxin::place
