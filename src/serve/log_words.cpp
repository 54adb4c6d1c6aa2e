#include "serve/log_words.hpp"

#include <map>

#include "base/text.hpp"
#include "people/links.hpp"
#include "people/persons.hpp"
#include "record/engine.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {

Words audit_label(std::string_view what) {
  static const std::map<std::string, Words, std::less<>> kLabels{
      {"account.add", {"新建账号", "Account made"}},
      {"account.disable", {"停用账号", "Account disabled"}},
      {"account.enable", {"启用账号", "Account enabled"}},
      {"account.remove", {"删除账号", "Account removed"}},
      {"account.password", {"修改密码", "Password changed"}},
      {"account.totp_off", {"停用动态码", "One-time code switched off"}},
      {"account.totp_on", {"开启动态码", "One-time code switched on"}},
      {"area.boundary", {"划定边界", "Boundary drawn"}},
      {"area.edit", {"修改区域", "Area changed"}},
      {"area.merge", {"合并网格", "Grids merged"}},
      {"calendar.days", {"填写放假和调休", "Days of a calendar entered"}},
      {"channel.remove", {"移除消息渠道", "Message channel removed"}},
      {"channel.set", {"设置消息渠道", "Message channel set"}},
      {"code.add", {"制作扫码牌", "Code plate made"}},
      {"code.revoke", {"停用扫码牌", "Code plate revoked"}},
      {"export.access", {"导出查看记录", "Access log exported"}},
      {"export.account", {"导出账户明细", "Statement exported"}},
      {"export.areas", {"导出区域", "Areas exported"}},
      {"export.audit", {"导出修改记录", "Changes exported"}},
      {"export.households", {"导出住户", "Households exported"}},
      {"export.orgs", {"导出组织", "Organisations exported"}},
      {"export.accounts", {"导出账号", "Sign-ins exported"}},
      {"export.people", {"导出人员", "People exported"}},
      {"export.postings", {"导出记账", "Postings exported"}},
      {"export.posts", {"导出岗位", "Posts exported"}},
      {"export.records", {"导出工单", "Records exported"}},
      {"export.roster", {"导出排班", "Roster exported"}},
      {"export.records.private", {"导出工单（含私密内容）", "Records exported with private fields"}},
      {"household.add", {"登记住户", "Household registered"}},
      {"household.decline", {"谢绝入户", "Household declined a visit"}},
      {"household.remove", {"移除住户", "Household removed"}},
      {"household.welcome", {"接受入户", "Household welcomed a visit"}},
      {"link.accept", {"接受关联", "Link accepted"}},
      {"link.add", {"建立关联", "Link proposed"}},
      {"link.decline", {"谢绝关联", "Link declined"}},
      {"link.end", {"结束关联", "Link ended"}},
      {"org.add", {"新设单位", "Organisation founded"}},
      {"org.change", {"调整单位", "Organisation changed"}},
      {"org.close", {"撤销单位", "Organisation closed"}},
      {"org.remove", {"撤回单位", "Organisation taken back"}},
      {"person.add", {"登记人员", "Person registered"}},
      {"person.change", {"更正人员信息", "Person corrected"}},
      {"person.erase", {"删除人员信息", "Person erased"}},
      {"post.add", {"任命", "Appointed"}},
      {"post.change", {"调整岗位", "Post changed"}},
      {"post.end", {"结束任职", "Post ended"}},
      {"responsibility.set", {"调整责任分工", "Responsibilities changed"}},
      {"subscription.add", {"新增外发订阅", "Subscription made"}},
      {"subscription.change", {"修改外发订阅", "Subscription changed"}},
      {"subscription.remove", {"删除外发订阅", "Subscription removed"}},
      {"subscription.secret", {"更换签名密钥", "Signing secret replaced"}},
      {"token.add", {"新建令牌", "Token made"}},
      {"token.revoke", {"撤销令牌", "Token revoked"}}};
  if (what.starts_with("person.set.")) what = "person.change";
  const auto found = kLabels.find(what);
  return found != kLabels.end() ? found->second : words("其他修改", "Other change");
}

Words audit_reason(std::string_view written) {
  static const std::map<std::string, Words, std::less<>> kOwn{
      {"answer", {"本人操作", "by the person"}},
      {"appointed", {"未填写", "not given"}},
      {"asked for by the person", {"本人要求", "asked for by the person"}},
      {"boundaries drawn on the map", {"在地图上划定", "drawn on the map"}},
      {"claims of the identity provider", {"按统一身份认证", "as the identity provider says"}},
      {"contact wish", {"本人操作", "by the person"}},
      {"corrected by the person", {"本人操作", "by the person"}},
      {"first sign-in by phone", {"首次用手机登录", "first sign-in by phone"}},
      {"first sign-in from outside", {"首次用统一身份认证登录", "first sign-in from outside"}},
      {"made by its owner", {"本人操作", "by the person"}},
      {"mail address proven", {"本人操作", "by the person"}},
      {"mail address removed", {"本人操作", "by the person"}},
      {"revoked by its owner", {"本人操作", "by the person"}},
      {"signed in", {"登录", "signing in"}},
      {"demo", {"演示数据", "demonstration data"}},
      {"init", {"建立系统", "the system was set up"}},
      {"link", {"未填写", "not given"}},
      {"password changed by its owner", {"本人操作", "by the person"}},
      {"retention", {"保存期限已满", "its time to be kept is over"}},
      {"second factor", {"本人操作", "by the person"}},
      {"user add", {"由管理员在服务器上操作", "by an administrator on the server"}},
      {"user password", {"由管理员在服务器上操作", "by an administrator on the server"}},
      {"user second-factor", {"由管理员在服务器上操作", "by an administrator on the server"}}};
  if (const auto found = kOwn.find(written); found != kOwn.end()) return found->second;
  // The path of what was asked for: an edit where nobody is asked why.
  if (written.starts_with("/v1/")) return words("未填写", "not given");
  // "40 行 筛选"
  if (const std::size_t word = written.find(" 行");
      word != written.npos && word > 0 && written.substr(0, word).find_first_not_of("0123456789") == written.npos) {
    const std::string_view count = written.substr(0, word);
    const std::string filter(trim(written.substr(word + std::string_view(" 行").size())));
    return {fmt::format("{} 行{}{}", count, filter.empty() ? "" : "，", filter),
            fmt::format("{} {}{}{}", count, count == "1" ? "row" : "rows", filter.empty() ? "" : ", ", filter)};
  }
  // "import 123 名单.xlsx"
  constexpr std::string_view kImport = "import ";
  const std::size_t name = written.starts_with(kImport) ? written.find(' ', kImport.size()) : written.npos;
  const std::string_view number = name == written.npos ? "" : written.substr(kImport.size(), name - kImport.size());
  if (!number.empty() && number.find_first_not_of("0123456789") == number.npos)
    return {fmt::format("导入 {}", written.substr(name + 1)), fmt::format("import of {}", written.substr(name + 1))};
  return {std::string(written), std::string(written)};
}

Words access_label(std::string_view what) {
  if (what == "phone") return words("电话", "Phone");
  if (what == "id_card") return words("身份证号", "Identity number");
  if (what == "address") return words("住址", "Address");
  if (what == "by_phone") return words("姓名（按电话查得）", "Name, found by the phone number");
  return words("事项的私密内容", "Private part of a matter");
}

namespace {

std::string home_text(const record::World& world, const people::Household& home) {
  return place_text(world, home.area) + " " + home.unit;
}

// Who is linked to whom, or to which home or place.
std::string link_text(store::Tx& tx, const record::World& world, const people::Link& link) {
  const people::Org* org = link.from_org ? world.directory->org(link.from_org) : nullptr;
  const std::string from = org ? org->name : person_ref(tx, world, link.from_person).name;
  if (link.to_person) return from + " → " + person_ref(tx, world, link.to_person).name;
  if (link.to_area) return from + " → " + place_text(world, link.to_area);
  const auto home = people::find_household(tx, world.realm, link.to_household);
  return home ? from + " → " + home_text(world, *home) : from;
}

}  // namespace

std::string accessed_name(store::Tx& tx, const record::World& world, const people::RealmAccess& access,
                          Language language) {
  if (!access.person) return words("没有账号的人", "somebody without an account").in(language);
  return person_ref(tx, world, access.person).name;
}

std::string audit_about(store::Tx& tx, const record::World& world, const people::AuditEntry& entry, Language language) {
  if (entry.subject == 0) return {};
  if (const people::Post* post = world.directory->post(PostId{entry.subject})) {
    const pack::Named* role = world.library->role(post->role);
    return fmt::format("{} · {} · {}", world.directory->name_of(post->person),
                       role ? role->label.in(language) : post->role, area_ref(world, post->area).name);
  }
  if (const people::Org* org = world.directory->org(OrgId{entry.subject})) return org->name;
  if (const place::Area* area = world.atlas->find(AreaId{entry.subject})) return area->name;
  if (entry.what.starts_with("household."))
    if (const auto home = people::find_household(tx, world.realm, HouseholdId{entry.subject}))
      return home_text(world, *home);
  if (entry.what.starts_with("link."))
    if (const auto link = people::find_link(tx, world.realm, LinkId{entry.subject})) return link_text(tx, world, *link);
  return person_ref(tx, world, PersonId{entry.subject}).name;
}

}  // namespace tongxin::serve
