// From a change of a record to what arrives at the far end: webhooks, robots, texts and mails, over real connections.
#include "serve/outgoing.hpp"

#include <gmock/gmock.h>

#include "people/outside.hpp"
#include "people/totp.hpp"
#include "send/choices.hpp"
#include "send/settings.hpp"
#include "serve/openapi.hpp"
#include "serve/town.hpp"
#include "support/peer.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_at(const json::value& value, const char* pointer) {
  boost::system::error_code error;
  const json::value* found = value.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "(none)";
}

class OutgoingTest : public Town {
 protected:
  void SetUp() override {
    TONGXIN_NEEDS_PEERS();
    Town::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    app->options.demo = false;
    outgoing = std::make_unique<OutgoingMessages>(
        *app, fetch::Reach{.anywhere = false, .also = {fetch::parse_network("127.0.0.1")}},
        Log([this](std::string_view lines) { log.take(lines); }));
    sink.emplace(test::Peer::node("sink.mjs"));
  }
  void TearDown() override {
    server.reset();
    outgoing.reset();
    Town::TearDown();
  }
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_outgoing_routes(*outgoing, router);
  }
  Visitor at_desk(const std::string& person) {
    Visitor who = visitor();
    const auto session = store->write([&](store::Tx& tx) {
      auto opened = people::open_session(tx, kRealm, ids, names.people.at(person), {}, "test", {}, clock.now());
      people::mark_outside_session(tx, vault, kRealm, opened.session, true,
                                   "");  // as a provider does that asks for a code
      return opened;
    });
    who.cookies[kSessionCookie] = session.cookie;
    who.csrf = session.csrf;
    return who;
  }
  // Letters of the channel that wait to be delivered.
  std::int64_t mails() {
    static constexpr store::Sql kWaiting{"test_mails",
                                         "SELECT count(*) FROM outbox WHERE realm_id=$1 AND channel='mail'"};
    return store->read([](store::Tx& tx) { return tx.one<std::int64_t>(kWaiting, kRealm).value_or(0); });
  }
  json::object raise(const std::string& area = "B0101") {
    Visitor nobody = visitor();
    const auto reply = nobody.post("/v1/records", {{"kind", "issue"},
                                                   {"category", "garbage"},
                                                   {"place", {{"area", id(area)}}},
                                                   {"form", {{"description", "楼道垃圾三天没人清"}}}});
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.json().as_object();
  }
  json::object subscribe(Visitor& who, json::object more) {
    json::object body{{"name", "测试"}, {"format", "webhook"}, {"url", "http://" + sink->host() + "/hook"}};
    for (auto& [name, value] : more) body[name] = value;
    const auto reply = who.post("/v1/subscriptions", body);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.json().as_object();
  }
  int send_all() { return outgoing->worker().run_once(); }

  std::unique_ptr<OutgoingMessages> outgoing;
  std::optional<test::Peer> sink;
};
INSTANTIATE_TEST_SUITE_P(Engines, OutgoingTest, test::kEngines, test::engine_name);

TEST_P(OutgoingTest, AWebhookHearsOfWhatItsOwnerMaySeeAndNothingElse) {
  Visitor chen = at_desk("chen");
  const auto made = subscribe(chen, {{"kinds", {"issue"}}, {"actions", {"create", "handle"}}});
  EXPECT_THAT(text_at(made, "/secret"), HasSubstr("whsec_"));
  const auto listed = chen.get("/v1/subscriptions");
  EXPECT_THAT(listed.body, Not(HasSubstr("whsec_"))) << "the secret is shown once";
  EXPECT_THAT(listed.body, Not(HasSubstr("/hook"))) << "and the url, which may hold a key, never";

  const auto record = raise();
  raise("B0301");  // another community: chen may not see it
  const std::string at = "/v1/records/" + text_at(record, "/id");
  ASSERT_EQ(chen.post(at + "/actions/handle", {{"version", 1}}).status, 200);
  EXPECT_EQ(send_all(), 2);
  for (const char* action : {"create", "handle"}) {
    const auto got = sink->next();
    const auto body = json::parse(text_at(got, "/body"));
    EXPECT_EQ(text_at(body, "/data/action"), action);
    EXPECT_EQ(text_at(body, "/data/number"), text_at(record, "/number"));
    EXPECT_EQ(text_at(body, "/data/record"), text_at(record, "/id"));
    EXPECT_THAT(text_at(got, "/headers/webhook-signature"), HasSubstr("v1,"));
  }
  EXPECT_TRUE(sink->is_silent());
  EXPECT_EQ(chen.get("/v1/subscriptions").json().at("items").at(0).at("sent").as_int64(), 2);
}

TEST_P(OutgoingTest, WhatIsRedactedBeforeItIsSentIsNotSent) {
  Visitor chen = at_desk("chen");
  subscribe(chen, {{"kinds", {"issue"}}, {"actions", {"create"}}});
  const auto record = raise();
  ASSERT_EQ(text_at(record, "/title"), "楼道垃圾三天没人清");
  const auto done = chen.post("/v1/records/" + text_at(record, "/id") + "/redact",
                              {{"events", json::array{1}}, {"reason", "含他人姓名"}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(send_all(), 1);
  const auto body = json::parse(text_at(sink->next(), "/body"));
  EXPECT_EQ(text_at(body, "/data/title"), text_at(record, "/number") + "：内容已隐去");
  EXPECT_EQ(text_at(body, "/data/action"), "create");
}

TEST_P(OutgoingTest, AreaPauseAndRemovalAreKept) {
  Visitor chen = at_desk("chen");
  const std::string at = "/v1/subscriptions/" + text_at(subscribe(chen, {{"area", id("B0102")}}), "/id");
  raise("B0101");
  EXPECT_EQ(send_all(), 0) << "another building";
  ASSERT_EQ(chen.send("PATCH", at, R"({"area":"","active":false})").status, 200);
  raise("B0101");
  EXPECT_EQ(send_all(), 0) << "paused";
  ASSERT_EQ(chen.send("PATCH", at, R"({"active":true})").status, 200);
  raise("B0101");
  ASSERT_EQ(chen.del(at).status, 204);
  EXPECT_EQ(send_all(), 0) << "its letters went with it";
  EXPECT_EQ(chen.get("/v1/outbox").status, 403) << "the outbox is the administrator's";
  EXPECT_EQ(at_desk("zhou").del(at).status, 404);
}

TEST_P(OutgoingTest, WhatWasLostIsLookedAtAndSentAgain) {
  Visitor chen = at_desk("chen"), tan = at_desk("tan");
  const auto made = subscribe(chen, {{"url", "http://" + sink->host() + "/status/410"}});
  raise();
  send_all();
  sink->next();
  const auto list = tan.get("/v1/outbox/dead");
  ASSERT_EQ(list.status, 200) << list.body;
  ASSERT_EQ(list.json().at("items").as_array().size(), 1u);
  const auto letter = list.json().at("items").at(0);
  EXPECT_EQ(text_at(letter, "/target"), "测试 (" + sink->host() + ")");
  EXPECT_EQ(text_at(letter, "/why/en"), "the other side answered HTTP 410");
  const std::string at = "/v1/outbox/dead/" + text_at(letter, "/id");
  EXPECT_THAT(text_at(tan.get(at).json(), "/body"), HasSubstr("record.changed"));
  EXPECT_EQ(chen.get(at).status, 403);
  EXPECT_THAT(tan.get("/v1/outbox").body, HasSubstr("HTTP 410"));

  ASSERT_EQ(chen.send("PATCH", "/v1/subscriptions/" + text_at(made, "/id"),
                      R"({"url":"http://)" + sink->host() + R"(/good"})")
                .status,
            200);
  EXPECT_EQ(tan.post(at + "/again", nullptr).status, 204);
  EXPECT_EQ(tan.post(at + "/again", nullptr).status, 404) << "somebody was first";
  EXPECT_EQ(send_all(), 1);
  EXPECT_EQ(text_at(sink->next(), "/url"), "/good");
  EXPECT_TRUE(tan.get("/v1/outbox/dead").json().at("items").as_array().empty());
}

TEST_P(OutgoingTest, AnOwnerWhoLostTheirPostHearsNoMore) {
  Visitor chen = at_desk("chen");
  subscribe(chen, {});
  raise();
  store->write([&](store::Tx& tx) {
    for (const auto& post : people::posts_of(tx, kRealm, names.people.at("chen")))
      people::end_post(tx, doing(), post.id, day_of(clock.now()));
  });
  send_all();
  EXPECT_TRUE(sink->is_silent()) << "asked again when it is delivered";
  raise();
  EXPECT_EQ(send_all(), 0);
}

TEST_P(OutgoingTest, ARobotOfAGroupIsToldNoTitle) {
  Visitor chen = at_desk("chen");
  subscribe(chen, {{"format", "wecom"}, {"url", "http://" + sink->host() + "/json/%7B%22errcode%22:0%7D"}});
  const auto record = raise();
  EXPECT_EQ(send_all(), 1);
  const std::string body = text_at(sink->next(), "/body");
  EXPECT_THAT(body, HasSubstr(text_at(record, "/number")));
  EXPECT_THAT(body, Not(HasSubstr("楼道垃圾三天没人清")));
}

TEST_P(OutgoingTest, ACodeToSignInGoesThroughTheGatewayAndIsSeenByNobody) {
  Visitor tan = at_desk("tan"), nobody = visitor();
  EXPECT_EQ(nobody.post("/v1/session/phone", {{"phone", "13800138000"}}).status, 503) << "no gateway yet";
  const json::object gateway{{"url", "http://" + sink->host() + "/json/%7B%22code%22:0%7D"},
                             {"body", R"({"to":"{phone}","text":"{text}"})"},
                             {"headers", {{{"name", "x-api-key"}, {"value", "geheim"}}}},
                             {"answer_at", "/code"},
                             {"answer_value", "0"}};
  EXPECT_EQ(at_desk("chen").send("PUT", "/v1/outbox/channels/sms", json::serialize(gateway)).status, 403);
  ASSERT_EQ(tan.send("PUT", "/v1/outbox/channels/sms", json::serialize(gateway)).status, 204);
  ASSERT_EQ(nobody.post("/v1/session/phone", {{"phone", "13800138000"}}).status, 200);
  EXPECT_EQ(send_all(), 1);
  const auto body = json::parse(text_at(sink->next(), "/body"));
  EXPECT_EQ(text_at(body, "/to"), "13800138000");
  std::string code;
  for (const char c : text_at(body, "/text"))
    if (c >= '0' && c <= '9') code += c;
  EXPECT_EQ(nobody.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", code.substr(0, 6)}}).status,
            200);
  EXPECT_THAT(log.text(), Not(HasSubstr("geheim")));
  EXPECT_THAT(log.text(), Not(HasSubstr("13800138000")));
  EXPECT_THAT(tan.get("/v1/outbox").body, Not(HasSubstr("geheim"))) << "what was set up is not given out again";
}

TEST_P(OutgoingTest, AStormBecomesADigestAndNightsAreQuiet) {
  store->write([&](store::Tx& tx) {
    send::SmsGateway gateway;
    gateway.url = "http://" + sink->host() + "/sms";
    gateway.body = R"({"to":"{phone}","text":"{text}"})";
    send::save(tx, vault, kRealm, gateway, clock.now());
    people::set_private(tx, vault, people::Doing{kRealm, {}, clock.now(), ids, "test", {}}, names.people.at("chen"),
                        people::PrivateField::phone, "13900139000");
  });
  Visitor chen = at_desk("chen");
  const auto choose = [&](const char* from, const char* until) {
    const auto reply =
        chen.send("PUT", "/v1/me/messages",
                  json::serialize(json::object{
                      {"way", "sms"}, {"quiet_from", from}, {"quiet_until", until}, {"digest_minutes", 10}}));
    EXPECT_EQ(reply.status, 200) << reply.body;
  };
  EXPECT_EQ(text_at(chen.get("/v1/me/messages").json(), "/way"), "app") << "nobody is texted who did not ask for it";
  choose("00:00", "00:00");
  const auto tell = [&](const std::string& text) {
    store->write([&](store::Tx& tx) {
      outgoing->put(tx, {.channel = "person", .target = to_text(names.people.at("chen")), .body = text, .about = "x"});
    });
  };
  tell("第一条");
  EXPECT_EQ(send_all(), 1);
  EXPECT_EQ(text_at(json::parse(text_at(sink->next(), "/body")), "/text"), "第一条");
  for (const char* text : {"第二条", "第三条", "第四条"}) tell(text);
  EXPECT_EQ(send_all(), 0) << "not before ten minutes have passed";
  clock.advance(std::chrono::minutes{10});
  EXPECT_EQ(send_all(), 3);
  EXPECT_EQ(text_at(json::parse(text_at(sink->next(), "/body")), "/text"),
            "您有 3 条新消息：\n1. 第二条\n2. 第三条\n3. 第四条");

  const Time now = clock.now();
  const auto minute = std::chrono::duration_cast<std::chrono::minutes>(now - midnight(day_of(now))).count();
  const auto text_of_minute = [](std::int64_t at) { return fmt::format("{:02}:{:02}", at / 60 % 24, at % 60); };
  choose(text_of_minute(minute).c_str(), text_of_minute(minute + 60).c_str());
  clock.advance(std::chrono::minutes{30});
  tell("夜里的消息");
  EXPECT_EQ(send_all(), 0);
  clock.advance(std::chrono::minutes{30});
  EXPECT_EQ(send_all(), 1);
  EXPECT_THAT(text_at(sink->next(), "/body"), HasSubstr("夜里的消息"));
}

TEST_P(OutgoingTest, TheEngineTellsThoseWhoChoseAChannel) {
  store->write([&](store::Tx& tx) {
    send::SmsGateway gateway;
    gateway.url = "http://" + sink->host() + "/sms";
    gateway.body = "{phone} {text}";
    gateway.type = "text/plain";
    send::save(tx, vault, kRealm, gateway, clock.now());
  });
  Visitor resident = visitor();
  app->options.demo = true;
  const auto sent = resident.post("/v1/session/phone", {{"phone", "13800138000"}});
  const auto in =
      resident.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", text_at(sent.json(), "/code")}});
  resident.csrf = text_at(in.json(), "/csrf");
  ASSERT_EQ(resident
                .send("PUT", "/v1/me/messages",
                      R"({"way":"sms","quiet_from":"00:00","quiet_until":"00:00","digest_minutes":0})")
                .status,
            200);
  const auto made = resident.post("/v1/records", {{"kind", "issue"},
                                                  {"category", "garbage"},
                                                  {"place", {{"area", id("B0101")}}},
                                                  {"form", {{"description", "楼道垃圾"}}}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string at = "/v1/records/" + text_at(made.json(), "/id");
  Visitor chen = at_desk("chen");
  for (const auto& [action, form] : {std::pair<const char*, json::object>{"handle", {}},
                                     {"resolve", {{"result", "已清理"}}},
                                     {"feed_back", {{"reply", "您反映的垃圾已清理干净"}}}}) {
    const auto done = chen.post(at + "/actions/" + action, {{"form", form}});
    ASSERT_EQ(done.status, 200) << action << done.body;
  }
  send_all();
  EXPECT_THAT(text_at(sink->next(), "/body"), HasSubstr("13800138000 " + text_at(made.json(), "/number")));
}

// Also the number and the address that were known until then: whoever took the account over reads the new ones.
TEST_P(OutgoingTest, ANewPasswordFactorOrAddressIsToldOutOfTheHouse) {
  store->write([&](store::Tx& tx) {
    send::SmsGateway gateway;
    gateway.url = "http://" + sink->host() + "/sms";
    gateway.body = "{phone} {text}";
    gateway.type = "text/plain";
    send::save(tx, vault, kRealm, gateway, clock.now());
    send::MailServer mail;
    mail.url = "smtp://127.0.0.1:1";
    mail.from = "tongxin@example.org";
    send::save(tx, vault, kRealm, mail, clock.now());
    people::set_private(tx, vault, doing(), names.people.at("chen"), people::PrivateField::phone, "13900139000");
  });
  Visitor chen = sign_in("chen");
  const auto told = [&] {
    send_all();
    return text_at(sink->next(), "/body");
  };
  const auto changed =
      chen.post("/v1/session/password", {{"old_password", kPassword}, {"new_password", "a new long one"}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  chen.csrf = text_at(changed.json(), "/csrf");
  EXPECT_THAT(told(), AllOf(HasSubstr("13900139000"), HasSubstr("密码已修改")));
  ASSERT_EQ(chen.post("/v1/session/totp", nullptr).status, 200);
  const auto code = [&] {
    return store->read([&](store::Tx& tx) {
      return people::code_of(tx, vault, kRealm, people::find_account(tx, kRealm, "chen_x")->id, clock.now());
    });
  };
  ASSERT_EQ(chen.post("/v1/session/totp/confirm", {{"code", code()}}).status, 200);
  EXPECT_THAT(told(), HasSubstr("已启用动态口令"));
  clock.advance(std::chrono::seconds{60});
  ASSERT_EQ(chen.post("/v1/session/totp/end", {{"code", code()}}).status, 204);
  EXPECT_THAT(told(), HasSubstr("动态口令已停用"));

  const auto prove = [&](const std::string& address) {
    const std::string proof = store->write([&](store::Tx& tx) {
      return send::begin_mail(tx, vault, kRealm, names.people.at("chen"), address, clock.now());
    });
    EXPECT_EQ(chen.post("/v1/me/messages/mail/confirm", {{"code", proof}}).status, 200);
  };
  prove("chen@example.org");
  EXPECT_THAT(told(), HasSubstr("邮箱已更换"));
  EXPECT_EQ(mails(), 0) << "there was no address before";
  prove("thief@example.org");
  EXPECT_THAT(told(), HasSubstr("邮箱已更换"));
  EXPECT_EQ(mails(), 1) << "to the former address";
  ASSERT_EQ(chen.del("/v1/me/messages/mail").status, 204);
  EXPECT_THAT(told(), HasSubstr("邮箱已删除"));
  EXPECT_EQ(mails(), 2);
}

TEST_P(OutgoingTest, APersonIsToldInTheLanguageThatTheyChose) {
  store->write([&](store::Tx& tx) {
    send::SmsGateway gateway;
    gateway.url = "http://" + sink->host() + "/sms";
    gateway.body = "{phone} {text}";
    gateway.type = "text/plain";
    send::save(tx, vault, kRealm, gateway, clock.now());
    people::set_private(tx, vault, people::Doing{kRealm, {}, clock.now(), ids, "test", {}}, names.people.at("chen"),
                        people::PrivateField::phone, "13900139000");
  });
  Visitor chen = at_desk("chen");
  const auto choose = [&](const std::string& more) {
    return chen.send("PUT", "/v1/me/messages",
                     R"({"way":"sms","quiet_from":"00:00","quiet_until":"00:00","digest_minutes":0)" + more + "}");
  };
  EXPECT_EQ(text_at(choose("").json(), "/language"), "zh-CN");
  EXPECT_EQ(choose(R"(,"language":"fr")").status, 422);
  EXPECT_EQ(text_at(choose(R"(,"language":"en")").json(), "/language"), "en");
  EXPECT_EQ(text_at(choose("").json(), "/language"), "en") << "absent: as before";
  raise();
  send_all();
  EXPECT_THAT(text_at(sink->next(), "/body"), HasSubstr("A new matter"));
  raise(), raise();
  send_all();
  EXPECT_THAT(text_at(sink->next(), "/body"), HasSubstr("New messages: 2"));
  choose(R"(,"language":"zh-CN")");
  raise();
  send_all();
  EXPECT_THAT(text_at(sink->next(), "/body"), HasSubstr("新的事项"));
}

}  // namespace
}  // namespace tongxin::serve
