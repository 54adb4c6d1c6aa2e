// Rows of many ids, in statements that ask for thirty-two at a time: an IN of as many ids as there happen to be would be
// another statement for every number.
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <tuple>

#include "store/store.hpp"

namespace tongxin::store {

inline constexpr std::size_t kIdsAtOnce = 32;

// `sql` takes the realm as $1 and the ids as $2 to $33 (`IN (…)`); places that are not needed are 0. `each` is called with
// every row that was found.
template <class Realm, class AnyId, class Each>
void by_thirty_twos(Tx& tx, const Sql& sql, Realm realm, std::span<const AnyId> ids, const Each& each) {
  for (; !ids.empty(); ids = ids.subspan(std::min(kIdsAtOnce, ids.size()))) {
    std::array<AnyId, kIdsAtOnce> asked{};
    std::copy_n(ids.begin(), std::min(asked.size(), ids.size()), asked.begin());
    std::apply([&](const auto&... id) { tx.each(sql, each, realm, id...); }, asked);
  }
}

}  // namespace tongxin::store
