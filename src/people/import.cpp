#include "people/import.hpp"

#include <algorithm>

#include "people/import_inside.hpp"
#include "people/links.hpp"
#include "people/operations.hpp"

namespace tongxin::people {
namespace inside {

const std::vector<csv::Column>& org_columns() {
  static const std::vector<csv::Column> columns = {
      {"code", {"编码", "Code"}},
      {"name", {"名称", "Name"}},
      {"kind", {"类型", "Kind"}},
      {"parent", {"上级编码", "Parent", "上级"}, csv::optional_column},
      {"area", {"区域编码", "Area", "区域"}, csv::optional_column},
      {"from", {"成立日期", "From"}, csv::optional_column},
      {"until", {"撤销日期", "Until"}, csv::optional_column},
  };
  return columns;
}

const std::vector<csv::Column>& household_columns() {
  static const std::vector<csv::Column> columns = {
      {"area", {"区域编码", "Area", "楼栋编码", "区域"}},
      {"unit", {"门牌", "Unit", "房号"}},
      {"wish", {"联系意愿", "Wish"}, csv::optional_column},
  };
  return columns;
}

void Run::problem(int line, std::string_view column, std::string code, Words say) {
  const auto found = std::ranges::find(columns_, column, &csv::Column::name);
  const std::string at = found == columns_.end() ? fmt::format("{}:{}", file_, line)
                                                 : fmt::format("{}:{}: {}", file_, line, found->titles.front());
  report.problems.push_back({at, std::move(code), std::move(say)});
}

void Run::row(int line, const std::function<Outcome()>& store_row) {
  try {
    switch (store_row()) {
      case Outcome::added: ++report.added; break;
      case Outcome::changed: ++report.changed; break;
      case Outcome::unchanged: ++report.unchanged; break;
    }
  } catch (const Fault& fault) {
    if (fault.code() == Code::internal || fault.code() == Code::unavailable || fault.complaints().empty()) throw;
    for (const Complaint& complaint : fault.complaints())
      problem(line, complaint.at.empty() ? "" : std::string_view(complaint.at).substr(1), complaint.code,
              complaint.say);
  }
}

ImportReport run_import(store::Store& store, const std::vector<csv::Column>& columns, const ImportOptions& options,
                        std::vector<Complaint> problems, const std::function<void(store::Tx&, Run&)>& job) {
  struct RolledBack {
    ImportReport report;
  };
  try {
    return store.write([&](store::Tx& tx) {
      Run run(options.file, columns);
      run.report.problems = problems;
      job(tx, run);
      if (options.dry_run || !run.report.problems.empty()) throw RolledBack{std::move(run.report)};
      return std::move(run.report);
    });
  } catch (RolledBack& rolled_back) {
    return std::move(rolled_back.report);
  }
}

AreaId area_of(csv::Reader& rows, const AreaOfCode& areas) {
  const std::string_view code = rows.text("area");
  if (code.empty()) return {};
  const AreaId area = areas(code);
  if (!area) rows.complain("area", "unknown", words("没有编码为 {} 的区域", "there is no area with the code {}", code));
  return area;
}

}  // namespace inside

namespace {

using inside::Outcome;
using inside::Run;

// --- organisations

struct OrgRow {
  int line = 0;
  std::string code, name, kind, parent;
  AreaId area;
  Day from = 0, until = 0;
  bool readable = true;
};

Outcome store_org(store::Tx& tx, const Doing& doing, const OrgRow& row) {
  const auto parent = row.parent.empty() ? std::nullopt : find_org(tx, doing.realm, row.parent);
  const auto kept = find_org(tx, doing.realm, row.code);
  if (!kept) {
    Org org;
    org.code = row.code, org.name = row.name, org.kind = row.kind, org.area = row.area;
    if (parent) org.parent = parent->id;
    org.from = row.from ? row.from : doing.today();
    org.until = row.until;
    add_org(tx, doing, org);
    return Outcome::added;
  }
  if (row.from && row.from != kept->from) {
    const Words say =
        words("登记的成立日期是 {}，不能改", "it began on {}; that does not change", to_day_text(kept->from));
    throw Fault(Code::invalid, say, {{"/from", "range", say}});
  }
  OrgChange change;
  if (row.name != kept->name) change.name = row.name;
  if (row.kind != kept->kind) change.kind = row.kind;
  if (row.area && row.area != kept->area) change.area = row.area;
  if (parent && parent->id != kept->parent) change.parent = parent->id;
  const bool changes = change.name || change.kind || change.area || change.parent;
  const bool closes = row.until && row.until != kept->until;
  if (changes) change_org(tx, doing, kept->id, change, doing.today());
  if (closes) close_org(tx, doing, kept->id, row.until);
  return changes || closes ? Outcome::changed : Outcome::unchanged;
}

// Parents first, wherever they stand in the file. What hangs on a row with a problem is not complained of again.
void store_orgs(store::Tx& tx, const Doing& doing, std::vector<OrgRow> rows, Run& run) {
  std::set<std::string> waiting, failed;
  const auto store_one = [&](const OrgRow& row) {
    const std::size_t problems = run.report.problems.size();
    if (!row.readable || failed.contains(row.parent)) {
      failed.insert(row.code);
    } else if (!row.parent.empty() && !find_org(tx, doing.realm, row.parent)) {
      run.problem(row.line, "parent", "unknown",
                  words("没有编码为 {} 的组织", "there is no organisation with the code {}", row.parent));
    } else {
      run.row(row.line, [&] { return store_org(tx, doing, row); });
    }
    if (run.report.problems.size() > problems) failed.insert(row.code);
  };
  while (!rows.empty()) {
    waiting.clear();
    for (const OrgRow& row : rows) waiting.insert(row.code);
    const auto ready = std::stable_partition(rows.begin(), rows.end(),
                                             [&](const OrgRow& row) { return waiting.contains(row.parent); });
    if (ready == rows.end()) {
      for (const OrgRow& row : rows)
        run.problem(row.line, "parent", "cycle",
                    words("上级编码互相指向，成了一个圈", "these parents go round in a circle"));
      return;
    }
    std::for_each(ready, rows.end(), store_one);
    rows.erase(ready, rows.end());
  }
}

// --- households

struct HouseholdRow {
  int line = 0;
  AreaId area;
  std::string unit;
  std::optional<ContactWish> wish;
};

std::optional<ContactWish> read_wish(csv::Reader& rows) {
  const std::string_view text = rows.text("wish");
  if (text.empty()) return std::nullopt;
  if (text == "愿意" || text == "welcome") return ContactWish::welcome;
  if (text == "不需要" || text == "declined") return ContactWish::declined;
  rows.complain("wish", "enum", words("应为“愿意”或“不需要”", "should be \"welcome\" or \"declined\""));
  return std::nullopt;
}

Outcome store_household(store::Tx& tx, const Doing& doing, const HouseholdRow& row) {
  const auto kept = find_household(tx, doing.realm, row.area, row.unit);
  if (!kept) {
    add_household(tx, doing, {.area = row.area, .unit = row.unit, .wish = row.wish.value_or(ContactWish::welcome)});
    return Outcome::added;
  }
  if (!row.wish || *row.wish == kept->wish) return Outcome::unchanged;
  if (*row.wish == ContactWish::declined)
    decline_contact(tx, doing, kept->id);
  else
    welcome_contact(tx, doing, kept->id);
  return Outcome::changed;
}

}  // namespace

ImportReport import_orgs(store::Store& store, const Doing& doing, std::istream& in, const AreaOfCode& areas,
                         const ImportOptions& options) {
  csv::Reader rows(in, inside::org_columns(), {.file = options.file});
  std::vector<OrgRow> orgs;
  std::set<std::string, std::less<>> codes;
  while (rows.next()) {
    const std::size_t complaints = rows.complaints().size();
    OrgRow row{rows.line(),
               std::string(rows.required_text("code")),
               std::string(rows.required_text("name")),
               std::string(rows.required_text("kind")),
               std::string(rows.text("parent")),
               inside::area_of(rows, areas),
               rows.day("from").value_or(0),
               rows.day("until").value_or(0),
               true};
    const bool again = !row.code.empty() && !codes.insert(row.code).second;
    if (again)
      rows.complain("code", "duplicate",
                    words("编码 {} 在文件中出现两次", "the code {} stands in the file twice", row.code));
    row.readable = rows.complaints().size() == complaints;
    if (!again) orgs.push_back(std::move(row));
  }
  return inside::run_import(store, inside::org_columns(), options, rows.complaints(),
                            [&](store::Tx& tx, Run& run) { store_orgs(tx, doing, orgs, run); });
}

ImportReport import_households(store::Store& store, const Doing& doing, std::istream& in, const AreaOfCode& areas,
                               const ImportOptions& options) {
  csv::Reader rows(in, inside::household_columns(), {.file = options.file});
  std::vector<HouseholdRow> households;
  std::set<std::pair<AreaId, std::string>> seen;
  while (rows.next()) {
    const std::size_t complaints = rows.complaints().size();
    rows.required_text("area");
    HouseholdRow row{rows.line(), inside::area_of(rows, areas), std::string(rows.required_text("unit")),
                     read_wish(rows)};
    if (row.area && !row.unit.empty() && !seen.emplace(row.area, row.unit).second)
      rows.complain("unit", "duplicate",
                    words("门牌 {} 在文件中出现两次", "the unit {} stands in the file twice", row.unit));
    if (rows.complaints().size() == complaints) households.push_back(std::move(row));
  }
  return inside::run_import(store, inside::household_columns(), options, rows.complaints(),
                            [&](store::Tx& tx, Run& run) {
                              for (const HouseholdRow& row : households)
                                run.row(row.line, [&] { return store_household(tx, doing, row); });
                            });
}

}  // namespace tongxin::people
