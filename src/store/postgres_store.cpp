#include "store/postgres_store.hpp"

#include "store/again.hpp"

namespace tongxin::store::inside {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kWritePatience{60};  // a failover takes some tens of seconds
constexpr std::chrono::seconds kReadPatience{5};
constexpr milliseconds kFirstPause{10}, kLongestPause{1000};

thread_local int reads_here = 0;

class PostgresTx final : public EngineTx {
 public:
  explicit PostgresTx(PostgresConnection& connection) : connection_(connection) {}

 private:
  void do_query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each) override {
    connection_.query(sql, values, each);
  }
  std::int64_t do_execute(const Sql& sql, std::span<const Value> values) override {
    return connection_.execute(sql, values);
  }
  void do_later(const Sql& sql, std::span<const Value> values) override { connection_.later(sql, values); }
  void do_hold(std::int64_t name) override {
    static constexpr Sql kHold{"hold", "SELECT pg_advisory_xact_lock($1)"};
    const Value value(name);
    connection_.later(kHold, {&value, 1});
  }
  PostgresConnection& connection_;
};

// Runs `once` on a connection (made when there is none, dropped when it was lost) until it succeeds, fails
// for good, or patience ends. `give_up` is asked before each pause.
template <class Once, class GiveUp>
void repeat(std::unique_ptr<PostgresConnection>& connection, const PostgresAddress& address,
            std::chrono::seconds patience, Once&& once, GiveUp&& give_up) {
  const auto until = steady_clock::now() + patience;
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    try {
      if (!connection) connection = std::make_unique<PostgresConnection>(address);
      return once();
    } catch (const Again&) {
      connection->rollback();
      if (give_up() || steady_clock::now() + pause > until) throw;
    } catch (...) {
      const bool again = !connection || connection->repeat();
      if (connection) connection->rollback();
      if (connection && connection->lost()) connection.reset();
      if (!again || give_up() || steady_clock::now() + pause > until) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

PostgresStore::PostgresStore(const Options& options)
    : address_(options.url), connections_(static_cast<std::size_t>(std::max(1, options.readers))) {
  check_database();
  for (std::size_t i = 0; i < connections_; ++i) write_threads_.emplace_back([this] { write_loop(); });
}

PostgresStore::~PostgresStore() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queued_.notify_all();
  for (auto& thread : write_threads_) thread.join();
}

// Sorting must be bytewise on both engines (SQL.md 13).
void PostgresStore::check_database() {
  static constexpr Sql kCollation{"collation",
                                  "SELECT CAST(datcollate AS text), pg_encoding_to_char(encoding) FROM pg_database "
                                  "WHERE datname = current_database()"};
  read([](Tx& tx) {
    tx.each(kCollation, [](const Row& row) {
      const std::string collate(row.text(0)), encoding(row.text(1));
      const bool bytewise = collate == "C" || collate == "POSIX" || collate == "C.UTF-8" || collate == "C.utf8";
      if (bytewise && encoding == "UTF8") return;
      throw Fault(Code::unavailable,
                  words("数据库应以 UTF8 编码、C.UTF-8 排序规则建立（现为 {}、{}）：createdb -E UTF8 -T "
                        "template0 --locale=C.UTF-8",
                        "the database must be made with encoding UTF8 and locale C.UTF-8 (it has {}, {}): "
                        "createdb -E UTF8 -T template0 --locale=C.UTF-8",
                        encoding, collate));
    });
  });
}

// ── reading
// ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PostgresStore::Connection PostgresStore::take_reader() {
  std::unique_lock lock(readers_mutex_);
  // A read inside a read must not wait for the connection that its own thread holds.
  if (reads_here == 0) reader_back_.wait(lock, [&] { return readers_out_ < connections_; });
  ++readers_out_;
  if (readers_.empty()) return nullptr;
  auto connection = std::move(readers_.back());
  readers_.pop_back();
  return connection;
}

void PostgresStore::give_back(Connection connection) {
  const std::lock_guard lock(readers_mutex_);
  --readers_out_;
  if (connection && readers_.size() < connections_) readers_.push_back(std::move(connection));
  reader_back_.notify_one();
}

void PostgresStore::read_once(Connection& connection, const Job& job) {
  connection->begin_read();
  PostgresTx tx(*connection);
  tx.run_job(job);
  connection->end_read();
  run_hooks(tx.hooks());
}

void PostgresStore::run_read(const Job& job) {
  struct Taken {
    PostgresStore& store;
    Connection connection;
    explicit Taken(PostgresStore& s) : store(s), connection(s.take_reader()) { ++reads_here; }
    ~Taken() {
      --reads_here;
      store.give_back(std::move(connection));
    }
  } taken(*this);
  repeat(
      taken.connection, address_, kReadPatience, [&] { read_once(taken.connection, job); }, [] { return false; });
}

// ── writing
// ──────────────────────────────────────────────────────────────────────────────────────────────────────────

void PostgresStore::run_write(Job job, std::function<void(std::exception_ptr)> done) {
  {
    const std::lock_guard lock(queue_mutex_);
    if (!stopping_) {
      queue_.push_back({std::move(job), std::move(done)});
      queued_.notify_one();
      return;
    }
  }
  answer(done, std::make_exception_ptr(Fault(Code::unavailable, words("存储正在关闭", "the store is closing"))));
}

bool PostgresStore::stopping() {
  const std::lock_guard lock(queue_mutex_);
  return stopping_;
}

void PostgresStore::write_loop() {
  const WritingHere writing(this);
  Connection connection;
  for (;;) {
    Pending pending;
    {
      std::unique_lock lock(queue_mutex_);
      queued_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      pending = std::move(queue_.front());
      queue_.pop_front();
    }
    answer(pending.done, write_until_settled(connection, pending));
  }
}

// A unique key that is taken may have been taken by a transaction that ran beside this one, after this one had looked: run
// once more it sees what the other left, and answers as if it had come second.
std::exception_ptr PostgresStore::write_until_settled(Connection& connection, const Pending& pending) {
  std::vector<std::function<void()>> hooks;
  bool looked_again = false;
  const auto once = [&] {
    try {
      write_once(connection, pending.job, hooks);
    } catch (const Fault&) {
      if (!connection->collided() || std::exchange(looked_again, true)) throw;
      throw Again();
    }
  };
  try {
    repeat(connection, address_, kWritePatience, once, [&] { return stopping(); });
  } catch (...) {
    return std::current_exception();
  }
  run_hooks(hooks);
  return nullptr;
}

void PostgresStore::write_once(Connection& connection, const Job& job, std::vector<std::function<void()>>& hooks) {
  connection->begin_write();
  PostgresTx tx(*connection);
  tx.run_job(job);
  settle(tx.changes());
  apply_index_changes(*connection, tx.changes());
  try {
    connection->commit();
  } catch (...) {
    // It may have happened: only what would find itself again may be run again.
    if (connection->unconfirmed() && !tx.runs_again()) connection->do_not_repeat();
    throw;
  }
  hooks = std::move(tx.hooks());
}

// ── health
// ───────────────────────────────────────────────────────────────────────────────────────────────────────────

void PostgresStore::ping() {
  static constexpr Sql kStandby{"ping", "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END"};
  auto connection = std::make_unique<PostgresConnection>(address_);  // the pool may be busy or hold dead ones
  read_once(connection, [](Tx& tx) {
    if (tx.one<int>(kStandby) == 1)
      throw Fault(Code::unavailable, words("数据库服务器目前只读", "the database server is read-only at the moment"));
  });
}

void PostgresStore::backup(const std::string&) {
  throw Fault(Code::bad_request,
              words("PostgreSQL 请用它自己的工具备份：pg_dump（单库）或 pg_basebackup（整个集群）",
                    "back PostgreSQL up with its own tools: pg_dump (one database) or pg_basebackup (the cluster)"));
}

}  // namespace tongxin::store::inside
