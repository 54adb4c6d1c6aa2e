// How SQLite means to run the program's statements, for tests that keep requests from doing work that grows with the data.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace tongxin::store {

struct Plan {
  std::string name, text;          // of the statement
  std::vector<std::string> steps;  // lines of EXPLAIN QUERY PLAN
};

// Hears of every statement that is prepared on SQLite from now on, once for each connection, on the thread that prepares
// it. Costs nothing while it is not set.
void watch_plans(std::function<void(const Plan&)> watcher);

// The steps that go through one of these tables by the realm alone: without statistics SQLite takes the primary key for as
// good as any index, above all when it gives the order that is asked for. So an index that shall be used ends with the
// columns of ORDER BY, and a partial one is used only when the statement repeats its condition.
std::vector<std::string> realm_wide_steps(const Plan& plan, const std::vector<std::string>& tables);

namespace inside {
const std::function<void(const Plan&)>& plan_watcher();
}
}  // namespace tongxin::store
