#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"

namespace tongxin::store {

std::unique_ptr<Store> open(const Options& options) {
  if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://"))
    return std::make_unique<inside::PostgresStore>(options);
  return std::make_unique<inside::SqliteStore>(options);
}

}  // namespace tongxin::store
