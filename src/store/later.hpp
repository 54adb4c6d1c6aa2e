// A statement whose answer nobody waits for. PostgreSQL is somewhere else: every statement that is waited for is a way there
// and back, while the transaction holds its locks.
#pragma once
#include "store/store.hpp"

namespace tongxin::store {

// Runs the statement before every later one of this transaction, as Tx::execute would; on PostgreSQL it is sent along with the
// next that is waited for (a query, an execute, the COMMIT). What fails comes out of that one, and the transaction is over as
// after any failure. Not for a statement of which somebody must know how many rows it changed.
void later(Tx& tx, const Sql& sql, std::span<const Value> values);

template <class... Args>
void run_later(Tx& tx, const Sql& sql, const Args&... args) {
  const std::array<Value, sizeof...(Args)> values{Value(args)...};
  later(tx, sql, values);
}

}  // namespace tongxin::store
