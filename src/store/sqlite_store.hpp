// SQLite behind the door: one writer thread with group commit, read connections on demand, a checkpointer
// beside them. Inside the store; made by open().
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/sqlite_connection.hpp"
#include "store/transaction.hpp"

namespace tongxin::store::inside {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const Options& options);
  ~SqliteStore() override;  // finishes what is queued

  Engine engine() const override { return Engine::sqlite; }
  void run_read(const Job& job) override;
  void run_write(Job job, std::function<void(std::exception_ptr)> done) override;
  std::vector<std::int64_t> search(RealmId realm, std::string_view kind, std::string_view text, std::int64_t before,
                                   int limit, const Accept& accept, std::int64_t* go_on_below) override;
  void remove_from_index(Tx& tx, RealmId realm, std::int64_t document) override;
  void ping() override;
  void backup(const std::string& path) override;

 private:
  struct Pending {
    Job job;
    std::function<void(std::exception_ptr)> done;
    std::exception_ptr error;
    std::vector<std::function<void()>> hooks;
  };
  using Group = std::vector<Pending>;

  void write_loop();
  Group take_group();
  void run_group(Group& group);
  void run_transaction(Group& group);
  void run_job(Pending& pending, bool alone, std::vector<IndexChange>& changes);
  void begin();
  void checkpoint_loop();
  void copy_back(std::unique_ptr<SqliteConnection>& connection);
  static int on_wal(void* self, sqlite3*, const char*, int pages);

  std::unique_ptr<SqliteConnection> take_reader();
  void give_back(std::unique_ptr<SqliteConnection> reader);
  void let_readers_go();

  const Options options_;
  const std::string path_;

  // Owned by the writer thread.
  std::unique_ptr<SqliteConnection> writer_;

  std::mutex queue_mutex_;
  std::condition_variable queued_;
  std::deque<Pending> queue_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_;

  std::mutex checkpoint_mutex_;
  std::condition_variable checkpoint_due_;
  int wal_pages_ = 0;
  bool checkpoint_wanted_ = false, checkpoint_stop_ = false;
  std::atomic<bool> snapshots_stand_ = false;  // of readers that nobody uses

  std::thread write_thread_, checkpoint_thread_;
};

// sqlite_search.cpp: applies changes that settle() has ordered, on the writer's connection, inside its
// transaction.
void apply_index_changes(SqliteConnection& connection, const std::vector<IndexChange>& changes);

}  // namespace tongxin::store::inside
