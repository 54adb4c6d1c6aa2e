#include "record/warning.hpp"

#include "record/sql.hpp"

namespace tongxin::record {
namespace {

Words what_happened(Warning what) {
  switch (what) {
    case Warning::password:
      return words("您的密码已修改，其他登录已全部退出。",
                   "Your password was changed and all other sessions have ended.");
    case Warning::second_factor_on:
      return words("您的账号已启用动态口令。", "A second factor was turned on for your account.");
    case Warning::second_factor_off: return words("您的动态口令已停用。", "Your second factor was turned off.");
    case Warning::phone: return words("您登记的手机号已更换。", "The phone number known of you was changed.");
    case Warning::mail: return words("您登记的邮箱已更换。", "The mail address known of you was changed.");
    case Warning::mail_removed: return words("您登记的邮箱已删除。", "The mail address known of you was removed.");
  }
  return {};
}

}  // namespace

void warn_owner(store::Tx& tx, const people::Vault& vault, const people::Doing& doing, PersonId owner, Warning what,
                const send::Reached& before) {
  Words text = what_happened(what);
  text.zh += "如非本人操作，请立即联系管理员。";
  text.en += " If it was not you, tell your administrator at once.";
  tx.run(sql::kAddMessage, doing.realm, owner, doing.ids.next(), RecordId{}, 0, doing.at, text.zh, text.en);
  send::warn(tx, vault, doing.ids, doing.realm, owner, before, text, doing.at);
}

}  // namespace tongxin::record
