// Shapes of /v1 that only sign-in, a person's own data and tokens use; the common ones are in api.hpp.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api.hpp"
#include "serve/api_notes.hpp"
#include "serve/kept_shapes.hpp"

namespace tongxin::serve::api {

struct PhoneStarted {
  std::int64_t seconds = 300;       // so long the code is good
  std::optional<std::string> code;  // only on a demonstration
};
BOOST_DESCRIBE_STRUCT(PhoneStarted, (), (seconds, code))
constexpr auto notes(const PhoneStarted*) {
  return std::array{note("seconds", "验证码有效秒数 / how long the code is good, in seconds"),
                    note("code", "仅演示环境返回 / only on a demonstration")};
}

struct MyPost {
  std::string role, org, area, from;
  std::optional<std::string> until;
};
BOOST_DESCRIBE_STRUCT(MyPost, (), (role, org, area, from, until))
constexpr auto notes(const MyPost*) {
  return std::array{note("role", "岗位 / role"), note("org", "组织 / organisation"), note("area", "区域 / area"),
                    note("from", "开始日 / first day"), note("until", "结束日（不含）/ the day it ends")};
}

// GET /v1/me: everything that is stored about the one who asks, in clear.
struct MyData {
  PersonId id;
  std::string name, purpose;
  std::optional<std::string> delete_after;
  std::optional<std::string> phone, id_card, address;
  std::optional<std::string> login;
  std::vector<MyPost> posts;
};
BOOST_DESCRIBE_STRUCT(MyData, (), (id, name, purpose, delete_after, phone, id_card, address, login, posts))
constexpr auto notes(const MyData*) {
  return std::array{note("id", "编号 / id"),
                    note("name", "姓名 / name"),
                    note("purpose", "为何保存 / why this is stored"),
                    note("delete_after", "到期删除日 / the day after which it is erased"),
                    note("phone", "电话 / phone"),
                    note("id_card", "身份证号 / identity number"),
                    note("address", "住址 / address"),
                    note("login", "账号 / sign-in name"),
                    note("posts", "岗位 / posts")};
}

// PATCH /v1/me: a correction of one's own data. An empty text removes.
struct MyCorrection {
  std::optional<std::string> name, address;
};
BOOST_DESCRIBE_STRUCT(MyCorrection, (), (name, address))
constexpr auto notes(const MyCorrection*) {
  return std::array{note("name", "姓名 / name", length(1, 40), Format::line),
                    note("address", "住址；空则删除 / address; empty removes it", length(0, 200), Format::line)};
}

struct MyRecord {
  RecordId id;
  std::string kind, number, title, state;
  Time created_at;
  object form;
};
BOOST_DESCRIBE_STRUCT(MyRecord, (), (id, kind, number, title, state, created_at, form))
constexpr auto notes(const MyRecord*) {
  return std::array{note("id", "编号 / id"),
                    note("kind", "种类 / kind"),
                    note("number", "受理号 / number"),
                    note("title", "标题 / title"),
                    note("state", "状态 / state"),
                    note("created_at", "提交时间 / when"),
                    note("form", "未加密的内容 / what was entered and is not sealed")};
}

// GET /v1/me/export: a copy to take away.
struct MyExport {
  Time at;
  MyData person;
  std::vector<MyRecord> records;  // reported by the person, newest first, at most 5,000
  std::vector<AccessEntry> looked;
  MyKept kept;  // at most 5,000 of each list
};
BOOST_DESCRIBE_STRUCT(MyExport, (), (at, person, records, looked, kept))
constexpr auto notes(const MyExport*) {
  return std::array{note("at", "导出时间 / when"), note("person", "本人信息 / the person"),
                    note("records", "本人提交的事项 / what the person raised"),
                    note("looked", "谁看过 / who has looked"),
                    note("kept", "班次、打卡、轨迹、订阅、账户 / turns, check-ins, tracks, calendars, accounts")};
}

struct MySession {
  std::string id, device;
  Time created_at, seen_at;
  bool current = false;
};
BOOST_DESCRIBE_STRUCT(MySession, (), (id, device, created_at, seen_at, current))
constexpr auto notes(const MySession*) {
  return std::array{note("id", "编号 / id"), note("device", "设备 / what the browser called itself"),
                    note("created_at", "登录时间 / signed in"), note("seen_at", "最近使用 / last seen"),
                    note("current", "就是这一次 / the one that asks")};
}
struct MySessions {
  std::vector<MySession> items;
};
BOOST_DESCRIBE_STRUCT(MySessions, (), (items))
constexpr auto notes(const MySessions*) { return std::array{note("items", "登录 / sessions")}; }

}  // namespace tongxin::serve::api
