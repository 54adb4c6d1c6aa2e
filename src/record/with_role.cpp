#include "record/with_role.hpp"

namespace tongxin::record {

void each_with_role_here(const Change& change, std::string_view role, const std::function<bool(PersonId)>& visit) {
  for (const people::Post* post : change.world->directory->posts_with_role(role))
    if (people::live(*post, change.today()) && people::covers(*post, change.record.path) && !visit(post->person))
      return;
}

Words about_record(const Change& change, const Words& say) {
  return {fmt::format("{}：{}", change.record.number, say.zh), fmt::format("{}: {}", change.record.number, say.en)};
}

}  // namespace tongxin::record
