// Places: the tree, boundaries, who serves a building, codes on walls; and editing them.
#include <cmath>
#include <map>
#include <mutex>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "place/operations.hpp"
#include "record/relocate.hpp"
#include "serve/place_shapes.hpp"
#include "serve/qr.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

using place::Area;

constexpr std::size_t kAreasShown = 2000;

api::AreaView area_view(const place::Atlas& atlas, const Area& area) {
  return {.id = area.id,
          .parent = area.parent ? std::optional(area.parent) : std::nullopt,
          .level = area.level,
          .code = area.code,
          .name = area.name,
          .path_text = atlas.path_text(area.id),
          .lon = area.lon,
          .lat = area.lat,
          .has_boundary = area.has_boundary,
          .children = std::ssize(atlas.children(area.id))};
}

const Area& need_area(const place::Atlas& atlas, AreaId id) {
  const Area* area = atlas.find(id);
  if (area == nullptr) throw Fault(Code::not_found, words("没有这个区域", "there is no such area"));
  return *area;
}

std::vector<AreaId> found_by_name(const place::Atlas& atlas, const std::string& text, AreaId within,
                                  std::string_view level) {
  const std::string wanted = fold(text);
  std::vector<AreaId> found;
  for (const Area& area : atlas.all()) {
    if (found.size() >= 50) break;
    if (area.until != 0 || (!level.empty() && area.level != level) || (within && !atlas.within(area.id, within)))
      continue;
    if (fold(area.name).find(wanted) != std::string::npos || fold(area.code).starts_with(wanted))
      found.push_back(area.id);
  }
  return found;
}

api::AreaList areas(const record::World& world, const Request& request) {
  const place::Atlas& atlas = *world.atlas;
  const AreaId within = query_id<AreaId>(request, "within").value_or(AreaId{});
  const std::string level = query_text(request, "level").value_or("");
  if (within) need_area(atlas, within);
  std::vector<AreaId> ids;
  if (const auto text = query_text(request, "q"))
    ids = found_by_name(atlas, *text, within, level);
  else if (!level.empty() || within)
    ids = atlas.below(within, level);
  else {
    const auto children = atlas.children(query_id<AreaId>(request, "parent").value_or(AreaId{}));
    ids.assign(children.begin(), children.end());
  }
  api::AreaList list;
  for (const AreaId id : ids) {
    if (list.items.size() == kAreasShown) break;
    list.items.push_back(area_view(atlas, atlas.at(id)));
  }
  return list;
}

// The deepest area at the point, with all above it; a building without boundary counts when it is within 60 m.
api::Located located(const record::World& world, double lon, double lat) {
  const place::Atlas& atlas = *world.atlas;
  AreaId deepest;
  for (const pack::Level& level : world.library->levels)
    if (const auto here = atlas.locate(lon, lat, level.name)) deepest = *here;
  if (const auto near = atlas.nearest(lon, lat, "building", 60); near && (!deepest || atlas.within(near->id, deepest)))
    deepest = near->id;
  if (!deepest)
    throw Fault(Code::not_found, words("这个位置不在服务范围内", "this point lies outside the area served"));
  api::Located answer;
  for (const AreaId id : atlas.lineage(deepest)) answer.areas.push_back(area_ref(world, id));
  return answer;
}

// Who serves a building: whoever holds a post at it or above it, up to the community. Names and work phones only.
api::Contacts contacts(const record::World& world, AreaId id, Day today) {
  const Area& area = need_area(*world.atlas, id);
  const int community = world.library->level_rank("community");
  std::vector<std::pair<int, api::Contact>> found;
  for (const pack::Named& role : world.library->roles)
    for (const people::Post* post : world.directory->posts_with_role(role.name)) {
      if (!people::live(*post, today) || !people::covers(*post, area.path)) continue;
      const Area& where = world.atlas->at(post->area);
      if (world.library->level_rank(where.level) < community) continue;
      found.push_back({where.depth,
                       {.role_name = role.label,
                        .name = std::string(world.directory->name_of(post->person)),
                        .work_phone = post->work_phone.empty() ? std::nullopt : std::optional(post->work_phone),
                        .area_name = where.name}});
    }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  api::Contacts list;
  for (auto& [depth, contact] : found)
    if (list.items.size() < 50) list.items.push_back(std::move(contact));
  return list;
}

// ── boundaries: large and rarely changing, so the text is kept per question ──

class BoundaryTexts {
 public:
  std::shared_ptr<const std::string> get(const place::Atlas& atlas, AreaId within, const std::string& level) {
    const std::lock_guard lock(mutex_);
    if (revision_ != atlas.revision() || kept_.size() > 200) kept_.clear();
    revision_ = atlas.revision();
    auto& text = kept_[{within.value, level}];
    if (!text) text = std::make_shared<const std::string>(make(atlas, within, level));
    return text;
  }

 private:
  static std::string make(const place::Atlas& atlas, AreaId within, const std::string& level) {
    std::string text = R"({"type":"FeatureCollection","features":[)";
    bool first = true;
    for (const AreaId id : atlas.below(within, level)) {
      const Area& area = atlas.at(id);
      const place::Shape* shape = atlas.boundary(id);
      if (shape == nullptr) continue;
      const boost::json::object properties{{"name", area.name}, {"level", area.level}, {"code", area.code}};
      text +=
          fmt::format("{}{{\"type\":\"Feature\",\"id\":\"{}\",\"properties\":{},\"geometry\":{}}}",
                      first ? "\n" : ",\n", to_text(id), boost::json::serialize(properties), place::to_geojson(*shape));
      first = false;
    }
    return text + "\n]}\n";
  }

  std::mutex mutex_;
  std::int64_t revision_ = -1;
  std::map<std::pair<std::int64_t, std::string>, std::shared_ptr<const std::string>> kept_;
};

Response boundaries(const record::World& world, BoundaryTexts& texts, const Request& request) {
  const AreaId within = query_id<AreaId>(request, "within").value_or(AreaId{});
  const std::string level = query_text(request, "level").value_or("grid");
  if (within) need_area(*world.atlas, within);
  if (world.library->level_rank(level) < 0)
    refuse_invalid("?level", "enum", words("没有这个层级", "there is no such level"));
  return {.type = "application/geo+json",
          .body = *texts.get(*world.atlas, within, level),
          .headers = {{"etag", fmt::format("\"areas-{}-{}-{}\"", world.atlas->revision(), level, to_text(within))},
                      {"cache-control", "no-cache"}}};
}

// ── codes on walls ──

constexpr store::Sql kAddCode{"add_place_code",
                              "INSERT INTO place_code (realm_id, code, kind, area_id, facility, made_at) VALUES "
                              "($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING"};
constexpr store::Sql kCode{
    "show_place_code",
    "SELECT code, kind, area_id, facility, revoked_at FROM place_code WHERE realm_id=$1 AND code=$2"};
constexpr store::Sql kCodesOf{"codes_of_area",
                              "SELECT code, kind, area_id, facility, revoked_at FROM place_code WHERE realm_id=$1 AND "
                              "code IN (SELECT code FROM place_code WHERE realm_id=$1 AND area_id=$2) "
                              "ORDER BY code LIMIT 500"};
constexpr store::Sql kRevokeCode{
    "revoke_place_code", "UPDATE place_code SET revoked_at=$3 WHERE realm_id=$1 AND code=$2 AND revoked_at IS NULL"};

struct CodeRow {
  std::string code, kind;
  AreaId area;
  std::string facility;
  std::optional<Time> revoked_at;
};
BOOST_DESCRIBE_STRUCT(CodeRow, (), (code, kind, area, facility, revoked_at))

std::string base_url(const App& app, const Request& request) {
  if (!app.options.base_url.empty()) return app.options.base_url;
  return fmt::format("{}://{}", request.secure ? "https" : "http", request.header("host"));
}

api::CodeView code_view(const App& app, const record::World& world, const Request& request, const CodeRow& row) {
  return {.code = row.code,
          .kind = row.kind,
          .area = area_ref(world, row.area),
          .place_text = world.atlas->path_text(row.area, "community"),
          .facility = row.facility.empty() ? std::nullopt : std::optional(row.facility),
          .revoked = row.revoked_at.has_value(),
          .url = base_url(app, request) + "/s/" + row.code};
}

CodeRow need_code(App& app, store::Tx& tx, std::string_view code) {
  auto row = code.size() <= 40 ? tx.one<CodeRow>(kCode, app.realm, code) : std::nullopt;
  if (!row) throw Fault(Code::not_found, words("没有这个码", "there is no such code"));
  return std::move(*row);
}

// Ten letters that cannot be taken for each other: 50 bits, so that codes are not found by trying.
std::string fresh_code() {
  static constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string code;
  for (const std::uint8_t byte : random_bytes(10)) code += kLetters[byte & 31];
  return code;
}

// What opens when the code is scanned: residents must be able to start it, and it must be about a place.
void need_reportable(const pack::Library& library, const std::string& name) {
  const pack::Kind* kind = library.kind(name);
  if (kind != nullptr && kind->report && kind->place != pack::PlaceRule::none) return;
  refuse_invalid("/kind", "enum",
                 words("应为居民可以提交、与地点有关的事项类型，如 issue",
                       "expected a kind that residents may start and that is about a place, such as issue"));
}

Answer make_code(App& app, const Request& request, api::NewCode body) {
  return Answer::write([&app, &request, body = std::move(body), code = fresh_code()](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const Time now = app.clock.now();
    need_area(*world->atlas, body.area);
    need_organiser(*world, caller, body.area, day_of(now, app.zone));
    need_reportable(*world->library, body.kind);
    const CodeRow row{code, body.kind, body.area, body.facility.value_or(""), {}};
    tx.run(kAddCode, app.realm, code, row.kind, row.area, row.facility, now);
    people::audit(tx, doing_of(app, caller.actor.person, code), "code.add", body.area.value);
    return json_answer(code_view(app, *world, request, row), 201);
  });
}

Answer revoke_code(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const CodeRow row = need_code(app, tx, request.params[0]);
    need_organiser(*world, caller, row.area, day_of(app.clock.now(), app.zone));
    tx.run(kRevokeCode, app.realm, row.code, app.clock.now());
    people::audit(tx, doing_of(app, caller.actor.person, row.code), "code.revoke", row.area.value);
    return Response{.status = 204, .type = {}};
  });
}

api::CodeList codes(App& app, store::Tx& tx, const Request& request) {
  const Caller caller = signed_in_caller(app, tx, request);
  need_staff(caller);
  const auto world = app.engine.worlds().current(tx, app.realm);
  const AreaId within = query_id<AreaId>(request, "within").value_or(AreaId{});
  need_area(*world->atlas, within);
  std::vector<AreaId> ids = world->atlas->below(within);
  ids.insert(ids.begin(), within);
  api::CodeList list;
  for (const AreaId id : ids)
    for (const CodeRow& row : tx.all<CodeRow>(kCodesOf, app.realm, id)) {
      list.items.push_back(code_view(app, *world, request, row));
      if (list.items.size() == 1000) return list;
    }
  return list;
}

// "a1b2c3d4e5" says what it means, "a1b2c3d4e5.svg" is its picture.
Response show_code(App& app, const Request& request) {
  std::string_view code = request.params[0];
  const bool picture = code.ends_with(".svg");
  if (picture) code.remove_suffix(4);
  return app.store.read([&](store::Tx& tx) -> Response {
    const CodeRow row = need_code(app, tx, code);
    const api::CodeView view = code_view(app, *app.engine.worlds().current(tx, app.realm), request, row);
    if (!picture) return json_answer(view);
    return {.type = "image/svg+xml",
            .body = qr_svg(view.url, view.place_text),
            .headers = {{"content-security-policy", "default-src 'none'; sandbox"}}};
  });
}

// ── editing ──

place::Edit edit_of(App& app, PersonId author, const std::optional<std::string>& from) {
  const Time now = app.clock.now();
  return {app.realm, author, now, day_at(from.value_or(""), "/from", day_of(now, app.zone)), app.zone};
}

// One edit by an administrator: `job` gets the world as it was, and the edit. Not the world afterwards: what is not yet
// committed must not be kept for others.
template <class F>
Answer edit(App& app, const Request& request, std::optional<std::string> from, F job) {
  return Answer::write([&app, &request, from = std::move(from), job = std::move(job)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    need_admin(caller);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const AreaId changed = job(tx, *world, edit_of(app, caller.actor.person, from));
    people::audit(tx, doing_of(app, caller.actor.person, request.path), "area.edit", changed.value);
    const auto area = place::find_area(tx, app.realm, changed);
    api::AreaView view{.id = changed,
                       .parent = area->parent ? std::optional(area->parent) : std::nullopt,
                       .level = area->level,
                       .code = area->code,
                       .name = area->name,
                       .path_text = area->name,
                       .lon = area->lon,
                       .lat = area->lat,
                       .has_boundary = area->has_boundary,
                       .children = std::ssize(world->atlas->children(changed))};
    if (world->atlas->find(area->parent) != nullptr)
      view.path_text = world->atlas->path_text(area->parent) + " / " + area->name;
    return json_answer(view, request.params.empty() ? 201 : 200);
  });
}

place::Shape read_boundary(const boost::json::object& boundary) {
  std::size_t points = 200'000;
  return place::read_shape(boundary, "/boundary", points);
}

place::CoverageRule rule_of(const auto& body) {
  return {.allow_gaps = body.allow_gaps, .allow_overlaps = body.allow_overlaps};
}

Answer add_area(App& app, const Request& request, api::NewArea body) {
  return edit(app, request, std::nullopt,
              [&app, body = std::move(body)](store::Tx& tx, const record::World& world, const place::Edit& by) {
                Area area;
                area.id = app.ids.make<AreaId>();
                area.parent = body.parent.value_or(AreaId{});
                area.level = body.level;
                area.code = body.code.value_or("");
                area.name = body.name;
                area.lon = body.lon;
                area.lat = body.lat;
                place::add_area(tx, by, world.atlas->levels(), area);
                if (body.boundary)
                  place::set_boundaries(tx, by, world.atlas->levels(), {{area.id, read_boundary(*body.boundary)}},
                                        rule_of(body));
                return area.id;
              });
}

void add_editing(App& app, Api& api) {
  api.get<api::AreaChangeList>(
      "/v1/areas/changes", "区域调整后还要重新归位的事项 / records that still have to follow their areas",
      [&app](const Request& request) {
        return app.store.read([&](store::Tx& tx) {
          need_admin(signed_in_caller(app, tx, request));
          const auto world = app.engine.worlds().current(tx, app.realm);
          api::AreaChangeList list;
          for (const record::AreaChange& each : record::area_changes(tx, app.realm))
            list.items.push_back({area_ref(*world, each.area), each.since, each.looked, each.moved});
          return list;
        });
      });
  api.post<api::NewArea, api::AreaView>(
         "/v1/areas", "新增区域 / add an area",
         [&app](const Request& request, api::NewArea body) { return add_area(app, request, std::move(body)); })
      .status(201);
  api.post<api::MoveArea, api::AreaView>(
      "/v1/areas/{id}/move",
      "调整上级；由此留下空白、重叠或越界时拒绝，除非允许；其中的事项随后归位，见 GET /v1/areas/changes / move an "
      "area; refused "
      "when it leaves gaps, overlaps or ground outside that are not allowed; its records follow, see GET "
      "/v1/areas/changes",
      [&app](const Request& request, api::MoveArea body) {
        const AreaId id = path_id<AreaId>(request, 0);
        return edit(app, request, body.from,
                    [id, body](store::Tx& tx, const record::World& world, const place::Edit& by) {
                      place::move_area(tx, by, world.atlas->levels(), id, body.parent, rule_of(body));
                      return id;
                    });
      });
  api.post<api::RenameArea, api::AreaView>(
      "/v1/areas/{id}/rename", "更名 / rename an area", [&app](const Request& request, api::RenameArea body) {
        const AreaId id = path_id<AreaId>(request, 0);
        return edit(app, request, body.from,
                    [id, name = body.name](store::Tx& tx, const record::World&, const place::Edit& by) {
                      place::rename_area(tx, by, id, name);
                      return id;
                    });
      });
  api.post<api::AreaBoundary, api::AreaView>(
      "/v1/areas/{id}/boundary", "修改边界 / change a boundary",
      [&app](const Request& request, api::AreaBoundary body) {
        const AreaId id = path_id<AreaId>(request, 0);
        return edit(
            app, request, std::nullopt,
            [id, body = std::move(body)](store::Tx& tx, const record::World& world, const place::Edit& by) {
              place::set_boundaries(tx, by, world.atlas->levels(), {{id, read_boundary(body.boundary)}}, rule_of(body));
              return id;
            });
      });
}

// A read of the world, which everybody may see.
template <class F>
auto look(App& app, F job) {
  const auto world = app.store.read([&](store::Tx& tx) { return app.engine.worlds().current(tx, app.realm); });
  return job(*world);
}

void add_codes(App& app, Api& api) {
  api.post<api::NewCode, api::CodeView>(
         "/v1/codes", "新建墙面码 / make a code for a wall",
         [&app](const Request& request, api::NewCode body) { return make_code(app, request, std::move(body)); })
      .status(201);
  api.get<api::CodeList>("/v1/codes", "区域内的码 / codes of an area",
                         [&app](const Request& request) {
                           return app.store.read([&](store::Tx& tx) { return codes(app, tx, request); });
                         })
      .query("within", "区域 / area", ParameterType::id, true);
  api.get<api::CodeView>("/v1/codes/{code}",
                         "扫码看到的地点；{code}.svg 是二维码 / what a scanned code means; {code}.svg is its picture",
                         [&app](const Request& request) { return Answer(show_code(app, request)); })
      .open();
  api.del("/v1/codes/{code}", "停用码 / revoke a code",
          [&app](const Request& request) { return revoke_code(app, request); });
}

}  // namespace

void add_place_routes(App& app, Router& router) {
  Api api(router);
  api.get<api::AreaList>("/v1/areas", "区域 / areas",
                         [&app](const Request& request) {
                           return look(app, [&](const record::World& world) { return areas(world, request); });
                         })
      .query("parent", "上级 / the area above", ParameterType::id)
      .query("within", "在其下的全部 / everything below", ParameterType::id)
      .query("level", "层级 / level")
      .query("q", "名称或编码 / name or code")
      .open();
  api.get<api::Located>("/v1/areas/locate", "位置所在的区域 / where a point lies",
                        [&app](const Request& request) {
                          const auto lon = query_number(request, "lon", -180, 180),
                                     lat = query_number(request, "lat", -90, 90);
                          if (!lon || !lat)
                            refuse_invalid(lon ? "?lat" : "?lon", "required",
                                           words("需要经度和纬度", "longitude and latitude are needed"));
                          return look(app, [&](const record::World& world) { return located(world, *lon, *lat); });
                        })
      .query("lon", "经度 / longitude", ParameterType::number, true)
      .query("lat", "纬度 / latitude", ParameterType::number, true)
      .open();
  api.get<Nothing>("/v1/areas/boundaries", "边界 GeoJSON / boundaries",
                   [&app, texts = std::make_shared<BoundaryTexts>()](const Request& request) {
                     return look(app, [&](const record::World& world) { return boundaries(world, *texts, request); });
                   })
      .query("within", "区域 / area", ParameterType::id)
      .query("level", "层级，缺省网格 / level, else grid")
      .open()
      .media("application/geo+json");
  api.get<api::AreaView>("/v1/areas/{id}", "一个区域 / one area",
                         [&app](const Request& request) {
                           return look(app, [&](const record::World& world) {
                             return area_view(*world.atlas, need_area(*world.atlas, path_id<AreaId>(request, 0)));
                           });
                         })
      .open();
  api.get<api::Contacts>("/v1/areas/{id}/contacts", "谁为我的楼服务 / who serves my building",
                         [&app](const Request& request) {
                           return look(app, [&](const record::World& world) {
                             return contacts(world, path_id<AreaId>(request, 0), day_of(app.clock.now(), app.zone));
                           });
                         })
      .open();
  add_editing(app, api);
  add_codes(app, api);
}

}  // namespace tongxin::serve
