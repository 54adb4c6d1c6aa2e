// Accounts: who may sign in, how, and until when. Plain functions over a transaction.
//
//   read:   Challenge challenge = begin_sign_in(tx, realm, attempt, now);
//   pool:   Verdict verdict = check_password(challenge, attempt.password);      // 60 ms and 32 MiB: outside any transaction
//   write:  SignInResult result = finish_sign_in(tx, vault, challenge, verdict, attempt, rules, now, ids);
//
// An unknown login takes the same way and the same time as a wrong password, and gets the same answer. Wrong answers are
// returned, not thrown, because a throw would roll back the count of failures with everything else. See throttle.hpp for
// why nobody can lock somebody else out.
//
// What a browser or a program holds is "realm.secret" with 32 random bytes; the store holds only its BLAKE2b digest, so a
// copy of the database lets nobody in. Passwords are Argon2id strings, TOTP secrets are sealed.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/doing.hpp"
#include "people/sealed.hpp"
#include "people/throttle.hpp"

namespace tongxin::people {

using SessionId = Id<struct SessionTag>;
using TokenId = Id<struct TokenTag>;

// --- accounts
struct Account {
  AccountId id{};
  PersonId person{};
  std::string login{};          // folded: case and width do not matter
  std::string password_hash{};  // never leaves the server
  Bytes totp_secret{};          // sealed; empty when never set up
  bool totp_enabled = false;
  std::int64_t totp_step = 0;  // the last 30-second step whose code was taken
  bool disabled = false;
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, person, login, password_hash, totp_secret, totp_enabled, totp_step, disabled))

// Why this password will not do (too short, one that everybody tries, the login itself); none: it is good. At least twelve
// characters, a Chinese one counting as two; no rules about kinds of characters.
std::optional<Words> password_complaint(std::string_view login, std::string_view password);
// Throws Fault(invalid) at `at` with that complaint. Call before hashing.
void need_good_password(std::string_view login, std::string_view password, std::string at = "/new_password");

// `password_hash` is tongxin::hash_password(…), made outside the transaction. Refuses a login in use (Fault conflict).
// Logins are unique within the realm: 3 to 40 characters without spaces.
AccountId add_account(store::Tx& tx, const Doing& doing, PersonId person, std::string_view login,
                      std::string_view password_hash);
std::optional<Account> find_account(store::Tx& tx, RealmId realm, std::string_view login);
std::vector<Account> accounts_of(store::Tx& tx, RealmId realm, PersonId person);
// Ends all sessions of the account; whoever changed the password opens a new one.
void set_password(store::Tx& tx, const Doing& doing, AccountId account, std::string_view password_hash);
// A disabled account cannot sign in, and its sessions end now. Tokens belong to the person and are revoked with it.
void disable_account(store::Tx& tx, const Doing& doing, AccountId account);
void enable_account(store::Tx& tx, const Doing& doing, AccountId account);

// --- sessions
struct SessionRules {
  std::chrono::milliseconds idle = std::chrono::hours{12};
  std::chrono::milliseconds longest = std::chrono::hours{24 * 7};
};

struct Session {
  SessionId id{};
  AccountId account{};  // none for one who came by phone code
  PersonId person{};
  Time created_at{}, seen_at{}, idle_until{}, until_at{};
  std::string device{};  // what the browser called itself
};
BOOST_DESCRIBE_STRUCT(Session, (), (id, account, person, created_at, seen_at, idle_until, until_at, device))

struct NewSession {
  std::string cookie{};  // shown once; the store cannot tell it again
  std::string csrf{};
  Session session;
};
NewSession open_session(store::Tx& tx, RealmId realm, IdSource& ids, PersonId person, AccountId account,
                        std::string_view device, const SessionRules& rules, Time now);

struct SignedIn {
  RealmId realm{};
  Session session;
  std::string csrf{};      // what X-CSRF-Token must be
  bool touch_due = false;  // call touch_session in some write soon; not at every request
};
// The realm that a cookie or token names, without looking anything up; none when it is not one of ours.
std::optional<RealmId> realm_of_secret(std::string_view cookie_or_token);
// One indexed select. None when unknown, expired or revoked.
std::optional<SignedIn> find_session(store::Tx& tx, std::string_view cookie, Time now);
bool csrf_fits(const SignedIn& signed_in, std::string_view header);
void touch_session(store::Tx& tx, std::string_view cookie, const SignedIn& signed_in, const SessionRules& rules,
                   Time now);
void close_session(store::Tx& tx, std::string_view cookie);                                 // sign out
std::vector<Session> sessions_of(store::Tx& tx, RealmId realm, PersonId person, Time now);  // newest first
bool revoke_session(store::Tx& tx, RealmId realm, PersonId person, SessionId session);
void revoke_all_sessions(store::Tx& tx, RealmId realm, PersonId person);

// --- signing in with a password
struct Attempt {
  std::string login{}, password{};
  std::string code{};     // TOTP (six digits) or a recovery code; "" when not asked yet
  std::string address{};  // where the request comes from
  std::string device{};
  std::string known_device{};  // of the cookie for this login (devices.hpp); "": none
};

struct Challenge {
  RealmId realm{};
  AccountId account{};          // none when the login is unknown or disabled
  std::string password_hash{};  // of the account, or one that nothing fits
  std::chrono::milliseconds wait{0};
};
struct Verdict {
  bool right = false;
  std::string new_hash{};  // set when the kept one was made at other costs
};

enum class SignInState {
  signed_in,
  wrong,        // login or password; which, is not said
  code_needed,  // the password is right: ask for the code
  code_wrong,
  wait,  // too many failures from there: see `wait`
};
struct SignInResult {
  SignInState state = SignInState::wrong;
  std::chrono::milliseconds wait{0};
  std::optional<NewSession> session{};
};

Challenge begin_sign_in(store::Tx& tx, RealmId realm, const Attempt& attempt, Time now);
// With a wait in the challenge nothing is computed.
Verdict check_password(const Challenge& challenge, std::string_view password);
SignInResult finish_sign_in(store::Tx& tx, const Vault& vault, const Challenge& challenge, const Verdict& verdict,
                            const Attempt& attempt, const SessionRules& rules, Time now, IdSource& ids);
// All three on the calling thread: for the command line and tests.
SignInResult sign_in(store::Store& store, const Vault& vault, RealmId realm, const Attempt& attempt,
                     const SessionRules& rules, Time now, IdSource& ids);

// --- housekeeping: removes what has expired; run it every hour or so
struct Swept {
  std::int64_t sessions = 0, codes = 0, counts = 0;
};
Swept sweep_expired(store::Tx& tx, RealmId realm, Time now);

}  // namespace tongxin::people
