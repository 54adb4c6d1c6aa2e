#include "serve/net/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tongxin::serve {

namespace asio = boost::asio;
using boost::system::error_code;

struct Loop::Inside {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard = asio::make_work_guard(context);
  std::atomic<std::thread::id> thread{};

  void again(std::shared_ptr<asio::steady_timer> timer, milliseconds period, std::function<void()> tick) {
    timer->expires_after(period);
    timer->async_wait([this, timer, period, tick = std::move(tick)](error_code error) mutable {
      if (error) return;
      tick();
      again(timer, period, std::move(tick));
    });
  }
};

Loop::Loop(std::uint64_t seed) : inside_(std::make_unique<Inside>()), scratch_(new char[kScratch]), random_(seed) {}
Loop::~Loop() = default;

void Loop::run() {
  inside_->thread = std::this_thread::get_id();
  inside_->context.run();
}

void Loop::finish() { inside_->context.stop(); }

void Loop::post(std::function<void()> task) { asio::post(inside_->context, std::move(task)); }

bool Loop::in_thread() const { return inside_->thread.load() == std::this_thread::get_id(); }

void Loop::every(milliseconds period, std::function<void()> tick) {
  inside_->again(std::make_shared<asio::steady_timer>(inside_->context), period, std::move(tick));
}

void Loop::after(milliseconds delay, std::function<void()> then) {
  auto timer = std::make_shared<asio::steady_timer>(inside_->context, delay);
  timer->async_wait([timer, then = std::move(then)](error_code error) {
    if (!error) then();
  });
}

struct Watch::Inside {
  Inside(Loop& loop, Fd fd) : socket(loop.inside().context, fd.release()) {}
  asio::posix::stream_descriptor socket;
  bool reading = false, writing = false, closed = false;
};

Watch::Watch(Loop& loop, Fd fd) : inside_(std::make_unique<Inside>(loop, std::move(fd))) {}
Watch::~Watch() = default;

int Watch::fd() const { return inside_->socket.native_handle(); }

void Watch::wait_readable(const std::shared_ptr<Ready>& who) {
  if (inside_->reading || inside_->closed) return;
  inside_->reading = true;
  inside_->socket.async_wait(asio::posix::stream_descriptor::wait_read, [this, who](error_code error) {
    inside_->reading = false;
    if (!inside_->closed && error != asio::error::operation_aborted) who->on_readable();
  });
}

void Watch::wait_writable(const std::shared_ptr<Ready>& who) {
  if (inside_->writing || inside_->closed) return;
  inside_->writing = true;
  inside_->socket.async_wait(asio::posix::stream_descriptor::wait_write, [this, who](error_code error) {
    inside_->writing = false;
    if (!inside_->closed && error != asio::error::operation_aborted) who->on_writable();
  });
}

void Watch::close() {
  inside_->closed = true;
  error_code ignored;
  inside_->socket.close(ignored);
}

}  // namespace tongxin::serve
