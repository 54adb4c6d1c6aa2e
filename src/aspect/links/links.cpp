#include "aspect/links/links.hpp"

#include "record/change.hpp"

namespace tongxin::aspect::links {
namespace {

using pack::Node;
using pack::Reader;
using record::Change;
using store::Sql;

constexpr Sql kLoads{"link_loads",
                     "SELECT from_person, count(*) FROM links WHERE realm_id=$1 AND kind=$2 AND from_person > 0 AND "
                     "state=1 AND from_day <= $3 AND (until_day = 0 OR until_day > $3) GROUP BY from_person ORDER BY "
                     "count(*) DESC, from_person LIMIT 5000"};
constexpr Sql kWishes{"household_wishes",
                      "SELECT wish, count(*) FROM households WHERE realm_id=$1 AND area=$2 GROUP BY wish"};
constexpr Sql kStatements[] = {kLoads, kWishes};

struct Rule {
  std::string kind, chain;
  int most = 0;
  bool one_contact = false;
  Words say;
};
struct Rules {
  std::vector<Rule> list;
};

std::vector<std::string> link_kinds(const pack::Library& library) {
  std::vector<std::string> kinds;
  for (const pack::Named& each : library.link_kinds) kinds.push_back(each.name);
  return kinds;
}

std::shared_ptr<const void> read_rules(const Node& node, std::shared_ptr<const void> former, pack::Reading& reading) {
  auto rules = std::make_shared<Rules>();
  if (former) *rules = *static_cast<const Rules*>(former.get());
  for (const auto& entry : node.entries) {
    Reader reader(entry.value, reading.complaints);
    Rule rule;
    rule.kind = entry.key;
    Node named = entry.value;
    named.text = entry.key;
    pack::check_name(named, entry.key, link_kinds(reading.library), {"联系类型", "kind of link"}, reading.complaints);
    rule.most = int(reader.optional_integer("most", 1, 10'000).value_or(0));
    rule.one_contact = reader.flag_or("one_contact", false);
    if (const Node* chain = reader.optional("chain")) {
      rule.chain = chain->text;
      pack::check_name(*chain, chain->text, link_kinds(reading.library), {"联系类型", "kind of link"},
                       reading.complaints);
    }
    rule.say = reader.words("say");
    rules->list.push_back(std::move(rule));
  }
  return rules;
}

void check_visits(const Node& arguments, pack::Reading& reading) {
  if (const Node* kind = arguments.find("links"))
    pack::check_name(*kind, kind->text, link_kinds(reading.library), {"联系类型", "kind of link"}, reading.complaints);
}

// A child for every live link of the person: it lies where the household or area lies, and is the person's own.
void visits(Change& change, const pack::Effect& effect) {
  PersonId holder;
  parse(change.text(*effect.find("of")->expression), holder);
  const std::string& kind = effect.find("links")->text;
  for (const people::Link& link : people::links_from(change.tx, change.realm, holder)) {
    if (link.kind != kind || !people::live(link, change.today())) continue;
    record::Draft draft;
    draft.kind = effect.find("kind")->text;
    draft.parent = change.record.id;
    draft.source = "system";
    draft.area = link.to_area ? link.to_area : change.record.area;
    draft.form["visitor"] = to_text(holder);
    if (link.to_person) draft.form["person"] = to_text(link.to_person);
    if (const auto household =
            link.to_household ? people::find_household(change.tx, change.realm, link.to_household) : std::nullopt) {
      draft.area = household->area;
      draft.form["household"] = to_text(household->id);
      draft.form["unit"] = household->unit;
    }
    if (const pack::Argument* form = effect.find("form"))
      for (const auto& [name, expression] : form->mapping)
        if (auto value = pack::to_json(change.value(expression)); !value.is_null()) draft.form[name] = std::move(value);
    const pack::Form& wanted = change.world->kind(draft.kind).form;
    for (const char* name : {"visitor", "person", "household", "unit"})
      if (wanted.find(name) == nullptr) draft.form.erase(name);
    change.births.push_back(std::move(draft));
  }
}

void add_area(store::Tx& tx, RealmId realm, AreaId area, std::string_view kind, Day day, Coverage& sum) {
  constexpr std::size_t kMost = 2000;
  std::int64_t welcome = 0;
  tx.each(
      kWishes,
      [&](const store::Row& row) {
        sum.households += row.integer(1);
        (row.integer(0) == 0 ? welcome : sum.declined) += row.integer(1);
      },
      realm, area);
  if (welcome == 0) return;
  auto uncovered = people::uncovered_households(tx, realm, area, kind, day);
  sum.covered += welcome - std::ssize(uncovered);
  for (people::Household& each : uncovered)
    if (sum.uncovered.size() < kMost) sum.uncovered.push_back(std::move(each));
}

}  // namespace

people::LinkRule rule_of(const pack::Library& library, std::string_view kind) {
  const auto found = library.aspects.find("links");
  if (found != library.aspects.end())
    for (const Rule& rule : static_cast<const Rules*>(found->second.get())->list)
      if (rule.kind == kind) return {rule.most, rule.one_contact, rule.chain, rule.say};
  return {};
}

std::vector<Load> loads(store::Tx& tx, RealmId realm, std::string_view kind, Day day) {
  return tx.all<Load>(kLoads, realm, kind, day);
}

Coverage coverage(store::Tx& tx, const record::World& world, AreaId area, std::string_view kind, Day day) {
  Coverage sum;
  add_area(tx, world.realm, area, kind, day, sum);
  for (const AreaId below : world.atlas->below(area)) add_area(tx, world.realm, below, kind, day, sum);
  return sum;
}

record::Aspect aspect() {
  using K = pack::ArgumentKind;
  record::Aspect described;
  described.words.name = described.words.pack_block = "links";
  described.words.read_pack = read_rules;
  described.words.effects = {
      {"visits",
       {{"kind", K::kind, true}, {"links", K::text, true}, {"of", K::expression, true}, {"form", K::mapping}},
       "A record below this one for every live link of a person: where the household or area lies, with those of "
       "visitor, person, household, unit that its form has.",
       check_visits}};
  described.effects = {{"visits", visits}};
  return described;
}

std::span<const store::Sql> statements() { return kStatements; }

}  // namespace tongxin::aspect::links
