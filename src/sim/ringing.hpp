// Time that passes in a simulation: everything that is due rings in its order, the clock standing at each.
#pragma once
#include "record/engine.hpp"

namespace tongxin::sim {

// Until nothing is due at `until` or before. `wake(due)` does one of them; it is what ends the alarm or sets it anew.
template <class Wake>
void ring_until(store::Store& store, record::Engine& engine, RealmId realm, ManualClock& clock, Time until,
                const Wake& wake) {
  for (;;) {
    const auto next = store.read([&](store::Tx& tx) { return engine.next_wake(tx, realm); });
    if (!next || *next > until) break;
    if (*next > clock.now()) clock.set(*next);
    for (const auto& due : store.read([&](store::Tx& tx) { return engine.due(tx, realm, clock.now()); })) wake(due);
  }
}

}  // namespace tongxin::sim
