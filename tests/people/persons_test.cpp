#include "people/persons.hpp"

#include <sys/stat.h>

#include <fstream>

#include "fixture.hpp"
#include "people/accounts.hpp"
#include "people/sql.hpp"

namespace tongxin::people {
namespace {

using testing::ElementsAre;

struct Persons : RealmTest {
  std::string open(PersonId who, std::string reason, PersonId actor = PersonId{9}) {
    return write(
        [&](store::Tx& tx) { return open_private(tx, vault, doing(reason, actor), who, PrivateField::phone); });
  }
  std::vector<Access> log(PersonId who) {
    return read([&](store::Tx& tx) { return access_log_of(tx, realm, who); });
  }
  std::vector<PersonId> by_phone(std::string_view phone) {
    return read([&](store::Tx& tx) { return find_by_phone(tx, vault, realm, phone); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Persons, test::kEngines, test::engine_name);

TEST_P(Persons, APhoneIsFoundInAnyOfItsFormsButStandsNowhereInClear) {
  const PersonId chen = person("陈玉", {{PrivateField::phone, "138-0013-8000"}});
  EXPECT_THAT(by_phone("+86 13800138000"), ElementsAre(chen));
  EXPECT_TRUE(by_phone("13800138001").empty());
  const auto sealed = read([&](store::Tx& tx) { return tx.one<Bytes>(sql::kPrivate, realm, chen, "phone"); });
  EXPECT_EQ(std::string(sealed->begin(), sealed->end()).find("13800138000"), std::string::npos);
  EXPECT_EQ(read([&](store::Tx& tx) { return private_fields(tx, realm, chen); }).size(), 1u);
}

TEST_P(Persons, UnsealingIsLoggedForThePersonConcerned) {
  const PersonId chen = person("陈玉", {{PrivateField::phone, "13800138000"}});
  EXPECT_EQ(open(chen, "回访工单 0001"), "13800138000");
  const auto entries = log(chen);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].actor, PersonId{9});
  EXPECT_EQ(entries[0].what, "phone");
  EXPECT_EQ(entries[0].reason, "回访工单 0001");
  EXPECT_EQ(entries[0].at, clock.now());
}

TEST_P(Persons, WithoutAReasonNothingIsOpenedAndOnesOwnNeedsNone) {
  const PersonId chen = person("陈玉", {{PrivateField::phone, "13800138000"}});
  EXPECT_EQ(fault_of([&] { open(chen, " "); }).code(), Code::invalid);
  EXPECT_EQ(open(chen, "", chen), "13800138000");
  EXPECT_TRUE(log(chen).empty());
}

TEST_P(Persons, ACorrectedNumberReplacesTheOldOneInTheIndex) {
  const PersonId chen = person("陈玉", {{PrivateField::phone, "13800138000"}});
  write([&](store::Tx& tx) { set_private(tx, vault, doing(), chen, PrivateField::phone, "13900139000"); });
  EXPECT_TRUE(by_phone("13800138000").empty());
  EXPECT_THAT(by_phone("13900139000"), ElementsAre(chen));
  EXPECT_EQ(fault_of([&] {
              write([&](store::Tx& tx) { set_private(tx, vault, doing(), chen, PrivateField::id_card, "123"); });
            }).code(),
            Code::invalid);
}

TEST_P(Persons, APersonNeedsAPurpose) {
  const auto add = [&] {
    write([&](store::Tx& tx) { add_person(tx, vault, doing(), {.name = "陈玉", .purpose = ""}); });
  };
  EXPECT_EQ(fault_of(add).code(), Code::invalid);
}

TEST_P(Persons, ErasingLeavesTheShell) {
  const PersonId chen = person("陈玉", {{PrivateField::phone, "13800138000"}, {PrivateField::address, "1单元101"}});
  const PostId held = post(chen, org("a"));
  const auto erase = [&] { write([&](store::Tx& tx) { erase_person(tx, doing(), chen); }); };
  EXPECT_EQ(fault_of(erase).code(), Code::not_now);
  write([&](store::Tx& tx) { end_post(tx, doing(), held, today); });
  erase();
  const auto shell = read([&](store::Tx& tx) { return find_person(tx, realm, chen); });
  EXPECT_TRUE(shell->erased);
  EXPECT_EQ(shell->name, "");
  EXPECT_TRUE(by_phone("13800138000").empty());
  EXPECT_EQ(fault_of([&] { open(chen, "理由"); }).code(), Code::not_found);
  EXPECT_EQ(directory()->name_of(chen), "");
}

TEST_P(Persons, DueAreThoseWhoseDayHasComeAndWhoHoldNoPost) {
  const PersonId early = person("早", {{PrivateField::phone, "13800138000"}}, today);
  person("晚", {}, add_days(today, 1));
  person("长", {});
  post(person("任", {}, today), org("a"));
  const auto due = [&] { return read([&](store::Tx& tx) { return due_persons(tx, realm, today); }); };
  EXPECT_EQ(due(), std::vector{early});
  write([&](store::Tx& tx) { erase_person(tx, doing("保留期满"), early); });
  EXPECT_TRUE(due().empty());
}

TEST(Vault, ASealedValueOpensOnlyWhereItWasSealed) {
  const Vault vault = Vault::for_this_process();
  const Bytes sealed = vault.seal(RealmId{1}, 5, "phone", "13800138000");
  EXPECT_EQ(vault.open(RealmId{1}, 5, "phone", sealed), "13800138000");
  EXPECT_THROW(vault.open(RealmId{1}, 6, "phone", sealed), Fault);
  EXPECT_THROW(vault.open(RealmId{2}, 5, "phone", sealed), Fault);
  EXPECT_THROW(vault.open(RealmId{1}, 5, "address", sealed), Fault);
  EXPECT_NE(vault.blind_index(RealmId{1}, "phone", "1"), vault.blind_index(RealmId{2}, "phone", "1"));
}

TEST(Vault, KeepsItsKeysInAFileOfItsOwnerAlone) {
  const test::Folder folder;
  const std::string file = folder / "keys";
  const Bytes sealed = Vault::open(file).seal(RealmId{1}, 5, "phone", "13800138000");
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(Vault::open(file).open(RealmId{1}, 5, "phone", sealed), "13800138000");
  ::chmod(file.c_str(), 0640);
  EXPECT_EQ(fault_of([&] { Vault::open(file); }).code(), Code::unavailable);
}

TEST(Vault, ANewKeySealsWhileTheOldOneStillOpensAndFinds) {
  const test::Folder folder;
  Vault vault = Vault::open(folder / "keys");
  const Bytes old = vault.seal(RealmId{1}, 5, "phone", "13800138000");
  const Bytes index = vault.blind_index(RealmId{1}, "phone", "13800138000");
  EXPECT_EQ(vault.add_version(), 2u);
  const Bytes fresh = vault.seal(RealmId{1}, 5, "phone", "13800138000");
  EXPECT_EQ(key_version(old), 1u);
  EXPECT_EQ(key_version(fresh), 2u);
  const Vault again = Vault::open(folder / "keys");
  EXPECT_EQ(again.open(RealmId{1}, 5, "phone", old), again.open(RealmId{1}, 5, "phone", fresh));
  EXPECT_EQ(again.blind_index(RealmId{1}, "phone", "13800138000"), index);
}

TEST(Vault, SaysWhichLineOfTheKeyFileIsNoKey) {
  const test::Folder folder;
  Vault::open(folder / "keys");
  std::ofstream(folder / "keys", std::ios::app) << "2 nonsense\n";
  EXPECT_THAT(fault_of([&] { Vault::open(folder / "keys"); }).say().en, testing::HasSubstr("line 4"));
}

}  // namespace
}  // namespace tongxin::people
