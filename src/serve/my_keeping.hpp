// What duties, calendars and books hold of a person: shown to that person, and in the copy that the person may take away.
#pragma once
#include "serve/kept_shapes.hpp"
#include "serve/openapi.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {

// At most `most` of each list, the newest first; tracks with their points only where the whole is wanted.
api::MyKept kept_of(View& view, PersonId self, int most, bool points);
void add_keeping_routes(App& app, Api& api);

}  // namespace tongxin::serve
