// Who may: the one place where a right to a record is decided.
#include "record/change.hpp"

namespace tongxin::record {
namespace {

using pack::Who;

bool has_role(const std::vector<std::string>& roles, std::string_view role) {
  return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool role_at_place(const Question& ask, const Who& who) {
  for (const people::Post& post : ask.world.directory->posts_of(ask.actor.person)) {
    if (!people::live(post, ask.today) || !has_role(who.roles, post.role)) continue;
    // A record without a place stands at the place of whoever holds it.
    const place::Area* held = ask.record.path.empty() ? ask.world.atlas->find(ask.record.holder_area) : nullptr;
    if (people::covers(post, held != nullptr ? std::string_view(held->path) : std::string_view(ask.record.path)))
      return true;
  }
  return false;
}

bool post_in(const Question& ask, OrgId org, const std::vector<std::string>& roles, bool above) {
  if (!org) return false;
  const people::Directory& directory = *ask.world.directory;
  for (const people::Post& post : directory.posts_of(ask.actor.person)) {
    if (!people::live(post, ask.today) || !has_role(roles, post.role)) continue;
    if (post.org == org || (above && directory.is_below(org, post.org))) return true;
  }
  return false;
}

bool related(const Question& ask, const Who& who) {
  const Record& record = ask.record;
  const PersonId self = ask.actor.person;
  if (who.relation == "reporter")
    return (self && record.reporter == self) || (ask.actor.follows && ask.actor.follows == record.id);
  if (who.relation == "holder") return self && record.holder_person == self;
  if (who.relation == "parent_holder") {
    const auto& parent = ask.change().parent();
    return parent && post_in(ask, parent->holder_org, who.roles, false);
  }
  for (const Participant& participant : ask.change().participants()) {
    if (participant.role != who.relation) continue;
    if (self && participant.person == self) return true;
    if (participant.org && post_in(ask, participant.org, who.roles, false)) return true;
  }
  return false;
}

bool matches(const Question& ask, const Who& who) {
  switch (who.how) {
    case Who::How::anyone: return true;
    case Who::How::system: return ask.actor.system;
    case Who::How::signed_in: return bool(ask.actor.person);
    case Who::How::role_at_place: return ask.actor.person && role_at_place(ask, who);
    case Who::How::of_holder: return ask.actor.person && post_in(ask, ask.record.holder_org, who.roles, false);
    case Who::How::of_holder_up: return ask.actor.person && post_in(ask, ask.record.holder_org, who.roles, true);
    case Who::How::relation: return related(ask, who);
  }
  return false;
}

}  // namespace

bool allowed(const Question& ask, std::span<const pack::Who> list) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Who& who) { return matches(ask, who) && (!who.when || ask.change().holds(who.when)); });
}

bool allowed(Change& change, std::span<const pack::Who> list) {
  return allowed(
      Question{*change.world, change.actor, change.record, change.today(), [&]() -> Change& { return change; }}, list);
}

bool is_staff(const World& world, const Actor& actor, Day day) {
  if (actor.system) return true;
  for (const people::Post& post : world.directory->posts_of(actor.person))
    if (people::live(post, day)) return true;
  return false;
}

}  // namespace tongxin::record
