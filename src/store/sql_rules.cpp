#include "store/sql_words.hpp"

namespace tongxin::store {
std::vector<Complaint> check_sql_rules(std::span<const Migration>, std::span<const Sql>) { return {}; }
}  // namespace tongxin::store
