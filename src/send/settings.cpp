#include "send/settings.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "send/sql.hpp"

namespace tongxin::send {
namespace {

[[noreturn]] void refuse(const char* at, Words say) { throw Fault(Code::invalid, say, {{at, "format", say}}); }

// The field binds a sealed value to its setting.
std::string field_of(const char* name) { return std::string("setting/") + name; }

void save_text(store::Tx& tx, const people::Vault& vault, RealmId realm, const char* name, const std::string& json,
               Time now) {
  tx.run(sql::kSaveSetting, realm, name, vault.seal(realm, realm.value, field_of(name), json), now);
}

template <class T>
std::optional<T> load(store::Tx& tx, const people::Vault& vault, RealmId realm, const char* name) {
  const auto sealed = tx.one<store::Bytes>(sql::kSetting, realm, name);
  if (!sealed) return std::nullopt;
  return read_json<T>(vault.open(realm, realm.value, field_of(name), *sealed));
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return is_one_line(text) && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && text.size() <= 200 &&
         text.find_first_of(" ,;<>()[]\\\"\t") == std::string_view::npos;
}

void check(const SmsGateway& gateway) {
  if (!gateway.url.starts_with("http://") && !gateway.url.starts_with("https://"))
    refuse("/url", words("应以 http:// 或 https:// 开头", "it begins with http:// or https://"));
  if (gateway.method != "POST" && gateway.method != "GET") refuse("/method", words("POST 或 GET", "POST or GET"));
  if ((gateway.url + gateway.body).find("{phone}") == std::string::npos)
    refuse("/body", words("网址或内容里要有 {{phone}}", "the url or the body must hold {{phone}}"));
  if ((gateway.url + gateway.body).find("{text}") == std::string::npos)
    refuse("/body", words("网址或内容里要有 {{text}}", "the url or the body must hold {{text}}"));
  if (!gateway.answer_at.empty() && !gateway.answer_at.starts_with("/"))
    refuse("/answer_at", words("应如 /code", "a JSON pointer, like /code"));
}

void check(const MailServer& server) {
  if (!server.url.starts_with("smtp://") && !server.url.starts_with("smtps://"))
    refuse("/url", words("应以 smtp:// 或 smtps:// 开头", "it begins with smtp:// or smtps://"));
  if (!is_mail_address(server.from)) refuse("/from", words("不是邮件地址", "that is no mail address"));
  if (server.security != "required" && server.security != "none")
    refuse("/security", words("required 或 none", "required or none"));
}

void save(store::Tx& tx, const people::Vault& vault, RealmId realm, const SmsGateway& gateway, Time now) {
  check(gateway);
  save_text(tx, vault, realm, "sms", to_json(gateway), now);
}
void save(store::Tx& tx, const people::Vault& vault, RealmId realm, const MailServer& server, Time now) {
  check(server);
  save_text(tx, vault, realm, "mail", to_json(server), now);
}
std::optional<SmsGateway> sms_gateway(store::Tx& tx, const people::Vault& vault, RealmId realm) {
  return load<SmsGateway>(tx, vault, realm, "sms");
}
std::optional<MailServer> mail_server(store::Tx& tx, const people::Vault& vault, RealmId realm) {
  return load<MailServer>(tx, vault, realm, "mail");
}

std::vector<Configured> configured(store::Tx& tx, RealmId realm) { return tx.all<Configured>(sql::kSettings, realm); }
bool is_configured(store::Tx& tx, RealmId realm, const char* name) {
  return tx.one<store::Bytes>(sql::kSetting, realm, name).has_value();
}
void remove_setting(store::Tx& tx, RealmId realm, const std::string& name) { tx.run(sql::kRemoveSetting, realm, name); }

}  // namespace tongxin::send
