#include "people/tokens.hpp"

#include <algorithm>
#include <ranges>

#include "base/text.hpp"
#include "people/accounts_sql.hpp"
#include "people/secrets.hpp"

namespace tongxin::people {
namespace {

constexpr auto kCodeLife = std::chrono::minutes{5};
constexpr int kCodeTries = 5;
constexpr Waits kPhoneWaits{.free = 0, .first = std::chrono::seconds{60}, .most = std::chrono::seconds{3600}};
constexpr Waits kPhoneNetworkWaits{.free = 20, .first = std::chrono::seconds{60}, .most = std::chrono::seconds{3600}};

struct KeptCode {
  Bytes hash;
  Time sent_at{}, until_at{};
  int tries = 0;
};
BOOST_DESCRIBE_STRUCT(KeptCode, (), (hash, sent_at, until_at, tries))

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

bool is_scope(std::string_view scope) {
  return !scope.empty() && scope.size() <= 64 &&
         scope.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-:") == std::string_view::npos;
}

std::string need_phone(std::string_view phone) {
  std::string clean = clean_phone(phone);
  if (!is_phone(clean)) refuse(Code::invalid, "/phone", "format", words("不是电话号码", "this is not a phone number"));
  return clean;
}

}  // namespace

// --- API tokens

NewToken add_token(store::Tx& tx, const Doing& doing, PersonId person, std::string_view name,
                   const std::vector<std::string>& scopes, Time until) {
  if (trim(name).empty() || !is_utf8(name) || !is_one_line(name) || count_code_points(name) > 60)
    refuse(Code::invalid, "/name", "length",
           words("名称应是一行 1 到 60 个字", "the name must be one line of 1 to 60 characters"));
  if (until <= doing.at || until > doing.at + std::chrono::hours{24 * 366})
    refuse(Code::invalid, "/until", "range", words("期限应在一年之内", "the end must lie within a year"));
  Token token{doing.ids.make<TokenId>(), person, std::string(trim(name)), {}, until, doing.at, {}};
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (!is_scope(scopes[i]))
      refuse(Code::invalid, fmt::format("/scopes/{}", i), "format",
             words("不是权限范围的名称", "this is not the name of a scope"));
    token.scopes += (i ? " " : "") + scopes[i];
  }
  if (scopes.empty())
    refuse(Code::invalid, "/scopes", "required", words("至少要有一个权限范围", "at least one scope is needed"));
  const Secret secret = make_secret(doing.realm);
  tx.run(sql::kAddToken, doing.realm, secret.hash(), token.id, person, token.name, token.scopes, until, doing.at);
  audit(tx, doing, "token.add", person.value);
  return {secret.text, token};
}

std::optional<Token> find_token(store::Tx& tx, std::string_view text, Time now) {
  const auto secret = read_secret(text);
  if (!secret) return std::nullopt;
  auto token = tx.one<Token>(sql::kToken, secret->realm, secret->hash());
  if (!token || token->until_at <= now) return std::nullopt;
  return token;
}

void touch_token(store::Tx& tx, std::string_view text, Time now) {
  if (const auto secret = read_secret(text)) tx.run(sql::kTouchToken, secret->realm, secret->hash(), now);
}

bool has_scope(const Token& token, std::string_view scope) {
  return is_scope(scope) && std::ranges::any_of(std::views::split(token.scopes, ' '),
                                                [scope](const auto word) { return std::ranges::equal(word, scope); });
}

std::vector<Token> tokens_of(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<Token>(sql::kTokensOf, realm, person);
}

bool revoke_token(store::Tx& tx, const Doing& doing, PersonId person, TokenId token) {
  const bool revoked = tx.run(sql::kDropToken, doing.realm, person, token) > 0;
  if (revoked) audit(tx, doing, "token.revoke", person.value);
  return revoked;
}

// --- phone codes

PhoneCode start_phone_code(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view phone,
                           std::string_view requester, std::string_view address, Time now) {
  PhoneCode answer{need_phone(phone), {}, {}};
  const Bytes key = vault.blind_index(realm, "phone code", answer.phone);
  const std::string one = fmt::format("phone\n{}\n{}", hex(as_text(key)), requester);
  const std::string network = fmt::format("phone network\n{}", network_of(address));
  answer.wait = std::max(wait_of(tx, realm, one, now), wait_of(tx, realm, network, now));
  if (answer.wait.count() > 0) return answer;
  answer.code = random_digits(6);
  const Bytes hash = vault.blind_index(realm, "phone code", answer.phone + "/" + answer.code);
  tx.run(sql::kPutPhoneCode, realm, key, requester, hash, now, now + kCodeLife);
  count_failure(tx, realm, one, kPhoneWaits, now);
  count_failure(tx, realm, network, kPhoneNetworkWaits, now);
  return answer;
}

bool take_phone_code(store::Tx& tx, const Vault& vault, RealmId realm, std::string_view phone,
                     std::string_view requester, std::string_view code, Time now) {
  const std::string clean = need_phone(phone);
  const Bytes key = vault.blind_index(realm, "phone code", clean);
  tx.run(sql::kCountPhoneTry, realm, key, requester);  // first, so that two tries at once count as two
  const auto kept = tx.one<KeptCode>(sql::kPhoneCode, realm, key, requester);
  if (!kept || kept->until_at <= now || kept->tries > kCodeTries) return false;
  const Bytes hash = vault.blind_index(realm, "phone code", clean + "/" + std::string(trim(code)));
  if (!equal_in_constant_time(as_text(hash), as_text(kept->hash))) return false;
  tx.run(sql::kDropPhoneCode, realm, key, requester);
  return true;
}

NewSession open_phone_session(store::Tx& tx, RealmId realm, IdSource& ids, PersonId person, std::string_view device,
                              const SessionRules& rules, Time now) {
  for (const Account& account : accounts_of(tx, realm, person))
    if (account.totp_enabled || account.disabled)
      refuse(Code::forbidden, "/phone", "account",
             words("请用账号和动态口令登录", "sign in with your account and its second factor"));
  return open_session(tx, realm, ids, person, AccountId{}, device, rules, now);
}

}  // namespace tongxin::people
