// Tickets of a 12345 platform over real HTTP, on both engines: the platform is a server of its own at the far end, that fails
// when it is told to, hands tickets over twice, and remembers what it was told.
#include <gmock/gmock.h>

#include "people/tokens.hpp"
#include "serve/hotline/exchange.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

// The other side.
class Platform {
 public:
  explicit Platform(store::Store& store) {
    Router router;
    router.add({.method = Method::get, .path = "/tickets", .handler = [this](const Request& request) {
                  return Answer(tickets(request));
                }});
    for (const char* what : {"ack", "events"})
      router.add({.method = Method::post,
                  .path = std::string("/tickets/{ticket}/") + what,
                  .handler = [this, what](const Request& request) { return Answer(told(what, request)); }});
    ServerOptions options;
    options.port = 0;
    options.log = [](std::string_view) {};
    server_ = std::make_unique<Server>(options, std::move(router), store);
    server_->start();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  std::vector<json::object> waiting;  // what it hands over, in order; the cursor is the place in it
  int failing = 0;                    // the status that it answers with; 0: it works
  std::vector<std::string> keys;      // Idempotency-Key of every call that it took
  std::vector<std::pair<std::string, json::object>> heard;

  std::vector<json::object> heard_of(const std::string& what) const {
    std::vector<json::object> list;
    for (const auto& [name, body] : heard)
      if (name == what) list.push_back(body);
    return list;
  }

 private:
  Response tickets(const Request& request) {
    if (request.header("authorization") != "Bearer their-key") return {.status = 401};
    if (failing != 0) return {.status = failing};
    const std::string after(request.query_value("after").value_or(""));
    const std::size_t from = after.empty() ? 0 : std::stoul(after);
    json::array list;
    std::size_t at = from;
    for (; at < waiting.size() && list.size() < 2; ++at) list.push_back(waiting[at]);
    return {.body = json::serialize(
                json::object{{"tickets", list}, {"next", std::to_string(at)}, {"more", at < waiting.size()}})};
  }
  Response told(const char* what, const Request& request) {
    if (failing != 0) return {.status = failing};
    keys.emplace_back(request.header("idempotency-key"));
    heard.emplace_back(what, json::parse(request.body).as_object());
    return {.status = 204, .type = {}};
  }
  std::unique_ptr<Server> server_;
};

class Hotline : public Town {
 protected:
  void SetUp() override {
    Town::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    platform = std::make_unique<Platform>(*store);
    begin(1);
  }
  // A node begins: its worker of the outbox, and the exchange.
  void begin(std::uint64_t seed) {
    desk.reset();
    worker = std::make_unique<send::Worker>(send::Worker::Parts{*store, vault, clock, ids, kRealm, seed});
    desk = std::make_unique<HotlineDesk>(*app, *worker, Log([](std::string_view) {}), seed);
  }
  void work() {
    desk->run_once();
    worker->run_once();
  }
  void TearDown() override {
    desk.reset();
    worker.reset();
    platform.reset();
    Town::TearDown();
  }
  void more_routes(Router& router) override { add_hotline_routes(*app, router); }

  json::object settings() {
    return {{"url", platform->url()},
            {"key", "their-key"},
            {"pull", true},
            {"categories", {{"0305", "works"}, {"0107", "care"}}},
            {"areas", {{"TYSQ", "taoyuan"}}}};
  }
  // As an administrator does it.
  void set_up(const json::object& body) {
    Visitor keeper = sign_in("tan");
    const auto reply = keeper.send("PUT", "/v1/hotline/city12345", json::serialize(body));
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.body.find("their-key"), std::string::npos);
  }
  static json::object ticket(const std::string& id, const std::string& category = "0305",
                             const std::string& area = "TYSQ") {
    return {{"id", id},
            {"content", "小区门口路灯不亮"},
            {"category", category},
            {"area", area},
            {"called_at", "2027-01-15T07:30:00Z"},
            {"caller", {{"name", "王阿姨"}, {"phone", "13800000000"}}}};
  }
  std::optional<record::Record> record_of(const std::string& ticket) {
    return store->read([&](store::Tx& tx) -> std::optional<record::Record> {
      const auto id = record::by_outside_number(tx, kRealm, "city12345", ticket);
      return id ? engine->find(tx, kRealm, *id) : std::nullopt;
    });
  }
  void act(const std::string& person, const std::string& ticket, const std::string& action, json::object form = {}) {
    store->write([&](store::Tx& tx) {
      engine->act(tx, kRealm, {.person = names.people.at(person), .follows = {}}, record_of(ticket)->id, action, form,
                  std::nullopt, clock.now());
    });
  }
  void later(milliseconds time) {
    clock.advance(time);
    work();
  }
  api::HotlineState state() {
    return store->read([&](store::Tx& tx) { return state_of(*app, tx, need_exchange(*app, tx, "city12345")); });
  }
  std::unique_ptr<Platform> platform;
  std::unique_ptr<send::Worker> worker;
  std::unique_ptr<HotlineDesk> desk;
};
INSTANTIATE_TEST_SUITE_P(Engines, Hotline, test::kEngines, test::engine_name);

TEST_P(Hotline, PulledTicketsBecomeRecordsAndAreAcknowledged) {
  set_up(settings());
  platform->waiting = {ticket("A1"), ticket("A2", "0107"), ticket("A3")};
  work();
  for (const char* id : {"A1", "A2", "A3"}) ASSERT_TRUE(record_of(id)) << id;
  EXPECT_EQ(record_of("A1")->category, "works");
  EXPECT_EQ(record_of("A2")->category, "care");
  EXPECT_EQ(record_of("A1")->area, names.areas.at("taoyuan"));
  EXPECT_EQ(record_of("A1")->data.find("13800000000"), std::string::npos) << "sealed";
  const auto acks = platform->heard_of("ack");
  ASSERT_EQ(acks.size(), 3u);
  EXPECT_EQ(acks[0].at("id"), "A1");
  EXPECT_EQ(acks[0].at("accepted"), true);
  EXPECT_EQ(acks[0].at("number"), record_of("A1")->number.c_str());
  later(std::chrono::minutes{6});
  EXPECT_EQ(platform->heard_of("ack").size(), 3u) << "nothing new, nothing told";
}

TEST_P(Hotline, WhatHappensGoesBackInOrderToTheReplyAndTheCallback) {
  set_up(settings());
  platform->waiting = {ticket("B1")};
  work();
  act("lin", "B1", "dispatch", {{"org", to_text(names.orgs.at("housing"))}});
  act("jiang", "B1", "handle");
  act("jiang", "B1", "resolve", {{"result", "已更换灯泡"}});
  act("jiang", "B1", "reply", {{"reply", "您好，路灯已修好"}});
  work();
  std::vector<std::string> states;
  for (const json::object& each : platform->heard_of("events")) states.emplace_back(each.at("status").as_string());
  EXPECT_EQ(states, (std::vector<std::string>{"assigned", "handling", "resolved", "fed_back"}));
  EXPECT_EQ(platform->heard_of("events")[2].at("fields").at("result"), "已更换灯泡");
  EXPECT_EQ(platform->heard_of("events")[3].at("fields").at("reply"), "您好，路灯已修好");
  EXPECT_EQ(platform->heard_of("events")[3].at("unit"), "住建科");
  for (const auto& [what, body] : platform->heard)
    EXPECT_EQ(json::serialize(body).find("13800000000"), std::string::npos) << "the caller's number stays here";
  // The platform calls back, and says what the caller said, twice.
  json::object called{
      {"id", "B1"},
      {"callback", {{"id", "c-1"}, {"valid", true}, {"contacted", true}, {"solved", true}, {"grade", "basically"}}}};
  platform->waiting.push_back(called);
  platform->waiting.push_back(called);
  later(std::chrono::minutes{6});
  EXPECT_EQ(record_of("B1")->state, "closed");
  const auto last = platform->heard_of("events").back();
  EXPECT_EQ(last.at("action"), "callback");
  EXPECT_EQ(last.at("closed"), true);
  EXPECT_EQ(last.at("fields").at("grade"), "basically") << "satisfaction is told as well";
  EXPECT_EQ(platform->heard_of("events").size(), 5u);
  EXPECT_EQ(state().open, 0);
}

TEST_P(Hotline, APlatformThatIsAwayIsAskedAgainLaterAndNothingIsLostOrTwice) {
  set_up(settings());
  platform->waiting = {ticket("C1")};
  platform->failing = 503;
  work();
  EXPECT_FALSE(record_of("C1"));
  EXPECT_EQ(state().failures, 1);
  EXPECT_TRUE(state().trouble);
  platform->failing = 0;
  work();
  EXPECT_FALSE(record_of("C1")) << "not before its time";
  later(std::chrono::seconds{10});
  ASSERT_TRUE(record_of("C1"));
  EXPECT_EQ(state().failures, 0);
  // Away while things happen: told in order when it is back, by a program that was started anew.
  platform->failing = 500;
  act("lin", "C1", "dispatch", {{"org", to_text(names.orgs.at("housing"))}});
  later(std::chrono::seconds{1});
  act("jiang", "C1", "handle");
  later(std::chrono::seconds{1});
  EXPECT_TRUE(platform->heard_of("events").empty());
  begin(2);
  platform->failing = 0;
  later(std::chrono::minutes{10});
  std::vector<std::string> states;
  for (const json::object& each : platform->heard_of("events")) states.emplace_back(each.at("status").as_string());
  EXPECT_EQ(states, (std::vector<std::string>{"assigned", "handling"}));
  EXPECT_EQ(std::set<std::string>(platform->keys.begin(), platform->keys.end()).size(), platform->keys.size());
}

TEST_P(Hotline, WhatTheTablesDoNotPlaceIsRefusedAndTakenWhenTheyDo) {
  set_up(settings());
  platform->waiting = {ticket("D1", "9999"), ticket("D2", "0305", "NOWHERE"), ticket("D3")};
  work();
  EXPECT_FALSE(record_of("D1"));
  EXPECT_FALSE(record_of("D2"));
  EXPECT_TRUE(record_of("D3")) << "one that cannot be placed does not hold up the others";
  const auto acks = platform->heard_of("ack");
  ASSERT_EQ(acks.size(), 3u);
  EXPECT_EQ(acks[0].at("accepted"), false);
  EXPECT_THAT(std::string(acks[0].at("reason").as_string()), testing::HasSubstr("9999"));
  EXPECT_EQ(state().refused, 2);
  json::object wider = settings();
  wider["other_category"] = "care";
  wider["other_area"] = "street";
  set_up(wider);
  platform->waiting.push_back(ticket("D1", "9999"));
  platform->waiting.push_back(ticket("D2", "0305", "NOWHERE"));
  later(std::chrono::minutes{6});
  ASSERT_TRUE(record_of("D1"));
  EXPECT_EQ(record_of("D1")->category, "care");
  ASSERT_TRUE(record_of("D2"));
  EXPECT_EQ(record_of("D2")->area, names.areas.at("street"));
  EXPECT_EQ(state().refused, 0);
}

TEST_P(Hotline, APlatformMayPushWithItsOwnKeyAndAskHowItStands) {
  set_up(settings());
  const std::string key = store->write([&](store::Tx& tx) {
    return people::add_token(tx, doing(), names.people.at("wang"), "12345", {"hotline"},
                             clock.now() + std::chrono::days{30})
        .text;
  });
  const test::HttpHeaders head{{"authorization", "Bearer " + key}};
  Visitor program = visitor();
  const auto first = program.post("/v1/hotline/city12345/tickets", ticket("E1"), head);
  ASSERT_EQ(first.status, 200) << first.body;
  const auto again = program.post("/v1/hotline/city12345/tickets", ticket("E1"), head);
  EXPECT_EQ(again.json().at("number"), first.json().at("number"));
  EXPECT_EQ(again.json().at("repeated"), true);
  EXPECT_EQ(program.post("/v1/hotline/city12345/tickets", ticket("E2", "9999"), head).status, 422);
  EXPECT_EQ(program.get("/v1/hotline/city12345/tickets/E1", head).json().at("status"), "collected");
  EXPECT_EQ(program.get("/v1/hotline/city12345/tickets/none", head).status, 404);
  EXPECT_EQ(program.post("/v1/hotline/other/tickets", ticket("E3"), head).status, 404);
  EXPECT_EQ(program.get("/v1/hotline", head).status, 403) << "the settings are the administrator's";
  EXPECT_EQ(visitor().post("/v1/hotline/city12345/tickets", ticket("E4")).status, 401);
  Visitor staff = sign_in("chen");
  EXPECT_EQ(staff.post("/v1/hotline/city12345/tickets", ticket("E5")).status, 403);
}

TEST_P(Hotline, SettingsAreHeldAgainstPacksAndPlaces) {
  Visitor keeper = sign_in("tan");
  const auto wrong = [&](const char* name, json::value value) {
    json::object body = settings();
    body[name] = std::move(value);
    const auto reply = keeper.send("PUT", "/v1/hotline/city12345", json::serialize(body));
    EXPECT_EQ(reply.status, 422) << reply.body;
    return std::string(reply.json().at("errors").at(0).at("at").as_string());
  };
  EXPECT_EQ(wrong("url", "ftp://a.example/x"), "/url");
  EXPECT_EQ(wrong("kind", "nothing"), "/kind");
  EXPECT_EQ(wrong("categories", {{"0305", "nothing"}}), "/categories/0305");
  EXPECT_EQ(wrong("areas", {{"X", "nowhere"}}), "/areas/X");
  EXPECT_EQ(keeper.del("/v1/hotline/city12345").status, 404);
  set_up(settings());
  EXPECT_EQ(keeper.get("/v1/hotline").json().at("items").at(0).at("has_key"), true);
  EXPECT_EQ(keeper.del("/v1/hotline/city12345").status, 204);
}

}  // namespace
}  // namespace tongxin::serve
