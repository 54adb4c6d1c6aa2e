#include "record/terms.hpp"

#include <set>

#include <fmt/format.h>

#include "record/sql.hpp"

namespace tongxin::record {
namespace {

constexpr store::Sql kTold{
    "told_of_term", "UPDATE posts SET told_until=$3 WHERE realm_id=$1 AND id=$2 AND told_until<>$3 RETURNING id"};

void tell(store::Tx& tx, const people::Doing& doing, PersonId person, const Words& text) {
  tx.run(sql::kAddMessage, doing.realm, person, doing.ids.next(), RecordId{}, 0, doing.at, text.zh, text.en);
}

// The nearest ones who may appoint a successor: of the place itself, or of the first place above it that has somebody.
std::set<PersonId> organisers(const World& world, const people::Post& post, Day today) {
  std::set<PersonId> found;
  const std::vector<AreaId> lineage = world.atlas->lineage(post.area);
  for (auto area = lineage.rbegin(); area != lineage.rend() && found.empty(); ++area)
    for (const pack::Named& role : world.library->roles) {
      if (!role.organises) continue;
      for (const people::Post* other : world.directory->posts_with_role(role.name))
        if (other->area == *area && other->person != post.person && people::live(*other, today))
          found.insert(other->person);
    }
  return found;
}

}  // namespace

int tell_ending_terms(store::Tx& tx, const people::Doing& doing, const World& world) {
  const Day today = doing.today();
  int told = 0;
  for (const people::Post* post : world.directory->ending(today, add_days(today, kTermNotice))) {
    if (!tx.one<std::int64_t>(kTold, doing.realm, post->id, post->until)) continue;
    ++told;
    const pack::Named* named = world.library->role(post->role);
    const Words role = named != nullptr ? named->label : Words{post->role, post->role};
    const people::Org* org = world.directory->org(post->org);
    const std::string unit(org != nullptr ? org->name : ""), name(world.directory->name_of(post->person));
    const std::string last = to_day_text(add_days(post->until, -1));
    tell(tx, doing, post->person,
         {fmt::format("您在{}的“{}”任期将于{}届满。", unit, role.zh, last),
          fmt::format("The last day of your term at {} ({}) is {}.", unit, role.en, last)});
    for (const PersonId person : organisers(world, *post, today))
      tell(tx, doing, person,
           {fmt::format("{}在{}的“{}”任期将于{}届满，请安排接任。", name, unit, role.zh, last),
            fmt::format("The last day of {} at {} ({}) is {}; who comes next?", name, unit, role.en, last)});
  }
  return told;
}

}  // namespace tongxin::record
