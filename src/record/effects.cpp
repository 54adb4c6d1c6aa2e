// The effects that every kind may use. Aspects bring more (Engine::add_effect).
#include <cmath>

#include "base/text.hpp"
#include "people/operations.hpp"
#include "record/calendars.hpp"
#include "record/change.hpp"
#include "record/merged.hpp"
#include "record/redaction.hpp"
#include "record/sql.hpp"
#include "record/timer_steps.hpp"
#include "record/with_role.hpp"

namespace tongxin::record {
namespace {

namespace json = boost::json;
using pack::Argument;
using pack::ArgumentKind;
using pack::Effect;

Fault bad_input(std::string at, Words say) { return Fault(Code::invalid, say, {{std::move(at), "unknown", say}}); }

template <class I>
I read_id(const std::string& text) {
  I id;
  parse(text, id);
  return id;
}

// ── assign ───────────────────────────────────────────────────────────────────────────────────────────────────────────
void hold_by(Change& change, OrgId org, AreaId area, std::string role, PersonId person) {
  Record& record = change.record;
  record.holder_org = org;
  record.holder_area = area;
  record.holder_role = std::move(role);
  record.holder_person = person;
  const people::Org* found = change.world->directory->org(org);
  change.extra["holder"] = json::object{{"org", to_text(org)}, {"area", to_text(area)}, {"person", to_text(person)}};
  if (found != nullptr) change.note({fmt::format("由{}办理", found->name), fmt::format("now with {}", found->name)});
}

std::string function_of(Change& change, const Effect& effect) {
  const Argument* function = effect.find("function");
  return function != nullptr ? function->text : change.record.function;
}

// The area from which somebody who answers is looked for: the ancestor at the wanted level, or the nearest above it.
AreaId start_area(const World& world, AreaId area, std::string_view level) {
  const int wanted = world.library->level_rank(level);
  AreaId best;
  for (const AreaId ancestor : world.atlas->lineage(area))
    if (world.library->level_rank(world.atlas->at(ancestor).level) <= wanted) best = ancestor;
  return best;
}

bool in_post(const World& world, const people::Responsible& answers, Day day) {
  const people::Org* org = world.directory->org(answers.org);
  return org != nullptr && people::live(*org, day) &&
         std::ranges::any_of(world.directory->posts_in(answers.org), [&](const people::Post* post) {
           return people::live(*post, day) && (answers.role.empty() || post->role == answers.role);
         });
}

// Whoever answers, and the next above who does while nobody there is in post: a matter must not wait where no one looks.
std::optional<people::Responsible> somebody(Change& change, std::optional<people::Responsible> found,
                                            const std::string& function, AreaId place, const std::string& stage) {
  const World& world = *change.world;
  while (found && !in_post(world, *found, change.today())) {
    if (const people::Org* empty = world.directory->org(found->org))
      change.note(words("{} 现无人在岗", "nobody is in post at {}", empty->name));
    found = world.directory->climb(function, found->area, world.atlas->at(place).path, stage, change.today());
  }
  return found;
}

std::string stage_of(const Effect& effect) {
  const Argument* stage = effect.find("stage");
  return stage == nullptr ? "" : stage->text;
}

void assign_responsible(Change& change, const Effect& effect, const std::string& level) {
  const World& world = *change.world;
  const AreaId from = change.record.area ? change.record.area : change.record.holder_area;
  if (!from) return;
  const AreaId start = start_area(world, from, level);
  if (!start) return;
  const std::string function = function_of(change, effect), stage = stage_of(effect);
  const auto nearest = world.directory->responsible(function, world.atlas->at(from).path, start, stage, change.today());
  auto found = somebody(change, nearest, function, from, stage);
  if (!found) found = nearest;  // nobody at any level: it waits with those whose duty it is
  if (found) return hold_by(change, found->org, found->area, std::string(found->role), {});
  change.record.holder_area = start;  // nobody answers for it: whoever oversees the place sees it there
  change.note(words("暂无负责单位", "nobody answers for this here yet"));
}

void assign_climb(Change& change, const Effect& effect) {
  const World& world = *change.world;
  const AreaId from = change.record.area ? change.record.area : change.record.holder_area;
  if (!from) return;
  const AreaId current = change.record.holder_area ? change.record.holder_area : from;
  const std::string function = function_of(change, effect), stage = stage_of(effect);
  const auto next = world.directory->climb(function, current, world.atlas->at(from).path, stage, change.today());
  const auto found = somebody(change, next, function, from, stage);
  if (found) return hold_by(change, found->org, found->area, std::string(found->role), {});
  change.note(next ? words("上级均无人在岗，仍由原单位办理", "nobody is in post at any higher level: it stays")
                   : words("已在最高一级", "already at the highest level"));
}

// The organisation that held it before the present one, from the hops in the timeline.
void assign_back(Change& change) {
  json::object hop;
  change.tx.each(
      sql::kTimeline,
      [&](const store::Row& row) {
        const auto event = store::inside::from_row<Event>(row);
        if (event.body.empty()) return true;
        const json::value body = json::parse(event.body);
        const json::value* holder = body.as_object().if_contains("holder");
        if (holder == nullptr || holder->as_object().at("org").as_string() == to_text(change.record.holder_org))
          return true;
        hop = holder->as_object();
        return false;
      },
      change.realm, change.record.id, 1 << 30, 200);
  if (hop.empty()) return;
  hold_by(change, read_id<OrgId>(std::string(hop["org"].as_string())),
          read_id<AreaId>(std::string(hop["area"].as_string())), "", {});
}

void assign_org(Change& change, const std::string& text) {
  const people::Org* org = change.world->directory->org(read_id<OrgId>(text));
  if (org == nullptr) throw bad_input("/form", words("没有这个单位", "there is no such organisation"));
  AreaId area = change.record.area;
  // An organisation answers at its own level: the record's ancestor at which it works, or its own place.
  if (change.world->atlas->find(org->area) != nullptr) area = org->area;
  hold_by(change, org->id, area, "", {});
}

void assign(Change& change, const Effect& effect) {
  if (const Argument* level = effect.find("responsible")) assign_responsible(change, effect, level->text);
  if (const Argument* climb = effect.find("climb"); climb != nullptr && climb->flag) assign_climb(change, effect);
  if (const Argument* back = effect.find("back"); back != nullptr && back->flag) assign_back(change);
  if (const Argument* org = effect.find("org")) assign_org(change, change.text(*org->expression));
  if (const Argument* person = effect.find("person")) {
    change.record.holder_person = read_id<PersonId>(change.text(*person->expression));
    change.extra["person"] = to_text(change.record.holder_person);
  }
}

// ── people who take part ─────────────────────────────────────────────────────────────────────────────────────────────
void helpers(Change& change, const Effect& effect) {
  for (const std::string& text : change.texts(*effect.find("value")->expression)) {
    const people::Org* org = change.world->directory->org(read_id<OrgId>(text));
    if (org == nullptr) continue;
    change.add_participant("helper", org->id, {});
    change.note({fmt::format("协办：{}", org->name), fmt::format("helping: {}", org->name)});
    for (const PersonId person : change.world->directory->holders(org->id, "", change.today()))
      change.tell(person, words("请协助办理 {}", "please help with {}", change.record.number));
  }
}

void participant(Change& change, const Effect& effect) {
  const Argument *person = effect.find("person"), *org = effect.find("org"), *remove = effect.find("remove");
  const std::string& role = effect.find("role")->text;
  const PersonId who = person == nullptr ? PersonId{} : read_id<PersonId>(change.text(*person->expression));
  std::vector<std::string> orgs = org == nullptr ? std::vector<std::string>{""} : change.texts(*org->expression);
  for (const std::string& each : orgs) {
    const OrgId unit = read_id<OrgId>(each);
    if (!who && !unit) continue;
    if (remove != nullptr && remove->flag)
      change.remove_participant(role, unit, who);
    else
      change.add_participant(role, unit, who);
  }
}

void follow_effect(Change& change, const Effect& effect) {
  if (const PersonId person = read_id<PersonId>(change.text(*effect.find("value")->expression));
      person && person != change.record.reporter)
    change.add_participant("follower", {}, person);
}

// ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
void extend(Change& change, const Effect& effect) {
  Timer* timer = change.timer(effect.find("deadline")->text);
  if (timer == nullptr || timer->ended_at)
    throw Fault(Code::not_now, words("这项时限没有在计时", "this deadline is not running"));
  const Argument* by = effect.find("by");
  const std::string& text = by == nullptr ? "original" : by->text;
  const Limit limit = parse_limit(text == "original" ? timer->limit_text : text);
  const Calendar& calendar = calendar_of(*change.world, timer->calendar);
  const Unit unit = parse_limit(timer->limit_text).unit;
  // While it stands still, its times are those of the moment when it stopped.
  const Time now = timer->paused_at.value_or(change.now), from = std::max(timer->due_at, now);
  const Time until = due(calendar, limit, from);
  const milliseconds more = remaining(calendar, unit, from, until);
  if (const int index = change.kind->deadline(timer->deadline); timer->warn_at && timer->phase < 2 && index >= 0) {
    // Yellow at the same share of the longer time.
    const double warn = change.kind->deadlines[std::size_t(index)].warn;
    const milliseconds before = remaining(calendar, unit, *timer->warn_at, timer->due_at) +
                                milliseconds{std::llround(double(more.count()) * (1 - warn))};
    timer->warn_at = resume(calendar, unit, -before, until);
    if (*timer->warn_at > now) timer->phase = 0;
  }
  timer->due_at = until;
  if (timer->paused_at) timer->remaining_ms = std::max<std::int64_t>(timer->remaining_ms, 0) + more.count();
  timer->wake_at = wake_time(*timer);
  keep_step(change, *timer, "extended", from, to_code(limit));
  if (timer->paused_at) {
    const Words amount = to_words(limit);
    return change.note({fmt::format("时限延长 {}，恢复计时后接着算", amount.zh),
                        fmt::format("the deadline is longer by {}, counted once it runs again", amount.en)});
  }
  const std::string text_until = deadline_text(timer->due_at, change.world->zone);
  change.note(words("时限延长到 {}", "the deadline is extended to {}", text_until));
}

// ── other records ────────────────────────────────────────────────────────────────────────────────────────────────────
Draft child_of(Change& change, const Effect& effect) {
  Draft draft;
  draft.kind = effect.find("kind")->text;
  draft.parent = change.record.id;
  draft.area = change.record.area;
  draft.lon = change.record.lon;
  draft.lat = change.record.lat;
  draft.address = change.record.address;
  draft.urgent = change.record.urgent;
  draft.source = change.record.source;
  if (const Argument* category = effect.find("category")) draft.category = change.text(*category->expression);
  if (const Argument* copy = effect.find("copy"))
    for (const std::string& name : copy->names) {
      if (name == "category")
        draft.category = change.record.category;
      else if (const json::value* value = change.fields().if_contains(name))
        draft.form[name] = *value;
      else if (const json::value* entered = change.input.if_contains(name))
        draft.form[name] = *entered;
    }
  if (const Argument* form = effect.find("form"))
    for (const auto& [name, expression] : form->mapping)
      if (json::value value = pack::to_json(change.value(expression)); !value.is_null())
        draft.form[name] = std::move(value);
  return draft;
}

void children(Change& change, const Effect& effect) {
  if (const Argument* each = effect.find("for_each")) {
    for (const std::string& text : change.texts(*each->expression)) {
      Draft draft = child_of(change, effect);
      draft.hold_by = read_id<OrgId>(text);
      change.births.push_back(std::move(draft));
    }
  } else if (const Argument* items = effect.find("items")) {
    for (const json::object& item : items->items) {
      Draft draft = child_of(change, effect);
      for (const auto& [name, value] : item) {
        if (name == "category" && value.is_string())
          draft.category = value.as_string();
        else
          draft.form[name] = value;
      }
      change.births.push_back(std::move(draft));
    }
  } else {
    change.births.push_back(child_of(change, effect));
  }
}

void act_on(Change& change, const Effect& effect) {
  const std::string &on = effect.find("on")->text, &action = effect.find("action")->text;
  json::object input;
  if (const Argument* form = effect.find("form"))
    for (const auto& [name, expression] : form->mapping) input[name] = pack::to_json(change.value(expression));
  if (on == "parent" && change.record.parent) change.later.push_back({change.record.parent, action, input});
  if (on == "children")
    for (const auto& child : change.children())
      if (child.open) change.later.push_back({child.id, action, input});
  if (on == "merged")
    for (const RecordId merged : merged_into(change.tx, change.realm, change.record.id))
      change.later.push_back({merged, action, input});
  const pack::Field* field = change.kind->form.find(on);
  const json::value* named = field == nullptr ? nullptr : change.fields().if_contains(on);
  if (named != nullptr && named->is_string())
    change.later.push_back({read_id<RecordId>(std::string(named->as_string())), action, input});
  if (named != nullptr && named->is_array())
    for (const json::value& each : named->as_array())
      change.later.push_back({read_id<RecordId>(std::string(each.as_string())), action, input});
}

// Whoever raised it, and whoever follows it or handed it in for them.
void tell_those_who_wait(Change& change, const Words& said) {
  change.tell(change.record.reporter, said);
  for (const Participant& each : change.participants())
    if (each.role == "follower" || each.role == "proxy") change.tell(each.person, said);
}

void merge(Change& change, const Effect& effect) {
  const RecordId into = read_id<RecordId>(change.text(*effect.find("value")->expression));
  const auto main = change.engine.find(change.tx, change.realm, into);
  const auto refuse = [](Words say) { return bad_input("/form/into", std::move(say)); };
  if (!main) throw refuse(words("没有这件事项", "there is no such record"));
  if (main->id == change.record.id) throw refuse(words("不能并入自己", "a record cannot be merged into itself"));
  if (main->kind != change.record.kind)
    throw refuse(words("只能并入同类事项", "only records of one kind can be merged"));
  if (!main->open) throw refuse(words("{} 已经结束", "{} has ended", main->number));
  if (main->merged_into) throw refuse(words("{} 自己已并入另一件", "{} is itself merged into another", main->number));
  change.record.merged_into = main->id;
  change.extra["merged_into"] = to_text(main->id);
  change.note(words("并入 {}", "merged into {}", main->number));
  if (change.record.reporter)
    change.tell(change.record.reporter, words("您的事项 {} 已并入 {}，结果会一并答复您",
                                              "your matter {} was merged into {}; you will get its answer",
                                              change.record.number, main->number));
  // Those that are told of the merge were promised an answer: one that is there already is passed on at once.
  if (!main->answer.empty()) change.later.push_back({change.record.id, "", {{"answer", main->answer}}});
}

void unmerge(Change& change, const Effect&) {
  const auto main = change.engine.find(change.tx, change.realm, change.record.merged_into);
  change.record.merged_into = {};
  change.record.answer.clear();  // it was the other one's
  change.note(words("取消并案", "no longer merged"));
  const std::string other = main ? main->number : "";
  tell_those_who_wait(change, words("{} 不再并入 {}，将单独办理并答复",
                                    "{} is no longer merged into {}; it is handled and answered on its own",
                                    change.record.number, other));
  change.tell_holders(words("{} 不再并入 {}，请继续办理", "{} is no longer merged into {}; please go on with it",
                            change.record.number, other));
}

// ── what is said and kept ────────────────────────────────────────────────────────────────────────────────────────────
void answer(Change& change, const Effect& effect) {
  const std::string text = change.text(*effect.find("value")->expression);
  if (text.empty()) return;
  change.record.answer = text;
  const Words said{fmt::format("{} 的答复：{}", change.record.number, text),
                   fmt::format("Answer to {}: {}", change.record.number, text)};
  tell_those_who_wait(change, said);
  // Everybody whose report was merged into this one gets the same answer.
  for (const RecordId merged : merged_into(change.tx, change.realm, change.record.id))
    change.later.push_back({merged, "", {{"answer", text}}});
}

void rate(Change& change, const Effect& effect) {
  json::object body;
  for (const auto& [name, expression] : effect.find("value")->mapping)
    body[name] = pack::to_json(change.value(expression));
  const std::string text = json::serialize(body);
  const int seq = change.record.last_seq + 1;
  change.tx.run(sql::kAddRating, change.realm, change.record.id, seq, change.now, text);
  change.judged += proof_of_rating(change.record.id, seq, change.now, text);
  change.forget_rating();
}

void set(Change& change, const Effect& effect) {
  for (const auto& [name, expression] : effect.find("value")->mapping) {
    json::value value = pack::to_json(change.value(expression));
    if (name == "urgent")
      change.record.urgent = value.is_bool() && value.as_bool();
    else if (name == "category") {
      if (value.is_string()) change.recategorise(std::string(value.as_string()));
    } else if (value.is_null())
      change.edit_fields().erase(name);
    else
      change.edit_fields()[name] = std::move(value);
  }
  change.search_changed = true;
}

void tell_role(Change& change, std::string_view role, const Words& text) {
  constexpr std::size_t kMost = 200;
  each_with_role_here(change, role, [&](PersonId person) {
    if (change.told.size() < kMost) change.tell(person, text);
    return change.told.size() < kMost;
  });
}

void notify(Change& change, const Effect& effect) {
  const std::string& to = effect.find("to")->text;
  const Words text = about_record(change, effect.find("say")->words);
  if (to == "holder") return change.tell_holders(text);
  if (to == "reporter") return change.tell(change.record.reporter, text);
  if (to == "parent_holder") {
    if (const auto& parent = change.parent())
      for (const PersonId person : change.world->directory->holders(parent->holder_org, "", change.today()))
        change.tell(person, text);
    return;
  }
  if (change.world->library->role(to) != nullptr) return tell_role(change, to, text);
  for (const Participant& each : change.participants()) {
    if (each.role != to) continue;
    change.tell(each.person, text);
    if (each.org)
      for (const PersonId person : change.world->directory->holders(each.org, "", change.today()))
        change.tell(person, text);
  }
}

void redact(Change& change, const Effect& effect) { redact_fields(change, effect.find("value")->names); }

// Five functions move from village to community at a date: the responsibility table says so from then on.
void responsibility(Change& change, const Effect& effect) {
  const auto text = [&](const char* name) {
    const Argument* argument = effect.find(name);
    return argument == nullptr ? std::string{} : change.text(*argument->expression);
  };
  people::NewResponsibility row;
  row.function = text("function");
  row.area = effect.find("area") == nullptr ? change.record.area : read_id<AreaId>(text("area"));
  row.org = read_id<OrgId>(text("org"));
  row.from = change.today();
  if (const std::string from = text("from"); !from.empty()) parse_day(from, row.from);
  people::set_responsibility(change.tx, change.doing(), row);
  const people::Org* org = change.world->directory->org(row.org);
  if (org != nullptr) {
    const std::string day = to_day_text(row.from);
    change.note(
        {fmt::format("自 {} 起由{}负责", day, org->name), fmt::format("from {} {} answers for it", day, org->name)});
  }
}

}  // namespace

std::span<const pack::EffectSignature> Engine::effects() {
  using K = ArgumentKind;
  static const std::vector<pack::EffectSignature> kSignatures{
      {"assign",
       {{"responsible", K::level},
        {"climb", K::flag},
        {"back", K::flag},
        {"org", K::expression},
        {"person", K::expression},
        {"function", K::text},
        {"stage", K::text}},
       "Who holds the record from now on: whoever answers for the function from this level up; the next level up; the "
       "one before; an organisation; a person."},
      {"helpers", {{"value", K::expression, true}}, "Organisations that help: orgs of a list."},
      {"participant",
       {{"role", K::relation, true}, {"person", K::expression}, {"org", K::expression}, {"remove", K::flag}},
       "Adds or removes somebody who takes part, under a name of the pack's choice."},
      {"follow", {{"value", K::expression, true}}, "The person hears of it as the reporter does."},
      {"extend",
       {{"deadline", K::deadline, true}, {"by", K::text}},
       "A running deadline ends later: by a limit, or by its original one."},
      {"children",
       {{"kind", K::kind, true},
        {"for_each", K::expression},
        {"items", K::items},
        {"form", K::mapping},
        {"copy", K::fields},
        {"category", K::expression}},
       "Creates records below this one: one, one per organisation of a list, or one per item (its fields, and "
       "`category`)."},
      {"act",
       {{"on", K::relation, true}, {"action", K::text, true}, {"form", K::mapping}},
       "Takes an action on the parent, the open children, the merged records or those that a field names, as the "
       "system, in the same "
       "transaction."},
      {"merge",
       {{"value", K::expression, true}},
       "The record becomes part of another; its reporter and followers get the other's answers, and stand alone again "
       "(by "
       "an action with `unmerge`) when the other ends without one."},
      {"unmerge", {{"value", K::flag, true}}, "It stands alone again."},
      {"answer",
       {{"value", K::expression, true}},
       "The answer to the one who raised it, to followers and to all merged reporters."},
      {"rate", {{"value", K::mapping, true}}, "Keeps a judgement: satisfied, solved, contacted, stars, score, grade."},
      {"set", {{"value", K::mapping, true}}, "Sets fields of the record (also urgent and category)."},
      {"notify",
       {{"to", K::relation, true}, {"say", K::words, true}},
       "Tells the holder, the reporter, parent_holder, participants of a name, or all who hold a role (of the packs) "
       "at the place."},
      {"redact", {{"value", K::fields, true}}, "Forgets fields of the record, and what the timeline holds of them."},
      {"responsibility",
       {{"function", K::expression, true},
        {"org", K::expression, true},
        {"area", K::expression},
        {"from", K::expression}},
       "From a day on another organisation answers for a function at a place."},
  };
  return kSignatures;
}

const std::map<std::string, EffectHandler, std::less<>>& built_in_effects() {
  static const std::map<std::string, EffectHandler, std::less<>> kHandlers{
      {"assign", assign},        {"helpers", helpers}, {"participant", participant},
      {"follow", follow_effect}, {"extend", extend},   {"children", children},
      {"act", act_on},           {"merge", merge},     {"unmerge", unmerge},
      {"answer", answer},        {"rate", rate},       {"set", set},
      {"notify", notify},        {"redact", redact},   {"responsibility", responsibility},
  };
  return kHandlers;
}

}  // namespace tongxin::record
