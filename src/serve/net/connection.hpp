// One connection's life, as a state machine that never blocks.
//
//   head → (admit) → body → running → writing → head …          the next request of a kept-alive connection
//                                   ↘ streaming                 an event stream, until one side ends it
//   any → lingering → closed                                    the last answer was sent; the client may still be sending
//
// Everything runs on the connection's loop, except the handler when it runs on a pool, and the store's and the pools' call
// backs, which post their result to the loop. A connection is kept alive by whoever will call it back.
#pragma once
#include <memory>

#include "serve/http.hpp"
#include "serve/log.hpp"
#include "serve/multipart.hpp"
#include "serve/net/answer_writer.hpp"
#include "serve/net/event_stream.hpp"
#include "serve/net/loop.hpp"
#include "serve/net/metrics.hpp"
#include "serve/net/peers.hpp"
#include "serve/net/pool.hpp"
#include "serve/net/request_reader.hpp"
#include "serve/net/transport.hpp"

namespace tongxin::serve {

// What all connections of a server share.
struct Shared {
  Shared(ServerOptions given, Router routing, store::Store& data);
  Time now() const { return clock->now(); }

  ServerOptions options;
  Router router;
  store::Store& store;
  const Clock* clock;
  Log log;
  Networks trusted, metrics_readers;
  Metrics metrics;
  Pool work, handlers;
  std::unique_ptr<TlsKeys> tls;
  std::atomic<bool> stopping{false};

  // Calls into the store that have not come back. The server outlives them.
  void begin_write();
  void end_write();
  void wait_for_writes();

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  int writes_ = 0;
};

class LoopThread;

class Connection final : public Ready, public BodySink, public std::enable_shared_from_this<Connection> {
 public:
  Connection(LoopThread& home, Fd socket, std::string peer);
  ~Connection() override;

  void open();           // starts to read
  void turn_away();      // instead: says that the server is full, and closes
  void check(Time now);  // the reaper: closes when the deadline has passed; heartbeats
  void drain();          // graceful stop: closes when nothing runs, else after the answer
  void close();
  void stream_pending();  // an event stream has something to send, or was ended

 private:
  enum class Phase { head, body, running, writing, streaming, lingering, closed };

  void on_readable() override;
  void on_writable() override;
  void on_body(std::string_view bytes) override;

  // bytes (connection.cpp)
  void take_input(std::string_view fresh);
  void advance();
  bool step();
  bool parse();
  void read_more();
  void discard_input();
  void send_continue();
  void wait(Io how);
  bool flush();
  bool flush_text(std::string& text);
  bool refill();
  bool flush_stream();
  void answer_sent();
  void next_request();
  void finish();

  // the request and its answer (exchange.cpp)
  void on_head();
  void read_head_into_request();
  void note_peer();
  bool answer_options();
  void admit();
  void begin_body();
  void on_complete();
  void execute();
  void settle(Answer answer);
  void start_write(Answer::Write job);
  void go_on(Answer::Then then);  // after a write, on the store's thread
  void run(const Answer::Work& work);
  void start_work(Answer::Work job);
  void start_stream(Answer::Stream opened);
  void open_stream();
  void deliver(Response response);      // from any thread
  void fail(std::exception_ptr error);  // from any thread
  void respond(Response response);
  void refuse(const Refusal& refusal);
  Response failure(const std::exception_ptr& error) const;
  Response overloaded() const;
  AnswerContext answer_context() const;
  void log_and_count();

  LoopThread& home_;
  Shared& shared_;
  Loop& loop_;
  Watch watch_;
  std::unique_ptr<Transport> transport_;
  const std::string direct_peer_;
  RequestReader reader_;

  Phase phase_ = Phase::head;
  bool advancing_ = false;  // inside advance(): whoever changes the phase need not call it again
  bool idle_ = true;        // no byte of the next request has come
  bool keep_alive_ = true;
  bool unread_body_ = false;  // the client may still be sending what nobody will read
  Time deadline_{};
  std::size_t progress_ = 0;  // bytes since the deadline was last moved

  std::string left_over_;   // bytes that were read and not used yet
  std::string_view input_;  // while advancing: the bytes at hand
  Request request_;
  const Route* route_ = nullptr;
  std::unique_ptr<FormReader> form_;
  std::unique_ptr<MultipartParser> multipart_;

  Outgoing out_;
  std::size_t out_at_ = 0;  // sent of out_.head
  std::uint64_t bytes_sent_ = 0;
  std::chrono::steady_clock::time_point began_{};
  Answer::Stream opened_;
  std::shared_ptr<StreamQueue> stream_;
  Time next_heartbeat_{};
};

// A loop, its connections and what they share on its thread.
class LoopThread {
 public:
  LoopThread(Shared& common, std::uint64_t seed) : loop(seed), shared(common) {}
  void adopt(Fd socket, std::string peer, bool turn_away);
  void forget(const Connection* connection);
  void check_all();
  void drain();                        // graceful stop: the loop ends when its last connection has gone
  void close_all();                    // and now
  void access_line(std::string line);  // gathered and written once per turn of the loop
  void flush_lines();
  std::string_view date();
  std::string fresh_id();

  Loop loop;
  Shared& shared;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections;
  bool draining = false;

 private:
  std::string lines_, date_;
  std::int64_t date_second_ = -1;
};

}  // namespace tongxin::serve
