// People who sign in elsewhere: which person an identity at a provider is, what posts its claims give, and the session.
//
// A subject of an issuer is bound to a person at the first sign-in and stays so, whatever its other claims say later. Posts
// that claims give carry how = "oidc:<issuer>"; each sign-in makes them what the claims say now, and touches no other post.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/accounts.hpp"
#include "people/doing.hpp"
#include "people/types.hpp"

namespace tongxin::people {

std::optional<PersonId> person_of_outside(store::Tx& tx, RealmId realm, std::string_view issuer,
                                          std::string_view subject);
// Throws Fault(conflict) when the person is bound to another subject of this issuer already.
void bind_outside(store::Tx& tx, RealmId realm, std::string_view issuer, std::string_view subject, PersonId person,
                  Time now);
void came_from_outside(store::Tx& tx, RealmId realm, std::string_view issuer, std::string_view subject, Time now);

struct OutsidePost {
  std::string role;
  OrgId org;
  AreaId area;
};
// Appoints what is missing and ends what is no longer there; how many posts changed.
int keep_outside_posts(store::Tx& tx, const Doing& doing, std::string_view issuer, PersonId person,
                       const std::vector<OutsidePost>& wanted);

// Marks a session as one that began outside. `second_factor`: the provider asked for one.
void mark_outside_session(store::Tx& tx, const Vault& vault, RealmId realm, const Session& session, bool second_factor,
                          std::string_view id_token);
bool had_second_factor_outside(store::Tx& tx, RealmId realm, SessionId session);
std::optional<std::string> outside_hint(store::Tx& tx, const Vault& vault, RealmId realm, SessionId session);
void sweep_outside_sessions(store::Tx& tx, RealmId realm, Time now);  // hourly
void forget_outside_of_erased(store::Tx& tx, RealmId realm);          // daily, after whoever was due is erased
void forget_outside(store::Tx& tx, RealmId realm, PersonId person);

namespace sql {
inline constexpr store::Sql kOutsidePerson{
    "outside_person", "SELECT person FROM outside_identity WHERE realm_id = $1 AND issuer = $2 AND subject = $3"};
inline constexpr store::Sql kOutsideSubject{
    "outside_subject", "SELECT subject FROM outside_identity WHERE realm_id = $1 AND person = $2 AND issuer = $3"};
inline constexpr store::Sql kBindOutside{"outside_bind",
                                         "INSERT INTO outside_identity (realm_id, issuer, subject, person, first_at, "
                                         "last_at) VALUES ($1, $2, $3, $4, $5, $5)"};
inline constexpr store::Sql kCameFromOutside{
    "outside_came", "UPDATE outside_identity SET last_at = $4 WHERE realm_id = $1 AND issuer = $2 AND subject = $3"};
inline constexpr store::Sql kForgetOutside{"outside_forget",
                                           "DELETE FROM outside_identity WHERE realm_id = $1 AND person = $2"};
inline constexpr store::Sql kForgetOutsideErased{
    "outside_forget_erased",
    "DELETE FROM outside_identity WHERE realm_id = $1 AND EXISTS (SELECT 1 FROM persons p WHERE p.realm_id = "
    "outside_identity.realm_id AND p.id = outside_identity.person AND p.erased = 1)"};
inline constexpr store::Sql kMarkOutsideSession{
    "outside_session_mark",
    "INSERT INTO outside_session (realm_id, session, second_factor, hint, until_at) VALUES ($1, $2, $3, $4, $5)"};
inline constexpr store::Sql kOutsideSession{
    "outside_session", "SELECT second_factor, hint FROM outside_session WHERE realm_id = $1 AND session = $2"};
inline constexpr store::Sql kSweepOutside{"outside_session_sweep",
                                          "DELETE FROM outside_session WHERE realm_id = $1 AND until_at <= $2"};
inline constexpr std::array kAllOutsideStatements{kOutsidePerson,      kOutsideSubject, kBindOutside,
                                                  kCameFromOutside,    kForgetOutside,  kForgetOutsideErased,
                                                  kMarkOutsideSession, kOutsideSession, kSweepOutside};
}  // namespace sql

}  // namespace tongxin::people
