#include "sim/story/steps.hpp"

#include "record/sql.hpp"

namespace tongxin::sim::story {
namespace {

namespace json = boost::json;
using record::Record;
using store::Sql;
using store::Tx;

constexpr Sql kMessages{"story_messages", "SELECT text_zh FROM message WHERE realm_id=$1 AND person_id=$2 ORDER BY id"};
constexpr Sql kCountInList{
    "story_list", "SELECT record_id FROM record_scope WHERE realm_id=$1 AND scope=$2 AND list=$3 ORDER BY record_id"};

std::vector<std::string> json_names(const std::string& text) {
  std::vector<std::string> names;
  const json::value parsed = json::parse(text);  // named: a range-for does not keep a temporary alive
  for (const json::value& each : parsed.as_array()) names.emplace_back(each.as_string());
  return names;
}

std::string due_text(const std::vector<record::Timer>& timers, const std::string& deadline) {
  for (const auto& timer : timers)
    if (timer.deadline == deadline)
      return timer.ended_at ? "ended" : timer.paused_at ? "paused" : deadline_text(timer.due_at);
  return "none";
}

void expect_late(Stage& stage, const Node& wanted, const std::vector<record::Timer>& timers) {
  std::vector<std::string> late;
  for (const auto& timer : timers)
    if (timer.late || (!timer.ended_at && !timer.paused_at && timer.due_at < stage.clock.now()))
      late.push_back(timer.deadline);
  same_list(wanted, late);
}

void expect_paused(const Node& wanted, const std::vector<record::Timer>& timers) {
  std::vector<std::string> paused;
  for (const auto& timer : timers)
    if (timer.paused_at && !timer.ended_at) paused.push_back(timer.deadline);
  same_list(wanted, paused);
}

void expect_children(Stage& stage, const Node& wanted, RecordId id) {
  std::map<std::string, int> counts;
  stage.store.read([&](Tx& tx) {
    tx.each(
        record::sql::kChildren,
        [&](const store::Row& row) {
          ++counts["total"];
          counts["open"] += row.get<bool>(3);
          ++counts[row.get<std::string>(2)];
          ++counts[row.get<std::string>(1)];
        },
        stage.realm, id);
  });
  for (const auto& each : wanted.entries) same(each.value, std::to_string(counts[each.key]));
}

// The actions in order; a subsequence is enough.
void expect_timeline(Stage& stage, const Node& wanted, RecordId id) {
  std::vector<std::string> actions;
  stage.store.read([&](Tx& tx) {
    tx.each(
        record::sql::kEvents, [&](const store::Row& row) { actions.push_back(row.get<std::string>(5)); }, stage.realm,
        id);
  });
  auto at = actions.begin();
  for (const Node& item : wanted.items) {
    at = std::find(at, actions.end(), item.text);
    if (at == actions.end())
      throw Wrong{item, words("时间线里没有“{}”（依次为 {}）", "the timeline lacks '{}' (it is {})", item.text,
                              fmt::format("{}", fmt::join(actions, ", ")))};
    ++at;
  }
}

// ── expectations ──
void expect(Stage& stage, const Node& step) {
  const Node& node = *step.find("expect");
  const Record record = stage.load(stage.record_of(node, "on"));
  const auto timers =
      stage.store.read([&](Tx& tx) { return tx.all<record::Timer>(record::sql::kTimers, stage.realm, record.id); });
  const auto participants = stage.store.read(
      [&](Tx& tx) { return tx.all<record::Participant>(record::sql::kParticipants, stage.realm, record.id); });
  const json::object data = record.data.empty() ? json::object{} : json::parse(record.data).as_object();
  for (const auto& entry : node.entries) {
    const Node& wanted = entry.value;
    const std::string& key = entry.key;
    if (key == "on") continue;
    if (key == "state")
      same(wanted, record.state);
    else if (key == "holder")
      same(wanted, stage.code_of(record.holder_org));
    else if (key == "person")
      same(wanted, stage.alias_of(record.holder_person));
    else if (key == "reporter")
      same(wanted, stage.alias_of(record.reporter));
    else if (key == "level")
      same(wanted, stage.level_of(record.holder_area));
    else if (key == "area")
      same(wanted, stage.area_code(record.area));
    else if (key == "category")
      same(wanted, record.category);
    else if (key == "function")
      same(wanted, record.function);
    else if (key == "number")
      same(wanted, record.number);
    else if (key == "title")
      same(wanted, record.title);
    else if (key == "answer")
      same(wanted, record.answer);
    else if (key == "source")
      same(wanted, record.source);
    else if (key == "open")
      same(wanted, record.open ? "true" : "false");
    else if (key == "urgent")
      same(wanted, record.urgent ? "true" : "false");
    else if (key == "version")
      same(wanted, std::to_string(record.version));
    else if (key == "merged_into")
      same(wanted, stage.saved_name(record.merged_into));
    else if (key == "parent")
      same(wanted, stage.saved_name(record.parent));
    else if (key == "due")
      for (const auto& each : wanted.entries) same(each.value, due_text(timers, each.key));
    else if (key == "late")
      expect_late(stage, wanted, timers);
    else if (key == "paused")
      expect_paused(wanted, timers);
    else if (key == "fields")
      for (const auto& each : wanted.entries) same(each.value, stage.field_text(data, each.key));
    else if (key == "sealed")
      same_list(wanted, json_names(record.sealed_fields));
    else if (key == "participants")
      for (const auto& each : wanted.entries)
        same(each.value, std::to_string(std::count_if(participants.begin(), participants.end(),
                                                      [&](const auto& p) { return p.role == each.key; })));
    else if (key == "children")
      expect_children(stage, wanted, record.id);
    else if (key == "timeline")
      expect_timeline(stage, wanted, record.id);
    else
      throw Wrong{wanted, words("expect 里没有“{}”", "expect knows no '{}'", key)};
  }
}

void list(Stage& stage, const Node& step) {
  const Node& node = *step.find("list");
  const std::string kind = text_of(node, "kind");
  std::int64_t scope = 0;
  if (const Node* each = node.find("org")) scope = stage.org(*each).value;
  if (const Node* each = node.find("area")) scope = stage.area(*each).value;
  if (const Node* each = node.find("person")) scope = stage.person(*each).value;
  const bool open_only = text_of(node, "open", "true") == "true";
  std::vector<std::string> names;
  const std::string state = text_of(node, "state"), category = text_of(node, "category");
  stage.store.read([&](Tx& tx) {
    for (const RecordId id : tx.all<RecordId>(kCountInList, stage.realm, scope,
                                              text_of(node, "public") == "true" ? "public/" + kind : kind)) {
      const auto record = stage.engine.find(tx, stage.realm, id);
      if ((!open_only || record->open) && (state.empty() || record->state == state) &&
          (category.empty() || record->category == category))
        names.push_back(stage.saved_name(id));
    }
  });
  if (const Node* count = node.find("count")) same(*count, std::to_string(names.size()));
  if (const Node* has = node.find("has"))
    for (const Node& item : has->items)
      if (std::find(names.begin(), names.end(), item.text) == names.end())
        throw Wrong{item, words("清单里没有 {}", "the list lacks {}", item.text)};
  if (const Node* lacks = node.find("lacks"))
    for (const Node& item : lacks->items)
      if (std::find(names.begin(), names.end(), item.text) != names.end())
        throw Wrong{item, words("清单里不该有 {}", "the list should lack {}", item.text)};
}

// The actions that somebody may take now.
void may(Stage& stage, const Node& step) {
  const Node& node = *step.find("may");
  const record::Actor actor = stage.actor_of(node);
  const Record record = stage.load(stage.record_of(node, "on"));
  std::vector<std::string> names;
  stage.store.read([&](Tx& tx) {
    const auto world = stage.worlds.current(tx, stage.realm);
    if (stage.engine.may_see(tx, *world, actor, record, stage.clock.now()))
      for (const int index : stage.engine.available(tx, *world, actor, record, stage.clock.now()))
        names.push_back(world->kind(record.kind).actions[std::size_t(index)].name);
  });
  if (const Node* exactly = node.find("exactly")) same_list(*exactly, names);
  if (const Node* include = node.find("include"))
    for (const Node& item : include->items)
      if (std::find(names.begin(), names.end(), item.text) == names.end())
        throw Wrong{item, words("应能“{}”", "should be able to '{}'", item.text)};
  if (const Node* exclude = node.find("exclude"))
    for (const Node& item : exclude->items)
      if (std::find(names.begin(), names.end(), item.text) != names.end())
        throw Wrong{item, words("不应能“{}”", "should not be able to '{}'", item.text)};
}

void sees(Stage& stage, const Node& step) {
  const Node& node = *step.find("sees");
  const record::Actor actor = stage.actor_of(node);
  const Record record = stage.load(stage.record_of(node, "on"));
  const bool seen = stage.store.read([&](Tx& tx) {
    return stage.engine.may_see(tx, *stage.worlds.current(tx, stage.realm), actor, record, stage.clock.now());
  });
  same(*node.find("is"), seen ? "true" : "false");
}

void messages(Stage& stage, const Node& step) {
  const Node& node = *step.find("messages");
  const auto texts = stage.store.read(
      [&](Tx& tx) { return tx.all<std::string>(kMessages, stage.realm, stage.person(*node.find("to"))); });
  if (const Node* count = node.find("count")) same(*count, std::to_string(texts.size()));
  if (const Node* says = node.find("says"))
    if (std::none_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(says->text) != std::string::npos; }))
      throw Wrong{*says, words("没有收到含“{}”的消息", "no message says '{}'", says->text)};
}

}  // namespace

void add_look_steps(Steps& steps) {
  steps.insert({{"expect", expect}, {"list", list}, {"may", may}, {"sees", sees}, {"messages", messages}});
}

}  // namespace tongxin::sim::story
