// Bare PostgreSQL: libpq, prepared statements, one after another, as many connections and threads as the product's store has.
// A store, so that the same HTTP server can stand before it.
#pragma once
#include <libpq-fe.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "base/search_terms.hpp"
#include "store/search_schema.hpp"
#include "store/store.hpp"

namespace tongxin::bench {

inline bool is_server(const std::string& db) { return db.find("://") != std::string::npos; }

class BareConnection final : public store::Tx {
 public:
  explicit BareConnection(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_));
  }
  ~BareConnection() override { PQfinish(connection_); }
  BareConnection(const BareConnection&) = delete;

  void command(const char* text) { check(PQexec(connection_, text), text); }
  void query(const store::Sql& sql, std::span<const store::Value> values,
             const std::function<bool(const store::Row&)>&) override {
    run(sql, values);
  }
  std::int64_t execute(const store::Sql& sql, std::span<const store::Value> values) override {
    run(sql, values);
    return 0;
  }
  // As the product's store keeps a text.
  void index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) override {
    static constexpr store::Sql kKeep{
        "bench_search_keep",
        "INSERT INTO search_text (realm_id, document, kind, body, terms) "
        "VALUES ($1, $2, $3, $4, array_to_tsvector(CAST($5 AS text[]))) "
        "ON CONFLICT (realm_id, document) DO UPDATE SET kind = excluded.kind, body = excluded.body, "
        "terms = excluded.terms WHERE search_text.kind <> excluded.kind OR search_text.body <> excluded.body"};
    const std::string folded = fold_text(text);
    std::string terms = "{";
    for (const auto& term : store::inside::index_terms(realm.value, kind, folded))
      terms += fmt::format("{}\"{}\"", terms.size() > 1 ? "," : "", term);
    terms += "}";
    run(kKeep, std::array<store::Value, 5>{store::Value(realm), store::Value(document), store::Value(kind),
                                           store::Value(folded), store::Value(terms)});
  }
  void after_commit(std::function<void()>) override {}

 private:
  void run(const store::Sql& sql, std::span<const store::Value> values) {
    static constexpr Oid kTypes[] = {0, 20, 701, 25, 17};  // by store::Value::Kind
    std::vector<std::string> texts(values.size());
    std::vector<const char*> given;
    std::vector<Oid> types;
    std::vector<int> lengths, formats;
    std::string kinds;
    for (std::size_t i = 0; i < values.size(); ++i) {
      using Kind = store::Value::Kind;
      const store::Value& value = values[i];
      if (value.kind == Kind::integer) texts[i] = std::to_string(value.integer);
      if (value.kind == Kind::real) texts[i] = fmt::format("{}", value.real);
      if (value.kind == Kind::text || value.kind == Kind::bytes) texts[i] = value.view;
      given.push_back(value.kind == Kind::null ? nullptr : texts[i].c_str());
      lengths.push_back(int(texts[i].size()));
      formats.push_back(value.kind == Kind::bytes);
      types.push_back(kTypes[std::size_t(value.kind)]);
      kinds += char('0' + int(value.kind));
    }
    std::string& name = prepared_[{sql.text, kinds}];
    if (name.empty()) {
      name = fmt::format("b{}", prepared_.size());
      check(PQprepare(connection_, name.c_str(), std::string(sql.text).c_str(), int(types.size()), types.data()),
            sql.name);
    }
    check(PQexecPrepared(connection_, name.c_str(), int(given.size()), given.data(), lengths.data(), formats.data(), 0),
          sql.name);
  }
  void check(PGresult* result, const char* doing) {
    const auto status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(fmt::format("{}: {}", doing, PQerrorMessage(connection_)));
  }

  PGconn* connection_;
  std::map<std::pair<std::string_view, std::string>, std::string> prepared_;
};

class BarePostgres final : public store::Store {
 public:
  static constexpr std::size_t kConnections = 4;  // of each sort, as store::Options has them

  explicit BarePostgres(const std::string& url) : url_(url) {
    for (std::size_t i = 0; i < kConnections; ++i) readers_.push_back(std::make_unique<BareConnection>(url));
    for (std::size_t i = 0; i < kConnections; ++i) writers_.emplace_back([this] { write_loop(); });
  }
  ~BarePostgres() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : writers_) thread.join();
  }

  Engine engine() const override { return Engine::postgresql; }
  void run_read(const Job& job) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !readers_.empty(); });
    auto connection = std::move(readers_.back());
    readers_.pop_back();
    lock.unlock();
    connection->command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    job(*connection);
    connection->command("ROLLBACK");
    lock.lock();
    readers_.push_back(std::move(connection));
    changed_.notify_all();
  }
  void run_write(Job job, std::function<void(std::exception_ptr)> done) override {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(job), std::move(done)});
    changed_.notify_all();
  }
  std::vector<std::int64_t> search(RealmId, std::string_view, std::string_view, std::int64_t, int, const Accept&,
                                   std::int64_t*) override {
    return {};
  }
  void remove_from_index(store::Tx&, RealmId, std::int64_t) override {}
  void ping() override {}
  void backup(const std::string&) override {}

 private:
  struct Pending {
    Job job;
    std::function<void(std::exception_ptr)> done;
  };

  void write_loop() {
    BareConnection connection(url_);
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const Pending pending = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      write(connection, pending);
    }
  }
  // Those that stood in each other's way are run again, as the product's store does.
  static void write(BareConnection& connection, const Pending& pending) {
    for (int tries = 0;; ++tries) {
      try {
        connection.command("BEGIN ISOLATION LEVEL READ COMMITTED");
        pending.job(connection);
        connection.command("COMMIT");
        return pending.done(nullptr);
      } catch (const std::exception&) {
        connection.command("ROLLBACK");
        if (tries == 10) return pending.done(std::current_exception());
      }
    }
  }

  const std::string url_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::deque<Pending> queue_;
  std::vector<std::unique_ptr<BareConnection>> readers_;
  std::vector<std::thread> writers_;
};

}  // namespace tongxin::bench
