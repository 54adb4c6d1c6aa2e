#include "sim/fixture.hpp"

#include <fstream>
#include <sstream>

#include "people/persons.hpp"
#include "place/operations.hpp"

namespace tongxin::sim {
namespace {

using pack::Node;
using pack::Reader;
constexpr Day kBeginning = 20100101;  // stories go back to the years of their sources

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<Node> expanded(const Node* list) {
  std::vector<Node> items;
  if (list == nullptr) return items;
  for (const Node& item : list->items) {
    const Node* repeat = item.find("repeat");
    if (repeat == nullptr) {
      items.push_back(item);
      continue;
    }
    const int times = std::atoi(repeat->text.c_str());
    for (int n = 1; n <= times; ++n) {
      Node copy = with_number(item, n);
      std::erase_if(copy.entries, [](const Node::Entry& entry) { return entry.key == "repeat"; });
      items.push_back(std::move(copy));
    }
  }
  return items;
}

class Settling {
 public:
  Settling(store::Tx& tx, const people::Vault& vault, const people::Doing& doing, const pack::Library& library)
      : tx_(tx), vault_(vault), doing_(doing), library_(library) {}

  Names settle(const Node& fixture) {
    settle_areas(expanded(fixture.find("areas")));
    for (const Node& node : expanded(fixture.find("orgs"))) settle_org(node);
    if (const Node* people = fixture.find("people")) settle_people(*people);
    for (const Node& node : expanded(fixture.find("posts"))) settle_post(node);
    for (const Node& node : expanded(fixture.find("answers"))) settle_answer(node);
    if (!complaints_.empty()) {
      const Words say = words("故事的环境有 {} 处问题", "the fixture has {} problems", complaints_.size());
      throw Fault(Code::invalid, say, std::move(complaints_));
    }
    return std::move(names_);
  }

 private:
  void settle_areas(const std::vector<Node>& nodes) {
    std::vector<place::Area> areas;
    for (const Node& node : nodes) {
      Reader reader(node, complaints_);
      place::Area area;
      area.id = doing_.ids.make<AreaId>();
      area.code = reader.text("code");
      area.level = reader.text("level");
      area.name = reader.words("name").zh;
      area.from = kBeginning;
      area.order = int(areas.size());
      if (const auto parent = reader.optional_text("in"))
        area.parent = find(names_.areas, *parent, node, {"区域", "area"});
      if (const auto scheme = reader.optional_text("scheme"))
        area.attributes = fmt::format(R"({{"scheme":"{}"}})", *scheme);
      if (const Node* at = reader.optional("at"); at != nullptr && at->items.size() == 2) {
        area.lon = pack::read_number(at->items[0], complaints_);
        area.lat = pack::read_number(at->items[1], complaints_);
      }
      names_.areas[area.code] = area.id;
      areas.push_back(std::move(area));
    }
    const place::Edit edit{doing_.realm, doing_.actor, doing_.at, kBeginning, doing_.zone};
    if (complaints_.empty() && !areas.empty()) place::add_areas(tx_, edit, record::levels_of(library_), areas, {});
  }

  void settle_org(const Node& node) {
    Reader reader(node, complaints_);
    people::Org org;
    org.id = doing_.ids.make<OrgId>();
    org.code = reader.text("code");
    org.kind = reader.text("kind");
    org.name = reader.words("name").zh;
    org.from = kBeginning;
    if (library_.org_kind(org.kind) == nullptr)
      reader.complain(node, "unknown", words("没有组织类型“{}”", "there is no kind of organisation '{}'", org.kind));
    if (const auto parent = reader.optional_text("in"))
      org.parent = find(names_.orgs, *parent, node, {"组织", "organisation"});
    if (const auto area = reader.optional_text("area")) org.area = find(names_.areas, *area, node, {"区域", "area"});
    names_.orgs[org.code] = org.id;
    if (complaints_.empty()) people::add_org(tx_, doing_, org);
  }

  void settle_people(const Node& people) {
    const auto add = [&](const std::string& alias, const std::string& name) {
      people::NewPerson person;
      person.id = names_.people[alias] = doing_.ids.make<PersonId>();
      person.name = name;
      person.code = alias;
      person.purpose = "story";
      person.delete_after = 20991231;
      people::add_person(tx_, vault_, doing_, person);
    };
    for (const auto& entry : people.entries) add(entry.key, entry.value.text);
    for (const Node& node : expanded(&people)) {
      Reader reader(node, complaints_);
      add(reader.text("code"), reader.words("name").zh);
    }
  }

  void settle_post(const Node& node) {
    Reader reader(node, complaints_);
    people::Post post;
    post.id = doing_.ids.make<PostId>();
    post.person = find(names_.people, reader.text("person"), node, {"人", "person"});
    post.role = reader.text("role");
    post.org = find(names_.orgs, reader.text("org"), node, {"组织", "organisation"});
    post.area = find(names_.areas, reader.text("area"), node, {"区域", "area"});
    post.from = day(reader, "from", kBeginning);
    post.until = day(reader, "until", 0);
    if (library_.role(post.role) == nullptr)
      reader.complain(node, "unknown", words("没有角色“{}”", "there is no role '{}'", post.role));
    if (complaints_.empty()) people::appoint(tx_, doing_, post);
  }

  void settle_answer(const Node& node) {
    Reader reader(node, complaints_);
    people::NewResponsibility row;
    row.function = reader.text("function");
    row.area = find(names_.areas, reader.text("area"), node, {"区域", "area"});
    row.org = find(names_.orgs, reader.text("org"), node, {"组织", "organisation"});
    row.stage = reader.optional_text("stage").value_or("");
    row.role = reader.optional_text("role").value_or("");
    row.from = day(reader, "from", kBeginning);
    if (row.function != "*" && library_.function(row.function) == nullptr)
      reader.complain(node, "unknown", words("没有职能“{}”", "there is no function '{}'", row.function));
    if (complaints_.empty()) people::set_responsibility(tx_, doing_, row);
  }

  Day day(Reader& reader, const char* key, Day otherwise) {
    const auto text = reader.optional_text(key);
    Day day = otherwise;
    if (text && !parse_day(*text, day))
      reader.complain(reader.any(key), "format", words("应为日期", "expected a date"));
    return day;
  }

  template <class Map>
  typename Map::mapped_type find(const Map& map, const std::string& name, const Node& node, const Words& what) {
    const auto found = map.find(name);
    if (found != map.end()) return found->second;
    complaints_.push_back(
        {node.at(),
         "unknown",
         {fmt::format("没有{}“{}”", what.zh, name), fmt::format("there is no {} '{}'", what.en, name)}});
    return {};
  }

  store::Tx& tx_;
  const people::Vault& vault_;
  const people::Doing& doing_;
  const pack::Library& library_;
  std::vector<Complaint> complaints_;
  Names names_;
};

}  // namespace

Node with_number(const Node& node, int n) {
  Node copy = node;
  replace_all(copy.text, "{n}", std::to_string(n));
  replace_all(copy.text, "{n3}", fmt::format("{:03}", n));
  for (Node& item : copy.items) item = with_number(item, n);
  for (auto& entry : copy.entries) {
    entry.value = with_number(entry.value, n);
    replace_all(entry.key, "{n}", std::to_string(n));
  }
  return copy;
}

Names settle_fixture(store::Tx& tx, const people::Vault& vault, const people::Doing& doing,
                     const pack::Library& library, const Node& fixture) {
  return Settling(tx, vault, doing, library).settle(fixture);
}

Node read_fixture(const std::string& packs, const std::string& pack, const std::string& name) {
  namespace fs = std::filesystem;
  fs::path file = fs::path(packs) / pack / "worlds" / (name + ".yaml");
  if (!fs::exists(file)) file = fs::path(packs) / "base" / "worlds" / (name + ".yaml");
  if (!fs::exists(file))
    throw Fault(Code::invalid,
                words("没有环境“{}”（worlds/{}.yaml）", "there is no world '{}' (worlds/{}.yaml)", name, name));
  Node node = pack::parse_yaml(read_file(file), file.string());
  const Node* base = node.find("builds_on");
  if (base == nullptr) return node;
  Node whole = read_fixture(packs, "base", base->text);
  for (auto& entry : node.entries) {
    if (entry.key == "builds_on") continue;
    const auto same = std::find_if(whole.entries.begin(), whole.entries.end(),
                                   [&](const auto& each) { return each.key == entry.key; });
    if (same == whole.entries.end())
      whole.entries.push_back(entry);
    else {  // people are a map in one world and a list with repeats in another: both are kept
      same->value.items.insert(same->value.items.end(), entry.value.items.begin(), entry.value.items.end());
      same->value.entries.insert(same->value.entries.end(), entry.value.entries.begin(), entry.value.entries.end());
    }
  }
  return whole;
}

}  // namespace tongxin::sim
