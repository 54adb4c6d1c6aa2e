#include "sim/staff.hpp"

#include <cmath>

#include "sim/phrases.hpp"

namespace tongxin::sim {
namespace {

namespace json = boost::json;
using record::Actor;
using record::Record;

Actor person(PersonId id) { return {.person = id, .system = false, .follows = {}}; }
milliseconds hours(double count) { return milliseconds(std::int64_t(count * 3'600'000)); }

// Mean working hours until the next look, by state.
double patience(std::string_view state) {
  if (state == "collected" || state == "returned") return 1.0;
  if (state == "assigned") return 1.4;
  if (state == "handling") return 4.5;
  if (state == "resolved" || state == "explained") return 1.2;
  if (state == "paused") return 60;
  return 3;
}

// Urgent matters are seen to at any hour by whoever is called; answering about them waits for the morning.
bool cannot_wait(const Record& record) {
  return record.urgent && (record.state == "collected" || record.state == "assigned" || record.state == "returned" ||
                           record.state == "handling");
}

std::string description_of(const Record& record) {
  const json::value data = json::parse(record.data);
  const json::value* said = data.as_object().if_contains("description");
  return said != nullptr && said->is_string() ? std::string(said->as_string()) : std::string{};
}

// What the caller says when asked whether it was solved.
json::object callback(Random& random, const Record& record) {
  const bool explained = record.previous_state == "explained", solved = !explained && random.chance(0.9);
  const double pleased = random.unit();
  json::object form{{"valid", true}, {"contacted", true}, {"solved", solved}};
  if (solved)
    form["grade"] = pleased < 0.8 ? "satisfied" : pleased < 0.95 ? "basically" : "fair";
  else
    form["grade"] = pleased < 0.5 ? "fair" : "dissatisfied";
  if (!solved)
    form["reason"] = explained                   ? "说明了原因，但问题还在"
                     : record.category == "care" ? "说得不够清楚，还要再问一次"
                                                 : "只解决了一部分";
  return form;
}

}  // namespace

StaffRoom::StaffRoom(Scene& scene, const District& district) : scene_(scene), district_(district) {
  for (const auto& [code, org] : district.orgs) {
    slowness_[org] = 0.6 + 1.2 * scene.random.unit();
    forgetfulness_[org] = 0.005 + 0.05 * scene.random.unit();
  }
  const auto world = scene.world();
  for (const people::Org& org : world->directory->orgs())
    if (org.kind == "department") departments_.push_back(org.id);
  for (const Staff& each : district.staff) {
    if (each.role == "grid_worker_full") grid_workers_[each.area].push_back(each.person);
    if (each.role == "street_dispatcher") dispatchers_.push_back(each.person);
  }
}

bool StaffRoom::at_work(Time now, bool patrol) const {
  const Day day = day_of(now);
  const auto since = now - midnight(day);
  if (patrol) return since >= hours(8) && since < hours(19);
  return scene_.library->calendar("office").works(day) && since >= hours(9) && since < hours(18);
}

PersonId StaffRoom::grid_worker(AreaId grid) {
  const auto& workers = grid_workers_.at(grid);
  return workers[scene_.random.below(workers.size())];
}
PersonId StaffRoom::dispatcher() { return dispatchers_[scene_.random.below(dispatchers_.size())]; }

Time StaffRoom::next_look(const Record& record, Time now) {
  Random& random = scene_.random;
  const auto slow = slowness_.find(record.holder_org);
  const double pace = slow == slowness_.end() ? 1 : slow->second;
  const double calm = more_time(record).waits ? 0.8 : patience(record.state);
  double wait = 0.1 - calm * pace * std::log(1 - random.unit() * 0.98);
  const auto forgets = forgetfulness_.find(record.holder_org);
  if (forgets != forgetfulness_.end() && random.chance(forgets->second)) wait += 6 + 14 * random.unit();
  if (cannot_wait(record)) return now + hours(0.1 + wait * 0.12);
  // Grid workers live where they work: one in five looks is in the evening or at the weekend.
  if (desk_of(record) == "grid" && random.chance(0.2) && at_work(now + hours(wait), true)) return now + hours(wait);
  return add(scene_.library->calendar("office"), hours(wait), now) + std::chrono::minutes(random.below(4));
}

std::string_view StaffRoom::desk_of(const Record& record) const {
  const auto world = scene_.world();
  const people::Org* org = world->directory->org(record.holder_org);
  if (org != nullptr && org->kind == "department") return "department";
  const place::Area* area = world->atlas->find(record.holder_area);
  if (area == nullptr) return "street";
  for (const std::string_view level : {"grid", "community", "district"})
    if (area->level == level) return level;
  return "street";
}

std::vector<StaffRoom::Weighted> StaffRoom::habits(const Record& record) const {
  const std::string_view desk = desk_of(record), state = record.state;
  if (const MoreTime asked = more_time(record); asked.waits) {
    if (asked.head) return {{"agree_extension", 100}};
    return {{"approve_extension", 85}, {"refuse_extension", 15}};
  }
  if (state == "handling" && (record.urgent || !needs_works(record.category)))
    return {{"resolve", 92}, {"pass_up", 4}, {"whistle", 2}};
  if (state == "handling")
    return {{"resolve", 84}, {"explain", 12}, {"ask_extension", 6}, {"pass_up", 3}, {"whistle", 2}, {"suspend", 1}};
  if (state == "resolved" || state == "explained") return {{"feed_back", 100}};
  if (state == "paused") return {{"resume", 100}};
  if (state == "fed_back") return {{"callback", 100}};
  if (state != "collected" && state != "assigned" && state != "returned") return {};
  const double withdraw = state == "returned" ? 0 : 1, reject = state == "collected" ? 1.2 : 0;
  if (record.urgent) return {{"handle", 78}, {"pass_up", 14}, {"whistle", 6}};
  if (desk == "grid")
    return {{"self_handle", 45}, {"handle", 34},         {"accept", 9},     {"pass_up", 9},
            {"whistle", 2},      {"withdraw", withdraw}, {"reject", reject}};
  if (desk == "community")
    return {{"handle", 58},  {"pass_up", 20}, {"accept", 9},     {"self_handle", 6},
            {"dispatch", 5}, {"whistle", 4},  {"reject", reject}};
  if (desk == "street") return {{"dispatch", 88}, {"handle", 9}, {"suspend", 2}, {"reject", reject}};
  if (desk == "department") return {{"handle", 82}, {"accept", 10}, {"return", 8}};
  return {{"handle", 100}};
}

PersonId StaffRoom::holder_of(const Record& record) {
  const auto world = scene_.world();
  std::vector<PersonId> people = world->directory->holders(record.holder_org, "", scene_.today());
  if (record.state == "handling" && record.holder_person) return record.holder_person;
  return people.empty() ? PersonId{} : people[scene_.random.below(people.size())];
}

StaffRoom::MoreTime StaffRoom::more_time(const Record& record) const {
  if (record.data.find("extension_of") == std::string::npos) return {};
  const json::value fields = json::parse(record.data);
  const auto text = [&](const char* name) -> std::string_view {
    const json::value* value = fields.as_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view{};
  };
  if (text("extension_of") != to_text(record.holder_org)) return {};
  MoreTime asked;
  asked.waits = parse(text("extension_by"), asked.asker);
  if (!text("extension_agreed_by").empty()) return asked;
  const auto world = scene_.world();
  for (const char* role : {"department_head", "grid_chief", "community_secretary", "community_director"})
    for (const PersonId head : world->directory->holders(record.holder_org, role, scene_.today()))
      if (!asked.head && head != asked.asker) asked.head = head;
  return asked;
}

PersonId StaffRoom::actor_for(const Record& record, std::string_view action) {
  if (action == "agree_extension") return more_time(record).head;
  if (action == "approve_extension" || action == "refuse_extension") {
    const PersonId asker = more_time(record).asker;
    for (const PersonId each : dispatchers_)
      if (each != asker) return each;
    return {};
  }
  for (const std::string_view desk : {"dispatch", "suspend", "reject", "callback"})
    if (action == desk) return dispatcher();
  if (action == "withdraw") return record.reporter;
  if (action == "self_handle") {
    const auto world = scene_.world();
    if (const auto grid = world->atlas->ancestor_at(record.area, "grid")) return grid_worker(*grid);
  }
  return holder_of(record);
}

json::object StaffRoom::form_for(const Record& record, std::string_view action) {
  Random& random = scene_.random;
  const pack::Kind& kind = *scene_.library->kind(record.kind);
  const pack::Category* category = kind.taxonomy == nullptr ? nullptr : kind.taxonomy->find(record.category);
  static const pack::Category kUnknown{};
  json::object form;
  const auto put = [&](const char* name, std::string text) { form[name] = json::string(text); };
  if (action == "resolve" || action == "self_handle")
    put("result", result_text(random, category == nullptr ? kUnknown : *category, description_of(record)));
  if (action == "explain") put("result", explanation(random));
  if (action == "feed_back" || action == "reply")
    put("reply", record.state == "explained" ? reply_explained(random) : reply_text(random, record.category));
  if (action == "pass_up") put("reason", passing_up(random));
  if (action == "return") put("reason", returning(random));
  if (action == "ask_extension") put("reason", extending(random)), put("more", random.chance(0.6) ? "full" : "half");
  if (action == "approve_extension")
    put("reason", extending(random)), form["no_head"] = record.data.find("extension_agreed_by") == std::string::npos;
  if (action == "refuse_extension") put("reason", not_extending(random));
  if (action == "suspend")
    put("reason", suspending(random)), put("until", to_day_text(add_days(scene_.today(), 10 + int(random.below(20)))));
  if (action == "reject") put("reason", rejecting(random));
  if (action == "callback") form = callback(random, record);
  const auto any_department = [&] { return json::string(to_text(departments_[random.below(departments_.size())])); };
  const auto fitting = [&] {
    const auto found = district_.orgs.find(std::string(department_for(record.category)));
    return found == district_.orgs.end() ? any_department() : json::string(to_text(found->second));
  };
  // Those who are asked to come along with others.
  const auto helper = [&](const json::string& lead) {
    static constexpr std::string_view kHelpers[] = {"urban", "police", "fire", "housing"};
    for (std::size_t i = random.below(4), tries = 0; tries < 4; ++i, ++tries)
      if (const auto found = district_.orgs.find(kHelpers[i % 4]);
          found != district_.orgs.end() && std::string_view(lead) != to_text(found->second))
        return json::string(to_text(found->second));
    return any_department();
  };
  if (action == "dispatch" && !departments_.empty()) {
    // One in ten goes to the wrong desk and comes back.
    const json::string lead = random.chance(0.9) ? fitting() : any_department();
    form["org"] = lead;
    if (random.chance(0.12)) form["helpers"] = json::array{helper(lead)};
  }
  if (action == "whistle" && !departments_.empty()) {
    const json::string lead = fitting();
    form["called"] = json::array{lead, helper(lead)};
    form["lead"] = lead;
    form["whistle_kind"] = "resident";
    put("need", whistling(random));
  }
  // Packs grow; what this version of the form does not ask for is not said.
  if (const int index = kind.action(action); index >= 0) keep_known(kind.actions[std::size_t(index)].form, form);
  return form;
}

std::vector<StaffRoom::Move> StaffRoom::moves(const Record& record, RecordId merge_into) {
  std::vector<Move> moves;
  const pack::Kind& kind = *scene_.library->kind(record.kind);
  const int state = kind.state(record.state);
  const auto possible = [&](std::string_view action) {
    const int index = kind.action(action);
    return index >= 0 && state >= 0 && kind.actions[std::size_t(index)].from[std::size_t(state)];
  };
  const auto add_move = [&](std::string_view action) {
    if (const PersonId actor = actor_for(record, action))
      moves.push_back({person(actor), std::string(action), form_for(record, action)});
  };
  if (merge_into && possible("merge")) {
    json::object form{{"into", json::string(to_text(merge_into))}};
    if (const PersonId actor = holder_of(record)) moves.push_back({person(actor), "merge", std::move(form)});
    return moves;
  }
  std::vector<Weighted> habits = this->habits(record);
  std::erase_if(habits, [&](const Weighted& each) { return each.weight <= 0 || !possible(each.action); });
  if (habits.empty()) return whatever_is_possible(record);
  double total = 0;
  for (const Weighted& each : habits) total += each.weight;
  double drawn = scene_.random.unit() * total;
  for (const Weighted& each : habits)
    if ((drawn -= each.weight) < 0) {
      add_move(each.action);
      break;
    }
  if (moves.empty() || moves.front().action != habits.front().action) add_move(habits.front().action);
  return moves;
}

// A state that this simulator knows nothing of (a pack has grown): somebody of the holder's takes an action that the engine offers.
std::vector<StaffRoom::Move> StaffRoom::whatever_is_possible(const Record& record) {
  const PersonId actor = holder_of(record);
  if (!actor) return {};
  const auto world = scene_.world();
  const pack::Kind& kind = world->kind(record.kind);
  const auto actions = scene_.store.read(
      [&](store::Tx& tx) { return scene_.engine.available(tx, *world, person(actor), record, scene_.now()); });
  std::vector<Move> moves;
  const int state = kind.state(record.state);
  for (const int index : actions) {
    const pack::Action& action = kind.actions[std::size_t(index)];
    const bool leads_on = std::any_of(action.to.begin(), action.to.end(), [&](const pack::Target& target) {
      return target.state >= 0 && target.state != state;
    });
    if (!action.danger && leads_on) moves.push_back({person(actor), action.name, form_for(record, action.name)});
  }
  for (std::size_t i = moves.size(); i > 1; --i) std::swap(moves[i - 1], moves[scene_.random.below(i)]);
  return moves;
}

}  // namespace tongxin::sim
