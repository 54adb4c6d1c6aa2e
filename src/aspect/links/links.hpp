// The aspect `links`: the rules of standing bonds (1+5+10, 包保, pairing), who is bound to nobody, how much each one carries,
// and visits that follow from bonds.
//
//   links:                                   # of a pack.yaml: rules for kinds of links
//     member_household: {most: 10, one_contact: true, say: {zh: 一名党员联系不超过 10 户, en: …}}
//     reading_b:        {most: 10, chain: leader_member, say: {…}}     # the ten count for the whole chain
//
//   - visits: {kind: household_visit, links: member_household, of: holder_person, form: {…}}     # an effect
//
// The bonds themselves are people's (people/links.hpp); nothing is kept here.
#pragma once
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "people/links.hpp"
#include "record/aspect.hpp"

namespace tongxin::aspect::links {

// The rule of a kind of links; no limits when the packs say none.
people::LinkRule rule_of(const pack::Library& library, std::string_view kind);

struct Load {
  PersonId person;
  std::int64_t links = 0;
};
BOOST_DESCRIBE_STRUCT(Load, (), (person, links))
// Whoever has live links of the kind, those with most first.
std::vector<Load> loads(store::Tx& tx, RealmId realm, std::string_view kind, Day day);

// Households of an area and of everything below it: those that would like a contact and have none.
struct Coverage {
  std::int64_t households = 0, declined = 0, covered = 0;
  std::vector<people::Household> uncovered;  // at most 2000
};
Coverage coverage(store::Tx& tx, const record::World& world, AreaId area, std::string_view kind, Day day);

record::Aspect aspect();
std::span<const store::Sql> statements();

}  // namespace tongxin::aspect::links
