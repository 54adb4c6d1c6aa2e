#include "people/directory.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace tongxin::people {
namespace {

constexpr std::size_t kStep = 14;  // "/" and 13 letters

bool is_path(std::string_view path) { return path.size() > 1 && path.size() % kStep == 1; }

// Where in the path the area's letters start; npos when it is not on it. The deepest place if it stood there
// twice.
std::size_t place_on(std::string_view path, AreaId area) {
  if (!area || !is_path(path)) return std::string_view::npos;
  const std::string key = id_text(area.value);
  for (std::size_t at = path.size() - kStep; at != std::string_view::npos;
       at = at >= kStep ? at - kStep : std::string_view::npos)
    if (path.substr(at, kStep - 1) == key) return at;
  return std::string_view::npos;
}

template <class T, class Key, class Map>
void index_ranges(const std::vector<T>& rows, Key key, Map& ranges) {
  for (std::uint32_t i = 0; i < rows.size();) {
    std::uint32_t end = i + 1;
    while (end < rows.size() && key(rows[end]) == key(rows[i])) ++end;
    ranges.emplace(key(rows[i]), std::pair{i, end});
    i = end;
  }
}

template <class T, class Map, class Key>
std::span<const T> range_of(const std::vector<T>& rows, const Map& ranges, const Key& key) {
  const auto found = ranges.find(key);
  if (found == ranges.end()) return {};
  return std::span(rows).subspan(found->second.first, found->second.second - found->second.first);
}

bool role_fits(const Post& post, std::string_view role) { return role.empty() || post.role == role; }

}  // namespace

bool on_path(std::string_view path, AreaId area) { return place_on(path, area) != std::string_view::npos; }

std::string_view path_up_to(std::string_view path, AreaId area) {
  const std::size_t at = place_on(path, area);
  return at == std::string_view::npos ? std::string_view{} : path.substr(0, at + kStep);
}

std::string_view path_above(std::string_view path, AreaId area) {
  const std::size_t at = place_on(path, area);
  return at == std::string_view::npos || at <= 1 ? std::string_view{} : path.substr(0, at);
}

AreaId last_area(std::string_view path) {
  if (!is_path(path)) return {};
  const auto value = parse_id(path.substr(path.size() - kStep, kStep - 1));
  return value ? AreaId{*value} : AreaId{};
}

// --- building

Directory::Directory(DirectoryRows rows, const AreaPaths& area_paths)
    : realm_(rows.realm),
      revision_(rows.revision),
      orgs_(std::move(rows.orgs)),
      posts_(std::move(rows.posts)),
      responsibilities_(std::move(rows.responsibilities)),
      names_(std::move(rows.names)) {
  index_orgs();
  index_posts(area_paths);
  index_responsibilities();
}

void Directory::index_orgs() {
  std::ranges::sort(orgs_, {}, [](const Org& org) -> std::string_view { return org.path; });
  std::vector<const Org*> by_code;
  for (const Org& org : orgs_) {
    org_by_id_.emplace(org.id, &org);
    org_by_code_.emplace(org.code, &org);
    by_code.push_back(&org);
  }
  std::ranges::sort(by_code, {}, [](const Org* org) -> std::string_view { return org->code; });
  for (const Org* org : by_code) children_[org->parent].push_back(org->id);
}

void Directory::index_posts(const AreaPaths& area_paths) {
  std::ranges::sort(posts_, {}, [](const Post& p) { return std::tuple(p.person, p.from, p.id); });
  index_ranges(
      posts_, [](const Post& p) { return p.person; }, posts_by_person_);
  for (const Post& post : posts_) {
    post_by_id_.emplace(post.id, &post);
    if (post.area && !area_paths_.contains(post.area)) area_paths_.emplace(post.area, area_paths(post.area));
    by_org_.push_back(&post);
  }
  by_role_ = by_org_;
  std::ranges::sort(by_org_, {},
                    [](const Post* p) { return std::tuple(p->org, std::string_view(p->role), p->from, p->id); });
  index_ranges(
      by_org_, [](const Post* p) { return p->org; }, org_range_);
  std::ranges::sort(by_role_, {}, [this](const Post* p) {
    return std::tuple(std::string_view(p->role), area_path_of(*p), p->from, p->id);
  });
  index_ranges(
      by_role_, [](const Post* p) { return std::string_view(p->role); }, role_range_);
}

void Directory::index_responsibilities() {
  std::ranges::sort(responsibilities_, {}, [](const Responsibility& r) {
    return std::tuple(r.area, std::string_view(r.function), std::string_view(r.stage), r.from);
  });
  std::unordered_map<AreaId, Range> ranges;
  index_ranges(
      responsibilities_, [](const Responsibility& r) { return r.area; }, ranges);
  area_keys_.reserve(ranges.size());  // the views below point into it
  for (const auto& [area, range] : ranges)
    responsibility_range_.emplace(area_keys_.emplace_back(id_text(area.value)), range);
}

std::string_view Directory::area_path_of(const Post& post) const {
  const auto found = area_paths_.find(post.area);
  return found == area_paths_.end() ? std::string_view{} : std::string_view(found->second);
}

// --- organisations

const Org* Directory::org(OrgId id) const {
  const auto found = org_by_id_.find(id);
  return found == org_by_id_.end() ? nullptr : found->second;
}

const Org* Directory::org_by_code(std::string_view code) const {
  const auto found = org_by_code_.find(code);
  return found == org_by_code_.end() ? nullptr : found->second;
}

std::span<const OrgId> Directory::children(OrgId id) const {
  const auto found = children_.find(id);
  return found == children_.end() ? std::span<const OrgId>{} : std::span<const OrgId>(found->second);
}

bool Directory::is_below(OrgId id, OrgId ancestor) const {
  const Org *below = org(id), *above = org(ancestor);
  return below && above && below->path.starts_with(above->path);
}

// --- posts

const Post* Directory::post(PostId id) const {
  const auto found = post_by_id_.find(id);
  return found == post_by_id_.end() ? nullptr : found->second;
}

std::span<const Post> Directory::posts_of(PersonId person) const { return range_of(posts_, posts_by_person_, person); }

std::span<const Post* const> Directory::posts_in(OrgId org) const { return range_of(by_org_, org_range_, org); }

std::span<const Post* const> Directory::posts_with_role(std::string_view role) const {
  return range_of(by_role_, role_range_, role);
}

std::span<const Post* const> Directory::posts_below(std::string_view role, std::string_view area_path) const {
  const auto all = posts_with_role(role);
  if (area_path.empty()) return all;
  const auto path = [this](const Post* post) { return area_path_of(*post); };
  const auto first = std::ranges::lower_bound(all, area_path, {}, path);
  const auto last = std::find_if_not(first, all.end(), [&](const Post* p) { return path(p).starts_with(area_path); });
  return std::span(first, last);
}

std::string_view Directory::name_of(PersonId person) const {
  const auto found = names_.find(person);
  return found == names_.end() ? std::string_view{} : std::string_view(found->second);
}

const Post* Directory::holds(PersonId person, std::string_view role, std::string_view area_path, Day day) const {
  for (const Post& post : posts_of(person))
    if (role_fits(post, role) && live(post, day) && covers(post, area_path)) return &post;
  return nullptr;
}

std::vector<PersonId> Directory::holders(OrgId org, std::string_view role, Day day) const {
  std::vector<PersonId> people;
  for (const Post* post : posts_in(org))
    if (role_fits(*post, role) && live(*post, day)) people.push_back(post->person);
  std::ranges::sort(people);
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

// --- who answers

std::optional<Responsible> Directory::responsible(std::string_view function, std::string_view area_path,
                                                  std::string_view stage, Day day) const {
  if (!is_path(area_path)) return std::nullopt;
  for (std::size_t end = area_path.size(); end > kStep; end -= kStep) {
    const Responsibility* best = nullptr;
    int best_rank = 0;
    for (const Responsibility& row :
         range_of(responsibilities_, responsibility_range_, area_path.substr(end - kStep, kStep - 1))) {
      const bool exact = row.function == function;
      if (!live(row, day) || (!exact && row.function != "*") || (row.stage != stage && !row.stage.empty())) continue;
      const int rank = 1 + 2 * exact + (row.stage == stage);
      if (rank > best_rank) best = &row, best_rank = rank;
    }
    if (best) return Responsible{best->org, best->role, best->area};
  }
  return std::nullopt;
}

std::optional<Responsible> Directory::responsible(std::string_view function, std::string_view area_path, AreaId start,
                                                  std::string_view stage, Day day) const {
  return responsible(function, path_up_to(area_path, start), stage, day);
}

std::optional<Responsible> Directory::climb(std::string_view function, AreaId current, std::string_view area_path,
                                            std::string_view stage, Day day) const {
  return responsible(function, path_above(area_path, current), stage, day);
}

// --- figures

DualOffices Directory::dual_offices(Day day, std::string_view role_first, std::string_view role_second,
                                    const DualFilter& filter) const {
  DualOffices answer;
  std::set<OrgId> units, dual_units;
  for (const Post* first : posts_below(role_first, filter.area_path)) {
    const Org* unit = org(first->org);
    if (!live(*first, day) || !unit || (!filter.org_kind.empty() && unit->kind != filter.org_kind)) continue;
    units.insert(first->org);
    for (const Post& second : posts_of(first->person)) {
      if (second.role != role_second || second.id == first->id || !live(second, day)) continue;
      if (filter.same_area && second.area != first->area) continue;
      if (dual_units.insert(first->org).second) answer.dual.push_back({first->person, first, &second});
      break;
    }
  }
  answer.units = int(units.size());
  return answer;
}

std::vector<CrossAppointment> Directory::cross_appointments(Day day) const {
  std::vector<CrossAppointment> answer;
  for (std::size_t i = 0; i < posts_.size();) {
    CrossAppointment one{posts_[i].person, {}};
    std::set<OrgId> units;
    for (; i < posts_.size() && posts_[i].person == one.person; ++i) {
      if (!live(posts_[i], day)) continue;
      one.posts.push_back(&posts_[i]);
      units.insert(posts_[i].org);
    }
    if (units.size() > 1) answer.push_back(std::move(one));
  }
  return answer;
}

std::vector<const Responsibility*> Directory::vacancies(Day day) const {
  std::vector<const Responsibility*> answer;
  for (const Responsibility& row : responsibilities_) {
    if (!live(row, day)) continue;
    const Org* owner = org(row.org);
    const bool held = owner && live(*owner, day) && std::ranges::any_of(posts_in(row.org), [&](const Post* post) {
                        return live(*post, day) && role_fits(*post, row.role);
                      });
    if (!held) answer.push_back(&row);
  }
  return answer;
}

std::map<std::string, Staffing, std::less<>> Directory::staffing(std::string_view area_path, Day day) const {
  std::map<std::string, Staffing, std::less<>> answer;
  for (const auto& [role, range] : role_range_) {
    std::unordered_set<PersonId> people;
    std::unordered_set<AreaId> areas;
    int posts = 0;
    for (const Post* post : posts_below(role, area_path)) {
      if (!live(*post, day)) continue;
      ++posts;
      people.insert(post->person);
      areas.insert(post->area);
    }
    if (posts > 0) answer[std::string(role)] = {posts, int(people.size()), int(areas.size())};
  }
  return answer;
}

std::vector<AreaId> Directory::without(std::string_view role, std::span<const AreaId> areas, Day day) const {
  std::unordered_set<AreaId> staffed;
  for (const Post* post : posts_with_role(role))
    if (live(*post, day)) staffed.insert(post->area);
  std::vector<AreaId> answer;
  std::ranges::copy_if(areas, std::back_inserter(answer), [&](AreaId area) { return !staffed.contains(area); });
  return answer;
}

std::vector<const Post*> Directory::ending(Day today, Day day) const {
  std::vector<const Post*> answer;
  for (const Post& post : posts_)
    if (live(post, today) && post.until != 0 && post.until <= day) answer.push_back(&post);
  std::ranges::stable_sort(answer, {}, [](const Post* post) { return post->until; });
  return answer;
}

}  // namespace tongxin::people
