// tongxin import areas | orgs | people | posts | households | tickets, and tongxin export …
#include <fstream>
#include <iostream>
#include <sstream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "aspect/all.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "people/accounts.hpp"
#include "people/import.hpp"
#include "place/exchange.hpp"
#include "sim/export_records.hpp"
#include "sim/tickets.hpp"

namespace tongxin::cli {
namespace {

namespace json = boost::json;

struct DataOptions {
  Where where;
  std::string file, to, what, kind, source = "hotline", mapping, default_category, default_area, default_level, as,
                                    from, until;
  bool dry_run = false, as_json = false;
};

struct Report {
  std::size_t added = 0, changed = 0, unchanged = 0, problems_total = 0;
  std::vector<Complaint> problems;
};

std::ifstream open_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Fault(Code::not_found, words("打不开文件 {}", "the file {} cannot be opened", file));
  return in;
}

// What was done, or every problem by line and reason. Exit code 1 with problems.
int tell(const DataOptions& options, const Report& report) {
  if (options.as_json) {
    json::array problems;
    for (const Complaint& each : report.problems)
      problems.push_back(json::object{{"at", each.at}, {"code", each.code}, {"zh", each.say.zh}, {"en", each.say.en}});
    std::cout << json::serialize(json::object{{"added", report.added},
                                              {"changed", report.changed},
                                              {"unchanged", report.unchanged},
                                              {"dry_run", options.dry_run},
                                              {"problems", problems}})
              << '\n';
  } else {
    for (const Complaint& each : report.problems) std::cerr << each.at << ": " << each.say.in(language()) << '\n';
    const std::size_t total = std::max(report.problems_total, report.problems.size());
    if (total != 0)
      std::cerr << words("{} 处问题，什么也没有写入\n", "{} problems: nothing was written\n", total).in(language());
    else
      std::cout << words("{}新增 {}，更改 {}，未变 {}\n", "{}{} added, {} changed, {} unchanged\n",
                         std::string(options.dry_run ? (language() == Language::en ? "(dry run) " : "（试运行）") : ""),
                         report.added, report.changed, report.unchanged)
                       .in(language());
  }
  return report.problems.empty() ? 0 : 1;
}

Report areas_in(const DataOptions& options, Opened& opened) {
  std::ostringstream text;
  text << open_file(options.file).rdbuf();
  place::ImportOptions wanted;
  wanted.dry_run = options.dry_run;
  wanted.default_level = options.default_level;
  wanted.default_parent_code = options.default_area;
  const people::Doing doing = opened.doing("import areas");
  const place::Edit edit{opened.realm.id, {}, doing.at, doing.today(), doing.zone};
  const auto done = opened.store->write([&](store::Tx& tx) {
    return place::import_geojson(tx, edit, record::levels_of(*opened.library), opened.ids, text.str(), wanted);
  });
  return {std::size_t(done.added), std::size_t(done.changed), std::size_t(done.unchanged),
          std::size_t(done.problems_total), done.problems};
}

Report people_in(const DataOptions& options, Opened& opened) {
  std::ifstream in = open_file(options.file);
  const auto world = opened.store->read([&](store::Tx& tx) { return opened.worlds.current(tx, opened.realm.id); });
  const people::AreaOfCode areas = [&](std::string_view code) {
    const place::Area* area = world->atlas->by_code(code);
    return area == nullptr ? AreaId{} : area->id;
  };
  const people::ImportOptions wanted{.file = options.file, .dry_run = options.dry_run};
  const people::Doing doing = opened.doing("import " + options.what);
  const people::ImportReport done =
      options.what == "orgs"         ? people::import_orgs(*opened.store, doing, in, areas, wanted)
      : options.what == "households" ? people::import_households(*opened.store, doing, in, areas, wanted)
                                     : people::import_people(*opened.store, opened.vault, doing, in, areas, wanted);
  return {std::size_t(done.added), std::size_t(done.changed), std::size_t(done.unchanged), done.problems.size(),
          done.problems};
}

Report tickets_in(const DataOptions& options, Opened& opened) {
  std::ifstream in = open_file(options.file), mapping;
  record::Engine engine(opened.worlds, opened.ids, opened.vault, aspect::all());
  sim::TicketOptions wanted;
  wanted.file = options.file;
  wanted.kind = options.kind;
  wanted.source = options.source;
  wanted.default_category = options.default_category;
  wanted.default_area = options.default_area;
  wanted.dry_run = options.dry_run;
  if (!options.mapping.empty()) mapping = open_file(options.mapping), wanted.mapping = &mapping;
  if (!options.as.empty()) {
    const auto account =
        opened.store->read([&](store::Tx& tx) { return people::find_account(tx, opened.realm.id, options.as); });
    if (!account) throw Fault(Code::not_found, words("没有账号“{}”", "there is no account '{}'", options.as));
    wanted.actor = {.person = account->person, .system = false, .follows = {}};
  }
  wanted.progress = [](std::size_t done, std::size_t total) {
    constexpr std::size_t kWide = 30;
    const std::size_t full = done * kWide / std::max<std::size_t>(1, total);
    progress(fmt::format("[{}{}] {} / {}", std::string(full, '#'), std::string(kWide - full, '.'), done, total));
  };
  const auto done = sim::import_tickets(*opened.store, engine, opened.realm.id, opened.clock, in, wanted);
  progress("");
  return {done.added, 0, done.unchanged, done.problems.size(), done.problems};
}

int import_file(const DataOptions& options) {
  Opened opened(options.where);
  if (options.what == "areas") return tell(options, areas_in(options, opened));
  if (options.what == "tickets") return tell(options, tickets_in(options, opened));
  return tell(options, people_in(options, opened));
}

// ── out ──
void write_records(const DataOptions& options, Opened& opened, std::ostream& out) {
  sim::RecordExport wanted{.kind = options.kind, .from = 0, .until = 0, .language = language()};
  const auto day = [](const std::string& text, Day& into) {
    if (!text.empty() && !parse_day(text, into))
      throw Fault(Code::invalid,
                  words("“{}”应为 2026-03-01 这样的日期", "'{}' should be a day such as 2026-03-01", text));
  };
  day(options.from, wanted.from);
  day(options.until, wanted.until);
  sim::export_records(*opened.store, opened.worlds, opened.realm.id, wanted,
                      [&](const std::string& piece) { out << piece; });
}

void write_out(const DataOptions& options, Opened& opened, std::ostream& out) {
  if (options.what == "records") return write_records(options, opened, out);
  opened.store->read([&](store::Tx& tx) {
    const auto world = opened.worlds.current(tx, opened.realm.id);
    const people::CodeOfArea codes = [&](AreaId id) {
      const place::Area* area = world->atlas->find(id);
      return area == nullptr ? std::string{} : area->code;
    };
    if (options.what == "areas")
      out << place::export_geojson(*world->atlas, options.kind);
    else if (options.what == "orgs")
      out << people::export_orgs(tx, opened.realm.id, codes, language());
    else if (options.what == "households")
      out << people::export_households(tx, opened.realm.id, codes, language());
    else
      out << people::export_people(tx, opened.realm.id, codes, language());
  });
}

void export_data(const DataOptions& options) {
  Opened opened(options.where, false);
  if (options.to.empty()) {
    write_out(options, opened, std::cout);
    return;
  }
  std::ofstream out(options.to, std::ios::binary);
  write_out(options, opened, out);
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
  command->add_option("file", options->file, "The file")->required();
  command->add_flag("--dry-run", options->dry_run, "Looks at every row, lists every problem, writes nothing");
  command->add_flag("--json", options->as_json, "Machine-readable output");
  command->callback([options, what] {
    options->what = what;
    if (const int code = import_file(*options); code != 0) throw CLI::RuntimeError(code);
  });
  return command;
}

}  // namespace

void add_data(CLI::App& app) {
  auto options = std::make_shared<DataOptions>();
  CLI::App* in =
      app.add_subcommand("import", "Brings in tables and maps: all of a file or nothing, and again without doubling");
  in->require_subcommand(1);
  CLI::App* areas = import_command(*in, options, "areas", "Areas with boundaries from GeoJSON, matched by code");
  areas->add_option("--parent", options->default_area, "Code of the parent of areas that name none");
  areas->add_option("--level", options->default_level, "Level of areas that name none");
  import_command(*in, options, "orgs", "Organisations: 编码, 名称, 类型, 上级编码, 区域编码, 成立日期, 撤销日期");
  import_command(*in, options, "people",
                 "People with posts: 编号, 姓名, 手机, 用途, 岗位, 组织编码, 区域编码, 任职日期, 离任日期");
  import_command(*in, options, "posts", "The same table, for posts");
  import_command(*in, options, "households", "Households: 区域编码, 门牌, 联系意愿");
  CLI::App* tickets = import_command(*in, options, "tickets",
                                     "Hotline items: 工单编号, 时间, 类别, 区域编码, 地址, 内容, 来电人, 电话");
  tickets->add_option("--kind", options->kind, "The kind of record (hotline_item where a pack has it, else issue)");
  tickets->add_option("--source", options->source, "Their register: numbers are unique within it")
      ->capture_default_str();
  tickets->add_option("--mapping", options->mapping, "A CSV of their categories and ours: 类别, 编码");
  tickets->add_option("--default-category", options->default_category, "For rows whose category is unknown");
  tickets->add_option("--default-area", options->default_area, "Code of the area for rows whose place is unknown");
  tickets->add_option("--as", options->as, "Login in whose name they are entered");
  in->footer(
      "Examples:\n  tongxin import areas grids.geojson --parent root --dry-run\n  tongxin import people staff.csv --db "
      "data/tongxin.db\n  tongxin import tickets 12345.csv --mapping categories.csv --default-area root");

  CLI::App* out = app.add_subcommand("export", "Writes tables (CSV) and maps (GeoJSON); what is sealed stays inside");
  add_where(*out, options->where);
  out->add_option("what", options->what, "areas, orgs, people, posts, households or records")
      ->required()
      ->check(CLI::IsMember({"areas", "orgs", "people", "posts", "households", "records"}));
  out->add_option("--to", options->to, "The file (standard output when there is none)");
  out->add_option("--kind", options->kind, "records: only of this kind; areas: only of this level");
  out->add_option("--from", options->from, "records: created on this day or later");
  out->add_option("--until", options->until, "records: created before this day");
  out->footer(
      "Examples:\n  tongxin export areas --to areas.geojson\n  tongxin export records --kind issue --from 2026-03-01 "
      "--until 2026-04-01 --to march.csv");
  out->callback([options] { export_data(*options); });
}

}  // namespace tongxin::cli
