// The files of add_duty_routes. Inside serve/.
#pragma once
#include <boost/describe/enum_to_string.hpp>

#include "serve/duty_shapes.hpp"
#include "serve/openapi.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {

void add_roster_routes(App& app, Api& api);   // slots, turns, swaps
void add_my_duty_routes(App& app, Api& api);  // what I have to do, what I may take, when I cannot come, what I can do
void add_checkin_routes(App& app, Api& api);  // occasions, check-ins, tracks, quotas
void add_duty_board_routes(App& app, Api& api);  // rosters of a stretch of time, tracks on the map, call-up boards
void add_link_routes(App& app, Api& api);        // standing bonds: coverage, load, changes

// Stretch of time of ?from and ?until (RFC 3339), at most `days` long; else from today on.
std::pair<Time, Time> stretch(const Request& request, Time now, Zone zone, int days);

// A caller who is signed in as a person, or Fault(unauthorized).
Caller need_person(App& app, store::Tx& tx, const Request& request);

// Does a post of the caller cover the place? Administrators cover everything.
bool covers_place(const View& view, AreaId area);
// Does the caller organise posts at a place of a post of theirs?
bool organises_somewhere(const View& view);

// The check-ins of a record, with what each asks for; Fault(not_found) where there are none.
api::CheckInSorts checkin_sorts(View& view, const record::Record& record);
// Figures of this area or organisation are for those whose post covers it, or Fault(forbidden) (routes_figures.cpp).
void need_sight_of_figures(const View& view, AreaId area, OrgId org);

// One read with a View, for whoever it is.
template <class F>
auto duty_look(App& app, F job) {
  return [&app, job](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      View view(app, tx, request);
      return job(view, request);
    });
  };
}

}  // namespace tongxin::serve
