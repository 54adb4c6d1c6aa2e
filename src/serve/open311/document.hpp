// One answer in both dialects of GeoReport v2: XML, and JSON by the "Spark" mapping (the root element is dropped, a container
// of repeated children is an array, an empty value is null).
//
// A document is a JSON value; in XML its root and the children of its arrays get their names from a table: an array `services`
// holds `service` elements. An array without an entry there repeats its own element (media_url).
#pragma once
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "serve/http.hpp"

namespace tongxin::serve::open311 {

enum class Format { xml, json };

std::string to_xml(std::string_view root, const boost::json::value& value);
std::string to_spark(const boost::json::value& value);
// With the content type, and open to pages from anywhere: nothing here looks at cookies.
Response document(Format format, std::string_view root, const boost::json::value& value, int status = 200);
// `errors`: one line per complaint, or the fault's sentence; the codes of the specification. `names` turns "/form/…" into
// what the sender called it.
using Names = std::function<std::string(const std::string& at)>;
Response errors(Format format, const Fault& fault, const Request& request, const Names& names = {});

}  // namespace tongxin::serve::open311
