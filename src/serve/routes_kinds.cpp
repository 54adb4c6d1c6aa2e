#include "serve/record_routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

// What a pack says changes with the packs alone, but the caller's own part of it with the caller.
std::string tag_of(const View& view) {
  return fmt::format("\"{}-{}-{}\"", view.world->library->checksum.substr(0, 16), int(view.caller.language),
                     view.world->directory->revision() * int(view.caller.staff));
}

}  // namespace

void add_kind_routes(App& app, Api& api) {
  api.get<api::KindList>("/v1/kinds", "有哪些事项 / the kinds of records",
                         [&app](const Request& request) {
                           return app.store.read([&](store::Tx& tx) {
                             View view(app, tx, request);
                             api::KindList list;
                             for (const auto& kind : view.world->library->kinds)
                               if (api::KindCard card = kind_card(view, *kind);
                                   card.report || card.creatable || view.caller.staff)
                                 list.items.push_back(std::move(card));
                             return json_answer(list);
                           });
                         })
      .open();
  api.get<api::KindView>("/v1/kinds/{kind}", "一种事项：表单、流程、动作 / a kind: form, flow, actions",
                         [&app](const Request& request) {
                           return app.store.read([&](store::Tx& tx) {
                             View view(app, tx, request);
                             return json_answer(kind_view(view, view.world->kind(request.params.at(0))), 200,
                                                {{"etag", tag_of(view)}, {"cache-control", "private, no-cache"}});
                           });
                         })
      .open();
  api.get<api::PackList>("/v1/packs", "已装的机制包 / the packs in use",
                         [&app](const Request& request) {
                           return app.store.read([&](store::Tx& tx) {
                             const View view(app, tx, request);
                             api::PackList list;
                             for (const pack::PackInfo& each : view.world->library->packs)
                               list.items.push_back({each.name, each.version, each.label, each.kinds});
                             return list;
                           });
                         })
      .open();
}

}  // namespace tongxin::serve
