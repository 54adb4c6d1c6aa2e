// Every statement of signing in: accounts, sessions, tokens, codes, throttling.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::people::sql {

using store::Sql;

// --- accounts
#define TONGXIN_ACCOUNT_COLUMNS "id, person, login, password_hash, totp_secret, totp_enabled, totp_step, disabled"
inline constexpr Sql kAccount{"account",
                              "SELECT " TONGXIN_ACCOUNT_COLUMNS " FROM accounts WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kAccountByLogin{
    "account_by_login", "SELECT " TONGXIN_ACCOUNT_COLUMNS " FROM accounts WHERE realm_id = $1 AND login = $2"};
inline constexpr Sql kAccountsOf{
    "accounts_of", "SELECT " TONGXIN_ACCOUNT_COLUMNS " FROM accounts WHERE realm_id = $1 AND person = $2 ORDER BY id"};
inline constexpr Sql kAddAccount{
    "add_account",
    "INSERT INTO accounts (realm_id, id, person, login, password_hash, totp_secret, totp_enabled, "
    "totp_step, disabled) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0) "
    "ON CONFLICT (realm_id, login) DO NOTHING"};
inline constexpr Sql kSetPassword{"set_password",
                                  "UPDATE accounts SET password_hash = $3 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kUpgradePassword{
    "upgrade_password",
    "UPDATE accounts SET password_hash = $4 WHERE realm_id = $1 AND id = $2 AND password_hash = $3"};
inline constexpr Sql kSetDisabled{"set_disabled", "UPDATE accounts SET disabled = $3 WHERE realm_id = $1 AND id = $2"};
inline constexpr Sql kSetTotp{
    "set_totp",
    "UPDATE accounts SET totp_secret = $3, totp_enabled = $4, totp_step = $5 WHERE realm_id = $1 AND id = $2"};
// The step only ever rises: of two sign-ins with one code at the same instant one changes no row.
inline constexpr Sql kTakeTotpStep{
    "take_totp_step", "UPDATE accounts SET totp_step = $3 WHERE realm_id = $1 AND id = $2 AND totp_step < $3"};
inline constexpr Sql kDropAccountsOf{"drop_accounts_of", "DELETE FROM accounts WHERE realm_id = $1 AND person = $2"};

// --- recovery codes
inline constexpr Sql kAddRecovery{"add_recovery",
                                  "INSERT INTO recovery_codes (realm_id, account, hash) VALUES ($1, $2, $3)"};
inline constexpr Sql kTakeRecovery{"take_recovery",
                                   "DELETE FROM recovery_codes WHERE realm_id = $1 AND account = $2 AND hash = $3"};
inline constexpr Sql kDropRecovery{"drop_recovery", "DELETE FROM recovery_codes WHERE realm_id = $1 AND account = $2"};
inline constexpr Sql kDropRecoveryOfPerson{
    "drop_recovery_of_person",
    "DELETE FROM recovery_codes WHERE realm_id = $1 AND EXISTS (SELECT 1 FROM accounts AS a WHERE "
    "a.realm_id = recovery_codes.realm_id AND a.id = recovery_codes.account AND a.person = $2)"};

// --- sessions
inline constexpr Sql kAddSession{
    "add_session",
    "INSERT INTO sessions (realm_id, hash, id, account, person, created_at, seen_at, idle_until, "
    "until_at, device) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)"};
inline constexpr Sql kSession{
    "session",
    "SELECT id, account, person, created_at, seen_at, idle_until, until_at, device FROM sessions "
    "WHERE realm_id = $1 AND hash = $2"};
inline constexpr Sql kSessionsOf{
    "sessions_of",
    "SELECT id, account, person, created_at, seen_at, idle_until, until_at, device FROM sessions "
    "WHERE realm_id = $1 AND person = $2 AND until_at > $3 AND idle_until > $3 ORDER BY id DESC"};
inline constexpr Sql kTouchSession{
    "touch_session",
    "UPDATE sessions SET seen_at = $3, idle_until = $4 WHERE realm_id = $1 AND hash = $2 AND seen_at < $3"};
inline constexpr Sql kDropSession{"drop_session", "DELETE FROM sessions WHERE realm_id = $1 AND hash = $2"};
inline constexpr Sql kDropSessionById{"drop_session_by_id",
                                      "DELETE FROM sessions WHERE realm_id = $1 AND person = $2 AND id = $3"};
inline constexpr Sql kDropSessionsOf{"drop_sessions_of", "DELETE FROM sessions WHERE realm_id = $1 AND person = $2"};
inline constexpr Sql kDropSessionsOfAccount{"drop_sessions_of_account",
                                            "DELETE FROM sessions WHERE realm_id = $1 AND account = $2"};
inline constexpr Sql kDropOldSessions{
    "drop_old_sessions", "DELETE FROM sessions WHERE realm_id = $1 AND (until_at <= $2 OR idle_until <= $2)"};

// --- tokens
inline constexpr Sql kAddToken{
    "add_token",
    "INSERT INTO api_tokens (realm_id, hash, id, person, name, scopes, until_at, created_at, used_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)"};
inline constexpr Sql kToken{"token",
                            "SELECT id, person, name, scopes, until_at, created_at, used_at FROM api_tokens "
                            "WHERE realm_id = $1 AND hash = $2"};
inline constexpr Sql kTokensOf{"tokens_of",
                               "SELECT id, person, name, scopes, until_at, created_at, used_at FROM api_tokens "
                               "WHERE realm_id = $1 AND person = $2 ORDER BY id DESC"};
inline constexpr Sql kTouchToken{"touch_token", "UPDATE api_tokens SET used_at = $3 WHERE realm_id = $1 AND hash = $2"};
inline constexpr Sql kDropToken{"drop_token", "DELETE FROM api_tokens WHERE realm_id = $1 AND person = $2 AND id = $3"};
inline constexpr Sql kDropTokensOf{"drop_tokens_of", "DELETE FROM api_tokens WHERE realm_id = $1 AND person = $2"};

// --- phone codes
inline constexpr Sql kPutPhoneCode{
    "put_phone_code",
    "INSERT INTO phone_codes (realm_id, phone, requester, hash, sent_at, until_at, tries) VALUES ($1, $2, $3, $4, $5, "
    "$6, 0) "
    "ON CONFLICT (realm_id, phone, requester) DO UPDATE SET hash = excluded.hash, sent_at = excluded.sent_at, "
    "until_at = excluded.until_at, tries = 0"};
inline constexpr Sql kPhoneCode{
    "phone_code",
    "SELECT hash, sent_at, until_at, tries FROM phone_codes WHERE realm_id = $1 AND phone = $2 AND requester = $3"};
inline constexpr Sql kCountPhoneTry{
    "count_phone_try",
    "UPDATE phone_codes SET tries = tries + 1 WHERE realm_id = $1 AND phone = $2 AND requester = $3"};
inline constexpr Sql kDropPhoneCode{"drop_phone_code",
                                    "DELETE FROM phone_codes WHERE realm_id = $1 AND phone = $2 AND requester = $3"};
inline constexpr Sql kDropOldPhoneCodes{"drop_old_phone_codes",
                                        "DELETE FROM phone_codes WHERE realm_id = $1 AND until_at <= $2"};

// --- throttling
inline constexpr Sql kThrottle{
    "throttle", "SELECT failures, last_at, blocked_until FROM throttle WHERE realm_id = $1 AND subject = $2"};
inline constexpr Sql kPutThrottle{
    "put_throttle",
    "INSERT INTO throttle (realm_id, subject, failures, last_at, blocked_until) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (realm_id, subject) DO UPDATE SET failures = excluded.failures, "
    "last_at = excluded.last_at, blocked_until = excluded.blocked_until"};
inline constexpr Sql kDropThrottle{"drop_throttle", "DELETE FROM throttle WHERE realm_id = $1 AND subject = $2"};
inline constexpr Sql kDropOldThrottle{"drop_old_throttle",
                                      "DELETE FROM throttle WHERE realm_id = $1 AND last_at <= $2"};

inline constexpr std::array kAllAccountStatements = {kAccount,         kAccountByLogin,
                                                     kAccountsOf,      kAddAccount,
                                                     kSetPassword,     kUpgradePassword,
                                                     kSetDisabled,     kSetTotp,
                                                     kTakeTotpStep,    kDropAccountsOf,
                                                     kAddRecovery,     kTakeRecovery,
                                                     kDropRecovery,    kDropRecoveryOfPerson,
                                                     kAddSession,      kSession,
                                                     kSessionsOf,      kTouchSession,
                                                     kDropSession,     kDropSessionById,
                                                     kDropSessionsOf,  kDropSessionsOfAccount,
                                                     kDropOldSessions, kAddToken,
                                                     kToken,           kTokensOf,
                                                     kTouchToken,      kDropToken,
                                                     kDropTokensOf,    kPutPhoneCode,
                                                     kPhoneCode,       kCountPhoneTry,
                                                     kDropPhoneCode,   kDropOldPhoneCodes,
                                                     kThrottle,        kPutThrottle,
                                                     kDropThrottle,    kDropOldThrottle};

}  // namespace tongxin::people::sql
