#include "people/removal.hpp"

#include "people/accounts.hpp"
#include "people/accounts_sql.hpp"
#include "people/links.hpp"
#include "people/operations.hpp"
#include "people/sql.hpp"

namespace tongxin::people {
namespace {

using store::Sql;

constexpr Sql kPostsNaming{"posts_naming", "SELECT count(*) FROM posts WHERE realm_id = $1 AND org = $2"};
constexpr Sql kOrgsBelow{"orgs_below", "SELECT count(*) FROM orgs WHERE realm_id = $1 AND parent = $2"};
constexpr Sql kResponsibilitiesNaming{"responsibilities_naming",
                                      "SELECT count(*) FROM responsibilities WHERE realm_id = $1 AND org = $2"};
constexpr Sql kLinksNaming{"links_naming",
                           "SELECT count(*) FROM links WHERE realm_id = $1 AND from_org = $2 AND from_org > 0"};
constexpr Sql kRemoveOrg{"remove_org", "DELETE FROM orgs WHERE realm_id = $1 AND id = $2"};
constexpr Sql kRemoveOrgVersions{"remove_org_versions", "DELETE FROM org_versions WHERE realm_id = $1 AND org = $2"};
constexpr Sql kRemoveHousehold{"remove_household", "DELETE FROM households WHERE realm_id = $1 AND id = $2"};

constexpr Sql kSessionsWith{"sessions_with",
                            "SELECT count(*) FROM sessions WHERE realm_id = $1 AND person = $2 AND account = $3"};
constexpr Sql kTokensNaming{"tokens_naming", "SELECT count(*) FROM api_tokens WHERE realm_id = $1 AND person = $2"};
constexpr Sql kRemoveAccount{"remove_account", "DELETE FROM accounts WHERE realm_id = $1 AND id = $2"};

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

}  // namespace

void remove_account(store::Tx& tx, const Doing& doing, AccountId id) {
  const auto account = tx.one<Account>(sql::kAccount, doing.realm, id);
  if (!account) refuse(Code::not_found, "/account", "unknown", words("没有这个账号", "there is no such account"));
  if (account->totp_enabled || tx.one<std::int64_t>(kSessionsWith, doing.realm, account->person, id).value_or(0) > 0 ||
      tx.one<std::int64_t>(kTokensNaming, doing.realm, account->person).value_or(0) > 0)
    refuse(Code::not_now, "/account", "in_use",
           words("账号 {} 已有人登录使用，不能删除，可以停用",
                 "the account {} is in use: it can be disabled, not removed", account->login));
  tx.run(sql::kDropRecovery, doing.realm, id);
  tx.run(kRemoveAccount, doing.realm, id);
  audit(tx, doing, "account.remove", account->person.value);
}

std::optional<Post> find_post(store::Tx& tx, RealmId realm, PostId post) {
  return tx.one<Post>(sql::kPost, realm, post);
}

void remove_org(store::Tx& tx, const Doing& doing, OrgId id) {
  tx.run(sql::kRaiseDirectory, doing.realm, doing.ids.next());
  const auto org = find_org(tx, doing.realm, id);
  if (!org) refuse(Code::not_found, "/id", "unknown", words("没有这个组织", "there is no such organisation"));
  std::int64_t uses = 0;
  for (const Sql* use : {&kPostsNaming, &kOrgsBelow, &kResponsibilitiesNaming, &kLinksNaming})
    uses += tx.one<std::int64_t>(*use, doing.realm, id).value_or(0);
  if (uses > 0)
    refuse(Code::not_now, "/id", "in_use",
           words("“{}”已有岗位、下级、职责或联系，不能删除，可以撤销",
                 "{} has posts, organisations below it, duties or links: it can be closed, not removed", org->name));
  tx.run(kRemoveOrgVersions, doing.realm, id);
  tx.run(kRemoveOrg, doing.realm, id);
  audit(tx, doing, "org.remove", id.value);
}

void remove_household(store::Tx& tx, const Doing& doing, HouseholdId id) {
  if (!find_household(tx, doing.realm, id))
    refuse(Code::not_found, "/household", "unknown", words("没有这户", "there is no such household"));
  if (!links_to(tx, doing.realm, id).empty())
    refuse(Code::not_now, "/household", "in_use",
           words("该户有联系人，不能删除", "this household has or had a contact and cannot be removed"));
  tx.run(kRemoveHousehold, doing.realm, id);
  audit(tx, doing, "household.remove", id.value);
}

}  // namespace tongxin::people
