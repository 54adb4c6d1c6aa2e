// Shapes of GET /v1/me/kept and of the same part of /v1/me/export: what duties, calendars and books hold of the one who asks.
#pragma once
#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/contract.hpp"
#include "serve/api.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct KeptAbsence {
  Time from, until;
};
BOOST_DESCRIBE_STRUCT(KeptAbsence, (), (from, until))
constexpr auto notes(const KeptAbsence*) { return std::array{note("from", "起 / from"), note("until", "止 / until")}; }
struct KeptSkill {
  Words label;
  std::string from;
  std::optional<std::string> until, confirmed_by;
};
BOOST_DESCRIBE_STRUCT(KeptSkill, (), (label, from, until, confirmed_by))
constexpr auto notes(const KeptSkill*) {
  return std::array{note("label", "技能 / skill"), note("from", "起 / from"), note("until", "止 / until"),
                    note("confirmed_by", "由谁确认 / confirmed by")};
}
struct KeptTurn {
  Time starts, ends;
  Words post;
  std::string state, number, title;
  std::optional<bool> waived;
};
BOOST_DESCRIBE_STRUCT(KeptTurn, (), (starts, ends, post, state, number, title, waived))
constexpr auto notes(const KeptTurn*) {
  return std::array{note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"),
                    note("post", "岗位 / post"),
                    note("state", "waiting standing served absent"),
                    note("number", "事项编号 / number of the record"),
                    note("title", "事项 / record"),
                    note("waived", "超过工时或休息的规定 / passes a limit of rest or hours")};
}
struct KeptCheckIn {
  Time at;
  Words what;
  std::string number, title;
  std::optional<double> lon, lat;
  std::int32_t photos, videos;
  boost::json::value form;
};
BOOST_DESCRIBE_STRUCT(KeptCheckIn, (), (at, what, number, title, lon, lat, photos, videos, form))
constexpr auto notes(const KeptCheckIn*) {
  return std::array{note("at", "时间 / when"),
                    note("what", "打卡 / sort of check-in"),
                    note("number", "事项编号 / number of the record"),
                    note("title", "事项 / record"),
                    note("lon", "经度 / longitude"),
                    note("lat", "纬度 / latitude"),
                    note("photos", "照片 / photos"),
                    note("videos", "视频 / videos"),
                    note("form", "填写的内容，只在导出文件中 / what was entered, only in the exported file")};
}
struct KeptTrack {
  Time from, until;
  double metres;
  std::string number, title;
  boost::json::value points;
};
BOOST_DESCRIBE_STRUCT(KeptTrack, (), (from, until, metres, number, title, points))
constexpr auto notes(const KeptTrack*) {
  return std::array{note("from", "起 / from"),
                    note("until", "止 / until"),
                    note("metres", "米 / metres"),
                    note("number", "事项编号 / number of the record"),
                    note("title", "事项 / record"),
                    note("points", "[[秒, 经度, 纬度], …]，只在导出文件中 / only in the exported file")};
}
struct KeptFeed {
  std::optional<std::string> org;
  Time made_at;
  std::optional<Time> used_at;
};
BOOST_DESCRIBE_STRUCT(KeptFeed, (), (org, made_at, used_at))
constexpr auto notes(const KeptFeed*) {
  return std::array{note("org", "单位；缺省为本人 / team; else one's own"), note("made_at", "生成时间 / made"),
                    note("used_at", "最近被读取 / last read")};
}
struct KeptLine {
  std::string day;
  Words memo;
  std::string reason;
  std::int64_t amount, balance;
};
BOOST_DESCRIBE_STRUCT(KeptLine, (), (day, memo, reason, amount, balance))
constexpr auto notes(const KeptLine*) {
  return std::array{note("day", "日期 / day"), note("memo", "摘要 / what"), note("reason", "事由 / reason"),
                    note("amount", "数额 / amount"), note("balance", "余额 / balance")};
}
struct KeptAccount {
  std::string id;
  Words ledger, label, shown;
  std::string unit;
  std::int64_t balance, entries;
  std::vector<KeptLine> lines;
};
BOOST_DESCRIBE_STRUCT(KeptAccount, (), (id, ledger, label, shown, unit, balance, entries, lines))
constexpr auto notes(const KeptAccount*) {
  return std::array{note("id", "编号 / id"),           note("ledger", "账本 / ledger"),
                    note("label", "账户 / account"),   note("shown", "余额 / balance"),
                    note("unit", "单位 / unit"),       note("balance", "余额 / balance"),
                    note("entries", "笔数 / entries"), note("lines", "明细，新的在前 / lines, newest first")};
}
struct MyKept {
  std::vector<KeptAbsence> absences;
  std::vector<KeptSkill> skills;
  std::vector<KeptTurn> turns;
  std::vector<KeptCheckIn> checkins;
  std::vector<KeptTrack> tracks;
  std::vector<KeptFeed> feeds;
  std::vector<KeptAccount> accounts;
  bool more = false;
  std::vector<std::string> more_in;
};
BOOST_DESCRIBE_STRUCT(MyKept, (), (absences, skills, turns, checkins, tracks, feeds, accounts, more, more_in))
constexpr auto notes(const MyKept*) {
  return std::array{note("absences", "请假的时间 / when I cannot come"),
                    note("skills", "技能 / skills"),
                    note("turns", "班次，新的在前 / turns, newest first"),
                    note("checkins", "打卡，新的在前 / check-ins, newest first"),
                    note("tracks", "轨迹，新的在前 / tracks, newest first"),
                    note("feeds", "日历订阅 / calendar addresses"),
                    note("accounts", "账户和明细 / accounts with their lines"),
                    note("more", "还有更早的未列出 / there is more than is listed"),
                    note("more_in", "哪些还有更早的 turns checkins tracks accounts / of which lists there is more")};
}

}  // namespace tongxin::serve::api
