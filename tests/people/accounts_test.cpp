#include "people/accounts.hpp"

#include "fixture.hpp"
#include "people/tokens.hpp"
#include "people/totp.hpp"

namespace tongxin::people {
namespace {

using namespace std::chrono_literals;
using enum SignInState;

constexpr std::string_view kPassword = "correct horse battery";
const std::string& password_hash() {
  static const std::string hash = hash_password(kPassword);
  return hash;
}

TEST(Totp, AgreesWithTheVectorsOfRfc6238) {
  constexpr std::string_view secret = "12345678901234567890";
  for (const auto& [seconds, code] : std::vector<std::pair<std::int64_t, std::string>>{{59, "94287082"},
                                                                                       {1111111109, "07081804"},
                                                                                       {1111111111, "14050471"},
                                                                                       {1234567890, "89005924"},
                                                                                       {2000000000, "69279037"},
                                                                                       {20000000000, "65353130"}})
    EXPECT_EQ(totp_code(secret, from_millis(seconds * 1000), 8), code);
}

TEST(Totp, TakesOneStepEitherWayAndNoneTwice) {
  constexpr std::string_view secret = "12345678901234567890";
  const Time now = from_millis(1772762400000);
  const std::int64_t step = to_millis(now) / 30000;
  for (int off = -1; off <= 1; ++off)
    EXPECT_EQ(totp_step(secret, totp_code(secret, now + off * 30s), now, 0), step + off);
  EXPECT_EQ(totp_step(secret, totp_code(secret, now - 60s), now, 0), std::nullopt);
  EXPECT_EQ(totp_step(secret, totp_code(secret, now + 60s), now, 0), std::nullopt);
  EXPECT_EQ(totp_step(secret, totp_code(secret, now), now, step), std::nullopt);
  EXPECT_EQ(totp_step(secret, "12345", now, 0), std::nullopt);
  EXPECT_EQ(totp_step(secret, "12345a", now, 0), std::nullopt);
}

TEST(Password, IsLongAndNotTheFirstThatAnybodyTries) {
  EXPECT_TRUE(password_complaint("chen", "short"));
  EXPECT_TRUE(password_complaint("chen", "1234567890"));
  EXPECT_TRUE(password_complaint("chen", "ＱＷＥＲＴＹＵＩＯＰ"));
  EXPECT_TRUE(password_complaint("chen", "aaaaaaaaaaaa"));
  EXPECT_TRUE(password_complaint("chenyu2026", "ChenYu2026!!"));
  EXPECT_TRUE(password_complaint("chen", "tomorrow-10"));
  EXPECT_FALSE(password_complaint("chen", "tomorrow-102"));
  EXPECT_TRUE(password_complaint("chen", "床前明月光"));
  EXPECT_FALSE(password_complaint("chen", kPassword));
  EXPECT_FALSE(password_complaint("chen", "床前明月光疑是地上霜"));
}

TEST(Password, IsNoneOfThoseThatLeakedNorOneWithDigitsBehind) {
  for (const char* known : {"passwordpassword", "password12345", "P@ssw0rd1234", "123456789012", "1q2w3e4r5t6y",
                            "qwertyuiop[]", "letmein12345", "iloveyou1234", "administrator1", "football2010",
                            "dragonmonkey12", "welcome2024!", "200001012000", "abcabcabcabc", "Admin@123456",
                            "tongxin12345", "zhongguo1949", "5201314woaini", "woaini5201314"})
    EXPECT_TRUE(password_complaint("chen", known)) << known;
  for (const char* own :
       {"correct horse battery", "Xk9#pQ2mVt7z", "a new long one", "qinghe river 7 lamps", "电池 correct horse"})
    EXPECT_FALSE(password_complaint("chen", own)) << own;
  EXPECT_TRUE(password_complaint("qinghe-lamp", "Qinghe-Lamp-77"));
}

TEST(Network, IsWhatAHouseholdOrOfficeShares) {
  EXPECT_EQ(network_of("203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(network_of("::ffff:203.0.113.77"), "203.0.113.0/24");
  EXPECT_EQ(network_of("2001:db8:1:2ff:3::4"), "2001:db8:1:200::/56");
  EXPECT_EQ(network_of("nonsense"), "nonsense");
}

struct Accounts : RealmTest {
  PersonId chen;
  AccountId account;
  void SetUp() override {
    RealmTest::SetUp();
    if (!store) return;
    chen = person("陈玉");
    account = write([&](store::Tx& tx) { return add_account(tx, doing(), chen, "Chen", password_hash()); });
  }
  SignInResult enter(std::string login, std::string_view password, std::string code = {},
                     std::string address = "203.0.113.7") {
    return sign_in(*store, vault, realm, {login, std::string(password), code, address, "test"}, {}, clock.now(), ids);
  }
  std::optional<SignedIn> session(std::string_view cookie) {
    return read([&](store::Tx& tx) { return find_session(tx, cookie, clock.now()); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Accounts, test::kEngines, test::engine_name);

TEST_P(Accounts, TheRightPasswordOpensASessionWhateverTheCaseOfTheLogin) {
  const auto result = enter(" CHEN ", kPassword);
  ASSERT_EQ(result.state, signed_in);
  const auto found = session(result.session->cookie);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session.person, chen);
  EXPECT_EQ(found->realm, realm);
  EXPECT_TRUE(csrf_fits(*found, result.session->csrf));
  EXPECT_FALSE(csrf_fits(*found, "other"));
  EXPECT_FALSE(session(result.session->cookie.substr(0, 50) + "AAAAAAA"));
  EXPECT_FALSE(session("nonsense"));
}

TEST_P(Accounts, AnUnknownLoginAndADisabledOneAreAnsweredLikeAWrongPassword) {
  EXPECT_EQ(enter("chen", "wrong password").state, wrong);
  EXPECT_EQ(enter("nobody", kPassword).state, wrong);
  write([&](store::Tx& tx) { disable_account(tx, doing(), account); });
  EXPECT_EQ(enter("chen", kPassword).state, wrong);
  write([&](store::Tx& tx) { enable_account(tx, doing(), account); });
  EXPECT_EQ(enter("chen", kPassword).state, signed_in);
}

TEST_P(Accounts, WrongTriesFromOneNetworkNeverLockTheOwnerOutFromAnother) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(enter("chen", "wrong password", "", "198.51.100.1").state, wrong);
  const auto blocked = enter("chen", kPassword, "", "198.51.100.200");  // the same network
  EXPECT_EQ(blocked.state, wait);
  EXPECT_EQ(blocked.wait, 1s);
  EXPECT_EQ(enter("chen", kPassword, "", "203.0.113.7").state, signed_in);
  EXPECT_EQ(enter("chen", kPassword, "", "198.51.100.1").state, wait);  // and the owner's success frees no guesser
}

TEST_P(Accounts, TheWaitDoublesHasAnEndAndIsForgotten) {
  const auto subject = "login\nx";
  const auto fail = [&] { write([&](store::Tx& tx) { count_failure(tx, realm, subject, kLoginWaits, clock.now()); }); };
  const auto rest = [&] { return read([&](store::Tx& tx) { return wait_of(tx, realm, subject, clock.now()); }); };
  for (int i = 0; i < 3; ++i) fail();
  EXPECT_EQ(rest(), 0s);
  for (const auto expected : {1s, 2s, 4s, 8s}) {
    fail();
    EXPECT_EQ(rest(), expected);
  }
  for (int i = 0; i < 30; ++i) fail();
  EXPECT_EQ(rest(), 900s);
  clock.advance(61min);
  EXPECT_EQ(rest(), 0s);
  fail();
  EXPECT_EQ(rest(), 0s);
}

TEST_P(Accounts, ManyGuessesAtOnceDoNotPassBeforeTheFirstIsCounted) {
  const Attempt attempt{"chen", std::string(kPassword), "", "198.51.100.1", ""};
  const auto early = read([&](store::Tx& tx) { return begin_sign_in(tx, realm, attempt, clock.now()); });
  for (int i = 0; i < 4; ++i) enter("chen", "wrong password", "", "198.51.100.1");
  const auto late = write([&](store::Tx& tx) {
    return finish_sign_in(tx, vault, early, {true, ""}, attempt, {}, clock.now(), ids);
  });
  EXPECT_EQ(late.state, wait);
}

TEST_P(Accounts, ASessionEndsWhenIdleAtItsLongestAndWhenRevoked) {
  const auto first = *enter("chen", kPassword).session;
  clock.advance(11h);
  const auto seen = session(first.cookie);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->touch_due);
  write([&](store::Tx& tx) { touch_session(tx, first.cookie, *seen, {}, clock.now()); });
  clock.advance(11h);
  EXPECT_TRUE(session(first.cookie));
  clock.advance(2h);
  EXPECT_FALSE(session(first.cookie));

  const auto second = *enter("chen", kPassword).session;
  for (int i = 0; i < 7 * 24; i += 8) {
    if (const auto kept = session(second.cookie))
      write([&](store::Tx& tx) { touch_session(tx, second.cookie, *kept, {}, clock.now()); });
    clock.advance(8h);
  }
  EXPECT_FALSE(session(second.cookie));

  const auto third = *enter("chen", kPassword).session;
  EXPECT_EQ(read([&](store::Tx& tx) { return sessions_of(tx, realm, chen, clock.now()); }).size(), 1u);
  EXPECT_FALSE(write([&](store::Tx& tx) { return revoke_session(tx, realm, PersonId{404}, third.session.id); }));
  EXPECT_TRUE(write([&](store::Tx& tx) { return revoke_session(tx, realm, chen, third.session.id); }));
  EXPECT_FALSE(session(third.cookie));
  EXPECT_EQ(write([&](store::Tx& tx) { return sweep_expired(tx, realm, clock.now()); }).sessions, 2);
}

TEST_P(Accounts, ANewPasswordAndADisabledAccountEndAllSessionsAtOnce) {
  const auto one = *enter("chen", kPassword).session;
  write([&](store::Tx& tx) { set_password(tx, doing(), account, password_hash()); });
  EXPECT_FALSE(session(one.cookie));
  const auto two = *enter("chen", kPassword).session;
  write([&](store::Tx& tx) { disable_account(tx, doing(), account); });
  EXPECT_FALSE(session(two.cookie));
}

TEST_P(Accounts, ALoginIsGivenOncePerRealm) {
  const auto again = [&] {
    write([&](store::Tx& tx) { add_account(tx, doing(), chen, "ＣＨＥＮ", password_hash()); });
  };
  EXPECT_EQ(fault_of(again).code(), Code::conflict);
}

TEST_P(Accounts, TheSecondFactorIsAskedForTakenOnceAndRecovered) {
  const auto start = write([&](store::Tx& tx) { return start_totp(tx, vault, doing(), account, "同心"); });
  EXPECT_EQ(enter("chen", kPassword).state, signed_in);  // not confirmed yet
  const auto secret = [&] {
    return read([&](store::Tx& tx) {
      return vault.open(realm, account.value, "totp", find_account(tx, realm, "chen")->totp_secret);
    });
  }();
  const auto confirm = [&](std::string code) {
    return write([&](store::Tx& tx) { return confirm_totp(tx, vault, doing(), account, code); });
  };
  EXPECT_EQ(fault_of([&] { confirm("abcdef"); }).code(), Code::invalid);
  const auto recovery = confirm(totp_code(secret, clock.now()));
  ASSERT_EQ(recovery.size(), 10u);
  EXPECT_EQ(enter("chen", kPassword).state, code_needed);
  EXPECT_EQ(enter("chen", kPassword, totp_code(secret, clock.now())).state, code_wrong);  // the one that confirmed
  clock.advance(30s);
  const std::string code = totp_code(secret, clock.now());
  EXPECT_EQ(enter("chen", kPassword, code).state, signed_in);
  EXPECT_EQ(enter("chen", kPassword, code).state, code_wrong);  // a replay
  EXPECT_EQ(enter("chen", kPassword, recovery[3]).state, signed_in);
  EXPECT_EQ(enter("chen", kPassword, recovery[3]).state, code_wrong);
  EXPECT_EQ(fault_of([&] { write([&](store::Tx& tx) { start_totp(tx, vault, doing(), account, "同心"); }); }).code(),
            Code::not_now);
  EXPECT_EQ(fault_of([&] {
              write([&](store::Tx& tx) { open_phone_session(tx, realm, ids, chen, "", {}, clock.now()); });
            }).code(),
            Code::forbidden);
  EXPECT_THAT(start.uri, testing::HasSubstr("secret=" + start.secret));
}

TEST_P(Accounts, ATokenActsWithinItsScopesUntilItEndsOrIsRevoked) {
  const auto token = write([&](store::Tx& tx) {
    return add_token(tx, doing(), chen, "12345 接口", {"records:read", "open311"}, clock.now() + 24h);
  });
  const auto find = [&] { return read([&](store::Tx& tx) { return find_token(tx, token.text, clock.now()); }); };
  ASSERT_TRUE(find());
  EXPECT_TRUE(has_scope(*find(), "records:read"));
  EXPECT_FALSE(has_scope(*find(), "records"));
  EXPECT_FALSE(has_scope(*find(), "records:read open311"));
  EXPECT_FALSE(session(token.text));  // a token is no cookie
  clock.advance(24h);
  EXPECT_FALSE(find());
  const auto bad = [&] {
    write([&](store::Tx& tx) { add_token(tx, doing(), chen, "x", {"Bad Scope"}, clock.now() + 24h); });
  };
  EXPECT_EQ(fault_of(bad).code(), Code::invalid);
}

TEST_P(Accounts, APhoneCodeWorksOnceForFiveTriesAndFiveMinutes) {
  const std::string phone = "13800138000", me = "203.0.113.0/24", stranger = "198.51.100.0/24";
  const auto start = [&](const std::string& who) {
    return write(
        [&](store::Tx& tx) { return start_phone_code(tx, vault, realm, phone, who, "203.0.113.7", clock.now()); });
  };
  const auto take = [&](const std::string& who, const std::string& code) {
    return write(
        [&](store::Tx& tx) { return take_phone_code(tx, vault, realm, "+86 " + phone, who, code, clock.now()); });
  };
  const auto sent = start(me);
  EXPECT_EQ(sent.code.size(), 6u);
  EXPECT_EQ(start(me).wait, 60s);  // too soon; the one that was sent stays good
  start(stranger);
  for (int i = 0; i < 9; ++i) take(stranger, "000000");
  EXPECT_TRUE(take(me, sent.code));  // a stranger's guesses do not spend the owner's
  EXPECT_FALSE(take(me, sent.code));

  clock.advance(2min);
  const auto second = start(me);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(take(me, second.code == "000000" ? "111111" : "000000"));
  EXPECT_FALSE(take(me, second.code));

  clock.advance(10min);
  const auto third = start(me);
  clock.advance(5min);
  EXPECT_FALSE(take(me, third.code));
}

}  // namespace
}  // namespace tongxin::people
