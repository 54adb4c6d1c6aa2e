// The two logs of administration as tables to download.
#include "base/text.hpp"
#include "people/persons.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/log_words.hpp"
#include "serve/routes.hpp"
#include "serve/table_downloads.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

using table::Out;

constexpr int kPage = 200;
constexpr std::size_t kMostRows = 100'000;  // a sheet that people still open; the newest ones

struct Sheet {
  const char* what;
  Words label;
  std::vector<std::pair<Words, double>> columns;
};
using Fill =
    std::function<std::optional<people::LogPlace>(store::Tx&, const record::World&, people::LogPlace, table::Writer&)>;

Response write_log(App& app, DownloadShelf& shelf, const Request& request, const Sheet& sheet, const Fill& fill) {
  const Caller caller = app.store.read([&](store::Tx& tx) {
    Caller found = signed_in_caller(app, tx, request);
    need_admin(found);
    return found;
  });
  const table::Format format = format_of(request);
  const std::string label = sheet.label.in(caller.language), path = shelf.place(app.ids.next());
  std::vector<table::Title> titles;
  for (const auto& [title, width] : sheet.columns) titles.push_back({title.in(caller.language), width});
  const auto out = table::write_table(path, format, label, titles, app.zone);
  std::optional<people::LogPlace> place = people::LogPlace{};
  while (place && out->rows() < kMostRows)
    place = app.store.read(
        [&](store::Tx& tx) { return fill(tx, *app.engine.worlds().current(tx, app.realm), *place, *out); });
  out->finish(about_download(app, caller, "", out->rows()));
  log_export(app, caller, sheet.what, "", out->rows());
  return download(path, table::file_name({label, app.options.realm_name}, app.clock.now(), format, app.zone),
                  table::media_type(format));
}

// Where the next page begins; nothing after the last one.
template <class Entry>
std::optional<people::LogPlace> after(const App& app, const std::vector<Entry>& page) {
  if (std::ssize(page) < kPage) return std::nullopt;
  return people::LogPlace{day_of(page.back().at, app.zone), page.back().id};
}

Response audit_table(App& app, DownloadShelf& shelf, const Request& request) {
  const Language language = app.store.read([&](store::Tx& tx) { return signed_in_caller(app, tx, request).language; });
  return write_log(
      app, shelf, request,
      {"audit",
       {"修改记录", "Changes"},
       {{{"时间", "When"}, 18},
        {{"何人", "Who"}, 12},
        {{"何事", "What"}, 20},
        {{"对象", "About"}, 36},
        {{"依据", "Reason"}, 40}}},
      [&app, language](store::Tx& tx, const record::World& world, people::LogPlace place, table::Writer& out) {
        const auto page = people::audit_of_all(tx, app.realm, kPage, place);
        for (const people::AuditEntry& each : page)
          out.row({Out::of_time(each.at), Out::of(each.actor ? person_ref(tx, world, each.actor).name : std::string{}),
                   Out::of(audit_label(each.what).in(language)), Out::of(audit_about(tx, world, each, language)),
                   Out::of(audit_reason(each.reason).in(language))});
        return after(app, page);
      });
}

Response access_table(App& app, DownloadShelf& shelf, const Request& request) {
  const Language language = app.store.read([&](store::Tx& tx) { return signed_in_caller(app, tx, request).language; });
  return write_log(
      app, shelf, request,
      {"access",
       {"查看记录", "Looks"},
       {{{"时间", "When"}, 18},
        {{"何人查看", "Who"}, 12},
        {{"看了谁的", "Whose"}, 12},
        {{"哪一项", "What"}, 18},
        {{"事项", "Matter"}, 18},
        {{"理由", "Reason"}, 40}}},
      [&app, language](store::Tx& tx, const record::World& world, people::LogPlace place, table::Writer& out) {
        const auto page = people::access_log_of_all(tx, app.realm, kPage, place);
        for (const people::RealmAccess& each : page) {
          const auto record = each.record ? app.engine.find(tx, app.realm, each.record) : std::nullopt;
          out.row({Out::of_time(each.at), Out::of(person_ref(tx, world, each.actor).name),
                   Out::of(accessed_name(tx, world, each, language)), Out::of(access_label(each.what).in(language)),
                   Out::of(record ? record->number : std::string{}), Out::of(each.reason)});
        }
        return after(app, page);
      });
}

}  // namespace

void add_log_table_routes(App& app, Router& router) {
  Api api(router);
  const auto shelf = std::make_shared<DownloadShelf>();
  const auto add = [&](const char* path, const char* summary, auto job) {
    api.get<Nothing>(path, summary,
                     [&app, shelf, job](const Request& request) {
                       return Answer::work([&app, shelf, job, &request] { return job(app, *shelf, request); });
                     })
        .query("format", "xlsx | csv")
        .media(table::media_type(table::Format::xlsx));
  };
  add("/v1/exports/audit", "导出修改记录 / changes of organisations, posts, areas as a table", audit_table);
  add("/v1/exports/access-log", "导出查看记录 / who looked at private data, as a table", access_table);
}

}  // namespace tongxin::serve
