#include "store/sqlite_store.hpp"

namespace tongxin::store {

std::unique_ptr<Store> open(const Options& options) {
  if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://"))
    throw Fault(Code::unavailable,
                words("这个版本还不能使用 PostgreSQL", "PostgreSQL is not available in this build yet"));
  return std::make_unique<inside::SqliteStore>(options);
}

}  // namespace tongxin::store
