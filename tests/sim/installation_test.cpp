#include "sim/installation.hpp"

#include <gtest/gtest.h>

#include "people/accounts.hpp"
#include "people/operations.hpp"
#include "people/totp.hpp"
#include "sim/users.hpp"
#include "sim_support.hpp"

namespace tongxin::sim {
namespace {

NewInstallation wanted_with(std::string NewInstallation::*field, const char* value) {
  NewInstallation wanted;
  wanted.*field = value;
  return wanted;
}

class Installation : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (!IsSkipped()) store_ = fresh(all_migrations());
  }
  Installed set_up(const NewInstallation& wanted = {}) {
    return install(*store_, vault_, *house_packs(), ids_, clock_.now(), wanted);
  }
  people::SignInState sign_in(RealmId realm, const std::string& login, const std::string& password) {
    people::Attempt attempt;
    attempt.login = login;
    attempt.password = password;
    attempt.address = "192.0.2.1";
    return people::sign_in(*store_, vault_, realm, attempt, {}, clock_.now(), ids_).state;
  }
  people::Doing doing(RealmId realm) { return {realm, {}, clock_.now(), ids_, "test", {}}; }

  ManualClock clock_{midnight(20260302)};
  IdSource ids_{clock_, 3};
  people::Vault vault_ = people::Vault::for_this_process();
  std::unique_ptr<store::Store> store_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Installation, test::kEngines, test::engine_name);

TEST_P(Installation, LetsItsAdministratorInWithThePasswordThatWasMade) {
  const Installed installed = set_up(wanted_with(&NewInstallation::login, "keeper"));
  EXPECT_TRUE(installed.created && installed.account_created);
  EXPECT_EQ(sign_in(installed.realm.id, "keeper", installed.password), people::SignInState::signed_in);
  EXPECT_EQ(sign_in(installed.realm.id, "keeper", "something-else"), people::SignInState::wrong);
}

TEST_P(Installation, RepeatedChangesNothing) {
  const Installed first = set_up();
  const Installed again = set_up(wanted_with(&NewInstallation::name, "另一个名字"));
  EXPECT_FALSE(again.created || again.account_created);
  EXPECT_EQ(again.realm.id, first.realm.id);
  EXPECT_EQ(again.realm.name, "清河街道");
  EXPECT_EQ(sign_in(first.realm.id, "admin", first.password), people::SignInState::signed_in);
}

TEST_P(Installation, WithABadPasswordOrLevelLeavesNoRealm) {
  EXPECT_THROW(set_up(wanted_with(&NewInstallation::password, "short")), Fault);
  EXPECT_THROW(set_up(wanted_with(&NewInstallation::level, "planet")), Fault);
  EXPECT_TRUE(store_->read([](store::Tx& tx) { return record::realms(tx); }).empty());
}

TEST_P(Installation, TakesUsersWhoCanBeShutAndGivenAnotherPassword) {
  const RealmId realm = set_up().realm.id;
  const std::string password = add_user(*store_, vault_, *house_packs(), doing(realm),
                                        {.login = "lin",
                                         .person_code = "",
                                         .name = "林派遣员",
                                         .role = "street_dispatcher",
                                         .org_code = "root",
                                         .password = ""});
  EXPECT_EQ(sign_in(realm, "lin", password), people::SignInState::signed_in);
  set_user_disabled(*store_, doing(realm), "lin", true);
  EXPECT_EQ(sign_in(realm, "lin", password), people::SignInState::wrong);
  set_user_disabled(*store_, doing(realm), "lin", false);
  const std::string renewed = set_user_password(*store_, vault_, doing(realm), "lin", "");
  clock_.advance(std::chrono::hours{2});
  EXPECT_EQ(sign_in(realm, "lin", renewed), people::SignInState::signed_in);
  const auto all = store_->read([&](store::Tx& tx) { return users(tx, realm); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "林派遣员");
}

TEST_P(Installation, SetsUpASecondFactorAndEndsOneThatWasLost) {
  const auto installed = set_up();
  const RealmId realm = installed.realm.id;
  const auto attempt = [&](const std::string& code) {
    return people::sign_in(*store_, vault_, realm,
                           {.login = "admin", .password = installed.password, .code = code, .address = "192.0.2.1"}, {},
                           clock_.now(), ids_)
        .state;
  };
  EXPECT_EQ(attempt(""), people::SignInState::signed_in);
  const SecondFactor set = set_second_factor(*store_, vault_, doing(realm), "admin");
  EXPECT_EQ(set.codes.size(), 10u);
  EXPECT_EQ(attempt(""), people::SignInState::code_needed);
  const std::string shown = store_->read([&](store::Tx& tx) {
    return people::code_of(tx, vault_, realm, people::find_account(tx, realm, "admin")->id, clock_.now());
  });
  EXPECT_EQ(attempt(shown), people::SignInState::signed_in) << "the code that the telephone shows right now";
  EXPECT_EQ(attempt(set.codes[3]), people::SignInState::signed_in);
  EXPECT_THROW(set_second_factor(*store_, vault_, doing(realm), "admin"), Fault);
  end_second_factor(*store_, vault_, doing(realm), "admin");
  EXPECT_EQ(attempt(""), people::SignInState::signed_in);
  EXPECT_THROW(end_second_factor(*store_, vault_, doing(realm), "admin"), Fault);
}

TEST_P(Installation, SaysWhichUserRoleOrOfficeIsUnknown) {
  const RealmId realm = set_up().realm.id;
  EXPECT_THROW(set_user_disabled(*store_, doing(realm), "nobody", true), Fault);
  EXPECT_THROW(add_user(*store_, vault_, *house_packs(), doing(realm),
                        {.login = "lin", .person_code = "S9", .name = "", .role = "", .org_code = "", .password = ""}),
               Fault);
  EXPECT_THROW(
      add_user(*store_, vault_, *house_packs(), doing(realm),
               {.login = "lin", .person_code = "", .name = "林", .role = "king", .org_code = "root", .password = ""}),
      Fault);
  EXPECT_EQ(store_->read([&](store::Tx& tx) { return users(tx, realm); }).size(), 1u);
}

}  // namespace
}  // namespace tongxin::sim
