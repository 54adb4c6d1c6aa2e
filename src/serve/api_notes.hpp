// What the API document says of every field of api.hpp, and the bounds of what is read. Included where JSON is read or written.
#pragma once
#include "base/contract.hpp"
#include "serve/api.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

BOOST_DESCRIBE_STRUCT(SignIn, (), (login, password, code))
constexpr auto notes(const SignIn*) {
  return std::array{note("login", "登录名 / login name", length(1, 80)),
                    note("password", "密码 / password", length(1, 200)), note("code", "代码 / code", length(1, 40))};
}
BOOST_DESCRIBE_STRUCT(PostView, (), (id, role, role_name, org, org_name, area, area_name, area_level, from, until))
constexpr auto notes(const PostView*) {
  return std::array{note("id", "编号 / id"),
                    note("role", "角色 / role"),
                    note("role_name", "角色名称 / the role's name"),
                    note("org", "组织 / organisation"),
                    note("org_name", "组织名称 / the organisation's name"),
                    note("area", "区域 / area"),
                    note("area_name", "区域名称 / the area's name"),
                    note("area_level", "区域层级 / the area's level"),
                    note("from", "起始 / from"),
                    note("until", "截止 / until")};
}
BOOST_DESCRIBE_STRUCT(PersonRef, (), (id, name))
constexpr auto notes(const PersonRef*) { return std::array{note("id", "编号 / id"), note("name", "名称 / name")}; }
BOOST_DESCRIBE_STRUCT(SessionView, (), (person, posts, staff, admin, totp_enabled, totp_required, csrf, expires_at))
constexpr auto notes(const SessionView*) {
  return std::array{note("person", "人员 / person"),
                    note("posts", "岗位 / posts"),
                    note("staff", "有岗位 / has a post"),
                    note("admin", "可管理平台 / may administer"),
                    note("totp_enabled", "已启用动态码 / a second factor is on"),
                    note("totp_required", "须启用动态码 / a second factor is required"),
                    note("csrf", "随每次修改以 X-CSRF-Token 送回 / to be sent as X-CSRF-Token with every change"),
                    note("expires_at", "失效时间 / when it ends")};
}
BOOST_DESCRIBE_STRUCT(PhoneStart, (), (phone))
constexpr auto notes(const PhoneStart*) { return std::array{note("phone", "手机号 / phone number", Format::phone)}; }
BOOST_DESCRIBE_STRUCT(PhoneConfirm, (), (phone, code))
constexpr auto notes(const PhoneConfirm*) {
  return std::array{note("phone", "手机号 / phone number", Format::phone), note("code", "代码 / code", length(4, 12))};
}
BOOST_DESCRIBE_STRUCT(ChangePassword, (), (old_password, new_password))
constexpr auto notes(const ChangePassword*) {
  return std::array{note("old_password", "原密码 / the present password", length(1, 200)),
                    note("new_password", "新密码 / the new password", length(1, 200))};
}
BOOST_DESCRIBE_STRUCT(TotpStart, (), (secret, uri, svg))
constexpr auto notes(const TotpStart*) {
  return std::array{note("secret", "密钥 / secret"), note("uri", "otpauth 地址 / otpauth address"),
                    note("svg", "二维码 / QR code")};
}
BOOST_DESCRIBE_STRUCT(TotpConfirm, (), (code))
constexpr auto notes(const TotpConfirm*) { return std::array{note("code", "代码 / code", length(6, 12))}; }
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (codes))
constexpr auto notes(const RecoveryCodes*) { return std::array{note("codes", "恢复码 / recovery codes")}; }
BOOST_DESCRIBE_STRUCT(OptionView, (), (value, name))
constexpr auto notes(const OptionView*) { return std::array{note("value", "值 / value"), note("name", "名称 / name")}; }
BOOST_DESCRIBE_STRUCT(FieldView, (),
                      (name, type, label, hint, required, required_when, visible_when, min, max, options, is_private,
                       staff_only, initial))
constexpr auto notes(const FieldView*) {
  return std::array{note("name", "名称 / name"),
                    note("type", "类型 / type"),
                    note("label", "显示名称 / label"),
                    note("hint", "说明 / hint"),
                    note("required", "必填 / must be filled in"),
                    note("required_when", "何时必填（表达式）/ when it must be filled in (expression)"),
                    note("visible_when", "何时显示（表达式）/ when it is shown (expression)"),
                    note("min", "最小 / least"),
                    note("max", "最大 / most"),
                    note("options", "选项 / options"),
                    note("is_private", "私密：加密保存、默认遮挡 / sealed, shown masked"),
                    note("staff_only", "不向居民询问 / not asked of residents"),
                    note("initial", "初始值 / initial value")};
}
BOOST_DESCRIBE_STRUCT(CategoryView, (), (code, name, icon, parent, urgent))
constexpr auto notes(const CategoryView*) {
  return std::array{note("code", "代码 / code"), note("name", "名称 / name"), note("icon", "图标 / icon"),
                    note("parent", "上级 / what it belongs to"), note("urgent", "紧急 / urgent")};
}
BOOST_DESCRIBE_STRUCT(StateView, (), (name, display, label, resident, is_final))
constexpr auto notes(const StateView*) {
  return std::array{note("name", "名称 / name"), note("display", "显示类别 / display class"),
                    note("label", "显示名称 / label"), note("resident", "居民看到的说法 / what residents read"),
                    note("is_final", "终态 / final")};
}
BOOST_DESCRIBE_STRUCT(ActionView, (), (name, label, key, form, from, danger))
constexpr auto notes(const ActionView*) {
  return std::array{note("name", "名称 / name"),      note("label", "显示名称 / label"),
                    note("key", "快捷键 / shortcut"), note("form", "表单 / form"),
                    note("from", "起始 / from"),      note("danger", "须再次确认 / to be confirmed")};
}
BOOST_DESCRIBE_STRUCT(CountView, (), (name, label, unit))
constexpr auto notes(const CountView*) {
  return std::array{note("name", "名称 / name"), note("label", "显示名称 / label"), note("unit", "单位 / unit")};
}
BOOST_DESCRIBE_STRUCT(RateView, (), (name, label, of, per, as_number))
constexpr auto notes(const RateView*) {
  return std::array{note("name", "名称 / name"), note("label", "显示名称 / label"), note("of", "分子 / numerator"),
                    note("per", "分母 / denominator"), note("as_number", "不是百分比 / not a percentage")};
}
BOOST_DESCRIBE_STRUCT(KindCard, (), (kind, pack, name, icon, report, creatable, categories))
constexpr auto notes(const KindCard*) {
  return std::array{note("kind", "类型 / kind"),
                    note("pack", "所属机制包 / pack"),
                    note("name", "名称 / name"),
                    note("icon", "图标 / icon"),
                    note("report", "居民可提交 / residents may start one"),
                    note("creatable", "当前用户可提交 / the caller may start one"),
                    note("categories", "类别 / categories")};
}
BOOST_DESCRIBE_STRUCT(KindList, (), (items))
constexpr auto notes(const KindList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(PackView, (), (name, version, label, kinds))
constexpr auto notes(const PackView*) {
  return std::array{note("name", "名称 / name"), note("version", "版本 / version"), note("label", "显示名称 / label"),
                    note("kinds", "类型 / kinds")};
}
BOOST_DESCRIBE_STRUCT(PackList, (), (items))
constexpr auto notes(const PackList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(KindView, (),
                      (kind, pack, version, name, place, report, form, categories, states, actions, counts, rates,
                       similar_within_m, flow_svg))
constexpr auto notes(const KindView*) {
  return std::array{note("kind", "类型 / kind"),
                    note("pack", "所属机制包 / pack"),
                    note("version", "版本 / version"),
                    note("name", "名称 / name"),
                    note("place", "地点 / place"),
                    note("report", "居民可提交 / residents may start one"),
                    note("form", "表单 / form"),
                    note("categories", "类别 / categories"),
                    note("states", "状态 / states"),
                    note("actions", "动作 / actions"),
                    note("counts", "计数 / counts"),
                    note("rates", "比率 / rates"),
                    note("similar_within_m", "多少米内算相近 / metres within which a record is similar"),
                    note("flow_svg", "流程图 / the flow, drawn")};
}
BOOST_DESCRIBE_STRUCT(Place, (), (area, lon, lat, address, code))
constexpr auto notes(const Place*) {
  return std::array{note("area", "区域 / area"), note("lon", "经度（WGS84）/ longitude (WGS84)", range(-180, 180)),
                    note("lat", "纬度（WGS84）/ latitude (WGS84)", range(-90, 90)),
                    note("address", "地址 / address", length(0, 200), Format::line),
                    note("code", "代码 / code", length(1, 60))};
}
BOOST_DESCRIBE_STRUCT(NewRecord, (), (kind, category, place, urgent, source, on_behalf_of, form))
constexpr auto notes(const NewRecord*) {
  return std::array{note("kind", "类型 / kind", length(1, 60)),
                    note("category", "类别 / category", length(0, 60)),
                    note("place", "地点 / place"),
                    note("urgent", "紧急 / urgent"),
                    note("source", "来源 / source", length(0, 30), Format::word),
                    note("on_behalf_of", "代谁提交 / on behalf of whom"),
                    note("form", "表单 / form", defaulted())};
}
BOOST_DESCRIBE_STRUCT(AreaRef, (), (id, name, level))
constexpr auto notes(const AreaRef*) {
  return std::array{note("id", "编号 / id"), note("name", "名称 / name"), note("level", "层级 / level")};
}
BOOST_DESCRIBE_STRUCT(OrgRef, (), (id, name))
constexpr auto notes(const OrgRef*) { return std::array{note("id", "编号 / id"), note("name", "名称 / name")}; }
BOOST_DESCRIBE_STRUCT(DeadlineView, (), (name, label, started_at, due_at, paused_at, ended_at, light, late))
constexpr auto notes(const DeadlineView*) {
  return std::array{note("name", "名称 / name"),
                    note("label", "显示名称 / label"),
                    note("started_at", "开始 / started"),
                    note("due_at", "到期 / due"),
                    note("paused_at", "暂停于 / standing still since"),
                    note("ended_at", "结束于 / ended"),
                    note("light", "灯色 green yellow red done / light"),
                    note("late", "超时 / late")};
}
BOOST_DESCRIBE_STRUCT(RecordRow, (),
                      (id, kind, number, title, state, version, open, urgent, late, category, area, place_text, lon,
                       lat, holder_org, holder, source, created_at, updated_at, due_at, light, distance_m, photo))
constexpr auto notes(const RecordRow*) {
  return std::array{note("id", "编号 / id"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "标题 / title"),
                    note("state", "状态 / state"),
                    note("version", "版本 / version"),
                    note("open", "未办结 / open"),
                    note("urgent", "紧急 / urgent"),
                    note("late", "超时 / late"),
                    note("category", "类别 / category"),
                    note("area", "区域 / area"),
                    note("place_text", "地点（文字）/ place in words"),
                    note("lon", "经度（WGS84）/ longitude (WGS84)"),
                    note("lat", "纬度（WGS84）/ latitude (WGS84)"),
                    note("holder_org", "办理单位 / who holds it"),
                    note("holder", "办理人 / the person who holds it"),
                    note("source", "来源 / source"),
                    note("created_at", "创建时间 / created"),
                    note("updated_at", "最近变化 / last changed"),
                    note("due_at", "到期 / due"),
                    note("light", "灯色 green yellow red done / light"),
                    note("distance_m", "距离（米）/ metres away"),
                    note("photo", "首张照片 / first photo")};
}
BOOST_DESCRIBE_STRUCT(RecordList, (), (items, next))
constexpr auto notes(const RecordList*) {
  return std::array{note("items", "各项 / items"),
                    note("next", "下一页游标；没有则到头 / cursor of the next page; absent at the end")};
}
BOOST_DESCRIBE_STRUCT(StateCount, (), (kind, state, count, late))
constexpr auto notes(const StateCount*) {
  return std::array{note("kind", "类型 / kind"), note("state", "状态 / state"), note("count", "数量 / how many"),
                    note("late", "超时 / late")};
}
BOOST_DESCRIBE_STRUCT(RecordCounts, (), (states, open, late))
constexpr auto notes(const RecordCounts*) {
  return std::array{note("states", "状态 / states"), note("open", "未办结 / open"), note("late", "超时 / late")};
}
BOOST_DESCRIBE_STRUCT(FileView, (), (id, name, type, size, width, height))
constexpr auto notes(const FileView*) {
  return std::array{note("id", "编号 / id"),     note("name", "名称 / name"),
                    note("type", "类型 / type"), note("size", "大小（字节）/ bytes"),
                    note("width", "宽 / width"), note("height", "高 / height")};
}
BOOST_DESCRIBE_STRUCT(EventView, (),
                      (id, seq, at, action, label, actor, actor_role, from_state, to_state, form, notes, redacted))
constexpr auto notes(const EventView*) {
  return std::array{note("id", "编号 / id"),
                    note("seq", "序号 / place in the chain"),
                    note("at", "时间 / time"),
                    note("action", "动作 / action"),
                    note("label", "显示名称 / label"),
                    note("actor", "何人 / who"),
                    note("actor_role", "以何身份 / as what"),
                    note("from_state", "原状态 / state before"),
                    note("to_state", "新状态 / state after"),
                    note("form", "表单 / form"),
                    note("notes", "带来的变化 / what it caused"),
                    note("redacted", "内容已隐去 / its content was taken out")};
}
BOOST_DESCRIBE_STRUCT(EventList, (), (items, next))
constexpr auto notes(const EventList*) {
  return std::array{note("items", "各项 / items"),
                    note("next", "下一页游标；没有则到头 / cursor of the next page; absent at the end")};
}
BOOST_DESCRIBE_STRUCT(ParticipantView, (), (role, org, person, since))
constexpr auto notes(const ParticipantView*) {
  return std::array{note("role", "角色 / role"), note("org", "组织 / organisation"), note("person", "人员 / person"),
                    note("since", "自何时 / since")};
}
BOOST_DESCRIBE_STRUCT(RecordStill, (),
                      (id, kind, number, title, state, version, open, urgent, category, areas, place_text, address, lon,
                       lat, holder_org, holder, holder_level, source, outside_number, reporter, created_at, updated_at,
                       closed_at, form, names, sealed, files, timeline, participants, answer, rating))
constexpr auto notes(const RecordStill*) {
  return std::array{note("id", "编号 / id"),
                    note("kind", "类型 / kind"),
                    note("number", "编号 / number"),
                    note("title", "标题 / title"),
                    note("state", "状态 / state"),
                    note("version", "版本 / version"),
                    note("open", "未办结 / open"),
                    note("urgent", "紧急 / urgent"),
                    note("category", "类别 / category"),
                    note("areas", "由大到小的区域 / areas from the largest down"),
                    note("place_text", "地点（文字）/ place in words"),
                    note("address", "地址 / address"),
                    note("lon", "经度（WGS84）/ longitude (WGS84)"),
                    note("lat", "纬度（WGS84）/ latitude (WGS84)"),
                    note("holder_org", "办理单位 / who holds it"),
                    note("holder", "办理人 / the person who holds it"),
                    note("holder_level", "办理层级 / level of the holder"),
                    note("source", "来源 / source"),
                    note("outside_number", "外部单号 / number elsewhere"),
                    note("reporter", "提交人 / who raised it"),
                    note("created_at", "创建时间 / created"),
                    note("updated_at", "最近变化 / last changed"),
                    note("closed_at", "办结时间 / closed"),
                    note("form", "表单 / form"),
                    note("names", "表单中编号对应的名称 / what the ids in form and timeline are called"),
                    note("sealed", "有内容的私密项 / private fields that hold something"),
                    note("files", "附件 / files"),
                    note("timeline", "经过 / timeline"),
                    note("participants", "参与方 / who takes part"),
                    note("answer", "最近的答复 / the latest answer"),
                    note("rating", "最近的评价 / the latest judgement")};
}
BOOST_DESCRIBE_STRUCT(RecordNow, (),
                      (mine, may_see_private, deadlines, actions, children, parent, merged_into, merged, follow_code,
                       expected))
constexpr auto notes(const RecordNow*) {
  return std::array{note("mine", "由当前用户提交 / raised by the caller"),
                    note("may_see_private", "可以查看私密项、隐去内容 / may unseal, and redact"),
                    note("deadlines", "时限 / deadlines"),
                    note("actions", "动作 / actions"),
                    note("children", "下级事项 / children"),
                    note("parent", "上级 / what it belongs to"),
                    note("merged_into", "并入 / merged into"),
                    note("merged", "并入本件的事项 / merged into this one"),
                    note("follow_code", "查询码，只显示一次 / follow code, shown once"),
                    note("expected", "谁在何时前处理 / who handles it until when")};
}
BOOST_DESCRIBE_STRUCT(RecordView, (), (still, now))
constexpr auto notes(const RecordView*) { return std::array{note("still", ""), note("now", "")}; }
BOOST_DESCRIBE_STRUCT(Act, (), (version, form))
constexpr auto notes(const Act*) {
  return std::array{note("version", "版本 / version", range(1, 1e9)), note("form", "表单 / form", defaulted())};
}
BOOST_DESCRIBE_STRUCT(Unseal, (), (reason))
constexpr auto notes(const Unseal*) {
  return std::array{note("reason", "原因 / reason", length(0, 500), Format::line)};
}
BOOST_DESCRIBE_STRUCT(Unsealed, (), (form))
constexpr auto notes(const Unsealed*) { return std::array{note("form", "表单 / form")}; }
BOOST_DESCRIBE_STRUCT(Explanation, (), (text, due_at))
constexpr auto notes(const Explanation*) {
  return std::array{note("text", "文字 / text"), note("due_at", "到期 / due")};
}
BOOST_DESCRIBE_STRUCT(AreaView, (), (id, parent, level, code, name, path_text, lon, lat, has_boundary, children))
constexpr auto notes(const AreaView*) {
  return std::array{note("id", "编号 / id"),
                    note("parent", "上级 / what it belongs to"),
                    note("level", "层级 / level"),
                    note("code", "代码 / code"),
                    note("name", "名称 / name"),
                    note("path_text", "上级路径 / path in words"),
                    note("lon", "经度（WGS84）/ longitude (WGS84)"),
                    note("lat", "纬度（WGS84）/ latitude (WGS84)"),
                    note("has_boundary", "有边界 / has a boundary"),
                    note("children", "下级事项 / children")};
}
BOOST_DESCRIBE_STRUCT(AreaList, (), (items))
constexpr auto notes(const AreaList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(Located, (), (areas))
constexpr auto notes(const Located*) {
  return std::array{note("areas", "由大到小的区域 / areas from the largest down")};
}
BOOST_DESCRIBE_STRUCT(Contact, (), (role_name, name, work_phone, area_name))
constexpr auto notes(const Contact*) {
  return std::array{note("role_name", "角色名称 / the role's name"), note("name", "名称 / name"),
                    note("work_phone", "工作电话 / work phone"), note("area_name", "区域名称 / the area's name")};
}
BOOST_DESCRIBE_STRUCT(Contacts, (), (items))
constexpr auto notes(const Contacts*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(OrgView, (), (id, parent, kind, code, name, kind_name, area, area_name))
constexpr auto notes(const OrgView*) {
  return std::array{note("id", "编号 / id"),     note("parent", "上级 / what it belongs to"),
                    note("kind", "类型 / kind"), note("code", "代码 / code"),
                    note("name", "名称 / name"), note("kind_name", "类型名称 / the kind's name"),
                    note("area", "区域 / area"), note("area_name", "区域名称 / the area's name")};
}
BOOST_DESCRIBE_STRUCT(OrgList, (), (items))
constexpr auto notes(const OrgList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(StaffRow, (), (post, person))
constexpr auto notes(const StaffRow*) {
  return std::array{note("post", "岗位 / post"), note("person", "人员 / person")};
}
BOOST_DESCRIBE_STRUCT(StaffList, (), (items, next))
constexpr auto notes(const StaffList*) {
  return std::array{note("items", "各项 / items"),
                    note("next", "下一页游标；没有则到头 / cursor of the next page; absent at the end")};
}
BOOST_DESCRIBE_STRUCT(NewPost, (), (person, role, org, area, from, until, how))
constexpr auto notes(const NewPost*) {
  return std::array{note("person", "人员 / person"),
                    note("role", "角色 / role", length(1, 60)),
                    note("org", "组织 / organisation"),
                    note("area", "区域 / area"),
                    note("from", "起始 / from", length(10, 10)),
                    note("until", "截止 / until", length(10, 10)),
                    note("how", "产生方式 / how chosen", length(0, 60))};
}
BOOST_DESCRIBE_STRUCT(EndPost, (), (until))
constexpr auto notes(const EndPost*) { return std::array{note("until", "截止 / until", length(10, 10))}; }
BOOST_DESCRIBE_STRUCT(ResponsibilityView, (),
                      (function, function_name, area, area_name, stage, org, org_name, from, until))
constexpr auto notes(const ResponsibilityView*) {
  return std::array{note("function", "职能 / function"),
                    note("function_name", "职能名称 / the function's name"),
                    note("area", "区域 / area"),
                    note("area_name", "区域名称 / the area's name"),
                    note("stage", "阶段 / stage"),
                    note("org", "组织 / organisation"),
                    note("org_name", "组织名称 / the organisation's name"),
                    note("from", "起始 / from"),
                    note("until", "截止 / until")};
}
BOOST_DESCRIBE_STRUCT(ResponsibilityList, (), (items))
constexpr auto notes(const ResponsibilityList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(AccessEntry, (), (at, who, what, reason))
constexpr auto notes(const AccessEntry*) {
  return std::array{note("at", "时间 / time"), note("who", "谁 / who"), note("what", "看了什么 / what"),
                    note("reason", "原因 / reason")};
}
BOOST_DESCRIBE_STRUCT(AccessLog, (), (items, next))
constexpr auto notes(const AccessLog*) {
  return std::array{note("items", "各项 / items"),
                    note("next", "下一页游标；没有则到头 / cursor of the next page; absent at the end")};
}
BOOST_DESCRIBE_STRUCT(Figure, (), (kind, name, label, count, sum))
constexpr auto notes(const Figure*) {
  return std::array{note("kind", "类型 / kind"), note("name", "名称 / name"), note("label", "显示名称 / label"),
                    note("count", "数量 / how many"), note("sum", "合计 / sum")};
}
BOOST_DESCRIBE_STRUCT(RateFigure, (), (kind, name, label, value, of, per, as_number))
constexpr auto notes(const RateFigure*) {
  return std::array{note("kind", "类型 / kind"),
                    note("name", "名称 / name"),
                    note("label", "显示名称 / label"),
                    note("value", "值 / value"),
                    note("of", "分子 / numerator"),
                    note("per", "分母 / denominator"),
                    note("as_number", "不是百分比 / not a percentage")};
}
BOOST_DESCRIBE_STRUCT(FigureRow, (), (key, name, counts, rates))
constexpr auto notes(const FigureRow*) {
  return std::array{note("key", "快捷键 / shortcut"), note("name", "名称 / name"), note("counts", "计数 / counts"),
                    note("rates", "比率 / rates")};
}
BOOST_DESCRIBE_STRUCT(Figures, (), (counts, rates, rows, from, until, area, as_of))
constexpr auto notes(const Figures*) {
  return std::array{note("counts", "计数 / counts"), note("rates", "比率 / rates"), note("rows", "分组 / rows"),
                    note("from", "起始 / from"),     note("until", "截止 / until"), note("area", "区域 / area"),
                    note("as_of", "截至 / as of")};
}
BOOST_DESCRIBE_STRUCT(MessageView, (), (id, at, text, record, number, read))
constexpr auto notes(const MessageView*) {
  return std::array{note("id", "编号 / id"),       note("at", "时间 / time"),       note("text", "文字 / text"),
                    note("record", "件 / record"), note("number", "编号 / number"), note("read", "已读 / read")};
}
BOOST_DESCRIBE_STRUCT(MessageList, (), (items, next, unread))
constexpr auto notes(const MessageList*) {
  return std::array{note("items", "各项 / items"),
                    note("next", "下一页游标；没有则到头 / cursor of the next page; absent at the end"),
                    note("unread", "未读数 / unread")};
}
BOOST_DESCRIBE_STRUCT(NewCode, (), (area, kind, facility))
constexpr auto notes(const NewCode*) {
  return std::array{note("area", "区域 / area"), note("kind", "类型 / kind", length(1, 60)),
                    note("facility", "设施 / facility", length(0, 100))};
}
BOOST_DESCRIBE_STRUCT(CodeView, (), (code, kind, area, place_text, facility, revoked, url))
constexpr auto notes(const CodeView*) {
  return std::array{note("code", "代码 / code"),
                    note("kind", "类型 / kind"),
                    note("area", "区域 / area"),
                    note("place_text", "地点（文字）/ place in words"),
                    note("facility", "设施 / facility"),
                    note("revoked", "已停用 / revoked"),
                    note("url", "扫码打开的网址 / address that the code opens")};
}
BOOST_DESCRIBE_STRUCT(CodeList, (), (items))
constexpr auto notes(const CodeList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(NewToken, (), (name, scopes, until))
constexpr auto notes(const NewToken*) {
  return std::array{note("name", "名称 / name", length(1, 80), Format::line),
                    note("scopes", "范围 / scopes", items(0, 20), length(1, 60)),
                    note("until", "截止 / until", length(10, 10))};
}
BOOST_DESCRIBE_STRUCT(TokenView, (), (id, name, scopes, until, token, created_at, used_at))
constexpr auto notes(const TokenView*) {
  return std::array{note("id", "编号 / id"),
                    note("name", "名称 / name"),
                    note("scopes", "范围 / scopes"),
                    note("until", "截止 / until"),
                    note("token", "令牌，只显示一次 / the token, shown once"),
                    note("created_at", "创建时间 / created"),
                    note("used_at", "最近使用 / last used")};
}
BOOST_DESCRIBE_STRUCT(TokenList, (), (items))
constexpr auto notes(const TokenList*) { return std::array{note("items", "各项 / items")}; }
BOOST_DESCRIBE_STRUCT(RecordChange, (), (id, kind, number, title, state, action, version, open, actor, at))
constexpr auto notes(const RecordChange*) {
  return std::array{note("id", "编号 / id"),           note("kind", "类型 / kind"),   note("number", "编号 / number"),
                    note("title", "标题 / title"),     note("state", "状态 / state"), note("action", "动作 / action"),
                    note("version", "版本 / version"), note("open", "未办结 / open"), note("actor", "何人 / who"),
                    note("at", "时间 / time")};
}
BOOST_DESCRIBE_STRUCT(RealmView, (), (name, zone, hotline, community_phone, area, lon, lat, demo, version, basemap))
constexpr auto notes(const RealmView*) {
  return std::array{note("name", "名称 / name"),
                    note("zone", "时区 / time zone"),
                    note("hotline", "热线 / hotline"),
                    note("community_phone", "社区电话 / community phone"),
                    note("area", "区域 / area"),
                    note("lon", "经度（WGS84）/ longitude (WGS84)"),
                    note("lat", "纬度（WGS84）/ latitude (WGS84)"),
                    note("demo", "演示 / a demonstration"),
                    note("version", "版本 / version"),
                    note("basemap", "底图 / base map")};
}

}  // namespace tongxin::serve::api
