// Records that were merged into another (并案).
#pragma once
#include <vector>

#include "base/id.hpp"
#include "store/store.hpp"

namespace tongxin::record {

class Change;

// All of them, however many there are: whoever reported one of them waits for the main one's answer.
std::vector<RecordId> merged_into(store::Tx& tx, RealmId realm, RecordId main);

// After a change that ended the record. Whoever was to get its answer would wait for ever when it ends without one (its
// reporter took it back): what was merged into it goes on as a matter of its own, by the action of the kind that undoes a
// merge.
void release_merged(Change& change);

}  // namespace tongxin::record
