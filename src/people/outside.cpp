#include "people/outside.hpp"

#include <algorithm>

#include "people/operations.hpp"

namespace tongxin::people {
namespace {

constexpr std::string_view kField = "outside-hint";

bool same(const Post& post, const OutsidePost& wanted) {
  return post.role == wanted.role && post.org == wanted.org && post.area == wanted.area;
}

struct SessionRow {
  bool second_factor = false;
  store::Bytes hint;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (), (second_factor, hint))

}  // namespace

std::optional<PersonId> person_of_outside(store::Tx& tx, RealmId realm, std::string_view issuer,
                                          std::string_view subject) {
  return tx.one<PersonId>(sql::kOutsidePerson, realm, issuer, subject);
}

void bind_outside(store::Tx& tx, RealmId realm, std::string_view issuer, std::string_view subject, PersonId person,
                  Time now) {
  if (tx.one<std::string>(sql::kOutsideSubject, realm, person, issuer))
    throw Fault(Code::conflict, words("这个人已绑定另一个统一身份，请联系管理员",
                                      "this person is bound to another identity already: ask an administrator"));
  tx.run(sql::kBindOutside, realm, issuer, subject, person, now);
}

void came_from_outside(store::Tx& tx, RealmId realm, std::string_view issuer, std::string_view subject, Time now) {
  tx.run(sql::kCameFromOutside, realm, issuer, subject, now);
}

int keep_outside_posts(store::Tx& tx, const Doing& doing, std::string_view issuer, PersonId person,
                       const std::vector<OutsidePost>& wanted) {
  const std::string how = fmt::format("oidc:{}", issuer);
  const Day today = doing.today();
  int changed = 0;
  std::vector<Post> posts;
  for (const Post& post : posts_of(tx, doing.realm, person))
    if (within(post.from, post.until, today)) posts.push_back(post);
  for (const Post& post : posts) {
    const bool still =
        std::any_of(wanted.begin(), wanted.end(), [&](const OutsidePost& each) { return same(post, each); });
    if (post.how != how || still) continue;
    end_post(tx, doing, post.id, today);
    ++changed;
  }
  for (const OutsidePost& each : wanted) {
    // A post that somebody was given by hand is as good, and stays theirs.
    if (std::any_of(posts.begin(), posts.end(), [&](const Post& post) { return same(post, each); })) continue;
    appoint(tx, doing,
            {.person = person, .role = each.role, .org = each.org, .area = each.area, .from = today, .how = how});
    ++changed;
  }
  return changed;
}

void mark_outside_session(store::Tx& tx, const Vault& vault, RealmId realm, const Session& session, bool second_factor,
                          std::string_view id_token) {
  tx.run(sql::kMarkOutsideSession, realm, session.id, second_factor,
         vault.seal(realm, session.id.value, kField, id_token), session.until_at);
}

bool had_second_factor_outside(store::Tx& tx, RealmId realm, SessionId session) {
  const auto row = tx.one<SessionRow>(sql::kOutsideSession, realm, session);
  return row && row->second_factor;
}

std::optional<std::string> outside_hint(store::Tx& tx, const Vault& vault, RealmId realm, SessionId session) {
  const auto row = tx.one<SessionRow>(sql::kOutsideSession, realm, session);
  return row ? std::optional(vault.open(realm, session.value, kField, row->hint)) : std::nullopt;
}

void sweep_outside_sessions(store::Tx& tx, RealmId realm, Time now) { tx.run(sql::kSweepOutside, realm, now); }
void forget_outside_of_erased(store::Tx& tx, RealmId realm) { tx.run(sql::kForgetOutsideErased, realm); }
void forget_outside(store::Tx& tx, RealmId realm, PersonId person) { tx.run(sql::kForgetOutside, realm, person); }

}  // namespace tongxin::people
