// A small street of either engine, and files to bring in.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aspect/all.hpp"
#include "base/csv.hpp"
#include "exchange/export.hpp"
#include "exchange/import.hpp"
#include "pack/loader.hpp"
#include "people/persons.hpp"
#include "sim/fixture.hpp"
#include "support/engines.hpp"
#include "table/workbook.hpp"

namespace tongxin::exchange {

class Street : public test::EnginesTest {
 protected:
  static constexpr RealmId kRealm{77};
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    settle();
    clock.advance(std::chrono::hours{24});
  }
  // The street in a new, empty store.
  void settle() {
    store = fresh(aspect::all_migrations());
    const std::string packs = std::string(TONGXIN_SOURCE_DIR) + "/packs";
    static const auto library = pack::load_packs({packs, {}}, aspect::vocabulary());
    worlds = std::make_unique<record::Worlds>(library);
    engine = std::make_unique<record::Engine>(*worlds, ids, vault, aspect::all());
    names = store->write([&](store::Tx& tx) {
      return sim::settle_fixture(tx, vault, {kRealm, {}, clock.now(), ids, "setting up", {}}, *library,
                                 sim::read_fixture(packs, "base", "street"));
    });
  }
  Context context() const { return {*store, *engine, ids, clock, kRealm, {}}; }

  // By the suggested columns.
  Report bring_in(const std::string& what, const std::string& bytes, Mode mode = Mode::all, Options options = {}) {
    Import import(given ? *given : context(), what, std::move(options), bytes, "表.csv");
    import.use(import.suggestion());
    import.load();
    return import.run(mode);
  }
  static std::vector<std::string> cells(const Report& report) {
    std::vector<std::string> at;
    for (const Problem& each : report.problems)
      at.push_back((each.cell.empty() ? std::to_string(each.row) : each.cell) + " " + each.code);
    return at;
  }
  std::optional<people::Org> org(std::string_view code) {
    return store->read([&](store::Tx& tx) { return people::find_org(tx, kRealm, code); });
  }
  std::int64_t count(const store::Sql& sql) {
    return store->read([&](store::Tx& tx) { return tx.one<std::int64_t>(sql, kRealm).value_or(-1); });
  }

  ManualClock clock{midnight(20260302)};
  mutable IdSource ids{clock, 1};
  people::Vault vault = people::Vault::for_this_process();
  std::unique_ptr<store::Store> store;
  std::unique_ptr<record::Worlds> worlds;
  std::unique_ptr<record::Engine> engine;
  sim::Names names;
  std::optional<Context> given;
};

inline constexpr store::Sql kRecordCount{"test_count", "SELECT count(*) FROM record WHERE realm_id=$1"};
inline constexpr store::Sql kHouseholdCount{"test_count", "SELECT count(*) FROM households WHERE realm_id=$1"};

}  // namespace tongxin::exchange
