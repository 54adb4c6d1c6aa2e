// A store with all tables, and the packs of the source tree.
#pragma once
#include <memory>
#include <vector>

#include "aspect/all.hpp"
#include "pack/loader.hpp"
#include "record/engine.hpp"
#include "support/engines.hpp"

namespace tongxin::sim {

using aspect::all_migrations;

inline std::shared_ptr<const pack::Library> house_packs() {
  static const auto library = pack::load_packs({TONGXIN_SOURCE_DIR "/packs", {}}, aspect::vocabulary());
  return library;
}

}  // namespace tongxin::sim
