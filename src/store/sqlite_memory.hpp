// What a read connection was answered, for as long as nothing in the file changes: every request asks who is asking and whether
// the world is still the same, and while nobody writes the answers are too. Inside the store; one thread at a time.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/store.hpp"

namespace tongxin::store::inside {

struct Cell {
  Value::Kind kind = Value::Kind::null;
  std::int64_t integer = 0;
  double real = 0;
  std::string text{};
};

// An answer of no row or one.
using SmallAnswer = std::optional<std::vector<Cell>>;

class SqliteMemory {
 public:
  static constexpr int kMostColumns = 12;
  static constexpr std::size_t kMostBytes = 512, kMostAnswers = 8192;

  // `version`: SQLite's data_version in the snapshot that is read. Another one: everything is forgotten.
  void see(std::int64_t version);
  // `statement`: SqliteStatement::number. Null: not known. Valid until the next see() or keep().
  const SmallAnswer* find(std::int64_t statement, std::span<const Value> values);
  // To the question of the last find().
  void keep(SmallAnswer answer);

 private:
  std::int64_t version_ = 0;
  std::string question_;
  std::unordered_map<std::string, SmallAnswer> answers_;
};

// Calls `each` with the row of a kept answer, if it has one.
void give(const SmallAnswer& answer, const char* name, const std::function<bool(const Row&)>& each);

}  // namespace tongxin::store::inside
