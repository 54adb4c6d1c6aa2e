// Steps about duties: occasions, rosters, check-ins, quotas.
#include <boost/describe/enum_to_string.hpp>

#include "aspect/checkin/checkin.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/schedule/schedule.hpp"
#include "sim/story/steps.hpp"

namespace tongxin::sim::story {
namespace {

using store::Sql;
using store::Tx;
namespace roster = aspect::roster;
namespace checkin = aspect::checkin;

constexpr Sql kAddDutyFile{
    "duty_story_file",
    "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, view_hash, "
    "thumb_hash, open) VALUES ($1,$2,0,0,$3,$4,$5,1000,$6,$6,$6,0)"};

Time time_at(const Node& node) {
  Time time{};
  if (!parse_local(node.text, time)) throw Wrong{node, words("应为 2026-03-06 16:00", "expected 2026-03-06 16:00")};
  return time;
}
Time time_of(const Node& node, const char* key, Time otherwise) {
  const Node* found = node.find(key);
  return found == nullptr ? otherwise : time_at(*found);
}
void same_count(const Node& node, const char* key, std::int64_t is) {
  if (const Node* wanted = node.find(key)) same(*wanted, std::to_string(is));
}

// ── occasions ──
aspect::Occasion occasion_of(Stage& stage, Tx& tx, const Node& node) {
  const Time at = time_at(*node.find("at"));
  for (const auto& each : aspect::occasions_of(tx, stage.realm, stage.record_of(node, "on"), at, at + milliseconds{1}))
    if (node.find("plan") == nullptr || each.plan == text_of(node, "plan")) return each;
  throw Wrong{node, words("那时没有安排", "there is no occasion at that time")};
}

// {occasion: {on, plan, at, move: "…" | cancel: true | add: true, as, reason}}
void occasion(Stage& stage, const Node& step) {
  const Node& node = *step.find("occasion");
  const PersonId actor = stage.actor_of(node).person;
  const std::string reason = text_of(node, "reason");
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      if (node.find("add") != nullptr) {
        aspect::schedule::add(stage.engine, tx, stage.realm, actor, stage.record_of(node, "on"), text_of(node, "plan"),
                              time_at(*node.find("at")), std::nullopt, stage.clock.now());
        return;
      }
      const auto found = occasion_of(stage, tx, node);
      if (const Node* to = node.find("move"))
        aspect::schedule::move(stage.engine, tx, stage.realm, actor, found.id, time_at(*to), std::nullopt, reason,
                               stage.clock.now());
      else
        aspect::schedule::cancel(stage.engine, tx, stage.realm, actor, found.id, reason, stage.clock.now());
    });
  });
}

// {occasions: {on, plan, from, until, planned, kept, missed, cancelled, suspended, total, history: {at, has: […]}}}
void occasions(Stage& stage, const Node& step) {
  const Node& node = *step.find("occasions");
  const RecordId record = stage.record_of(node, "on");
  stage.store.read([&](Tx& tx) {
    const auto sums = aspect::occasion_sums(tx, stage.realm, record, text_of(node, "plan"),
                                            time_of(node, "from", Time{}), time_of(node, "until", Time::max()));
    same_count(node, "planned", sums.planned);
    same_count(node, "kept", sums.kept);
    same_count(node, "missed", sums.missed);
    same_count(node, "cancelled", sums.cancelled);
    same_count(node, "suspended", sums.suspended);
    same_count(node, "total", sums.all());
    if (const Node* wanted = node.find("history")) {
      std::vector<std::string> names;
      for (const auto& each : aspect::occasion_history(tx, stage.realm, occasion_of(stage, tx, node).id))
        names.push_back(each.what);
      same_list(*wanted, names);
    }
  });
}

// ── rosters ──
roster::Slot slot_at(Stage& stage, Tx& tx, const Node& node, const Node& at) {
  const Time time = time_at(at);
  for (const auto& each : roster::slots_of(tx, stage.realm, stage.record_of(node, "on"), time, time + milliseconds{1}))
    if (node.find("post") == nullptr || each.post == text_of(node, "post")) return each;
  throw Wrong{node, words("那时没有这个班次", "there is no such slot at that time")};
}
roster::Doer doer(Stage& stage, Tx& tx, const Node& node) {
  return {stage.engine, tx, stage.realm, stage.actor_of(node), stage.clock.now()};
}

// {slot: {on, as, post, starts, ends, need}}
void slot(Stage& stage, const Node& step) {
  const Node& node = *step.find("slot");
  const Node* need = node.find("need");
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      roster::open_slot(doer(stage, tx, node), stage.record_of(node, "on"), text_of(node, "post"),
                        time_at(*node.find("starts")), time_at(*node.find("ends")),
                        need == nullptr ? std::nullopt : std::optional(std::atoi(need->text.c_str())));
    });
  });
}

// {turn: {on, as, post, at, take|leave|absent: person, override, reason}} or {…, substitute: person, by: person}
void turn(Stage& stage, const Node& step) {
  const Node& node = *step.find("turn");
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      const auto by = doer(stage, tx, node);
      const auto slot = slot_at(stage, tx, node, *node.find("at")).id;
      const std::string reason = text_of(node, "reason");
      if (const Node* who = node.find("take"))
        roster::take(by, slot, stage.person(*who), text_of(node, "override"));
      else if (const Node* leaver = node.find("leave"))
        roster::leave(by, slot, stage.person(*leaver), reason);
      else if (const Node* missing = node.find("absent"))
        roster::mark_absent(by, slot, stage.person(*missing), reason);
      else if (const Node* out = node.find("substitute"))
        roster::substitute(by, slot, stage.person(*out), stage.person(*node.find("by")), reason);
      else
        throw Wrong{node, words("应为 take、leave、absent 或 substitute", "take, leave, absent or substitute")};
    });
  });
}

// {swap: {on, post, at, as, with: person, their: "2026-…", answer: accept | refuse}}: asked and answered
void swap(Stage& stage, const Node& step) {
  const Node& node = *step.find("swap");
  const PersonId other = stage.person(*node.find("with"));
  stage.change(step, [&] {
    const auto id = stage.store.write([&](Tx& tx) {
      const Node* their = node.find("their");
      return roster::ask_swap(doer(stage, tx, node), slot_at(stage, tx, node, *node.find("at")).id, other,
                              their == nullptr ? roster::SlotId{} : slot_at(stage, tx, node, *their).id);
    });
    stage.store.write([&](Tx& tx) {
      const roster::Doer by{
          stage.engine, tx, stage.realm, {.person = other, .system = false, .follows = {}}, stage.clock.now()};
      roster::answer_swap(by, id, text_of(node, "answer", "accept") == "accept");
    });
  });
}

// {away: {person, from, until}}
void away(Stage& stage, const Node& step) {
  const Node& node = *step.find("away");
  stage.store.write([&](Tx& tx) {
    roster::set_away(tx, stage.realm, stage.person(*node.find("person")), stage.ids.next(), time_at(*node.find("from")),
                     time_at(*node.find("until")));
  });
}

// {skill: {person, skill}}
void skill(Stage& stage, const Node& step) {
  const Node& node = *step.find("skill");
  stage.store.write([&](Tx& tx) {
    roster::set_skill(tx, stage.realm, stage.person(*node.find("person")), text_of(node, "skill"), stage.today(), 0,
                      {});
  });
}

// {roster: {on, post, from, until, slots, open, standing, served, absent, waiting, waived, spread, who: {at, are: {person: state}}}}
// waived: turns that pass a limit. spread: the most turns that somebody of `among` has more than another.
void roster_step(Stage& stage, const Node& step) {
  const Node& node = *step.find("roster");
  const RecordId record = stage.record_of(node, "on");
  const Time from = time_of(node, "from", Time{}), until = time_of(node, "until", Time::max());
  stage.store.read([&](Tx& tx) {
    std::int64_t slots = 0, open = 0, waived = 0;
    for (const auto& each : roster::slots_of(tx, stage.realm, record, from, until)) {
      if (node.find("post") != nullptr && each.post != text_of(node, "post")) continue;
      ++slots;
      open += each.state == roster::SlotState::open && each.taken < each.need;
    }
    std::map<roster::TurnState, std::int64_t> states;
    std::map<PersonId, std::int64_t> each_has;
    for (const auto& each : roster::turns_of(tx, stage.realm, record, from, until)) {
      ++states[each.state];
      waived += each.waived;
      if (each.state == roster::TurnState::standing || each.state == roster::TurnState::served) ++each_has[each.person];
    }
    same_count(node, "slots", slots);
    same_count(node, "open", open);
    same_count(node, "waived", waived);
    for (const auto state : {roster::TurnState::waiting, roster::TurnState::standing, roster::TurnState::served,
                             roster::TurnState::absent})
      same_count(node, boost::describe::enum_to_string(state, ""), states[state]);
    if (const Node* among = node.find("among")) {
      std::int64_t least = INT64_MAX, most = 0;
      for (const Node& person : among->items) {
        const auto has = each_has[stage.person(person)];
        least = std::min(least, has);
        most = std::max(most, has);
      }
      same_count(node, "spread", most - least);
    }
    if (const Node* who = node.find("who"))
      for (const auto& wanted : who->find("are")->entries) {
        const auto person = stage.names.people.find(wanted.key);
        if (person == stage.names.people.end())
          throw Wrong{wanted.value, words("没有人“{}”", "there is no person '{}'", wanted.key)};
        std::string is = "nobody";
        for (const auto& each : roster::turns_in(tx, stage.realm, slot_at(stage, tx, node, *who->find("at")).id))
          if (each.person == person->second) is = boost::describe::enum_to_string(each.state, "");
        same(wanted.value, is);
      }
  });
}

// ── check-ins ──
std::vector<FileId> files_of(Stage& stage, Tx& tx, const Node* list) {
  std::vector<FileId> files;
  if (list != nullptr)
    for (const Node& item : list->items) {
      files.push_back(stage.ids.make<FileId>());
      tx.run(kAddDutyFile, stage.realm, files.back(), stage.clock.now(), item.text,
             item.text.ends_with(".mp4") ? "video/mp4" : "image/jpeg", std::string(64, '0'));
    }
  return files;
}

// {checkin: SORT, on, as, at: [lon, lat], files, form, phone_at, key, is: kept | later | repeated}
void check_in(Stage& stage, const Node& step) {
  check_keys(step, {"checkin", "on", "as", "at", "files", "form", "phone_at", "key", "is", "refused", "says"});
  checkin::NewCheckIn given;
  given.key = text_of(step, "key", "story-" + std::to_string(stage.ids.next()));
  given.record = stage.record_of(step, "on");
  given.sort = step.find("checkin")->text;
  given.phone_at = time_of(step, "phone_at", stage.clock.now());
  if (const Node* at = step.find("at"); at != nullptr && at->items.size() == 2) {
    given.lon = std::strtod(at->items[0].text.c_str(), nullptr);
    given.lat = std::strtod(at->items[1].text.c_str(), nullptr);
  }
  const record::Actor actor = stage.actor_of(step);
  stage.change(step, [&] {
    const auto kept = stage.store.write([&](Tx& tx) {
      given.files = files_of(stage, tx, step.find("files"));
      const pack::Form none;
      given.form = stage.form(tx, none, step.find("form"));
      return checkin::check_in(stage.engine, tx, stage.realm, actor, given, stage.clock.now());
    });
    if (const Node* is = step.find("is"))
      same(*is, kept.repeated ? "repeated" : kept.checkin.later ? "later" : kept.kept_occasion ? "kept" : "extra");
  });
}

// {track: {on, as, points: [["2026-03-06 08:00", lon, lat], …], kept, jumps}}
void track(Stage& stage, const Node& step) {
  const Node& node = *step.find("track");
  checkin::NewTrack given;
  given.key = "story-" + std::to_string(stage.ids.next());
  given.record = stage.record_of(node, "on");
  for (const Node& item : node.find("points")->items)
    given.points.push_back({time_at(item.items.at(0)), std::strtod(item.items.at(1).text.c_str(), nullptr),
                            std::strtod(item.items.at(2).text.c_str(), nullptr)});
  stage.change(step, [&] {
    const auto kept = stage.store.write([&](Tx& tx) {
      return checkin::keep_track(stage.engine, tx, stage.realm, stage.actor_of(node), given, stage.clock.now());
    });
    same_count(node, "jumps", kept.jumps);
    same_count(node, "kept", std::int64_t(boost::json::parse(kept.points).as_array().size()));
  });
}

// {checkins: {kind, sort, area, from, until, is, later, people}}
void checkins(Stage& stage, const Node& step) {
  const Node& node = *step.find("checkins");
  const std::string kind = stage.kind_of(node).name, sort = text_of(node, "sort");
  stage.store.read([&](Tx& tx) {
    if (const Node* area = node.find("area")) {
      std::int64_t n = 0, later = 0;
      for (const auto& each : checkin::figures(tx, stage.realm, stage.area(*area).value, kind,
                                               stage.day_or(node, "from", 0), stage.day_or(node, "until", 99991231)))
        if (each.sort == sort) n += each.n, later += each.later;
      same_count(node, "is", n);
      same_count(node, "later", later);
    }
    const auto month =
        node.find("month") == nullptr ? month_of(stage.today()) : std::atoi(node.find("month")->text.c_str());
    same_count(node, "people", std::int64_t(checkin::people_of(tx, stage.realm, kind, sort, month).size()));
  });
}

// {quota: {on, person, quota, day, has, met}}
void quota(Stage& stage, const Node& step) {
  const Node& node = *step.find("quota");
  const PersonId person = node.find("person") == nullptr ? PersonId{} : stage.person(*node.find("person"));
  const auto record = stage.load(stage.record_of(node, "on"));
  stage.store.read([&](Tx& tx) {
    for (const auto& each : aspect::quota::standings(stage.engine, tx, stage.realm, record,
                                                     stage.day_or(node, "day", stage.today()), stage.clock.now())) {
      if (each.person != person || each.quota != text_of(node, "quota")) continue;
      same_count(node, "has", each.has);
      if (const Node* met = node.find("met")) same(*met, each.met() ? "true" : "false");
      return;
    }
    throw Wrong{node, words("没有这项任务", "there is no such quota")};
  });
}

}  // namespace

void add_duty_steps(Steps& steps) {
  steps["occasion"] = occasion;
  steps["occasions"] = occasions;
  steps["slot"] = slot;
  steps["turn"] = turn;
  steps["swap"] = swap;
  steps["away"] = away;
  steps["skill"] = skill;
  steps["roster"] = roster_step;
  steps["checkin"] = check_in;
  steps["track"] = track;
  steps["checkins"] = checkins;
  steps["quota"] = quota;
}

}  // namespace tongxin::sim::story
