// tongxin import areas | orgs | people | posts | households | tickets, and tongxin export …
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "aspect/all.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "exchange/export.hpp"
#include "exchange/import.hpp"
#include "people/accounts.hpp"
#include "place/exchange.hpp"

namespace tongxin::cli {
namespace {

namespace json = boost::json;

struct DataOptions {
  Where where;
  std::string file, to, what, kind, source = "hotline", mapping, default_category, default_area, default_level, as,
                                    from, until;
  bool dry_run = false, as_json = false, good_only = false, allow_gaps = false, allow_overlaps = false;
};

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Fault(Code::not_found, words("打不开文件 {}", "the file {} cannot be opened", file));
  return {std::istreambuf_iterator<char>(in), {}};
}

// "staff.xlsx: B17 手机"
std::string place_of(const DataOptions& options, const exchange::Problem& problem) {
  std::string at = options.file;
  if (!problem.cell.empty())
    at += ": " + problem.cell;
  else if (problem.row > 0)
    at += fmt::format(":{}", problem.row);
  return problem.title.empty() ? at : at + " " + problem.title;
}

json::array list_of(const DataOptions& options, const std::vector<exchange::Problem>& problems) {
  json::array list;
  for (const exchange::Problem& each : problems)
    list.push_back(json::object{{"at", place_of(options, each)},
                                {"row", each.row},
                                {"cell", each.cell},
                                {"column", each.column},
                                {"code", each.code},
                                {"zh", each.say.zh},
                                {"en", each.say.en}});
  return list;
}

// Which switch would let the refused ground remain.
void tell_switches(const exchange::Report& report) {
  const auto any = [&](std::initializer_list<std::string_view> codes) {
    return std::any_of(report.problems.begin(), report.problems.end(), [&](const exchange::Problem& each) {
      return std::find(codes.begin(), codes.end(), each.code) != codes.end();
    });
  };
  if (any({"gap"}))
    std::cerr << words("空白若是有意的（水面、铁路），请加 --allow-gaps\n",
                       "If the gaps are meant (water, a railway), add --allow-gaps\n")
                     .in(language());
  if (any({"overlap", "outside"}))
    std::cerr << words("重叠或越界若要先存下以后再改，请加 --allow-overlaps\n",
                       "To store overlaps and ground outside now and mend them later, add --allow-overlaps\n")
                     .in(language());
}

// What was done, or every problem by cell and reason. Exit code 1 when rows were refused.
int tell(const DataOptions& options, const exchange::Report& report) {
  if (options.as_json) {
    std::cout << json::serialize(json::object{{"rows", report.rows},
                                              {"added", report.added},
                                              {"changed", report.changed},
                                              {"unchanged", report.unchanged},
                                              {"failed", report.failed},
                                              {"dry_run", options.dry_run},
                                              {"stored", report.stored},
                                              {"problems_total", report.problems_total},
                                              {"problems", list_of(options, report.problems)},
                                              {"allowed", list_of(options, report.allowed)}})
              << '\n';
    return report.problems_total == 0 ? 0 : 1;
  }
  for (const exchange::Problem& each : report.problems)
    std::cerr << place_of(options, each) << ": " << each.say.in(language()) << '\n';
  for (const exchange::Problem& each : report.allowed)
    std::cerr << place_of(options, each)
              << words(": 已允许：{}\n", ": allowed: {}\n", each.say.in(language())).in(language());
  if (report.problems_total > 0) tell_switches(report);
  if (report.problems_total > 0 && !options.good_only)
    std::cerr << (report.problems_total == 1 ? words("1 处问题，什么也没有写入\n", "1 problem: nothing was written\n")
                                             : words("{} 处问题，什么也没有写入\n",
                                                     "{} problems: nothing was written\n", report.problems_total))
                     .in(language());
  else
    std::cout << words("{}新增 {}，更改 {}，未变 {}，有错未写入 {} 行\n",
                       "{}{} added, {} changed, {} unchanged, {} rows left out\n",
                       std::string(options.dry_run ? (language() == Language::en ? "(dry run) " : "（试运行）") : ""),
                       report.added, report.changed, report.unchanged, report.failed)
                     .in(language());
  return report.problems_total == 0 ? 0 : 1;
}

exchange::Context context_of(Opened& opened, record::Engine& engine, const DataOptions& options,
                             const std::string& reason) {
  exchange::Context context{*opened.store, engine, opened.ids, opened.clock, opened.realm.id, opened.realm.zone()};
  context.reason = reason;
  if (options.as.empty()) return context;
  const auto account =
      opened.store->read([&](store::Tx& tx) { return people::find_account(tx, opened.realm.id, options.as); });
  if (!account) throw Fault(Code::not_found, words("没有账号“{}”", "there is no account '{}'", options.as));
  context.actor = {.person = account->person, .system = false, .follows = {}};
  return context;
}

// The kind of record that tickets become.
std::string ticket_kind(const DataOptions& options, const Opened& opened) {
  if (!options.kind.empty()) return options.kind;
  return opened.library->kind("hotline_item") != nullptr ? "hotline_item" : "issue";
}

std::map<std::string, std::string> read_categories(const std::string& file) {
  std::map<std::string, std::string> categories;
  const std::string bytes = read_file(file);
  const auto rows = table::open(bytes, file, [](const std::vector<std::string>& row) {
    return std::size_t(std::count_if(row.begin(), row.end(), [](const std::string& cell) {
      return cell == "类别" || cell == "编码" || cell == "category" || cell == "code";
    }));
  });
  table::Row row;
  for (bool header = true; rows->next(row); header = false)
    if (!header && row.cells.size() >= 2) categories[row.cells[0].text] = row.cells[1].text;
  return categories;
}

int import_file(const DataOptions& options) {
  Opened opened(options.where);
  record::Engine engine(opened.worlds, opened.ids, opened.vault, aspect::all());
  exchange::Options wanted;
  wanted.source = options.source, wanted.default_category = options.default_category;
  wanted.default_area = options.default_area, wanted.default_level = options.default_level;
  wanted.allow_gaps = options.allow_gaps, wanted.allow_overlaps = options.allow_overlaps;
  if (!options.mapping.empty()) wanted.categories = read_categories(options.mapping);
  const std::string what = options.what == "tickets" || options.what == "records"
                               ? "records/" + ticket_kind(options, opened)
                           : options.what == "postings" ? "postings/" + options.kind
                                                        : options.what;
  exchange::Import import(context_of(opened, engine, options, "import " + options.what), what, wanted,
                          read_file(options.file), options.file);
  const auto remembered =
      opened.store->read([&](store::Tx& tx) { return exchange::remembered_titles(tx, opened.realm.id, what); });
  import.use(import.suggestion(remembered));
  exchange::Progress watched;
  watched.tell = [](std::size_t done, std::size_t total) {
    constexpr std::size_t kWide = 30;
    const std::size_t full = done * kWide / std::max<std::size_t>(1, total);
    progress(fmt::format("[{}{}] {} / {}", std::string(full, '#'), std::string(kWide - full, '.'), done, total));
  };
  import.load(&watched);
  const auto report = import.run(options.dry_run     ? exchange::Mode::check
                                 : options.good_only ? exchange::Mode::good
                                                     : exchange::Mode::all,
                                 &watched);
  progress("");
  if (!options.to.empty() && report.failed > 0 && !import.is_map()) import.write_failing(options.to, language());
  return tell(options, report);
}

// ── out ──
Day day_of_option(const std::string& text) {
  Day day = 0;
  if (!text.empty() && !parse_day(text, day))
    throw Fault(Code::invalid,
                words("“{}”应为 2026-03-01 这样的日期", "'{}' should be a day such as 2026-03-01", text));
  return day;
}

// A table is written to a file: by its ending as XLSX or CSV. Without a file the CSV goes to standard output.
void export_table(const DataOptions& options, Opened& opened, const std::string& path) {
  record::Engine engine(opened.worlds, opened.ids, opened.vault, aspect::all());
  const exchange::Context context = context_of(opened, engine, options, "export " + options.what);
  const table::Format format = path.ends_with(".xlsx") ? table::Format::xlsx : table::Format::csv;
  if (options.what == "records") {
    exchange::export_records(context, options.kind, day_of_option(options.from), day_of_option(options.until),
                             language(), path, format);
    return;
  }
  const std::string what = options.what == "postings" ? "postings/" + options.kind : options.what;
  const auto out =
      table::write_table(path, format, options.what, exchange::export_titles(context, what, language()), context.zone);
  exchange::export_rows(context, what, language(), *out);
  out->finish({{words("行数", "Rows").in(language()), std::to_string(out->rows())}});
}

void write_map(const DataOptions& options, Opened& opened, std::ostream& out) {
  const auto world = opened.store->read([&](store::Tx& tx) { return opened.worlds.current(tx, opened.realm.id); });
  out << place::export_geojson(*world->atlas, options.kind);
}

void export_data(const DataOptions& options) {
  Opened opened(options.where, false);
  const bool map = options.what == "areas" && !options.to.ends_with(".xlsx") && !options.to.ends_with(".csv");
  if (options.to.empty() && map) return write_map(options, opened, std::cout);
  if (options.to.empty()) {
    std::string path = (std::filesystem::temp_directory_path() / "tongxin-export-XXXXXX").string();
    const int made = ::mkstemp(path.data());
    if (made < 0) throw Fault(Code::unavailable, words("写不了临时文件", "no temporary file can be written"));
    ::close(made);
    export_table(options, opened, path);
    std::cout << std::ifstream(path, std::ios::binary).rdbuf() << std::flush;
    std::filesystem::remove(path);
    return;
  }
  if (!map) return export_table(options, opened, options.to);
  std::ofstream out(options.to, std::ios::binary);
  write_map(options, opened, out);
  out.flush();
  if (!out) throw Fault(Code::unavailable, words("写不了文件 {}", "the file {} cannot be written", options.to));
}

void add_where(CLI::App& command, Where& where) {
  add_db(command, where);
  add_packs(command, where);
  add_keys(command, where);
  add_realm(command, where);
}

CLI::App* import_command(CLI::App& import, const std::shared_ptr<DataOptions>& options, const std::string& what,
                         const char* doc) {
  CLI::App* command = import.add_subcommand(what, doc);
  add_where(*command, options->where);
  command->add_option("file", options->file, "The file: XLSX, or CSV in UTF-8 or GB18030")->required();
  command->add_flag("--dry-run", options->dry_run, "Looks at every row, lists every problem, writes nothing");
  command->add_flag("--good-rows", options->good_only, "Leaves out rows with problems and stores the others");
  command->add_option("--failing", options->to, "Where to write the rows with problems, as XLSX with the reasons");
  command->add_flag("--json", options->as_json, "Machine-readable output");
  command->callback([options, what] {
    options->what = what;
    if (const int code = import_file(*options); code != 0) throw CLI::RuntimeError(code);
  });
  return command;
}

void add_ticket_options(CLI::App& command, const std::shared_ptr<DataOptions>& options) {
  command.add_option("--kind", options->kind, "The kind of record (hotline_item where a pack has it, else issue)");
  command.add_option("--source", options->source, "Their register: numbers are unique within it")
      ->capture_default_str();
  command.add_option("--mapping", options->mapping, "A CSV of their categories and ours: 类别, 编码");
  command.add_option("--default-category", options->default_category, "For rows whose category is unknown");
  command.add_option("--default-area", options->default_area, "Code of the area for rows whose place is unknown");
  command.add_option("--as", options->as, "Login in whose name they are entered");
}

}  // namespace

void add_data(CLI::App& app) {
  auto options = std::make_shared<DataOptions>();
  CLI::App* in =
      app.add_subcommand("import", "Brings in tables and maps: all of a file or nothing, and again without doubling");
  in->require_subcommand(1);
  CLI::App* areas =
      import_command(*in, options, "areas", "Areas: with boundaries from GeoJSON, or from a table; matched by code");
  areas->add_option("--parent", options->default_area, "Code of the parent of areas that name none");
  areas->add_option("--level", options->default_level, "Level of areas that name none");
  areas->add_flag(
      "--allow-gaps", options->allow_gaps,
      "Stores boundaries that leave ground of the area above uncovered (water, a railway); without it they are "
      "refused, and with it every gap is still told with its size in m²");
  areas->add_flag("--allow-overlaps", options->allow_overlaps,
                  "Stores boundaries that lie on each other or reach beyond the area above; told in m² all the same");
  import_command(*in, options, "orgs", "Organisations: 编码, 名称, 类型, 上级编码, 区域编码, 成立日期, 撤销日期");
  import_command(*in, options, "people",
                 "People with posts: 编号, 姓名, 手机, 用途, 岗位, 组织编码, 区域编码, 任职日期, 离任日期");
  import_command(*in, options, "posts", "The same table, for posts");
  import_command(*in, options, "households", "Households: 区域编码, 门牌, 联系意愿");
  import_command(*in, options, "accounts", "Accounts with people and posts: 登录名, 初始密码, 编号, 姓名, …, 状态");
  CLI::App* postings = import_command(*in, options, "postings",
                                      "Postings of a ledger: 凭证号, 日期, 金额, 付方账户, 付方, 收方账户, 收方, 事由");
  postings->add_option("--ledger", options->kind, "The ledger, as the packs call it")->required();
  postings->add_option("--as", options->as, "Login of the keeper in whose name they are posted")->required();
  for (CLI::App* tickets :
       {import_command(*in, options, "tickets",
                       "Hotline items: 工单编号, 时间, 类别, 区域编码, 地址, 内容, 来电人, 电话"),
        import_command(*in, options, "records", "Records of any kind: the same, and a column per field of its form")})
    add_ticket_options(*tickets, options);
  in->footer(
      "Examples:\n  tongxin import areas grids.geojson --parent root --dry-run\n  tongxin import people staff.csv --db "
      "data/tongxin.db\n  tongxin import tickets 12345.csv --mapping categories.csv --default-area root");

  CLI::App* out =
      app.add_subcommand("export", "Writes tables (XLSX, CSV) and maps (GeoJSON); what is sealed stays inside");
  add_where(*out, options->where);
  out->add_option("what", options->what, "areas, orgs, people, posts, accounts, households, records or postings")
      ->required()
      ->check(CLI::IsMember({"areas", "orgs", "people", "posts", "accounts", "households", "records", "postings"}));
  out->add_option("--to", options->to,
                  "The file, .xlsx or .csv (.geojson for areas); standard output when there is none");
  out->add_option("--kind", options->kind,
                  "records: only of this kind; areas: only of this level; postings: the ledger");
  out->add_option("--from", options->from, "records: created on this day or later");
  out->add_option("--until", options->until, "records: created before this day");
  out->footer(
      "Examples:\n  tongxin export areas --to areas.geojson\n  tongxin export records --kind issue --from 2026-03-01 "
      "--until 2026-04-01 --to march.csv");
  out->callback([options] { export_data(*options); });
}

}  // namespace tongxin::cli
