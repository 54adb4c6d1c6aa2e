#include "people/filters.hpp"

#include "base/fault.hpp"

namespace tongxin::people {
namespace {

using store::Sql;

constexpr Sql kFilters{"saved_filters",
                       "SELECT name, query FROM saved_filters WHERE realm_id=$1 AND person=$2 ORDER BY name"};
constexpr Sql kKeep{"keep_filter",
                    "INSERT INTO saved_filters (realm_id, person, name, query, at) VALUES ($1,$2,$3,$4,$5) "
                    "ON CONFLICT (realm_id, person, name) DO UPDATE SET query = excluded.query, at = excluded.at"};
constexpr Sql kOthers{"other_filters",
                      "SELECT count(*) FROM saved_filters WHERE realm_id=$1 AND person=$2 AND name <> $3"};
constexpr Sql kDrop{"drop_filter", "DELETE FROM saved_filters WHERE realm_id=$1 AND person=$2 AND name=$3"};
constexpr Sql kDropAll{"drop_filters", "DELETE FROM saved_filters WHERE realm_id=$1 AND person=$2"};

}  // namespace

std::vector<SavedFilter> filters_of(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<SavedFilter>(kFilters, realm, person);
}

void keep_filter(store::Tx& tx, const Doing& doing, const SavedFilter& filter) {
  if (tx.one<std::int64_t>(kOthers, doing.realm, doing.actor, filter.name).value_or(0) >= kMostFilters)
    throw Fault(Code::not_now, words("常用筛选最多 {} 个，请先删除不用的",
                                     "there are {} saved filters already; delete one first", kMostFilters));
  tx.run(kKeep, doing.realm, doing.actor, filter.name, filter.query, doing.at);
}

bool drop_filter(store::Tx& tx, RealmId realm, PersonId person, std::string_view name) {
  return tx.run(kDrop, realm, person, name) > 0;
}

void drop_filters(store::Tx& tx, RealmId realm, PersonId person) { tx.run(kDropAll, realm, person); }

}  // namespace tongxin::people
