#include "people/links.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "people/sql.hpp"

namespace tongxin::people {
namespace {

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

void raise(store::Tx& tx, const Doing& doing) { tx.run(sql::kRaiseLinks, doing.realm); }

Household need_household(store::Tx& tx, RealmId realm, HouseholdId id) {
  auto found = find_household(tx, realm, id);
  if (!found) refuse(Code::not_found, "/household", "unknown", words("没有这户", "there is no such household"));
  return std::move(*found);
}

std::vector<Link> from_same(store::Tx& tx, RealmId realm, const Link& link) {
  return link.from_person ? links_from(tx, realm, link.from_person) : links_from(tx, realm, link.from_org);
}

std::vector<Link> to_same(store::Tx& tx, RealmId realm, const Link& link) {
  if (link.to_person) return links_to(tx, realm, link.to_person);
  return link.to_household ? links_to(tx, realm, link.to_household) : links_to(tx, realm, link.to_area);
}

// Of the same kind, active or waiting, and overlapping in days.
bool competes(const Link& held, const Link& wanted) {
  return held.id != wanted.id && held.kind == wanted.kind && held.state != LinkState::declined &&
         held.from != held.until && (wanted.until == 0 || held.from < wanted.until) &&
         (held.until == 0 || wanted.from < held.until);
}

bool same_target(const Link& a, const Link& b) {
  return a.to_person == b.to_person && a.to_household == b.to_household && a.to_area == b.to_area;
}

// Everybody whom the holder's own leader holds, the holder among them.
std::vector<PersonId> chain_of(store::Tx& tx, RealmId realm, const Link& link, std::string_view chain_kind) {
  const auto chained = [&](const Link& held) { return held.kind == chain_kind && live(held, link.from); };
  std::vector<PersonId> members{link.from_person};
  for (const Link& up : links_to(tx, realm, link.from_person)) {
    if (!chained(up) || !up.from_person) continue;
    for (const Link& down : links_from(tx, realm, up.from_person))
      if (chained(down) && down.to_person != link.from_person) members.push_back(down.to_person);
  }
  return members;
}

int held_already(store::Tx& tx, RealmId realm, const Link& link, const LinkRule& rule) {
  const auto count = [&](const std::vector<Link>& links) {
    return int(std::ranges::count_if(links, [&](const Link& held) { return competes(held, link); }));
  };
  if (rule.chain_kind.empty() || !link.from_person) return count(from_same(tx, realm, link));
  int sum = 0;
  for (const PersonId member : chain_of(tx, realm, link, rule.chain_kind)) sum += count(links_from(tx, realm, member));
  return sum;
}

void need_sides(const Link& link) {
  if (bool(link.from_person) == bool(link.from_org))
    refuse(Code::invalid, "/from_person", "required",
           words("联系的一方应是一个人或一个组织", "one side of a link is a person or an organisation"));
  if (int(bool(link.to_person)) + int(bool(link.to_household)) + int(bool(link.to_area)) != 1)
    refuse(Code::invalid, "/to_person", "required",
           words("联系的另一方应是一个人、一户或一个区域",
                 "the other side of a link is a person, a household or an area"));
  if (!is_day(link.from) || (link.until != 0 && (!is_day(link.until) || link.until <= link.from)))
    refuse(Code::invalid, "/from", "format", words("联系的起止日期无效", "the days of the link are wrong"));
}

void need_persons(store::Tx& tx, RealmId realm, const Link& link) {
  for (const PersonId id : {link.from_person, link.to_person}) {
    if (!id) continue;
    const auto person = tx.one<Person>(sql::kPerson, realm, id);
    if (!person || person->erased)
      refuse(Code::not_found, "/person", "unknown",
             words("没有编号为 {} 的人员", "there is no person with the id {}", to_text(id)));
  }
  if (link.from_org && !tx.one<Org>(sql::kOrg, realm, link.from_org))
    refuse(Code::not_found, "/from_org", "unknown", words("没有这个组织", "there is no such organisation"));
  if (link.to_household && need_household(tx, realm, link.to_household).wish == ContactWish::declined)
    refuse(Code::not_now, "/to_household", "declined",
           words("该户已表示不需要联系人", "this household has said that it wants no contact"));
}

void check(store::Tx& tx, const Doing& doing, const Link& link, const LinkRule& rule) {
  need_persons(tx, doing.realm, link);
  for (const Link& held : from_same(tx, doing.realm, link))
    if (competes(held, link) && same_target(held, link))
      refuse(Code::conflict, "/to_person", "duplicate", words("已有同样的联系", "there is such a link already"));
  if (rule.one_contact)
    for (const Link& held : to_same(tx, doing.realm, link))
      if (competes(held, link))
        refuse(Code::not_now, "/to_person", "one_contact",
               words("对方已有一名联系人；规定：{}", "there is a contact already; the rule: {}", rule.say.zh,
                     rule.say.en));
  if (rule.most == 0) return;
  const int held = held_already(tx, doing.realm, link, rule);
  if (held >= rule.most)
    refuse(Code::not_now, "/from_person", "capacity",
           {fmt::format("已有 {} 个联系对象，最多 {} 个；规定：{}", held, rule.most, rule.say.zh),
            fmt::format("{} are linked already and {} is the most; the rule: {}", held, rule.most, rule.say.en)});
}

}  // namespace

// --- households

HouseholdId add_household(store::Tx& tx, const Doing& doing, Household household) {
  household.unit = std::string(trim(household.unit));
  if (household.unit.empty() || !is_one_line(household.unit) || count_code_points(household.unit) > 60)
    refuse(Code::invalid, "/unit", "length",
           words("门牌应是一行不超过 60 个字的文字", "the unit must be one line of at most 60 characters"));
  if (!household.area)
    refuse(Code::invalid, "/area", "required", words("请写明楼栋或网格", "say the building or grid"));
  raise(tx, doing);
  if (find_household(tx, doing.realm, household.area, household.unit))
    refuse(Code::conflict, "/unit", "duplicate",
           words("该处已有门牌 {}", "there is a household {} already", household.unit));
  if (!household.id) household.id = doing.ids.make<HouseholdId>();
  tx.run(sql::kAddHousehold, doing.realm, household.id, household.area, household.unit, household.wish);
  audit(tx, doing, "household.add", household.id.value);
  return household.id;
}

std::optional<Household> find_household(store::Tx& tx, RealmId realm, HouseholdId household) {
  return tx.one<Household>(sql::kHousehold, realm, household);
}

std::optional<Household> find_household(store::Tx& tx, RealmId realm, AreaId area, std::string_view unit) {
  return tx.one<Household>(sql::kHouseholdAt, realm, area, unit);
}

std::vector<Household> households_in(store::Tx& tx, RealmId realm, AreaId area) {
  return tx.all<Household>(sql::kHouseholdsIn, realm, area);
}

std::vector<Household> uncovered_households(store::Tx& tx, RealmId realm, AreaId area, std::string_view kind, Day day) {
  return tx.all<Household>(sql::kUncovered, realm, area, kind, day);
}

void decline_contact(store::Tx& tx, const Doing& doing, HouseholdId id) {
  raise(tx, doing);
  need_household(tx, doing.realm, id);
  for (const Link& link : links_to(tx, doing.realm, id)) {
    if (link.until != 0 && link.until <= doing.today()) continue;
    const LinkState state = link.state == LinkState::proposed ? LinkState::declined : link.state;
    tx.run(sql::kEndLink, doing.realm, link.id, std::max(link.from, doing.today()), state);
  }
  tx.run(sql::kWish, doing.realm, id, ContactWish::declined);
  audit(tx, doing, "household.decline", id.value);
}

void welcome_contact(store::Tx& tx, const Doing& doing, HouseholdId id) {
  raise(tx, doing);
  need_household(tx, doing.realm, id);
  tx.run(sql::kWish, doing.realm, id, ContactWish::welcome);
  audit(tx, doing, "household.welcome", id.value);
}

// --- links

LinkId add_link(store::Tx& tx, const Doing& doing, Link link, const LinkRule& rule) {
  need_sides(link);
  raise(tx, doing);
  if (!link.id) link.id = doing.ids.make<LinkId>();
  check(tx, doing, link, rule);
  tx.run(sql::kAddLink, doing.realm, link.id, link.kind, link.from_person, link.from_org, link.to_person,
         link.to_household, link.to_area, link.from, link.until, link.state);
  audit(tx, doing, "link.add", link.id.value);
  return link.id;
}

void end_link(store::Tx& tx, const Doing& doing, LinkId id, Day until) {
  raise(tx, doing);
  const auto link = tx.one<Link>(sql::kLink, doing.realm, id);
  if (!link) refuse(Code::not_found, "/id", "unknown", words("没有这个联系", "there is no such link"));
  if (!is_day(until) || until < link->from || (link->until != 0 && until > link->until))
    refuse(Code::invalid, "/until", "range",
           words("结束日期应不早于 {}，且不晚于原定结束日",
                 "the end must not be before {} nor after the end already set", to_day_text(link->from)));
  tx.run(sql::kEndLink, doing.realm, id, until, link->state);
  audit(tx, doing, "link.end", id.value);
}

void answer_link(store::Tx& tx, const Doing& doing, LinkId id, bool accept, const LinkRule& rule) {
  raise(tx, doing);
  const auto link = tx.one<Link>(sql::kLink, doing.realm, id);
  if (!link || link->state != LinkState::proposed)
    refuse(Code::not_now, "/id", "state", words("没有等待答复的联系", "no such link waits for an answer"));
  if (accept) check(tx, doing, *link, rule);
  tx.run(sql::kEndLink, doing.realm, id, link->until, accept ? LinkState::active : LinkState::declined);
  audit(tx, doing, accept ? "link.accept" : "link.decline", id.value);
}

int hand_over(store::Tx& tx, const Doing& doing, PersonId from, PersonId to, std::string_view kind, Day day,
              const LinkRule& rule) {
  int count = 0;
  for (const Link& link : links_from(tx, doing.realm, from)) {
    if (link.kind != kind || !live(link, day)) continue;
    end_link(tx, doing, link.id, day);
    Link next = link;
    next.id = {};
    next.from_person = to;
    next.from = day;
    add_link(tx, doing, next, rule);
    ++count;
  }
  return count;
}

std::optional<Link> find_link(store::Tx& tx, RealmId realm, LinkId link) {
  return tx.one<Link>(sql::kLink, realm, link);
}
std::vector<Link> links_from(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<Link>(sql::kLinksFromPerson, realm, person);
}
std::vector<Link> links_from(store::Tx& tx, RealmId realm, OrgId org) {
  return tx.all<Link>(sql::kLinksFromOrg, realm, org);
}
std::vector<Link> links_to(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<Link>(sql::kLinksToPerson, realm, person);
}
std::vector<Link> links_to(store::Tx& tx, RealmId realm, HouseholdId household) {
  return tx.all<Link>(sql::kLinksToHousehold, realm, household);
}
std::vector<Link> links_to(store::Tx& tx, RealmId realm, AreaId area) {
  return tx.all<Link>(sql::kLinksToArea, realm, area);
}

}  // namespace tongxin::people
