#include "aspect/roster/acting.hpp"

#include "aspect/roster/sql.hpp"
#include "base/text.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"

namespace tongxin::aspect::roster {
namespace {

const Slot& need_slot(const std::optional<Slot>& slot) {
  if (!slot) throw Fault(Code::not_found, words("没有这个班次", "there is no such slot"));
  return *slot;
}

const Section& section_of(const record::World& world, const record::Record& record) {
  return need_section<Section>(world, record, "roster", words("这件事项没有排班", "this record has no roster"));
}

// Minutes that the person stands on the day on which the slot begins, this slot left out.
std::int64_t minutes_on_day(const Acting& act, PersonId person, SlotId besides) {
  const Zone zone = act.world->zone;
  const Day day = day_of(act.slot.starts, zone);
  const Time from = midnight(day, zone), until = midnight(add_days(day, 1), zone);
  std::int64_t minutes = 0;
  act.by.tx.each(
      sql::kTouching,
      [&](const store::Row& row) {
        const Turn turn = store::inside::from_row<Turn>(row);
        minutes += (std::min(turn.ends, until) - std::max(turn.starts, from)).count() / 60'000;
      },
      act.by.realm, person, from, until, act.slot.id, besides);
  return minutes;
}

std::optional<Words> lacks_skill(const Acting& act, PersonId person) {
  const Post* post = act.section.find(act.slot.post);
  if (post == nullptr || post->skills.empty()) return std::nullopt;
  const auto has = skills_of(act.by.tx, act.by.realm, person, day_of(act.slot.starts, act.world->zone));
  for (const std::string& skill : post->skills)
    if (std::find(has.begin(), has.end(), skill) == has.end()) {
      const auto known = act.world->library->aspects.find("roster");
      Words name{skill, skill};
      if (known != act.world->library->aspects.end())
        for (const pack::Named& each : static_cast<const Skills*>(known->second.get())->list)
          if (each.name == skill) name = each.label;
      return Words{fmt::format("这个班次需要：{}", name.zh), fmt::format("this slot needs: {}", name.en)};
    }
  return std::nullopt;
}

}  // namespace

Fault refusal(const char* rule, Words say) { return Fault(Code::not_now, say, {{"/slot", rule, say}}); }

Acting::Acting(const Doer& doer, SlotId id) : Acting(doer, need_slot(find_slot(doer.tx, doer.realm, id))) {}
Acting::Acting(const Doer& doer, Slot given)
    : by(doer),
      slot(std::move(given)),
      record(need_record(doer.engine, doer.tx, doer.realm, slot.record)),
      world(doer.engine.worlds().current(doer.tx, doer.realm)),
      section(section_of(*world, record)) {}

bool Acting::organises() const {
  return by.actor.system || holds(by.engine, by.tx, *world, by.actor, record, section.organises, by.now);
}
bool Acting::may_take(PersonId person) const {
  return holds(by.engine, by.tx, *world, {.person = person, .system = false, .follows = {}}, record, section.takes,
               by.now);
}
void Acting::need_organiser() const {
  need_right(by.engine, by.tx, *world, by.actor, record, section.organises, by.now,
             {"安排班次", "organise the roster"});
}
void Acting::write_down(PersonId person, const char* what, const std::string& reason) const {
  write_down(slot.id, person, what, reason);
}
void Acting::write_down(SlotId other, PersonId person, const char* what, const std::string& reason) const {
  by.tx.run(sql::kAddEvent, by.realm, other, by.engine.ids().next(), by.now, person, by.actor.person, what, reason);
}
void Acting::tell(PersonId person, const Words& text) const {
  if (!person || person == by.actor.person) return;
  by.tx.run(record::sql::kAddMessage, by.realm, person, by.engine.ids().next(), record.id, 0, by.now,
            fmt::format("{}：{}", record.title, text.zh), fmt::format("{}: {}", record.title, text.en));
}
std::string Acting::when() const {
  return to_minute_text(slot.starts, world->zone) + "–" + to_minute_text(slot.ends, world->zone).substr(11);
}

void lock_person(const Doer& by, PersonId person) { by.tx.run(sql::kLockPerson, by.realm, person); }

std::optional<Words> hindrance(const Acting& act, PersonId person, SlotId besides, bool waive) {
  lock_person(act.by, person);
  return seems_hindered(act, person, besides, waive);
}

std::optional<Words> seems_hindered(const Acting& act, PersonId person, SlotId besides, bool waive) {
  if (auto lacking = lacks_skill(act, person)) return lacking;
  if (act.by.tx.one<int>(sql::kAway, act.by.realm, person, act.slot.starts, act.slot.ends))
    return words("这段时间请了假，不能排班", "away at that time; cannot be placed");
  const auto touching =
      act.by.tx.all<Turn>(sql::kTouching, act.by.realm, person, act.slot.starts, act.slot.ends, act.slot.id, besides);
  const auto at = [&](const Turn& turn) { return to_minute_text(turn.starts, act.world->zone); };
  if (!touching.empty()) {
    const std::string when = at(touching.front());
    return words("与 {} 开始的另一班重叠", "overlaps the turn that begins {}", when);
  }
  if (waive) return std::nullopt;
  if (act.section.rest.count() > 0) {
    const auto near = act.by.tx.all<Turn>(sql::kTouching, act.by.realm, person, act.slot.starts - act.section.rest,
                                          act.slot.ends + act.section.rest, act.slot.id, besides);
    if (!near.empty()) {
      const Words length = duration_words(act.section.rest);
      return Words{
          fmt::format("与 {} 开始的另一班之间休息不足 {}", at(near.front()), length.zh),
          fmt::format("less than {} of rest between this and the turn that begins {}", length.en, at(near.front()))};
    }
  }
  if (act.section.most) {
    const auto total = minutes_on_day(act, person, besides) + (act.slot.ends - act.slot.starts).count() / 60'000;
    if (total > act.section.most->count() / 60'000) {
      const Words limit = duration_words(*act.section.most);
      return Words{fmt::format("当天将超过 {} 的上限", limit.zh),
                   fmt::format("would pass the limit of {} a day", limit.en)};
    }
  }
  return std::nullopt;
}

void need_free(const Acting& act, PersonId person, SlotId besides, bool waive) {
  if (auto why = hindrance(act, person, besides, waive)) throw refusal("hindered", *why);
}

void put_turn(const Acting& act, PersonId person, TurnState state, bool waived) {
  act.by.tx.run(sql::kPutTurn, act.by.realm, act.slot.id, person, state, act.record.id, act.slot.starts, act.slot.ends,
                act.by.now, std::optional<Time>{}, waived);
}

void move_up(const Acting& act) {
  if (act.slot.starts <= act.by.now) return;
  for (const Turn& each : turns_in(act.by.tx, act.by.realm, act.slot.id)) {
    if (each.state != TurnState::waiting || hindrance(act, each.person)) continue;
    if (act.by.tx.run(sql::kClaim, act.by.realm, act.slot.id) == 0) return;
    act.by.tx.run(sql::kUnwait, act.by.realm, act.slot.id);
    put_turn(act, each.person, TurnState::standing);
    act.write_down(each.person, "moved_up");
    const std::string when = act.when();
    act.tell(each.person, words("候补已转为正式：{}", "a place is yours now: {}", when));
  }
}

void release(const Acting& act, const char* what, const std::string& reason) {
  for (const Turn& each : turns_in(act.by.tx, act.by.realm, act.slot.id)) {
    if (each.state != TurnState::standing && each.state != TurnState::waiting) continue;
    // Not as one who left: when the slot comes back, so may this person. What was stays in the events.
    if (act.by.tx.run(sql::kDropTurn, act.by.realm, act.slot.id, each.person) == 0) continue;
    act.by.tx.run(each.state == TurnState::standing ? sql::kFree : sql::kUnwait, act.by.realm, act.slot.id);
    act.write_down(each.person, what, reason);
    const std::string when = act.when();
    act.tell(each.person, words("{} 的班次取消了", "the turn of {} is off", when));
  }
  act.by.tx.run(sql::kSlotState, act.by.realm, act.slot.id, SlotState::closed);
}

}  // namespace tongxin::aspect::roster
