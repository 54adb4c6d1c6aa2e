// What a read connection was answered, for as long as nothing in the file changes: every request asks who is asking and whether
// the world is still the same, and while nobody writes the answers are too. Inside the store; one thread at a time.
#pragma once
#include <algorithm>
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

// Whether an answer to a statement is worth its copy: lately some were asked for again. Of the others every eighth is, so that
// a quiet time is noticed. Where much is written, hardly any answer but those about everybody is asked for twice.
class Habit {
 public:
  void was_asked_again() { worth_ = std::min(kMostWorth, worth_ + kAskedAgain); }
  bool is_worth_keeping() {
    worth_ = std::max(-kAskedAgain, worth_ - 1);
    return worth_ >= 0 || ++missed_ % 8 == 0;
  }

 private:
  // One answer that is asked for again makes up for eight that are not.
  static constexpr int kAskedAgain = 8, kMostWorth = 64;
  int worth_ = kAskedAgain;
  unsigned missed_ = 0;
};

class SqliteMemory {
 public:
  // Of one answer: a page of a list, or a row of settings. Of all: some megabytes.
  static constexpr std::size_t kMostCells = 128, kMostBytes = 512, kMostAnswers = 8192, kMostCellsInAll = 50'000;

  // `version`: SQLite's data_version in the snapshot that is read. Another one: everything is forgotten.
  void see(std::int64_t version);
  // `statement`: SqliteStatement::number. Null: not known.
  std::shared_ptr<const SmallAnswer> find(std::int64_t statement, std::span<const Value> values);
  // To the question of the last find().
  void keep(SmallAnswer answer);

 private:
  std::int64_t version_ = 0;
  std::size_t cells_ = 0;
  std::string question_;
  std::unordered_map<std::string, std::shared_ptr<const SmallAnswer>> answers_;
};

// Calls `each` with the rows of a kept answer, as long as it wants them.
void give(const SmallAnswer& answer, const char* name, const std::function<bool(const Row&)>& each);

}  // namespace tongxin::store::inside
