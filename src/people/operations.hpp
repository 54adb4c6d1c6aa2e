// Changes of the tree of organisations, of posts and of responsibilities.
//
// Each takes the transaction, who does it and plain values; checks; writes; leaves an audit row; and raises
// the directory's revision, so that every cache sees it. A refusal is a Fault (invalid: the values are wrong;
// not_found: no such thing; conflict: it exists already; not_now: the state does not allow it) and nothing
// was written. Whether the actor may do this is decided before, by the caller. An `id` in what is handed over
// is kept when it is set, so that a repeated call with the same id meets Fault(conflict) instead of doubling.
//
// Days: from <= day < until. Dates may lie in the past (recording what was decided) or, where it says so, in
// the future.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/doing.hpp"
#include "people/types.hpp"

namespace tongxin::people {

// --- organisations
// path and depth are made here. The parent must be open on the first day.
OrgId add_org(store::Tx& tx, const Doing& doing, Org org);

// What is given changes, from `from` on (not later than today); the former name, place and parent stay in the
// history.
struct OrgChange {
  std::optional<OrgId> parent{};  // none: becomes a root. Never below itself.
  std::optional<std::string> kind{};
  std::optional<std::string> name{};
  std::optional<AreaId> area{};
};
void change_org(store::Tx& tx, const Doing& doing, OrgId org, const OrgChange& change, Day from);
inline void move_org(store::Tx& tx, const Doing& doing, OrgId org, OrgId parent, Day from) {
  change_org(tx, doing, org, {.parent = parent}, from);
}
// Refused while organisations below it or posts in it outlast that day: people are never left in a unit that
// is gone.
void close_org(store::Tx& tx, const Doing& doing, OrgId org, Day until);

std::optional<Org> find_org(store::Tx& tx, RealmId realm, OrgId org);
std::optional<Org> find_org(store::Tx& tx, RealmId realm, std::string_view code);

// What was true of an org from a day to a day, who wrote it down and when.
struct OrgVersion {
  Day from = 0;
  Day until = 0;
  OrgId parent{};
  std::string name{};
  AreaId area{};
  PersonId actor{};
  Time at{};
};
BOOST_DESCRIBE_STRUCT(OrgVersion, (), (from, until, parent, name, area, actor, at))
std::vector<OrgVersion> org_history(store::Tx& tx, RealmId realm, OrgId org);

// --- posts
// Refuses an unknown or erased person, an unknown or closed org, and a span that overlaps one of the same
// person, role, org and area. May begin and end in the future.
PostId appoint(store::Tx& tx, const Doing& doing, Post post);
// Sooner than it would have ended; on its first day it was never held. A longer term is a new appointment.
void end_post(store::Tx& tx, const Doing& doing, PostId post, Day until);
void set_work_phone(store::Tx& tx, const Doing& doing, PostId post, std::string_view how, std::string_view work_phone);
// Rights of one person straight from the store, where no directory is at hand.
std::vector<Post> posts_of(store::Tx& tx, RealmId realm, PersonId person);

// --- responsibilities
struct NewResponsibility {
  std::string function{};  // or "*"
  AreaId area{};
  std::string stage{};  // "" for every stage
  OrgId org{};          // none: from that day on nobody answers at this area
  std::string role{};
  Day from = 0;
};
// From that day on the org answers; whoever did before stops that day. Rows already planned for later days
// stay, and the new one ends where they begin. A row that began on the same day is replaced. Returns none
// when `org` is none.
ResponsibilityId set_responsibility(store::Tx& tx, const Doing& doing, const NewResponsibility& wanted);

}  // namespace tongxin::people
