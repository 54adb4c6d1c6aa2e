#include "record/redaction.hpp"

#include "record/kept_files.hpp"
#include "record/merged.hpp"
#include "record/sql.hpp"
#include "send/outbox.hpp"

namespace tongxin::record {
namespace {

namespace json = boost::json;
using pack::FieldType;

constexpr store::Sql kMessagesAbout{
    "messages_about", "SELECT id, text_zh FROM message WHERE realm_id=$1 AND person_id=$2 AND record_id=$3"};
constexpr store::Sql kRewriteMessage{
    "rewrite_message", "UPDATE message SET text_zh=$4, text_en=$5 WHERE realm_id=$1 AND person_id=$2 AND id=$3"};
constexpr store::Sql kChildAfter{"child_after",
                                 "SELECT id FROM record WHERE realm_id=$1 AND parent_id=$2 AND parent_id <> 0 AND id > "
                                 "$3 ORDER BY id LIMIT 1"};

bool turns_the_flow(FieldType type) {
  switch (type) {
    case FieldType::choice:
    case FieldType::choices:
    case FieldType::flag:
    case FieldType::person:
    case FieldType::org:
    case FieldType::orgs:
    case FieldType::area:
    case FieldType::record:
    case FieldType::records: return true;
    default: return false;
  }
}

bool is_text(FieldType type) { return type == FieldType::text || type == FieldType::long_text; }

bool is_one_of(const Texts& texts, const json::value& value) {
  return value.is_string() && texts.contains(std::string_view(value.as_string()));
}

Words taken_out(const Record& record) {
  return words("{}：内容已隐去", "{}: its content was taken out", record.number);
}

// ── letters that wait ────────────────────────────────────────────────────────────────────────────────────────────────
// The words stand in a letter of a machine as values of their own: none of its other words is touched.
bool take_out_of(json::value& value, const Texts& texts, const std::string& instead) {
  bool found = false;
  if (json::object* object = value.if_object())
    for (auto& [name, each] : *object) found = take_out_of(each, texts, instead) || found;
  if (json::array* array = value.if_array())
    for (json::value& each : *array) found = take_out_of(each, texts, instead) || found;
  if (!is_one_of(texts, value)) return found;
  value = instead;
  return true;
}

// What a person is told ends with them, or begins with a title.
bool tells(std::string_view said, const Texts& texts) {
  return std::ranges::any_of(texts, [said](const std::string& text) {
    return said.ends_with(text) || (said.starts_with(text) && said.substr(text.size()).starts_with("："));
  });
}

std::optional<std::string> without(const std::string& body, const Texts& texts, const Words& say) {
  boost::system::error_code not_json;
  json::value content = json::parse(body, not_json);
  if (!not_json && content.is_object())
    return take_out_of(content, texts, say.zh) ? std::optional(json::serialize(content)) : std::nullopt;
  return tells(body, texts) ? std::optional(say.zh + " / " + say.en) : std::nullopt;
}

// ── whether a record repeats a text ──────────────────────────────────────────────────────────────────────────────────
const pack::Field* field_of(const Change& change, const Event& event, std::string_view name) {
  const int action = change.kind->action(event.action);
  const pack::Field* field =
      action < 0 ? nullptr : change.kind->actions[std::size_t(action)].form.find(std::string(name));
  return field != nullptr ? field : change.kind->form.find(std::string(name));
}

json::object body_of(const Event& event) {
  return event.body.empty() ? json::object{} : json::parse(event.body).as_object();
}

std::vector<Event> events_of(Change& change) {
  return change.tx.all<Event>(sql::kEvents, change.realm, change.record.id);
}

bool repeats(const Change& change, const Event& event, const Texts& texts) {
  const json::object body = body_of(event);
  if (const json::value* answer = body.if_contains("answer"); answer != nullptr && is_one_of(texts, *answer))
    return true;
  const json::value* form = body.if_contains("form");
  return form != nullptr && std::ranges::any_of(form->as_object(), [&](const auto& each) {
           const pack::Field* field = field_of(change, event, each.key());
           return is_one_of(texts, each.value()) && (field == nullptr || is_text(field->type));
         });
}

bool repeats(Change& change, const Texts& texts) {
  if (texts.contains(change.record.answer)) return true;
  for (const auto& [name, value] : change.fields()) {
    const pack::Field* field = change.kind->form.find(std::string(name));
    if (field != nullptr && is_text(field->type) && is_one_of(texts, value)) return true;
  }
  return std::ranges::any_of(events_of(change), [&](const Event& event) { return repeats(change, event, texts); });
}

class Redaction {
 public:
  explicit Redaction(Change& change, Texts texts = {}) : change_(change), texts_(std::move(texts)) {}

  const Texts& texts() const { return texts_; }

  void take_out(const Event& event) {
    empty(event);
    const json::object body = body_of(event);
    if (const json::value* form = body.if_contains("form"))
      for (const auto& [name, value] : form->as_object()) learn(event, name, value);
    if (const json::value* answer = body.if_contains("answer"); answer != nullptr && answer->is_string())
      keep_in_mind(*answer);
  }

  // Empties the entries that repeat what is known already; what else they brought stays in the record.
  std::vector<int> take_out_copies() {
    std::vector<int> seqs;
    for (const Event& event : events_of(change_)) {
      if (!repeats(change_, event, texts_)) continue;
      empty(event);
      seqs.push_back(event.seq);
    }
    return seqs;
  }

  // Out of the record as it stands now.
  void settle() {
    std::vector<std::string> gone;
    for (const auto& [name, value] : change_.fields())
      if (came_from_there(name, value)) gone.emplace_back(name);
    for (const std::string& name : gone) change_.edit_fields().erase(name);
    if (change_.record.photo && files_.contains(change_.record.photo)) change_.record.photo = {};
    forget_files(change_.tx, change_.realm, change_.record.id, files_, change_.now);
    change_.search_changed = true;
    take_back_told(change_, texts_);
    take_back_answer(change_, texts_);
  }

 private:
  void empty(const Event& event) { change_.tx.run(sql::kRedactEvent, change_.realm, change_.record.id, event.seq); }

  void keep_in_mind(const json::value& text) {
    if (!text.as_string().empty()) texts_.emplace(text.as_string());
  }

  void learn(const Event& event, std::string_view name, const json::value& value) {
    const pack::Field* field = field_of(change_, event, name);
    if (field != nullptr && turns_the_flow(field->type)) return;
    held_[std::string(name)].push_back(value);
    if (value.is_string() && (field == nullptr || is_text(field->type))) keep_in_mind(value);
    if (field == nullptr || field->type != FieldType::files || !value.is_array()) return;
    for (const json::value& item : value.as_array())
      if (FileId file; item.is_string() && parse(std::string_view(item.as_string()), file)) files_.insert(file);
  }

  // An effect may have put it under another name.
  bool came_from_there(std::string_view name, const json::value& value) const {
    const pack::Field* field = change_.kind->form.find(std::string(name));
    if (field != nullptr && is_text(field->type) && is_one_of(texts_, value)) return true;
    const auto held = held_.find(name);
    return held != held_.end() && std::ranges::find(held->second, value) != held->second.end();
  }

  // The messages that told it, and the letters that wait yet or could not be delivered. Both may hold the title as it was.
  static void take_back_told(Change& change, Texts texts) {
    const std::string& title = change.record.title;
    if (!title.empty() && std::ranges::any_of(texts, [&](const auto& text) { return text.starts_with(title); }))
      texts.insert(title);
    std::set<PersonId> told{change.record.reporter, change.record.holder_person};
    for (const Participant& each : change.participants()) told.insert(each.person);
    for (const PersonId person : told)
      if (person) take_back_messages(change, person, texts);
    send::rewrite_letters(change.tx, change.engine.vault(), change.realm, change.record.id,
                          [&](const std::string& body) { return without(body, texts, taken_out(change.record)); });
  }

  static void take_back_messages(Change& change, PersonId person, const Texts& texts) {
    std::vector<std::int64_t> gone;
    change.tx.each(
        kMessagesAbout,
        [&](const store::Row& row) {
          if (tells(row.get<std::string>(1), texts)) gone.push_back(row.integer(0));
        },
        change.realm, person, change.record.id);
    const Words say = taken_out(change.record);
    for (const std::int64_t id : gone) change.tx.run(kRewriteMessage, change.realm, person, id, say.zh, say.en);
  }

  // The answer, here and in every record that was given it.
  static void take_back_answer(Change& change, const Texts& texts) {
    if (!texts.contains(change.record.answer)) return;
    change.record.answer.clear();
    for (const RecordId merged : merged_into(change.tx, change.realm, change.record.id))
      change.engine.change(change.tx, change.realm, change.actor, merged, "redacted", change.now,
                           [&texts](Change& there) { take_back_passed(there, texts); });
  }

  static void take_back_passed(Change& change, const Texts& texts) {
    for (const Event& event : events_of(change)) {
      const json::object body = body_of(event);
      const json::value* answer = body.if_contains("answer");
      if (answer != nullptr && is_one_of(texts, *answer))
        change.tx.run(sql::kRedactEvent, change.realm, change.record.id, event.seq);
    }
    take_back_told(change, texts);
    take_back_answer(change, texts);
  }

  Change& change_;
  std::map<std::string, std::vector<json::value>, std::less<>> held_;
  Texts texts_;
  std::set<FileId> files_;
};

// ── copies that effects of the packs made ────────────────────────────────────────────────────────────────────────────
void take_out_copies(Change& change, const Texts& hidden, const std::string& source) {
  Redaction redaction(change, hidden);
  const std::vector<int> seqs = redaction.take_out_copies();
  redaction.settle();
  change.extra["redacted"] = json::array(seqs.begin(), seqs.end());
  change.note(words("{} 隐去了内容，这里照抄的随之隐去", "what was copied from {} was redacted with it", source));
}

void redact_below(Change& change, const Texts& hidden, Engine::Redacted& done) {
  RecordId child;
  while (const auto next = change.tx.one<RecordId>(kChildAfter, change.realm, change.record.id, child)) {
    child = *next;
    Change there(change.engine, change.tx, change.world, change.actor, change.now);
    there.look_at(*change.engine.find(change.tx, change.realm, child));
    if (!repeats(there, hidden)) continue;
    const bool may = may_redact(there);
    (may ? done.followed : done.left).push_back(child);
    if (may)
      change.engine.change(change.tx, change.realm, change.actor, child, "redacted", change.now,
                           [&](Change& copy) { take_out_copies(copy, hidden, change.record.number); });
    redact_below(there, hidden, done);
  }
}

}  // namespace

bool may_redact(Change& change) { return allowed(change, change.kind->see_private); }

Texts redact_events(Change& change, std::span<const int> seqs) {
  std::vector<Complaint> complaints;
  for (std::size_t i = 0; i < seqs.size(); ++i)
    if (seqs[i] < 1 || seqs[i] > change.record.last_seq)
      complaints.push_back({fmt::format("/events/{}", i), "unknown",
                            words("时间线上没有第 {} 条", "the timeline has no entry {}", seqs[i])});
  if (!complaints.empty())
    throw Fault(Code::invalid, words("要隐去的条目不存在", "there is no such entry to redact"), std::move(complaints));
  Redaction redaction(change);
  for (const Event& event : events_of(change))
    if (std::ranges::find(seqs, event.seq) != seqs.end()) redaction.take_out(event);
  redaction.settle();
  return redaction.texts();
}

void redact_fields(Change& change, std::span<const std::string> names) {
  Redaction redaction(change);
  for (const Event& event : events_of(change)) {
    const json::object body = body_of(event);
    const json::value* form = body.if_contains("form");
    const auto holds = [&](const std::string& name) { return form->as_object().contains(name); };
    if (form != nullptr && std::ranges::any_of(names, holds)) redaction.take_out(event);
  }
  for (const std::string& name : names) {
    change.edit_fields().erase(name);
    change.input.erase(name);  // what this very action brings of it is not written down either
  }
  redaction.settle();
}

Engine::Redacted redact_copies(Change& change, const Texts& hidden) {
  Engine::Redacted done;
  if (hidden.empty()) return done;
  redact_below(change, hidden, done);
  // What it was itself copied from is another's word: named, not touched.
  for (RecordId above = change.record.parent; above;) {
    const auto record = change.engine.find(change.tx, change.realm, above);
    if (!record) break;
    Change there(change.engine, change.tx, change.world, change.actor, change.now);
    there.look_at(*record);
    if (!repeats(there, hidden)) break;
    done.left.push_back(above);
    above = record->parent;
  }
  return done;
}

}  // namespace tongxin::record
