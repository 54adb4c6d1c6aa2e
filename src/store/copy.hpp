// All rows of one store into another, of the same or the other engine, proved by counts and digests: `tongxin move`.
//
// The old store is read in one snapshot, so a server may still be reading from it; nobody should write to it any more. The new
// one must have the same migrations and not a single row. Cut off in the middle, it is left with a part of the rows: make it
// empty and begin again.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace tongxin::store {

// A table as its CREATE TABLE says it. Columns that only one engine has (the terms of the search) are left out.
struct TableShape {
  TableKind::Kind kind = TableKind::Kind::realm;
  std::string name;
  struct Column {
    std::string name;
    Value::Kind kind = Value::Kind::null;  // integer, real, text or bytes
  };
  std::vector<Column> columns;
  std::vector<std::string> key;  // never empty
};
// In order of creation, the store's own search_text first; without schema_migrations, which every store writes itself.
std::vector<TableShape> table_shapes(std::span<const Migration> migrations);

// Rows in the order of the key, as text that is the same on both engines: calls `each` with one line per row. Reads by pages.
void each_row(Tx& tx, const TableShape& table, const std::function<void(const std::string& line)>& each);

struct TableProof {
  std::string table, digest;  // SHA-256 over all rows in order of the key, as hexadecimal digits
  std::int64_t rows = 0;
  bool operator==(const TableProof&) const = default;
};
std::vector<TableProof> proof_of(Store& store, std::span<const Migration> migrations);

// Copies, then proves. `progress` hears of rows copied. Faults: conflict (the new store has rows; its migrations are other
// ones), internal (the proofs differ: said with the tables).
std::vector<TableProof> copy_store(
    Store& from, Store& to, std::span<const Migration> migrations,
    const std::function<void(const std::string& table, std::int64_t rows)>& progress = {});

}  // namespace tongxin::store
