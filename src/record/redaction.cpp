#include "record/redaction.hpp"

#include <set>

#include "record/kept_files.hpp"
#include "record/merged.hpp"
#include "record/sql.hpp"

namespace tongxin::record {
namespace {

namespace json = boost::json;
using pack::FieldType;

constexpr store::Sql kMessagesAbout{
    "messages_about", "SELECT id, text_zh FROM message WHERE realm_id=$1 AND person_id=$2 AND record_id=$3"};
constexpr store::Sql kRewriteMessage{
    "rewrite_message", "UPDATE message SET text_zh=$4, text_en=$5 WHERE realm_id=$1 AND person_id=$2 AND id=$3"};

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

using Texts = std::set<std::string, std::less<>>;

class Redaction {
 public:
  explicit Redaction(Change& change) : change_(change) {}

  void take_out(const Event& event) {
    change_.tx.run(sql::kRedactEvent, change_.realm, change_.record.id, event.seq);
    if (event.body.empty()) return;
    const json::value body = json::parse(event.body);
    if (const json::value* form = body.as_object().if_contains("form"))
      for (const auto& [name, value] : form->as_object()) learn(event, name, value);
    if (const json::value* answer = body.as_object().if_contains("answer"); answer != nullptr && answer->is_string())
      texts_.emplace(answer->as_string());
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
    take_back_answer(change_, texts_);
  }

 private:
  const pack::Field* field_of(const Event& event, std::string_view name) const {
    const int action = change_.kind->action(event.action);
    const pack::Field* field =
        action < 0 ? nullptr : change_.kind->actions[std::size_t(action)].form.find(std::string(name));
    return field != nullptr ? field : change_.kind->form.find(std::string(name));
  }

  void learn(const Event& event, std::string_view name, const json::value& value) {
    const pack::Field* field = field_of(event, name);
    if (field != nullptr && turns_the_flow(field->type)) return;
    held_[std::string(name)].push_back(value);
    if (value.is_string() && (field == nullptr || is_text(field->type))) texts_.emplace(value.as_string());
    if (field == nullptr || field->type != FieldType::files || !value.is_array()) return;
    for (const json::value& item : value.as_array())
      if (FileId file; item.is_string() && parse(std::string_view(item.as_string()), file)) files_.insert(file);
  }

  // An effect may have put it under another name.
  bool came_from_there(std::string_view name, const json::value& value) const {
    const pack::Field* field = change_.kind->form.find(std::string(name));
    if (field != nullptr && is_text(field->type) && value.is_string() &&
        texts_.contains(std::string_view(value.as_string())))
      return true;
    const auto held = held_.find(name);
    return held != held_.end() && std::ranges::find(held->second, value) != held->second.end();
  }

  // The answer, the messages that told it, and both in every record that was given it.
  static void take_back_answer(Change& change, const Texts& texts) {
    std::set<PersonId> told{change.record.reporter, change.record.holder_person};
    for (const Participant& each : change.participants()) told.insert(each.person);
    for (const PersonId person : told)
      if (person) take_back_messages(change, person, texts);
    if (!texts.contains(change.record.answer)) return;
    change.record.answer.clear();
    for (const RecordId merged : merged_into(change.tx, change.realm, change.record.id))
      change.engine.change(change.tx, change.realm, change.actor, merged, "redacted", change.now,
                           [&texts](Change& there) { take_back_passed(there, texts); });
  }

  static void take_back_messages(Change& change, PersonId person, const Texts& texts) {
    std::vector<std::int64_t> gone;
    change.tx.each(
        kMessagesAbout,
        [&](const store::Row& row) {
          const auto said = row.get<std::string>(1);
          if (std::ranges::any_of(texts, [&](const std::string& text) { return said.ends_with(text); }))
            gone.push_back(row.integer(0));
        },
        change.realm, person, change.record.id);
    const Words say = words("{}：内容已隐去", "{}: its content was taken out", change.record.number);
    for (const std::int64_t id : gone) change.tx.run(kRewriteMessage, change.realm, person, id, say.zh, say.en);
  }

  static void take_back_passed(Change& change, const Texts& texts) {
    for (const Event& event : change.tx.all<Event>(sql::kEvents, change.realm, change.record.id)) {
      const json::value body = event.body.empty() ? json::object{} : json::parse(event.body);
      const json::value* answer = body.as_object().if_contains("answer");
      if (answer != nullptr && answer->is_string() && texts.contains(std::string_view(answer->as_string())))
        change.tx.run(sql::kRedactEvent, change.realm, change.record.id, event.seq);
    }
    take_back_answer(change, texts);
  }

  Change& change_;
  std::map<std::string, std::vector<json::value>, std::less<>> held_;
  Texts texts_;
  std::set<FileId> files_;
};

}  // namespace

void redact_events(Change& change, std::span<const int> seqs) {
  std::vector<Complaint> complaints;
  for (std::size_t i = 0; i < seqs.size(); ++i)
    if (seqs[i] < 1 || seqs[i] > change.record.last_seq)
      complaints.push_back({fmt::format("/events/{}", i), "unknown",
                            words("时间线上没有第 {} 条", "the timeline has no entry {}", seqs[i])});
  if (!complaints.empty())
    throw Fault(Code::invalid, words("要隐去的条目不存在", "there is no such entry to redact"), std::move(complaints));
  Redaction redaction(change);
  for (const Event& event : change.tx.all<Event>(sql::kEvents, change.realm, change.record.id))
    if (std::ranges::find(seqs, event.seq) != seqs.end()) redaction.take_out(event);
  redaction.settle();
}

void redact_fields(Change& change, std::span<const std::string> names) {
  Redaction redaction(change);
  for (const Event& event : change.tx.all<Event>(sql::kEvents, change.realm, change.record.id)) {
    const json::value body = event.body.empty() ? json::object{} : json::parse(event.body);
    const json::value* form = body.as_object().if_contains("form");
    const auto holds = [&](const std::string& name) { return form->as_object().contains(name); };
    if (form != nullptr && std::ranges::any_of(names, holds)) redaction.take_out(event);
  }
  for (const std::string& name : names) {
    change.edit_fields().erase(name);
    change.input.erase(name);  // what this very action brings of it is not written down either
  }
  redaction.settle();
}

}  // namespace tongxin::record
