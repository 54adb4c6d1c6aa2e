#include "aspect/quota/quota.hpp"

#include "aspect/duty.hpp"
#include "aspect/quota/forget.hpp"
#include "record/change.hpp"

namespace tongxin::aspect::quota {
namespace {

namespace json = boost::json;
using pack::Node;
using pack::Reader;
using record::Change;
using store::Sql;

constexpr const char* kAspect = "quota";
constexpr const char* kAlarm = "quota.clock";

constexpr store::Migration kMigrations[] = {
    {453, "quota_marks", R"(
-- realm table: one that counts: for a record's quota, a person (0: none) and a period, by what it comes from
CREATE TABLE quota_mark (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, quota TEXT NOT NULL, period INTEGER NOT NULL, person_id BIGINT NOT NULL, source BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, record_id, quota, period, person_id, source)
) WITHOUT ROWID;
)"},
    {454, "quota_marks_by_person", R"(
CREATE INDEX quota_mark_person ON quota_mark (realm_id, person_id, record_id) WHERE person_id <> 0;
)"},
};
constexpr Sql kAdd{"quota_add",
                   "INSERT INTO quota_mark (realm_id, record_id, quota, period, person_id, source, at) VALUES "
                   "($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING"};
constexpr Sql kCount{"quota_count",
                     "SELECT count(*) FROM quota_mark WHERE realm_id=$1 AND record_id=$2 AND quota=$3 AND period=$4 "
                     "AND person_id=$5"};
// What is forgotten: of a person who is erased, and what came from a record that is no longer kept. That something counted stays.
constexpr Sql kPlansOf{
    "quota_plans_of",
    "SELECT DISTINCT record_id FROM quota_mark WHERE realm_id=$1 AND person_id=$2 AND person_id <> 0 "
    "ORDER BY record_id"};
constexpr Sql kForgetAt{"quota_forget_at",
                        "UPDATE quota_mark SET person_id=$4, at=0 WHERE realm_id=$1 AND record_id=$2 AND person_id=$3 "
                        "AND person_id <> 0"};
// By the key of the table: the index by person would be walked from end to end.
constexpr Sql kFrom{"quota_from",
                    "SELECT DISTINCT person_id FROM quota_mark WHERE realm_id=$1 AND record_id=$2 AND quota=$3 AND "
                    "period >= $4 AND period <= $5 AND source=$6 ORDER BY person_id"};
constexpr Sql kForgetFrom{
    "quota_forget_from",
    "UPDATE quota_mark SET person_id=$8, at=0 WHERE realm_id=$1 AND record_id=$2 AND quota=$3 AND "
    "period >= $4 AND period <= $5 AND source=$6 AND person_id=$7"};
constexpr Sql kOfPlan{"quota_of_plan",
                      "SELECT DISTINCT person_id FROM quota_mark WHERE realm_id=$1 AND record_id=$2 ORDER BY "
                      "person_id"};
constexpr Sql kStatements[] = {kAdd, kCount, kPlansOf, kForgetAt, kFrom, kForgetFrom, kOfPlan};

struct Required {
  std::string name;
  Words label;
  int least = 1;
  Every every = Every::week;
  std::vector<std::string> people;
  milliseconds before{};
  int action = -1, met_action = -1;
  bool told() const { return action >= 0 || met_action >= 0; }
};
struct Given {
  std::string quota, kind;
  std::vector<bool> enter;
  std::optional<pack::Expression> when;
  std::vector<std::string> people;
};
struct Section {
  std::vector<Required> needs;
  std::vector<Given> gives;
};

std::vector<std::string> texts_of(Reader& reader, std::string_view key) { return reader.optional_texts(key); }

Required read_required(const Node::Entry& entry, pack::Reading& reading) {
  Reader reader(entry.value, reading.complaints);
  Required required;
  required.name = entry.key;
  required.label = reader.words("name");
  required.least = int(reader.integer("least", 1, 1'000'000));
  const std::string every = reader.one_of("every", {"week", "month", "day"});
  required.every = every == "day" ? Every::day : every == "month" ? Every::month : Every::week;
  required.people = texts_of(reader, "people");
  if (const Node* node = reader.optional("short")) {
    Reader shortfall(*node, reading.complaints);
    required.before = shortfall.optional_parsed("before", natural_length).value_or(milliseconds{0});
    required.action = reading.names->system_action(shortfall.any("action"));
  }
  if (const Node* node = reader.optional("met")) {
    Reader met(*node, reading.complaints);
    required.met_action = reading.names->system_action(met.any("action"));
  }
  return required;
}

Given read_given(const Node::Entry& entry, pack::Reading& reading) {
  Reader reader(entry.value, reading.complaints);
  Given given;
  given.quota = entry.key;
  given.kind = reader.text("to");
  given.enter = reading.names->states(&reader.any("enter"));
  given.when = reading.names->expression(reader.optional("when"), pack::Type::flag);
  given.people = texts_of(reader, "people");
  return given;
}

std::shared_ptr<const void> read_section(const Node& node, pack::Reading& reading) {
  auto section = std::make_shared<Section>();
  Reader reader(node, reading.complaints);
  for (const auto& entry : reader.optional_map("needs")) section->needs.push_back(read_required(entry, reading));
  for (const auto& entry : reader.optional_map("gives")) section->gives.push_back(read_given(entry, reading));
  return section;
}

// ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────
const Required* find(const pack::Kind& kind, std::string_view quota) {
  const auto* section = kind.section<Section>(kAspect);
  if (section != nullptr)
    for (const Required& each : section->needs)
      if (each.name == quota) return &each;
  return nullptr;
}

// Everybody whom a record names so, as it stands in the change.
std::vector<PersonId> named(Change& change, const std::vector<std::string>& names) {
  std::vector<PersonId> people;
  for (const std::string& name : names) {
    if (name == "holder") people.push_back(change.record.holder_person);
    if (name == "reporter") people.push_back(change.record.reporter);
    for (const record::Participant& each : change.participants())
      if (each.role == name) people.push_back(each.person);
  }
  std::erase(people, PersonId{});
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

void give(Change& change, const Given& given) {
  const auto& plan = change.parent();
  if (!plan || plan->kind != given.kind) return;
  const Required* required = find(change.world->kind(plan->kind), given.quota);
  if (required == nullptr || !change.holds(given.when)) return;
  const Day period = period_of(required->every, change.today());
  auto people = required->people.empty() ? std::vector<PersonId>{PersonId{}} : named(change, given.people);
  for (const PersonId person : people)
    change.tx.run(kAdd, change.realm, plan->id, given.quota, period, person, change.record.id, change.now);
}

std::optional<Time> next_look(const Section& section, Zone zone, Time now) {
  std::optional<Time> next;
  for (const Required& each : section.needs) {
    if (!each.told()) continue;
    const auto told = [&](Day day) { return midnight(period_end(each.every, day), zone) - each.before; };
    Day day = day_of(now, zone);
    while (told(day) <= now) day = period_end(each.every, day);
    const Time at = told(day);
    if (!next || at < *next) next = at;
  }
  return next;
}

void settle(Change& change) {
  const auto* section = change.kind->section<Section>(kAspect);
  if (section == nullptr) return;
  const int state = change.kind->state(change.record.state);
  const bool entered = change.creating || change.record.state != change.before.state;
  for (const Given& given : section->gives)
    if (entered && given.enter[std::size_t(state)]) give(change, given);
  if (section->needs.empty()) return;
  if (change.creating) change.set_alarm(kAlarm, next_look(*section, change.world->zone, change.now));
  if (!change.creating && change.before.open && !change.record.open) change.set_alarm(kAlarm, std::nullopt);
  if (!change.creating && !change.before.open && change.record.open)
    change.set_alarm(kAlarm, next_look(*section, change.world->zone, change.now));
}

std::vector<Standing> standings_of(Change& look, const Required& required, Day period) {
  std::vector<Standing> standings;
  const auto people = required.people.empty() ? std::vector<PersonId>{PersonId{}} : named(look, required.people);
  for (const PersonId person : people)
    standings.push_back(
        {required.name, person,
         look.tx.one<std::int64_t>(kCount, look.realm, look.record.id, required.name, period, person).value_or(0),
         required.least, required.label, required.every});
  return standings;
}

// The period that ends at `now` + before: told once, because the alarm rings once for it.
void ring(const record::Ring& ring) {
  const auto world = ring.engine.worlds().current(ring.tx, ring.realm);
  const auto* section = world->kind(ring.record.kind).section<Section>(kAspect);
  if (section == nullptr) return;
  const record::Actor system = record::Actor::clock();
  Change look(ring.engine, ring.tx, world, system, ring.now);
  look.open(ring.record);
  for (const Required& required : section->needs) {
    if (!required.told()) continue;
    const Day inside = day_of(ring.now + required.before - milliseconds{1}, world->zone);
    const Time told = midnight(period_end(required.every, inside), world->zone) - required.before;
    if (told != ring.now && (told > ring.now || ring.now - told > std::chrono::hours{12})) continue;
    const Day period = period_of(required.every, inside);
    if (period < day_of(ring.record.created_at, world->zone))
      continue;  // nothing is owed for a period that it met half-way
    for (const Standing& each : standings_of(look, required, period)) {
      const int action = each.met() ? required.met_action : required.action;
      if (action < 0) continue;
      json::object values{{"quota", each.quota},
                          {"period", to_day_text(period)},
                          {"has", each.has},
                          {"least", each.least},
                          {"missing", std::max<std::int64_t>(0, each.least - each.has)}};
      if (each.person) values["person"] = to_text(each.person);
      take(ring.engine, ring.tx, ring.realm, ring.record.id, action, values, ring.now);
    }
  }
  ring.engine.set_alarm(ring.tx, ring.realm, ring.record.id, kAlarm, next_look(*section, world->zone, ring.now),
                        ring.now);
}

// ── forgetting ───────────────────────────────────────────────────────────────────────────────────────────────────────
// A patrol that is no longer kept says no more whose it was, at its plan either.
void forget_source(Change& change, const Given& given) {
  const auto& plan = change.parent();
  if (!plan || plan->kind != given.kind) return;
  const Required* required = find(change.world->kind(plan->kind), given.quota);
  if (required == nullptr) return;
  const Zone zone = change.world->zone;
  const Day first = period_of(required->every, day_of(change.record.created_at, zone)),
            last = day_of(change.record.closed_at.value_or(change.now), zone);
  for (const PersonId person :
       change.tx.all<PersonId>(kFrom, change.realm, plan->id, given.quota, first, last, change.record.id))
    if (person)
      change.tx.run(kForgetFrom, change.realm, plan->id, given.quota, first, last, change.record.id, person,
                    change.engine.ids().make<PersonId>());
}

void forget_all(Change& change, const json::object&) {
  const auto* section = change.kind->section<Section>(kAspect);
  if (section == nullptr) return;
  for (const Given& given : section->gives) forget_source(change, given);
  if (section->needs.empty()) return;
  for (const PersonId person : change.tx.all<PersonId>(kOfPlan, change.realm, change.record.id))
    if (person) change.tx.run(kForgetAt, change.realm, change.record.id, person, change.engine.ids().make<PersonId>());
}

}  // namespace

Day period_of(Every every, Day day) {
  switch (every) {
    case Every::day: return day;
    case Every::week: return add_days(day, 1 - weekday(day));
    case Every::month: return day / 100 * 100 + 1;
  }
  return day;
}
Day period_end(Every every, Day day) {
  switch (every) {
    case Every::day: return add_days(day, 1);
    case Every::week: return add_days(period_of(every, day), 7);
    case Every::month: return add_days(period_of(every, day), 31) / 100 * 100 + 1;
  }
  return day;
}

std::vector<Standing> standings(record::Engine& engine, store::Tx& tx, RealmId realm, const record::Record& record,
                                Day day, Time now) {
  const auto world = engine.worlds().current(tx, realm);
  const auto& section =
      need_section<Section>(*world, record, kAspect, words("这件事项没有指标任务", "this record has no quota"));
  const record::Actor system = record::Actor::clock();
  Change look(engine, tx, world, system, now);
  look.open(record);
  std::vector<Standing> all;
  for (const Required& required : section.needs)
    for (Standing& each : standings_of(look, required, period_of(required.every, day))) all.push_back(std::move(each));
  return all;
}

bool owes(const pack::Kind& kind) {
  const auto* section = kind.section<Section>(kAspect);
  return section != nullptr && !section->needs.empty();
}

record::Aspect aspect() {
  record::Aspect described;
  described.words.name = described.words.kind_block = kAspect;
  described.words.read_kind = read_section;
  described.migrations = kMigrations;
  described.settle = settle;
  described.ring = ring;
  described.hears = {{"erase.all", forget_all}};
  return described;
}

void forget_person(const Leaving& leaving) {
  for (const RecordId plan : leaving.tx.all<RecordId>(kPlansOf, leaving.realm, leaving.person))
    leaving.tx.run(kForgetAt, leaving.realm, plan, leaving.person, leaving.engine.ids().make<PersonId>());
}

std::span<const store::Sql> statements() { return kStatements; }

}  // namespace tongxin::aspect::quota
