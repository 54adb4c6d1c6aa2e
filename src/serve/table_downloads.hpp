// Tables to download: where they lie until they are sent, what stands in their second sheet, and that somebody took them out.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "serve/app.hpp"
#include "serve/http.hpp"
#include "table/write.hpp"

namespace tongxin::serve {

// Written before they are sent, so that an error is an error; gone ten minutes later, or when the server stops.
class DownloadShelf {
 public:
  DownloadShelf();  // Throws Fault(unavailable) when there is no room for temporary files.
  ~DownloadShelf();
  DownloadShelf(const DownloadShelf&) = delete;
  std::string place(std::int64_t id);

 private:
  std::filesystem::path folder_;
};

Response download(const std::string& path, const std::string& name, const char* type);
// ?format=xlsx | csv; xlsx when it says nothing. Throws Fault(invalid).
table::Format format_of(const Request& request);
// The lines of the second sheet: which filter, when, who, how many rows.
std::vector<std::pair<std::string, std::string>> about_download(App& app, const Caller& caller,
                                                                const std::string& filter, std::size_t rows);
// One line of the audit log, `export.<what>`.
void log_export(App& app, const Caller& caller, const std::string& what, const std::string& filter, std::size_t rows);

}  // namespace tongxin::serve
