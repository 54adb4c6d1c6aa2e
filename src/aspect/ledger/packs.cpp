// The block `ledgers` of pack.yaml, the signatures of the effects, and the facts of a kind.
#include "aspect/ledger/inside.hpp"
#include "aspect/ledger/ledger.hpp"
#include "aspect/ledger/schema.hpp"

namespace tongxin::ledger {
namespace {

using pack::ArgumentKind;
using pack::Node;
using pack::Reader;
using pack::Reading;

struct Unit {
  const char* code;
  Words label;
};
const Unit kUnits[] = {{"fen", {"元", "yuan"}},
                       {"points", {"分", "point | points"}},
                       {"hours", {"小时", "hour | hours"}},
                       {"meals", {"份", "meal | meals"}},
                       {"pieces", {"件", "piece | pieces"}}};

std::vector<std::string> role_names(const pack::Library& library) {
  std::vector<std::string> names;
  for (const pack::Named& role : library.roles) names.push_back(role.name);
  return names;
}

std::vector<std::string> read_roles(Reader& reader, const char* key, Reading& reading) {
  std::vector<std::string> roles;
  const Node* node = reader.optional(key);
  if (node == nullptr) return roles;
  const auto take = [&](const Node& item) {
    pack::check_name(item, item.text, role_names(reading.library), {"角色", "role"}, reading.complaints);
    roles.push_back(item.text);
  };
  if (node->kind == Node::Kind::scalar) take(*node);
  for (const Node& item : node->items) take(item);
  return roles;
}

AccountType read_account(const Node::Entry& entry, const Ledger& ledger, Reading& reading) {
  Reader reader(entry.value, reading.complaints);
  AccountType type;
  type.name = entry.key;
  type.label = reader.words("name");
  const std::string of = reader.one_of("of", {"realm", "person", "org", "record", "area"});
  for (const Owner each : {Owner::realm, Owner::person, Owner::org, Owner::record, Owner::area})
    if (of == name_of(each)) type.of = each;
  if (const Node* level = reader.optional("level")) {
    std::vector<std::string> levels;
    for (const pack::Level& each : reading.library.levels) levels.push_back(each.name);
    pack::check_name(*level, level->text, levels, {"层级", "level"}, reading.complaints);
    type.level = level->text;
  }
  type.source = reader.flag_or("source", false);
  type.least = reader.optional_integer("least");
  type.most = reader.optional_integer("most");
  type.seen_by = read_roles(reader, "seen_by", reading);
  type.open = reader.flag_or("public", false);
  if (type.open && type.of == Owner::person)
    reader.complain(entry.value, "contradiction", words("个人账户不能公开", "an account of a person cannot be public"));
  if (ledger.points && type.of == Owner::person && !type.least) type.least = 0;  // nobody owes points
  return type;
}

void read_unit(Reader& reader, Ledger& ledger) {
  ledger.unit_code = reader.text("unit");
  for (const Unit& unit : kUnits)
    if (ledger.unit_code == unit.code) ledger.unit = unit.label;
  if (const auto words = reader.optional_words("unit_name")) ledger.unit = *words;
  if (ledger.unit.zh.empty()) ledger.unit = {ledger.unit_code, ledger.unit_code};
  constexpr std::string_view kOr = " | ";  // donor | donors: what English calls one, and what it calls many
  if (const std::size_t at = ledger.unit.en.find(kOr); at != std::string::npos) {
    ledger.one = ledger.unit.en.substr(0, at);
    ledger.unit.en.erase(0, at + kOr.size());
  }
}

const Node* text_argument(const Node& arguments, const char* name) { return arguments.find(name); }

// `post: {ledger: points, from: issued, to: purse}`: the ledger and its accounts exist.
void check_accounts(const Node& arguments, Reading& reading) {
  const Node* named = text_argument(arguments, "ledger");
  if (named == nullptr) return;  // complained of already
  const Ledgers& ledgers = ledgers_of(reading.library);
  std::vector<std::string> known;
  for (const auto& [name, ledger] : ledgers.all) known.push_back(name);
  pack::check_name(*named, named->text, known, {"账本", "ledger"}, reading.complaints);
  const Ledger* ledger = ledgers.find(named->text);
  if (ledger == nullptr) return;
  std::vector<std::string> accounts;
  for (const AccountType& type : ledger->accounts) accounts.push_back(type.name);
  for (const char* side : {"from", "to"}) {
    const Node* account = text_argument(arguments, side);
    if (account == nullptr) continue;
    pack::check_name(*account, account->text, accounts, {"账户", "account"}, reading.complaints);
    const AccountType* type = ledger->account(account->text);
    const std::string of = std::string(side) + "_of";
    const Node* owner = text_argument(arguments, of.c_str());
    if (type != nullptr && type->of == Owner::realm && owner != nullptr)
      reading.complaints.push_back(
          {owner->at(), "contradiction",
           words("账户“{}”归整个系统，不写 {}", "the account '{}' is the realm's; leave out {}", type->name, of)});
  }
}

// capture and release name a hold that the same kind reserves.
void collect_holds(const Node& node, std::vector<std::string>& holds) {
  for (const auto& entry : node.entries) {
    if (entry.key == "reserve")
      if (const Node* hold = entry.value.find("hold")) holds.push_back(hold->text);
    collect_holds(entry.value, holds);
  }
  for (const Node& item : node.items) collect_holds(item, holds);
}
void check_hold(const Node& arguments, Reading& reading) {
  const Node* hold = arguments.kind == Node::Kind::map ? arguments.find("hold") : &arguments;
  if (hold == nullptr || reading.document == nullptr) return;
  std::vector<std::string> known;
  collect_holds(*reading.document, known);
  pack::check_name(*hold, hold->text, known, {"预留", "hold"}, reading.complaints);
}

void check_undone(const Node& arguments, Reading& reading) {
  if (reading.document == nullptr) return;
  std::vector<std::string> known{"create"};
  if (const Node* actions = reading.document->find("actions"))
    for (const auto& entry : actions->entries) known.push_back(entry.key);
  pack::check_name(arguments, arguments.text, known, {"动作", "action"}, reading.complaints);
}

}  // namespace

const char* name_of(Owner owner) {
  static constexpr const char* kNames[] = {"realm", "person", "org", "record", "area"};
  return kNames[std::size_t(owner)];
}

const AccountType* Ledger::account(std::string_view wanted) const {
  for (const AccountType& type : accounts)
    if (type.name == wanted) return &type;
  return nullptr;
}

const Ledger* Ledgers::find(std::string_view name) const {
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

const Ledgers& ledgers_of(const pack::Library& library) {
  static const Ledgers kNone;
  const auto found = library.aspects.find("ledger");
  return found == library.aspects.end() || !found->second ? kNone : *static_cast<const Ledgers*>(found->second.get());
}

const Ledger& ledger_of(const pack::Library& library, std::string_view name) {
  const Ledger* ledger = ledgers_of(library).find(name);
  if (ledger == nullptr) throw Fault(Code::not_found, words("没有账本“{}”", "there is no ledger '{}'", name));
  return *ledger;
}

namespace inside {

std::shared_ptr<const void> read_ledgers(const Node& block, std::shared_ptr<const void> so_far, Reading& reading) {
  auto ledgers = std::make_shared<Ledgers>();
  if (so_far) *ledgers = *static_cast<const Ledgers*>(so_far.get());
  for (const auto& entry : block.entries) {
    Reader reader(entry.value, reading.complaints);
    Ledger ledger;
    ledger.name = entry.key;
    ledger.pack = reading.pack;
    ledger.label = reader.words("name");
    read_unit(reader, ledger);
    ledger.points = ledger.unit_code == "points";
    for (const auto& account : reader.map("accounts"))
      ledger.accounts.push_back(read_account(account, ledger, reading));
    ledger.keepers = read_roles(reader, "keepers", reading);
    if (!ledgers->all.emplace(entry.key, std::move(ledger)).second)
      reader.complain(
          entry.at(), "duplicate",
          words("账本“{}”在另一个机制包里已经有了", "the ledger '{}' is already given by another pack", entry.key));
  }
  return ledgers;
}

std::vector<pack::EffectSignature> signatures() {
  using K = ArgumentKind;
  const std::vector<pack::ArgumentSignature> sides{
      {"ledger", K::text, true}, {"from", K::text, true},         {"from_of", K::expression}, {"to", K::text, true},
      {"to_of", K::expression},  {"amount", K::expression, true}, {"day", K::expression},     {"say", K::words}};
  auto post = sides;
  post.push_back({"once", K::flag});
  auto reserve = sides;
  reserve.push_back({"hold", K::text, true});
  return {
      {"post", post,
       "Moves an amount from one account to another; `once: true`: only while the other holds nothing yet.",
       check_accounts},
      {"reserve", reserve, "Holds an amount of an account for this record, under a name.", check_accounts},
      {"capture",
       {{"hold", K::text, true}, {"amount", K::expression}, {"day", K::expression}, {"say", K::words}},
       "Moves what was reserved, or a part of it.",
       check_hold},
      {"release", {{"value", K::text, true}}, "Lets go of what is still reserved under that name.", check_hold},
      {"reverse",
       {{"value", K::text, true}},
       "Undoes what an action of this record posted, by counter-entries.",
       check_undone},
      {"observable",
       {{"value", K::expression, true}},
       "Refuses a rule for points that names what points may not depend on: an opinion, a petition, relief, a school "
       "place."},
  };
}

std::vector<pack::AspectFact> facts_of(const Reading& reading) {
  std::vector<pack::AspectFact> facts;
  for (const auto& [name, ledger] : ledgers_of(reading.library).all) {
    if (ledger.points) continue;  // G5: no condition asks for a balance of points
    for (const AccountType& type : ledger.accounts) {
      const std::string fact = "ledger." + name + "." + type.name;
      facts.push_back(
          {fact, pack::Type::number, {ledger.label.zh + "·" + type.label.zh, ledger.label.en + ": " + type.label.en}});
      facts.push_back(
          {fact + ".free", pack::Type::number, {type.label.zh + "（未预留）", type.label.en + " not reserved"}});
    }
  }
  return facts;
}

}  // namespace inside

record::Aspect aspect() {
  record::Aspect ledger;
  ledger.words.name = "ledger";
  ledger.words.effects = inside::signatures();
  ledger.words.pack_block = "ledgers";
  ledger.words.read_pack = inside::read_ledgers;
  ledger.words.facts = inside::facts_of;
  ledger.words.check_kind = inside::check_points_kind;
  ledger.effects = inside::handlers();
  ledger.fact = inside::fact;
  ledger.migrations = kMigrations;
  ledger.verify = inside::verify;
  return ledger;
}

}  // namespace tongxin::ledger
