// How the channels of a realm reach the world: the SMS gateway and the mail server. Sealed at rest as a whole, because urls,
// headers and passwords hold keys; never given out again.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "base/contract.hpp"
#include "people/sealed.hpp"
#include "store/store.hpp"

namespace tongxin::send {

struct HeaderLine {
  std::string name, value;
};
BOOST_DESCRIBE_STRUCT(HeaderLine, (), (name, value))
constexpr auto notes(const HeaderLine*) {
  return std::array{note("name", "名称 / name", length(1, 100), Format::line),
                    note("value", "内容 / value", length(0, 1000), Format::line)};
}

// One HTTP request per text. In `url` and `body` stand {phone}, {text}, {id} (the letter's id: the same when it is sent
// again) and {time} (seconds since 1970); each is encoded for the place where it stands: percent-encoded in the url and in a
// form, escaped as in JSON strings for JSON.
struct SmsGateway {
  std::string url, method = "POST", type = "application/json", body;
  std::vector<HeaderLine> headers;
  // A JSON pointer into the answer and what must stand there for success ("/code" is "0"); empty: any status 2xx is one.
  std::string answer_at, answer_value;
  std::string authority;  // PEM file on the server, where the gateway has a certificate of its own making
};
BOOST_DESCRIBE_STRUCT(SmsGateway, (), (url, method, type, body, headers, answer_at, answer_value, authority))
constexpr auto notes(const SmsGateway*) {
  return std::array{
      note("url", "网关地址，可含 {phone} {text} {id} {time} / url, with {phone} {text} {id} {time}", length(8, 2000),
           Format::line),
      note("method", "POST 或 GET / POST or GET", length(3, 4), defaulted()),
      note("type", "body 的类型 / the body's type", length(3, 100), Format::line, defaulted()),
      note("body", "内容模板 / template of the body", length(0, 10000), defaulted()),
      note("headers", "请求头 / headers", items(0, 20), defaulted()),
      note("answer_at", "答复中表示结果的位置 / where the answer tells success", length(0, 200), defaulted()),
      note("answer_value", "成功时的值 / what stands there then", length(0, 200), defaulted()),
      note("authority", "网关自有证书的 PEM 文件 / PEM file of the gateway's own authority", length(0, 500),
           defaulted())};
}

struct MailServer {
  std::string url;  // smtp://host:587 or smtps://host:465
  std::string user, password;
  std::string from;
  std::string security = "required";  // of smtp://: required (STARTTLS) or none
  std::string authority;              // PEM file on the server
};
BOOST_DESCRIBE_STRUCT(MailServer, (), (url, user, password, from, security, authority))
constexpr auto notes(const MailServer*) {
  return std::array{note("url", "smtp://主机:587 或 smtps://主机:465 / smtp://host:587 or smtps://host:465",
                         length(8, 300), Format::line),
                    note("user", "用户名 / user", length(0, 200), Format::line, defaulted()),
                    note("password", "密码 / password", length(0, 200), defaulted()),
                    note("from", "发件地址 / sender's address", length(3, 200), Format::line),
                    note("security", "required：必须加密；none：不加密 / required: STARTTLS; none: in clear",
                         length(4, 8), defaulted()),
                    note("authority", "服务器自有证书的 PEM 文件 / PEM file of the server's own authority",
                         length(0, 500), defaulted())};
}

// Throw Fault(invalid) for what cannot work: another scheme, an address with a line break.
void check(const SmsGateway& gateway);
void check(const MailServer& server);

void save(store::Tx& tx, const people::Vault& vault, RealmId realm, const SmsGateway& gateway, Time now);
void save(store::Tx& tx, const people::Vault& vault, RealmId realm, const MailServer& server, Time now);
std::optional<SmsGateway> sms_gateway(store::Tx& tx, const people::Vault& vault, RealmId realm);
std::optional<MailServer> mail_server(store::Tx& tx, const people::Vault& vault, RealmId realm);

// Which are set up, without opening them: "sms", "mail".
struct Configured {
  std::string name;
  Time changed_at{};
};
BOOST_DESCRIBE_STRUCT(Configured, (), (name, changed_at))
std::vector<Configured> configured(store::Tx& tx, RealmId realm);
bool is_configured(store::Tx& tx, RealmId realm, const char* name);
void remove_setting(store::Tx& tx, RealmId realm, const std::string& name);

// "someone@example.org": one line, one @, no spaces, commas or angle brackets.
bool is_mail_address(std::string_view text);

}  // namespace tongxin::send
