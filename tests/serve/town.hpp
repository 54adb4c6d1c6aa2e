// A small street with a server in front of it: real HTTP, a real store of either engine, a clock that stands still.
//
//   TEST_P(Sessions, …) { Visitor he = sign_in("he"); EXPECT_EQ(he.get("/v1/session").status, 200); }
//
// Whoever holds a post in packs/base/worlds/street.yaml has an account with the name as login and kPassword. Requests come
// from the address that the visitor says (the server trusts the tests as its proxy).
#pragma once
#include <filesystem>
#include <fstream>

#include "aspect/all.hpp"
#include "base/crypto.hpp"
#include "pack/loader.hpp"
#include "people/accounts.hpp"
#include "people/persons.hpp"
#include "serve/app.hpp"
#include "serve/serve_fixture.hpp"
#include "serve/stream.hpp"
#include "sim/fixture.hpp"

namespace tongxin::serve {

inline constexpr const char* kPassword = "correct horse 电池";

// A browser: keeps its cookies and the CSRF token.
class Visitor {
 public:
  Visitor(int port, std::string address) : client_(port), address_(std::move(address)) {}
  test::HttpReply send(const std::string& method, const std::string& path, const std::string& body = {},
                       test::HttpHeaders more = {}) {
    more.emplace_back("x-forwarded-for", address_);
    if (!cookies.empty()) more.emplace_back("cookie", cookie_text());
    if (!csrf.empty()) more.emplace_back("x-csrf-token", csrf);
    const bool typed =
        std::any_of(more.begin(), more.end(), [](const auto& each) { return each.first == "content-type"; });
    if (!body.empty() && !typed) more.emplace_back("content-type", "application/json");
    auto reply = client_.request(method, path, more, body);
    for (const auto& [name, value] : reply.headers)
      if (name == "set-cookie") take_cookie(value);
    return reply;
  }
  test::HttpReply get(const std::string& path, test::HttpHeaders more = {}) {
    return send("GET", path, {}, std::move(more));
  }
  test::HttpReply post(const std::string& path, const boost::json::value& body, test::HttpHeaders more = {}) {
    return send("POST", path, boost::json::serialize(body), std::move(more));
  }
  test::HttpReply del(const std::string& path) { return send("DELETE", path); }
  test::HttpReply sign_in(const std::string& login, const std::string& password, const std::string& code = {}) {
    boost::json::object body{{"login", login}, {"password", password}};
    if (!code.empty()) body["code"] = code;
    auto reply = post("/v1/session", body);
    if (reply.status == 200) csrf = std::string(reply.json().at("csrf").as_string());
    return reply;
  }

  std::map<std::string, std::string> cookies;
  std::string csrf;

 private:
  std::string cookie_text() const {
    std::string text;
    for (const auto& [name, value] : cookies) text += (text.empty() ? "" : "; ") + name + "=" + value;
    return text;
  }
  void take_cookie(const std::string& line) {
    const auto equal = line.find('='), end = std::min(line.find(';'), line.size());
    const std::string name = line.substr(0, equal), value = line.substr(equal + 1, end - equal - 1);
    if (value.empty())
      cookies.erase(name);
    else
      cookies[name] = value;
  }

  test::HttpClient client_;
  std::string address_;
};

// An event stream that keeps what was sent.
struct KeptStream final : EventStream {
  void send(std::string_view, std::string_view, std::string_view data) override { all.emplace_back(data); }
  bool closed() const override { return false; }
  void close() override {}
  std::vector<std::string> all;
};

class Town : public test::EnginesTest {
 protected:
  static constexpr RealmId kRealm{77};

  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store = fresh(aspect::all_migrations());
    files = store::open_files(folder() / "files");
    library = pack::load_packs({packs(), {}}, aspect::vocabulary());
    worlds = std::make_unique<record::Worlds>(library);
    engine = std::make_unique<record::Engine>(*worlds, ids, vault, aspect::all());
    settle();
    app = std::make_unique<App>(App{*store, *files, *engine, vault, clock, ids, hub, kRealm, {}, {}});
    app->options.demo = true;
  }
  void TearDown() override {
    server.reset();
    test::EnginesTest::TearDown();
  }

  // The packs of the project, and one with a role that needs a second factor.
  virtual std::string packs() {
    const std::filesystem::path root = folder() / "packs";
    std::filesystem::create_directories(root / "locks");
    for (const auto& pack : std::filesystem::directory_iterator(std::filesystem::path(TONGXIN_SOURCE_DIR) / "packs"))
      std::filesystem::create_symlink(pack.path(), root / pack.path().filename());
    std::ofstream(root / "locks" / "pack.yaml") << "pack: locks\nversion: 1\nuses: [base]\nname: {zh: 锁, en: Locks}\n"
                                                   "roles:\n  auditor: {name: {zh: 审计员, en: Auditor}, totp: true}\n";
    return root;
  }
  void settle() {
    names = store->write([&](store::Tx& tx) {
      return sim::settle_fixture(tx, vault, doing(), *library,
                                 sim::read_fixture(std::string(TONGXIN_SOURCE_DIR) + "/packs", "base", "street"));
    });
    static const std::string hash = hash_password(kPassword);
    store->write([&](store::Tx& tx) {
      for (const auto& [name, person] : names.people) people::add_account(tx, doing(), person, name + "_x", hash);
    });
    appoint("tan", "platform_keeper", "district-gov", "district");
    appoint("xie", "auditor", "street-office", "street");
  }
  PostId appoint(const std::string& person, const std::string& role, const std::string& org, const std::string& area) {
    return store->write([&](store::Tx& tx) {
      return people::appoint(tx, doing(),
                             {.person = names.people.at(person),
                              .role = role,
                              .org = names.orgs.at(org),
                              .area = names.areas.at(area),
                              .from = 20200101});
    });
  }
  people::Doing doing() { return {kRealm, PersonId{}, clock.now(), ids, "setting up", {}}; }

  Visitor visitor(std::string address = "192.0.2.7") {
    if (!server) start();
    return Visitor(server->port(), std::move(address));
  }
  Visitor sign_in(const std::string& person, std::string address = "192.0.2.7") {
    Visitor who = visitor(std::move(address));
    const auto reply = who.sign_in(person + "_x", kPassword);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return who;
  }
  virtual void start() {
    Router router;
    add_session_routes(*app, router);
    // Says who asks, for tests of what opens a door.
    for (const Method method : {Method::get, Method::post})
      router.add(
          {method, "/v1/who", [this](const Request& request) {
             const Caller caller = store->read([&](store::Tx& tx) { return signed_in_caller(*app, tx, request); });
             return Answer(Response{.body = boost::json::serialize(boost::json::object{{"admin", caller.admin}})});
           }});
    more_routes(router);
    ServerOptions options;
    options.port = 0;
    options.temporary = folder().path();
    options.trusted_proxies = {"127.0.0.0/8"};
    options.inline_handlers = GetParam() == test::Engine::sqlite;
    options.log = [this](std::string_view lines) { log.take(lines); };
    server = std::make_unique<Server>(options, std::move(router), *store);
    server->start();
  }
  virtual void more_routes(Router&) {}
  std::string id(const std::string& area) const { return to_text(names.areas.at(area)); }

  TestClock clock;
  IdSource ids{clock, 1};
  people::Vault vault = people::Vault::for_this_process();
  KeptLog log;
  std::shared_ptr<const pack::Library> library;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Files> files;
  std::unique_ptr<record::Worlds> worlds;
  Hub hub;
  std::unique_ptr<record::Engine> engine;
  sim::Names names;
  std::unique_ptr<App> app;
  std::unique_ptr<Server> server;
};

}  // namespace tongxin::serve
