#include "pack/kind_loader.hpp"

#include "base/text.hpp"
#include "pack/facts.hpp"
#include "pack/lua.hpp"

namespace tongxin::pack::inside {
namespace {

std::vector<std::string> keys_of(const Node* node) {
  std::vector<std::string> keys;
  if (node != nullptr)
    for (const auto& entry : node->entries) keys.push_back(entry.key);
  return keys;
}

std::string text_of(const Node* node) { return node == nullptr ? std::string{} : node->text; }

// Percentages are written "80 %" or "0.8".
double parse_fraction(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string rest(trim(end));
  if (end == text.c_str() || (!rest.empty() && rest != "%") || number <= 0 ||
      (rest.empty() ? number >= 1 : number >= 100))
    throw Fault(Code::invalid, words("应为百分比，例如 80 %", "expected a percentage such as 80 %"));
  return rest.empty() ? number : number / 100;
}

std::int64_t parse_metres(const std::string& text) {
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str() || trim(end) != "m" || number < 1 || number > 5000)
    throw Fault(Code::invalid,
                words("应为 1 至 5000 米的距离，例如 250 m", "expected a distance of 1 to 5000 metres such as 250 m"));
  return number;
}

class KindReader {
 public:
  KindReader(const KindDocument& document, LoaderContext& context)
      : document_(document),
        node_(document.node),
        outline_(document.outline),
        context_(context),
        kind_(std::make_unique<Kind>()) {}

  std::unique_ptr<Kind> read() {
    Reader reader(node_, context_.complaints);
    read_head(reader);
    const auto form_nodes = read_form(reader.optional_map("form"), kind_->form);
    read_states(reader);
    scope_ = kind_scope(*kind_, document_, context_);
    finish_form(form_nodes, kind_->form, scope_);
    read_title(reader);
    read_create(reader);
    for (const auto& entry : reader.optional_map("actions"))
      kind_->actions.push_back(read_action(entry.key, entry.value));
    read_deadlines(reader);
    read_counts(reader);
    read_rights(reader);
    read_rest(reader);
    return std::move(kind_);
  }

 private:
  using FieldNodes = std::vector<std::pair<std::size_t, const Node*>>;

  // ── names ──
  int find(const Node& node, const std::string& name, const std::vector<std::string>& known, const Words& what) {
    for (std::size_t i = 0; i < known.size(); ++i)
      if (known[i] == name) return int(i);
    context_.complaints.push_back(unknown_name(node.at(), what, name, known));
    return -1;
  }
  int find_state(const Node& node) { return find(node, node.text, outline_.states, {"状态", "state"}); }
  std::vector<const Node*> one_or_many(const Node* node) {
    std::vector<const Node*> nodes;
    if (node == nullptr) return nodes;
    if (node->kind == Node::Kind::list)
      for (const Node& item : node->items) nodes.push_back(&item);
    else
      nodes.push_back(node);
    return nodes;
  }
  std::vector<bool> marks(const Node* node, const std::vector<std::string>& known, const Words& what) {
    std::vector<bool> marked(known.size());
    for (const Node* item : one_or_many(node))
      if (const int index = find(*item, item->text, known, what); index >= 0) marked[std::size_t(index)] = true;
    return marked;
  }
  void check_role(const Node& node, const std::string& role) {
    if (context_.library.role(role) != nullptr) return;
    std::vector<std::string> known;
    for (const Named& each : context_.library.roles) known.push_back(each.name);
    context_.complaints.push_back(unknown_name(node.at(), {"角色", "role"}, role, known));
  }
  void complain(const Node& node, const char* code, Words say) {
    context_.complaints.push_back({node.at(), code, std::move(say)});
  }

  std::optional<Expression> expression(const Node* node, const Scope& scope, std::optional<Type> wanted = Type::flag) {
    if (node == nullptr) return std::nullopt;
    return read_expression(*node, scope, context_.complaints, wanted);
  }

  // ── head ──
  void read_head(Reader& reader) {
    kind_->name = reader.text("kind");
    kind_->pack = outline_.pack;
    kind_->file = outline_.file;
    kind_->label = reader.words("name");
    kind_->icon = reader.optional_text("icon").value_or("file-text");
    kind_->number_prefix = reader.text("number");
    if (kind_->number_prefix.empty() || kind_->number_prefix.size() > 8 ||
        !std::all_of(kind_->number_prefix.begin(), kind_->number_prefix.end(),
                     [](char c) { return c >= 'A' && c <= 'Z'; }))
      complain(reader.any("number"), "format",
               words("编号前缀应为 1 至 8 个大写字母", "a number's prefix is 1 to 8 capital letters"));
    const std::string place = reader.optional_one_of("place", {"none", "optional", "required"}).value_or("none");
    kind_->place = place == "none" ? PlaceRule::none : place == "optional" ? PlaceRule::optional : PlaceRule::required;
    kind_->report = reader.flag_or("report", false);
    if (const Node* node = reader.optional("taxonomy")) {
      std::vector<std::string> known;
      for (const auto& taxonomy : context_.library.taxonomies) {
        known.push_back(taxonomy->name);
        if (taxonomy->name == node->text) kind_->taxonomy = taxonomy.get();
      }
      if (kind_->taxonomy == nullptr)
        context_.complaints.push_back(unknown_name(node->at(), {"分类表", "taxonomy"}, node->text, known));
    }
    if (const Node* node = reader.optional("function")) {
      kind_->function = node->text;
      std::vector<std::string> known;
      for (const Named& each : context_.library.functions) known.push_back(each.name);
      find(*node, node->text, known, {"职能", "function"});
    }
  }

  // ── forms ──
  FieldNodes read_form(const std::vector<Node::Entry>& entries, Form& form) {
    FieldNodes nodes;
    for (const auto& entry : entries) {
      nodes.emplace_back(form.fields.size(), &entry.value);
      form.fields.push_back(read_field(entry));
    }
    return nodes;
  }

  Field read_field(const Node::Entry& entry) {
    Reader reader(entry.value, context_.complaints);
    Field field;
    field.name = entry.key;
    if (is_reserved_fact(entry.key))
      complain(entry.value, "reserved",
               words("“{}”是系统字段名，请换一个", "'{}' is a name of the system's own; choose another", entry.key));
    field.type = read_type(reader);
    field.label = reader.words("name");
    field.hint = reader.optional_words("hint");
    field.min = reader.optional_integer("min");
    field.max = reader.optional_integer("max");
    field.sealed = reader.flag_or("private", false);
    field.search = reader.flag_or("search", false);
    field.open = reader.flag_or("public", false);
    const std::string audience = reader.optional_one_of("for", {"all", "staff", "flow"}).value_or("all");
    field.staff_only = audience == "staff";
    field.flow_only = audience == "flow";
    if (field.flow_only && field.sealed)
      complain(entry.value, "contradiction",
               words("由流程填写的字段不能是私密字段", "a field that the flow fills in cannot be private"));
    for (const auto& option : reader.optional_map("options")) {
      const auto label = read_words(option.value, context_.complaints);
      field.options.push_back({option.key, label.value_or(Words{option.key, option.key})});
    }
    if ((field.type == FieldType::choice || field.type == FieldType::choices) && field.options.empty())
      complain(entry.value, "missing", words("选项字段缺少 options", "a choice needs options"));
    if (field.sealed && (field.search || field.open))
      complain(entry.value, "contradiction",
               words("私密字段不能公开或检索", "a private field can be neither public nor searched"));
    if (const Node* initial = reader.optional("default")) field.initial = literal(*initial);
    (void)reader.optional("required");
    (void)reader.optional("visible");
    return field;
  }

  FieldType read_type(Reader& reader) {
    const std::string type = reader.one_of(
        "type", {"text",  "long_text", "integer", "number", "money", "flag", "choice", "choices", "day",   "time",
                 "phone", "id_card",   "person",  "org",    "orgs",  "area", "record", "records", "files", "stars"});
    for (int i = 0; i <= int(FieldType::stars); ++i)
      if (type == name_of(FieldType(i))) return FieldType(i);
    return FieldType::text;
  }

  boost::json::value literal(const Node& node) {
    if (node.kind == Node::Kind::list) {
      boost::json::array list;
      for (const Node& item : node.items) list.push_back(literal(item));
      return list;
    }
    if (!node.quoted && (node.text == "true" || node.text == "false")) return node.text == "true";
    if (!node.quoted && !node.text.empty() && node.text.find_first_not_of("-0123456789") == std::string::npos) {
      std::vector<Complaint> ignored;
      if (const auto number = read_integer(node, ignored)) return *number;
    }
    return boost::json::value(node.text);
  }

  // Second pass: conditions may name any field of the form.
  void finish_form(const FieldNodes& nodes, Form& form, const Scope& scope) {
    for (const auto& [index, node] : nodes) {
      Field& field = form.fields[index];
      if (const Node* required = node->find("required")) {
        if (required->text == "true" || required->text == "false")
          field.required = required->text == "true";
        else
          field.required_when = expression(required, scope);
      }
      if (const Node* visible = node->find("visible")) field.visible_when = expression(visible, scope);
    }
  }

  void read_title(Reader& reader) {
    const Node* node = reader.optional("title");
    if (node == nullptr) return;
    for (std::size_t i = 0; i < kind_->form.fields.size(); ++i)
      if (kind_->form.fields[i].name == node->text) kind_->title_field = int(i);
    if (kind_->title_field < 0) {
      std::vector<std::string> known;
      for (const Field& field : kind_->form.fields) known.push_back(field.name);
      context_.complaints.push_back(unknown_name(node->at(), {"字段", "field"}, node->text, known));
    } else if (kind_->form.fields[std::size_t(kind_->title_field)].sealed) {
      complain(*node, "contradiction", words("标题不能取自私密字段", "a title cannot come from a private field"));
    }
  }

  // ── states ──
  void read_states(Reader& reader) {
    for (const auto& entry : reader.map("states")) {
      Reader state_reader(entry.value, context_.complaints);
      State state;
      state.name = entry.key;
      const std::string display =
          state_reader.one_of("class", {"waiting", "accepted", "handling", "checking", "done", "ended", "paused"});
      for (int i = 0; i <= int(Display::paused); ++i)
        if (display == name_of(Display(i))) state.display = Display(i);
      state.label = state_reader.words("name");
      state.resident = state_reader.optional_words("resident").value_or(state.label);
      state.final = state_reader.flag_or("final", false);
      kind_->states.push_back(std::move(state));
    }
  }

  // ── actions ──
  void read_create(Reader& reader) {
    const Node& node = reader.any("create");
    if (node.kind != Node::Kind::map) return;
    Reader create(node, context_.complaints);
    kind_->create.name = "create";
    kind_->create.label = create.optional_words("name").value_or(Words{"提交", "Submit"});
    kind_->create.form = kind_->form;  // so that input.<field> means the same as the field
    read_body(create, kind_->create, action_scope(scope_, kind_->form));
  }

  Action read_action(const std::string& name, const Node& node) {
    Reader reader(node, context_.complaints);
    Action action;
    action.name = name;
    action.label = reader.words("name");
    action.key = reader.optional_text("key").value_or("");
    action.danger = reader.flag_or("danger", false);
    const FieldNodes nodes = read_form(reader.optional_map("form"), action.form);
    const Scope scope = action_scope(scope_, action.form);
    finish_form(nodes, action.form, scope);
    action.from = read_from(reader);
    read_body(reader, action, scope);
    return action;
  }

  std::vector<bool> read_from(Reader& reader) {
    const Node& node = reader.any("from");
    if (node.text != "any_open") return marks(&node, outline_.states, {"状态", "state"});
    std::vector<bool> open;
    for (const State& state : kind_->states) open.push_back(!state.final);
    return open;
  }

  // What creation and every other action share: to, who, guard, effects.
  void read_body(Reader& reader, Action& action, const Scope& scope) {
    for (const Node* node : one_or_many(&reader.any("to"))) action.to.push_back(read_target(*node, scope));
    action.who = read_who(reader.list("who"), scope);
    action.system_only =
        std::all_of(action.who.begin(), action.who.end(), [](const Who& who) { return who.how == Who::How::system; });
    for (const Node& node : reader.optional_list("guard")) action.guards.push_back(read_guard(node, scope));
    for (const Node& node : reader.optional_list("effects")) action.effects.push_back(read_effect(node, scope));
  }

  Target read_target(const Node& node, const Scope& scope) {
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

  Guard read_guard(const Node& node, const Scope& scope) {
    Reader reader(node, context_.complaints);
    Guard guard;
    guard.that = expression(reader.optional("that"), scope);
    guard.rule = reader.optional_text("rule").value_or("");
    if (!guard.that && guard.rule.empty())
      complain(node, "missing", words("守卫条件需要 that 或 rule", "a guard needs `that` or `rule`"));
    if (!guard.rule.empty() && (!context_.library.rules || !context_.library.rules->has(guard.rule)))
      complain(node, "unknown", words("规则“{}”不存在", "there is no rule '{}'", guard.rule));
    guard.say = guard.rule.empty() ? reader.words("say") : reader.optional_words("say").value_or(Words{});
    return guard;
  }

  WhoList read_who(const std::vector<Node>& nodes, const Scope& scope) {
    WhoList list;
    for (const Node& node : nodes) list.push_back(read_one_who(node, scope));
    return list;
  }

  Who read_one_who(const Node& node, const Scope& scope) {
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

  // ── effects ──
  Effect read_effect(const Node& node, const Scope& scope) {
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
    }
    if (effect.name.empty() && (node.entries.empty() || (node.entries.size() == 1 && effect.when)))
      complain(node, "missing", words("这里没有写效果", "there is no effect here"));
    return effect;
  }

  void read_arguments(Effect& effect, const EffectSignature& signature, const Node& node, const Scope& scope) {
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

  Argument read_argument(const ArgumentSignature& signature, const Node& node, const Scope& scope) {
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

  void check_level(const Node& node) {
    std::vector<std::string> known;
    for (const Level& level : context_.library.levels) known.push_back(level.name);
    find(node, node.text, known, {"层级", "level"});
  }
  void check_kind(const Node& node) {
    std::vector<std::string> known;
    for (const auto& [name, unused] : context_.kinds) known.push_back(name);
    find(node, node.text, known, {"类型", "kind"});
  }

  // ── deadlines ──
  void read_deadlines(Reader& reader) {
    for (const auto& entry : reader.optional_map("deadlines")) {
      Reader deadline_reader(entry.value, context_.complaints);
      Deadline deadline;
      deadline.name = entry.key;
      deadline.label = deadline_reader.words("name");
      if (const Node* node = deadline_reader.optional("calendar")) {
        deadline.calendar = node->text;
        std::vector<std::string> known;
        for (const auto& [name, unused] : context_.library.calendars) known.push_back(name);
        find(*node, node->text, known, {"日历", "calendar"});
      }
      deadline.runs = marks(&deadline_reader.any("runs"), outline_.states, {"状态", "state"});
      deadline.pauses = marks(deadline_reader.optional("pauses"), outline_.states, {"状态", "state"});
      const Node& limit = deadline_reader.any("limit");
      for (const Node* node : one_or_many(&limit)) deadline.limits.push_back(read_limit(*node, deadline));
      deadline.warn = deadline_reader.optional_parsed("warn", parse_fraction).value_or(0);
      if (const Node* node = deadline_reader.optional("late"))
        deadline.late_action = find(*node, node->text, outline_.actions, {"动作", "action"});
      deadline.quiet = deadline_reader.flag_or("quiet", false);
      deadline.restart_on = marks(deadline_reader.optional("restart_on"), outline_.actions, {"动作", "action"});
      kind_->deadlines.push_back(std::move(deadline));
    }
  }

  LimitRule read_limit(const Node& node, const Deadline& deadline) {
    LimitRule rule;
    const auto parse = [&](const Node& text) {
      try {
        rule.limit = parse_limit(text.text);
        if (rule.limit.in_working_time() && deadline.calendar.empty())
          complain(text, "missing", words("工作时限需要指明 calendar", "working time needs a calendar"));
      } catch (const Fault& fault) {
        complain(text, "format", fault.say());
      }
    };
    if (node.kind != Node::Kind::map) {
      parse(node);
      return rule;
    }
    Reader reader(node, context_.complaints);
    rule.when = expression(reader.optional("when"), scope_);
    if (const Node* days = reader.optional("days")) {
      rule.amount = expression(days, scope_, Type::number);
      rule.limit = {0, Unit::natural_day};
    } else {
      parse(reader.any("limit"));
    }
    return rule;
  }

  // ── counts and rates ──
  void read_counts(Reader& reader) {
    for (const auto& entry : reader.optional_map("counts")) kind_->counts.push_back(read_count(entry));
    for (const auto& entry : reader.optional_map("rates")) kind_->rates.push_back(read_rate(entry));
    for (const auto& entry : reader.optional_map("scores")) {
      Reader score_reader(entry.value, context_.complaints);
      Score score{entry.key, score_reader.words("name"), {}};
      for (const auto& part : score_reader.map("of"))
        score.of.emplace_back(read_number(part.value, context_.complaints).value_or(0),
                              find(part.value, part.key, outline_.rates, {"比率", "rate"}));
      kind_->scores.push_back(std::move(score));
    }
  }

  Count read_count(const Node::Entry& entry) {
    Reader reader(entry.value, context_.complaints);
    Count count;
    count.name = entry.key;
    count.label = reader.words("name");
    count.unit = reader.optional_words("unit");
    count.on_action.resize(outline_.actions.size());
    const Action* only = nullptr;
    int actions = 0;
    for (const Node* node : one_or_many(reader.optional("on"))) {
      if (node->text == "create") {
        count.on_create = true;
        only = &kind_->create;
        ++actions;
      } else if (const int index = find(*node, node->text, outline_.actions, {"动作", "action"}); index >= 0) {
        count.on_action[std::size_t(index)] = true;
        if (std::size_t(index) < kind_->actions.size()) only = &kind_->actions[std::size_t(index)];
        ++actions;
      }
    }
    count.on_enter = marks(reader.optional("enter"), outline_.states, {"状态", "state"});
    count.on_late = marks(reader.optional("late"), outline_.deadlines, {"时限", "deadline"});
    // Only one action: its form may be named. Several: only what every record has.
    const Scope scope = actions == 1 && only != nullptr ? action_scope(scope_, only->form) : scope_;
    count.when = expression(reader.optional("when"), scope);
    count.add = expression(reader.optional("add"), scope, Type::number);
    count.period_starts_on_day = int(reader.optional_integer("period_starts_on_day", 1, 28).value_or(1));
    count.daily = reader.flag_or("daily", false);
    return count;
  }

  Rate read_rate(const Node::Entry& entry) {
    Reader reader(entry.value, context_.complaints);
    Rate rate;
    rate.name = entry.key;
    rate.label = reader.words("name");
    rate.as_number = reader.optional_one_of("as", {"percent", "number"}).value_or("percent") == "number";
    rate.of = weighted(reader.any("of"));
    rate.per = weighted(reader.any("per"));
    return rate;
  }

  std::vector<std::pair<double, int>> weighted(const Node& node) {
    std::vector<std::pair<double, int>> sum;
    const Words what{"计数", "count"};
    if (node.kind == Node::Kind::map) {
      for (const auto& entry : node.entries)
        sum.emplace_back(read_number(entry.value, context_.complaints).value_or(0),
                         find(entry.value, entry.key, outline_.counts, what));
    } else {
      for (const Node* item : one_or_many(&node)) sum.emplace_back(1.0, find(*item, item->text, outline_.counts, what));
    }
    return sum;
  }

  // ── rights and the rest ──
  void read_rights(Reader& reader) {
    const Node& node = reader.any("rights");
    if (node.kind != Node::Kind::map) return;
    Reader rights(node, context_.complaints);
    kind_->see = read_who(rights.list("see"), scope_);
    kind_->see_private = read_who(rights.optional_list("see_private"), scope_);
  }

  void read_rest(Reader& reader) {
    kind_->published.resize(outline_.states.size());
    if (const Node* node = reader.optional("publish")) {
      Reader publish(*node, context_.complaints);
      kind_->published = marks(&publish.any("states"), outline_.states, {"状态", "state"});
    }
    if (const Node* node = reader.optional("similar")) {
      Reader similar(*node, context_.complaints);
      kind_->similar_within_m = similar.parsed("within", parse_metres);
    }
    if (const Node* node = reader.optional("keep")) {
      Reader keep(*node, context_.complaints);
      kind_->keep_private = keep.optional_parsed("private", [](const std::string& text) { return parse_limit(text); });
      kind_->keep_all = keep.optional_parsed("all", [](const std::string& text) { return parse_limit(text); });
    }
    for (const Node* part : one_or_many(reader.optional("unique")))
      if (auto value = expression(part, scope_, std::nullopt)) kind_->unique.push_back(std::move(*value));
  }

  const KindDocument& document_;
  const Node& node_;
  const Outline& outline_;
  LoaderContext& context_;
  std::unique_ptr<Kind> kind_;
  Scope scope_;
};

}  // namespace

Complaint unknown_name(const std::string& at, const Words& what, const std::string& name,
                       const std::vector<std::string>& known) {
  const Words hint = did_you_mean(name, known);
  return {at,
          "unknown",
          {fmt::format("{}“{}”不存在{}", what.zh, name, hint.zh),
           fmt::format("{} '{}' does not exist{}", what.en, name, hint.en)}};
}

Outline read_outline(const Node& node, const std::string& pack) {
  return {text_of(node.find("kind")),
          pack,
          node.file ? *node.file : std::string{},
          keys_of(node.find("states")),
          keys_of(node.find("actions")),
          keys_of(node.find("deadlines")),
          keys_of(node.find("counts")),
          keys_of(node.find("rates")),
          keys_of(node.find("form")),
          relations_of(node)};
}

std::unique_ptr<Kind> read_kind(const KindDocument& document, LoaderContext& context) {
  return KindReader(document, context).read();
}

void prove_flow(const Kind& kind, const Node& node, std::vector<Complaint>& complaints) {
  const std::size_t count = kind.states.size();
  std::vector<bool> reached(count), leaves(count);
  const auto reach = [&](const Target& target) {
    if (target.state < 0 || reached[std::size_t(target.state)]) return false;
    return reached[std::size_t(target.state)] = true, true;
  };
  for (const Target& target : kind.create.to) reach(target);
  for (bool changed = true; changed;) {
    changed = false;
    for (const Action& action : kind.actions)
      for (std::size_t from = 0; from < count; ++from)
        if (action.from[from] && reached[from])
          for (const Target& target : action.to) changed |= reach(target);
  }
  for (const Action& action : kind.actions)
    for (std::size_t from = 0; from < count; ++from)
      if (action.from[from])
        for (const Target& target : action.to)
          leaves[from] = leaves[from] || target.state == kPrevious || (target.state >= 0 && target.state != int(from));
  const auto place = [&](const char* list, const std::string& name) {
    const Node* entries = node.find(list);
    const Node* found = entries == nullptr ? nullptr : entries->find(name);
    return (found == nullptr ? node : *found).at();
  };
  const auto at = [&](const std::string& name) { return place("states", name); };
  for (std::size_t i = 0; i < count; ++i) {
    const State& state = kind.states[i];
    if (!reached[i])
      complaints.push_back({at(state.name), "unreachable",
                            words("没有动作能到达状态“{}”", "no action leads to state '{}'", state.name)});
    if (!state.final && !leaves[i])
      complaints.push_back({at(state.name), "dead_end",
                            words("状态“{}”不是终态，却没有动作能离开它",
                                  "state '{}' is not final, yet no action leaves it", state.name)});
  }
  for (const Deadline& deadline : kind.deadlines) {
    if (deadline.late_action < 0) continue;
    const Action& late = kind.actions[std::size_t(deadline.late_action)];
    const bool system =
        std::any_of(late.who.begin(), late.who.end(), [](const Who& who) { return who.how == Who::How::system; });
    if (!system)
      complaints.push_back({place("deadlines", deadline.name), "late",
                            words("时限“{}”到期要执行“{}”，但它不允许 system",
                                  "deadline '{}' takes '{}' when late, but that action is not open to the system",
                                  deadline.name, late.name)});
    for (std::size_t i = 0; i < count; ++i)
      if (deadline.runs[i] && !late.from[i])
        complaints.push_back({place("deadlines", deadline.name), "late",
                              words("时限“{}”在状态“{}”中会到期，但“{}”不能从这里执行",
                                    "deadline '{}' can pass in state '{}', from which '{}' cannot be taken",
                                    deadline.name, kind.states[i].name, late.name)});
  }
}

}  // namespace tongxin::pack::inside
