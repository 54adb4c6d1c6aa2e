// The machine's limits, to measure the product against in the same minute (bench/run). DB was made by `tongxin demo`; it is
// written to, so give it a copy.
//
//   bench_limits engine DB         what one creation and one action cost apart from the database, in µs (medians)
//   bench_limits serve PORT DB     a bare server: GET /bytes/N answers N bytes of JSON; POST /create and POST /act/N run, in one
//                                  group commit, exactly the statements that the engine runs for one creation or one action
//                                  (a matter is sorted anew), without the engine, and the action answers N bytes. Where DB is
//                                  postgresql://… they go through bare libpq, on as many connections as the product has
//   bench_limits serve PORT DB BEARER PATHS…
//                                  there also what the product asks for when it answers: GET /again/I/N runs that for the
//                                  paths of the I-th file (a path a line) in turn and answers N bytes. GET /statements says
//                                  how many statements each of them is
//   bench_limits fill DB COUNT     raises matters through the engine until the database holds COUNT records
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>

#include <fmt/ranges.h>

#include "bench/asking.hpp"
#include "bench/bare_postgres.hpp"
#include "bench/installation.hpp"
#include "bench/watching.hpp"
#include "serve/http.hpp"

using namespace tongxin;
using bench::Installation;
using bench::WatchingTx;

namespace {

constexpr store::Sql kCountRecords{"bench_count", "SELECT count(*) FROM record WHERE realm_id=$1"};

double median(std::vector<double>& values) {
  std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// Whoever may handle a record of the grid: somebody with a post in the organisation that holds it.
PersonId worker_of(const Installation& place, const record::Record& record) {
  for (const people::Post* post : place.world->directory->posts_in(record.holder_org))
    if (people::live(*post, day_of(place.clock.now()))) return post->person;
  throw std::runtime_error("nobody works for the organisation that holds the record");
}

int engine_cost(const std::string& db) {
  Installation place(db, false);
  constexpr int kRuns = 3000;
  struct Cost {
    std::vector<double> engine, database;
    void add(double whole, double inside) { engine.push_back(whole - inside), database.push_back(inside); }
  } create, act;
  double watching = 0;
  for (std::size_t i = 0; i < kRuns; ++i)
    place.store->write([&](store::Tx& tx) {
      const record::Draft draft = place.draft(i);
      WatchingTx watch(tx, WatchingTx::Keep::time);
      if (i == 0) watching = watch.cost_of_watching();
      double start = bench::now_us();
      const auto made = place.engine.create(watch, place.realm, {}, draft, place.clock.now());
      create.add(bench::now_us() - start - watching * std::exchange(watch.watched, 0),
                 std::exchange(watch.database_us, 0));
      record::Actor worker;
      worker.person = worker_of(place, *place.engine.find(tx, place.realm, made.id));
      start = bench::now_us();
      place.engine.act(watch, place.realm, worker, made.id, "handle", {}, 1, place.clock.now());
      act.add(bench::now_us() - start - watching * watch.watched, watch.database_us);
    });
  std::cout << fmt::format(
      "engine, apart from the database: create {:.1f} µs, act {:.1f} µs (database: {:.1f} and {:.1f} µs; watching, "
      "taken "
      "off: {:.2f} µs a statement)\n",
      median(create.engine), median(act.engine), median(create.database), median(act.database), watching);
  return 0;
}

// A key that lies anywhere among the others, as the engine's digests do.
std::string scattered(std::int64_t id) {
  return fmt::format("{:016x}{:016x}", std::uint64_t(id) * 0x9e3779b97f4a7c15u, id);
}

// What PostgreSQL's store asks for besides, before it looks for the key of a request (store/again.hpp).
void hold(store::Tx& tx, Installation& place) {
  static constexpr store::Sql kHold{"bench_hold", "SELECT pg_advisory_xact_lock($1)"};
  if (place.store->engine() == store::Store::Engine::postgresql) tx.run(kHold, place.ids.next());
}

void again(store::Tx& tx, const bench::Statement& statement, std::vector<store::Value> values) {
  if (statement.query)
    tx.query(*statement.sql, values, [](const store::Row&) { return true; });
  else
    tx.execute(*statement.sql, values);
}

// Runs the statements of recorded creations again and again, with ids, numbers and keys of its own. They come from as many
// places as the product is given to create at: what is written at one place only would dirty fewer pages.
class Replay {
 public:
  explicit Replay(Installation& place) : place_(place) {
    constexpr std::size_t kPlaces = 40;
    place.store->write([&](store::Tx& tx) {
      for (std::size_t i = 0; i < kPlaces; ++i) recorded_.push_back(record(tx, i));
    });
  }

  void run(store::Tx& tx) {
    hold(tx, place_);
    const Creation& creation = recorded_[turn_++ % recorded_.size()];
    const std::int64_t record = place_.ids.next(), event = place_.ids.next();
    const std::string number = fmt::format("BX-{}", record), key = scattered(record);
    for (const bench::Statement& statement : creation.statements) {
      std::vector<store::Value> values = statement.values;
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i].view = statement.texts[i];
        if (values[i].integer == creation.made.id.value) values[i].integer = record;
        if (values[i].integer == creation.event) values[i].integer = event;
        if (std::find(creation.messages.begin(), creation.messages.end(), values[i].integer) != creation.messages.end())
          values[i].integer = place_.ids.next();
        if (statement.texts[i] == creation.made.number) values[i].view = number;
        if (i == 1 &&
            (name_of(statement) == "repeated" || name_of(statement) == "remember" || is_follow_key(statement)))
          values[i].view = key;
      }
      again(tx, statement, std::move(values));
    }
    tx.index(place_.realm, record, "issue", creation.indexed);
  }
  std::size_t size() const { return recorded_.front().statements.size(); }

 private:
  struct Creation {
    record::Outcome made;
    std::int64_t event = 0;
    std::vector<std::int64_t> messages;
    std::vector<bench::Statement> statements;
    std::string indexed;
  };

  Creation record(store::Tx& tx, std::size_t place) {
    WatchingTx watch(tx, WatchingTx::Keep::statements);
    Creation creation;
    creation.made = place_.engine.create(watch, place_.realm, {}, place_.draft(place), place_.clock.now(),
                                         fmt::format("bench create {}", place));
    creation.statements = std::move(watch.statements);
    creation.indexed = std::move(watch.indexed);
    for (const bench::Statement& statement : creation.statements)
      if (name_of(statement) == "insert_event")
        creation.event = statement.values[3].integer;
      else if (name_of(statement) == "add_message")
        creation.messages.push_back(statement.values[2].integer);
    return creation;
  }
  static std::string_view name_of(const bench::Statement& statement) { return statement.sql->name; }
  static bool is_follow_key(const bench::Statement& statement) { return name_of(statement) == "add_key"; }

  Installation& place_;
  std::vector<Creation> recorded_;
  std::atomic<std::size_t> turn_ = 0;
};

// The same of one action on one of many records, taken again and again: every time one version and one event further.
class ReplayActs {
 public:
  explicit ReplayActs(Installation& place) : place_(place) {
    constexpr std::size_t kRecords = 200;
    place.store->write([&](store::Tx& tx) {
      for (std::size_t i = 0; i < kRecords; ++i) {
        const auto made = place.engine.create(tx, place.realm, {}, place.draft(i), place.clock.now());
        record::Actor worker;
        worker.person = worker_of(place, *place.engine.find(tx, place.realm, made.id));
        WatchingTx watch(tx, WatchingTx::Keep::statements);
        place.engine.act(watch, place.realm, worker, made.id, "sort", {{"about", "water"}}, std::nullopt,
                         place.clock.now(), fmt::format("bench {}", i));
        recorded_.push_back(std::move(watch.statements));
      }
    });
  }

  void run(store::Tx& tx) {
    hold(tx, place_);
    const std::int64_t turn = turn_++;
    const auto& statements = recorded_[std::size_t(turn) % recorded_.size()];
    const std::int64_t further = 1 + turn / std::int64_t(recorded_.size());
    const std::string key = scattered(place_.ids.next());
    for (const bench::Statement& statement : statements) {
      std::vector<store::Value> values = statement.values;
      for (std::size_t i = 0; i < values.size(); ++i) values[i].view = statement.texts[i];
      const std::string_view name = statement.sql->name;
      if (name == "insert_event") values[2].integer += further, values[3].integer = place_.ids.next();
      if (name == "update_record")
        for (const std::size_t i : {4, 37, 38}) values[i].integer += further;
      if (name == "add_count_entry") values[6].integer += further;
      if (name == "add_message") values[2].integer = place_.ids.next();
      if (name == "repeated" || name == "remember") values[1].view = key;
      again(tx, statement, std::move(values));
    }
  }
  std::size_t size() const { return recorded_.front().size(); }

 private:
  Installation& place_;
  std::vector<std::vector<bench::Statement>> recorded_;
  std::atomic<std::int64_t> turn_ = 0;
};

// What the product asks for when it answers the paths of one file, one after the other.
class ReplayReads {
 public:
  ReplayReads(bench::Asking& asking, const std::string& file) {
    constexpr std::size_t kPaths = 100;
    std::ifstream paths(file);
    for (std::string path; answers_.size() < kPaths && std::getline(paths, path);)
      answers_.push_back(asking.answer(path));
    if (answers_.empty()) throw std::runtime_error(file + " holds no path");
  }

  void run(store::Store& store) {
    for (const auto& transaction : answers_[turn_++ % answers_.size()])
      store.run_read([&](store::Tx& tx) {
        for (const bench::Statement& statement : transaction) {
          std::vector<store::Value> values = statement.values;
          for (std::size_t i = 0; i < values.size(); ++i) values[i].view = statement.texts[i];
          again(tx, statement, std::move(values));
        }
      });
  }
  std::size_t size() const {
    std::size_t statements = 0;
    for (const auto& transaction : answers_.front()) statements += transaction.size();
    return statements;
  }

 private:
  std::vector<std::vector<std::vector<bench::Statement>>> answers_;
  std::atomic<std::size_t> turn_ = 0;
};

int bare_server(int port, const std::string& db, const std::string& bearer, std::span<const std::string> files) {
  Installation place(db, true);
  Replay replay(place);
  ReplayActs acts(place);
  bench::Asking asking(place, bearer);
  std::deque<ReplayReads> reads;
  for (const std::string& file : files) reads.emplace_back(asking, file);
  std::unique_ptr<store::Store> bare;
  if (bench::is_server(db)) bare = std::make_unique<bench::BarePostgres>(db);
  store::Store& store = bare ? *bare : *place.store;
  serve::Router router;
  const auto bytes = [](const serve::Request& request) {
    static const std::string kBytes(1 << 20, 'x');
    return serve::Response{.body = kBytes.substr(0, std::size_t(std::stoul(request.params[0])))};
  };
  router.add({serve::Method::get, "/bytes/{count}",
              [&](const serve::Request& request) -> serve::Answer { return bytes(request); }});
  router.add({serve::Method::get, "/again/{which}/{count}", [&](const serve::Request& request) -> serve::Answer {
                reads.at(std::size_t(std::stoul(request.params[0]))).run(store);
                return serve::Response{.body = std::string(std::size_t(std::stoul(request.params[1])), 'x')};
              }});
  router.add({serve::Method::get, "/statements", [&](const serve::Request&) -> serve::Answer {
                std::vector<std::size_t> of_reads;
                for (const ReplayReads& each : reads) of_reads.push_back(each.size());
                return serve::Response{.body = fmt::format(R"({{"create":{},"act":{},"reads":[{}]}})", replay.size(),
                                                           acts.size(), fmt::join(of_reads, ","))};
              }});
  router.add({serve::Method::post, "/create", [&](const serve::Request&) -> serve::Answer {
                return serve::Answer::write([&](store::Tx& tx) {
                  replay.run(tx);
                  return serve::Response{.status = 201, .body = "{}"};
                });
              }});
  router.add({serve::Method::post, "/act/{count}", [&](const serve::Request& request) -> serve::Answer {
                return serve::Answer::write([&](store::Tx& tx) {
                  acts.run(tx);
                  return bytes(request);
                });
              }});
  serve::ServerOptions options;
  options.port = port;
  options.inline_handlers = !bare;
  serve::Server server(options, std::move(router), store);
  server.start();
  std::cout << fmt::format("{} statements a creation, {} an action, on port {}\n", replay.size(), acts.size(),
                           server.port())
            << std::flush;
  server.join();
  return 0;
}

int fill(const std::string& db, std::int64_t wanted) {
  Installation place(db, false);
  constexpr std::int64_t kGroup = 500;
  std::int64_t there =
      place.store->read([&](store::Tx& tx) { return tx.one<std::int64_t>(kCountRecords, place.realm).value_or(0); });
  while (there < wanted) {
    const std::int64_t now = std::min(kGroup, wanted - there);
    place.store->write([&](store::Tx& tx) {
      for (std::int64_t i = 0; i < now; ++i)
        place.engine.create(tx, place.realm, {}, place.draft(std::size_t(there + i)), place.clock.now());
    });
    there += now;
    if (there % 10'000 == 0) std::cerr << there << "\r";
  }
  std::cerr << there << " records\n";
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> args(words + 1, words + count);
  try {
    if (args.size() == 2 && args[0] == "engine") return engine_cost(args[1]);
    if (args.size() == 3 && args[0] == "serve") return bare_server(std::stoi(args[1]), args[2], {}, {});
    if (args.size() > 4 && args[0] == "serve")
      return bare_server(std::stoi(args[1]), args[2], args[3], std::span(args).subspan(4));
    if (args.size() == 3 && args[0] == "fill") return fill(args[1], std::stoll(args[2]));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  std::cerr << "bench_limits engine DB | bench_limits serve PORT DB [BEARER PATHS…] | bench_limits fill DB COUNT\n";
  return 2;
}
