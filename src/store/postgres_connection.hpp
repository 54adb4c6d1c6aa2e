// One libpq connection: transactions, prepared statements, errors as faults. Inside the store; one thread at
// a time.
//
// After a failure `repeat()` says whether the same transaction may succeed when it is run again (40001,
// 40P01, 25006, 57P0x, class 08, a lost connection, a COMMIT that was not confirmed), and `lost()` whether
// this connection is of no more use.
#pragma once
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/store.hpp"

namespace tongxin::store::inside {

struct PostgresAddress {
  explicit PostgresAddress(const std::string& url);  // takes `tongxin_prepare=off` out of the query
  std::string url;
  bool prepare = true;
};

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

class PostgresConnection {
 public:
  explicit PostgresConnection(const PostgresAddress& address);  // throws Fault(unavailable)
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  void begin_write();  // READ COMMITTED
  void begin_read();   // REPEATABLE READ READ ONLY: one snapshot
  void commit();       // confirmed, or it throws with repeat() and lost()
  void rollback();     // never throws

  void query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each);
  std::int64_t execute(const Sql& sql, std::span<const Value> values);

  bool repeat() const { return repeat_; }
  bool lost() const { return lost_; }
  bool unconfirmed() const { return unconfirmed_; }  // the last COMMIT may have happened or not
  void do_not_repeat() { repeat_ = false; }
  bool collided() const {
    return collided_;
  }  // a unique key was taken, perhaps by a transaction that ran beside this one

 private:
  struct Prepared {
    std::string text, kinds, name;
  };
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Parameters;

  PostgresResult run(const Sql& sql, std::span<const Value> values);
  const Prepared& prepare(const Sql& sql, const Parameters& parameters);
  void command(const char* text);
  PostgresResult wait_for_commit();
  Fault fault(const PGresult* result, const char* doing);
  static void on_notice(void* self, const PGresult* notice);

  std::unique_ptr<PGconn, Close> connection_;
  const bool may_prepare_;
  bool repeat_ = false, lost_ = false, warned_ = false, unconfirmed_ = false, collided_ = false;
  std::unordered_map<const Sql*, std::vector<Prepared>> prepared_;
  std::size_t names_ = 0;
};

}  // namespace tongxin::store::inside
