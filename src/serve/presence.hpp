// Who has which record open at this moment. Kept in memory, of one process: it is a hint between colleagues, nothing is
// decided by it, and after a restart everybody says so again within seconds.
#pragma once
#include <map>
#include <mutex>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"

namespace tongxin::serve {

struct Present {
  PersonId person;
  bool acting = false;
  Time until{};  // forgotten then, unless said again
};

class PresenceBoard {
 public:
  static constexpr std::chrono::seconds kLasts{30};
  static constexpr std::size_t kMostRecords = 10'000, kMostPeople = 20;

  // The others who have it open, by the order of their coming.
  std::vector<Present> say(RecordId record, PersonId person, bool acting, Time now);
  void leave(RecordId record, PersonId person, Time now);

 private:
  void forget(Time now);

  std::mutex mutex_;
  std::map<RecordId, std::vector<Present>> records_;
};

}  // namespace tongxin::serve
