// What I have to do: my turns and visits, swaps that I am asked for, slots that I may take, when I cannot come, what I can do.
#include "aspect/checkin/section.hpp"
#include "aspect/duty.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/roster/section.hpp"
#include "aspect/schedule/section.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"
#include "serve/duty_routes.hpp"
#include "serve/my_duty_shapes.hpp"

namespace tongxin::serve {
namespace {

namespace roster = aspect::roster;

api::MyTurn my_turn(View& view, const roster::Turn& turn, const record::Record& record) {
  const auto slot = roster::find_slot(view.tx, view.app.realm, turn.slot);
  const auto* section = view.world->kind(record.kind).section<roster::Section>("roster");
  const roster::Post* post = section == nullptr || !slot ? nullptr : section->find(slot->post);
  return {to_text(turn.slot), record.id,    record.kind,
          record.number,      record.title, post == nullptr ? Words{} : post->label,
          turn.starts,        turn.ends,    boost::describe::enum_to_string(turn.state, ""),
          turn.arrived_at};
}

api::MyOccasion my_occasion(View& view, const aspect::Occasion& occasion, const record::Record& record) {
  const pack::Kind& kind = view.world->kind(record.kind);
  api::MyOccasion mine{to_text(occasion.id),
                       record.id,
                       record.kind,
                       record.number,
                       record.title,
                       {},
                       occasion.starts,
                       occasion.ends,
                       boost::describe::enum_to_string(occasion.state, ""),
                       {}};
  if (const auto* schedule = kind.section<aspect::schedule::Section>("schedule"))
    if (const auto* plan = schedule->find(occasion.plan)) mine.plan = plan->label;
  if (const auto* checkins = kind.section<aspect::checkin::Section>("checkin"))
    for (const auto& sort : checkins->sorts)
      if (sort.plan.empty() || sort.plan == occasion.plan) mine.sorts.push_back({sort.name, sort.label});
  return mine;
}

api::MySwap my_swap(View& view, const roster::Swap& swap, const roster::Slot& slot, const record::Record& record) {
  const auto* section = view.world->kind(record.kind).section<roster::Section>("roster");
  const roster::Post* post = section == nullptr ? nullptr : section->find(slot.post);
  const auto other = swap.other_slot ? roster::find_slot(view.tx, view.app.realm, swap.other_slot) : std::nullopt;
  return {to_text(swap.id),
          to_text(swap.slot),
          record.title,
          post == nullptr ? Words{} : post->label,
          view.person(swap.person),
          view.person(swap.to),
          slot.starts,
          slot.ends,
          other ? std::optional(other->starts) : std::nullopt,
          other ? std::optional(other->ends) : std::nullopt,
          swap.person == view.actor().person};
}

void add_checkins(View& view, const record::Record& record, api::MyDuties& duties) {
  api::CheckInSorts sorts = checkin_sorts(view, record);
  std::erase_if(sorts.items, [](const api::CheckInSort& each) { return !each.open; });
  if (!sorts.items.empty() || sorts.track)
    duties.checkins.push_back({record.id, record.kind, record.number, record.title,
                               place_text(*view.world, record.area), record.due_at, std::move(sorts.items),
                               sorts.track});
}

// Slots that lack people and that I may take, where I do not stand already.
void add_offers(View& view, Time from, Time until, api::MyDuties& duties) {
  constexpr std::size_t kMost = 100;
  const PersonId self = view.actor().person;
  for (const RecordId id : roster::lacking(view.tx, view.app.realm, std::max(from, view.now), until)) {
    const auto record = view.app.engine.find(view.tx, view.app.realm, id);
    const auto* section = record ? view.world->kind(record->kind).section<roster::Section>("roster") : nullptr;
    if (section == nullptr ||
        !aspect::holds(view.app.engine, view.tx, *view.world, view.actor(), *record, section->takes, view.now))
      continue;
    for (const roster::Slot& slot : roster::slots_of(view.tx, view.app.realm, id, std::max(from, view.now), until)) {
      if (duties.offers.size() == kMost) return;
      if (slot.state != roster::SlotState::open || slot.taken >= slot.need) continue;
      const auto turns = roster::turns_in(view.tx, view.app.realm, slot.id);
      if (std::any_of(turns.begin(), turns.end(), [&](const roster::Turn& turn) {
            return turn.person == self && turn.state != roster::TurnState::left;
          }))
        continue;
      const roster::Post* post = section->find(slot.post);
      duties.offers.push_back({to_text(slot.id), id, record->number, record->title,
                               post == nullptr ? Words{} : post->label, slot.starts, slot.ends, slot.need, slot.taken});
    }
  }
}

// Records of mine at which I may check in now, and what I owe in this period: what a phone needs to know without a network.
void add_mine(View& view, api::MyDuties& duties) {
  constexpr int kMost = 60;
  const PersonId self = view.actor().person;
  for (const auto& kind : view.world->library->kinds) {
    const bool checks = kind->section<aspect::checkin::Section>("checkin") != nullptr;
    const bool owes = aspect::quota::owes(*kind);
    if (!checks && !owes) continue;
    for (const RecordId id : view.tx.all<RecordId>(record::sql::kPage, view.app.realm, self, kind->name, true,
                                                   std::numeric_limits<std::int64_t>::max(), kMost)) {
      const auto record = view.app.engine.find(view.tx, view.app.realm, id);
      if (!record) continue;
      if (checks) add_checkins(view, *record, duties);
      if (owes)
        for (const auto& each :
             aspect::quota::standings(view.app.engine, view.tx, view.app.realm, *record, view.today(), view.now))
          if (each.person == self)
            duties.quotas.push_back({id, record->title, each.quota, each.label,
                                     boost::describe::enum_to_string(each.every, ""), each.has, each.least});
    }
  }
}

api::MyDuties my_duties(View& view, Time from, Time until) {
  const PersonId self = view.actor().person;
  api::MyDuties duties;
  std::map<RecordId, std::optional<record::Record>> records;
  const auto record_of = [&](RecordId id) -> const std::optional<record::Record>& {
    const auto [at, fresh] = records.try_emplace(id);
    if (fresh) at->second = view.app.engine.find(view.tx, view.app.realm, id);
    return at->second;
  };
  for (const roster::Turn& turn : roster::turns_for(view.tx, view.app.realm, self, from, until))
    if (const auto& record = record_of(turn.record)) duties.turns.push_back(my_turn(view, turn, *record));
  for (const aspect::Occasion& occasion : aspect::occasions_for(view.tx, view.app.realm, self, from, until))
    if (const auto& record = record_of(occasion.record))
      duties.occasions.push_back(my_occasion(view, occasion, *record));
  for (const roster::Swap& swap : roster::swaps_for(view.tx, view.app.realm, self))
    if (const auto slot = roster::find_slot(view.tx, view.app.realm, swap.slot))
      if (const auto& record = record_of(slot->record)) duties.swaps.push_back(my_swap(view, swap, *slot, *record));
  for (const roster::Away& each : roster::aways_of(view.tx, view.app.realm, self, view.now))
    duties.absences.push_back({id_text(each.id), each.from, each.until});
  add_offers(view, from, until, duties);
  add_mine(view, duties);
  return duties;
}

void add_absences(App& app, Api& api) {
  api.post<api::NewAbsence, api::AbsenceMade>(
         "/v1/me/absences", "登记不能值班的时间，不问原因 / when I cannot come; no reason is asked",
         [&app](const Request& request, api::NewAbsence body) {
           return Answer::write([&app, &request, body, id = app.ids.next()](store::Tx& tx) {
             const Caller caller = need_person(app, tx, request);
             roster::set_away(tx, app.realm, caller.actor.person, id, body.from, body.until);
             return json_answer(api::AbsenceMade{id_text(id)}, 201);
           });
         })
      .status(201);
  api.del("/v1/me/absences/{id}", "取消 / take it back", [&app](const Request& request) {
    return Answer::write([&app, &request](store::Tx& tx) {
      const Caller caller = need_person(app, tx, request);
      roster::end_away(tx, app.realm, caller.actor.person, path_id(request, 0));
      return Response{.status = 204, .type = {}};
    });
  });
}

// ── skills ──
std::vector<api::OptionView> known_skills(const record::World& world) {
  std::vector<api::OptionView> known;
  const auto section = world.library->aspects.find("roster");
  if (section != world.library->aspects.end())
    for (const pack::Named& each : static_cast<const roster::Skills*>(section->second.get())->list)
      known.push_back({each.name, each.label});
  return known;
}

api::SkillList skill_list(View& view, PersonId person) {
  api::SkillList list{{}, known_skills(*view.world)};
  for (const roster::SkillRow& each : roster::skill_rows(view.tx, view.app.realm, person)) {
    api::SkillView row{
        each.skill, {each.skill, each.skill}, to_day_text(each.from), day_text(each.until), std::nullopt};
    for (const api::OptionView& option : list.known)
      if (option.value == each.skill) row.label = option.name;
    if (each.confirmed_by) row.confirmed_by = view.person(each.confirmed_by);
    list.items.push_back(std::move(row));
  }
  return list;
}

// One's own word is one's own; whoever organises posts at a place of the person's confirms it, for others as well.
bool may_confirm(View& view, PersonId person) {
  if (view.caller.admin) return true;
  return person != view.actor().person && organises_somewhere(view);
}

Answer say_skill(App& app, const Request& request, api::SaySkill body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    View view(app, tx, need_person(app, tx, request));
    const PersonId self = view.actor().person, person = body.person.value_or(self);
    const auto known = known_skills(*view.world);
    if (std::none_of(known.begin(), known.end(), [&](const auto& each) { return each.value == body.skill; }))
      refuse_invalid("/skill", "enum", words("没有这项技能", "there is no such skill"));
    const bool confirms = may_confirm(view, person);
    if (person != self && !confirms)
      throw Fault(Code::forbidden, words("只能登记自己的技能", "you may only say what you can do yourself"));
    if (!people::find_person(tx, app.realm, person))
      throw Fault(Code::not_found, words("没有这个人", "there is no such person"));
    if (body.has)
      roster::set_skill(tx, app.realm, person, body.skill, view.today(), day_at(body.until.value_or(""), "/until"),
                        confirms ? self : PersonId{});
    else
      roster::drop_skill(tx, app.realm, person, body.skill);
    return json_answer(skill_list(view, person));
  });
}

}  // namespace

void add_my_duty_routes(App& app, Api& api) {
  api.get<api::MyDuties>("/v1/me/duties", "我的班次和任务 / my duties",
                         [&app](const Request& request) {
                           const auto [from, until] = stretch(request, app.clock.now(), app.zone, 62);
                           return app.store.read([&, begin = from, end = until](store::Tx& tx) {
                             View view(app, tx, need_person(app, tx, request));
                             return my_duties(view, begin, end);
                           });
                         })
      .query("from", "起 / from")
      .query("until", "止 / until");
  add_absences(app, api);
  api.get<api::SkillList>("/v1/me/skills", "我会什么 / what I can do", [&app](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      View view(app, tx, need_person(app, tx, request));
      return skill_list(view, view.actor().person);
    });
  });
  api.post<api::SaySkill, api::SkillList>(
      "/v1/me/skills",
      "登记或取消技能；负责人可代登记并确认 / say what you can do; who organises may confirm it for others",
      [&app](const Request& request, api::SaySkill body) { return say_skill(app, request, std::move(body)); });
}

}  // namespace tongxin::serve
