// What comes over the wire, good and bad.
#include <zlib.h>

#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;

namespace {

std::string unzipped(const std::string& packed) {
  std::string plain(1 << 20, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = uInt(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = uInt(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

}  // namespace

TEST_F(Serve, AnswersOneRequestAfterAnotherOnOneConnection) {
  auto web = client();
  for (int i = 0; i < 3; ++i) {
    const auto reply = web.get("/v1/echo?a=1&b=%E6%BC%8F%E6%B0%B4&c");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.json().at("query"), boost::json::value({"a=1", "b=漏水", "c="}));
  }
  EXPECT_EQ(web.post("/v1/echo", "{}").json().at("body"), "{}");
  EXPECT_EQ(metric("http_connections_total"), 1);
}

TEST_F(Serve, AnswersPipelinedRequestsInTheirOrder) {
  auto web = client();
  std::string all;
  for (int i = 0; i < 200; ++i) all += "GET /v1/things/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  web.say(all);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(web.reply().json().at("params"), boost::json::value({std::to_string(i)}));
}

TEST_F(Serve, UnderstandsARequestThatComesByteByByte) {
  auto web = client();
  const std::string text =
      "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (const char c : text) web.say({&c, 1});
  EXPECT_EQ(web.reply().json().at("body"), "abcde");
  EXPECT_EQ(web.get("/v1/echo").status, 200);
}

TEST_F(Serve, AnswersHeadWithoutABody) {
  auto web = client();
  const auto head = web.request("HEAD", "/v1/things/7");
  EXPECT_EQ(head.status, 200);
  EXPECT_GT(std::stoi(head.header("content-length")), 10);
  EXPECT_EQ(web.get("/v1/things/8").status, 200) << "nothing of a body is left on the connection";
}

TEST_F(Serve, SaysContinueBeforeTheBodyIsSent) {
  auto web = client();
  web.say("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(web.reply().status, 100);
  web.say("{}");
  EXPECT_EQ(web.reply().json().at("body"), "{}");
  EXPECT_TRUE(answer_to("GET /v1/echo HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n").starts_with("HTTP/1.1 417"));
}

TEST_F(Serve, ABadRequestGetsAProblemAndTheConnectionCloses) {
  std::atomic<int> reached{0};
  add(Method::get, "/v1/smuggled", [&](const Request&) {
    ++reached;
    return Answer(Response{});
  });
  const std::string hidden = "GET /v1/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string head :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: xchunked\r\n", "X: a\r\n b\r\n", "Transfer-Encoding : chunked\r\n"}) {
    const std::string answer = answer_to("POST /v1/echo HTTP/1.1\r\nHost: a\r\n" + head + "\r\n0\r\n\r\n" + hidden);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 501")) << answer;
    EXPECT_NE(answer.find("application/problem+json"), answer.npos) << answer;
    EXPECT_NE(answer.find("Connection: close"), answer.npos) << answer;
    EXPECT_NE(answer.find("request_id"), answer.npos) << answer;
  }
  EXPECT_EQ(reached, 0);
}

TEST_F(Serve, KeepsItsLimits) {
  add({.method = Method::post,
       .path = "/v1/small",
       .handler = [](const Request& r) { return Answer(seen(r)); },
       .max_body = 10});
  std::string many = "GET /v1/echo HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 70; ++i) many += "X: 1\r\n";
  EXPECT_TRUE(answer_to(many + "\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(
      answer_to("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 414"));

  auto web = client();
  web.say("POST /v1/small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
  const auto reply = web.reply();
  EXPECT_EQ(reply.status, 413) << "before any byte of the body";
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(web.is_closed_by_server());
  EXPECT_TRUE(
      answer_to("POST /v1/small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n6\r\nabcdef\r\n")
          .starts_with("HTTP/1.1 413"));
  EXPECT_EQ(client().post("/v1/small", "0123456789").status, 200);
}

TEST_F(Serve, ARefusedLongBodyStillLetsTheAnswerThrough) {
  add({.method = Method::post,
       .path = "/v1/small",
       .handler = [](const Request& r) { return Answer(seen(r)); },
       .max_body = 10});
  EXPECT_EQ(client().post("/v1/small", std::string(3 << 20, 'x')).status, 413);
}

TEST_F(Serve, RefusesAddressesThatCannotBeRead) {
  auto web = client();
  for (const char* path :
       {"/v1/echo?a=%zz", "/v1/echo?a=%ff", "/v1/%e6%bc", "/v1/%00", "/v1/a%2Fb", "/v1/echo?a=%", "/%0d%0a"}) {
    const auto reply = web.get(path);
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_EQ(code_of(reply), "bad_request");
  }
  EXPECT_EQ(web.get("http://elsewhere/v1/echo").status, 200) << "absolute form";
  EXPECT_EQ(web.request("BREW", "/v1/echo").status, 501);
}

TEST_F(Serve, KnowsWhatIsNotThereAndWhatIsNotAllowed) {
  add(Method::get, "/{*}", [](const Request& request) { return Answer(seen(request)); });
  add(Method::del, "/v1/things/{id}", [](const Request&) { return Answer(Response{.status = 204}); });
  auto web = client();
  EXPECT_EQ(web.post("/v1/nowhere", "{}").status, 404);
  const auto reply = web.post("/v1/things/5", "");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.header("allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(web.request("OPTIONS", "/v1/things/5").header("allow"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(web.get("/some/page").json().at("params"), boost::json::value({"some/page"}));
  EXPECT_EQ(web.del("/v1/things/5").status, 204);
}

TEST_F(Serve, AnOlderClientIsAnsweredAndLetGo) {
  const std::string answer = answer_to("GET /v1/echo HTTP/1.0\r\n\r\nGET /v1/echo HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200"));
  EXPECT_NE(answer.find("Connection: close"), answer.npos);
  EXPECT_EQ(answer.find("HTTP/1.1", 10), answer.npos) << "one answer only";
}

TEST_F(Serve, ProtectsEveryAnswer) {
  add(Method::get, "/page",
      [](const Request&) { return Answer(Response{.type = "text/html; charset=utf-8", .body = "<p>"}); });
  add(Method::get, "/v1/cached", [](const Request&) {
    return Answer(
        Response{.body = "{}", .headers = {{"Cache-Control", "max-age=60"}, {"X-Note", "a\r\nSet-Cookie: evil=1"}}});
  });
  auto web = client();
  for (const char* path : {"/v1/echo", "/page", "/nowhere"}) {
    const auto reply = web.get(path);
    EXPECT_EQ(reply.header("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(reply.header("x-frame-options"), "SAMEORIGIN") << path;
    EXPECT_EQ(reply.header("referrer-policy"), "same-origin") << path;
    EXPECT_EQ(reply.header("strict-transport-security"), "") << "not without TLS";
  }
  EXPECT_EQ(web.get("/v1/echo").header("cache-control"), "no-store");
  EXPECT_EQ(web.get("/v1/echo").header("content-disposition"), "attachment; filename=\"api.json\"");
  EXPECT_EQ(web.get("/page").header("content-disposition"), "");
  EXPECT_EQ(web.get("/page").header("content-security-policy"), kPagePolicy);
  EXPECT_EQ(web.get("/v1/cached").header("cache-control"), "max-age=60");
  EXPECT_EQ(web.get("/v1/cached").header("set-cookie"), "");
}

TEST_F(Serve, AnswersNotModifiedWhenTheClientHasIt) {
  add(Method::get, "/v1/versioned", [](const Request&) {
    return Answer(Response{.body = "{}", .headers = {{"etag", "\"7\""}}});
  });
  auto web = client();
  EXPECT_EQ(web.get("/v1/versioned", {{"if-none-match", "\"6\", W/\"7\""}}).status, 304);
  EXPECT_EQ(web.get("/v1/versioned", {{"if-none-match", "\"6\""}}).status, 200);
}

TEST_F(Serve, CompressesLongAnswersForWhoeverAsks) {
  const std::string body = "[\"" + std::string(5'000, 'a') + "\"]";
  add(Method::get, "/v1/long", [&](const Request&) { return Answer(Response{.body = body}); });
  auto web = client();
  const auto packed = web.get("/v1/long", {{"accept-encoding", "br, gzip;q=0.8"}});
  EXPECT_EQ(packed.header("content-encoding"), "gzip");
  EXPECT_EQ(packed.header("vary"), "accept-encoding");
  EXPECT_LT(packed.body.size(), 200u);
  EXPECT_EQ(unzipped(packed.body), body);
  EXPECT_EQ(web.get("/v1/long", {{"accept-encoding", "gzip;q=0"}}).body, body);
  EXPECT_EQ(web.get("/v1/long").body, body);
  EXPECT_EQ(web.get("/v1/echo", {{"accept-encoding", "gzip"}}).header("content-encoding"), "") << "not worth it";
}

TEST_F(Serve, SendsALongAnswerWhole) {
  std::string body;
  for (int i = 0; i < 500'000; ++i) body += std::to_string(i);
  add(Method::get, "/v1/long",
      [&](const Request&) { return Answer(Response{.type = "application/x-test", .body = body}); });
  auto web = client();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(web.get("/v1/long").body, body);
}

TEST_F(Serve, KnowsItsClientOnlyThroughProxiesThatItTrusts) {
  auto direct = client();
  const test::HttpHeaders forwarded{{"x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.1.2.3"},
                                    {"x-forwarded-proto", "https"}};
  EXPECT_EQ(direct.get("/v1/echo", forwarded).json().at("peer"), "127.0.0.1");
  EXPECT_EQ(direct.get("/v1/echo", forwarded).json().at("secure"), false);
}

TEST_F(Serve, BelievesATrustedProxyUpToTheFirstStranger) {
  options_.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
  auto web = client();
  const auto seen_by = [&](const std::string& forwarded) {
    return web.get("/v1/echo", {{"x-forwarded-for", forwarded}, {"x-forwarded-proto", "https"}}).json();
  };
  EXPECT_EQ(seen_by("6.6.6.6, 203.0.113.9, 10.1.2.3").at("peer"), "203.0.113.9");
  EXPECT_EQ(seen_by("[2001:db8::1]:443").at("peer"), "2001:db8::1");
  EXPECT_EQ(seen_by("nonsense").at("peer"), "127.0.0.1");
  EXPECT_EQ(seen_by("").at("secure"), true);
  EXPECT_EQ(web.get("/metrics", {{"x-forwarded-for", "8.8.8.8"}}).status, 403);
  EXPECT_EQ(web.get("/metrics").status, 200);
}

TEST_F(Serve, TellsBrowsersToStayWithHttpsAndOfSubdomainsWhereAsked) {
  // Behind a proxy that is trusted it says whether the client came by https.
  const auto told = [&](const std::string& protocol, bool subdomains = false) {
    server_.reset();
    router_ = Router();
    options_.hsts_subdomains = subdomains;
    return client().get("/nowhere", {{"x-forwarded-proto", protocol}}).header("strict-transport-security");
  };
  EXPECT_EQ(told("https"), "") << "a stranger cannot say so";
  options_.trusted_proxies = {"127.0.0.1"};
  EXPECT_EQ(told("https"), "max-age=31536000");
  EXPECT_EQ(told("https", true), "max-age=31536000; includeSubDomains");
  EXPECT_EQ(told("http", true), "");
}

TEST_F(Serve, ReadsCookies) {
  add(Method::get, "/v1/cookie", [](const Request& request) {
    return Answer(
        Response{.body = request.cookie("session").value_or("none") + "|" + request.cookie("other").value_or("none")});
  });
  auto web = client();
  EXPECT_EQ(web.get("/v1/cookie", {{"cookie", "x=1; session=\"abc\"; xsession=2"}}).body, "abc|none");
  EXPECT_EQ(web.get("/v1/cookie", {{"cookie", "a=session=1"}, {"cookie", "other=a=b"}}).body, "none|a=b");
}

TEST_F(Serve, SpeaksTheReadersLanguage) {
  auto web = client();
  const auto language = [&](const std::string& header) {
    return std::string(web.get("/v1/echo", {{"accept-language", header}}).json().at("language").as_string());
  };
  EXPECT_EQ(language("en-GB,en;q=0.9,zh;q=0.8"), "en");
  EXPECT_EQ(language("fr,zh-CN;q=0.5,en;q=0.4"), "zh");
  EXPECT_EQ(language("fr"), "zh");
  EXPECT_EQ(web.get("/nowhere", {{"accept-language", "en"}}).json().at("title"), "Not found");
  EXPECT_EQ(web.get("/nowhere").json().at("title"), "未找到");
}

TEST_F(Serve, GivesEveryRequestAnIdThatCanBeFoundAgain) {
  auto web = client();
  EXPECT_EQ(web.get("/v1/echo", {{"x-request-id", "abc-1.2_Z"}}).header("x-request-id"), "abc-1.2_Z");
  const std::string made = web.get("/v1/echo", {{"x-request-id", "no spaces\""}}).header("x-request-id");
  EXPECT_EQ(made.size(), 13u);
  EXPECT_NE(web.get("/v1/echo").header("x-request-id"), made);
  server_.reset();
  EXPECT_NE(log_.text().find("\"request_id\":\"" + made + "\""), std::string::npos);
}

TEST_F(Serve, TheLogNeverTellsSecrets) {
  add(Method::post, "/v1/feeds/{token}/{id}", [](const Request&) { return Answer(Response{}); });
  auto web = client();
  web.post("/v1/feeds/geheim1/77?access_token=geheim2&q=geheim3&limit=25", "geheim4",
           {{"authorization", "Bearer geheim5"}});
  web.post("/v1/feeds/geheim1/77?bad=%zz", "x");
  server_.reset();
  const std::string log = log_.text();
  EXPECT_EQ(log.find("geheim"), log.npos) << log;
  EXPECT_NE(
      log.find(R"("route":"/v1/feeds/{token}/{id}","path":"/v1/feeds/…/77","query":"access_token=…&q=…&limit=25")"),
      log.npos)
      << log;
}
