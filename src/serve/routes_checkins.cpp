// Occasions, check-ins, tracks, quotas.
#include "aspect/checkin/checkin.hpp"
#include "aspect/checkin/section.hpp"
#include "aspect/duty.hpp"
#include "aspect/quota/quota.hpp"
#include "aspect/roster/section.hpp"
#include "aspect/schedule/schedule.hpp"
#include "serve/duty_routes.hpp"
#include "serve/if_match.hpp"

namespace tongxin::serve {
namespace {

namespace checkin = aspect::checkin;

api::OccasionView occasion_view(View& view, const aspect::Occasion& occasion) {
  return {to_text(occasion.id),
          occasion.plan,
          occasion.starts,
          occasion.ends,
          boost::describe::enum_to_string(occasion.state, ""),
          occasion.person ? std::optional(view.person(occasion.person)) : std::nullopt,
          occasion.kept_at};
}

api::OccasionList occasion_list(View& view, RecordId id, Time from, Time until) {
  Sight sight{};
  view.need(id, sight);
  api::OccasionList list;
  for (const aspect::Occasion& each : aspect::occasions_of(view.tx, view.app.realm, id, from, until))
    list.items.push_back(occasion_view(view, each));
  return list;
}

// Who may move and cancel: whoever organises the roster; where there is none, whoever holds the record.
void need_planner(View& view, RecordId id) {
  const record::Record record = aspect::need_record(view.app.engine, view.tx, view.app.realm, id);
  const auto* roster = view.world->kind(record.kind).section<aspect::roster::Section>("roster");
  pack::WhoList who{pack::Who{.how = pack::Who::How::of_holder, .roles = {}, .relation = {}, .when = {}},
                    pack::Who{.how = pack::Who::How::relation, .roles = {}, .relation = "holder", .when = {}}};
  if (roster != nullptr) who = roster->organises;
  aspect::need_right(view.app.engine, view.tx, *view.world, view.actor(), record, who, view.now,
                     {"调整日程", "change the schedule"});
}

template <class F>
Answer on_occasion(App& app, const Request& request, F job) {
  return Answer::write([&app, &request, job = std::move(job)](store::Tx& tx) {
    View view(app, tx, signed_in_caller(app, tx, request));
    const auto id = path_id<aspect::OccasionId>(request, 0);
    need_planner(view, aspect::need_occasion(tx, app.realm, id).record);
    return json_answer(occasion_view(view, job(view, id)));
  });
}

Answer add_occasion(App& app, const Request& request, api::NewOccasion body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    View view(app, tx, signed_in_caller(app, tx, request));
    const auto record = path_id<RecordId>(request, 0);
    need_planner(view, record);
    if (const auto looked = app.engine.look(tx, app.realm, record)) need_match(request, looked->version);
    const auto added = aspect::schedule::add(app.engine, tx, app.realm, view.actor().person, record, body.plan,
                                             body.starts, body.ends, view.now);
    return json_answer(occasion_view(view, added), 201);
  });
}

api::OccasionHistory occasion_history(View& view, const Request& request) {
  const auto id = path_id<aspect::OccasionId>(request, 0);
  Sight sight{};
  view.need(aspect::need_occasion(view.tx, view.app.realm, id).record, sight);
  const auto when = [](Time time) { return to_millis(time) == 0 ? std::nullopt : std::optional(time); };
  api::OccasionHistory history;
  for (const aspect::OccasionChange& each : aspect::occasion_history(view.tx, view.app.realm, id))
    history.items.push_back(
        {each.at, each.actor && sight == Sight::staff ? std::optional(view.person(each.actor)) : std::nullopt,
         each.what, when(each.starts_before), when(each.starts_after), each.reason});
  return history;
}

void add_occasions(App& app, Api& api) {
  api.get<api::OccasionList>("/v1/records/{id}/occasions", "日程 / occasions",
                             [&app](const Request& request) {
                               const auto [from, until] = stretch(request, app.clock.now(), app.zone, 400);
                               return app.store.read([&, begin = from, end = until](store::Tx& tx) {
                                 View view(app, tx, request);
                                 return occasion_list(view, path_id<RecordId>(request, 0), begin, end);
                               });
                             })
      .open()
      .query("from", "起 / from")
      .query("until", "止 / until");
  api.post<api::NewOccasion, api::OccasionView>(
         "/v1/records/{id}/occasions", "加一次 / one more, beside the rule",
         [&app](const Request& request, api::NewOccasion body) { return add_occasion(app, request, std::move(body)); })
      .header("If-Match", "看到的版本，如 \"v3\" / the version that was looked at, such as \"v3\"")
      .status(201);
  api.get<api::OccasionHistory>("/v1/occasions/{id}/history", "一次安排的经过 / what became of an occasion",
                                duty_look(app, occasion_history))
      .open();
  api.post<api::MoveOccasion, api::OccasionView>(
      "/v1/occasions/{id}/move", "改期 / move", [&app](const Request& request, api::MoveOccasion body) {
        return on_occasion(app, request, [body = std::move(body)](View& view, aspect::OccasionId id) {
          return aspect::schedule::move(view.app.engine, view.tx, view.app.realm, view.actor().person, id, body.starts,
                                        body.ends, body.reason, view.now);
        });
      });
  api.post<api::WhyCancel, api::OccasionView>(
      "/v1/occasions/{id}/cancel", "取消 / cancel", [&app](const Request& request, api::WhyCancel body) {
        return on_occasion(app, request, [body = std::move(body)](View& view, aspect::OccasionId id) {
          return aspect::schedule::cancel(view.app.engine, view.tx, view.app.realm, view.actor().person, id,
                                          body.reason, view.now);
        });
      });
}

// ── check-ins ──
Answer take_in(App& app, const Request& request, api::NewCheckIn body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    checkin::NewCheckIn given{body.key, body.record,   body.sort, body.phone_at, body.lon,
                              body.lat, body.accuracy, {},        body.files,    body.form};
    if (body.occasion) parse(*body.occasion, given.occasion);
    const auto kept = checkin::check_in(app.engine, tx, app.realm, caller.actor, given, app.clock.now());
    return json_answer(api::CheckInKept{to_text(kept.checkin.id), kept.repeated, kept.kept_occasion},
                       kept.repeated ? 200 : 201);
  });
}

Answer take_track(App& app, const Request& request, api::NewTrack body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    View view(app, tx, signed_in_caller(app, tx, request));
    checkin::NewTrack given{body.key, body.record, {}};
    for (const api::TrackIn& point : body.points) given.points.push_back({point.at, point.lon, point.lat});
    const auto track = checkin::keep_track(app.engine, tx, app.realm, view.actor(), given, app.clock.now());
    return json_answer(api::TrackView{to_text(track.id), view.person(track.person), track.from, track.until,
                                      track.jumps, track.metres, boost::json::parse(track.points)},
                       201);
  });
}

// Positions are for those who see the record for their work, and for the person himself.
api::CheckInList checkin_list(View& view, const Request& request) {
  constexpr int kPage = 200;
  Sight sight{};
  const RecordId id = path_id<RecordId>(request, 0);
  view.need(id, sight);
  const auto after = query_id<checkin::CheckInId>(request, "cursor").value_or(checkin::CheckInId{});
  api::CheckInList list;
  const auto shown = [&](PersonId person) { return sight == Sight::staff || person == view.actor().person; };
  const auto page = checkin::checkins_of(view.tx, view.app.realm, id, after, kPage);
  for (const checkin::CheckIn& each : page) {
    if (!shown(each.person)) continue;
    api::CheckInView row{to_text(each.id),
                         view.person(each.person),
                         each.sort,
                         each.at,
                         each.phone_at,
                         each.lon,
                         each.lat,
                         each.photos,
                         each.videos,
                         {},
                         {},
                         each.later};
    const auto files = boost::json::parse(each.files);
    for (const auto& file : files.as_array()) row.files.emplace_back(file.as_string());
    row.form = boost::json::parse(each.form).as_object();
    list.items.push_back(std::move(row));
  }
  if (int(page.size()) == kPage) list.next = to_text(page.back().id);
  if (after) return list;
  for (const checkin::Track& each : checkin::tracks_of(view.tx, view.app.realm, id))
    if (shown(each.person))
      list.tracks.push_back({to_text(each.id), view.person(each.person), each.from, each.until, each.jumps, each.metres,
                             boost::json::parse(each.points)});
  return list;
}

const char* word(checkin::Need need) {
  static constexpr const char* kWords[] = {"none", "optional", "required"};
  return kWords[int(need)];
}

void add_checkins(App& app, Api& api) {
  api.get<api::CheckInSorts>("/v1/records/{id}/checkins/sorts",
                             "有哪些打卡、要填什么 / which check-ins there are and what they ask for",
                             duty_look(app,
                                       [](View& view, const Request& request) {
                                         Sight sight{};
                                         return checkin_sorts(view, *view.need(path_id<RecordId>(request, 0), sight));
                                       }))
      .open();
  api.post<api::NewCheckIn, api::CheckInKept>(
         "/v1/checkins", "打卡；同一 key 重发不变 / check in; the same key again changes nothing",
         [&app](const Request& request, api::NewCheckIn body) { return take_in(app, request, std::move(body)); })
      .status(201);
  api.post<api::NewTrack, api::TrackView>(
         "/v1/tracks", "上传轨迹 / send a track",
         [&app](const Request& request, api::NewTrack body) { return take_track(app, request, std::move(body)); })
      .status(201);
  api.get<api::CheckInList>("/v1/records/{id}/checkins", "打卡和轨迹 / check-ins and tracks",
                            [&app](const Request& request) {
                              return app.store.read([&](store::Tx& tx) {
                                View view(app, tx, request);
                                return checkin_list(view, request);
                              });
                            })
      .open()
      .query("cursor", "上一页的 next / next of the page before");
}

// ── figures ──
api::QuotaList quota_list(View& view, RecordId id, Day day) {
  Sight sight{};
  const auto held = view.need(id, sight);
  const record::Record& record = *held;
  api::QuotaList list;
  for (const auto& each : aspect::quota::standings(view.app.engine, view.tx, view.app.realm, record, day, view.now))
    if (sight == Sight::staff || !each.person || each.person == view.actor().person)
      list.items.push_back({each.quota, each.label, boost::describe::enum_to_string(each.every, ""),
                            each.person ? std::optional(view.person(each.person)) : std::nullopt, each.has, each.least,
                            each.met()});
  return list;
}

api::CheckInFigures checkin_figures(View& view, const Request& request) {
  need_staff(view.caller);
  const auto kind = query_text(request, "kind").value_or("");
  const Day from = day_at(query_text(request, "from").value_or(""), "?from", view.today()),
            until = day_at(query_text(request, "until").value_or(""), "?until", view.today());
  const auto area = query_id<AreaId>(request, "area");
  const auto org = query_id<OrgId>(request, "org");
  if (!area && !org)
    refuse_invalid("?area", "required", words("需要区域或单位", "an area or an organisation is needed"));
  need_sight_of_figures(view, area.value_or(AreaId{}), org.value_or(OrgId{}));
  api::CheckInFigures figures;
  for (const auto& each : checkin::figures(view.tx, view.app.realm, area ? area->value : org->value, kind, from, until))
    figures.items.push_back({each.sort, each.n, each.later});
  return figures;
}

void add_figures(App& app, Api& api) {
  api.get<api::QuotaList>("/v1/records/{id}/quota", "任务完成情况 / quotas",
                          duty_look(app,
                                    [](View& view, const Request& request) {
                                      return quota_list(
                                          view, path_id<RecordId>(request, 0),
                                          day_at(query_text(request, "day").value_or(""), "?day", view.today()));
                                    }))
      .open()
      .query("day", "所在周期的任一天 / a day of the period");
  api.get<api::CheckInFigures>("/v1/checkins/figures", "打卡统计 / figures of check-ins",
                               duty_look(app, checkin_figures))
      .query("kind", "类型 / kind")
      .query("area", "区域 / area", ParameterType::id)
      .query("org", "单位 / organisation", ParameterType::id)
      .query("from", "起 / from")
      .query("until", "止 / until");
}

}  // namespace

// What the phone asks for, so that it can be filled in without network.
api::CheckInSorts checkin_sorts(View& view, const record::Record& record) {
  const auto& section = aspect::need_section<checkin::Section>(*view.world, record, "checkin",
                                                               words("这件事项不用打卡", "there is no check-in here"));
  const int state = view.world->kind(record.kind).state(record.state);
  const auto open = [&](const pack::WhoList& who, const std::vector<bool>& states) {
    return state >= 0 && states[std::size_t(state)] &&
           aspect::holds(view.app.engine, view.tx, *view.world, view.actor(), record, who, view.now);
  };
  api::CheckInSorts sorts{{}, section.track && open(section.track->who, section.track->states)};
  for (const checkin::Sort& each : section.sorts)
    sorts.items.push_back({each.name, each.label, word(each.point), word(each.photo), word(each.video),
                           open(each.who, each.states), form_view(each.form),
                           each.plan.empty() ? std::nullopt : std::optional(each.plan)});
  return sorts;
}

void add_checkin_routes(App& app, Api& api) {
  add_occasions(app, api);
  add_checkins(app, api);
  add_figures(app, api);
}

void add_duty_routes(App& app, Router& router) {
  Api api(router);
  add_roster_routes(app, api);
  add_my_duty_routes(app, api);
  add_checkin_routes(app, api);
  add_duty_board_routes(app, api);
  add_link_routes(app, api);
}

}  // namespace tongxin::serve
