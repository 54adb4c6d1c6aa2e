// Shapes of /v1 about standing bonds: who keeps in touch with whom, who is linked to nobody, how much each one carries.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct LinkKind {
  std::string kind;
  Words name;
};
BOOST_DESCRIBE_STRUCT(LinkKind, (), (kind, name))
constexpr auto notes(const LinkKind*) {
  return std::array{note("kind", "联系类型 / kind of link"), note("name", "名称 / name")};
}
struct LinkKinds {
  std::vector<LinkKind> items;
};  // GET /v1/link-kinds
BOOST_DESCRIBE_STRUCT(LinkKinds, (), (items))
constexpr auto notes(const LinkKinds*) { return std::array{note("items", "联系类型 / kinds of links")}; }
struct UncoveredView {
  std::string household;
  AreaRef area;
  std::string unit;
};
BOOST_DESCRIBE_STRUCT(UncoveredView, (), (household, area, unit))
constexpr auto notes(const UncoveredView*) {
  return std::array{note("household", "户 / household"), note("area", "区域 / area"), note("unit", "门牌 / unit")};
}
struct LinkCoverage {
  std::int64_t households, covered, declined;
  std::vector<UncoveredView> uncovered;
};
BOOST_DESCRIBE_STRUCT(LinkCoverage, (), (households, covered, declined, uncovered))
constexpr auto notes(const LinkCoverage*) {
  return std::array{note("households", "户数 / households"), note("covered", "有联系人 / with a contact"),
                    note("declined", "不需要联系 / want none"), note("uncovered", "无人联系 / linked to nobody")};
}
struct LinkLoad {
  PersonRef person;
  std::int64_t links;
};
BOOST_DESCRIBE_STRUCT(LinkLoad, (), (person, links))
constexpr auto notes(const LinkLoad*) {
  return std::array{note("person", "人员 / person"), note("links", "联系数 / links")};
}
struct LinkLoads {
  std::vector<LinkLoad> items;
};
BOOST_DESCRIBE_STRUCT(LinkLoads, (), (items))
constexpr auto notes(const LinkLoads*) { return std::array{note("items", "每人联系数 / load by person")}; }
struct LinkView {
  std::string id, kind;
  Words name;
  std::optional<PersonRef> from;
  std::optional<OrgRef> from_org;
  std::optional<PersonRef> to;
  std::optional<std::string> household, unit;
  std::optional<AreaRef> area;
  std::string since;
  std::optional<std::string> until;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (id, kind, name, from, from_org, to, household, unit, area, since, until, state))
constexpr auto notes(const LinkView*) {
  return std::array{note("id", "编号 / id"),
                    note("kind", "联系类型 / kind of link"),
                    note("name", "类型名称 / its name"),
                    note("from", "联系人 / who keeps in touch"),
                    note("from_org", "联系单位 / which organisation does"),
                    note("to", "对方 / with whom"),
                    note("household", "户 / household"),
                    note("unit", "门牌 / unit"),
                    note("area", "户所在或包联的区域 / where the household is, or the area itself"),
                    note("since", "起 / since"),
                    note("until", "止 / until"),
                    note("state", "proposed active declined")};
}
struct LinkList {
  std::vector<LinkView> items;
};  // GET /v1/links, /v1/me/links
BOOST_DESCRIBE_STRUCT(LinkList, (), (items))
constexpr auto notes(const LinkList*) { return std::array{note("items", "联系 / links")}; }
struct NewLink {
  std::string kind;
  PersonId from;
  std::optional<PersonId> to;
  std::optional<std::string> household;
  std::optional<AreaId> area;
  std::optional<std::string> unit, since, until;
  std::optional<bool> proposed;
};
BOOST_DESCRIBE_STRUCT(NewLink, (), (kind, from, to, household, area, unit, since, until, proposed))
constexpr auto notes(const NewLink*) {
  return std::array{
      note("kind", "联系类型 / kind of link", length(1, 60)),
      note("from", "联系人 / who keeps in touch"),
      note("to", "与人联系 / with a person"),
      note("household", "与户联系 / with a household", length(13, 13)),
      note("area", "与区域联系；有 unit 时为其中一户 / with an area; with unit, a household in it"),
      note("unit", "门牌；没有这户时新增 / unit; the household is made when it is new", length(1, 60), Format::line),
      note("since", "起，缺省今天 / since, else today"),
      note("until", "止 / until"),
      note("proposed", "等对方答复 / waits for the other side's word")};
}
struct LinkMade {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(LinkMade, (), (id))
constexpr auto notes(const LinkMade*) { return std::array{note("id", "编号 / id")}; }
struct EndLink {
  std::optional<std::string> until;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(EndLink, (), (until, reason))
constexpr auto notes(const EndLink*) {
  return std::array{note("until", "止，缺省今天 / until, else today"),
                    note("reason", "原因 / why", length(1, 200), Format::line)};
}
struct AnswerLink {
  bool accept;
};
BOOST_DESCRIBE_STRUCT(AnswerLink, (), (accept))
constexpr auto notes(const AnswerLink*) { return std::array{note("accept", "同意 / agreed")}; }
struct HandOverLinks {
  PersonId from, to;
  std::string kind, reason;
  std::optional<std::string> day;
};
BOOST_DESCRIBE_STRUCT(HandOverLinks, (), (from, to, kind, reason, day))
constexpr auto notes(const HandOverLinks*) {
  return std::array{note("from", "由谁 / from"), note("to", "交给谁 / to"),
                    note("kind", "联系类型 / kind of link", length(1, 60)),
                    note("reason", "原因 / why", length(1, 200), Format::line),
                    note("day", "哪天起，缺省今天 / from which day, else today")};
}
struct LinksHandedOver {
  std::int32_t links;
};
BOOST_DESCRIBE_STRUCT(LinksHandedOver, (), (links))
constexpr auto notes(const LinksHandedOver*) { return std::array{note("links", "交接的联系数 / links handed over")}; }
struct ContactWishSaid {
  bool welcome;
};
BOOST_DESCRIBE_STRUCT(ContactWishSaid, (), (welcome))
constexpr auto notes(const ContactWishSaid*) {
  return std::array{note("welcome", "愿意有联系人 / would like a contact")};
}

}  // namespace tongxin::serve::api
