// Organisations, posts, responsibilities, people by name, and reports on them. For whoever holds a post; changes for
// administrators, and for the secretary or street leader in charge of the place (routes.hpp, may_organise).
#include <set>

#include "base/text.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "place/coverage.hpp"
#include "serve/place_shapes.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

constexpr std::size_t kPage = 100;
constexpr std::size_t kReported = 500;  // lines of a report

// What every read here needs: the world, by one who holds a post.
struct Desk {
  Caller caller;
  record::WorldPtr world;
  Day today;
};
Desk desk(App& app, store::Tx& tx, const Request& request) {
  Desk desk{signed_in_caller(app, tx, request), app.engine.worlds().current(tx, app.realm),
            day_of(app.clock.now(), app.zone)};
  need_staff(desk.caller);
  return desk;
}
template <class F>
auto staff_read(App& app, const Request& request, F job) {
  return app.store.read([&](store::Tx& tx) { return job(tx, desk(app, tx, request)); });
}

std::string path_of(const record::World& world, const Request& request, std::string_view name) {
  const auto id = query_id<AreaId>(request, name);
  return id ? world.atlas->at(*id).path : std::string{};
}

bool lies_below(const record::World& world, AreaId area, const std::string& path) {
  if (path.empty()) return true;
  const place::Area* found = world.atlas->find(area);
  return found != nullptr && found->path.starts_with(path);
}

// ── organisations ──

api::OrgView org_view(const record::World& world, const people::Org& org) {
  const pack::Named* kind = world.library->org_kind(org.kind);
  return {.id = org.id,
          .parent = org.parent ? std::optional(org.parent) : std::nullopt,
          .kind = org.kind,
          .code = org.code,
          .name = org.name,
          .kind_name = kind != nullptr ? kind->label : Words{org.kind, org.kind},
          .area = org.area ? std::optional(org.area) : std::nullopt,
          .area_name = area_ref(world, org.area).name};
}

const people::Org& need_org(const record::World& world, OrgId id) {
  const people::Org* org = world.directory->org(id);
  if (org == nullptr) throw Fault(Code::not_found, words("没有这个组织", "there is no such organisation"));
  return *org;
}

api::OrgList orgs(const Desk& at, const Request& request) {
  const auto text = query_text(request, "q"), kind = query_text(request, "kind");
  const auto parent = query_id<OrgId>(request, "parent");
  const std::string path = path_of(*at.world, request, "within"), wanted = fold(text.value_or(""));
  api::OrgList list;
  for (const people::Org& org : at.world->directory->orgs()) {
    if (list.items.size() == 500) break;
    if (!people::live(org, at.today) || (kind && org.kind != *kind) || (parent && org.parent != *parent)) continue;
    if (!lies_below(*at.world, org.area, path) || fold(org.name).find(wanted) == std::string::npos) continue;
    list.items.push_back(org_view(*at.world, org));
  }
  return list;
}

// One change by somebody who may: `job` looks at the world as it was, checks the place, and changes.
template <class F>
Answer change(App& app, const Request& request, std::string reason, F job) {
  return Answer::write([&app, &request, reason = std::move(reason), job = std::move(job)](store::Tx& tx) {
    const Desk at = desk(app, tx, request);
    return job(tx, at, doing_of(app, at.caller.actor.person, reason));
  });
}

// An organisation without a place is the administrators'.
void need_keeper_of(const Desk& at, const people::Org& org) {
  need_organiser(*at.world, at.caller, org.area, at.today);
}

Answer add_org(App& app, const Request& request, api::NewOrg body) {
  const OrgId id = app.ids.make<OrgId>();
  return change(app, request, body.reason, [body, id](store::Tx& tx, const Desk& at, const people::Doing& doing) {
    if (at.world->library->org_kind(body.kind) == nullptr)
      refuse_invalid("/kind", "enum", words("没有这类组织", "there is no such kind of organisation"));
    if (body.parent) need_keeper_of(at, need_org(*at.world, *body.parent));
    if (!body.parent) need_admin(at.caller);
    need_organiser(*at.world, at.caller, body.area.value_or(AreaId{}), at.today);
    people::Org org;
    org.id = id;
    org.parent = body.parent.value_or(OrgId{});
    org.kind = body.kind;
    org.code = body.code;
    org.name = body.name;
    org.area = body.area.value_or(AreaId{});
    org.from = day_at(body.from.value_or(""), "/from", at.today);
    people::add_org(tx, doing, org);
    return json_answer(org_view(*at.world, org), 201);
  });
}

Answer change_org(App& app, const Request& request, api::ChangeOrg body) {
  return change(app, request, body.reason,
                [&app, &request, body](store::Tx& tx, const Desk& at, const people::Doing& doing) {
                  const people::Org& org = need_org(*at.world, path_id<OrgId>(request, 0));
                  need_keeper_of(at, org);
                  if (body.parent) need_keeper_of(at, need_org(*at.world, *body.parent));
                  if (body.area) need_organiser(*at.world, at.caller, *body.area, at.today);
                  if (body.parent || body.name || body.area) {
                    people::OrgChange wanted;
                    wanted.parent = body.parent;
                    wanted.name = body.name;
                    wanted.area = body.area;
                    people::change_org(tx, doing, org.id, wanted, day_at(body.from.value_or(""), "/from", at.today));
                  }
                  if (body.until) people::close_org(tx, doing, org.id, day_at(*body.until, "/until"));
                  return json_answer(org_view(*at.world, *people::find_org(tx, app.realm, org.id)));
                });
}

// ── posts ──

api::StaffList posts(const Desk& at, const Request& request) {
  const auto org = query_id<OrgId>(request, "org");
  const auto person = query_id<PersonId>(request, "person");
  const auto role = query_text(request, "role"), cursor = query_text(request, "cursor");
  const std::string path = path_of(*at.world, request, "area");
  const std::int64_t after = cursor ? id_of(*cursor, "?cursor") : 0;
  std::vector<const people::Post*> found;
  for (const pack::Named& named : at.world->library->roles) {
    if (role && named.name != *role) continue;
    for (const people::Post* post : at.world->directory->posts_with_role(named.name))
      if (people::live(*post, at.today) && post->id.value > after && (!org || post->org == *org) &&
          (!person || post->person == *person) && lies_below(*at.world, post->area, path))
        found.push_back(post);
  }
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  api::StaffList list;
  for (const people::Post* post : found) {
    if (list.items.size() == kPage) {
      list.next = to_text(list.items.back().post.id);
      break;
    }
    list.items.push_back({.post = post_view(*at.world, *post),
                          .person = {post->person, std::string(at.world->directory->name_of(post->person))}});
  }
  return list;
}

// The place and the organisation must both be theirs: a post in a department would bring that department's rights.
void need_right_to_appoint(const Desk& at, const std::string& role, OrgId org, AreaId area) {
  const pack::Named* named = at.world->library->role(role);
  if (named == nullptr) refuse_invalid("/role", "enum", words("没有这个岗位", "there is no such role"));
  if (named->admin) need_admin(at.caller);
  need_organiser(*at.world, at.caller, area, at.today);
  need_keeper_of(at, need_org(*at.world, org));
}

Answer appoint(App& app, const Request& request, api::NewPost body) {
  const PostId id = app.ids.make<PostId>();
  return change(
      app, request, body.how.value_or("appointed"),
      [body, id](store::Tx& tx, const Desk& at, const people::Doing& doing) {
        need_right_to_appoint(at, body.role, body.org, body.area);
        people::Post post;
        post.id = id;
        post.person = body.person;
        post.role = body.role;
        post.org = body.org;
        post.area = body.area;
        post.from = day_at(body.from, "/from");
        post.until = day_at(body.until.value_or(""), "/until");
        post.how = body.how.value_or("");
        people::appoint(tx, doing, post);
        return json_answer(
            api::StaffRow{.post = post_view(*at.world, post), .person = person_ref(tx, *at.world, post.person)}, 201);
      });
}

Answer end_post(App& app, const Request& request, api::EndPost body) {
  return change(app, request, "ended", [&request, body](store::Tx& tx, const Desk& at, const people::Doing& doing) {
    const people::Post* post = at.world->directory->post(path_id<PostId>(request, 0));
    if (post == nullptr) throw Fault(Code::not_found, words("没有这个任职", "there is no such post"));
    need_right_to_appoint(at, post->role, post->org, post->area);
    people::end_post(tx, doing, post->id, day_at(body.until, "/until"));
    return Response{.status = 204, .type = {}};
  });
}

// ── responsibilities ──

api::ResponsibilityView responsibility_view(const record::World& world, const people::Responsibility& row) {
  const people::Org* org = world.directory->org(row.org);
  const pack::Named* named = world.library->function(row.function);
  return {.function = row.function,
          .function_name = named != nullptr      ? named->label
                           : row.function == "*" ? Words{"其余全部", "All others"}
                                                 : Words{row.function, row.function},
          .area = row.area,
          .area_name = area_ref(world, row.area).name,
          .stage = row.stage,
          .org = row.org,
          .org_name = org != nullptr ? org->name : std::string{},
          .from = to_day_text(row.from),
          .until = day_text(row.until)};
}

api::ResponsibilityList responsibilities(const Desk& at, const Request& request) {
  const auto org = query_id<OrgId>(request, "org");
  const auto function = query_text(request, "function");
  const std::string path = path_of(*at.world, request, "area");
  api::ResponsibilityList list;
  for (const people::Responsibility& row : at.world->directory->responsibilities()) {
    if (list.items.size() == 1000) break;
    if ((row.until != 0 && row.until <= at.today) || (org && row.org != *org) ||
        (function && row.function != *function))
      continue;
    if (lies_below(*at.world, row.area, path)) list.items.push_back(responsibility_view(*at.world, row));
  }
  return list;
}

Answer set_responsibility(App& app, const Request& request, api::SetResponsibility body) {
  return change(app, request, body.reason, [body](store::Tx& tx, const Desk& at, const people::Doing& doing) {
    need_organiser(*at.world, at.caller, body.area, at.today);
    if (body.function != "*" && at.world->library->function(body.function) == nullptr)
      refuse_invalid("/function", "enum", words("没有这个职能", "there is no such function"));
    people::NewResponsibility wanted;
    wanted.function = body.function;
    wanted.area = body.area;
    wanted.stage = body.stage.value_or("");
    wanted.org = body.org.value_or(OrgId{});
    wanted.role = body.role.value_or("");
    wanted.from = day_at(body.from.value_or(""), "/from", at.today);
    people::set_responsibility(tx, doing, wanted);
    return Response{.status = 204, .type = {}};
  });
}

// ── people ──

// By name: those who hold a post. By phone: whoever has that number, for the desk that has them on the line. Only names
// come back; whoever is found by their number reads in their own log who asked.
api::PersonList people_found(App& app, store::Tx& tx, const Desk& at, const Request& request) {
  api::PersonList list;
  if (const auto phone = query_text(request, "phone")) {
    const people::Doing doing = doing_of(app, at.caller.actor.person, "按电话找人 / looked for by phone");
    for (const PersonId person : people::find_by_phone(tx, app.vault, app.realm, *phone)) {
      people::log_access(tx, doing, person, "by_phone");
      list.items.push_back(person_ref(tx, *at.world, person));
    }
    return list;
  }
  const std::string wanted = fold(query_text(request, "q").value_or(""));
  if (wanted.empty()) refuse_invalid("?q", "required", words("请输入姓名", "a name is needed"));
  std::set<PersonId> seen;
  for (const pack::Named& role : at.world->library->roles)
    for (const people::Post* post : at.world->directory->posts_with_role(role.name)) {
      const std::string name(at.world->directory->name_of(post->person));
      if (list.items.size() == 50) return list;
      if (people::live(*post, at.today) && fold(name).find(wanted) != std::string::npos &&
          seen.insert(post->person).second)
        list.items.push_back({post->person, name});
    }
  return list;
}

// ── reports ──

// Open areas of a level, at or below another, in which nobody holds the role.
std::vector<api::AreaRef> areas_without(const Desk& at, const pack::Named& role, AreaId within) {
  std::vector<AreaId> areas = at.world->atlas->below(within, role.each);
  if (within && at.world->atlas->at(within).level == role.each) areas.push_back(within);
  std::vector<api::AreaRef> without;
  for (const AreaId area : at.world->directory->without(role.name, areas, at.today)) {
    if (without.size() == kReported) break;
    without.push_back(area_ref(*at.world, area));
  }
  return without;
}

// Roles that somebody holds, and those that every area of a level should have.
api::StaffingList staffing(const Desk& at, const Request& request) {
  const AreaId within = query_id<AreaId>(request, "area").value_or(AreaId{});
  const auto held = at.world->directory->staffing(path_of(*at.world, request, "area"), at.today);
  api::StaffingList list;
  for (const pack::Named& role : at.world->library->roles) {
    const auto found = held.find(role.name);
    const people::Staffing counts = found == held.end() ? people::Staffing{} : found->second;
    if (counts.posts == 0 && role.each.empty()) continue;
    api::StaffingRow row{role.name, role.label, counts.posts, counts.people, counts.areas, {}, {}};
    if (!role.each.empty()) {
      row.each = at.world->library->levels[std::size_t(at.world->library->level_rank(role.each))].label;
      row.without = areas_without(at, role, within);
    }
    list.items.push_back(std::move(row));
  }
  return list;
}

api::CrossAppointmentList cross_appointments(const Desk& at, const Request& request) {
  const std::string path = path_of(*at.world, request, "area");
  api::CrossAppointmentList list;
  for (const people::CrossAppointment& one : at.world->directory->cross_appointments(at.today)) {
    if (list.items.size() == kReported) break;
    if (std::ranges::none_of(one.posts, [&](const auto* post) { return lies_below(*at.world, post->area, path); }))
      continue;
    api::CrossAppointmentRow row{{one.person, std::string(at.world->directory->name_of(one.person))}, {}};
    for (const people::Post* post : one.posts) row.posts.push_back(post_view(*at.world, *post));
    list.items.push_back(std::move(row));
  }
  return list;
}

api::TermList terms(const Desk& at, const Request& request) {
  const std::string path = path_of(*at.world, request, "area");
  const int days = int(query_integer(request, "days", 1, 3660).value_or(90));
  api::TermList list;
  for (const people::Post* post : at.world->directory->ending(at.today, add_days(at.today, days))) {
    if (list.items.size() == kReported) break;
    if (!lies_below(*at.world, post->area, path)) continue;
    list.items.push_back({{post->person, std::string(at.world->directory->name_of(post->person))},
                          post_view(*at.world, *post),
                          days_between(at.today, post->until)});
  }
  return list;
}

api::ResponsibilityList vacancies(const Desk& at) {
  api::ResponsibilityList list;
  for (const people::Responsibility* row : at.world->directory->vacancies(at.today))
    list.items.push_back(responsibility_view(*at.world, *row));
  return list;
}

api::DualOfficeList dual_offices(const Desk& at, const Request& request) {
  const std::string path = path_of(*at.world, request, "area");
  const std::string first = query_text(request, "first").value_or("community_secretary"),
                    second = query_text(request, "second").value_or("community_director");
  const auto found = at.world->directory->dual_offices(at.today, first, second, {.area_path = path});
  api::DualOfficeList list{.units = found.units, .share = found.share(), .items = {}};
  for (const people::DualOffice& dual : found.dual)
    list.items.push_back({.person = {dual.person, std::string(at.world->directory->name_of(dual.person))},
                          .first = post_view(*at.world, *dual.first),
                          .second = post_view(*at.world, *dual.second)});
  return list;
}

// Seconds of work for a whole district: runs on the pool.
api::CoverageView coverage(const Desk& at, const std::string& level, AreaId within) {
  const place::Atlas& atlas = *at.world->atlas;
  const auto report = place::check_coverage(atlas, level, {.below = within});
  api::CoverageView view{.level = level,
                         .areas = report.areas,
                         .without_boundary = report.without_boundary,
                         .buildings = report.buildings,
                         .seamless = report.seamless,
                         .findings = {}};
  const auto add = [&](const auto& list) {
    for (const auto& each : list)
      if (view.findings.size() < 500) view.findings.push_back(place::say(atlas, each));
  };
  add(report.gaps);
  add(report.overlaps);
  add(report.spills);
  add(report.strays);
  return view;
}

Answer coverage_answer(App& app, const Request& request) {
  const Desk at = staff_read(app, request, [](store::Tx&, Desk here) { return here; });
  const std::string level = query_text(request, "level").value_or("grid");
  if (at.world->library->level_rank(level) < 0)
    refuse_invalid("?level", "enum", words("没有这个层级", "there is no such level"));
  const AreaId within = query_id<AreaId>(request, "within").value_or(AreaId{});
  return Answer::work([at, level, within] { return json_answer(coverage(at, level, within)); });
}

void add_reports(App& app, Api& api) {
  api.get<api::PersonList>(
         "/v1/people",
         "按姓名或电话找人，只返回姓名；按电话的记入查看记录 / find people; names only; by phone is logged",
         [&app](const Request& request) {
           if (!query_text(request, "phone"))
             return Answer(staff_read(app, request, [&](store::Tx& tx, const Desk& at) {
               return json_answer(people_found(app, tx, at, request));
             }));
           return Answer::write([&app, &request](store::Tx& tx) {
             return json_answer(people_found(app, tx, desk(app, tx, request), request));
           });
         })
      .query("q", "姓名 / name")
      .query("phone", "电话 / phone");
  api.get<api::StaffingList>("/v1/staffing", "各岗位人数 / who is at work, by role",
                             [&app](const Request& request) {
                               return staff_read(app, request,
                                                 [&](store::Tx&, const Desk& at) { return staffing(at, request); });
                             })
      .query("area", "区域 / area", ParameterType::id);
  api.get<api::ResponsibilityList>(
      "/v1/vacancies", "无人负责的职责 / duties without an owner", [&app](const Request& request) {
        return staff_read(app, request, [](store::Tx&, const Desk& at) { return vacancies(at); });
      });
  api.get<api::DualOfficeList>(
         "/v1/dual-offices", "一肩挑 / one person in two offices",
         [&app](const Request& request) {
           return staff_read(app, request, [&](store::Tx&, const Desk& at) { return dual_offices(at, request); });
         })
      .query("first", "第一岗位 / first role")
      .query("second", "第二岗位 / second role")
      .query("area", "区域 / area", ParameterType::id);
  api.get<api::CrossAppointmentList>(
         "/v1/cross-appointments", "交叉任职 / one person in two or more organisations",
         [&app](const Request& request) {
           return staff_read(app, request, [&](store::Tx&, const Desk& at) { return cross_appointments(at, request); });
         })
      .query("area", "区域 / area", ParameterType::id);
  api.get<api::TermList>("/v1/terms", "即将届满的任期 / terms that end",
                         [&app](const Request& request) {
                           return staff_read(app, request,
                                             [&](store::Tx&, const Desk& at) { return terms(at, request); });
                         })
      .query("days", "多少天之内，缺省 90 / within how many days, else 90", ParameterType::integer)
      .query("area", "区域 / area", ParameterType::id);
  api.get<api::CoverageView>("/v1/coverage", "无缝全覆盖检查 / coverage report",
                             [&app](const Request& request) { return coverage_answer(app, request); })
      .query("level", "层级，缺省网格 / level, else grid")
      .query("within", "区域 / area", ParameterType::id);
}

}  // namespace

void add_people_routes(App& app, Router& router) {
  Api api(router);
  api.get<api::OrgList>("/v1/orgs", "组织 / organisations",
                        [&app](const Request& request) {
                          return staff_read(app, request,
                                            [&](store::Tx&, const Desk& at) { return orgs(at, request); });
                        })
      .query("q", "名称 / name")
      .query("kind", "类型 / kind")
      .query("within", "区域 / area", ParameterType::id)
      .query("parent", "上级 / organisation above", ParameterType::id);
  api.get<api::OrgView>("/v1/orgs/{id}", "一个组织 / one organisation", [&app](const Request& request) {
    return staff_read(app, request, [&](store::Tx&, const Desk& at) {
      return org_view(*at.world, need_org(*at.world, path_id<OrgId>(request, 0)));
    });
  });
  api.post<api::NewOrg, api::OrgView>(
         "/v1/orgs", "新增组织 / add an organisation",
         [&app](const Request& request, api::NewOrg body) { return add_org(app, request, std::move(body)); })
      .status(201);
  api.patch<api::ChangeOrg, api::OrgView>(
      "/v1/orgs/{id}", "调整组织 / change an organisation",
      [&app](const Request& request, api::ChangeOrg body) { return change_org(app, request, std::move(body)); });
  api.get<api::StaffList>("/v1/posts", "在岗人员 / who holds which post",
                          [&app](const Request& request) {
                            return staff_read(app, request,
                                              [&](store::Tx&, const Desk& at) { return posts(at, request); });
                          })
      .query("org", "组织 / organisation", ParameterType::id)
      .query("area", "区域及以下 / area and below", ParameterType::id)
      .query("role", "岗位 / role")
      .query("person", "人员 / person", ParameterType::id)
      .query("cursor", "上一页的 next / next of the page before");
  api.post<api::NewPost, api::StaffRow>(
         "/v1/posts", "任命 / appoint",
         [&app](const Request& request, api::NewPost body) { return appoint(app, request, std::move(body)); })
      .status(201);
  api.post<api::EndPost, Nothing>(
      "/v1/posts/{id}/end", "卸任 / end a post",
      [&app](const Request& request, api::EndPost body) { return end_post(app, request, std::move(body)); });
  api.get<api::ResponsibilityList>(
         "/v1/responsibilities", "责任分工 / who answers for what",
         [&app](const Request& request) {
           return staff_read(app, request, [&](store::Tx&, const Desk& at) { return responsibilities(at, request); });
         })
      .query("org", "组织 / organisation", ParameterType::id)
      .query("function", "职能 / function")
      .query("area", "区域及以下 / area and below", ParameterType::id);
  api.put<api::SetResponsibility, Nothing>("/v1/responsibilities", "调整责任 / set who answers",
                                           [&app](const Request& request, api::SetResponsibility body) {
                                             return set_responsibility(app, request, std::move(body));
                                           });
  add_reports(app, api);
}

}  // namespace tongxin::serve
