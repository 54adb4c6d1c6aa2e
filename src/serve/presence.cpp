#include "serve/presence.hpp"

#include <algorithm>

namespace tongxin::serve {

std::vector<Present> PresenceBoard::say(RecordId record, PersonId person, bool acting, Time now) {
  const std::lock_guard lock(mutex_);
  if (records_.size() >= kMostRecords) forget(now);
  if (records_.size() >= kMostRecords && !records_.contains(record)) return {};
  std::vector<Present>& here = records_[record];
  std::erase_if(here, [&](const Present& each) { return each.until <= now; });
  const auto mine = std::find_if(here.begin(), here.end(), [&](const Present& each) { return each.person == person; });
  if (mine != here.end())
    mine->acting = acting, mine->until = now + kLasts;
  else if (here.size() < kMostPeople)
    here.push_back({person, acting, now + kLasts});
  std::vector<Present> others = here;
  std::erase_if(others, [&](const Present& each) { return each.person == person; });
  return others;
}

void PresenceBoard::leave(RecordId record, PersonId person, Time now) {
  const std::lock_guard lock(mutex_);
  const auto at = records_.find(record);
  if (at == records_.end()) return;
  std::erase_if(at->second, [&](const Present& each) { return each.person == person || each.until <= now; });
  if (at->second.empty()) records_.erase(at);
}

void PresenceBoard::forget(Time now) {
  std::erase_if(records_, [&](const auto& each) {
    return std::all_of(each.second.begin(), each.second.end(), [&](const Present& one) { return one.until <= now; });
  });
}

}  // namespace tongxin::serve
