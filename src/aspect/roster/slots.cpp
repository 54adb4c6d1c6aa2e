// Slots: reading, opening, filling; and what is known of people.
#include "aspect/roster/acting.hpp"
#include "aspect/roster/sql.hpp"

namespace tongxin::aspect::roster {

std::optional<Slot> find_slot(store::Tx& tx, RealmId realm, SlotId id) { return tx.one<Slot>(sql::kSlot, realm, id); }
std::vector<Slot> slots_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until, int most) {
  return tx.all<Slot>(sql::kSlotsOf, realm, record, from, until, most);
}
std::vector<Busy> busy(store::Tx& tx, RealmId realm, Time from, Time until, int most) {
  return tx.all<Busy>(sql::kBusy, realm, from, until, most);
}
std::vector<RecordId> lacking(store::Tx& tx, RealmId realm, Time from, Time until, int most) {
  return tx.all<RecordId>(sql::kLacking, realm, from, until, most);
}
std::vector<Turn> turns_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until) {
  return tx.all<Turn>(sql::kTurnsOf, realm, record, from, until);
}
std::vector<Attending> attending(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until) {
  return tx.all<Attending>(sql::kAttending, realm, record, from, until);
}
std::vector<Turn> turns_in(store::Tx& tx, RealmId realm, SlotId slot) {
  return tx.all<Turn>(sql::kTurnsIn, realm, slot);
}
std::vector<Turn> turns_for(store::Tx& tx, RealmId realm, PersonId person, Time from, Time until) {
  return tx.all<Turn>(sql::kTurnsFor, realm, person, from, until);
}
std::vector<TurnEvent> history(store::Tx& tx, RealmId realm, SlotId slot) {
  return tx.all<TurnEvent>(sql::kEvents, realm, slot);
}
std::vector<Stirred> stirred(store::Tx& tx, RealmId realm, EventId since, int most) {
  return tx.all<Stirred>(sql::kStirred, realm, since, most);
}
EventId last_stirred(store::Tx& tx, RealmId realm) {
  return tx.one<EventId>(sql::kLastTurnEvent, realm).value_or(EventId{});
}
EventId last_stirred(store::Tx& tx, RealmId realm, SlotId slot) {
  return tx.one<EventId>(sql::kLastTurnEventOf, realm, slot).value_or(EventId{});
}
std::optional<Swap> find_swap(store::Tx& tx, RealmId realm, SwapId id) { return tx.one<Swap>(sql::kSwap, realm, id); }
std::vector<Swap> swaps_for(store::Tx& tx, RealmId realm, PersonId person) {
  auto swaps = tx.all<Swap>(sql::kSwapsTo, realm, person);
  for (Swap& each : tx.all<Swap>(sql::kSwapsFrom, realm, person)) swaps.push_back(each);
  return swaps;
}
std::vector<Swap> swaps_of(store::Tx& tx, RealmId realm, RecordId record, Time from, Time until) {
  return tx.all<Swap>(sql::kSwapsOf, realm, record, from, until);
}
std::vector<Share> shares(store::Tx& tx, RealmId realm, RecordId record) {
  return tx.all<Share>(sql::kShares, realm, record);
}

SlotId open_slot(const Doer& by, RecordId record, const std::string& post, Time starts, Time ends,
                 std::optional<int> need, OccasionId occasion) {
  constexpr auto kLongest = std::chrono::hours{72};
  const auto found = need_record(by.engine, by.tx, by.realm, record);
  const auto world = by.engine.worlds().current(by.tx, by.realm);
  const auto& section =
      need_section<Section>(*world, found, "roster", words("这件事项没有排班", "this record has no roster"));
  need_right(by.engine, by.tx, *world, by.actor, found, section.organises, by.now, {"开设班次", "open slots"});
  const Post* described = section.find(post);
  if (described == nullptr) throw Fault(Code::not_found, words("没有岗位“{}”", "there is no post '{}'", post));
  if (ends <= starts || ends - starts > kLongest)
    throw Fault(Code::invalid, words("班次的时间不对", "the times of the slot are wrong"),
                {{"/ends", "range", words("应晚于开始，且不超过 72 小时", "it must end later, within 72 hours")}});
  if (need && (*need < 1 || *need > 10'000))
    throw Fault(Code::invalid, words("人数不对", "the number is wrong"),
                {{"/need", "range", words("应为 1 至 10000", "1 to 10000")}});
  Slot slot;
  slot.id = by.engine.ids().make<SlotId>();
  slot.record = record;
  slot.occasion = occasion;
  slot.post = post;
  slot.starts = starts;
  slot.ends = ends;
  slot.need = need.value_or(described->need);
  by.tx.run(sql::kAddSlot, by.realm, slot.id, slot.record, slot.occasion, slot.post, slot.starts, slot.ends, slot.need,
            slot.taken, slot.waiting, slot.state, slot.marks);
  Acting(by, slot).write_down({}, "opened");
  by.engine.set_alarm(by.tx, by.realm, record, kAlarm, by.now, by.now);
  return slot.id;
}

bool FairOrder::Before::operator()(const Share& a, const Share& b) const {
  return std::tie(a.turns, a.minutes, a.last, a.person) < std::tie(b.turns, b.minutes, b.last, b.person);
}

FairOrder::FairOrder(const Acting& act, const std::vector<std::string>& names)
    : day_(day_of(act.slot.starts, act.world->zone)) {
  std::map<PersonId, Share> had;
  for (const Share& each : shares(act.by.tx, act.by.realm, act.slot.record)) had[each.person] = each;
  for (const PersonId person : people_named(act.by.tx, *act.world, act.record, names, day_)) {
    Share share = had[person];
    share.person = person;
    order_.insert(share);
  }
}

void FairOrder::placed(const Share& before, const Slot& slot) {
  Share now = before;
  ++now.turns;
  now.minutes += (slot.ends - slot.starts).count() / 60'000;
  now.last = std::max(now.last, slot.ends);
  order_.erase(before);
  order_.insert(now);
}

// A duty that the clock does not fill has no pool: then whoever may take a turn could be placed.
static std::vector<std::string> who_could(const Section& section) {
  if (!section.pool.empty()) return section.pool;
  std::vector<std::string> names;
  for (const pack::Who& who : section.takes) {
    if (who.how == pack::Who::How::relation) names.push_back(who.relation);
    if (who.how == pack::Who::How::role_at_place) names.insert(names.end(), who.roles.begin(), who.roles.end());
  }
  return names;
}

std::vector<Candidate> candidates(const Doer& by, SlotId id) {
  const Acting act(by, id);
  act.need_organiser();
  std::vector<Candidate> list;
  for (const Share& each : FairOrder(act, who_could(act.section))) {
    const auto former = by.tx.one<Turn>(sql::kTurn, by.realm, id, each.person);
    if (!former || former->state == TurnState::waiting) list.push_back({each, seems_hindered(act, each.person)});
  }
  return list;
}

// One person's row at a time, so that a neighbour who takes a turn elsewhere is seen; and only of those who seem free.
Filled fill(const Acting& act, FairOrder& order) {
  const Doer& by = act.by;
  Filled filled;
  std::vector<Share> chosen;
  for (const Share& each : order) {
    if (act.slot.taken + filled.placed >= act.slot.need) break;
    ++filled.asked;
    const auto former = by.tx.one<Turn>(sql::kTurn, by.realm, act.slot.id, each.person);
    if (former && former->state != TurnState::waiting) continue;  // stands already, or has left it
    if (seems_hindered(act, each.person) || hindrance(act, each.person)) continue;
    if (by.tx.run(sql::kClaim, by.realm, act.slot.id) == 0) break;  // somebody was first
    if (former) by.tx.run(sql::kUnwait, by.realm, act.slot.id);
    put_turn(act, each.person, TurnState::standing);
    act.write_down(each.person, "placed", "fair turns");
    const std::string when = act.when();
    act.tell(each.person, words("轮到您值班：{}", "it is your turn: {}", when));
    chosen.push_back(each);
    ++filled.placed;
  }
  for (const Share& each : chosen) order.placed(each, act.slot);
  return filled;
}

void set_away(store::Tx& tx, RealmId realm, PersonId person, std::int64_t id, Time from, Time until) {
  if (until <= from)
    throw Fault(Code::invalid, words("结束应晚于开始", "it must end after it begins"),
                {{"/until", "range", words("应晚于开始", "later than the beginning")}});
  tx.run(sql::kLockPerson, realm, person);
  tx.run(sql::kAddAway, realm, person, id, from, until);
}
std::vector<Away> aways_of(store::Tx& tx, RealmId realm, PersonId person, Time since) {
  return tx.all<Away>(sql::kAways, realm, person, since);
}
void end_away(store::Tx& tx, RealmId realm, PersonId person, std::int64_t id) {
  tx.run(sql::kDropAway, realm, person, id);
}
void set_skill(store::Tx& tx, RealmId realm, PersonId person, const std::string& skill, Day from, Day until,
               PersonId confirmed_by) {
  tx.run(sql::kPutSkill, realm, person, skill, from, until, confirmed_by);
}
void drop_skill(store::Tx& tx, RealmId realm, PersonId person, const std::string& skill) {
  tx.run(sql::kDropSkill, realm, person, skill);
}
std::vector<SkillRow> skill_rows(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<SkillRow>(sql::kSkillRows, realm, person);
}
std::vector<std::string> skills_of(store::Tx& tx, RealmId realm, PersonId person, Day day) {
  return tx.all<std::string>(sql::kSkills, realm, person, day);
}

std::span<const store::Sql> statements() { return sql::kStatements; }

}  // namespace tongxin::aspect::roster
