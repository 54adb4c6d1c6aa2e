// If-Match against the tag that a record's page has (RFC 9110 section 13.1.1), for every route that changes a record.
#pragma once
#include "serve/http.hpp"

namespace tongxin::serve {

// True without the header, for "*" and for a list with that version's tag. A proxy that compresses makes W/"v3" of "v3"; it is
// taken for the same.
bool matches_version(const Request& request, int version);
// Fault(precondition), naming the version, when it does not.
void need_match(const Request& request, int version);

}  // namespace tongxin::serve
