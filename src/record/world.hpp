// Everything about a realm that changes rarely, as one immutable snapshot: areas, directory, packs.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "pack/model.hpp"
#include "people/directory.hpp"
#include "place/atlas.hpp"
#include "record/desks.hpp"
#include "store/store.hpp"

namespace tongxin::record {

using Calendars = std::map<std::string, Calendar, std::less<>>;

struct World {
  RealmId realm;
  Zone zone;
  std::shared_ptr<const place::Atlas> atlas;
  std::shared_ptr<const people::Directory> directory;
  std::shared_ptr<const pack::Library> library;
  std::shared_ptr<const Desks> desks;
  std::shared_ptr<const Calendars>
      calendars;  // those of the packs that have days of the realm's own (record/calendars.hpp)
  std::int64_t calendar_revision = 0;

  const pack::Kind& kind(std::string_view name) const;  // throws Fault(not_found)
};
using WorldPtr = std::shared_ptr<const World>;

// Hands out the world as the transaction sees it. One small select per call tells whether the kept one is still right; when
// areas or posts changed (here or on another node) it is built anew. Thread-safe.
class Worlds {
 public:
  explicit Worlds(std::shared_ptr<const pack::Library> library) : library_(std::move(library)) {}
  WorldPtr current(store::Tx& tx, RealmId realm);
  void use(std::shared_ptr<const pack::Library> library);  // an upgraded library, from now on

 private:
  std::mutex mutex_;
  std::shared_ptr<const pack::Library> library_;
  std::unordered_map<RealmId, WorldPtr> kept_;
};

// The levels of the packs as place/ wants them.
place::Levels levels_of(const pack::Library& library);

}  // namespace tongxin::record
