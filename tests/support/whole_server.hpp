// The street of the stories behind the whole server: every route that the program serves, on a store that the test names, with
// a clock that stands still and ids from a seed. Two of them with one seed are twins, whatever their engines.
//
// Whoever holds a post in packs/base/worlds/street.yaml, and whoever is named there, has an account "<name>_x" and kPassword.
#pragma once
#include "record/realm.hpp"
#include "serve/all_routes.hpp"
#include "serve/deadline_clock.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {

class WholeServer {
 public:
  static constexpr RealmId kRealm{77};

  WholeServer(std::unique_ptr<store::Store> opened, const std::string& folder, std::uint64_t seed = 1)
      : store(std::move(opened)), ids(clock, seed), files(store::open_files(folder)) {
    settle();
    outgoing = std::make_unique<OutgoingMessages>(app, fetch::Reach{}, quiet());
    add_all_routes(app, *outgoing, nullptr, router_);
    for (const Route& route : router_.routes()) routes.push_back(route);
  }
  ~WholeServer() { server.reset(); }

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

  Visitor visitor() {
    if (!server) start();
    return Visitor(server->port(), "192.0.2.7");
  }
  // Nobody for an empty name.
  Visitor sign_in(const std::string& person) {
    Visitor who = visitor();
    if (person.empty()) return who;
    const auto reply = who.sign_in(person + "_x", kPassword);
    if (reply.status != 200) throw std::runtime_error("signing in: " + reply.body);
    return who;
  }
  Log quiet() {
    return Log([this](std::string_view lines) { log.take(lines); });
  }

  TestClock clock;
  KeptLog log;
  std::unique_ptr<store::Store> store;
  IdSource ids;
  std::unique_ptr<store::Files> files;
  people::Vault vault = people::Vault::for_this_process();
  std::shared_ptr<const pack::Library> library =
      pack::load_packs({std::string(TONGXIN_SOURCE_DIR) + "/packs", {}}, aspect::vocabulary());
  record::Worlds worlds{library};
  record::Engine engine{worlds, ids, vault, aspect::all()};
  Hub hub;
  sim::Names names;
  App app{*store, *files, engine, vault, clock, ids, hub, kRealm, {}, {}};
  std::unique_ptr<OutgoingMessages> outgoing;
  DeadlineClock deadlines{app, quiet()};
  std::vector<Route> routes;
  std::unique_ptr<Server> server;

 private:
  void settle() {
    names = store->write([&](store::Tx& tx) {
      record::add_realm(tx, {kRealm, "清河街道", 8 * 60, clock.now(), false});
      return sim::settle_fixture(tx, vault, doing(), *library,
                                 sim::read_fixture(std::string(TONGXIN_SOURCE_DIR) + "/packs", "base", "street"));
    });
    static const std::string hash = hash_password(kPassword);
    store->write([&](store::Tx& tx) {
      for (const auto& [name, person] : names.people) people::add_account(tx, doing(), person, name + "_x", hash);
    });
    appoint("tan", "platform_keeper", "district-gov", "district");
    app.zone = Zone{std::chrono::minutes{8 * 60}};
    app.options.demo = true;  // keepers come in without a second factor
    app.options.packs = std::string(TONGXIN_SOURCE_DIR) + "/packs";
  }
  void start() {
    engine.on_change([this](const record::Notice& notice) { hub.publish(notice); });
    ServerOptions options;
    options.port = 0;
    options.trusted_proxies = {"127.0.0.0/8"};
    options.inline_handlers = store->engine() == store::Store::Engine::sqlite;
    options.log = [this](std::string_view lines) { log.take(lines); };
    server = std::make_unique<Server>(options, std::move(router_), *store);
    server->start();
  }

  Router router_;
};

}  // namespace tongxin::serve
