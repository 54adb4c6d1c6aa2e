// Serves the built web app from a folder (web/DESIGN.md section 2).
//
//   StaticFiles web("web/dist");
//   router.add({Method::get, "/{*}", web.handler()});
//
// A file is served as it lies there, or its precompressed twin (.br, .gz) when the client accepts that coding. Assets whose
// names hold a hash may be kept for a year; everything else (index.html, sw.js, manifests) is asked for again each time and
// answered 304 by its ETag. An address without a file is a page of the app: below /desk the desk's index.html, else the
// portal's. The API's addresses, and addresses that look like a file, never fall back: a missing script must not come back
// as a page. Thread-safe.
#pragma once
#include <filesystem>

#include "serve/http.hpp"

namespace tongxin::serve {

class StaticFiles {
 public:
  explicit StaticFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Response answer(const Request& request) const;  // throws Fault(not_found)
  Handler handler() const;                        // may outlive this object

 private:
  std::filesystem::path folder_;
};

// From the last extension of a name: "text/javascript; charset=utf-8"; "application/octet-stream" when unknown.
std::string media_type_of(std::string_view name);

// No "..", no hidden names, no backslashes, no empty parts: safe to append to a folder.
bool is_plain_path(std::string_view path);

// "index-DkX3_9aB.js": built names that change with their contents.
bool is_hashed_asset(std::string_view path);

}  // namespace tongxin::serve
