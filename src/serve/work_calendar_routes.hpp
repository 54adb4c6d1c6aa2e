// Working calendars and the days that administrators enter in them.
#pragma once
#include "serve/app.hpp"

namespace tongxin::serve {

void add_work_calendar_routes(App& app, Router& router);

}  // namespace tongxin::serve
