// Files in and out: imports in steps (upload → mapping → check → store → take back), tables and maps to download.
//
// Who may: people with a post. Rows are subject to the rights of whoever brings them in or takes them out (exchange/import.hpp);
// areas are the administrators'. What leaves stands in the audit log.
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ranges>

#include "aspect/ledger/types.hpp"
#include "base/text.hpp"
#include "exchange/export.hpp"
#include "place/exchange.hpp"
#include "serve/exchange_jobs.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/exchange_shapes.hpp"
#include "serve/lists.hpp"
#include "serve/routes.hpp"
#include "serve/table_downloads.hpp"

namespace tongxin::serve {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint64_t kMostUpload = 32u << 20;
constexpr std::size_t kProblemsShown = 200;

Caller staff(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) {
    Caller caller = signed_in_caller(app, tx, request);
    need_staff(caller);
    return caller;
  });
}

// ── imports ──

std::vector<api::ImportColumn> column_views(const std::vector<exchange::Column>& columns) {
  std::vector<api::ImportColumn> views;
  for (const exchange::Column& column : columns)
    views.push_back({column.name, column.label, column.hint, column.needed});
  return views;
}

exchange::Context plain_context(App& app, const Caller& caller) {
  exchange::Context context{app.store, app.engine, app.ids, app.clock, app.realm, app.zone, caller.actor};
  context.admin = caller.admin;
  context.may = keeping_right(app, caller);
  return context;
}

api::ImportTargetList targets(App& app, const Request& request) {
  const Caller caller = staff(app, request);
  const exchange::Context context = plain_context(app, caller);
  const auto world = app.store.read([&](store::Tx& tx) { return app.engine.worlds().current(tx, app.realm); });
  std::vector<std::pair<std::string, Words>> all = {{"areas", {"区域", "Areas"}},
                                                    {"orgs", {"组织", "Organisations"}},
                                                    {"people", {"人员与岗位", "People and posts"}},
                                                    {"households", {"住户", "Households"}}};
  if (caller.admin) all.push_back({"accounts", {"账号", "Accounts"}});
  for (const auto& [name, ledger] : ledger::ledgers_of(*world->library).all)
    all.emplace_back("postings/" + name, Words{"记账：" + ledger.label.zh, "Postings: " + ledger.label.en});
  for (const auto& kind : world->library->kinds)
    if (!kind->create.system_only) all.emplace_back("records/" + kind->name, kind->label);
  api::ImportTargetList list;
  for (const auto& [what, label] : all)
    list.items.push_back({what, label, column_views(exchange::columns_of(context, what))});
  return list;
}

void add_problems(const json::array& items, std::vector<api::ImportProblem>& into) {
  for (const json::value& each : items) {
    if (into.size() == kProblemsShown) return;
    const auto get = [&](const char* name) { return std::string(each.at(name).as_string()); };
    into.push_back(
        {each.at("row").as_int64(), get("cell"), get("column"), get("title"), get("code"), {get("zh"), get("en")}});
  }
}

void add_problems(const std::string& text, api::ImportView& view) {
  const json::value parsed = json::parse(text);
  if (!parsed.is_object()) return;
  view.problems_total = parsed.at("total").as_int64();
  add_problems(parsed.at("items").as_array(), view.problems);
  if (const json::value* allowed = parsed.as_object().if_contains("allowed"))
    add_problems(allowed->as_array(), view.allowed);
}

api::ImportView import_view(App& app, store::Tx& tx, const ImportJobs& jobs, const Caller& caller,
                            const ImportSession& session) {
  const auto world = app.engine.worlds().current(tx, app.realm);
  const exchange::Header header = read_header(session.header);
  api::ImportView view{};
  view.id = id_text(session.id), view.what = session.what, view.name = session.name, view.size = session.size;
  view.state = jobs.interrupted(session) ? "interrupted" : session.state;
  view.mode = session.mode, view.at = session.at, view.by = person_ref(tx, *world, session.person);
  if (!header.sheet.empty()) view.sheet = header.sheet;
  view.header_row = header.row, view.titles = header.titles;
  const json::value mapping = json::parse(session.mapping), head = json::parse(session.header);
  for (const json::value& column : mapping.as_array()) view.mapping.emplace_back(column.as_string());
  view.map = head.at("map").as_bool();
  view.rows = session.row_count, view.added = session.added, view.changed = session.changed;
  view.unchanged = session.unchanged, view.failed = session.failed;
  if (const auto progress = jobs.progress(session.id))
    view.done = std::int64_t(progress->done), view.total = std::int64_t(progress->total);
  view.failing_sheet = !session.failing.empty();
  view.can_undo = jobs.may_undo(session);
  if (!view.map) view.columns = column_views(exchange::columns_of(plain_context(app, caller), session.what));
  add_problems(session.problems, view);
  return view;
}

exchange::Options options_of(const api::ImportOptions& given) {
  exchange::Options options;
  options.source = given.source.value_or(options.source);
  options.default_category = given.default_category.value_or("");
  options.default_area = given.default_area.value_or("");
  options.default_level = given.default_level.value_or("");
  if (given.categories) options.categories = *given.categories;
  options.allow_gaps = given.allow_gaps.value_or(false);
  options.allow_overlaps = given.allow_overlaps.value_or(false);
  return options;
}

Response upload(App& app, ImportJobs& jobs, const Request& request) {
  const Caller caller = staff(app, request);
  if (request.files.size() != 1 || request.files[0].field != "file")
    refuse_invalid("/file", "required",
                   words("请上传一个文件，字段名为 file", "expected one file in the field “file”"));
  const std::string what(request.field("what").value_or(""));
  const auto text = request.field("options");
  const exchange::Options options = text ? options_of(read_json<api::ImportOptions>(*text)) : exchange::Options{};
  std::ifstream in(request.files[0].path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::string name(cut(one_line(is_utf8(request.files[0].name) ? request.files[0].name : "file"), 120));
  const ImportSession session = jobs.add(caller, what, options, std::move(bytes), name);
  return app.store.read([&](store::Tx& tx) {
    return json_answer(import_view(app, tx, jobs, caller, jobs.need(tx, caller, session.id)), 201,
                       {{"location", "/v1/imports/" + id_text(session.id)}});
  });
}

exchange::Mode mode_of(const std::string& text) {
  if (text == "check") return exchange::Mode::check;
  if (text == "all") return exchange::Mode::all;
  if (text == "good") return exchange::Mode::good;
  refuse_invalid("/mode", "enum", words("应为 check、all 或 good", "expected check, all or good"));
}

api::ImportRows rows(App& app, ImportJobs& jobs, const Request& request) {
  const Caller caller = staff(app, request);
  const ImportSession session =
      app.store.read([&](store::Tx& tx) { return jobs.need(tx, caller, path_id(request, 0)); });
  const auto offset = std::size_t(query_integer(request, "offset", 0, 1'000'000).value_or(0));
  const auto limit = std::size_t(query_integer(request, "limit", 1, 200).value_or(50));
  const bool wrong_only = query_flag(request, "problems").value_or(false);
  std::map<int, std::vector<exchange::Problem>> problems;
  const json::value parsed = json::parse(session.problems);
  if (parsed.is_object())
    for (const json::value& each : parsed.at("items").as_array())
      problems[int(each.at("row").as_int64())].push_back(
          {.row = int(each.at("row").as_int64()),
           .cell = std::string(each.at("cell").as_string()),
           .say = {std::string(each.at("zh").as_string()), std::string(each.at("en").as_string())}});
  std::vector<int> wrong;
  for (const auto& [row, list] : problems) wrong.push_back(row);
  const auto import = jobs.open(caller, session, false);  // looked at before every column is known
  const auto found = import->rows(offset, limit + 1, wrong_only ? &wrong : nullptr);
  api::ImportRows page{};
  page.more = found.size() > limit;
  for (const table::Row& row : found) {
    if (page.items.size() == limit) break;
    api::ImportRow view{row.number, {}, {}};
    for (std::size_t i = 0; i < import->header().titles.size(); ++i)
      view.cells.push_back({i < row.cells.size() ? row.cells[i].text : std::string{}, std::nullopt});
    for (const exchange::Problem& problem : problems[row.number]) {
      bool placed = false;
      for (std::size_t i = 0; i < view.cells.size() && !placed; ++i)
        if (problem.cell == table::cell_name(i, row.number)) view.cells[i].problem = problem.say, placed = true;
      if (!placed) view.problems.push_back(problem.say);
    }
    page.items.push_back(std::move(view));
  }
  return page;
}

// ── downloads ──

// A token that may read records may not take the list of people with it.
void need_people_scope(const Caller& caller) {
  if (!caller.scopes.empty() &&
      std::find(caller.scopes.begin(), caller.scopes.end(), "people:read") == caller.scopes.end())
    throw Fault(Code::forbidden, words("访问令牌没有权限范围 people:read", "the token lacks the scope people:read"));
}

Response export_table(App& app, DownloadShelf& shelf, const Request& request, const std::string& what) {
  const Caller caller = staff(app, request);
  need_people_scope(caller);
  const table::Format format = format_of(request);
  const exchange::Context context = plain_context(app, caller);
  static const std::map<std::string, Words> kNames = {
      {"orgs", {"组织", "Organisations"}}, {"people", {"人员", "People"}},         {"posts", {"人员", "People"}},
      {"accounts", {"账号", "Accounts"}},  {"households", {"住户", "Households"}}, {"areas", {"区域", "Areas"}},
      {"postings", {"记账", "Postings"}}};
  const std::string label = kNames.at(what.substr(0, what.find('/'))).in(caller.language);
  if (what == "accounts") need_admin(caller);
  exchange::Context reading = context;
  reading.admin = true;  // for the columns: reading areas is everybody's
  const std::string path = shelf.place(app.ids.next());
  const auto out =
      table::write_table(path, format, label, exchange::export_titles(reading, what, caller.language), app.zone);
  exchange::export_rows(context, what, caller.language, *out);
  out->finish(about_download(app, caller, "", out->rows()));
  log_export(app, caller, what, "", out->rows());
  return download(path, table::file_name({label, app.options.realm_name}, app.clock.now(), format, app.zone),
                  table::media_type(format));
}

// What of the list was asked for, in words: it stands in the table and in the log, and is read by people.
std::string filter_text(const record::World& world, const Wanted& wanted, Language language) {
  std::vector<std::string> parts;
  const auto say = [&](const char* zh, const char* en) { return std::string(language == Language::en ? en : zh); };
  const auto add = [&](const char* zh, const char* en, const std::string& value) {
    if (!value.empty()) parts.push_back(say(zh, en) + (language == Language::en ? ": " : "：") + value);
  };
  const auto names = [&](std::string_view listed, auto label_of) {
    // Several kinds may call the same thing alike: each name once, in the order of what was asked for.
    std::vector<std::string> labels;
    for (const auto part : std::views::split(listed, ','))
      for (const auto& kind : world.library->kinds) {
        if (wanted.kind && kind->name != *wanted.kind) continue;
        const Words* label = label_of(*kind, std::string_view(part.begin(), part.end()));
        if (label != nullptr && std::ranges::find(labels, label->in(language)) == labels.end())
          labels.push_back(label->in(language));
      }
    return fmt::format("{}", fmt::join(labels, say("、", ", ")));
  };
  using List = Wanted::List;
  parts.push_back(wanted.list == List::todo   ? say("我和本单位的", "my unit's")
                  : wanted.list == List::area ? say("我的区域", "my area")
                  : wanted.list == List::mine ? say("我提交或关注的", "raised or followed by me")
                                              : say("公开的", "public"));
  if (wanted.kind) add("种类", "Kind", world.kind(*wanted.kind).label.in(language));
  if (wanted.state)
    add("状态", "State", names(*wanted.state, [](const pack::Kind& kind, std::string_view code) -> const Words* {
          for (const pack::State& state : kind.states)
            if (state.name == code) return &state.label;
          return nullptr;
        }));
  if (wanted.category)
    add("类别", "Category", names(*wanted.category, [](const pack::Kind& kind, std::string_view code) -> const Words* {
          const pack::Category* found = kind.taxonomy == nullptr ? nullptr : kind.taxonomy->find(code);
          return found == nullptr ? nullptr : &found->name;
        }));
  if (wanted.area) add("区域", "Area", area_ref(world, *wanted.area).name);
  if (wanted.q) add("搜索", "Search", *wanted.q);
  if (wanted.open) parts.push_back(*wanted.open ? say("未办结", "open") : say("已办结", "closed"));
  if (wanted.late) parts.push_back(say("超时", "late"));
  return fmt::format("{}", fmt::join(parts, say("；", "; ")));
}

// Private fields of a record that the caller may see; each unsealing is logged for the person concerned.
std::map<RecordId, json::object> unseal(App& app, const Caller& caller, const std::vector<RecordId>& ids,
                                        const std::string& reason) {
  return app.store.write([&](store::Tx& tx) {
    std::map<RecordId, json::object> opened;
    for (const RecordId id : ids) {
      try {
        opened[id] = app.engine.unseal(tx, app.realm, caller.actor, id, reason, app.clock.now());
      } catch (const Fault& fault) {
        if (fault.code() != Code::forbidden && fault.code() != Code::not_found) throw;
      }
    }
    return opened;
  });
}

Response export_records(App& app, DownloadShelf& shelf, const Request& request) {
  const Caller caller = staff(app, request);
  Wanted wanted = read_wanted(request);
  wanted.limit = 100;
  const table::Format format = format_of(request);
  const bool all = query_text(request, "columns").value_or("shown") == "all";
  const bool sealed = query_flag(request, "private").value_or(false);
  const std::string reason = query_text(request, "reason").value_or("");
  if (sealed && (reason.empty() || !all || !wanted.kind))
    refuse_invalid(
        "?reason", "required",
        words("导出私密项须写明理由，并指定类型和全部列", "private fields need a reason, one kind, and all columns"));
  const auto world = app.store.read([&](store::Tx& tx) { return app.engine.worlds().current(tx, app.realm); });
  const pack::Kind* kind = wanted.kind ? &world->kind(*wanted.kind) : nullptr;
  const exchange::RecordColumns columns(world, caller.language, kind, all, sealed);
  const std::string label =
      kind != nullptr ? kind->label.in(caller.language) : words("工单", "Records").in(caller.language);
  const std::string path = shelf.place(app.ids.next());
  const auto out = table::write_table(path, format, label, columns.titles(), app.zone);
  do {
    const api::RecordList page = list_records(app, caller, wanted);
    std::vector<RecordId> ids;
    for (const auto& row : page.items) ids.push_back(row->id);
    std::map<RecordId, json::object> opened;
    if (sealed) opened = unseal(app, caller, ids, reason);
    app.store.read([&](store::Tx& tx) {
      View view(app, tx, caller);
      for (const RecordId id : ids) {
        const auto record = app.engine.find(tx, app.realm, id);
        // Only what is seen for the work is exported; of public lists that is nothing.
        if (!record || view.sight_of(*record) != Sight::staff) continue;
        const auto found = opened.find(id);
        out->row(columns.row(tx, *record, found == opened.end() ? nullptr : &found->second, view.now));
      }
    });
    wanted.cursor = page.next;
  } while (wanted.cursor);
  const std::string filter = filter_text(*world, wanted, caller.language);
  out->finish(about_download(app, caller, filter + (sealed ? "；" + reason : ""), out->rows()));
  log_export(app, caller, sealed ? "records.private" : "records", filter + " " + reason, out->rows());
  const AreaId area = wanted.area.value_or(AreaId{});
  return download(path,
                  table::file_name({label, area ? area_ref(*world, area).name : app.options.realm_name},
                                   app.clock.now(), format, app.zone),
                  table::media_type(format));
}

Response export_map(App& app, const Request& request) {
  staff(app, request);
  const auto world = app.store.read([&](store::Tx& tx) { return app.engine.worlds().current(tx, app.realm); });
  const std::string level = query_text(request, "level").value_or("");
  if (!level.empty() && world->library->level_rank(level) < 0)
    refuse_invalid("?level", "enum", words("没有这个层级", "there is no such level"));
  return {.type = "application/geo+json",
          .body = place::export_geojson(*world->atlas, level),
          .headers = {{"content-disposition", "attachment; filename=\"areas.geojson\""}}};
}

Response blank_sheet(App& app, DownloadShelf& shelf, const Request& request) {
  const Caller caller = staff(app, request);
  const std::string what = query_text(request, "what").value_or("");
  std::vector<table::Title> titles;
  std::vector<std::pair<std::string, std::string>> hints;
  for (const exchange::Column& column : exchange::columns_of(plain_context(app, caller), what)) {
    const std::string label = column.label.in(caller.language) + (column.needed ? "*" : "");
    titles.push_back({label, 16});
    hints.emplace_back(label, column.hint.in(caller.language));
  }
  const std::string path = shelf.place(app.ids.next());
  const auto out =
      table::write_table(path, table::Format::xlsx, words("模板", "Template").in(caller.language), titles, app.zone);
  out->finish(hints);
  std::string label = what.substr(what.rfind('/') + 1);
  return download(path, words("导入模板", "template").in(caller.language) + "_" + label + ".xlsx",
                  table::media_type(table::Format::xlsx));
}

template <class F>
Handler working(F job) {
  return [job](const Request& request) { return Answer::work([job, &request] { return job(request); }); };
}

// One import of the caller's.
struct ImportDoor {
  App& app;
  std::shared_ptr<ImportJobs> jobs;
  std::pair<Caller, ImportSession> session_of(const Request& request) const {
    return app.store.read([&](store::Tx& tx) {
      Caller caller = signed_in_caller(app, tx, request);
      need_staff(caller);
      ImportSession session = jobs->need(tx, caller, path_id(request, 0));
      return std::pair(std::move(caller), std::move(session));
    });
  }
  api::ImportView view(const Request& request) const {
    const auto [caller, session] = session_of(request);
    return app.store.read(
        [&, &who = caller, &what = session](store::Tx& tx) { return import_view(app, tx, *jobs, who, what); });
  }
};

void add_uploads(App& app, Api& api, const std::shared_ptr<ImportJobs>& jobs,
                 const std::shared_ptr<DownloadShelf>& shelf) {
  api.get<api::ImportTargetList>("/v1/imports/targets", "可导入的内容与栏 / what can be brought in, with columns",
                                 [&app](const Request& request) { return targets(app, request); });
  api.get<Nothing>("/v1/imports/template", "空白模板 xlsx / a blank sheet",
                   working([&app, shelf](const Request& request) { return blank_sheet(app, *shelf, request); }))
      .query("what", "导入的内容 / what", ParameterType::text, true)
      .media(table::media_type(table::Format::xlsx));
  api.get<api::ImportList>("/v1/imports", "我的导入，新的在前 / my imports, newest first",
                           [&app, jobs](const Request& request) {
                             return app.store.read([&](store::Tx& tx) {
                               const Caller caller = signed_in_caller(app, tx, request);
                               need_staff(caller);
                               api::ImportList list;
                               for (const ImportSession& each : jobs->latest(tx, caller))
                                 list.items.push_back(import_view(app, tx, *jobs, caller, each));
                               return list;
                             });
                           });
  Route uploading{.method = Method::post,
                  .path = "/v1/imports",
                  .handler = working([&app, jobs](const Request& request) { return upload(app, *jobs, request); }),
                  .max_body = kMostUpload + (1u << 16),
                  .upload = true,
                  .admit = [&app](const Request& request) { staff(app, request); }};
  api.add(std::move(uploading), "上传要导入的文件 / upload a file to bring in")
      .status(201)
      .upload("file", {{"what", "导入的内容 / what it is", ParameterType::text, false, true},
                       {"options", "ImportOptions，JSON 文本 / ImportOptions, as JSON text", ParameterType::text, false,
                        false}})
      .answers<api::ImportView>();
}

void add_import_steps(App& app, Api& api, const ImportDoor& door) {
  api.get<api::ImportView>("/v1/imports/{id}", "一次导入：进度、结果、问题 / one import",
                           [door](const Request& request) { return door.view(request); });
  api.get<api::ImportRows>(
         "/v1/imports/{id}/rows", "预览，带单元格的问题 / preview with problems by cell",
         working([&app, jobs = door.jobs](const Request& request) { return json_answer(rows(app, *jobs, request)); }))
      .query("offset", "跳过几行 / rows to skip", ParameterType::integer)
      .query("limit", "1–200", ParameterType::integer)
      .query("problems", "只看有问题的行 / rows with problems only", ParameterType::flag);
  api.put<api::ImportMapping, api::ImportView>(
      "/v1/imports/{id}/mapping", "列的对应，会被记住 / which title is which column; remembered",
      [door](const Request& request, const api::ImportMapping& body) {
        const auto [caller, session] = door.session_of(request);
        return Answer::work([=, &request] {
          door.jobs->use(caller, session, body.mapping,
                         body.options ? std::optional(options_of(*body.options)) : std::nullopt);
          return json_answer(door.view(request));
        });
      });
  api.post<api::ImportRun, api::ImportView>(
         "/v1/imports/{id}/run", "在后台检查或写入，随后轮询 GET / check or store in the background; then poll",
         [door](const Request& request, const api::ImportRun& body) {
           const auto [caller, session] = door.session_of(request);
           const exchange::Mode mode = mode_of(body.mode);
           return Answer::work([=, &request] {
             door.jobs->run(caller, session, mode);
             return json_answer(door.view(request), 202);
           });
         })
      .status(202);
  api.get<Nothing>("/v1/imports/{id}/failing", "有错的行，末列为错误原因 / the failing rows with reasons",
                   working([door](const Request& request) {
                     const auto [caller, session] = door.session_of(request);
                     const store::Bytes bytes = door.jobs->failing_sheet(session);
                     const std::string stem = fs::path(session.name).stem().string();
                     return Response{.type = table::media_type(table::Format::xlsx),
                                     .body = {bytes.begin(), bytes.end()},
                                     .headers = {{"content-disposition", "attachment; filename*=UTF-8''" +
                                                                             percent_encode(stem + "_错误行.xlsx")}}};
                   }))
      .media(table::media_type(table::Format::xlsx));
  api.post<Nothing, api::ImportUndone>(
      "/v1/imports/{id}/undo",
      "撤销新增的内容；多的在后台进行，随后轮询 GET / take back what was added; many in the background: poll GET",
      [door](const Request& request) {
        const auto [caller, session] = door.session_of(request);
        return Answer::work([=] {
          const auto removed = door.jobs->undo(caller, session);
          return json_answer(
              api::ImportUndone{std::int64_t(removed.value_or(0)), session.changed, !removed.has_value()},
              removed ? 200 : 202);
        });
      });
  api.del("/v1/imports/{id}", "删除上传的文件与记录 / remove the upload", [door](const Request& request) {
    const auto [caller, session] = door.session_of(request);
    return Answer::work([=] {
      door.jobs->remove(session);
      return Response{.status = 204, .type = {}};
    });
  });
}

void add_exports(App& app, Api& api, const std::shared_ptr<DownloadShelf>& shelf) {
  const char* xlsx = table::media_type(table::Format::xlsx);
  for (const std::string what : {"areas", "orgs", "people", "posts", "accounts", "households"})
    api.get<Nothing>(
           "/v1/exports/" + what, "导出表格 / a table of " + what,
           working([&app, shelf, what](const Request& request) { return export_table(app, *shelf, request, what); }))
        .query("format", "xlsx | csv")
        .media(xlsx);
  api.get<Nothing>("/v1/exports/postings", "导出一本账的记账 / the postings of a ledger",
                   working([&app, shelf](const Request& request) {
                     return export_table(app, *shelf, request,
                                         "postings/" + query_text(request, "ledger").value_or(""));
                   }))
      .query("ledger", "账本 / ledger", ParameterType::text, true)
      .query("format", "xlsx | csv")
      .media(xlsx);
  api.get<Nothing>("/v1/exports/areas.geojson", "区域与边界 GeoJSON / areas with boundaries",
                   working([&app](const Request& request) { return export_map(app, request); }))
      .query("level", "只要这一层级 / of one level")
      .media("application/geo+json");
  api.get<Nothing>("/v1/exports/records", "导出事项列表，筛选同列表 / the list of records, filtered like it",
                   working([&app, shelf](const Request& request) { return export_records(app, *shelf, request); }))
      .query("list", "todo | area | mine")
      .query("kind", "类型 / kind")
      .query("state", "状态，可用逗号分隔多个 / state, several with commas")
      .query("category", "类别 / category")
      .query("area", "区域及其下 / an area and below", ParameterType::id)
      .query("q", "搜索 / search")
      .query("open", "未办结 / still open", ParameterType::flag)
      .query("late", "只看超时 / late only", ParameterType::flag)
      .query("format", "xlsx | csv")
      .query("columns", "shown 列表所示 | all 全部 / as shown, or all")
      .query("private", "连同私密项（逐件记入查看记录） / with private fields, each logged", ParameterType::flag)
      .query("reason", "导出私密项的理由 / why private fields are needed")
      .media(xlsx);
}

}  // namespace

void add_exchange_routes(App& app, Router& router) {
  Api api(router);
  const auto jobs = std::make_shared<ImportJobs>(app);
  const auto shelf = std::make_shared<DownloadShelf>();
  add_uploads(app, api, jobs, shelf);
  add_import_steps(app, api, {app, jobs});
  add_exports(app, api, shelf);
}

}  // namespace tongxin::serve
