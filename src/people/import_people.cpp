#include "people/import_inside.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"

#include "base/text.hpp"

namespace tongxin::people {
namespace inside {

const std::vector<csv::Column>& people_columns() {
  static const std::vector<csv::Column> columns = {
      {"code", {"编号", "Code", "工号"}},
      {"name", {"姓名", "Name"}},
      {"phone", {"手机", "Phone", "电话"}, csv::optional_column},
      {"purpose", {"用途", "Purpose"}, csv::optional_column},
      {"delete_after", {"删除日期", "Delete after"}, csv::optional_column},
      {"role", {"岗位", "Role"}, csv::optional_column},
      {"org", {"组织编码", "Org", "组织"}, csv::optional_column},
      {"area", {"区域编码", "Area", "区域"}, csv::optional_column},
      {"from", {"任职日期", "From"}, csv::optional_column},
      {"until", {"离任日期", "Until"}, csv::optional_column},
      {"how", {"产生方式", "How"}, csv::optional_column},
      {"work_phone", {"工作电话", "Work phone"}, csv::optional_column},
  };
  return columns;
}

}  // namespace inside

namespace {

using inside::Outcome;
using inside::Run;

struct PersonRow {
  int line = 0;
  std::string code, name, phone, purpose;
  Day delete_after = 0;
  std::string role, org;
  AreaId area;
  Day from = 0, until = 0;
  std::string how, work_phone;
};

[[noreturn]] void refuse(std::string column, std::string code, Words say) {
  throw Fault(Code::invalid, say, {{"/" + column, std::move(code), say}});
}

PersonRow read_row(csv::Reader& rows, const AreaOfCode& areas) {
  const auto text = [&](std::string_view column) { return std::string(rows.text(column)); };
  PersonRow row{rows.line(),
                std::string(rows.required_text("code")),
                std::string(rows.required_text("name")),
                text("phone"),
                text("purpose"),
                rows.day("delete_after").value_or(0),
                text("role"),
                text("org"),
                inside::area_of(rows, areas),
                rows.day("from").value_or(0),
                rows.day("until").value_or(0),
                text("how"),
                text("work_phone")};
  if (!row.role.empty()) rows.required_text("org"), rows.required_text("area");
  return row;
}

// The number already there in its one form? Compared inside; neither number leaves this function.
bool has_phone(store::Tx& tx, const Vault& vault, const Doing& doing, PersonId person, const std::string& phone) {
  const auto kept = private_for_delivery(tx, vault, doing.realm, person, PrivateField::phone);
  return kept && *kept == clean_phone(phone);
}

Outcome store_person(store::Tx& tx, const Vault& vault, const Doing& doing, const PersonRow& row, PersonId& id) {
  const auto kept = find_person(tx, doing.realm, row.code);
  if (!kept) {
    NewPerson person{.code = row.code,
                     .name = row.name,
                     .purpose = row.purpose.empty() ? "staff" : row.purpose,
                     .delete_after = row.delete_after};
    if (!row.phone.empty()) person.fields.emplace(PrivateField::phone, row.phone);
    id = add_person(tx, vault, doing, person);
    return Outcome::added;
  }
  id = kept->id;
  PersonChange change;
  if (row.name != kept->name) change.name = row.name;
  if (!row.purpose.empty() && row.purpose != kept->purpose) change.purpose = row.purpose;
  if (row.delete_after && row.delete_after != kept->delete_after) change.delete_after = row.delete_after;
  const bool changes = change.name || change.purpose || change.delete_after;
  const bool new_phone = !row.phone.empty() && !has_phone(tx, vault, doing, id, row.phone);
  if (changes) change_person(tx, doing, id, change);
  if (new_phone) set_private(tx, vault, doing, id, PrivateField::phone, row.phone);
  return changes || new_phone ? Outcome::changed : Outcome::unchanged;
}

const Post* find_post(const std::vector<Post>& posts, const PersonRow& row, OrgId org, Day today) {
  for (const Post& post : posts) {
    const bool same = post.role == row.role && post.org == org && post.area == row.area;
    if (same && (row.from ? post.from == row.from : live(post, today))) return &post;
  }
  return nullptr;
}

Outcome store_post(store::Tx& tx, const Doing& doing, const PersonRow& row, PersonId person) {
  const auto org = find_org(tx, doing.realm, row.org);
  if (!org)
    refuse("org", "unknown", words("没有编码为 {} 的组织", "there is no organisation with the code {}", row.org));
  const auto posts = posts_of(tx, doing.realm, person);
  const Post* kept = find_post(posts, row, org->id, doing.today());
  if (!kept) {
    appoint(tx, doing,
            {.person = person,
             .role = row.role,
             .org = org->id,
             .area = row.area,
             .from = row.from ? row.from : doing.today(),
             .until = row.until,
             .how = row.how,
             .work_phone = row.work_phone});
    return Outcome::added;
  }
  const bool ends = row.until && row.until != kept->until;
  const std::string& how = row.how.empty() ? kept->how : row.how;
  const std::string& work_phone = row.work_phone.empty() ? kept->work_phone : row.work_phone;
  const bool changes = how != kept->how || work_phone != kept->work_phone;
  if (ends) end_post(tx, doing, kept->id, row.until);
  if (changes) set_work_phone(tx, doing, kept->id, how, work_phone);
  return ends || changes ? Outcome::changed : Outcome::unchanged;
}

Outcome store_row(store::Tx& tx, const Vault& vault, const Doing& doing, const PersonRow& row) {
  PersonId person;
  const Outcome first = store_person(tx, vault, doing, row, person);
  if (row.role.empty() || first == Outcome::added) {
    if (!row.role.empty()) store_post(tx, doing, row, person);
    return first;
  }
  const Outcome second = store_post(tx, doing, row, person);
  return second == Outcome::unchanged ? first : second;
}

}  // namespace

ImportReport import_people(store::Store& store, const Vault& vault, const Doing& doing, std::istream& in,
                           const AreaOfCode& areas, const ImportOptions& options) {
  csv::Reader rows(in, inside::people_columns(), {.file = options.file});
  std::vector<PersonRow> people;
  std::map<std::string, std::string> names;
  while (rows.next()) {
    const std::size_t complaints = rows.complaints().size();
    PersonRow row = read_row(rows, areas);
    const auto [known, fresh] = names.emplace(row.code, row.name);
    if (!fresh && known->second != row.name)
      rows.complain(
          "name", "duplicate",
          words("编号 {} 在文件中还是另一个姓名", "the code {} stands in the file with another name", row.code));
    if (rows.complaints().size() == complaints) people.push_back(std::move(row));
  }
  return inside::run_import(store, inside::people_columns(), options, rows.complaints(), [&](store::Tx& tx, Run& run) {
    for (const PersonRow& row : people) run.row(row.line, [&] { return store_row(tx, vault, doing, row); });
  });
}

}  // namespace tongxin::people
