#include "aspect/roster/forget.hpp"

#include <map>

#include "aspect/roster/acting.hpp"
#include "aspect/roster/sql.hpp"

namespace tongxin::aspect::roster {
namespace {

using store::Sql;

// Whoever is erased leaves what lies ahead, to the next who waits; what was served was served by somebody. Where a place
// falls empty within the time in which that is told, it is told again.
class Departure {
 public:
  explicit Departure(const Leaving& leaving)
      : leaving_(leaving), by_{leaving.engine, leaving.tx, leaving.realm, record::Actor::clock(), leaving.now} {}

  void run() {
    for (const Sql* each : {&sql::kForgetSwapsBy, &sql::kForgetSwapsTo, &sql::kForgetAways, &sql::kForgetSkills})
      forget(*each);
    const auto page = [&] { return leaving_.tx.all<Turn>(sql::kTurnsHeld, leaving_.realm, leaving_.person); };
    for (auto turns = page(); !turns.empty(); turns = page())
      for (const Turn& turn : turns) leave(turn);
    forget(sql::kForgetEventsOf);
    forget(sql::kForgetLock);
  }

 private:
  void forget(const Sql& sql) { leaving_.tx.run(sql, leaving_.realm, leaving_.person); }

  void leave(const Turn& turn) {
    const auto slot = find_slot(leaving_.tx, leaving_.realm, turn.slot);
    const bool in_it = turn.state == TurnState::standing || turn.state == TurnState::waiting;
    leaving_.tx.run(sql::kForgetActing, leaving_.realm, turn.slot, leaving_.person);
    if (!slot || (in_it && slot->ends > leaving_.now)) {
      leaving_.tx.run(sql::kDropTurn, leaving_.realm, turn.slot, leaving_.person);
      if (slot) vacate(*slot, turn.state);
      return;
    }
    PersonId& stand_in = stand_ins_[turn.record];
    if (!stand_in) stand_in = leaving_.engine.ids().make<PersonId>();
    leaving_.tx.run(sql::kForgetTurn, leaving_.realm, turn.slot, leaving_.person, stand_in);
  }

  void vacate(const Slot& slot, TurnState was) {
    leaving_.tx.run(was == TurnState::standing ? sql::kFree : sql::kUnwait, leaving_.realm, slot.id);
    if (was != TurnState::standing) return;
    move_up(Acting(by_, slot));
    leaving_.tx.run(sql::kMark, leaving_.realm, slot.id, slot.marks & ~kToldEmpty);
    leaving_.engine.set_alarm(leaving_.tx, leaving_.realm, slot.record, kAlarm, leaving_.now, leaving_.now);
  }

  const Leaving& leaving_;
  const Doer by_;
  std::map<RecordId, PersonId> stand_ins_;
};

}  // namespace

void forget_person(const Leaving& leaving) { Departure(leaving).run(); }

}  // namespace tongxin::aspect::roster
