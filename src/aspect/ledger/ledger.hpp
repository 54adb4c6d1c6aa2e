// The ledger as an aspect: accounts that packs declare, effects that post, facts that conditions may ask for, and the proof.
#pragma once
#include "record/aspect.hpp"

namespace tongxin::ledger {

record::Aspect aspect();

}  // namespace tongxin::ledger
