// Households and standing bonds: 1+5+10 (S22), 包保 and direct contact (S23), pairing.
//
// What kinds of links there are and how many one holder may have is a pack's business; it comes here as a LinkRule. A full
// holder, a second contact where one is enough, and a household that wants none are refused with the rule in words.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "people/doing.hpp"
#include "people/types.hpp"

namespace tongxin::people {

// --- households
// Refuses a second household of the same area and unit (Fault conflict).
HouseholdId add_household(store::Tx& tx, const Doing& doing, Household household);
std::optional<Household> find_household(store::Tx& tx, RealmId realm, HouseholdId household);
std::optional<Household> find_household(store::Tx& tx, RealmId realm, AreaId area, std::string_view unit);
std::vector<Household> households_in(store::Tx& tx, RealmId realm, AreaId area);
// The household wants no contact: its links end today, and no new ones are accepted until it changes its mind.
void decline_contact(store::Tx& tx, const Doing& doing, HouseholdId household);
void welcome_contact(store::Tx& tx, const Doing& doing, HouseholdId household);
// Those of the area that would like a contact and have no live link of this kind, by unit.
std::vector<Household> uncovered_households(store::Tx& tx, RealmId realm, AreaId area, std::string_view kind, Day day);

// --- links
struct LinkRule {
  int most = 0;  // live links of the kind from one holder; 0: no limit
  bool one_contact =
      false;  // the other side has at most one live link of the kind (a household one member, a lane one)
  // Set, `most` counts for the whole chain: all links of the kind from everybody whom the same person holds by a link of
  // this kind. (The other reading of "1+5+10": ten households for a leader with the five members together.)
  std::string_view chain_kind{};
  Words say{};  // the rule as people know it: 一名党员联系不超过 10 户
};
// Checked in this order: both sides named once, the household's wish, twice the same, one contact, the limit.
LinkId add_link(store::Tx& tx, const Doing& doing, Link link, const LinkRule& rule = {});
// On its first day it never held.
void end_link(store::Tx& tx, const Doing& doing, LinkId link, Day until);
// A proposed link gets the other side's word (S23: opt-in). Accepting checks the rule again.
void answer_link(store::Tx& tx, const Doing& doing, LinkId link, bool accept, const LinkRule& rule = {});
// Everything live of this kind goes from one person to another on that day; all or nothing. Returns how many.
int hand_over(store::Tx& tx, const Doing& doing, PersonId from, PersonId to, std::string_view kind, Day day,
              const LinkRule& rule = {});

std::optional<Link> find_link(store::Tx& tx, RealmId realm, LinkId link);
std::vector<Link> links_from(store::Tx& tx, RealmId realm, PersonId person);
std::vector<Link> links_from(store::Tx& tx, RealmId realm, OrgId org);
std::vector<Link> links_to(store::Tx& tx, RealmId realm, PersonId person);
std::vector<Link> links_to(store::Tx& tx, RealmId realm, HouseholdId household);
std::vector<Link> links_to(store::Tx& tx, RealmId realm, AreaId area);

// How many households so many leaders can keep in touch with: 1,500 for 30 leaders with 5 and 10, or 300 when the ten count
// for the whole chain.
constexpr int household_room(int leaders, int members, int households, bool per_chain) {
  return leaders * (per_chain ? 1 : members) * households;
}

}  // namespace tongxin::people
