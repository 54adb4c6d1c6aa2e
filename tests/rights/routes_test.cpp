// Every route × every kind of caller × where the thing lies: what each is answered stands in tests/rights/routes.txt, one line a
// route and place, read by people when it changes. Held against it: nobody passes a route that needs signing in, a token opens
// what its scopes say and nothing of its owner's account.
//
// TONGXIN_RIGHTS_WRITE=1 writes the file anew.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "rights/target.hpp"
#include "serve/openapi.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

const char* word_of(Where where) { return where == Where::nowhere ? "" : where == Where::near ? " near" : " far"; }

// What the schema asks for, and what `named` knows a thing for.
class Least {
 public:
  using Named = std::function<std::optional<std::string>(const std::string&)>;
  Least(const Schemas& schemas, Named named) : schemas_(schemas), named_(std::move(named)) {}

  json::value of(const json::value& schema, const std::string& name = {}) const {
    const json::object& type = schema.as_object();
    if (const json::value* reference = type.if_contains("$ref")) {
      const std::string path(reference->as_string());
      return of(schemas_.components().at(path.substr(path.rfind('/') + 1)), name);
    }
    const json::value* word = type.if_contains("type");
    const std::string kind =
        word == nullptr ? "object" : std::string((word->is_array() ? word->at(0) : *word).as_string());
    if (kind == "string" && !name.empty())
      if (auto found = named_(name)) return json::value(*found);
    if (const json::value* list = type.if_contains("enum")) return list->at(0);
    const auto number = [&](const char* key, std::int64_t otherwise) {
      const json::value* found = type.if_contains(key);
      return found == nullptr ? otherwise : found->to_number<std::int64_t>();
    };
    if (kind == "object") return object(type);
    if (kind == "array") {
      json::array list;
      for (std::int64_t i = 0; i < number("minItems", 0); ++i) list.push_back(of(type.at("items")));
      return list;
    }
    if (kind == "integer" || kind == "number") return std::max<std::int64_t>(number("minimum", 1), 1);
    if (kind == "boolean") return true;
    return text(name, type, std::size_t(number("minLength", 1)));
  }

 private:
  json::value object(const json::object& type) const {
    json::object made;
    std::set<std::string> required;
    if (const json::value* list = type.if_contains("required"))
      for (const auto& each : list->as_array()) required.emplace(each.as_string());
    if (const json::value* fields = type.if_contains("properties"))
      for (const auto& [key, inner] : fields->as_object()) {
        const std::string name(key);
        if (required.contains(name) || named_(name)) made[key] = of(inner, name);
      }
    return made;
  }
  static json::value text(const std::string& name, const json::object& type, std::size_t length) {
    if (type.contains("pattern")) return Targets::kNothing;
    if (const json::value* format = type.if_contains("format")) {
      if (format->as_string() == "date-time") return "2027-01-15T10:00:00+08:00";
      if (format->as_string() == "date") return "2027-01-15";
    }
    if (name == "url") return "https://198.51.100.7/h";
    if (name == "phone") return "13800138000";
    if (name == "address") return "someone@example.org";
    if (name == "day" || name == "from" || name == "until" || name == "since") return "2027-01-15";
    return json::string(std::string(length, 'x'));
  }
  const Schemas& schemas_;
  const Named named_;
};

class Routes : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    server_ = std::make_unique<WholeServer>(fresh(aspect::all_migrations()), folder() / "files");
    Targets::appoint(*server_);
    targets_ = std::make_unique<Targets>(*server_);
    for (const auto& [label, name] : kPeople) callers_.emplace_back(label, server_->sign_in(name), "");
    callers_[1].visitor.cookies[kSessionCookie] = "00000000000000000000000000000000000000000000000000000000";
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
  std::string address(const Route& route, Where where) {
    std::string path;
    for (std::size_t at = 0; at < route.path.size();) {
      const auto open = std::min(route.path.find('{', at), route.path.size());
      path += route.path.substr(at, open - at);
      if (open == route.path.size()) break;
      const auto close = route.path.find('}', open);
      path += targets_->in_path(route.path, route.path.substr(open + 1, close - open - 1), where);
      at = close + 1;
    }
    char mark = '?';
    for (const Parameter& each : route.described->parameters) {
      if (each.header) continue;
      auto word = targets_->named(route.path, each.name, where);
      if (!word && !each.required) continue;
      if (!word) word = each.name == "kind" ? "issue" : each.type == ParameterType::id ? Targets::kNothing : "1";
      path += mark + each.name + "=" + *word;
      mark = '&';
    }
    return path;
  }
  std::string body_of(const Route& route, Where where) {
    if (route.described->body == nullptr) return {};
    const json::value schema = schemas_.add(*route.described->body);
    const Least least(schemas_, [&](const std::string& name) { return targets_->named(route.path, name, where); });
    json::value made = least.of(schema);
    if (where != Where::nowhere && route.path == "/v1/records") {
      made.as_object()["form"] = {{"description", "门前有垃圾"}};
      made.as_object()["place"] = {{"area", *targets_->named(route.path, "area", where)}};
      made.as_object().erase("on_behalf_of");
    }
    if (where != Where::nowhere && route.path == "/v1/me") return R"({"name":"同名"})";
    return json::serialize(made);
  }
  int ask(Asking& caller, const Route& route, Where where) {
    test::HttpHeaders headers;
    if (!caller.token.empty()) headers.emplace_back("authorization", "Bearer " + caller.token);
    const auto reply = caller.visitor.send(method_name(route.method), address(route, where), body_of(route, where),
                                           std::move(headers));
    EXPECT_TRUE(reply.status < 500 || reply.status == 503)
        << route.path << word_of(where) << " for " << caller.label << ": " << reply.body;
    if (std::getenv("TONGXIN_RIGHTS_SAY") != nullptr)
      std::cout << method_name(route.method) << ' ' << route.path << word_of(where) << ' ' << caller.label << ' '
                << reply.status << ' ' << (reply.status >= 400 ? reply.body.substr(0, 300) : "") << '\n';
    return reply.status;
  }
  // What would end the sessions of those who ask, and streams, which do not end.
  static bool is_left_out(const Route& route) {
    return !route.described || route.path == "/v1/stream" || route.path.starts_with("/v1/session") ||
           route.path == "/openapi.json" || route.path.find("/v1/me/sessions") == 0 ||
           (route.method == Method::del && route.path == "/v1/me");
  }
  // Can this route be asked for something that lies somewhere?
  bool names_things(const Route& route) {
    return address(route, Where::nowhere) != address(route, Where::near) ||
           body_of(route, Where::nowhere) != body_of(route, Where::near);
  }

  // "POST /v1/posts near: 401 403 …": with ids that name nothing also what each token is answered.
  std::string line_of(const Route& route, Where where) {
    const bool open = !route.described->needs_sign_in;
    const bool own =
        route.path == "/v1/me" || route.path.starts_with("/v1/me/") || route.path.starts_with("/v1/tokens");
    std::string line =
        std::string(method_name(route.method)) + " " + route.path + word_of(where) + (open ? " open" : "") + ":";
    for (Asking& caller : callers_) {
      if (!caller.token.empty() && where != Where::nowhere) continue;
      const int status = ask(caller, route, where);
      line += " " + std::to_string(status);
      if (!open && (caller.label == "nobody" || caller.label == "forger")) {
        EXPECT_EQ(status, 401) << line << " for " << caller.label;
      }
      if (!caller.token.empty() && own) {
        EXPECT_TRUE(status == 401 || status == 403) << line << ": a token opens its owner's account";
      }
    }
    return line;
  }
  std::string head() const {
    std::string text =
        "# What each caller is answered on each route: with ids that name nothing, then (near) with things of the "
        "first\n"
        "# community, where those with posts have them, then (far) with things of another. Things that belong to one "
        "person\n"
        "# alone (imports, tokens, feeds, subscriptions) are somebody else's. Made by TONGXIN_RIGHTS_WRITE=1 "
        "test_rights;\n"
        "# read every line that changes.\n#";
    for (const Asking& caller : callers_) text += " " + std::regex_replace(caller.label, std::regex(" "), "_");
    return text + "\n";
  }

  static constexpr std::pair<const char*, const char*> kPeople[] = {
      {"nobody", ""},          {"forger", ""},          {"resident", "wang"},
      {"reporter", "zhao"},    {"grid worker", "chen"}, {"community worker", "liu"},
      {"secretary", "he"},     {"department", "du"},    {"property firm", "bao"},
      {"street leader", "ma"}, {"administrator", "tan"}};
  static constexpr const char* kScopes[] = {"records:read", "records:write", "people:read", "people:write",
                                            "import",       "open311",       "hotline",     "admin"};
  std::unique_ptr<WholeServer> server_;
  std::unique_ptr<Targets> targets_;
  std::vector<Asking> callers_;
  Schemas schemas_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Routes, test::kEngines, test::engine_name);

TEST_P(Routes, AreOpenToWhomTheFileSays) {
  const std::string file = std::string(TONGXIN_SOURCE_DIR) + "/tests/rights/routes.txt";
  std::vector<std::string> lines;
  for (const Route& route : server_->routes) {
    if (is_left_out(route)) continue;
    for (const Where where : {Where::nowhere, Where::near, Where::far})
      if (where == Where::nowhere || names_things(route)) lines.push_back(line_of(route, where));
  }
  std::sort(lines.begin(), lines.end());
  std::string made = head();
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
