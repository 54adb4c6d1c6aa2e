#include "store/sqlite_log_index.hpp"

#include <atomic>

namespace tongxin::store::inside {

LogIndex::LogIndex(sqlite3* db) {
  constexpr int kRegionBytes = 32768;  // SQLite maps the index in pieces of this size
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr) return;
  if (file->pMethods == nullptr || file->pMethods->iVersion < 2 || file->pMethods->xShmMap == nullptr) return;
  void volatile* region = nullptr;
  if (file->pMethods->xShmMap(file, 0, kRegionBytes, 0, &region) != SQLITE_OK) return;
  words_ = static_cast<std::uint64_t*>(const_cast<void*>(region));
}

LogIndex::Header LogIndex::header() const {
  Header header;
  for (std::size_t i = 0; i < header.size(); ++i)
    header[i] = std::atomic_ref(words_[i]).load(std::memory_order_acquire);
  return header;
}

}  // namespace tongxin::store::inside
