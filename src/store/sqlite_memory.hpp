// What a read connection was answered, for as long as nothing in the file changes: every request asks who is asking and whether
// the world is still the same, and while nobody writes the answers are too. Inside the store; one thread at a time.
#pragma once
#include <memory>
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

// A whole answer: its rows, one behind the other. Of no row: no cells.
struct SmallAnswer {
  std::size_t columns = 0;
  std::vector<Cell> cells;
};

class SqliteMemory {
 public:
  // Of one answer: a page of a list, or a row of settings. Of all: some megabytes.
  static constexpr std::size_t kMostCells = 128, kMostBytes = 512, kMostAnswers = 8192, kMostCellsInAll = 50'000;

  // `version`: SQLite's data_version in the snapshot that is read. Another one: everything is forgotten.
  void see(std::int64_t version);
  // `statement`: SqliteStatement::number. Null: not known.
  std::shared_ptr<const SmallAnswer> find(std::int64_t statement, std::span<const Value> values);
  // Whether an answer to this statement is worth its copy: lately some were asked for again. Of the others every eighth is, so that
  // a quiet time is noticed. Where much is written, hardly any answer but those about everybody is asked for twice.
  bool worth_keeping(std::int64_t statement);
  // To the question of the last find().
  void keep(SmallAnswer answer);

 private:
  // One answer that is asked for again makes up for eight that are not.
  static constexpr int kAskedAgain = 8, kMostWorth = 64;
  struct Habit {
    int worth = kAskedAgain;  // from zero on: asked for again
    unsigned missed = 0;
  };
  std::int64_t version_ = 0;
  std::size_t cells_ = 0;
  std::string question_;
  std::unordered_map<std::string, std::shared_ptr<const SmallAnswer>> answers_;
  std::unordered_map<std::int64_t, Habit> habits_;  // by statement
};

// Calls `each` with the rows of a kept answer, as long as it wants them.
void give(const SmallAnswer& answer, const char* name, const std::function<bool(const Row&)>& each);

}  // namespace tongxin::store::inside
