// A real server on a free port, with a real SQLite store, a clock that stands still and a log that is kept.
#pragma once
#include <gtest/gtest.h>

#include <mutex>

#include "serve/http.hpp"
#include "support/engines.hpp"
#include "support/http_client.hpp"

namespace tongxin::serve {

class TestClock final : public Clock {
 public:
  Time now() const override { return from_millis(millis_.load()); }
  void advance(milliseconds step) { millis_ += step.count(); }

 private:
  std::atomic<std::int64_t> millis_{1'800'000'000'000};
};

class KeptLog {
 public:
  void take(std::string_view lines) {
    std::lock_guard lock(mutex_);
    text_ += lines;
  }
  std::string text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// What a handler says of the request it saw.
inline Response seen(const Request& request) {
  boost::json::object body{{"method", method_name(request.method)},
                           {"path", request.path},
                           {"body", request.body},
                           {"peer", request.peer},
                           {"secure", request.secure},
                           {"id", request.id},
                           {"language", request.language == Language::en ? "en" : "zh"}};
  auto& params = body["params"].emplace_array();
  for (const auto& param : request.params) params.emplace_back(param);
  for (const auto* part : {"query", "fields"}) {
    auto& list = body[part].emplace_array();
    for (const auto& [name, value] : std::string_view(part) == "query" ? request.query : request.fields)
      list.emplace_back(name + "=" + value);
  }
  return {.body = boost::json::serialize(body)};
}

class Serve : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = store::open({.url = folder_ / "store.db", .readers = 2, .durable = false});
    options_.port = 0;
    options_.clock = &clock_;
    options_.temporary = folder_.path();
    options_.log = [this](std::string_view lines) { log_.take(lines); };
    add(Method::get, "/v1/echo", [](const Request& request) { return Answer(seen(request)); });
    add(Method::post, "/v1/echo", [](const Request& request) { return Answer(seen(request)); });
    add(Method::get, "/v1/things/{id}", [](const Request& request) { return Answer(seen(request)); });
  }
  void TearDown() override { server_.reset(); }

  void add(Method method, const std::string& path, Handler handler) {
    router_.add({.method = method, .path = path, .handler = std::move(handler)});
  }
  void add(Route route) { router_.add(std::move(route)); }
  // Starts the server with what was added so far.
  test::HttpClient client() {
    if (!server_) {
      server_ = std::make_unique<Server>(options_, std::move(router_), *store_);
      server_->start();
    }
    return test::HttpClient(server_->port(), !options_.certificate.empty());
  }
  void pass(milliseconds time) {
    server_->tick();  // what is under way on the loops is done at the old time
    clock_.advance(time);
    server_->tick();
  }
  // A counter of /metrics.
  std::int64_t metric(const std::string& name) const {
    const std::string text = server_->metrics();
    const auto at = text.find("\n" + name + " ");
    return at == text.npos ? -1 : std::stoll(text.substr(at + name.size() + 2));
  }
  // For what happens on another thread soon; gives up after many looks.
  static bool soon(const std::function<bool()>& condition) {
    for (int looks = 0; looks < 20'000; ++looks) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds{1});
    }
    return false;
  }
  // What comes back for these bytes, up to the end of the connection.
  std::string answer_to(std::string_view bytes) {
    test::HttpClient raw = client();
    raw.say(bytes);
    raw.finish_sending();
    return raw.read_to_end();
  }

  test::Folder folder_;
  TestClock clock_;
  KeptLog log_;
  std::unique_ptr<store::Store> store_;
  ServerOptions options_;
  Router router_;
  std::unique_ptr<Server> server_;
};

inline std::string code_of(const test::HttpReply& reply) { return std::string(reply.json().at("code").as_string()); }

}  // namespace tongxin::serve
