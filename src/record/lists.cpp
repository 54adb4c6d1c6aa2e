// In whose lists a record stands.
#include "record/change.hpp"

namespace tongxin::record {

std::vector<Listing> scopes_of(const World& world, const Record& record, const std::vector<Participant>& participants) {
  std::vector<Listing> scopes;
  scopes.reserve(16);
  const pack::Kind* kind = world.library->kind(record.kind);
  const auto add = [&](std::int64_t scope, std::string_view list) {
    if (scope != 0) scopes.emplace_back(scope, list);
  };
  const int state = kind == nullptr ? -1 : kind->state(record.state);
  const bool published = state >= 0 && kind->published[std::size_t(state)];
  const AreaId area = record.area ? record.area : record.holder_area;
  for (const AreaId desk : world.desks->of(area)) {
    add(desk.value, record.kind);
    if (published) add(desk.value, kind->public_list);
  }
  add(record.holder_org.value, record.kind);
  add(record.holder_person.value, record.kind);
  add(record.reporter.value, record.kind);
  for (const Participant& participant : participants) {
    add(participant.org.value, record.kind);
    add(participant.person.value, record.kind);
  }
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  return scopes;
}

}  // namespace tongxin::record
