#include "send/choices.hpp"

#include "base/crypto.hpp"
#include "send/settings.hpp"
#include "send/sql.hpp"

namespace tongxin::send {
namespace {

constexpr std::string_view kMailField = "mail", kUnprovenField = "mail-unproven";
constexpr auto kProofLives = std::chrono::minutes{30};
constexpr int kMostTries = 5, kDay = 24 * 60;

struct Row {
  std::string channel = "app";
  int quiet_from = Choice{}.quiet_from, quiet_until = Choice{}.quiet_until, digest_minutes = Choice{}.digest_minutes;
  store::Bytes mail{}, unproven{}, proof{};
  Time proof_until{};
  int proof_tries = 0;
  std::string language = "zh";
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (channel, quiet_from, quiet_until, digest_minutes, mail, unproven, proof, proof_until,
                       proof_tries, language))

std::optional<Row> find(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.one<Row>(sql::kChoice, realm, person);
}
void save(store::Tx& tx, RealmId realm, PersonId person, const Row& row) {
  tx.run(sql::kSaveChoice, realm, person, row.channel, row.quiet_from, row.quiet_until, row.digest_minutes, row.mail,
         row.unproven, row.proof, row.proof_until, row.proof_tries, row.language);
}

store::Bytes proof_of(const people::Vault& vault, RealmId realm, PersonId person, std::string_view code) {
  return vault.blind_index(realm, "mail-proof", fmt::format("{} {}", person.value, code));
}

void need_range(const char* at, int value, int most) {
  if (value >= 0 && value <= most) return;
  const Words say = words("应在 0 和 {} 之间", "between 0 and {}", most);
  throw Fault(Code::invalid, say, {{at, "range", say}});
}

}  // namespace

Choice choice_of(store::Tx& tx, RealmId realm, PersonId person) {
  const auto row = find(tx, realm, person);
  if (!row) return {};
  Choice choice{Way::app, row->quiet_from, row->quiet_until, row->digest_minutes,
                row->language == "en" ? Language::en : Language::zh};
  boost::describe::enum_from_string(row->channel.c_str(), choice.way);
  return choice;
}

void save_choice(store::Tx& tx, RealmId realm, PersonId person, const Choice& choice) {
  need_range("/quiet_from", choice.quiet_from, kDay - 1);
  need_range("/quiet_until", choice.quiet_until, kDay - 1);
  need_range("/digest_minutes", choice.digest_minutes, kDay);
  Row row = find(tx, realm, person).value_or(Row{});
  if (choice.way == Way::mail && row.mail.empty()) {
    const Words say = words("请先确认邮箱", "confirm a mail address first");
    throw Fault(Code::not_now, say, {{"/way", "unproven", say}});
  }
  row.channel = boost::describe::enum_to_string(choice.way, "app");
  row.quiet_from = choice.quiet_from;
  row.quiet_until = choice.quiet_until;
  row.digest_minutes = choice.digest_minutes;
  row.language = choice.language == Language::en ? "en" : "zh";
  save(tx, realm, person, row);
}

std::optional<std::string> mail_of(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person) {
  const auto row = find(tx, realm, person);
  if (!row || row->mail.empty()) return std::nullopt;
  return vault.open(realm, person.value, kMailField, row->mail);
}

std::string begin_mail(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person,
                       const std::string& address, Time now) {
  if (!is_mail_address(address)) {
    const Words say = words("不是邮件地址", "that is no mail address");
    throw Fault(Code::invalid, say, {{"/address", "format", say}});
  }
  Row row = find(tx, realm, person).value_or(Row{});
  const std::string code = random_digits(6);
  row.unproven = vault.seal(realm, person.value, kUnprovenField, address);
  row.proof = proof_of(vault, realm, person, code);
  row.proof_until = now + kProofLives;
  row.proof_tries = 0;
  save(tx, realm, person, row);
  return code;
}

bool prove_mail(store::Tx& tx, const people::Vault& vault, RealmId realm, PersonId person, std::string_view code,
                Time now) {
  auto row = find(tx, realm, person);
  if (!row || row->proof.empty() || row->proof_until <= now || row->proof_tries >= kMostTries) return false;
  if (!equal_in_constant_time(as_text(row->proof), as_text(proof_of(vault, realm, person, code)))) {
    ++row->proof_tries;
    save(tx, realm, person, *row);
    return false;
  }
  row->mail =
      vault.seal(realm, person.value, kMailField, vault.open(realm, person.value, kUnprovenField, row->unproven));
  row->unproven.clear();
  row->proof.clear();
  save(tx, realm, person, *row);
  return true;
}

void forget_mail(store::Tx& tx, RealmId realm, PersonId person) {
  auto row = find(tx, realm, person);
  if (!row) return;
  row->mail.clear();
  row->unproven.clear();
  row->proof.clear();
  if (row->channel == "mail") row->channel = "app";
  save(tx, realm, person, *row);
}

void forget_choice(store::Tx& tx, RealmId realm, PersonId person) { tx.run(sql::kForgetChoice, realm, person); }
void forget_choices_of_erased(store::Tx& tx, RealmId realm) { tx.run(sql::kForgetErased, realm); }

std::optional<Time> quiet_until(const Choice& choice, Time now, Zone zone) {
  if (choice.quiet_from == choice.quiet_until) return std::nullopt;
  const Day today = day_of(now, zone);
  const auto minute = std::chrono::duration_cast<std::chrono::minutes>(now - midnight(today, zone)).count();
  const bool over_midnight = choice.quiet_from > choice.quiet_until;
  const bool after_from = minute >= choice.quiet_from, before_until = minute < choice.quiet_until;
  if (over_midnight ? !(after_from || before_until) : !(after_from && before_until)) return std::nullopt;
  const Day day = over_midnight && after_from ? add_days(today, 1) : today;
  return midnight(day, zone) + std::chrono::minutes{choice.quiet_until};
}

}  // namespace tongxin::send
