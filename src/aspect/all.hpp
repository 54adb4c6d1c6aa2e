// All aspects of the house, and what they add up to. Whoever loads packs, opens a store, makes an engine or verifies asks here.
#pragma once
#include <span>

#include "pack/vocabulary.hpp"
#include "record/aspect.hpp"
#include "store/store.hpp"

namespace tongxin::aspect {

std::span<const record::Aspect> all();               // for record::Engine
const pack::Vocabulary& vocabulary();                // for pack::load_packs: the engine's words and theirs
std::span<const store::Migration> all_migrations();  // for store::migrate: the house's tables and theirs, by number

}  // namespace tongxin::aspect
