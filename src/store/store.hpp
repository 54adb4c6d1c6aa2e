// The store: closures over transactions on SQLite (default) or PostgreSQL, one SQL text for both.
//
//   auto store = store::open({.url = "data/tongxin.db"});           // or "postgresql://…"
//   store::migrate(*store, kMigrations);                             // once, before anything else
//   auto n = store->read([&](Tx& tx) { return tx.one<std::int64_t>(kCount, realm); });
//   store->write([&](Tx& tx) { tx.run(kInsert, realm, id, title); });   // returns when it is durable
//
// Rules that callers keep (design/SQL.md): `$1` parameters, the realm first in every key, no now() or random() in SQL.
//
// Threads: read() may be called from any thread and runs there, on a connection of its own, in one snapshot. write() may
// be called from any thread; on SQLite the closure runs on the one writer thread together with others in one durable commit
// (a savepoint each), on PostgreSQL on a pooled connection and is retried on 40001, 40P01, class 08, 57P0x and 25006. A
// closure may therefore run more than once: it must only touch the transaction and values of its own. A closure that
// throws is rolled back alone and the exception reaches its caller; its neighbours in the group are not disturbed. After a
// statement has failed its transaction is over on both engines: catching the fault inside the closure does not save it
// (an expected duplicate is ON CONFLICT, not a caught error). A write must not wait for another write of the same store.
//
// Faults of the store: conflict (unique or foreign key), unavailable (disk full, server gone, another program holds it),
// bad_request (text with NUL or malformed UTF-8: refused on both), internal (a mistake in a statement). log() has the detail.
//
// When the answer to a COMMIT is lost (PostgreSQL failing over) the closure is run again: it must write ids made before by
// the program, with ON CONFLICT, so that the repetition changes nothing (design/SQL.md 31).
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "base/fault.hpp"
#include "base/id.hpp"
#include "base/time.hpp"

namespace tongxin::store {

// A named statement. Make it a namespace-scope `constexpr Sql kX{"area_of", "select …"}`: its address is the key of each
// connection's statement cache, its name appears in errors and in the list of slow statements.
struct Sql {
  const char* name;
  std::string_view text;
};

using Bytes = std::vector<std::uint8_t>;

// One parameter: null, integer, double, text or bytes. Text and bytes are borrowed until the call returns.
struct Value {
  enum class Kind { null, integer, real, text, bytes } kind = Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view view{};

  Value() = default;
  Value(std::nullopt_t) {}
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) Value(T v)
      : kind(Kind::integer), integer(static_cast<std::int64_t>(v)) {}
  Value(double v) : kind(Kind::real), real(v) {}
  Value(std::string_view v) : kind(Kind::text), view(v) {}
  Value(const std::string& v) : kind(Kind::text), view(v) {}
  Value(const char* v) : kind(Kind::text), view(v) {}
  Value(const Bytes& v) : kind(Kind::bytes), view(reinterpret_cast<const char*>(v.data()), v.size()) {}
  Value(Time v) : kind(Kind::integer), integer(to_millis(v)) {}
  template <class Tag>
  Value(Id<Tag> v) : kind(Kind::integer), integer(v.value) {}
  template <class T>
  Value(const std::optional<T>& v) {
    if (v) *this = Value(*v);
  }
};

// The current row of a cursor. Columns count from 0. Views live until the next row.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;  // null reads as 0; a non-integer is a programmer's fault
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;  // text or bytes; null reads as empty
  virtual int columns() const = 0;

  // T: integer, bool, enum, double, std::string, Bytes, Time, Id<…>, std::optional of these.
  template <class T>
  T get(int column) const;
};

// One transaction. Only valid inside the closure.
class Tx {
 public:
  virtual ~Tx() = default;

  // Runs a statement and calls `each` for every row; stops early when it returns false.
  virtual void query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each) = 0;
  // Runs a statement; the number of rows changed.
  virtual std::int64_t execute(const Sql& sql, std::span<const Value> values) = 0;

  // Texts to index after the group's last savepoint, before the commit (design/STACK.md section 9). A later call with the
  // same document replaces the earlier one; an empty text removes it. Search narrows by `kind`. The first 60,000 bytes count.
  virtual void index(RealmId realm, std::int64_t document, std::string_view kind, std::string text) = 0;
  // Called after the transaction is durable, on the writing thread (after a read: when it has ended well, on its own thread);
  // never when it failed. Keep it short.
  virtual void after_commit(std::function<void()> then) = 0;

  template <class... Args>
  std::int64_t run(const Sql& sql, const Args&... args) {
    const std::array<Value, sizeof...(Args)> values{Value(args)...};
    return execute(sql, values);
  }
  template <class Each, class... Args>
  void each(const Sql& sql, Each&& each_row, const Args&... args) {
    const std::array<Value, sizeof...(Args)> values{Value(args)...};
    query(sql, values, [&](const Row& row) {
      if constexpr (std::is_same_v<std::invoke_result_t<Each, const Row&>, bool>)
        return each_row(row);
      else {
        each_row(row);
        return true;
      }
    });
  }
  // T is a scalar (first column) or a described struct (columns in the order of its members).
  template <class T, class... Args>
  std::vector<T> all(const Sql& sql, const Args&... args);
  template <class T, class... Args>
  std::optional<T> one(const Sql& sql, const Args&... args);
};

struct Options {
  std::string url;      // a path (SQLite; sqlite: before it is allowed) or postgresql://…  (`tongxin_prepare=off`
                        // in its query: no named prepared statements, for old PgBouncers)
  int readers = 4;      // SQLite: read connections kept; PostgreSQL: so many for reading and so many for writing
  bool durable = true;  // SQLite: synchronous=FULL. Off only for throw-away stores in tests and the simulator.
};

class Store {
 public:
  virtual ~Store() = default;
  enum class Engine { sqlite, postgresql };
  virtual Engine engine() const = 0;

  using Job = std::function<void(Tx&)>;
  virtual void run_read(const Job& job) = 0;
  // `done` is called exactly once, with null when the job is durable, on a thread of the store.
  virtual void run_write(Job job, std::function<void(std::exception_ptr)> done) = 0;

  template <class F>
  auto read(F&& job) -> std::invoke_result_t<F, Tx&>;
  template <class F>
  auto write(F&& job) -> std::invoke_result_t<F, Tx&>;

  // Full-text search over what Tx::index was given: newest (highest) documents first; every piece of `text` between spaces
  // must occur as it stands, Latin words and numbers from their beginning (base/search_terms.hpp). `kind` narrows, empty:
  // all kinds. `before` pages on: only documents below it (0: from the newest). At most `limit`. `accept` (may be empty) is
  // asked per hit, inside the read transaction, and decides whether the caller may see it. One call looks at no more than
  // kSearchCandidates texts; `go_on_below`, if given, becomes the `before` to go on with, 0 when there can be no more.
  using Accept = std::function<bool(Tx&, std::int64_t)>;
  static constexpr int kSearchCandidates = 20000;
  virtual std::vector<std::int64_t> search(RealmId realm, std::string_view kind, std::string_view text,
                                           std::int64_t before, int limit, const Accept& accept,
                                           std::int64_t* go_on_below = nullptr) = 0;
  // Inside a write: the document leaves the index when the transaction commits.
  virtual void remove_from_index(Tx& tx, RealmId realm, std::int64_t document) = 0;

  // Is the store reachable and writable now? Throws Fault(unavailable).
  virtual void ping() = 0;
  // A consistent copy while others write. SQLite: to a file path; PostgreSQL: refused with a word about pg_dump.
  virtual void backup(const std::string& path) = 0;
};

// Opens or, for SQLite, creates. Throws Fault(unavailable) with the reason.
std::unique_ptr<Store> open(const Options& options);

// ── migrations ───────────────────────────────────────────────────────────────────────────────────────────────────────
// Numbered from 1, forward only, in the common words of design/SQL.md (BIGINT, INTEGER, TEXT, DOUBLE PRECISION, BYTES),
// expanded for each engine: on SQLite tables are STRICT; `) WITHOUT ROWID;` at the end of a CREATE TABLE is kept there and
// dropped for PostgreSQL. Each table says its kind in a line comment above its CREATE TABLE:
//   -- realm table        rows belong to one realm; the primary key begins with realm_id
//   -- reference table    small, read by all
//   -- local table        of the installation itself
// Applied ones are kept in schema_migrations(number, name, checksum, applied_at). Each runs in one transaction, in order of
// number, and several programs may migrate at once. Throws Fault(conflict) when the text of an applied one has changed.
// The store's own tables (search_text) come with it; so migrate(store, {}) is needed before the first index() or search().
struct Migration {
  int number;
  const char* name;
  const char* text;  // one or more statements separated by ';'
};
void migrate(Store& store, std::span<const Migration> migrations, Time now = SystemClock{}.now());

// What `db distribute` needs (SQL.md 1, 36), in order of creation: the store's own tables first.
struct TableKind {
  enum class Kind { realm, reference, local } kind;
  std::string table;
};
std::vector<TableKind> table_kinds(std::span<const Migration> migrations);

// Holds migrations and statements against the rules of design/SQL.md that a reader of text can check: kinds declared,
// realm_id first in every key, unique and index of a realm table, realm_id in every statement on one, and no word that one
// of the engines does not know. Empty: all is well. For tests of the modules that own SQL.
std::vector<Complaint> check_sql_rules(std::span<const Migration> migrations, std::span<const Sql> statements);

// ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────
namespace inside {
void refuse_write_inside_write(const void* store);  // throws when this thread is running a write of that store

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_id : std::false_type {};
template <class Tag>
struct is_id<Id<Tag>> : std::true_type {};

template <class T>
T from_row(const Row& row) {
  if constexpr (boost::describe::has_describe_members<T>::value && std::is_class_v<T>) {
    T result{};
    int column = 0;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto member) {
      using Field = std::remove_reference_t<decltype(result.*member.pointer)>;
      result.*member.pointer = row.get<Field>(column++);
    });
    return result;
  } else {
    return row.get<T>(0);
  }
}
}  // namespace inside

template <class T>
T Row::get(int column) const {
  if constexpr (inside::is_optional<T>::value) {
    if (is_null(column)) return std::nullopt;
    return get<typename T::value_type>(column);
  } else if constexpr (inside::is_id<T>::value) {
    return T{integer(column)};
  } else if constexpr (std::is_same_v<T, bool>) {
    return integer(column) != 0;
  } else if constexpr (std::is_same_v<T, double>) {
    return real(column);
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return static_cast<T>(integer(column));
  } else if constexpr (std::is_same_v<T, Time>) {
    return from_millis(integer(column));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    const auto view = text(column);
    return Bytes(view.begin(), view.end());
  } else {
    static_assert(std::is_same_v<T, std::string>, "no reading of this type from a row");
    return std::string(text(column));
  }
}

template <class T, class... Args>
std::vector<T> Tx::all(const Sql& sql, const Args&... args) {
  std::vector<T> rows;
  each(
      sql, [&](const Row& row) { rows.push_back(inside::from_row<T>(row)); }, args...);
  return rows;
}

template <class T, class... Args>
std::optional<T> Tx::one(const Sql& sql, const Args&... args) {
  std::optional<T> found;
  each(
      sql,
      [&](const Row& row) {
        found = inside::from_row<T>(row);
        return false;
      },
      args...);
  return found;
}

template <class F>
auto Store::read(F&& job) -> std::invoke_result_t<F, Tx&> {
  using Result = std::invoke_result_t<F, Tx&>;
  if constexpr (std::is_void_v<Result>) {
    run_read([&](Tx& tx) { job(tx); });
  } else {
    std::optional<Result> result;
    run_read([&](Tx& tx) { result.emplace(job(tx)); });
    return std::move(*result);
  }
}

template <class F>
auto Store::write(F&& job) -> std::invoke_result_t<F, Tx&> {
  using Result = std::invoke_result_t<F, Tx&>;
  inside::refuse_write_inside_write(this);
  // Shared, because the waiting thread may be gone before the store's thread has left set_value.
  const auto durable = std::make_shared<std::promise<void>>();
  auto wait = durable->get_future();
  const auto done = [durable](std::exception_ptr error) {
    error ? durable->set_exception(error) : durable->set_value();
  };
  if constexpr (std::is_void_v<Result>) {
    run_write([&](Tx& tx) { job(tx); }, done);
    wait.get();
  } else {
    std::optional<Result> result;
    run_write([&](Tx& tx) { result.emplace(job(tx)); }, done);
    wait.get();
    return std::move(*result);
  }
}

}  // namespace tongxin::store
