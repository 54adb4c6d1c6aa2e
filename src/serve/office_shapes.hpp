// Shapes of /v1 that only administration uses: what was changed, who has looked, calendars, packs, health, boundaries.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct AuditRow {
  std::string id;
  Time at;
  std::string who, what;
  Words label;
  std::string about, reason;
  Words because;
};
BOOST_DESCRIBE_STRUCT(AuditRow, (), (id, at, who, what, label, about, reason, because))
constexpr auto notes(const AuditRow*) {
  return std::array{note("id", "编号 / id"),
                    note("at", "时间 / when"),
                    note("who", "何人；空为系统 / who; empty: the system"),
                    note("what", "何事，如 post.add / what, such as post.add"),
                    note("label", "何事的名称 / what, in words"),
                    note("about", "对象 / about whom or what"),
                    note("reason", "依据，如所写 / reason, as it was written"),
                    note("because", "依据的文字 / reason, in words")};
}
struct AuditList {
  std::vector<AuditRow> items;
  std::optional<std::string> next;
};  // GET /v1/audit, newest first
BOOST_DESCRIBE_STRUCT(AuditList, (), (items, next))
constexpr auto notes(const AuditList*) {
  return std::array{note("items", "各项 / items"), note("next", "下一页 / cursor")};
}

struct LookedRow {
  std::string id;
  Time at;
  std::string who, about, what;
  Words label;
  std::string reason;
  std::optional<RecordId> record;
  std::optional<std::string> number;
};
BOOST_DESCRIBE_STRUCT(LookedRow, (), (id, at, who, about, what, label, reason, record, number))
constexpr auto notes(const LookedRow*) {
  return std::array{note("id", "编号 / id"),
                    note("at", "时间 / when"),
                    note("who", "何人查看 / who looked"),
                    note("about", "看了谁的 / about whom"),
                    note("what", "哪一项 / which field"),
                    note("label", "哪一项的名称 / which field, in words"),
                    note("reason", "理由 / reason"),
                    note("record", "事项 / record"),
                    note("number", "受理号 / its number")};
}
struct LookedList {
  std::vector<LookedRow> items;
  std::optional<std::string> next;
};  // GET /v1/access-log, newest first
BOOST_DESCRIBE_STRUCT(LookedList, (), (items, next))
constexpr auto notes(const LookedList*) {
  return std::array{note("items", "各项 / items"), note("next", "下一页 / cursor")};
}

struct VersionRow {
  std::string from;
  std::optional<std::string> until;
  std::string name, parent, area, who;
  Time at;
};
BOOST_DESCRIBE_STRUCT(VersionRow, (), (from, until, name, parent, area, who, at))
constexpr auto notes(const VersionRow*) {
  return std::array{note("from", "生效日 / holds from"),
                    note("until", "至（不含）/ until"),
                    note("name", "名称 / name"),
                    note("parent", "上级 / above it"),
                    note("area", "区域 / area"),
                    note("who", "何人修改 / who changed it"),
                    note("at", "修改时间 / when it was written")};
}
struct History {
  std::vector<VersionRow> items;
};  // GET /v1/orgs/{id}/history, GET /v1/areas/{id}/history, oldest first
BOOST_DESCRIBE_STRUCT(History, (), (items))
constexpr auto notes(const History*) { return std::array{note("items", "从早到晚 / oldest first")}; }

struct Names {
  std::vector<OptionView> roles, org_kinds, levels;
};  // GET /v1/names
BOOST_DESCRIBE_STRUCT(Names, (), (roles, org_kinds, levels))
constexpr auto notes(const Names*) {
  return std::array{note("roles", "岗位 / roles"), note("org_kinds", "组织类型 / kinds of organisations"),
                    note("levels", "区域层级，从大到小 / levels of areas, the largest first")};
}

struct CalendarDays {
  std::string from, until;
  Words name;
  std::vector<std::string> periods;
};
BOOST_DESCRIBE_STRUCT(CalendarDays, (), (from, until, name, periods))
constexpr auto notes(const CalendarDays*) {
  return std::array{note("from", "首日 / first day"), note("until", "末日 / last day"), note("name", "名称 / name"),
                    note("periods", "上班时段；休息日为空 / working periods; empty: a rest day")};
}
struct CalendarView {
  std::string name;
  std::vector<std::vector<std::string>> week;
  std::vector<CalendarDays> holidays, working;
};
BOOST_DESCRIBE_STRUCT(CalendarView, (), (name, week, holidays, working))
constexpr auto notes(const CalendarView*) {
  return std::array{note("name", "名称 / name"), note("week", "周一至周日的上班时段 / working periods, Monday first"),
                    note("holidays", "放假 / holidays"), note("working", "调休上班 / working days on weekends")};
}
struct CalendarList {
  std::vector<CalendarView> items;
};  // GET /v1/calendars
BOOST_DESCRIBE_STRUCT(CalendarList, (), (items))
constexpr auto notes(const CalendarList*) { return std::array{note("items", "各项 / items")}; }

struct PackFinding {
  std::string at;
  Words say;
};
BOOST_DESCRIBE_STRUCT(PackFinding, (), (at, say))
constexpr auto notes(const PackFinding*) {
  return std::array{note("at", "文件:行:列 / file:line:column"), note("say", "问题 / what is wrong")};
}
struct PackCheck {
  bool sound, in_use;
  std::int64_t packs, kinds, roles, calendars;
  std::vector<PackFinding> findings;
  Time at;
};  // GET /v1/packs/check
BOOST_DESCRIBE_STRUCT(PackCheck, (), (sound, in_use, packs, kinds, roles, calendars, findings, at))
constexpr auto notes(const PackCheck*) {
  return std::array{note("sound", "没有问题 / nothing is wrong"),
                    note("in_use", "与正在运行的一致 / the files are those that the server runs with"),
                    note("packs", "机制包数 / packs"),
                    note("kinds", "事项种类数 / kinds"),
                    note("roles", "岗位数 / roles"),
                    note("calendars", "日历数 / calendars"),
                    note("findings", "发现的问题 / what is wrong"),
                    note("at", "检查时间 / when")};
}

struct HealthRow {
  std::string name, state;
  Words label, say;
};
BOOST_DESCRIBE_STRUCT(HealthRow, (), (name, state, label, say))
constexpr auto notes(const HealthRow*) {
  return std::array{note("name", "代号 / name"), note("state", "good | warn | bad"), note("label", "项目 / what"),
                    note("say", "情况 / how it is")};
}
struct Health {
  std::vector<HealthRow> items;
  Time at;
};  // GET /v1/health
BOOST_DESCRIBE_STRUCT(Health, (), (items, at))
constexpr auto notes(const Health*) { return std::array{note("items", "各项 / items"), note("at", "时间 / when")}; }

struct DrawnArea {
  std::optional<AreaId> area, parent;
  std::optional<std::string> level, name, code;
  object boundary;
};
BOOST_DESCRIBE_STRUCT(DrawnArea, (), (area, parent, level, name, code, boundary))
constexpr auto notes(const DrawnArea*) {
  return std::array{note("area", "已有区域；缺省为新增 / an area that exists; absent: a new one"),
                    note("parent", "新增时的上级 / the area above a new one"),
                    note("level", "新增时的层级 / level of a new one", length(1, 40)),
                    note("name", "新增时的名称 / name of a new one", length(1, 60), Format::line),
                    note("code", "新增时的编码 / code of a new one", length(0, 60), Format::line),
                    note("boundary", "GeoJSON Polygon 或 MultiPolygon / GeoJSON")};
}
struct Drawn {
  std::vector<DrawnArea> items;
  bool take = false, check_only = false, allow_gaps = false, allow_overlaps = false;
};  // PUT /v1/areas/boundaries
BOOST_DESCRIBE_STRUCT(Drawn, (), (items, take, check_only, allow_gaps, allow_overlaps))
constexpr auto notes(const Drawn*) {
  return std::array{
      note("items", "一起生效的边界 / boundaries that take effect together", items(1, 200)),
      note("take",
           "新划的地面从相邻区域划出，并限于上级之内 / the ground is taken from the neighbours, within the area above",
           defaulted()),
      note("check_only", "只检查，不保存 / only check", defaulted()),
      note("allow_gaps", "允许留空，仍会说明 / gaps may remain; they are told all the same", defaulted()),
      note("allow_overlaps",
           "允许重叠或超出上级，仍会说明 / overlaps and ground outside may remain; they are told all the same",
           defaulted())};
}
struct DrawnOutcome {
  bool saved;
  std::vector<Words> findings;
  std::vector<DrawnArea> items;
};
BOOST_DESCRIBE_STRUCT(DrawnOutcome, (), (saved, findings, items))
constexpr auto notes(const DrawnOutcome*) {
  return std::array{
      note("saved", "已保存 / saved"), note("findings", "空白、重叠、越界 / gaps, overlaps, ground outside"),
      note("items", "生效或将生效的边界，含相邻区域 / the boundaries that hold or would hold, neighbours included")};
}

}  // namespace tongxin::serve::api
