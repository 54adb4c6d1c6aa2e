// Event streams and answers between many threads, for the thread sanitizer (./check tsan): senders on threads of their own,
// readers that come and go, changes under way in the store, and a server that is told to stop in the middle of it.
#include <atomic>
#include <thread>

#include "serve/serve_fixture.hpp"

namespace tongxin::serve {
namespace {

class Threads : public Serve {
 protected:
  // Who listens, as the hub of the program keeps it.
  struct Board {
    std::mutex mutex;
    std::vector<std::shared_ptr<EventStream>> streams;
    void add(std::shared_ptr<EventStream> stream) {
      const std::lock_guard lock(mutex);
      streams.push_back(std::move(stream));
    }
    void send(int number) {
      const std::lock_guard lock(mutex);
      std::erase_if(streams, [](const auto& each) { return each->closed(); });
      for (const auto& each : streams) each->send(std::to_string(number), "news", "{}");
    }
  };
  void SetUp() override {
    Serve::SetUp();
    options_.max_stream_queue = 16 * 1024;  // slow readers are dropped
    store_->write([](store::Tx& tx) { tx.run(kTable); });
    add(Method::get, "/v1/stream", [this](const Request&) {
      return Answer::stream([this](std::shared_ptr<EventStream> stream) { board_.add(std::move(stream)); });
    });
    add(Method::post, "/v1/change", [this](const Request&) {
      return Answer::write([this](store::Tx& tx) {
        tx.run(kChange);
        tx.after_commit([this] { board_.send(++sent_); });
        return Response{.body = "{}"};
      });
    });
    add(Method::get, "/v1/work", [](const Request&) { return Answer::work([] { return Response{.body = "{}"}; }); });
  }
  static constexpr store::Sql kTable{"threads_table",
                                     "CREATE TABLE counted (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)"};
  static constexpr store::Sql kChange{
      "threads_change", "INSERT INTO counted (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = counted.n + 1"};
  static constexpr store::Sql kCount{"threads_count", "SELECT n FROM counted WHERE id = 1"};

  Board board_;
  std::atomic<int> sent_ = 0;
};

TEST_F(Threads, ReadersComeAndGoWhileOthersSend) {
  client();  // starts the server
  const int port = server_->port();
  std::atomic<bool> over = false;
  std::atomic<int> heard = 0, changed = 0;
  std::vector<std::thread> hands;
  for (int i = 0; i < 3; ++i)
    hands.emplace_back([&] {
      while (!over) {
        test::HttpClient reader(port);
        if (reader.open_stream("/v1/stream").status != 200) continue;
        try {
          for (int events = 0; events < 5 && !over; ++events) heard += reader.next_event().event == "news";
        } catch (const std::runtime_error&) {  // too slow: the server lets it go
        }
      }
    });
  for (int i = 0; i < 2; ++i)
    hands.emplace_back([&] {
      test::HttpClient writer(port);
      while (!over) changed += writer.post("/v1/change", "{}").status == 200;
    });
  // Until the last reader has gone, so that none waits for nothing.
  std::jthread sender([&](const std::stop_token& enough) {
    while (!enough.stop_requested()) board_.send(++sent_), std::this_thread::yield();
  });
  hands.emplace_back([&] {
    test::HttpClient worker(port);
    while (!over) {
      worker.get("/v1/work");
      (void)server_->metrics();
    }
  });
  EXPECT_TRUE(soon([&] { return heard >= 200 && changed >= 100; }));
  over = true;
  for (auto& each : hands) each.join();
  EXPECT_EQ(store_->read([](store::Tx& tx) { return tx.one<std::int64_t>(kCount); }), changed.load());
}

TEST_F(Threads, AServerStopsInTheMiddleOfIt) {
  client();
  const int port = server_->port();
  std::vector<std::thread> hands;
  for (int i = 0; i < 4; ++i)
    hands.emplace_back([port, i] {
      try {
        for (test::HttpClient some(port);;)
          i % 2 == 0 ? void(some.post("/v1/change", "{}")) : void(some.open_stream("/v1/stream"));
      } catch (const std::exception&) {  // it is gone
      }
    });
  EXPECT_TRUE(soon([&] { return sent_ >= 50; }));
  server_->stop();
  server_->join();
  for (auto& each : hands) each.join();
}

}  // namespace
}  // namespace tongxin::serve
