// Connections in time: slow clients, many clients, the end of the server; and TLS.
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>

#include <future>

#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;
using namespace std::chrono_literals;

TEST_F(Serve, AClientThatNeverFinishesItsRequestIsToldSo) {
  auto in_head = client(), in_body = client(), silent = client();
  const std::string half_head = "GET /v1/echo HTTP/1.1\r\n",
                    half_body = "POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345";
  in_head.say(half_head);
  in_body.say(half_body);
  silent.connect();
  const auto said = std::int64_t(half_head.size() + half_body.size());
  ASSERT_TRUE(soon([&] { return metric("http_received_bytes_total") == said && metric("http_connections") == 3; }));
  pass(11s);
  EXPECT_EQ(code_of(in_head.reply()), "timeout");
  EXPECT_TRUE(in_head.is_closed_by_server());
  EXPECT_TRUE(silent.is_closed_by_server());
  pass(50s);
  EXPECT_EQ(in_body.reply().status, 408);
}

TEST_F(Serve, AnIdleConnectionIsClosedAndABusyOneIsNot) {
  auto idle = client(), busy = client();
  EXPECT_EQ(idle.get("/v1/echo").status, 200);
  EXPECT_EQ(busy.get("/v1/echo").status, 200);
  pass(40s);
  EXPECT_EQ(busy.get("/v1/echo").status, 200);
  pass(40s);
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_EQ(busy.get("/v1/echo").status, 200);
  EXPECT_EQ(metric("http_connections_reaped_total"), 1);
}

TEST_F(Serve, AClientThatDoesNotReadItsAnswerIsLetGo) {
  const std::string body(20 << 20, 'x');
  add(Method::get, "/v1/long",
      [&](const Request&) { return Answer(Response{.type = "application/x-test", .body = body}); });
  auto web = client();
  web.say("GET /v1/long HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(soon([&] { return metric("http_sent_bytes_total") > 10'000; }));
  pass(61s);
  EXPECT_TRUE(soon([&] { return metric("http_connections") == 0; }));
}

TEST_F(Serve, BeyondTheLimitAConnectionIsToldThatThereIsNoRoom) {
  options_.max_connections = 2;
  auto first = client(), second = client(), third = client();
  EXPECT_EQ(first.get("/v1/echo").status, 200);
  EXPECT_EQ(second.get("/v1/echo").status, 200);
  EXPECT_EQ(third.get("/v1/echo").status, 503);
  EXPECT_TRUE(third.is_closed_by_server());
  third.close();
  first.close();
  ASSERT_TRUE(soon([&] { return metric("http_connections") == 1; }));
  EXPECT_EQ(third.get("/v1/echo").status, 200);
}

TEST_F(Serve, ThousandsOfIdleConnectionsDoNotHinderOthers) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < 4500) GTEST_SKIP() << "too few file descriptors on this machine";
  std::vector<test::HttpClient> idle;
  for (int i = 0; i < 2000; ++i) {
    idle.push_back(client());
    idle.back().connect();
  }
  auto web = client();
  for (int i = 0; i < 200; ++i) ASSERT_EQ(web.get("/v1/things/1").status, 200);
  ASSERT_TRUE(soon([&] { return metric("http_connections") == 2001; }));
  EXPECT_EQ(idle.front().get("/v1/echo").status, 200);
  EXPECT_EQ(idle.back().get("/v1/echo").status, 200);
  pass(11s);
  EXPECT_TRUE(soon([&] { return metric("http_connections") == 3; })) << "the silent ones were let go";
}

TEST_F(Serve, AStoppedServerAnswersWhatItHasBegunAndNothingElse) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> begun{false};
  add(Method::get, "/v1/slow", [&, released](const Request&) {
    return Answer::work([&, released] {
      begun = true;
      released.wait();
      return Response{.body = "done"};
    });
  });
  options_.stop_timeout = 60s;
  auto busy = client(), idle = client();
  EXPECT_EQ(idle.get("/v1/echo").status, 200);
  busy.say("GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(soon([&] { return begun.load(); }));
  server_->stop();
  EXPECT_TRUE(idle.is_closed_by_server());
  test::HttpClient late(server_->port());
  EXPECT_THROW(
      {
        late.connect();
        late.say("GET /v1/echo HTTP/1.1\r\nHost: a\r\n\r\n");
        late.reply();
      },
      std::runtime_error);
  release.set_value();
  const auto reply = busy.reply();
  EXPECT_EQ(reply.body, "done");
  EXPECT_EQ(reply.header("connection"), "close");
  server_->join();
}

TEST_F(Serve, AStoppedServerDoesNotWaitForeverForStragglers) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> begun{false};
  add(Method::get, "/v1/slow", [&, released](const Request&) {
    return Answer::work([&, released] {
      begun = true;
      released.wait();
      return Response{};
    });
  });
  options_.stop_timeout = 1ms;
  auto busy = client();
  busy.say("GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(soon([&] { return begun.load(); }));
  server_->stop();
  server_->join();
  EXPECT_TRUE(busy.is_closed_by_server());
  release.set_value();
}

TEST_F(Serve, ATakenPortIsExplained) {
  client();
  ServerOptions same{.port = server_->port()};
  Server second(same, Router(), *store_);
  try {
    second.start();
    FAIL() << "the port is taken";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::unavailable);
    EXPECT_NE(fault.say().en.find(std::to_string(server_->port())), std::string::npos);
  }
}

namespace {

struct FreeOpenssl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};

void make_certificate(const std::string& certificate_file, const std::string& key_file) {
  const std::unique_ptr<EVP_PKEY, FreeOpenssl> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, FreeOpenssl> certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<std::FILE, FreeOpenssl> to(std::fopen(certificate_file.c_str(), "w"));
  PEM_write_X509(to.get(), certificate.get());
  const std::unique_ptr<std::FILE, FreeOpenssl> key_to(std::fopen(key_file.c_str(), "w"));
  PEM_write_PrivateKey(key_to.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace

TEST_F(Serve, SpeaksTlsWithTheSameBehaviour) {
  options_.certificate = folder_ / "certificate.pem";
  options_.private_key = folder_ / "key.pem";
  make_certificate(options_.certificate, options_.private_key);
  std::string body;
  for (int i = 0; i < 500'000; ++i) body += std::to_string(i);
  add(Method::get, "/v1/long",
      [&](const Request&) { return Answer(Response{.type = "application/x-test", .body = body}); });
  std::shared_ptr<EventStream> stream;
  add(Method::get, "/v1/events", [&](const Request&) {
    return Answer::stream([&](std::shared_ptr<EventStream> opened) {
      opened->send("1", "hello", "");
      stream = std::move(opened);
    });
  });
  auto web = client();
  const auto reply = web.get("/v1/echo");
  EXPECT_EQ(reply.json().at("secure"), true);
  EXPECT_EQ(reply.header("strict-transport-security"), "max-age=31536000");
  EXPECT_EQ(web.get("/v1/long").body, body);
  EXPECT_EQ(web.post("/v1/echo", std::string(200'000, 'y')).json().at("body").as_string().size(), 200'000u);
  auto events = client();
  EXPECT_EQ(events.open_stream("/v1/events").status, 200);
  EXPECT_EQ(events.next_event().event, "hello");
  EXPECT_THROW(test::HttpClient(server_->port()).get("/v1/echo"), std::runtime_error) << "plain bytes get no answer";
}

TEST_F(Serve, AWrongCertificateIsExplained) {
  ServerOptions options{.port = 0};
  options.certificate = folder_ / "nothing.pem";
  EXPECT_THROW(Server(options, Router(), *store_), Fault);
}
