// Who may: the one place where a right to a record is decided.
#include "record/change.hpp"

namespace tongxin::record {
namespace {

using pack::Who;

bool has_role(const std::vector<std::string>& roles, std::string_view role) {
  return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool role_at_place(Change& change, const Who& who) {
  const people::Directory& directory = *change.world->directory;
  for (const people::Post& post : directory.posts_of(change.actor.person)) {
    if (!people::live(post, change.today()) || !has_role(who.roles, post.role)) continue;
    // A record without a place stands at the place of whoever holds it.
    const place::Area* held =
        change.record.path.empty() ? change.world->atlas->find(change.record.holder_area) : nullptr;
    if (people::covers(post, held != nullptr ? std::string_view(held->path) : std::string_view(change.record.path)))
      return true;
  }
  return false;
}

bool post_in(Change& change, OrgId org, const std::vector<std::string>& roles, bool above) {
  if (!org) return false;
  const people::Directory& directory = *change.world->directory;
  for (const people::Post& post : directory.posts_of(change.actor.person)) {
    if (!people::live(post, change.today()) || !has_role(roles, post.role)) continue;
    if (post.org == org || (above && directory.is_below(org, post.org))) return true;
  }
  return false;
}

bool related(Change& change, const Who& who) {
  const Record& record = change.record;
  const PersonId self = change.actor.person;
  if (who.relation == "reporter")
    return (self && record.reporter == self) || (change.actor.follows && change.actor.follows == record.id);
  if (who.relation == "holder") return self && record.holder_person == self;
  if (who.relation == "parent_holder") {
    const auto& parent = change.parent();
    return parent && post_in(change, parent->holder_org, who.roles, false);
  }
  for (const Participant& participant : change.participants()) {
    if (participant.role != who.relation) continue;
    if (self && participant.person == self) return true;
    if (participant.org && post_in(change, participant.org, who.roles, false)) return true;
  }
  return false;
}

bool matches(Change& change, const Who& who) {
  switch (who.how) {
    case Who::How::anyone: return true;
    case Who::How::system: return change.actor.system;
    case Who::How::signed_in: return bool(change.actor.person);
    case Who::How::role_at_place: return change.actor.person && role_at_place(change, who);
    case Who::How::of_holder: return change.actor.person && post_in(change, change.record.holder_org, who.roles, false);
    case Who::How::of_holder_up:
      return change.actor.person && post_in(change, change.record.holder_org, who.roles, true);
    case Who::How::relation: return related(change, who);
  }
  return false;
}

}  // namespace

bool allowed(Change& change, std::span<const pack::Who> list) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Who& who) { return matches(change, who) && change.holds(who.when); });
}

bool is_staff(const World& world, const Actor& actor, Day day) {
  if (actor.system) return true;
  for (const people::Post& post : world.directory->posts_of(actor.person))
    if (people::live(post, day)) return true;
  return false;
}

}  // namespace tongxin::record
