#include "pack/kind_reader.hpp"

namespace tongxin::pack::inside {

KindReader::FieldNodes KindReader::read_form(const std::vector<Node::Entry>& entries, Form& form) {
  FieldNodes nodes;
  for (const auto& entry : entries) {
    nodes.emplace_back(form.fields.size(), &entry.value);
    form.fields.push_back(read_field(entry));
  }
  return nodes;
}

Field KindReader::read_field(const Node::Entry& entry) {
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
  read_of(reader, field);
  if (const Node* initial = reader.optional("default")) field.initial = literal(*initial);
  (void)reader.optional("required");
  (void)reader.optional("visible");
  return field;
}

void KindReader::read_of(Reader& reader, Field& field) {
  const Node* of = reader.optional("of");
  if (of == nullptr) return;
  if (field.type != FieldType::record && field.type != FieldType::records)
    complain(*of, "contradiction", words("只有事项字段才有 of", "only fields of records have `of`"));
  check_kind(*of);
  field.of_kind = of->text;
}

FieldType KindReader::read_type(Reader& reader) {
  const std::string type = reader.one_of(
      "type", {"text",  "long_text", "integer", "number", "money", "flag", "choice", "choices", "day",   "time",
               "phone", "id_card",   "person",  "org",    "orgs",  "area", "record", "records", "files", "stars"});
  for (int i = 0; i <= int(FieldType::stars); ++i)
    if (type == name_of(FieldType(i))) return FieldType(i);
  return FieldType::text;
}

boost::json::value KindReader::literal(const Node& node) {
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

void KindReader::finish_form(const FieldNodes& nodes, Form& form, const Scope& scope) {
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

void KindReader::read_title(Reader& reader) {
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

}  // namespace tongxin::pack::inside
