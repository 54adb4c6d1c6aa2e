// One SQLite connection: its settings, its prepared statements, its errors as faults. Inside the store; one
// thread at a time.
#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/sqlite_log_index.hpp"
#include "store/sqlite_memory.hpp"
#include "store/transaction.hpp"

namespace tongxin::store::inside {

// Extended result code of SQLite as a fault; `doing` is the name of the statement or the act.
Fault sqlite_fault(sqlite3* db, int code, const char* doing);

struct SqliteStatement {
  sqlite3_stmt* handle = nullptr;
  std::int64_t number = 0;  // its own; never given again on this connection
  std::string text;
  std::vector<int> numbers;  // parameter i+1 of SQLite is $numbers[i] of ours (SQL.md rule 14)
  std::size_t values = 0;    // the highest $n
  bool busy = false;
  Habit habit{};
  ~SqliteStatement() { sqlite3_finalize(handle); }
};

enum class SqliteRole { writer, reader, checkpointer };

class SqliteConnection {
 public:
  SqliteConnection(const std::string& path, SqliteRole role, bool durable);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  sqlite3* handle() const { return db_; }
  // Runs plain statements without values. Returns the result code instead of throwing.
  int try_script(const char* sql);
  void script(const char* sql);
  // BEGIN, COMMIT, SAVEPOINT …: one statement, kept prepared. The first returns the result code.
  int try_control(const Sql& sql);
  void control(const Sql& sql);

  // Of a reader: opens the snapshot, or goes on with the one that stands if nobody, of whatever process, has committed since;
  // forgets what is no longer so. The snapshot stands until let_go().
  void begin_reading();
  void let_go();
  bool holds_snapshot() const { return standing_; }
  void query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each);
  std::int64_t execute(const Sql& sql, std::span<const Value> values);
  template <class... Args>
  std::int64_t run(const Sql& sql, const Args&... args) {
    const std::array<Value, sizeof...(Args)> values{Value(args)...};
    return execute(sql, values);
  }

 private:
  std::shared_ptr<SqliteStatement> prepare(const Sql& sql);
  std::shared_ptr<SqliteStatement> compile(const Sql& sql);
  void tell_plan(const Sql& sql);
  void bind(SqliteStatement& statement, const Sql& sql, std::span<const Value> values);

  void use_log();
  bool is_newest() const;
  void read_and_keep(SqliteStatement& statement, const Sql& sql, std::span<const Value> values,
                     const std::function<bool(const Row&)>& each);
  void step_through(SqliteStatement& statement, const Sql& sql, std::span<const Value> values,
                    const std::function<bool(const Row&)>& each);

  sqlite3* db_ = nullptr;
  std::optional<SqliteMemory> memory_;         // of a reader, once it has begun
  std::shared_ptr<SqliteStatement> snapshot_;  // of a reader: stands at its row while the snapshot does
  bool standing_ = false;
  LogIndex log_index_;
  LogIndex::Header since_{};  // as it was when the snapshot was opened
  std::unordered_map<const Sql*, std::shared_ptr<SqliteStatement>> statements_;
  std::int64_t compiled_ = 0;
};

}  // namespace tongxin::store::inside
