#include "record/adopt.hpp"

#include <map>

#include "pack/loader.hpp"

namespace tongxin::record {
namespace {

constexpr store::Sql kInUse{"packs_in_use", "SELECT checksum FROM packs_in_use WHERE realm_id = $1"};
constexpr store::Sql kUse{"use_packs",
                          "INSERT INTO packs_in_use (realm_id, checksum, since) VALUES ($1, $2, $3) "
                          "ON CONFLICT (realm_id) DO UPDATE SET checksum = excluded.checksum, since = excluded.since"};
// A state in which only closed records stand may go: they keep it, can be redacted and are erased in their time (Engine::finish).
// A kind may not while they wait for that: without it nobody knows what of them is private.
//
// Open records, by where they stand and where "the state before" would bring them; of finished ones, which need no way out,
// those that the clock must still look at (to erase them above all), by kind.
constexpr store::Sql kLive{
    "live_states",
    "SELECT 1, kind, state, previous_state, count(*) FROM record WHERE realm_id = $1 AND open = 1 "
    "GROUP BY kind, state, previous_state UNION ALL "
    "SELECT 0, r.kind, '', '', count(DISTINCT r.id) FROM timer t JOIN record r ON r.realm_id = t.realm_id AND r.id = "
    "t.record_id WHERE t.realm_id = $1 AND t.wake_at IS NOT NULL AND r.open = 0 GROUP BY r.kind"};

// An action that may lead from `state` to "the state before".
bool leads_back(const pack::Kind& kind, int state) {
  return std::any_of(kind.actions.begin(), kind.actions.end(), [&](const pack::Action& action) {
    return action.from[std::size_t(state)] &&
           std::any_of(action.to.begin(), action.to.end(),
                       [](const pack::Target& target) { return target.state == pack::kPrevious; });
  });
}

}  // namespace

void adopt_packs(store::Tx& tx, RealmId realm, const pack::Library& library, Time now) {
  if (tx.one<std::string>(kInUse, realm) == library.checksum) return;
  std::map<std::pair<std::string, std::string>, std::int64_t> standing;
  std::vector<Complaint> stranded;
  tx.each(
      kLive,
      [&](const store::Row& row) {
        const auto name = row.get<std::string>(1), state = row.get<std::string>(2), previous = row.get<std::string>(3);
        const std::int64_t records = row.integer(4);
        const pack::Kind* kind = library.kind(name);
        if (row.integer(0) == 0) {
          if (kind == nullptr)
            stranded.push_back({name, "waiting",
                                words("新版本没有类型“{}”，但还有 {} 件已办结事项等着按保存期限清除",
                                      "the new version lacks kind '{}', of which {} closed records still wait to be "
                                      "erased when their keeping ends",
                                      name, records)});
          return;
        }
        standing[{name, state}] += records;
        const int at = kind == nullptr ? -1 : kind->state(state);
        if (at >= 0 && !previous.empty() && kind->state(previous) < 0 && leads_back(*kind, at))
          stranded.push_back({kind->file, "stranded",
                              words("新版本的“{}”没有状态“{}”，但有 {} 件在“{}”的事项还可以退回到那里",
                                    "the new '{}' lacks state '{}', to which {} records in '{}' may still go back",
                                    name, previous, records, state)});
      },
      realm);
  std::vector<pack::LiveState> live;
  for (const auto& [where, records] : standing) live.push_back({where.first, where.second, records});
  const auto without = pack::check_upgrade(library, live);
  stranded.insert(stranded.begin(), without.begin(), without.end());
  if (!stranded.empty())
    throw Fault(Code::conflict,
                words("新版机制包会让在办的事项无处可去，或让到期的内容无法清除，请先保留这些类型和状态",
                      "the new packs would strand open records, or keep what must be erased; keep these kinds and "
                      "states for now"),
                std::move(stranded));
  tx.run(kUse, realm, library.checksum, now);
}

}  // namespace tongxin::record
