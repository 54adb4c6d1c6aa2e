#include "record/realm.hpp"

namespace tongxin::record {
namespace {

using store::Sql;

constexpr Sql kAddRealm{"add_realm",
                        "INSERT INTO realm (realm_id, name, zone_minutes, created_at, demo) VALUES ($1,$2,$3,$4,$5) ON "
                        "CONFLICT DO NOTHING"};
constexpr Sql kRealms{"realms", "SELECT realm_id, name, zone_minutes, created_at, demo FROM realm ORDER BY realm_id"};
constexpr Sql kRealm{"realm", "SELECT realm_id, name, zone_minutes, created_at, demo FROM realm WHERE realm_id=$1"};

}  // namespace

void add_realm(store::Tx& tx, const Realm& realm) {
  tx.run(kAddRealm, realm.id, realm.name, realm.zone_minutes, realm.created_at, realm.demo);
}

std::vector<Realm> realms(store::Tx& tx) { return tx.all<Realm>(kRealms); }

std::optional<Realm> find_realm(store::Tx& tx, RealmId id) { return tx.one<Realm>(kRealm, id); }

Realm choose_realm(store::Tx& tx, std::string_view which) {
  std::vector<Realm> found = realms(tx);
  if (found.empty())
    throw Fault(Code::not_found, words("这个数据库还没有初始化：请先运行 tongxin init",
                                       "this database is not set up yet: run tongxin init first"));
  if (!which.empty())
    std::erase_if(found, [&](const Realm& realm) { return realm.name != which && to_text(realm.id) != which; });
  if (found.empty()) throw Fault(Code::not_found, words("没有名为“{}”的租户", "there is no realm '{}'", which));
  if (found.size() > 1)
    throw Fault(Code::invalid, words("这个数据库里有 {} 个租户，请指明是哪一个",
                                     "this database holds {} realms: say which", found.size()));
  return found.front();
}

}  // namespace tongxin::record
