#include "sim/scene.hpp"

#include "aspect/all.hpp"
#include "base/crypto.hpp"
#include "sim/names.hpp"
#include "sim/phrases.hpp"
#include "sim/ringing.hpp"

namespace tongxin::sim {
namespace {

namespace json = boost::json;
using store::Sql;
using store::Tx;

constexpr Sql kAddPhoto{"sim_photo",
                        "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, width, height, "
                        "hash, view_hash, thumb_hash, open) "
                        "VALUES ($1,$2,0,0,$3,$4,'image/png',$5,$6,$7,$8,$8,$8,0)"};

std::uint64_t mix(std::uint64_t seed, std::uint64_t step) { return Random(seed ^ Random(step).next()).next(); }

}  // namespace

void keep_known(const pack::Form& form, json::object& given) {
  for (auto field = given.begin(); field != given.end();)
    field = form.find(field->key()) == nullptr ? given.erase(field) : field + 1;
}

Scene::Scene(store::Store& at, std::shared_ptr<const pack::Library> packs, const people::Vault& keys, Time start,
             std::uint64_t seed)
    : store(at),
      library(std::move(packs)),
      vault(keys),
      clock(start),
      ids(clock, mix(seed, 1)),
      worlds(library),
      engine(worlds, ids, vault, aspect::all()),
      random(mix(seed, 2)),
      realm(ids.make<RealmId>()),
      seed_(seed) {}

record::WorldPtr Scene::world() {
  return store.read([&](Tx& tx) { return worlds.current(tx, realm); });
}

std::optional<record::Record> Scene::find(RecordId id) {
  return store.read([&](Tx& tx) { return engine.find(tx, realm, id); });
}

void Scene::write(const std::function<void(Tx&)>& job) {
  const std::uint64_t step = ++step_;
  store.write([&](Tx& tx) {
    const SeededChance chance(mix(seed_, step));
    job(tx);
  });
}

int Scene::run_until(Time until) {
  int woken = 0;
  ring_until(store, engine, realm, clock, until, [&](const auto& due) {
    write([&](Tx& tx) { engine.wake(tx, realm, due, clock.now()); });
    ++woken;
  });
  if (until > clock.now()) clock.set(until);
  return woken;
}

template <class F>
Scene::Attempt Scene::attempt(F&& job) {
  try {
    Attempt result;
    write([&](Tx& tx) { result.outcome = job(tx); });
    return result;
  } catch (const Fault& fault) {
    if (fault.code() == Code::internal || fault.code() == Code::unavailable) throw;
    return {std::nullopt, fault.what(), fault.code() == Code::invalid};
  }
}

Scene::Attempt Scene::create(const record::Actor& actor, record::Draft draft) {
  const pack::Kind* kind = library->kind(draft.kind);
  if (kind == nullptr) return {std::nullopt, "no kind " + draft.kind, false};
  return attempt([&](Tx& tx) {
    complete(tx, kind->form, draft.form);
    return engine.create(tx, realm, actor, draft, now());
  });
}

Scene::Attempt Scene::act(const record::Actor& actor, RecordId id, std::string_view action, json::object form) {
  const auto record = find(id);
  const pack::Kind* kind = record ? library->kind(record->kind) : nullptr;
  const int index = kind == nullptr ? -1 : kind->action(action);
  if (index < 0) return {std::nullopt, fmt::format("no action {}", action), false};
  const auto with = [&](bool sometimes) {
    return attempt([&](Tx& tx) {
      complete(tx, kind->actions[std::size_t(index)].form, form, sometimes);
      return engine.act(tx, realm, actor, id, action, form, std::nullopt, now());
    });
  };
  // As people do: what the page marks red is filled in, and sent again.
  const Attempt first = with(false);
  return first.incomplete ? with(true) : first;
}

void Scene::complete(Tx& tx, const pack::Form& form, json::object& given, bool sometimes) {
  for (const pack::Field& field : form.fields) {
    if (given.contains(field.name) && given[field.name].is_string() && field.type == pack::FieldType::files)
      given[field.name] = photo(tx);
    const bool needed = field.required || (sometimes && field.required_when);
    if (!needed || given.contains(field.name) || !field.initial.is_null()) continue;
    given[field.name] = plain_value(tx, field);
  }
  if (photos.empty()) return;
  for (const pack::Field& field : form.fields)
    if (field.type == pack::FieldType::files && !given.contains(field.name) && random.chance(0.3))
      given[field.name] = photo(tx);
}

json::array Scene::photo(Tx& tx) {
  const FileId id = ids.make<FileId>();
  const Photo picture =
      photos.empty() ? Photo{"photo.png", std::string(64, '0'), 0, 0, 0} : photos[random.below(photos.size())];
  tx.run(kAddPhoto, realm, id, now(), picture.name, picture.size, picture.width, picture.height, picture.hash);
  return {json::string(to_text(id))};
}

// Whom people call for help.
json::string Scene::department(Tx& tx) {
  std::vector<OrgId> found;
  const auto world = worlds.current(tx, realm);
  for (const people::Org& org : world->directory->orgs())
    if (org.kind == "department" && people::live(org, today())) found.push_back(org.id);
  return found.empty() ? json::string() : json::string(to_text(found[random.below(found.size())]));
}

json::value Scene::plain_value(Tx& tx, const pack::Field& field) {
  using T = pack::FieldType;
  switch (field.type) {
    case T::integer:
    case T::number:
    case T::money: return field.min.value_or(1) + std::int64_t(random.below(5));
    case T::stars: return std::int64_t(4 + random.below(2));
    case T::flag: return true;
    case T::choice: return json::string(field.options[random.below(field.options.size())].value);
    case T::choices: return json::array{json::string(field.options[random.below(field.options.size())].value)};
    case T::day: return json::string(to_day_text(add_days(today(), 7)));
    case T::time: return json::string(to_rfc3339(now() + std::chrono::hours{72}));
    case T::phone: return json::string(phone_number(random));
    case T::files: return photo(tx);
    case T::org: return department(tx);
    case T::orgs: return json::array{department(tx)};
    default: return json::string(anything(random));
  }
}

}  // namespace tongxin::sim
