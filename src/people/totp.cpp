#include "people/totp.hpp"

#include <liboath/oath.h>

#include <algorithm>

#include "base/text.hpp"
#include "people/accounts_sql.hpp"

namespace tongxin::people {
namespace {

constexpr unsigned kStepSeconds = 30;
constexpr std::string_view kTotpField = "totp";
constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, without l, o, 0 and 1

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

void start_library() {
  static const int state = oath_init();
  if (state != OATH_OK) throw Fault(Code::internal, words("内部错误", "internal error")).log("liboath does not start");
}

std::time_t seconds_of(Time now) { return std::time_t(to_millis(now) / 1000); }

Account need_account(store::Tx& tx, RealmId realm, AccountId id) {
  auto account = tx.one<Account>(sql::kAccount, realm, id);
  if (!account) refuse(Code::not_found, "/account", "unknown", words("没有这个账号", "there is no such account"));
  return std::move(*account);
}

std::string base32(std::string_view bytes) {
  char* text = nullptr;
  std::size_t length = 0;
  start_library();
  if (oath_base32_encode(bytes.data(), bytes.size(), &text, &length) != OATH_OK) throw std::bad_alloc();
  std::string result(text, length);
  std::free(text);
  while (!result.empty() && result.back() == '=') result.pop_back();
  return result;
}

// Sixteen letters in groups of four: 80 bits.
std::string new_recovery_code() {
  std::string code;
  for (const std::uint8_t byte : random_bytes(16)) {
    if (!code.empty() && code.size() % 5 == 4) code += '-';
    code += kLetters[byte & 31];
  }
  return code;
}

Bytes recovery_hash(AccountId account, std::string_view code) {
  std::string letters;
  for (const char c : fold(code))
    if (c != '-' && c != ' ') letters += c;
  const Digest hash = digest(fmt::format("recovery/{}/{}", id_text(account.value), letters));
  return Bytes(hash.begin(), hash.end());
}

}  // namespace

std::string totp_code(std::string_view secret, Time now, unsigned digits) {
  start_library();
  std::array<char, 16> code{};
  if (oath_totp_generate(secret.data(), secret.size(), seconds_of(now), kStepSeconds, 0, digits, code.data()) !=
      OATH_OK)
    throw Fault(Code::internal, words("内部错误", "internal error")).log("liboath makes no code");
  return code.data();
}

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Time now,
                                      std::int64_t last_step) {
  start_library();
  const bool six_digits = code.size() == 6 && code.find_first_not_of("0123456789") == std::string_view::npos;
  if (!six_digits) return std::nullopt;
  int position = 0;
  std::uint64_t step = 0;
  const std::string text(code);
  if (oath_totp_validate3(secret.data(), secret.size(), seconds_of(now), kStepSeconds, 0, 1, &position, &step,
                          text.c_str()) < 0)
    return std::nullopt;
  if (std::int64_t(step) <= last_step) return std::nullopt;
  return std::int64_t(step);
}

std::string code_of(store::Tx& tx, const Vault& vault, RealmId realm, AccountId id, Time at) {
  return totp_code(vault.open(realm, id.value, kTotpField, need_account(tx, realm, id).totp_secret), at);
}

TotpSecret start_totp(store::Tx& tx, const Vault& vault, const Doing& doing, AccountId id, std::string_view issuer) {
  const Account account = need_account(tx, doing.realm, id);
  if (account.totp_enabled)
    refuse(Code::not_now, "/totp", "state",
           words("已启用动态口令；请先停用", "a second factor is in use; turn it off first"));
  const Bytes bytes = random_bytes(20);
  tx.run(sql::kSetTotp, doing.realm, id, vault.seal(doing.realm, id.value, kTotpField, as_text(bytes)), 0, 0);
  const std::string secret = base32(as_text(bytes));
  const std::string label = percent_encode(issuer) + ":" + percent_encode(account.login);
  return {secret, fmt::format("otpauth://totp/{}?secret={}&issuer={}", label, secret, percent_encode(issuer))};
}

std::vector<std::string> confirm_totp(store::Tx& tx, const Vault& vault, const Doing& doing, AccountId id,
                                      std::string_view code) {
  const Account account = need_account(tx, doing.realm, id);
  if (account.totp_enabled || account.totp_secret.empty())
    refuse(Code::not_now, "/totp", "state", words("没有等待确认的动态口令", "no second factor waits to be confirmed"));
  const std::string secret = vault.open(doing.realm, id.value, kTotpField, account.totp_secret);
  const auto step = totp_step(secret, trim(code), doing.at, 0);
  if (!step)
    refuse(Code::invalid, "/code", "code",
           words("口令不对，请用应用里当前的六位数", "wrong code; use the six digits shown now"));
  tx.run(sql::kSetTotp, doing.realm, id, account.totp_secret, 1, *step);
  tx.run(sql::kDropRecovery, doing.realm, id);
  std::vector<std::string> codes;
  for (int i = 0; i < 10; ++i) {
    codes.push_back(new_recovery_code());
    tx.run(sql::kAddRecovery, doing.realm, id, recovery_hash(id, codes.back()));
  }
  audit(tx, doing, "account.totp_on", id.value);
  return codes;
}

void disable_totp(store::Tx& tx, const Doing& doing, AccountId id) {
  need_account(tx, doing.realm, id);
  tx.run(sql::kSetTotp, doing.realm, id, Bytes{}, 0, 0);
  tx.run(sql::kDropRecovery, doing.realm, id);
  audit(tx, doing, "account.totp_off", id.value);
}

bool take_code(store::Tx& tx, const Vault& vault, RealmId realm, const Account& account, std::string_view code,
               Time now) {
  const std::string secret = vault.open(realm, account.id.value, kTotpField, account.totp_secret);
  if (const auto step = totp_step(secret, trim(code), now, account.totp_step))
    return tx.run(sql::kTakeTotpStep, realm, account.id, *step) == 1;
  return tx.run(sql::kTakeRecovery, realm, account.id, recovery_hash(account.id, code)) == 1;
}

}  // namespace tongxin::people
