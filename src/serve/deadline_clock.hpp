// The clock of deadlines: wakes what is due (reminds, marks late, climbs, erases what is kept no longer), each in a write of
// its own, within a second; and once a day forgets what retention says: persons whose day has come, answers to repeated
// requests older than a week. Expired sessions and codes go every hour, and bytes of files that nothing names any more
// (record/kept_files.hpp). Areas that were moved or drawn anew: the records there follow them, in steps between which deadlines
// are looked at (record/relocate.cpp).
//
// Several nodes may run one each: whoever comes second finds nothing to do. A wake that fails is logged and tried again.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "serve/app.hpp"
#include "serve/log.hpp"

namespace tongxin::serve {

class DeadlineClock {
 public:
  DeadlineClock(App& app, Log log) : app_(app), log_(std::move(log)) {}
  ~DeadlineClock() { stop(); }
  DeadlineClock(const DeadlineClock&) = delete;

  void start();
  void stop();   // returns when what is under way is done; idempotent
  void nudge();  // looks now
  // Everything that is due at this moment, on the calling thread; how many were woken. What the thread does each second.
  int run_once();

 private:
  void run();
  int wake_due();
  void relocate();
  bool stopping();
  void keep_house();
  void sweep_files(Time now);

  App& app_;
  const Log log_;
  std::mutex working_;  // one look at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false, nudged_ = false;
  std::thread thread_;
  Day housekept_on_ = 0;
  Time swept_at_{};
  bool files_left_ = false;  // more to sweep than one look takes
};

}  // namespace tongxin::serve
