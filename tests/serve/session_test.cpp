// Signing in and out, and what protects it, as a browser sees it.
#include "base/text.hpp"
#include "people/throttle.hpp"
#include "people/totp.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {
namespace {

using Sessions = Town;
INSTANTIATE_TEST_SUITE_P(Engines, Sessions, test::kEngines, test::engine_name);

std::string text_at(const test::HttpReply& reply, const char* name) {
  return std::string(reply.json().at(name).as_string());
}

std::string base32_decoded(const std::string& text) {
  std::string bytes;
  unsigned bits = 0, count = 0;
  for (const char c : text) {
    const unsigned value = c >= 'A' && c <= 'Z' ? unsigned(c - 'A') : unsigned(c - '2') + 26;
    bits = bits << 5 | value;
    if ((count += 5) >= 8) bytes += char(bits >> (count -= 8) & 0xff);
  }
  return bytes;
}

TEST_P(Sessions, WhoSignsInIsToldWhoTheyAreAndWhatTheyHold) {
  Visitor he = sign_in("he");
  const auto reply = he.get("/v1/session");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto view = reply.json();
  EXPECT_EQ(view.at("person").at("name").as_string(), "何书记");
  EXPECT_TRUE(view.at("staff").as_bool());
  EXPECT_FALSE(view.at("admin").as_bool());
  EXPECT_EQ(view.at("posts").at(0).at("role").as_string(), "community_secretary");
  EXPECT_EQ(view.at("posts").at(0).at("area_name").as_string(), "桃园社区");
  EXPECT_TRUE(sign_in("tan").get("/v1/session").json().at("admin").as_bool());
}

TEST_P(Sessions, TheCookieIsOutOfReachOfScriptsAndOtherSites) {
  Visitor he = visitor();
  const std::string cookie = he.sign_in("he_x", kPassword).header("set-cookie");
  for (const char* part : {"tx_session=", "; HttpOnly", "; SameSite=Lax", "; Path=/"})
    EXPECT_NE(cookie.find(part), cookie.npos) << cookie;
  EXPECT_EQ(cookie.find("Secure"), cookie.npos) << "over plain HTTP a browser would drop it";
  const auto secure =
      he.post("/v1/session", {{"login", "he_x"}, {"password", kPassword}}, {{"x-forwarded-proto", "https"}});
  EXPECT_NE(secure.header("set-cookie").find("; Secure"), std::string::npos) << secure.header("set-cookie");
  EXPECT_TRUE(secure.header("set-cookie").starts_with("__Host-tx_session=")) << "a neighbour could set it";
  // Over TLS only that name counts.
  EXPECT_EQ(he.get("/v1/session", {{"x-forwarded-proto", "https"}}).status, 200);
  he.cookies.erase("__Host-tx_session");
  EXPECT_EQ(he.get("/v1/session", {{"x-forwarded-proto", "https"}}).status, 401);
}

TEST_P(Sessions, AWrongPasswordAndAnUnknownLoginGetTheSameAnswer) {
  Visitor stranger = visitor();
  const auto wrong = stranger.sign_in("he_x", "not the password"),
             unknown = stranger.sign_in("nobody_x", "not the password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  auto first = wrong.json().as_object(), second = unknown.json().as_object();
  for (auto* body : {&first, &second})
    for (const char* own : {"request_id", "instance", "id"}) body->erase(own);
  EXPECT_EQ(first, second);
  EXPECT_TRUE(stranger.cookies.empty());
}

TEST_P(Sessions, WhoGuessesWaitsAndTheOwnerElsewhereDoesNot) {
  Visitor attacker = visitor("203.0.113.9");
  int refused = 0;
  for (int i = 0; i < 6; ++i) refused = attacker.sign_in("he_x", "guess number " + std::to_string(i)).status;
  EXPECT_EQ(refused, 429);
  const auto right = attacker.sign_in("he_x", kPassword);
  EXPECT_EQ(right.status, 429) << "even the right password waits there";
  EXPECT_GE(std::stoi(right.header("retry-after")), 1);
  EXPECT_EQ(visitor("198.51.100.4").sign_in("he_x", kPassword).status, 200);
  clock.advance(std::chrono::minutes{20});
  EXPECT_EQ(attacker.sign_in("he_x", kPassword).status, 200) << "nothing is locked for good";
}

// Whoever sits in the same network may guess as they like: the browser that was signed in before does not wait for it.
TEST_P(Sessions, NobodyIsLockedOutByGuessesFromTheirOwnNetwork) {
  Visitor owner = visitor("203.0.113.9"), attacker = visitor("203.0.113.10");
  ASSERT_EQ(owner.sign_in("he_x", kPassword).status, 200);
  for (int i = 0; i < 6; ++i) attacker.sign_in("he_x", "guess number " + std::to_string(i));
  EXPECT_EQ(attacker.sign_in("he_x", kPassword).status, 429);
  store->write([&](store::Tx& tx) {  // as many guesses at other logins as a network has free, and more
    for (int i = 0; i < 40; ++i)
      people::count_failure(tx, kRealm, "network\n" + people::network_of("203.0.113.9"), people::kNetworkWaits,
                            clock.now());
  });
  EXPECT_EQ(visitor("203.0.113.11").sign_in("chen_x", kPassword).status, 429) << "an unknown browser waits";
  EXPECT_EQ(owner.sign_in("he_x", kPassword).status, 200);
  // The cookie is of one login and is signed; of another, or bent, it is none.
  for (const auto& [name, value] : std::map(owner.cookies))
    if (name.starts_with("tx_device_")) attacker.cookies[name] = value + "0";
  EXPECT_EQ(attacker.sign_in("he_x", kPassword).status, 429);
  // With the cookie too, guesses wait.
  int refused = 0;
  for (int i = 0; i < 6; ++i) refused = owner.sign_in("he_x", "guess number " + std::to_string(i)).status;
  EXPECT_EQ(refused, 429);
  EXPECT_EQ(owner.sign_in("he_x", kPassword).status, 429);
}

TEST_P(Sessions, TheCookieOfABrowserThatWasSignedInBeforeIsForSigningInAlone) {
  Visitor he = visitor();
  const auto reply = he.sign_in("he_x", kPassword);
  int found = 0;
  for (const auto& [name, value] : reply.headers)
    if (name == "set-cookie" && value.starts_with("tx_device_")) {
      ++found;
      for (const char* part : {"HttpOnly", "SameSite=Lax", "Path=/v1/session"})
        EXPECT_NE(value.find(part), std::string::npos) << part;
      EXPECT_EQ(value.find("he_x"), std::string::npos) << "whose it is does not stand in it";
    }
  EXPECT_EQ(found, 1);
}

TEST_P(Sessions, AChangeUnderTheCookieNeedsItsToken) {
  Visitor he = sign_in("he");
  const std::string csrf = std::exchange(he.csrf, "");
  EXPECT_EQ(he.del("/v1/session").status, 403);
  EXPECT_EQ(he.post("/v1/tokens", {{"name", "x"}, {"scopes", {"records:read"}}}).status, 403);
  he.csrf = "wrong";
  EXPECT_EQ(he.post("/v1/tokens", {{"name", "x"}, {"scopes", {"records:read"}}}).status, 403);
  EXPECT_EQ(he.get("/v1/session").status, 200) << "reading needs none";
  he.csrf = csrf;
  EXPECT_EQ(he.del("/v1/session").status, 204);
}

TEST_P(Sessions, AfterSigningOutTheOldCookieIsWorthNothing) {
  Visitor he = sign_in("he");
  const auto cookies = he.cookies;
  EXPECT_EQ(he.del("/v1/session").status, 204);
  EXPECT_FALSE(he.cookies.contains("tx_session")) << "that of the browser may stay: it opens nothing";
  EXPECT_EQ(he.get("/v1/session").status, 401);
  he.cookies = cookies;
  EXPECT_EQ(he.get("/v1/session").status, 401);
  EXPECT_EQ(he.get("/v1/me").status, 401);
  EXPECT_EQ(he.del("/v1/session").status, 204) << "signing out twice is no fault";
}

TEST_P(Sessions, ANewPasswordEndsEveryOtherSession) {
  Visitor here = sign_in("he"), there = sign_in("he");
  EXPECT_EQ(here.post("/v1/session/password", {{"old_password", "wrong"}, {"new_password", "a new long one"}}).status,
            422);
  EXPECT_EQ(here.post("/v1/session/password", {{"old_password", kPassword}, {"new_password", "short"}}).status, 422);
  const auto changed =
      here.post("/v1/session/password", {{"old_password", kPassword}, {"new_password", "a new long one"}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(there.get("/v1/session").status, 401);
  EXPECT_EQ(here.get("/v1/session").status, 200);
  EXPECT_EQ(visitor().sign_in("he_x", kPassword).status, 401);
  EXPECT_EQ(visitor().sign_in("he_x", "a new long one").status, 200);
  static constexpr store::Sql kTold{"test_told", "SELECT text_en FROM message WHERE realm_id=$1 AND person_id=$2"};
  const auto told =
      store->read([&](store::Tx& tx) { return tx.all<std::string>(kTold, kRealm, names.people.at("he")); });
  ASSERT_EQ(told.size(), 1u) << "whose password it is reads of it";
  EXPECT_NE(told[0].find("password was changed"), std::string::npos);
}

TEST_P(Sessions, ASecondFactorIsAskedForOnceItIsConfirmed) {
  Visitor he = sign_in("he");
  const auto started = he.post("/v1/session/totp", nullptr);
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_TRUE(text_at(started, "svg").starts_with("<svg "));
  const std::string secret = base32_decoded(text_at(started, "secret"));
  EXPECT_EQ(visitor().sign_in("he_x", kPassword).status, 200) << "not yet";
  const auto confirmed = he.post("/v1/session/totp/confirm", {{"code", people::totp_code(secret, clock.now())}});
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(confirmed.json().at("codes").as_array().size(), 10u);
  const auto asked = visitor().sign_in("he_x", kPassword);
  EXPECT_EQ(asked.status, 401);
  EXPECT_EQ(asked.json().at("errors").at(0).at("at").as_string(), "/code");
  clock.advance(std::chrono::seconds{60});
  const std::string code = people::totp_code(secret, clock.now());
  EXPECT_EQ(visitor().sign_in("he_x", kPassword, code).status, 200);
  EXPECT_EQ(visitor().sign_in("he_x", kPassword, code).status, 401) << "a code works once";
  const std::string recovery(confirmed.json().at("codes").at(0).as_string());
  EXPECT_EQ(visitor().sign_in("he_x", kPassword, recovery).status, 200);
}

TEST_P(Sessions, APostThatNeedsASecondFactorOpensNothingWithoutIt) {
  app->options.demo = false;
  Visitor xie = sign_in("xie");
  EXPECT_TRUE(xie.get("/v1/session").json().at("totp_required").as_bool());
  const auto refused = xie.get("/v1/me");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.json().at("errors").at(0).at("code").as_string(), "totp_required");
  EXPECT_EQ(xie.post("/v1/tokens", {{"name", "x"}, {"scopes", {"records:read"}}}).status, 403);
  const std::string secret = base32_decoded(text_at(xie.post("/v1/session/totp", nullptr), "secret"));
  ASSERT_EQ(xie.post("/v1/session/totp/confirm", {{"code", people::totp_code(secret, clock.now())}}).status, 200);
  EXPECT_EQ(xie.get("/v1/me").status, 200);
}

// By the base pack, so in every installation but a demonstration, whose passwords everybody knows anyway.
TEST_P(Sessions, AKeeperOfThePlatformNeedsASecondFactor) {
  Visitor tan = sign_in("tan");
  EXPECT_FALSE(tan.get("/v1/session").json().at("totp_required").as_bool());
  EXPECT_EQ(tan.get("/v1/me").status, 200);
  app->options.demo = false;
  EXPECT_TRUE(tan.get("/v1/session").json().at("totp_required").as_bool());
  const auto refused = tan.get("/v1/me");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.json().at("errors").at(0).at("code").as_string(), "totp_required");
  const std::string secret = base32_decoded(text_at(tan.post("/v1/session/totp", nullptr), "secret"));
  ASSERT_EQ(tan.post("/v1/session/totp/confirm", {{"code", people::totp_code(secret, clock.now())}}).status, 200);
  EXPECT_EQ(tan.get("/v1/me").status, 200);
}

TEST_P(Sessions, AResidentComesInByAPhoneCode) {
  Visitor resident = visitor();
  const auto sent = resident.post("/v1/session/phone", {{"phone", "13800138000"}});
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ(resident.post("/v1/session/phone", {{"phone", "13800138000"}}).status, 429) << "one code a minute";
  Visitor stranger = visitor("203.0.113.9");
  EXPECT_EQ(
      stranger.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", text_at(sent, "code")}}).status,
      401)
      << "the code belongs to the browser that asked for it";
  EXPECT_EQ(resident.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", "000000x"}}).status, 401);
  const auto in =
      resident.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", text_at(sent, "code")}});
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_FALSE(in.json().at("staff").as_bool());
  resident.csrf = text_at(in, "csrf");
  const auto me = resident.get("/v1/me");
  EXPECT_EQ(text_at(me, "phone"), "13800138000");
  EXPECT_EQ(text_at(me, "purpose"), "resident");

  clock.advance(std::chrono::minutes{10});
  Visitor again = visitor();
  const auto second = again.post("/v1/session/phone", {{"phone", "13800138000"}});
  const auto back =
      again.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", text_at(second, "code")}});
  EXPECT_EQ(back.json().at("person").at("id"), in.json().at("person").at("id")) << "the same person comes back";
}

TEST_P(Sessions, WithoutADemonstrationTheCodeIsSentAndNotShown) {
  app->options.demo = false;
  EXPECT_EQ(visitor().post("/v1/session/phone", {{"phone", "13800138000"}}).status, 503) << "no texts can be sent";
  std::promise<std::string> text;
  app->options.send_text = [&](store::Tx& tx, const std::string& phone, const Words& words, Time) {
    tx.after_commit([&text, line = phone + " " + words.zh] { text.set_value(line); });
    return true;
  };
  const auto sent = visitor().post("/v1/session/phone", {{"phone", "13800138000"}});
  ASSERT_EQ(sent.status, 200);
  EXPECT_EQ(sent.json().as_object().count("code"), 0u);
  EXPECT_TRUE(text.get_future().get().starts_with("13800138000 验证码 "));
}

TEST_P(Sessions, AResidentTakesACopyCorrectsAndLeaves) {
  Visitor resident = visitor();
  const auto sent = resident.post("/v1/session/phone", {{"phone", "13800138000"}});
  const auto in =
      resident.post("/v1/session/phone/confirm", {{"phone", "13800138000"}, {"code", text_at(sent, "code")}});
  resident.csrf = text_at(in, "csrf");
  const auto corrected = resident.send("PATCH", "/v1/me", R"({"name":"王芳","address":"桃园里5号楼"})");
  ASSERT_EQ(corrected.status, 200) << corrected.body;
  EXPECT_EQ(text_at(corrected, "address"), "桃园里5号楼");
  const auto copy = resident.get("/v1/me/export");
  ASSERT_EQ(copy.status, 200) << copy.body;
  EXPECT_EQ(copy.json().at("person").at("name").as_string(), "王芳");
  EXPECT_EQ(resident.get("/v1/me/access-log").json().at("items").as_array().size(), 0u)
      << "one's own look is no access";
  EXPECT_EQ(resident.del("/v1/me").status, 204);
  EXPECT_EQ(resident.get("/v1/me").status, 401);
  EXPECT_EQ(sign_in("he").del("/v1/me").status, 422) << "not while a post is held";
}

TEST_P(Sessions, ATokenOpensWhatItsScopesSayAndNotTheAccount) {
  Visitor he = sign_in("he");
  EXPECT_EQ(he.post("/v1/tokens", {{"name", "x"}, {"scopes", {"everything"}}}).status, 422);
  EXPECT_EQ(he.post("/v1/tokens", {{"name", "x"}, {"scopes", {"admin"}}}).status, 403)
      << "no administrator, no such token";
  const auto made = he.post("/v1/tokens", {{"name", "报表"}, {"scopes", {"records:read"}}});
  ASSERT_EQ(made.status, 201) << made.body;
  const test::HttpHeaders bearer{{"authorization", "Bearer " + text_at(made, "token")}};
  Visitor program = visitor();
  EXPECT_EQ(program.get("/v1/who", bearer).status, 200);
  EXPECT_EQ(program.post("/v1/who", nullptr, bearer).status, 403) << "it may only read";
  EXPECT_EQ(program.get("/v1/me", bearer).status, 403) << "a token does not open its owner's data";
  EXPECT_EQ(he.get("/v1/tokens").body.find(text_at(made, "token")), std::string::npos) << "shown once";
  EXPECT_EQ(he.del("/v1/tokens/" + text_at(made, "id")).status, 204);
  EXPECT_EQ(program.get("/v1/who", bearer).status, 401);
}

}  // namespace
}  // namespace tongxin::serve
