// What a handler sees of HTTP: plain values, no sockets, no Beast.
//
// A handler is a plain function (Request) -> Answer. It runs on a connection's loop thread, so it must not block: short
// reads from the local store are fine; a change returns Answer::write (run by the store's writer, answered when durable);
// slow work (password hashing, image re-encoding, imports) returns Answer::work (a small pool of its own). A handler that
// throws a Fault is answered with RFC 9457 problem details in the reader's language; any other exception is a logged 500.
//
// The Request lives until its answer has been sent: jobs of Answer::write and Answer::work may refer to it.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/fault.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::serve {

enum class Method { get, head, post, put, patch, del, options };
const char* method_name(Method method);  // "GET"

// One part of a multipart body that had a file name: its bytes are already in a temporary file, removed after the answer
// unless the handler moved it away.
struct UploadedFile {
  std::string field, name, declared_type;
  std::string path;
  std::uint64_t size = 0;
};

struct Request {
  Method method = Method::get;
  std::string path;                                          // decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::string> params;                           // what {…} in the route matched, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;                                          // complete; bounded by the route
  std::vector<std::pair<std::string, std::string>> fields;   // form fields of a multipart or urlencoded body
  std::vector<UploadedFile> files;
  std::string peer;                  // address of the client, after trusted proxies
  std::string id;                    // request id, also in the log and the answer
  bool secure = false;               // came over TLS (here or at the trusted proxy)
  Language language = Language::zh;  // from Accept-Language

  std::string_view header(std::string_view name) const;  // empty when absent
  std::optional<std::string_view> query_value(std::string_view name) const;
  std::optional<std::string_view> field(std::string_view name) const;
  std::optional<std::string> cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string type = "application/json; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string file = {};  // when set, the body is this file; the server makes its ETag and answers Range
};
// The server does, for every handler: If-None-Match against a header "etag" (304), HEAD, gzip, security headers,
// Cache-Control: no-store below /v1 and /open311 unless the handler set one, X-Request-Id.

// One event stream (text/event-stream). Thread-safe. A slow reader whose queue passes its bound is dropped; it comes back
// with Last-Event-ID. The server sends heartbeats. When the last holder lets go of it, the stream ends.
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual void send(std::string_view id, std::string_view event, std::string_view data) = 0;
  virtual bool closed() const = 0;
  virtual void close() = 0;
};

class Answer {
 public:
  using Work = std::function<Response()>;
  // Work that a write returns runs where handlers run, once the write is durable: what the answer shows is read there, so
  // that the next write need not wait for it.
  using Then = std::variant<Response, Work>;
  using Write = std::function<Then(store::Tx&)>;
  using Stream = std::function<void(std::shared_ptr<EventStream>)>;  // called once, when the head has been sent

  Answer(Response response) : what(std::move(response)) {}
  static Answer write(Write job) { return Answer(Variant(std::in_place_index<1>, std::move(job))); }
  static Answer work(Work job) { return Answer(Variant(std::in_place_index<2>, std::move(job))); }
  static Answer stream(Stream opened) { return Answer(Variant(std::in_place_index<3>, std::move(opened))); }

  using Variant = std::variant<Response, Write, Work, Stream>;
  Variant what;

 private:
  explicit Answer(Variant v) : what(std::move(v)) {}
};

using Handler = std::function<Answer(const Request&)>;

struct Route {
  Method method;
  std::string path;  // "/v1/records/{id}/actions/{action}"; "/{*}" matches the rest
  Handler handler;
  std::uint64_t max_body = 1 << 20;  // bytes; a larger body is refused with 413 before it is read
  bool upload = false;               // accepts multipart/form-data with files
  // Asked before the body is read, with everything but the body; throws the Fault that refuses. For uploads: nobody without
  // a right should fill the disk. Runs where the handler runs.
  std::function<void(const Request&)> admit = {};
  std::shared_ptr<const struct Operation> described = {};  // what /openapi.json says of it; null: nothing (openapi.hpp)
};

// Matches method and path; 404 and 405 (with Allow) are the router's. Literal segments win over {params}, these over {*}.
// A GET route answers HEAD too; OPTIONS is answered by the server. Fill it before the server starts; then thread-safe.
class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();
  void add(Route route);  // throws std::logic_error when the same method and path are there already
  // The route for a request, its params filled in; throws Fault(not_found) or Fault(method).
  const Route& find(Method method, std::string_view path, std::vector<std::string>& params) const;
  std::string allowed(
      std::string_view path) const;  // for the Allow header: "GET, HEAD, POST"; empty when nothing matches
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node;
  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
};

// Page policy of web/DESIGN.md: nothing inline, nothing from elsewhere.
inline constexpr const char* kPagePolicy =
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; connect-src "
    "'self'; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 8080;                                 // 0: any free port; see Server::port()
  int loops = 2;                                   // threads that serve connections
  int workers = 4;                                 // threads for Answer::work
  std::size_t max_queued_work = 64;                // more is answered 503 with Retry-After
  std::string certificate = {}, private_key = {};  // PEM files; empty: plain HTTP
  std::vector<std::string> trusted_proxies = {};   // addresses or networks, "10.0.0.0/8"
  bool hsts_subdomains = false;                    // HSTS speaks for every host below this one too
  std::string temporary = {};                      // folder for uploads; empty: the system's
  std::size_t max_connections = 12000;
  milliseconds head_timeout{10'000}, body_timeout{60'000}, idle_timeout{75'000};
  milliseconds stop_timeout{5'000};  // graceful stop: how long running requests may take
  bool inline_handlers = true;       // false when the store is remote: handlers then run on a pool of their own
  int handler_threads = 16;          // the size of that pool
  std::size_t max_stream_queue = 256 * 1024;  // bytes that one event stream may be behind
  milliseconds heartbeat{15'000};
  std::string page_policy = kPagePolicy;  // Content-Security-Policy of everything that is not JSON
  // /healthz, /readyz (asks the store) and /metrics are served by the server itself; /metrics only to these peers.
  std::vector<std::string> metrics_from{"127.0.0.0/8", "::1"};
  std::function<std::string()> more_metrics = {};  // appended to /metrics
  std::function<void(std::string_view)> log = {};  // takes whole lines, from any thread; empty: standard error
  bool access_log = true;
  const Clock* clock = nullptr;  // for timeouts; null: the steady clock. Must be thread-safe
};

// Owns the sockets and threads. join() returns after stop() when every running request was answered or
// the time was up.
class Server {
 public:
  Server(ServerOptions options, Router router, store::Store& store);
  ~Server();
  void start();  // binds; throws Fault(unavailable) when the port is taken
  int port() const;
  void stop();  // from any thread or a signal handler's thread; idempotent
  void join();
  // Looks at every connection's deadline now and returns when that is done. The server does so itself every second.
  void tick();
  // Counters for /metrics: requests by status class, open connections, streams, bytes, a latency histogram.
  std::string metrics() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// A Fault as a response: application/problem+json with type, title, status, code, detail, errors[{at, code, detail}], request id.
Response problem(const Fault& fault, const Request& request);

}  // namespace tongxin::serve
