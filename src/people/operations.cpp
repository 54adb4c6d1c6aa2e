#include "people/operations.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "people/directory.hpp"
#include "people/sql.hpp"

namespace tongxin::people {
namespace {

[[noreturn]] void refuse(Code code, std::string at, std::string kind, Words say) {
  throw Fault(code, say, {{std::move(at), std::move(kind), say}});
}

void need_word(std::string_view at, std::string_view text, std::size_t longest) {
  if (trim(text).empty())
    refuse(Code::invalid, std::string(at), "required", words("{} 不能为空", "{} must not be empty", at));
  if (!is_utf8(text) || !is_one_line(text) || count_code_points(text) > longest)
    refuse(Code::invalid, std::string(at), "length",
           words("{} 应是一行不超过 {} 个字的文字", "{} must be one line of at most {} characters", at, longest));
}

void need_span(Day from, Day until) {
  if (!is_day(from))
    refuse(Code::invalid, "/from", "format", words("开始日期不是有效日期", "the first day is not a date"));
  if (until != 0 && !is_day(until))
    refuse(Code::invalid, "/until", "format", words("结束日期不是有效日期", "the last day is not a date"));
  if (until != 0 && until <= from)
    refuse(Code::invalid, "/until", "range",
           words("结束日期 {} 应晚于开始日期 {}", "the end {} must come after the beginning {}", to_day_text(until),
                 to_day_text(from)));
}

bool overlap(Day from_a, Day until_a, Day from_b, Day until_b) {
  return (until_b == 0 || from_a < until_b) && (until_a == 0 || from_b < until_a);
}

Org need_org(store::Tx& tx, RealmId realm, OrgId id, std::string_view at) {
  auto found = find_org(tx, realm, id);
  if (!found)
    refuse(Code::not_found, std::string(at), "unknown",
           words("没有编号为 {} 的组织", "there is no organisation with the id {}", to_text(id)));
  return std::move(*found);
}

void need_open(const Org& org, Day day, std::string_view at) {
  if (live(org, day)) return;
  if (day < org.from)
    refuse(
        Code::not_now, std::string(at), "closed",
        words(
            "组织“{}”的成立日期是 {}（没有填写时就是登记当天），{} 还不存在；请改用成立以后的日期，"
            "或撤回该组织的导入，填上成立日期再导入",
            "the organisation {} was founded on {} (where no day was given, the day on which it was entered) and does "
            "not exist on {}: use a later day, or take the organisation's import back and bring it in with its "
            "founding day",
            org.name, to_day_text(org.from), to_day_text(day)));
  refuse(Code::not_now, std::string(at), "closed",
         words("组织“{}”已于 {} 撤销", "the organisation {} was closed on {}", org.name, to_day_text(org.until)));
}

void raise(store::Tx& tx, const Doing& doing) {
  // An id, not a count: a number that was rolled back never comes again with another meaning.
  tx.run(sql::kRaiseDirectory, doing.realm, doing.ids.next());
}

void place_below(store::Tx& tx, RealmId realm, Org& org) {
  std::string above = "/";
  org.depth = 0;
  if (org.parent) {
    const Org parent = need_org(tx, realm, org.parent, "/parent");
    need_open(parent, org.from, "/parent");
    above = parent.path;
    org.depth = parent.depth + 1;
  }
  org.path = above + id_text(org.id.value) + "/";
}

}  // namespace

// --- audit

void audit(store::Tx& tx, const Doing& doing, std::string_view what, std::int64_t subject) {
  tx.run(sql::kAudit, doing.realm, doing.today(), doing.ids.next(), doing.at, doing.actor, what, subject, doing.reason);
}

std::vector<AuditEntry> audit_of(store::Tx& tx, RealmId realm, std::int64_t subject, int limit, std::int64_t before) {
  return tx.all<AuditEntry>(sql::kAuditOf, realm, subject, before, limit);
}

std::vector<AuditEntry> audit_of_all(store::Tx& tx, RealmId realm, int limit, LogPlace before) {
  return tx.all<AuditEntry>(sql::kAuditAll, realm, before.day, before.id, limit);
}

// --- organisations

std::optional<Org> find_org(store::Tx& tx, RealmId realm, OrgId org) { return tx.one<Org>(sql::kOrg, realm, org); }

std::optional<Org> find_org(store::Tx& tx, RealmId realm, std::string_view code) {
  return tx.one<Org>(sql::kOrgByCode, realm, code);
}

std::vector<OrgVersion> org_history(store::Tx& tx, RealmId realm, OrgId org) {
  return tx.all<OrgVersion>(sql::kOrgVersions, realm, org);
}

OrgId add_org(store::Tx& tx, const Doing& doing, Org org) {
  need_word("/kind", org.kind, 64);
  need_word("/code", org.code, 64);
  need_word("/name", org.name, 100);
  need_span(org.from, org.until);
  raise(tx, doing);
  if (!org.id) org.id = doing.ids.make<OrgId>();
  if (find_org(tx, doing.realm, org.code) || find_org(tx, doing.realm, org.id))
    refuse(Code::conflict, "/code", "duplicate",
           words("已有编码为 {} 的组织", "there is an organisation with the code {} already", org.code));
  place_below(tx, doing.realm, org);
  tx.run(sql::kAddOrg, doing.realm, org.id, org.parent, org.kind, org.code, org.name, org.area, org.from, org.until,
         org.path, org.depth);
  tx.run(sql::kAddOrgVersion, doing.realm, org.id, org.from, org.parent, org.name, org.area, doing.actor, doing.at);
  audit(tx, doing, "org.add", org.id.value);
  return org.id;
}

void change_org(store::Tx& tx, const Doing& doing, OrgId id, const OrgChange& change, Day from) {
  raise(tx, doing);
  Org org = need_org(tx, doing.realm, id, "/id");
  const std::string old_path = org.path;
  const int old_depth = org.depth;
  const auto history = org_history(tx, doing.realm, id);
  const Day earliest = history.empty() ? org.from : history.back().from;
  if (!is_day(from) || from > doing.today() || from < earliest)
    refuse(Code::invalid, "/from", "range",
           words("变更日期应在 {} 至 {} 之间", "the day of the change must lie between {} and {}",
                 to_day_text(earliest), to_day_text(doing.today())));
  if (change.kind) need_word("/kind", org.kind = *change.kind, 64);
  if (change.name) need_word("/name", org.name = *change.name, 100);
  if (change.area) org.area = *change.area;
  if (change.parent && *change.parent != org.parent) {
    org.parent = *change.parent;
    const auto target = org.parent ? find_org(tx, doing.realm, org.parent) : std::nullopt;
    if (target && target->path.starts_with(old_path))
      refuse(Code::invalid, "/parent", "cycle",
             words("组织不能移到自己或自己的下级之下", "an organisation cannot be moved below itself"));
    if (target) need_open(*target, from, "/parent");
    const Day first_day = std::exchange(org.from, std::max(org.from, from));
    place_below(tx, doing.realm, org);
    org.from = first_day;
    tx.run(sql::kMovePaths, doing.realm, old_path, org.path, org.depth - old_depth);
  }
  tx.run(sql::kChangeOrg, doing.realm, id, org.parent, org.kind, org.name, org.area);
  if (from > earliest) tx.run(sql::kCloseOrgVersion, doing.realm, id, from);
  tx.run(sql::kAddOrgVersion, doing.realm, id, from, org.parent, org.name, org.area, doing.actor, doing.at);
  audit(tx, doing, "org.change", id.value);
}

void close_org(store::Tx& tx, const Doing& doing, OrgId id, Day until) {
  raise(tx, doing);
  const Org org = need_org(tx, doing.realm, id, "/id");
  need_span(org.from, until);
  if (until == 0) refuse(Code::invalid, "/until", "required", words("请写明撤销日期", "say the day it closes"));
  const auto children = tx.one<std::int64_t>(sql::kOpenChildren, doing.realm, id, until).value_or(0);
  const auto posts = tx.one<std::int64_t>(sql::kLivePostsIn, doing.realm, id, until).value_or(0);
  if (children + posts > 0)
    refuse(Code::not_now, "/until", "in_use",
           words("“{}”下还有 {} 个组织和 {} 个岗位在 {} 之后有效，请先调整它们",
                 "{} still has {} organisations below it and {} posts after {}; move or end them first", org.name,
                 children, posts, to_day_text(until)));
  tx.run(sql::kCloseOrg, doing.realm, id, until);
  tx.run(sql::kCloseOrgVersion, doing.realm, id, until);
  audit(tx, doing, "org.close", id.value);
}

// --- posts

std::vector<Post> posts_of(store::Tx& tx, RealmId realm, PersonId person) {
  return tx.all<Post>(sql::kPostsOf, realm, person);
}

PostId appoint(store::Tx& tx, const Doing& doing, Post post) {
  need_word("/role", post.role, 64);
  need_span(post.from, post.until);
  raise(tx, doing);
  const auto person = tx.one<Person>(sql::kPerson, doing.realm, post.person);
  if (!person || person->erased)
    refuse(Code::not_found, "/person", "unknown",
           words("没有编号为 {} 的人员", "there is no person with the id {}", to_text(post.person)));
  const Org org = need_org(tx, doing.realm, post.org, "/org");
  need_open(org, post.from, "/org");
  if (org.until != 0 && (post.until == 0 || post.until > org.until))
    refuse(Code::not_now, "/until", "closed",
           words("“{}”将于 {} 撤销，任期不能超过该日", "{} closes on {}; the term cannot outlast it", org.name,
                 to_day_text(org.until)));
  for (const Post& held : posts_of(tx, doing.realm, post.person)) {
    const bool same =
        held.id == post.id || (held.role == post.role && held.org == post.org && held.area == post.area &&
                               held.from != held.until && overlap(held.from, held.until, post.from, post.until));
    if (same)
      refuse(Code::conflict, "/from", "duplicate",
             words("{} 已在“{}”担任同一岗位（自 {} 起）", "{} holds the same post in {} already (from {})",
                   person->name, org.name, to_day_text(held.from)));
  }
  if (!post.id) post.id = doing.ids.make<PostId>();
  tx.run(sql::kAddPost, doing.realm, post.id, post.person, post.role, post.org, post.area, post.from, post.until,
         post.how, post.work_phone);
  audit(tx, doing, "post.add", post.id.value);
  return post.id;
}

void end_post(store::Tx& tx, const Doing& doing, PostId id, Day until) {
  raise(tx, doing);
  const auto post = tx.one<Post>(sql::kPost, doing.realm, id);
  if (!post) refuse(Code::not_found, "/id", "unknown", words("没有这个岗位", "there is no such post"));
  if (!is_day(until) || until < post->from || (post->until != 0 && until > post->until))
    refuse(Code::invalid, "/until", "range",
           words("结束日期应不早于 {}，且不晚于原定结束日；延长任期请重新任命",
                 "the end must not be before {} nor after the end already set; a longer term is a new appointment",
                 to_day_text(post->from)));
  tx.run(sql::kEndPost, doing.realm, id, until);
  audit(tx, doing, "post.end", id.value);
}

void set_work_phone(store::Tx& tx, const Doing& doing, PostId id, std::string_view how, std::string_view work_phone) {
  raise(tx, doing);
  if (tx.run(sql::kChangePost, doing.realm, id, how, work_phone) == 0)
    refuse(Code::not_found, "/id", "unknown", words("没有这个岗位", "there is no such post"));
  audit(tx, doing, "post.change", id.value);
}

// --- responsibilities

ResponsibilityId set_responsibility(store::Tx& tx, const Doing& doing, const NewResponsibility& wanted) {
  need_word("/function", wanted.function, 64);
  need_span(wanted.from, 0);
  if (!wanted.area) refuse(Code::invalid, "/area", "required", words("请写明区域", "say the area"));
  raise(tx, doing);
  if (wanted.org) need_open(need_org(tx, doing.realm, wanted.org, "/org"), wanted.from, "/org");

  Day until = 0;
  for (const auto& row :
       tx.all<Responsibility>(sql::kResponsibilitiesAt, doing.realm, wanted.area, wanted.function, wanted.stage)) {
    if (row.from > wanted.from) {
      if (until == 0) until = row.from;
      break;
    }
    if (!live(row, wanted.from)) continue;
    until = row.until;
    if (row.from == wanted.from) {
      tx.run(sql::kDropResponsibility, doing.realm, row.id);
    } else {
      tx.run(sql::kEndResponsibility, doing.realm, row.id, wanted.from);
    }
  }
  ResponsibilityId id;
  if (wanted.org) {
    id = doing.ids.make<ResponsibilityId>();
    tx.run(sql::kAddResponsibility, doing.realm, id, wanted.function, wanted.area, wanted.stage, wanted.org,
           wanted.role, wanted.from, until);
  }
  audit(tx, doing, "responsibility.set", wanted.org ? id.value : wanted.area.value);
  return id;
}

// --- the directory's rows

std::int64_t directory_revision(store::Tx& tx, RealmId realm) {
  return tx.one<std::int64_t>(sql::kDirectoryRevision, realm).value_or(0);
}

std::shared_ptr<const Directory> load_directory(store::Tx& tx, RealmId realm, const AreaPaths& area_paths) {
  DirectoryRows rows;
  rows.realm = realm;
  rows.revision = directory_revision(tx, realm);
  rows.orgs = tx.all<Org>(sql::kAllOrgs, realm);
  rows.posts = tx.all<Post>(sql::kAllPosts, realm);
  rows.responsibilities = tx.all<Responsibility>(sql::kAllResponsibilities, realm);
  tx.each(
      sql::kPostHolders,
      [&](const store::Row& row) { rows.names.emplace(row.get<PersonId>(0), row.get<std::string>(1)); }, realm);
  return std::make_shared<const Directory>(std::move(rows), area_paths);
}

std::shared_ptr<const Directory> DirectoryCache::get(store::Tx& tx, RealmId realm, const AreaPaths& area_paths,
                                                     std::int64_t area_version) {
  const std::int64_t revision = directory_revision(tx, realm);
  {
    const std::lock_guard lock(mutex_);
    const auto kept = kept_.find(realm);
    if (kept != kept_.end() && kept->second.directory->revision() == revision &&
        kept->second.area_version == area_version)
      return kept->second.directory;
  }
  auto loaded = load_directory(tx, realm, area_paths);
  const std::lock_guard lock(mutex_);
  kept_[realm] = {loaded, area_version};
  return loaded;
}

}  // namespace tongxin::people
