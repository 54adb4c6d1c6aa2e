// The second factor: time-based one-time codes (RFC 6238, SHA-1, 30 seconds, six digits), as every authenticator app makes.
//
// A code is taken within one step before or after, and never twice: the step of the last accepted code is stored. Ten
// recovery codes stand in for a lost phone, each once.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/accounts.hpp"

namespace tongxin::people {

std::string totp_code(std::string_view secret, Time now, unsigned digits = 6);
// The step whose code this is, if it lies within one step of now and after `last_step`.
std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Time now, std::int64_t last_step);

// What the app of this account shows at that moment. For whoever sets a second factor up on somebody's behalf, and for tests.
std::string code_of(store::Tx& tx, const Vault& vault, RealmId realm, AccountId account, Time at);

struct TotpSecret {
  std::string secret;  // base 32, for typing
  std::string uri;     // otpauth://…, for a QR code
};
// A new secret, not yet asked for. Refused (not_now) while one is in use: turn that off first.
TotpSecret start_totp(store::Tx& tx, const Vault& vault, const Doing& doing, AccountId account,
                      std::string_view issuer);
// The first code proves that the app has the secret; from now on a code is asked for. Returns the recovery codes, which are
// shown once. Throws Fault(invalid) for a wrong code.
std::vector<std::string> confirm_totp(store::Tx& tx, const Vault& vault, const Doing& doing, AccountId account,
                                      std::string_view code);
void disable_totp(store::Tx& tx, const Doing& doing, AccountId account);

// TOTP or recovery code; takes it, so that it does not work again.
bool take_code(store::Tx& tx, const Vault& vault, RealmId realm, const Account& account, std::string_view code,
               Time now);

}  // namespace tongxin::people
