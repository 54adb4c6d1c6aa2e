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
  const auto board = std::make_shared<PresenceBoard>();
  api.post<api::Presence, api::PresentList>(
      "/v1/records/{id}/presence", "我正看着它；还有谁 / I have it open; who else has",
      [&app, board](const Request& request, const api::Presence& body) {
        return app.store.read([&](store::Tx& tx) {
          View view(app, tx, signed_in_caller(app, tx, request));
          api::PresentList list;
          const auto id = at_work(view, request);
          if (!id) return list;
          const std::vector<Present> present = board->say(*id, view.actor().person, body.acting, view.now);
          for (const Present& each : present) list.items.push_back({view.person(each.person), each.acting});
          return list;
        });
      });
  api.del("/v1/records/{id}/presence", "我不再看着它 / I have closed it", [&app, board](const Request& request) {
    app.store.read([&](store::Tx& tx) {
      board->leave(path_id<RecordId>(request, 0), signed_in_caller(app, tx, request).actor.person, app.clock.now());
      return 0;
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
