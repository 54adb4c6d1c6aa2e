// An effect may be well formed and still speak of what is not there: a field, another record's action, a participant's role.
#include "base/calendar.hpp"
#include "pack/kind_loader.hpp"

namespace tongxin::pack::inside {
namespace {

using Names = std::vector<std::string>;

void collect_roles(const Node& node, Names& roles) {
  for (const auto& entry : node.entries) {
    if (entry.key == "participant")
      if (const Node* role = entry.value.find("role")) roles.push_back(role->text);
    collect_roles(entry.value, roles);
  }
  for (const Node& item : node.items) collect_roles(item, roles);
}

class EffectNames {
 public:
  EffectNames(const Kind& kind, const Outline& outline, LoaderContext& context)
      : kind_(kind), outline_(outline), context_(context) {}

  void check(std::string_view effect, const Node& node) {
    if (effect == "set") check_keys(node, with(outline_.fields, {"urgent", "category"}));
    if (effect == "redact") check_texts(node, outline_.fields);
    if (effect == "notify") check_told(node.find("to"));
    if (effect == "extend") check_limit(node.find("by"));
    if (effect == "assign") check_function(node.find("function"));
    if (effect == "children") check_children(node);
    if (effect == "act") check_act(node);
  }

 private:
  static Names with(Names names, std::initializer_list<const char*> more) {
    names.insert(names.end(), more.begin(), more.end());
    return names;
  }
  void check_name(const std::string& at, const std::string& name, const Names& known, const Words& what) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      context_.complaints.push_back(unknown_name(at, what, name, known));
  }
  void check_one(const Node* node, const Names& known, const Words& what) {
    if (node != nullptr) check_name(node->at(), node->text, known, what);
  }
  void check_keys(const Node& node, const Names& known) {
    for (const auto& entry : node.entries) check_name(entry.at(), entry.key, known, {"字段", "field"});
  }
  void check_texts(const Node& node, const Names& known) {
    if (node.kind == Node::Kind::scalar) check_name(node.at(), node.text, known, {"字段", "field"});
    for (const Node& item : node.items) check_name(item.at(), item.text, known, {"字段", "field"});
  }

  // Participants of a name, or all who hold a role.
  void check_told(const Node* to) {
    Names known = outline_.relations;
    for (const Named& role : context_.library.roles) known.push_back(role.name);
    check_one(to, known, {"关系或角色", "relation or role"});
  }

  void check_limit(const Node* by) {
    if (by == nullptr || by->text == "original") return;
    try {
      (void)parse_limit(by->text);
    } catch (const Fault& fault) {
      context_.complaints.push_back({by->at(), "format", fault.say()});
    }
  }

  void check_function(const Node* node) {
    Names known;
    for (const Named& function : context_.library.functions) known.push_back(function.name);
    check_one(node, known, {"职能", "function"});
  }

  // What a child is given must be a field of its kind; what is copied, a field of both.
  void check_children(const Node& node) {
    const Node* kind = node.find("kind");
    const auto child = kind == nullptr ? context_.kinds.end() : context_.kinds.find(kind->text);
    if (child == context_.kinds.end()) return;  // complained of already
    const Names& fields = child->second->fields;
    if (const Node* form = node.find("form")) check_keys(*form, fields);
    if (const Node* copy = node.find("copy")) check_texts(*copy, with(fields, {"category"}));
    if (const Node* items = node.find("items"))
      for (const Node& item : items->items) check_keys(item, with(fields, {"category"}));
  }

  void check_act(const Node& node) {
    const Node *on = node.find("on"), *action = node.find("action");
    check_one(on, with(outline_.fields, {"parent", "children", "merged"}), {"对象", "target"});
    if (on == nullptr || action == nullptr) return;
    Names known;
    for (const auto& [name, other] : context_.kinds)
      if (on->text != "merged" || name == kind_.name)
        known.insert(known.end(), other->actions.begin(), other->actions.end());
    check_one(action, known, {"动作", "action"});
  }

  const Kind& kind_;
  const Outline& outline_;
  LoaderContext& context_;
};

}  // namespace

std::vector<std::string> relations_of(const Node& kind) {
  Names relations{"reporter", "holder", "parent_holder", "follower", "proxy", "helper", "lead"};
  collect_roles(kind, relations);
  return relations;
}

void check_names(const Kind& kind, const Outline& outline, const EffectSignature& signature, const Node& node,
                 LoaderContext& context) {
  EffectNames(kind, outline, context).check(signature.name, node);
}

}  // namespace tongxin::pack::inside
