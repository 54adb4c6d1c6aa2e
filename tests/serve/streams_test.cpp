#include "serve/net/event_stream.hpp"

#include <sys/socket.h>

#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;
using namespace std::chrono_literals;

namespace {

class Streams : public Serve {
 protected:
  void SetUp() override {
    Serve::SetUp();
    add(Method::get, "/v1/events", [this](const Request& request) {
      last_id_ = std::string(request.header("last-event-id"));
      return Answer::stream([this](std::shared_ptr<EventStream> stream) {
        std::lock_guard lock(mutex_);
        streams_.push_back(std::move(stream));
      });
    });
  }
  void TearDown() override {
    Serve::TearDown();
    streams_.clear();
  }
  std::shared_ptr<EventStream> opened(std::size_t index = 0) {
    const auto there = [&] {
      std::lock_guard lock(mutex_);
      return streams_.size() > index;
    };
    if (!soon(there)) throw std::runtime_error("the stream was not opened");
    std::lock_guard lock(mutex_);
    return streams_[index];
  }
  void let_go() {
    std::lock_guard lock(mutex_);
    streams_.clear();
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<EventStream>> streams_;
  std::string last_id_;
};

}  // namespace

TEST_F(Streams, EventsArriveInTheirOrder) {
  auto web = client();
  const auto head = web.open_stream("/v1/events", {{"last-event-id", "41"}, {"accept-encoding", "gzip"}});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(head.header("cache-control"), "no-store");
  EXPECT_EQ(head.header("content-encoding"), "");
  const auto stream = opened();
  EXPECT_EQ(last_id_, "41");
  for (int i = 0; i < 500; ++i)
    stream->send(std::to_string(i), "changed", "{\"n\":" + std::to_string(i) + "}\nsecond line");
  for (int i = 0; i < 500; ++i) {
    const auto event = web.next_event();
    EXPECT_EQ(event.id, std::to_string(i));
    EXPECT_EQ(event.event, "changed");
    EXPECT_EQ(event.data, "{\"n\":" + std::to_string(i) + "}\nsecond line");
  }
  EXPECT_EQ(metric("http_streams"), 1);
}

TEST_F(Streams, ManyThreadsMaySendToManyReaders) {
  std::vector<test::HttpClient> readers;
  for (std::size_t i = 0; i < 20; ++i) {
    readers.push_back(client());
    readers.back().open_stream("/v1/events");
    opened(i);
  }
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender)
    senders.emplace_back([&] {
      for (int i = 0; i < 25; ++i)
        for (std::size_t reader = 0; reader < 20; ++reader) opened(reader)->send("", "tick", "x");
    });
  for (auto& sender : senders) sender.join();
  for (auto& reader : readers)
    for (int i = 0; i < 100; ++i) ASSERT_EQ(reader.next_event().event, "tick");
}

TEST_F(Streams, AQuietStreamBeatsAndIsNotReaped) {
  auto web = client();
  web.open_stream("/v1/events");
  const auto stream = opened();
  for (int i = 0; i < 20; ++i) {
    pass(16s);
    EXPECT_EQ(web.next_event().event, "");
  }
  stream->send("", "still", "here");
  EXPECT_EQ(web.next_event().event, "still");
}

TEST_F(Streams, ASlowReaderIsDroppedAndOthersAreNot) {
  options_.max_stream_queue = 100'000;
  auto slow = client(), quick = client();
  slow.open_stream("/v1/events");
  const auto to_slow = opened(0);
  quick.open_stream("/v1/events");
  const auto to_quick = opened(1);
  const std::string data(1'000, 'x');
  ASSERT_TRUE(soon([&] {
    to_slow->send("", "big", data + std::string(50'000, 'y'));
    return to_slow->closed();
  }));
  ASSERT_TRUE(soon([&] { return metric("http_streams_dropped_total") == 1 && metric("http_streams") == 1; }));
  to_quick->send("", "big", data);
  EXPECT_EQ(quick.next_event().data, data);
  EXPECT_NO_THROW(to_slow->send("", "more", ""));
}

TEST_F(Streams, AStreamEndsWhenItsLastHolderLetsGo) {
  auto web = client();
  web.open_stream("/v1/events");
  opened()->send("", "last", "");
  let_go();
  EXPECT_EQ(web.next_event().event, "last") << "what was sent still goes out";
  EXPECT_TRUE(web.is_closed_by_server());
}

TEST_F(Streams, AReaderThatLeavesIsNoticed) {
  auto web = client();
  web.open_stream("/v1/events");
  const auto stream = opened();
  web.close();
  EXPECT_TRUE(soon([&] { return stream->closed(); }));
  EXPECT_TRUE(soon([&] { return metric("http_streams") == 0; }));
}

TEST_F(Streams, StoppingTheServerEndsStreamsAndTheirHoldersMayOutliveIt) {
  auto web = client();
  web.open_stream("/v1/events");
  const auto stream = opened();
  stream->send("", "before", "");
  server_->stop();
  EXPECT_EQ(web.next_event().event, "before");
  EXPECT_TRUE(web.is_closed_by_server());
  server_.reset();
  EXPECT_TRUE(stream->closed());
  EXPECT_NO_THROW(stream->send("", "after", ""));
}

TEST(EventText, CannotBeForged) {
  EXPECT_EQ(event_text("1\nid: 2", "a\r\nb", "x\r\ny\n\nz"),
            "id: 1id: 2\nevent: ab\ndata: x\ndata: y\ndata: \ndata: z\n\n");
  EXPECT_EQ(event_text("", "", ""), "data: \n\n");
}
