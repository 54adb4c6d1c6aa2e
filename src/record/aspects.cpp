// Where aspects plug into the engine: facts, signals, alarms, changes of their own.
#include "record/aspect.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"
#include "store/later.hpp"

namespace tongxin::record {

pack::Value Engine::aspect_fact(Change& change, const pack::Fact& fact) const {
  const auto reader = fact_readers_.find(fact.detail);
  return reader == fact_readers_.end() ? pack::Value{} : reader->second(change, fact);
}

void Engine::tell(Change& change, std::string_view signal, const boost::json::object& what) {
  for (const Aspect& aspect : aspects_)
    if (const auto handler = aspect.hears.find(signal); handler != aspect.hears.end()) handler->second(change, what);
}

// A timer like any other, so that the one clock of the house rings for aspects too.
void Engine::set_alarm(store::Tx& tx, RealmId realm, RecordId record, std::string_view name, std::optional<Time> at,
                       Time now) {
  Timer timer;
  timer.record = record;
  timer.deadline = name;
  timer.started_at = now;
  timer.due_at = at.value_or(now);
  timer.limit_text = "0 natural_minutes";
  if (!at) timer.ended_at = now, timer.phase = 2;
  timer.wake_at = wake_time(timer);
  store::run_later(tx, sql::kPutTimer, realm, timer.record, timer.deadline, timer.started_at, timer.due_at,
                   timer.warn_at, timer.limit_text, timer.calendar, timer.paused_at, timer.remaining_ms, timer.ended_at,
                   timer.late, timer.phase, timer.wake_at);
}

void Change::save_alarms() {
  for (const auto& [name, at] : alarms_) engine.set_alarm(tx, realm, record.id, name, at, now);
  alarms_.clear();
}

// True when the timer was an aspect's alarm.
bool Engine::ring(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now) {
  const std::string_view owner = std::string_view(timer.deadline).substr(0, timer.deadline.find('.'));
  for (const Aspect& aspect : aspects_) {
    if (!aspect.ring || aspect.words.name != owner || owner.size() == timer.deadline.size()) continue;
    set_alarm(tx, realm, record.id, timer.deadline, std::nullopt, now);
    aspect.ring({*this, tx, realm, record, now});
    return true;
  }
  return false;
}

Notice notice_of(store::Tx& tx, const World& world, const Record& record, EventId event, std::string_view action,
                 PersonId actor, Time at) {
  Notice notice{world.realm,
                record.id,
                event,
                record.kind,
                record.number,
                record.title,
                record.state,
                std::string(action),
                record.version,
                record.open,
                actor,
                at,
                {},
                {}};
  const auto participants = tx.all<Participant>(sql::kParticipants, world.realm, record.id);
  for (const auto& [scope, list] : scopes_of(world, record, participants))
    if (list == record.kind) notice.scopes.push_back(scope);
  return notice;
}

void Engine::stir(store::Tx& tx, RealmId realm, RecordId id, std::string_view what, EventId event, PersonId actor,
                  Time now) {
  if (!listener_) return;
  const RecordPtr record = look(tx, realm, id);
  if (!record) return;
  if (!event) event = ids_.make<EventId>();
  tx.after_commit([listener = listener_, notice = notice_of(tx, *worlds_.current(tx, realm), *record, event, what,
                                                            actor, now)] { listener(notice); });
}

void Engine::change(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, const std::string& name, Time now,
                    const std::function<void(Change&)>& job) {
  auto record = find(tx, realm, id);
  if (!record) throw Fault(Code::not_found, words("找不到这件事项", "this record was not found"));
  Change change(*this, tx, worlds_.current(tx, realm), actor, now);
  change.open(std::move(*record));
  job(change);
  finish(change, name, {}, change.kind->state(change.record.state));
  follow_up(change, 0);
}

}  // namespace tongxin::record
