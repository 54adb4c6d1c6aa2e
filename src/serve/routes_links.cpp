// Standing bonds over HTTP: who keeps in touch with whom, who is linked to nobody, how much each one carries.
//
// Bonds are made and ended by whoever organises posts at that place (routes.hpp, may_organise), and ended by the one who
// keeps them. They are read by both sides, and by those whose posts at the place visit there or organise it; what is nobody's home
// (an area) by all staff there.
#include "aspect/links/links.hpp"
#include "people/persons.hpp"
#include "serve/duty_routes.hpp"
#include "serve/link_shapes.hpp"

namespace tongxin::serve {
namespace {

using people::Link;

AreaId place_of(View& view, const Link& link) {
  if (link.to_area) return link.to_area;
  if (!link.to_household) return {};
  const auto household = people::find_household(view.tx, view.app.realm, link.to_household);
  return household ? household->area : AreaId{};
}

bool mine(const View& view, const Link& link) {
  const PersonId self = view.actor().person;
  return self && (link.from_person == self || link.to_person == self);
}

// A bond between two people has no place: it is the administrators' and the street's.
bool may_change(View& view, const Link& link) {
  if (view.caller.admin) return true;
  const AreaId place = place_of(view, link);
  if (place) return may_organise(*view.world, view.caller, place, view.today());
  return organises_somewhere(view);
}

// Those who come to the doors of that place, or organise it, hear whether a household would like a contact: there, at the counter
// or by phone (G8). A property firm or a department stands at the same place and has no need to know (G1).
bool keeps_touch(const View& view, AreaId area) {
  return may_organise(*view.world, view.caller, area, view.today()) ||
         holds_role_at(*view.world, view.caller, area, view.today(), &pack::Named::visits);
}
// … at any place. What each one carries, and who is bound to whom without a place, is read by those.
bool keeps_touch_somewhere(const View& view) {
  if (view.caller.admin) return true;
  return std::ranges::any_of(view.world->directory->posts_of(view.actor().person), [&](const people::Post& post) {
    return people::live(post, view.today()) && keeps_touch(view, post.area);
  });
}
// … and whoever is its contact.
bool hears_wish(View& view, const people::Household& household) {
  if (keeps_touch(view, household.area)) return true;
  const auto links = people::links_to(view.tx, view.app.realm, household.id);
  return std::ranges::any_of(links, [&](const Link& link) {
    return link.from_person && link.from_person == view.actor().person && people::live(link, view.today());
  });
}

void need_change(View& view, const Link& link) {
  if (may_change(view, link)) return;
  throw Fault(Code::forbidden, words("只有分管该区域的社区书记、街道负责人或平台管理员可以调整联系",
                                     "only the secretary or street leader in charge of that area, or an administrator, "
                                     "may change links"));
}

bool may_read(View& view, const Link& link) {
  if (mine(view, link)) return true;
  if (!view.caller.staff) return false;
  if (link.to_area) return covers_place(view, link.to_area);  // whose area it is, everybody there knows
  const AreaId place = place_of(view, link);
  return place ? keeps_touch(view, place) : keeps_touch_somewhere(view);
}

api::LinkView link_view(View& view, const Link& link) {
  static constexpr const char* kStates[] = {"proposed", "active", "declined"};
  api::LinkView row{};
  row.id = to_text(link.id);
  row.kind = link.kind;
  row.name = {link.kind, link.kind};
  for (const pack::Named& each : view.world->library->link_kinds)
    if (each.name == link.kind) row.name = each.label;
  if (link.from_person) row.from = view.person(link.from_person);
  if (link.from_org) row.from_org = org_ref(*view.world, link.from_org);
  if (link.to_person) row.to = view.person(link.to_person);
  if (link.to_household)
    if (const auto household = people::find_household(view.tx, view.app.realm, link.to_household)) {
      row.household = to_text(household->id);
      row.unit = household->unit;
    }
  if (const AreaId place = place_of(view, link)) row.area = area_ref(*view.world, place);
  row.since = to_day_text(link.from);
  row.until = day_text(link.until);
  row.state = kStates[int(link.state)];
  return row;
}

void add_rows(View& view, const std::vector<Link>& links, std::string_view kind, api::LinkList& list) {
  for (const Link& each : links) {
    if (!kind.empty() && each.kind != kind) continue;
    if (each.state == people::LinkState::declined || (each.until != 0 && each.until <= view.today())) continue;
    if (may_read(view, each)) list.items.push_back(link_view(view, each));
  }
}

api::LinkList link_list(View& view, const Request& request) {
  const RealmId realm = view.app.realm;
  const std::string kind = query_text(request, "kind").value_or("");
  api::LinkList list;
  if (const auto person = query_id<PersonId>(request, "person")) {
    add_rows(view, people::links_from(view.tx, realm, *person), kind, list);
    add_rows(view, people::links_to(view.tx, realm, *person), kind, list);
  } else if (const auto household = query_id<HouseholdId>(request, "household")) {
    add_rows(view, people::links_to(view.tx, realm, *household), kind, list);
  } else if (const auto area = query_id<AreaId>(request, "area")) {
    add_rows(view, people::links_to(view.tx, realm, *area), kind, list);
  } else {
    refuse_invalid("?person", "required", words("需要人员、户或区域", "a person, a household or an area is needed"));
  }
  return list;
}

api::LinkList my_links(View& view, const Request& request) {
  const PersonId self = view.actor().person;
  if (!self) throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  const std::string kind = query_text(request, "kind").value_or("");
  api::LinkList list;
  add_rows(view, people::links_from(view.tx, view.app.realm, self), kind, list);
  add_rows(view, people::links_to(view.tx, view.app.realm, self), kind, list);
  return list;
}

// ── figures ──
api::LinkCoverage link_coverage(View& view, const Request& request) {
  need_staff(view.caller);
  const auto area = query_id<AreaId>(request, "area").value_or(AreaId{});
  if (view.world->atlas->find(area) == nullptr)
    throw Fault(Code::not_found, words("没有这个区域", "there is no such area"));
  if (!covers_place(view, area))
    throw Fault(Code::forbidden, words("您的岗位不在这个区域", "none of your posts covers this area"));
  const auto sum =
      aspect::links::coverage(view.tx, *view.world, area, query_text(request, "kind").value_or(""), view.today());
  api::LinkCoverage answer{sum.households, sum.covered, sum.declined, {}};
  if (!keeps_touch(view, area)) return answer;
  for (const people::Household& each : sum.uncovered)
    answer.uncovered.push_back({to_text(each.id), area_ref(*view.world, each.area), each.unit});
  return answer;
}

api::LinkLoads link_loads(View& view, const Request& request) {
  need_staff(view.caller);
  if (!keeps_touch_somewhere(view))
    throw Fault(Code::forbidden, words("只有上门走访或分管区域的岗位可以看每人联系数",
                                       "only posts that visit or are in charge of an area read the load by person"));
  api::LinkLoads loads;
  for (const auto& each :
       aspect::links::loads(view.tx, view.app.realm, query_text(request, "kind").value_or(""), view.today()))
    loads.items.push_back({view.person(each.person), each.links});
  return loads;
}

// ── changes ──
template <class F>
Answer change(App& app, const Request& request, F job) {
  return Answer::write([&app, &request, job = std::move(job)](store::Tx& tx) {
    View view(app, tx, signed_in_caller(app, tx, request));
    return job(view);
  });
}

void need_kind(const View& view, const std::string& kind) {
  for (const pack::Named& each : view.world->library->link_kinds)
    if (each.name == kind) return;
  refuse_invalid("/kind", "enum", words("没有这种联系", "there is no such kind of link"));
}

// A household by its unit, made when nobody has named it before.
HouseholdId household_at(View& view, const people::Doing& doing, AreaId area, const std::string& unit) {
  if (const auto found = people::find_household(view.tx, view.app.realm, area, unit)) return found->id;
  people::Household fresh;
  fresh.area = area;
  fresh.unit = unit;
  return people::add_household(view.tx, doing, fresh);
}

Answer add_link(App& app, const Request& request, api::NewLink body) {
  return change(app, request, [&app, body = std::move(body)](View& view) {
    need_kind(view, body.kind);
    Link link;
    link.kind = body.kind;
    link.from_person = body.from;
    link.to_person = body.to.value_or(PersonId{});
    if (body.household) link.to_household = HouseholdId{id_of(*body.household, "/household")};
    if (body.area && view.world->atlas->find(*body.area) == nullptr)
      throw Fault(Code::not_found, words("没有这个区域", "there is no such area"));
    if (body.area && !body.unit) link.to_area = *body.area;
    link.from = day_at(body.since.value_or(""), "/since", view.today());
    link.until = day_at(body.until.value_or(""), "/until");
    if (body.proposed.value_or(false)) link.state = people::LinkState::proposed;
    const people::Doing doing = doing_of(app, view.actor().person, "link");
    if (body.area && body.unit) {
      Link place;
      place.to_area = *body.area;
      need_change(view, place);
      link.to_household = household_at(view, doing, *body.area, *body.unit);
    }
    need_change(view, link);
    const auto id = people::add_link(view.tx, doing, link, aspect::links::rule_of(*view.world->library, link.kind));
    return json_answer(api::LinkMade{to_text(id)}, 201);
  });
}

Link need_link(View& view, const Request& request) {
  auto link = people::find_link(view.tx, view.app.realm, path_id<LinkId>(request, 0));
  if (!link || !(may_read(view, *link) || may_change(view, *link)))
    throw Fault(Code::not_found, words("没有这个联系", "there is no such link"));
  return *link;
}

Answer end_link(App& app, const Request& request, api::EndLink body) {
  return change(app, request, [&app, &request, body = std::move(body)](View& view) {
    const Link link = need_link(view, request);
    if (link.from_person != view.actor().person) need_change(view, link);
    people::end_link(view.tx, doing_of(app, view.actor().person, body.reason), link.id,
                     day_at(body.until.value_or(""), "/until", view.today()));
    return Response{.status = 204, .type = {}};
  });
}

Answer answer_link(App& app, const Request& request, bool accept) {
  return change(app, request, [&app, &request, accept](View& view) {
    const Link link = need_link(view, request);
    if (link.to_person != view.actor().person)
      throw Fault(Code::forbidden, words("要由对方答复", "the other side answers"));
    people::answer_link(view.tx, doing_of(app, view.actor().person, "answer"), link.id, accept,
                        aspect::links::rule_of(*view.world->library, link.kind));
    return Response{.status = 204, .type = {}};
  });
}

Answer hand_over(App& app, const Request& request, api::HandOverLinks body) {
  return change(app, request, [&app, body = std::move(body)](View& view) {
    need_kind(view, body.kind);
    for (const Link& each : people::links_from(view.tx, view.app.realm, body.from))
      if (each.kind == body.kind && people::live(each, view.today())) need_change(view, each);
    const int links = people::hand_over(view.tx, doing_of(app, view.actor().person, body.reason), body.from, body.to,
                                        body.kind, day_at(body.day.value_or(""), "/day", view.today()),
                                        aspect::links::rule_of(*view.world->library, body.kind));
    return json_answer(api::LinksHandedOver{links});
  });
}

Answer say_wish(App& app, const Request& request, bool welcome) {
  return change(app, request, [&app, &request, welcome](View& view) {
    const auto household = people::find_household(view.tx, view.app.realm, path_id<HouseholdId>(request, 0));
    if (!household || !hears_wish(view, *household))
      throw Fault(Code::not_found, words("没有这户", "there is no such household"));
    const people::Doing doing = doing_of(app, view.actor().person, "contact wish");
    if (welcome)
      people::welcome_contact(view.tx, doing, household->id);
    else
      people::decline_contact(view.tx, doing, household->id);
    return Response{.status = 204, .type = {}};
  });
}

api::LinkKinds link_kinds(View& view, const Request&) {
  need_staff(view.caller);
  api::LinkKinds list;
  for (const pack::Named& each : view.world->library->link_kinds) list.items.push_back({each.name, each.label});
  return list;
}

void add_reading(App& app, Api& api) {
  api.get<api::LinkKinds>("/v1/link-kinds", "有哪些联系 / kinds of links", duty_look(app, link_kinds));
  api.get<api::LinkList>("/v1/links", "联系：某人、某户或某区域的 / links of a person, a household or an area",
                         duty_look(app, link_list))
      .query("person", "人员 / person", ParameterType::id)
      .query("household", "户 / household", ParameterType::id)
      .query("area", "区域 / area", ParameterType::id)
      .query("kind", "联系类型 / kind of link");
  api.get<api::LinkList>("/v1/me/links", "我联系的和联系我的 / my links, both ways", duty_look(app, my_links))
      .query("kind", "联系类型 / kind of link");
  api.get<api::LinkCoverage>("/v1/links/coverage", "联系覆盖 / who is linked to nobody", duty_look(app, link_coverage))
      .query("area", "区域 / area", ParameterType::id, true)
      .query("kind", "联系类型 / kind of link", ParameterType::text, true);
  api.get<api::LinkLoads>("/v1/links/load", "每人联系数 / load by person", duty_look(app, link_loads))
      .query("kind", "联系类型 / kind of link", ParameterType::text, true);
}

}  // namespace

bool covers_place(const View& view, AreaId area) {
  if (view.caller.admin) return true;
  const place::Area* place = view.world->atlas->find(area);
  if (place == nullptr) return false;
  for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
    if (people::live(post, view.today()) && people::covers(post, place->path)) return true;
  return false;
}

bool organises_somewhere(const View& view) {
  for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
    if (people::live(post, view.today()) && may_organise(*view.world, view.caller, post.area, view.today()))
      return true;
  return false;
}

void add_link_routes(App& app, Api& api) {
  add_reading(app, api);
  api.post<api::NewLink, api::LinkMade>(
         "/v1/links", "建立联系 / make a link",
         [&app](const Request& request, api::NewLink body) { return add_link(app, request, std::move(body)); })
      .status(201);
  api.post<api::EndLink, Nothing>(
      "/v1/links/{id}/end", "结束联系 / end a link",
      [&app](const Request& request, api::EndLink body) { return end_link(app, request, std::move(body)); });
  api.post<api::AnswerLink, Nothing>(
      "/v1/links/{id}/answer", "答复 / answer a proposed link",
      [&app](const Request& request, api::AnswerLink body) { return answer_link(app, request, body.accept); });
  api.post<api::HandOverLinks, api::LinksHandedOver>(
      "/v1/links/hand-over", "交接 / hand over",
      [&app](const Request& request, api::HandOverLinks body) { return hand_over(app, request, std::move(body)); });
  api.post<api::ContactWishSaid, Nothing>(
      "/v1/households/{id}/contact-wish", "是否愿意有联系人 / whether a household would like a contact",
      [&app](const Request& request, api::ContactWishSaid body) { return say_wish(app, request, body.welcome); });
}

}  // namespace tongxin::serve
