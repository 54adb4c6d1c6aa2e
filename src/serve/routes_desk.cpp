// What the desk keeps beside the records: filters with a name, and who has a record open.
#include "people/filters.hpp"
#include "serve/desk_shapes.hpp"
#include "serve/presence.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

api::SavedFilters filters(App& app, store::Tx& tx, PersonId person) {
  api::SavedFilters list;
  for (people::SavedFilter& each : people::filters_of(tx, app.realm, person))
    list.items.push_back({std::move(each.name), std::move(each.query)});
  return list;
}

void add_filters(App& app, Api& api) {
  api.get<api::SavedFilters>("/v1/me/filters", "我的常用筛选 / my saved filters", [&app](const Request& request) {
    return app.store.read(
        [&](store::Tx& tx) { return filters(app, tx, signed_in_caller(app, tx, request).actor.person); });
  });
  api.put<api::SavedFilter, api::SavedFilters>(
      "/v1/me/filters", "保存常用筛选；同名的被替换 / keep a filter; one of the same name is replaced",
      [&app](const Request& request, api::SavedFilter body) {
        return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
          const PersonId self = signed_in_caller(app, tx, request).actor.person;
          people::keep_filter(tx, doing_of(app, self, ""), {body.name, body.query});
          return json_answer(filters(app, tx, self));
        });
      });
  api.del("/v1/me/filters", "删除常用筛选 / drop a saved filter",
          [&app](const Request& request) {
            return Answer::write([&app, &request](store::Tx& tx) {
              const PersonId self = signed_in_caller(app, tx, request).actor.person;
              if (!people::drop_filter(tx, app.realm, self, query_text(request, "name").value_or("")))
                throw Fault(Code::not_found, words("没有这个筛选", "there is no such filter"));
              return Response{.status = 204, .type = {}};
            });
          })
      .query("name", "名称 / name", ParameterType::text, true);
}

// Only colleagues who see the record for their work are told of each other; other staff, who read what is public, of nobody.
std::optional<RecordId> at_work(View& view, const Request& request) {
  Sight sight{};
  const RecordId id = path_id<RecordId>(request, 0);
  view.need(id, sight);
  if (sight == Sight::staff) return id;
  if (!view.caller.staff)
    throw Fault(Code::forbidden, words("只有办理人员可以查看", "this is for those who handle it"));
  return std::nullopt;
}

void add_presence(App& app, Api& api) {
  api.post<api::Presence, api::PresentList>(
      "/v1/records/{id}/presence", "我正看着它；还有谁 / I have it open; who else has",
      [&app](const Request& request, const api::Presence& body) -> Answer {
        api::PresentList list;
        std::optional<RecordId> stale;  // where it must be written that the caller is there
        PersonId caller;
        app.store.read([&](store::Tx& tx) {
          View view(app, tx, signed_in_caller(app, tx, request));
          const auto id = at_work(view, request);
          if (!id) return;
          caller = view.actor().person;
          const std::vector<Present> present = present_at(tx, app.realm, *id, view.now);
          for (const Present& each : present)
            if (each.person != caller) list.items.push_back({view.person(each.person), each.acting});
          if (is_presence_stale(present, caller, body.acting, view.now)) stale = id;
        });
        if (!stale) return json_answer(list);
        return Answer::write([&app, list, id = *stale, caller, acting = body.acting](store::Tx& tx) {
          say_present(tx, app.realm, id, caller, acting, app.clock.now());
          return json_answer(list);
        });
      });
  api.del("/v1/records/{id}/presence", "我不再看着它 / I have closed it", [&app](const Request& request) {
    return Answer::write([&app, &request](store::Tx& tx) {
      leave_record(tx, app.realm, path_id<RecordId>(request, 0), signed_in_caller(app, tx, request).actor.person);
      return Response{.status = 204, .type = {}};
    });
  });
}

}  // namespace

void add_desk_routes(App& app, Router& router) {
  Api api(router);
  add_filters(app, api);
  add_presence(app, api);
}

}  // namespace tongxin::serve
