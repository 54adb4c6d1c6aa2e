// Sends what is in the outbox of one realm: a few threads that claim targets and hand their letters to the channels.
//
// Idle, it costs one small read a second; nudge() after a commit sends at once. Any number of nodes may run one on the
// same database: a target is sent to by the one that claimed it, and a claim that was not kept up ends with its lease.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "send/outbox.hpp"

namespace tongxin::send {

class Worker {
 public:
  struct Parts {
    store::Store& store;
    const people::Vault& vault;
    const Clock& clock;
    IdSource& ids;
    RealmId realm;
    std::uint64_t seed = 1;                              // of the jitter
    std::function<void(const std::string& what)> log{};  // what went wrong, without secrets
  };
  explicit Worker(Parts parts) : parts_(std::move(parts)), random_(parts_.seed) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;

  // Before start(). Letters of channels that nobody added wait.
  void add(std::string name, Channel channel) { channels_[std::move(name)] = std::move(channel); }
  void start(int threads = 4);
  void stop();   // returns when the deliveries under way are done; idempotent
  void nudge();  // there may be something to send
  // Sends everything that is due at this moment, on the calling thread; how many letters were handed over. For tests, and
  // what the threads do.
  int run_once();

 private:
  struct Held;
  void run();
  bool is_due();
  void sort_fresh();
  std::optional<Held> claim(const std::string& name, const Channel& channel);
  int serve(Held held);
  Outcome deliver(const Held& held);
  bool settle(Held& held, const Outcome& outcome);
  void settle_failed(store::Tx& tx, const Held& held, const Outcome& outcome, Time now);
  bool next_letters(store::Tx& tx, Held& held, Time now);
  milliseconds jittered(const Rules& rules, int failures);

  const Parts parts_;
  std::map<std::string, Channel> channels_;
  std::mutex random_mutex_;
  Random random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::uint64_t nudges_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace tongxin::send
