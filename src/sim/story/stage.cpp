#include "sim/story/stage.hpp"

#include <algorithm>
#include <cmath>

#include "aspect/all.hpp"
#include "record/sql.hpp"
#include "sim/ringing.hpp"

namespace tongxin::sim::story {
namespace {

namespace json = boost::json;
using record::Record;
using store::Sql;
using store::Tx;

constexpr Sql kAddFile{"story_file",
                       "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, view_hash, "
                       "thumb_hash, open) VALUES ($1,$2,0,0,$3,$4,'image/jpeg',1000,$5,$5,$5,0)"};

template <class Map>
typename Map::mapped_type named(const Map& map, const Node& node, const Words& what) {
  const auto found = map.find(node.text);
  if (found == map.end())
    throw Wrong{
        node, {fmt::format("没有{}“{}”", what.zh, node.text), fmt::format("there is no {} '{}'", what.en, node.text)}};
  return found->second;
}

// ── words for what is stored ──
template <class Map, class I>
std::string name_in(const Map& map, I id) {
  for (const auto& [name, each] : map)
    if (each == id) return name;
  return id ? "?" : "nobody";
}

json::value plain(const Node& node) {
  if (node.kind == Node::Kind::nothing) return nullptr;
  if (node.kind == Node::Kind::list) {
    json::array items;
    for (const Node& item : node.items) items.push_back(plain(item));
    return items;
  }
  if (!node.quoted && (node.text == "true" || node.text == "false")) return node.text == "true";
  if (!node.quoted && !node.text.empty() && node.text.find_first_not_of("0123456789-") == std::string::npos &&
      node.text != "-")
    return std::int64_t(std::atoll(node.text.c_str()));
  if (!node.quoted && !node.text.empty() && node.text.find_first_not_of("0123456789-.") == std::string::npos)
    return std::strtod(node.text.c_str(), nullptr);
  return json::value(node.text);
}

}  // namespace

Stage::Stage(store::Store& on, std::shared_ptr<const pack::Library> with, std::uint64_t seed)
    : store(on),
      library(std::move(with)),
      clock(from_millis(1767225600000 + std::int64_t(seed) * 7919)),
      ids(clock, seed),
      vault(people::Vault::for_this_process()),
      worlds(library),
      engine(worlds, ids, vault, aspect::all()),
      realm(ids.make<RealmId>()) {}

void Stage::run_until(Time until) {
  int rung = 0;
  ring_until(store, engine, realm, clock, until, [&](const auto& due) {
    if (++rung > 100'000) throw std::logic_error("the story's alarms never end");
    store.write([&](Tx& tx) { engine.wake(tx, realm, due, clock.now()); });
  });
  clock.set(until);
}

PersonId Stage::person(const Node& node) const { return named(names.people, node, {"人", "person"}); }

OrgId Stage::org(const Node& node) const { return named(names.orgs, node, {"组织", "organisation"}); }

AreaId Stage::area(const Node& node) const { return named(names.areas, node, {"区域", "area"}); }

RecordId Stage::record_of(const Node& node, const char* key) const {
  const Node* found = node.find(key);
  if (found == nullptr) throw Wrong{node, words("缺少 {}", "{} is missing", key)};
  return named(records, *found, {"事项", "record"});
}

const pack::Kind& Stage::kind_of(const Node& node) const {
  const pack::Kind* kind = library->kind(text_of(node, "kind"));
  if (kind == nullptr) throw Wrong{node, words("没有类型“{}”", "there is no kind '{}'", text_of(node, "kind"))};
  return *kind;
}

Day Stage::day_or(const Node& node, const char* key, Day otherwise) const {
  const Node* found = node.find(key);
  Day day = otherwise;
  if (found != nullptr && !parse_day(found->text, day)) throw Wrong{*found, words("应为日期", "expected a date")};
  return day;
}

// `code:x` is whoever holds the follow code that came with x: found by the code itself, as a stranger would.
record::Actor Stage::actor_of(const Node& node) {
  const Node* as = node.find("as");
  if (as == nullptr || as->text == "nobody") return {};
  if (as->text == "system") return record::Actor::clock();
  if (as->text.starts_with("code:")) {
    const std::string name = as->text.substr(5);
    const auto kept = codes.find(name);
    const auto followed = kept == codes.end()
                              ? std::nullopt
                              : store.read([&](Tx& tx) { return record::follow(tx, realm, kept->second); });
    if (!followed) throw Wrong{*as, words("“{}”没有查询码", "'{}' came without a follow code", name)};
    return {.person = {}, .system = false, .follows = *followed};
  }
  return {.person = person(*as), .system = false, .follows = {}};
}

// A form as people write it: names of people, organisations, places and saved records instead of ids.
json::object Stage::form(Tx& tx, const pack::Form& described, const Node* node) {
  json::object form;
  if (node == nullptr) return form;
  for (const auto& entry : node->entries) {
    const pack::Field* field = described.find(entry.key);
    form[entry.key] = field == nullptr ? plain(entry.value) : value(tx, *field, entry.value);
  }
  return form;
}

json::value Stage::value(Tx& tx, const pack::Field& field, const Node& node) {
  using T = pack::FieldType;
  if (node.kind == Node::Kind::list && field.type != T::files) {
    json::array items;
    for (const Node& item : node.items) items.push_back(single(field, item));
    return items;
  }
  if (field.type == T::files) {
    json::array files;
    for (const Node& item : node.items) {
      const FileId id = ids.make<FileId>();
      tx.run(kAddFile, realm, id, clock.now(), item.text, std::string(64, '0'));
      files.push_back(json::string(to_text(id)));
    }
    return files;
  }
  return single(field, node);
}

json::value Stage::single(const pack::Field& field, const Node& node) const {
  using T = pack::FieldType;
  const auto id_or_text = [&](const auto& map) {
    const auto found = map.find(node.text);
    return json::value(found == map.end() ? node.text : to_text(found->second));
  };
  switch (field.type) {
    case T::person: return id_or_text(names.people);
    case T::org:
    case T::orgs: return id_or_text(names.orgs);
    case T::area: return id_or_text(names.areas);
    case T::record:
    case T::records: return id_or_text(records);
    case T::integer:
    case T::money:
    case T::stars:
    case T::number:
    case T::flag: return plain(node);
    default: return json::value(node.text);
  }
}

std::string Stage::code_of(OrgId id) const { return name_in(names.orgs, id); }

std::string Stage::alias_of(PersonId id) const { return name_in(names.people, id); }

std::string Stage::area_code(AreaId id) const { return name_in(names.areas, id); }

std::string Stage::saved_name(RecordId id) const { return name_in(records, id); }

std::string Stage::level_of(AreaId id) {
  return store.read([&](Tx& tx) {
    const auto world = worlds.current(tx, realm);
    const place::Area* found = world->atlas->find(id);
    return found == nullptr ? std::string("none") : found->level;
  });
}

std::string Stage::field_text(const json::object& data, const std::string& name) const {
  const json::value* value = data.if_contains(name);
  if (value == nullptr || value->is_null()) return "none";
  if (value->is_double()) return fmt::format("{}", value->as_double());
  if (!value->is_string()) return json::serialize(*value);
  const std::string text(value->as_string());
  for (const auto& [alias, id] : names.people)
    if (to_text(id) == text) return alias;
  for (const auto& [alias, id] : names.orgs)
    if (to_text(id) == text) return alias;
  for (const auto& [alias, id] : names.areas)
    if (to_text(id) == text) return alias;
  return text;
}

void Stage::compare_refusal(const Node& step, const Fault& fault) {
  const Node* refused = step.find("refused");
  if (refused == nullptr) throw;
  if (refused->text != meaning(fault.code()).name)
    throw Wrong{*refused, words("应以 {} 拒绝，实为 {}：{}", "expected refusal {}, got {}: {}", refused->text,
                                meaning(fault.code()).name, std::string(fault.what()))};
  const Node* says = step.find("says");
  std::string all = fault.say().zh;
  for (const Complaint& complaint : fault.complaints()) all += "\n" + complaint.at + " " + complaint.say.zh;
  if (says != nullptr && all.find(says->text) == std::string::npos)
    throw Wrong{*says, words("拒绝时应说“{}”，实为“{}”", "the refusal should say '{}', it says '{}'", says->text, all)};
}

Record Stage::load(RecordId id) {
  const auto record = store.read([&](Tx& tx) { return engine.find(tx, realm, id); });
  if (!record) throw Fault(Code::internal, words("事项不见了", "the record is gone"));
  return *record;
}

// ── reading nodes ──
std::string text_of(const Node& node, const char* key, const std::string& otherwise) {
  const Node* found = node.find(key);
  return found == nullptr ? otherwise : found->text;
}

void check_keys(const Node& step, std::initializer_list<std::string_view> known) {
  for (const auto& entry : step.entries)
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      throw Wrong{entry.value, words("这一步没有“{}”", "this step knows no '{}'", entry.key)};
}

void same(const Node& wanted, const std::string& is) {
  if (wanted.text != is) throw Wrong{wanted, words("应为“{}”，实为“{}”", "expected '{}', got '{}'", wanted.text, is)};
}

void same_list(const Node& wanted, std::vector<std::string> is) {
  std::vector<std::string> expected;
  for (const Node& item : wanted.items) expected.push_back(item.text);
  std::sort(expected.begin(), expected.end());
  std::sort(is.begin(), is.end());
  if (expected != is)
    throw Wrong{wanted, words("应为 [{}]，实为 [{}]", "expected [{}], got [{}]",
                              fmt::format("{}", fmt::join(expected, ", ")), fmt::format("{}", fmt::join(is, ", ")))};
}

void near(const Node& wanted, double value) {
  const double expected = std::strtod(wanted.text.c_str(), nullptr);
  if (std::abs(expected - value) > 0.0005 + std::abs(expected) * 1e-9)
    throw Wrong{wanted, words("应为 {}，实为 {}", "expected {}, got {}", wanted.text, value)};
}

}  // namespace tongxin::sim::story
