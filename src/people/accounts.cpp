#include "people/accounts.hpp"

#include <zxcvbn.h>

#include <algorithm>

#include "base/text.hpp"
#include "people/accounts_sql.hpp"
#include "people/secrets.hpp"
#include "people/totp.hpp"

namespace tongxin::people {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

// Counted as OWASP ASVS 2.1.1 does, but a Chinese character, of which there are thousands, counts as two letters.
std::size_t strength_of(std::string_view password) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < password.size(); ++at) {
    const auto byte = static_cast<unsigned char>(password[at]);
    if ((byte & 0xc0) != 0x80) count += byte >= 0xe3 ? 2 : 1;  // from U+3000 on
  }
  return count;
}

// What is guessed in fewer tries than this: lists of leaked passwords and of words and names, with digits and signs put before,
// between and after, rows of keys, repetitions, days (zxcvbn). 2^26.5 are ten times ten million.
constexpr double kFewestBits = 26.5;

// What people here try first and the library's lists, which are English, do not hold; folded. As parts they count as words.
constexpr std::array<const char*, 24> kHabits = {
    "tongxin",  "woaini",   "iloveyou", "5201314",    "1314520", "520",      "1314",  "zhongguo",
    "beijing",  "shanghai", "tianjin",  "shequ",      "wangge",  "dangyuan", "mima",  "woaizhongguo",
    "aini1314", "1q2w3e",   "admin",    "guanliyuan", "nihao",   "woshi",    "laopo", "wodemima"};

// A long password is guessed by its beginning as well: the library's time grows with the square of the length.
constexpr std::size_t kBytesWeighed = 100;

double bits_of(const std::string& folded, const std::string& login) {
  std::vector<const char*> words(kHabits.begin(), kHabits.end());
  if (!login.empty()) words.push_back(login.c_str());
  words.push_back(nullptr);
  return ZxcvbnMatch(folded.substr(0, kBytesWeighed).c_str(), words.data(), nullptr);
}

// A hash that no password fits, made at today's costs, so that an unknown login takes as long as a known one.
const std::string& hash_of_nobody() {
  static const std::string hash = hash_password(random_token());
  return hash;
}

std::string clean_login(std::string_view login) { return fold(trim(login)); }

std::string login_subject(std::string_view login, std::string_view address) {
  return fmt::format("login\n{}\n{}", clean_login(login), network_of(address));
}
std::string network_subject(std::string_view address) { return fmt::format("network\n{}", network_of(address)); }

std::string device_subject(const Attempt& attempt) { return "device\n" + attempt.known_device; }

milliseconds wait_for(store::Tx& tx, RealmId realm, const Attempt& attempt, Time now) {
  if (!attempt.known_device.empty()) return wait_of(tx, realm, device_subject(attempt), now);
  return std::max(wait_of(tx, realm, login_subject(attempt.login, attempt.address), now),
                  wait_of(tx, realm, network_subject(attempt.address), now));
}

void count(store::Tx& tx, RealmId realm, const Attempt& attempt, Time now) {
  if (!attempt.known_device.empty()) return count_failure(tx, realm, device_subject(attempt), kLoginWaits, now);
  count_failure(tx, realm, login_subject(attempt.login, attempt.address), kLoginWaits, now);
  count_failure(tx, realm, network_subject(attempt.address), kNetworkWaits, now);
}

void need_changed(std::int64_t rows) {
  if (rows == 0) refuse(Code::not_found, "/account", "unknown", words("没有这个账号", "there is no such account"));
}

}  // namespace

// --- accounts

std::optional<Words> password_complaint(std::string_view login, std::string_view password) {
  if (!is_utf8(password)) return words("密码不是有效的文字", "the password is not valid text");
  const std::size_t length = count_code_points(password);
  if (strength_of(password) < 12 || length > 200)
    return words("密码应为 12 到 200 个字符，一个汉字算两个",
                 "a password has 12 to 200 characters; a Chinese one counts as two");
  const std::string folded = fold(password), own = clean_login(login);
  if (!own.empty() && folded.find(own) != std::string::npos)
    return words("密码不能包含登录名", "the password must not contain the login");
  if (bits_of(folded, own) < kFewestBits)
    return words("这个密码太常见，别人最先猜的就是它；请再加上几个不相干的字词",
                 "this password is among the first that anybody tries; add some words that have nothing to do with it");
  return std::nullopt;
}

void need_good_password(std::string_view login, std::string_view password, std::string at) {
  if (const auto complaint = password_complaint(login, password))
    refuse(Code::invalid, std::move(at), "password", *complaint);
}

AccountId add_account(store::Tx& tx, const Doing& doing, PersonId person, std::string_view login,
                      std::string_view password_hash) {
  const std::string clean = clean_login(login);
  const std::size_t length = is_utf8(clean) ? count_code_points(clean) : 0;
  if (length < 3 || length > 40 || !is_one_line(clean) || clean.find(' ') != std::string::npos)
    refuse(Code::invalid, "/login", "length",
           words("登录名应为 3 到 40 个字符，不含空格", "a login has 3 to 40 characters and no spaces"));
  const auto id = doing.ids.make<AccountId>();
  if (tx.run(sql::kAddAccount, doing.realm, id, person, clean, password_hash, Bytes{}) == 0)
    refuse(Code::conflict, "/login", "duplicate", words("登录名 {} 已被使用", "the login {} is taken", clean));
  audit(tx, doing, "account.add", person.value);
  return id;
}

std::optional<Account> find_account(store::Tx& tx, RealmId realm, std::string_view login) {
  return tx.one<Account>(sql::kAccountByLogin, realm, clean_login(login));
}

std::vector<Account> accounts_of(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<Account>(sql::kAccountsOf, realm, person);
}

void set_password(store::Tx& tx, const Doing& doing, AccountId account, std::string_view password_hash) {
  need_changed(tx.run(sql::kSetPassword, doing.realm, account, password_hash));
  tx.run(sql::kDropSessionsOfAccount, doing.realm, account);
  audit(tx, doing, "account.password", account.value);
}

void disable_account(store::Tx& tx, const Doing& doing, AccountId account) {
  need_changed(tx.run(sql::kSetDisabled, doing.realm, account, 1));
  tx.run(sql::kDropSessionsOfAccount, doing.realm, account);
  if (const auto kept = tx.one<Account>(sql::kAccount, doing.realm, account))
    tx.run(sql::kDropTokensOf, doing.realm, kept->person);
  audit(tx, doing, "account.disable", account.value);
}

void enable_account(store::Tx& tx, const Doing& doing, AccountId account) {
  need_changed(tx.run(sql::kSetDisabled, doing.realm, account, 0));
  audit(tx, doing, "account.enable", account.value);
}

// --- signing in

Challenge begin_sign_in(store::Tx& tx, RealmId realm, const Attempt& attempt, Time now) {
  Challenge challenge{realm, {}, hash_of_nobody(), wait_for(tx, realm, attempt, now)};
  const auto account = find_account(tx, realm, attempt.login);
  if (account && !account->disabled) {
    challenge.account = account->id;
    challenge.password_hash = account->password_hash;
  }
  return challenge;
}

Verdict check_password(const Challenge& challenge, std::string_view password) {
  if (challenge.wait.count() > 0) return {};
  // Argon2id reads it all: what is longer than any accepted password is not read.
  const bool right = password.size() <= 1024 && verify_password(challenge.password_hash, password) && challenge.account;
  return {right, right && is_outdated(challenge.password_hash) ? hash_password(password) : std::string{}};
}

SignInResult finish_sign_in(store::Tx& tx, const Vault& vault, const Challenge& challenge, const Verdict& verdict,
                            const Attempt& attempt, const SessionRules& rules, Time now, IdSource& ids) {
  const RealmId realm = challenge.realm;
  // Asked again: many guesses at once must not all pass before the first is counted.
  const milliseconds wait = std::max(challenge.wait, wait_for(tx, realm, attempt, now));
  if (wait.count() > 0) return {SignInState::wait, wait};
  const auto account = tx.one<Account>(sql::kAccount, realm, challenge.account);
  const bool right =
      verdict.right && account && !account->disabled && account->password_hash == challenge.password_hash;
  if (!right) {
    count(tx, realm, attempt, now);
    return {SignInState::wrong};
  }
  if (account->totp_enabled) {
    if (attempt.code.empty()) return {SignInState::code_needed};
    if (!take_code(tx, vault, realm, *account, attempt.code, now)) {
      count(tx, realm, attempt, now);
      return {SignInState::code_wrong};
    }
  }
  forget_failures(
      tx, realm,
      attempt.known_device.empty() ? login_subject(attempt.login, attempt.address) : device_subject(attempt));
  if (!verdict.new_hash.empty())
    tx.run(sql::kUpgradePassword, realm, account->id, account->password_hash, verdict.new_hash);
  return {SignInState::signed_in,
          {},
          open_session(tx, realm, ids, account->person, account->id, attempt.device, rules, now)};
}

SignInResult sign_in(store::Store& store, const Vault& vault, RealmId realm, const Attempt& attempt,
                     const SessionRules& rules, Time now, IdSource& ids) {
  const auto challenge = store.read([&](store::Tx& tx) { return begin_sign_in(tx, realm, attempt, now); });
  const Verdict verdict = check_password(challenge, attempt.password);
  return store.write(
      [&](store::Tx& tx) { return finish_sign_in(tx, vault, challenge, verdict, attempt, rules, now, ids); });
}

Swept sweep_expired(store::Tx& tx, RealmId realm, Time now) {
  return {tx.run(sql::kDropOldSessions, realm, now), tx.run(sql::kDropOldPhoneCodes, realm, now),
          tx.run(sql::kDropOldThrottle, realm, now - std::chrono::hours{2})};
}

}  // namespace tongxin::people
