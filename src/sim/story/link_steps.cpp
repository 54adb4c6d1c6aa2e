// Steps about standing bonds: households, links, who is covered, who carries how many.
#include "aspect/links/links.hpp"
#include "sim/story/steps.hpp"

namespace tongxin::sim::story {
namespace {

using store::Tx;
namespace links = aspect::links;

// A household is named by where it is: {area: B0101, unit: 1单元101}. Written so the first time, it is made.
HouseholdId household_at(Stage& stage, Tx& tx, const Node& node) {
  const AreaId area = stage.area(*node.find("area"));
  const std::string unit = text_of(node, "unit");
  if (const auto found = people::find_household(tx, stage.realm, area, unit)) return found->id;
  return people::add_household(tx, stage.doing(), {.id = {}, .area = area, .unit = unit});
}

people::Link link_of(Stage& stage, Tx& tx, const Node& node) {
  people::Link link;
  link.kind = text_of(node, "kind");
  link.from_person = stage.person(*node.find("from"));
  if (const Node* person = node.find("person")) link.to_person = stage.person(*person);
  if (const Node* at = node.find("household")) link.to_household = household_at(stage, tx, *at);
  if (const Node* to = node.find("area")) link.to_area = stage.area(*to);
  link.from = stage.day_or(node, "since", stage.today());
  return link;
}

// {households: {area, count: 5, unit: '{n}室'}}
void households(Stage& stage, const Node& step) {
  const Node& node = *step.find("households");
  stage.store.write([&](Tx& tx) {
    for (int n = 1; n <= std::atoi(text_of(node, "count", "1").c_str()); ++n)
      people::add_household(tx, stage.doing(),
                            {.id = {}, .area = stage.area(*node.find("area")), .unit = std::to_string(n) + "室"});
  });
}

void link(Stage& stage, const Node& step) {
  const Node& node = *step.find("link");
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      const auto wanted = link_of(stage, tx, node);
      people::add_link(tx, stage.doing(), wanted, links::rule_of(*stage.library, wanted.kind));
    });
  });
}

void decline(Stage& stage, const Node& step) {
  const Node& node = *step.find("decline_contact");
  stage.store.write([&](Tx& tx) { people::decline_contact(tx, stage.doing(), household_at(stage, tx, node)); });
}

void hand_over(Stage& stage, const Node& step) {
  const Node& node = *step.find("hand_over");
  stage.change(step, [&] {
    const int moved = stage.store.write([&](Tx& tx) {
      const std::string kind = text_of(node, "kind");
      return people::hand_over(tx, stage.doing(), stage.person(*node.find("from")), stage.person(*node.find("to")),
                               kind, stage.today(), links::rule_of(*stage.library, kind));
    });
    if (const Node* is = node.find("is")) same(*is, std::to_string(moved));
  });
}

// {coverage: {area, kind, households, covered, declined, uncovered}}
void coverage(Stage& stage, const Node& step) {
  const Node& node = *step.find("coverage");
  stage.store.read([&](Tx& tx) {
    const auto sum = links::coverage(tx, *stage.worlds.current(tx, stage.realm), stage.area(*node.find("area")),
                                     text_of(node, "kind"), stage.today());
    for (const auto& [key, is] :
         {std::pair{"households", sum.households}, std::pair{"covered", sum.covered},
          std::pair{"declined", sum.declined}, std::pair{"uncovered", std::int64_t(sum.uncovered.size())}})
      if (const Node* wanted = node.find(key)) same(*wanted, std::to_string(is));
  });
}

// {load: {kind, person, is, people}}
void load(Stage& stage, const Node& step) {
  const Node& node = *step.find("load");
  stage.store.read([&](Tx& tx) {
    const auto all = links::loads(tx, stage.realm, text_of(node, "kind"), stage.today());
    if (const Node* people = node.find("people")) same(*people, std::to_string(all.size()));
    if (const Node* person = node.find("person")) {
      std::int64_t is = 0;
      for (const auto& each : all)
        if (each.person == stage.person(*person)) is = each.links;
      same(*node.find("is"), std::to_string(is));
    }
  });
}

// {contact: {kind, area or household, is: person}}: exactly one
void contact(Stage& stage, const Node& step) {
  const Node& node = *step.find("contact");
  std::vector<std::string> names;
  stage.store.write([&](Tx& tx) {
    names.clear();
    const Node* at = node.find("household");
    const auto all = at != nullptr ? people::links_to(tx, stage.realm, household_at(stage, tx, *at))
                                   : people::links_to(tx, stage.realm, stage.area(*node.find("area")));
    for (const auto& each : all)
      if (each.kind == text_of(node, "kind") && people::live(each, stage.today()))
        names.push_back(stage.alias_of(each.from_person));
  });
  same(*node.find("is"), names.size() == 1 ? names.front() : std::to_string(names.size()) + " contacts");
}

}  // namespace

void add_link_steps(Steps& steps) {
  steps["households"] = households;
  steps["link"] = link;
  steps["decline_contact"] = decline;
  steps["hand_over"] = hand_over;
  steps["coverage"] = coverage;
  steps["load"] = load;
  steps["contact"] = contact;
}

}  // namespace tongxin::sim::story
