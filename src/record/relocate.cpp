// When an area moves in the tree, the records there move in the lists.
#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::record {
namespace {

constexpr store::Sql kInScope{
    "records_in_scope",
    "SELECT DISTINCT record_id FROM record_scope WHERE realm_id=$1 AND scope=$2 ORDER BY record_id"};

// The area of the same level on the new way up; the old one where there is none.
AreaId same_level(const World& world, AreaId former, AreaId place) {
  const place::Area* held = world.atlas->find(former);
  if (held == nullptr) return former;
  for (const AreaId ancestor : world.atlas->lineage(place))
    if (world.atlas->at(ancestor).level == held->level) return ancestor;
  return former;
}

// Every list of every area on a path, whether a record stands in it or not.
void leave_lists(Change& change, std::string_view path) {
  for (std::string_view rest = path; !rest.empty(); rest = people::path_above(rest, people::last_area(rest)))
    for (const std::string& list : {change.record.kind, "public/" + change.record.kind})
      change.tx.run(sql::kDropScope, change.realm, people::last_area(rest).value, list, change.record.open,
                    change.record.id);
}

}  // namespace

void Engine::area_moved(store::Tx& tx, RealmId realm, AreaId area, AreaId former_parent, Time now) {
  const auto world = worlds_.current(tx, realm);
  AreaId listed = former_parent;  // the nearest area whose lists are kept
  for (const AreaId ancestor : world->atlas->lineage(former_parent)) {
    const int rank = world->library->level_rank(world->atlas->at(ancestor).level);
    if (rank >= 0 && world->library->levels[std::size_t(rank)].desk) listed = ancestor;
  }
  for (const RecordId id : tx.all<RecordId>(kInScope, realm, listed))
    if (const auto record = find(tx, realm, id); record && people::on_path(record->path, area))
      relocate(tx, realm, *record, now);
}

void Engine::relocate(store::Tx& tx, RealmId realm, const Record& record, Time now) {
  const Actor system = Actor::clock();
  Change change(*this, tx, worlds_.current(tx, realm), system, now);
  change.open(record);
  leave_lists(change, record.path);
  const place::Area& place = change.world->atlas->at(record.area);
  if (people::on_path(record.path, record.holder_area))
    change.record.holder_area = same_level(*change.world, record.holder_area, record.area);
  change.record.path = place.path;
  change.note(words("所在地已划归新的上级区域", "its place now belongs to another area"));
  finish(change, "relocated", {}, change.kind->state(record.state));
  for (const auto& [scope, list] : scopes_of(*change.world, change.record, change.participants()))
    tx.run(sql::kAddScope, realm, scope, list, change.record.open, record.id);
}

}  // namespace tongxin::record
