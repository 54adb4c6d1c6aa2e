// What the route files share: who came with which cookie, what a Doing of theirs is, how parameters of an address are read,
// and rights that do not hang on a record. Inside serve/.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "people/accounts.hpp"
#include "people/doing.hpp"
#include "record/world.hpp"
#include "serve/api_notes.hpp"
#include "serve/app.hpp"
#include "serve/openapi.hpp"

namespace tongxin::serve {

// ── who came ──
inline constexpr people::SessionRules kSessionRules{};

// The session of the cookie, if it is valid and of this realm. Does not look at CSRF or at the second factor.
std::optional<people::SignedIn> session_of(App& app, store::Tx& tx, const Request& request);
// The same for routes that must work before the second factor is set up: refuses nobody (unauthorized) and a change
// without its CSRF token (forbidden). Tokens do not open a session.
people::SignedIn need_session(App& app, store::Tx& tx, const Request& request);
std::optional<people::Account> account_of(App& app, store::Tx& tx, const people::Session& session);
// Set-Cookie that keeps the session for its whole time, and one that forgets it.
std::pair<std::string, std::string> session_cookie(const Request& request, const std::string& cookie);
std::pair<std::string, std::string> no_session_cookie(const Request& request);

// Who holds this API token, which must carry the scope. Throws Fault(unauthorized, forbidden).
Caller caller_of_token(App& app, store::Tx& tx, std::string_view token, std::string_view scope, Language language);

struct Standing {
  bool staff = false, admin = false, totp_required = false;
};
Standing standing_of(const record::World& world, PersonId person, Day today);

// ── rights ──
// Throws Fault(forbidden) unless the caller may administer the realm.
void need_admin(const Caller& caller);
// Throws Fault(forbidden) unless the caller holds a post.
void need_staff(const Caller& caller);
// Organisations and posts at a place are kept by administrators, and by the secretary or the street's leader whose post
// covers it. Nobody but an administrator may give a role that administers.
bool may_organise(const record::World& world, const Caller& caller, AreaId area, Day today);
// Does the caller hold a role there that packs say this of?
bool holds_role_at(const record::World& world, const Caller& caller, AreaId area, Day today, bool pack::Named::*which);
void need_organiser(const record::World& world, const Caller& caller, AreaId area, Day today);

people::Doing doing_of(App& app, PersonId actor, std::string reason);

// ── values ──
// "2026-11-22" at a place of the body; Fault(invalid) when it is no day. Empty: `otherwise`.
Day day_at(std::string_view text, std::string_view at, Day otherwise = 0);
[[noreturn]] void refuse_invalid(std::string at, std::string kind, Words say);

// ── views ──
api::PostView post_view(const record::World& world, const people::Post& post);
api::PersonRef person_ref(store::Tx& tx, const record::World& world, PersonId person);
api::AreaRef area_ref(const record::World& world, AreaId area);  // empty when there is none
std::optional<std::string> day_text(Day day);                    // none for 0

// 429 with Retry-After.
Response slow_down(const Request& request, milliseconds wait);

}  // namespace tongxin::serve
