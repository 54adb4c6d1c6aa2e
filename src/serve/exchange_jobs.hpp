// Imports that people upload: kept between requests, checked and stored in the background, looked at while they run.
//
// The uploaded file and the sheet of failing rows hold what is private, so both are sealed before they go to the store of files,
// and removed with the import or after kKept. Two imports run at once; a further one is told to come again.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "exchange/import.hpp"
#include "serve/app.hpp"

namespace tongxin::serve {

// One row of exchange_import, in the order of its columns.
struct ImportSession {
  std::int64_t id = 0;
  PersonId person;
  Time at{};
  std::string what, options, name, file;
  std::int64_t size = 0;
  std::string header, mapping, state, mode;
  std::int64_t node = 0;
  Time touched_at{};
  std::int64_t row_count = 0, added = 0, changed = 0, unchanged = 0, failed = 0;
  std::string problems, failing;
  std::int64_t undone_at = 0;
};
BOOST_DESCRIBE_STRUCT(ImportSession, (),
                      (id, person, at, what, options, name, file, size, header, mapping, state, mode, node, touched_at,
                       row_count, added, changed, unchanged, failed, problems, failing, undone_at))

class ImportJobs {
 public:
  static constexpr auto kKept = std::chrono::hours{24 * 7};
  static constexpr std::size_t kAtOnce = 2;
  static constexpr std::int64_t kUndoneAtOnce = 500;  // within the request; more in the background

  explicit ImportJobs(App& app);
  ~ImportJobs();  // stops what runs: it is rolled back
  ImportJobs(const ImportJobs&) = delete;

  ImportSession add(const Caller& caller, const std::string& what, const exchange::Options& options, std::string bytes,
                    const std::string& name);
  // Fault(not_found) unless it is the caller's own, or the caller administers.
  ImportSession need(store::Tx& tx, const Caller& caller, std::int64_t id) const;
  std::vector<ImportSession> latest(store::Tx& tx, const Caller& caller) const;
  // With the bytes opened and the mapping in use; one that will not do is refused. Without it where only the sheet is looked at.
  std::unique_ptr<exchange::Import> open(const Caller& caller, const ImportSession& session, bool mapped = true) const;
  void use(const Caller& caller, const ImportSession& session, const exchange::Mapping& mapping,
           const std::optional<exchange::Options>& options);
  // Fault(not_now) while it runs or after it was stored whole; Fault(too_many) when enough run.
  void run(const Caller& caller, const ImportSession& session, exchange::Mode mode);
  // How many went; none: it goes on in the background.
  std::optional<std::size_t> undo(const Caller& caller, const ImportSession& session);
  bool may_undo(const ImportSession& session) const;
  void remove(const ImportSession& session);
  store::Bytes failing_sheet(const ImportSession& session) const;
  // What it is doing at this moment, where it runs on this node.
  std::shared_ptr<exchange::Progress> progress(std::int64_t id) const;
  bool interrupted(const ImportSession& session) const;

 private:
  struct Running {
    std::shared_ptr<exchange::Progress> progress;
    std::thread thread;
    bool ended = false;
  };
  exchange::Context context(const Caller& caller, const ImportSession& session) const;
  std::string keep_sealed(std::int64_t id, const char* part, std::string_view bytes) const;
  store::Bytes open_sealed(std::int64_t id, const char* part, const std::string& hash) const;
  void work(const Caller& caller, ImportSession session, exchange::Mode mode, exchange::Progress& progress);
  void beat(std::int64_t id, const std::shared_ptr<exchange::Progress>& progress, const std::stop_token& over);
  void undo_work(const Caller& caller, ImportSession session, exchange::Progress& progress);
  // `begun` says what it is from now on. Fault(too_many) when enough run.
  void start(const ImportSession& session, const ImportSession& begun, std::function<void(exchange::Progress&)> job);
  void let_end(std::unique_lock<std::mutex>& lock, std::int64_t id);
  void join_ended();
  void forget_old();

  App& app_;
  const std::int64_t node_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::int64_t, Running> running_;
};

exchange::Options read_options(const std::string& json);
std::string write_options(const exchange::Options& options);
exchange::Header read_header(const std::string& json);
// People and organisations where the caller may keep them; everything for administrators.
std::function<bool(const record::World&, AreaId)> keeping_right(App& app, const Caller& caller);

}  // namespace tongxin::serve
