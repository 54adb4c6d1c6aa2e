#include "serve/routes.hpp"
#include "serve/hotline/exchange.hpp"
#include "serve/openapi.hpp"

namespace tongxin::serve {
namespace {

constexpr const char* kScope = "hotline";

// Administrators, and programs with the scope hotline.
void need_platform(const Caller& caller) {
  if (std::find(caller.scopes.begin(), caller.scopes.end(), kScope) == caller.scopes.end()) need_admin(caller);
}

Exchange exchange_for(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) {
    need_platform(signed_in_caller(app, tx, request));
    return need_exchange(app, tx, request.params.at(0));
  });
}

Answer put(App& app, const Request& request, api::HotlineSettings settings) {
  return Answer::write([&app, &request, settings = std::move(settings)](store::Tx& tx) {
    need_admin(signed_in_caller(app, tx, request));
    put_exchange(app, tx, request.params.at(0), settings);
    return json_answer(state_of(app, tx, need_exchange(app, tx, request.params.at(0))));
  });
}

void add_settings(App& app, Api& api) {
  api.get<api::HotlineList>("/v1/hotline", "工单交换 / exchanges of tickets", [&app](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      need_admin(signed_in_caller(app, tx, request));
      api::HotlineList list;
      for (const Exchange& each : exchanges(app, tx)) list.items.push_back(state_of(app, tx, each));
      return list;
    });
  });
  api.put<api::HotlineSettings, api::HotlineState>(
      "/v1/hotline/{exchange}", "设置一个工单交换 / set one up",
      [&app](const Request& request, api::HotlineSettings body) { return put(app, request, std::move(body)); });
  api.del("/v1/hotline/{exchange}", "停止一个工单交换 / end one", [&app](const Request& request) {
    return Answer::write([&app, &request](store::Tx& tx) {
      need_admin(signed_in_caller(app, tx, request));
      if (!drop_exchange(app, tx, request.params.at(0)))
        throw Fault(Code::not_found, words("没有这个工单交换", "there is no such exchange"));
      return Response{.status = 204, .type = {}};
    });
  });
}

void add_tickets(App& app, Api& api) {
  api.post<api::HotlineTicket, api::HotlineAck>(
      "/v1/hotline/{exchange}/tickets",
      "平台推送一件工单或回访；重复无害 / a ticket or a callback is pushed; again does no harm",
      [&app](const Request& request, api::HotlineTicket body) {
        const Exchange exchange = exchange_for(app, request);
        return Answer::work([&app, exchange, body = std::move(body)] {
          const api::HotlineAck ack = take_ticket(app, exchange, body, false);
          return json_answer(ack, ack.accepted ? 200 : 422);
        });
      });
  api.get<api::HotlineAck>("/v1/hotline/{exchange}/tickets/{ticket}", "一件工单怎样了 / what became of a ticket",
                           [&app](const Request& request) {
                             const Exchange exchange = exchange_for(app, request);
                             return app.store.read([&](store::Tx& tx) {
                               auto ack = ticket_state(app, tx, exchange, request.params.at(1));
                               if (!ack) throw Fault(Code::not_found, words("没有这件工单", "there is no such ticket"));
                               return std::move(*ack);
                             });
                           });
}

}  // namespace

void add_hotline_routes(App& app, Router& router) {
  Api api(router);
  add_settings(app, api);
  add_tickets(app, api);
}

}  // namespace tongxin::serve
