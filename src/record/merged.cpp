#include "record/merged.hpp"

#include "record/change.hpp"

namespace tongxin::record {
namespace {

constexpr int kPage = 500;
constexpr store::Sql kMergedAfter{
    "merged_after",
    "SELECT id FROM record WHERE realm_id = $1 AND merged_into = $2 AND merged_into <> 0 AND id > $3 ORDER BY id "
    "LIMIT $4"};

}  // namespace

std::vector<RecordId> merged_into(store::Tx& tx, RealmId realm, RecordId main) {
  std::vector<RecordId> all;
  for (bool more = true; more;) {
    const auto page = tx.all<RecordId>(kMergedAfter, realm, main, all.empty() ? RecordId{} : all.back(), kPage);
    all.insert(all.end(), page.begin(), page.end());
    more = int(page.size()) == kPage;
  }
  return all;
}

void release_merged(Change& change) {
  // One that was merged itself has not ended: the answer is still to come.
  if (change.record.merged_into || !change.record.answer.empty()) return;
  const auto undoes = [](const pack::Effect& effect) { return effect.name == "unmerge"; };
  for (const RecordId id : merged_into(change.tx, change.realm, change.record.id)) {
    const auto merged = change.engine.find(change.tx, change.realm, id);
    const int state = merged ? change.kind->state(merged->state) : -1;
    for (const pack::Action& action : change.kind->actions)
      if (state >= 0 && action.from[std::size_t(state)] && std::ranges::any_of(action.effects, undoes)) {
        change.later.push_back({id, action.name, {}});
        break;
      }
  }
}

}  // namespace tongxin::record
