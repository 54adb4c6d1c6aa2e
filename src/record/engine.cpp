#include "record/engine.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "pack/lua.hpp"
#include "people/persons.hpp"
#include "record/aspect.hpp"
#include "record/chain.hpp"
#include "record/change.hpp"
#include "record/merged.hpp"
#include "record/redaction.hpp"
#include "record/repeat.hpp"
#include "record/sql.hpp"
#include "record/tally.hpp"
#include "store/by_thirty_twos.hpp"
#include "store/later.hpp"

namespace tongxin::record {
namespace {

namespace json = boost::json;

// Follow-ups may cause follow-ups; a pack that goes round in circles is stopped.
constexpr int kDeepest = 8;

Fault not_found() {
  return Fault(Code::not_found, words("找不到这件事项，可能已撤回或并入其他事项",
                                      "this record was not found; it may have been withdrawn or merged"));
}

// ── repeated requests ────────────────────────────────────────────────────────────────────────────────────────────────
std::optional<Outcome> former_outcome(store::Tx& tx, RealmId realm, const Repeat& repeat) {
  const auto former = remembered(tx, realm, repeat);
  if (!former) return std::nullopt;
  Outcome outcome;
  outcome.id = former->record;
  outcome.seq = former->seq;
  outcome.number = former->extra.at("number").as_string();
  outcome.state = former->extra.at("state").as_string();
  outcome.version = int(former->extra.at("version").as_int64());
  outcome.follow_code = former->extra.at("code").as_string();
  outcome.repeated = true;
  return outcome;
}

// All that is asked for, each part with its length before it: another request never reads like this one.
std::string all_of(const Draft& draft) {
  std::string all;
  const auto add = [&all](std::string_view part) { all += fmt::format("{}:", part.size()), all += part; };
  const auto place = [&add](const std::optional<double>& degrees) { add(degrees ? fmt::format("{}", *degrees) : ""); };
  for (const std::string* text :
       {&draft.kind, &draft.category, &draft.code, &draft.address, &draft.source, &draft.outside_number})
    add(*text);
  for (const std::int64_t id : {draft.area.value, draft.on_behalf_of.value, draft.parent.value, draft.hold_by.value})
    add(std::to_string(id));
  place(draft.lon), place(draft.lat);
  add(!draft.urgent ? "" : *draft.urgent ? "urgent" : "not urgent");
  add(draft.for_guest ? "for a guest" : "");
  add(json::serialize(draft.form));
  return all;
}

void remember_outcome(store::Tx& tx, RealmId realm, const Repeat& repeat, const Outcome& outcome, Time now) {
  remember(tx, realm, repeat,
           {outcome.id,
            outcome.seq,
            {{"number", outcome.number},
             {"state", outcome.state},
             {"version", outcome.version},
             {"code", outcome.follow_code}}},
           now);
}

// ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────────────
template <class F>
void with_columns(const Record& r, F&& run) {
  run(r.id, r.kind, r.number, r.version, r.state, r.previous_state, r.open, r.urgent, r.title, r.category, r.function,
      r.source, r.area, r.path, r.lon, r.lat, r.geo_cell, r.address, r.holder_org, r.holder_person, r.holder_area,
      r.holder_role, r.reporter, r.parent, r.merged_into, r.created_at, r.updated_at, r.closed_at, r.due_at, r.data,
      r.sealed, r.sealed_fields, r.answer, r.photo, r.tally, r.last_hash, r.last_seq);
}

void save_record(Change& change) {
  const Record& record = change.record;
  if (change.creating) {
    with_columns(record, [&](const auto&... columns) {
      store::run_later(change.tx, sql::kInsertRecord, change.realm, columns...);
    });
    return;
  }
  std::int64_t changed = 0;
  with_columns(record, [&](const auto&... columns) {
    changed = change.tx.run(sql::kUpdateRecord, change.realm, columns..., change.before.version);
  });
  if (changed == 0)
    throw Fault(Code::conflict, words("刚刚有人先处理了这件事项，请看最新内容后再操作",
                                      "somebody was first; look at the newest state and try again"));
}

void save_lists(Change& change, const std::vector<Listing>& former, const std::vector<Listing>& now) {
  const bool moved = change.record.open != change.before.open;
  if (!moved && former == now) return;
  for (const auto& [scope, list] : former)
    if (moved || !std::binary_search(now.begin(), now.end(), std::pair(scope, list)))
      store::run_later(change.tx, sql::kDropScope, change.realm, scope, list, change.before.open, change.record.id);
  for (const auto& [scope, list] : now)
    if (moved || !std::binary_search(former.begin(), former.end(), std::pair(scope, list)))
      store::run_later(change.tx, sql::kAddScope, change.realm, scope, list, change.record.open, change.record.id);
}

void save_participants(Change& change) {
  if (!change.participants_changed) return;
  for (const Participant& each : change.participants())
    if (each.since == change.now)
      store::run_later(change.tx, sql::kAddParticipant, change.realm, change.record.id, each.role, each.org,
                       each.person, each.since);
}

void save_messages(Change& change) {
  for (const Notice::Message& each : change.messages)
    store::run_later(change.tx, sql::kAddMessage, change.realm, each.person, each.id, change.record.id,
                     change.record.last_seq, change.now, each.text.zh, each.text.en);
}

void save_files(Change& change, const pack::Form& form, const json::object& given) {
  for (const pack::Field& field : form.fields) {
    const json::value* value = given.if_contains(field.name);
    if (field.type != pack::FieldType::files || value == nullptr) continue;
    for (const json::value& item : value->as_array()) {
      FileId file;
      parse(std::string_view(item.as_string()), file);
      if (change.tx.run(sql::kAttach, change.realm, file, change.record.id, field.open, change.actor.person,
                        change.actor.system) == 0)
        throw Fault(Code::invalid, words("有照片没有上传成功", "a file was not uploaded"),
                    {{"/form/" + field.name, "unknown",
                      words("这个文件不存在，请重新上传", "this file does not exist; please upload it again")}});
      if (!change.record.photo && field.open) change.record.photo = file;
    }
  }
}

std::string search_text(Change& change) {
  std::string text = change.record.number + "\n" + change.record.title + "\n" + change.record.address;
  for (const pack::Field& field : change.kind->form.fields) {
    const json::value* value = field.search ? change.fields().if_contains(field.name) : nullptr;
    if (value != nullptr && value->is_string()) text += "\n", text += std::string_view(value->as_string());
  }
  return text;
}

std::string title_of(Change& change) {
  constexpr std::size_t kTitle = 60;
  if (change.kind->title_field >= 0) {
    const pack::Field& field = change.kind->form.fields[std::size_t(change.kind->title_field)];
    const json::value* value = change.fields().if_contains(field.name);
    if (value != nullptr && value->is_string()) {
      for (const pack::Option& option : field.options)
        if (option.value == std::string_view(value->as_string())) return option.name.zh;
      const std::string_view text = value->as_string();
      const std::string_view line = text.substr(0, text.find('\n'));
      return std::string(cut(line, kTitle));
    }
  }
  const pack::Category* category =
      change.kind->taxonomy == nullptr ? nullptr : change.kind->taxonomy->find(change.record.category);
  return category != nullptr ? category->name.zh : change.kind->label.zh;
}

void seal_fields(Change& change) {
  if (change.sealed_input.empty()) return;
  json::object all;
  if (change.record.sealed)
    all = json::parse(change.engine.vault().open(change.realm, change.record.id.value, "form", *change.record.sealed))
              .as_object();
  for (const auto& [name, value] : change.sealed_input) all[name] = value;
  json::array names;
  for (const auto& [name, value] : all) names.push_back(json::string(name));
  change.record.sealed = change.engine.vault().seal(change.realm, change.record.id.value, "form", json::serialize(all));
  change.record.sealed_fields = json::serialize(names);
}

// The role in whose name the actor acts, for the timeline: the post that reaches the record, else any.
std::string acting_role(const Change& change) {
  std::string role;
  for (const people::Post& post : change.world->directory->posts_of(change.actor.person)) {
    if (!people::live(post, change.today())) continue;
    if (post.org == change.record.holder_org || people::covers(post, change.record.path)) return post.role;
    if (role.empty()) role = post.role;
  }
  return role;
}

// Of the record as it will be saved: nothing of it changes any more.
Proof proof_of(Change& change) {
  Proof proof;
  proof.record = proof_of(change.record);
  for (const Timer& each : change.timers()) proof.timers += proof_of(each);
  for (const Participant& each : change.participants()) proof.parts += proof_of(change.record.id, each);
  for (const Notice::Message& each : change.messages)
    proof.messages += proof_of_message(change.record.id, change.record.last_seq, each.id, change.now);
  for (const Counted& each : change.counted) proof.entries += proof_of(each.entry);
  proof.ratings = change.judged;
  proof.forgets = change.forgets_ratings;
  return proof;
}

Event write_event(Change& change, IdSource& ids, const std::string& action) {
  Record& record = change.record;
  json::object body = std::move(change.extra);
  if (!change.input.empty()) body["form"] = change.input;
  if (!change.notes.empty()) {
    json::array notes;
    for (const Words& note : change.notes) notes.push_back(json::object{{"zh", note.zh}, {"en", note.en}});
    body["notes"] = std::move(notes);
  }
  Event event;
  event.record = record.id;
  event.seq = ++record.last_seq;
  event.id = ids.make<EventId>();
  for (Notice::Message& each : change.messages) each.id = ids.next();
  event.at = change.now;
  event.kind = record.kind;
  event.action = action;
  event.actor = change.actor.person;
  event.actor_role = change.actor.system ? "system" : acting_role(change);
  event.from_state = change.creating ? "" : change.before.state;
  event.to_state = record.state;
  event.body = json::serialize(body);
  event.salt = random_bytes(16);
  seal_event(change.realm, record.last_hash, event, to_bytes(proof_of(change)));
  record.last_hash = event.hash;
  store::run_later(change.tx, sql::kInsertEvent, change.realm, event.record, event.seq, event.id, event.at, event.kind,
                   event.action, event.actor, event.actor_role, event.from_state, event.to_state, event.body,
                   event.salt, event.digest, event.hash, event.redacted);
  return event;
}

int target_state(Change& change, const pack::Action& action) {
  for (const pack::Target& target : action.to) {
    if (!change.holds(target.when)) continue;
    if (target.state == pack::kSame) return change.kind->state(change.record.state);
    if (target.state != pack::kPrevious) return target.state;
    const std::string& previous = change.record.previous_state;
    if (previous.empty()) return 0;
    if (const int state = change.kind->state(previous); state >= 0) return state;
    throw Fault(Code::not_now, words("现在不能“{}”：机制包里已没有之前的状态“{}”",
                                     "'{}' is not possible: the packs no longer have the state before, '{}'",
                                     action.label.zh, previous));
  }
  throw Fault(Code::not_now, words("现在不能“{}”", "'{}' is not possible now", action.label.zh));
}

void check_guards(Change& change, const pack::Action& action) {
  for (const pack::Guard& guard : action.guards) {
    if (guard.that && !change.holds(guard.that)) throw Fault(Code::not_now, guard.say);
    if (guard.rule.empty()) continue;
    const json::value answer = change.world->library->rules->call(
        guard.rule, json::object{{"record", change.fields()}, {"input", change.input}});
    if (answer.is_bool() && answer.as_bool()) continue;
    if (answer.is_string())
      throw Fault(Code::not_now, Words{std::string(answer.as_string()), std::string(answer.as_string())});
    throw Fault(Code::not_now,
                guard.say.zh.empty() ? words("规则不允许现在这样做", "a rule does not allow this now") : guard.say);
  }
}

std::string unique_key(Change& change) {
  std::string key;
  for (const pack::Expression& part : change.kind->unique) key += "|" + change.text(part);
  return key.empty() ? "" : "unique|" + change.record.kind + key;
}

// A resident who hands something in for somebody without an account takes part as `proxy`: may look and is told the answer,
// nothing more (the code is the guest's). Whoever does it for the work stands in the timeline and sees it by their post.
void keep_helper(Change& change) {
  const Actor guest;
  if (change.actor.system || is_staff(*change.world, change.actor, change.today())) return;
  // What is for people with an account is not lent to somebody unknown by way of a helper.
  if (!allowed(Question{*change.world, guest, change.record, change.today(), [&]() -> Change& { return change; }},
               change.kind->create.who))
    throw Fault(Code::forbidden, words("“{}”须由本人登录提交，不能代报",
                                       "only people with an account may submit this: {}", change.kind->label.zh));
  if (!change.actor.person) return;
  change.add_participant("proxy", {}, change.actor.person);
  change.note(words("由他人代为上报", "reported by somebody else on their behalf"));
}

// Whoever works at its place, or typed it in for the office, reads it for the work, though their name stands as the
// reporter's: what a grid worker writes down at a door is not the grid worker's own.
bool at_work(Change& change) {
  if (!is_staff(*change.world, change.actor, change.today())) return false;
  if (change.record.source == "staff" || change.record.source == "paper") return true;
  const auto& posts = change.world->directory->posts_of(change.actor.person);
  return std::any_of(posts.begin(), posts.end(), [&](const people::Post& post) {
    return people::live(post, change.today()) &&
           (post.org == change.record.holder_org || people::covers(post, change.record.path));
  });
}

void claim_key(Change& change, const std::string& key) {
  if (change.tx.run(sql::kAddKey, change.realm, key, change.record.id) != 0) return;
  const auto taken = change.tx.one<RecordId>(sql::kKey, change.realm, key);
  const auto record = taken ? change.engine.find(change.tx, change.realm, *taken) : std::nullopt;
  const std::string number = record ? record->number : "?";
  throw Fault(Code::conflict, words("已经有了：{}", "there is one already: {}", number),
              {{"/", "duplicate", words("与 {} 相同", "the same as {}", number)}});
}

}  // namespace

Engine::Engine(Worlds& worlds, IdSource& ids, const people::Vault& vault, std::span<const Aspect> aspects)
    : worlds_(worlds),
      ids_(ids),
      vault_(vault),
      handlers_(built_in_effects().begin(), built_in_effects().end()),
      aspects_(aspects) {
  for (const Aspect& aspect : aspects) {
    handlers_.insert(aspect.effects.begin(), aspect.effects.end());
    if (aspect.fact) fact_readers_.emplace(aspect.words.name, aspect.fact);
  }
}

std::optional<Record> Engine::find(store::Tx& tx, RealmId realm, RecordId id) {
  return tx.one<Record>(sql::kRecord, realm, id);
}

RecordPtr Engine::look(store::Tx& tx, RealmId realm, RecordId id) {
  const auto last_seq = tx.one<int>(sql::kLastSeq, realm, id);
  return last_seq ? believe(tx, realm, id, *last_seq) : nullptr;
}

std::vector<RecordPtr> Engine::look(store::Tx& tx, RealmId realm, std::span<const RecordId> ids) {
  std::vector<RecordPtr> records(ids.size());
  store::by_thirty_twos(tx, sql::kLastSeqs, realm, ids, [&](const store::Row& row) {
    const auto id = row.get<RecordId>(0);
    const auto record = believe(tx, realm, id, row.get<int>(1));
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (ids[i] == id) records[i] = record;
  });
  return records;
}

// The record as it is kept, if its last event is still its last.
RecordPtr Engine::believe(store::Tx& tx, RealmId realm, RecordId id, int last_seq) {
  const std::pair key(realm.value, id.value);
  if (const auto kept = looked_at_.find(key); kept && (*kept)->last_seq == last_seq) return *kept;
  auto record = find(tx, realm, id);
  if (!record) return nullptr;
  const auto fresh = std::make_shared<const Record>(std::move(*record));
  // What a transaction that fails has seen of its own doing never was.
  tx.after_commit([this, key, fresh] { looked_at_.keep(key, fresh); });
  return fresh;
}

// ── the steps of one change, from effects to follow-ups ──────────────────────────────────────────────────────────────
// `target` -1: the record stands in a state that the packs no longer know (adopt.hpp). It stays there, open or closed as it is;
// what was changed about it is kept like any change, for erasing and redacting are promises.
void Engine::finish(Change& change, const std::string& action_name, const std::vector<pack::Effect>& effects,
                    int target) {
  const auto former =
      change.creating ? std::vector<Listing>{} : scopes_of(*change.world, change.before, change.participants());
  for (const pack::Effect& effect : effects) {
    if (!change.holds(effect.when)) continue;
    const auto handler = handlers_.find(effect.name);
    if (handler == handlers_.end())
      throw Fault(Code::internal, words("没有效果“{}”", "there is no effect '{}'", effect.name)).log(effect.place);
    handler->second(change, effect);
  }
  Record& record = change.record;
  if (target >= 0) {
    const pack::State& state = change.kind->states[std::size_t(target)];
    if (!change.creating && record.state != state.name) record.previous_state = record.state;
    record.state = state.name;
    record.open = !state.final;
    for (const Aspect& aspect : aspects_)
      if (aspect.settle) aspect.settle(change);
  }
  record.updated_at = change.now;
  record.closed_at = record.open                               ? std::nullopt
                     : record.closed_at && !change.before.open ? record.closed_at
                                                               : std::optional(change.now);
  record.version = change.before.version + 1;
  seal_fields(change);
  settle_timers(change);
  add_taken(record.tally, action_name, change.actor.person);
  if (change.fields_changed()) record.data = json::serialize(change.fields());
  if (change.fields_changed() || record.category != change.before.category) record.title = title_of(change);
  count(change, record.last_seq + 1);
  const Event event = write_event(change, ids_, action_name);
  save_record(change);
  save_timers(change);
  save_participants(change);
  const auto listings = scopes_of(*change.world, record, change.participants());
  save_lists(change, former, listings);
  save_counts(change);
  save_messages(change);
  if (change.creating || change.search_changed)
    change.tx.index(change.realm, record.id.value, record.kind, search_text(change));
  announce(change, event, listings);
}

// The end of a change. The record as it was saved is what the next look shall see: the answer to whoever made the change.
Outcome Engine::hand_over(Change& change, std::string follow_code) {
  Record& record = change.record;
  Outcome outcome{record.id,       record.number,          record.state, record.version,
                  record.last_seq, std::move(follow_code), false};
  const std::pair key(change.realm.value, record.id.value);
  change.tx.after_commit(
      [this, key, saved = std::make_shared<const Record>(std::move(record))] { looked_at_.keep(key, saved); });
  return outcome;
}

void Engine::announce(Change& change, const Event& event, const std::vector<Listing>& listings) {
  if (!listener_ && !within_) return;
  Notice notice{change.realm,        change.record.id,    event.id,     change.record.kind,    change.record.number,
                change.record.title, change.record.state, event.action, change.record.version, change.record.open,
                change.actor.person, change.now,          {},           change.messages};
  for (const auto& [scope, list] : listings)
    if (list == change.record.kind) notice.scopes.push_back(scope);
  if (within_) within_(change.tx, *change.world, change.record, notice);
  if (!listener_) return;
  change.tx.after_commit([listener = listener_, notice = std::move(notice)] { listener(notice); });
}

void Engine::follow_up(Change& change, int depth) {
  if (change.births.empty() && change.later.empty()) return;
  if (depth >= kDeepest)
    throw Fault(Code::internal,
                words("机制包的动作互相触发得太深", "actions of the packs trigger each other too deeply"));
  const Actor system = Actor::clock();
  for (const Draft& draft : change.births) create_at(change.tx, change.realm, system, draft, change.now, depth + 1);
  for (const Change::Later& later : change.later) {
    if (later.action.empty())
      pass_answer(change, later.record, std::string(later.input.at("answer").as_string()));
    else
      act_at(change.tx, change.realm, system, later.record, later.action, later.input, std::nullopt, change.now,
             depth + 1);
  }
}

// Whoever waits for a merged record gets the main record's answer, and the merged record's own chain says so.
void Engine::pass_answer(Change& main, RecordId merged, const std::string& answer) {
  auto found = find(main.tx, main.realm, merged);
  if (!found) return;
  const Actor system = Actor::clock();
  Change change(*this, main.tx, main.world, system, main.now);
  change.open(std::move(*found));
  Record& record = change.record;
  record.answer = answer;
  change.extra["answer"] = answer;
  const Words said{fmt::format("{} 的答复：{}", record.number, answer),
                   fmt::format("Answer to {}: {}", record.number, answer)};
  change.tell(record.reporter, said);
  for (const Participant& each : change.participants())
    if (each.role == "follower" || each.role == "proxy") change.tell(each.person, said);
  finish(change, "answered", {}, change.kind->state(record.state));
  // What was merged into this one before it was merged itself waits for the same answer.
  for (const RecordId behind : merged_into(main.tx, main.realm, merged)) pass_answer(main, behind, answer);
}

// ── creation ─────────────────────────────────────────────────────────────────────────────────────────────────────────
Outcome Engine::create_at(store::Tx& tx, RealmId realm, const Actor& actor, const Draft& draft, Time now, int depth) {
  Change change(*this, tx, worlds_.current(tx, realm), actor, now);
  change.begin(change.world->kind(draft.kind), ids_.make<RecordId>());
  Record& record = change.record;
  record.parent = draft.parent;
  settle_place(change, draft);
  change.settle_category(draft.category, draft.urgent);
  record.source = draft.source;
  record.reporter = draft.on_behalf_of || draft.for_guest ? draft.on_behalf_of : actor.person;
  if (draft.hold_by) {
    record.holder_org = draft.hold_by;
    const people::Org* org = change.world->directory->org(draft.hold_by);
    record.holder_area = org != nullptr && change.world->atlas->find(org->area) != nullptr ? org->area : record.area;
    change.extra["holder"] =
        json::object{{"org", to_text(record.holder_org)}, {"area", to_text(record.holder_area)}, {"person", ""}};
  }
  const pack::Action& create = change.kind->create;
  // A record below another is made by the parent's effect; only the engine itself may do that.
  if (!(actor.system && draft.parent) && !allowed(change, create.who))
    throw Fault(Code::forbidden, words("您不能提交“{}”", "you may not submit this: {}", change.kind->label.zh));
  if (draft.for_guest) keep_helper(change);
  change.action = &create;
  read_form(change, change.kind->form, draft.form, "/form", is_staff(*change.world, actor, change.today()),
            change.edit_fields(), change.sealed_input);
  change.input = change.fields();
  check_guards(change, create);
  record.number = next_number(change);
  if (const std::string key = unique_key(change); !key.empty()) claim_key(change, key);
  if (!draft.outside_number.empty()) claim_key(change, outside_key(draft.source, draft.outside_number));
  if (!draft.outside_number.empty()) change.edit_fields()["outside_number"] = draft.outside_number;
  save_files(change, change.kind->form, change.fields());
  std::string code;
  if (!record.reporter && !actor.system) {
    code = follow_code();
    store::run_later(change.tx, sql::kAddKey, realm, follow_key(code), record.id);
  }
  finish(change, "create", create.effects, target_state(change, create));
  follow_up(change, depth);
  return hand_over(change, std::move(code));
}

Outcome Engine::create(store::Tx& tx, RealmId realm, const Actor& actor, const Draft& draft, Time now,
                       std::string_view repeat_key) {
  if (repeat_key.empty()) return create_at(tx, realm, actor, draft, now, 0);
  const Repeat repeat = repeat_of(actor, repeat_key, all_of(draft));
  if (auto former = former_outcome(tx, realm, repeat)) return *former;
  const Outcome outcome = create_at(tx, realm, actor, draft, now, 0);
  remember_outcome(tx, realm, repeat, outcome, now);
  return outcome;
}

std::string Engine::next_number(Change& change) {
  const std::string series = fmt::format("{}-{}", change.kind->number_prefix, change.today() / 10000);
  return fmt::format("{}-{:06}", series,
                     change.tx.one<std::int64_t>(sql::kNextNumber, change.realm, series).value_or(1));
}

// ── action ───────────────────────────────────────────────────────────────────────────────────────────────────────────
Outcome Engine::act_at(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::string_view name,
                       const json::object& input, std::optional<int> version, Time now, int depth) {
  auto found = find(tx, realm, id);
  if (!found) throw not_found();
  Change change(*this, tx, worlds_.current(tx, realm), actor, now);
  change.open(std::move(*found));
  const Record* const record = &change.before;
  const int index = change.kind->action(name);
  const int state = change.kind->state(record->state);
  const bool published =
      state >= 0 && change.kind->published[std::size_t(state)];  // everybody sees it; "me too" is for all
  if (!actor.system && !published && !allowed(change, change.kind->see)) throw not_found();
  if (index < 0) throw Fault(Code::not_found, words("没有这个动作：{}", "there is no such action: {}", name));
  const pack::Action& action = change.kind->actions[std::size_t(index)];
  change.action = &action;
  change.action_index = index;
  // A stale page is told that somebody was first, not that its button is gone.
  if (version && *version != record->version)
    throw Fault(Code::conflict,
                words("这件事项刚刚有变化（现为第 {} 版），请看最新内容后再操作",
                      "the record has changed meanwhile (now version {}); look at it again", record->version),
                {{"/version", "stale", words("现在是第 {} 版", "now version {}", record->version)}});
  if (state < 0 || !action.from[std::size_t(state)])
    throw Fault(
        Code::not_now,
        {fmt::format("在“{}”状态下不能“{}”",
                     state < 0 ? record->state : change.kind->states[std::size_t(state)].label.zh, action.label.zh),
         fmt::format("'{}' is not possible in state '{}'", action.label.en, record->state)});
  if (!(actor.system && depth > 0) && !allowed(change, action.who))
    throw Fault(Code::forbidden, {fmt::format("您没有“{}”的权限", action.label.zh),
                                  fmt::format("you may not '{}' here", action.label.en)});
  read_form(change, action.form, input, "/form", is_staff(*change.world, actor, change.today()), change.input,
            change.sealed_input);
  check_guards(change, action);
  save_files(change, action.form, change.input);
  const int target = target_state(change, action);
  finish(change, action.name, action.effects, target);
  if (change.before.open && !change.record.open) release_merged(change);
  follow_up(change, depth);
  return hand_over(change, {});
}

Outcome Engine::act(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::string_view action,
                    const json::object& input, std::optional<int> version, Time now, std::string_view repeat_key) {
  if (repeat_key.empty()) return act_at(tx, realm, actor, id, action, input, version, now, 0);
  const Repeat repeat = repeat_of(actor, repeat_key, fmt::format("{}|{}|{}", id.value, action, json::serialize(input)));
  if (auto former = former_outcome(tx, realm, repeat)) return *former;
  const Outcome outcome = act_at(tx, realm, actor, id, action, input, version, now, 0);
  remember_outcome(tx, realm, repeat, outcome, now);
  return outcome;
}

// ── rights, asked ────────────────────────────────────────────────────────────────────────────────────────────────────
Engine::Asking::Asking(Engine& engine, store::Tx& tx, const World& world, const Actor& actor, const Record& record,
                       Time now)
    : engine_(engine),
      tx_(tx),
      world_(world),
      actor_(actor),
      record_(&record),
      now_(now),
      today_(day_of(now, world.zone)) {}

Engine::Asking::~Asking() = default;

Change& Engine::Asking::change() {
  if (!change_) {
    change_ = std::make_unique<Change>(engine_, tx_, WorldPtr(WorldPtr{}, &world_), actor_, now_);
    change_->look_at(*record_);
  }
  return *change_;
}

Question Engine::Asking::question() {
  return {world_, actor_, *record_, today_, [this]() -> Change& { return change(); }};
}

bool Engine::Asking::holds(const pack::Who& who) { return allowed(question(), {&who, 1}); }

const std::vector<Participant>& Engine::Asking::participants() { return change().participants(); }

const std::vector<Timer>& Engine::Asking::timers() { return change().timers(); }

bool Engine::Asking::may_see() { return allowed(question(), world_.kind(record_->kind).see); }

bool Engine::Asking::may_see_private() { return allowed(question(), world_.kind(record_->kind).see_private); }

std::vector<int> Engine::Asking::available() {
  std::vector<int> actions;
  const Question ask = question();
  const pack::Kind& kind = world_.kind(record_->kind);
  const int state = kind.state(record_->state);
  for (std::size_t i = 0; state >= 0 && i < kind.actions.size(); ++i) {
    const pack::Action& action = kind.actions[i];
    if (action.from[std::size_t(state)] && !action.system_only && allowed(ask, action.who)) actions.push_back(int(i));
  }
  return actions;
}

bool Engine::may_see(store::Tx& tx, const World& world, const Actor& actor, const Record& record, Time now) {
  return Asking(*this, tx, world, actor, record, now).may_see();
}

std::vector<int> Engine::available(store::Tx& tx, const World& world, const Actor& actor, const Record& record,
                                   Time now) {
  return Asking(*this, tx, world, actor, record, now).available();
}

json::object Engine::unseal(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id, std::string_view reason,
                            Time now) {
  const auto record = find(tx, realm, id);
  if (!record) throw not_found();
  Change change(*this, tx, worlds_.current(tx, realm), actor, now);
  change.open(*record);
  if (!allowed(change, change.kind->see)) throw not_found();
  if (!allowed(change, change.kind->see_private))
    throw Fault(Code::forbidden,
                words("您不能查看这件事项的私密内容", "you may not see the private part of this record"));
  static const pack::WhoList kReporter{
      {.how = pack::Who::How::relation, .roles = {}, .relation = "reporter", .when = {}}};
  const bool own = !at_work(change) && allowed(change, kReporter);
  if (!own && trim(reason).empty())
    throw Fault(Code::invalid, words("请写明查看原因", "please say why you need to see it"),
                {{"/reason", "required", words("请写明查看原因", "please say why")}});
  if (!own) {
    people::Doing doing = change.doing();
    doing.reason = trim(reason);
    // Of somebody without an account, and of whom a colleague wrote down: whose it is, the record alone knows.
    const bool own_name = record->reporter == actor.person;
    people::log_access(tx, doing, own_name ? PersonId{} : record->reporter, "record", record->id);
  }
  if (!record->sealed) return {};
  return json::parse(vault_.open(realm, id.value, "form", *record->sealed)).as_object();
}

Engine::Redacted Engine::redact(store::Tx& tx, RealmId realm, const Actor& actor, RecordId id,
                                std::span<const int> seqs, std::string_view reason, Time now) {
  const auto record = find(tx, realm, id);
  if (!record) throw not_found();
  Change change(*this, tx, worlds_.current(tx, realm), actor, now);
  change.open(*record);
  if (!may_redact(change))
    throw Fault(Code::forbidden, words("您不能隐去这件事项的内容", "you may not redact this record"));
  if (trim(reason).empty())
    throw Fault(Code::invalid, words("请写明隐去原因", "please say why"),
                {{"/reason", "required", words("请写明隐去原因", "please say why")}});
  const Texts hidden = redact_events(change, seqs);
  change.extra["redacted"] = json::array(seqs.begin(), seqs.end());
  change.note(words("隐去了 {} 处内容，原因：{}", "{} entries were redacted, because: {}", seqs.size(), trim(reason)));
  finish(change, "redacted", {}, change.kind->state(record->state));
  return redact_copies(change, hidden);
}

}  // namespace tongxin::record
