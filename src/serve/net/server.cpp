#include <sodium.h>

#include <csignal>
#include <filesystem>
#include <future>

#include "serve/net/connection.hpp"
#include "serve/net/listener.hpp"

namespace tongxin::serve {

namespace {

constexpr milliseconds kTick{1'000};
constexpr std::size_t kTurnedAwayAtOnce = 256;  // connections above the limit that are told so; more are just closed

// Time for deadlines: moves evenly whatever happens to the wall clock.
class SteadyClock final : public Clock {
 public:
  Time now() const override {
    return Time{std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch())};
  }
};

const Clock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

ServerOptions completed(ServerOptions options) {
  if (options.temporary.empty()) options.temporary = std::filesystem::temp_directory_path().string();
  options.loops = std::max(1, options.loops);
  return options;
}

void add_unless_there(Router& router, const char* path, Handler handler) {
  for (const Route& route : router.routes())
    if (route.method == Method::get && route.path == path) return;
  router.add({.method = Method::get, .path = path, .handler = std::move(handler)});
}

Response status_response(const char* status) { return {.body = fmt::format(R"({{"status":"{}"}})", status)}; }

Answer answer_metrics(const Shared& shared, const Request& request) {
  if (!shared.metrics_readers.contains(request.peer))
    throw Fault(Code::forbidden, words("不允许从这个地址查看运行指标", "metrics are not shown to this address"));
  std::string text = shared.metrics.text(shared.work.queued(), shared.handlers.queued());
  if (shared.options.more_metrics) text += shared.options.more_metrics();
  return Response{.type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(text)};
}

Answer answer_ready(Shared& shared) {
  if (shared.stopping) throw Fault(Code::unavailable, words("服务器正在停止", "the server is stopping"));
  return Answer::work([&shared] {
    shared.store.ping();
    return status_response("ready");
  });
}

Router with_operations(Router router, Shared& shared) {
  add_unless_there(router, "/healthz", [](const Request&) { return Answer(status_response("ok")); });
  add_unless_there(router, "/readyz", [&shared](const Request&) { return answer_ready(shared); });
  add_unless_there(router, "/metrics", [&shared](const Request& request) { return answer_metrics(shared, request); });
  return router;
}

}  // namespace

Shared::Shared(ServerOptions given, Router routing, store::Store& data)
    : options(completed(std::move(given))),
      router(with_operations(std::move(routing), *this)),
      store(data),
      clock(options.clock ? options.clock : &steady_clock()),
      log(options.log),
      trusted(options.trusted_proxies),
      metrics_readers(options.metrics_from),
      metrics(router.routes()),
      work(options.workers, options.max_queued_work),
      handlers(options.inline_handlers ? 0 : options.handler_threads, options.max_connections) {
  if (!options.certificate.empty()) tls = std::make_unique<TlsKeys>(options.certificate, options.private_key);
}

void Shared::begin_write() {
  metrics.writes_running.fetch_add(1, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  ++writes_;
}

void Shared::end_write() {
  metrics.writes_running.fetch_sub(1, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  if (--writes_ == 0) none_left_.notify_all();
}

void Shared::wait_for_writes() {
  std::unique_lock lock(mutex_);
  none_left_.wait(lock, [this] { return writes_ == 0; });
}

void LoopThread::adopt(Fd socket, std::string peer, bool turn_away) {
  if (draining) {
    shared.metrics.connections.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  const auto connection = std::make_shared<Connection>(*this, std::move(socket), std::move(peer));
  connections.emplace(connection.get(), connection);
  if (turn_away)
    connection->turn_away();
  else
    connection->open();
}

void LoopThread::forget(const Connection* connection) {
  connections.erase(connection);
  if (draining && connections.empty()) loop.post([this] { loop.finish(); });
}

void LoopThread::check_all() {
  const Time now = shared.now();
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections.size());
  for (const auto& [key, connection] : connections) all.push_back(connection);
  for (const auto& connection : all) connection->check(now);
}

void LoopThread::drain() {
  draining = true;
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [key, connection] : connections) all.push_back(connection);
  for (const auto& connection : all) connection->drain();
  if (connections.empty()) loop.finish();
  loop.after(shared.options.stop_timeout, [this] { close_all(); });
}

void LoopThread::close_all() {
  while (!connections.empty()) {
    const auto connection = connections.begin()->second;
    connection->close();
  }
  loop.finish();
}

void LoopThread::access_line(std::string line) {
  if (lines_.empty()) loop.post([this] { flush_lines(); });
  lines_ += line;
}

void LoopThread::flush_lines() {
  shared.log.write_lines(lines_);
  lines_.clear();
}

std::string_view LoopThread::date() {
  const Time now = SystemClock{}.now();
  if (const auto second = to_millis(now) / 1000; second != date_second_) {
    date_second_ = second;
    date_ = http_date(now);
  }
  return date_;
}

std::string LoopThread::fresh_id() { return id_text(std::int64_t(loop.random().next() >> 1)); }

struct Server::Inside {
  Inside(ServerOptions options, Router router, store::Store& store)
      : shared(std::move(options), std::move(router), store) {}

  void accepted(Fd socket, std::string peer);
  void run(LoopThread& home);

  Shared shared;
  std::vector<std::unique_ptr<LoopThread>> loops;
  std::vector<std::thread> threads;
  std::shared_ptr<Listener> listener;
  std::size_t next_loop = 0;
  std::mutex joining;
};

// One acceptor dealing in turn spreads few connections better than the kernel does (SO_REUSEPORT).
void Server::Inside::accepted(Fd socket, std::string peer) {
  Metrics& metrics = shared.metrics;
  const auto open = std::size_t(metrics.connections.load(std::memory_order_relaxed));
  if (open >= shared.options.max_connections + kTurnedAwayAtOnce) return;
  metrics.accepted.fetch_add(1, std::memory_order_relaxed);
  metrics.connections.fetch_add(1, std::memory_order_relaxed);
  const bool turn_away = open >= shared.options.max_connections;
  LoopThread& home = *loops[next_loop++ % loops.size()];
  if (&home == loops.front().get()) return home.adopt(std::move(socket), std::move(peer), turn_away);
  const int fd = socket.release();
  home.loop.post(
      [&home, fd, peer = std::move(peer), turn_away]() mutable { home.adopt(Fd(fd), std::move(peer), turn_away); });
}

void Server::Inside::run(LoopThread& home) {
  const bool first = &home == loops.front().get();
  home.loop.every(kTick, [this, &home, first] {
    home.check_all();
    if (first && !home.draining) listener->resume();
  });
  if (first) listener->start();
  home.loop.run();
  home.flush_lines();
}

Server::Server(ServerOptions options, Router router, store::Store& store)
    : inside_(std::make_unique<Inside>(std::move(options), std::move(router), store)) {}

Server::~Server() {
  stop();
  join();
  inside_->shared.handlers.stop();
  inside_->shared.work.stop();
  inside_->shared.wait_for_writes();
}

void Server::start() {
  std::signal(SIGPIPE, SIG_IGN);
  Inside& in = *inside_;
  for (int i = 0; i < in.shared.options.loops; ++i) {
    std::uint64_t seed = 0;
    randombytes_buf(&seed, sizeof seed);
    in.loops.push_back(std::make_unique<LoopThread>(in.shared, seed));
  }
  in.listener = std::make_shared<Listener>(
      in.loops.front()->loop, in.shared.options.address, in.shared.options.port,
      [&in](Fd socket, std::string peer) { in.accepted(std::move(socket), std::move(peer)); });
  for (const auto& home : in.loops) in.threads.emplace_back([&in, &home = *home] { in.run(home); });
}

int Server::port() const { return inside_->listener ? inside_->listener->port() : 0; }

void Server::stop() {
  Inside& in = *inside_;
  if (in.shared.stopping.exchange(true) || in.loops.empty()) return;
  in.loops.front()->loop.post([&in] { in.listener->close(); });
  for (const auto& home : in.loops) home->loop.post([&home = *home] { home.drain(); });
}

void Server::join() {
  std::lock_guard lock(inside_->joining);
  for (std::thread& thread : inside_->threads)
    if (thread.joinable()) thread.join();
}

void Server::tick() {
  for (const auto& home : inside_->loops) {
    if (inside_->shared.stopping) return;
    auto done = std::make_shared<std::promise<void>>();
    auto waiting = done->get_future();
    home->loop.post([&home = *home, done] {
      home.check_all();
      done->set_value();
    });
    waiting.wait();
  }
}

std::string Server::metrics() const {
  const Shared& shared = inside_->shared;
  return shared.metrics.text(shared.work.queued(), shared.handlers.queued());
}

}  // namespace tongxin::serve
