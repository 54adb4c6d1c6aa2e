// Shapes of /v1 that duties use: rosters, occasions, check-ins, quotas, links.
#pragma once
#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct TurnView {
  PersonRef person;
  std::string state;
  std::optional<Time> arrived_at;
  std::optional<bool> waived;
};
BOOST_DESCRIBE_STRUCT(TurnView, (), (person, state, arrived_at, waived))
constexpr auto notes(const TurnView*) {
  return std::array{
      note("person", "人员 / person"), note("state", "waiting standing served absent"),
      note("arrived_at", "到岗时间 / arrived"),
      note("waived", "超过工时或休息的规定，经组织者说明理由 / passes a limit of rest or hours, with a reason")};
}
struct SlotView {
  std::string id, post;
  Time starts, ends;
  std::int32_t need, taken, waiting;
  std::string state;
  std::vector<TurnView> people;
  std::optional<std::string> occasion;
};
BOOST_DESCRIBE_STRUCT(SlotView, (), (id, post, starts, ends, need, taken, waiting, state, people, occasion))
constexpr auto notes(const SlotView*) {
  return std::array{note("id", "编号 / id"),
                    note("post", "岗位 / post"),
                    note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"),
                    note("need", "需要人数 / people needed"),
                    note("taken", "已排人数 / people placed"),
                    note("waiting", "候补人数 / people waiting"),
                    note("state", "open closed over"),
                    note("people", "在班的人 / who stands"),
                    note("occasion", "属于哪一次；缺省为另开的 / the occasion; else opened by hand")};
}
struct PostOfDuty {
  std::string name;
  Words label;
  std::int32_t need;
  std::vector<Words> skills;
};
BOOST_DESCRIBE_STRUCT(PostOfDuty, (), (name, label, need, skills))
constexpr auto notes(const PostOfDuty*) {
  return std::array{note("name", "岗位 / post"), note("label", "名称 / name"), note("need", "需要人数 / people needed"),
                    note("skills", "需要的技能 / skills needed")};
}
struct OpenSwap {
  std::string id, slot;
  PersonRef from, to;
  std::optional<std::string> other_slot;
  Time at;
};
BOOST_DESCRIBE_STRUCT(OpenSwap, (), (id, slot, from, to, other_slot, at))
constexpr auto notes(const OpenSwap*) {
  return std::array{note("id", "编号 / id"),
                    note("slot", "班次 / slot"),
                    note("from", "谁提出 / asked by"),
                    note("to", "向谁 / asked of"),
                    note("other_slot", "对方的班次；缺省为转让 / theirs; else given away"),
                    note("at", "何时提出 / when it was asked")};
}
struct RosterView {
  Time from, until;
  bool organises, takes;
  std::vector<PostOfDuty> posts;
  std::vector<SlotView> slots;
  std::vector<OpenSwap> swaps;
};  // GET /v1/records/{id}/roster
BOOST_DESCRIBE_STRUCT(RosterView, (), (from, until, organises, takes, posts, slots, swaps))
constexpr auto notes(const RosterView*) {
  return std::array{note("from", "起 / from"),
                    note("until", "止 / until"),
                    note("organises", "本人可安排 / you may place others"),
                    note("takes", "本人可报名 / you may take turns"),
                    note("posts", "岗位 / posts"),
                    note("slots", "班次 / slots"),
                    note("swaps", "等待答复的换班，给安排者 / swaps that wait, for whoever organises")};
}
struct CandidateView {
  PersonRef person;
  std::int64_t turns, minutes;
  std::optional<Words> hindrance;
};
BOOST_DESCRIBE_STRUCT(CandidateView, (), (person, turns, minutes, hindrance))
constexpr auto notes(const CandidateView*) {
  return std::array{note("person", "人员 / person"), note("turns", "已轮班次 / turns so far"),
                    note("minutes", "分钟 / minutes"), note("hindrance", "为什么不能排 / why they cannot stand here")};
}
struct CandidateList {
  std::vector<CandidateView> items;
};  // GET /v1/slots/{id}/candidates
BOOST_DESCRIBE_STRUCT(CandidateList, (), (items))
constexpr auto notes(const CandidateList*) {
  return std::array{note("items", "轮得最少的在前 / who has had least comes first")};
}
struct ShareView {
  PersonRef person;
  std::int64_t turns, minutes, waived;
};
BOOST_DESCRIBE_STRUCT(ShareView, (), (person, turns, minutes, waived))
constexpr auto notes(const ShareView*) {
  return std::array{note("person", "人员 / person"), note("turns", "班次 / turns"), note("minutes", "分钟 / minutes"),
                    note("waived", "其中超过工时或休息规定的 / those that pass a limit of rest or hours")};
}
struct ShareList {
  std::vector<ShareView> items;
};  // GET /v1/records/{id}/roster/shares
BOOST_DESCRIBE_STRUCT(ShareList, (), (items))
constexpr auto notes(const ShareList*) { return std::array{note("items", "各人班次 / turns by person")}; }

struct NewSlot {
  std::string post;
  Time starts, ends;
  std::optional<std::int32_t> need;
};
BOOST_DESCRIBE_STRUCT(NewSlot, (), (post, starts, ends, need))
constexpr auto notes(const NewSlot*) {
  return std::array{note("post", "岗位 / post", length(1, 60)), note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"), note("need", "需要人数 / people needed", range(1, 10000))};
}
struct ActOnSlot {
  std::optional<PersonId> person, in;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ActOnSlot, (), (person, in, reason))
constexpr auto notes(const ActOnSlot*) {
  return std::array{note("person", "谁；缺省本人 / who; else you"), note("in", "替班的人 / who stands in"),
                    note("reason", "原因；安排者据此可越过休息和时长限制 / why; lets an organiser pass rest and hours",
                         length(0, 200), Format::line)};
}
struct AskSwap {
  PersonId to;
  std::optional<std::string> other_slot;
};
BOOST_DESCRIBE_STRUCT(AskSwap, (), (to, other_slot))
constexpr auto notes(const AskSwap*) {
  return std::array{note("to", "与谁换 / with whom"),
                    note("other_slot", "对方的班次；缺省为转让 / theirs; else given away", length(13, 13))};
}
struct AnswerSwap {
  bool accept;
};
BOOST_DESCRIBE_STRUCT(AnswerSwap, (), (accept))
constexpr auto notes(const AnswerSwap*) { return std::array{note("accept", "同意 / agreed")}; }
struct SwapMade {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(SwapMade, (), (id))
constexpr auto notes(const SwapMade*) { return std::array{note("id", "编号 / id")}; }

struct OccasionView {
  std::string id, plan;
  Time starts, ends;
  std::string state;
  std::optional<PersonRef> person;
  std::optional<Time> kept_at;
};
BOOST_DESCRIBE_STRUCT(OccasionView, (), (id, plan, starts, ends, state, person, kept_at))
constexpr auto notes(const OccasionView*) {
  return std::array{note("id", "编号 / id"),
                    note("plan", "计划 / plan"),
                    note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"),
                    note("state", "planned kept missed cancelled suspended"),
                    note("person", "由谁 / whose"),
                    note("kept_at", "完成时间 / when it was done")};
}
struct OccasionList {
  std::vector<OccasionView> items;
};  // GET /v1/records/{id}/occasions
BOOST_DESCRIBE_STRUCT(OccasionList, (), (items))
constexpr auto notes(const OccasionList*) { return std::array{note("items", "各次 / occasions")}; }
struct MoveOccasion {
  Time starts;
  std::optional<Time> ends;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(MoveOccasion, (), (starts, ends, reason))
constexpr auto notes(const MoveOccasion*) {
  return std::array{note("starts", "新的开始 / the new beginning"), note("ends", "新的结束 / the new end"),
                    note("reason", "原因 / why", length(1, 200), Format::line)};
}
struct WhyCancel {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(WhyCancel, (), (reason))
constexpr auto notes(const WhyCancel*) {
  return std::array{note("reason", "原因 / why", length(1, 200), Format::line)};
}

struct NewCheckIn {
  std::string key;
  RecordId record;
  std::string sort;
  Time phone_at;
  std::optional<double> lon, lat, accuracy;
  std::optional<std::string> occasion;
  std::vector<FileId> files;
  object form;
};  // POST /v1/checkins
BOOST_DESCRIBE_STRUCT(NewCheckIn, (), (key, record, sort, phone_at, lon, lat, accuracy, occasion, files, form))
constexpr auto notes(const NewCheckIn*) {
  return std::array{note("key", "手机生成的编号；重发不变 / made by the phone; the same when sent again", length(8, 64),
                         Format::line),
                    note("record", "事项 / record"),
                    note("sort", "打卡种类 / sort", length(1, 60)),
                    note("phone_at", "手机时间 / the phone's time"),
                    note("lon", "经度 / longitude", range(-180, 180)),
                    note("lat", "纬度 / latitude", range(-90, 90)),
                    note("accuracy", "精度，米 / metres", range(0, 100000)),
                    note("occasion", "哪一次；缺省按时间 / which; else by its time", length(13, 13)),
                    note("files", "照片、视频 / photos, videos", items(0, 9), defaulted()),
                    note("form", "填写内容 / what was filled in", defaulted())};
}
struct CheckInView {
  std::string id;
  PersonRef person;
  std::string sort;
  Time at, phone_at;
  std::optional<double> lon, lat;
  std::int32_t photos, videos;
  std::vector<std::string> files;
  object form;
  bool later;
};
BOOST_DESCRIBE_STRUCT(CheckInView, (), (id, person, sort, at, phone_at, lon, lat, photos, videos, files, form, later))
constexpr auto notes(const CheckInView*) {
  return std::array{note("id", "编号 / id"),
                    note("person", "人员 / person"),
                    note("sort", "种类 / sort"),
                    note("at", "收到时间 / received"),
                    note("phone_at", "手机时间 / the phone's time"),
                    note("lon", "经度 / longitude"),
                    note("lat", "纬度 / latitude"),
                    note("photos", "照片数 / photos"),
                    note("videos", "视频数 / videos"),
                    note("files", "文件 / files"),
                    note("form", "填写内容 / form"),
                    note("later", "离线补传 / sent later")};
}
struct CheckInKept {
  std::string id;
  bool repeated, kept_occasion;
};
BOOST_DESCRIBE_STRUCT(CheckInKept, (), (id, repeated, kept_occasion))
constexpr auto notes(const CheckInKept*) {
  return std::array{note("id", "编号 / id"), note("repeated", "已收到过 / was here already"),
                    note("kept_occasion", "完成了一次安排 / keeps an occasion")};
}
struct TrackIn {
  Time at;
  double lon, lat;
};
BOOST_DESCRIBE_STRUCT(TrackIn, (), (at, lon, lat))
constexpr auto notes(const TrackIn*) {
  return std::array{note("at", "时间 / time"), note("lon", "经度 / longitude", range(-180, 180)),
                    note("lat", "纬度 / latitude", range(-90, 90))};
}
struct NewTrack {
  std::string key;
  RecordId record;
  std::vector<TrackIn> points;
};  // POST /v1/tracks
BOOST_DESCRIBE_STRUCT(NewTrack, (), (key, record, points))
constexpr auto notes(const NewTrack*) {
  return std::array{note("key", "手机生成的编号 / made by the phone", length(8, 64), Format::line),
                    note("record", "事项 / record"), note("points", "轨迹 / points", items(2, 20000))};
}
struct TrackView {
  std::string id;
  PersonRef person;
  Time from, until;
  std::int32_t jumps;
  double metres;
  boost::json::value points;
};
BOOST_DESCRIBE_STRUCT(TrackView, (), (id, person, from, until, jumps, metres, points))
constexpr auto notes(const TrackView*) {
  return std::array{note("id", "编号 / id"),
                    note("person", "人员 / person"),
                    note("from", "起 / from"),
                    note("until", "止 / until"),
                    note("jumps", "异常点 / impossible points"),
                    note("metres", "长度，米 / metres"),
                    note("points", "[[距起点秒数, 经度, 纬度], …] / [[seconds since from, lon, lat], …]")};
}
struct CheckInList {
  std::vector<CheckInView> items;
  std::vector<TrackView> tracks;
  std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(CheckInList, (), (items, tracks, next))
constexpr auto notes(const CheckInList*) {
  return std::array{note("items", "打卡，旧的在前 / check-ins, oldest first"), note("tracks", "轨迹 / tracks"),
                    note("next", "下一页 / next page")};
}
struct QuotaView {
  std::string quota;
  Words label;
  std::string every;
  std::optional<PersonRef> person;
  std::int64_t has, least;
  bool met;
};
BOOST_DESCRIBE_STRUCT(QuotaView, (), (quota, label, every, person, has, least, met))
constexpr auto notes(const QuotaView*) {
  return std::array{note("quota", "任务 / quota"),   note("label", "任务名称 / its name"),
                    note("every", "day week month"), note("person", "人员 / person"),
                    note("has", "已完成 / done"),    note("least", "至少 / at least"),
                    note("met", "达标 / met")};
}
struct QuotaList {
  std::vector<QuotaView> items;
};
BOOST_DESCRIBE_STRUCT(QuotaList, (), (items))
constexpr auto notes(const QuotaList*) { return std::array{note("items", "本期 / of the period")}; }
struct CheckInFigure {
  std::string sort;
  std::int64_t n, later;
};
BOOST_DESCRIBE_STRUCT(CheckInFigure, (), (sort, n, later))
constexpr auto notes(const CheckInFigure*) {
  return std::array{note("sort", "种类 / sort"), note("n", "次数 / times"), note("later", "补传 / sent later")};
}
struct CheckInFigures {
  std::vector<CheckInFigure> items;
};
BOOST_DESCRIBE_STRUCT(CheckInFigures, (), (items))
constexpr auto notes(const CheckInFigures*) { return std::array{note("items", "各种打卡 / by sort")}; }
// ── boards ──
struct DutyKind {
  std::string kind;
  Words name;
  bool schedule, roster, checkin, track, quota;
};
BOOST_DESCRIBE_STRUCT(DutyKind, (), (kind, name, schedule, roster, checkin, track, quota))
constexpr auto notes(const DutyKind*) {
  return std::array{note("kind", "类型 / kind"),
                    note("name", "名称 / name"),
                    note("schedule", "有日程 / has occasions"),
                    note("roster", "有排班 / has a roster"),
                    note("checkin", "可打卡 / takes check-ins"),
                    note("track", "记轨迹 / keeps tracks"),
                    note("quota", "有任务量 / owes a quota")};
}
struct DutyKinds {
  std::vector<DutyKind> items;
};  // GET /v1/duty-kinds
BOOST_DESCRIBE_STRUCT(DutyKinds, (), (items))
constexpr auto notes(const DutyKinds*) { return std::array{note("items", "带勤务的类型 / kinds with duties")}; }
struct CheckInSort {
  std::string name;
  Words label;
  std::string point, photo, video;
  bool open;
  std::vector<FieldView> form;
  std::optional<std::string> plan;
};
BOOST_DESCRIBE_STRUCT(CheckInSort, (), (name, label, point, photo, video, open, form, plan))
constexpr auto notes(const CheckInSort*) {
  return std::array{note("name", "种类 / sort"),
                    note("label", "名称 / name"),
                    note("point", "定位 none optional required / position"),
                    note("photo", "照片 none optional required / photo"),
                    note("video", "视频 none optional required / video"),
                    note("open", "本人现在可以打卡 / you may check in now"),
                    note("form", "要填的内容 / what is asked for"),
                    note("plan", "完成哪个计划的一次 / the plan whose occasion it keeps")};
}
struct CheckInSorts {
  std::vector<CheckInSort> items;
  bool track;
};  // GET /v1/records/{id}/checkins/sorts
BOOST_DESCRIBE_STRUCT(CheckInSorts, (), (items, track))
constexpr auto notes(const CheckInSorts*) {
  return std::array{note("items", "打卡种类 / sorts of check-ins"),
                    note("track", "本人现在可以上传轨迹 / you may send a track now")};
}
struct RosterCard {
  RecordId record;
  std::string kind, number, title, place_text;
  std::int64_t slots, need, taken, lacking;
};
BOOST_DESCRIBE_STRUCT(RosterCard, (), (record, kind, number, title, place_text, slots, need, taken, lacking))
constexpr auto notes(const RosterCard*) {
  return std::array{note("record", "事项 / record"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "名称 / title"),
                    note("place_text", "地点 / place"),
                    note("slots", "班次数 / slots"),
                    note("need", "需要人次 / places"),
                    note("taken", "已排人次 / places taken"),
                    note("lacking", "缺人的班次 / slots that lack people")};
}
struct RosterCards {
  Time from, until;
  std::vector<RosterCard> items;
};  // GET /v1/rosters
BOOST_DESCRIBE_STRUCT(RosterCards, (), (from, until, items))
constexpr auto notes(const RosterCards*) {
  return std::array{note("from", "起 / from"), note("until", "止 / until"),
                    note("items", "有班次的事项 / records with slots")};
}
struct TrackOnMap {
  RecordId record;
  std::string kind, number, title;
  PersonRef person;
  Time from, until;
  std::int32_t jumps;
  double metres;
  boost::json::value points;
};
BOOST_DESCRIBE_STRUCT(TrackOnMap, (), (record, kind, number, title, person, from, until, jumps, metres, points))
constexpr auto notes(const TrackOnMap*) {
  return std::array{note("record", "事项 / record"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "名称 / title"),
                    note("person", "人员 / person"),
                    note("from", "起 / from"),
                    note("until", "止 / until"),
                    note("jumps", "异常点 / impossible points"),
                    note("metres", "长度，米 / metres"),
                    note("points", "[[距起点秒数, 经度, 纬度], …] / [[seconds since from, lon, lat], …]")};
}
struct TracksOnMap {
  std::vector<TrackOnMap> items;
  bool more;
};  // GET /v1/tracks
BOOST_DESCRIBE_STRUCT(TracksOnMap, (), (items, more))
constexpr auto notes(const TracksOnMap*) {
  return std::array{note("items", "轨迹，旧的在前 / tracks, oldest first"), note("more", "还有更多 / there are more")};
}
struct BoardGroup {
  std::string kind;
  Words name;
  std::optional<std::string> category;
  std::optional<Words> label;
  std::int64_t records;
  object states, sums;
  std::vector<OptionView> fields;
};
BOOST_DESCRIBE_STRUCT(BoardGroup, (), (kind, name, category, label, records, states, sums, fields))
constexpr auto notes(const BoardGroup*) {
  return std::array{note("kind", "类型 / kind"),
                    note("name", "类型名称 / its name"),
                    note("category", "类别 / category"),
                    note("label", "类别名称 / its name"),
                    note("records", "件数 / records"),
                    note("states", "{状态: 件数} / {state: records}"),
                    note("sums", "{数字字段: 合计} / {field with a number: sum}"),
                    note("fields", "字段名称 / what its fields are called")};
}
struct BoardItem {
  RecordRow record;
  object form;
  std::optional<PersonRef> person;
};
BOOST_DESCRIBE_STRUCT(BoardItem, (), (record, form, person))
constexpr auto notes(const BoardItem*) {
  return std::array{note("record", "事项 / record"), note("form", "字段 / its fields"),
                    note("person", "负责人 / who holds it")};
}
struct Board {
  std::vector<BoardGroup> groups;
  std::vector<BoardItem> items;
  bool more;
};  // GET /v1/records/{id}/board
BOOST_DESCRIBE_STRUCT(Board, (), (groups, items, more))
constexpr auto notes(const Board*) {
  return std::array{note("groups", "按类型和类别汇总 / by kind and category"),
                    note("items", "下级事项 / records below"),
                    note("more", "超过 500 件，合计只含前 500 件 / more than 500; sums are of the first 500")};
}
struct TurnEventView {
  Time at;
  std::optional<PersonRef> person, actor;
  std::string what, reason;
};
BOOST_DESCRIBE_STRUCT(TurnEventView, (), (at, person, actor, what, reason))
constexpr auto notes(const TurnEventView*) {
  return std::array{
      note("at", "时间 / time"), note("person", "谁 / who"),
      note("actor", "由谁；缺省为系统 / by whom; else the clock"),
      note("what", "opened took waits moved_up placed left swapped_in swapped_out substituted absent served released"),
      note("reason", "原因 / why")};
}
struct SlotDetail {
  RecordId record;
  SlotView slot;
  std::vector<TurnEventView> history;
};  // GET /v1/slots/{id}
BOOST_DESCRIBE_STRUCT(SlotDetail, (), (record, slot, history))
constexpr auto notes(const SlotDetail*) {
  return std::array{note("record", "事项 / record"), note("slot", "班次 / slot"),
                    note("history", "经过，旧的在前 / what became of it, oldest first")};
}
struct SlotMade {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(SlotMade, (), (id))
constexpr auto notes(const SlotMade*) { return std::array{note("id", "编号 / id")}; }
struct NewOccasion {
  std::string plan;
  Time starts;
  std::optional<Time> ends;
};
BOOST_DESCRIBE_STRUCT(NewOccasion, (), (plan, starts, ends))
constexpr auto notes(const NewOccasion*) {
  return std::array{note("plan", "计划 / plan", length(1, 60)), note("starts", "开始 / begins"),
                    note("ends", "结束；缺省按计划 / ends; else as the plan says")};
}
struct OccasionEvent {
  Time at;
  std::optional<PersonRef> actor;
  std::string what;
  std::optional<Time> before, after;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(OccasionEvent, (), (at, actor, what, before, after, reason))
constexpr auto notes(const OccasionEvent*) {
  return std::array{note("at", "时间 / time"),
                    note("actor", "由谁；缺省为系统 / by whom; else the clock"),
                    note("what", "made moved cancelled suspended resumed kept missed"),
                    note("before", "原来的开始 / began before"),
                    note("after", "现在的开始 / begins now"),
                    note("reason", "原因 / why")};
}
struct OccasionHistory {
  std::vector<OccasionEvent> items;
};  // GET /v1/occasions/{id}/history
BOOST_DESCRIBE_STRUCT(OccasionHistory, (), (items))
constexpr auto notes(const OccasionHistory*) {
  return std::array{note("items", "经过，旧的在前 / what became of it, oldest first")};
}
}  // namespace tongxin::serve::api
