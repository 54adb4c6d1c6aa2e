// Where the roster meets the house: what it hears, what its clock does, what packs may say of it, how it is proved.
#include "aspect/roster/acting.hpp"
#include "aspect/roster/calling.hpp"
#include "aspect/roster/sql.hpp"
#include "record/change.hpp"

namespace tongxin::aspect::roster {
namespace {

namespace json = boost::json;
using record::Change;
using store::Sql;

constexpr const char* kAspect = "roster";
// So much the clock does in one transaction, so that nobody waits long for it; what is left follows in the next.
constexpr int kSlotsAtOnce = 50, kAskedAtOnce = 1000;
constexpr int kAllMarks = kToldEmpty | kFilled | kLookedForAbsent;

Doer system_of(Change& change) { return {change.engine, change.tx, change.realm, record::Actor::clock(), change.now}; }

// ── what it hears of schedules ──
std::optional<Occasion> occasion_in(Change& change, const json::object& what) {
  OccasionId id;
  const json::value* named = what.if_contains("occasion");
  if (named == nullptr || !parse(std::string_view(named->as_string()), id)) return std::nullopt;
  return find_occasion(change.tx, change.realm, id);
}

void occasion_made(Change& change, const json::object& what) {
  const auto* section = change.kind->section<Section>(kAspect);
  const auto occasion = section == nullptr ? std::nullopt : occasion_in(change, what);
  if (!occasion) return;
  for (const Post& post : section->posts) {
    if (post.plan != occasion->plan) continue;
    Slot slot;
    slot.id = change.engine.ids().make<SlotId>();
    slot.record = change.record.id;
    slot.occasion = occasion->id;
    slot.post = post.name;
    slot.starts = occasion->starts;
    slot.ends = occasion->ends;
    slot.need = post.need;
    change.tx.run(sql::kAddSlot, change.realm, slot.id, slot.record, slot.occasion, slot.post, slot.starts, slot.ends,
                  slot.need, slot.taken, slot.waiting, slot.state, slot.marks);
    change.set_alarm(kAlarm, change.now);
  }
}

// Whoever cannot come at the new time is let go and told; the others stay and are told.
void occasion_moved(Change& change, const json::object& what) {
  const auto occasion = occasion_in(change, what);
  if (!occasion || change.kind->section<Section>(kAspect) == nullptr) return;
  const Doer by = system_of(change);
  for (Slot& slot : change.tx.all<Slot>(sql::kSlotsOfOccasion, change.realm, occasion->id)) {
    change.tx.run(sql::kSlotTimes, change.realm, slot.id, occasion->starts, occasion->ends);
    change.tx.run(sql::kTurnTimes, change.realm, slot.id, occasion->starts, occasion->ends);
    slot.starts = occasion->starts;
    slot.ends = occasion->ends;
    const Acting act(by, slot);
    const std::string when = act.when();
    for (const Turn& turn : turns_in(change.tx, change.realm, slot.id)) {
      if (turn.state != TurnState::standing) continue;
      if (const auto why = hindrance(act, turn.person)) {
        change.tx.run(sql::kTurnState, change.realm, slot.id, turn.person, TurnState::left, TurnState::standing);
        change.tx.run(sql::kFree, change.realm, slot.id);
        act.write_down(turn.person, "released", why->zh);
        act.tell(turn.person, {fmt::format("改到 {}，{}，已为您退出", when, why->zh),
                               fmt::format("moved to {}; {}: you are no longer in it", when, why->en)});
      } else {
        act.tell(turn.person, words("班次改到 {}", "your turn is moved to {}", when));
      }
    }
    change.set_alarm(kAlarm, change.now);
  }
}

void occasion_cancelled(Change& change, const json::object& what) {
  const auto occasion = occasion_in(change, what);
  if (!occasion || change.kind->section<Section>(kAspect) == nullptr) return;
  const Doer by = system_of(change);
  for (const Slot& slot : change.tx.all<Slot>(sql::kSlotsOfOccasion, change.realm, occasion->id))
    if (slot.state == SlotState::open) release(Acting(by, slot), "released", "cancelled");
}

// Slots that lie ahead follow their occasions: closed when those are off, open again when they are on.
void follow_occasions(Change& change, const json::object&) {
  if (change.kind->section<Section>(kAspect) == nullptr) return;
  const Doer by = system_of(change);
  for (const Slot& slot : slots_of(change.tx, change.realm, change.record.id, change.now, Time::max())) {
    const auto occasion = slot.occasion ? find_occasion(change.tx, change.realm, slot.occasion) : std::nullopt;
    if (!occasion) continue;
    const bool on = occasion->state == OccasionState::planned;
    if (!on && slot.state == SlotState::open) release(Acting(by, slot), "released", "suspended");
    if (on && slot.state == SlotState::closed) {
      change.tx.run(sql::kSlotState, change.realm, slot.id, SlotState::open);
      change.tx.run(sql::kMark, change.realm, slot.id, 0);
    }
  }
  change.set_alarm(kAlarm, change.now);
}

// Whoever checks in while standing has arrived. Half an hour early is no earlier than people come.
void checked_in(Change& change, const json::object& what) {
  constexpr auto kEarly = std::chrono::minutes{30};
  PersonId person;
  Time at{};
  if (change.kind->section<Section>(kAspect) == nullptr ||
      !parse(std::string_view(what.at("person").as_string()), person) ||
      !parse_rfc3339(std::string_view(what.at("at").as_string()), at))
    return;
  for (const Turn& turn : turns_for(change.tx, change.realm, person, at - std::chrono::hours{72}, at + kEarly))
    if (turn.record == change.record.id && turn.state == TurnState::standing && turn.ends >= at)
      change.tx.run(sql::kArrived, change.realm, turn.slot, person, at);
}

// Who stood where is forgotten with the record; that there were slots, and how many people they needed, stays.
void forget(Change& change, const json::object&) {
  if (change.kind->section<Section>(kAspect) == nullptr) return;
  for (const Sql* each : {&sql::kForgetSwaps, &sql::kForgetEvents, &sql::kForgetTurns, &sql::kForgetPlaces})
    change.tx.run(*each, change.realm, change.record.id);
}

// A record that has ended frees everybody.
void settle(Change& change) {
  if (change.creating || change.kind->section<Section>(kAspect) == nullptr || !change.before.open || change.record.open)
    return;
  const Doer by = system_of(change);
  for (const Slot& slot : change.tx.all<Slot>(sql::kOpenSlots, change.realm, change.record.id, 25'000))
    if (slot.ends > change.now) release(Acting(by, slot), "released", "record closed");
  change.set_alarm(kAlarm, std::nullopt);
}

// ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────────
json::object words_of(const record::World& world, const Slot& slot) {
  return {{"slot", to_text(slot.id)},
          {"post", slot.post},
          {"day", to_day_text(day_of(slot.starts, world.zone))},
          {"starts", to_rfc3339(slot.starts, world.zone)},
          {"ends", to_rfc3339(slot.ends, world.zone)},
          {"missing", slot.need - slot.taken}};
}

class ClockLook {
 public:
  ClockLook(const record::Ring& ring, const Section& section)
      : ring_(ring),
        by_{ring.engine, ring.tx, ring.realm, record::Actor::clock(), ring.now},
        world_(ring.engine.worlds().current(ring.tx, ring.realm)),
        section_(section) {}

  // When to look again.
  std::optional<Time> run() {
    finish_those_over();
    for (int marks = 0; marks <= kAllMarks && !more_; ++marks)
      if (const auto lead = earliest(marks)) look_at_those(marks, *lead);
    if (touched_)
      ring_.engine.stir(ring_.tx, ring_.realm, ring_.record.id, kAspect, last_stirred(ring_.tx, ring_.realm, touched_),
                        {}, ring_.now);
    return more_ || acted_ ? ring_.now : next_;  // an action may have opened a slot
  }

 private:
  void later(Time at) {
    if (at > ring_.now && (!next_ || at < *next_)) next_ = at;
  }
  // Is enough done for one transaction?
  bool enough() {
    if (looked_ < kSlotsAtOnce && asked_ < kAskedAtOnce) return false;
    more_ = true;
    return true;
  }

  void finish_those_over() {
    for (const Slot& slot : ring_.tx.all<Slot>(sql::kOpenSlots, ring_.realm, ring_.record.id, kSlotsAtOnce + 1)) {
      if (slot.ends > ring_.now) return later(slot.ends);
      if (enough()) return;
      finish(slot);
    }
  }

  // How long before a slot begins there is something to do, where that much is done already.
  std::optional<milliseconds> earliest(int marks) const {
    std::optional<milliseconds> lead;
    const auto also = [&](const std::optional<milliseconds>& what, int mark) {
      if (what && (marks & mark) == 0) lead = lead ? std::max(*lead, *what) : *what;
    };
    also(section_.fill, kFilled);
    also(section_.empty_before, kToldEmpty);
    also(section_.absent_after ? std::optional(-*section_.absent_after) : std::nullopt, kLookedForAbsent);
    return lead;
  }

  void look_at_those(int marks, milliseconds lead) {
    for (Slot& slot : ring_.tx.all<Slot>(sql::kMarkedSlots, ring_.realm, ring_.record.id, marks, kSlotsAtOnce + 1)) {
      if (slot.starts - lead > ring_.now) return later(slot.starts - lead);
      if (enough()) return;
      look(slot);
    }
  }

  // Is the moment there, and not seen to? Remembers it otherwise.
  bool due(Slot& slot, Time at, int mark) {
    if ((slot.marks & mark) != 0) return false;
    if (at > ring_.now) return later(at), false;
    slot.marks |= mark;
    ring_.tx.run(sql::kMark, ring_.realm, slot.id, slot.marks);
    return true;
  }

  void look(Slot& slot) {
    ++looked_;
    touched_ = slot.id;
    if (section_.fill && due(slot, slot.starts - *section_.fill, kFilled) && slot.taken < slot.need) fill_up(slot);
    if (section_.empty_before && due(slot, slot.starts - *section_.empty_before, kToldEmpty) && slot.taken < slot.need)
      take(section_.empty_action, words_of(*world_, slot));
    if (section_.absent_after && due(slot, slot.starts + *section_.absent_after, kLookedForAbsent))
      look_for_absent(slot);
  }

  void fill_up(Slot& slot) {
    const Acting act(by_, slot);
    if (!order_ || order_->day() != day_of(slot.starts, world_->zone)) order_.emplace(act, section_.pool);
    const Filled filled = fill(act, *order_);
    slot.taken += filled.placed;
    asked_ += filled.asked;
  }

  void look_for_absent(const Slot& slot) {
    const Acting act(by_, slot);
    for (const Turn& turn : turns_in(ring_.tx, ring_.realm, slot.id)) {
      if (turn.state != TurnState::standing || turn.arrived_at) continue;
      ring_.tx.run(sql::kTurnState, ring_.realm, slot.id, turn.person, TurnState::absent, TurnState::standing);
      ring_.tx.run(sql::kFree, ring_.realm, slot.id);
      act.write_down(turn.person, "absent");
      json::object values = words_of(*world_, slot);
      values["person"] = to_text(turn.person);
      take(section_.absent_action, values);
    }
  }

  void finish(const Slot& slot) {
    ++looked_;
    touched_ = slot.id;
    const Acting act(by_, slot);
    for (const Turn& turn : turns_in(ring_.tx, ring_.realm, slot.id)) {
      const bool stands = turn.state == TurnState::standing;
      if (!stands && turn.state != TurnState::waiting) continue;
      ring_.tx.run(sql::kTurnState, ring_.realm, slot.id, turn.person, stands ? TurnState::served : TurnState::left,
                   turn.state);
      if (!stands) ring_.tx.run(sql::kUnwait, ring_.realm, slot.id);
      act.write_down(turn.person, stands ? "served" : "left");
    }
    ring_.tx.run(sql::kSlotState, ring_.realm, slot.id, SlotState::over);
  }

  void take(int action, const json::object& values) {
    acted_ = true;
    aspect::take(ring_.engine, ring_.tx, ring_.realm, ring_.record.id, action, values, ring_.now);
  }

  const record::Ring& ring_;
  const Doer by_;
  const record::WorldPtr world_;
  const Section& section_;
  std::optional<FairOrder> order_;
  std::optional<Time> next_;
  int looked_ = 0, asked_ = 0;
  SlotId touched_;  // the last
  bool more_ = false, acted_ = false;
};

void ring(const record::Ring& ring) {
  const auto world = ring.engine.worlds().current(ring.tx, ring.realm);
  const auto* section = world->kind(ring.record.kind).section<Section>(kAspect);
  if (section == nullptr) return;
  const auto next = ClockLook(ring, *section).run();
  ring.engine.set_alarm(ring.tx, ring.realm, ring.record.id, kAlarm, next, ring.now);
}

// ── facts and effects ────────────────────────────────────────────────────────────────────────────────────────────────
// The slot of the post that runs now, or the next within half a day.
std::optional<Slot> slot_of_now(Change& change, std::string_view post) {
  constexpr auto kSoon = std::chrono::hours{12};
  for (const Slot& slot :
       slots_of(change.tx, change.realm, change.record.id, change.now - std::chrono::hours{72}, change.now + kSoon))
    if (slot.post == post && slot.state == SlotState::open && slot.ends > change.now) return slot;
  return std::nullopt;
}

pack::Value fact(Change& change, const pack::Fact& fact) {  // roster.<post>.<what>
  const std::string_view rest = std::string_view(fact.subject).substr(std::string_view(kAspect).size() + 1);
  const auto point = rest.rfind('.');
  const std::string_view post = rest.substr(0, point), what = rest.substr(point + 1);
  if (change.creating) return what == "person" ? pack::Value{} : pack::Value{0.0};
  if (what == "person") {
    const auto slot = slot_of_now(change, post);
    if (slot)
      for (const Turn& turn : turns_in(change.tx, change.realm, slot->id))
        if (turn.state == TurnState::standing) return change.keep(to_text(turn.person));
    return {};
  }
  double count = 0;
  std::vector<PersonId> standing;
  std::vector<SlotId> of_post;
  for (const Slot& slot : slots_of(change.tx, change.realm, change.record.id, Time{}, Time::max())) {
    if (slot.post != post) continue;
    of_post.push_back(slot.id);
    if (what == "open" && slot.state == SlotState::open && slot.taken < slot.need) ++count;
  }
  if (what == "open") return count;
  std::sort(of_post.begin(), of_post.end());
  for (const Turn& turn : turns_of(change.tx, change.realm, change.record.id, Time{}, Time::max())) {
    if (!std::binary_search(of_post.begin(), of_post.end(), turn.slot)) continue;
    if (what == "served" && turn.state == TurnState::served) ++count;
    if (turn.state == TurnState::standing) standing.push_back(turn.person);
  }
  if (what == "served") return count;
  std::sort(standing.begin(), standing.end());
  return double(std::unique(standing.begin(), standing.end()) - standing.begin());
}

std::optional<Time> time_of(Change& change, const pack::Argument& argument) {
  const pack::Value value = change.value(*argument.expression);
  const auto* time = std::get_if<Time>(&value);
  return time == nullptr ? std::nullopt : std::optional(*time);
}

// `slot: {post: gate, starts: input.from, ends: input.until, need: input.people}`
void slot_effect(Change& change, const pack::Effect& effect) {
  const auto starts = time_of(change, *effect.find("starts")), ends = time_of(change, *effect.find("ends"));
  if (!starts || !ends) return;
  const auto* section = change.kind->section<Section>(kAspect);
  const Post* post = section->find(effect.find("post")->text);
  if (post == nullptr) return;
  Slot slot;
  slot.id = change.engine.ids().make<SlotId>();
  slot.record = change.record.id;
  slot.post = post->name;
  slot.starts = *starts;
  slot.ends = *ends;
  const pack::Argument* need = effect.find("need");
  slot.need = need == nullptr ? post->need : int(std::clamp(change.number(*need->expression), 1.0, 10'000.0));
  if (slot.ends <= slot.starts || slot.ends - slot.starts > std::chrono::hours{72})
    throw Fault(Code::invalid, words("班次的时间不对：应晚于开始，且不超过 72 小时",
                                     "the times of the slot are wrong: it must end later, within 72 hours"));
  change.tx.run(sql::kAddSlot, change.realm, slot.id, slot.record, slot.occasion, slot.post, slot.starts, slot.ends,
                slot.need, slot.taken, slot.waiting, slot.state, slot.marks);
  change.set_alarm(kAlarm, change.now);
}

void check_post(const pack::Node& arguments, pack::Reading& reading) {
  const pack::Node *post = arguments.find("post"), *section = reading.document->find(kAspect);
  const pack::Node* slots = section == nullptr ? nullptr : section->find("slots");
  std::vector<std::string> known;
  if (slots != nullptr)
    for (const auto& entry : slots->entries) known.push_back(entry.key);
  if (post != nullptr) pack::check_name(*post, post->text, known, {"岗位", "post"}, reading.complaints);
}

// ── proof ────────────────────────────────────────────────────────────────────────────────────────────────────────────
void verify(store::Store& store, record::Worlds&, RealmId realm, const record::FindingSink& find) {
  std::int64_t last = 0;
  for (bool more = true; more;) {
    more = false;
    store.read([&](store::Tx& tx) {
      tx.each(
          sql::kVerifyTaken,
          [&](const store::Row& row) {
            last = row.integer(0);
            more = true;
            if (row.integer(1) != row.integer(4) || row.integer(2) != row.integer(5))
              find(
                  "roster", id_text(last),
                  words("记为 {} 人，重数为 {}", "kept as {} people, recounted as {}", row.integer(1), row.integer(4)));
            if (row.integer(1) > row.integer(3))
              find("roster", id_text(last), words("超过所需人数", "more people than needed"));
          },
          realm, last);
    });
  }
  store.read([&](store::Tx& tx) {
    tx.each(
        sql::kVerifyDouble,
        [&](const store::Row& row) {
          find("roster", id_text(row.integer(1)),
               words("{} 同时在两个班次", "{} stands in two slots at once", id_text(row.integer(0))));
        },
        realm);
  });
}

}  // namespace

record::Aspect aspect() {
  using K = pack::ArgumentKind;
  record::Aspect described;
  described.words.name = described.words.kind_block = kAspect;
  described.words.pack_block = "skills";
  described.words.effects = {{"slot",
                              {{"post", K::text, true},
                               {"starts", K::expression, true},
                               {"ends", K::expression, true},
                               {"need", K::expression}},
                              "Opens a slot of the roster.",
                              check_post},
                             call_skilled_signature()};
  described.words.read_kind = read_section;
  described.words.read_pack = read_skills;
  described.words.facts = facts;
  described.effects = {{"slot", slot_effect}, {"call_skilled", call_skilled}};
  described.fact = fact;
  described.migrations = sql::kMigrations;
  described.settle = settle;
  described.ring = ring;
  described.hears = {{"occasion.made", occasion_made},
                     {"occasion.moved", occasion_moved},
                     {"occasion.cancelled", occasion_cancelled},
                     {"occasion.halted", follow_occasions},
                     {"occasion.resumed", follow_occasions},
                     {"checkin.made", checked_in},
                     {"erase.all", forget}};
  described.verify = verify;
  return described;
}

}  // namespace tongxin::aspect::roster
