// Several lists of record_scope read as one, newest first, each record once. Costs a range scan a page and list.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "record/sql.hpp"
#include "serve/lists.hpp"

namespace tongxin::serve {

class ScopeMerge {
 public:
  ScopeMerge(store::Tx& tx, RealmId realm, const std::vector<ListScope>& scopes, std::optional<bool> open,
             std::int64_t below)
      : tx_(tx), realm_(realm) {
    for (const ListScope& scope : scopes)
      for (const bool each : {true, false})
        if (!open || *open == each) runs_.push_back({scope, each, below, {}, 0, false});
  }
  // The next record, each once; none at the end.
  std::optional<RecordId> next() {
    std::int64_t best = 0;
    for (Run& run : runs_) best = std::max(best, head(run));
    if (best == 0) return std::nullopt;
    for (Run& run : runs_)
      if (head(run) == best) ++run.at;
    return RecordId{best};
  }
  // The next `most`; fewer at the end.
  std::vector<RecordId> next(std::size_t most) {
    std::vector<RecordId> ids;
    while (ids.size() < most) {
      const auto id = next();
      if (!id) break;
      ids.push_back(*id);
    }
    return ids;
  }

 private:
  static constexpr int kPage = 40;
  struct Run {
    ListScope scope;
    bool open;
    std::int64_t below;
    std::vector<std::int64_t> page;
    std::size_t at;
    bool done;
  };
  std::int64_t head(Run& run) {
    if (run.at == run.page.size() && !run.done) {
      run.page = tx_.all<std::int64_t>(record::sql::kPage, realm_, run.scope.scope, run.scope.list, run.open, run.below,
                                       kPage);
      run.at = 0;
      run.done = run.page.size() < std::size_t(kPage);
      if (!run.page.empty()) run.below = run.page.back();
    }
    return run.at == run.page.size() ? 0 : run.page[run.at];
  }

  store::Tx& tx_;
  const RealmId realm_;
  std::vector<Run> runs_;
};

}  // namespace tongxin::serve
