#include "sim/installation.hpp"

#include "base/crypto.hpp"
#include "people/accounts.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "place/operations.hpp"
#include "record/world.hpp"
#include "sim/users.hpp"

namespace tongxin::sim {
namespace {

using store::Tx;

std::string admin_role(const pack::Library& library) {
  for (const pack::Named& role : library.roles)
    if (role.admin) return role.name;
  throw Fault(Code::invalid,
              words("机制包里没有管理员角色（admin: true）", "the packs have no role marked admin: true"));
}

std::string org_kind(const pack::Library& library, const std::string& level) {
  const std::string wanted = level == "district" || level == "city" ? "district_government"
                             : level == "community"                 ? "community_committee"
                                                                    : "street_office";
  if (library.org_kind(wanted) != nullptr || library.org_kinds.empty()) return wanted;
  return library.org_kinds.front().name;
}

class Installing {
 public:
  Installing(Tx& tx, const people::Vault& vault, const pack::Library& library, people::Doing& doing,
             const NewInstallation& wanted)
      : tx_(tx), vault_(vault), library_(library), doing_(doing), wanted_(wanted) {}

  void place_and_office() {
    place::Area area;
    area.id = doing_.ids.make<AreaId>();
    area.level = wanted_.level;
    area.code = wanted_.code;
    area.name = wanted_.name;
    place::add_area(tx_, {doing_.realm, doing_.actor, doing_.at, doing_.today(), doing_.zone},
                    record::levels_of(library_), area);
    people::Org org;
    org.id = doing_.ids.make<OrgId>();
    org.kind = org_kind(library_, wanted_.level);
    org.code = wanted_.code;
    org.name = wanted_.name;
    org.area = area.id;
    org.from = doing_.today();
    people::add_org(tx_, doing_, org);
    people::NewResponsibility row;
    row.function = "*";
    row.area = area.id;
    row.org = org.id;
    row.from = doing_.today();
    people::set_responsibility(tx_, doing_, row);
  }

  void administrator(const std::string& hash) {
    people::NewPerson person;
    person.id = doing_.ids.make<PersonId>();
    person.name = wanted_.login;
    person.code = wanted_.login;
    person.purpose = "staff";
    person.delete_after = add_days(doing_.today(), 365);
    people::add_person(tx_, vault_, doing_, person);
    if (const auto org = people::find_org(tx_, doing_.realm, wanted_.code)) {
      people::Post post;
      post.id = doing_.ids.make<PostId>();
      post.person = person.id;
      post.role = admin_role(library_);
      post.org = org->id;
      post.area = org->area;
      post.from = doing_.today();
      people::appoint(tx_, doing_, post);
    }
    people::add_account(tx_, doing_, person.id, wanted_.login, hash);
  }

 private:
  Tx& tx_;
  const people::Vault& vault_;
  const pack::Library& library_;
  people::Doing& doing_;
  const NewInstallation& wanted_;
};

}  // namespace

Installed install(store::Store& store, const people::Vault& vault, const pack::Library& library, IdSource& ids,
                  Time now, const NewInstallation& wanted) {
  if (library.level_rank(wanted.level) < 0)
    throw Fault(Code::invalid, words("机制包里没有层级“{}”", "the packs have no level '{}'", wanted.level));
  Installed installed;
  installed.password = wanted.password.empty() ? make_password() : wanted.password;
  people::need_good_password(wanted.login, installed.password, "--password-stdin");
  const std::string hash = hash_password(installed.password);
  const RealmId new_realm = ids.make<RealmId>();
  return store.write([&](Tx& tx) {
    Installed result = installed;
    const auto existing = record::realms(tx);
    result.created = existing.empty();
    result.realm = existing.empty() ? record::Realm{new_realm, wanted.name, 8 * 60, now, false} : existing.front();
    people::Doing doing{result.realm.id, {}, now, ids, "init", result.realm.zone()};
    Installing installing(tx, vault, library, doing, wanted);
    if (result.created) {
      record::add_realm(tx, result.realm);
      installing.place_and_office();
    }
    result.account_created = result.created;
    if (result.account_created) installing.administrator(hash);
    return result;
  });
}

}  // namespace tongxin::sim
