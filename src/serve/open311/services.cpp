#include "serve/open311/services.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace tongxin::serve::open311 {
namespace {

namespace json = boost::json;
using pack::Field;
using pack::FieldType;

const char* datatype_of(FieldType type) {
  switch (type) {
    case FieldType::long_text: return "text";
    case FieldType::integer:
    case FieldType::number:
    case FieldType::money:
    case FieldType::stars: return "number";
    case FieldType::flag:
    case FieldType::choice: return "singlevaluelist";
    case FieldType::choices: return "multivaluelist";
    case FieldType::day:
    case FieldType::time: return "datetime";
    default: return "string";
  }
}

json::array values_of(const Field& field, Language language) {
  json::array values;
  if (field.type == FieldType::flag) {
    values.push_back({{"key", "true"}, {"name", Words{"是", "Yes"}.in(language)}});
    values.push_back({{"key", "false"}, {"name", Words{"否", "No"}.in(language)}});
  }
  for (const pack::Option& option : field.options)
    values.push_back({{"key", option.value}, {"name", option.name.in(language)}});
  return values;
}

bool is_offered_category(const pack::Offer& offer, const std::string& code) {
  return offer.categories.empty() ||
         std::find(offer.categories.begin(), offer.categories.end(), code) != offer.categories.end();
}

// ── values ──
json::value number_of(const std::string& text, FieldType type) {
  const std::string_view plain = trim(text);
  if (type == FieldType::number) {
    double value = 0;
    const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    return read.ec == std::errc{} && read.ptr == plain.data() + plain.size() ? json::value(value) : json::value(text);
  }
  std::int64_t value = 0;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  return read.ec == std::errc{} && read.ptr == plain.data() + plain.size() ? json::value(value) : json::value(text);
}

json::value flag_of(const std::string& text) {
  const std::string folded = fold(trim(text));
  for (const char* yes : {"true", "1", "yes", "on", "是"})
    if (folded == yes) return true;
  for (const char* no : {"false", "0", "no", "off", "否"})
    if (folded == no) return false;
  return json::value(text);
}

json::value time_of(const std::string& text, Zone zone) {
  Time time{};
  const std::string plain(trim(text));
  if (parse_rfc3339(plain, time) || parse_local(plain, time, zone)) return json::value(to_rfc3339(time, zone));
  if (Day day = 0; parse_day(plain, day)) return json::value(to_rfc3339(midnight(day, zone), zone));
  return json::value(text);
}

json::value value_of(const Field& field, const std::vector<std::string>& sent, Zone zone) {
  const std::string& first = sent.front();
  switch (field.type) {
    case FieldType::integer:
    case FieldType::number:
    case FieldType::money:
    case FieldType::stars: return number_of(first, field.type);
    case FieldType::flag: return flag_of(first);
    case FieldType::day: return json::value(std::string_view(first).substr(0, 10));
    case FieldType::time: return time_of(first, zone);
    case FieldType::choices: {
      json::array list;
      for (const std::string& each : sent) list.emplace_back(each);
      return list;
    }
    case FieldType::phone: return json::value(clean_phone(first));
    default: return json::value(first);
  }
}

}  // namespace

std::vector<Service> services_of(const pack::Library& library) {
  std::vector<Service> services;
  for (const auto& kind : library.kinds) {
    if (!kind->open311) continue;
    if (kind->taxonomy == nullptr) services.push_back({kind.get(), nullptr});
    if (kind->taxonomy == nullptr) continue;
    for (const pack::Category& category : kind->taxonomy->categories)
      if (is_offered_category(*kind->open311, category.code)) services.push_back({kind.get(), &category});
  }
  return services;
}

std::optional<Service> service_of(const pack::Library& library, std::string_view kind_name, std::string_view category) {
  const pack::Kind* kind = library.kind(kind_name);
  if (kind == nullptr || !kind->open311) return std::nullopt;
  if (kind->taxonomy == nullptr || category.empty()) return Service{kind, nullptr};
  const pack::Category* found = kind->taxonomy->find(category);
  if (found == nullptr || !is_offered_category(*kind->open311, found->code)) return std::nullopt;
  return Service{kind, found};
}

std::optional<Service> find_service(const pack::Library& library, std::string_view code) {
  const auto dash = code.find('-');
  if (dash == code.npos) return service_of(library, code, {});
  const auto service = service_of(library, code.substr(0, dash), code.substr(dash + 1));
  return service && service->category != nullptr ? service : std::nullopt;
}

std::string code_of(const Service& service) {
  return service.category == nullptr ? service.kind->name : service.kind->name + "-" + service.category->code;
}

const Words& name_of(const Service& service) {
  return service.category == nullptr ? service.kind->label : service.category->name;
}

std::vector<const Field*> attribute_fields(const Service& service) {
  const pack::Offer& offer = *service.kind->open311;
  std::vector<const Field*> fields;
  for (std::size_t i = 0; i < service.kind->form.fields.size(); ++i) {
    const Field& field = service.kind->form.fields[i];
    const bool other = int(i) == service.kind->title_field || field.name == offer.name || field.name == offer.phone ||
                       field.name == offer.email;
    if (!other && pack::is_offered(field)) fields.push_back(&field);
  }
  return fields;
}

json::object service_json(const Service& service, Language language) {
  const pack::Offer& offer = *service.kind->open311;
  const std::string& kind = service.kind->label.in(language);
  std::string keywords = kind;
  if (service.category != nullptr) keywords += "," + service.category->code;
  return {{"service_code", code_of(service)},
          {"service_name", name_of(service).in(language)},
          {"description", service.category == nullptr ? kind : name_of(service).in(language) + " · " + kind},
          {"metadata", !attribute_fields(service).empty()},
          {"type", offer.batch ? "batch" : "realtime"},
          {"keywords", keywords},
          {"group", offer.group ? offer.group->in(language) : kind}};
}

json::object definition_json(const Service& service, Language language) {
  json::array attributes;
  for (const Field* field : attribute_fields(service)) {
    json::object attribute{{"variable", true},
                           {"code", field->name},
                           {"datatype", datatype_of(field->type)},
                           {"required", field->required},
                           {"datatype_description", nullptr},
                           {"order", attributes.size() + 1},
                           {"description", field->label.in(language)}};
    if (field->hint) attribute["datatype_description"] = field->hint->in(language);
    if (json::array values = values_of(*field, language); !values.empty()) attribute["values"] = std::move(values);
    attributes.push_back(std::move(attribute));
  }
  return {{"service_code", code_of(service)}, {"attributes", std::move(attributes)}};
}

json::object attributes_of(const Service& service, const Request& request, Zone zone) {
  json::object form;
  for (const Field* field : attribute_fields(service)) {
    std::vector<std::string> sent;
    const std::string name = "attribute[" + field->name + "]";
    for (const auto* pairs : {&request.query, &request.fields})
      for (const auto& [key, value] : *pairs)
        if ((key == name || key == name + "[]") && !trim(value).empty()) sent.push_back(value);
    if (!sent.empty()) form[field->name] = value_of(*field, sent, zone);
  }
  return form;
}

const Field* media_field(const pack::Form& form) {
  const Field* found = nullptr;
  for (const Field& field : form.fields)
    if (field.type == FieldType::files && !field.staff_only && !field.flow_only && (found == nullptr || !found->open))
      found = &field;
  return found;
}

std::string sent_name(const Service& service, const std::string& at) {
  if (at == "/place") return "lat, long or address_id";
  const std::string name = at.starts_with("/form/") ? at.substr(6) : at;
  const pack::Offer& offer = *service.kind->open311;
  const int title = service.kind->title_field;
  if (title >= 0 && service.kind->form.fields[std::size_t(title)].name == name) return "description";
  if (name == offer.name) return "last_name";
  if (name == offer.phone) return "phone";
  if (name == offer.email) return "email";
  const Field* field = service.kind->form.find(name);
  return field != nullptr && field->type == FieldType::files ? "media_url" : name;
}

}  // namespace tongxin::serve::open311
