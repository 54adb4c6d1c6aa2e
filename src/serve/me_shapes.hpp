// Shapes of /v1/me/day and /v1/me/access-log: what I did on a day, who looked at what of mine.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api.hpp"
#include "serve/api_notes.hpp"

namespace tongxin::serve::api {

struct MyDeed {
  Time at;
  RecordId record;
  std::string kind, number, title, action;
  Words label;
  std::string place_text;
};
BOOST_DESCRIBE_STRUCT(MyDeed, (), (at, record, kind, number, title, action, label, place_text))
constexpr auto notes(const MyDeed*) {
  return std::array{note("at", "时间 / when"),
                    note("record", "事项 / record"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "标题 / title"),
                    note("action", "动作 / action"),
                    note("label", "动作名称 / what it is called"),
                    note("place_text", "位置 / where")};
}

// GET /v1/me/day: what the one who asks did on a day of the realm, oldest first.
struct MyDay {
  std::string day;
  std::vector<MyDeed> items;
  bool more = false;  // there was more than this list holds
};
BOOST_DESCRIBE_STRUCT(MyDay, (), (day, items, more))
constexpr auto notes(const MyDay*) {
  return std::array{note("day", "日期 / day"), note("items", "各项，旧的在前 / what was done, oldest first"),
                    note("more", "还有更多未列出 / there was more")};
}

struct MyLook {
  Time at;
  std::string who;
  std::optional<std::string> from_org;
  Words what;
  std::string reason;
  std::optional<RecordId> record;
  std::optional<std::string> number;
};
BOOST_DESCRIBE_STRUCT(MyLook, (), (at, who, from_org, what, reason, record, number))
constexpr auto notes(const MyLook*) {
  return std::array{note("at", "时间 / when"),
                    note("who", "谁 / who"),
                    note("from_org", "所在组织 / of which organisation"),
                    note("what", "看了什么 / what"),
                    note("reason", "原因 / why"),
                    note("record", "办哪件事项时 / for which record"),
                    note("number", "编号 / its number")};
}

struct MyLooks {
  std::vector<MyLook> items;
  std::optional<std::string> next;
};  // GET /v1/me/access-log
BOOST_DESCRIBE_STRUCT(MyLooks, (), (items, next))
constexpr auto notes(const MyLooks*) {
  return std::array{note("items", "各项 / items"),
                    note("next", "下一页游标；没有则到头 / cursor of the next page; absent at the end")};
}

}  // namespace tongxin::serve::api
