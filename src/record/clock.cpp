// What the clock does to records: reminds, marks late, climbs, forgets.
#include <algorithm>
#include <set>

#include "record/change.hpp"
#include "record/kept_files.hpp"
#include "record/sql.hpp"

namespace tongxin::record {
namespace {

struct DueRow {
  RecordId record;
  std::string deadline;
  Time wake_at;
};
BOOST_DESCRIBE_STRUCT(DueRow, (), (record, deadline, wake_at))

constexpr std::string_view kKeep = "keep.";

constexpr store::Sql kKeysOf{"keys_of_record", "SELECT key FROM record_key WHERE realm_id=$1 AND record_id=$2"};
constexpr store::Sql kForgetRatings{"forget_ratings", "DELETE FROM rating WHERE realm_id=$1 AND record_id=$2"};

}  // namespace

std::vector<Engine::Due> Engine::due(store::Tx& tx, RealmId realm, Time now, int limit) {
  std::vector<Due> due;
  for (DueRow& row : tx.all<DueRow>(sql::kDueTimers, realm, now, limit))
    due.push_back({row.record, std::move(row.deadline), row.wake_at});
  return due;
}

std::optional<Time> Engine::next_wake(store::Tx& tx, RealmId realm) {
  const auto wake = tx.one<std::optional<Time>>(sql::kNextWake, realm);
  return wake ? *wake : std::nullopt;
}

void Engine::wake(store::Tx& tx, RealmId realm, const Due& due, Time now) {
  const auto record = find(tx, realm, due.record);
  if (!record) return;
  for (const Timer& timer : tx.all<Timer>(sql::kTimers, realm, due.record)) {
    if (timer.deadline != due.deadline || !timer.wake_at || *timer.wake_at > now) continue;  // somebody was first
    if (due.deadline.starts_with(kKeep)) return erase(tx, realm, *record, timer, now);
    if (ring(tx, realm, *record, timer, now)) return;
    if (timer.phase == 0 && timer.warn_at && timer.due_at > now) return remind(tx, realm, *record, timer, now);
    return mark_late(tx, realm, *record, timer, now);
  }
}

void Engine::remind(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now) {
  const Actor system = Actor::clock();
  Change change(*this, tx, worlds_.current(tx, realm), system, now);
  change.open(record);
  Timer& mine = *change.timer(timer.deadline);
  mine.phase = 1;
  mine.wake_at = wake_time(mine);
  const int index = change.kind->deadline(timer.deadline);
  const std::string until = deadline_text(timer.due_at, change.world->zone);
  if (index >= 0) {
    const Words& label = change.kind->deadlines[std::size_t(index)].label;
    change.tell_holders({fmt::format("{} 的“{}”时限将到：{}", record.number, label.zh, until),
                         fmt::format("{}: '{}' is due {}", record.number, label.en, until)});
  }
  change.extra["deadline"] = timer.deadline;
  change.note(words("时限将到，已提醒", "nearly due: reminded"));
  finish(change, "reminded", {}, change.kind->state(record.state));
}

void Engine::mark_late(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now) {
  const Actor system = Actor::clock();
  Change change(*this, tx, worlds_.current(tx, realm), system, now);
  change.open(record);
  const int index = change.kind->deadline(timer.deadline);
  Timer& mine = *change.timer(timer.deadline);
  mine.phase = 2;
  mine.late = true;
  mine.wake_at.reset();
  if (index >= 0) change.late_now.push_back(index);
  change.extra["deadline"] = timer.deadline;
  const std::string until = deadline_text(timer.due_at, change.world->zone);
  change.note(words("超过时限（{}）", "late: was due {}", until));
  finish(change, "late", {}, change.kind->state(record.state));
  if (index < 0) return;
  const int late_action = change.kind->deadlines[std::size_t(index)].late_action;
  if (late_action < 0) return;
  const pack::Action& action = change.kind->actions[std::size_t(late_action)];
  const int state = change.kind->state(record.state);
  if (state >= 0 && action.from[std::size_t(state)])
    act_at(tx, realm, system, record.id, action.name, {}, std::nullopt, now, 0);
}

namespace {

// Who took part, where exactly, what was shown and what was written to whom. Whoever works there stays named in the chain.
void forget_whereabouts(Change& change) {
  const std::vector<Participant> parts = change.participants();
  const auto former = scopes_of(*change.world, change.before, parts);
  std::set<PersonId> told{change.record.reporter, change.record.holder_person};
  for (const Participant& each : parts) {
    if (!each.person) continue;
    told.insert(each.person);
    change.remove_participant(each.role, each.org, each.person);
  }
  const auto now = scopes_of(*change.world, change.before, change.participants());
  for (const auto& [scope, list] : former)
    if (!std::binary_search(now.begin(), now.end(), std::pair(scope, list)))
      change.tx.run(sql::kDropScope, change.realm, scope, list, change.before.open, change.record.id);
  for (const PersonId person : told)
    if (person) change.tx.run(sql::kForgetMessagesAbout, change.realm, person, change.record.id);
  forget_files_of(change.tx, change.realm, change.record.id, change.now);
  change.tx.run(kForgetRatings, change.realm, change.record.id);
  change.forgets_ratings = true;
  change.record.photo = {};
  change.record.address.clear();
  change.record.lon.reset();
  change.record.lat.reset();
  change.record.geo_cell = 0;
  change.record.reporter = {};
}

// What was unique stands in the keys in clear. A number from outside stays, so that nothing comes in twice.
void forget_unique_values(Change& change) {
  for (const std::string& key : change.tx.all<std::string>(kKeysOf, change.realm, change.record.id))
    if (key.starts_with("unique|")) change.tx.run(sql::kDropKey, change.realm, key);
}

// Files of its own form that are never published: a voice is its speaker's as much as a sealed number is.
void forget_private_files(Change& change) {
  std::set<FileId> files;
  for (const pack::Field& field : change.kind->form.fields) {
    if (field.type != pack::FieldType::files || field.open) continue;
    const boost::json::value* value = change.fields().if_contains(field.name);
    if (value == nullptr || !value->is_array()) continue;
    for (const boost::json::value& item : value->as_array())
      if (FileId file; item.is_string() && parse(std::string_view(item.as_string()), file)) files.insert(file);
    change.edit_fields().erase(field.name);
  }
  forget_files(change.tx, change.realm, change.record.id, files, change.now);
}

}  // namespace

// What is no longer kept: sealed fields and unpublished files, or all that was typed. Numbers, states, figures and the
// chain stay.
void Engine::erase(store::Tx& tx, RealmId realm, const Record& record, const Timer& timer, Time now) {
  const Actor system = Actor::clock();
  Change change(*this, tx, worlds_.current(tx, realm), system, now);
  change.open(record);
  Timer& mine = *change.timer(timer.deadline);
  mine.ended_at = now;
  mine.phase = 2;
  mine.wake_at.reset();
  change.record.sealed.reset();
  change.record.sealed_fields = "[]";
  if (timer.deadline == "keep.private") forget_private_files(change);
  if (timer.deadline == "keep.all") {
    forget_unique_values(change);
    for (int seq = 1; seq <= record.last_seq; ++seq) tx.run(sql::kRedactEvent, realm, record.id, seq);
    change.edit_fields().clear();
    change.record.answer.clear();
    forget_whereabouts(change);
    change.search_changed = true;
  }
  tell(change, timer.deadline == "keep.all" ? "erase.all" : "erase.private", {});
  change.note(words("按保存期限清除了个人内容", "personal content was erased at the end of its keeping"));
  finish(change, "erased", {}, change.kind->state(record.state));
}

}  // namespace tongxin::record
