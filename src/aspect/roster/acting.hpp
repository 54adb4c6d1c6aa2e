// Inside roster/: what every act on a slot begins with.
#pragma once
#include <set>

#include "aspect/duty.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/roster/section.hpp"

namespace tongxin::aspect::roster {

// The roster's clock, and what it has done about a slot already (Slot::marks).
inline constexpr const char* kAlarm = "roster.clock";
inline constexpr int kToldEmpty = 1, kFilled = 2, kLookedForAbsent = 4;

// The slot, its record and what its kind says, read once for one act.
struct Acting {
  Acting(const Doer& by, SlotId slot);
  Acting(const Doer& by, Slot slot);
  const Doer& by;
  Slot slot;
  record::Record record;
  record::WorldPtr world;
  const Section& section;

  bool organises() const;  // does the actor?
  bool may_take(PersonId person) const;
  void need_organiser() const;  // Fault(forbidden), Fault(not_found)
  void write_down(PersonId person, const char* what, const std::string& reason = {}) const;
  void write_down(SlotId other, PersonId person, const char* what, const std::string& reason = {}) const;
  void tell(PersonId person, const Words& text) const;
  std::string when() const;  // "2026-03-09 08:00–16:00"
};

// Takes the person's row, then looks whether this person may stand in the slot: skills, absences, other turns, rest, hours.
// `besides`: another slot that the person gives up in the same act. `waive`: rest and hours are not asked.
std::optional<Words> hindrance(const Acting& act, PersonId person, SlotId besides = {}, bool waive = false);
// The same without taking the row: what a list shows, and what may be different when somebody acts on it.
std::optional<Words> seems_hindered(const Acting& act, PersonId person, SlotId besides = {}, bool waive = false);
void need_free(const Acting& act, PersonId person, SlotId besides = {}, bool waive = false);
void lock_person(const Doer& by, PersonId person);

// Who may be placed on a day, in turn: who has had least comes first; of those, who has waited longest. Worked out once for
// a day, it keeps up with those who are placed meanwhile.
class FairOrder {
 public:
  FairOrder(const Acting& act, const std::vector<std::string>& names);
  Day day() const { return day_; }
  auto begin() const { return order_.begin(); }
  auto end() const { return order_.end(); }
  void placed(const Share& before, const Slot& slot);

 private:
  struct Before {
    bool operator()(const Share& a, const Share& b) const;
  };
  Day day_;
  std::set<Share, Before> order_;
};

// Places people from the pool where the slot has room. `asked`: how many were looked at for it.
struct Filled {
  int placed = 0, asked = 0;
};
Filled fill(const Acting& act, FairOrder& order);

void put_turn(const Acting& act, PersonId person, TurnState state, bool waived = false);
// The first of the waiting list who can, if there is a place.
void move_up(const Acting& act);
// All who stand or wait are let go; the slot closes.
void release(const Acting& act, const char* what, const std::string& reason);

Fault refusal(const char* rule, Words say);

}  // namespace tongxin::aspect::roster
