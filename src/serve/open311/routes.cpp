// The resources of GeoReport v2 below /open311/v2: every path ends in .xml or .json, every refusal is `errors`.
#include "base/text.hpp"
#include "people/throttle.hpp"
#include "serve/open311/call.hpp"

namespace tongxin::serve {
namespace open311 {
namespace {

namespace json = boost::json;

constexpr const char* kSpecification = "http://wiki.open311.org/GeoReport_v2";
constexpr const char* kChangeset = "2026-11-27T00:00:00+08:00";  // when these resources last changed their shape
constexpr std::uint64_t kMostBody = 64u << 20;                   // bytes: a form with some photographs
// Wrong keys from one network: twenty are free.
constexpr people::Waits kWrongKeys{.free = 20, .first = std::chrono::seconds{1}, .most = std::chrono::seconds{600}};

std::string key_subject(const Request& request) { return "open311\n" + people::network_of(request.peer); }

void count_wrong_key(App& app, const Request& request) {
  app.store.write(
      [&](store::Tx& tx) { people::count_failure(tx, app.realm, key_subject(request), kWrongKeys, app.clock.now()); });
}

// Before a body is read: nobody who tried too many keys.
void admit(App& app, const Request& request) {
  app.store.read([&](store::Tx& tx) {
    if (people::wait_of(tx, app.realm, key_subject(request), app.clock.now()).count() > 0)
      throw Fault(Code::too_many, words("api_key 多次有误，请稍后再试", "too many wrong keys, please try again later"));
  });
}

using Resource = std::function<Response(const Call&)>;

Response answered(App& app, const Request& request, Format format, const Resource& resource) {
  try {
    return resource(Call{app, request, format});
  } catch (const Fault& fault) {
    return errors(format, fault, request);
  }
}

struct Place {
  const char* name;  // "xml"
  Format format;
};
constexpr Place kFormats[] = {{"xml", Format::xml}, {"json", Format::json}};

// A browser on another site asks first when it sends headers of its own.
void allow_pages(Router& router, const std::string& path) {
  router.add({.method = Method::options, .path = path, .handler = [](const Request&) {
                return Answer(Response{
                    .status = 204,
                    .type = {},
                    .headers = {{"access-control-allow-origin", "*"},
                                {"access-control-allow-methods", "GET, POST, OPTIONS"},
                                {"access-control-allow-headers", "Authorization, Content-Type, Idempotency-Key"},
                                {"access-control-max-age", "86400"}}});
              }});
}

void get(App& app, Router& router, const std::string& path, Response (*resource)(const Call&)) {
  for (const Place& each : kFormats) allow_pages(router, path + "." + each.name);
  for (const Place& each : kFormats)
    router.add({.method = Method::get,
                .path = path + "." + each.name,
                .handler = [&app, format = each.format, resource](const Request& request) {
                  return Answer(answered(app, request, format, resource));
                }});
}

// /services/{code}.xml: the router knows whole segments only.
void get_one(App& app, Router& router, const std::string& path, Response (*resource)(const Call&, std::string_view)) {
  allow_pages(router, path + "/{id}");
  router.add({.method = Method::get, .path = path + "/{id}", .handler = [&app, resource](const Request& request) {
                const std::string& last = request.params.at(0);
                const auto dot = last.rfind('.');
                for (const Place& each : kFormats)
                  if (dot != last.npos && last.substr(dot + 1) == each.name)
                    return Answer(answered(app, request, each.format, [&](const Call& call) {
                      return resource(call, std::string_view(last).substr(0, dot));
                    }));
                return Answer(errors(
                    Format::xml,
                    Fault(Code::not_found, words("网址应以 .xml 或 .json 结尾", "the address ends in .xml or .json")),
                    request));
              }});
}

void post(App& app, Router& router, const std::string& path, Response (*resource)(const Call&)) {
  for (const Place& each : kFormats)
    router.add({.method = Method::post,
                .path = path + "." + each.name,
                .handler =
                    [&app, format = each.format, resource](const Request& request) {
                      return Answer::work([&app, &request, format, resource] {
                        Response response = answered(app, request, format, resource);
                        if (response.status == 403) count_wrong_key(app, request);
                        return response;
                      });
                    },
                .max_body = kMostBody,
                .upload = true,
                .admit = [&app](const Request& request) { admit(app, request); }});
}

Response nowhere(const Call&) {
  throw Fault(Code::not_found, words("没有这个地址", "there is nothing at this address"));
}

}  // namespace

Response discovery(const Call& call) {
  const std::string key = call.app.options.community_phone.empty()
                              ? Words{"请向平台管理员申请范围为 open311 的访问令牌",
                                      "Ask the administrator for an API token with the scope open311"}
                                    .in(call.language())
                              : call.app.options.community_phone;
  const json::object endpoint{{"specification", kSpecification},
                              {"url", absolute(call, "/open311/v2")},
                              {"changeset", kChangeset},
                              {"type", call.app.options.demo ? "test" : "production"},
                              {"formats", {"text/xml", "application/json"}}};
  return document(call.format, "discovery",
                  json::object{{"changeset", kChangeset},
                               {"contact", call.app.options.realm_name},
                               {"key_service", key},
                               {"endpoints", json::array{endpoint}}});
}

Response service_list(const Call& call) {
  need_jurisdiction(call);
  const auto world =
      call.app.store.read([&](store::Tx& tx) { return call.app.engine.worlds().current(tx, call.app.realm); });
  json::array services;
  for (const Service& service : services_of(*world->library))
    services.push_back(service_json(service, call.language()));
  return document(call.format, "services", services);
}

Response service_definition(const Call& call, std::string_view code) {
  need_jurisdiction(call);
  const auto world =
      call.app.store.read([&](store::Tx& tx) { return call.app.engine.worlds().current(tx, call.app.realm); });
  const auto service = find_service(*world->library, code);
  if (!service)
    throw Fault(Code::not_found,
                words("没有这项服务：{}", "service_code {} was not found", std::string(cut(code, 60))));
  return document(call.format, "service_definition", definition_json(*service, call.language()));
}

}  // namespace open311

void add_open311_routes(App& app, Router& router) {
  using namespace open311;
  const std::string root = "/open311/v2";
  get(app, router, root + "/discovery", discovery);
  get(app, router, "/open311/discovery", discovery);
  get(app, router, root + "/services", service_list);
  get_one(app, router, root + "/services", service_definition);
  get(app, router, root + "/requests", request_list);
  post(app, router, root + "/requests", submit);
  get_one(app, router, root + "/requests", one_request);
  for (const auto& [name, form] : {std::pair("csv", Bulk::csv), std::pair("ndjson", Bulk::ndjson)}) {
    const std::string path = root + "/bulk/requests." + name;
    allow_pages(router, path);
    router.add({.method = Method::get, .path = path, .handler = [&app, form = form](const Request& request) {
                  return Answer::work([&app, &request, form] {
                    return answered(app, request, Format::json,
                                    [form](const Call& call) { return bulk_file(call, form); });
                  });
                }});
  }
  get_one(app, router, root + "/tokens", token);
  get(app, router, root + "/servicerequestupdates", update_list);
  post(app, router, root + "/servicerequestupdates", take_update);
  for (const Method method : {Method::get, Method::post})
    router.add({.method = method, .path = root + "/{*}", .handler = [&app](const Request& request) {
                  const bool as_json = request.path.ends_with(".json");
                  return Answer(answered(app, request, as_json ? Format::json : Format::xml, nowhere));
                }});
  router.add({.method = Method::get, .path = root + "/media/{id}", .handler = [&app](const Request& request) {
                return Answer(published_file(app, request));
              }});
}

}  // namespace tongxin::serve
