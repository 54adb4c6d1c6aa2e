#include "aspect/schedule/schedule.hpp"

#include "aspect/duty.hpp"
#include "aspect/schedule/recurrence.hpp"
#include "aspect/schedule/section.hpp"
#include "record/calendars.hpp"
#include "record/change.hpp"

namespace tongxin::aspect::schedule {
namespace {

namespace json = boost::json;
using record::Change;
using store::Sql;

constexpr const char* kAspect = "schedule";
constexpr const char* kAlarm = "schedule.clock";

constexpr store::Migration kMigrations[] = {
    {452, "schedule_plans", R"(
-- realm table: a plan of a record that has come to life, and until when its occasions are made
CREATE TABLE schedule_plan (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, plan TEXT NOT NULL, rule TEXT NOT NULL, begins_at BIGINT NOT NULL, until_at BIGINT, made_until BIGINT NOT NULL, done INTEGER NOT NULL,
  PRIMARY KEY (realm_id, record_id, plan)
) WITHOUT ROWID;
)"},
};

struct Row {
  std::string rule;
  Time begins;
  std::optional<Time> until;
  Time made_until;
  bool done = false;  // the rule has no more
};
BOOST_DESCRIBE_STRUCT(Row, (), (rule, begins, until, made_until, done))

constexpr Sql kRow{"schedule_row",
                   "SELECT rule, begins_at, until_at, made_until, done FROM schedule_plan WHERE realm_id=$1 AND "
                   "record_id=$2 AND plan=$3"};
constexpr Sql kPutRow{"schedule_put",
                      "INSERT INTO schedule_plan (realm_id, record_id, plan, rule, begins_at, until_at, made_until, "
                      "done) VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (realm_id, record_id, plan) DO UPDATE SET "
                      "rule=excluded.rule, begins_at=excluded.begins_at, until_at=excluded.until_at, "
                      "made_until=excluded.made_until, done=excluded.done"};
constexpr Sql kStatements[] = {kRow, kPutRow};

void tell(Change& change, std::string_view signal, const Occasion& occasion) {
  change.engine.tell(change, signal, {{"occasion", to_text(occasion.id)}});
}

Day rest_free(const record::World& world, const Plan& plan, Day day) {
  if (std::find(plan.except.begin(), plan.except.end(), day) != plan.except.end()) return 0;
  if (plan.calendar.empty()) return day;
  const Calendar& calendar = record::calendar_of(world, plan.calendar);
  const bool rests =
      plan.holidays_only ? calendar.special(day) != nullptr && !calendar.works(day) : !calendar.works(day);
  return rests ? 0 : day;
}

PersonId person_of(Change& change, const Plan& plan) {
  PersonId person;
  if (plan.person) parse(change.text(*plan.person), person);
  return person;
}

// Occasions from where the last making ended until `ahead` days from today. What lies in the past is not made up for.
void make_ahead(Change& change, const Plan& plan, Row& row) {
  const Zone zone = change.world->zone;
  const Time horizon = midnight(add_days(change.today(), plan.ahead_days + 1), zone);
  if (row.done || row.made_until >= horizon) return;
  const Time end = row.until ? std::min(*row.until, horizon) : horizon;
  for (const Time starts :
       expand(row.rule, row.begins, std::max({row.made_until, row.begins, change.now}), end, zone)) {
    if (rest_free(*change.world, plan, day_of(starts, zone)) == 0) continue;
    Occasion occasion;
    occasion.id = change.engine.ids().make<OccasionId>();
    occasion.record = change.record.id;
    occasion.plan = plan.name;
    occasion.starts = occasion.planned = starts;
    occasion.ends = starts + plan.lasts;
    occasion.person = person_of(change, plan);
    if (add_occasion(change.tx, by_clock(change.engine, change.realm, change.now), occasion))
      tell(change, "occasion.made", occasion);
  }
  row.made_until = horizon;
  const Time far = row.until.value_or(horizon + std::chrono::hours{24 * 366 * 5});
  row.done = horizon >= far || expand(row.rule, row.begins, std::max(horizon, row.begins), far, zone, 1).empty();
  change.tx.run(kPutRow, change.realm, change.record.id, plan.name, row.rule, row.begins, row.until, row.made_until,
                row.done);
}

// An expression's day or time as an instant of the realm.
std::optional<Time> instant(Change& change, const std::optional<pack::Expression>& expression) {
  if (!expression) return std::nullopt;
  const pack::Value value = change.value(*expression);
  if (const auto* day = std::get_if<pack::DayValue>(&value)) return midnight(day->day, change.world->zone);
  if (const auto* time = std::get_if<Time>(&value)) return *time;
  return std::nullopt;
}

Row begin_row(Change& change, const Plan& plan) {
  Row row;
  row.rule = plan.rule;
  if (!plan.rule_field.empty()) {
    const json::value* given = change.fields().if_contains(plan.rule_field);
    row.rule = given != nullptr && given->is_string() ? std::string(given->as_string()) : "";
    try {
      check_rule(row.rule);
    } catch (const Fault& fault) {
      throw Fault(Code::invalid, fault.say(), {{"/form/" + plan.rule_field, "format", fault.say()}});
    }
  }
  row.begins = instant(change, plan.begins).value_or(std::chrono::floor<std::chrono::minutes>(change.now));
  if (const auto last = instant(change, plan.ends)) row.until = *last + std::chrono::hours{24};
  row.made_until = row.begins;
  return row;
}

// ── the life of a plan ───────────────────────────────────────────────────────────────────────────────────────────────
bool runs_in(const pack::Kind& kind, const Plan& plan, const std::string& state) {
  const int index = kind.state(state);
  return index >= 0 && plan.runs[std::size_t(index)];
}

std::optional<Time> next_look(store::Tx& tx, RealmId realm, RecordId record, const Plan& plan, const Row& row) {
  std::optional<Time> next;
  const auto at = [&](std::optional<Time> time) {
    if (time && (!next || *time < *next)) next = time;
  };
  if (!row.done) at(row.made_until - std::chrono::hours{24 * plan.ahead_days});
  if (plan.begin_action >= 0) at(next_beginning(tx, realm, record, plan.name));
  if (plan.can_be_missed)
    if (const auto end = next_end(tx, realm, record, plan.name)) at(*end + plan.grace);
  return next;
}

std::optional<Time> next_look(store::Tx& tx, RealmId realm, const record::Record& record, const pack::Kind& kind) {
  std::optional<Time> next;
  for (const Plan& plan : kind.section<Section>(kAspect)->plans) {
    const auto row = runs_in(kind, plan, record.state) ? tx.one<Row>(kRow, realm, record.id, plan.name) : std::nullopt;
    const auto time = row ? next_look(tx, realm, record.id, plan, *row) : std::nullopt;
    if (time && (!next || *time < *next)) next = time;
  }
  return next;
}

void settle_plan(Change& change, const Plan& plan) {
  const bool runs = runs_in(*change.kind, plan, change.record.state),
             ran = !change.creating && runs_in(*change.kind, plan, change.before.state);
  const By by = by_of(change.engine, change.realm, change.actor.person, change.now);
  if (runs && !ran) {
    auto row = change.tx.one<Row>(kRow, change.realm, change.record.id, plan.name);
    if (row && resume_ahead(change.tx, by, change.record.id, plan.name) > 0)
      change.engine.tell(change, "occasion.resumed", {{"plan", json::string(plan.name)}});
    if (!row) row = begin_row(change, plan);
    make_ahead(change, plan, *row);
  } else if (ran && !runs) {
    const int state = change.kind->state(change.record.state);
    if (change.kind->states[std::size_t(state)].final)
      cancel_ahead(change.tx, by, change.record.id, plan.name, "record closed");
    else
      suspend_ahead(change.tx, by, change.record.id, plan.name);
    change.engine.tell(change, "occasion.halted", {{"plan", json::string(plan.name)}});
  }
}

void settle(Change& change) {
  const auto* section = change.kind->section<Section>(kAspect);
  if (section == nullptr) return;
  for (const Plan& plan : section->plans) settle_plan(change, plan);
  change.set_alarm(kAlarm, next_look(change.tx, change.realm, change.record, *change.kind));
}

// ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────────
json::object words_of(const record::World& world, const Occasion& occasion) {
  return {{"occasion", to_text(occasion.id)},
          {"plan", occasion.plan},
          {"day", to_day_text(day_of(occasion.starts, world.zone))},
          {"starts", to_rfc3339(occasion.starts, world.zone)},
          {"ends", to_rfc3339(occasion.ends, world.zone)},
          {"person", to_text(occasion.person)}};
}

json::object without_empty(json::object values) {
  json::object kept;
  for (const auto& [name, value] : values)
    if (!value.is_string() || !value.as_string().empty()) kept[name] = value;
  return kept;
}

void look_at(const record::Ring& ring, const Plan& plan) {
  const auto& [engine, tx, realm, record, now] = ring;
  const auto world = engine.worlds().current(tx, realm);
  if (auto row = tx.one<Row>(kRow, realm, record.id, plan.name)) {
    const record::Actor system = record::Actor::clock();
    Change change(engine, tx, world, system, now);
    change.open(record);
    make_ahead(change, plan, *row);
    change.save_alarms();
  }
  if (plan.begin_action >= 0)
    for (const Occasion& occasion : beginning(tx, realm, record.id, plan.name, now)) {
      mark_begun(tx, realm, occasion.id);
      take(engine, tx, realm, record.id, plan.begin_action, without_empty(words_of(*world, occasion)), now);
    }
  if (!plan.can_be_missed) return;
  for (const Occasion& occasion : unkept(tx, realm, record.id, plan.name, now - plan.grace))
    if (miss_occasion(tx, by_clock(engine, realm, now), occasion.id))
      take(engine, tx, realm, record.id, plan.missed_action, without_empty(words_of(*world, occasion)), now);
}

void ring(const record::Ring& ring) {
  const auto world = ring.engine.worlds().current(ring.tx, ring.realm);
  const pack::Kind& kind = world->kind(ring.record.kind);
  const auto* section = kind.section<Section>(kAspect);
  if (section == nullptr) return;
  // An action of the clock may close the record: each plan looks at it anew.
  record::Record record = ring.record;
  for (const Plan& plan : section->plans) {
    if (runs_in(kind, plan, record.state)) look_at({ring.engine, ring.tx, ring.realm, record, ring.now}, plan);
    record = need_record(ring.engine, ring.tx, ring.realm, record.id);
  }
  ring.engine.set_alarm(ring.tx, ring.realm, record.id, kAlarm, next_look(ring.tx, ring.realm, record, kind), ring.now);
}

// ── facts and effects ────────────────────────────────────────────────────────────────────────────────────────────────
pack::Value fact(Change& change, const pack::Fact& fact) {  // schedule.<plan>.<what>
  const std::string_view rest = std::string_view(fact.subject).substr(std::string_view(kAspect).size() + 1);
  const auto point = rest.rfind('.');
  if (point == std::string_view::npos) return {};
  const std::string_view plan = rest.substr(0, point), what = rest.substr(point + 1);
  if (change.creating) return 0.0;
  const OccasionSums sums = occasion_sums(change.tx, change.realm, change.record.id, plan, Time{}, Time::max());
  if (what == "kept") return double(sums.kept);
  if (what == "missed") return double(sums.missed);
  if (what == "ahead") return double(sums.planned + sums.suspended);
  return double(sums.all() + sums.suspended);
}

// `keep: {plan: noon}` marks the occasion of now, or a named one, as done.
void keep(Change& change, const pack::Effect& effect) {
  constexpr auto kRoom = std::chrono::hours{12};
  const By by = by_of(change.engine, change.realm, change.actor.person, change.now);
  OccasionId id;
  if (const pack::Argument* named = effect.find("occasion"); named != nullptr)
    parse(change.text(*named->expression), id);
  if (!id)
    if (const auto now =
            occasion_at(change.tx, change.realm, change.record.id, effect.find("plan")->text, change.now, kRoom))
      id = now->id;
  if (id && find_occasion(change.tx, change.realm, id)) keep_occasion(change.tx, by, id, change.now);
}

const Plan& need_plan(const record::World& world, const record::Record& record, const std::string& name) {
  const auto& section =
      need_section<Section>(world, record, kAspect, words("这件事项没有日程", "this record has no schedule"));
  const Plan* plan = section.find(name);
  if (plan == nullptr) throw Fault(Code::not_found, words("没有计划“{}”", "there is no plan '{}'", name));
  return *plan;
}

Occasion extra(Change& change, const Plan& plan, Time starts, std::optional<Time> ends) {
  Occasion occasion;
  occasion.id = change.engine.ids().make<OccasionId>();
  occasion.record = change.record.id;
  occasion.plan = plan.name;
  occasion.starts = occasion.planned = starts;
  occasion.ends = ends.value_or(starts + plan.lasts);
  occasion.person = person_of(change, plan);
  if (occasion.ends <= occasion.starts)
    throw Fault(Code::invalid, words("结束应晚于开始", "it must end after it begins"));
  if (!add_occasion(change.tx, by_of(change.engine, change.realm, change.actor.person, change.now), occasion))
    throw Fault(Code::conflict, words("这一时间已有安排", "there is one at that time already"));
  tell(change, "occasion.made", occasion);
  return occasion;
}

// `occasion: {plan: meeting, starts: input.at, ends: input.until}` adds one beside the rule.
void occasion_effect(Change& change, const pack::Effect& effect) {
  const auto* section = change.kind->section<Section>(kAspect);
  const Plan* plan = section->find(effect.find("plan")->text);
  const pack::Value starts = change.value(*effect.find("starts")->expression);
  const auto* at = std::get_if<Time>(&starts);
  if (plan == nullptr || at == nullptr) return;
  std::optional<Time> ends;
  if (const pack::Argument* until = effect.find("ends")) ends = instant(change, until->expression);
  extra(change, *plan, *at, ends);
}

void check_plan(const pack::Node& arguments, pack::Reading& reading) {
  const pack::Node *plan = arguments.find("plan"), *section = reading.document->find("schedule");
  std::vector<std::string> known;
  if (section != nullptr)
    for (const auto& entry : section->entries) known.push_back(entry.key);
  if (plan != nullptr) pack::check_name(*plan, plan->text, known, {"计划", "plan"}, reading.complaints);
}

// ── proof ────────────────────────────────────────────────────────────────────────────────────────────────────────────
constexpr Sql kUnkeptKept{"schedule_verify_kept",
                          "SELECT record_id, plan FROM occasion WHERE realm_id=$1 AND ((state = 1 AND kept_at IS NULL) "
                          "OR ends_at <= starts_at) ORDER BY id LIMIT 100"};
constexpr Sql kUnwritten{"schedule_verify_changes",
                         "SELECT o.record_id, o.plan FROM occasion o WHERE o.realm_id=$1 AND NOT EXISTS (SELECT 1 FROM "
                         "occasion_change c WHERE c.realm_id=o.realm_id AND c.occasion_id=o.id AND c.what='made') "
                         "ORDER BY o.id LIMIT 100"};

void verify(store::Store& store, record::Worlds&, RealmId realm, const record::FindingSink& find) {
  store.read([&](store::Tx& tx) {
    const auto look = [&](const Sql& sql, const Words& say) {
      tx.each(
          sql,
          [&](const store::Row& row) {
            find("occasion", fmt::format("{} {}", id_text(row.integer(0)), row.text(1)), say);
          },
          realm);
    };
    look(kUnkeptKept, words("时间或完成时刻不对", "its times are wrong"));
    look(kUnwritten, words("没有写下是怎样来的", "nothing says where it came from"));
  });
}

}  // namespace

Occasion move(record::Engine& engine, store::Tx& tx, RealmId realm, PersonId actor, OccasionId id, Time starts,
              std::optional<Time> ends, const std::string& reason, Time now) {
  const Occasion before = need_occasion(tx, realm, id);
  Occasion after;
  engine.change(tx, realm, {.person = actor, .system = false, .follows = {}}, before.record, "schedule.moved", now,
                [&](Change& change) {
                  after = move_occasion(tx, by_of(engine, realm, actor, now), id, starts,
                                        ends.value_or(starts + (before.ends - before.starts)), reason);
                  change.note({fmt::format("{} 改到 {}：{}", to_minute_text(before.starts, change.world->zone),
                                           to_minute_text(after.starts, change.world->zone), reason),
                               fmt::format("{} moved to {}: {}", to_minute_text(before.starts, change.world->zone),
                                           to_minute_text(after.starts, change.world->zone), reason)});
                  tell(change, "occasion.moved", after);
                });
  return after;
}

Occasion cancel(record::Engine& engine, store::Tx& tx, RealmId realm, PersonId actor, OccasionId id,
                const std::string& reason, Time now) {
  const Occasion before = need_occasion(tx, realm, id);
  Occasion after;
  engine.change(tx, realm, {.person = actor, .system = false, .follows = {}}, before.record, "schedule.cancelled", now,
                [&](Change& change) {
                  after = cancel_occasion(tx, by_of(engine, realm, actor, now), id, reason);
                  const std::string at = to_minute_text(before.starts, change.world->zone);
                  change.note({fmt::format("取消 {}：{}", at, reason), fmt::format("{} cancelled: {}", at, reason)});
                  tell(change, "occasion.cancelled", after);
                });
  return after;
}

Occasion add(record::Engine& engine, store::Tx& tx, RealmId realm, PersonId actor, RecordId record,
             const std::string& plan, Time starts, std::optional<Time> ends, Time now) {
  Occasion added;
  engine.change(tx, realm, {.person = actor, .system = false, .follows = {}}, record, "schedule.added", now,
                [&](Change& change) {
                  added = extra(change, need_plan(*change.world, change.record, plan), starts, ends);
                  const std::string at = to_minute_text(starts, change.world->zone);
                  change.note({"增加 " + at, "added " + at});
                });
  return added;
}

record::Aspect aspect() {
  using K = pack::ArgumentKind;
  static const std::vector<store::Migration> kTables = [] {
    std::vector<store::Migration> all(occasion_migrations().begin(), occasion_migrations().end());
    all.insert(all.end(), std::begin(kMigrations), std::end(kMigrations));
    return all;
  }();
  record::Aspect described;
  described.words.name = described.words.kind_block = kAspect;
  described.words.effects = {{"keep",
                              {{"plan", K::text, true}, {"occasion", K::expression}},
                              "An occasion of the plan was kept: the one named, else the one of now.",
                              check_plan},
                             {"occasion",
                              {{"plan", K::text, true}, {"starts", K::expression, true}, {"ends", K::expression}},
                              "One more occasion of a plan, beside its rule.",
                              check_plan}};
  described.words.read_kind = read_section;
  described.words.facts = facts;
  described.effects = {{"keep", keep}, {"occasion", occasion_effect}};
  described.fact = fact;
  described.migrations = kTables;
  described.settle = settle;
  described.ring = ring;
  described.hears = {{"erase.all", [](Change& change, const json::object&) {
                        if (change.kind->section<Section>(kAspect) != nullptr)
                          forget_people(change.tx, change.realm, change.record.id);
                      }}};
  described.verify = verify;
  return described;
}

std::span<const store::Sql> statements() {
  static const std::vector<Sql> kAll = [] {
    std::vector<Sql> all(occasion_statements().begin(), occasion_statements().end());
    all.insert(all.end(), std::begin(kStatements), std::end(kStatements));
    all.insert(all.end(), {kUnkeptKept, kUnwritten});
    return all;
  }();
  return kAll;
}

}  // namespace tongxin::aspect::schedule
