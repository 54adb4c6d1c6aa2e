#include "serve/openapi.hpp"

#include <charconv>
#include <cmath>
#include <set>

#include <boost/json.hpp>

#include "base/fingerprint.hpp"
#include "base/text.hpp"
#include "serve/session_cookie.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

// A parameter of this name stands for all: what another server sends back with the browser is its own affair.
constexpr std::string_view kAnything = "*";

Fault wrong_parameter(std::string_view name, const char* code, Words say) {
  return Fault(Code::invalid, words("网址中的参数有误", "a parameter of the address is wrong"),
               {{"?" + std::string(name), code, std::move(say)}});
}

json::object schema_of(ParameterType type) {
  switch (type) {
    case ParameterType::flag: return {{"type", "boolean"}};
    case ParameterType::integer: return {{"type", "integer"}};
    case ParameterType::number: return {{"type", "number"}};
    case ParameterType::id: return {{"type", "string"}, {"pattern", "^[0-9a-hjkmnp-tv-z]{13}$"}};
    case ParameterType::text: break;
  }
  return {{"type", "string"}};
}

json::array parameters_of(const Route& route) {
  json::array list;
  std::string_view path = route.path;
  for (auto open = path.find('{'); open != path.npos; open = path.find('{')) {
    const auto close = path.find('}', open);
    list.push_back(json::object{{"name", path.substr(open + 1, close - open - 1)},
                                {"in", "path"},
                                {"required", true},
                                {"schema", {{"type", "string"}}}});
    path.remove_prefix(close + 1);
  }
  for (const Parameter& each : route.described->parameters)
    if (each.name == kAnything)
      list.push_back(json::object{{"name", "anything"},
                                  {"in", "query"},
                                  {"description", each.about},
                                  {"style", "form"},
                                  {"explode", true},
                                  {"schema", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}}});
    else
      list.push_back(json::object{{"name", each.name},
                                  {"in", each.header ? "header" : "query"},
                                  {"required", each.required},
                                  {"description", each.about},
                                  {"schema", schema_of(each.type)}});
  return list;
}

// A slip of the pen in a filter would otherwise answer with everything, as if there were none.
void need_known_parameters(const Operation& operation, const Request& request) {
  if (request.query.empty()) return;
  std::vector<std::string> known;
  for (const Parameter& each : operation.parameters)
    if (!each.header) known.push_back(each.name);
  if (std::find(known.begin(), known.end(), kAnything) != known.end()) return;
  std::vector<Complaint> complaints;
  for (const auto& [given, value] : request.query) {
    if (std::find(known.begin(), known.end(), given) != known.end()) continue;
    const std::string name(cut(one_line(given), 60));
    Words say = words("没有参数“{}”", "there is no parameter “{}”", name);
    if (const auto meant = nearest(name, known)) {
      say.zh += fmt::format("，是不是“{}”？", *meant);
      say.en += fmt::format("; did you mean “{}”?", *meant);
    } else if (!known.empty()) {
      say.zh += fmt::format("；可用：{}", fmt::join(known, "、"));
      say.en += fmt::format("; there are: {}", fmt::join(known, ", "));
    }
    complaints.push_back({"?" + name, "unknown", std::move(say)});
    if (complaints.size() == 20) break;
  }
  if (!complaints.empty())
    throw Fault(Code::invalid, words("网址中的参数有误", "a parameter of the address is wrong"), std::move(complaints));
}

void need_credentials(const Operation& operation, const Request& request) {
  if (!operation.needs_sign_in || !request.header("authorization").empty() || session_cookie_of(request)) return;
  throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
}

// "GET /v1/records/{id}/timeline" → "getRecordsIdTimeline"
std::string operation_id(const Route& route) {
  std::string name = method_name(route.method);
  for (char& c : name) c = char(std::tolower(static_cast<unsigned char>(c)));
  bool up = true;
  for (const char c : route.path.starts_with("/v1/") ? route.path.substr(3) : route.path) {
    if (!std::isalnum(static_cast<unsigned char>(c))) {
      up = true;
      continue;
    }
    name += up ? char(std::toupper(static_cast<unsigned char>(c))) : c;
    up = false;
  }
  return name;
}

json::object content(std::string_view type, json::value schema) {
  return {{type, json::object{{"schema", std::move(schema)}}}};
}

// One file, and what goes with it, as RFC 7578 sends them.
json::object multipart_of(const Operation& operation) {
  json::object fields{{operation.file_field, {{"type", "string"}, {"contentMediaType", "application/octet-stream"}}}};
  json::array required{json::string(operation.file_field)};
  for (const Parameter& each : operation.file_beside) {
    json::object schema = schema_of(each.type);
    schema["description"] = each.about;
    fields[each.name] = std::move(schema);
    if (each.required) required.push_back(json::string(each.name));
  }
  return {{"required", true},
          {"content", content("multipart/form-data", json::object{{"type", "object"},
                                                                  {"required", std::move(required)},
                                                                  {"properties", std::move(fields)}})}};
}

// OpenAPI 3.1 has no words for events: the stream is a text, and what comes on it stands beside, by the name of the event.
json::object stream_of(const Operation& operation, Schemas& schemas) {
  json::object events;
  for (const StreamEvent& each : operation.events)
    events[each.name] = json::object{
        {"description", each.about},
        {"data", each.data == nullptr ? json::value(json::object{{"type", "object"}}) : schemas.add(*each.data)}};
  return {{operation.answer_type,
           json::object{{"schema", json::object{{"type", "string"}}}, {"x-events", std::move(events)}}}};
}

json::object operation_of(const Route& route, Schemas& schemas) {
  const Operation& operation = *route.described;
  json::object success{{"description", "成功 / success"}};
  if (!operation.events.empty())
    success["content"] = stream_of(operation, schemas);
  else if (operation.answer)
    success["content"] = content(operation.answer_type, schemas.add(*operation.answer));
  else if (operation.success != 204)
    success["content"] = content(operation.answer_type, json::object{});
  json::object result{
      {"operationId", operation_id(route)}, {"summary", operation.summary}, {"parameters", parameters_of(route)}};
  const int status =
      operation.answer == nullptr && operation.success == 200 && operation.answer_type == "application/json"
          ? 204
          : operation.success;
  if (status == 204) success.erase("content");
  if (!operation.answer_tag.empty())
    success["headers"] = json::object{
        {"ETag", json::object{{"description", operation.answer_tag}, {"schema", json::object{{"type", "string"}}}}}};
  result["responses"] = json::object{{std::to_string(status), std::move(success)},
                                     {"default", json::object{{"$ref", "#/components/responses/Problem"}}}};
  if (!operation.file_field.empty()) result["requestBody"] = multipart_of(operation);
  if (operation.body)
    result["requestBody"] =
        json::object{{"required", true}, {"content", content("application/json", schemas.add(*operation.body))}};
  if (!operation.needs_sign_in)
    result["security"] =
        json::array{json::object{}, json::object{{"session", json::array{}}}, json::object{{"bearer", json::array{}}},
                    json::object{{"follow_code", json::array{}}}};
  return result;
}

json::object problem_schema() {
  return {
      {"type", "object"},
      {"required", {"type", "title", "status", "code", "detail"}},
      {"properties",
       {{"type", {{"type", "string"}}},
        {"title", {{"type", "string"}}},
        {"status", {{"type", "integer"}}},
        {"code", {{"type", "string"}}},
        {"detail", {{"type", "string"}}},
        {"request_id", {{"type", "string"}}},
        {"errors",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"at", {{"type", "string"}}}, {"code", {{"type", "string"}}}, {"detail", {{"type", "string"}}}}}}}}}}}};
}

}  // namespace

Operation& Operation::query(std::string name, std::string about, ParameterType type, bool required) {
  parameters.push_back({std::move(name), std::move(about), type, false, required});
  return *this;
}

Operation& Operation::header(std::string name, std::string about) {
  parameters.push_back({std::move(name), std::move(about), ParameterType::text, true, false});
  return *this;
}

Operation& Operation::idempotent() {
  return header("Idempotency-Key", "重发同一请求时用同一个值 / the same value when the same request is sent again");
}

Operation& Operation::upload(std::string field, std::vector<Parameter> beside) {
  file_field = std::move(field);
  file_beside = std::move(beside);
  return *this;
}

Operation& Operation::tagged(std::string form) {
  answer_tag = std::move(form);
  return header("If-None-Match",
                "已有的 ETag；没有变化时答 304 / the ETag that is there already; 304 when it is still so");
}

void need_json(const Request& request) {
  const std::string_view type = request.header("content-type");
  if (type.empty() || type.substr(0, type.find(';')) == "application/json") return;
  throw Fault(Code::media_type, words("请用 application/json 发送", "send application/json"));
}

std::optional<std::string> query_text(const Request& request, std::string_view name) {
  const auto value = request.query_value(name);
  return value && !value->empty() ? std::optional(std::string(*value)) : std::nullopt;
}

std::optional<bool> query_flag(const Request& request, std::string_view name) {
  const auto text = query_text(request, name);
  if (!text) return std::nullopt;
  if (*text == "true" || *text == "1") return true;
  if (*text == "false" || *text == "0") return false;
  throw wrong_parameter(name, "type", words("应为 true 或 false", "expected true or false"));
}

std::optional<std::int64_t> query_integer(const Request& request, std::string_view name, std::int64_t min,
                                          std::int64_t max) {
  const auto text = query_text(request, name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < min || value > max)
    throw wrong_parameter(name, "range",
                          words("应为 {} 到 {} 的整数", "expected a whole number from {} to {}", min, max));
  return value;
}

std::optional<double> query_number(const Request& request, std::string_view name, double min, double max) {
  const auto text = query_text(request, name);
  if (!text) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || !(value >= min && value <= max))
    throw wrong_parameter(name, "range", words("应为 {} 到 {} 的数", "expected a number from {} to {}", min, max));
  return value;
}

std::int64_t id_of(std::string_view text, std::string_view at) {
  const auto value = parse_id(text);
  if (value) return *value;
  throw Fault(Code::invalid, words("编号不对", "this is no id"),
              {{std::string(at), "format", words("应为 13 位编号", "expected an id of 13 letters")}});
}

std::int64_t path_id(const Request& request, std::size_t index) {
  const auto value = index < request.params.size() ? parse_id(request.params[index]) : std::nullopt;
  if (!value) throw Fault(Code::not_found, words("没有这个编号", "there is nothing with this id"));
  return *value;
}

Operation& Api::add(Route route, std::string summary) {
  auto operation = std::make_shared<Operation>();
  operation->summary = std::move(summary);
  route.described = operation;
  // The one door: whoever shows nothing passes no route that needs signing in, and learns nothing of its bodies. Whether what
  // was shown is good is the handler's to ask.
  route.handler = [operation, inner = std::move(route.handler)](const Request& request) {
    need_credentials(*operation, request);
    need_known_parameters(*operation, request);
    return inner(request);
  };
  if (route.admit)
    route.admit = [operation, inner = std::move(route.admit)](const Request& request) {
      need_credentials(*operation, request);
      need_known_parameters(*operation, request);
      inner(request);
    };
  router_.add(std::move(route));
  return *operation;
}

Operation& Api::add_typed(Method method, std::string path, std::string summary, const contract::Type* body,
                          const contract::Type* answer, Handler handler) {
  Operation& operation =
      add({.method = method, .path = std::move(path), .handler = std::move(handler)}, std::move(summary));
  operation.body = body;
  operation.answer = answer;
  return operation;
}

std::string openapi_document(const Router& router, std::string_view version) {
  Schemas schemas;
  json::object paths;
  for (const Route& route : router.routes()) {
    if (!route.described) continue;
    std::string method = method_name(route.method);
    for (char& c : method) c = char(std::tolower(static_cast<unsigned char>(c)));
    json::value& path = paths[route.path];
    if (!path.is_object()) path.emplace_object();
    path.as_object()[method] = operation_of(route, schemas);
  }
  json::object components{{"schemas", schemas.to_object()}};
  components["schemas"].as_object()["Problem"] = problem_schema();
  components["responses"] = json::object{
      {"Problem", json::object{{"description", "RFC 9457"},
                               {"content", content("application/problem+json",
                                                   json::object{{"$ref", "#/components/schemas/Problem"}})}}}};
  components["securitySchemes"] = json::object{
      {"session",
       json::object{{"type", "apiKey"},
                    {"in", "cookie"},
                    {"name", kSessionCookie},
                    {"description", "over TLS its name begins with __Host-; changes also need X-CSRF-Token"}}},
      {"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}},
      {"follow_code", json::object{{"type", "apiKey"}, {"in", "header"}, {"name", "X-Follow-Code"}}}};
  const json::object document{
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "同心 Tongxin"}, {"version", version}}},
      {"security", json::array{json::object{{"session", json::array{}}}, json::object{{"bearer", json::array{}}}}},
      {"paths", std::move(paths)},
      {"components", std::move(components)}};
  return json::serialize(document);
}

void add_openapi_route(Router& router, std::string_view version) {
  const auto text = std::make_shared<const std::string>(openapi_document(router, version));
  const std::string tag = '"' + fingerprint(*text) + '"';
  router.add({.method = Method::get, .path = "/openapi.json", .handler = [text, tag](const Request&) {
                return Answer(Response{.body = *text, .headers = {{"etag", tag}}});
              }});
}

}  // namespace tongxin::serve
