#include "serve/serve_app.hpp"

#include "aspect/all.hpp"
#include "base/crypto.hpp"
#include "pack/loader.hpp"
#include "pack/lua.hpp"
#include "record/adopt.hpp"
#include "record/realm.hpp"
#include "serve/all_routes.hpp"
#include "serve/app.hpp"
#include "serve/deadline_clock.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/hotline/exchange.hpp"
#include "serve/log.hpp"
#include "serve/outgoing.hpp"
#include "serve/outside_sign_in.hpp"
#include "serve/stream.hpp"
#include "serve/work_calendar_routes.hpp"

namespace tongxin::serve {
namespace {

bool is_url(const std::string& db) { return db.find("://") != std::string::npos; }

std::string beside(const std::string& db, const char* ending) {
  if (is_url(db)) return std::string("tongxin") + ending;
  return std::filesystem::path(db).replace_extension(ending).string();
}

std::shared_ptr<const pack::Library> load(const std::string& packs) {
  auto library = pack::load_packs({packs, {}}, aspect::vocabulary());
  auto wrong = library->rules->check_examples();
  if (wrong.empty()) return library;
  throw Fault(Code::invalid, words("机制包的规则示例不符", "examples of the packs' rules come out otherwise"),
              std::move(wrong));
}

fetch::Reach reach_of(const ServeOptions& options) {
  fetch::Reach reach;
  for (const std::string& network : options.allowed_networks) reach.also.push_back(fetch::parse_network(network));
  return reach;
}

std::uint64_t seed_of_this_process() {
  const auto bytes = random_bytes(8);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

}  // namespace

void add_all_routes(App& app, OutgoingMessages& outgoing, OutsideSignIn* outside, Router& router) {
  add_record_routes(app, router);
  add_session_routes(app, router);
  add_place_routes(app, router);
  add_people_routes(app, router);
  add_grid_routes(app, router);
  add_desk_routes(app, router);
  add_office_routes(app, router);
  add_work_calendar_routes(app, router);
  add_file_routes(app, router);
  add_open311_routes(app, router);
  add_outgoing_routes(outgoing, router);
  add_outside_routes(app, outside, router);
  add_hotline_routes(app, router);
  add_ledger_routes(app, router);
  add_exchange_routes(app, router);
  add_log_table_routes(app, router);
  add_calendar_routes(app, router);
  add_print_routes(app, router);
  add_duty_routes(app, router);
  add_system_routes(app, router);
}

struct ServeApp::Inside {
  explicit Inside(const ServeOptions& options)
      : store(store::open({.url = options.db})),
        files(store::open_files(options.files.empty() ? beside(options.db, ".files") : options.files)),
        vault(people::Vault::open(options.key_file.empty() ? beside(options.db, ".key") : options.key_file)),
        library(load(options.packs)),
        ids(clock, seed_of_this_process()),
        worlds(library),
        engine(worlds, ids, vault, aspect::all()) {
    store::migrate(*store, aspect::all_migrations());
    realm = store->read([&](store::Tx& tx) { return record::choose_realm(tx, options.realm); });
    store->write([&](store::Tx& tx) { record::adopt_packs(tx, realm.id, *library, clock.now()); });
    app.emplace(App{*store, *files, engine, vault, clock, ids, hub, realm.id, realm.zone(), AppOptions{}});
    app->options.packs = options.packs;
    app->options.web = options.web;
    app->options.realm_name = realm.name;
    app->options.community_phone = options.community_phone;
    app->options.demo = realm.demo;
    app->options.base_url = options.base_url;
    outgoing = std::make_unique<OutgoingMessages>(*app, reach_of(options), Log(options.server.log));
    app->options.data =
        is_url(options.db) ? options.files : std::filesystem::absolute(options.db).parent_path().string();
    engine.on_change([this](const record::Notice& notice) { hub.publish(notice); });
    if (!options.outside.empty())
      outside = std::make_unique<OutsideSignIn>(*app, read_outside_settings(options.outside), clock);
    Router router;
    add_all_routes(*app, *outgoing, outside.get(), router);
    log = options.server.log;
    ServerOptions serving = options.server;
    serving.inline_handlers = store->engine() == store::Store::Engine::sqlite;
    server = std::make_unique<Server>(std::move(serving), std::move(router), *store);
  }

  SystemClock clock;
  Log::Sink log;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Files> files;
  people::Vault vault;
  std::shared_ptr<const pack::Library> library;
  IdSource ids;
  record::Worlds worlds;
  record::Engine engine;
  record::Realm realm;
  Hub hub;
  std::optional<App> app;
  std::unique_ptr<OutgoingMessages> outgoing;
  std::unique_ptr<OutsideSignIn> outside;
  std::unique_ptr<Server> server;
  std::unique_ptr<DeadlineClock> deadlines;
  std::unique_ptr<HotlineDesk> hotline;
};

ServeApp::ServeApp(const ServeOptions& options) : inside_(std::make_unique<Inside>(options)) {}
ServeApp::~ServeApp() = default;

void ServeApp::start() {
  inside_->server->start();
  inside_->deadlines = std::make_unique<DeadlineClock>(*inside_->app, Log(inside_->log));
  inside_->deadlines->start();
  inside_->hotline = std::make_unique<HotlineDesk>(*inside_->app, inside_->outgoing->worker(), Log(inside_->log),
                                                   seed_of_this_process());
  inside_->outgoing->start();
  inside_->hotline->start();
  // Other nodes on the same PostgreSQL change records too; their changes are found in the feed of events.
  if (inside_->store->engine() == store::Store::Engine::postgresql)
    inside_->hub.tail(*inside_->store, inside_->engine, inside_->realm.id);
}
int ServeApp::port() const { return inside_->server->port(); }
void ServeApp::stop() { inside_->server->stop(); }
void ServeApp::join() {
  inside_->server->join();
  if (inside_->hotline) inside_->hotline->stop();  // stays until the worker that speaks for it has stopped
  inside_->deadlines.reset();
  inside_->outgoing->stop();
  inside_->hotline.reset();
}

}  // namespace tongxin::serve
