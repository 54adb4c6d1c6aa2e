// Shapes of the ticket exchange with a 12345 platform: its settings, a ticket, and what became of it. docs/hotline.md.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct HotlineSettings {
  std::string url;
  std::optional<std::string> key;
  bool pull = false;
  std::int64_t every_minutes = 5;
  std::string kind = "hotline_item";
  object categories, areas;
  std::optional<std::string> other_category, other_area;
};  // PUT /v1/hotline/{exchange}
BOOST_DESCRIBE_STRUCT(HotlineSettings, (),
                      (url, key, pull, every_minutes, kind, categories, areas, other_category, other_area))
constexpr auto notes(const HotlineSettings*) {
  return std::array{
      note("url", "对方接口的根地址 / the root of the other side's addresses", length(8, 500), Format::line),
      note("key", "访问对方的密钥，只写不读；空：不变 / our key to them, never shown; absent: as before",
           length(0, 500), Format::line),
      note("pull", "由我方取件 / do we fetch", defaulted()),
      note("every_minutes", "取件间隔 / how often", range(1, 1440), defaulted()),
      note("kind", "成为哪类事项 / the kind that tickets become", length(1, 60), defaulted()),
      note("categories", "对方类别 → 本地类别 / their category → ours", defaulted()),
      note("areas", "对方区域 → 本地区域编码 / their area → the code of ours", defaulted()),
      note("other_category", "未列类别归入；空：退回 / for categories not listed; absent: refused"),
      note("other_area", "未列区域归入；空：退回 / for areas not listed; absent: refused")};
}
struct HotlineState {
  std::string name, url, kind;
  bool pull = false, has_key = false;
  std::int64_t every_minutes = 5;
  object categories, areas;
  std::optional<std::string> other_category, other_area;
  std::optional<Time> pulled_at;
  std::int64_t failures = 0, open = 0, refused = 0;
  std::optional<std::string> trouble;
};  // one exchange and how it does
BOOST_DESCRIBE_STRUCT(HotlineState, (),
                      (name, url, kind, pull, has_key, every_minutes, categories, areas, other_category, other_area,
                       pulled_at, failures, open, refused, trouble))
constexpr auto notes(const HotlineState*) {
  return std::array{note("name", "名称 / name"),
                    note("url", "对方接口的根地址 / the root of the other side's addresses"),
                    note("kind", "成为哪类事项 / the kind that tickets become"),
                    note("pull", "由我方取件 / do we fetch"),
                    note("has_key", "已设密钥 / a key is set"),
                    note("every_minutes", "取件间隔 / how often"),
                    note("categories", "对方类别 → 本地类别 / their category → ours"),
                    note("areas", "对方区域 → 本地区域编码 / their area → the code of ours"),
                    note("other_category", "未列类别归入 / for categories not listed"),
                    note("other_area", "未列区域归入 / for areas not listed"),
                    note("pulled_at", "上次取件 / last pulled"),
                    note("failures", "连续失败次数 / failures in a row"),
                    note("open", "在办工单 / open tickets"),
                    note("refused", "未收工单 / tickets refused"),
                    note("trouble", "上次失败的原因 / why it failed")};
}
struct HotlineList {
  std::vector<HotlineState> items;
};
BOOST_DESCRIBE_STRUCT(HotlineList, (), (items))
constexpr auto notes(const HotlineList*) { return std::array{note("items", "工单交换 / exchanges")}; }

struct HotlineCaller {
  std::optional<std::string> name, phone;
};
BOOST_DESCRIBE_STRUCT(HotlineCaller, (), (name, phone))
constexpr auto notes(const HotlineCaller*) {
  return std::array{note("name", "来电人 / who called", length(0, 40)),
                    note("phone", "来电号码 / number", length(0, 40))};
}
struct HotlineCallback {
  std::string id;
  bool valid = true;
  std::optional<bool> contacted, solved;
  std::optional<std::string> grade, reason;
};  // what the caller said when the platform called back
BOOST_DESCRIBE_STRUCT(HotlineCallback, (), (id, valid, contacted, solved, grade, reason))
constexpr auto notes(const HotlineCallback*) {
  return std::array{note("id", "回访编号 / of this call", length(1, 100), Format::line),
                    note("valid", "有效回访 / did the caller answer", defaulted()),
                    note("contacted", "是否联系过 / was the caller contacted"),
                    note("solved", "是否解决 / is it solved"),
                    note("grade", "satisfied | basically | fair | dissatisfied"),
                    note("reason", "原因 / why", length(0, 500))};
}
struct HotlineTicket {
  std::string id;
  std::optional<std::string> content, category, area, address;
  std::optional<Time> called_at;
  std::optional<double> lon, lat;
  std::optional<bool> urgent;
  std::optional<HotlineCaller> caller;
  std::optional<HotlineCallback> callback;
};  // POST /v1/hotline/{exchange}/tickets
BOOST_DESCRIBE_STRUCT(HotlineTicket, (),
                      (id, content, category, area, address, called_at, lon, lat, urgent, caller, callback))
constexpr auto notes(const HotlineTicket*) {
  return std::array{note("id", "对方工单号 / their number", length(1, 100), Format::line),
                    note("content", "诉求 / what is asked", length(0, 4000)),
                    note("category", "对方类别 / their category", length(0, 100)),
                    note("area", "对方区域 / their area", length(0, 100)),
                    note("address", "地址 / address", length(0, 200)),
                    note("called_at", "来电时间 / when"),
                    note("lon", "经度 / longitude", range(-180, 180)),
                    note("lat", "纬度 / latitude", range(-90, 90)),
                    note("urgent", "紧急 / urgent"),
                    note("caller", "来电人 / who called"),
                    note("callback", "回访结果 / what the callback found")};
}
struct HotlinePage {
  std::vector<HotlineTicket> tickets;
  std::string next;
  bool more = false;
};  // what a pull is answered with
BOOST_DESCRIBE_STRUCT(HotlinePage, (), (tickets, next, more))
constexpr auto notes(const HotlinePage*) {
  return std::array{note("tickets", "工单，旧的在前 / oldest first"),
                    note("next", "下次从哪里起 / where to go on", length(0, 500), defaulted()),
                    note("more", "还有 / there are more now", defaulted())};
}
struct HotlineAck {
  std::string id;
  bool accepted = false, repeated = false;
  std::optional<std::string> number, status, reason;
};  // what became of a ticket
BOOST_DESCRIBE_STRUCT(HotlineAck, (), (id, accepted, repeated, number, status, reason))
constexpr auto notes(const HotlineAck*) {
  return std::array{note("id", "对方工单号 / their number"),
                    note("accepted", "已收下 / taken"),
                    note("repeated", "先前已收 / was here before"),
                    note("number", "本方编号 / our number"),
                    note("status", "状态 / state"),
                    note("reason", "未收的原因 / why not")};
}

}  // namespace tongxin::serve::api
