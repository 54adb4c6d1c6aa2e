// What is not about records or people: the realm's card, the contract, the web app. /healthz, /readyz and /metrics are the
// server's own (http.hpp).
#include "serve/api_notes.hpp"
#include "serve/openapi.hpp"
#include "serve/routes.hpp"
#include "serve/static_files.hpp"

namespace tongxin::serve {
namespace {

constexpr const char* kVersion = "0.1.0";

// The largest area that exists stands for the realm on the first page.
api::RealmView realm_view(App& app) {
  return app.store.read([&](store::Tx& tx) {
    const auto world = app.engine.worlds().current(tx, app.realm);
    api::RealmView view{app.options.realm_name, "Asia/Shanghai", "12345", app.options.community_phone, {}, 0, 0,
                        app.options.demo,       kVersion,        {}};
    for (const place::Area& area : world->atlas->all()) {
      if (area.until != 0) continue;
      view.area = {area.id, area.name, area.level};
      view.lon = area.lon.value_or(0);
      view.lat = area.lat.value_or(0);
      if (area.level == "street" || world->atlas->children(area.id).size() > 1) break;
    }
    if (!view.area.id)
      throw Fault(Code::unavailable, words("还没有导入区域，请先运行 tongxin import areas",
                                           "there are no areas yet: run `tongxin import areas` first"));
    return view;
  });
}

}  // namespace

void add_system_routes(App& app, Router& router) {
  Api api(router);
  api.get<api::RealmView>("/v1/realm", "这是哪里 / where this is", [&app](const Request&) { return realm_view(app); })
      .open();
  add_openapi_route(router, kVersion);
  if (!app.options.web.empty()) router.add({Method::get, "/{*}", StaticFiles(app.options.web).handler()});
}

}  // namespace tongxin::serve
