// Tests that run on both engines:
//
//   using Claims = EnginesTest;
//   INSTANTIATE_TEST_SUITE_P(Engines, Claims, kEngines, engine_name);
//   TEST_P(Claims, ARefusedJobLeavesNoTrace) { const auto store = fresh({.migrations = kMigrations}); … }
//
// SQLite: a file in a folder of the test's own. PostgreSQL: a schema of its own in the database that the
// environment variable TONGXIN_TEST_POSTGRES names (scripts/postgres start; scripts/postgres url). Without it
// those tests are skipped with the reason, or fail when TONGXIN_REQUIRE_POSTGRES=1, which ./check sets. Both
// are removed after the test.
#pragma once
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "support/plans.hpp"

namespace tongxin::test {

using store::Store;
using Engine = Store::Engine;

// A folder for one test, removed with all that is in it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tongxin-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline const auto kEngines = ::testing::Values(Engine::sqlite, Engine::postgresql);
inline std::string engine_name(const ::testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::sqlite ? "Sqlite" : "Postgres";
}

class EnginesTest : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (GetParam() == Engine::sqlite) return;
    const char* url = std::getenv("TONGXIN_TEST_POSTGRES");
    if (url && *url) {
      server_ = url;
      return;
    }
    const char* required = std::getenv("TONGXIN_REQUIRE_POSTGRES");
    if (required && std::string(required) == "1")
      FAIL() << "TONGXIN_TEST_POSTGRES is not set, but PostgreSQL is required";
    GTEST_SKIP() << "no PostgreSQL: set TONGXIN_TEST_POSTGRES (scripts/postgres start; scripts/postgres url)";
  }

  void TearDown() override {
    for (const auto& schema : schemas_) on_server("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
  }

  // An address of a new, empty store. Open it as often as you like.
  std::string fresh_url() {
    if (GetParam() == Engine::sqlite) return folder_ / ("store" + std::to_string(++stores_) + ".db");
    const auto schema = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++all_schemas());
    on_server("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    on_server("CREATE SCHEMA " + schema);
    schemas_.push_back(schema);
    return server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + schema;
  }
  // An empty store with these migrations applied (the store's own come with them). Not durable: tests of
  // durability open fresh_url() themselves.
  std::unique_ptr<Store> fresh(std::span<const store::Migration> migrations = {}) {
    auto opened = store::open({.url = fresh_url(), .readers = 4, .durable = false});
    store::migrate(*opened, migrations);
    return opened;
  }
  const Folder& folder() const { return folder_; }

  // For what only the server's owner can do (end a connection, look at a table from outside).
  void on_server(const std::string& sql) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> server(PQconnectdb(server_.c_str()), &PQfinish);
    if (PQstatus(server.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(server.get()));
    PQsetNoticeProcessor(
        server.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(server.get(), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(server.get()));
  }

 private:
  static int& all_schemas() {
    static int count = 0;
    return count;
  }
  Folder folder_;
  std::string server_;
  std::vector<std::string> schemas_;
  int stores_ = 0;
};

}  // namespace tongxin::test
