#include "sim/story.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include "measure/figures.hpp"
#include "measure/verify.hpp"
#include "people/persons.hpp"
#include "place/operations.hpp"
#include "record/engine.hpp"
#include "record/sql.hpp"
#include "sim/fixture.hpp"

namespace tongxin::sim {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using pack::Node;
using pack::Reader;
using record::Record;
using store::Sql;
using store::Tx;

constexpr Sql kAddFile{"story_file",
                       "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, view_hash, "
                       "thumb_hash, open) VALUES ($1,$2,0,0,$3,$4,'image/jpeg',1000,$5,$5,$5,0)"};
constexpr Sql kAddPlate{
    "story_plate",
    "INSERT INTO place_code (realm_id, code, kind, area_id, facility, made_at) VALUES ($1,$2,$3,$4,$5,$6)"};
constexpr Sql kRevokePlate{"story_revoke_plate", "UPDATE place_code SET revoked_at=$3 WHERE realm_id=$1 AND code=$2"};
constexpr Sql kMessages{"story_messages", "SELECT text_zh FROM message WHERE realm_id=$1 AND person_id=$2 ORDER BY id"};
constexpr Sql kCountInList{
    "story_list", "SELECT record_id FROM record_scope WHERE realm_id=$1 AND scope=$2 AND list=$3 ORDER BY record_id"};
constexpr Sql kNewestOfKind{"story_newest",
                            "SELECT id FROM record WHERE realm_id=$1 AND kind=$2 AND parent_id=$3 ORDER BY id"};

// A wrong expectation: kept as a failure at the step; the story goes on.
struct Wrong {
  const Node& at;
  Words say;
};

class Story {
 public:
  Story(store::Store& store, std::shared_ptr<const pack::Library> library, std::string packs, std::string pack,
        std::uint64_t seed, StoryResult& result)
      : store_(store),
        library_(std::move(library)),
        packs_(std::move(packs)),
        pack_(std::move(pack)),
        result_(result),
        clock_(from_millis(1767225600000 + std::int64_t(seed) * 7919)),
        ids_(clock_, seed),
        vault_(people::Vault::for_this_process()),
        worlds_(library_),
        engine_(worlds_, ids_, vault_) {
    realm_ = ids_.make<RealmId>();
  }

  void play(const Node& story) {
    Reader reader(story, result_.failures);
    result_.title = reader.text("story");
    const std::string at = reader.text("at");
    Time start{};
    if (!parse_local(at, start))
      return reader.expected(reader.any("at"), {"2026-03-06 16:00 这样的时间", "a time such as 2026-03-06 16:00"});
    clock_.set(start);
    const std::string world = reader.optional_text("world").value_or("street");
    settle(reader, world);
    if (!result_.passed()) return;
    for (const Node& step : reader.list("steps")) take(step);
    const auto verdict = measure::verify(store_, worlds_, realm_);
    for (const auto& finding : verdict.findings)
      result_.failures.push_back(
          {story.at(),
           "verify",
           {finding.where + "：" + finding.say.zh, finding.what + " " + finding.where + ": " + finding.say.en}});
  }

 private:
  void settle(Reader& reader, const std::string& world) {
    try {
      Node fixture = read_fixture(packs_, pack_, world);
      store_.write([&](Tx& tx) { names_ = settle_fixture(tx, vault_, doing(), *library_, fixture); });
    } catch (const Fault& fault) {
      for (const Complaint& complaint : fault.complaints()) result_.failures.push_back(complaint);
      if (fault.complaints().empty()) reader.complain(reader.node(), "fixture", fault.say());
    }
  }

  // ── steps ──
  void take(const Node& step) {
    ++result_.steps;
    try {
      if (step.find("repeat") != nullptr) return repeat(step);
      static const std::map<std::string, void (Story::*)(const Node&), std::less<>> kSteps{
          {"create", &Story::create},
          {"act", &Story::act},
          {"wait", &Story::wait},
          {"wait_until", &Story::wait_until},
          {"expect", &Story::expect},
          {"figures", &Story::figures},
          {"list", &Story::list},
          {"may", &Story::may},
          {"sees", &Story::sees},
          {"messages", &Story::messages},
          {"appoint", &Story::appoint},
          {"end_post", &Story::end_post},
          {"answers", &Story::answers},
          {"move_area", &Story::move_area},
          {"staffing", &Story::staffing},
          {"dual_offices", &Story::dual_offices},
          {"unowned", &Story::unowned},
          {"scheme", &Story::scheme},
          {"unseal", &Story::unseal},
          {"redact", &Story::redact},
          {"child", &Story::child},
          {"responsible", &Story::responsible},
          {"behind", &Story::behind},
          {"plate", &Story::plate},
          {"revoke_plate", &Story::revoke_plate}};
      for (const auto& entry : step.entries)
        if (const auto found = kSteps.find(entry.key); found != kSteps.end()) return (this->*found->second)(step);
      fail(step, words("不认识的步骤", "this step is not known"));
    } catch (const Wrong& wrong) {
      fail(wrong.at, wrong.say);
    } catch (const Fault& fault) {
      fail(step, {fmt::format("{}（{}）{}", fault.say().zh, meaning(fault.code()).name, details(fault, Language::zh)),
                  fmt::format("{} ({}){}", fault.say().en, meaning(fault.code()).name, details(fault, Language::en))});
    }
  }

  static std::string details(const Fault& fault, Language language) {
    std::string text;
    for (const Complaint& complaint : fault.complaints())
      text += fmt::format("\n    {}: {}", complaint.at, complaint.say.in(language));
    if (!fault.log().empty()) text += "\n    " + fault.log();
    return text;
  }

  void fail(const Node& at, Words say) { result_.failures.push_back({at.at(), "story", std::move(say)}); }

  void repeat(const Node& step) {
    const int times = std::atoi(step.find("repeat")->text.c_str());
    const Node* steps = step.find("steps");
    if (steps == nullptr) throw Wrong{step, words("repeat 需要 steps", "repeat needs steps")};
    for (int n = 1; n <= times && result_.failures.size() < 20; ++n)
      for (const Node& each : steps->items) take(with_number(each, n));
  }

  // Runs a change and compares with `refused: code` and `says: part of the sentence`.
  template <class F>
  void change(const Node& step, F&& run) {
    const Node* refused = step.find("refused");
    try {
      run();
    } catch (const Fault& fault) {
      if (refused == nullptr) throw;
      if (refused->text != meaning(fault.code()).name)
        throw Wrong{*refused, words("应以 {} 拒绝，实为 {}：{}", "expected refusal {}, got {}: {}", refused->text,
                                    meaning(fault.code()).name, std::string(fault.what()))};
      const Node* says = step.find("says");
      std::string all = fault.say().zh;
      for (const Complaint& complaint : fault.complaints()) all += "\n" + complaint.at + " " + complaint.say.zh;
      if (says != nullptr && all.find(says->text) == std::string::npos)
        throw Wrong{*says,
                    words("拒绝时应说“{}”，实为“{}”", "the refusal should say '{}', it says '{}'", says->text, all)};
      return;
    }
    if (refused != nullptr)
      throw Wrong{*refused,
                  words("应被拒绝（{}），却成功了", "should be refused ({}), yet it succeeded", refused->text)};
  }

  void create(const Node& step) {
    record::Draft draft;
    const Node& kind_node = *step.find("create");
    draft.kind = kind_node.text;
    const pack::Kind* kind = library_->kind(draft.kind);
    if (kind == nullptr) throw Wrong{kind_node, words("没有类型“{}”", "there is no kind '{}'", draft.kind)};
    check_keys(step, {"create", "as", "place", "category", "urgent", "form", "save", "source", "outside_number",
                      "on_behalf_of", "hold_by", "key", "refused", "says", "address", "code", "for_guest"});
    const record::Actor actor = actor_of(step);
    if (const Node* place = step.find("place")) read_place(*place, draft);
    draft.category = text_of(step, "category");
    if (const Node* urgent = step.find("urgent")) draft.urgent = urgent->text == "true";
    draft.source = text_of(step, "source", actor.system ? "system" : "web");
    draft.outside_number = text_of(step, "outside_number");
    draft.address = text_of(step, "address");
    draft.code = text_of(step, "code");
    if (const Node* behalf = step.find("on_behalf_of")) draft.on_behalf_of = person(*behalf);
    draft.for_guest = text_of(step, "for_guest") == "true";
    if (const Node* hold = step.find("hold_by")) draft.hold_by = org(*hold);
    const std::string key = text_of(step, "key");
    change(step, [&] {
      record::Outcome outcome;
      store_.write([&](Tx& tx) {
        draft.form = form(tx, kind->form, step.find("form"));
        outcome = engine_.create(tx, realm_, actor, draft, clock_.now(), key);
      });
      if (const Node* save = step.find("save")) {
        records_[save->text] = outcome.id;
        codes_[save->text] = outcome.follow_code;
      }
    });
  }

  void act(const Node& step) {
    check_keys(step, {"act", "as", "on", "form", "version", "key", "refused", "says"});
    const std::string action = step.find("act")->text;
    const record::Actor actor = actor_of(step);
    const RecordId id = record_of(step, "on");
    const Record before = load(id);
    const pack::Kind& kind = *library_->kind(before.kind);
    const int index = kind.action(action);
    if (index < 0) throw Wrong{step, words("类型“{}”没有动作“{}”", "kind '{}' has no action '{}'", kind.name, action)};
    std::optional<int> version;
    if (const Node* node = step.find("version")) version = std::atoi(node->text.c_str());
    const std::string key = text_of(step, "key");
    change(step, [&] {
      store_.write([&](Tx& tx) {
        const json::object input = form(tx, kind.actions[std::size_t(index)].form, step.find("form"));
        engine_.act(tx, realm_, actor, id, action, input, version, clock_.now(), key);
      });
    });
  }

  // ── time ──
  void wait(const Node& step) {
    const Limit limit = parse_limit(step.find("wait")->text);
    run_until(due(library_->calendar(text_of(step, "calendar", "office")), limit, clock_.now()));
  }
  void wait_until(const Node& step) {
    Time until{};
    const Node& node = *step.find("wait_until");
    if (!parse_local(node.text, until)) throw Wrong{node, words("应为 2026-03-06 16:00", "expected 2026-03-06 16:00")};
    if (until < clock_.now()) throw Wrong{node, words("时间不能倒流", "time does not run backwards")};
    run_until(until);
  }
  void run_until(Time until) {
    for (int guard = 0; guard < 100'000; ++guard) {
      const auto next = store_.read([&](Tx& tx) { return engine_.next_wake(tx, realm_); });
      if (!next || *next > until) break;
      if (*next > clock_.now()) clock_.set(*next);
      for (const auto& due : store_.read([&](Tx& tx) { return engine_.due(tx, realm_, clock_.now()); }))
        store_.write([&](Tx& tx) { engine_.wake(tx, realm_, due, clock_.now()); });
    }
    clock_.set(until);
  }

  // ── expectations ──
  void expect(const Node& step) {
    const Node& node = *step.find("expect");
    const Record record = load(record_of(node, "on"));
    const auto timers =
        store_.read([&](Tx& tx) { return tx.all<record::Timer>(record::sql::kTimers, realm_, record.id); });
    const auto participants =
        store_.read([&](Tx& tx) { return tx.all<record::Participant>(record::sql::kParticipants, realm_, record.id); });
    const json::object data = record.data.empty() ? json::object{} : json::parse(record.data).as_object();
    for (const auto& entry : node.entries) {
      const Node& wanted = entry.value;
      const std::string& key = entry.key;
      if (key == "on") continue;
      if (key == "state")
        same(wanted, record.state);
      else if (key == "holder")
        same(wanted, code_of(record.holder_org));
      else if (key == "person")
        same(wanted, alias_of(record.holder_person));
      else if (key == "reporter")
        same(wanted, alias_of(record.reporter));
      else if (key == "level")
        same(wanted, level_of(record.holder_area));
      else if (key == "area")
        same(wanted, area_code(record.area));
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
        same(wanted, saved_name(record.merged_into));
      else if (key == "parent")
        same(wanted, saved_name(record.parent));
      else if (key == "due")
        for (const auto& each : wanted.entries) same(each.value, due_text(timers, each.key));
      else if (key == "late")
        expect_late(wanted, timers);
      else if (key == "paused")
        expect_paused(wanted, timers);
      else if (key == "fields")
        for (const auto& each : wanted.entries) same(each.value, field_text(data, each.key));
      else if (key == "sealed")
        same_list(wanted, json_names(record.sealed_fields));
      else if (key == "participants")
        for (const auto& each : wanted.entries)
          same(each.value, std::to_string(std::count_if(participants.begin(), participants.end(),
                                                        [&](const auto& p) { return p.role == each.key; })));
      else if (key == "children")
        expect_children(wanted, record.id);
      else if (key == "timeline")
        expect_timeline(wanted, record.id);
      else
        throw Wrong{wanted, words("expect 里没有“{}”", "expect knows no '{}'", key)};
    }
  }

  void expect_late(const Node& wanted, const std::vector<record::Timer>& timers) {
    std::vector<std::string> late;
    for (const auto& timer : timers)
      if (timer.late || (!timer.ended_at && !timer.paused_at && timer.due_at < clock_.now()))
        late.push_back(timer.deadline);
    same_list(wanted, late);
  }
  void expect_paused(const Node& wanted, const std::vector<record::Timer>& timers) {
    std::vector<std::string> paused;
    for (const auto& timer : timers)
      if (timer.paused_at && !timer.ended_at) paused.push_back(timer.deadline);
    same_list(wanted, paused);
  }
  void expect_children(const Node& wanted, RecordId id) {
    std::map<std::string, int> counts;
    store_.read([&](Tx& tx) {
      tx.each(
          record::sql::kChildren,
          [&](const store::Row& row) {
            ++counts["total"];
            counts["open"] += row.get<bool>(3);
            ++counts[row.get<std::string>(2)];
            ++counts[row.get<std::string>(1)];
          },
          realm_, id);
    });
    for (const auto& each : wanted.entries) same(each.value, std::to_string(counts[each.key]));
  }
  // The actions in order; a subsequence is enough.
  void expect_timeline(const Node& wanted, RecordId id) {
    std::vector<std::string> actions;
    store_.read([&](Tx& tx) {
      tx.each(
          record::sql::kEvents, [&](const store::Row& row) { actions.push_back(row.get<std::string>(5)); }, realm_, id);
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

  void figures(const Node& step) {
    const Node& node = *step.find("figures");
    const pack::Kind& kind = kind_of(node);
    measure::Question question;
    question.kind = kind.name;
    if (const Node* named = node.find("org"))
      question.scope = org(*named).value;
    else
      question.scope = area(*node.find("area")).value;
    read_span(node, question.from, question.until);
    if (const Node* category = node.find("category")) question.by = measure::By::category, (void)category;
    const auto answer = store_.read([&](Tx& tx) { return measure::ask(tx, *worlds_.current(tx, realm_), question); });
    measure::Sums sums = answer.sums;
    if (const Node* category = node.find("category")) {
      sums.counts.assign(kind.counts.size(), {});
      for (const auto& row : answer.rows)
        if (row.key == category->text) sums = row.sums;
    }
    if (const Node* are = node.find("are"))
      for (const auto& each : are->entries) {
        const int index = kind.count(each.key);
        if (index < 0)
          throw Wrong{each.value, words("“{}”没有计数“{}”", "'{}' has no count '{}'", kind.name, each.key)};
        same(each.value, std::to_string(sums.counts[std::size_t(index)].n));
      }
    if (const Node* totals = node.find("sums"))
      for (const auto& each : totals->entries) {
        const int index = kind.count(each.key);
        if (index < 0)
          throw Wrong{each.value, words("“{}”没有计数“{}”", "'{}' has no count '{}'", kind.name, each.key)};
        near(each.value, sums.counts[std::size_t(index)].total);
      }
    if (const Node* rates = node.find("rates"))
      for (const auto& each : rates->entries) expect_rate(each, kind, sums);
    if (const Node* scores = node.find("scores"))
      for (const auto& each : scores->entries)
        for (std::size_t i = 0; i < kind.scores.size(); ++i)
          if (kind.scores[i].name == each.key)
            expect_number(each.value, sums.scores.empty() ? std::nullopt : sums.scores[i]);
  }

  void expect_rate(const Node::Entry& each, const pack::Kind& kind, const measure::Sums& sums) {
    const int index = kind.rate(each.key);
    if (index < 0) throw Wrong{each.value, words("“{}”没有比率“{}”", "'{}' has no rate '{}'", kind.name, each.key)};
    expect_number(each.value, sums.rates.empty() ? std::nullopt : sums.rates[std::size_t(index)].value);
  }
  void expect_number(const Node& wanted, const std::optional<double>& value) {
    if (wanted.text == "none" || wanted.kind == Node::Kind::nothing) {
      if (value) throw Wrong{wanted, words("应无值，实为 {}", "expected no value, got {}", *value)};
      return;
    }
    if (!value) throw Wrong{wanted, words("应为 {}，却没有值", "expected {}, but there is no value", wanted.text)};
    near(wanted, *value);
  }
  void near(const Node& wanted, double value) {
    const double expected = std::strtod(wanted.text.c_str(), nullptr);
    if (std::abs(expected - value) > 0.0005 + std::abs(expected) * 1e-9)
      throw Wrong{wanted, words("应为 {}，实为 {}", "expected {}, got {}", wanted.text, value)};
  }

  // The records behind a figure are as many as the figure says.
  void behind(const Node& step) {
    const Node& node = *step.find("behind");
    measure::Behind wanted;
    wanted.kind = kind_of(node).name;
    wanted.count = text_of(node, "count");
    if (const Node* named = node.find("org"))
      wanted.org = org(*named);
    else
      wanted.area = area(*node.find("area"));
    read_span(node, wanted.from, wanted.until);
    std::size_t total = 0;
    std::optional<measure::Entry> after;
    for (;;) {
      const auto page =
          store_.read([&](Tx& tx) { return measure::behind(tx, *worlds_.current(tx, realm_), wanted, after, 40); });
      total += page.size();
      if (page.size() < 40) break;
      after = page.back();
    }
    same(*node.find("is"), std::to_string(total));
  }

  void list(const Node& step) {
    const Node& node = *step.find("list");
    const std::string kind = text_of(node, "kind");
    std::int64_t scope = 0;
    if (const Node* each = node.find("org")) scope = org(*each).value;
    if (const Node* each = node.find("area")) scope = area(*each).value;
    if (const Node* each = node.find("person")) scope = person(*each).value;
    const bool open_only = text_of(node, "open", "true") == "true";
    std::vector<std::string> names;
    const std::string state = text_of(node, "state"), category = text_of(node, "category");
    store_.read([&](Tx& tx) {
      for (const RecordId id :
           tx.all<RecordId>(kCountInList, realm_, scope, text_of(node, "public") == "true" ? "public/" + kind : kind)) {
        const auto record = engine_.find(tx, realm_, id);
        if ((!open_only || record->open) && (state.empty() || record->state == state) &&
            (category.empty() || record->category == category))
          names.push_back(saved_name(id));
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
  void may(const Node& step) {
    const Node& node = *step.find("may");
    const record::Actor actor = actor_of(node);
    const Record record = load(record_of(node, "on"));
    std::vector<std::string> names;
    store_.read([&](Tx& tx) {
      const auto world = worlds_.current(tx, realm_);
      if (engine_.may_see(tx, *world, actor, record, clock_.now()))
        for (const int index : engine_.available(tx, *world, actor, record, clock_.now()))
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

  void sees(const Node& step) {
    const Node& node = *step.find("sees");
    const record::Actor actor = actor_of(node);
    const Record record = load(record_of(node, "on"));
    const bool seen = store_.read(
        [&](Tx& tx) { return engine_.may_see(tx, *worlds_.current(tx, realm_), actor, record, clock_.now()); });
    same(*node.find("is"), seen ? "true" : "false");
  }

  void messages(const Node& step) {
    const Node& node = *step.find("messages");
    const auto texts =
        store_.read([&](Tx& tx) { return tx.all<std::string>(kMessages, realm_, person(*node.find("to"))); });
    if (const Node* count = node.find("count")) same(*count, std::to_string(texts.size()));
    if (const Node* says = node.find("says"))
      if (std::none_of(texts.begin(), texts.end(),
                       [&](const std::string& text) { return text.find(says->text) != std::string::npos; }))
        throw Wrong{*says, words("没有收到含“{}”的消息", "no message says '{}'", says->text)};
  }

  // ── the organisation ──
  void appoint(const Node& step) {
    const Node& node = *step.find("appoint");
    people::Post post;
    post.id = ids_.make<PostId>();
    post.person = person(*node.find("person"));
    post.role = text_of(node, "role");
    post.org = org(*node.find("org"));
    post.area = area(*node.find("area"));
    post.from = day_or(node, "from", today());
    post.until = day_or(node, "until", 0);
    change(step, [&] { store_.write([&](Tx& tx) { people::appoint(tx, doing(), post); }); });
  }

  void end_post(const Node& step) {
    const Node& node = *step.find("end_post");
    const PersonId who = person(*node.find("person"));
    const std::string role = text_of(node, "role");
    const Day until = day_or(node, "on", today());
    change(step, [&] {
      store_.write([&](Tx& tx) {
        for (const people::Post& post : people::posts_of(tx, realm_, who))
          if (people::live(post, today()) && (role.empty() || post.role == role)) {
            people::end_post(tx, doing(), post.id, until);
            return;
          }
        throw Wrong{node, words("没有这个岗位", "there is no such post")};
      });
    });
  }

  void answers(const Node& step) {
    const Node& node = *step.find("answers");
    people::NewResponsibility row;
    row.function = text_of(node, "function");
    row.area = area(*node.find("area"));
    if (const Node* named = node.find("org")) row.org = org(*named);
    row.stage = text_of(node, "stage");
    row.from = day_or(node, "from", today());
    change(step, [&] { store_.write([&](Tx& tx) { people::set_responsibility(tx, doing(), row); }); });
  }

  void responsible(const Node& step) {
    const Node& node = *step.find("responsible");
    const std::string is = store_.read([&](Tx& tx) {
      const auto world = worlds_.current(tx, realm_);
      const auto found =
          world->directory->responsible(text_of(node, "function"), world->atlas->at(area(*node.find("area"))).path,
                                        text_of(node, "stage"), day_or(node, "on", today()));
      return found ? code_of(found->org) : std::string("nobody");
    });
    same(*node.find("is"), is);
  }

  void move_area(const Node& step) {
    const Node& node = *step.find("move_area");
    const place::Edit edit{realm_, {}, clock_.now(), today(), {}};
    const AreaId moved = area(*node.find("area"));
    change(step, [&] {
      store_.write([&](Tx& tx) {
        const AreaId former = worlds_.current(tx, realm_)->atlas->at(moved).parent;
        place::move_area(tx, edit, record::levels_of(*library_), moved, area(*node.find("to")));
        engine_.area_moved(tx, realm_, moved, former, clock_.now());
      });
    });
  }

  void staffing(const Node& step) {
    const Node& node = *step.find("staffing");
    store_.read([&](Tx& tx) {
      const auto world = worlds_.current(tx, realm_);
      const place::Area& place = world->atlas->at(area(*node.find("area")));
      const auto staff = world->directory->staffing(place.path, today());
      if (const Node* are = node.find("are"))
        for (const auto& each : are->entries) {
          const auto found = staff.find(each.key);
          same(each.value, std::to_string(found == staff.end() ? 0 : found->second.posts));
        }
      if (const Node* areas = node.find("areas"))
        for (const auto& each : areas->entries)
          same(each.value, std::to_string(world->atlas->count(place.id, each.key)));
    });
  }

  void dual_offices(const Node& step) {
    const Node& node = *step.find("dual_offices");
    store_.read([&](Tx& tx) {
      const auto world = worlds_.current(tx, realm_);
      people::DualFilter filter;
      const std::string kind = text_of(node, "org_kind");
      filter.org_kind = kind;
      filter.same_area = text_of(node, "same_area", "true") == "true";
      const auto dual =
          world->directory->dual_offices(today(), text_of(node, "first"), text_of(node, "second"), filter);
      if (const Node* units = node.find("units")) same(*units, std::to_string(dual.units));
      if (const Node* count = node.find("dual")) same(*count, std::to_string(dual.dual.size()));
      if (const Node* share = node.find("share")) near(*share, dual.share());
    });
  }

  void unowned(const Node& step) {
    const Node& node = *step.find("unowned");
    store_.read(
        [&](Tx& tx) { same(node, std::to_string(worlds_.current(tx, realm_)->directory->vacancies(today()).size())); });
  }

  // Does a place keep its scheme's rule (S01: three to five grids)?
  void scheme(const Node& step) {
    const Node& node = *step.find("scheme");
    const std::string name = text_of(node, "name");
    for (const pack::Scheme& scheme : library_->schemes) {
      if (scheme.name != name) continue;
      const auto count = store_.read([&](Tx& tx) {
        return int(worlds_.current(tx, realm_)->atlas->count(area(*node.find("area")), scheme.child_level));
      });
      const bool kept = count >= scheme.min && (scheme.max == 0 || count <= scheme.max);
      if (const Node* holds = node.find("holds")) same(*holds, std::to_string(count));
      return same(*node.find("kept"), kept ? "true" : "false");
    }
    throw Wrong{node, words("没有方案“{}”", "there is no scheme '{}'", name)};
  }

  // ── codes on walls ──
  void plate(const Node& step) {
    const Node& node = *step.find("plate");
    store_.write([&](Tx& tx) {
      tx.run(kAddPlate, realm_, text_of(node, "code"), kind_of(node).name, area(*node.find("area")),
             text_of(node, "facility"), clock_.now());
    });
  }
  void revoke_plate(const Node& step) {
    store_.write([&](Tx& tx) { tx.run(kRevokePlate, realm_, step.find("revoke_plate")->text, clock_.now()); });
  }

  // ── private parts ──
  void unseal(const Node& step) {
    const Node& node = *step.find("unseal");
    const record::Actor actor = actor_of(node);
    const RecordId id = record_of(node, "on");
    change(step, [&] {
      const json::object fields = store_.write(
          [&](Tx& tx) { return engine_.unseal(tx, realm_, actor, id, text_of(node, "reason"), clock_.now()); });
      if (const Node* has = node.find("has"))
        for (const auto& each : has->entries) same(each.value, field_text(fields, each.key));
    });
  }

  void redact(const Node& step) {
    const Node& node = *step.find("redact");
    std::vector<int> seqs;
    for (const Node& item : node.find("events")->items) seqs.push_back(std::atoi(item.text.c_str()));
    const record::Actor actor = actor_of(node);
    change(step, [&] {
      store_.write([&](Tx& tx) {
        engine_.redact(tx, realm_, actor, record_of(node, "on"), seqs, text_of(node, "reason"), clock_.now());
      });
    });
  }

  // Names a child of a record, so that later steps can speak of it: by kind, category, state, holder or a field's value.
  void child(const Node& step) {
    const Node& node = *step.find("child");
    const RecordId parent = record_of(node, "of");
    const std::string save = text_of(node, "save"), kind = text_of(node, "kind");
    store_.read([&](Tx& tx) {
      for (const RecordId id : tx.all<RecordId>(kNewestOfKind, realm_, kind, parent)) {
        const Record record = *engine_.find(tx, realm_, id);
        if (const Node* holder = node.find("holder"); holder != nullptr && code_of(record.holder_org) != holder->text)
          continue;
        if (const Node* category = node.find("category"); category != nullptr && record.category != category->text)
          continue;
        if (const Node* state = node.find("state"); state != nullptr && record.state != state->text) continue;
        const json::object data = json::parse(record.data).as_object();
        bool matches = true;
        if (const Node* fields = node.find("fields"))
          for (const auto& each : fields->entries) matches = matches && field_text(data, each.key) == each.value.text;
        if (!matches) continue;
        records_[save] = id;
        return;
      }
      throw Wrong{node, words("没有这样的下级事项", "there is no such child")};
    });
  }

  // ── reading nodes ──
  static std::string text_of(const Node& node, const char* key, const std::string& otherwise = {}) {
    const Node* found = node.find(key);
    return found == nullptr ? otherwise : found->text;
  }
  void check_keys(const Node& step, std::initializer_list<std::string_view> known) {
    for (const auto& entry : step.entries)
      if (std::find(known.begin(), known.end(), entry.key) == known.end())
        throw Wrong{entry.value, words("这一步没有“{}”", "this step knows no '{}'", entry.key)};
  }
  static void same(const Node& wanted, const std::string& is) {
    if (wanted.text != is) throw Wrong{wanted, words("应为“{}”，实为“{}”", "expected '{}', got '{}'", wanted.text, is)};
  }
  static void same_list(const Node& wanted, std::vector<std::string> is) {
    std::vector<std::string> expected;
    for (const Node& item : wanted.items) expected.push_back(item.text);
    std::sort(expected.begin(), expected.end());
    std::sort(is.begin(), is.end());
    if (expected != is)
      throw Wrong{wanted, words("应为 [{}]，实为 [{}]", "expected [{}], got [{}]",
                                fmt::format("{}", fmt::join(expected, ", ")), fmt::format("{}", fmt::join(is, ", ")))};
  }
  template <class Map>
  static typename Map::mapped_type named(const Map& map, const Node& node, const Words& what) {
    const auto found = map.find(node.text);
    if (found == map.end())
      throw Wrong{
          node,
          {fmt::format("没有{}“{}”", what.zh, node.text), fmt::format("there is no {} '{}'", what.en, node.text)}};
    return found->second;
  }
  PersonId person(const Node& node) const { return named(names_.people, node, {"人", "person"}); }
  OrgId org(const Node& node) const { return named(names_.orgs, node, {"组织", "organisation"}); }
  AreaId area(const Node& node) const { return named(names_.areas, node, {"区域", "area"}); }
  RecordId record_of(const Node& node, const char* key) const {
    const Node* found = node.find(key);
    if (found == nullptr) throw Wrong{node, words("缺少 {}", "{} is missing", key)};
    return named(records_, *found, {"事项", "record"});
  }
  const pack::Kind& kind_of(const Node& node) const {
    const pack::Kind* kind = library_->kind(text_of(node, "kind"));
    if (kind == nullptr) throw Wrong{node, words("没有类型“{}”", "there is no kind '{}'", text_of(node, "kind"))};
    return *kind;
  }
  Day today() const { return day_of(clock_.now()); }
  Day day_or(const Node& node, const char* key, Day otherwise) const {
    const Node* found = node.find(key);
    Day day = otherwise;
    if (found != nullptr && !parse_day(found->text, day)) throw Wrong{*found, words("应为日期", "expected a date")};
    return day;
  }
  void read_span(const Node& node, std::int32_t& from, std::int32_t& until) const {
    if (const Node* month = node.find("month")) from = until = std::atoi(month->text.c_str());
    if (const Node* first = node.find("from")) from = std::atoi(first->text.c_str());
    if (const Node* last = node.find("until")) until = std::atoi(last->text.c_str());
  }

  // `code:x` is whoever holds the follow code that came with x: found by the code itself, as a stranger would.
  record::Actor actor_of(const Node& node) {
    const Node* as = node.find("as");
    if (as == nullptr || as->text == "nobody") return {};
    if (as->text == "system") return record::Actor::clock();
    if (as->text.starts_with("code:")) {
      const std::string name = as->text.substr(5);
      const auto kept = codes_.find(name);
      const auto followed = kept == codes_.end()
                                ? std::nullopt
                                : store_.read([&](Tx& tx) { return record::follow(tx, realm_, kept->second); });
      if (!followed) throw Wrong{*as, words("“{}”没有查询码", "'{}' came without a follow code", name)};
      return {.person = {}, .system = false, .follows = *followed};
    }
    return {.person = person(*as), .system = false, .follows = {}};
  }

  void read_place(const Node& node, record::Draft& draft) const {
    if (node.kind == Node::Kind::list && node.items.size() == 2) {
      draft.lon = std::strtod(node.items[0].text.c_str(), nullptr);
      draft.lat = std::strtod(node.items[1].text.c_str(), nullptr);
      return;
    }
    draft.area = area(node);
  }

  // A form as people write it: names of people, organisations, places and saved records instead of ids.
  json::object form(Tx& tx, const pack::Form& described, const Node* node) {
    json::object form;
    if (node == nullptr) return form;
    for (const auto& entry : node->entries) {
      const pack::Field* field = described.find(entry.key);
      form[entry.key] = field == nullptr ? plain(entry.value) : value(tx, *field, entry.value);
    }
    return form;
  }

  static json::value plain(const Node& node) {
    if (node.kind == Node::Kind::nothing) return nullptr;
    if (node.kind == Node::Kind::list) {
      json::array items;
      for (const Node& item : node.items) items.push_back(plain(item));
      return items;
    }
    if (!node.quoted && (node.text == "true" || node.text == "false")) return node.text == "true";
    if (!node.quoted && !node.text.empty() && node.text.find_first_not_of("0123456789-") == std::string::npos &&
        node.text != "-")
      return std::int64_t(std::atoll(node.text.c_str()));
    if (!node.quoted && !node.text.empty() && node.text.find_first_not_of("0123456789-.") == std::string::npos)
      return std::strtod(node.text.c_str(), nullptr);
    return json::value(node.text);
  }

  json::value value(Tx& tx, const pack::Field& field, const Node& node) {
    using T = pack::FieldType;
    if (node.kind == Node::Kind::list && field.type != T::files) {
      json::array items;
      for (const Node& item : node.items) items.push_back(single(field, item));
      return items;
    }
    if (field.type == T::files) {
      json::array files;
      for (const Node& item : node.items) {
        const FileId id = ids_.make<FileId>();
        tx.run(kAddFile, realm_, id, clock_.now(), item.text, std::string(64, '0'));
        files.push_back(json::string(to_text(id)));
      }
      return files;
    }
    return single(field, node);
  }

  json::value single(const pack::Field& field, const Node& node) {
    using T = pack::FieldType;
    const auto id_or_text = [&](const auto& map) {
      const auto found = map.find(node.text);
      return json::value(found == map.end() ? node.text : to_text(found->second));
    };
    switch (field.type) {
      case T::person: return id_or_text(names_.people);
      case T::org:
      case T::orgs: return id_or_text(names_.orgs);
      case T::area: return id_or_text(names_.areas);
      case T::record:
      case T::records: return id_or_text(records_);
      case T::integer:
      case T::money:
      case T::stars:
      case T::number:
      case T::flag: return plain(node);
      default: return json::value(node.text);
    }
  }

  // ── words for what is stored ──
  template <class Map, class I>
  static std::string name_in(const Map& map, I id) {
    for (const auto& [name, each] : map)
      if (each == id) return name;
    return id ? "?" : "nobody";
  }
  std::string code_of(OrgId id) const { return name_in(names_.orgs, id); }
  std::string alias_of(PersonId id) const { return name_in(names_.people, id); }
  std::string area_code(AreaId id) const { return name_in(names_.areas, id); }
  std::string saved_name(RecordId id) const { return name_in(records_, id); }
  std::string level_of(AreaId id) {
    return store_.read([&](Tx& tx) {
      const auto world = worlds_.current(tx, realm_);
      const place::Area* found = world->atlas->find(id);
      return found == nullptr ? std::string("none") : found->level;
    });
  }
  std::string due_text(const std::vector<record::Timer>& timers, const std::string& deadline) const {
    for (const auto& timer : timers)
      if (timer.deadline == deadline)
        return timer.ended_at ? "ended" : timer.paused_at ? "paused" : deadline_text(timer.due_at);
    return "none";
  }
  std::string field_text(const json::object& data, const std::string& name) const {
    const json::value* value = data.if_contains(name);
    if (value == nullptr || value->is_null()) return "none";
    if (!value->is_string()) return json::serialize(*value);
    const std::string text(value->as_string());
    for (const auto& [alias, id] : names_.people)
      if (to_text(id) == text) return alias;
    for (const auto& [alias, id] : names_.orgs)
      if (to_text(id) == text) return alias;
    for (const auto& [alias, id] : names_.areas)
      if (to_text(id) == text) return alias;
    return text;
  }
  static std::vector<std::string> json_names(const std::string& text) {
    std::vector<std::string> names;
    const json::value parsed = json::parse(text);  // named: a range-for does not keep a temporary alive
    for (const json::value& each : parsed.as_array()) names.emplace_back(each.as_string());
    return names;
  }

  Record load(RecordId id) {
    const auto record = store_.read([&](Tx& tx) { return engine_.find(tx, realm_, id); });
    if (!record) throw Fault(Code::internal, words("事项不见了", "the record is gone"));
    return *record;
  }
  people::Doing doing() { return {realm_, {}, clock_.now(), ids_, "story", {}}; }

  store::Store& store_;
  std::shared_ptr<const pack::Library> library_;
  std::string packs_, pack_;
  StoryResult& result_;
  ManualClock clock_;
  IdSource ids_;
  people::Vault vault_;
  record::Worlds worlds_;
  record::Engine engine_;
  RealmId realm_;
  Names names_;
  std::map<std::string, RecordId, std::less<>> records_;
  std::map<std::string, std::string, std::less<>> codes_;
};

}  // namespace

StoryResult play_story(store::Store& store, std::shared_ptr<const pack::Library> library, const std::string& packs,
                       const std::string& pack, const std::string& file, std::uint64_t seed) {
  StoryResult result;
  result.file = file;
  try {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    const Node story = pack::parse_yaml(text.str(), file);
    Story(store, std::move(library), packs, pack, seed, result).play(story);
  } catch (const Fault& fault) {
    result.failures.insert(result.failures.end(), fault.complaints().begin(), fault.complaints().end());
    if (fault.complaints().empty()) result.failures.push_back({file, "fault", fault.say()});
  }
  return result;
}

std::vector<std::string> story_files(const std::string& packs, const std::string& pack) {
  std::vector<std::string> files;
  const fs::path folder = fs::path(packs) / pack / "stories";
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tongxin::sim
