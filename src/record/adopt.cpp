#include "record/adopt.hpp"

#include "pack/loader.hpp"

namespace tongxin::record {
namespace {

constexpr store::Sql kInUse{"packs_in_use", "SELECT checksum FROM packs_in_use WHERE realm_id = $1"};
constexpr store::Sql kUse{"use_packs",
                          "INSERT INTO packs_in_use (realm_id, checksum, since) VALUES ($1, $2, $3) "
                          "ON CONFLICT (realm_id) DO UPDATE SET checksum = excluded.checksum, since = excluded.since"};
// Finished records need no way out, so only open ones can be stranded.
constexpr store::Sql kLive{
    "live_states", "SELECT kind, state, count(*) FROM record WHERE realm_id = $1 AND open = 1 GROUP BY kind, state"};

}  // namespace

void adopt_packs(store::Tx& tx, RealmId realm, const pack::Library& library, Time now) {
  if (tx.one<std::string>(kInUse, realm) == library.checksum) return;
  std::vector<pack::LiveState> live;
  tx.each(
      kLive,
      [&](const store::Row& row) {
        live.push_back({row.get<std::string>(0), row.get<std::string>(1), row.integer(2)});
      },
      realm);
  auto stranded = pack::check_upgrade(library, live);
  if (!stranded.empty())
    throw Fault(Code::conflict,
                words("新版机制包会让在办的事项无处可去，请先保留这些状态",
                      "the new packs would strand open records; keep these states for now"),
                std::move(stranded));
  tx.run(kUse, realm, library.checksum, now);
}

}  // namespace tongxin::record
