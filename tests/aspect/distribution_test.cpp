// The schema is one that PostgreSQL's Citus takes as it is. Debian has no Citus, so its two functions are stood in for by ones
// that refuse what Citus refuses (a unique key without the realm, a foreign key that leaves the realm or points at a table that
// is not placed yet); the table of what was placed is theirs, and what they look at is the catalogue of the real database.
#include <gmock/gmock.h>

#include "aspect/all.hpp"
#include "store/distribute.hpp"
#include "support/engines.hpp"

namespace tongxin::store {
namespace {

using ::testing::HasSubstr;

constexpr const char* kStandIn = R"(
CREATE TABLE placed_here (name TEXT PRIMARY KEY, how TEXT NOT NULL, beside TEXT NOT NULL);
CREATE FUNCTION create_distributed_table(wanted REGCLASS, distribution_column TEXT, colocate_with TEXT) RETURNS VOID AS $body$
DECLARE
  bad TEXT;
BEGIN
  SELECT i.indexrelid::regclass::text INTO bad FROM pg_index i WHERE i.indrelid = wanted AND i.indisunique AND NOT EXISTS (
    SELECT 1 FROM pg_attribute a WHERE a.attrelid = wanted AND a.attname = distribution_column AND a.attnum = ANY (i.indkey));
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'unique key % of % lacks %', bad, wanted, distribution_column; END IF;
  SELECT c.conname INTO bad FROM pg_constraint c WHERE c.conrelid = wanted AND c.contype = 'f' AND NOT EXISTS (
    SELECT 1 FROM placed_here p WHERE c.confrelid = wanted OR (p.name = c.confrelid::regclass::text AND (p.how = 'reference' OR EXISTS (
      SELECT 1 FROM generate_subscripts(c.conkey, 1) AS i
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[i] AND a.attname = distribution_column
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[i] AND b.attname = distribution_column))));
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'foreign key % of % leaves the realm', bad, wanted; END IF;
  IF EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = wanted AND NOT t.tgisinternal) THEN
    RAISE EXCEPTION '% has triggers', wanted; END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = wanted AND a.attname = distribution_column AND NOT a.attnotnull) THEN
    RAISE EXCEPTION '% of % may be null', distribution_column, wanted; END IF;
  IF colocate_with <> 'none' AND NOT EXISTS (SELECT 1 FROM placed_here p WHERE p.name = colocate_with) THEN
    RAISE EXCEPTION '% is not distributed', colocate_with; END IF;
  INSERT INTO placed_here VALUES (wanted::text, 'realm', colocate_with);
END $body$ LANGUAGE plpgsql;
CREATE FUNCTION create_reference_table(wanted REGCLASS) RETURNS VOID AS $body$
BEGIN
  INSERT INTO placed_here VALUES (wanted::text, 'reference', '');
END $body$ LANGUAGE plpgsql;
)";

class Distribution : public test::EnginesTest {
 protected:
  // The store's own connections speak one statement at a time.
  void stand_in(const std::string& url) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> server(PQconnectdb(url.c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(server.get(), kStandIn), &PQclear);
    ASSERT_EQ(PQresultStatus(result.get()), PGRES_COMMAND_OK) << PQerrorMessage(server.get());
  }
  static std::vector<std::string> placed(Store& store) {
    static constexpr Sql kPlaced{"test_placed", "SELECT name FROM placed_here ORDER BY name"};
    return store.read([](Tx& tx) { return tx.all<std::string>(kPlaced); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Distribution, test::kEngines, test::engine_name);

TEST_P(Distribution, TheWholeSchemaIsTakenAsItIs) {
  if (GetParam() == test::Engine::sqlite) {
    const auto store = fresh(aspect::all_migrations());
    try {
      distribute(*store, aspect::all_migrations());
      FAIL() << "SQLite cannot be distributed";
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::bad_request);
      EXPECT_THAT(fault.say().en, HasSubstr("tongxin move"));
    }
    return;
  }
  const std::string url = fresh_url();
  const auto store = open({.url = url, .readers = 2, .durable = false});
  migrate(*store, aspect::all_migrations());
  try {
    distribute(*store, aspect::all_migrations());
    FAIL() << "there is no Citus here";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::unavailable);
    EXPECT_THAT(fault.say().en, HasSubstr("all works as before"));
  }
  stand_in(url);
  const auto made = inside::place(*store, aspect::all_migrations(), {});
  std::set<std::string> wanted;
  for (const TableKind& each : table_kinds(aspect::all_migrations()))
    if (each.kind != TableKind::Kind::local) wanted.insert(each.table);
  const auto all = placed(*store);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), wanted);
  EXPECT_GT(made.size(), 40u);
  EXPECT_TRUE(inside::place(*store, aspect::all_migrations(), all).empty()) << "twice is once";
}

// The stand-in does refuse: a table that Citus would not take is not taken here either.
TEST_P(Distribution, ATableThatLeavesItsRealmIsRefused) {
  if (GetParam() == test::Engine::sqlite) GTEST_SKIP() << "only PostgreSQL is distributed";
  constexpr Migration kBad[] = {
      {1, "bad",
       "-- realm table\nCREATE TABLE one (realm_id BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (realm_id, id));\n"
       "-- realm table\nCREATE TABLE two (realm_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL UNIQUE, "
       "PRIMARY KEY (realm_id, id));\n"}};
  const std::string url = fresh_url();
  const auto store = open({.url = url, .readers = 2, .durable = false});
  migrate(*store, kBad);
  stand_in(url);
  EXPECT_THROW(inside::place(*store, kBad, {}), Fault);
  EXPECT_EQ(placed(*store), (std::vector<std::string>{"one", "search_text"}))
      << "what came before stays, and it can go on";
}

// And the texts of the migrations and what they say of themselves agree with the rules a reader can check.
TEST(DistributionRules, HoldInEveryMigration) {
  std::string complaints;
  for (const Complaint& each : check_sql_rules(aspect::all_migrations(), {}))
    complaints += each.at + ": " + each.say.en + "\n";
  EXPECT_EQ(complaints, "");
}

}  // namespace
}  // namespace tongxin::store
