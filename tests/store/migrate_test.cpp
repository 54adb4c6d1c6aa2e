#include <gtest/gtest.h>

#include "store/sql_words.hpp"
#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::store;

namespace {

constexpr const char* kHouses = R"(
-- reference table
CREATE TABLE areas (code TEXT NOT NULL PRIMARY KEY);
-- realm table
CREATE TABLE houses (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, note TEXT NOT NULL DEFAULT 'a;b -- BIGINT',  -- ; BIGINT
  price DOUBLE PRECISION NOT NULL DEFAULT 0, plan BYTES, area TEXT REFERENCES areas (code),
  PRIMARY KEY (realm_id, id)
) WITHOUT ROWID;
CREATE INDEX houses_area ON houses (realm_id, area);
)";
constexpr const char* kFloors = "ALTER TABLE houses ADD COLUMN floors INTEGER NOT NULL DEFAULT 1;";
constexpr Migration kBoth[] = {{1, "houses", kHouses}, {2, "floors", kFloors}};
constexpr Sql kInsert{"insert", "INSERT INTO houses (realm_id, id) VALUES ($1, $2)"};
constexpr Sql kNote{"note", "SELECT note FROM houses WHERE realm_id = $1 AND id = $2"};
constexpr Sql kFloorsOf{"floors", "SELECT floors FROM houses WHERE realm_id = $1 AND id = $2"};
constexpr Sql kApplied{"applied", "SELECT number FROM schema_migrations WHERE number > 0 ORDER BY number"};

std::string complaint_codes(std::span<const Migration> migrations, std::span<const Sql> statements) {
  std::string all;
  for (const auto& complaint : check_sql_rules(migrations, statements))
    all += complaint.at + ": " + complaint.code + "; ";
  return all;
}

}  // namespace

class MigrateTest : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, MigrateTest, test::kEngines, test::engine_name);

TEST_P(MigrateTest, OneTextMakesTheTablesOfBothEngines) {
  const auto store = fresh(kBoth);
  store->write([](Tx& tx) { tx.run(kInsert, 1, 2); });
  store->read([](Tx& tx) {
    EXPECT_EQ(tx.one<std::string>(kNote, 1, 2), "a;b -- BIGINT");
    EXPECT_EQ(tx.one<int>(kFloorsOf, 1, 2), 1);
    EXPECT_EQ(tx.all<int>(kApplied), (std::vector<int>{1, 2}));
  });
}

TEST_P(MigrateTest, LaterOnesAreAddedAndAppliedOnesAreLeftAlone) {
  const auto store = fresh(std::span(kBoth).first(1));
  store->write([](Tx& tx) { tx.run(kInsert, 1, 2); });
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<std::string>(kNote, 1, 2); }), "a;b -- BIGINT");
  migrate(*store, kBoth);
  migrate(*store, kBoth);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kFloorsOf, 1, 2); }), 1);
}

TEST_P(MigrateTest, AChangedTextIsRefusedWithItsNumberAndName) {
  const auto store = fresh(kBoth);
  const Migration changed[] = {{1, "houses", kHouses}, {2, "floors", "ALTER TABLE houses ADD COLUMN floors BIGINT;"}};
  try {
    migrate(*store, changed);
    FAIL() << "not refused";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::conflict);
    EXPECT_NE(fault.say().en.find("migration 2 (floors)"), std::string::npos);
  }
}

TEST_P(MigrateTest, OneThatFailsLeavesNoTraceAndCanBeRepaired) {
  const auto store = fresh(std::span(kBoth).first(1));
  const Migration broken[] = {{1, "houses", kHouses}, {2, "floors", "CREATE TABLE half (a BIGINT); CREATE NONSENSE;"}};
  EXPECT_THROW(migrate(*store, broken), Fault);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<int>(kApplied); }), std::vector<int>{1});
  const Migration repaired[] = {{1, "houses", kHouses}, {2, "floors", "-- local table\nCREATE TABLE half (a BIGINT);"}};
  EXPECT_NO_THROW(migrate(*store, repaired));
}

TEST_P(MigrateTest, ANewDatabaseIsMadeWholeOrNotAtAllAndOneInUseKeepsWhatWasDone) {
  static constexpr Sql kAll{"all_applied", "SELECT number FROM schema_migrations ORDER BY number"};
  const Migration broken[] = {kBoth[0], kBoth[1], {3, "half", "CREATE NONSENSE;"}};
  const auto store = open({.url = fresh_url(), .readers = 1, .durable = false});
  EXPECT_THROW(migrate(*store, broken), Fault);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<int>(kAll); }), std::vector<int>{}) << "not even the store's own";
  migrate(*store, std::span(kBoth).first(1));
  EXPECT_THROW(migrate(*store, broken), Fault);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<int>(kAll); }), (std::vector<int>{0, 1, 2}));
}

TEST_P(MigrateTest, SeveralProgramsMayMigrateAtOnce) {
  const auto url = fresh_url();
  std::vector<std::thread> programs;
  for (int i = 0; i < 4; ++i)
    programs.emplace_back([&] {
      const auto store = open({.url = url, .readers = 1, .durable = false});
      EXPECT_NO_THROW(migrate(*store, kBoth));
    });
  for (auto& program : programs) program.join();
  const auto store = open({.url = url});
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<int>(kApplied); }), (std::vector<int>{1, 2}));
}

TEST(SqlWords, AreExpandedOnlyWhereTheyAreWords) {
  const auto statements = inside::split_statements(kHouses);
  ASSERT_EQ(statements.size(), 3u);
  const auto sqlite = inside::expand_for(Store::Engine::sqlite, statements[1]);
  EXPECT_NE(sqlite.find("realm_id INTEGER NOT NULL"), std::string::npos) << sqlite;
  EXPECT_NE(sqlite.find("plan BLOB"), std::string::npos);
  EXPECT_NE(sqlite.find("'a;b -- BIGINT'"), std::string::npos);
  EXPECT_NE(sqlite.find("WITHOUT ROWID, STRICT"), std::string::npos);
  const auto postgres = inside::expand_for(Store::Engine::postgresql, statements[1]);
  EXPECT_NE(postgres.find("plan BYTEA"), std::string::npos) << postgres;
  EXPECT_EQ(postgres.find("ROWID"), std::string::npos);
  EXPECT_EQ(postgres.find("STRICT"), std::string::npos);
}

TEST(SqlRules, TablesKnowTheirKind) {
  std::string all;
  for (const auto& kind : table_kinds(kBoth)) all += fmt::format("{}={} ", kind.table, static_cast<int>(kind.kind));
  EXPECT_EQ(all, "schema_migrations=2 search_text=0 areas=1 houses=0 ");
}

TEST(SqlRules, GoodSqlHasNoComplaints) {
  constexpr Sql kJoin{"join",
                      "SELECT a.id FROM houses a JOIN houses b ON b.realm_id = a.realm_id AND b.id = a.id "
                      "WHERE a.realm_id = $1"};
  const Sql statements[] = {kInsert, kNote, kFloorsOf, kApplied, kJoin};
  EXPECT_EQ(complaint_codes(kBoth, statements), "");
}

TEST(SqlRules, EachBrokenRuleIsNamedWithItsPlace) {
  constexpr Migration kBad[] = {{1, "bad", R"(
CREATE TABLE nokind (id BIGINT NOT NULL PRIMARY KEY);
-- realm table
CREATE TABLE good (realm_id BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (realm_id, id));
-- realm table
CREATE TABLE bad (id BIGINT NOT NULL, realm_id BIGINT NOT NULL, other BIGINT REFERENCES good (id), PRIMARY KEY (id, realm_id), UNIQUE (id));
CREATE INDEX bad_id ON bad (id);
)"}};
  constexpr Sql kBadOnes[] = {
      {"no realm", "SELECT id FROM good WHERE id = $1"},
      {"half a join", "SELECT a.id FROM good a JOIN bad b ON b.id = a.id WHERE a.realm_id = $1"},
      {"cast", "SELECT $1::text"},
      {"clock", "SELECT now()"}};
  EXPECT_EQ(complaint_codes(kBad, kBadOnes),
            "1 bad: nokind: rule 1; 1 bad: bad: rule 2; 1 bad: bad: rule 2; 1 bad: bad: rule 2; 1 bad: bad: rule 2; "
            "1 bad: bad_id: rule 2; no realm: rule 15; half a join: rule 15; cast: rule 22; clock: rule 22; ");
}
