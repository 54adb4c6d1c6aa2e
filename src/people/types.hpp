// The nouns of people: organisations, persons, posts, links, responsibilities, households.
//
// Days are yyyymmdd in the realm's zone. A span of days holds `from` <= day < `until`; `until` 0 is open. A
// post that ends on a day is therefore dead on that same day. Areas are named by id; where they lie is a path
// text
// "/0abc…/0def…/" (13-letter ids from the root down, the area itself last) which the caller gets from place/.
//
// What is stored about a person is the least a flow needs (G1): a name, why we know them and until when. A
// phone number, an identity number and an address are sealed (sealed.hpp) and appear in no struct here. There
// is no field for party membership: it exists only as a post or a sign-up (G4).
#pragma once
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include "base/id.hpp"
#include "base/time.hpp"

namespace tongxin::people {

using ResponsibilityId = Id<struct ResponsibilityTag>;

// Does something that is valid from `from` until `until` (exclusive, 0 open) hold on this day?
constexpr bool within(Day from, Day until, Day day) { return from <= day && (until == 0 || day < until); }

// One node of the tree of organisations, in its present state: committee, branch, group, department, firm,
// team.
struct Org {
  OrgId id{};
  OrgId parent{};      // none for a root
  std::string kind{};  // a pack's word: community_committee, grid_branch, department …
  std::string code{};  // unique in the realm; what imports are matched by
  std::string name{};  // 桃园社区党委
  AreaId area{};       // where it works; none for one without a place
  Day from = 0;
  Day until = 0;       // closed on that day
  std::string path{};  // "/<id>/<id>/": ancestors and self
  int depth = 0;       // 0 for a root
  bool operator==(const Org&) const = default;
};
BOOST_DESCRIBE_STRUCT(Org, (), (id, parent, kind, code, name, area, from, until, path, depth))

// A person in a role of an organisation, for an area, from a day to a day. Rights come from posts and from
// nothing else. Posts are public facts (work name, work phone), so nothing of a post is sealed.
struct Post {
  PostId id{};
  PersonId person{};
  std::string role{};  // a pack's word: grid_worker_full, community_secretary …
  OrgId org{};
  AreaId area{};  // the post reaches this area and all below it; none reaches nowhere
  Day from = 0;
  Day until = 0;
  std::string how{};  // how chosen: elected, appointed, seconded …; free text
  std::string work_phone{};
  bool operator==(const Post&) const = default;
};
BOOST_DESCRIBE_STRUCT(Post, (), (id, person, role, org, area, from, until, how, work_phone))

constexpr bool live(const Org& org, Day day) { return within(org.from, org.until, day); }
constexpr bool live(const Post& post, Day day) { return within(post.from, post.until, day); }

// Who answers for a function at a place and stage, from a day to a day. Per (function, area, stage) at most
// one row holds on a day: exactly one responsible side (S08). function "*" answers for all that nobody else
// answers for at that area.
struct Responsibility {
  ResponsibilityId id{};
  std::string function{};  // a pack's word, or "*"
  AreaId area{};
  std::string stage{};  // "" for every stage
  OrgId org{};
  std::string role{};  // which role of the org takes it in; "" for any
  Day from = 0;
  Day until = 0;
  bool operator==(const Responsibility&) const = default;
};
BOOST_DESCRIBE_STRUCT(Responsibility, (), (id, function, area, stage, org, role, from, until))
constexpr bool live(const Responsibility& row, Day day) { return within(row.from, row.until, day); }

// A standing bond: leader → member → household (1+5+10), cadre → area (包保), grid worker → child (结对).
enum class LinkState : int {
  proposed = 0,  // waits for the other side's word (opt-in links, S23)
  active = 1,
  declined = 2,  // the household or person did not want it; kept so that nobody proposes it again
};
BOOST_DESCRIBE_ENUM(LinkState, proposed, active, declined)

// Exactly one of from_person and from_org is set, and exactly one of to_person, to_household and to_area.
struct Link {
  LinkId id{};
  std::string kind{};  // a pack's word: leader_member, member_household, cadre_area …
  PersonId from_person{};
  OrgId from_org{};
  PersonId to_person{};
  HouseholdId to_household{};
  AreaId to_area{};
  Day from = 0;
  Day until = 0;
  LinkState state = LinkState::active;
  bool operator==(const Link&) const = default;
};
BOOST_DESCRIBE_STRUCT(Link, (), (id, kind, from_person, from_org, to_person, to_household, to_area, from, until, state))
constexpr bool live(const Link& link, Day day) {
  return link.state == LinkState::active && within(link.from, link.until, day);
}

struct Person {
  PersonId id{};
  std::string code{};  // unique in the realm where given: a staff number, what imports are matched by
  std::string name{};
  std::string sort_key{};  // for lists in the order of pinyin
  std::string purpose{};   // why we know them (G2): staff, reporter, volunteer …
  Day delete_after = 0;    // 0: as long as they hold a post
  bool erased = false;     // only the shell is left
  bool operator==(const Person&) const = default;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, code, name, sort_key, purpose, delete_after, erased))

// Does the household want a contact who calls? One that declined is neither "uncovered" nor reported (S22).
enum class ContactWish : int { welcome = 0, declined = 1 };
BOOST_DESCRIBE_ENUM(ContactWish, welcome, declined)

// An address unit and its contact wish, and nothing else: no notes on a household.
struct Household {
  HouseholdId id{};
  AreaId area{};       // the building or grid
  std::string unit{};  // 3单元502; unique in its area
  ContactWish wish = ContactWish::welcome;
  bool operator==(const Household&) const = default;
};
BOOST_DESCRIBE_STRUCT(Household, (), (id, area, unit, wish))

}  // namespace tongxin::people
