// A record as a service request. What the public may see is decided by View; here it only gets the names of GeoReport v2.
#pragma once
#include "serve/open311/call.hpp"

namespace tongxin::serve::open311 {

// `extended`: with extended_attributes, attributes and notes.
boost::json::object request_json(View& view, const Call& call, const record::Record& record, Sight sight,
                                 bool extended);
std::string file_url(const Call& call, FileId file);
// What an event says to this reader: the words that were entered, or the name of the state it led to.
std::string said(const pack::Kind& kind, const api::EventView& event, Language language);

}  // namespace tongxin::serve::open311
