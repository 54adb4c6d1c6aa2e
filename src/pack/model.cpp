#include "pack/model.hpp"

#include "pack/lua.hpp"

namespace tongxin::pack {
namespace {

template <class List>
int index_of(const List& list, std::string_view name) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].name == name) return int(i);
  return -1;
}
template <class List>
auto* find_named(const List& list, std::string_view name) {
  const int index = index_of(list, name);
  return index < 0 ? nullptr : &list[std::size_t(index)];
}

}  // namespace

const char* name_of(FieldType type) {
  static constexpr const char* kNames[] = {"text",    "long_text", "integer", "number",  "money",   "flag",   "choice",
                                           "choices", "day",       "time",    "phone",   "id_card", "person", "org",
                                           "orgs",    "area",      "record",  "records", "files",   "stars"};
  return kNames[int(type)];
}

const char* name_of(Display display) {
  static constexpr const char* kNames[] = {"waiting", "accepted", "handling", "checking", "done", "ended", "paused"};
  return kNames[int(display)];
}

const Field* Form::find(std::string_view name) const { return find_named(fields, name); }

const Category* Taxonomy::find(std::string_view code) const {
  for (const Category& category : categories)
    if (category.code == code) return &category;
  return nullptr;
}

const Argument* Effect::find(std::string_view argument) const {
  const auto found = arguments.find(argument);
  return found == arguments.end() ? nullptr : &found->second;
}

int Kind::state(std::string_view wanted) const { return index_of(states, wanted); }
int Kind::action(std::string_view wanted) const { return index_of(actions, wanted); }
int Kind::deadline(std::string_view wanted) const { return index_of(deadlines, wanted); }
int Kind::count(std::string_view wanted) const { return index_of(counts, wanted); }
int Kind::rate(std::string_view wanted) const { return index_of(rates, wanted); }

const Kind* Library::kind(std::string_view name) const {
  for (const auto& candidate : kinds)
    if (candidate->name == name) return candidate.get();
  return nullptr;
}
const Named* Library::role(std::string_view name) const { return find_named(roles, name); }
const Named* Library::function(std::string_view name) const { return find_named(functions, name); }
const Named* Library::org_kind(std::string_view name) const { return find_named(org_kinds, name); }
int Library::level_rank(std::string_view name) const { return index_of(levels, name); }

const Calendar& Library::calendar(std::string_view name) const {
  static const Calendar kOrdinary{ordinary_week()};
  const auto found = calendars.find(std::string(name));
  return found == calendars.end() ? kOrdinary : found->second;
}

}  // namespace tongxin::pack
