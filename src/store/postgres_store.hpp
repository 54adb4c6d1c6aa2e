// PostgreSQL behind the door: threads with a connection each for writing, a pool of connections for reading.
// The server groups commits by itself, so writes are not funnelled through one. Inside the store; made by
// open().
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/postgres_connection.hpp"
#include "store/transaction.hpp"

namespace tongxin::store::inside {

class PostgresStore final : public Store {
 public:
  explicit PostgresStore(const Options& options);
  ~PostgresStore() override;  // finishes what is queued

  Engine engine() const override { return Engine::postgresql; }
  void run_read(const Job& job) override;
  void run_write(Job job, std::function<void(std::exception_ptr)> done) override;
  std::vector<std::int64_t> search(RealmId realm, std::string_view kind, std::string_view text, std::int64_t before,
                                   int limit, const Accept& accept, std::int64_t* go_on_below) override;
  void remove_from_index(Tx& tx, RealmId realm, std::int64_t document) override;
  void ping() override;
  void backup(const std::string& path) override;

 private:
  using Connection = std::unique_ptr<PostgresConnection>;
  struct Pending {
    Job job;
    std::function<void(std::exception_ptr)> done;
  };

  void check_database();
  void write_loop();
  std::exception_ptr write_until_settled(Connection& connection, const Pending& pending);
  void write_once(Connection& connection, const Job& job, std::vector<std::function<void()>>& hooks);
  void read_once(Connection& connection, const Job& job);
  Connection take_reader();
  void give_back(Connection connection);
  bool stopping();

  const PostgresAddress address_;
  const std::size_t connections_;

  std::mutex queue_mutex_;
  std::condition_variable queued_;
  std::deque<Pending> queue_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::condition_variable reader_back_;
  std::vector<Connection> readers_;
  std::size_t readers_out_ = 0;

  std::vector<std::thread> write_threads_;
};

// postgres_search.cpp: inside the transaction of the job that asked for it.
void apply_index_changes(PostgresConnection& connection, const std::vector<IndexChange>& changes);

}  // namespace tongxin::store::inside
