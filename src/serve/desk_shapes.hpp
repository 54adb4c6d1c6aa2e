// Shapes of /v1 that only the desk and the board use.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct SavedFilter {
  std::string name, query;
};  // PUT /v1/me/filters: keeps or replaces
BOOST_DESCRIBE_STRUCT(SavedFilter, (), (name, query))
constexpr auto notes(const SavedFilter*) {
  return std::array{
      note("name", "名称 / name", length(1, 40), Format::line),
      note("query", "网址问号之后的部分 / the part of the address behind the ?", length(1, 1000), Format::line)};
}
struct SavedFilters {
  std::vector<SavedFilter> items;
};  // GET /v1/me/filters
BOOST_DESCRIBE_STRUCT(SavedFilters, (), (items))
constexpr auto notes(const SavedFilters*) { return std::array{note("items", "各项，按名称 / by name")}; }

struct Presence {
  bool acting = false;
};  // POST /v1/records/{id}/presence: said again every few seconds while the record is open
BOOST_DESCRIBE_STRUCT(Presence, (), (acting))
constexpr auto notes(const Presence*) {
  return std::array{note("acting", "正在填写动作表单 / is filling in the form of an action", defaulted())};
}
struct PresentView {
  PersonRef person;
  bool acting;
};
BOOST_DESCRIBE_STRUCT(PresentView, (), (person, acting))
constexpr auto notes(const PresentView*) {
  return std::array{note("person", "人员 / person"), note("acting", "正在处理 / is filling in an action")};
}
struct PresentList {
  std::vector<PresentView> items;
};
BOOST_DESCRIBE_STRUCT(PresentList, (), (items))
constexpr auto notes(const PresentList*) { return std::array{note("items", "还有谁打开了它 / who else has it open")}; }

struct CategoryCount {
  std::string category;
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(CategoryCount, (), (category, count))
constexpr auto notes(const CategoryCount*) {
  return std::array{note("category", "类别 / category"), note("count", "数量 / how many")};
}
struct MapArea {
  AreaId id;
  std::string name;
  std::int64_t count;
  std::vector<CategoryCount> categories;
};
BOOST_DESCRIBE_STRUCT(MapArea, (), (id, name, count, categories))
constexpr auto notes(const MapArea*) {
  return std::array{note("id", "编号 / id"), note("name", "名称 / name"), note("count", "数量 / how many"),
                    note("categories", "按类别，多的在前 / by category, the most first")};
}
struct FigureMap {
  AreaRef area;
  std::string level, from, until;
  std::vector<MapArea> items;
};  // GET /v1/figures/map
BOOST_DESCRIBE_STRUCT(FigureMap, (), (area, level, from, until, items))
constexpr auto notes(const FigureMap*) {
  return std::array{note("area", "区域 / area"), note("level", "最细一级 / the deepest level that keeps figures"),
                    note("from", "起 / from"), note("until", "止 / until"),
                    note("items", "各区域，至多 2000 / areas, at most 2000")};
}

}  // namespace tongxin::serve::api
