#include "store/sqlite_connection.hpp"

#include <charconv>

#include "store/plans.hpp"

namespace tongxin::store::inside {
namespace {

constexpr std::size_t kStatementsKept = 1000;
constexpr int kBusyMillis = 5000;
constexpr Sql kDataVersion{"data_version", "PRAGMA data_version"};

Words kind_words(int primary) {
  switch (primary) {
    case SQLITE_FULL:
      return words("磁盘已满，这次没有保存；请腾出空间后再试",
                   "the disk is full and nothing was saved; free some space and try again");
    case SQLITE_IOERR:
      return words("磁盘读写出错，这次没有保存；请检查磁盘", "the disk failed and nothing was saved; check the disk");
    case SQLITE_READONLY:
      return words("数据库是只读的，无法保存；请检查文件权限",
                   "the database is read-only; check the permissions of its file");
    case SQLITE_CANTOPEN:
      return words("打不开数据库文件；请检查路径和权限",
                   "the database file cannot be opened; check its path and permissions");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return words("数据库正被另一个程序占用，请稍后再试", "another program holds the database; try again in a moment");
    case SQLITE_NOTADB: return words("这个文件不是数据库", "this file is not a database");
    case SQLITE_CORRUPT:
      return words("数据库文件已损坏；请从备份恢复", "the database file is damaged; restore a backup");
    default: return words("存储出错，已记录", "the store failed; this was logged");
  }
}

Code code_of(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY: return Code::conflict;
    default: break;
  }
  switch (extended & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return Code::unavailable;
    default: return Code::internal;
  }
}

class SqliteRow final : public Row {
 public:
  SqliteRow(sqlite3_stmt* statement, const char* name)
      : statement_(statement), name_(name), columns_(sqlite3_column_count(statement)) {}
  int columns() const override { return columns_; }
  bool is_null(int column) const override { return type(column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override {
    const int t = type(column);
    if (t != SQLITE_INTEGER && t != SQLITE_NULL) wrong(column, "an integer");
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override {
    const int t = type(column);
    if (t != SQLITE_INTEGER && t != SQLITE_FLOAT && t != SQLITE_NULL) wrong(column, "a number");
    return sqlite3_column_double(statement_, column);
  }
  std::string_view text(int column) const override {
    const int t = type(column);
    if (t == SQLITE_NULL) return {};
    if (t != SQLITE_TEXT && t != SQLITE_BLOB) wrong(column, "text or bytes");
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

  // Puts its cells behind those of `answer`; false: the answer is no longer small.
  bool join(SmallAnswer& answer, std::size_t& bytes) const {
    answer.columns = std::size_t(columns_);
    if (answer.cells.size() + answer.columns > SqliteMemory::kMostCells) return false;
    for (int i = 0; i < columns_; ++i) {
      Cell& cell = answer.cells.emplace_back();
      switch (type(i)) {
        case SQLITE_INTEGER: cell.kind = Value::Kind::integer, cell.integer = integer(i); break;
        case SQLITE_FLOAT: cell.kind = Value::Kind::real, cell.real = real(i); break;
        case SQLITE_NULL: break;
        default: cell.kind = Value::Kind::text, cell.text = text(i), bytes += cell.text.size();
      }
      if (bytes > SqliteMemory::kMostBytes) return false;
    }
    return true;
  }

 private:
  int type(int column) const {
    if (column < 0 || column >= columns_) wrong(column, "a column at all");
    return sqlite3_column_type(statement_, column);
  }
  [[noreturn]] void wrong(int column, const char* expected) const {
    throw Fault(Code::internal, words("存储出错，已记录", "the store failed; this was logged"))
        .log(fmt::format("{}: column {} is not {}", name_, column, expected));
  }

  sqlite3_stmt* statement_;
  const char* name_;
  int columns_;
};

// Gives the statement back, whatever happened.
struct InUse {
  SqliteStatement& statement;
  explicit InUse(SqliteStatement& s) : statement(s) { statement.busy = true; }
  ~InUse() {
    sqlite3_reset(statement.handle);
    sqlite3_clear_bindings(statement.handle);
    statement.busy = false;
  }
};

}  // namespace

Fault sqlite_fault(sqlite3* db, int code, const char* doing) {
  const int extended =
      db && (code & 0xff) == (sqlite3_extended_errcode(db) & 0xff) ? sqlite3_extended_errcode(db) : code;
  Words say = kind_words(extended & 0xff);
  if (code_of(extended) == Code::conflict)
    say = extended == SQLITE_CONSTRAINT_FOREIGNKEY ? words("它与另一条记录的联系不成立（不存在，或仍被引用）",
                                                           "what it refers to does not exist, or is still referred to")
                                                   : words("同样的记录已经存在", "the same thing exists already");
  return Fault(code_of(extended), std::move(say))
      .log(fmt::format("sqlite {} ({}) in {}: {}", extended, sqlite3_errstr(extended), doing,
                       db ? sqlite3_errmsg(db) : ""));
}

SqliteConnection::SqliteConnection(const std::string& path, SqliteRole role, bool durable) {
  // Nobody asks SQLite how much memory it took, and counting it is a lock that all threads share.
  [[maybe_unused]] static const int not_counted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int code = sqlite3_open_v2(
      path.c_str(), &db_,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (role == SqliteRole::writer ? SQLITE_OPEN_CREATE : 0), nullptr);
  try {
    if (code != SQLITE_OK) throw sqlite_fault(db_, code, fmt::format("open {}", path).c_str());
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, kBusyMillis);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    use_log();
    script("PRAGMA foreign_keys=ON; PRAGMA case_sensitive_like=ON; PRAGMA temp_store=MEMORY");
    if (role == SqliteRole::reader)
      script("PRAGMA query_only=ON; PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456");
    if (role == SqliteRole::writer) script("PRAGMA cache_size=-64000; PRAGMA wal_autocheckpoint=0");
    // Not durable means a store that is thrown away: even the process may then lose it.
    script(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
  } catch (...) {
    sqlite3_close(db_);
    throw;
  }
}

// Whoever gives a new file its log, or closes it as the last, holds it alone for a moment, and for that SQLite does not wait by itself.
void SqliteConnection::use_log() {
  constexpr int kPauseMillis = 5;
  for (int waited = 0;; waited += kPauseMillis) {
    const int code = try_script("PRAGMA journal_mode=WAL");
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || waited >= kBusyMillis) throw sqlite_fault(db_, code, "journal_mode");
    sqlite3_sleep(kPauseMillis);
  }
}

SqliteConnection::~SqliteConnection() {
  snapshot_.reset();
  statements_.clear();
  sqlite3_close(db_);
}

int SqliteConnection::try_script(const char* sql) { return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr); }

void SqliteConnection::script(const char* sql) {
  if (const int code = try_script(sql); code != SQLITE_OK) throw sqlite_fault(db_, code, sql);
}

int SqliteConnection::try_control(const Sql& sql) {
  const auto statement = prepare(sql);
  const int code = sqlite3_step(statement->handle);
  const int end = sqlite3_reset(statement->handle);
  return code == SQLITE_DONE ? SQLITE_OK : end;
}

void SqliteConnection::control(const Sql& sql) {
  if (const int code = try_control(sql); code != SQLITE_OK) throw sqlite_fault(db_, code, sql.name);
}

std::shared_ptr<SqliteStatement> SqliteConnection::compile(const Sql& sql) {
  auto statement = std::make_shared<SqliteStatement>();
  statement->text = sql.text;
  statement->number = ++compiled_;
  const int code = sqlite3_prepare_v3(db_, statement->text.c_str(), static_cast<int>(statement->text.size()) + 1,
                                      SQLITE_PREPARE_PERSISTENT, &statement->handle, nullptr);
  if (code != SQLITE_OK) throw sqlite_fault(db_, code, sql.name);
  if (!statement->handle) throw Fault(Code::internal, words("空语句", "an empty statement")).log(sql.name);
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement->handle); ++i) {
    const char* name = sqlite3_bind_parameter_name(statement->handle, i);
    int number = 0;
    if (name && *name == '$') std::from_chars(name + 1, name + std::strlen(name), number);
    if (number < 1)
      throw Fault(Code::internal, words("存储出错，已记录", "the store failed; this was logged"))
          .log(fmt::format("{}: parameters are written $1, $2, …, not {}", sql.name, name ? name : "?"));
    statement->numbers.push_back(number);
    statement->values = std::max(statement->values, static_cast<std::size_t>(number));
  }
  if (plan_watcher()) tell_plan(sql);
  return statement;
}

void SqliteConnection::tell_plan(const Sql& sql) {
  Plan plan{sql.name, std::string(sql.text), {}};
  sqlite3_stmt* explain = nullptr;
  if (sqlite3_prepare_v2(db_, ("EXPLAIN QUERY PLAN " + plan.text).c_str(), -1, &explain, nullptr) == SQLITE_OK)
    while (sqlite3_step(explain) == SQLITE_ROW)
      plan.steps.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(explain, 3)));
  sqlite3_finalize(explain);
  plan_watcher()(plan);
}

std::shared_ptr<SqliteStatement> SqliteConnection::prepare(const Sql& sql) {
  const auto found = statements_.find(&sql);
  // A statement that is still being read (a query inside its own rows) gets a second handle for the while.
  if (found != statements_.end() && found->second->text == sql.text)
    return found->second->busy ? compile(sql) : found->second;
  if (statements_.size() >= kStatementsKept) statements_.clear();
  return statements_[&sql] = compile(sql);
}

void SqliteConnection::bind(SqliteStatement& statement, const Sql& sql, std::span<const Value> values) {
  if (values.size() != statement.values)
    throw Fault(Code::internal, words("存储出错，已记录", "the store failed; this was logged"))
        .log(fmt::format("{}: {} values for {} parameters", sql.name, values.size(), statement.values));
  for (std::size_t i = 0; i < statement.numbers.size(); ++i) {
    const Value& value = values[static_cast<std::size_t>(statement.numbers[i] - 1)];
    const int at = static_cast<int>(i) + 1;
    const char* data = value.view.data() ? value.view.data() : "";
    int code = SQLITE_OK;
    switch (value.kind) {
      case Value::Kind::null: code = sqlite3_bind_null(statement.handle, at); break;
      case Value::Kind::integer: code = sqlite3_bind_int64(statement.handle, at, value.integer); break;
      case Value::Kind::real: code = sqlite3_bind_double(statement.handle, at, value.real); break;
      case Value::Kind::text:
        code = sqlite3_bind_text64(statement.handle, at, data, value.view.size(), SQLITE_STATIC, SQLITE_UTF8);
        break;
      case Value::Kind::bytes:
        code = sqlite3_bind_blob64(statement.handle, at, data, value.view.size(), SQLITE_STATIC);
        break;
    }
    if (code != SQLITE_OK) throw sqlite_fault(db_, code, sql.name);
  }
}

bool SqliteConnection::is_newest() const { return log_index_ && log_index_.header() == since_; }

// A statement that stands at its row holds the snapshot, as BEGIN and COMMIT around the others would for three times the price.
// To open and to end it costs two locks of the file, a tenth of what reading a case costs.
void SqliteConnection::begin_reading() {
  if (standing_ && !is_newest()) let_go();
  if (!standing_) {
    if (!snapshot_) snapshot_ = compile(kDataVersion);
    if (log_index_) since_ = log_index_.header();  // before it opens: a commit in between makes it old at once
    if (const int code = sqlite3_step(snapshot_->handle); code != SQLITE_ROW) {
      let_go();
      throw sqlite_fault(db_, code, kDataVersion.name);
    }
    standing_ = true;
    if (!log_index_) log_index_ = LogIndex(db_);  // from the next time on: no header equals `since_` yet
  }
  if (!memory_) memory_.emplace();
  memory_->see(sqlite3_column_int64(snapshot_->handle, 0));
}

void SqliteConnection::let_go() {
  if (snapshot_) sqlite3_reset(snapshot_->handle);
  standing_ = false;
}

void SqliteConnection::query(const Sql& sql, std::span<const Value> values,
                             const std::function<bool(const Row&)>& each) {
  const auto statement = prepare(sql);
  if (!memory_) return step_through(*statement, sql, values, each);
  if (const auto known = memory_->find(statement->number, values)) {
    statement->habit.was_asked_again();
    return give(*known, sql.name, each);
  }
  if (!statement->habit.is_worth_keeping()) return step_through(*statement, sql, values, each);
  read_and_keep(*statement, sql, values, each);
}

// One row more than was wanted is looked for: an answer is kept only when it is known to be whole.
void SqliteConnection::read_and_keep(SqliteStatement& statement, const Sql& sql, std::span<const Value> values,
                                     const std::function<bool(const Row&)>& each) {
  SmallAnswer answer;
  std::size_t bytes = 0;
  bool wanted = true, small = true;
  step_through(statement, sql, values, [&](const Row& row) {
    if (!wanted) return small = false;
    small = small && static_cast<const SqliteRow&>(row).join(answer, bytes);
    wanted = each(row);
    return wanted || small;
  });
  memory_->find(statement.number, values);  // `each` may have asked something else in between
  if (small) memory_->keep(std::move(answer));
}

void SqliteConnection::step_through(SqliteStatement& statement, const Sql& sql, std::span<const Value> values,
                                    const std::function<bool(const Row&)>& each) {
  const InUse in_use(statement);
  bind(statement, sql, values);
  std::optional<SqliteRow> row;
  for (;;) {
    const int code = sqlite3_step(statement.handle);
    if (code == SQLITE_DONE) return;
    if (code != SQLITE_ROW) throw sqlite_fault(db_, code, sql.name);
    if (!row) row.emplace(statement.handle, sql.name);
    if (!each(*row)) break;
  }
  // UPDATE … RETURNING has done all its work before its first row, so stopping early loses nothing.
}

std::int64_t SqliteConnection::execute(const Sql& sql, std::span<const Value> values) {
  const auto statement = prepare(sql);
  const InUse in_use(*statement);
  bind(*statement, sql, values);
  const auto before = sqlite3_total_changes64(db_);
  for (;;) {
    const int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW) continue;
    if (code != SQLITE_DONE) throw sqlite_fault(db_, code, sql.name);
    break;
  }
  return sqlite3_total_changes64(db_) == before ? 0 : sqlite3_changes64(db_);
}

}  // namespace tongxin::store::inside
