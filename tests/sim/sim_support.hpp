// A store with all tables, and the packs of the source tree.
#pragma once
#include <memory>
#include <vector>

#include "pack/loader.hpp"
#include "people/schema.hpp"
#include "place/schema.hpp"
#include "record/engine.hpp"
#include "record/schema.hpp"
#include "support/engines.hpp"

namespace tongxin::sim {

inline std::vector<store::Migration> all_migrations() {
  std::vector<store::Migration> all(std::begin(place::kMigrations), std::end(place::kMigrations));
  all.insert(all.end(), std::begin(people::kMigrations), std::end(people::kMigrations));
  all.insert(all.end(), std::begin(record::kMigrations), std::end(record::kMigrations));
  return all;
}

inline std::shared_ptr<const pack::Library> house_packs() {
  static const auto library = pack::load_packs({TONGXIN_SOURCE_DIR "/packs", {}}, record::Engine::effects());
  return library;
}

}  // namespace tongxin::sim
