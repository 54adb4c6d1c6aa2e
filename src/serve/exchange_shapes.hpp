// Shapes of /v1/imports, /v1/exports and /v1/feeds.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct ImportColumn {
  std::string name;
  Words label, hint;
  bool needed;
};
BOOST_DESCRIBE_STRUCT(ImportColumn, (), (name, label, hint, needed))
constexpr auto notes(const ImportColumn*) {
  return std::array{note("name", "栏的代码 / the column's name"), note("label", "名称 / label"),
                    note("hint", "该填什么 / what a cell holds"), note("needed", "必须有 / must be there")};
}
struct ImportTarget {
  std::string what;
  Words label;
  std::vector<ImportColumn> columns;
};
BOOST_DESCRIBE_STRUCT(ImportTarget, (), (what, label, columns))
constexpr auto notes(const ImportTarget*) {
  return std::array{note("what", "areas、orgs、people、posts、households、records/<类型> / what"),
                    note("label", "名称 / label"), note("columns", "可用的栏 / columns")};
}
struct ImportTargetList {
  std::vector<ImportTarget> items;
};  // GET /v1/imports/targets
BOOST_DESCRIBE_STRUCT(ImportTargetList, (), (items))
constexpr auto notes(const ImportTargetList*) {
  return std::array{note("items", "可导入的内容 / what can be brought in")};
}

struct ImportOptions {
  std::optional<std::string> source, default_category, default_area, default_level;
  std::optional<std::map<std::string, std::string>> categories;
  std::optional<bool> allow_gaps, allow_overlaps;
};
BOOST_DESCRIBE_STRUCT(ImportOptions, (),
                      (source, default_category, default_area, default_level, categories, allow_gaps, allow_overlaps))
constexpr auto notes(const ImportOptions*) {
  return std::array{
      note("source", "事项：来源，编号在来源内唯一 / records: where the numbers are unique", length(1, 40),
           Format::line),
      note("default_category", "事项：认不出的类别改为它 / records: for unknown categories", length(0, 80)),
      note("default_area", "缺省区域（编码） / for unknown places; areas: the parent", length(0, 80)),
      note("default_level", "区域：缺省层级 / areas: level of those that name none", length(0, 40)),
      note("categories", "事项：对方的类别名 → 我方编码 / their words for categories → our codes"),
      note("allow_gaps", "区域：允许边界之间留空，仍会列出 / areas: gaps may remain; they are told all the same"),
      note("allow_overlaps",
           "区域：允许边界重叠或超出上级，仍会列出 / areas: overlaps and ground outside the area above may remain; "
           "told all the same")};
}
struct ImportProblem {
  std::int64_t row;
  std::string cell, column, title, code;
  Words say;
};
BOOST_DESCRIBE_STRUCT(ImportProblem, (), (row, cell, column, title, code, say))
constexpr auto notes(const ImportProblem*) {
  return std::array{note("row", "表中的行号 / row of the sheet"),
                    note("cell", "单元格，如 B17；整行时为空 / cell; empty for the whole row"),
                    note("column", "我方的栏 / our column"),
                    note("title", "表中的列名 / their title"),
                    note("code", "代码 / code"),
                    note("say", "原因 / what is wrong")};
}
struct ImportView {
  std::string id, what, name, state, mode;
  std::int64_t size;
  Time at;
  PersonRef by;
  std::optional<std::string> sheet;
  std::int64_t header_row;
  std::vector<std::string> titles, mapping;
  std::vector<ImportColumn> columns;
  std::int64_t rows, done, total, added, changed, unchanged, failed, problems_total;
  std::vector<ImportProblem> problems, allowed;
  bool failing_sheet, map, can_undo;
};  // GET /v1/imports/{id}
BOOST_DESCRIBE_STRUCT(ImportView, (),
                      (id, what, name, state, mode, size, at, by, sheet, header_row, titles, mapping, columns, rows,
                       done, total, added, changed, unchanged, failed, problems_total, problems, allowed, failing_sheet,
                       map, can_undo))
constexpr auto notes(const ImportView*) {
  return std::array{
      note("id", "编号 / id"),
      note("what", "导入的内容 / what"),
      note("name", "文件名 / file name"),
      note("state",
           "ready 待检查 | checking 检查中 | checked 已检查 | committing 写入中 | done 已写入 | refused 有错未写入 | "
           "failed 出错 | interrupted 中断 | undoing 撤销中 | undone 已撤销"),
      note("mode", "check | all | good，最近一次 / of the last run"),
      note("size", "字节 / bytes"),
      note("at", "上传时间 / when"),
      note("by", "上传人 / by"),
      note("sheet", "工作表 / sheet"),
      note("header_row", "表头所在行 / row of the header"),
      note("titles", "表头 / titles"),
      note("mapping", "每列对应我方哪一栏，空为不导入 / per title: our column, empty: passed over"),
      note("columns", "我方的栏 / our columns"),
      note("rows", "数据行数 / rows"),
      note("done", "进度 / done so far"),
      note("total", "进度的总数 / of"),
      note("added", "新增 / added"),
      note("changed", "更改 / changed"),
      note("unchanged", "未变 / unchanged"),
      note("failed", "有错的行 / rows with problems"),
      note("problems_total", "问题总数 / all problems"),
      note("problems", "问题，至多 200 / problems, at most 200"),
      note("allowed", "按选项允许的空白和重叠，至多 200 / gaps and overlaps that the options allow, at most 200"),
      note("failing_sheet", "可下载错误行 / the failing rows can be downloaded"),
      note("map", "是 GeoJSON / it is GeoJSON"),
      note("can_undo", "可撤销 / can be taken back")};
}
struct ImportList {
  std::vector<ImportView> items;
};  // GET /v1/imports
BOOST_DESCRIBE_STRUCT(ImportList, (), (items))
constexpr auto notes(const ImportList*) { return std::array{note("items", "最近 50 次 / the latest 50")}; }

struct ImportMapping {
  std::vector<std::string> mapping;
  std::optional<ImportOptions> options;
};  // PUT /v1/imports/{id}/mapping
BOOST_DESCRIBE_STRUCT(ImportMapping, (), (mapping, options))
constexpr auto notes(const ImportMapping*) {
  return std::array{note("mapping", "每列对应我方哪一栏，空为不导入 / per title: our column, empty: passed over",
                         items(0, 1000), length(0, 80)),
                    note("options", "选项 / options")};
}
struct ImportRun {
  std::string mode;
};  // POST /v1/imports/{id}/run
BOOST_DESCRIBE_STRUCT(ImportRun, (), (mode))
constexpr auto notes(const ImportRun*) {
  return std::array{note("mode", "check 只检查 | all 全部或都不 | good 只写入没有错的行", length(3, 5))};
}
struct ImportCell {
  std::string text;
  std::optional<Words> problem;
};
BOOST_DESCRIBE_STRUCT(ImportCell, (), (text, problem))
constexpr auto notes(const ImportCell*) {
  return std::array{note("text", "内容 / what it holds"), note("problem", "问题 / what is wrong with it")};
}
struct ImportRow {
  std::int64_t row;
  std::vector<ImportCell> cells;
  std::vector<Words> problems;
};
BOOST_DESCRIBE_STRUCT(ImportRow, (), (row, cells, problems))
constexpr auto notes(const ImportRow*) {
  return std::array{note("row", "行号 / row of the sheet"), note("cells", "按表头的列 / by title"),
                    note("problems", "整行的问题 / of the whole row")};
}
struct ImportRows {
  std::vector<ImportRow> items;
  bool more;
};  // GET /v1/imports/{id}/rows
BOOST_DESCRIBE_STRUCT(ImportRows, (), (items, more))
constexpr auto notes(const ImportRows*) {
  return std::array{note("items", "行 / rows"), note("more", "后面还有 / there are more")};
}
struct ImportUndone {
  std::int64_t removed, changed_stay;
  bool working;
};  // POST /v1/imports/{id}/undo
BOOST_DESCRIBE_STRUCT(ImportUndone, (), (removed, changed_stay, working))
constexpr auto notes(const ImportUndone*) {
  return std::array{note("removed", "撤销了多少项新增 / how many additions were taken back"),
                    note("changed_stay", "更改过的行不撤销 / changed rows stay"),
                    note("working", "还在后台撤销 / it goes on in the background")};
}

struct NewCalendar {
  std::optional<OrgId> org;
};  // POST /v1/feeds
BOOST_DESCRIBE_STRUCT(NewCalendar, (), (org))
constexpr auto notes(const NewCalendar*) {
  return std::array{note("org", "单位的日历；缺省为本人的 / a team's; absent: one's own")};
}
struct FeedView {
  std::string id;
  std::optional<OrgRef> org;
  Time made_at;
  std::optional<Time> used_at;
  std::optional<std::string> url;
};
BOOST_DESCRIBE_STRUCT(FeedView, (), (id, org, made_at, used_at, url))
constexpr auto notes(const FeedView*) {
  return std::array{note("id", "编号 / id"), note("org", "单位 / team"), note("made_at", "生成时间 / made"),
                    note("used_at", "最近被读取 / last read"),
                    note("url", "订阅地址，只在生成时给出一次 / the address, told once when it is made")};
}
struct FeedList {
  std::vector<FeedView> items;
};  // GET /v1/feeds
BOOST_DESCRIBE_STRUCT(FeedList, (), (items))
constexpr auto notes(const FeedList*) { return std::array{note("items", "我的订阅 / my feeds")}; }

}  // namespace tongxin::serve::api
