// What handlers may answer, and what becomes of faults.
#include <future>

#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;

namespace {

constexpr store::Sql kMake{"make_notes", "CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT NOT NULL)"};
constexpr store::Sql kInsert{"insert_note", "INSERT INTO notes (id, text) VALUES ($1, $2)"};
constexpr store::Sql kCount{"count_notes", "SELECT count(*) FROM notes"};

}  // namespace

TEST_F(Serve, AChangeIsAnsweredWhenItIsDurableAndARefusedOneLeavesNoTrace) {
  store_->write([](store::Tx& tx) { tx.run(kMake); });
  std::atomic<int> next{0};
  add(Method::post, "/v1/notes", [&](const Request& request) {
    return Answer::write([&next, &request](store::Tx& tx) {
      tx.run(kInsert, ++next, request.body);
      if (request.body == "refuse") throw Fault(Code::conflict, words("已经有了", "there is one already"));
      if (request.body == "break") throw std::runtime_error("secret detail");
      return Response{.status = 201, .body = "{}"};
    });
  });
  auto web = client();
  EXPECT_EQ(web.post("/v1/notes", "one").status, 201);
  EXPECT_EQ(code_of(web.post("/v1/notes", "refuse")), "conflict");
  const auto broken = web.post("/v1/notes", "break");
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(broken.body.find("secret detail"), std::string::npos);
  EXPECT_EQ(store_->read([](store::Tx& tx) { return tx.one<std::int64_t>(kCount); }), 1);
  EXPECT_EQ(metric("http_writes_total"), 3);
  EXPECT_EQ(metric("http_writes_failed_total"), 2);
  EXPECT_NE(log_.text().find("secret detail"), std::string::npos);
}

TEST_F(Serve, AServerThatEndsWaitsForTheChangesItHandedToTheStore) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> begun{false};
  add(Method::post, "/v1/slow", [&, released](const Request&) {
    return Answer::write([&, released](store::Tx&) {
      begun = true;
      released.wait();
      return Response{};
    });
  });
  options_.stop_timeout = milliseconds{1};
  auto web = client();
  web.say("POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(soon([&] { return begun.load(); }));
  server_->stop();
  server_->join();
  EXPECT_TRUE(web.is_closed_by_server()) << "its connection was cancelled";
  std::thread later([&] { release.set_value(); });
  server_.reset();
  later.join();
}

TEST_F(Serve, AFaultBecomesAProblemWithEveryComplaint) {
  add(Method::post, "/v1/form", [](const Request&) -> Answer {
    throw Fault(Code::invalid, words("有 {} 处需要修改", "{} places need a change", 2),
                {{"/title", "required", words("请填写标题", "please give a title")},
                 {"/phone", "format", words("应为 11 位", "eleven digits, please")}});
  });
  auto web = client();
  const auto reply = web.post("/v1/form", "{}", {{"accept-language", "en"}, {"x-request-id", "r1"}});
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.header("content-type"), "application/problem+json; charset=utf-8");
  EXPECT_EQ(reply.header("content-language"), "en");
  EXPECT_EQ(reply.json(),
            boost::json::parse(R"({"type":"/problems/invalid","title":"Something is wrong in it","status":422,
      "code":"invalid","detail":"2 places need a change","errors":[
        {"at":"/title","code":"required","detail":"please give a title"},
        {"at":"/phone","code":"format","detail":"eleven digits, please"}],"request_id":"r1"})"));
}

// A rule without an end is the pack's mistake: the one who asked hears that, and where it stands only the log.
TEST_F(Serve, ARuleThatFailsIsNoMistakeOfTheServerAndShowsNoFile) {
  add(Method::get, "/v1/rule", [](const Request&) -> Answer {  // as pack/lua.cpp throws it
    throw Fault(Code::internal, words("一条规则没能算出结果", "a rule of the pack failed"),
                {{"/srv/packs/p/rules/t.lua:1", "limit", words("规则的步数太多", "the rule took too many steps")}})
        .log("/srv/packs/p/rules/t.lua:1: the rule took too many steps");
  });
  auto web = client();
  const auto reply = web.get("/v1/rule");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(code_of(reply), "rule_failed");
  EXPECT_EQ(reply.body.find("t.lua"), std::string::npos) << reply.body;
  EXPECT_EQ(reply.body.find("took too many"), std::string::npos) << reply.body;
  EXPECT_NE(log_.text().find("/srv/packs/p/rules/t.lua:1"), std::string::npos) << log_.text();
}

TEST_F(Serve, SomeProblemsSayWhatToDoNext) {
  const auto throwing = [](Code code) {
    return [code](const Request&) -> Answer { throw Fault(code, words("不", "no")); };
  };
  add(Method::get, "/v1/who", throwing(Code::unauthorized));
  add(Method::get, "/v1/slow", throwing(Code::too_many));
  add(Method::get, "/v1/down", throwing(Code::unavailable));
  auto web = client();
  EXPECT_EQ(web.get("/v1/who").header("www-authenticate"), "Bearer realm=\"tongxin\"");
  EXPECT_FALSE(web.get("/v1/slow").header("retry-after").empty());
  EXPECT_FALSE(web.get("/v1/down").header("retry-after").empty());
}

TEST_F(Serve, SlowWorkRunsBesideTheLoopsAndItsQueueIsBounded) {
  options_.workers = 1;
  options_.max_queued_work = 1;
  options_.loops = 1;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  add(Method::get, "/v1/slow", [released](const Request&) {
    return Answer::work([released] {
      released.wait();
      return Response{.body = "done"};
    });
  });
  auto first = client(), second = client(), third = client();
  first.say("GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(soon([&] { return metric("http_work_queue") == 0 && metric("http_received_bytes_total") > 0; }));
  server_->tick();
  ASSERT_TRUE(soon([&] { return metric("http_work_queue") == 0; }));
  second.say("GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(soon([&] { return metric("http_work_queue") == 1; }));
  const auto refused = third.get("/v1/slow");
  EXPECT_EQ(refused.status, 503);
  EXPECT_FALSE(refused.header("retry-after").empty());
  EXPECT_EQ(third.get("/v1/echo").status, 200) << "the loop is free";
  release.set_value();
  EXPECT_EQ(first.reply().body, "done");
  EXPECT_EQ(second.reply().body, "done");
}

TEST_F(Serve, WithARemoteStoreHandlersMayBlockWithoutHoldingUpOthers) {
  options_.inline_handlers = false;
  options_.handler_threads = 2;
  options_.loops = 1;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  add(Method::get, "/v1/block", [released](const Request&) {
    released.wait();
    return Answer(Response{.body = "late"});
  });
  add({.method = Method::post,
       .path = "/v1/guarded",
       .handler = [](const Request& r) { return Answer(seen(r)); },
       .admit =
           [](const Request& request) {
             if (request.header("authorization").empty()) throw Fault(Code::unauthorized, words("请登录", "sign in"));
           }});
  auto blocked = client(), web = client();
  blocked.say("GET /v1/block HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(web.post("/v1/echo", "{}").json().at("body"), "{}");
  EXPECT_EQ(web.post("/v1/guarded", "{}", {{"authorization", "Bearer x"}}).json().at("body"), "{}");
  EXPECT_EQ(web.post("/v1/guarded", "{}").status, 401);
  EXPECT_EQ(web.get("/nowhere").status, 404);
  release.set_value();
  EXPECT_EQ(blocked.reply().body, "late");
}

TEST_F(Serve, WhoHasNoRightIsRefusedBeforeTheBodyIsRead) {
  add({.method = Method::post,
       .path = "/v1/guarded",
       .handler = [](const Request& r) { return Answer(seen(r)); },
       .admit =
           [](const Request& request) {
             if (request.header("authorization").empty()) throw Fault(Code::unauthorized, words("请登录", "sign in"));
           }});
  auto web = client();
  web.say("POST /v1/guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
  const auto reply = web.reply();
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_EQ(client().post("/v1/guarded", "{}", {{"authorization", "x"}}).status, 200);
}

TEST_F(Serve, TellsOperatorsHowItIs) {
  auto web = client();
  EXPECT_EQ(web.get("/healthz").status, 200);
  EXPECT_EQ(web.get("/readyz").json().at("status"), "ready");
  web.get("/v1/things/1");
  web.get("/nowhere");
  const std::string text = web.get("/metrics").body;
  for (const char* line : {"http_requests_total{method=\"GET\",route=\"/v1/things/{id}\",status=\"2xx\"} 1\n",
                           "http_requests_total{method=\"-\",route=\"-\",status=\"4xx\"} 1\n",
                           "http_request_duration_seconds_bucket{le=\"+Inf\"} 4\n", "http_connections 1\n"})
    EXPECT_NE(text.find(line), text.npos) << line << text;
}

TEST_F(Serve, AppendsWhatOthersCount) {
  options_.more_metrics = [] { return std::string("outbox_depth 3\n"); };
  EXPECT_TRUE(client().get("/metrics").body.ends_with("outbox_depth 3\n"));
}

TEST(Router, LiteralsWinOverParamsAndParamsOverTheRest) {
  Router router;
  const auto nothing = [](const Request&) { return Answer(Response{}); };
  for (const char* path : {"/v1/things/{id}", "/v1/things/new", "/v1/{kind}/new/more", "/{*}", "/"})
    router.add({.method = Method::get, .path = path, .handler = nothing});
  const auto found = [&](std::string_view path) {
    std::vector<std::string> params;
    std::string text = router.find(Method::get, path, params).path;
    for (const auto& param : params) text += " " + param;
    return text;
  };
  EXPECT_EQ(found("/v1/things/new"), "/v1/things/new");
  EXPECT_EQ(found("/v1/things/7"), "/v1/things/{id} 7");
  EXPECT_EQ(found("/v1/things/new/more"), "/v1/{kind}/new/more things");
  EXPECT_EQ(found("/v1/things/7/8"), "/{*} v1/things/7/8");
  EXPECT_EQ(found("/v1/things/"), "/{*} v1/things/") << "an empty part is no param";
  EXPECT_EQ(found("/"), "/");
  EXPECT_THROW(router.add({.method = Method::get, .path = "/", .handler = nothing}), std::logic_error);
}
