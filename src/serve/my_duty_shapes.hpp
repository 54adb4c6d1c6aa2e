// Shapes of /v1/me about duties: what I have to do, what I may take, when I cannot come, what I can do.
#pragma once
#include "serve/duty_shapes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

struct MyTurn {
  std::string slot;
  RecordId record;
  std::string kind, number, title;
  Words post;
  Time starts, ends;
  std::string state;
  std::optional<Time> arrived_at;
};
BOOST_DESCRIBE_STRUCT(MyTurn, (), (slot, record, kind, number, title, post, starts, ends, state, arrived_at))
constexpr auto notes(const MyTurn*) {
  return std::array{note("slot", "班次 / slot"),
                    note("record", "事项 / record"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "名称 / title"),
                    note("post", "岗位 / post"),
                    note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"),
                    note("state", "waiting standing served absent"),
                    note("arrived_at", "到岗时间 / arrived")};
}
struct MyOccasion {
  std::string id;
  RecordId record;
  std::string kind, number, title;
  Words plan;
  Time starts, ends;
  std::string state;
  std::vector<OptionView> sorts;
};
BOOST_DESCRIBE_STRUCT(MyOccasion, (), (id, record, kind, number, title, plan, starts, ends, state, sorts))
constexpr auto notes(const MyOccasion*) {
  return std::array{note("id", "编号 / id"),         note("record", "事项 / record"),
                    note("kind", "类型 / kind"),     note("number", "编号 / number"),
                    note("title", "名称 / title"),   note("plan", "计划 / plan"),
                    note("starts", "开始 / begins"), note("ends", "结束 / ends"),
                    note("state", "状态 / state"),   note("sorts", "可用的打卡 / check-ins that keep it")};
}
struct MySwap {
  std::string id, slot, title;
  Words post;
  PersonRef from, to;
  Time starts, ends;
  std::optional<Time> other_starts, other_ends;
  bool mine;
};
BOOST_DESCRIBE_STRUCT(MySwap, (), (id, slot, title, post, from, to, starts, ends, other_starts, other_ends, mine))
constexpr auto notes(const MySwap*) {
  return std::array{note("id", "编号 / id"),
                    note("slot", "班次 / slot"),
                    note("title", "名称 / title"),
                    note("post", "岗位 / post"),
                    note("from", "谁提出 / asked by"),
                    note("to", "向谁 / asked of"),
                    note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"),
                    note("other_starts", "换来的班次；缺省为转让 / the turn given for it; else given away"),
                    note("other_ends", "换来的班次的结束 / when that ends"),
                    note("mine", "本人提出 / asked by you")};
}
struct AbsenceView {
  std::string id;
  Time from, until;
};
BOOST_DESCRIBE_STRUCT(AbsenceView, (), (id, from, until))
constexpr auto notes(const AbsenceView*) {
  return std::array{note("id", "编号 / id"), note("from", "起 / from"), note("until", "止 / until")};
}
struct OfferView {
  std::string slot;
  RecordId record;
  std::string number, title;
  Words post;
  Time starts, ends;
  std::int32_t need, taken;
};
BOOST_DESCRIBE_STRUCT(OfferView, (), (slot, record, number, title, post, starts, ends, need, taken))
constexpr auto notes(const OfferView*) {
  return std::array{note("slot", "班次 / slot"),
                    note("record", "事项 / record"),
                    note("number", "编号 / number"),
                    note("title", "名称 / title"),
                    note("post", "岗位 / post"),
                    note("starts", "开始 / begins"),
                    note("ends", "结束 / ends"),
                    note("need", "需要人数 / people needed"),
                    note("taken", "已排人数 / people placed")};
}
struct NewAbsence {
  Time from, until;
};
BOOST_DESCRIBE_STRUCT(NewAbsence, (), (from, until))
constexpr auto notes(const NewAbsence*) { return std::array{note("from", "起 / from"), note("until", "止 / until")}; }
struct AbsenceMade {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(AbsenceMade, (), (id))
constexpr auto notes(const AbsenceMade*) { return std::array{note("id", "编号 / id")}; }

struct MyCheckIns {
  RecordId record;
  std::string kind, number, title, place_text;
  std::optional<Time> due;
  std::vector<CheckInSort> items;
  bool track;
};
BOOST_DESCRIBE_STRUCT(MyCheckIns, (), (record, kind, number, title, place_text, due, items, track))
constexpr auto notes(const MyCheckIns*) {
  return std::array{note("record", "事项 / record"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "名称 / title"),
                    note("place_text", "地点 / place"),
                    note("due", "期限 / due"),
                    note("items", "现在可以打的卡 / check-ins that are open to you"),
                    note("track", "现在可以记轨迹 / you may send a track now")};
}
struct MyQuota {
  RecordId record;
  std::string title, quota;
  Words label;
  std::string every;
  std::int64_t has, least;
};
BOOST_DESCRIBE_STRUCT(MyQuota, (), (record, title, quota, label, every, has, least))
constexpr auto notes(const MyQuota*) {
  return std::array{note("record", "事项 / record"), note("title", "名称 / title"),
                    note("quota", "任务 / quota"),   note("label", "任务名称 / its name"),
                    note("every", "day week month"), note("has", "已完成 / done"),
                    note("least", "至少 / at least")};
}
struct MyDuties {
  std::vector<MyTurn> turns;
  std::vector<MyOccasion> occasions;
  std::vector<MySwap> swaps;
  std::vector<AbsenceView> absences;
  std::vector<OfferView> offers;
  std::vector<MyCheckIns> checkins;
  std::vector<MyQuota> quotas;
};  // GET /v1/me/duties
BOOST_DESCRIBE_STRUCT(MyDuties, (), (turns, occasions, swaps, absences, offers, checkins, quotas))
constexpr auto notes(const MyDuties*) {
  return std::array{note("turns", "班次 / turns"),
                    note("occasions", "到时要做的 / occasions"),
                    note("swaps", "换班请求 / swaps"),
                    note("absences", "不能值班的时间 / when you cannot come"),
                    note("offers", "可以报名的班次 / slots that you may take"),
                    note("checkins", "现在可以打卡的事项 / records at which you may check in now"),
                    note("quotas", "本期任务完成情况 / what you owe in this period")};
}
struct SkillView {
  std::string skill;
  Words label;
  std::string from;
  std::optional<std::string> until;
  std::optional<PersonRef> confirmed_by;
};
BOOST_DESCRIBE_STRUCT(SkillView, (), (skill, label, from, until, confirmed_by))
constexpr auto notes(const SkillView*) {
  return std::array{note("skill", "技能 / skill"), note("label", "名称 / name"), note("from", "起 / from"),
                    note("until", "止 / until"), note("confirmed_by", "由谁确认 / confirmed by")};
}
struct SkillList {
  std::vector<SkillView> items;
  std::vector<OptionView> known;
};  // GET /v1/me/skills
BOOST_DESCRIBE_STRUCT(SkillList, (), (items, known))
constexpr auto notes(const SkillList*) {
  return std::array{note("items", "会什么 / skills"), note("known", "可选的技能 / skills that the packs know")};
}
struct SaySkill {
  std::string skill;
  std::optional<PersonId> person;
  std::optional<std::string> until;
  bool has;
};
BOOST_DESCRIBE_STRUCT(SaySkill, (), (skill, person, until, has))
constexpr auto notes(const SaySkill*) {
  return std::array{note("skill", "技能 / skill", length(1, 60)), note("person", "谁；缺省本人 / who; else you"),
                    note("until", "有效期止 / until"), note("has", "会；false 为取消 / has it; false takes it back")};
}

}  // namespace tongxin::serve::api
