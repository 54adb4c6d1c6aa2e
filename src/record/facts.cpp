// What an expression is told when it asks for a name.
#include "record/change.hpp"
#include "record/sql.hpp"
#include "record/tally.hpp"

namespace tongxin::record {
namespace {

using pack::Fact;
using pack::Value;
namespace json = boost::json;

Value text_or_null(std::string_view text) { return text.empty() ? Value{} : Value{text}; }

Value level(Change& change) {
  const place::Area* area = change.world->atlas->find(change.record.holder_area);
  return area == nullptr ? Value{} : Value{std::string_view(area->level)};
}

// Has the actor a live post in the organisation that holds the record?
bool of_holder(Change& change) {
  if (!change.actor.person || !change.record.holder_org) return false;
  const auto posts = change.world->directory->posts_of(change.actor.person);
  return std::any_of(posts.begin(), posts.end(), [&](const people::Post& post) {
    return post.org == change.record.holder_org && people::live(post, change.today());
  });
}

Value children(Change& change, const Fact& fact) {
  double count = 0;
  for (const auto& child : change.children())
    count += fact.from == Fact::Source::children_total || (fact.from == Fact::Source::children_open && child.open) ||
             (fact.from == Fact::Source::children_in && child.state == fact.subject);
  return count;
}

Value participants(Change& change, const std::string& role) {
  return double(std::count_if(change.participants().begin(), change.participants().end(),
                              [&](const Participant& p) { return p.role == role; }));
}

Value deadline(Change& change, const Fact& fact) {
  const Timer* timer = change.timer(fact.subject);
  if (timer == nullptr) return false;
  const bool running = !timer->ended_at && !timer->paused_at;
  if (fact.from == Fact::Source::deadline_running) return running;
  return timer->late || (running && timer->due_at < change.now);
}

Value rating(Change& change, const Fact& fact) {
  const json::object& latest = change.rating();
  const json::value* value = latest.if_contains(fact.subject);
  return value == nullptr ? Value{} : pack::from_json(*value, fact.type);
}

}  // namespace

Value linked_fact(Change& change, const json::object& fields, const Fact& fact) {
  const json::value* named = fields.if_contains(fact.subject);
  RecordId id;
  if (named == nullptr || !named->is_string() || !parse(std::string_view(named->as_string()), id)) return {};
  const Change::Linked* linked = change.linked(id);
  if (linked == nullptr) return {};
  if (fact.detail == "state") return std::string_view(linked->record.state);
  const json::value* value = linked->data.if_contains(fact.detail);
  return value == nullptr ? Value{} : pack::from_json(*value, fact.type);
}

Value fact(Change& change, const Fact& fact) {
  using S = Fact::Source;
  const Record& record = change.record;
  switch (fact.from) {
    case S::field: {
      const json::value* value = change.fields().if_contains(fact.subject);
      return value == nullptr ? Value{} : pack::from_json(*value, fact.type);
    }
    case S::state: return std::string_view(record.state);
    case S::previous_state: return text_or_null(record.previous_state);
    case S::category: return text_or_null(record.category);
    case S::function: return text_or_null(record.function);
    case S::urgent: return record.urgent;
    case S::source: return std::string_view(record.source);
    case S::level: return level(change);
    case S::holder:
      if (fact.subject == "self") return of_holder(change);
      return record.holder_org ? Value{change.keep(to_text(record.holder_org))} : Value{};
    case S::has_place: return bool(record.area);
    case S::today: return pack::DayValue{change.today()};
    case S::now: return change.now;
    case S::age_hours: return double((change.now - record.created_at).count()) / 3'600'000.0;
    case S::age_days: return double(days_between(day_of(record.created_at, change.world->zone), change.today()));
    case S::self: return change.keep(to_text(change.actor.person));
    case S::itself: return change.keep(to_text(record.id));
    case S::is_reporter:
      return (change.actor.person && record.reporter == change.actor.person) ||
             (change.actor.follows && change.actor.follows == record.id);
    case S::has_reporter: return bool(record.reporter);
    case S::parent_state: return change.parent() ? Value{std::string_view(change.parent()->state)} : Value{};
    case S::times: return double(taken(record.tally, fact.subject).times);
    case S::people: return double(taken(record.tally, fact.subject).how_many());
    case S::did: return change.actor.person && taken(record.tally, fact.subject).by(change.actor.person);
    case S::deadline_late:
    case S::deadline_running: return deadline(change, fact);
    case S::children_total:
    case S::children_open:
    case S::children_in: return children(change, fact);
    case S::participants: return participants(change, fact.subject);
    case S::rating: return rating(change, fact);
    case S::linked: return linked_fact(change, change.fields(), fact);
    case S::aspect: return change.engine.aspect_fact(change, fact);
  }
  return {};
}

}  // namespace tongxin::record
