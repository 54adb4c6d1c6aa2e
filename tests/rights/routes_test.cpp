// Every route × every kind of caller: what each is answered stands in tests/rights/routes.txt, one line a route, read by people
// when it changes. Held against it: nobody passes a route that needs signing in, a resident's cookie opens nothing of the
// office, a token opens what its scopes say and nothing of its owner's account.
//
// TONGXIN_RIGHTS_WRITE=1 writes the file anew.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "serve/openapi.hpp"
#include "support/whole_server.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

// What the schema asks for and nothing more; ids that name nothing.
json::value least(const json::value& schema, const Schemas& schemas) {
  const json::object& type = schema.as_object();
  if (const json::value* reference = type.if_contains("$ref")) {
    const std::string path(reference->as_string());
    return least(schemas.components().at(path.substr(path.rfind('/') + 1)), schemas);
  }
  if (const json::value* list = type.if_contains("enum")) return list->at(0);
  const json::value* name = type.if_contains("type");
  const std::string kind =
      name == nullptr ? "object" : std::string((name->is_array() ? name->at(0) : *name).as_string());
  const auto number = [&](const char* key, std::int64_t otherwise) {
    const json::value* found = type.if_contains(key);
    return found == nullptr ? otherwise : found->to_number<std::int64_t>();
  };
  if (kind == "object") {
    json::object made;
    if (const json::value* required = type.if_contains("required"))
      for (const auto& each : required->as_array())
        made[each.as_string()] = least(type.at("properties").at(each.as_string()), schemas);
    return made;
  }
  if (kind == "array") {
    json::array list;
    for (std::int64_t i = 0; i < number("minItems", 0); ++i) list.push_back(least(type.at("items"), schemas));
    return list;
  }
  if (kind == "integer" || kind == "number") return std::max<std::int64_t>(number("minimum", 1), 1);
  if (kind == "boolean") return true;
  if (type.contains("pattern")) return "0000000000001";
  if (const json::value* format = type.if_contains("format")) {
    if (format->as_string() == "date-time") return "2027-01-15T10:00:00+08:00";
    if (format->as_string() == "date") return "2027-01-15";
  }
  return json::string(std::string(std::size_t(number("minLength", 1)), 'x'));
}

class Routes : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto opened = fresh(aspect::all_migrations());
    server_ = std::make_unique<WholeServer>(std::move(opened), folder() / "files");
    for (const auto& [label, name] : kPeople) callers_.emplace_back(label, server_->sign_in(name), "");
    Visitor keeper = server_->sign_in("tan");
    for (const char* scope : kScopes) {
      const auto reply = keeper.post("/v1/tokens", {{"name", scope}, {"scopes", json::array{scope}}});
      ASSERT_EQ(reply.status, 201) << reply.body;
      callers_.emplace_back(std::string("token ") + scope, server_->visitor(),
                            std::string(reply.json().at("token").as_string()));
    }
  }

  struct Asking {
    Asking(std::string l, Visitor v, std::string t) : label(std::move(l)), visitor(std::move(v)), token(std::move(t)) {}
    std::string label;
    Visitor visitor;
    std::string token;
  };
  // 401, 403, or anything else: with ids that name nothing, whoever is let in is told so (404, 422), or given a list.
  int ask(Asking& caller, const Route& route) {
    std::string path;
    for (std::size_t at = 0; at < route.path.size();) {
      const auto open = std::min(route.path.find('{', at), route.path.size());
      path += route.path.substr(at, open - at);
      if (open == route.path.size()) break;
      const auto close = route.path.find('}', open);
      const std::string name = route.path.substr(open + 1, close - open - 1);
      path += name == "kind" ? "issue" : name == "ledger" ? "collective" : "0000000000001";
      at = close + 1;
    }
    char mark = '?';
    for (const Parameter& each : route.described->parameters)
      if (each.required && !each.header) {
        path += mark + each.name + "=" +
                (each.name == "kind"              ? "issue"
                 : each.type == ParameterType::id ? "0000000000001"
                                                  : "1");
        mark = '&';
      }
    std::string body;
    if (route.described->body != nullptr) {
      const json::value schema = schemas_.add(*route.described->body);
      body = json::serialize(least(schema, schemas_));
    }
    test::HttpHeaders headers;
    if (!caller.token.empty()) headers.emplace_back("authorization", "Bearer " + caller.token);
    return caller.visitor.send(method_name(route.method), path, body, std::move(headers)).status;
  }
  // What would end the sessions of those who ask, and streams, which do not end.
  static bool is_left_out(const Route& route) {
    return !route.described || route.path == "/v1/stream" || route.path.starts_with("/v1/session") ||
           route.path == "/openapi.json" || route.path.find("/v1/me/sessions") == 0 ||
           (route.method == Method::del && route.path == "/v1/me");
  }

  static constexpr std::pair<const char*, const char*> kPeople[] = {
      {"nobody", ""},          {"resident", "wang"}, {"grid worker", "chen"},  {"community worker", "liu"},
      {"secretary", "he"},     {"department", "du"}, {"property firm", "bao"}, {"street leader", "ma"},
      {"administrator", "tan"}};
  static constexpr const char* kScopes[] = {"records:read", "records:write", "people:read", "people:write",
                                            "import",       "open311",       "hotline",     "admin"};
  std::unique_ptr<WholeServer> server_;
  std::vector<Asking> callers_;
  Schemas schemas_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Routes, test::kEngines, test::engine_name);

TEST_P(Routes, AreOpenToWhomTheFileSays) {
  const std::string file = std::string(TONGXIN_SOURCE_DIR) + "/tests/rights/routes.txt";
  std::string head =
      "# What each caller is answered on each route, with ids that name nothing. Made by "
      "TONGXIN_RIGHTS_WRITE=1 test_rights; read every line that changes.\n#";
  for (const Asking& caller : callers_) head += " " + std::regex_replace(caller.label, std::regex(" "), "_");
  std::vector<std::string> lines;
  for (const Route& route : server_->routes) {
    if (is_left_out(route)) continue;
    std::string line = std::string(method_name(route.method)) + " " + route.path +
                       (route.described->needs_sign_in ? "" : " open") + ":";
    for (Asking& caller : callers_) {
      const int status = ask(caller, route);
      line += " " + std::to_string(status);
      EXPECT_LT(status, 500) << line << " for " << caller.label;
      if (route.described->needs_sign_in && caller.label == "nobody") {
        EXPECT_TRUE(status == 401 || status == 422 || status == 404 || status == 415) << line;
      }
      const bool own =
          route.path == "/v1/me" || route.path.starts_with("/v1/me/") || route.path.starts_with("/v1/tokens");
      if (!caller.token.empty() && own) {
        EXPECT_TRUE(status == 401 || status == 403) << line << ": a token opens its owner's account";
      }
    }
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  std::string made = head + "\n";
  for (const std::string& line : lines) made += line + "\n";
  if (std::getenv("TONGXIN_RIGHTS_WRITE") != nullptr) std::ofstream(file) << made;
  std::ifstream in(file);
  const std::string kept(std::istreambuf_iterator<char>(in), {});
  std::istringstream before(kept), after(made);
  for (std::string was, is; std::getline(after, is);) {
    std::getline(before, was);
    EXPECT_EQ(is, was);
    if (is != was) break;
  }
  EXPECT_EQ(made, kept) << "the routes and their callers have changed";
}

}  // namespace
}  // namespace tongxin::serve
