#include "record/world.hpp"

#include "place/operations.hpp"
#include "record/calendars.hpp"

namespace tongxin::record {
namespace {

struct Revisions {
  std::optional<std::int64_t> areas, people, calendars;
};
BOOST_DESCRIBE_STRUCT(Revisions, (), (areas, people, calendars))

// One question for all: every request asks it.
constexpr store::Sql kRevisions{
    "revisions",
    "SELECT (SELECT revision FROM area_revision WHERE realm_id=$1), (SELECT directory "
    "FROM people_revisions WHERE realm_id=$1), (SELECT revision FROM calendar_revision WHERE realm_id=$1)"};

}  // namespace

const pack::Kind& World::kind(std::string_view name) const {
  const pack::Kind* found = library->kind(name);
  if (found == nullptr) throw Fault(Code::not_found, words("没有这类事项：{}", "there is no such kind: {}", name));
  return *found;
}

place::Levels levels_of(const pack::Library& library) {
  place::Levels levels;
  int rank = 0;
  for (const pack::Level& level : library.levels)
    levels.push_back({level.name, rank += 10, level.covers, level.label.zh, level.label.en});
  for (const pack::Scheme& scheme : library.schemes)
    for (place::Level& level : levels)
      if (level.code == scheme.child_level)
        level.schemes.push_back(
            {scheme.name, scheme.parent_level, scheme.min, scheme.max, scheme.label.zh, scheme.label.en});
  return levels;
}

WorldPtr Worlds::current(store::Tx& tx, RealmId realm) {
  const Revisions now = tx.one<Revisions>(kRevisions, realm).value_or(Revisions{});
  const std::int64_t areas = now.areas.value_or(0), people = now.people.value_or(0),
                     calendars = now.calendars.value_or(0);
  WorldPtr kept;
  std::shared_ptr<const pack::Library> library;
  {
    const std::lock_guard lock(mutex_);
    library = library_;
    if (const auto found = kept_.find(realm); found != kept_.end()) kept = found->second;
  }
  if (kept && kept->library == library && kept->atlas->revision() == areas && kept->directory->revision() == people &&
      kept->calendar_revision == calendars)
    return kept;
  auto world = std::make_shared<World>();
  world->realm = realm;
  world->library = library;
  world->atlas =
      kept && kept->atlas->revision() == areas ? kept->atlas : place::load_atlas(tx, realm, levels_of(*library));
  const auto& atlas = *world->atlas;
  world->desks = kept && kept->library == library && kept->atlas == world->atlas
                     ? kept->desks
                     : std::make_shared<const Desks>(atlas, *library);
  world->directory = people::load_directory(tx, realm, [&atlas](AreaId area) -> std::string_view {
    const place::Area* found = atlas.find(area);
    return found == nullptr ? std::string_view{} : std::string_view(found->path);
  });
  world->calendar_revision = calendars;
  world->calendars = kept && kept->library == library && kept->calendar_revision == calendars
                         ? kept->calendars
                         : load_calendars(tx, realm, *library);
  // What this transaction changed and has not committed must not be seen by others: it is kept once that is durable.
  tx.after_commit([this, realm, world] {
    const std::lock_guard lock(mutex_);
    kept_[realm] = world;
  });
  return world;
}

void Worlds::use(std::shared_ptr<const pack::Library> library) {
  const std::lock_guard lock(mutex_);
  library_ = std::move(library);
}

}  // namespace tongxin::record
