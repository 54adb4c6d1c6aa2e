// What can be done with areas, inside a transaction. Every edit is dated and signed: it holds from `on`,
// which may lie in the past but not before the area's last change and not in the future, and the old state
// stays in the history.
//
// Refusals: Fault(invalid) for a wrong value or a tree, coverage or scheme that would not hold, not_found, conflict
// for a code that is taken. An edit that is repeated (same ids, same values) changes nothing. The caller
// checks rights.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "place/atlas.hpp"
#include "place/coverage.hpp"
#include "place/types.hpp"
#include "store/store.hpp"

namespace tongxin::place {

// Who edits, when, and from which day it holds.
struct Edit {
  RealmId realm;
  PersonId author;
  Time at{};
  Day on = 0;
  Zone zone{};
};

// ── editing ──
// id, level, name are needed; an empty code becomes the id's text; path, depth and has_boundary are worked
// out; from is edit.on unless it is given. lon and lat come together or not at all.
void add_area(store::Tx& tx, const Edit& edit, const Levels& levels, const Area& area);
// Many at once, parents before children, with their boundaries; refused with every overlap and gap unless allowed.
void add_areas(store::Tx& tx, const Edit& edit, const Levels& levels, std::span<const Area> areas,
               const Boundaries& boundaries, const CoverageRule& rule = {});
void rename_area(store::Tx& tx, const Edit& edit, AreaId id, const std::string& name);
// With all that is below it. The history says where it was before (S01: "a transfer of a building keeps
// history"). An area of a covering level takes its ground along: refused with every overlap and gap that is then in it, in its
// old and in its new parent, unless allowed.
void move_area(store::Tx& tx, const Edit& edit, const Levels& levels, AreaId id, AreaId new_parent,
               const CoverageRule& rule = {});
// What needs no history: order among siblings, point (of an area without boundary), attributes (a JSON
// object).
void describe_area(store::Tx& tx, const Edit& edit, const Levels& levels, AreaId id, int order,
                   std::optional<double> lon, std::optional<double> lat, const std::string& attributes);
// Together, so that an edge that neighbours share can be moved in both. Refused with every overlap and gap
// unless allowed.
void set_boundaries(store::Tx& tx, const Edit& edit, const Levels& levels, const Boundaries& boundaries,
                    const CoverageRule& rule = {});
// What set_boundaries would refuse, without a change; `fresh` are areas that would be added first.
std::vector<Complaint> boundary_complaints(const Atlas& before, const Boundaries& boundaries,
                                           const CoverageRule& rule = {}, std::span<const Area> fresh = {});
// From edit.on the area is no more. Refused while open areas lie below it.
void close_area(store::Tx& tx, const Edit& edit, const Levels& levels, AreaId id);
// An area that should never have been made: nothing of it stays, and its code is free again. Refused when it was changed since it
// was made or has areas, closed ones too, below it; what else refers to it only the caller knows. Schemes are not looked at.
void remove_area(store::Tx& tx, const Edit& edit, AreaId id);

// ── asking ──
// The areas as they are (day 0), or the tree and boundaries as they were on a day.
AtlasPtr load_atlas(store::Tx& tx, RealmId realm, const Levels& levels, Day day = 0);
// Grows with every edit; an atlas with a lower revision() is out of date. 0 before the first edit.
std::int64_t atlas_revision(store::Tx& tx, RealmId realm);
std::optional<Area> find_area(store::Tx& tx, RealmId realm, AreaId id);
std::optional<Area> find_area_by_code(store::Tx& tx, RealmId realm, std::string_view code);
// Open areas of a level below one: the building list of a grid.
std::vector<Area> areas_below(store::Tx& tx, RealmId realm, AreaId id, std::string_view level);
// Oldest first; the last is the present one.
std::vector<AreaVersion> history_of(store::Tx& tx, RealmId realm, AreaId id);

}  // namespace tongxin::place
