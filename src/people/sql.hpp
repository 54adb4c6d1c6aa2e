// Every statement on organisations, posts, links, households and persons (those of signing in are in
// accounts_sql.hpp). Columns stand in the order of the described struct they are read into.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::people::sql {

using store::Sql;

// --- revisions
inline constexpr Sql kDirectoryRevision{"directory_revision",
                                        "SELECT directory FROM people_revisions WHERE realm_id = $1"};
inline constexpr Sql kRaiseDirectory{"raise_directory",
                                     "INSERT INTO people_revisions (realm_id, directory, links) VALUES ($1, $2, 0) "
                                     "ON CONFLICT (realm_id) DO UPDATE SET directory = excluded.directory"};
inline constexpr Sql kRaiseLinks{"raise_links",
                                 "INSERT INTO people_revisions (realm_id, directory, links) VALUES ($1, 0, 1) "
                                 "ON CONFLICT (realm_id) DO UPDATE SET links = people_revisions.links + 1"};

// --- organisations
#define TONGXIN_ORG_COLUMNS "id, parent, kind, code, name, area, from_day, until_day, path, depth"
inline constexpr Sql kAllOrgs{"all_orgs", "SELECT " TONGXIN_ORG_COLUMNS " FROM orgs WHERE realm_id = $1"};
inline constexpr Sql kOrg{"org", "SELECT " TONGXIN_ORG_COLUMNS " FROM orgs WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kOrgByCode{"org_by_code",
                                "SELECT " TONGXIN_ORG_COLUMNS " FROM orgs WHERE realm_id = $1 AND code = $2"};
inline constexpr Sql kAddOrg{
    "add_org",
    "INSERT INTO orgs (realm_id, id, parent, kind, code, name, area, from_day, until_day, path, depth) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
inline constexpr Sql kChangeOrg{
    "change_org", "UPDATE orgs SET parent = $3, kind = $4, name = $5, area = $6 WHERE realm_id = $1 AND id = $2"};
// The org and all below it get a new beginning of their path.
inline constexpr Sql kMovePaths{"move_org_paths",
                                "UPDATE orgs SET path = $3 || substr(path, length($2) + 1), depth = depth + $4 "
                                "WHERE realm_id = $1 AND path LIKE $2 || '%'"};
inline constexpr Sql kCloseOrg{"close_org", "UPDATE orgs SET until_day = $3 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kOpenChildren{
    "open_children",
    "SELECT count(*) FROM orgs WHERE realm_id = $1 AND parent = $2 AND (until_day = 0 OR until_day > $3)"};
inline constexpr Sql kCloseOrgVersion{
    "close_org_version", "UPDATE org_versions SET until_day = $3 WHERE realm_id = $1 AND org = $2 AND until_day = 0"};
inline constexpr Sql kAddOrgVersion{
    "add_org_version",
    "INSERT INTO org_versions (realm_id, org, from_day, until_day, parent, name, area, actor, at) "
    "VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8) ON CONFLICT (realm_id, org, from_day) DO UPDATE SET "
    "until_day = 0, parent = excluded.parent, name = excluded.name, area = excluded.area, actor = "
    "excluded.actor, at = excluded.at"};
inline constexpr Sql kOrgVersions{"org_versions",
                                  "SELECT from_day, until_day, parent, name, area, actor, at FROM org_versions "
                                  "WHERE realm_id = $1 AND org = $2 ORDER BY from_day"};

// --- posts
#define TONGXIN_POST_COLUMNS "id, person, role, org, area, from_day, until_day, how, work_phone"
inline constexpr Sql kAllPosts{"all_posts", "SELECT " TONGXIN_POST_COLUMNS " FROM posts WHERE realm_id = $1"};
inline constexpr Sql kPost{"post", "SELECT " TONGXIN_POST_COLUMNS " FROM posts WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kPostsOf{
    "posts_of", "SELECT " TONGXIN_POST_COLUMNS " FROM posts WHERE realm_id = $1 AND person = $2 ORDER BY from_day, id"};
inline constexpr Sql kAddPost{
    "add_post",
    "INSERT INTO posts (realm_id, id, person, role, org, area, from_day, until_day, how, work_phone) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
inline constexpr Sql kEndPost{"end_post", "UPDATE posts SET until_day = $3 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kChangePost{"change_post",
                                 "UPDATE posts SET how = $3, work_phone = $4 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kLivePostsIn{"live_posts_in",
                                  "SELECT count(*) FROM posts WHERE realm_id = $1 AND org = $2 AND from_day "
                                  "<> until_day AND (until_day = 0 OR until_day > $3)"};
inline constexpr Sql kLivePostsOf{"live_posts_of",
                                  "SELECT count(*) FROM posts WHERE realm_id = $1 AND person = $2 AND "
                                  "from_day <> until_day AND (until_day = 0 OR until_day > $3)"};
inline constexpr Sql kForgetWorkPhone{"forget_work_phone",
                                      "UPDATE posts SET work_phone = '' WHERE realm_id = $1 AND person = $2"};
inline constexpr Sql kPostHolders{"post_holders",
                                  "SELECT DISTINCT p.id, p.name FROM posts AS o CROSS JOIN persons AS p "
                                  "WHERE o.realm_id = $1 AND p.realm_id = o.realm_id AND p.id = o.person"};

// --- responsibilities
#define TONGXIN_RESPONSIBILITY_COLUMNS "id, func, area, stage, org, role, from_day, until_day"
inline constexpr Sql kAllResponsibilities{
    "all_responsibilities", "SELECT " TONGXIN_RESPONSIBILITY_COLUMNS " FROM responsibilities WHERE realm_id = $1"};
inline constexpr Sql kResponsibilitiesAt{"responsibilities_at",
                                         "SELECT " TONGXIN_RESPONSIBILITY_COLUMNS
                                         " FROM responsibilities WHERE realm_id = $1 AND area = $2 AND func "
                                         "= $3 AND stage = $4 ORDER BY from_day"};
inline constexpr Sql kAddResponsibility{
    "add_responsibility",
    "INSERT INTO responsibilities (realm_id, id, func, area, stage, org, role, from_day, until_day) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
inline constexpr Sql kEndResponsibility{"end_responsibility",
                                        "UPDATE responsibilities SET until_day = $3 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kDropResponsibility{"drop_responsibility",
                                         "DELETE FROM responsibilities WHERE realm_id = $1 AND id = $2"};

// --- households
#define TONGXIN_HOUSEHOLD_COLUMNS "id, area, unit, wish"
inline constexpr Sql kHousehold{"household",
                                "SELECT " TONGXIN_HOUSEHOLD_COLUMNS " FROM households WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kHouseholdAt{"household_at", "SELECT " TONGXIN_HOUSEHOLD_COLUMNS
                                                  " FROM households WHERE realm_id = $1 AND area = $2 AND unit = $3"};
inline constexpr Sql kHouseholdsIn{"households_in", "SELECT " TONGXIN_HOUSEHOLD_COLUMNS
                                                    " FROM households WHERE realm_id = $1 AND area = $2 ORDER BY unit"};
inline constexpr Sql kAllHouseholds{
    "all_households", "SELECT " TONGXIN_HOUSEHOLD_COLUMNS " FROM households WHERE realm_id = $1 ORDER BY area, unit"};
inline constexpr Sql kAddHousehold{
    "add_household", "INSERT INTO households (realm_id, id, area, unit, wish) VALUES ($1, $2, $3, $4, $5)"};
inline constexpr Sql kWish{"set_contact_wish", "UPDATE households SET wish = $3 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kUncovered{
    "uncovered_households",
    "SELECT h.id, h.area, h.unit, h.wish FROM households AS h WHERE h.realm_id = $1 AND h.area = $2 "
    "AND h.wish = 0 AND NOT EXISTS (SELECT 1 FROM links AS l WHERE l.realm_id = h.realm_id "
    "AND l.to_household = h.id AND l.to_household > 0 AND l.kind = $3 AND l.state = 1 AND l.from_day <= $4 "
    "AND (l.until_day = 0 OR l.until_day > $4)) ORDER BY h.unit"};

// --- links
#define TONGXIN_LINK_COLUMNS \
  "id, kind, from_person, from_org, to_person, to_household, to_area, from_day, until_day, state"
inline constexpr Sql kLink{"link", "SELECT " TONGXIN_LINK_COLUMNS " FROM links WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kLinksFromPerson{
    "links_from_person",
    "SELECT " TONGXIN_LINK_COLUMNS
    " FROM links WHERE realm_id = $1 AND from_person = $2 AND from_person > 0 ORDER BY from_day, id"};
inline constexpr Sql kLinksFromOrg{
    "links_from_org", "SELECT " TONGXIN_LINK_COLUMNS
                      " FROM links WHERE realm_id = $1 AND from_org = $2 AND from_org > 0 ORDER BY from_day, id"};
inline constexpr Sql kLinksToPerson{
    "links_to_person", "SELECT " TONGXIN_LINK_COLUMNS
                       " FROM links WHERE realm_id = $1 AND to_person = $2 AND to_person > 0 ORDER BY from_day, id"};
inline constexpr Sql kLinksToHousehold{
    "links_to_household",
    "SELECT " TONGXIN_LINK_COLUMNS
    " FROM links WHERE realm_id = $1 AND to_household = $2 AND to_household > 0 ORDER BY from_day, id"};
inline constexpr Sql kLinksToArea{
    "links_to_area", "SELECT " TONGXIN_LINK_COLUMNS
                     " FROM links WHERE realm_id = $1 AND to_area = $2 AND to_area > 0 ORDER BY from_day, id"};
inline constexpr Sql kAddLink{
    "add_link",
    "INSERT INTO links (realm_id, id, kind, from_person, from_org, to_person, to_household, to_area, "
    "from_day, until_day, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
inline constexpr Sql kEndLink{"end_link",
                              "UPDATE links SET until_day = $3, state = $4 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kEndLinksOf{
    "end_links_of",
    "UPDATE links SET until_day = CASE WHEN from_day > $3 THEN from_day ELSE $3 END "
    "WHERE realm_id = $1 AND id IN (SELECT id FROM links WHERE realm_id = $1 AND from_person = $2 AND from_person > 0 "
    "UNION SELECT id FROM links WHERE realm_id = $1 AND to_person = $2 AND to_person > 0) "
    "AND (until_day = 0 OR until_day > $3)"};

// --- persons
#define TONGXIN_PERSON_COLUMNS "id, code, name, sort_key, purpose, delete_after, erased"
inline constexpr Sql kPerson{"person",
                             "SELECT " TONGXIN_PERSON_COLUMNS " FROM persons WHERE realm_id = $1 AND id = $2"};
// For store::by_thirty_twos.
inline constexpr Sql kPersonNames{
    "person_names",
    "SELECT id, name FROM persons WHERE realm_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
    "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)"};
inline constexpr Sql kPersonByCode{"person_by_code", "SELECT " TONGXIN_PERSON_COLUMNS
                                                     " FROM persons WHERE realm_id = $1 AND code = $2 AND code <> ''"};
inline constexpr Sql kCodedPersons{
    "coded_persons", "SELECT " TONGXIN_PERSON_COLUMNS " FROM persons WHERE realm_id = $1 AND code <> '' ORDER BY code"};
inline constexpr Sql kAddPerson{
    "add_person",
    "INSERT INTO persons (realm_id, id, code, name, sort_key, purpose, delete_after, erased) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, 0)"};
inline constexpr Sql kChangePerson{"change_person",
                                   "UPDATE persons SET name = $3, sort_key = $4, purpose = $5, delete_after "
                                   "= $6 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kErasePerson{"erase_person",
                                  "UPDATE persons SET name = '', sort_key = '', code = '', delete_after = 0, "
                                  "erased = 1 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kDuePersons{
    "due_persons",
    "SELECT p.id FROM persons AS p WHERE p.realm_id = $1 AND p.delete_after > 0 AND p.delete_after <= $2 "
    "AND p.erased = 0 AND NOT EXISTS (SELECT 1 FROM posts AS o WHERE o.realm_id = p.realm_id "
    "AND o.person = p.id AND (o.until_day = 0 OR o.until_day > $2)) ORDER BY p.id"};
inline constexpr Sql kSetPrivate{"set_private",
                                 "INSERT INTO person_private (realm_id, person, field, sealed) VALUES ($1, $2, $3, $4) "
                                 "ON CONFLICT (realm_id, person, field) DO UPDATE SET sealed = excluded.sealed"};
inline constexpr Sql kPrivate{"private",
                              "SELECT sealed FROM person_private WHERE realm_id = $1 AND person = $2 AND field = $3"};
inline constexpr Sql kPrivateFields{
    "private_fields", "SELECT field FROM person_private WHERE realm_id = $1 AND person = $2 ORDER BY field"};
inline constexpr Sql kDropPrivate{"drop_private",
                                  "DELETE FROM person_private WHERE realm_id = $1 AND person = $2 AND field = $3"};
inline constexpr Sql kDropAllPrivate{"drop_all_private",
                                     "DELETE FROM person_private WHERE realm_id = $1 AND person = $2"};
inline constexpr Sql kAddIndex{"add_person_index",
                               "INSERT INTO person_index (realm_id, field, hash, person) VALUES ($1, $2, $3, $4) "
                               "ON CONFLICT (realm_id, field, hash, person) DO NOTHING"};
inline constexpr Sql kDropIndex{"drop_person_index",
                                "DELETE FROM person_index WHERE realm_id = $1 AND person = $2 AND field = $3"};
inline constexpr Sql kDropAllIndex{"drop_all_person_index",
                                   "DELETE FROM person_index WHERE realm_id = $1 AND person = $2"};
inline constexpr Sql kFindByIndex{
    "find_by_index",
    "SELECT person FROM person_index WHERE realm_id = $1 AND field = $2 AND hash = $3 ORDER BY person"};

// --- logs
inline constexpr Sql kAudit{"add_audit",
                            "INSERT INTO audit_log (realm_id, day, id, at, actor, what, subject, reason) "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
inline constexpr Sql kAuditOf{
    "audit_of",
    "SELECT id, at, actor, what, subject, reason FROM audit_log WHERE realm_id = $1 AND subject = $2 "
    "AND id < $3 ORDER BY id DESC LIMIT $4"};
inline constexpr Sql kAuditAll{
    "audit_all",
    "SELECT id, at, actor, what, subject, reason FROM audit_log WHERE realm_id = $1 AND (day, id) < ($2, $3) "
    "ORDER BY day DESC, id DESC LIMIT $4"};
inline constexpr Sql kAccessAll{
    "access_all",
    "SELECT id, at, actor, record, what, reason, person FROM access_log WHERE realm_id = $1 AND (day, id) < ($2, $3) "
    "ORDER BY day DESC, id DESC LIMIT $4"};
inline constexpr Sql kAccess{"add_access",
                             "INSERT INTO access_log (realm_id, day, id, person, at, actor, record, what, reason) "
                             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
inline constexpr Sql kAccessOf{
    "access_of",
    "SELECT id, at, actor, record, what, reason FROM access_log WHERE realm_id = $1 AND person = $2 "
    "AND id < $3 ORDER BY id DESC LIMIT $4"};

// For the test that holds statements against the rules of design/SQL.md.
inline constexpr std::array kAllStatements = {kDirectoryRevision,
                                              kRaiseDirectory,
                                              kRaiseLinks,
                                              kAllOrgs,
                                              kOrg,
                                              kOrgByCode,
                                              kAddOrg,
                                              kChangeOrg,
                                              kMovePaths,
                                              kCloseOrg,
                                              kOpenChildren,
                                              kCloseOrgVersion,
                                              kAddOrgVersion,
                                              kOrgVersions,
                                              kAllPosts,
                                              kPost,
                                              kPostsOf,
                                              kAddPost,
                                              kEndPost,
                                              kChangePost,
                                              kLivePostsIn,
                                              kLivePostsOf,
                                              kForgetWorkPhone,
                                              kPostHolders,
                                              kAllResponsibilities,
                                              kResponsibilitiesAt,
                                              kAddResponsibility,
                                              kEndResponsibility,
                                              kDropResponsibility,
                                              kHousehold,
                                              kHouseholdAt,
                                              kHouseholdsIn,
                                              kAllHouseholds,
                                              kAddHousehold,
                                              kWish,
                                              kUncovered,
                                              kLink,
                                              kLinksFromPerson,
                                              kLinksFromOrg,
                                              kLinksToPerson,
                                              kLinksToHousehold,
                                              kLinksToArea,
                                              kAddLink,
                                              kEndLink,
                                              kPerson,
                                              kPersonByCode,
                                              kCodedPersons,
                                              kAddPerson,
                                              kChangePerson,
                                              kErasePerson,
                                              kDuePersons,
                                              kSetPrivate,
                                              kPrivate,
                                              kPrivateFields,
                                              kDropPrivate,
                                              kDropAllPrivate,
                                              kAddIndex,
                                              kDropIndex,
                                              kDropAllIndex,
                                              kFindByIndex,
                                              kAudit,
                                              kAuditOf,
                                              kAuditAll,
                                              kAccessAll,
                                              kAccess,
                                              kAccessOf};

}  // namespace tongxin::people::sql
