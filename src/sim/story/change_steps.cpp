#include "sim/story/steps.hpp"

#include "record/sql.hpp"

namespace tongxin::sim::story {
namespace {

namespace json = boost::json;
using record::Record;
using store::Sql;
using store::Tx;

constexpr Sql kAddPlate{
    "story_plate",
    "INSERT INTO place_code (realm_id, code, kind, area_id, facility, made_at) VALUES ($1,$2,$3,$4,$5,$6)"};
constexpr Sql kRevokePlate{"story_revoke_plate", "UPDATE place_code SET revoked_at=$3 WHERE realm_id=$1 AND code=$2"};
constexpr Sql kNewestOfKind{
    "story_newest",
    "SELECT id FROM record WHERE realm_id=$1 AND kind=$2 AND parent_id=$3 AND parent_id <> 0 ORDER BY id"};

void read_place(Stage& stage, const Node& node, record::Draft& draft) {
  if (node.kind == Node::Kind::list && node.items.size() == 2) {
    draft.lon = std::strtod(node.items[0].text.c_str(), nullptr);
    draft.lat = std::strtod(node.items[1].text.c_str(), nullptr);
    return;
  }
  draft.area = stage.area(node);
}

void create(Stage& stage, const Node& step) {
  record::Draft draft;
  const Node& kind_node = *step.find("create");
  draft.kind = kind_node.text;
  const pack::Kind* kind = stage.library->kind(draft.kind);
  if (kind == nullptr) throw Wrong{kind_node, words("没有类型“{}”", "there is no kind '{}'", draft.kind)};
  check_keys(step, {"create", "as", "place", "category", "urgent", "form", "save", "source", "outside_number",
                    "on_behalf_of", "hold_by", "key", "refused", "says", "address", "code", "for_guest"});
  const record::Actor actor = stage.actor_of(step);
  if (const Node* place = step.find("place")) read_place(stage, *place, draft);
  draft.category = text_of(step, "category");
  if (const Node* urgent = step.find("urgent")) draft.urgent = urgent->text == "true";
  draft.source = text_of(step, "source", actor.system ? "system" : "web");
  draft.outside_number = text_of(step, "outside_number");
  draft.address = text_of(step, "address");
  draft.code = text_of(step, "code");
  if (const Node* behalf = step.find("on_behalf_of")) draft.on_behalf_of = stage.person(*behalf);
  draft.for_guest = text_of(step, "for_guest") == "true";
  if (const Node* hold = step.find("hold_by")) draft.hold_by = stage.org(*hold);
  const std::string key = text_of(step, "key");
  stage.change(step, [&] {
    record::Outcome outcome;
    stage.store.write([&](Tx& tx) {
      draft.form = stage.form(tx, kind->form, step.find("form"));
      outcome = stage.engine.create(tx, stage.realm, actor, draft, stage.clock.now(), key);
    });
    if (const Node* save = step.find("save")) {
      stage.records[save->text] = outcome.id;
      stage.codes[save->text] = outcome.follow_code;
    }
  });
}

void act(Stage& stage, const Node& step) {
  check_keys(step, {"act", "as", "on", "form", "version", "key", "refused", "says"});
  const std::string action = step.find("act")->text;
  const record::Actor actor = stage.actor_of(step);
  const RecordId id = stage.record_of(step, "on");
  const Record before = stage.load(id);
  const pack::Kind& kind = *stage.library->kind(before.kind);
  const int index = kind.action(action);
  if (index < 0) throw Wrong{step, words("类型“{}”没有动作“{}”", "kind '{}' has no action '{}'", kind.name, action)};
  std::optional<int> version;
  if (const Node* node = step.find("version")) version = std::atoi(node->text.c_str());
  const std::string key = text_of(step, "key");
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      const json::object input = stage.form(tx, kind.actions[std::size_t(index)].form, step.find("form"));
      stage.engine.act(tx, stage.realm, actor, id, action, input, version, stage.clock.now(), key);
    });
  });
}

// ── time ──
void wait(Stage& stage, const Node& step) {
  const Limit limit = parse_limit(step.find("wait")->text);
  stage.run_until(due(stage.library->calendar(text_of(step, "calendar", "office")), limit, stage.clock.now()));
}

void wait_until(Stage& stage, const Node& step) {
  Time until{};
  const Node& node = *step.find("wait_until");
  if (!parse_local(node.text, until)) throw Wrong{node, words("应为 2026-03-06 16:00", "expected 2026-03-06 16:00")};
  if (until < stage.clock.now()) throw Wrong{node, words("时间不能倒流", "time does not run backwards")};
  stage.run_until(until);
}

// ── codes on walls ──
void plate(Stage& stage, const Node& step) {
  const Node& node = *step.find("plate");
  stage.store.write([&](Tx& tx) {
    tx.run(kAddPlate, stage.realm, text_of(node, "code"), stage.kind_of(node).name, stage.area(*node.find("area")),
           text_of(node, "facility"), stage.clock.now());
  });
}

void revoke_plate(Stage& stage, const Node& step) {
  stage.store.write(
      [&](Tx& tx) { tx.run(kRevokePlate, stage.realm, step.find("revoke_plate")->text, stage.clock.now()); });
}

// ── private parts ──
void unseal(Stage& stage, const Node& step) {
  const Node& node = *step.find("unseal");
  const record::Actor actor = stage.actor_of(node);
  const RecordId id = stage.record_of(node, "on");
  stage.change(step, [&] {
    const json::object fields = stage.store.write([&](Tx& tx) {
      return stage.engine.unseal(tx, stage.realm, actor, id, text_of(node, "reason"), stage.clock.now());
    });
    if (const Node* has = node.find("has"))
      for (const auto& each : has->entries) same(each.value, stage.field_text(fields, each.key));
  });
}

void redact(Stage& stage, const Node& step) {
  const Node& node = *step.find("redact");
  std::vector<int> seqs;
  for (const Node& item : node.find("events")->items) seqs.push_back(std::atoi(item.text.c_str()));
  const record::Actor actor = stage.actor_of(node);
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      stage.engine.redact(tx, stage.realm, actor, stage.record_of(node, "on"), seqs, text_of(node, "reason"),
                          stage.clock.now());
    });
  });
}

// Names a child of a record, so that later steps can speak of it: by kind, category, state, holder or a field's value.
void child(Stage& stage, const Node& step) {
  const Node& node = *step.find("child");
  const RecordId parent = stage.record_of(node, "of");
  const std::string save = text_of(node, "save"), kind = text_of(node, "kind");
  stage.store.read([&](Tx& tx) {
    for (const RecordId id : tx.all<RecordId>(kNewestOfKind, stage.realm, kind, parent)) {
      const Record record = *stage.engine.find(tx, stage.realm, id);
      if (const Node* holder = node.find("holder");
          holder != nullptr && stage.code_of(record.holder_org) != holder->text)
        continue;
      if (const Node* category = node.find("category"); category != nullptr && record.category != category->text)
        continue;
      if (const Node* state = node.find("state"); state != nullptr && record.state != state->text) continue;
      const json::object data = json::parse(record.data).as_object();
      bool matches = true;
      if (const Node* fields = node.find("fields"))
        for (const auto& each : fields->entries)
          matches = matches && stage.field_text(data, each.key) == each.value.text;
      if (!matches) continue;
      stage.records[save] = id;
      return;
    }
    throw Wrong{node, words("没有这样的下级事项", "there is no such child")};
  });
}

}  // namespace

void add_change_steps(Steps& steps) {
  steps.insert({{"create", create},
                {"act", act},
                {"wait", wait},
                {"wait_until", wait_until},
                {"plate", plate},
                {"revoke_plate", revoke_plate},
                {"unseal", unseal},
                {"redact", redact},
                {"child", child}});
}

}  // namespace tongxin::sim::story
