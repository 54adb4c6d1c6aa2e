#include <algorithm>

#include "people/import_inside.hpp"
#include "people/sql.hpp"
#include "people/types.hpp"

namespace tongxin::people {
namespace {

std::string day_or_empty(Day day) { return day ? to_day_text(day) : std::string{}; }

// Everything but what is private.
bool leaves_the_house(const csv::Column& column) { return column.name != "phone"; }

void write_header(csv::Writer& table, const std::vector<csv::Column>& columns, Language language) {
  std::vector<std::string> titles;
  for (const csv::Column& column : columns)
    if (leaves_the_house(column)) titles.push_back(column.titles[language == Language::en ? 1 : 0]);
  table.row(titles);
}

std::map<OrgId, std::string> org_codes(const std::vector<Org>& orgs) {
  std::map<OrgId, std::string> codes;
  for (const Org& org : orgs) codes.emplace(org.id, org.code);
  return codes;
}

}  // namespace

std::string export_orgs(store::Tx& tx, RealmId realm, const CodeOfArea& areas, Language language) {
  auto orgs = tx.all<Org>(sql::kAllOrgs, realm);
  std::ranges::sort(orgs, {}, &Org::path);
  const auto codes = org_codes(orgs);
  std::string text;
  csv::Writer table(text);
  write_header(table, inside::org_columns(), language);
  for (const Org& org : orgs)
    table.row({org.code, org.name, org.kind, org.parent ? codes.at(org.parent) : "", areas(org.area),
               day_or_empty(org.from), day_or_empty(org.until)});
  return text;
}

std::string export_people(store::Tx& tx, RealmId realm, const CodeOfArea& areas, Language language) {
  const auto codes = org_codes(tx.all<Org>(sql::kAllOrgs, realm));
  std::string text;
  csv::Writer table(text);
  write_header(table, inside::people_columns(), language);
  for (const Person& person : tx.all<Person>(sql::kCodedPersons, realm)) {
    const auto posts = tx.all<Post>(sql::kPostsOf, realm, person.id);
    const std::string last_day = day_or_empty(person.delete_after);
    if (posts.empty()) table.row({person.code, person.name, person.purpose, last_day, "", "", "", "", "", "", ""});
    for (const Post& post : posts)
      table.row({person.code, person.name, person.purpose, last_day, post.role, codes.at(post.org), areas(post.area),
                 day_or_empty(post.from), day_or_empty(post.until), post.how, post.work_phone});
  }
  return text;
}

std::string export_households(store::Tx& tx, RealmId realm, const CodeOfArea& areas, Language language) {
  std::string text;
  csv::Writer table(text);
  write_header(table, inside::household_columns(), language);
  for (const Household& household : tx.all<Household>(sql::kAllHouseholds, realm)) {
    const bool declined = household.wish == ContactWish::declined;
    const Words wish = declined ? Words{"不需要", "declined"} : Words{"愿意", "welcome"};
    table.row({areas(household.area), household.unit, wish.in(language)});
  }
  return text;
}

}  // namespace tongxin::people
