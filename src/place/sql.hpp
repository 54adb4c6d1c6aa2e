// The statements of place, each named for the question it answers.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::place::sql {

using store::Sql;

// Columns in the order of Area's members.
inline constexpr Sql kAreas{"areas",
                            "SELECT id, parent_id, level, code, name, position, from_day, until_day, path, depth, lon, "
                            "lat, has_boundary, attributes FROM area WHERE realm_id = $1"};
inline constexpr Sql kArea{"area",
                           "SELECT id, parent_id, level, code, name, position, from_day, until_day, path, depth, lon, "
                           "lat, has_boundary, attributes FROM area WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kAreaByCode{"area_by_code",
                                 "SELECT id, parent_id, level, code, name, position, from_day, until_day, "
                                 "path, depth, lon, lat, has_boundary, "
                                 "attributes FROM area WHERE realm_id = $1 AND code = $2"};
// $2: the path of the upper area and '%'. Open areas of a level, in tree order of ids.
inline constexpr Sql kAreasBelow{
    "areas_below",
    "SELECT id, parent_id, level, code, name, position, from_day, until_day, path, depth, lon, lat, "
    "has_boundary, "
    "attributes FROM area WHERE realm_id = $1 AND path LIKE $2 AND level = $3 AND until_day = 0 "
    "ORDER BY position, code, id"};
inline constexpr Sql kCountBelow{"count_areas_below",
                                 "SELECT count(*) FROM area WHERE realm_id = $1 AND path LIKE $2 AND level = $3 AND "
                                 "until_day = 0"};
inline constexpr Sql kOpenChildren{
    "open_children_of_area", "SELECT count(*) FROM area WHERE realm_id = $1 AND parent_id = $2 AND until_day = 0"};

inline constexpr Sql kAddArea{
    "add_area",
    "INSERT INTO area (realm_id, id, parent_id, level, code, name, position, from_day, until_day, path, "
    "depth, lon, "
    "lat, has_boundary, attributes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12, 0, $13) "
    "ON CONFLICT DO NOTHING"};
inline constexpr Sql kUpdateArea{"update_area",
                                 "UPDATE area SET name = $3, position = $4, lon = $5, lat = $6, attributes = $7 "
                                 "WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kSetParent{"set_parent_of_area", "UPDATE area SET parent_id = $3 WHERE realm_id = $1 AND id = $2"};
// $2: old path and '%', $3: path of the new parent, $4: where the area's own id begins in the old path, $5:
// change of depth.
inline constexpr Sql kMoveBelow{"move_paths_below",
                                "UPDATE area SET path = CAST($3 AS TEXT) || substr(path, CAST($4 AS "
                                "INTEGER)), depth = depth + CAST($5 AS INTEGER) "
                                "WHERE realm_id = $1 AND path LIKE $2"};
inline constexpr Sql kCloseArea{"close_area",
                                "UPDATE area SET until_day = $3 WHERE realm_id = $1 AND id = $2 AND until_day = 0"};

inline constexpr Sql kChildren{"children_of_area", "SELECT count(*) FROM area WHERE realm_id = $1 AND parent_id = $2"};
inline constexpr Sql kVersionsOf{"versions_of_area",
                                 "SELECT count(*) FROM area_history WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kBoundariesOf{"boundaries_of_area",
                                   "SELECT count(*) FROM area_boundary WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kForgetChanges{"forget_changes_of_area",
                                    "DELETE FROM area_change WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kForgetBoundaries{"forget_boundaries_of_area",
                                       "DELETE FROM area_boundary WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kForgetVersions{"forget_versions_of_area",
                                     "DELETE FROM area_history WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kForgetArea{"forget_area", "DELETE FROM area WHERE realm_id = $1 AND id = $2"};

inline constexpr Sql kHistory{"history_of_area",
                              "SELECT from_day, until_day, parent_id, name, author_id, changed_at FROM area_history "
                              "WHERE realm_id = $1 AND area_id = $2 ORDER BY from_day"};
inline constexpr Sql kVersionsOn{"area_versions_on",
                                 "SELECT area_id, parent_id, name FROM area_history WHERE realm_id = $1 "
                                 "AND from_day <= $2 AND (until_day = 0 OR until_day > $2)"};
inline constexpr Sql kLastChange{"last_change_of_area",
                                 "SELECT max(from_day) FROM area_history WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kEndVersion{
    "end_version_of_area",
    "UPDATE area_history SET until_day = $3 WHERE realm_id = $1 AND area_id = $2 AND until_day = 0"};
inline constexpr Sql kAddVersion{
    "add_version_of_area",
    "INSERT INTO area_history (realm_id, area_id, from_day, until_day, parent_id, name, author_id, "
    "changed_at) "
    "VALUES ($1, $2, $3, 0, $4, $5, $6, $7) ON CONFLICT (realm_id, area_id, from_day) DO UPDATE SET "
    "until_day = 0, "
    "parent_id = excluded.parent_id, name = excluded.name, author_id = excluded.author_id, "
    "changed_at = excluded.changed_at"};

inline constexpr Sql kBoundariesOn{"boundaries_on",
                                   "SELECT area_id, geojson FROM area_boundary WHERE realm_id = $1 "
                                   "AND from_day <= $2 AND (until_day = 0 OR until_day > $2)"};
inline constexpr Sql kBoundaries{"boundaries",
                                 "SELECT area_id, geojson FROM area_boundary WHERE realm_id = $1 AND until_day = 0"};
inline constexpr Sql kLastBoundary{"last_boundary_of_area",
                                   "SELECT max(from_day) FROM area_boundary WHERE realm_id = $1 AND area_id = $2"};
inline constexpr Sql kEndBoundary{
    "end_boundary_of_area",
    "UPDATE area_boundary SET until_day = $3 WHERE realm_id = $1 AND area_id = $2 AND until_day = 0"};
inline constexpr Sql kAddBoundary{
    "add_boundary_of_area",
    "INSERT INTO area_boundary (realm_id, area_id, from_day, until_day, geojson, min_lon, min_lat, max_lon, "
    "max_lat, "
    "author_id, changed_at) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10) "
    "ON CONFLICT (realm_id, area_id, from_day) DO UPDATE SET until_day = 0, geojson = excluded.geojson, "
    "min_lon = excluded.min_lon, min_lat = excluded.min_lat, max_lon = excluded.max_lon, max_lat = "
    "excluded.max_lat, "
    "author_id = excluded.author_id, changed_at = excluded.changed_at"};
inline constexpr Sql kBoundarySet{
    "boundary_of_area_was_set", "UPDATE area SET has_boundary = 1, lon = $3, lat = $4 WHERE realm_id = $1 AND id = $2"};

inline constexpr Sql kNextRevision{
    "next_area_revision",
    "INSERT INTO area_revision (realm_id, revision) VALUES ($1, 1) ON CONFLICT (realm_id) DO UPDATE "
    "SET revision = area_revision.revision + 1"};
inline constexpr Sql kRevision{"area_revision", "SELECT revision FROM area_revision WHERE realm_id = $1"};

// Changed again before it was looked at: from the beginning.
inline constexpr Sql kNoteChange{
    "note_change_of_area",
    "INSERT INTO area_change (realm_id, area_id, look_at, since) VALUES ($1, $2, $3, $4) ON CONFLICT (realm_id, "
    "area_id, look_at) DO UPDATE SET since = excluded.since, list = '', open = 0, record_id = 0, passes = 0, "
    "moved_in_pass = 0"};

// For the test that holds them against the rules of design/SQL.md.
inline constexpr std::array kAll{kAreas,        kArea,         kAreaByCode,    kAreasBelow,       kOpenChildren,
                                 kAddArea,      kUpdateArea,   kSetParent,     kMoveBelow,        kCloseArea,
                                 kHistory,      kVersionsOn,   kLastChange,    kEndVersion,       kAddVersion,
                                 kBoundariesOn, kBoundaries,   kLastBoundary,  kEndBoundary,      kAddBoundary,
                                 kBoundarySet,  kNextRevision, kRevision,      kNoteChange,       kChildren,
                                 kVersionsOf,   kBoundariesOf, kForgetChanges, kForgetBoundaries, kForgetVersions,
                                 kForgetArea};

}  // namespace tongxin::place::sql
