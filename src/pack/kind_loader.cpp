#include "pack/kind_reader.hpp"

#include "base/text.hpp"

namespace tongxin::pack::inside {
namespace {

std::vector<std::string> keys_of(const Node* node) {
  std::vector<std::string> keys;
  if (node != nullptr)
    for (const auto& entry : node->entries) keys.push_back(entry.key);
  return keys;
}

// Fields that another kind may look at, with their types; a wrong type is complained of where the kind is read.
std::vector<std::pair<std::string, FieldType>> open_fields_of(const Node* form) {
  std::vector<std::pair<std::string, FieldType>> fields;
  if (form == nullptr) return fields;
  for (const auto& entry : form->entries) {
    const Node *type = entry.value.find("type"), *sealed = entry.value.find("private");
    if (type == nullptr || (sealed != nullptr && sealed->text == "true")) continue;
    for (int i = 0; i <= int(FieldType::stars); ++i)
      if (type->text == name_of(FieldType(i))) fields.emplace_back(entry.key, FieldType(i));
  }
  return fields;
}

std::string text_of(const Node* node) { return node == nullptr ? std::string{} : node->text; }

std::int64_t parse_metres(const std::string& text) {
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str() || trim(end) != "m" || number < 1 || number > 5000)
    throw Fault(Code::invalid,
                words("应为 1 至 5000 米的距离，例如 250 m", "expected a distance of 1 to 5000 metres such as 250 m"));
  return number;
}

}  // namespace

std::unique_ptr<Kind> KindReader::read() {
  Reading reading{context_.library, context_.complaints, outline_.pack, kind_.get(), &node_};
  reading_ = &reading;
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
  read_aspects(reader);
  return std::move(kind_);
}

int KindReader::find(const Node& node, const std::string& name, const std::vector<std::string>& known,
                     const Words& what) {
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i] == name) return int(i);
  context_.complaints.push_back(unknown_name(node.at(), what, name, known));
  return -1;
}

int KindReader::find_state(const Node& node) { return find(node, node.text, outline_.states, {"状态", "state"}); }

std::vector<const Node*> KindReader::one_or_many(const Node* node) {
  std::vector<const Node*> nodes;
  if (node == nullptr) return nodes;
  if (node->kind == Node::Kind::list)
    for (const Node& item : node->items) nodes.push_back(&item);
  else
    nodes.push_back(node);
  return nodes;
}

std::vector<bool> KindReader::marks(const Node* node, const std::vector<std::string>& known, const Words& what) {
  std::vector<bool> marked(known.size());
  for (const Node* item : one_or_many(node))
    if (const int index = find(*item, item->text, known, what); index >= 0) marked[std::size_t(index)] = true;
  return marked;
}

void KindReader::check_role(const Node& node, const std::string& role) {
  if (context_.library.role(role) != nullptr) return;
  std::vector<std::string> known;
  for (const Named& each : context_.library.roles) known.push_back(each.name);
  context_.complaints.push_back(unknown_name(node.at(), {"角色", "role"}, role, known));
}

void KindReader::complain(const Node& node, const char* code, Words say) {
  context_.complaints.push_back({node.at(), code, std::move(say)});
}

std::optional<Expression> KindReader::expression(const Node* node, const Scope& scope, std::optional<Type> wanted) {
  if (node == nullptr) return std::nullopt;
  return read_expression(*node, scope, context_.complaints, wanted);
}

void KindReader::read_head(Reader& reader) {
  kind_->name = reader.text("kind");
  kind_->public_list = "public/" + kind_->name;
  kind_->pack = outline_.pack;
  kind_->file = outline_.file;
  kind_->label = reader.words("name");
  kind_->icon = reader.optional_text("icon").value_or("file-text");
  kind_->number_prefix = reader.text("number");
  const Node* number = node_.find("number");
  if (number != nullptr && (kind_->number_prefix.empty() || kind_->number_prefix.size() > 8 ||
                            !std::all_of(kind_->number_prefix.begin(), kind_->number_prefix.end(),
                                         [](char c) { return c >= 'A' && c <= 'Z'; })))
    complain(*number, "format", words("编号前缀应为 1 至 8 个大写字母", "a number's prefix is 1 to 8 capital letters"));
  const std::string place = reader.optional_one_of("place", {"none", "optional", "required"}).value_or("none");
  kind_->place = place == "none" ? PlaceRule::none : place == "optional" ? PlaceRule::optional : PlaceRule::required;
  kind_->report = reader.flag_or("report", false);
  kind_->order = int(reader.optional_integer("order", 1, 1000).value_or(1000));
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

void KindReader::read_states(Reader& reader) {
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

void KindReader::read_rights(Reader& reader) {
  const Node& node = reader.any("rights");
  if (node.kind != Node::Kind::map) return;
  Reader rights(node, context_.complaints);
  kind_->see = read_who(rights.list("see"), scope_);
  // What anybody may raise may be raised for a guest; whoever did that for them may look, without each pack saying so.
  const auto& who = kind_->create.who;
  if (std::any_of(who.begin(), who.end(), [](const Who& each) { return each.how == Who::How::anyone; }))
    kind_->see.push_back({.how = Who::How::relation, .roles = {}, .relation = "proxy", .when = {}});
  kind_->see_private = read_who(rights.optional_list("see_private"), scope_);
}

void KindReader::read_rest(Reader& reader) {
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
  if (const Node* node = reader.optional("open311"))
    kind_->open311 = read_offer(*kind_, outline_, *node, context_.complaints);
}

void KindReader::read_aspects(Reader& reader) {
  const auto names = answers();
  reading_->names = names.get();
  for (const AspectWords& aspect : context_.aspects) {
    const Node* block = aspect.kind_block.empty() ? nullptr : reader.optional(aspect.kind_block);
    if (block != nullptr) kind_->aspects[aspect.name] = aspect.read_kind(*block, *reading_);
    if (aspect.check_kind) aspect.check_kind(node_, *kind_, *reading_);
  }
  reading_->names = nullptr;
}

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
          open_fields_of(node.find("form")),
          relations_of(node)};
}

std::unique_ptr<Kind> read_kind(const KindDocument& document, LoaderContext& context) {
  return KindReader(document, context).read();
}

}  // namespace tongxin::pack::inside

namespace tongxin::pack {

void check_name(const Node& node, const std::string& name, const std::vector<std::string>& known, const Words& what,
                std::vector<Complaint>& complaints) {
  if (std::find(known.begin(), known.end(), name) == known.end())
    complaints.push_back(inside::unknown_name(node.at(), what, name, known));
}

}  // namespace tongxin::pack
