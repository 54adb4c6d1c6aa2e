// One thread's event loop, over Asio, and the readiness of one socket in it. The only door to Asio: nothing else of serve/
// includes it (each file that does costs seconds of compile time).
//
// Threads: post(), in_thread() and finish() from anywhere; everything else on the loop's own thread.
#pragma once
#include <functional>
#include <memory>
#include <span>

#include "base/random.hpp"
#include "base/time.hpp"
#include "serve/net/fd.hpp"

namespace tongxin::serve {

// Who is told that a socket can be read or written. Kept alive while a wait is pending.
class Ready {
 public:
  virtual ~Ready() = default;
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;
};

class Loop {
 public:
  explicit Loop(std::uint64_t seed);
  ~Loop();
  Loop(const Loop&) = delete;

  void run();     // on the thread that becomes the loop's; returns after finish()
  void finish();  // tasks that are posted later never run; they are freed with the loop
  void post(std::function<void()> task);
  bool in_thread() const;
  // Calls `tick` again and again until finish(). Call before run() or on the loop's thread.
  void every(milliseconds period, std::function<void()> tick);
  void after(milliseconds delay, std::function<void()> then);

  std::span<char> scratch() { return {scratch_.get(), kScratch}; }  // for one read; never kept over a wait
  Random& random() { return random_; }

  struct Inside;
  Inside& inside() { return *inside_; }

 private:
  static constexpr std::size_t kScratch = 64 * 1024;
  std::unique_ptr<Inside> inside_;
  std::unique_ptr<char[]> scratch_;
  Random random_;
};

// One non-blocking socket watched by a loop. Each wait tells once; a second wait for the same side is ignored while one is
// pending. After close() nothing is told any more.
class Watch {
 public:
  Watch(Loop& loop, Fd fd);
  ~Watch();
  int fd() const;
  void wait_readable(const std::shared_ptr<Ready>& who);
  void wait_writable(const std::shared_ptr<Ready>& who);
  void close();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tongxin::serve
