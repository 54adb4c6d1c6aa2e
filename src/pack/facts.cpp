#include "pack/facts.hpp"

namespace tongxin::pack::inside {
namespace {

constexpr std::string_view kReserved[] = {
    "state",        "previous_state", "category", "function", "urgent",    "source",    "level",
    "holder",       "has_place",      "today",    "now",      "age_hours", "age_days",  "self",
    "is_reporter",  "has_reporter",   "times",    "people",   "did",       "deadlines", "children",
    "participants", "parent",         "rating",   "input",    "itself",    "is_holder"};

}  // namespace
}  // namespace tongxin::pack::inside

namespace tongxin::pack {
Type value_type(FieldType type) {
  switch (type) {
    case FieldType::integer:
    case FieldType::number:
    case FieldType::money:
    case FieldType::stars: return Type::number;
    case FieldType::flag: return Type::flag;
    case FieldType::day: return Type::day;
    case FieldType::time: return Type::time;
    case FieldType::choices:
    case FieldType::orgs:
    case FieldType::records:
    case FieldType::files: return Type::texts;
    default: return Type::text;
  }
}
}  // namespace tongxin::pack

namespace tongxin::pack::inside {
namespace {

std::vector<Choice> choices_of(const std::vector<Option>& options) {
  std::vector<Choice> choices;
  for (const Option& option : options) choices.push_back({option.value, option.name});
  return choices;
}

// The fields of the record that a field names.
template <class F>
void for_each_link(const Field& field, const LoaderContext& context, F&& each) {
  if (field.sealed || field.type != FieldType::record) return;
  const auto other = context.kinds.find(field.of_kind);
  if (other == context.kinds.end()) return;
  each("state", Type::text);
  for (const auto& [name, type] : other->second->open_fields) each(name, value_type(type));
}
Words link_label(const Field& field, const std::string& other) {
  return {field.label.zh + "的 " + other, other + " of " + field.label.en};
}

// Every value of `argument` in effects called `effect`, anywhere in the kind's file.
void collect(const Node& node, std::string_view effect, std::string_view argument, std::set<std::string>& found) {
  for (const auto& entry : node.entries) {
    if (entry.key == effect)
      if (const Node* value = entry.value.find(argument)) found.insert(value->text);
    collect(entry.value, effect, argument, found);
  }
  for (const Node& item : node.items) collect(item, effect, argument, found);
}

class ScopeBuilder {
 public:
  ScopeBuilder(Kind& kind, Scope& scope) : kind_(kind), scope_(scope) {}

  void add(Fact::Source source, std::string subject, std::string name, Type type, Words label,
           std::vector<Choice> choices = {}, std::string detail = {}) {
    if (scope_.find(name)) return;
    scope_.add({std::move(name), type, std::move(label), std::move(choices)});
    kind_.facts.push_back({source, std::move(subject), type, std::move(detail)});
  }

 private:
  Kind& kind_;
  Scope& scope_;
};

void add_record_facts(ScopeBuilder& builder, const Kind& kind, const Library& library) {
  using S = Fact::Source;
  std::vector<Choice> states, categories, levels;
  for (const State& state : kind.states) states.push_back({state.name, state.label});
  if (kind.taxonomy != nullptr)
    for (const Category& category : kind.taxonomy->categories) categories.push_back({category.code, category.name});
  for (const Level& level : library.levels) levels.push_back({level.name, level.label});
  builder.add(S::state, "", "state", Type::text, {"状态", "state"}, states);
  builder.add(S::previous_state, "", "previous_state", Type::text, {"前一状态", "previous state"}, states);
  builder.add(S::category, "", "category", Type::text, {"类别", "category"}, categories);
  builder.add(S::function, "", "function", Type::text, {"职能", "function"});
  builder.add(S::urgent, "", "urgent", Type::flag, {"紧急", "urgent"});
  builder.add(S::source, "", "source", Type::text, {"来源", "source"});
  builder.add(S::level, "", "level", Type::text, {"所在层级", "level"}, levels);
  builder.add(S::holder, "", "holder", Type::text, {"办理单位", "organisation holding it"});
  builder.add(S::has_place, "", "has_place", Type::flag, {"有地点", "has a place"});
  builder.add(S::today, "", "today", Type::day, {"今天", "today"});
  builder.add(S::now, "", "now", Type::time, {"现在", "now"});
  builder.add(S::age_hours, "", "age_hours", Type::number, {"已过小时", "hours since it was raised"});
  builder.add(S::age_days, "", "age_days", Type::number, {"已过天数", "days since it was raised"});
  builder.add(S::self, "", "self", Type::text, {"本人", "the person acting"});
  builder.add(S::itself, "", "itself", Type::text, {"本事项", "this record"});
  builder.add(S::is_reporter, "", "is_reporter", Type::flag, {"是上报人", "is the reporter"});
  builder.add(S::holder, "self", "is_holder", Type::flag, {"是办理单位的人", "belongs to the organisation holding it"});
  builder.add(S::has_reporter, "", "has_reporter", Type::flag, {"有上报人", "has a reporter"});
  builder.add(S::parent_state, "", "parent.state", Type::text, {"上级事项的状态", "state of the parent"});
}

void add_counted_facts(ScopeBuilder& builder, const KindDocument& document, const LoaderContext& context) {
  using S = Fact::Source;
  for (const std::string& action : document.outline.actions) {
    builder.add(S::times, action, "times." + action, Type::number, {"次数（" + action + "）", "times " + action});
    builder.add(S::people, action, "people." + action, Type::number,
                {"人数（" + action + "）", "people who did " + action});
    builder.add(S::did, action, "did." + action, Type::flag,
                {"本人做过（" + action + "）", "the person did " + action});
  }
  for (const std::string& deadline : document.outline.deadlines) {
    builder.add(S::deadline_late, deadline, "deadlines." + deadline + ".late", Type::flag,
                {"超时（" + deadline + "）", deadline + " is late"});
    builder.add(S::deadline_running, deadline, "deadlines." + deadline + ".running", Type::flag,
                {"计时中（" + deadline + "）", deadline + " is running"});
  }
  builder.add(S::children_total, "", "children.total", Type::number, {"下级事项数", "children"});
  builder.add(S::children_open, "", "children.open", Type::number, {"未结下级事项数", "open children"});
  std::set<std::string> kinds;
  collect(document.node, "children", "kind", kinds);
  for (const std::string& kind : kinds)
    if (const auto found = context.kinds.find(kind); found != context.kinds.end())
      for (const std::string& state : found->second->states)
        builder.add(S::children_in, state, "children.in_" + state, Type::number,
                    {"下级事项（" + state + "）", "children " + state});
  std::set<std::string> roles{"helper", "follower", "proxy", "lead"};
  collect(document.node, "participant", "role", roles);
  for (const std::string& role : roles)
    builder.add(S::participants, role, "participants." + role, Type::number,
                {"参与（" + role + "）", "participants " + role});
  for (const char* name : {"satisfied", "solved", "contacted"})
    builder.add(S::rating, name, fmt::format("rating.{}", name), Type::flag, {name, name});
  for (const char* name : {"stars", "score"})
    builder.add(S::rating, name, fmt::format("rating.{}", name), Type::number, {name, name});
  builder.add(S::rating, "grade", "rating.grade", Type::text, {"评价", "grade"});
}

}  // namespace

bool is_reserved_fact(std::string_view field_name) {
  return std::find(std::begin(kReserved), std::end(kReserved), field_name) != std::end(kReserved);
}

Scope kind_scope(Kind& kind, const KindDocument& document, const LoaderContext& context) {
  Scope scope;
  ScopeBuilder builder(kind, scope);
  for (const Field& field : kind.form.fields)
    if (!field.sealed)  // no rule may depend on what is private
      builder.add(Fact::Source::field, field.name, field.name, value_type(field.type), field.label,
                  choices_of(field.options));
  add_record_facts(builder, kind, context.library);
  add_counted_facts(builder, document, context);
  for (const Field& field : kind.form.fields)
    for_each_link(field, context, [&](const std::string& other, Type type) {
      builder.add(Fact::Source::linked, field.name, field.name + "." + other, type, link_label(field, other), {},
                  other);
    });
  for (const AspectWords& aspect : context.aspects) {
    if (!aspect.facts) continue;
    for (AspectFact& each : aspect.facts({context.library, context.complaints, kind.pack, &kind, &document.node}))
      builder.add(Fact::Source::aspect, each.name, each.name, each.type, std::move(each.label), {}, aspect.name);
  }
  return scope;
}

Scope action_scope(const Scope& kind_scope, const Form& form, const LoaderContext& context, std::vector<Fact>* links) {
  Scope scope = kind_scope;
  for (const Field& field : form.fields)
    scope.add({"input." + field.name, value_type(field.type), field.label, choices_of(field.options)});
  for (const Field& field : form.fields)
    for_each_link(field, context, [&](const std::string& other, Type type) {
      scope.add({"input." + field.name + "." + other, type, link_label(field, other), {}});
      if (links != nullptr) links->push_back({Fact::Source::linked, field.name, type, other});
    });
  return scope;
}

}  // namespace tongxin::pack::inside
