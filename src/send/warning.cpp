#include "send/warning.hpp"

#include <boost/json.hpp>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "people/persons.hpp"
#include "send/choices.hpp"
#include "send/settings.hpp"

namespace tongxin::send {
namespace {

namespace json = boost::json;

constexpr auto kWarningLives = std::chrono::hours{24 * 3};

}  // namespace

NewLetter text_letter(const people::Vault& vault, RealmId realm, const std::string& phone, const std::string& text,
                      Time until) {
  return {.channel = "sms",
          .target = hex(as_text(vault.blind_index(realm, "sms", phone))),
          .body = json::serialize(json::object{{"phone", phone}, {"text", text}}),
          .about = "短信 / text message",
          .until = until,
          .discreet = true};
}

NewLetter mail_letter(const people::Vault& vault, RealmId realm, const std::string& address, const Words& subject,
                      const Words& text, Time until) {
  return {.channel = "mail",
          .target = hex(as_text(vault.blind_index(realm, "mail", address))),
          .body = json::serialize(
              json::object{{"to", address}, {"subject", subject.zh}, {"text", text.zh + "\n\n" + text.en}}),
          .about = "邮件 / e-mail",
          .until = until,
          .discreet = true};
}

Reached reached_at(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person) {
  return {people::private_for_delivery(tx, vault, realm, person, people::PrivateField::phone),
          mail_of(tx, vault, realm, person)};
}

void warn(store::Tx& tx, const people::Vault& vault, IdSource& ids, RealmId realm, PersonId person, const Reached& at,
          const Words& text, Time now) {
  const Time until = now + kWarningLives;
  if (at.phone && is_configured(tx, realm, "sms")) {
    const Language language = choice_of(tx, realm, person).language;
    put(tx, vault, ids, realm, text_letter(vault, realm, *at.phone, text.in(language), until), now);
  }
  if (at.mail && is_configured(tx, realm, "mail"))
    put(tx, vault, ids, realm,
        mail_letter(vault, realm, *at.mail, words("账号安全提醒", "Account security"), text, until), now);
}

}  // namespace tongxin::send
