#include "serve/lists.hpp"

#include <charconv>
#include <set>

#include "base/text.hpp"
#include "people/directory.hpp"
#include "record/sql.hpp"
#include "serve/openapi.hpp"
#include "serve/scope_merge.hpp"

namespace tongxin::serve {
namespace {

using record::Record;
using store::Sql;
using List = Wanted::List;

constexpr Sql kCountHeld{"count_held",
                         "SELECT r.state, count(*), sum(CASE WHEN r.due_at IS NOT NULL AND r.due_at <= $5 THEN 1 ELSE "
                         "0 END), r.category, r.holder_org FROM record_scope s "
                         "JOIN record r ON r.realm_id = s.realm_id AND r.id = s.record_id "
                         "WHERE s.realm_id=$1 AND s.scope=$2 AND s.list=$3 AND s.open=$4 AND (r.holder_org=$2 OR "
                         "r.holder_person=$2) GROUP BY r.state, r.category, r.holder_org"};
constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();
constexpr int kCounted = 2000;  // as far as a list to do is counted one by one

[[noreturn]] void wrong(std::string_view name, Words say) {
  throw Fault(Code::invalid, words("网址中的参数有误", "a parameter of the address is wrong"),
              {{"?" + std::string(name), "enum", std::move(say)}});
}

// ── cursors: what was looked at last; opaque to clients ──
struct Cursor {
  char of = 'r';  // r: by id; d: by due time; s: of a search
  std::int64_t id = kNewest, due = 0;
};

std::string to_cursor(const Cursor& cursor) {
  return base64url(fmt::format("{}:{}:{}", cursor.of, cursor.id, cursor.due));
}

Cursor read_cursor(const std::optional<std::string>& text, char of) {
  Cursor cursor{of, of == 'r' ? kNewest : 0, 0};
  if (!text) return cursor;
  const auto plain = from_base64url(*text);
  const auto fail = [] {
    wrong("cursor", words("游标不是本列表给出的", "this cursor is not one that this list gave"));
  };
  if (!plain || plain->size() < 5 || (*plain)[0] != of || (*plain)[1] != ':') fail();
  const char* end = plain->data() + plain->size();
  const auto first = std::from_chars(plain->data() + 2, end, cursor.id);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') fail();
  const auto second = std::from_chars(first.ptr + 1, end, cursor.due);
  if (second.ec != std::errc{} || second.ptr != end) fail();
  return cursor;
}

bool holds_it(const View& view, const Record& record) {
  const PersonId self = view.actor().person;
  if (record.holder_person == self) return true;
  for (const people::Post& post : view.world->directory->posts_of(self))
    if (people::live(post, view.today()) && post.org == record.holder_org) return true;
  return false;
}

bool is_public(const View& view, const Record& record) {
  const pack::Kind* kind = view.world->library->kind(record.kind);
  const int state = kind == nullptr ? -1 : kind->state(record.state);
  return state >= 0 && kind->published[std::size_t(state)];
}

// "collected,assigned" asks for either: a tab of the desk is a class of states.
bool among(std::string_view wanted, std::string_view state) {
  while (!wanted.empty()) {
    const std::size_t end = std::min(wanted.find(','), wanted.size());
    if (wanted.substr(0, end) == state) return true;
    wanted.remove_prefix(std::min(end + 1, wanted.size()));
  }
  return false;
}

// Does the record belong to this list, for this reader? How much of it is shown, or nothing.
Sight belongs(View& view, const Wanted& wanted, const Record& record) {
  if (wanted.kind && record.kind != *wanted.kind) return Sight::none;
  if (wanted.state && !among(*wanted.state, record.state)) return Sight::none;
  if (wanted.category && record.category != *wanted.category) return Sight::none;
  if (wanted.open && record.open != *wanted.open) return Sight::none;
  if (wanted.late && !(record.open && record.due_at && *record.due_at <= view.now)) return Sight::none;
  if (wanted.area && !people::on_path(record.path, *wanted.area)) return Sight::none;
  if (wanted.list == List::all) return is_public(view, record) ? Sight::open : Sight::none;
  if (wanted.list == List::todo && !holds_it(view, record)) return Sight::none;
  // One's own list holds what one raised or follows, not what one works on.
  if (wanted.list == List::mine && record.reporter != view.actor().person &&
      record.holder_person == view.actor().person)
    return Sight::none;
  const Sight sight = view.sight_of(record);
  return sight == Sight::open && wanted.list == List::area ? Sight::none : sight;
}

std::vector<std::string> kinds_of(const View& view, const Wanted& wanted) {
  std::vector<std::string> kinds;
  for (const auto& kind : view.world->library->kinds)
    if (!wanted.kind || kind->name == *wanted.kind) kinds.push_back(kind->name);
  if (kinds.empty()) wrong("kind", words("没有这类事项", "there is no such kind"));
  return kinds;
}

void add(std::vector<ListScope>& scopes, std::int64_t scope, std::string list) {
  ListScope one{scope, std::move(list)};
  if (scope != 0 && std::find(scopes.begin(), scopes.end(), one) == scopes.end()) scopes.push_back(std::move(one));
}

bool sees_at_place(const pack::Kind& kind, const std::string& role) {
  for (const pack::Who& who : kind.see)
    if (who.how == pack::Who::How::role_at_place &&
        (who.roles.empty() || std::find(who.roles.begin(), who.roles.end(), role) != who.roles.end()))
      return true;
  return false;
}

void add_area_scopes(const View& view, const Wanted& wanted, std::vector<ListScope>& scopes) {
  const record::World& world = *view.world;
  bool under = !wanted.area;
  for (const people::Post& post : world.directory->posts_of(view.actor().person)) {
    if (!people::live(post, view.today()) || world.atlas->find(post.area) == nullptr) continue;
    const AreaId area =
        wanted.area && world.atlas->find(*wanted.area) != nullptr && world.atlas->within(*wanted.area, post.area)
            ? *wanted.area
            : AreaId{};
    if (wanted.area && !area) continue;
    under = true;
    for (const std::string& kind : kinds_of(view, wanted))
      if (sees_at_place(world.kind(kind), post.role))
        add(scopes, desk_area(world, wanted.area ? area : post.area).value, kind);
  }
  if (!under) throw Fault(Code::forbidden, words("这个区域不在您的岗位范围内", "this area is not within your posts"));
  // What lies inside another of these lists is in it already.
  const auto inner = [&](const ListScope& one) {
    return std::any_of(scopes.begin(), scopes.end(), [&](const ListScope& other) {
      return other.list == one.list && other.scope != one.scope &&
             world.atlas->within(AreaId{one.scope}, AreaId{other.scope});
    });
  };
  std::vector<ListScope> outer;
  std::copy_if(scopes.begin(), scopes.end(), std::back_inserter(outer),
               [&](const ListScope& one) { return !inner(one); });
  scopes = std::move(outer);
}

void add_public_scopes(const View& view, const Wanted& wanted, std::vector<ListScope>& scopes) {
  const place::Atlas& atlas = *view.world->atlas;
  if (wanted.area && atlas.find(*wanted.area) == nullptr) wrong("area", words("没有这个区域", "there is no such area"));
  for (const std::string& kind : kinds_of(view, wanted)) {
    const std::string& list = view.world->kind(kind).public_list;
    if (wanted.area)
      add(scopes, desk_area(*view.world, *wanted.area).value, list);
    else
      for (const AreaId root : atlas.children({})) add(scopes, root.value, list);
  }
}

// ── the three ways of reading ──
api::RecordList newest_first(View& view, const Wanted& wanted) {
  api::RecordList page;
  const Cursor from = read_cursor(wanted.cursor, 'r');
  ScopeMerge merge(view.tx, view.app.realm, scopes_of(view, wanted), wanted.open, from.id);
  for (int examined = 0; examined < kExamined && int(page.items.size()) < wanted.limit;) {
    const auto ids = merge.next(std::size_t(std::min(wanted.limit - int(page.items.size()), kExamined - examined)));
    page.next.reset();
    if (ids.empty()) return page;
    examined += int(ids.size());
    page.next = to_cursor({'r', ids.back().value, 0});
    for (const record::RecordPtr& record : view.app.engine.look(view.tx, view.app.realm, ids))
      if (const Sight sight = record ? belongs(view, wanted, *record) : Sight::none; sight != Sight::none)
        page.items.push_back(view.row(*record, sight));
  }
  return page;
}

// Behind those that are due stand those without a deadline, newest first.
void add_without_deadline(View& view, const Wanted& wanted, std::int64_t below, api::RecordList& page) {
  ScopeMerge merge(view.tx, view.app.realm, scopes_of(view, wanted), wanted.open, below);
  for (int examined = 0;;) {
    const int room = std::min(wanted.limit - int(page.items.size()), kExamined - examined);
    const auto ids = merge.next(std::size_t(std::max(1, room)));
    if (ids.empty()) return;
    if (room <= 0) {
      page.next = to_cursor({'r', ids.front().value + 1, 0});
      return;
    }
    examined += int(ids.size());
    for (const record::RecordPtr& record : view.app.engine.look(view.tx, view.app.realm, ids))
      if (const Sight sight = record && !record->due_at ? belongs(view, wanted, *record) : Sight::none;
          sight != Sight::none)
        page.items.push_back(view.row(*record, sight));
  }
}

bool is_of(const std::optional<std::string>& cursor, char of) {
  const auto plain = cursor ? from_base64url(*cursor) : std::nullopt;
  return plain && !plain->empty() && plain->front() == of;
}

// By the index of what each organisation must do next.
api::RecordList soonest_first(View& view, const Wanted& wanted) {
  api::RecordList page;
  if (is_of(wanted.cursor, 'r')) {
    add_without_deadline(view, wanted, read_cursor(wanted.cursor, 'r').id, page);
    return page;
  }
  struct Line {
    std::int64_t due, id;
    record::RecordPtr record;
  };
  const Cursor from = read_cursor(wanted.cursor, 'd');
  std::vector<Line> lines;
  // As far as every organisation was read completely: behind that the order is not known yet.
  std::pair<std::int64_t, std::int64_t> complete{kNewest, kNewest};
  bool more = false;
  std::vector<OrgId> orgs;
  for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
    if (people::live(post, view.today()) && std::find(orgs.begin(), orgs.end(), post.org) == orgs.end())
      orgs.push_back(post.org);
  const int each_page = std::clamp(kExamined / std::max(1, int(orgs.size())), 20, 300);
  for (const OrgId org : orgs) {
    const auto ids =
        view.tx.all<RecordId>(record::sql::kDueOfHolder, view.app.realm, org, from.due, from.id, each_page);
    for (record::RecordPtr& record : view.app.engine.look(view.tx, view.app.realm, ids))
      if (record && record->due_at) lines.push_back({to_millis(*record->due_at), record->id.value, std::move(record)});
    if (int(ids.size()) < each_page) continue;
    more = true;
    complete = std::min(complete, {lines.back().due, lines.back().id});
  }
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return std::pair(a.due, a.id) < std::pair(b.due, b.id); });
  Cursor last = from;
  for (const Line& line : lines) {
    if (std::pair(line.due, line.id) > complete) break;
    if (int(page.items.size()) == wanted.limit) {
      more = true;
      break;
    }
    last = {'d', line.id, line.due};
    if (const Sight sight = belongs(view, wanted, *line.record); sight != Sight::none)
      page.items.push_back(view.row(*line.record, sight));
  }
  if (more)
    page.next = to_cursor(last);
  else
    add_without_deadline(view, wanted, kNewest, page);
  return page;
}

api::RecordList found(App& app, const Caller& caller, const Wanted& wanted) {
  const Cursor from = read_cursor(wanted.cursor, 's');
  app.store.read([&](store::Tx& tx) { scopes_of(View(app, tx, caller), wanted); });  // refuses who may not
  const auto accept = [&](store::Tx& tx, std::int64_t id) {
    View view(app, tx, caller);
    const auto record = app.engine.look(tx, app.realm, RecordId{id});
    return record && belongs(view, wanted, *record) != Sight::none;
  };
  std::int64_t below = 0;
  std::vector<RecordId> ids;
  for (const std::int64_t id :
       app.store.search(app.realm, wanted.kind.value_or(""), *wanted.q, from.id, wanted.limit, accept, &below))
    ids.push_back(RecordId{id});
  return app.store.read([&](store::Tx& tx) {
    View view(app, tx, caller);
    api::RecordList page;
    for (const record::RecordPtr& record : app.engine.look(tx, app.realm, ids))
      if (const Sight sight = record ? belongs(view, wanted, *record) : Sight::none; sight != Sight::none)
        page.items.push_back(view.row(*record, sight));
    if (below > 0) page.next = to_cursor({'s', below, 0});
    return page;
  });
}

}  // namespace

Wanted read_wanted(const Request& request) {
  Wanted wanted;
  const std::string list = query_text(request, "list").value_or("public");
  if (list == "todo")
    wanted.list = List::todo;
  else if (list == "area")
    wanted.list = List::area;
  else if (list == "mine")
    wanted.list = List::mine;
  else if (list != "public")
    wrong("list", words("应为 todo、area、mine 或 public", "expected todo, area, mine or public"));
  wanted.kind = query_text(request, "kind");
  wanted.state = query_text(request, "state");
  wanted.category = query_text(request, "category");
  wanted.q = query_text(request, "q");
  wanted.cursor = query_text(request, "cursor");
  wanted.area = query_id<AreaId>(request, "area");
  wanted.open = query_flag(request, "open");
  if (wanted.list == List::todo && !wanted.open) wanted.open = true;
  wanted.late = query_flag(request, "late").value_or(false);
  wanted.limit = int(query_integer(request, "limit", 1, 100).value_or(30));
  const std::string sort = query_text(request, "sort").value_or("new");
  if (sort != "new" && sort != "due") wrong("sort", words("应为 new 或 due", "expected new or due"));
  wanted.by_due = sort == "due";
  if (wanted.by_due && wanted.list != List::todo)
    wrong("sort", words("只有 list=todo 可按到期排序", "only list=todo is sorted by due time"));
  return wanted;
}

std::vector<ListScope> scopes_of(const View& view, const Wanted& wanted) {
  std::vector<ListScope> scopes;
  if (wanted.list == List::all) {
    add_public_scopes(view, wanted, scopes);
    return scopes;
  }
  if (!view.caller.signed_in) throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  if (wanted.list == List::area) {
    add_area_scopes(view, wanted, scopes);
    return scopes;
  }
  for (const std::string& kind : kinds_of(view, wanted)) {
    add(scopes, view.actor().person.value, kind);
    if (wanted.list != List::todo) continue;
    for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
      if (people::live(post, view.today())) add(scopes, post.org.value, kind);
  }
  return scopes;
}

api::RecordList list_records(App& app, const Caller& caller, const Wanted& wanted) {
  if (wanted.q) return found(app, caller, wanted);
  return app.store.read([&](store::Tx& tx) {
    View view(app, tx, caller);
    return list_records(view, wanted);
  });
}

api::RecordList list_records(View& view, const Wanted& wanted) {
  if (wanted.list != List::all && !view.caller.signed_in)
    throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  return wanted.by_due ? soonest_first(view, wanted) : newest_first(view, wanted);
}

// Does the reader see every record of the kind that stands to do in this list of a unit or a person? Else each is looked at: what
// the list leaves out must not be counted either, because the number alone would say that it exists.
bool sees_all_to_do(const View& view, const pack::Kind& kind, std::int64_t scope) {
  using How = pack::Who::How;
  const auto& posts = view.world->directory->posts_of(view.actor().person);
  return std::ranges::any_of(kind.see, [&](const pack::Who& who) {
    if (who.when) return false;
    if (scope == view.actor().person.value) return who.how == How::relation && who.relation == "holder";
    if (who.how != How::of_holder && who.how != How::of_holder_up) return false;
    return std::ranges::any_of(posts, [&](const people::Post& post) {
      return people::live(post, view.today()) && post.org.value == scope &&
             (who.roles.empty() || std::ranges::find(who.roles, post.role) != who.roles.end());
    });
  });
}

using StateCounts = std::map<std::pair<std::string, std::string>, api::StateCount>;

void count_each(View& view, const Wanted& wanted, const ListScope& scope, const std::set<std::int64_t>& units,
                StateCounts& states) {
  ScopeMerge merge(view.tx, view.app.realm, {scope}, true, kNewest);
  for (int examined = 0; examined < kCounted;) {
    const auto ids = merge.next(std::size_t(kExamined));
    if (ids.empty()) return;
    examined += int(ids.size());
    for (const record::RecordPtr& record : view.app.engine.look(view.tx, view.app.realm, ids)) {
      if (!record || belongs(view, wanted, *record) == Sight::none) continue;
      const bool of_unit = units.contains(record->holder_org.value);
      if (of_unit ? record->holder_org.value != scope.scope : record->holder_person.value != scope.scope) continue;
      api::StateCount fresh{record->kind, record->state, 0, 0};
      api::StateCount& count = states.try_emplace({record->kind, record->state}, std::move(fresh)).first->second;
      count.count += 1, count.late += record->due_at && *record->due_at <= view.now;
    }
  }
}

// Open records only: what a list of work holds is bounded by the work, not by its history.
api::RecordCounts count_records(View& view, const Wanted& wanted) {
  StateCounts states;
  api::RecordCounts counts{};
  // What is both my unit's and mine by name stands in two scopes and counts once: with the unit.
  std::set<std::int64_t> units;
  const bool todo = wanted.list == List::todo;
  if (todo)
    for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
      if (people::live(post, view.today())) units.insert(post.org.value);
  for (const ListScope& scope : scopes_of(view, wanted)) {
    const std::string kind = scope.list.starts_with("public/") ? scope.list.substr(7) : scope.list;
    if (todo && !sees_all_to_do(view, view.world->kind(kind), scope.scope)) {
      count_each(view, wanted, scope, units, states);
      continue;
    }
    view.tx.each(
        todo ? kCountHeld : record::sql::kCountStates,
        [&](const store::Row& row) {
          const std::string state = row.get<std::string>(0);
          if (wanted.state && !among(*wanted.state, state)) return;
          if (wanted.category && row.get<std::string>(3) != *wanted.category) return;
          if (todo && row.integer(4) != scope.scope && units.contains(row.integer(4))) return;
          api::StateCount& count = states.try_emplace({kind, state}, api::StateCount{kind, state, 0, 0}).first->second;
          count.count += row.integer(1), count.late += row.integer(2);
        },
        view.app.realm, scope.scope, scope.list, true, view.now);
  }
  for (const auto& [key, count] : states) {
    counts.open += count.count, counts.late += count.late;
    counts.states.push_back(count);
  }
  return counts;
}

}  // namespace tongxin::serve
