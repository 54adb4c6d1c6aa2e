// A new installation: the tenant, its place and office, and the first administrator.
#pragma once
#include <string>

#include "pack/model.hpp"
#include "people/doing.hpp"
#include "people/sealed.hpp"
#include "record/realm.hpp"

namespace tongxin::sim {

struct NewInstallation {
  std::string name = "清河街道", level = "street", code = "root";
  std::string login = "admin";
  std::string password;  // empty: one is made
};

struct Installed {
  record::Realm realm;
  bool created = false, account_created = false;
  std::string password;  // of the new account
};

// In one transaction. Where the store has a tenant already nothing is changed. Throws Fault(invalid)
// for an unknown level, a bad login or password.
Installed install(store::Store& store, const people::Vault& vault, const pack::Library& library, IdSource& ids,
                  Time now, const NewInstallation& wanted);

}  // namespace tongxin::sim
