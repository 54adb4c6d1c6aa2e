// Who does something, when, and why: what every change of people/ is given, and what its audit row says.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::people {

struct Doing {
  RealmId realm;
  PersonId actor;  // none: the system itself (an import at set-up, a job)
  Time at{};
  IdSource& ids;
  std::string reason;  // decision number, paper, request; kept with the change
  Zone zone{};
  Day today() const { return day_of(at, zone); }
};

// One change of organisations, posts, links or persons. Only ever added to.
struct AuditEntry {
  std::int64_t id = 0;
  Time at{};
  PersonId actor;
  std::string what;          // org.add, org.change, org.close, post.add, post.end, responsibility.set, link.add …
  std::int64_t subject = 0;  // the id of the org, post, link, person
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (), (id, at, actor, what, subject, reason))

void audit(store::Tx& tx, const Doing& doing, std::string_view what, std::int64_t subject);
// Newest first; `before` pages on.
std::vector<AuditEntry> audit_of(store::Tx& tx, RealmId realm, std::int64_t subject, int limit = 100,
                                 std::int64_t before = std::numeric_limits<std::int64_t>::max());

// A place in a log of the whole realm; both logs are kept in the order of days and ids.
struct LogPlace {
  Day day = 99991231;
  std::int64_t id = std::numeric_limits<std::int64_t>::max();
};
// Of the whole realm, newest first, from below `before`.
std::vector<AuditEntry> audit_of_all(store::Tx& tx, RealmId realm, int limit, LogPlace before = {});

}  // namespace tongxin::people
