#include "serve/net/request_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

using namespace tongxin::serve;

namespace {

struct Collected final : BodySink {
  std::string body;
  void on_body(std::string_view bytes) override { body += bytes; }
};

struct Read {
  int refused = 0;  // status, or 0
  std::vector<std::string> requests;
};

// Feeds the bytes in pieces of the given lengths (the last one repeats) and notes what was read.
Read read_all(const std::string& bytes, const std::vector<int>& pieces) {
  Collected sink;
  RequestReader reader(sink);
  Read read;
  std::string kept;
  std::size_t at = 0, piece = 0;
  try {
    while (at < bytes.size()) {
      const auto size = std::size_t(pieces[std::min(piece++, pieces.size() - 1)]);
      kept += bytes.substr(at, size);
      at += size;
      std::string_view input = kept;
      for (auto step = reader.feed(input); step != RequestReader::Step::more; step = reader.feed(input)) {
        if (step == RequestReader::Step::head) reader.limit_body(1000);
        if (step != RequestReader::Step::complete) continue;
        auto& head = reader.head();
        read.requests.push_back(head.method + " " + head.target + " " + std::to_string(head.headers.size()) + " " +
                                std::exchange(sink.body, {}));
        reader.start();
      }
      kept = std::string(input);
    }
  } catch (const Refusal& refusal) {
    read.refused = refusal.status;
  }
  return read;
}

int refused(const std::string& bytes) { return read_all(bytes, {int(bytes.size())}).refused; }

const std::string kHost = "Host: a\r\n";

}  // namespace

TEST(RequestReader, ReadsTheSameHoweverTheBytesAreSplit) {
  const std::string bytes =
      "\r\nPOST /a HTTP/1.1\r\n" + kHost +
      "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n10\r\n, world of grids\r\n0\r\nT: 1\r\n\r\n"
      "GET /b HTTP/1.1\r\n" +
      kHost +
      "X:  two words \r\n\r\n"
      "POST /c HTTP/1.0\r\nContent-Length: 4\r\n\r\nfour";
  const std::vector<std::string> expected{"POST /a 2 hello, world of grids", "GET /b 2 ", "POST /c 1 four"};
  EXPECT_EQ(read_all(bytes, {1}).requests, expected);
  EXPECT_EQ(read_all(bytes, {int(bytes.size())}).requests, expected);
  rc::check([&] {
    const auto pieces = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 40)));
    RC_ASSERT(read_all(bytes, pieces).requests == expected);
  });
}

TEST(RequestReader, RefusesEveryFormOfSmuggling) {
  const std::string post = "POST / HTTP/1.1\r\n" + kHost;
  for (const std::string& head :
       std::vector<std::string>{"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                                "Content-Length: 3\r\nContent-Length: 3\r\n",
                                "Content-Length: 3\r\nContent-Length: 4\r\n",
                                "Content-Length: 3, 3\r\n",
                                "Content-Length: +3\r\n",
                                "Content-Length: -3\r\n",
                                "Content-Length: 0x3\r\n",
                                "Content-Length: 3 3\r\n",
                                "Content-Length:\r\n",
                                "Content-Length: 99999999999999999999\r\n",
                                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                "Transfer-Encoding: xchunked\r\n",
                                "Transfer-Encoding: identity\r\n",
                                "Transfer-Encoding: gzip, chunked\r\n",
                                "Transfer-Encoding: chunked, identity\r\n",
                                "Transfer-Encoding: \"chunked\"\r\n",
                                "Transfer-Encoding:\x0b"
                                "chunked\r\n",
                                "Transfer-Encoding : chunked\r\n",
                                " Transfer-Encoding: chunked\r\n",
                                "Transfer-Encoding\r\n: chunked\r\n",
                                "X: a\r\n Transfer-Encoding: chunked\r\n",
                                "X: a\r\n\tb\r\n",
                                "X:\r\n b\r\n",
                                "X: a\nTransfer-Encoding: chunked\r\n",
                                "X: a\rb\r\n",
                                std::string("X: a\0b\r\n", 8),
                                "Host: b\r\n",
                                "X\xc3\xa9: a\r\n",
                                ": empty\r\n"}) {
    const int status = refused(post + head + "\r\n0\r\n\r\n");
    EXPECT_TRUE(status == 400 || status == 501) << status << " for " << head;
  }
  EXPECT_EQ(refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), 400);
}

TEST(RequestReader, RefusesChunksThatAreNotWellFormed) {
  const std::string post = "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string chunks :
       {"3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "\r\n",
        "g\r\n\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n", "3\r\nabcX\r\n0\r\n\r\n"})
    EXPECT_NE(refused(post + chunks), 0) << chunks;
  EXPECT_EQ(refused(post + "3;" + std::string(300, 'x') + "\r\nabc\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(refused(post + "3e9\r\n"), 413) << "1001 bytes where 1000 are allowed";
}

TEST(RequestReader, KeepsItsLimitsAlsoWhenBytesDrip) {
  std::string many = "GET / HTTP/1.1\r\n" + kHost, wide = many;
  for (int i = 0; i < 64; ++i) many += "X: 1\r\n";
  for (int i = 0; i < 40; ++i) wide += "X: " + std::string(1000, 'x') + "\r\n";
  const std::string endless_line = "GET /" + std::string(40'000, 'a'),
                    endless_header = "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'a');
  for (const int piece : {1, 7, 100'000}) {
    EXPECT_EQ(read_all(many + "\r\n", {piece}).refused, 431);
    EXPECT_EQ(read_all(wide + "\r\n", {piece}).refused, 431);
    EXPECT_EQ(read_all(endless_line, {piece}).refused, 414);
    EXPECT_EQ(read_all(endless_header, {piece}).refused, 431);
  }
  EXPECT_EQ(refused("GET /" + std::string(8'192, 'a') + " HTTP/1.1\r\n" + kHost + "\r\n"), 414);
}

TEST(RequestReader, SaysWhichVersionsItSpeaks) {
  EXPECT_EQ(refused("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(refused("hello\r\n\r\n"), 400);
}

TEST(RequestReader, NeverCrashesOnNoise) {
  const std::string letters =
      std::string("\r\n\r\n :;,=/0123456789abcdefGETPOSTHTTP/1.1 chunked Content-Length\t\xff") + '\0';
  rc::check([&] {
    const auto noise = *rc::gen::container<std::string>(rc::gen::elementOf(letters));
    read_all("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + noise, {3});
    read_all(noise, {5});
  });
}
