#include "serve/net/event_stream.hpp"

namespace tongxin::serve {

namespace {

void append_line(std::string& text, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  text += name;
  for (const char c : value)
    if (c != '\r' && c != '\n' && c != '\0') text += c;
  text += '\n';
}

class Sender final : public EventStream {
 public:
  explicit Sender(std::shared_ptr<StreamQueue> queue) : queue_(std::move(queue)) {}
  ~Sender() override { queue_->end(); }
  void send(std::string_view id, std::string_view event, std::string_view data) override {
    queue_->push(event_text(id, event, data));
  }
  bool closed() const override { return queue_->ended(); }
  void close() override { queue_->end(); }

 private:
  std::shared_ptr<StreamQueue> queue_;
};

}  // namespace

std::string event_text(std::string_view id, std::string_view event, std::string_view data) {
  std::string text;
  text.reserve(id.size() + event.size() + data.size() + 32);
  append_line(text, "id: ", id);
  append_line(text, "event: ", event);
  for (;;) {
    const auto end = data.find('\n');
    text += "data: ";
    for (const char c : data.substr(0, end))
      if (c != '\r') text += c;
    text += '\n';
    if (end == data.npos) break;
    data.remove_prefix(end + 1);
  }
  text += '\n';
  return text;
}

void StreamQueue::wake_locked() {
  if (awake_ || !wake_) return;
  awake_ = true;
  wake_();
}

void StreamQueue::push(std::string_view text) {
  std::lock_guard lock(mutex_);
  if (ended_) return;
  if (behind_ + text.size() > bound_) {
    ended_ = dropped_ = true;
    queue_.clear();
  } else {
    behind_ += text.size();
    queue_ += text;
  }
  wake_locked();
}

void StreamQueue::end() {
  std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  wake_locked();
}

void StreamQueue::close() {
  std::function<void()> gone;  // freed outside the lock: it may be the last to hold the connection
  std::lock_guard lock(mutex_);
  ended_ = true;
  gone = std::exchange(wake_, nullptr);
}

bool StreamQueue::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

bool StreamQueue::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

void StreamQueue::take(std::string& out) {
  std::lock_guard lock(mutex_);
  awake_ = false;
  out += queue_;
  queue_.clear();
}

void StreamQueue::sent(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  behind_ -= std::min(behind_, bytes);
}

std::shared_ptr<EventStream> make_event_stream(std::shared_ptr<StreamQueue> queue) {
  return std::make_shared<Sender>(std::move(queue));
}

}  // namespace tongxin::serve
