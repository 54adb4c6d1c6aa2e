#include <sodium.h>

#include "store/search_schema.hpp"
#include "store/sql_words.hpp"

namespace tongxin::store {
namespace {

constexpr const char* kRecords =
    "-- local table\n"
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, "
    "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
// The row comes first: a second program that migrates waits here for the first, then finds the work done.
constexpr Sql kClaim{"migration_claim",
                     "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4) "
                     "ON CONFLICT (number) DO NOTHING"};
constexpr Sql kApplied{"migrations_applied", "SELECT number, checksum FROM schema_migrations ORDER BY number"};
constexpr Sql kChecksum{"migration_checksum", "SELECT checksum FROM schema_migrations WHERE number = $1"};

std::string checksum(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::string hex;
  for (const unsigned byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

void run_text(Tx& tx, Store::Engine engine, const std::string& name, std::string_view text) {
  for (const auto statement : inside::split_statements(text)) {
    const auto expanded = inside::expand_for(engine, statement);
    tx.run(Sql{name.c_str(), expanded});
  }
}

Fault changed(const Migration& migration) {
  return Fault(Code::conflict,
               words("第 {} 号迁移（{}）在数据库上执行过之后，它的文本被改动了；请恢复原文，改动另写一个新号的迁移",
                     "the text of migration {} ({}) has changed since it was applied to this database; "
                     "restore it, and write the change as a new number",
                     migration.number, migration.name));
}

void apply(Tx& tx, Store::Engine engine, const Migration& migration, Time now) {
  const auto sum = checksum(migration.text);
  const auto name = fmt::format("migration {} ({})", migration.number, migration.name);
  if (tx.run(kClaim, migration.number, migration.name, sum, now) == 1)
    return run_text(tx, engine, name, migration.text);
  if (tx.one<std::string>(kChecksum, migration.number) != sum) throw changed(migration);
}

std::map<int, std::string> applied_sums(Store& store) {
  std::map<int, std::string> sums;
  store.read([&](Tx& tx) {
    sums.clear();
    tx.each(kApplied, [&](const Row& row) { sums[row.get<int>(0)] = row.text(1); });
  });
  return sums;
}

void make_records(Store& store) {
  for (int tries = 1;; ++tries) {
    try {
      return store.write([&](Tx& tx) { run_text(tx, store.engine(), "schema_migrations", kRecords); });
    } catch (const Fault&) {
      if (tries == 3) throw;  // PostgreSQL: two programs that create one table at once, the second may be refused
    }
  }
}

std::vector<Migration> in_order(std::span<const Migration> migrations) {
  std::vector<Migration> sorted(migrations.begin(), migrations.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.number < b.number; });
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i].number < 1 || (i > 0 && sorted[i].number == sorted[i - 1].number))
      throw Fault(Code::internal, words("迁移编号 {} 重复或小于 1",
                                        "the migration number {} is used twice or is below 1", sorted[i].number));
  return sorted;
}

}  // namespace

void migrate(Store& store, std::span<const Migration> migrations, Time now) {
  auto pending = in_order(migrations);
  const auto engine = store.engine();
  pending.insert(pending.begin(), engine == Store::Engine::sqlite ? inside::kSqliteSearch : inside::kPostgresSearch);
  make_records(store);
  const auto applied = applied_sums(store);
  std::erase_if(pending, [&](const Migration& migration) {
    const auto found = applied.find(migration.number);
    if (found != applied.end() && found->second != checksum(migration.text)) throw changed(migration);
    return found != applied.end();
  });
  if (pending.empty()) return;
  // A new database is made whole or not at all, with one wait for the disk. One with data keeps each step that was done.
  if (applied.empty())
    return store.write([&](Tx& tx) {
      for (const auto& migration : pending) apply(tx, engine, migration, now);
    });
  for (const auto& migration : pending) store.write([&](Tx& tx) { apply(tx, engine, migration, now); });
}

std::vector<TableKind> table_kinds(std::span<const Migration> migrations) {
  std::vector<TableKind> kinds;
  const auto add = [&](std::string_view text) {
    for (const auto statement : inside::split_statements(text))
      if (const auto table = inside::read_create_table(statement); table && table->kind)
        kinds.push_back({*table->kind, table->table});
  };
  add(kRecords);
  add(inside::kPostgresSearch.text);
  for (const auto& migration : in_order(migrations)) add(migration.text);
  return kinds;
}

}  // namespace tongxin::store
