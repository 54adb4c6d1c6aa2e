// A whole database moves from one engine to the other and back, and is the same to the last byte of every row.
#include <gtest/gtest.h>

#include "measure/verify.hpp"
#include "sim/demo.hpp"
#include "store/copy.hpp"
#include "support/street.hpp"

namespace tongxin {
namespace {

class Moving : public test::EnginesTest {
 protected:
  std::unique_ptr<store::Store> on_sqlite(const std::string& name) {
    auto opened = store::open({.url = folder() / name, .readers = 2, .durable = false});
    store::migrate(*opened, aspect::all_migrations());
    return opened;
  }
  sim::Demo live(store::Store& store) {
    sim::DemoOptions options;
    options.seed = 9;
    options.from = 20260302;
    options.until = midnight(add_days(options.from, 3));
    options.size = sim::Size::small;
    options.matters_per_day = 3;
    options.accounts = false;
    const auto vault = people::Vault::for_this_process();
    return sim::make_demo(store, nullptr, test::all_packs(), vault, options);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Moving, ::testing::Values(test::Engine::postgresql), test::engine_name);

TEST_P(Moving, ThereAndBackNothingIsLost) {
  const auto first = on_sqlite("first.db");
  const RealmId realm = live(*first).realm.id;
  const auto server = fresh(aspect::all_migrations());
  const auto there = store::copy_store(*first, *server, aspect::all_migrations());
  const auto back = on_sqlite("back.db");
  EXPECT_EQ(store::copy_store(*server, *back, aspect::all_migrations()), there);
  EXPECT_EQ(store::proof_of(*first, aspect::all_migrations()), there);
  std::int64_t rows = 0;
  for (const auto& proof : there) rows += proof.rows;
  EXPECT_GT(rows, 1000);
  for (store::Store* store : {server.get(), back.get()}) {
    record::Worlds worlds(test::all_packs());
    const auto verdict = measure::verify(*store, worlds, realm);
    EXPECT_TRUE(verdict.sound()) << verdict.findings.front().where << ": " << verdict.findings.front().say.en;
    EXPECT_EQ(store->search(realm, "issue", "漏水", 0, 1000, {}), first->search(realm, "issue", "漏水", 0, 1000, {}));
  }
}

// A column that a later migration added is moved too: nobody would miss it in a proof that does not know it either.
TEST_P(Moving, KnowsEveryColumnThatThereIs) {
  const auto fresh_one = on_sqlite("columns.db");
  const auto names = [](std::vector<std::string> list) {
    std::ranges::sort(list);
    return list;
  };
  for (const store::TableShape& shape : store::table_shapes(aspect::all_migrations())) {
    if (shape.name == "search_text") continue;  // each engine's own index of texts
    std::vector<std::string> known;
    for (const auto& column : shape.columns) known.push_back(column.name);
    const std::string sql = "SELECT name FROM pragma_table_info('" + shape.name + "')";
    const auto there = fresh_one->read([&](store::Tx& tx) { return tx.all<std::string>({"columns_of", sql.c_str()}); });
    EXPECT_EQ(names(known), names(there)) << shape.name;
  }
}

TEST_P(Moving, IntoADatabaseThatHoldsSomethingIsRefused) {
  const auto first = on_sqlite("first.db"), second = on_sqlite("second.db");
  live(*first);
  live(*second);
  const auto before = store::proof_of(*second, aspect::all_migrations());
  EXPECT_EQ(test::refusal([&] { store::copy_store(*first, *second, aspect::all_migrations()); }), Code::conflict);
  EXPECT_EQ(store::proof_of(*second, aspect::all_migrations()), before);
}

}  // namespace
}  // namespace tongxin
