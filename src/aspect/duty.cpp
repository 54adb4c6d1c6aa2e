#include "aspect/duty.hpp"

#include "record/sql.hpp"

namespace tongxin::aspect {

By by_of(record::Engine& engine, RealmId realm, PersonId actor, Time at) { return {realm, actor, at, engine.ids()}; }
By by_clock(record::Engine& engine, RealmId realm, Time at) { return {realm, {}, at, engine.ids()}; }

bool take(record::Engine& engine, store::Tx& tx, RealmId realm, RecordId record, int action,
          const boost::json::object& values, Time now) {
  if (action < 0) return false;
  const auto found = engine.find(tx, realm, record);
  if (!found) return false;
  const auto world = engine.worlds().current(tx, realm);
  const pack::Kind& kind = world->kind(found->kind);
  const pack::Action& wanted = kind.actions[std::size_t(action)];
  const int state = kind.state(found->state);
  if (state < 0 || !wanted.from[std::size_t(state)]) return false;
  boost::json::object input;
  for (const auto& [name, value] : values)
    if (wanted.form.find(name) != nullptr) input[name] = value;
  engine.act(tx, realm, record::Actor::clock(), record, wanted.name, input, std::nullopt, now);
  return true;
}

milliseconds natural_length(const std::string& text) {
  const Limit limit = parse_limit(text);
  switch (limit.unit) {
    case Unit::natural_minute: return std::chrono::minutes{limit.amount};
    case Unit::natural_hour: return std::chrono::hours{limit.amount};
    case Unit::natural_day: return std::chrono::hours{24 * limit.amount};
    default:
      throw Fault(Code::invalid,
                  words("应为自然时间，例如 2 natural_hours", "natural time is meant, such as 2 natural_hours"));
  }
}

record::Record need_record(record::Engine& engine, store::Tx& tx, RealmId realm, RecordId id) {
  auto found = engine.find(tx, realm, id);
  if (!found) throw Fault(Code::not_found, words("找不到这件事项", "this record was not found"));
  return std::move(*found);
}

bool holds(record::Engine& engine, store::Tx& tx, const record::World& world, const record::Actor& actor,
           const record::Record& record, std::span<const pack::Who> list, Time now) {
  record::Engine::Asking asking(engine, tx, world, actor, record, now);
  return std::any_of(list.begin(), list.end(), [&](const pack::Who& who) { return asking.holds(who); });
}

void need_right(record::Engine& engine, store::Tx& tx, const record::World& world, const record::Actor& actor,
                const record::Record& record, std::span<const pack::Who> list, Time now, const Words& what) {
  if (actor.system || holds(engine, tx, world, actor, record, list, now)) return;
  if (!engine.may_see(tx, world, actor, record, now))
    throw Fault(Code::not_found, words("找不到这件事项", "this record was not found"));
  throw Fault(Code::forbidden,
              {fmt::format("您没有“{}”的权限", what.zh), fmt::format("you may not '{}' here", what.en)});
}

std::vector<PersonId> people_named(store::Tx& tx, const record::World& world, const record::Record& record,
                                   std::span<const std::string> names, Day day) {
  std::vector<PersonId> people;
  const auto participants = tx.all<record::Participant>(record::sql::kParticipants, world.realm, record.id);
  for (const std::string& name : names) {
    if (name == "holder" && record.holder_person) people.push_back(record.holder_person);
    for (const record::Participant& each : participants)
      if (each.role == name && each.person) people.push_back(each.person);
    for (const people::Post* post : world.directory->posts_with_role(name))
      if (people::live(*post, day) && (post->org == record.holder_org || people::covers(*post, record.path)))
        people.push_back(post->person);
  }
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

}  // namespace tongxin::aspect
