#include "serve/views.hpp"

#include <boost/json.hpp>
#include <cmath>

#include "people/persons.hpp"
#include "record/sql.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using record::Record;
using store::Sql;

constexpr Sql kFilesOf{"files_of_record",
                       "SELECT id, name, type, size, width, height, open, owner FROM attachment WHERE realm_id=$1 AND "
                       "record_id=$2 ORDER BY id LIMIT 200"};
constexpr Sql kFileCount{"file_count", "SELECT count(*) FROM attachment WHERE realm_id=$1 AND record_id=$2"},
    kOpenFileCount{"open_file_count", "SELECT count(*) FROM attachment WHERE realm_id=$1 AND record_id=$2 AND open=1"};
constexpr int kTimeline = 100, kRelated = 50;

bool shows(const pack::Field& field, Sight sight) {
  return !field.sealed && (sight == Sight::staff || (field.open && !field.staff_only));
}

// What of an object the reader may see, by the form that it was entered into.
json::object filtered(const pack::Form& form, const json::object& values, Sight sight, bool own_words) {
  json::object result;
  for (const pack::Field& field : form.fields) {
    const json::value* value = values.if_contains(field.name);
    if (value == nullptr || value->is_null()) continue;
    if (shows(field, sight) || (own_words && !field.sealed && !field.staff_only)) result[field.name] = *value;
  }
  return result;
}

json::object parsed(const std::string& text) { return text.empty() ? json::object{} : json::parse(text).as_object(); }

Words label_of(const pack::Kind& kind, const std::string& action) {
  static const std::map<std::string, Words, std::less<>> kOwn{{"create", {"提交", "Submitted"}},
                                                              {"reminded", {"临近到期提醒", "Reminded"}},
                                                              {"late", {"超过时限", "Late"}},
                                                              {"answered", {"答复", "Answered"}},
                                                              {"redacted", {"隐去内容", "Redacted"}},
                                                              {"erased", {"到期清除", "Erased"}},
                                                              {"brought_in", {"导入办理结果", "Brought in"}},
                                                              {"left", {"参与人已离开", "Somebody left"}},
                                                              {"relocated", {"划归新的区域", "Moved to another area"}}};
  const int index = kind.action(action);
  if (index >= 0) return kind.actions[std::size_t(index)].label;
  const auto own = kOwn.find(action);
  return own != kOwn.end() ? own->second : words("系统记录", "Noted");
}

Words expected_words(const std::string& org, Time due, Zone zone) {
  const std::string text = deadline_text(due, zone);  // 2026-03-09 15:40
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string year = text.substr(0, 4), time = text.substr(11);
  const int month = std::stoi(text.substr(5, 2)), day = std::stoi(text.substr(8, 2));
  return {fmt::format("{} {}月{}日 {} 前处理", org, month, day, time),
          fmt::format("{} handles it by {} {} {}, {}", org, day, kMonths[month - 1], year, time)};
}

double blurred(double degrees) { return std::round(degrees * 1000) / 1000; }

struct FileRow {
  FileId id;
  std::string name, type;
  std::int64_t size = 0;
  std::optional<std::int64_t> width, height;
  bool open = false;
  PersonId owner;
};
BOOST_DESCRIBE_STRUCT(FileRow, (), (id, name, type, size, width, height, open, owner))

}  // namespace

// ── values ──
std::optional<api::OrgRef> org_ref(const record::World& world, OrgId org) {
  const people::Org* found = world.directory->org(org);
  return found == nullptr ? std::nullopt : std::optional(api::OrgRef{org, found->name});
}

AreaId desk_area(const record::World& world, AreaId area) {
  const auto desks = world.desks->of(area);
  return desks.empty() ? AreaId{} : desks.back();
}

// Beginning one desk level above the deepest: 桃园社区 / 第3网格 / 5号楼.
std::string place_text(const record::World& world, AreaId area) {
  if (world.atlas->find(area) == nullptr) return {};
  std::string above, deepest;
  for (const pack::Level& level : world.library->levels)
    if (level.desk) above = std::exchange(deepest, level.name);
  return world.atlas->ancestor_at(area, above) ? world.atlas->path_text(area, above) : world.atlas->path_text(area);
}

const char* light_of(const record::Timer& timer, Time now) {
  if (timer.ended_at) return "done";
  if (timer.late || timer.phase >= 2 || (!timer.paused_at && timer.due_at <= now)) return "red";
  return timer.phase == 1 || (!timer.paused_at && timer.warn_at && *timer.warn_at <= now) ? "yellow" : "green";
}

namespace {

UnderLights<api::DeadlineView> under_lights(const pack::Deadline& deadline, const record::Timer& timer) {
  const bool running = !timer.ended_at && !timer.paused_at;
  const auto as_of = [&](Time when) {
    return Written<api::DeadlineView>({deadline.name, deadline.label, timer.started_at, timer.due_at, timer.paused_at,
                                       timer.ended_at, light_of(timer, when),
                                       timer.late || (running && timer.due_at <= when)});
  };
  UnderLights<api::DeadlineView> lights;
  lights.green = as_of(Time::min());  // or whatever it is until then: it may be late, or ended
  if (!running) return lights;
  if (timer.warn_at) lights.yellow_from = timer.warn_at, lights.yellow = as_of(*timer.warn_at);
  lights.red_from = timer.due_at, lights.red = as_of(timer.due_at);
  return lights;
}

}  // namespace

// ── who sees how much ──
View::View(App& app_, store::Tx& tx_, std::pair<Caller, record::WorldPtr> found)
    : app(app_), tx(tx_), caller(std::move(found.first)), world(std::move(found.second)), now(app.clock.now()) {}

View::View(App& app_, store::Tx& tx_, Caller caller_)
    : View(app_, tx_, std::pair(std::move(caller_), app_.engine.worlds().current(tx_, app_.realm))) {}

View::View(App& app_, store::Tx& tx_, const Request& request) : View(app_, tx_, who_asks(app_, tx_, request)) {}

View::~View() = default;

bool View::is_own(const Record& record) const {
  return (actor().person && record.reporter == actor().person) || (actor().follows && actor().follows == record.id);
}

record::Engine::Asking& View::asking(const Record& record) {
  if (!asking_ || asked_ != record.id || asked_seq_ != record.last_seq) {
    asking_.emplace(app.engine, tx, *world, actor(), record, now);
    asked_ = record.id, asked_seq_ = record.last_seq;
  }
  asking_->go_on(record);
  return *asking_;
}

Sight View::sight_of(const Record& record) {
  const pack::Kind* kind = world->library->kind(record.kind);
  if (kind == nullptr) return Sight::none;
  // What is seen for the work, and what is seen as the one concerned; whoever reported it for a guest sees as much as they do.
  const auto is_work = [](const pack::Who& who) {
    using How = pack::Who::How;
    return who.how != How::anyone && who.how != How::signed_in &&
           !(who.how == How::relation &&
             (who.relation == "reporter" || who.relation == "follower" || who.relation == "proxy"));
  };
  record::Engine::Asking& rights = asking(record);
  for (const pack::Who& who : kind->see)
    if (caller.staff && is_work(who) && rights.holds(who)) return Sight::staff;
  for (const pack::Who& who : kind->see)
    if ((!is_work(who) || !caller.staff) && rights.holds(who))
      return who.how == pack::Who::How::anyone || who.how == pack::Who::How::signed_in ? Sight::open : Sight::own;
  const int state = kind->state(record.state);
  return state >= 0 && kind->published[std::size_t(state)] ? Sight::open : Sight::none;
}

record::RecordPtr View::need(RecordId id, Sight& sight) {
  auto record = app.engine.look(tx, app.realm, id);
  sight = record ? sight_of(*record) : Sight::none;
  if (sight == Sight::none)
    throw Fault(Code::not_found, words("找不到这件事项，可能已撤回或并入其他事项",
                                       "this record was not found; it may have been withdrawn or merged"));
  return record;
}

api::PersonRef View::person(PersonId id) {
  auto& name = names_[id.value];
  if (name.empty()) name = person_ref(tx, *world, id).name;
  if (world->directory->name_of(id).empty()) outsiders_[id] = name;
  return {id, name};
}

bool View::are_still_named(const std::map<PersonId, std::string>& outsiders) {
  if (outsiders.empty()) return true;
  std::vector<PersonId> people;
  for (const auto& [id, name] : outsiders) people.push_back(id);
  std::size_t same = 0;
  people::names_of(tx, world->realm, people,
                   [&](PersonId id, const std::string& name) { same += outsiders.at(id) == name; });
  return same == outsiders.size();
}

void View::know(std::vector<PersonId> people) {
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  std::erase_if(people, [&](PersonId id) { return !world->directory->name_of(id).empty(); });
  people::names_of(tx, world->realm, people,
                   [&](PersonId id, std::string name) { names_[id.value] = std::move(name); });
}

// ── a line of a list ──
api::RecordRow View::outline(const Record& record, Sight sight) {
  api::RecordRow row{};
  row.id = record.id;
  row.kind = record.kind, row.number = record.number, row.title = record.title, row.state = record.state;
  row.version = record.version;
  row.open = record.open, row.urgent = record.urgent;
  row.late = record.open && record.due_at && *record.due_at <= now;
  if (!record.category.empty()) row.category = record.category;
  const AreaId desk = desk_area(*world, record.area);
  if (desk) row.area = area_ref(*world, desk);
  row.place_text = place_text(*world, sight == Sight::open ? desk : record.area);
  if (record.lon) row.lon = sight == Sight::open ? blurred(*record.lon) : *record.lon;
  if (record.lat) row.lat = sight == Sight::open ? blurred(*record.lat) : *record.lat;
  row.holder_org = org_ref(*world, record.holder_org);
  if (sight == Sight::staff && record.holder_person) row.holder = person(record.holder_person);
  row.source = record.source;
  row.created_at = record.created_at, row.updated_at = record.updated_at;
  if (record.photo) row.photo = record.photo;
  if (!record.open || !record.due_at) return row;
  row.due_at = record.due_at;
  row.light = row.late ? "red" : "green";
  return row;
}

// From when the line is yellow and red: what light_of() says of the timer that the line shows.
KeptRow View::all_lights(const Record& record, Sight sight) {
  api::RecordRow row = outline(record, sight);
  const auto under = [&row](const char* light, bool late) {
    row.light = light, row.late = late;
    return Written<api::RecordRow>(row);
  };
  KeptRow lights;
  if (!row.due_at) {
    lights.green = row;
    return lights;
  }
  for (const record::Timer& timer : tx.all<record::Timer>(record::sql::kTimers, app.realm, record.id)) {
    if (timer.ended_at || timer.due_at != *record.due_at) continue;
    const std::optional<Time> warned = timer.phase == 1  ? std::optional(record.created_at)
                                       : timer.paused_at ? std::nullopt
                                                         : timer.warn_at;
    if (warned && (!lights.yellow_from || *warned < *lights.yellow_from)) lights.yellow_from = warned;
  }
  lights.red_from = record.due_at;
  lights.green = under("green", false), lights.red = under("red", true);
  if (lights.yellow_from) lights.yellow = under("yellow", false);
  return lights;
}

Written<api::RecordRow> View::row(const Record& record, Sight sight) {
  if (const auto kept = app.kept->row(record, sight, world)) return kept->at(now);
  for_this_reader_ = false;
  outsiders_.clear();
  const auto fresh = std::make_shared<const KeptRow>(all_lights(record, sight));
  if (!for_this_reader_ && outsiders_.empty())
    tx.after_commit([shelf = app.kept, id = record.id, seq = record.last_seq, sight, world = world, fresh] {
      shelf->keep(id, seq, sight, world, fresh);
    });
  return fresh->at(now);
}

std::optional<Written<api::RecordRow>> View::other(RecordId id) {
  if (!id) return std::nullopt;
  const auto record = app.engine.look(tx, app.realm, id);
  const Sight sight = record ? sight_of(*record) : Sight::none;
  return sight == Sight::none ? std::nullopt : std::optional(row(*record, sight));
}

// ── one record ──
api::RecordView View::record(const Record& record, Sight sight) {
  return page_now(record, sight, *page(record, sight));
}

// All of it that stays until the next event, whoever of this sight looks; kept where that is so.
std::shared_ptr<const KeptPage> View::page(const Record& record, Sight sight) {
  const bool shared = sight == Sight::staff || (sight == Sight::open && !actor().person);
  if (auto kept = shared ? app.kept->page(record, sight, world) : nullptr)
    // A check-in brings pictures without an event of the record.
    if (const Sql& count = sight == Sight::staff ? kFileCount : kOpenFileCount;
        tx.one<std::int64_t>(count, app.realm, record.id) == std::int64_t(kept->still->files.size()) &&
        are_still_named(kept->outsiders))
      return kept;
  for_this_reader_ = false;
  outsiders_.clear();
  auto page = std::make_shared<KeptPage>();
  api::RecordStill view{};
  view.id = record.id;
  view.kind = record.kind, view.number = record.number, view.title = record.title, view.state = record.state;
  view.version = record.version, view.open = record.open, view.urgent = record.urgent;
  if (!record.category.empty()) view.category = record.category;
  view.source = record.source;
  view.created_at = record.created_at, view.updated_at = record.updated_at, view.closed_at = record.closed_at;
  if (!record.answer.empty()) view.answer = record.answer;
  add_place(record, sight, view);
  add_people(record, sight, view);
  add_form(record, sight, view);
  add_files(record, sight, view);
  add_participants(record, sight, view);
  int last = 0;
  view.timeline = timeline(record, sight, std::numeric_limits<int>::max(), kTimeline, last);
  std::reverse(view.timeline.begin(), view.timeline.end());
  view.names = std::exchange(named_, {});
  page->still = std::move(view);
  page->outsiders = std::exchange(outsiders_, {});
  if (sight != Sight::open)
    for (const pack::Deadline& deadline : world->kind(record.kind).deadlines)
      for (const record::Timer& timer : asking(record).timers())
        if (timer.deadline == deadline.name) page->deadlines.push_back(under_lights(deadline, timer));
  if (record.open && record.due_at && page->still->holder_org)
    page->expected = expected_words(page->still->holder_org->name, *record.due_at, world->zone);
  if (sight == Sight::staff)
    tx.each(
        record::sql::kChildren, [&](const store::Row& child) { page->children.push_back(child.get<RecordId>(0)); },
        app.realm, record.id);
  if (shared && !for_this_reader_)
    tx.after_commit([shelf = app.kept, id = record.id, seq = record.last_seq, sight, world = world, page] {
      shelf->keep(id, seq, sight, world, page);
    });
  return page;
}

// What depends on who looks, on the time and on other records.
api::RecordView View::page_now(const Record& record, Sight sight, const KeptPage& page) {
  api::RecordView view{page.still, {}};
  view.now.mine = is_own(record);
  view.now.may_see_private = sight != Sight::open && asking(record).may_see_private();
  if (page.expected) view.now.expected = page.expected->in(caller.language);
  for (const auto& deadline : page.deadlines) view.now.deadlines.push_back(deadline.at(now));
  add_related(record, sight, page.children, view.now);
  const auto forms = app.kept->actions(world, world->kind(record.kind));
  for (const int index : asking(record).available()) view.now.actions.push_back(forms->at(std::size_t(index)));
  return view;
}

void View::add_place(const Record& record, Sight sight, api::RecordStill& view) {
  const AreaId shown = sight == Sight::open ? desk_area(*world, record.area) : record.area;
  if (world->atlas->find(shown) != nullptr)
    for (const AreaId area : world->atlas->lineage(shown)) view.areas.push_back(area_ref(*world, area));
  view.place_text = place_text(*world, shown);
  if (sight != Sight::open && !record.address.empty()) view.address = record.address;
  if (record.lon) view.lon = sight == Sight::open ? blurred(*record.lon) : *record.lon;
  if (record.lat) view.lat = sight == Sight::open ? blurred(*record.lat) : *record.lat;
}

void View::add_people(const Record& record, Sight sight, api::RecordStill& view) {
  view.holder_org = org_ref(*world, record.holder_org);
  if (const place::Area* area = world->atlas->find(record.holder_area)) view.holder_level = area->level;
  if (record.holder_person && (sight == Sight::staff || record.holder_person == actor().person))
    view.holder = person(record.holder_person);
  if (record.reporter && (sight == Sight::staff || record.reporter == actor().person))
    view.reporter = person(record.reporter);
}

json::object View::fields(const Record& record, Sight sight) {
  return filtered(world->kind(record.kind).form, parsed(record.data), sight, false);
}

void View::add_form(const Record& record, Sight sight, api::RecordStill& view) {
  const json::object data = parsed(record.data);
  view.form = filtered(world->kind(record.kind).form, data, sight, false);
  name_all(world->kind(record.kind).form, view.form, sight);
  if (const json::value* number = data.if_contains("outside_number");
      sight == Sight::staff && number != nullptr && number->is_string())
    view.outside_number = std::string(number->as_string());
  if (sight != Sight::open && !record.sealed_fields.empty()) {
    const json::value names = json::parse(record.sealed_fields);  // named: a range-for does not keep a temporary alive
    for (const json::value& name : names.as_array()) view.sealed.emplace_back(name.as_string());
  }
  if (sight == Sight::open) return;
  if (const auto rating = tx.one<std::string>(record::sql::kRatings, app.realm, record.id))
    view.rating = parsed(*rating);
}

void View::add_files(const Record& record, Sight sight, api::RecordStill& view) {
  for (const FileRow& file : tx.all<FileRow>(kFilesOf, app.realm, record.id))
    if (sight == Sight::staff || file.open || (file.owner && file.owner == actor().person))
      view.files.push_back({file.id, file.name, file.type, file.size, file.width, file.height});
}

void View::add_participants(const Record& record, Sight sight, api::RecordStill& view) {
  if (sight == Sight::open) return;
  for (const record::Participant& each : asking(record).participants()) {
    if (sight != Sight::staff && each.person != actor().person && !each.org) continue;
    api::ParticipantView participant{each.role, org_ref(*world, each.org), std::nullopt, each.since};
    if (each.person) participant.person = person(each.person);
    view.participants.push_back(std::move(participant));
  }
}

void View::add_related(const Record& record, Sight sight, const std::vector<RecordId>& children, api::RecordNow& view) {
  if (sight == Sight::open) return;
  view.parent = other(record.parent);
  view.merged_into = other(record.merged_into);
  if (sight != Sight::staff) return;
  for (std::size_t i = 0; i < children.size() && i < std::size_t(kRelated); ++i)
    if (auto found = other(children[i])) view.children.push_back(std::move(*found));
  int shown = 0;
  tx.each(
      record::sql::kMerged,
      [&](const store::Row& merged) {
        if (auto found = other(merged.get<RecordId>(0))) view.merged.push_back(std::move(*found));
        return ++shown < kRelated;
      },
      app.realm, record.id);
}

// ── what the ids in a form mean ──
std::string View::name_of(pack::FieldType type, const std::string& text, Sight sight) {
  using Type = pack::FieldType;
  const auto id = parse_id(text);
  if (!id) return {};
  switch (type) {
    case Type::org:
    case Type::orgs: {
      const auto found = org_ref(*world, OrgId{*id});
      return found ? found->name : std::string{};
    }
    case Type::area: return place_text(*world, AreaId{*id});
    case Type::person:
      return sight == Sight::staff || PersonId{*id} == actor().person ? person(PersonId{*id}).name : std::string{};
    case Type::record:
    case Type::records: {
      for_this_reader_ = true;
      const auto found = app.engine.look(tx, app.realm, RecordId{*id});
      if (!found || !may_see(*found)) return {};
      // One that is only called what its kind is called is told apart by whose it is.
      const bool nameless = found->title == world->kind(found->kind).label.zh && found->reporter;
      if (nameless && (sight == Sight::staff || found->reporter == actor().person))
        return found->number + " " + person(found->reporter).name;
      return found->number + " " + found->title;
    }
    default: return {};
  }
}

void View::name_all(const pack::Form& form, const json::object& values, Sight sight) {
  const auto take = [&](pack::FieldType type, const json::value& value) {
    if (!value.is_string() || named_.contains(value.as_string())) return;
    if (const std::string name = name_of(type, std::string(value.as_string()), sight); !name.empty())
      named_[value.as_string()] = name;
  };
  for (const pack::Field& field : form.fields) {
    const json::value* value = values.if_contains(field.name);
    if (value == nullptr) continue;
    if (value->is_array())
      for (const json::value& each : value->as_array()) take(field.type, each);
    else
      take(field.type, *value);
  }
}

// ── the timeline ──
std::vector<api::EventView> View::timeline(const Record& record, Sight sight, int before, int limit, int& last) {
  std::vector<api::EventView> list;
  for (const record::Event& each : tx.all<record::Event>(record::sql::kTimeline, app.realm, record.id, before, limit)) {
    last = each.seq;
    if (auto shown = event(record, each, sight)) list.push_back(std::move(*shown));
  }
  return list;
}

// To residents: where it stands, what it was answered, what it caused; not the steps inside the office.
std::optional<api::EventView> View::event(const Record& record, const record::Event& each, Sight sight) {
  const pack::Kind& kind = world->kind(record.kind);
  const json::object body = each.redacted ? json::object{} : parsed(each.body);
  const bool own_words = each.actor && each.actor == actor().person;
  const bool told =
      each.from_state != each.to_state || body.contains("notes") || body.contains("answer") || each.redacted;
  if (sight != Sight::staff && !told && !own_words) return std::nullopt;
  api::EventView view{};
  view.id = each.id, view.seq = each.seq, view.at = each.at;
  view.action = each.action, view.label = label_of(kind, each.action);
  view.from_state = each.from_state, view.to_state = each.to_state, view.redacted = each.redacted;
  if (each.actor && (sight == Sight::staff || own_words)) view.actor = person(each.actor);
  if (const pack::Named* role = world->library->role(each.actor_role)) view.actor_role = role->label;
  const int action = kind.action(each.action);
  const pack::Form& form = action >= 0 ? kind.actions[std::size_t(action)].form : kind.form;
  // What a guest said is theirs, whoever typed it.
  const bool entered_by_owner =
      own_words || (each.action == "create" && !record.reporter && actor().follows == record.id);
  if (const json::value* values = body.if_contains("form"); values != nullptr && values->is_object())
    view.form = filtered(form, values->as_object(), sight, entered_by_owner);
  name_all(form, view.form, sight);
  if (const json::value* notes = body.if_contains("notes");
      notes != nullptr && notes->is_array() && sight != Sight::open)
    for (const json::value& note : notes->as_array())
      view.notes.push_back({std::string(note.at("zh").as_string()), std::string(note.at("en").as_string())});
  return view;
}

}  // namespace tongxin::serve
