#include "serve/table_downloads.hpp"

#include <stdlib.h>

#include "base/text.hpp"
#include "people/doing.hpp"
#include "serve/lists.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {

namespace fs = std::filesystem;

DownloadShelf::DownloadShelf() {
  std::string name = (fs::temp_directory_path() / "tongxin-exports-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Fault(Code::unavailable, words("写不了临时文件", "no temporary file can be written"));
  folder_ = name;
}
DownloadShelf::~DownloadShelf() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}
std::string DownloadShelf::place(std::int64_t id) {
  std::error_code ignored;
  for (const auto& each : fs::directory_iterator(folder_, ignored))
    if (fs::file_time_type::clock::now() - fs::last_write_time(each, ignored) > std::chrono::minutes{10})
      fs::remove(each, ignored);
  return (folder_ / id_text(id)).string();
}

Response download(const std::string& path, const std::string& name, const char* type) {
  Response response{.type = type,
                    .headers = {{"content-disposition", "attachment; filename*=UTF-8''" + percent_encode(name)},
                                {"content-security-policy", "default-src 'none'; sandbox"}}};
  response.file = path;
  return response;
}

table::Format format_of(const Request& request) {
  const std::string format = query_text(request, "format").value_or("xlsx");
  if (format == "xlsx") return table::Format::xlsx;
  if (format == "csv") return table::Format::csv;
  refuse_invalid("?format", "enum", words("应为 xlsx 或 csv", "expected xlsx or csv"));
}

std::vector<std::pair<std::string, std::string>> about_download(App& app, const Caller& caller,
                                                                const std::string& filter, std::size_t rows) {
  const auto word = [&](const char* zh, const char* en) {
    return std::string(caller.language == Language::en ? en : zh);
  };
  const std::string who = app.store.read([&](store::Tx& tx) {
    return person_ref(tx, *app.engine.worlds().current(tx, app.realm), caller.actor.person).name;
  });
  return {{word("筛选", "Filter"), filter.empty() ? word("全部", "everything") : filter},
          {word("导出时间", "Exported at"), to_minute_text(app.clock.now(), app.zone)},
          {word("导出人", "Exported by"), who},
          {word("行数", "Rows"), std::to_string(rows)},
          {word("说明", "Note"), word("只含导出人有权查看的内容", "only what the person above may see")}};
}

void log_export(App& app, const Caller& caller, const std::string& what, const std::string& filter, std::size_t rows) {
  app.store.write([&](store::Tx& tx) {
    const people::Doing doing =
        doing_of(app, caller.actor.person, std::string(cut(fmt::format("{} 行 {}", rows, filter), 200)));
    people::audit(tx, doing, "export." + what, 0);
  });
}

}  // namespace tongxin::serve
