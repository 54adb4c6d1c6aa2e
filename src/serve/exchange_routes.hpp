// Routes of files in and out, of calendar feeds and of printed pages.
#pragma once
#include "serve/app.hpp"

namespace tongxin::serve {

void add_exchange_routes(App& app, Router& router);   // imports, exports
void add_log_table_routes(App& app, Router& router);  // the logs of administration as tables
void add_calendar_routes(App& app, Router& router);   // iCalendar feeds
void add_print_routes(App& app, Router& router);      // case sheet, statistics

}  // namespace tongxin::serve
