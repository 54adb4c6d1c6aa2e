// A realm with a clock, a vault and people in it, on either engine.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "people/directory.hpp"
#include "people/links.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "people/schema.hpp"
#include "support/engines.hpp"

namespace tongxin::people {

// The code of the fault that a call ends in; a failure when it ends in none.
template <class F>
Fault fault_of(F&& call) {
  try {
    call();
  } catch (const Fault& fault) {
    return fault;
  }
  ADD_FAILURE() << "nothing was refused";
  return Fault(Code::internal, {});
}

struct RealmTest : test::EnginesTest {
  static constexpr RealmId realm{77};
  static constexpr Day today = 20260306;
  ManualClock clock{midnight(today) + std::chrono::hours{10}};
  IdSource ids{clock, 1};
  Vault vault = Vault::for_this_process();
  std::unique_ptr<store::Store> store;

  void SetUp() override {
    test::EnginesTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) store = fresh(kMigrations);
  }
  Doing doing(std::string reason = "2026-1号文", PersonId actor = PersonId{9}) {
    return Doing{realm, actor, clock.now(), ids, std::move(reason)};
  }
  template <class F>
  auto write(F&& job) {
    return store->write([&](store::Tx& tx) { return job(tx); });
  }
  template <class F>
  auto read(F&& job) {
    return store->read([&](store::Tx& tx) { return job(tx); });
  }
  OrgId org(std::string code, OrgId parent = {}, Day from = 20200101) {
    return write([&](store::Tx& tx) {
      return add_org(tx, doing(), {.parent = parent, .kind = "branch", .code = code, .name = code, .from = from});
    });
  }
  PersonId person(std::string name, std::map<PrivateField, std::string> fields = {}, Day delete_after = 0) {
    return write([&](store::Tx& tx) {
      return add_person(tx, vault, doing(),
                        {.name = name, .purpose = "staff", .delete_after = delete_after, .fields = fields});
    });
  }
  PostId post(PersonId who, OrgId where, std::string role = "secretary", Day from = 20250101, Day until = 0) {
    return write([&](store::Tx& tx) {
      return appoint(tx, doing(),
                     {.person = who, .role = role, .org = where, .area = AreaId{5}, .from = from, .until = until});
    });
  }
  std::shared_ptr<const Directory> directory() {
    return read([&](store::Tx& tx) { return load_directory(tx, realm, [](AreaId) { return std::string_view{}; }); });
  }
};

}  // namespace tongxin::people
