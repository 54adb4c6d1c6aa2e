// What becomes of files that nothing shows any more: the row goes with the record or the person, the bytes a day later, when no
// row of any realm names them. Files are kept by their content: the same photo may be part of another record.
#pragma once
#include <set>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/files.hpp"

namespace tongxin::record {

// Of a record that is no longer kept.
void forget_files_of(store::Tx& tx, RealmId realm, RecordId record, Time now);
// Some of them.
void forget_files(store::Tx& tx, RealmId realm, RecordId record, const std::set<FileId>& files, Time now);
// What a person sent and no record took.
void forget_loose_files_of(store::Tx& tx, RealmId realm, PersonId person, Time now);

// Forgets what was sent a week ago and no record took, and removes bytes that nothing names since yesterday; at most twenty of
// each. True when there may be more. Whoever sends the same bytes meanwhile keeps them.
bool sweep_files(store::Store& store, store::Files& files, RealmId realm, Time now);

}  // namespace tongxin::record
