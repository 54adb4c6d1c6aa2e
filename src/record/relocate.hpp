// Records follow areas that were given another parent or boundary (place/operations.hpp notes them, whichever way the edit came):
// they stand in the lists of the new ancestors, and those with a point in the area that holds it. Who holds them stays, at the
// new ancestor of the same level. Figures stay where they happened.
//
//   while (store.write([&](store::Tx& tx) { return record::relocate_some(engine, tx, realm, clock.now()); }).more) {}
//
// One step looks at no more than `most` lines of lists and stores how far it came: whoever comes next, after a restart or on
// another node, goes on there.
#pragma once
#include "record/engine.hpp"

namespace tongxin::record {

struct Relocated {
  std::int64_t looked = 0, moved = 0;
  bool more = false;
};
// `skip`: passes over the lines without a change, for one that cannot be moved.
Relocated relocate_some(Engine& engine, store::Tx& tx, RealmId realm, Time now, int most = 100, bool skip = false);

// A kind of which something open stands at the area or below it in the tree as it is now; null: nothing does. What is on its
// way to another area (above) does not count. Cost: what is open in the lists of the area.
const pack::Kind* open_at(store::Tx& tx, RealmId realm, const World& world, AreaId area);

// What is still to do, by area.
struct AreaChange {
  AreaId area, look_at;  // the area that changed, and in whose lists its records stand
  Time since;
  std::string list;
  int open = 0;
  RecordId record;  // the last line that was looked at
  int passes = 0;
  std::int64_t looked = 0, moved = 0, moved_in_pass = 0;
};
BOOST_DESCRIBE_STRUCT(AreaChange, (), (area, look_at, since, list, open, record, passes, looked, moved, moved_in_pass))
std::vector<AreaChange> area_changes(store::Tx& tx, RealmId realm, int limit = 50);

}  // namespace tongxin::record
