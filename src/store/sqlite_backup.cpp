#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "store/sqlite_store.hpp"

namespace tongxin::store::inside {
namespace {

void sync_path(const std::filesystem::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!synced)
    throw Fault(Code::unavailable, words("备份无法写入 {}", "the backup could not be written to {}", path.string()))
        .log(std::strerror(errno));
}

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};

}  // namespace

// In one step, so the copy is one snapshot of the log and no writer waits. Replaces the file only when it is
// complete.
void SqliteStore::backup(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path part = path + ".part";
  std::error_code ignored;
  fs::remove(part, ignored);
  const auto source = std::make_unique<SqliteConnection>(path_, SqliteRole::reader, options_.durable);
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(part.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<sqlite3, Close> copy(raw);
  if (opened != SQLITE_OK) throw sqlite_fault(raw, opened, fmt::format("backup to {}", path).c_str());
  fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, ignored);
  sqlite3_backup* backup = sqlite3_backup_init(raw, "main", source->handle(), "main");
  int code = SQLITE_ERROR;
  if (backup) {
    do code = sqlite3_backup_step(backup, -1);
    while (code == SQLITE_BUSY || code == SQLITE_LOCKED);
    const int finished = sqlite3_backup_finish(backup);
    code = code == SQLITE_DONE ? finished : code;
  }
  if (code == SQLITE_OK) code = sqlite3_exec(raw, "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    auto fault = sqlite_fault(raw, code, fmt::format("backup to {}", path).c_str());
    copy.reset();
    fs::remove(part, ignored);
    throw fault;
  }
  copy.reset();
  sync_path(part, O_RDWR);
  fs::rename(part, path);
  const auto folder = fs::path(path).parent_path();
  sync_path(folder.empty() ? fs::path(".") : folder, O_RDONLY | O_DIRECTORY);
}

}  // namespace tongxin::store::inside
