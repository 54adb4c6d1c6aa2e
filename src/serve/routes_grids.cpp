// Boundaries that are drawn: several take effect together, and what they would leave behind is told before anything is saved.
#include "people/doing.hpp"
#include "place/coverage.hpp"
#include "place/merge.hpp"
#include "place/operations.hpp"
#include "place/overlay.hpp"
#include "record/relocate.hpp"
#include "serve/merge_shapes.hpp"
#include "serve/office_shapes.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

using place::Area;

constexpr std::size_t kMostCorners = 200'000;

// The drawing as the atlas would have it.
struct Plan {
  std::vector<Area> fresh;
  place::Boundaries boundaries;
  std::vector<AreaId> order;  // as they were drawn, then the neighbours that gave ground
  std::vector<Words> findings;
  bool holds = true;  // nothing was found that is not allowed
};

place::Shape read_boundary(const api::DrawnArea& drawn, std::size_t index) {
  std::size_t points = kMostCorners;
  return place::read_shape(drawn.boundary, fmt::format("/items/{}/boundary", index), points);
}

Area new_area(const record::World& world, const api::DrawnArea& drawn, std::size_t index, AreaId id) {
  const auto need = [&](const auto& value, const char* name) {
    if (!value)
      refuse_invalid(fmt::format("/items/{}/{}", index, name), "required",
                     words("新增区域需要名称、层级和上级", "a new area needs a name, a level and an area above it"));
  };
  need(drawn.name, "name"), need(drawn.level, "level"), need(drawn.parent, "parent");
  if (world.library->level_rank(*drawn.level) < 0)
    refuse_invalid(fmt::format("/items/{}/level", index), "enum", words("没有这个层级", "there is no such level"));
  world.atlas->at(*drawn.parent);
  Area area;
  area.id = id;
  area.parent = *drawn.parent;
  area.level = *drawn.level;
  area.name = *drawn.name;
  area.code = drawn.code.value_or("");
  if (area.code.empty()) area.code = to_text(id);
  return area;
}

void put(Plan& plan, AreaId id, place::Shape shape) {
  if (plan.boundaries.insert_or_assign(id, std::move(shape)).second) plan.order.push_back(id);
}

// What was drawn is limited to the ground above it and taken from the neighbours of its level.
void take_ground(const place::Atlas& atlas, const Area& area, const std::vector<AreaId>& drawn, Plan& plan) {
  place::Shape& mine = plan.boundaries.at(area.id);
  if (const place::Shape* whole = atlas.boundary(area.parent)) mine = place::clip(mine, *whole);
  if (mine.empty()) {
    plan.findings.push_back(words("「{}」不在上级区域之内", "'{}' lies outside the area above it", area.name));
    return;
  }
  for (const AreaId sibling : atlas.children(area.parent)) {
    if (std::find(drawn.begin(), drawn.end(), sibling) != drawn.end() || atlas.at(sibling).level != area.level)
      continue;
    const auto planned = plan.boundaries.find(sibling);
    const place::Shape* theirs = planned != plan.boundaries.end() ? &planned->second : atlas.boundary(sibling);
    if (theirs == nullptr) continue;
    place::Shape rest = place::cut(*theirs, plan.boundaries.at(area.id));
    if (rest.empty())
      plan.findings.push_back(words("「{}」会没有地面，请改为调整它的边界或先撤销它",
                                    "'{}' would be left without ground: change its boundary or close it first",
                                    atlas.at(sibling).name));
    else if (std::abs(place::square_metres(rest) - place::square_metres(*theirs)) >= 1)
      put(plan, sibling, std::move(rest));
  }
}

place::CoverageRule rule_of(const api::Drawn& body) {
  return {.allow_gaps = body.allow_gaps, .allow_overlaps = body.allow_overlaps};
}

Plan plan_of(const record::World& world, const api::Drawn& body, const std::vector<AreaId>& ids) {
  Plan plan;
  std::vector<AreaId> drawn;
  for (std::size_t i = 0; i < body.items.size(); ++i) {
    const api::DrawnArea& item = body.items[i];
    if (item.area)
      world.atlas->at(*item.area);
    else
      plan.fresh.push_back(new_area(world, item, i, ids[i]));
    drawn.push_back(item.area.value_or(ids[i]));
    put(plan, drawn.back(), read_boundary(item, i));
  }
  if (body.take)
    for (const AreaId id : drawn) {
      const auto fresh = std::find_if(plan.fresh.begin(), plan.fresh.end(), [&](const Area& a) { return a.id == id; });
      take_ground(*world.atlas, fresh != plan.fresh.end() ? Area(*fresh) : world.atlas->at(id), drawn, plan);
    }
  plan.holds = plan.findings.empty();
  if (plan.holds)
    for (Complaint& complaint : place::boundary_complaints(*world.atlas, plan.boundaries, {}, plan.fresh)) {
      plan.holds = plan.holds && place::allows(rule_of(body), complaint);
      plan.findings.push_back(std::move(complaint.say));
    }
  return plan;
}

api::DrawnOutcome outcome_of(const record::World& world, const Plan& plan, bool saved) {
  api::DrawnOutcome outcome{saved, plan.findings, {}};
  for (const AreaId id : plan.order) {
    const auto fresh = std::find_if(plan.fresh.begin(), plan.fresh.end(), [&](const Area& a) { return a.id == id; });
    const Area& area = fresh != plan.fresh.end() ? *fresh : world.atlas->at(id);
    api::DrawnArea drawn{};
    if (fresh == plan.fresh.end() || saved) drawn.area = id;
    if (area.parent) drawn.parent = area.parent;
    drawn.level = area.level, drawn.name = area.name, drawn.code = area.code;
    drawn.boundary = boost::json::parse(place::to_geojson(plan.boundaries.at(id))).as_object();
    outcome.items.push_back(std::move(drawn));
  }
  return outcome;
}

Answer draw(App& app, const Request& request, api::Drawn body) {
  std::vector<AreaId> ids;
  for (std::size_t i = 0; i < body.items.size(); ++i) ids.push_back(app.ids.make<AreaId>());
  return Answer::write([&app, &request, body = std::move(body), ids = std::move(ids)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    need_admin(caller);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const Plan plan = plan_of(*world, body, ids);
    if (body.check_only || !plan.holds) return json_answer(outcome_of(*world, plan, false));
    const Time now = app.clock.now();
    const place::Edit by{app.realm, caller.actor.person, now, day_of(now, app.zone), app.zone};
    for (const Area& area : plan.fresh) place::add_area(tx, by, world->atlas->levels(), area);
    place::set_boundaries(tx, by, world->atlas->levels(), plan.boundaries, rule_of(body));
    for (const AreaId id : plan.order)
      people::audit(tx, doing_of(app, caller.actor.person, "boundaries drawn on the map"), "area.boundary", id.value);
    return json_answer(outcome_of(*world, plan, true));
  });
}

// Who holds a post or an office there, and what is still open there, must have found another place before.
void need_free(const record::World& world, const Area& area, Day today) {
  std::vector<Complaint> complaints;
  const auto complain = [&](Words say) { complaints.push_back({"/area", "in_use", std::move(say)}); };
  for (const pack::Named& role : world.library->roles)
    for (const people::Post* post : world.directory->posts_with_role(role.name))
      if (post->area == area.id && people::live(*post, today))
        complain(words("{} 还任「{}」的{}，请先调整岗位", "{} still is {} of '{}': change the post first",
                       world.directory->name_of(post->person), area.name, role.label.zh));
  for (const people::Org& org : world.directory->orgs())
    if (org.area == area.id && people::live(org, today))
      complain(words("单位「{}」还在「{}」，请先撤销或移动", "'{}' still belongs to '{}': close or move it first",
                     org.name, area.name));
  if (complaints.empty()) return;
  if (complaints.size() > 20) complaints.resize(20);
  throw Fault(Code::not_now, words("「{}」还在使用，没有合并", "'{}' is in use and was not merged", area.name),
              std::move(complaints));
}

Answer merge(App& app, const Request& request, api::MergeArea body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    need_admin(caller);
    const AreaId id = path_id<AreaId>(request, 0);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const Time now = app.clock.now();
    const Day today = day_of(now, app.zone);
    if (world->atlas->find(id) == nullptr) throw Fault(Code::not_found, words("没有这个区域", "there is no such area"));
    need_free(*world, world->atlas->at(id), today);
    const place::Edit by{app.realm, caller.actor.person, now, day_at(body.from.value_or(""), "/from", today), app.zone};
    const auto moved = place::merge_area(tx, by, world->atlas->levels(), *world->atlas, id, body.into);
    if (const pack::Kind* kind = record::open_at(tx, app.realm, *app.engine.worlds().current(tx, app.realm), id))
      throw Fault(Code::not_now,
                  words("「{}」还有没有办结的{}，请先办结或改派", "'{}' still has open matters ({}): finish them first",
                        world->atlas->at(id).name, kind->label.zh));
    people::audit(tx, doing_of(app, caller.actor.person, body.reason), "area.merge", body.into.value);
    return json_answer(api::MergedArea{body.into, std::ssize(moved)});
  });
}

api::History history(App& app, store::Tx& tx, const Request& request) {
  need_staff(signed_in_caller(app, tx, request));
  const auto world = app.engine.worlds().current(tx, app.realm);
  const AreaId id = path_id<AreaId>(request, 0);
  if (world->atlas->find(id) == nullptr) throw Fault(Code::not_found, words("没有这个区域", "there is no such area"));
  api::History list;
  for (const place::AreaVersion& each : place::history_of(tx, app.realm, id))
    list.items.push_back({to_day_text(each.from),
                          day_text(each.until),
                          each.name,
                          area_ref(*world, each.parent).name,
                          {},
                          person_ref(tx, *world, each.author).name,
                          each.at});
  return list;
}

}  // namespace

void add_grid_routes(App& app, Router& router) {
  Api api(router);
  api.put<api::Drawn, api::DrawnOutcome>(
      "/v1/areas/boundaries",
      "一起划定边界；有空白或重叠时说明并不保存 / draw boundaries together; gaps and overlaps are told and nothing is "
      "saved",
      [&app](const Request& request, api::Drawn body) { return draw(app, request, std::move(body)); });
  api.post<api::MergeArea, api::MergedArea>(
      "/v1/areas/{id}/merge", "并入相邻区域 / merge into a neighbour, with all that lies below and its ground",
      [&app](const Request& request, api::MergeArea body) { return merge(app, request, std::move(body)); });
  api.get<api::History>("/v1/areas/{id}/history", "名称与隶属的变化 / former names and places in the tree",
                        [&app](const Request& request) {
                          return app.store.read([&](store::Tx& tx) { return history(app, tx, request); });
                        });
}

}  // namespace tongxin::serve
