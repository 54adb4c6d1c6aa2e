#include "exchange/import.hpp"

#include <algorithm>

#include "aspect/ledger/types.hpp"
#include "base/csv.hpp"
#include "exchange/inside.hpp"

namespace tongxin::exchange {

using inside::Pass;

Import::Inside::Inside(Context given, std::string wanted, Options o, std::string b, std::string f)
    : context(std::move(given)),
      what(std::move(wanted)),
      options(std::move(o)),
      bytes(std::move(b)),
      file(std::move(f)) {
  world = context.store.read([&](store::Tx& tx) { return context.engine.worlds().current(tx, context.realm); });
  const auto begin = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (what == "areas" && !context.admin)
    throw Fault(Code::forbidden, words("只有平台管理员可以导入区域", "only an administrator may bring in areas"));
  if (what == "accounts" && !context.admin)
    throw Fault(Code::forbidden, words("只有平台管理员可以导入账号", "only an administrator may bring in accounts"));
  if (what.starts_with("postings/") && !context.actor.person)
    throw Fault(Code::forbidden, words("记账须有记账人，请指明以谁的账号导入",
                                       "postings need a keeper: say in whose name they are brought in"));
  map = what == "areas" && begin != std::string::npos && bytes[begin] == '{';
  target = map ? map_target(context, world, options, bytes) : make_target(context, world, options, what);
  if (!map) read_header();
}

std::optional<std::size_t> Import::Inside::column_of(std::string_view title) const {
  const std::string plain = csv::plain_title(title);
  const auto& columns = target->columns();
  for (std::size_t i = 0; !plain.empty() && i < columns.size(); ++i)
    for (const std::string& known : columns[i].titles)
      if (csv::plain_title(known) == plain) return i;
  return std::nullopt;
}

std::unique_ptr<table::Reader> Import::Inside::open() const {
  return table::open(bytes, file, [this](const std::vector<std::string>& row) {
    return std::size_t(std::count_if(row.begin(), row.end(), [&](const std::string& cell) { return column_of(cell); }));
  });
}

namespace {

// The title that may stand for a column: a slip of the pen in one of its names, or, as Chinese says one thing with few signs,
// one that shares a sign with its name (名字 for 姓名).
std::optional<std::string> meant_by(const Column& column, const std::vector<std::string>& titles) {
  std::vector<std::string> names = column.titles;
  names.insert(names.begin(), {column.label.zh, column.label.en});
  for (const std::string& name : names)
    if (auto title = nearest(name, titles)) return title;
  for (std::string_view rest = column.label.zh; !rest.empty();) {
    const std::string_view sign = cut(rest, 1);
    rest.remove_prefix(sign.size());
    if (sign.size() < 3) continue;  // not a Chinese one
    for (const std::string& title : titles)
      if (title.find(sign) != std::string::npos) return title;
  }
  return std::nullopt;
}

std::size_t filled(const table::Row& row) {
  return std::size_t(std::count_if(row.cells.begin(), row.cells.end(), [](const auto& cell) { return !cell.empty(); }));
}

Fault merged_title(int row, int below) {
  const Words say = words(
      "第 {} 行像是合并的标题，列名在第 {} 行；请删去标题行，让列名成为第一行",
      "row {} looks like a merged title and row {} like the header; delete the title so that the header comes first",
      row, below);
  return Fault(Code::invalid, say, {{"A" + std::to_string(row), "header", say}});
}

}  // namespace

std::size_t Import::Inside::known_in(const table::Row& row) const {
  return std::size_t(
      std::count_if(row.cells.begin(), row.cells.end(), [&](const table::Cell& cell) { return column_of(cell.text); }));
}

std::vector<std::string> Import::Inside::unknown_titles() const {
  std::vector<std::string> titles;
  for (const std::string& title : header.titles)
    if (!title.empty() && !column_of(title)) titles.push_back(title);
  return titles;
}

void Import::Inside::read_header() {
  const auto reader = open();
  table::Row row, below;
  if (!reader->next(row))
    throw Fault(Code::invalid, words("{} 是空的", "{} is empty", file), {{file, "required", {"空文件", "empty"}}});
  // One filled cell that is no column, and a header below it.
  if (filled(row) == 1 && known_in(row) == 0)
    for (int tries = 0; tries < 3 && reader->next(below); ++tries)
      if (known_in(below) > 0 || filled(below) > 1) throw merged_title(row.number, below.number);
  header.sheet = reader->sheet();
  header.row = row.number;
  while (!row.cells.empty() && row.cells.back().empty()) row.cells.pop_back();
  for (const table::Cell& cell : row.cells) header.titles.push_back(one_line(cut(cell.text, 60)));
}

// Cells joined in the header: its columns would be guessed. Cells joined below it: all but one of them are empty.
void Import::Inside::look_at_merges(const std::vector<table::Merge>& merges) {
  for (const table::Merge& merge : merges) {
    if (merge.row <= header.row && merge.last_row >= header.row &&
        (merge.last_column > merge.column || merge.last_row > merge.row)) {
      const std::string at = table::cell_name(std::size_t(std::max(1, merge.column) - 1), merge.row);
      const Words say =
          words("表头 {} 处有合并单元格；请取消合并，让每一列在第 {} 行各有一个列名",
                "cells of the header are merged at {}: split them, so that every column has its own title in row {}",
                at, header.row);
      throw Fault(Code::invalid, say, {{at, "header", say}});
    }
    const int last = std::min(merge.last_row, last_row);
    for (int row = std::max(merge.row, header.row + 1); row <= last; ++row)
      for (std::size_t i = 0; i < place_of.size(); ++i) {
        const int column = place_of[i] + 1;
        if (column < 1 || !merge.covers(row, column) || (row == merge.row && column == merge.column)) continue;
        const std::string cell = table::cell_name(std::size_t(column - 1), row);
        std::erase_if(found, [&](const Problem& each) { return each.cell == cell; });
        found.push_back({row,
                         target->columns()[i].name,
                         cell,
                         {},
                         "merged",
                         words("单元格属于合并区域，请取消合并并逐格填写",
                               "the cell is part of merged cells: split them and fill in each")});
      }
  }
}

void Import::Inside::load(Progress* progress) {
  found.clear();
  found_total = rows_read = 0;
  target = map ? map_target(context, world, options, bytes) : make_target(context, world, options, what);
  if (map) return;
  const auto reader = open();
  table::Row row;
  while (reader->next(row)) {
    if (row.number <= header.row) continue;
    if (++rows_read > kMostRows)
      throw Fault(Code::too_large,
                  words("一次最多导入 {} 行，请分成几个文件", "at most {} rows at once: split the file", kMostRows));
    last_row = row.number;
    Line line(row, target->columns(), place_of, *world, reader->from_1904());
    target->read(line);
    for (Problem& problem : line.problems()) note(std::move(problem));
    if (progress != nullptr && rows_read % 1000 == 0) progress->done = rows_read;
  }
  look_at_merges(reader->merges());
  target->arrange();
  found_total = std::max(found_total, found.size());
}

void Import::Inside::note(Problem problem) {
  ++found_total;
  if (found.size() < kMostRows) found.push_back(std::move(problem));
}

people::Doing Import::Inside::doing() const {
  return {context.realm, context.actor.person, context.clock.now(), context.ids, context.reason, context.zone};
}

// ── the public side ──

Import::Import(Context context, std::string what, Options options, std::string bytes, std::string file)
    : inside_(std::make_unique<Inside>(std::move(context), std::move(what), std::move(options), std::move(bytes),
                                       std::move(file))) {}
Import::~Import() = default;

bool Import::is_map() const { return inside_->map; }
const std::vector<Column>& Import::columns() const { return inside_->target->columns(); }
const Header& Import::header() const { return inside_->header; }
const std::vector<Problem>& Import::problems() const { return inside_->all; }
void Import::load(Progress* progress) { inside_->load(progress); }

Mapping Import::suggestion(const std::map<std::string, std::string>& remembered) const {
  const auto& columns = inside_->target->columns();
  Mapping mapping(inside_->header.titles.size());
  std::set<std::string> taken;
  const auto take = [&](std::size_t i, const std::string& column) {
    if (mapping[i].empty() && taken.insert(column).second) mapping[i] = column;
  };
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    const auto kept = remembered.find(csv::plain_title(inside_->header.titles[i]));
    if (kept == remembered.end()) continue;
    for (const Column& column : columns)
      if (column.name == kept->second) take(i, column.name);
  }
  // A column takes the first of its titles that stands in the file: where 地址 and 地点 both stand, 地址 is the address.
  std::vector<std::string> plain;
  for (const std::string& title : inside_->header.titles) plain.push_back(csv::plain_title(title));
  for (const Column& column : columns)
    for (const std::string& title : column.titles)
      for (std::size_t i = 0; i < plain.size(); ++i)
        if (!plain[i].empty() && plain[i] == csv::plain_title(title)) take(i, column.name);
  return mapping;
}

void Import::use(Mapping mapping) {
  Inside& in = *inside_;
  const auto& columns = in.target->columns();
  std::vector<Complaint> complaints;
  std::vector<int> place_of(columns.size(), -1);
  for (std::size_t i = 0; i < mapping.size() && !in.map; ++i) {
    if (mapping[i].empty()) continue;
    const std::string at =
        i < in.header.titles.size() ? table::cell_name(i, in.header.row) : fmt::format("/mapping/{}", i);
    const auto column =
        std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == mapping[i]; });
    if (column == columns.end() || i >= in.header.titles.size())
      complaints.push_back({at, "unknown", words("没有“{}”这一栏", "there is no column “{}”", mapping[i])});
    else if (int& place = place_of[std::size_t(column - columns.begin())]; place >= 0)
      complaints.push_back({at, "duplicate", words("“{}”对应了两列", "two columns stand for “{}”", column->label.zh)});
    else
      place = int(i);
  }
  std::vector<std::string> shown;
  for (const std::string& title : in.header.titles)
    if (!title.empty()) shown.push_back(title);
  for (std::size_t i = 0; i < columns.size() && !in.map; ++i) {
    if (!columns[i].needed || place_of[i] >= 0) continue;
    const auto& [zh, en] = columns[i].label;
    const int row = in.header.row;
    Words say{fmt::format("缺少列“{}”；第 {} 行有：{}", zh, row, cut(fmt::format("{}", fmt::join(shown, "、")), 200)),
              fmt::format("column “{}” ({}) is missing; row {} has: {}", en, zh, row,
                          cut(fmt::format("{}", fmt::join(shown, ", ")), 200))};
    if (const auto meant = meant_by(columns[i], in.unknown_titles())) {
      say.zh += fmt::format("。“{}”是不是“{}”？", *meant, zh);
      say.en += fmt::format(". Is “{}” meant to be “{}” ({})?", *meant, en, zh);
    }
    complaints.push_back({fmt::format("{}:{}", in.file, in.header.row), "required", std::move(say)});
  }
  if (!complaints.empty()) {
    Words say = complaints.size() == 1
                    ? words("列的对应有 1 处不对", "the columns are wrong in one place")
                    : words("列的对应有 {} 处不对", "the columns are wrong in {} places", complaints.size());
    throw Fault(Code::invalid, std::move(say), std::move(complaints));
  }
  in.place_of = std::move(place_of);
}

std::vector<table::Row> Import::rows(std::size_t skip, std::size_t count, const std::vector<int>* only) const {
  std::vector<table::Row> shown;
  if (inside_->map) return shown;
  const auto reader = inside_->open();
  auto wanted = only != nullptr ? only->begin() : std::vector<int>::const_iterator{};
  for (table::Row row; shown.size() < count && reader->next(row);) {
    if (row.number <= inside_->header.row) continue;
    if (only != nullptr) {
      while (wanted != only->end() && *wanted < row.number) ++wanted;
      if (wanted == only->end()) break;
      if (*wanted != row.number) continue;
    }
    if (skip > 0)
      --skip;
    else
      shown.push_back(row);
  }
  return shown;
}

std::unique_ptr<Target> make_target(const Context& context, record::WorldPtr world, const Options& options,
                                    const std::string& what) {
  if (what == "areas") return areas_target(context, world, options);
  if (what == "orgs") return orgs_target(context, world, options);
  if (what == "people" || what == "posts") return people_target(context, world, options);
  if (what == "households") return households_target(context, world, options);
  if (what == "accounts") return accounts_target(context, world, options);
  constexpr std::string_view records = "records/", postings = "postings/";
  if (what.starts_with(records) && world->library->kind(what.substr(records.size())) != nullptr)
    return records_target(context, world, options, what.substr(records.size()));
  if (what.starts_with(postings) && ledger::ledgers_of(*world->library).find(what.substr(postings.size())) != nullptr)
    return postings_target(context, world, options, what.substr(postings.size()));
  throw Fault(Code::not_found,
              words("不能导入“{}”；可导入 areas、orgs、people、posts、accounts、households、records/<类型> 和 "
                    "postings/<账本>",
                    "'{}' cannot be imported: areas, orgs, people, posts, accounts, households, records/<kind> and "
                    "postings/<ledger> can",
                    std::string(cut(what, 60))));
}

}  // namespace tongxin::exchange
