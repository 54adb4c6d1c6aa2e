// What SQLite's connections share about the log (sqlite.org/walformat.html, 2: the WAL-index). Its header changes with every
// commit of whatever process, before that commit is answered. Inside the store.
#pragma once
#include <sqlite3.h>

#include <array>
#include <cstdint>

namespace tongxin::store::inside {

class LogIndex {
 public:
  using Header = std::array<std::uint64_t, 6>;  // the first of its two copies, 48 bytes

  LogIndex() = default;  // of nothing: false
  // As the connection has it mapped, for as long as it is open; false before its first transaction, or without a log.
  explicit LogIndex(sqlite3* db);
  explicit operator bool() const { return words_ != nullptr; }
  // Somebody may be writing it: what is half old and half new equals neither.
  Header header() const;

 private:
  std::uint64_t* words_ = nullptr;
};

}  // namespace tongxin::store::inside
