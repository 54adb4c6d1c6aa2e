// The same requests give the same answers and leave the same rows on SQLite and on PostgreSQL: two servers, twins by clock and
// seed, are sent one random history.
//
// By hand, longer: tests/differential/run --seed 7 --steps 5000 --seeds 10.
#include <gtest/gtest.h>

#include <regex>

#include "measure/verify.hpp"
#include "serve/openapi.hpp"
#include "store/copy.hpp"
#include "support/form_filler.hpp"
#include "support/whole_server.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using test::Engine;
using test::HttpReply;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != 0 ? std::stoull(text) : otherwise;
}

// What is random by its nature: secrets, and the id of the request. Everything else must be equal.
void settle_secrets(json::value& value) {
  static const std::set<std::string, std::less<>> secrets{
      "csrf", "follow_code", "request_id", "token", "secret", "totp_secret", "uri", "feed", "url", "code_shown"};
  if (value.is_array())
    for (auto& each : value.as_array()) settle_secrets(each);
  if (value.is_object())
    for (auto& [name, each] : value.as_object()) {
      const bool secret = secrets.contains(std::string_view(name)) && each.is_string();
      secret ? void(each = "*") : settle_secrets(each);
    }
}

std::string plain(const HttpReply& reply) {
  std::string text = std::to_string(reply.status) + " ";
  for (const char* name : {"etag", "location", "content-type", "retry-after"})
    if (const std::string value = reply.header(name); !value.empty()) text += std::string(name) + ": " + value + "; ";
  if (reply.header("content-type").find("json") == std::string::npos) return text + reply.body;
  json::value body = reply.json();
  settle_secrets(body);
  return text + json::serialize(body);
}

struct Ask {
  std::string who, method, path, body;
  test::HttpHeaders headers;
};

class Side {
 public:
  Side(std::unique_ptr<store::Store> store, const std::string& folder) : server(std::move(store), folder) {
    for (const auto& [who, role] : std::map<std::string, std::string>{
             {"liu", "assembly_chair"}, {"he", "points_recorder"}, {"wu", "points_checker"}, {"bao", "shop_keeper"}})
      server.appoint(who, role, "taoyuan-committee", "taoyuan");
    server.appoint("he", "village_accountant", "taoyuan-committee", "taoyuan");
  }
  HttpReply send(const Ask& ask) {
    auto found = visitors_.find(ask.who);
    if (found == visitors_.end()) found = visitors_.emplace(ask.who, server.sign_in(ask.who)).first;
    return found->second.send(ask.method, ask.path, ask.body, ask.headers);
  }
  // Sessions end when nobody came for half a day.
  void pass(milliseconds time) {
    visitors_.clear();
    server.clock.advance(time);
    server.deadlines.run_once();
  }
  std::string new_file() {
    static constexpr store::Sql kAddFile{"twin_file",
                                         "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, "
                                         "size, hash, view_hash, thumb_hash, open) "
                                         "VALUES ($1,$2,0,0,$3,'a.jpg','image/jpeg',1000,$4,$4,$4,0)"};
    const FileId id = server.ids.make<FileId>();
    server.store->write(
        [&](store::Tx& tx) { tx.run(kAddFile, WholeServer::kRealm, id, server.clock.now(), std::string(64, '0')); });
    return to_text(id);
  }

  WholeServer server;

 private:
  std::map<std::string, Visitor> visitors_;
};

// Makes up the next request from what it has seen so far.
class Author {
 public:
  Author(std::uint64_t seed, const WholeServer& server, std::function<std::string()> new_file)
      : random_(seed), server_(server) {
    for (const auto& [name, id] : server.names.people) nameable_.people.push_back(to_text(id)), people_.push_back(name);
    for (const auto& [name, id] : server.names.orgs) nameable_.orgs.push_back(to_text(id));
    for (const auto& [name, id] : server.names.areas) nameable_.areas.push_back(to_text(id));
    nameable_.new_file = std::move(new_file);
    for (const auto& kind : server.library->kinds) kinds_.push_back(kind.get());
    for (const Route& route : server.routes)
      if (route.described && !is_left_out(route)) routes_.push_back(&route);
  }

  Ask next() {
    const auto chance = random_.below(100);
    Ask ask;
    ask.who = random_.chance(0.1) ? std::string() : people_[random_.below(people_.size())];
    if (chance < 30) return creation(std::move(ask));
    if (chance < 60 && !seen_.empty()) return action(std::move(ask));
    return anything(std::move(ask));
  }
  void learn(const Ask& ask, const HttpReply& reply) {
    if (reply.header("content-type").find("json") == std::string::npos || reply.status >= 400) return;
    const json::value body = reply.json();
    gather(body);
    const bool record = body.is_object() && body.as_object().contains("number") && body.as_object().contains("state");
    if (!record) return;
    const std::string id(body.at("id").as_string()), kind(body.at("kind").as_string());
    auto& list = nameable_.records[kind];
    if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
    Seen& seen = seen_[id];
    seen.kind = kind, seen.version = int(body.at("version").as_int64());
    if (!ask.who.empty()) seen.who = ask.who;
    seen.actions.clear();
    if (const json::value* actions = body.as_object().if_contains("actions"); actions && actions->is_array())
      for (const auto& each : actions->as_array())
        seen.actions.push_back(std::string((each.is_object() ? each.at("name") : each).as_string()));
  }

 private:
  struct Seen {
    std::string kind, who;
    int version = 0;
    std::vector<std::string> actions;
  };

  // What lives outside the requests: streams that do not end, jobs in the background, files, sessions, random secrets.
  static bool is_left_out(const Route& route) {
    for (const char* each : {"/v1/stream", "/v1/imports", "/v1/exports", "/v1/session", "/v1/files", "/v1/health",
                             "/v1/packs/check", "/v1/feeds", "/v1/me/sessions", "/try"})
      if (route.path.find(each) != std::string::npos) return true;
    return route.upload;
  }
  template <class List>
  const auto& any(const List& list) {
    return list[random_.below(list.size())];
  }
  void gather(const json::value& value) {
    static const std::regex id("[0-9a-hjkmnp-tv-z]{13}");
    if (value.is_array())
      for (const auto& each : value.as_array()) gather(each);
    if (value.is_object())
      for (const auto& [name, each] : value.as_object()) gather(each);
    if (value.is_string() && std::regex_match(std::string(value.as_string()), id) && ids_.size() < 400)
      ids_.push_back(std::string(value.as_string()));
  }

  Ask creation(Ask ask) {
    const pack::Kind& kind = *any(kinds_);
    test::FormFiller filler(random_, nameable_, day_of(server_.clock.now()));
    json::object body{{"kind", kind.name}, {"form", filler.fill(kind.form)}};
    if (kind.place != pack::PlaceRule::none) body["place"] = json::object{{"area", any(nameable_.areas)}};
    if (kind.taxonomy != nullptr && !kind.taxonomy->categories.empty())
      body["category"] = any(kind.taxonomy->categories).code;
    ask.method = "POST", ask.path = "/v1/records", ask.body = json::serialize(body);
    if (random_.chance(0.3)) ask.headers.emplace_back("idempotency-key", "k" + std::to_string(random_.below(20)));
    return ask;
  }
  Ask action(Ask ask) {
    auto at = seen_.begin();
    std::advance(at, random_.below(seen_.size()));
    const auto& [id, seen] = *at;
    const pack::Kind* kind = server_.library->kind(seen.kind);
    if (random_.chance(0.6)) ask.who = seen.who;
    if (random_.chance(0.3) || kind->actions.empty()) {
      ask.method = "GET", ask.path = "/v1/records/" + id + (random_.chance(0.3) ? "/timeline" : "");
      return ask;
    }
    const std::string name = !seen.actions.empty() && random_.chance(0.8) ? any(seen.actions) : any(kind->actions).name;
    const int index = kind->action(name);
    test::FormFiller filler(random_, nameable_, day_of(server_.clock.now()));
    json::object body{{"form", index < 0 ? json::object{} : filler.fill(kind->actions[std::size_t(index)].form)}};
    if (random_.chance(0.5)) body["version"] = seen.version - int(random_.below(10) == 0);
    ask.method = "POST", ask.path = "/v1/records/" + id + "/actions/" + name, ask.body = json::serialize(body);
    return ask;
  }

  // Any route, with parameters and a body that fit mostly.
  Ask anything(Ask ask) {
    const Route& route = *any(routes_);
    ask.method = method_name(route.method);
    for (std::size_t at = 0; at < route.path.size();) {
      const auto open = std::min(route.path.find('{', at), route.path.size());
      ask.path += route.path.substr(at, open - at);
      if (open == route.path.size()) break;
      const auto close = route.path.find('}', open);
      ask.path += word_for(route.path.substr(open + 1, close - open - 1), ParameterType::text);
      at = close + 1;
    }
    char mark = '?';
    for (const Parameter& each : route.described->parameters) {
      if (each.header || (!each.required && !random_.chance(0.35))) continue;
      ask.path += mark + each.name + "=" + word_for(each.name, each.type);
      mark = '&';
    }
    if (route.described->body != nullptr) ask.body = json::serialize(made_for(schemas_.add(*route.described->body), 0));
    return ask;
  }
  std::string word_for(const std::string& name, ParameterType type) {
    static const std::map<std::string, std::vector<std::string>> words{
        {"list", {"todo", "area", "mine", "public", "nonsense"}},
        {"sort", {"new", "due"}},
        {"state", {"collected", "handling", "closed", "collected,handling"}},
        {"level", {"grid", "community", "street"}},
        {"q", {"%E6%BC%8F%E6%B0%B4", "water", "TX-2027", "%E8%B7%AF%E7%81%AF"}},
        {"text", {"%E6%BC%8F%E6%B0%B4"}},
        {"category", {"garbage", "road", "water"}},
        {"name", {"bank", "cash", "purse", "shelf", "whole"}},
        {"ledger", {"collective", "points", "goods_stock"}},
        {"from", {"2027-01-01", "2026-12-01"}},
        {"until", {"2027-02-01", "2027-01-15"}},
        {"day", {"2027-01-15", "2027-01-16"}},
        {"on", {"2027-01-15"}},
        {"month", {"2027-01"}},
        {"period", {"202701", "2027-01", "month"}},
        {"lon", {"117.201", "117.21"}},
        {"lat", {"39.121"}},
        {"cursor", {"1", "nonsense"}},
    };
    if (const auto found = words.find(name); found != words.end() && random_.chance(0.9)) return any(found->second);
    if (name == "kind") return any(kinds_)->name;
    if (name == "area" || name == "parent") return any(nameable_.areas);
    if (name == "person") return any(nameable_.people);
    if (name == "org") return any(nameable_.orgs);
    if (type == ParameterType::flag) return random_.chance(0.5) ? "true" : "0";
    if (type == ParameterType::integer) return std::to_string(random_.below(60));
    if (type == ParameterType::number) return "117.2";
    if (!ids_.empty() && random_.chance(0.9)) return any(ids_);
    return "x1";
  }
  // A value that the schema describes, mostly.
  json::value made_for(const json::value& schema, int depth) {
    if (random_.chance(0.03)) return random_.chance(0.5) ? json::value(nullptr) : json::value(-1);
    const json::object& type = schema.as_object();
    if (const json::value* reference = type.if_contains("$ref")) {
      const std::string path(reference->as_string());
      return made_for(schemas_.components().at(path.substr(path.rfind('/') + 1)), depth);
    }
    if (const json::value* list = type.if_contains("enum")) return any(list->as_array());
    const json::value* name = type.if_contains("type");
    std::string kind = name == nullptr    ? ""
                       : name->is_array() ? std::string(name->at(0).as_string())
                                          : std::string(name->as_string());
    if (kind == "object" && type.contains("properties")) {
      json::object made;
      for (const auto& [field, inner] : type.at("properties").as_object())
        if (depth < 4 && random_.chance(0.8)) {
          const std::string word(field);
          made[field] = text_like(word, made_for(inner, depth + 1));
        }
      return made;
    }
    if (kind == "array") {
      json::array list;
      if (const json::value* items = type.if_contains("items"); items && depth < 4 && random_.chance(0.7))
        list.push_back(made_for(*items, depth + 1));
      return list;
    }
    if (kind == "integer") return std::int64_t(random_.below(300));
    if (kind == "number") return double(random_.below(100));
    if (kind == "boolean") return random_.chance(0.5);
    if (kind == "string") {
      if (type.contains("pattern")) return json::value(ids_.empty() ? any(nameable_.areas) : any(ids_));
      if (const json::value* format = type.if_contains("format"))
        return json::value(format->as_string() == "date-time" ? "2027-01-15T10:00:00+08:00" : "2027-01-15");
      return json::string("漏水 " + std::to_string(random_.below(50)));
    }
    return json::object{};
  }
  json::value text_like(const std::string& field, json::value made) {
    if (!made.is_string()) return made;
    if (field == "day" || field == "from" || field == "until" || field == "on") return json::value("2027-01-15");
    if (field == "kind") return json::value(any(kinds_)->name);
    return made;
  }

  Random random_;
  const WholeServer& server_;
  test::Nameable nameable_;
  std::vector<std::string> people_, ids_;
  std::vector<const pack::Kind*> kinds_;
  std::vector<const Route*> routes_;
  std::map<std::string, Seen> seen_;
  Schemas schemas_;
};

// Everything that the store holds, but for what is sealed, salted or hashed with a secret: those columns are left out, and of
// tables with such a key only the number of rows counts.
std::map<std::string, std::vector<std::string>> rows_of(store::Store& store) {
  return store.read([&](store::Tx& tx) {
    std::map<std::string, std::vector<std::string>> all;
    for (store::TableShape table : store::table_shapes(aspect::all_migrations())) {
      bool secret_key = false;
      std::erase_if(table.columns, [&](const auto& column) {
        const bool secret = column.kind == store::Value::Kind::bytes;
        secret_key |= secret && std::find(table.key.begin(), table.key.end(), column.name) != table.key.end();
        return secret;
      });
      auto& rows = all[table.name];
      if (table.name == "record_key") secret_key = true;  // follow codes stand there beside other keys
      if (secret_key || table.columns.empty()) {
        const std::string text = "SELECT count(*) FROM " + table.name;
        tx.query(store::Sql{"test_count", text}, {}, [&](const store::Row& row) {
          rows.push_back(std::to_string(row.integer(0)));
          return false;
        });
        continue;
      }
      store::each_row(tx, table, [&](const std::string& line) { rows.push_back(line); });
    }
    return all;
  });
}

class Twins : public test::EnginesTest {
 protected:
  std::unique_ptr<store::Store> on_sqlite(const std::string& name) {
    auto opened = store::open({.url = folder() / (name + ".db"), .readers = 2, .durable = false});
    store::migrate(*opened, aspect::all_migrations());
    return opened;
  }
  void play(std::uint64_t seed, std::uint64_t steps);
  void compare(std::uint64_t seed, Side& one, Side& other);
  std::size_t rows_ = 0;  // compared
};
INSTANTIATE_TEST_SUITE_P(Engines, Twins, ::testing::Values(Engine::postgresql), test::engine_name);

void Twins::compare(std::uint64_t seed, Side& one, Side& other) {
  const auto here = rows_of(*one.server.store), there = rows_of(*other.server.store);
  for (const auto& [table, lines] : here) {
    EXPECT_EQ(lines, there.at(table)) << "seed " << seed << ", table " << table;
    rows_ += lines.size();
  }
  for (Side* side : {&one, &other}) {
    const auto verdict = measure::verify(*side->server.store, side->server.worlds, WholeServer::kRealm);
    EXPECT_TRUE(verdict.sound()) << verdict.findings.front().where << ": " << verdict.findings.front().say.en;
  }
}

void Twins::play(std::uint64_t seed, std::uint64_t steps) {
  const std::string name = "twin-" + std::to_string(seed);
  Side one(on_sqlite(name), folder() / (name + "-1")), other(fresh(aspect::all_migrations()), folder() / (name + "-2"));
  Author author(seed, one.server, [&] {
    const std::string id = one.new_file();
    EXPECT_EQ(other.new_file(), id);
    return id;
  });
  Random passing(seed + 1);
  std::map<int, int> answers;
  for (std::uint64_t step = 1; step <= steps; ++step) {
    const Ask ask = author.next();
    const HttpReply here = one.send(ask), there = other.send(ask);
    ++answers[here.status];
    const std::string asked =
        fmt::format("seed {}, step {}: {} {} {} {}", seed, step, ask.who, ask.method, ask.path, ask.body);
    ASSERT_EQ(plain(here), plain(there)) << asked;
    ASSERT_LT(here.status, 500) << asked << '\n' << here.body << one.server.log.text().substr(0, 2000);
    author.learn(ask, here);
    if (passing.chance(0.05)) {
      const auto time = std::chrono::minutes(passing.below(60 * 30));
      for (Side* side : {&one, &other}) side->pass(time);
    }
  }
  compare(seed, one, other);
  std::string counts;
  for (const auto& [status, times] : answers) counts += " " + std::to_string(times) + "×" + std::to_string(status);
  std::cout << "seed " << seed << ": " << steps << " requests," << counts << "; " << rows_ << " rows compared"
            << std::endl;
  EXPECT_GT(answers[200] + answers[201], int(steps) / 8) << "hardly a request did anything";
}

// TONGXIN_DIFFERENTIAL_SEED, _SEEDS and _STEPS are what tests/differential/run sets.
TEST_P(Twins, AnswerAlikeAndKeepTheSame) {
  const std::uint64_t first = number_from("TONGXIN_DIFFERENTIAL_SEED", 20261127),
                      seeds = number_from("TONGXIN_DIFFERENTIAL_SEEDS", 4),
                      steps = number_from("TONGXIN_DIFFERENTIAL_STEPS", 200);
  for (std::uint64_t seed = first; seed < first + seeds && !HasFatalFailure(); ++seed) play(seed, steps);
}

}  // namespace
}  // namespace tongxin::serve
