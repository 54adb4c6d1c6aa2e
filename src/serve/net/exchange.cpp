// The middle of a connection's life: from a request's head to its answer.
#include "serve/net/connection.hpp"
#include "serve/net/problems.hpp"
#include "serve/net/target.hpp"

namespace tongxin::serve {

namespace {

constexpr std::size_t kLongestId = 64;

Method method_of(const std::string& name) {
  for (int i = 0; i <= int(Method::options); ++i)
    if (name == method_name(Method(i))) return Method(i);
  throw Refusal{501, "not_implemented", words("不支持 {} 方法", "method {} is not supported", name.substr(0, 40))};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// RFC 9110 section 12.5.4, for the two languages there are. Equal weights: the one named first.
Language preferred_language(std::string_view header) {
  double best = 0;
  Language language = Language::zh;
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    const std::string_view element = trimmed(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    const bool chinese = element.starts_with("zh") || element.starts_with("ZH");
    if (!chinese && !element.starts_with("en") && !element.starts_with("EN")) continue;
    const auto weight = element.find("q=");
    const double value =
        weight == element.npos ? 1.0 : std::strtod(std::string(element.substr(weight + 2)).c_str(), nullptr);
    if (!(value > best)) continue;
    best = value;
    language = chinese ? Language::zh : Language::en;
  }
  return language;
}

bool is_sane_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), allowed);
}

std::string all_values(const Request& request, std::string_view name) {
  std::string values;
  for (const auto& [key, value] : request.headers)
    if (key == name) values += (values.empty() ? "" : ", ") + value;
  return values;
}

bool is_api(std::string_view path) {
  return path.starts_with("/v1/") || path == "/v1" || path.starts_with("/open311/");
}

}  // namespace

void Connection::on_head() {
  RequestHead& head = reader_.head();
  keep_alive_ = head.keep_alive;
  unread_body_ = head.has_body();
  read_head_into_request();
  if (answer_options()) return;
  route_ = &shared_.router.find(request_.method, request_.path, request_.params);
  const std::string_view coding = request_.header("content-encoding");
  if (!coding.empty() && coding != "identity")
    throw Fault(Code::media_type, words("不接受压缩的请求内容", "compressed request bodies are not accepted"));
  reader_.limit_body(route_->max_body);
  if (!route_->admit) return begin_body();
  if (shared_.options.inline_handlers) {
    route_->admit(request_);
    return begin_body();
  }
  admit();
}

void Connection::read_head_into_request() {
  RequestHead& head = reader_.head();
  std::swap(request_.headers, head.headers);
  const std::string_view given = request_.header("x-request-id");
  request_.id = is_sane_id(given) ? std::string(given) : home_.fresh_id();
  request_.language = preferred_language(request_.header("accept-language"));
  note_peer();
  request_.method = method_of(head.method);
  Target target = parse_target(head.target);
  request_.path = std::move(target.path);
  request_.query = std::move(target.query);
}

void Connection::note_peer() {
  request_.secure = shared_.tls != nullptr;
  if (!shared_.trusted.contains(direct_peer_)) {
    request_.peer = direct_peer_;
    return;
  }
  request_.peer = client_of(shared_.trusted, direct_peer_, all_values(request_, "x-forwarded-for"));
  const std::string_view protocol = request_.header("x-forwarded-proto");
  if (!protocol.empty()) request_.secure = trimmed(protocol.substr(protocol.rfind(',') + 1)) == "https";
}

// OPTIONS is answered here unless a route wants it.
bool Connection::answer_options() {
  if (request_.method != Method::options) return false;
  std::string allowed =
      request_.path == "*" ? "GET, HEAD, POST, PUT, PATCH, DELETE" : shared_.router.allowed(request_.path);
  if (allowed.empty() || allowed.find("OPTIONS") != allowed.npos) return false;
  Response response{.status = 204};
  response.headers.emplace_back("allow", allowed + ", OPTIONS");
  respond(std::move(response));
  return true;
}

// The handlers may block here, so does whoever admits; the loop goes on meanwhile.
void Connection::admit() {
  phase_ = Phase::running;
  const auto self = shared_from_this();
  const bool taken = shared_.handlers.submit([self] {
    try {
      self->route_->admit(self->request_);
      self->loop_.post([self] {
        if (self->phase_ != Phase::running) return;
        try {
          self->begin_body();
        } catch (...) {
          self->fail(std::current_exception());
        }
        self->take_input({});
      });
    } catch (...) {
      self->fail(std::current_exception());
    }
  });
  if (!taken) respond(overloaded());
}

void Connection::begin_body() {
  phase_ = Phase::body;
  if (!unread_body_) return;
  progress_ = 0;
  deadline_ = shared_.now() + shared_.options.body_timeout;
  if (const auto boundary = multipart_boundary(request_.header("content-type"))) {
    form_ = std::make_unique<FormReader>(shared_.options.temporary, route_->upload);
    multipart_ = std::make_unique<MultipartParser>(*boundary, *form_);
  }
  if (reader_.head().expects_continue && input_.empty() && left_over_.empty()) send_continue();
}

void Connection::on_complete() {
  unread_body_ = false;
  if (multipart_) {
    multipart_->finish();
    request_.fields = std::move(form_->fields);
    request_.files = std::move(form_->files);
  } else if (request_.header("content-type").starts_with("application/x-www-form-urlencoded")) {
    request_.fields = parse_form(request_.body);
  }
  phase_ = Phase::running;
  if (shared_.options.inline_handlers) return execute();
  if (!shared_.handlers.submit([self = shared_from_this()] { self->execute(); })) respond(overloaded());
}

void Connection::execute() {
  try {
    settle(route_->handler(request_));
  } catch (...) {
    fail(std::current_exception());
  }
}

void Connection::settle(Answer answer) {
  if (auto* response = std::get_if<Response>(&answer.what)) return deliver(std::move(*response));
  if (auto* write = std::get_if<Answer::Write>(&answer.what)) return start_write(std::move(*write));
  if (auto* work = std::get_if<Answer::Work>(&answer.what)) return start_work(std::move(*work));
  start_stream(std::get<Answer::Stream>(std::move(answer.what)));
}

void Connection::start_write(Answer::Write job) {
  // Whatever copies the store keeps of its call back, they let go of the connection together, before the server may end.
  struct Ticket {
    std::shared_ptr<Connection> connection;
    Answer::Then then;
  };
  const auto ticket = std::make_shared<Ticket>(Ticket{shared_from_this(), {}});
  Metrics& metrics = shared_.metrics;
  metrics.writes.fetch_add(1, std::memory_order_relaxed);
  shared_.begin_write();
  const auto done = [ticket, &shared = shared_](std::exception_ptr error) {
    auto connection = std::move(ticket->connection);
    if (error) shared.metrics.failed_writes.fetch_add(1, std::memory_order_relaxed);
    if (error)
      connection->fail(error);
    else
      connection->go_on(std::move(ticket->then));
    connection.reset();
    shared.end_write();
  };
  try {
    shared_.store.run_write([ticket, job = std::move(job)](store::Tx& tx) { ticket->then = job(tx); }, done);
  } catch (...) {
    done(std::current_exception());
  }
}

void Connection::go_on(Answer::Then then) {
  if (auto* response = std::get_if<Response>(&then)) return deliver(std::move(*response));
  const auto read = [self = shared_from_this(), work = std::get<Answer::Work>(std::move(then))] { self->run(work); };
  // Nobody is refused here for want of room: the change has happened.
  if (shared_.options.inline_handlers || !shared_.handlers.submit(read)) loop_.post(read);
}

void Connection::start_work(Answer::Work job) {
  const auto self = shared_from_this();
  const bool taken = shared_.work.submit([self, job = std::move(job)] { self->run(job); });
  if (!taken) deliver(overloaded());
}

void Connection::run(const Answer::Work& work) {
  try {
    deliver(work());
  } catch (...) {
    fail(std::current_exception());
  }
}

void Connection::start_stream(Answer::Stream opened) {
  if (!loop_.in_thread())
    return loop_.post([self = shared_from_this(), opened = std::move(opened)] { self->start_stream(opened); });
  if (phase_ != Phase::running) return;
  keep_alive_ = false;  // the end of the stream is the end of the connection
  out_ = Outgoing{.status = 200, .head = stream_head(request_, answer_context()), .body = {}, .file = {}};
  out_at_ = bytes_sent_ = 0;
  if (request_.method != Method::head) opened_ = std::move(opened);
  phase_ = Phase::writing;
  deadline_ = shared_.now() + shared_.options.body_timeout;
  if (!advancing_) take_input({});
}

void Connection::open_stream() {
  const auto wake = [weak = weak_from_this(), &loop = loop_] {
    loop.post([weak] {
      if (const auto connection = weak.lock()) connection->stream_pending();
    });
  };
  stream_ = std::make_shared<StreamQueue>(shared_.options.max_stream_queue, wake);
  shared_.metrics.streams.fetch_add(1, std::memory_order_relaxed);
  out_.head.clear();
  phase_ = Phase::streaming;
  deadline_ = Time::max();
  next_heartbeat_ = shared_.now() + shared_.options.heartbeat;
  try {
    std::exchange(opened_, nullptr)(make_event_stream(stream_));
  } catch (...) {
    failure(std::current_exception());  // logs it; the head has been sent, so the stream can only end
    stream_->end();
  }
  if (home_.draining) stream_->end();
}

void Connection::deliver(Response response) {
  if (loop_.in_thread()) return respond(std::move(response));
  auto kept = std::make_shared<Response>(std::move(response));
  loop_.post([self = shared_from_this(), kept] { self->respond(std::move(*kept)); });
}

void Connection::fail(std::exception_ptr error) { deliver(failure(error)); }

void Connection::refuse(const Refusal& refusal) {
  keep_alive_ = false;
  unread_body_ = true;
  if (request_.id.empty()) request_.id = home_.fresh_id();
  respond(problem(refusal, request_));
}

void Connection::respond(Response response) {
  if (phase_ == Phase::closed) return;
  keep_alive_ = keep_alive_ && !unread_body_ && !home_.draining;
  prepare(request_, std::move(response), answer_context(), out_);
  out_at_ = bytes_sent_ = 0;
  phase_ = Phase::writing;
  deadline_ = shared_.now() + shared_.options.body_timeout;
  if (!advancing_) take_input({});
}

Response Connection::overloaded() const {
  return problem(Fault(Code::unavailable, words("服务器正忙，请稍后再试", "the server is busy, try again soon")),
                 request_);
}

Response Connection::failure(const std::exception_ptr& error) const {
  const std::string_view route = route_ ? std::string_view(route_->path) : std::string_view("-");
  try {
    std::rethrow_exception(error);
  } catch (const Refusal& refusal) {
    return problem(refusal, request_);
  } catch (const Fault& fault) {
    Response response = problem(fault, request_);
    if (response.status == 405) response.headers.emplace_back("allow", shared_.router.allowed(request_.path));
    if (response.status >= 500 || !fault.log().empty())
      shared_.log.write(response.status >= 500 ? Level::error : Level::warn, fault.what(),
                        {{"request_id", request_.id}, {"route", route}, {"note", fault.log()}});
    return response;
  } catch (const std::exception& exception) {
    shared_.log.write(Level::error, exception.what(), {{"request_id", request_.id}, {"route", route}});
  } catch (...) {
    shared_.log.write(Level::error, "an exception of an unknown type", {{"request_id", request_.id}, {"route", route}});
  }
  return problem(
      Fault(Code::internal,
            words("服务器出错了，请把请求编号 {} 告诉管理员",
                  "the server made a mistake; please tell the administrator the request id {}", request_.id)),
      request_);
}

AnswerContext Connection::answer_context() const {
  return {.keep_alive = keep_alive_,
          .http11 = reader_.head().http11,
          .tls = shared_.tls != nullptr || request_.secure,
          .hsts_subdomains = shared_.options.hsts_subdomains,
          .no_store = is_api(request_.path),
          .page_policy = shared_.options.page_policy,
          .date = home_.date()};
}

void Connection::log_and_count() {
  const auto took = std::chrono::steady_clock::now() - began_;
  const int index = route_ ? int(route_ - shared_.router.routes().data()) : -1;
  shared_.metrics.count_request(index, out_.status, took);
  if (!shared_.options.access_log) return;
  const std::string_view pattern = route_ ? std::string_view(route_->path) : std::string_view("-");
  const std::string path = log_path(request_.path, pattern), query = log_query(request_.query);
  home_.access_line(log_line(out_.status >= 500 ? Level::error : Level::info, "request",
                             {{"request_id", request_.id},
                              {"method", method_name(request_.method)},
                              {"route", pattern},
                              {"path", path},
                              {"query", query},
                              {"status", std::int64_t(out_.status)},
                              {"ms", std::chrono::duration<double, std::milli>(took).count()},
                              {"bytes", std::int64_t(bytes_sent_)}},
                             SystemClock{}.now()));
}

}  // namespace tongxin::serve
