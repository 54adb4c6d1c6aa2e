// The machine's limits, to measure the product against in the same minute (bench/run):
//
//   bench_limits engine            what one creation and one action cost apart from the database, in µs
//   bench_limits serve PORT DB     a bare server: GET /bytes/N answers N bytes of JSON; POST /create runs, in one group commit,
//                                  exactly the statements that the engine runs for one creation, without the engine
#include <chrono>
#include <ctime>
#include <iostream>

#include "pack/loader.hpp"
#include "people/schema.hpp"
#include "place/schema.hpp"
#include "record/engine.hpp"
#include "record/schema.hpp"
#include "serve/http.hpp"
#include "sim/fixture.hpp"

using namespace tongxin;
namespace json = boost::json;

namespace {

struct Statement {
  const store::Sql* sql;
  bool query;
  std::vector<store::Value::Kind> kinds;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  std::vector<std::string> texts;
};

double cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) * 1e6 + double(now.tv_nsec) / 1e3;
}

// Passes everything on; keeps what was run and how long the database took.
class WatchingTx final : public store::Tx {
 public:
  explicit WatchingTx(store::Tx& inner) : inner_(inner) {}
  void query(const store::Sql& sql, std::span<const store::Value> values,
             const std::function<bool(const store::Row&)>& each) override {
    keep(sql, values, true);
    const double start = cpu_us();
    inner_.query(sql, values, each);
    database_us += cpu_us() - start;
  }
  std::int64_t execute(const store::Sql& sql, std::span<const store::Value> values) override {
    keep(sql, values, false);
    const double start = cpu_us();
    const auto changed = inner_.execute(sql, values);
    database_us += cpu_us() - start;
    return changed;
  }
  void index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) override {
    const double start = cpu_us();
    indexed = text;
    inner_.index(realm, document, kind, std::move(text));
    database_us += cpu_us() - start;
  }
  void after_commit(std::function<void()> then) override { inner_.after_commit(std::move(then)); }

  bool recording = false;
  std::vector<Statement> statements;
  std::string indexed;
  double database_us = 0;

 private:
  void keep(const store::Sql& sql, std::span<const store::Value> values, bool query) {
    if (!recording) return;
    Statement statement{&sql, query, {}, {}, {}, {}};
    for (const store::Value& value : values) {
      statement.kinds.push_back(value.kind);
      statement.integers.push_back(value.integer);
      statement.reals.push_back(value.real);
      statement.texts.emplace_back(value.view);
    }
    statements.push_back(std::move(statement));
  }
  store::Tx& inner_;
};

struct World {
  explicit World(const std::string& db, bool durable)
      : store(store::open({.url = db, .durable = durable})),
        ids(clock, 1),
        vault(people::Vault::for_this_process()),
        worlds(pack::load_packs({"packs", {}}, record::Engine::effects())),
        engine(worlds, ids, vault) {
    std::vector<store::Migration> all;
    const auto add = [&](const auto& list) { all.insert(all.end(), std::begin(list), std::end(list)); };
    add(place::kMigrations), add(people::kMigrations), add(record::kMigrations);
    store::migrate(*store, all);
    realm = ids.make<RealmId>();
    const auto fixture = sim::read_fixture("packs", "base", "street");
    store->write([&](store::Tx& tx) {
      names = sim::settle_fixture(tx, vault, {realm, {}, clock.now(), ids, "bench", {}},
                                  *pack::load_packs({"packs", {}}, record::Engine::effects()), fixture);
    });
  }
  record::Draft draft() const {
    record::Draft draft;
    draft.kind = "issue";
    draft.category = "garbage";
    draft.area = names.areas.at("B0101");
    draft.form = {{"description",
                   "桃园里三号楼楼下的垃圾桶已经三天没有人清理了，天气热味道很大，请尽快安排人来处理一下，谢谢。"}};
    return draft;
  }
  SystemClock clock;
  std::unique_ptr<store::Store> store;
  IdSource ids;
  people::Vault vault;
  record::Worlds worlds;
  record::Engine engine;
  RealmId realm;
  sim::Names names;
};

int engine_cost() {
  const std::string db = (std::filesystem::temp_directory_path() / "tongxin-bench-engine.db").string();
  World world(db, false);
  const record::Actor resident{.person = world.names.people.at("wang"), .system = false, .follows = {}},
      worker{.person = world.names.people.at("chen"), .system = false, .follows = {}};
  constexpr int kRuns = 3000;
  double create_us = 0, act_us = 0, create_db = 0, act_db = 0;
  for (int i = 0; i < kRuns; ++i)
    world.store->write([&](store::Tx& tx) {
      WatchingTx watch(tx);
      double start = cpu_us();
      const auto made = world.engine.create(watch, world.realm, resident, world.draft(), world.clock.now());
      create_us += cpu_us() - start;
      create_db += std::exchange(watch.database_us, 0);
      start = cpu_us();
      world.engine.act(watch, world.realm, worker, made.id, "handle", {}, 1, world.clock.now());
      act_us += cpu_us() - start;
      act_db += watch.database_us;
    });
  std::cout << fmt::format(
      "engine, apart from the database: create {:.1f} µs, act {:.1f} µs (database: {:.1f} and {:.1f} µs)\n",
      (create_us - create_db) / kRuns, (act_us - act_db) / kRuns, create_db / kRuns, act_db / kRuns);
  std::filesystem::remove(db);
  return 0;
}

// Replays the recorded statements with ids and numbers of its own.
class Replay {
 public:
  Replay(World& world) : world_(world) {
    world.store->write([&](store::Tx& tx) {
      WatchingTx watch(tx);
      watch.recording = true;
      const record::Actor resident{.person = world.names.people.at("wang"), .system = false, .follows = {}};
      made_ = world.engine.create(watch, world.realm, resident, world.draft(), world.clock.now());
      statements_ = watch.statements;
      indexed_ = watch.indexed;
    });
    for (const Statement& statement : statements_)
      if (std::string_view(statement.sql->name) == "insert_event") event_ = statement.integers[3];
  }

  void run(store::Tx& tx) {
    const std::int64_t record = world_.ids.next(), event = world_.ids.next();
    const std::string number = fmt::format("BX-{}", record);
    for (const Statement& statement : statements_) {
      std::vector<store::Value> values(statement.kinds.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i].kind = statement.kinds[i];
        values[i].integer = statement.integers[i] == made_.id.value ? record
                            : statement.integers[i] == event_       ? event
                                                                    : statement.integers[i];
        values[i].real = statement.reals[i];
        values[i].view =
            statement.texts[i] == made_.number ? std::string_view(number) : std::string_view(statement.texts[i]);
      }
      if (statement.query)
        tx.query(*statement.sql, values, [](const store::Row&) { return true; });
      else
        tx.execute(*statement.sql, values);
    }
    tx.index(world_.realm, record, "issue", indexed_);
  }
  std::size_t size() const { return statements_.size(); }

 private:
  World& world_;
  record::Outcome made_;
  std::int64_t event_ = 0;
  std::vector<Statement> statements_;
  std::string indexed_;
};

int bare_server(int port, const std::string& db) {
  World world(db, true);
  Replay replay(world);
  serve::Router router;
  router.add({serve::Method::get, "/bytes/{count}", [](const serve::Request& request) -> serve::Answer {
                static const std::string kBytes(1 << 20, 'x');
                return serve::Response{.body = kBytes.substr(0, std::size_t(std::stoul(request.params[0])))};
              }});
  router.add({serve::Method::post, "/create", [&](const serve::Request&) -> serve::Answer {
                return serve::Answer::write([&](store::Tx& tx) {
                  replay.run(tx);
                  return serve::Response{.status = 201, .body = "{}"};
                });
              }});
  serve::ServerOptions options;
  options.port = port;
  serve::Server server(options, std::move(router), *world.store);
  server.start();
  std::cout << fmt::format("{} statements a creation, on port {}\n", replay.size(), server.port()) << std::flush;
  server.join();
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> args(words + 1, words + count);
  try {
    if (!args.empty() && args[0] == "engine") return engine_cost();
    if (args.size() == 3 && args[0] == "serve") return bare_server(std::stoi(args[1]), args[2]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  std::cerr << "bench_limits engine | bench_limits serve PORT DB\n";
  return 2;
}
