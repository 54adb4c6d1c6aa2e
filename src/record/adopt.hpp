// Packs change while records live in their states. A realm adopts a library before it serves with it: a version that would
// strand an open record, or keep a closed one from being erased, is refused with every such place; the old packs stay in use.
#pragma once
#include "pack/model.hpp"
#include "store/store.hpp"

namespace tongxin::record {

// Costs one look when nothing changed; otherwise one count of the open records and of the timers.
void adopt_packs(store::Tx& tx, RealmId realm, const pack::Library& library, Time now);

}  // namespace tongxin::record
