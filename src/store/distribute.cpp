#include "store/distribute.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tongxin::store {
namespace {

constexpr Sql kExtension{"citus_extension", "SELECT extversion FROM pg_extension WHERE extname = 'citus'"};
constexpr Sql kAvailable{"citus_available", "SELECT 1 FROM pg_available_extensions WHERE name = 'citus'"};
constexpr Sql kPlaced{"citus_placed", "SELECT CAST(logicalrelid AS TEXT) FROM pg_dist_partition"};
// As long as a transaction lasts (SQL.md 36): foreign keys into other distributed tables are made one shard after another, and
// local tables are not turned into Citus' own by being referred to.
constexpr Sql kNoLocalReferences{"citus_references", "SET LOCAL citus.enable_local_reference_table_foreign_keys = off"};
constexpr Sql kOneByOne{"citus_one_by_one", "SET LOCAL citus.multi_shard_modify_mode = 'sequential'"};

void need_citus(Store& store) {
  if (store.engine() != Store::Engine::postgresql)
    throw Fault(
        Code::bad_request,
        words("只有 PostgreSQL 数据库可以分布到多台服务器；先用 tongxin move 搬到 PostgreSQL",
              "only a PostgreSQL database can be spread over servers; `tongxin move` brings a SQLite one there"));
  store.read([](Tx& tx) {
    if (tx.one<std::string>(kExtension)) return;
    if (tx.one<int>(kAvailable))
      throw Fault(
          Code::unavailable,
          words("这个数据库还没有启用 Citus 扩展：请以超级用户执行 CREATE EXTENSION citus，并用 "
                "citus_add_node 加入其他服务器，然后再运行一次",
                "the Citus extension is installed but not switched on in this database: as superuser say CREATE "
                "EXTENSION citus, add the other servers with citus_add_node, and run this again"));
    throw Fault(
        Code::unavailable,
        words("这台 PostgreSQL 没有 Citus 扩展，数据留在一台服务器上，一切照常。要分布到多台服务器，请先在每台上安装 "
              "Citus（citusdata.com，Debian 不含），设 shared_preload_libraries = 'citus'，再运行一次",
              "this PostgreSQL has no Citus extension; the data stays on one server and all works as before. To "
              "spread it, install Citus on every server (citusdata.com; Debian has no package), set "
              "shared_preload_libraries = 'citus', and run this again"));
  });
}

}  // namespace

std::vector<Placement> placements(std::span<const Migration> migrations) {
  std::vector<Placement> all;
  std::string first;  // all others stand beside it
  for (const TableKind& each : table_kinds(migrations)) {
    switch (each.kind) {
      case TableKind::Kind::local: break;
      case TableKind::Kind::reference:
        all.push_back({each.table, fmt::format("SELECT create_reference_table('{}')", each.table)});
        break;
      case TableKind::Kind::realm:
        all.push_back(
            {each.table, fmt::format("SELECT create_distributed_table('{}', 'realm_id', colocate_with => '{}')",
                                     each.table, first.empty() ? "none" : first)});
        if (first.empty()) first = each.table;
        break;
    }
  }
  return all;
}

std::vector<Placement> inside::place(Store& store, std::span<const Migration> migrations,
                                     const std::vector<std::string>& placed) {
  std::vector<Placement> made;
  for (Placement& each : placements(migrations)) {
    if (std::find(placed.begin(), placed.end(), each.table) != placed.end()) continue;
    store.write([&](Tx& tx) {
      tx.run(kNoLocalReferences);
      tx.run(kOneByOne);
      tx.each(Sql{"citus_place", each.call}, [](const Row&) {});
    });
    made.push_back(std::move(each));
  }
  return made;
}

std::vector<Placement> distribute(Store& store, std::span<const Migration> migrations) {
  need_citus(store);
  const auto placed = store.read([](Tx& tx) {
    std::vector<std::string> names = tx.all<std::string>(kPlaced);
    for (std::string& name : names) name.erase(0, name.rfind('.') + 1);  // some carry their schema
    return names;
  });
  return inside::place(store, migrations, placed);
}

}  // namespace tongxin::store
