#include "aspect/roster/section.hpp"

#include "aspect/duty.hpp"

namespace tongxin::aspect::roster {
namespace {

using pack::Node;
using pack::Reader;

std::vector<std::string> names_of(const Node* map) {
  std::vector<std::string> names;
  if (map != nullptr)
    for (const auto& entry : map->entries) names.push_back(entry.key);
  return names;
}

std::vector<const Node*> items_of(const Node* node) {
  std::vector<const Node*> items;
  if (node == nullptr) return items;
  if (node->kind != Node::Kind::list) return {node};
  for (const Node& item : node->items) items.push_back(&item);
  return items;
}

class SectionBuilder {
 public:
  SectionBuilder(const Node& node, pack::Reading& reading) : reading_(reading), reader_(node, reading.complaints) {}

  std::shared_ptr<const Section> build() {
    section_->takes = reading_.names->who(reader_.list("takes"));
    section_->organises = reading_.names->who(reader_.list("organises"));
    for (const auto& entry : reader_.map("slots")) section_->posts.push_back(read_post(entry));
    read_pool();
    section_->fill = reader_.optional_parsed("fill", natural_length);
    section_->most = reader_.optional_parsed("most", natural_length);
    section_->rest = reader_.optional_parsed("rest", natural_length).value_or(milliseconds{0});
    section_->closes = reader_.optional_parsed("closes", natural_length).value_or(milliseconds{0});
    if (const Node* node = reader_.optional("empty")) {
      Reader empty(*node, reading_.complaints);
      section_->empty_before = empty.parsed("before", natural_length);
      section_->empty_action = reading_.names->system_action(empty.any("action"));
    }
    if (const Node* node = reader_.optional("absent")) {
      Reader absent(*node, reading_.complaints);
      section_->absent_after = absent.parsed("after", natural_length);
      if (const Node* action = absent.optional("action"))
        section_->absent_action = reading_.names->system_action(*action);
    }
    if (section_->fill && section_->pool.empty())
      reader_.complain(reader_.node(), "missing", words("fill 需要 pool", "fill needs a pool"));
    return section_;
  }

 private:
  Post read_post(const Node::Entry& entry) {
    Reader reader(entry.value, reading_.complaints);
    Post post;
    post.name = entry.key;
    post.label = reader.words("name");
    post.need = int(reader.optional_integer("need", 1, 10'000).value_or(1));
    post.waiting = int(reader.optional_integer("waiting", 0, 10'000).value_or(0));
    if (const Node* plan = reader.optional("on")) {
      post.plan = plan->text;
      pack::check_name(*plan, plan->text, names_of(reading_.document->find("schedule")), {"计划", "plan"},
                       reading_.complaints);
    }
    std::vector<std::string> known;
    const auto skills = reading_.library.aspects.find("roster");
    if (skills != reading_.library.aspects.end())
      for (const pack::Named& each : static_cast<const Skills*>(skills->second.get())->list) known.push_back(each.name);
    for (const Node* skill : items_of(reader.optional("skills"))) {
      pack::check_name(*skill, skill->text, known, {"技能", "skill"}, reading_.complaints);
      post.skills.push_back(skill->text);
    }
    return post;
  }

  void read_pool() {
    for (const Node* node : items_of(reader_.optional("pool"))) {
      section_->pool.push_back(node->text);
      std::vector<std::string> known = reading_.names->relations();
      for (const pack::Named& role : reading_.library.roles) known.push_back(role.name);
      pack::check_name(*node, node->text, known, {"关系或角色", "relation or role"}, reading_.complaints);
    }
  }

  pack::Reading& reading_;
  Reader reader_;
  std::shared_ptr<Section> section_ = std::make_shared<Section>();
};

}  // namespace

const Post* Section::find(std::string_view name) const {
  for (const Post& post : posts)
    if (post.name == name) return &post;
  return nullptr;
}

std::shared_ptr<const void> read_section(const Node& node, pack::Reading& reading) {
  return SectionBuilder(node, reading).build();
}

std::shared_ptr<const void> read_skills(const Node& node, std::shared_ptr<const void> former, pack::Reading& reading) {
  auto skills = std::make_shared<Skills>();
  if (former) *skills = *static_cast<const Skills*>(former.get());
  for (const auto& entry : node.entries) {
    Reader reader(entry.value, reading.complaints);
    if (std::any_of(skills->list.begin(), skills->list.end(), [&](const auto& each) { return each.name == entry.key; }))
      reading.complaints.push_back(
          {entry.at(), "duplicate", words("技能“{}”已经有了", "skill '{}' is given already", entry.key)});
    skills->list.push_back({entry.key, reader.words("name")});
  }
  return skills;
}

std::vector<pack::AspectFact> facts(const pack::Reading& reading) {
  std::vector<pack::AspectFact> facts;
  const Node* section = reading.document->find("roster");
  const Node* slots = section == nullptr ? nullptr : section->find("slots");
  if (slots == nullptr) return facts;
  using pack::Type;
  for (const auto& entry : slots->entries) {
    const auto add = [&](const char* what, Type type, const char* zh, const char* en) {
      facts.push_back({fmt::format("roster.{}.{}", entry.key, what),
                       type,
                       {fmt::format("{}（{}）", zh, entry.key), fmt::format("{} of {}", en, entry.key)}});
    };
    add("open", Type::number, "未满的班次", "slots with places left");
    add("people", Type::number, "在班人数", "people who stand");
    add("served", Type::number, "已到班次", "turns served");
    add("person", Type::text, "当班的人", "who is on duty");
  }
  return facts;
}

}  // namespace tongxin::aspect::roster
