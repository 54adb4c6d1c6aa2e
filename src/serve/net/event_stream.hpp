// The queue between whoever sends events and the connection that writes them.
#pragma once
#include <functional>
#include <mutex>
#include <string>

#include "serve/http.hpp"

namespace tongxin::serve {

// Thread-safe. `wake` is called from any thread, once per batch, to have the queue emptied on the connection's loop; it is
// never called after close().
class StreamQueue {
 public:
  StreamQueue(std::size_t bound, std::function<void()> wake) : bound_(bound), wake_(std::move(wake)) {}

  void push(std::string_view text);
  void end();    // by the sender: what is queued still goes out
  void close();  // by the connection: it is gone
  bool ended() const;
  bool dropped() const;  // ended because the reader was too slow

  // For the connection: moves what is queued behind `out`. sent() makes room again.
  void take(std::string& out);
  void sent(std::size_t bytes);

 private:
  void wake_locked();

  const std::size_t bound_;
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::string queue_;
  std::size_t behind_ = 0;
  bool ended_ = false, dropped_ = false, awake_ = false;
};

// The sender's end.
std::shared_ptr<EventStream> make_event_stream(std::shared_ptr<StreamQueue> queue);

// One event in the wire format of HTML section 9.2; empty parts are left out. Line ends in id and event are dropped, in data
// they begin a new data line.
std::string event_text(std::string_view id, std::string_view event, std::string_view data);

}  // namespace tongxin::serve
