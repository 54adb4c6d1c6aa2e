// The realms of a store: one row per installation's tenant. `tongxin init` and `tongxin demo` write it, everything else reads.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::record {

struct Realm {
  RealmId id;
  std::string name;                    // 清河街道
  std::int64_t zone_minutes = 8 * 60;  // offset from UTC
  Time created_at{};
  bool demo = false;  // invented data: pages say so, sign-in codes are shown instead of sent
  Zone zone() const { return {std::chrono::minutes{zone_minutes}}; }
};
BOOST_DESCRIBE_STRUCT(Realm, (), (id, name, zone_minutes, created_at, demo))

// Repeating the same row changes nothing.
void add_realm(store::Tx& tx, const Realm& realm);
std::vector<Realm> realms(store::Tx& tx);  // oldest first
std::optional<Realm> find_realm(store::Tx& tx, RealmId id);
// The one that is named by its id or its name, or the only one when `which` is empty. Throws Fault(not_found) when the store
// was not set up or the name is unknown, Fault(invalid) when there are several and none was named.
Realm choose_realm(store::Tx& tx, std::string_view which = {});

}  // namespace tongxin::record
