// Organisations and households.
#include <algorithm>

#include "exchange/target.hpp"
#include "people/links.hpp"
#include "people/operations.hpp"

namespace tongxin::exchange {
namespace {

// ── organisations ──

struct OrgRow {
  int row = 0;
  std::string code, name, kind, parent;
  AreaId area;
  Day from = 0, until = 0;
};

class Orgs final : public TargetOf<OrgRow> {
 public:
  Orgs(const Context& context, record::WorldPtr world, const Options& options)
      : TargetOf(context, std::move(world), options) {
    const Words day{"2020-01-01", "2020-01-01"};
    columns_ = {
        {"code", {"编码", "Code"}, {"编码", "组织编码", "Code"}, true, {"全区唯一", "unique"}},
        {"name", {"名称", "Name"}, {"名称", "组织名称", "Name"}, true, {}},
        {"kind", {"类型", "Kind"}, {"类型", "组织类型", "Kind"}, true, {"名称或代码", "its name or code"}},
        {"parent", {"上级编码", "Parent"}, {"上级编码", "Parent", "上级", "上级组织"}, false, {"编码", "a code"}},
        {"area", {"区域编码", "Area"}, {"区域编码", "Area", "区域"}, false, {"编码或名称", "its code or name"}},
        {"from", {"成立日期", "From"}, {"成立日期", "From"}, false, day},
        {"until", {"撤销日期", "Until"}, {"撤销日期", "Until"}, false, day},
    };
  }
  bool independent() const override { return false; }

  // Parents first, wherever they stand in the file.
  void arrange() override {
    std::map<std::string, const OrgRow*> by_code;
    for (const OrgRow& row : items_) by_code.emplace(row.code, &row);
    const auto depth = [&](const OrgRow& row) {
      int steps = 0;
      for (auto up = by_code.find(row.parent); up != by_code.end() && steps <= int(items_.size()); ++steps)
        up = by_code.find(up->second->parent);
      return steps;
    };
    std::map<const OrgRow*, int> depths;
    for (const OrgRow& row : items_) {
      const int steps = depth(row);
      depths[&row] = steps;
      if (steps > int(items_.size())) in_a_circle_.insert(row.code);
    }
    std::vector<std::pair<int, std::size_t>> order;
    for (std::size_t i = 0; i < items_.size(); ++i) order.emplace_back(depths[&items_[i]], i);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<OrgRow> sorted;
    for (const auto& [steps, i] : order) sorted.push_back(items_[i]);
    items_ = std::move(sorted);
  }

  Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) override {
    const OrgRow& row = items_[index];
    if (in_a_circle_.contains(row.code))
      refuse_cell("parent", "cycle", words("上级编码互相指向，成了一个圈", "these parents go round in a circle"));
    const auto parent = row.parent.empty() ? std::nullopt : people::find_org(tx, doing.realm, row.parent);
    if (!row.parent.empty() && !parent)
      refuse_cell("parent", "unknown",
                  seen_.contains(row.parent)
                      ? words("上级 {} 所在的行有错误", "the row of the parent {} has problems", row.parent)
                      : words("没有编码为 {} 的组织", "there is no organisation with the code {}", row.parent));
    const auto kept = people::find_org(tx, doing.realm, row.code);
    return kept ? change(tx, doing, row, *kept, parent) : add(tx, doing, row, parent);
  }

 protected:
  OrgRow look(Line& line) override {
    OrgRow row{line.row(),          line.needed("code"), line.needed("name"), line.needed("kind"),
               line.text("parent"), line.area("area"),   line.day("from"),    line.day("until")};
    if (!row.code.empty() && !seen_.insert(row.code).second)
      line.complain("code", "duplicate",
                    words("编码 {} 在文件中出现两次", "the code {} stands in the file twice", row.code));
    const std::string kind = word_by_text(world_->library->org_kinds, row.kind);
    if (kind.empty() && !row.kind.empty())
      line.complain("kind", "enum",
                    words("没有“{}”这类组织，可填：{}", "there is no kind of organisation '{}'; choose one of {}",
                          row.kind, fmt::format("{}", fmt::join(labels_of(world_->library->org_kinds), "、"))));
    row.kind = kind;
    if (line.ok()) look_at_right(line, row);
    return row;
  }

 private:
  // Of what is there already its own place counts as well; a new one hangs below one that the actor keeps.
  void look_at_right(Line& line, const OrgRow& row) const {
    const auto area_of = [&](const std::string& code) {
      const people::Org* org = world_->directory->org(org_by_text(*world_, code));
      return org == nullptr ? std::nullopt : std::optional(org->area);
    };
    const auto own = area_of(row.code);
    if (own) need_right(line, "code", *own);
    if (line.ok() && (row.area || !own)) need_right(line, "area", row.area);
    if (!line.ok()) return;
    if (const auto parent = area_of(row.parent))
      need_right(line, "parent", *parent);
    else if (row.parent.empty() && !own)
      need_right(line, "parent", AreaId{});
  }
  static Stored add(store::Tx& tx, const people::Doing& doing, const OrgRow& row,
                    const std::optional<people::Org>& parent) {
    people::Org org;
    org.code = row.code, org.name = row.name, org.kind = row.kind, org.area = row.area;
    if (parent) org.parent = parent->id;
    org.from = row.from ? row.from : doing.today();
    org.until = row.until;
    return {Outcome::added, {{"org", people::add_org(tx, doing, org).value}}};
  }
  static Stored change(store::Tx& tx, const people::Doing& doing, const OrgRow& row, const people::Org& kept,
                       const std::optional<people::Org>& parent) {
    if (row.from && row.from != kept.from)
      refuse_cell("from", "range",
                  words("登记的成立日期是 {}，不能改", "it began on {}; that does not change", to_day_text(kept.from)));
    people::OrgChange change;
    if (row.name != kept.name) change.name = row.name;
    if (row.kind != kept.kind) change.kind = row.kind;
    if (row.area && row.area != kept.area) change.area = row.area;
    if (parent && parent->id != kept.parent) change.parent = parent->id;
    const bool changes = change.name || change.kind || change.area || change.parent;
    const bool closes = row.until && row.until != kept.until;
    if (changes) people::change_org(tx, doing, kept.id, change, doing.today());
    if (closes) people::close_org(tx, doing, kept.id, row.until);
    return {changes || closes ? Outcome::changed : Outcome::unchanged, {}};
  }

  std::set<std::string> seen_, in_a_circle_;
};

// ── households ──

struct HouseholdRow {
  int row = 0;
  AreaId area;
  std::string unit;
  std::optional<people::ContactWish> wish;
};

class Households final : public TargetOf<HouseholdRow> {
 public:
  Households(const Context& context, record::WorldPtr world, const Options& options)
      : TargetOf(context, std::move(world), options) {
    columns_ = {
        {"area",
         {"区域编码", "Area"},
         {"区域编码", "Area", "楼栋编码", "楼栋", "区域"},
         true,
         {"楼栋或网格的编码或名称", "code or name of the building or grid"}},
        {"unit", {"门牌", "Unit"}, {"门牌", "Unit", "房号", "门牌号"}, true, {"3单元502", "3-502"}},
        {"wish", {"联系意愿", "Wish"}, {"联系意愿", "Wish"}, false, {"愿意、不需要", "welcome, declined"}},
    };
  }

  Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) override {
    const HouseholdRow& row = items_[index];
    const auto kept = people::find_household(tx, doing.realm, row.area, row.unit);
    using people::ContactWish;
    if (!kept) {
      people::Household household;
      household.area = row.area, household.unit = row.unit, household.wish = row.wish.value_or(ContactWish::welcome);
      return {Outcome::added, {{"household", people::add_household(tx, doing, household).value}}};
    }
    if (!row.wish || *row.wish == kept->wish) return {Outcome::unchanged, {}};
    if (*row.wish == ContactWish::declined)
      people::decline_contact(tx, doing, kept->id);
    else
      people::welcome_contact(tx, doing, kept->id);
    return {Outcome::changed, {}};
  }

 protected:
  HouseholdRow look(Line& line) override {
    line.needed("area");
    HouseholdRow row{line.row(), line.area("area"), line.needed("unit"), wish_of(line)};
    if (row.area && !row.unit.empty() && !seen_.emplace(row.area, row.unit).second)
      line.complain("unit", "duplicate",
                    words("门牌 {} 在文件中出现两次", "the unit {} stands in the file twice", row.unit));
    if (line.ok()) need_right(line, "area", row.area);
    return row;
  }

 private:
  static std::optional<people::ContactWish> wish_of(Line& line) {
    const std::string text = line.text("wish");
    if (text.empty()) return std::nullopt;
    if (text == "愿意" || text == "welcome") return people::ContactWish::welcome;
    if (text == "不需要" || text == "declined") return people::ContactWish::declined;
    line.complain("wish", "enum", words("应为“愿意”或“不需要”", "should be \"welcome\" or \"declined\""));
    return std::nullopt;
  }
  std::set<std::pair<AreaId, std::string>> seen_;
};

}  // namespace

std::unique_ptr<Target> orgs_target(const Context& context, record::WorldPtr world, const Options& options) {
  return std::make_unique<Orgs>(context, std::move(world), options);
}
std::unique_ptr<Target> households_target(const Context& context, record::WorldPtr world, const Options& options) {
  return std::make_unique<Households>(context, std::move(world), options);
}

}  // namespace tongxin::exchange
