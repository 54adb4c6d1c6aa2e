// The directory: all organisations, posts and responsibilities of a realm, in memory, as they stood at one
// revision.
//
// Immutable after it is built, so any number of threads may ask it, without the database and without a lock.
// Keep the shared_ptr for the length of one request: spans, pointers and string views point into it. It holds
// former and future rows as well; every question about rights or duty names a Day.
//
// Cost: posts_of, org and holds are one hash look-up; responsible and climb one per level of the path (well
// below a microsecond); counts and lists are linear in what they walk.
//
// Area paths are taken at building time. When areas move (place/), build it again: see DirectoryCache.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "people/types.hpp"
#include "store/store.hpp"

namespace tongxin::people {

// The path of an area ("/0abc…/0def…/"), empty when it is not known.
using AreaPaths = std::function<std::string_view(AreaId)>;

// --- paths
// A path is a sequence of "/" + 13 letters, closed by "/". These functions read no more than the text.
bool on_path(std::string_view path, AreaId area);  // is the area the last one or an ancestor?
std::string_view path_up_to(std::string_view path,
                            AreaId area);  // … ending with that area; empty when not on it
std::string_view path_above(std::string_view path,
                            AreaId area);  // … ending with its parent; empty at the top
AreaId last_area(std::string_view path);   // none for an empty path

// Does the post's area lie on the path (the post reaches what is there)? Says nothing of days.
inline bool covers(const Post& post, std::string_view area_path) { return on_path(area_path, post.area); }

// --- answers
struct Responsible {
  OrgId org;
  std::string_view role;  // "" for any role of the org
  AreaId area;            // where the row stands: the level that answers
};

// One person holding two roles at the same place (一肩挑).
struct DualOffice {
  PersonId person;
  const Post* first;
  const Post* second;
};
struct DualOffices {
  int units = 0;                 // organisations with a live holder of the first role
  std::vector<DualOffice> dual;  // of these, the ones whose holder also has the second role; one per unit
  double share() const { return units == 0 ? 0 : double(dual.size()) / units; }
};
struct DualFilter {
  std::string_view org_kind{};   // of the first post's organisation; "" any
  std::string_view area_path{};  // the first post's area at or below it; "" anywhere
  bool same_area = true;         // both posts must name the same area; else any two posts of one person count
};

// One person in two or more units (交叉任职), posts in order of their start.
struct CrossAppointment {
  PersonId person;
  std::vector<const Post*> posts;
};

struct Staffing {
  int posts = 0;
  int people = 0;  // a person with two such posts counts once
  int areas = 0;   // distinct areas that such posts name
};

// What a Directory is built of; `load_directory` fills it from the store, tests by hand.
struct DirectoryRows {
  RealmId realm;
  std::int64_t revision = 0;
  std::vector<Org> orgs;
  std::vector<Post> posts;
  std::vector<Responsibility> responsibilities;
  std::unordered_map<PersonId, std::string> names;  // of those who hold or held a post
};

class Directory {
 public:
  Directory(DirectoryRows rows, const AreaPaths& area_paths);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  RealmId realm() const { return realm_; }
  std::int64_t revision() const { return revision_; }

  // Organisations
  const Org* org(OrgId id) const;  // null when unknown
  const Org* org_by_code(std::string_view code) const;
  std::span<const Org> orgs() const { return orgs_; }  // by path: every parent before its children
  std::span<const OrgId> children(OrgId id) const;     // by code; of none: the roots
  bool is_below(OrgId org, OrgId ancestor) const;      // or the same

  // Posts. Former and future ones too: filter with live(post, day).
  const Post* post(PostId id) const;
  std::span<const Post> posts_of(PersonId person) const;   // by from, id
  std::span<const Post* const> posts_in(OrgId org) const;  // by role, from, id
  std::span<const Post* const> posts_with_role(std::string_view role) const;
  std::span<const Post* const> posts_below(std::string_view role, std::string_view area_path) const;
  std::string_view name_of(PersonId person) const;  // "" for one who never held a post

  // The person's live post of this role (any role when "") that reaches the place; null when there is none.
  const Post* holds(PersonId person, std::string_view role, std::string_view area_path, Day day) const;
  // The people who live hold the role (any when "") in the organisation.
  std::vector<PersonId> holders(OrgId org, std::string_view role, Day day) const;

  // Who answers for a function at a place: the deepest area on the path that has a live row. At one area the
  // exact function beats "*", and then the exact stage beats "". Nobody: nullopt.
  std::optional<Responsible> responsible(std::string_view function, std::string_view area_path, std::string_view stage,
                                         Day day) const;
  // The same, at `start` (which must be on the path) or above it.
  std::optional<Responsible> responsible(std::string_view function, std::string_view area_path, AreaId start,
                                         std::string_view stage, Day day) const;
  // The next one strictly above `current`; nullopt at the top.
  std::optional<Responsible> climb(std::string_view function, AreaId current, std::string_view area_path,
                                   std::string_view stage, Day day) const;
  std::span<const Responsibility> responsibilities() const {
    return responsibilities_;
  }  // by area, function, stage, from

  // Figures
  DualOffices dual_offices(Day day, std::string_view role_first, std::string_view role_second,
                           const DualFilter& filter = {}) const;    // S04
  std::vector<CrossAppointment> cross_appointments(Day day) const;  // S08, S26
  // Live responsibilities whose organisation is closed or has no live post (in the row's role, where it names
  // one).
  std::vector<const Responsibility*> vacancies(Day day) const;  // S08: duties without an owner
  std::map<std::string, Staffing, std::less<>> staffing(std::string_view area_path,
                                                        Day day) const;  // S05, by role
  // Those of `areas` in which no live post of the role stands (posts at exactly that area).
  std::vector<AreaId> without(std::string_view role, std::span<const AreaId> areas, Day day) const;
  // Posts live on `today` that end on or before `day`, soonest first.
  std::vector<const Post*> ending(Day today, Day day) const;  // S04: term-end reminders

 private:
  using Range = std::pair<std::uint32_t, std::uint32_t>;
  void index_orgs();
  void index_posts(const AreaPaths& area_paths);
  void index_responsibilities();
  std::string_view area_path_of(const Post& post) const;

  RealmId realm_;
  std::int64_t revision_ = 0;
  std::vector<Org> orgs_;
  std::vector<Post> posts_;  // by person, from, id
  std::vector<Responsibility> responsibilities_;
  std::unordered_map<PersonId, std::string> names_;
  std::unordered_map<AreaId, std::string> area_paths_;

  std::unordered_map<OrgId, const Org*> org_by_id_;
  std::unordered_map<std::string_view, const Org*> org_by_code_;
  std::unordered_map<OrgId, std::vector<OrgId>> children_;
  std::unordered_map<PostId, const Post*> post_by_id_;
  std::unordered_map<PersonId, Range> posts_by_person_;
  std::vector<const Post*> by_org_, by_role_;  // by_role_: role, area path, from, id
  std::unordered_map<OrgId, Range> org_range_;
  std::unordered_map<std::string_view, Range> role_range_;
  std::vector<std::string> area_keys_;  // the 13 letters of an area, as they stand in a path
  std::unordered_map<std::string_view, Range> responsibility_range_;  // by area key
};

// Reads the realm's rows; `revision` is the one the transaction sees.
std::shared_ptr<const Directory> load_directory(store::Tx& tx, RealmId realm, const AreaPaths& area_paths);
// A new number with every change of organisations, posts or responsibilities; 0 before the first.
std::int64_t directory_revision(store::Tx& tx, RealmId realm);

// Keeps the newest directory of each realm. Thread-safe. One indexed select per call tells whether the kept
// one is still what the transaction sees; on another node's change it is loaded again. `area_version` is any
// number that changes when the areas' paths do.
class DirectoryCache {
 public:
  std::shared_ptr<const Directory> get(store::Tx& tx, RealmId realm, const AreaPaths& area_paths,
                                       std::int64_t area_version = 0);

 private:
  struct Kept {
    std::shared_ptr<const Directory> directory;
    std::int64_t area_version = 0;
  };
  std::mutex mutex_;
  std::unordered_map<RealmId, Kept> kept_;
};

}  // namespace tongxin::people
