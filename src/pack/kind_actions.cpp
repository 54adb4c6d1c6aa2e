#include "pack/kind_reader.hpp"

#include "pack/lua.hpp"

namespace tongxin::pack::inside {

void KindReader::read_create(Reader& reader) {
  const Node& node = reader.any("create");
  if (node.kind != Node::Kind::map) return;
  Reader create(node, context_.complaints);
  kind_->create.name = "create";
  kind_->create.label = create.optional_words("name").value_or(Words{"提交", "Submit"});
  kind_->create.form = kind_->form;  // so that input.<field> means the same as the field
  read_body(create, kind_->create, action_scope(scope_, kind_->form, context_, &kind_->create.links));
}

Action KindReader::read_action(const std::string& name, const Node& node) {
  Reader reader(node, context_.complaints);
  Action action;
  action.name = name;
  action.label = reader.words("name");
  action.key = reader.optional_text("key").value_or("");
  action.danger = reader.flag_or("danger", false);
  const FieldNodes nodes = read_form(reader.optional_map("form"), action.form);
  const Scope scope = action_scope(scope_, action.form, context_, &action.links);
  finish_form(nodes, action.form, scope);
  action.from = read_from(reader);
  read_body(reader, action, scope);
  return action;
}

std::vector<bool> KindReader::read_from(Reader& reader) {
  const Node& node = reader.any("from");
  if (node.text != "any_open") return marks(&node, outline_.states, {"状态", "state"});
  std::vector<bool> open;
  for (const State& state : kind_->states) open.push_back(!state.final);
  return open;
}

void KindReader::read_body(Reader& reader, Action& action, const Scope& scope) {
  for (const Node* node : one_or_many(&reader.any("to"))) action.to.push_back(read_target(*node, scope));
  action.who = read_who(reader.list("who"), scope);
  action.system_only =
      std::all_of(action.who.begin(), action.who.end(), [](const Who& who) { return who.how == Who::How::system; });
  for (const Node& node : reader.optional_list("guard")) action.guards.push_back(read_guard(node, scope));
  for (const Node& node : reader.optional_list("effects")) action.effects.push_back(read_effect(node, scope));
}

Target KindReader::read_target(const Node& node, const Scope& scope) {
  const auto state = [&](const Node& name) {
    if (name.text == "same") return kSame;
    if (name.text == "previous") return kPrevious;
    return find_state(name);
  };
  if (node.kind != Node::Kind::map) return {std::nullopt, state(node)};
  Reader reader(node, context_.complaints);
  Target target;
  target.when = expression(reader.optional("when"), scope);
  target.state = state(reader.any("to"));
  return target;
}

Guard KindReader::read_guard(const Node& node, const Scope& scope) {
  Reader reader(node, context_.complaints);
  Guard guard;
  guard.that = expression(reader.optional("that"), scope);
  guard.rule = reader.optional_text("rule").value_or("");
  if (!guard.that && guard.rule.empty())
    complain(node, "missing", words("守卫条件需要 that 或 rule", "a guard needs `that` or `rule`"));
  // Where the rules did not load, that is complained of, and nobody knows which there are.
  if (!guard.rule.empty() && context_.library.rules && !context_.library.rules->has(guard.rule))
    complain(node, "unknown", words("规则“{}”不存在", "there is no rule '{}'", guard.rule));
  guard.say = guard.rule.empty() ? reader.words("say") : reader.optional_words("say").value_or(Words{});
  return guard;
}

WhoList KindReader::read_who(const std::vector<Node>& nodes, const Scope& scope) {
  WhoList list;
  for (const Node& node : nodes) list.push_back(read_one_who(node, scope));
  return list;
}

Who KindReader::read_one_who(const Node& node, const Scope& scope) {
  Reader reader(node, context_.complaints);
  Who who;
  who.when = expression(reader.optional("when"), scope);
  for (const Node* role : one_or_many(reader.optional("role"))) {
    check_role(*role, role->text);
    who.roles.push_back(role->text);
  }
  const auto of = reader.optional_one_of("of", {"holder", "holder_up"});
  if (reader.optional_one_of("at", {"place"}) || (!who.roles.empty() && !of))
    who.how = Who::How::role_at_place;
  else if (of)
    who.how = *of == "holder" ? Who::How::of_holder : Who::How::of_holder_up;
  else if (const Node* relation = reader.optional("relation")) {
    who.how = Who::How::relation;
    who.relation = relation->text;
    find(*relation, relation->text, outline_.relations, {"关系", "relation"});
  } else if (reader.flag_or("anyone", false))
    who.how = Who::How::anyone;
  else if (reader.flag_or("signed_in", false))
    who.how = Who::How::signed_in;
  else if (reader.flag_or("system", false))
    who.how = Who::How::system;
  else
    complain(node, "missing",
             words("说明谁可以：role、of、relation、anyone、signed_in 或 system",
                   "say who: role, of, relation, anyone, signed_in or system"));
  return who;
}

Effect KindReader::read_effect(const Node& node, const Scope& scope) {
  Effect effect;
  effect.place = node.at();
  if (node.kind != Node::Kind::map) {
    complain(node, "type", words("效果应写成“名称: 参数”", "an effect is written as `name: arguments`"));
    return effect;
  }
  for (const auto& entry : node.entries) {
    if (entry.key == "when") {
      effect.when = expression(&entry.value, scope);
      continue;
    }
    if (!effect.name.empty()) {
      complain(entry.value, "duplicate",
               words("一项只写一个效果；“{}”请另起一项", "one effect to an item; give '{}' its own", entry.key));
      continue;
    }
    const auto signature = context_.effects.find(entry.key);
    if (signature == context_.effects.end()) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : context_.effects) known.push_back(name);
      context_.complaints.push_back(unknown_name(entry.at(), {"效果", "effect"}, entry.key, known));
      continue;
    }
    effect.name = entry.key;
    read_arguments(effect, *signature->second, entry.value, scope);
    check_names(*kind_, outline_, *signature->second, entry.value, context_);
    if (signature->second->check) signature->second->check(entry.value, *reading_);
  }
  if (effect.name.empty() && (node.entries.empty() || (node.entries.size() == 1 && effect.when)))
    complain(node, "missing", words("这里没有写效果", "there is no effect here"));
  return effect;
}

void KindReader::read_arguments(Effect& effect, const EffectSignature& signature, const Node& node,
                                const Scope& scope) {
  const auto find_signature = [&](std::string_view name) -> const ArgumentSignature* {
    for (const auto& each : signature.arguments)
      if (name == each.name) return &each;
    return nullptr;
  };
  const ArgumentSignature* bare = find_signature("value");
  if (bare != nullptr &&
      (node.kind != Node::Kind::map || bare->kind == ArgumentKind::mapping || bare->kind == ArgumentKind::words)) {
    effect.arguments.emplace("value", read_argument(*bare, node, scope));
    return;
  }
  std::vector<std::string> known;
  for (const auto& each : signature.arguments) known.emplace_back(each.name);
  for (const auto& entry : node.entries) {
    const ArgumentSignature* argument = find_signature(entry.key);
    if (argument == nullptr)
      context_.complaints.push_back(unknown_name(entry.at(), {"参数", "argument"}, entry.key, known));
    else
      effect.arguments.emplace(entry.key, read_argument(*argument, entry.value, scope));
  }
  for (const auto& each : signature.arguments)
    if (each.required && effect.find(each.name) == nullptr)
      complain(node, "required", words("“{}”缺少参数 {}", "'{}' lacks its argument {}", signature.name, each.name));
}

Argument KindReader::read_argument(const ArgumentSignature& signature, const Node& node, const Scope& scope) {
  Argument argument;
  argument.text = node.text;
  switch (signature.kind) {
    case ArgumentKind::expression: argument.expression = expression(&node, scope, std::nullopt); break;
    case ArgumentKind::flag: argument.flag = read_flag(node, context_.complaints).value_or(false); break;
    case ArgumentKind::words: argument.words = read_words(node, context_.complaints).value_or(Words{}); break;
    case ArgumentKind::state: find_state(node); break;
    case ArgumentKind::deadline: find(node, node.text, outline_.deadlines, {"时限", "deadline"}); break;
    case ArgumentKind::role: check_role(node, node.text); break;
    case ArgumentKind::level: check_level(node); break;
    case ArgumentKind::kind: check_kind(node); break;
    case ArgumentKind::fields:
      for (const Node* item : one_or_many(&node)) argument.names.push_back(item->text);
      break;
    case ArgumentKind::mapping:
      for (const auto& entry : node.entries)
        if (auto value = expression(&entry.value, scope, std::nullopt))
          argument.mapping.emplace_back(entry.key, std::move(*value));
      break;
    case ArgumentKind::items:
      for (const Node& item : node.items) {
        boost::json::object object;
        for (const auto& entry : item.entries) object[entry.key] = literal(entry.value);
        argument.items.push_back(std::move(object));
      }
      break;
    case ArgumentKind::text:
    case ArgumentKind::relation: break;
  }
  return argument;
}

void KindReader::check_level(const Node& node) {
  std::vector<std::string> known;
  for (const Level& level : context_.library.levels) known.push_back(level.name);
  find(node, node.text, known, {"层级", "level"});
}

void KindReader::check_kind(const Node& node) {
  std::vector<std::string> known;
  for (const auto& [name, unused] : context_.kinds) known.push_back(name);
  find(node, node.text, known, {"类型", "kind"});
}

}  // namespace tongxin::pack::inside
