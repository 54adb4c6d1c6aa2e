#include "serve/net/connection.hpp"

#include <sys/socket.h>

namespace tongxin::serve {

namespace {

constexpr Time kNever = Time::max();
constexpr std::size_t kProgress = 32 * 1024;   // a body must bring this much per body_timeout
constexpr std::size_t kKeptBuffer = 4 * 1024;  // an idle connection keeps no more than this of each buffer
constexpr std::size_t kMostDiscarded = 8 << 20;
constexpr std::size_t kFilePiece = 64 * 1024;
constexpr milliseconds kLinger{2'000};

void shrink(std::string& buffer) {
  if (buffer.capacity() > kKeptBuffer)
    std::string().swap(buffer);
  else
    buffer.clear();
}

}  // namespace

Connection::Connection(LoopThread& home, Fd socket, std::string peer)
    : home_(home),
      shared_(home.shared),
      loop_(home.loop),
      watch_(home.loop, std::move(socket)),
      transport_(home.shared.tls ? tls_transport(watch_.fd(), *home.shared.tls) : plain_transport(watch_.fd())),
      direct_peer_(std::move(peer)),
      reader_(*this) {}

Connection::~Connection() {
  if (stream_) stream_->close();
}

void Connection::open() {
  deadline_ = shared_.now() + shared_.options.head_timeout;
  wait(Io::want_read);
}

void Connection::turn_away() {
  began_ = std::chrono::steady_clock::now();
  shared_.metrics.turned_away.fetch_add(1, std::memory_order_relaxed);
  if (shared_.tls) return close();
  refuse({503, "unavailable",
          words("服务器连接已满，请稍后再试", "the server has no room for more connections, try again soon")});
}

void Connection::wait(Io how) {
  if (phase_ == Phase::closed) return;
  if (how == Io::want_write)
    watch_.wait_writable(shared_from_this());
  else
    watch_.wait_readable(shared_from_this());
}

void Connection::on_readable() {
  switch (phase_) {
    case Phase::head:
    case Phase::body: return read_more();
    case Phase::streaming:
    case Phase::lingering: discard_input(); return take_input({});
    case Phase::running:
    case Phase::writing: return take_input({});
    case Phase::closed: return;
  }
}

void Connection::on_writable() {
  if (phase_ == Phase::head || phase_ == Phase::body) return read_more();
  take_input({});
}

void Connection::read_more() {
  std::size_t count = 0;
  const Io how = transport_->read(loop_.scratch(), count);
  if (how == Io::closed) return close();
  if (how != Io::done) return wait(how);
  shared_.metrics.bytes_in.fetch_add(count, std::memory_order_relaxed);
  take_input({loop_.scratch().data(), count});
}

// What comes while nobody listens is thrown away; but the end of it matters.
void Connection::discard_input() {
  for (;;) {
    std::size_t count = 0;
    const Io how = transport_->read(loop_.scratch(), count);
    if (how == Io::closed) return close();
    if (how != Io::done) return wait(how);
    progress_ += count;
    if (progress_ > kMostDiscarded) return close();
  }
}

void Connection::take_input(std::string_view fresh) {
  const auto self = shared_from_this();
  const bool joined = !left_over_.empty();
  if (joined) left_over_.append(fresh);
  input_ = joined ? std::string_view(left_over_) : fresh;
  advance();
  if (phase_ == Phase::lingering || phase_ == Phase::closed)
    left_over_.clear();
  else if (joined)
    left_over_.erase(0, left_over_.size() - input_.size());
  else
    left_over_.assign(input_);
  input_ = {};
  if (left_over_.empty()) shrink(left_over_);
}

void Connection::advance() {
  advancing_ = true;
  while (step()) {
  }
  advancing_ = false;
}

bool Connection::step() {
  switch (phase_) {
    case Phase::head:
    case Phase::body: return parse();
    case Phase::writing:
      if (!flush()) return false;
      answer_sent();
      return true;
    case Phase::streaming: return flush_stream();
    case Phase::running:
    case Phase::lingering:
    case Phase::closed: return false;
  }
  return false;
}

bool Connection::parse() {
  if (idle_ && !input_.empty()) {
    idle_ = false;
    began_ = std::chrono::steady_clock::now();
    deadline_ = shared_.now() + shared_.options.head_timeout;
  }
  try {
    switch (reader_.feed(input_)) {
      case RequestReader::Step::more: wait(Io::want_read); return false;
      case RequestReader::Step::head: on_head(); return true;
      case RequestReader::Step::complete: on_complete(); return true;
    }
  } catch (const Refusal& refusal) {
    refuse(refusal);
  } catch (...) {
    fail(std::current_exception());
  }
  return true;
}

void Connection::on_body(std::string_view bytes) {
  progress_ += bytes.size();
  if (progress_ >= kProgress) {
    progress_ = 0;
    deadline_ = shared_.now() + shared_.options.body_timeout;
  }
  if (multipart_)
    multipart_->feed(bytes);
  else
    request_.body.append(bytes);
}

// Few bytes into an empty socket buffer: they go at once or the connection is of no use.
void Connection::send_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::size_t count = 0;
  transport_->write(kContinue, count);
}

bool Connection::flush() {
  do {
    if (!flush_text(out_.head)) return false;
  } while (refill());
  return true;
}

bool Connection::flush_text(std::string& text) {
  while (out_at_ < text.size()) {
    std::size_t count = 0;
    const Io how = transport_->write(std::string_view(text).substr(out_at_), count);
    if (how == Io::closed) {
      close();
      return false;
    }
    if (how != Io::done) {
      wait(how);
      return false;
    }
    out_at_ += count;
    bytes_sent_ += count;
    shared_.metrics.bytes_out.fetch_add(count, std::memory_order_relaxed);
    if (stream_) stream_->sent(count);
    if (out_at_ < text.size() || out_.file_left > 0) deadline_ = shared_.now() + shared_.options.body_timeout;
  }
  return true;
}

bool Connection::refill() {
  out_at_ = 0;
  if (!out_.body.empty()) {
    out_.head = std::exchange(out_.body, {});
    return true;
  }
  if (out_.file_left == 0) return false;
  out_.head.resize(std::size_t(std::min<std::uint64_t>(out_.file_left, kFilePiece)));
  const auto got = ::read(out_.file.get(), out_.head.data(), out_.head.size());
  if (got <= 0) {  // the file became shorter under us; the promised length cannot be kept
    close();
    return false;
  }
  out_.head.resize(std::size_t(got));
  out_.file_left -= std::uint64_t(got);
  return true;
}

bool Connection::flush_stream() {
  if (stream_->dropped()) {
    shared_.metrics.dropped_streams.fetch_add(1, std::memory_order_relaxed);
    finish();
    return false;
  }
  const bool ended = stream_->ended();
  stream_->take(out_.head);
  if (!flush_text(out_.head)) {
    if (deadline_ == kNever) deadline_ = shared_.now() + shared_.options.body_timeout;
    return false;
  }
  out_at_ = 0;
  shrink(out_.head);
  deadline_ = kNever;
  if (ended)
    finish();
  else
    wait(Io::want_read);
  return false;
}

void Connection::stream_pending() {
  if (phase_ == Phase::streaming) take_input({});
}

void Connection::answer_sent() {
  if (phase_ == Phase::closed) return;
  if (opened_) return open_stream();
  log_and_count();
  if (!keep_alive_ || home_.draining) return finish();
  next_request();
}

void Connection::next_request() {
  request_.path.clear();
  request_.query.clear();
  request_.params.clear();
  request_.headers.clear();
  request_.fields.clear();
  request_.files.clear();
  request_.id.clear();
  shrink(request_.body);
  shrink(out_.head);
  request_.method = Method::get;
  multipart_.reset();
  form_.reset();
  route_ = nullptr;
  reader_.start();
  phase_ = Phase::head;
  idle_ = true;
  deadline_ = shared_.now() + shared_.options.idle_timeout;
}

// Closing with unread bytes in the socket would reset the connection, and the client would never see the answer. So it is told
// that no more will come, and what it still sends is thrown away for a moment.
void Connection::finish() {
  transport_->shutdown();
  if (!unread_body_) return close();
  phase_ = Phase::lingering;
  progress_ = 0;
  deadline_ = shared_.now() + kLinger;
  discard_input();
}

void Connection::check(Time now) {
  if (phase_ == Phase::streaming && now >= next_heartbeat_) {
    next_heartbeat_ = now + shared_.options.heartbeat;
    stream_->push(":\n\n");
  }
  if (phase_ == Phase::running || now < deadline_) return;
  shared_.metrics.reaped.fetch_add(1, std::memory_order_relaxed);
  if ((phase_ == Phase::head && !idle_) || phase_ == Phase::body)
    refuse({408, "timeout", words("请求没有在规定时间内发完", "the request did not arrive in time")});
  else
    close();
}

void Connection::drain() {
  if (phase_ == Phase::streaming)
    stream_->end();
  else if ((phase_ == Phase::head && idle_) || phase_ == Phase::lingering)
    close();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  const auto self = shared_from_this();
  if (phase_ == Phase::streaming) log_and_count();
  phase_ = Phase::closed;
  if (stream_) {
    stream_->close();
    shared_.metrics.streams.fetch_sub(1, std::memory_order_relaxed);
  }
  watch_.close();
  shared_.metrics.connections.fetch_sub(1, std::memory_order_relaxed);
  home_.forget(this);
}

}  // namespace tongxin::serve
