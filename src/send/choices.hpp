// How a person wants to be told: in the app alone, or also by SMS or e-mail; when to be left alone; how often at most; in which
// language.
//
// The phone number is the one that people/ keeps. A mail address belongs to the choice; it counts only after a code that was
// sent there came back, so that nobody has messages sent to strangers. Both are sealed.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

#include "people/sealed.hpp"
#include "send/outbox.hpp"

namespace tongxin::send {

enum class Way { app, sms, mail };
BOOST_DESCRIBE_ENUM(Way, app, sms, mail)

struct Choice {
  Way way = Way::app;
  int quiet_from = 22 * 60, quiet_until = 7 * 60;  // minutes of the day; equal: never quiet; may pass midnight
  int digest_minutes = 15;                         // after a message the next one waits so long, and takes all with it
  Language language = Language::zh;                // of what leaves the house; the app speaks what the page speaks
};

// People who chose nothing are told in the app.
Choice choice_of(store::Tx& tx, RealmId realm, PersonId person);
// Throws Fault(invalid) for times out of bounds, Fault(not_now) at /way for mail without a proven address.
void save_choice(store::Tx& tx, RealmId realm, PersonId person, const Choice& choice);
std::optional<std::string> mail_of(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person);

// A code of six digits for this address, good for half an hour; the caller sends it there.
std::string begin_mail(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person,
                       const std::string& address, Time now);
// Five tries. False when the code is wrong or too old.
bool prove_mail(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person, std::string_view code,
                Time now);
void forget_mail(store::Tx& tx, RealmId realm, PersonId person);  // the choice falls back to the app

void forget_choice(store::Tx& tx, RealmId realm, PersonId person);
void forget_choices_of_erased(store::Tx& tx, RealmId realm);  // daily, after whoever was due is erased

// The end of the quiet hours when `now` lies in them.
std::optional<Time> quiet_until(const Choice& choice, Time now, Zone zone);

}  // namespace tongxin::send
