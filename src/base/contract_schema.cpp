#include <cctype>
#include <stdexcept>

#include <boost/json.hpp>

#include "base/contract_inside.hpp"

namespace tongxin::contract {
namespace {

namespace json = boost::json;

bool of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// "tongxin::Page<tongxin::record::Summary>" becomes "PageOfSummary".
std::string short_name(std::string_view full) {
  std::string result;
  for (std::size_t i = 0; i < full.size();) {
    std::size_t end = i;
    while (end < full.size() && of_name(full[end])) ++end;
    const std::string_view part = full.substr(i, end - i);
    if (!part.empty() && !full.substr(end).starts_with("::"))
      result += (result.empty() ? "" : "Of") + std::string(part);
    i = std::max(end, i + 1);
    if (end < full.size() && full[end] == '{') i = full.find('}', end) + 1;  // "{anonymous}"
  }
  return result;
}

json::object number_schema(const char* type, const char* format, const Note& note) {
  json::object schema{{"type", type}};
  if (format) schema["format"] = format;
  if (note.range.set) {
    schema["minimum"] = note.range.min;
    schema["maximum"] = note.range.max;
    if (std::string_view(type) == "integer" && std::abs(note.range.min) < 1e15)
      schema["minimum"] = std::int64_t(note.range.min);
    if (std::string_view(type) == "integer" && std::abs(note.range.max) < 1e15)
      schema["maximum"] = std::int64_t(note.range.max);
  }
  return schema;
}

json::object text_schema(const Note& note) {
  json::object schema{{"type", "string"}};
  if (note.length.set) {
    schema["minLength"] = std::int64_t(note.length.min);
    schema["maxLength"] = std::int64_t(note.length.max);
  }
  switch (note.format) {
    case Format::none: break;
    case Format::day: schema["format"] = "date"; break;
    case Format::line: schema["format"] = "line"; break;
    case Format::word: schema["pattern"] = "^[a-z][a-z0-9_-]*$"; break;
    case Format::phone: schema["format"] = "phone"; break;
    case Format::id_card: schema["pattern"] = "^[1-9][0-9]{16}[0-9Xx]$"; break;
    case Format::uri: schema["format"] = "uri"; break;
    case Format::secret: schema["format"] = "password"; break;
  }
  return schema;
}

json::value schema_of(Schemas& schemas, const Type& type, const Note& note) {
  switch (type.shape) {
    case Shape::boolean: return json::object{{"type", "boolean"}};
    case Shape::int32: return note.format == Format::day ? text_schema(note) : number_schema("integer", "int32", note);
    case Shape::int64: return number_schema("integer", "int64", note);
    case Shape::real: return number_schema("number", "double", note);
    case Shape::text: return text_schema(note);
    case Shape::time: return json::object{{"type", "string"}, {"format", "date-time"}};
    case Shape::id: return json::object{{"type", "string"}, {"pattern", "^[0-9a-hjkmnp-tv-z]{13}$"}};
    case Shape::optional:
    case Shape::written: return schema_of(schemas, *type.inner, note);
    case Shape::list:
    case Shape::map: {
      Note inner = note;
      inner.items = {};
      const bool list = type.shape == Shape::list;
      json::object schema{{"type", list ? "array" : "object"}};
      schema[list ? "items" : "additionalProperties"] = schema_of(schemas, *type.inner, inner);
      if (!note.items.set) return schema;
      schema[list ? "minItems" : "minProperties"] = std::int64_t(note.items.min);
      schema[list ? "maxItems" : "maxProperties"] = std::int64_t(note.items.max);
      return schema;
    }
    case Shape::free_value: return json::object{};
    case Shape::free_object: return json::object{{"type", "object"}};
    case Shape::object:
    case Shape::enumeration: return schemas.add(type);
  }
  return {};
}

void add_properties(Schemas& schemas, const Type& type, json::object& properties, json::array& required) {
  for (const Field& field : type.fields) {
    if (type.flat) {
      add_properties(schemas, field.type->shape == Shape::written ? *field.type->inner : *field.type, properties,
                     required);
      continue;
    }
    json::object schema = schema_of(schemas, *field.type, field.note).as_object();
    if (!field.note.text.empty()) schema["description"] = field.note.text;
    if (field.note.format == Format::secret) schema["writeOnly"] = true;
    properties[field.note.name] = std::move(schema);
    if (field.type->shape != Shape::optional && !field.note.defaulted) required.emplace_back(field.note.name);
  }
}

json::object object_schema(Schemas& schemas, const Type& type) {
  json::object properties;
  json::array required;
  add_properties(schemas, type, properties, required);
  json::object schema{{"type", "object"}};
  if (!type.about.empty()) schema["description"] = type.about;
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

json::value Schemas::add(const Type& type) {
  if (type.shape != Shape::object && type.shape != Shape::enumeration) return schema_of(*this, type, {});
  const std::string name = short_name(type.name);
  const auto [at, is_new] = full_names_.emplace(name, type.name);
  if (at->second != type.name)
    throw std::logic_error(
        fmt::format("two types would be {} in the contract: {} and {}", name, at->second, type.name));
  if (is_new) {  // noted before its fields are walked, so that a type may contain itself
    if (type.shape == Shape::object) {
      components_[name] = object_schema(*this, type);
    } else {
      json::array names;
      for (const Enumerator& e : type.enumerators) names.emplace_back(e.name);
      components_[name] = json::object{{"type", "string"}, {"enum", std::move(names)}};
    }
  }
  return json::object{{"$ref", "#/components/schemas/" + name}};
}

json::object Schemas::to_object() const {
  json::object all;
  for (const auto& [name, schema] : components_) all[name] = schema;
  return all;
}

}  // namespace tongxin::contract
