// The ways out, against real servers on the loopback: what arrives there, and what the answer means.
#include "send/channels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "send/choices.hpp"
#include "support/engines.hpp"
#include "support/peer.hpp"

namespace tongxin::send {
namespace {

namespace json = boost::json;
using How = Outcome::How;
using ::testing::HasSubstr;
using ::testing::Not;

const Time kNow = midnight(20260302) + std::chrono::hours{9};
const fetch::Reach kLoopback{.anywhere = false, .also = {fetch::parse_network("127.0.0.0/8")}};

std::string text_at(const json::value& value, const char* pointer) {
  boost::system::error_code error;
  const json::value* found = value.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "(none)";
}

class Channels : public ::testing::Test {
 protected:
  void SetUp() override { TONGXIN_NEEDS_PEERS(); }
};

// ── addresses ──

using Reaching = Channels;

TEST_F(Reaching, AWebhookDoesNotReachThisMachine) {
  test::Peer sink = test::Peer::node("sink.mjs");
  const std::string port = std::to_string(sink.port());
  for (const char* host :
       {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"}) {
    const auto outcome =
        send_webhook({"http://" + std::string(host) + ":" + port + "/", "whsec_AAAA", ""}, {}, "{}", LetterId{1}, kNow);
    EXPECT_EQ(outcome.how, How::refused) << host;
    EXPECT_THAT(outcome.why.en, HasSubstr("not allowed")) << host;
  }
  EXPECT_TRUE(sink.is_silent());
  EXPECT_EQ(send_webhook({"http://127.0.0.1:" + port + "/x", "whsec_AAAA", ""}, kLoopback, "{}", LetterId{1}, kNow).how,
            How::sent)
      << "unless the administrator allows it";
  EXPECT_EQ(text_at(sink.next(), "/url"), "/x");
}

TEST_F(Reaching, RedirectsAndOtherSchemesAreNotFollowed) {
  test::Peer sink = test::Peer::node("sink.mjs");
  const auto moved = send_webhook({"http://" + sink.host() + "/redirect?to=/elsewhere", "whsec_AAAA", ""}, kLoopback,
                                  "{}", LetterId{1}, kNow);
  EXPECT_EQ(moved.how, How::failed);
  EXPECT_THAT(moved.why.en, HasSubstr("302"));
  sink.next();
  EXPECT_TRUE(sink.is_silent());
  for (const char* url : {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "no url at all"})
    EXPECT_EQ(fetch::send({.url = url, .reach = {.anywhere = true}}).trouble, fetch::Trouble::bad_url) << url;
}

TEST_F(Reaching, WhatAnAnswerMeans) {
  test::Peer sink = test::Peer::node("sink.mjs");
  const auto answer = [&](const std::string& status) {
    return send_webhook({"http://" + sink.host() + "/status/" + status + "?key=geheim", "whsec_AAAA", ""}, kLoopback,
                        "{}", LetterId{1}, kNow);
  };
  EXPECT_EQ(answer("204").how, How::sent);
  for (const char* status : {"500", "503", "404", "401"}) EXPECT_EQ(answer(status).how, How::failed) << status;
  EXPECT_EQ(answer("410").how, How::refused);
  EXPECT_EQ(answer("429").at, kNow + std::chrono::seconds{90}) << "Retry-After is kept";
  EXPECT_THAT(answer("500").why.en + answer("500").why.zh, Not(HasSubstr("geheim"))) << "urls hold keys";
  const auto nobody = fetch::send({.url = "http://127.0.0.1:1/?key=geheim", .reach = kLoopback});
  EXPECT_EQ(nobody.trouble, fetch::Trouble::no_answer);
  EXPECT_THAT(nobody.why.en, Not(HasSubstr("geheim")));
}

TEST_F(Reaching, ALongAnswerIsCutOff) {
  test::Peer sink = test::Peer::node("sink.mjs");
  const auto reply = fetch::send(
      {.url = "http://" + sink.host() + "/json/" + std::string(2000, 'x'), .reach = kLoopback, .most = 1000});
  EXPECT_EQ(reply.trouble, fetch::Trouble::too_long);
}

// ── webhooks ──

TEST(Webhooks, AreSignedAsTheStandardSays) {
  // The example of the specification (standardwebhooks.com).
  EXPECT_EQ(webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                              R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_NE(new_webhook_secret(), new_webhook_secret());
}

TEST_F(Channels, WhileASecretChangesBothSign) {
  test::Peer sink = test::Peer::node("sink.mjs");
  const std::string now = new_webhook_secret(), former = new_webhook_secret();
  EXPECT_EQ(
      send_webhook({"http://" + sink.host() + "/hook", now, former}, kLoopback, R"({"a":1})", LetterId{77}, kNow).how,
      How::sent);
  const auto got = sink.next();
  const std::string id = text_at(got, "/headers/webhook-id"), at = text_at(got, "/headers/webhook-timestamp");
  EXPECT_EQ(id, to_text(LetterId{77}));
  EXPECT_EQ(at, std::to_string(to_millis(kNow) / 1000));
  EXPECT_EQ(text_at(got, "/headers/webhook-signature"),
            webhook_signature(now, id, at, R"({"a":1})") + " " + webhook_signature(former, id, at, R"({"a":1})"));
}

// ── robots ──

TEST_F(Channels, RobotsAreSpokenToInTheirOwnWords) {
  const auto body = [](const fetch::Ask& ask) { return json::parse(ask.body); };
  const auto wecom =
      bot_request(Bot::wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "", "你好", kNow);
  EXPECT_EQ(wecom.body, R"({"msgtype":"text","text":{"content":"你好"}})");
  const auto ding =
      bot_request(Bot::dingtalk, "https://oapi.dingtalk.com/robot/send?access_token=t", "SECa", "你好", kNow);
  const std::string millis = std::to_string(to_millis(kNow));
  EXPECT_EQ(ding.url, "https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=" + millis +
                          "&sign=" + percent_encode(base64(as_text(hmac_sha256("SECa", millis + "\nSECa")))));
  const auto feishu =
      bot_request(Bot::feishu, "https://open.feishu.cn/open-apis/bot/v2/hook/h", "geheim", "你好", kNow);
  const std::string seconds = std::to_string(to_millis(kNow) / 1000);
  EXPECT_EQ(text_at(body(feishu), "/content/text"), "你好");
  EXPECT_EQ(text_at(body(feishu), "/timestamp"), seconds);
  EXPECT_EQ(text_at(body(feishu), "/sign"), base64(as_text(hmac_sha256(seconds + "\ngeheim", ""))));

  test::Peer sink = test::Peer::node("sink.mjs");
  const auto answer = [&](Bot bot, const std::string& text) {
    return send_to_bot(bot, kLoopback, "http://" + sink.host() + "/json/" + percent_encode(text), "s", "你好", kNow);
  };
  EXPECT_EQ(answer(Bot::wecom, R"({"errcode":0,"errmsg":"ok"})").how, How::sent);
  EXPECT_EQ(answer(Bot::dingtalk, R"({"errcode":0})").how, How::sent);
  EXPECT_EQ(answer(Bot::feishu, R"({"code":0})").how, How::sent);
  EXPECT_EQ(answer(Bot::wecom, R"({"errcode":45009})").how, How::failed) << "200, and yet refused";
  EXPECT_EQ(answer(Bot::feishu, R"({"code":19021})").how, How::failed);
  EXPECT_EQ(answer(Bot::feishu, "nonsense").how, How::failed);
}

// ── texts ──

SmsGateway gateway(const std::string& url) {
  SmsGateway made;
  made.url = url;
  made.body = R"({"to":"{phone}","text":"{text}","ref":"{id}","brace":"{x}"})";
  made.headers = {{"x-api-key", "geheim"}};
  made.answer_at = "/code";
  made.answer_value = "0";
  return made;
}

TEST_F(Channels, TheGatewayGetsItsTemplateFilledIn) {
  test::Peer sink = test::Peer::node("sink.mjs");
  const auto good = gateway("http://" + sink.host() + "/json/" + percent_encode(R"({"code":0})"));
  const std::string text = "验证码 1234\n\"引号\" {phone}";
  EXPECT_EQ(send_sms(good, kLoopback, "13800138000", text, LetterId{5}, kNow).how, How::sent);
  const auto got = sink.next();
  EXPECT_EQ(text_at(got, "/headers/x-api-key"), "geheim");
  const auto body = json::parse(text_at(got, "/body"));
  EXPECT_EQ(text_at(body, "/text"), text) << "what a text holds is no template";
  EXPECT_EQ(text_at(body, "/to"), "13800138000");
  EXPECT_EQ(text_at(body, "/ref"), to_text(LetterId{5}));
  EXPECT_EQ(text_at(body, "/brace"), "{x}");

  const auto bad = gateway("http://" + sink.host() + "/json/" + percent_encode(R"({"code":7})"));
  const auto refused = send_sms(bad, kLoopback, "13800138000", text, LetterId{5}, kNow);
  EXPECT_EQ(refused.how, How::failed);
  EXPECT_THAT(refused.why.zh, Not(HasSubstr("13800138000")));
}

TEST(Texts, AreEncodedForThePlaceWhereTheyStand) {
  SmsGateway form;
  form.url = "https://sms.example/send?to={phone}";
  form.type = "application/x-www-form-urlencoded";
  form.body = "content={text}&t={time}";
  const auto ask = sms_request(form, "138 & co", "a=b&你", LetterId{5}, kNow);
  EXPECT_EQ(ask.url, "https://sms.example/send?to=138%20%26%20co");
  EXPECT_EQ(ask.body, "content=a%3Db%26%E4%BD%A0&t=" + std::to_string(to_millis(kNow) / 1000));
  EXPECT_NO_THROW(check(form));
  form.body = "content";
  EXPECT_THROW(check(form), Fault);
}

// ── mail ──

class MailChannel : public Channels {
 protected:
  void SetUp() override {
    Channels::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const std::string make =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
        folder_ / "key.pem" + " -out " + folder_ / "cert.pem" + " 2>/dev/null";
    ASSERT_EQ(std::system(make.c_str()), 0);
    peer_.emplace(test::Peer::node("smtp.mjs", {folder_ / "cert.pem", folder_ / "key.pem"}));
    server_.url = "smtp://localhost:" + std::to_string(peer_->port());
    server_.user = "tongxin";
    server_.password = "geheim";
    server_.from = "noreply@qinghe.example";
    server_.authority = folder_ / "cert.pem";
  }
  test::Folder folder_;
  std::optional<test::Peer> peer_;
  MailServer server_;
};

std::string decoded(const std::string& data) {
  std::string packed;
  for (const char c : data.substr(data.find("\r\n\r\n") + 4))
    if (c != '\r' && c != '\n' && c != '=') packed += c == '+' ? '-' : c == '/' ? '_' : c;
  return from_base64url(packed).value_or("(broken)");
}

TEST_F(MailChannel, ArrivesEncryptedSignedInAndReadable) {
  std::string text = "您好：\n事项已办结。\n.\n";
  for (int i = 0; i < 50; ++i) text += "一行很长的文字。";
  ASSERT_EQ(
      send_mail(server_, kLoopback, {"he@example.org", "清河街道：一封主题很长很长很长很长很长的邮件", text, {9}}, kNow)
          .how,
      How::sent);
  const auto got = peer_->next();
  EXPECT_EQ(text_at(got, "/from"), "noreply@qinghe.example");
  EXPECT_EQ(text_at(got, "/to/0"), "he@example.org");
  EXPECT_EQ(text_at(got, "/user"), "tongxin");
  EXPECT_TRUE(got.at("secure").as_bool());
  const std::string data = text_at(got, "/data");
  EXPECT_EQ(decoded(data), text);
  EXPECT_THAT(data, HasSubstr("Message-ID: <" + to_text(LetterId{9}) + "@qinghe.example>"));
  EXPECT_THAT(data, HasSubstr("Date: Mon, 02 Mar 2026 01:00:00 +0000"));
  for (std::size_t at = 0, end; (end = data.find("\r\n", at)) != std::string::npos; at = end + 2)
    EXPECT_LE(end - at, 78u) << data.substr(at, end - at);
}

TEST_F(MailChannel, ARefusalIsForGoodAndTheRestIsTriedAgain) {
  const auto to = [&](const std::string& address) {
    return send_mail(server_, kLoopback, {address, "x", "y", {9}}, kNow).how;
  };
  EXPECT_EQ(to("nobody@example.org"), How::refused);
  EXPECT_EQ(to("busy@example.org"), How::failed);
  EXPECT_EQ(to("a@b.example>\r\nRCPT TO:<c@d.example"), How::refused) << "no address, no second recipient";
  server_.password = "wrong";
  const auto denied = send_mail(server_, kLoopback, {"he@example.org", "x", "y", {9}}, kNow);
  EXPECT_EQ(denied.how, How::failed);
  EXPECT_THAT(denied.why.en, Not(HasSubstr("wrong user")));
}

TEST_F(MailChannel, NothingGoesInClearOrToTheWrongServer) {
  server_.authority.clear();
  EXPECT_EQ(send_mail(server_, kLoopback, {"he@example.org", "x", "y", {9}}, kNow).how, How::failed)
      << "a certificate that nobody vouches for";
  EXPECT_EQ(send_mail(server_, {}, {"he@example.org", "x", "y", {9}}, kNow).how, How::refused) << "an inner address";
  EXPECT_TRUE(peer_->is_silent());
}

// ── quiet hours ──

TEST(QuietHours, MayPassMidnight) {
  const Choice night{.way = Way::sms, .quiet_from = 22 * 60, .quiet_until = 7 * 60, .digest_minutes = 0};
  const auto at = [](int hour, int minute) { return midnight(20260302) + std::chrono::minutes{hour * 60 + minute}; };
  const Time morning = at(7, 0);
  EXPECT_EQ(quiet_until(night, at(3, 0), {}), morning);
  EXPECT_EQ(quiet_until(night, at(6, 59), {}), morning);
  EXPECT_EQ(quiet_until(night, at(7, 0), {}), std::nullopt);
  EXPECT_EQ(quiet_until(night, at(21, 59), {}), std::nullopt);
  EXPECT_EQ(quiet_until(night, at(22, 0), {}), morning + std::chrono::hours{24});
  const Choice noon{.way = Way::sms, .quiet_from = 12 * 60, .quiet_until = 14 * 60, .digest_minutes = 0};
  EXPECT_EQ(quiet_until(noon, at(13, 0), {}), at(14, 0));
  EXPECT_EQ(quiet_until(noon, at(14, 0), {}), std::nullopt);
  const Choice never{.way = Way::sms, .quiet_from = 60, .quiet_until = 60, .digest_minutes = 0};
  EXPECT_EQ(quiet_until(never, at(1, 0), {}), std::nullopt);
}

}  // namespace
}  // namespace tongxin::send
