// Shapes of /v1 that only the editing of places, the keeping of organisations and their reports use.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct NewArea {
  std::optional<AreaId> parent;
  std::string level, name;
  std::optional<std::string> code;
  std::optional<double> lon, lat;
  std::optional<object> boundary;
  bool allow_gaps = false, allow_overlaps = false;
};  // POST /v1/areas
BOOST_DESCRIBE_STRUCT(NewArea, (), (parent, level, name, code, lon, lat, boundary, allow_gaps, allow_overlaps))
constexpr auto notes(const NewArea*) {
  return std::array{note("parent", "上级区域 / the area above"),
                    note("level", "层级 / level", length(1, 40)),
                    note("name", "名称 / name", length(1, 60), Format::line),
                    note("code", "编码 / code", length(0, 60), Format::line),
                    note("lon", "经度 / longitude", range(-180, 180)),
                    note("lat", "纬度 / latitude", range(-90, 90)),
                    note("boundary", "GeoJSON Polygon 或 MultiPolygon / GeoJSON"),
                    note("allow_gaps", "允许留空 / gaps may remain", defaulted()),
                    note("allow_overlaps", "允许重叠或超出上级 / overlaps and ground outside may remain", defaulted())};
}
struct MoveArea {
  AreaId parent;
  std::optional<std::string> from;
  bool allow_gaps = false, allow_overlaps = false;
};  // POST /v1/areas/{id}/move
BOOST_DESCRIBE_STRUCT(MoveArea, (), (parent, from, allow_gaps, allow_overlaps))
constexpr auto notes(const MoveArea*) {
  return std::array{note("parent", "新的上级 / the new area above"),
                    note("from", "生效日 / the day from which it holds", length(10, 10)),
                    note("allow_gaps", "允许留空 / gaps may remain", defaulted()),
                    note("allow_overlaps", "允许重叠或超出上级 / overlaps and ground outside may remain", defaulted())};
}
struct RenameArea {
  std::string name;
  std::optional<std::string> from;
};  // POST /v1/areas/{id}/rename
BOOST_DESCRIBE_STRUCT(RenameArea, (), (name, from))
constexpr auto notes(const RenameArea*) {
  return std::array{note("name", "名称 / name", length(1, 60), Format::line),
                    note("from", "生效日 / the day from which it holds", length(10, 10))};
}
struct AreaBoundary {
  object boundary;
  bool allow_gaps = false, allow_overlaps = false;
};  // POST /v1/areas/{id}/boundary
BOOST_DESCRIBE_STRUCT(AreaBoundary, (), (boundary, allow_gaps, allow_overlaps))
constexpr auto notes(const AreaBoundary*) {
  return std::array{note("boundary", "GeoJSON Polygon 或 MultiPolygon / GeoJSON"),
                    note("allow_gaps", "允许留空 / gaps may remain", defaulted()),
                    note("allow_overlaps", "允许重叠 / overlaps may remain", defaulted())};
}

struct NewOrg {
  std::optional<OrgId> parent;
  std::string kind, code, name;
  std::optional<AreaId> area;
  std::optional<std::string> from;
  std::string reason;
};  // POST /v1/orgs
BOOST_DESCRIBE_STRUCT(NewOrg, (), (parent, kind, code, name, area, from, reason))
constexpr auto notes(const NewOrg*) {
  return std::array{note("parent", "上级组织 / the organisation above"),
                    note("kind", "类型 / kind", length(1, 60)),
                    note("code", "编码 / code", length(1, 60), Format::line),
                    note("name", "名称 / name", length(1, 80), Format::line),
                    note("area", "区域 / area"),
                    note("from", "成立日 / first day", length(10, 10)),
                    note("reason", "依据 / decision or paper", length(1, 200), Format::line)};
}
struct ChangeOrg {
  std::optional<OrgId> parent;
  std::optional<std::string> name;
  std::optional<AreaId> area;
  std::optional<std::string> from, until;
  std::string reason;
};  // PATCH /v1/orgs/{id}
BOOST_DESCRIBE_STRUCT(ChangeOrg, (), (parent, name, area, from, until, reason))
constexpr auto notes(const ChangeOrg*) {
  return std::array{note("parent", "上级组织 / the organisation above"),
                    note("name", "名称 / name", length(1, 80), Format::line),
                    note("area", "区域 / area"),
                    note("from", "生效日 / the day from which it holds", length(10, 10)),
                    note("until", "撤销日 / closed on that day", length(10, 10)),
                    note("reason", "依据 / decision or paper", length(1, 200), Format::line)};
}
struct SetResponsibility {
  std::string function;
  AreaId area;
  std::optional<std::string> stage;
  std::optional<OrgId> org;
  std::optional<std::string> role;
  std::optional<std::string> from;
  std::string reason;
};  // PUT /v1/responsibilities
BOOST_DESCRIBE_STRUCT(SetResponsibility, (), (function, area, stage, org, role, from, reason))
constexpr auto notes(const SetResponsibility*) {
  return std::array{note("function", "职能，* 为其余全部 / function, * for all others", length(1, 60)),
                    note("area", "区域 / area"),
                    note("stage", "环节 / stage", length(0, 60)),
                    note("org", "组织；缺省为无人负责 / organisation; absent: nobody from that day"),
                    note("role", "岗位 / role", length(0, 60)),
                    note("from", "生效日 / first day", length(10, 10)),
                    note("reason", "依据 / decision or paper", length(1, 200), Format::line)};
}

struct PersonList {
  std::vector<PersonRef> items;
};  // GET /v1/people?q=|phone=
BOOST_DESCRIBE_STRUCT(PersonList, (), (items))
constexpr auto notes(const PersonList*) { return std::array{note("items", "姓名 / names")}; }
struct StaffingRow {
  std::string role;
  Words role_name;
  std::int64_t posts, people, areas;
  std::optional<Words> each;
  std::vector<AreaRef> without;
};
BOOST_DESCRIBE_STRUCT(StaffingRow, (), (role, role_name, posts, people, areas, each, without))
constexpr auto notes(const StaffingRow*) {
  return std::array{note("role", "岗位 / role"),
                    note("role_name", "名称 / name"),
                    note("posts", "在岗数 / live posts"),
                    note("people", "人数 / people"),
                    note("areas", "区域数 / areas"),
                    note("each", "每个该层级的区域都应有一个 / the level of which every area has one"),
                    note("without", "没有的区域，最多 500 个 / areas that have none, up to 500")};
}
struct StaffingList {
  std::vector<StaffingRow> items;
};  // GET /v1/staffing?area=
BOOST_DESCRIBE_STRUCT(StaffingList, (), (items))
constexpr auto notes(const StaffingList*) { return std::array{note("items", "各岗位人数 / by role")}; }
struct DualOfficeRow {
  PersonRef person;
  PostView first, second;
};
BOOST_DESCRIBE_STRUCT(DualOfficeRow, (), (person, first, second))
constexpr auto notes(const DualOfficeRow*) {
  return std::array{note("person", "人员 / person"), note("first", "第一岗位 / first post"),
                    note("second", "第二岗位 / second post")};
}
struct DualOfficeList {
  std::int64_t units;
  double share;
  std::vector<DualOfficeRow> items;
};  // GET /v1/dual-offices?first=&second=&area=
BOOST_DESCRIBE_STRUCT(DualOfficeList, (), (units, share, items))
constexpr auto notes(const DualOfficeList*) {
  return std::array{note("units", "有第一岗位的组织数 / organisations with the first role"),
                    note("share", "占比 / share"), note("items", "一肩挑 / who holds both")};
}
struct CrossAppointmentRow {
  PersonRef person;
  std::vector<PostView> posts;
};
BOOST_DESCRIBE_STRUCT(CrossAppointmentRow, (), (person, posts))
constexpr auto notes(const CrossAppointmentRow*) {
  return std::array{note("person", "人员 / person"), note("posts", "在岗的岗位 / live posts")};
}
struct CrossAppointmentList {
  std::vector<CrossAppointmentRow> items;
};  // GET /v1/cross-appointments?area=
BOOST_DESCRIBE_STRUCT(CrossAppointmentList, (), (items))
constexpr auto notes(const CrossAppointmentList*) {
  return std::array{note("items", "在两个以上单位任职的人 / who holds posts in two or more organisations")};
}
struct TermRow {
  PersonRef person;
  PostView post;
  std::int64_t days;
};
BOOST_DESCRIBE_STRUCT(TermRow, (), (person, post, days))
constexpr auto notes(const TermRow*) {
  return std::array{note("person", "人员 / person"), note("post", "岗位 / post"), note("days", "还有几天 / days left")};
}
struct TermList {
  std::vector<TermRow> items;
};  // GET /v1/terms?days=&area=
BOOST_DESCRIBE_STRUCT(TermList, (), (items))
constexpr auto notes(const TermList*) {
  return std::array{note("items", "即将届满，近的在前 / ending, soonest first")};
}
struct CoverageView {
  std::string level;
  std::int64_t areas, without_boundary, buildings;
  bool seamless;
  std::vector<Words> findings;
};  // GET /v1/coverage?level=&within=
BOOST_DESCRIBE_STRUCT(CoverageView, (), (level, areas, without_boundary, buildings, seamless, findings))
constexpr auto notes(const CoverageView*) {
  return std::array{note("level", "层级 / level"),
                    note("areas", "区域数 / areas"),
                    note("without_boundary", "无边界的 / without boundary"),
                    note("buildings", "楼栋数 / buildings"),
                    note("seamless", "无缝全覆盖 / without gap or overlap"),
                    note("findings", "发现的问题，至多 500 / what was found, at most 500")};
}

struct AreaChangeView {
  AreaRef area;
  Time since;
  std::int64_t looked, moved;
};
BOOST_DESCRIBE_STRUCT(AreaChangeView, (), (area, since, looked, moved))
constexpr auto notes(const AreaChangeView*) {
  return std::array{note("area", "调整过的区域 / the area"), note("since", "调整时间 / since when"),
                    note("looked", "已核对 / looked at so far"), note("moved", "已归位 / moved so far")};
}
struct AreaChangeList {
  std::vector<AreaChangeView> items;
};  // GET /v1/areas/changes
BOOST_DESCRIBE_STRUCT(AreaChangeList, (), (items))
constexpr auto notes(const AreaChangeList*) {
  return std::array{note("items", "未完成的；空为已全部归位 / under way; empty: all are in their places")};
}

}  // namespace tongxin::serve::api
