// When an area moves in the tree or gets another boundary, the records there move in the lists. What changed stands in
// area_change, written by place/ with the change itself, so nothing that edits areas has to think of records. It is worked off
// in steps, from any thread or node: each takes the first change, looks at some lines of the lists where such records stand so
// far, and stores how far it came. A record that is opened, closed or raised meanwhile may change its place in the lists behind
// the step's back; therefore it looks again until a whole pass has found nothing.
#include "record/relocate.hpp"

#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::record {
namespace {

using store::Sql;

#define TONGXIN_AREA_CHANGE "area_id, look_at, since, list, open, record_id, passes, looked, moved, moved_in_pass"

constexpr Sql kChanges{"area_changes", "SELECT " TONGXIN_AREA_CHANGE
                                       " FROM area_change WHERE realm_id=$1 ORDER BY area_id, look_at LIMIT $2"};
// Locks it: another node that had the same thought waits, and goes on where this one stops.
constexpr Sql kTakeChange{"take_area_change",
                          "UPDATE area_change SET since = since WHERE realm_id=$1 AND area_id=$2 AND look_at=$3 "
                          "RETURNING " TONGXIN_AREA_CHANGE};
constexpr Sql kKeepChange{
    "keep_area_change",
    "UPDATE area_change SET list=$4, open=$5, record_id=$6, passes=$7, looked=$8, moved=$9, moved_in_pass=$10 WHERE "
    "realm_id=$1 AND area_id=$2 AND look_at=$3"};
constexpr Sql kEndChange{"end_area_change", "DELETE FROM area_change WHERE realm_id=$1 AND area_id=$2 AND look_at=$3"};
constexpr Sql kPageOfLists{"page_of_lists",
                           "SELECT list, open, record_id FROM record_scope WHERE realm_id=$1 AND scope=$2 AND (list, "
                           "open, record_id) > ($3,$4,$5) ORDER BY list, open, record_id LIMIT $6"};

constexpr Sql kOpenAreas{
    "open_areas",
    "SELECT r.area_id FROM record_scope s JOIN record r ON r.realm_id = s.realm_id AND r.id = "
    "s.record_id WHERE s.realm_id=$1 AND s.scope=$2 AND s.list=$3 AND s.open=$4 GROUP BY r.area_id"};

struct Line {
  std::string list;
  int open = 0;
  RecordId record;
};
BOOST_DESCRIBE_STRUCT(Line, (), (list, open, record))

// The area of the same level on the new way up; the old one where there is none.
AreaId same_level(const World& world, AreaId former, AreaId place) {
  const place::Area* held = world.atlas->find(former);
  if (held == nullptr) return former;
  for (const AreaId ancestor : world.atlas->lineage(place))
    if (world.atlas->at(ancestor).level == held->level) return ancestor;
  return former;
}

// Every list of every area on a path, whether a record stands in it or not: one that was closed since the area moved still stands
// among the open ones of its former places.
void leave_lists(Change& change, std::string_view path) {
  for (std::string_view rest = path; !rest.empty(); rest = people::path_above(rest, people::last_area(rest)))
    for (const std::string& list : {change.kind->name, change.kind->public_list})
      for (const bool open : {true, false})
        change.tx.run(sql::kDropScope, change.realm, people::last_area(rest).value, list, open, change.record.id);
}

// The nearest area whose lists are kept.
AreaId listed_at(const World& world, AreaId area) {
  const auto desks = world.desks->of(area);
  return desks.empty() ? area : desks.back();
}

AreaId deepest_at(const World& world, double lon, double lat) {
  const auto& levels = world.library->levels;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level)
    if (const auto area = world.atlas->locate(lon, lat, level->name)) return *area;
  return {};
}

// Where a record belongs now that `changed` is different; none: where it is. Its point counts where the changed boundary is
// that of its place or of the place that the point lies in; who chose a building by hand is believed.
AreaId place_now(const World& world, const Record& record, AreaId changed) {
  const place::Area* area = world.atlas->find(record.area);
  if (area == nullptr || world.library->kind(record.kind) == nullptr) return {};
  AreaId now = record.area;
  if (record.lon && record.lat && (area->has_boundary || area->until != 0)) {
    const AreaId found = deepest_at(world, *record.lon, *record.lat);
    if (found && (record.area == changed || world.atlas->within(found, changed))) now = found;
  }
  return now != record.area || area->path != record.path ? now : AreaId{};
}

}  // namespace

std::vector<AreaChange> area_changes(store::Tx& tx, RealmId realm, int limit) {
  return tx.all<AreaChange>(kChanges, realm, limit);
}

Relocated relocate_some(Engine& engine, store::Tx& tx, RealmId realm, Time now, int most, bool skip) {
  Relocated step;
  const auto first = area_changes(tx, realm, 1);
  if (first.empty()) return step;
  step.more = true;
  auto change = tx.one<AreaChange>(kTakeChange, realm, first[0].area, first[0].look_at);
  if (!change) return step;
  const auto world = engine.worlds().current(tx, realm);
  std::vector<Line> lines;
  if (world->atlas->find(change->area) != nullptr && world->atlas->find(change->look_at) != nullptr)
    lines = tx.all<Line>(kPageOfLists, realm, listed_at(*world, change->look_at), change->list, change->open,
                         change->record, most);
  for (const Line& line : lines) {
    change->list = line.list, change->open = line.open, change->record = line.record;
    ++step.looked;
    if (skip) continue;
    auto record = engine.find(tx, realm, line.record);
    const AreaId place = record ? place_now(*world, *record, change->area) : AreaId{};
    if (!place) continue;
    record->area = place;
    Change::relocate(engine, tx, realm, *record, now);
    ++step.moved;
  }
  change->looked += step.looked, change->moved += step.moved, change->moved_in_pass += step.moved;
  if (int(lines.size()) < most) {
    const bool done = change->looked == 0 || (change->moved_in_pass == 0 && change->passes > 0);
    if (done) {
      tx.run(kEndChange, realm, change->area, change->look_at);
      return step;
    }
    change->list.clear(), change->open = 0, change->record = {}, change->moved_in_pass = 0, ++change->passes;
  }
  tx.run(kKeepChange, realm, change->area, change->look_at, change->list, change->open, change->record, change->passes,
         change->looked, change->moved, change->moved_in_pass);
  return step;
}

const pack::Kind* open_at(store::Tx& tx, RealmId realm, const World& world, AreaId area) {
  const AreaId lists = listed_at(world, area);
  for (const auto& kind : world.library->kinds)
    for (const AreaId each : tx.all<AreaId>(kOpenAreas, realm, lists, kind->name, true))
      if (world.atlas->within(each, area)) return kind.get();
  return nullptr;
}

void Change::relocate(Engine& engine, store::Tx& tx, RealmId realm, const Record& record, Time now) {
  engine.relocate(tx, realm, record, now);
}

// All at once, for who edits the map of a small world.
void Engine::area_moved(store::Tx& tx, RealmId realm, AreaId, AreaId, Time now) {
  while (relocate_some(*this, tx, realm, now).more) {
  }
}

// `record` as it stands, but at its new area.
void Engine::relocate(store::Tx& tx, RealmId realm, const Record& record, Time now) {
  const Actor system = Actor::clock();
  Change change(*this, tx, worlds_.current(tx, realm), system, now);
  change.open(*find(tx, realm, record.id));
  leave_lists(change, record.path);
  const place::Area& place = change.world->atlas->at(record.area);
  const bool held_there = people::on_path(record.path, record.holder_area);
  change.record.area = record.area;
  if (held_there) change.record.holder_area = same_level(*change.world, record.holder_area, record.area);
  change.record.path = place.path;
  const std::string where = change.world->atlas->path_text(record.area);
  change.note(words("所在地现在属于{}", "its place now is {}", where));
  finish(change, "relocated", {}, change.kind->state(record.state));
  for (const auto& [scope, list] : scopes_of(*change.world, change.record, change.participants()))
    tx.run(sql::kAddScope, realm, scope, list, change.record.open, record.id);
}

}  // namespace tongxin::record
