// A ledger of points and one of money on a store with all tables, without packs: what the tests of the operations need.
#pragma once
#include "aspect/all.hpp"
#include "aspect/ledger/operations.hpp"
#include "record/aspect.hpp"
#include "support/engines.hpp"

namespace tongxin::test {

struct Books {
  explicit Books(store::Store& opened, std::uint64_t seed = 3) : store(opened), clock(start()), ids(clock, seed) {
    money.name = "money";
    money.unit_code = "fen";
    money.unit = {"元", "yuan"};
    money.accounts = {{"mint", {"发行", "Mint"}, ledger::Owner::realm, "", true, {}, {}, {}, false},
                      {"purse", {"钱包", "Purse"}, ledger::Owner::person, "", false, 0, {}, {}, false},
                      {"till", {"收款", "Till"}, ledger::Owner::org, "", false, {}, {}, {}, false}};
  }
  static Time start() {
    Time time{};
    parse_local("2026-03-06 10:00", time);
    return time;
  }

  ledger::Posting posting(RecordId record = {}) {
    return {realm, ids, clock.now(), {}, PersonId{9}, record, 1, 0, {"测试", "test"}, {}};
  }
  ledger::Book book(store::Tx& tx, const char* name, std::int64_t owner = 0) {
    return ledger::open_book(tx, posting(), money, *money.account(name), owner);
  }
  std::int64_t balance(const char* name, std::int64_t owner = 0) {
    return store.read([&](store::Tx& tx) {
      const auto found = ledger::find_book(tx, realm, "money", name, owner);
      return found ? found->balance : 0;
    });
  }
  // Everything that `tongxin verify` says of the books.
  std::vector<std::string> findings() {
    std::vector<std::string> found;
    record::Worlds none(nullptr);
    for (const record::Aspect& aspect : aspect::all())
      if (aspect.words.name == "ledger")
        aspect.verify(store, none, realm,
                      [&](const char*, std::string where, Words say) { found.push_back(where + ": " + say.en); });
    return found;
  }

  store::Store& store;
  ManualClock clock;
  IdSource ids;
  RealmId realm{5};
  ledger::Ledger money;
};

}  // namespace tongxin::test
