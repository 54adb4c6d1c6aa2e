#include "sim/users.hpp"

#include "base/crypto.hpp"
#include "people/accounts.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "people/totp.hpp"
#include "record/warning.hpp"

namespace tongxin::sim {
namespace {

using store::Sql;
using store::Tx;

constexpr Sql kUsers{"list_users",
                     "SELECT a.login, p.name, a.disabled, a.totp_enabled FROM accounts a JOIN persons p ON p.realm_id "
                     "= a.realm_id AND p.id = a.person "
                     "WHERE a.realm_id = $1 ORDER BY a.login"};

people::Account need_account(Tx& tx, RealmId realm, const std::string& login) {
  auto account = people::find_account(tx, realm, login);
  if (!account) throw Fault(Code::not_found, words("没有账号“{}”", "there is no account '{}'", login));
  return std::move(*account);
}

void appoint(Tx& tx, const pack::Library& library, const people::Doing& doing, PersonId person, const NewUser& user) {
  if (user.role.empty() && user.org_code.empty()) return;
  if (library.role(user.role) == nullptr)
    throw Fault(Code::invalid, words("没有角色“{}”", "there is no role '{}'", user.role));
  const auto org = people::find_org(tx, doing.realm, user.org_code);
  if (!org)
    throw Fault(Code::not_found,
                words("没有编码为“{}”的组织", "there is no organisation with the code '{}'", user.org_code));
  people::Post post;
  post.person = person;
  post.role = user.role;
  post.org = org->id;
  post.area = org->area;
  post.from = doing.today();
  people::appoint(tx, doing, post);
}

PersonId person_of(Tx& tx, const people::Vault& vault, const people::Doing& doing, const NewUser& user) {
  if (!user.person_code.empty()) {
    const auto person = people::find_person(tx, doing.realm, user.person_code);
    if (!person)
      throw Fault(Code::not_found,
                  words("没有编号为“{}”的人员", "there is no person with the code '{}'", user.person_code));
    return person->id;
  }
  people::NewPerson person;
  person.name = user.name.empty() ? user.login : user.name;
  person.purpose = "staff";
  person.delete_after = add_days(doing.today(), 365);
  return people::add_person(tx, vault, doing, person);
}

void warn(Tx& tx, const people::Vault& vault, const people::Doing& doing, PersonId owner, record::Warning what) {
  record::warn_owner(tx, vault, doing, owner, what, send::reached_at(tx, vault, doing.realm, owner));
}

}  // namespace

std::string make_password() {
  static constexpr std::string_view kLetters = "23456789abcdefghjkmnpqrstuvwxyz2";
  std::string password;
  const Bytes chance = random_bytes(20);
  for (std::size_t i = 0; i < chance.size(); ++i) {
    if (i != 0 && i % 4 == 0) password += '-';
    password += kLetters[chance[i] & 31];
  }
  return password;
}

std::string add_user(store::Store& store, const people::Vault& vault, const pack::Library& library,
                     const people::Doing& doing, const NewUser& user) {
  std::string password = user.password.empty() ? make_password() : user.password;
  people::need_good_password(user.login, password, "password");
  const std::string hash = hash_password(password);
  store.write([&](Tx& tx) {
    const PersonId person = person_of(tx, vault, doing, user);
    appoint(tx, library, doing, person, user);
    people::add_account(tx, doing, person, user.login, hash);
  });
  return password;
}

std::string set_user_password(store::Store& store, const people::Vault& vault, const people::Doing& doing,
                              const std::string& login, std::string password) {
  if (password.empty()) password = make_password();
  people::need_good_password(login, password, "password");
  const std::string hash = hash_password(password);
  store.write([&](Tx& tx) {
    const people::Account account = need_account(tx, doing.realm, login);
    people::set_password(tx, doing, account.id, hash);
    warn(tx, vault, doing, account.person, record::Warning::password);
  });
  return password;
}

SecondFactor set_second_factor(store::Store& store, const people::Vault& vault, const people::Doing& doing,
                               const std::string& login) {
  return store.write([&](Tx& tx) {
    const people::Account account = need_account(tx, doing.realm, login);
    const people::TotpSecret made = people::start_totp(tx, vault, doing, account.id, "Tongxin");
    // The code before this one, so that the one that the telephone shows now is still good.
    const std::string code = people::code_of(tx, vault, doing.realm, account.id, doing.at - std::chrono::seconds{30});
    SecondFactor set{made.secret, made.uri, people::confirm_totp(tx, vault, doing, account.id, code)};
    warn(tx, vault, doing, account.person, record::Warning::second_factor_on);
    return set;
  });
}

void end_second_factor(store::Store& store, const people::Vault& vault, const people::Doing& doing,
                       const std::string& login) {
  store.write([&](Tx& tx) {
    const people::Account account = need_account(tx, doing.realm, login);
    if (!account.totp_enabled)
      throw Fault(Code::not_now, words("账号“{}”没有启用动态口令", "the account '{}' has no second factor", login));
    people::disable_totp(tx, doing, account.id);
    warn(tx, vault, doing, account.person, record::Warning::second_factor_off);
  });
}

void set_user_disabled(store::Store& store, const people::Doing& doing, const std::string& login, bool disabled) {
  store.write([&](Tx& tx) {
    const AccountId account = need_account(tx, doing.realm, login).id;
    disabled ? people::disable_account(tx, doing, account) : people::enable_account(tx, doing, account);
  });
}

std::vector<User> users(Tx& tx, RealmId realm) { return tx.all<User>(kUsers, realm); }

}  // namespace tongxin::sim
