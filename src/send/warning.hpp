// Letters to one address, and the warning that goes to everywhere where somebody is known.
#pragma once
#include <string>

#include "send/outbox.hpp"

namespace tongxin::send {

// For the channels "sms" and "mail", of no use after `until`. `text`: one text message; both languages in a mail.
NewLetter text_letter(const people::Vault& vault, RealmId realm, const std::string& phone, const std::string& text,
                      Time until);
NewLetter mail_letter(const people::Vault& vault, RealmId realm, const std::string& address, const Words& subject,
                      const Words& text, Time until);

// Where somebody could be reached before something changed.
struct Reached {
  std::optional<std::string> phone, mail;
};
Reached reached_at(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person);

// Tells whoever `at` belongs to, by text and by mail as far as the installation has a gateway and a server: at any hour, whatever
// that person chose, because whoever took an account over can choose too. Inside a write.
void warn(store::Tx& tx, const people::Vault& vault, IdSource& ids, RealmId realm, PersonId person, const Reached& at,
          const Words& text, Time now);

}  // namespace tongxin::send
