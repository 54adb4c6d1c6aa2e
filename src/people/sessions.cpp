#include <algorithm>

#include "base/text.hpp"
#include "people/accounts.hpp"
#include "people/accounts_sql.hpp"
#include "people/secrets.hpp"

namespace tongxin::people {

// --- secrets

Bytes Secret::hash() const {
  const Digest hash = digest(text);
  return Bytes(hash.begin(), hash.end());
}

std::string Secret::csrf() const { return base64url(as_text(hmac_sha256(text, "csrf"))); }

Secret make_secret(RealmId realm) { return {realm, to_text(realm) + "." + random_token()}; }

std::optional<Secret> read_secret(std::string_view text) {
  constexpr std::size_t kRealm = 13, kLength = kRealm + 1 + 43;
  Secret secret;
  if (text.size() != kLength || text[kRealm] != '.' || !parse(text.substr(0, kRealm), secret.realm))
    return std::nullopt;
  secret.text = text;
  return secret;
}

std::optional<RealmId> realm_of_secret(std::string_view cookie_or_token) {
  const auto secret = read_secret(cookie_or_token);
  if (!secret) return std::nullopt;
  return secret->realm;
}

// --- sessions

NewSession open_session(store::Tx& tx, RealmId realm, IdSource& ids, PersonId person, AccountId account,
                        std::string_view device, const SessionRules& rules, Time now) {
  const Secret secret = make_secret(realm);
  const std::string name = is_utf8(device) ? std::string(cut(device, 200)) : std::string{};
  const Time until = now + rules.longest;
  const Session session{
      ids.make<SessionId>(), account, person, now, now, std::min(now + rules.idle, until), until, name};
  tx.run(sql::kAddSession, realm, secret.hash(), session.id, account, person, now, session.idle_until, until, name);
  return {secret.text, secret.csrf(), session};
}

std::optional<SignedIn> find_session(store::Tx& tx, std::string_view cookie, Time now) {
  const auto secret = read_secret(cookie);
  if (!secret) return std::nullopt;
  auto session = tx.one<Session>(sql::kSession, secret->realm, secret->hash());
  if (!session || session->idle_until <= now || session->until_at <= now) return std::nullopt;
  // A tenth of the idle time is precise enough, and spares a write at every request.
  const bool due = now - session->seen_at > (session->idle_until - session->seen_at) / 10;
  return SignedIn{secret->realm, std::move(*session), secret->csrf(), due};
}

bool csrf_fits(const SignedIn& signed_in, std::string_view header) {
  return equal_in_constant_time(signed_in.csrf, header);
}

void touch_session(store::Tx& tx, std::string_view cookie, const SignedIn& signed_in, const SessionRules& rules,
                   Time now) {
  const auto secret = read_secret(cookie);
  if (!secret) return;
  tx.run(sql::kTouchSession, secret->realm, secret->hash(), now,
         std::min(now + rules.idle, signed_in.session.until_at));
}

void close_session(store::Tx& tx, std::string_view cookie) {
  if (const auto secret = read_secret(cookie)) tx.run(sql::kDropSession, secret->realm, secret->hash());
}

std::vector<Session> sessions_of(store::Tx& tx, RealmId realm, PersonId person, Time now) {
  return tx.all<Session>(sql::kSessionsOf, realm, person, now);
}

bool revoke_session(store::Tx& tx, RealmId realm, PersonId person, SessionId session) {
  return tx.run(sql::kDropSessionById, realm, person, session) > 0;
}

void revoke_all_sessions(store::Tx& tx, RealmId realm, PersonId person) { tx.run(sql::kDropSessionsOf, realm, person); }

}  // namespace tongxin::people
