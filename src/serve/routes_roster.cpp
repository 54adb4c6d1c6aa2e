// Rosters: who stands when, and what people do about it.
#include "aspect/duty.hpp"
#include "aspect/roster/roster.hpp"
#include "aspect/roster/section.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"
#include "serve/duty_routes.hpp"
#include "serve/if_match.hpp"
#include "serve/stream.hpp"
#include "serve/table_downloads.hpp"

namespace tongxin::serve {
namespace {

namespace roster = aspect::roster;

const char* word(roster::SlotState state) {
  static constexpr const char* kWords[] = {"open", "closed", "over"};
  return kWords[int(state)];
}
const roster::Section& section_of(const record::World& world, const record::Record& record) {
  return aspect::need_section<roster::Section>(world, record, "roster",
                                               words("这件事项没有排班", "this record has no roster"));
}

api::SlotView slot_view(const roster::Slot& slot) {
  return {to_text(slot.id),
          slot.post,
          slot.starts,
          slot.ends,
          slot.need,
          slot.taken,
          slot.waiting,
          word(slot.state),
          {},
          slot.occasion ? std::optional(to_text(slot.occasion)) : std::nullopt};
}

api::TurnView turn_view(View& view, PersonId person, roster::TurnState state, std::optional<Time> arrived,
                        bool waived) {
  return {view.person(person), boost::describe::enum_to_string(state, ""), arrived,
          waived ? std::optional(true) : std::nullopt};
}

std::vector<Words> skill_names(const record::World& world, const std::vector<std::string>& skills) {
  std::vector<Words> names;
  const auto known = world.library->aspects.find("roster");
  for (const std::string& skill : skills) {
    names.push_back({skill, skill});
    if (known == world.library->aspects.end()) continue;
    for (const pack::Named& each : static_cast<const roster::Skills*>(known->second.get())->list)
      if (each.name == skill) names.back() = each.label;
  }
  return names;
}

// `slots` are those of the answer. Who attends comes in their order, so that one walk finds everybody's slot.
void add_people(View& view, const std::vector<roster::Slot>& slots, const std::vector<roster::Attending>& attending,
                api::RosterView& answer) {
  std::vector<PersonId> people;
  people.reserve(attending.size());
  for (const roster::Attending& each : attending) people.push_back(each.person);
  view.know(std::move(people));
  auto at = slots.begin();
  for (const roster::Attending& each : attending) {
    const auto found = std::find_if(at, slots.end(), [&](const roster::Slot& slot) { return slot.id == each.slot; });
    if (found == slots.end()) continue;  // opened or moved a moment ago
    at = found;
    answer.slots[std::size_t(at - slots.begin())].people.push_back(
        turn_view(view, each.person, each.state, each.arrived_at, each.waived));
  }
}

api::RosterView roster_view(View& view, RecordId id, Time from, Time until) {
  Sight sight{};
  const auto held = view.need(id, sight);
  const record::Record& record = *held;
  const roster::Section& section = section_of(*view.world, record);
  const auto may = [&](const pack::WhoList& who) {
    return aspect::holds(view.app.engine, view.tx, *view.world, view.actor(), record, who, view.now);
  };
  api::RosterView answer{from, until, may(section.organises), may(section.takes), {}, {}, {}};
  // Names are for those who work here or may take turns themselves.
  const bool names = sight == Sight::staff || answer.organises || answer.takes;
  for (const roster::Post& post : section.posts)
    answer.posts.push_back({post.name, post.label, post.need, skill_names(*view.world, post.skills)});
  const auto slots = roster::slots_of(view.tx, view.app.realm, id, from, until);
  answer.slots.reserve(slots.size());
  for (const roster::Slot& slot : slots) answer.slots.push_back(slot_view(slot));
  if (names) add_people(view, slots, roster::attending(view.tx, view.app.realm, id, from, until), answer);
  if (answer.organises)
    for (const roster::Swap& each : roster::swaps_of(view.tx, view.app.realm, id, from, until))
      answer.swaps.push_back({to_text(each.id), to_text(each.slot), view.person(each.person), view.person(each.to),
                              each.other_slot ? std::optional(to_text(each.other_slot)) : std::nullopt, each.at});
  return answer;
}

api::CandidateList candidate_list(View& view, const Request& request) {
  api::CandidateList list;
  const roster::Doer by{view.app.engine, view.tx, view.app.realm, view.actor(), view.now};
  for (const roster::Candidate& each : roster::candidates(by, path_id<roster::SlotId>(request, 0)))
    list.items.push_back({view.person(each.share.person), each.share.turns, each.share.minutes, each.hindrance});
  return list;
}

api::SlotDetail slot_detail(View& view, const Request& request) {
  const auto slot = roster::find_slot(view.tx, view.app.realm, path_id<roster::SlotId>(request, 0));
  if (!slot) throw Fault(Code::not_found, words("没有这个班次", "there is no such slot"));
  Sight sight{};
  const auto held = view.need(slot->record, sight);
  const record::Record& record = *held;
  const roster::Section& section = section_of(*view.world, record);
  const auto may = [&](const pack::WhoList& who) {
    return aspect::holds(view.app.engine, view.tx, *view.world, view.actor(), record, who, view.now);
  };
  api::SlotDetail detail{record.id, slot_view(*slot), {}};
  if (sight != Sight::staff && !may(section.organises) && !may(section.takes)) return detail;
  for (const roster::Turn& turn : roster::turns_in(view.tx, view.app.realm, slot->id))
    if (turn.state != roster::TurnState::left)
      detail.slot.people.push_back(turn_view(view, turn.person, turn.state, turn.arrived_at, turn.waived));
  if (sight != Sight::staff && !may(section.organises)) return detail;
  for (const roster::TurnEvent& each : roster::history(view.tx, view.app.realm, slot->id))
    detail.history.push_back({each.at, each.person ? std::optional(view.person(each.person)) : std::nullopt,
                              each.actor ? std::optional(view.person(each.actor)) : std::nullopt, each.what,
                              each.reason});
  return detail;
}

api::ShareList share_list(View& view, RecordId id) {
  Sight sight{};
  const auto held = view.need(id, sight);
  const record::Record& record = *held;
  section_of(*view.world, record);
  if (sight != Sight::staff) throw Fault(Code::forbidden, words("只有工作人员可以查看", "only for staff"));
  api::ShareList list;
  for (const roster::Share& each : roster::shares(view.tx, view.app.realm, id))
    list.items.push_back({view.person(each.person), each.turns, each.minutes, each.waived});
  return list;
}

// ── as a table ──
std::vector<table::Title> roster_titles(Language language) {
  std::vector<table::Title> titles;
  for (const auto& [title, width] : std::vector<std::pair<Words, double>>{{{"日期", "Day"}, 12},
                                                                          {{"开始", "From"}, 9},
                                                                          {{"结束", "Until"}, 9},
                                                                          {{"岗位", "Post"}, 16},
                                                                          {{"需要", "Needed"}, 9},
                                                                          {{"已排", "Placed"}, 9},
                                                                          {{"在班", "Who stands"}, 48},
                                                                          {{"候补", "Waiting"}, 24},
                                                                          {{"状态", "State"}, 10}})
    titles.push_back({title.in(language), width});
  return titles;
}

std::string names_in(const api::SlotView& slot, Language language, bool waiting) {
  static const std::map<std::string, Words> kMarks{{"absent", {"（缺勤）", " (absent)"}},
                                                   {"served", {"（已到岗）", " (served)"}}};
  static const Words kWaived{"（超限）", " (past a limit)"};
  std::string names;
  for (const api::TurnView& each : slot.people) {
    if ((each.state == "waiting") != waiting) continue;
    if (!names.empty()) names += language == Language::zh ? "、" : ", ";
    names += each.person.name;
    if (const auto mark = kMarks.find(each.state); mark != kMarks.end()) names += mark->second.in(language);
    if (each.waived) names += kWaived.in(language);
  }
  return names;
}

void write_slot(table::Writer& out, const api::RosterView& roster, const api::SlotView& slot, Language language,
                Zone zone) {
  static const std::map<std::string, Words> kStates{
      {"open", {"开放", "open"}}, {"closed", {"已取消", "cancelled"}}, {"over", {"已结束", "over"}}};
  std::string post = slot.post;
  for (const api::PostOfDuty& each : roster.posts)
    if (each.name == slot.post) post = each.label.in(language);
  const auto clock = [&](Time time) { return to_minute_text(time, zone).substr(11); };
  out.row({table::Out::of_day(day_of(slot.starts, zone)), table::Out::of(clock(slot.starts)),
           table::Out::of(clock(slot.ends)), table::Out::of(post), table::Out::of_number(slot.need),
           table::Out::of_number(slot.taken), table::Out::of(names_in(slot, language, false)),
           table::Out::of(names_in(slot, language, true)), table::Out::of(kStates.at(slot.state).in(language))});
}

// What the calendar shows of a stretch of time, to whoever may see it there; names where the calendar has names.
Response roster_table(App& app, DownloadShelf& shelf, const Request& request) {
  const table::Format format = format_of(request);
  const auto [from, until] = stretch(request, app.clock.now(), app.zone, 62);
  const std::string path = shelf.place(app.ids.next());
  return app.store.read([&, begin = from, end = until](store::Tx& tx) {
    View view(app, tx, request);
    const RecordId id = path_id<RecordId>(request, 0);
    const api::RosterView roster = roster_view(view, id, begin, end);
    const Language language = view.caller.language;
    const auto record = app.engine.look(tx, app.realm, id);
    const std::string label = record->title.empty() ? record->number : record->title;
    const auto out = table::write_table(path, format, label, roster_titles(language), app.zone);
    for (const api::SlotView& slot : roster.slots) write_slot(*out, roster, slot, language, app.zone);
    const std::string filter = fmt::format("{} {}–{}", record->number, to_day_text(day_of(begin, app.zone)),
                                           to_day_text(day_of(end - milliseconds{1}, app.zone)));
    out->finish(about_download(app, view.caller, filter, out->rows()));
    if (view.caller.signed_in) log_export(app, view.caller, "roster", filter, out->rows());
    return download(path,
                    table::file_name({label, to_day_text(day_of(begin, app.zone))}, app.clock.now(), format, app.zone),
                    table::media_type(format));
  });
}

// ── acting ──
// What is done to slots is no change of the record: the pages that show its roster hear of it nevertheless.
void tell_pages(App& app, store::Tx& tx, roster::SlotId touched, PersonId actor) {
  if (const auto slot = roster::find_slot(tx, app.realm, touched))
    app.engine.stir(tx, app.realm, slot->record, "roster", roster::last_stirred(tx, app.realm, touched), actor,
                    app.clock.now());
}

// One act on a slot, in a write of its own. The job says which slot it was.
template <class F>
Answer act(App& app, const Request& request, F job) {
  return Answer::write([&app, &request, job = std::move(job)](store::Tx& tx) {
    const Caller caller = need_person(app, tx, request);
    const roster::SlotId touched = job(roster::Doer{app.engine, tx, app.realm, caller.actor, app.clock.now()});
    tell_pages(app, tx, touched, caller.actor.person);
    return Response{.status = 204, .type = {}};
  });
}

Answer open_slot(App& app, const Request& request, api::NewSlot body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = need_person(app, tx, request);
    const auto record = path_id<RecordId>(request, 0);
    const auto slot = roster::open_slot({app.engine, tx, app.realm, caller.actor, app.clock.now()}, record, body.post,
                                        body.starts, body.ends, body.need);
    // After the rights: the refusal says the version, and undoes the slot.
    if (const auto found = app.engine.look(tx, app.realm, record)) need_match(request, found->version);
    tell_pages(app, tx, slot, caller.actor.person);
    return json_answer(api::SlotMade{to_text(slot)}, 201);
  });
}

void add_slot_acts(App& app, Api& api) {
  const auto add = [&](const char* path, const char* summary, auto job) {
    api.post<api::ActOnSlot, Nothing>(path, summary, [&app, job](const Request& request, api::ActOnSlot body) {
      const auto slot = path_id<roster::SlotId>(request, 0);
      return act(app, request, [slot, body = std::move(body), job](const roster::Doer& by) {
        job(by, slot, body.person.value_or(by.actor.person), body);
        return slot;
      });
    });
  };
  add("/v1/slots/{id}/take", "报名或安排 / take a turn, or place somebody",
      [](const roster::Doer& by, roster::SlotId slot, PersonId person, const api::ActOnSlot& body) {
        roster::take(by, slot, person, body.reason.value_or(""));
      });
  add("/v1/slots/{id}/leave", "退出 / leave",
      [](const roster::Doer& by, roster::SlotId slot, PersonId person, const api::ActOnSlot& body) {
        roster::leave(by, slot, person, body.reason.value_or(""));
      });
  add("/v1/slots/{id}/absent", "记缺勤 / mark as absent",
      [](const roster::Doer& by, roster::SlotId slot, PersonId person, const api::ActOnSlot& body) {
        roster::mark_absent(by, slot, person, body.reason.value_or(""));
      });
  add("/v1/slots/{id}/substitute", "替班 / somebody stands in",
      [](const roster::Doer& by, roster::SlotId slot, PersonId person, const api::ActOnSlot& body) {
        roster::substitute(by, slot, person, body.in.value_or(PersonId{}), body.reason.value_or(""));
      });
}

void add_swaps(App& app, Api& api) {
  api.post<api::AskSwap, api::SwapMade>(
         "/v1/slots/{id}/swap", "请人换班 / ask for a swap",
         [&app](const Request& request, api::AskSwap body) {
           return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
             const Caller caller = need_person(app, tx, request);
             roster::SlotId other;
             if (body.other_slot) parse(*body.other_slot, other);
             const auto swap = roster::ask_swap({app.engine, tx, app.realm, caller.actor, app.clock.now()},
                                                path_id<roster::SlotId>(request, 0), body.to, other);
             tell_pages(app, tx, path_id<roster::SlotId>(request, 0), caller.actor.person);
             return json_answer(api::SwapMade{to_text(swap)}, 201);
           });
         })
      .status(201);
  api.post<api::AnswerSwap, Nothing>("/v1/swaps/{id}/answer", "答复换班 / answer a swap",
                                     [&app](const Request& request, api::AnswerSwap body) {
                                       const auto swap = path_id<roster::SwapId>(request, 0);
                                       return act(app, request, [swap, accept = body.accept](const roster::Doer& by) {
                                         roster::answer_swap(by, swap, accept);
                                         return roster::find_swap(by.tx, by.realm, swap)->slot;
                                       });
                                     });
}

}  // namespace

Caller need_person(App& app, store::Tx& tx, const Request& request) {
  Caller caller = signed_in_caller(app, tx, request);
  if (!caller.actor.person) throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  return caller;
}

std::pair<Time, Time> stretch(const Request& request, Time now, Zone zone, int days) {
  const auto read = [&](const char* name) -> std::optional<Time> {
    const auto text = query_text(request, name);
    Time time{};
    if (text && !parse_rfc3339(*text, time))
      refuse_invalid(
          "?" + std::string(name), "format",
          words("应为 2026-11-22T00:00:00+08:00 这样的时间", "expected a time such as 2026-11-22T00:00:00+08:00"));
    return text ? std::optional(time) : std::nullopt;
  };
  const Time from = read("from").value_or(midnight(day_of(now, zone), zone));
  const Time until = read("until").value_or(from + std::chrono::hours{24 * 7});
  if (until <= from || until - from > std::chrono::hours{24 * days})
    refuse_invalid("?until", "range", words("应晚于开始，且不超过 {} 天", "it must be later, within {} days", days));
  return {from, until};
}

void add_roster_routes(App& app, Api& api) {
  api.get<api::RosterView>("/v1/records/{id}/roster", "排班 / the roster",
                           [&app](const Request& request) {
                             const auto [from, until] = stretch(request, app.clock.now(), app.zone, 62);
                             return app.store.read([&, begin = from, end = until](store::Tx& tx) {
                               View view(app, tx, request);
                               return roster_view(view, path_id<RecordId>(request, 0), begin, end);
                             });
                           })
      .open()
      .query("from", "起 / from")
      .query("until", "止，至多 62 天 / until, at most 62 days");
  const auto shelf = std::make_shared<DownloadShelf>();
  api.get<Nothing>("/v1/exports/records/{id}/roster", "导出班表 / the roster as a table",
                   [&app, shelf](const Request& request) {
                     return Answer::work([&app, shelf, &request] { return roster_table(app, *shelf, request); });
                   })
      .open()
      .query("from", "起 / from")
      .query("until", "止，至多 62 天 / until, at most 62 days")
      .query("format", "xlsx | csv")
      .media(table::media_type(table::Format::xlsx));
  api.get<api::ShareList>("/v1/records/{id}/roster/shares", "各人轮了几班 / turns by person",
                          [&app](const Request& request) {
                            return app.store.read([&](store::Tx& tx) {
                              View view(app, tx, request);
                              return share_list(view, path_id<RecordId>(request, 0));
                            });
                          });
  api.post<api::NewSlot, api::SlotMade>(
         "/v1/records/{id}/slots", "开设班次 / open a slot",
         [&app](const Request& request, api::NewSlot body) { return open_slot(app, request, std::move(body)); })
      .header("If-Match", "看到的版本，如 \"v3\" / the version that was looked at, such as \"v3\"")
      .status(201);
  api.get<api::SlotDetail>("/v1/slots/{id}", "一个班次和经过 / a slot and what became of it",
                           duty_look(app, slot_detail))
      .open();
  api.get<api::CandidateList>("/v1/slots/{id}/candidates",
                              "谁可以上这个班，轮得最少的在前 / who could stand here, least served first",
                              duty_look(app, candidate_list));
  add_slot_acts(app, api);
  add_swaps(app, api);
}

}  // namespace tongxin::serve
