#include "store/sqlite_store.hpp"

#include <filesystem>

namespace tongxin::store::inside {
namespace {

constexpr Sql kBeginWrite{"begin_write", "BEGIN IMMEDIATE"}, kCommit{"commit", "COMMIT"},
    kRollback{"rollback", "ROLLBACK"}, kSavepoint{"savepoint", "SAVEPOINT job"}, kRelease{"release", "RELEASE job"},
    kRollbackTo{"rollback_to", "ROLLBACK TO job"};

constexpr std::size_t kGroupLimit = 256;  // jobs in one commit: bounds how long the first waits for the last
constexpr int kBeginTries = 6;            // times the busy timeout of a connection (5 s)
// A background checkpoint when the log has grown by this much (16 MB): a page that is written again and again is copied
// back once. More would gain little and make the start after a crash longer.
constexpr int kCheckpointPages = 4000;
constexpr int kWalLimitPages = 16000;  // the writer itself checkpoints here (64 MB), so the log stays bounded
constexpr std::size_t kReadersKeptAtLeast = 16;
constexpr auto kSnapshotStands = std::chrono::seconds{1};  // of a reader that nobody uses, at most

class SqliteTx final : public EngineTx {
 public:
  explicit SqliteTx(SqliteConnection& connection) : connection_(connection) {}

 private:
  void do_query(const Sql& sql, std::span<const Value> values, const std::function<bool(const Row&)>& each) override {
    connection_.query(sql, values, each);
  }
  std::int64_t do_execute(const Sql& sql, std::span<const Value> values) override {
    return connection_.execute(sql, values);
  }
  SqliteConnection& connection_;
};

std::string path_of(std::string_view url) {
  if (url.starts_with("sqlite://"))
    url.remove_prefix(9);
  else if (url.starts_with("sqlite:"))
    url.remove_prefix(7);
  if (url.empty() || url.starts_with(":memory:"))
    throw Fault(Code::unavailable, words("数据库需要一个文件路径", "the database needs the path of a file"));
  return std::string(url);
}

// A new database is for its owner only: it holds personal data. Its log takes the same permissions.
void make_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(path, error)) return;
  const auto folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  if (std::FILE* file = std::fopen(path.c_str(), "ab")) {
    std::fclose(file);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
  }
}

}  // namespace

SqliteStore::SqliteStore(const Options& options) : options_(options), path_(path_of(options.url)) {
  make_file(path_);
  writer_ = std::make_unique<SqliteConnection>(path_, SqliteRole::writer, options_.durable);
  writer_->script("SELECT count(*) FROM sqlite_schema");
  sqlite3_wal_hook(writer_->handle(), &SqliteStore::on_wal, this);
  write_thread_ = std::thread([this] { write_loop(); });
  checkpoint_thread_ = std::thread([this] { checkpoint_loop(); });
}

SqliteStore::~SqliteStore() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queued_.notify_all();
  write_thread_.join();
  {
    const std::lock_guard lock(checkpoint_mutex_);
    checkpoint_stop_ = true;
  }
  checkpoint_due_.notify_all();
  checkpoint_thread_.join();
}

// ── reading
// ──────────────────────────────────────────────────────────────────────────────────────────────────────────

std::unique_ptr<SqliteConnection> SqliteStore::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      auto reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  // More readers at once than connections kept, or a read inside a read: nobody waits, a connection opens.
  return std::make_unique<SqliteConnection>(path_, SqliteRole::reader, options_.durable);
}

// A reader that is given back keeps its snapshot for the next one who reads, until somebody commits.
void SqliteStore::give_back(std::unique_ptr<SqliteConnection> reader) {
  const bool stands = reader->holds_snapshot();
  {
    const std::lock_guard lock(readers_mutex_);
    if (readers_.size() >= std::max(kReadersKeptAtLeast, static_cast<std::size_t>(std::max(options_.readers, 0))))
      return;
    readers_.push_back(std::move(reader));
  }
  if (!stands || snapshots_stand_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(checkpoint_mutex_);
  snapshots_stand_ = true;
  checkpoint_due_.notify_one();
}

// A snapshot that stands keeps the log from being copied back beyond it, and from starting again.
void SqliteStore::let_readers_go() {
  snapshots_stand_ = false;
  const std::lock_guard lock(readers_mutex_);
  for (const auto& reader : readers_) reader->let_go();
}

void SqliteStore::run_read(const Job& job) {
  auto reader = take_reader();
  reader->begin_reading();
  SqliteTx tx(*reader);
  try {
    tx.run_job(job);
  } catch (...) {
    reader->let_go();
    give_back(std::move(reader));
    throw;
  }
  give_back(std::move(reader));
  inside::run_hooks(tx.hooks());
}

// ── writing
// ──────────────────────────────────────────────────────────────────────────────────────────────────────────

void SqliteStore::run_write(Job job, std::function<void(std::exception_ptr)> done) {
  {
    const std::lock_guard lock(queue_mutex_);
    if (!stopping_) {
      queue_.push_back({std::move(job), std::move(done), nullptr, {}});
      queued_.notify_one();
      return;
    }
  }
  answer(done, std::make_exception_ptr(Fault(Code::unavailable, words("存储正在关闭", "the store is closing"))));
}

SqliteStore::Group SqliteStore::take_group() {
  std::unique_lock lock(queue_mutex_);
  queued_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  Group group;
  while (!queue_.empty() && group.size() < kGroupLimit) {
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

void SqliteStore::write_loop() {
  const WritingHere writing(this);
  for (;;) {
    Group group = take_group();
    if (group.empty()) return;
    run_group(group);
    for (auto& pending : group) {
      if (!pending.error) run_hooks(pending.hooks);
      answer(pending.done, pending.error);
    }
  }
}

void SqliteStore::run_group(Group& group) {
  try {
    run_transaction(group);
  } catch (...) {
    // Nobody of the group was made durable: every one hears of it, a job's own refusal being the better word.
    if (!sqlite3_get_autocommit(writer_->handle())) writer_->try_control(kRollback);
    for (auto& pending : group)
      if (!pending.error) pending.error = std::current_exception();
  }
}

void SqliteStore::begin() {
  let_readers_go();
  for (int tries = 1;; ++tries) {
    const int code = writer_->try_control(kBeginWrite);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || tries == kBeginTries) throw sqlite_fault(writer_->handle(), code, "begin");
  }
}

void SqliteStore::run_transaction(Group& group) {
  begin();
  std::vector<IndexChange> changes;
  for (auto& pending : group) {
    run_job(pending, group.size() == 1, changes);
    if (!sqlite3_get_autocommit(writer_->handle())) continue;
    // The engine gave up the whole transaction (disk full, input/output): the neighbours are gone with it.
    if (pending.error) std::rethrow_exception(pending.error);
    throw Fault(Code::internal, words("存储出错，已记录", "the store failed; this was logged"))
        .log("a closure ended the transaction");
  }
  if (std::all_of(group.begin(), group.end(), [](auto& pending) { return pending.error != nullptr; }))
    return writer_->control(kRollback);
  settle(changes);
  apply_index_changes(*writer_, changes);
  writer_->control(kCommit);
}

void SqliteStore::run_job(Pending& pending, bool alone, std::vector<IndexChange>& changes) {
  SqliteTx tx(*writer_);
  try {
    if (!alone) writer_->control(kSavepoint);
    tx.run_job(pending.job);
    if (!alone) writer_->control(kRelease);
    pending.hooks = std::move(tx.hooks());
    std::move(tx.changes().begin(), tx.changes().end(), std::back_inserter(changes));
  } catch (...) {
    pending.error = std::current_exception();
    if (!alone && !sqlite3_get_autocommit(writer_->handle())) {
      writer_->control(kRollbackTo);
      writer_->control(kRelease);
    }
  }
}

// ── the log
// ──────────────────────────────────────────────────────────────────────────────────────────────────────────
// A checkpoint inside a commit makes that commit's whole group wait, so another connection copies the log
// back. While it copies, the writer goes on, so it may never see the end of the log; past the limit the
// writer finishes the rest itself and the log starts again from its beginning (its file keeps its size:
// growing it again would cost the journal).

int SqliteStore::on_wal(void* self, sqlite3* db, const char*, int pages) {
  auto& store = *static_cast<SqliteStore*>(self);
  if (pages >= kWalLimitPages) {
    sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    return SQLITE_OK;
  }
  const std::lock_guard lock(store.checkpoint_mutex_);
  if (pages < store.wal_pages_) store.wal_pages_ = 0;  // the log has started again
  if (pages - store.wal_pages_ >= kCheckpointPages) {
    store.wal_pages_ = pages;
    store.checkpoint_wanted_ = true;
    store.checkpoint_due_.notify_one();
  }
  return SQLITE_OK;
}

void SqliteStore::checkpoint_loop() {
  std::unique_ptr<SqliteConnection> connection;
  std::unique_lock lock(checkpoint_mutex_);
  const auto called = [&] { return checkpoint_wanted_ || checkpoint_stop_; };
  for (;;) {
    // While nobody here writes, another program may: what stands in its way goes before long.
    if (!snapshots_stand_) checkpoint_due_.wait(lock, [&] { return called() || snapshots_stand_; });
    if (!called()) checkpoint_due_.wait_for(lock, kSnapshotStands, called);
    if (checkpoint_stop_) return;
    const bool wanted = std::exchange(checkpoint_wanted_, false);
    lock.unlock();
    let_readers_go();
    if (wanted) copy_back(connection);
    lock.lock();
  }
}

void SqliteStore::copy_back(std::unique_ptr<SqliteConnection>& connection) {
  try {
    if (!connection) connection = std::make_unique<SqliteConnection>(path_, SqliteRole::checkpointer, options_.durable);
    sqlite3_wal_checkpoint_v2(connection->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  } catch (const Fault&) {  // no file descriptor, say: the next one, or the writer's limit, catches up
  }
}

// ── health
// ───────────────────────────────────────────────────────────────────────────────────────────────────────────

void SqliteStore::ping() {
  static constexpr Sql kTouch{"ping",
                              "PRAGMA user_version=0"};  // writes the first page, so that a full disk is noticed
  refuse_write_inside_write(this);
  write([](Tx& tx) { tx.run(kTouch); });
}

}  // namespace tongxin::store::inside
