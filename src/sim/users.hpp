// Accounts from the command line: added, listed, shut, given a new password.
#pragma once
#include <string>
#include <vector>

#include "pack/model.hpp"
#include "people/doing.hpp"
#include "people/sealed.hpp"

namespace tongxin::sim {

struct NewUser {
  std::string login;
  std::string person_code;     // of a person who is known; else
  std::string name;            // of a new one
  std::string role, org_code;  // also appoints; both or none
  std::string password;        // empty: one is made
};

struct User {
  std::string login, name;
  bool disabled = false, totp_enabled = false;
};
BOOST_DESCRIBE_STRUCT(User, (), (login, name, disabled, totp_enabled))

// 20 letters in groups of four, none that can be mistaken for another: 99 bits.
std::string make_password();

// These hash the password outside the transaction and return it. Throw Fault(invalid, not_found, conflict).
std::string add_user(store::Store& store, const people::Vault& vault, const pack::Library& library,
                     const people::Doing& doing, const NewUser& user);
std::string set_user_password(store::Store& store, const people::Vault& vault, const people::Doing& doing,
                              const std::string& login, std::string password);
// For somebody who is at the machine: a second factor that counts at once, with its recovery codes, all shown once; and the end of
// one, for whoever lost telephone and recovery codes. Fault(not_now) for one that is in use, or is not. The owner is told.
struct SecondFactor {
  std::string secret, uri;  // base 32, and for a QR code
  std::vector<std::string> codes;
};
SecondFactor set_second_factor(store::Store& store, const people::Vault& vault, const people::Doing& doing,
                               const std::string& login);
void end_second_factor(store::Store& store, const people::Vault& vault, const people::Doing& doing,
                       const std::string& login);
void set_user_disabled(store::Store& store, const people::Doing& doing, const std::string& login, bool disabled);
std::vector<User> users(store::Tx& tx, RealmId realm);  // by login

}  // namespace tongxin::sim
