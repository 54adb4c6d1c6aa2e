// The files of add_record_routes. Inside serve/.
#pragma once
#include "serve/api_notes.hpp"
#include "serve/app.hpp"
#include "serve/openapi.hpp"

namespace tongxin::serve {

// The Idempotency-Key; empty without one. Fault(bad_request) when it is too long.
std::string repeat_key(const Request& request);

void add_kind_routes(App& app, Api& api);     // kinds, packs
void add_figure_routes(App& app, Api& api);   // figures and the records behind them
void add_message_routes(App& app, Api& api);  // what I was told
void add_day_routes(App& app, Api& api);      // what I did on a day
void add_stream_routes(App& app, Api& api);   // server-sent events

}  // namespace tongxin::serve
