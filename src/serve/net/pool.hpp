// A few threads and a bounded queue of tasks. A task must not throw.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tongxin::serve {

class Pool {
 public:
  Pool(int threads, std::size_t bound);
  ~Pool() { stop(); }
  bool submit(std::function<void()> task);  // false: the queue is full, or the pool has stopped
  std::size_t queued() const;
  void stop();  // finishes what runs, drops what waits; idempotent

 private:
  void serve();

  const std::size_t bound_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tongxin::serve
