#include "exchange/export.hpp"

#include <algorithm>

#include "exchange/target.hpp"
#include "people/types.hpp"

namespace tongxin::exchange {
namespace {

using store::Sql;
using store::Tx;
using table::Out;

constexpr int kPage = 500;
constexpr Sql kPeoplePage{
    "exchange_people",
    "SELECT id, code, name, sort_key, purpose, delete_after, erased FROM persons WHERE realm_id=$1 AND "
    "code > $2 AND code <> '' ORDER BY code LIMIT $3"};
// Last: an import asks for their codes by line.
constexpr Sql kPeopleWithoutCode{
    "exchange_people_without_code",
    "SELECT id, code, name, sort_key, purpose, delete_after, erased FROM persons WHERE realm_id=$1 AND "
    "code = '' AND id > $2 ORDER BY id LIMIT $3"};
struct AccountLine {
  std::string login;
  bool disabled = false;
  PersonId id;
  std::string code, name, sort_key, purpose;
  Day delete_after = 0;
  bool erased = false;
};
BOOST_DESCRIBE_STRUCT(AccountLine, (), (login, disabled, id, code, name, sort_key, purpose, delete_after, erased))

constexpr Sql kAccountsPage{"exchange_accounts",
                            "SELECT a.login, a.disabled, p.id, p.code, p.name, p.sort_key, p.purpose, p.delete_after, "
                            "p.erased FROM accounts a JOIN persons p ON p.realm_id = a.realm_id AND p.id = a.person "
                            "WHERE a.realm_id=$1 AND a.login > $2 ORDER BY a.login LIMIT $3"};
constexpr Sql kPostsOfPerson{
    "exchange_posts",
    "SELECT id, person, role, org, area, from_day, until_day, how, work_phone FROM posts WHERE "
    "realm_id=$1 AND person=$2 ORDER BY from_day, id"};
constexpr Sql kHouseholdsPage{
    "exchange_households",
    "SELECT id, area, unit, wish FROM households WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT $3"};

class Exporter {
 public:
  Exporter(const Context& context, Language language, table::Writer& out)
      : context_(context), language_(language), out_(out) {
    world_ = context.store.read([&](Tx& tx) { return context.engine.worlds().current(tx, context.realm); });
  }

  void areas() {
    for (const place::Area& area : world_->atlas->all()) {
      if (area.until != 0) continue;
      const place::Area* parent = world_->atlas->find(area.parent);
      const auto degrees = [](const std::optional<double>& value) { return value ? Out::of_number(*value) : Out{}; };
      out_.row({Out::of(area.code), Out::of(area.name), Out::of(label(levels(), area.level)),
                Out::of(parent != nullptr ? parent->code : ""), Out::of_number(area.order), degrees(area.lon),
                degrees(area.lat), Out::of_day(area.from)});
    }
  }
  void orgs() {
    std::vector<const people::Org*> orgs;
    for (const people::Org& org : world_->directory->orgs())
      if (may(org.area)) orgs.push_back(&org);
    std::sort(orgs.begin(), orgs.end(), [](const auto* a, const auto* b) { return a->path < b->path; });
    for (const people::Org* org : orgs) {
      const people::Org* parent = world_->directory->org(org->parent);
      out_.row({Out::of(org->code), Out::of(org->name), Out::of(label(world_->library->org_kinds, org->kind)),
                Out::of(parent != nullptr ? parent->code : ""), Out::of(code_of(org->area)), Out::of_day(org->from),
                Out::of_day(org->until)});
    }
  }
  void people() {
    std::string last;
    for (bool more = true; more;) more = context_.store.read([&](Tx& tx) { return people_page(tx, last); });
    PersonId last_id;
    for (bool more = true; more;) more = context_.store.read([&](Tx& tx) { return codeless_page(tx, last_id); });
  }
  void accounts() {
    std::string last;
    for (bool more = true; more;)
      more = context_.store.read([&](Tx& tx) {
        const auto page = tx.all<AccountLine>(kAccountsPage, context_.realm, last, kPage);
        for (const AccountLine& each : page) {
          last = each.login;
          const Words state = each.disabled ? Words{"停用", "disabled"} : Words{"启用", "enabled"};
          people::Person person;
          person.id = each.id, person.code = each.code, person.name = each.name;
          person.purpose = each.purpose, person.delete_after = each.delete_after;
          for (auto& cells : lines_of(tx, person)) {
            cells.insert(cells.begin(), Out::of(each.login));
            cells.resize(kPostColumns + 1);
            cells.push_back(Out::of(state.in(language_)));
            out_.row(cells);
          }
        }
        return page.size() == std::size_t(kPage);
      });
  }
  void households() {
    HouseholdId last;
    for (bool more = true; more;)
      more = context_.store.read([&](Tx& tx) {
        const auto page = tx.all<people::Household>(kHouseholdsPage, context_.realm, last, kPage);
        for (const people::Household& each : page) {
          last = each.id;
          if (!may(each.area)) continue;
          const bool declined = each.wish == people::ContactWish::declined;
          out_.row({Out::of(code_of(each.area)), Out::of(each.unit),
                    Out::of((declined ? Words{"不需要", "declined"} : Words{"愿意", "welcome"}).in(language_))});
        }
        return page.size() == std::size_t(kPage);
      });
  }

 private:
  // One row per post within reach; who holds none there is shown to administrators only.
  bool people_page(Tx& tx, std::string& last) {
    const auto page = tx.all<people::Person>(kPeoplePage, context_.realm, last, kPage);
    for (const people::Person& person : page) {
      last = person.code;
      for (const auto& cells : lines_of(tx, person)) out_.row(cells);
    }
    return page.size() == std::size_t(kPage);
  }
  bool codeless_page(Tx& tx, PersonId& last) {
    const auto page = tx.all<people::Person>(kPeopleWithoutCode, context_.realm, last, kPage);
    for (const people::Person& person : page) {
      last = person.id;
      if (person.erased) continue;
      for (const auto& cells : lines_of(tx, person)) out_.row(cells);
    }
    return page.size() == std::size_t(kPage);
  }
  static constexpr std::size_t kPostColumns = 11;
  std::vector<std::vector<Out>> lines_of(Tx& tx, const people::Person& person) const {
    std::vector<std::vector<Out>> lines;
    for (const people::Post& post : tx.all<people::Post>(kPostsOfPerson, context_.realm, person.id)) {
      if (!may(post.area)) continue;
      const people::Org* org = world_->directory->org(post.org);
      lines.push_back({Out::of(person.code), Out::of(person.name), Out::of(person.purpose),
                       Out::of_day(person.delete_after), Out::of(label(world_->library->roles, post.role)),
                       Out::of(org != nullptr ? org->code : ""), Out::of(code_of(post.area)), Out::of_day(post.from),
                       Out::of_day(post.until), Out::of(post.how), Out::of(post.work_phone)});
    }
    if (lines.empty() && may(AreaId{}))
      lines.push_back(
          {Out::of(person.code), Out::of(person.name), Out::of(person.purpose), Out::of_day(person.delete_after)});
    return lines;
  }
  bool may(AreaId area) const { return !context_.may || context_.may(*world_, area); }
  std::string code_of(AreaId id) const {
    const place::Area* area = world_->atlas->find(id);
    return area == nullptr ? std::string{} : area->code;
  }
  std::vector<pack::Named> levels() const {
    std::vector<pack::Named> levels;
    for (const pack::Level& level : world_->library->levels) levels.push_back({level.name, level.label});
    return levels;
  }
  std::string label(const std::vector<pack::Named>& words, const std::string& name) const {
    for (const pack::Named& word : words)
      if (word.name == name) return word.label.in(language_);
    return name;
  }

  const Context& context_;
  const Language language_;
  table::Writer& out_;
  record::WorldPtr world_;
};

bool is_private(const std::string& column) {
  return column == "phone" || column == "id_card" || column == "address" || column == "password";
}

}  // namespace

std::vector<table::Title> export_titles(const Context& context, const std::string& what, Language language) {
  std::vector<table::Title> titles;
  for (const Column& column : columns_of(context, what))
    if (!is_private(column.name)) titles.push_back({column.label.in(language), column.name == "name" ? 24.0 : 14.0});
  return titles;
}

void export_rows(const Context& context, const std::string& what, Language language, table::Writer& out) {
  Exporter exporter(context, language, out);
  if (what == "areas") return exporter.areas();
  if (what == "orgs") return exporter.orgs();
  if (what == "people" || what == "posts") return exporter.people();
  if (what == "accounts") {
    if (!context.admin)
      throw Fault(Code::forbidden, words("只有平台管理员可以导出账号", "only an administrator may take out accounts"));
    return exporter.accounts();
  }
  if (what == "households") return exporter.households();
  if (what.starts_with("postings/")) return export_postings(context, what.substr(9), language, out);
  throw Fault(Code::not_found, words("不能导出“{}”", "'{}' cannot be exported", what));
}

}  // namespace tongxin::exchange
