// One libpq connection: transactions, prepared statements, errors as faults. Inside the store; one thread at
// a time.
//
// After a failure `repeat()` says whether the same transaction may succeed when it is run again (40001,
// 40P01, 25006, 57P0x, class 08, a lost connection, a COMMIT that was not confirmed), and `lost()` whether
// this connection is of no more use.
//
// What needs no answer of its own (BEGIN, later()) goes in libpq's pipeline with the next statement that does: one way there and
// back for all of them.
#pragma once
#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <optional>
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
  void end_read();     // does not wait for the server's answer
  void rollback();     // never throws

  void query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each);
  std::int64_t execute(const Sql& sql, std::span<const Value> values);
  // Sent along with the next statement or the COMMIT; a failure comes out of that one.
  void later(const Sql& sql, std::span<const Value> values);

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
  const Prepared* known(const Sql& sql, const Parameters& parameters);
  const Prepared& prepare(const Sql& sql, const Parameters& parameters);
  void need_prepared(const Sql& sql, const Parameters& parameters);
  void command(const char* text);

  // What came back for all that was sent along: the answer of the last statement, or of the first that failed.
  struct Answers {
    PostgresResult result;
    const char* failed = nullptr;  // the statement's name
  };
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  bool pipelining();
  void send(const char* command);
  void send(const Sql& sql, const Parameters& parameters);
  PostgresResult next_result(const Deadline& until);
  Answers read_answers(const Deadline& until);
  PostgresResult catch_up();
  void forget_read();
  Fault fault(const PGresult* result, const char* doing);
  static void on_notice(void* self, const PGresult* notice);

  std::unique_ptr<PGconn, Close> connection_;
  const bool may_prepare_;
  bool repeat_ = false, lost_ = false, warned_ = false, unconfirmed_ = false, collided_ = false;
  std::unordered_map<const Sql*, std::vector<Prepared>> prepared_;
  std::size_t names_ = 0;
  std::vector<const char*> unanswered_;  // names of what went into the pipeline
  bool ending_read_ = false;             // a ROLLBACK was sent whose answer has not been read
};

}  // namespace tongxin::store::inside
