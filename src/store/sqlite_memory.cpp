#include "store/sqlite_memory.hpp"

#include <cstring>

namespace tongxin::store::inside {
namespace {

template <class T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class KeptRow final : public Row {
 public:
  KeptRow(std::span<const Cell> cells, const char* name) : cells_(cells), name_(name) {}
  int columns() const override { return int(cells_.size()); }
  bool is_null(int column) const override { return cell(column).kind == Value::Kind::null; }
  std::int64_t integer(int column) const override { return of(column, {Value::Kind::integer}, "an integer").integer; }
  double real(int column) const override {
    const Cell& found = of(column, {Value::Kind::integer, Value::Kind::real}, "a number");
    return found.kind == Value::Kind::integer ? double(found.integer) : found.real;
  }
  std::string_view text(int column) const override {
    return of(column, {Value::Kind::text, Value::Kind::bytes}, "text or bytes").text;
  }

 private:
  const Cell& of(int column, std::initializer_list<Value::Kind> kinds, const char* expected) const {
    const Cell& found = cell(column);
    if (found.kind == Value::Kind::null) return found;
    for (const Value::Kind kind : kinds)
      if (found.kind == kind) return found;
    wrong(column, expected);
  }
  const Cell& cell(int column) const {
    if (column < 0 || column >= columns()) wrong(column, "a column at all");
    return cells_[std::size_t(column)];
  }
  [[noreturn]] void wrong(int column, const char* expected) const {
    throw Fault(Code::internal, words("存储出错，已记录", "the store failed; this was logged"))
        .log(fmt::format("{}: column {} is not {}", name_, column, expected));
  }

  const std::span<const Cell> cells_;
  const char* name_;
};

}  // namespace

void SqliteMemory::see(std::int64_t version) {
  if (version == version_ && answers_.size() < kMostAnswers && cells_ < kMostCellsInAll) return;
  answers_.clear();
  cells_ = 0;
  version_ = version;
}

std::shared_ptr<const SmallAnswer> SqliteMemory::find(std::int64_t statement, std::span<const Value> values) {
  question_.clear();
  append(question_, statement);
  for (const Value& value : values) {
    question_ += char(value.kind);
    switch (value.kind) {
      case Value::Kind::null: break;
      case Value::Kind::integer: append(question_, value.integer); break;
      case Value::Kind::real: append(question_, value.real); break;
      case Value::Kind::text:
      case Value::Kind::bytes: append(question_, value.view.size()), question_.append(value.view); break;
    }
  }
  const auto found = answers_.find(question_);
  return found == answers_.end() ? nullptr : found->second;
}

void SqliteMemory::keep(SmallAnswer answer) {
  if (cells_ >= kMostCellsInAll) return;
  cells_ += answer.cells.size();
  answers_.emplace(question_, std::make_shared<const SmallAnswer>(std::move(answer)));
}

void give(const SmallAnswer& answer, const char* name, const std::function<bool(const Row&)>& each) {
  const std::span<const Cell> cells(answer.cells);
  for (std::size_t begin = 0; begin < cells.size(); begin += answer.columns)
    if (!each(KeptRow(cells.subspan(begin, answer.columns), name))) return;
}

}  // namespace tongxin::store::inside
