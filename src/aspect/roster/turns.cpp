// What people do to slots: take, leave, substitute, swap, be absent.
#include "aspect/roster/acting.hpp"
#include "aspect/roster/sql.hpp"
#include "base/text.hpp"

namespace tongxin::aspect::roster {
namespace {

PersonId need_person(PersonId person) {
  if (!person)
    throw Fault(Code::invalid, words("请说明是谁", "say who"),
                {{"/person", "required", words("请说明是谁", "say who")}});
  return person;
}

Turn need_turn(const Acting& act, PersonId person) {
  auto turn = act.by.tx.one<Turn>(sql::kTurn, act.by.realm, act.slot.id, person);
  if (!turn || (turn->state != TurnState::standing && turn->state != TurnState::waiting))
    throw Fault(Code::not_now, words("此人不在这个班次", "this person does not stand in the slot"));
  return *turn;
}

void need_open(const Acting& act) {
  if (act.slot.state != SlotState::open) throw refusal("closed", words("这个班次已经关闭", "the slot is closed"));
}

void change_state(const Acting& act, const Turn& turn, TurnState state) {
  if (act.by.tx.run(sql::kTurnState, act.by.realm, turn.slot, turn.person, state, turn.state) == 0)
    throw Fault(Code::conflict, words("刚刚有人先改了这个班次", "somebody was first; look again"));
}

void need_may_take(const Acting& act, PersonId person) {
  if (act.by.actor.system || act.may_take(person)) return;
  if (!act.by.engine.may_see(act.by.tx, *act.world, act.by.actor, act.record, act.by.now))
    throw Fault(Code::not_found, words("没有这个班次", "there is no such slot"));
  throw Fault(Code::forbidden, words("此人不在可排班的范围内", "this person may not take turns here"));
}

// What the actor may do to somebody's turn: one's own, or any as an organiser.
void need_own(const Acting& act, PersonId person) {
  if (act.by.actor.person != person || act.by.actor.system) act.need_organiser();
}

void need_in_time(const Acting& act) {
  if (act.organises()) return;
  if (act.by.now + act.section.closes < act.slot.starts) return;
  const Words length = duration_words(act.section.closes);
  throw refusal("closed", {fmt::format("开始前 {} 内不能自行调整，请联系组织者", length.zh),
                           fmt::format("within {} of the beginning only the organiser can change this", length.en)});
}

void stand(const Acting& act, PersonId person, const char* what, const std::string& reason) {
  if (act.by.tx.run(sql::kClaim, act.by.realm, act.slot.id) == 0)
    throw refusal("full", words("这个班次已满", "the slot is full"));
  put_turn(act, person, TurnState::standing);
  act.write_down(person, what, reason);
}

void step_out(const Acting& act, const Turn& turn, const char* what, const std::string& reason) {
  change_state(act, turn, TurnState::left);
  act.by.tx.run(turn.state == TurnState::standing ? sql::kFree : sql::kUnwait, act.by.realm, act.slot.id);
  act.write_down(turn.person, what, reason);
}

}  // namespace

Turn take(const Doer& by, SlotId id, PersonId person, const std::string& override_reason) {
  const Acting act(by, id);
  need_person(person);
  need_own(act, person);
  need_may_take(act, person);
  need_open(act);
  if (act.slot.ends <= by.now) throw refusal("closed", words("这个班次已经结束", "the slot is over"));
  const bool waive = !trim(override_reason).empty();
  if (waive) act.need_organiser();
  const auto former = by.tx.one<Turn>(sql::kTurn, by.realm, id, person);
  if (former && (former->state == TurnState::standing || former->state == TurnState::waiting)) return *former;
  need_free(act, person, {}, waive);
  const bool self = by.actor.person == person;
  if (by.tx.run(sql::kClaim, by.realm, id) != 0) {
    const bool passes = waive && seems_hindered(act, person);
    put_turn(act, person, TurnState::standing, passes);
    act.write_down(person, passes ? "waived" : self ? "took" : "placed", override_reason);
    const std::string when = act.when();
    act.tell(person, words("已为您排班：{}", "you were placed: {}", when));
  } else {
    const Post* post = act.section.find(act.slot.post);
    if (post == nullptr || post->waiting == 0 || by.tx.run(sql::kWait, by.realm, id, post->waiting) == 0)
      throw refusal("full", words("这个班次已满", "the slot is full"));
    put_turn(act, person, TurnState::waiting);
    act.write_down(person, "waits", override_reason);
  }
  return *by.tx.one<Turn>(sql::kTurn, by.realm, id, person);
}

void leave(const Doer& by, SlotId id, PersonId person, const std::string& reason) {
  const Acting act(by, id);
  need_own(act, need_person(person));
  need_in_time(act);
  lock_person(by, person);
  const Turn turn = need_turn(act, person);
  step_out(act, turn, "left", reason);
  if (turn.state == TurnState::standing) move_up(act);
}

void substitute(const Doer& by, SlotId id, PersonId out, PersonId in, const std::string& reason) {
  const Acting act(by, id);
  act.need_organiser();
  need_may_take(act, need_person(in));
  const Turn turn = need_turn(act, need_person(out));
  need_free(act, in);
  step_out(act, turn, "substituted", reason);
  stand(act, in, "placed", reason);
  const std::string when = act.when();
  act.tell(in, words("请替班：{}", "please stand in: {}", when));
  act.tell(out, words("已由他人替班：{}", "somebody stands in for you: {}", when));
}

void mark_absent(const Doer& by, SlotId id, PersonId person, const std::string& reason) {
  const Acting act(by, id);
  act.need_organiser();
  const Turn turn = need_turn(act, need_person(person));
  if (by.now < act.slot.starts) throw Fault(Code::not_now, words("班次还没有开始", "the slot has not begun"));
  change_state(act, turn, TurnState::absent);
  by.tx.run(sql::kFree, by.realm, id);
  act.write_down(person, "absent", reason);
}

SwapId ask_swap(const Doer& by, SlotId id, PersonId to, SlotId other_slot) {
  const Acting act(by, id);
  const PersonId self = need_person(by.actor.person);
  if (to == self) throw Fault(Code::invalid, words("不能与自己换班", "a swap needs somebody else"));
  need_turn(act, self);
  need_in_time(act);
  need_may_take(act, need_person(to));
  if (other_slot) {
    const Acting other(by, other_slot);
    need_turn(other, to);
  }
  const SwapId swap = by.engine.ids().make<SwapId>();
  by.tx.run(sql::kAddSwap, by.realm, swap, id, self, to, other_slot, 0, by.now);
  const std::string when = act.when();
  act.tell(to, words("请您换班：{}", "would you swap: {}", when));
  return swap;
}

void answer_swap(const Doer& by, SwapId id, bool accept) {
  const auto swap = by.tx.one<Swap>(sql::kSwap, by.realm, id);
  const PersonId self = by.actor.person;
  const auto organises = [&] { return Acting(by, swap->slot).organises(); };
  if (!swap || (self != swap->to && self != swap->person && !organises()))
    throw Fault(Code::not_found, words("没有这个换班请求", "there is no such request"));
  if (accept && self == swap->person) throw Fault(Code::forbidden, words("要由对方同意", "the other side must agree"));
  if (by.tx.run(sql::kSwapState, by.realm, id, accept ? 1 : 2) == 0)
    throw Fault(Code::not_now, words("这个请求已有结果", "this request has been answered"));
  const Acting act(by, swap->slot);
  const std::string when = act.when();
  // Both sides hear of it; whoever acted is not told of one's own act.
  const auto tell = [&](const Words& text) {
    for (const PersonId person : {swap->person, swap->to}) act.tell(person, text);
  };
  if (!accept) return tell(words("换班未成：{}", "no swap: {}", when));
  // In the order of the persons, so that two crossing swaps cannot wait for each other.
  for (const PersonId person : {std::min(swap->person, swap->to), std::max(swap->person, swap->to)})
    lock_person(by, person);
  const Turn mine = need_turn(act, swap->person);
  need_free(act, swap->to, swap->other_slot);
  std::optional<Acting> other;
  std::optional<Turn> theirs;
  if (swap->other_slot) {
    other.emplace(by, swap->other_slot);
    theirs = need_turn(*other, swap->to);
    need_free(*other, swap->person, swap->slot);
    step_out(*other, *theirs, "swapped_out", {});
  }
  step_out(act, mine, "swapped_out", {});
  stand(act, swap->to, "swapped_in", {});
  if (other) stand(*other, swap->person, "swapped_in", {});
  tell(words("换班成功：{}", "swapped: {}", when));
}

}  // namespace tongxin::aspect::roster
