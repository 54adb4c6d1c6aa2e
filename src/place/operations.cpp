#include "place/operations.hpp"

#include "place/overlay.hpp"
#include "place/scheme.hpp"
#include "place/sql.hpp"

namespace tongxin::place {
namespace {

using store::Tx;

constexpr std::size_t kNameBytes = 300, kCodeBytes = 100, kAttributeBytes = 16384;

[[noreturn]] void refuse(std::string at, std::string code, Words say) {
  auto sentence = say;
  throw Fault(Code::invalid, std::move(sentence), {{std::move(at), std::move(code), std::move(say)}});
}

std::optional<AreaId> or_null(AreaId id) { return id ? std::optional(id) : std::nullopt; }

// Every edit begins here: edits of a realm wait for each other, and the revision tells the nodes.
void begin(Tx& tx, const Edit& edit) {
  if (!is_day(edit.on)) refuse("/on", "format", words("生效日期不对", "the day on which it holds is not a day"));
  if (edit.on > day_of(edit.at, edit.zone))
    refuse("/on", "range", words("生效日期 {} 在将来", "the day {} lies in the future", to_day_text(edit.on)));
  tx.run(sql::kNextRevision, edit.realm);
}

Area need(Tx& tx, const Edit& edit, AreaId id) {
  auto area = tx.one<Area>(sql::kArea, edit.realm, id);
  if (!area) throw Fault(Code::not_found, words("没有区域 {}", "there is no area {}", to_text(id)));
  return std::move(*area);
}

Area need_open(Tx& tx, const Edit& edit, AreaId id) {
  auto area = need(tx, edit, id);
  if (area.until)
    refuse("/area", "closed", words("「{}」已于 {} 撤销", "'{}' was closed on {}", area.name, to_day_text(area.until)));
  return area;
}

// An edit may not hold from before what is already written.
void in_order(const Edit& edit, const Area& area, Day last) {
  if (edit.on >= last) return;
  refuse("/on", "range",
         words("「{}」在 {} 有更晚的变动,生效日期不能早于它",
               "'{}' changed later, on {}; an edit may not hold from before that", area.name, to_day_text(last)));
}

const Level& need_level(const Levels& levels, const std::string& code) {
  if (const auto* level = find_level(levels, code)) return *level;
  std::string known;
  for (const auto& level : levels) known += (known.empty() ? "" : ", ") + level.code;
  refuse("/level", "enum", words("没有层级 {};可用:{}", "there is no level {}; there are: {}", code, known));
}

void fits_below(const Levels& levels, const Area& parent, const std::string& level) {
  const auto& upper = need_level(levels, parent.level);
  const auto& lower = need_level(levels, level);
  if (upper.rank < lower.rank) return;
  refuse("/parent", "rank",
         Words{fmt::format("{}不能放在{}「{}」之下", lower.name_zh, upper.name_zh, parent.name),
               fmt::format("a {} cannot lie below the {} '{}'", lower.name_en, upper.name_en, parent.name)});
}

void check_name(const std::string& name) {
  if (name.empty()) refuse("/name", "required", words("区域要有名称", "an area needs a name"));
  if (name.size() > kNameBytes) refuse("/name", "length", words("名称太长", "the name is too long"));
}

void check_description(std::optional<double> lon, std::optional<double> lat, const std::string& attributes) {
  if (lon.has_value() != lat.has_value())
    refuse(lon ? "/lat" : "/lon", "required", words("经度和纬度要一起给", "longitude and latitude come together"));
  if (lon && !make_point(*lon, *lat)) refuse("/lon", "range", words("坐标不在地球上", "the point is not on the earth"));
  if (attributes.size() > kAttributeBytes)
    refuse("/attributes", "length", words("属性太长", "the attributes are too long"));
  if (!parse_json(attributes).is_object())
    refuse("/attributes", "type", words("属性应当是 JSON 对象", "the attributes must be a JSON object"));
}

void check_shape(const Area& area, const Shape& shape) {
  const auto at = "area/" + area.code;
  if (shape.empty()) refuse(at, "required", words("边界是空的", "the boundary is empty"));
  if (const auto flaw = flaw_of(shape))
    refuse(at, "shape",
           Words{fmt::format("「{}」:{},在 {:.7f}, {:.7f}", area.name, flaw->say.zh, flaw->at.longitude(),
                             flaw->at.latitude()),
                 fmt::format("'{}': {} at {:.7f}, {:.7f}", area.name, flaw->say.en, flaw->at.longitude(),
                             flaw->at.latitude())});
}

void write_version(Tx& tx, const Edit& edit, const Area& area) {
  tx.run(sql::kEndVersion, edit.realm, area.id, edit.on);
  tx.run(sql::kAddVersion, edit.realm, area.id, edit.on, or_null(area.parent), area.name, edit.author, edit.at);
}

// What stands there is looked at again, later and in steps.
void note_change(Tx& tx, const Edit& edit, AreaId area, AreaId look_at) {
  tx.run(sql::kNoteChange, edit.realm, area, look_at ? look_at : area, edit.at);
}

void write_boundary(Tx& tx, const Edit& edit, const Area& area, Day on, const Shape& shape) {
  const auto box = box_of(shape);
  const auto label = label_point(shape);
  tx.run(sql::kEndBoundary, edit.realm, area.id, on);
  tx.run(sql::kAddBoundary, edit.realm, area.id, on, to_geojson(shape), box.low.longitude(), box.low.latitude(),
         box.high.longitude(), box.high.latitude(), edit.author, edit.at);
  tx.run(sql::kBoundarySet, edit.realm, area.id, label.longitude(), label.latitude());
  note_change(tx, edit, area.id, area.parent);
}

// Fills in what follows from the parent and checks the rest.
Area complete(const Edit& edit, const Levels& levels, Area area, const Area* parent) {
  if (!area.id) refuse("/id", "required", words("区域要有编号", "an area needs an id"));
  if (area.code.empty()) area.code = to_text(area.id);
  if (area.code.size() > kCodeBytes) refuse("/code", "length", words("代码太长", "the code is too long"));
  check_name(area.name);
  check_description(area.lon, area.lat, area.attributes);
  need_level(levels, area.level);
  if (!area.from) area.from = edit.on;
  if (!is_day(area.from) || area.from > edit.on)
    refuse("/from", "range", words("起始日期不对或晚于生效日期", "the first day is no day or later than the edit's"));
  if (parent) fits_below(levels, *parent, area.level);
  area.until = 0;
  area.path = (parent ? parent->path : "/") + to_text(area.id) + "/";
  area.depth = parent ? parent->depth + 1 : 0;
  return area;
}

// Looks at the area as the transaction has left it.
void keep_scheme(Tx& tx, const Edit& edit, const Levels& levels, AreaId id, SchemeCheck check) {
  const auto area = id ? tx.one<Area>(sql::kArea, edit.realm, id) : std::nullopt;
  if (!area || area->until) return;
  const auto count = [&](const std::string& level) {
    return int(tx.one<std::int64_t>(sql::kCountBelow, edit.realm, area->path + "%", level).value_or(0));
  };
  if (auto broken = broken_scheme(levels, *area, check, count)) refuse("area/" + area->code, "scheme", *broken);
}

void refuse_uncovered(std::vector<Complaint> complaints) {
  if (complaints.empty()) return;
  auto say = complaints.size() == 1
                 ? words("边界之间有 1 处空白或重叠", "the boundaries leave one gap or overlap")
                 : words("边界之间有 {} 处空白或重叠", "the boundaries leave {} gaps or overlaps", complaints.size());
  throw Fault(Code::invalid, std::move(say), std::move(complaints));
}

// Looks at the areas as the transaction has left them.
void keep_coverage(Tx& tx, const Edit& edit, const Levels& levels, const std::unordered_set<AreaId>& touched,
                   const CoverageRule& rule) {
  if (touched.empty() || (rule.allow_gaps && rule.allow_overlaps)) return;
  refuse_uncovered(coverage_complaints(*load_atlas(tx, edit.realm, levels), touched, rule));
}

// False when it was there already.
bool insert(Tx& tx, const Edit& edit, const Area& area) {
  if (tx.run(sql::kAddArea, edit.realm, area.id, or_null(area.parent), area.level, area.code, area.name, area.order,
             area.from, area.path, area.depth, area.lon, area.lat, area.attributes) == 0) {
    const auto there = tx.one<Area>(sql::kArea, edit.realm, area.id);
    if (there && there->code == area.code) return false;
    throw Fault(Code::conflict, words("代码 {} 已被使用", "the code {} is taken", area.code),
                {{"/code", "duplicate", words("代码 {} 已被使用", "the code {} is taken", area.code)}});
  }
  Edit first = edit;
  first.on = area.from;
  write_version(tx, first, area);
  return true;
}

}  // namespace

void add_area(Tx& tx, const Edit& edit, const Levels& levels, const Area& area) {
  add_areas(tx, edit, levels, std::span(&area, 1), {});
}

void add_areas(Tx& tx, const Edit& edit, const Levels& levels, std::span<const Area> areas,
               const Boundaries& boundaries, const CoverageRule& rule) {
  begin(tx, edit);
  std::unordered_map<AreaId, Area> known;
  std::unordered_set<AreaId> touched;
  for (const auto& given : areas) {
    const Area* parent = nullptr;
    if (given.parent) {
      auto it = known.find(given.parent);
      if (it == known.end()) it = known.emplace(given.parent, need_open(tx, edit, given.parent)).first;
      parent = &it->second;
    }
    auto area = complete(edit, levels, given, parent);
    const auto boundary = boundaries.find(area.id);
    if (boundary != boundaries.end()) check_shape(area, boundary->second);
    if (insert(tx, edit, area) && boundary != boundaries.end()) {
      write_boundary(tx, edit, area, area.from, boundary->second);
      touched.insert(area.id);
    }
    known.insert_or_assign(area.id, std::move(area));
  }
  const auto check = areas.size() > 1 ? SchemeCheck::whole : SchemeCheck::at_most;
  for (const auto& [id, area] : known) keep_scheme(tx, edit, levels, id, check);
  keep_coverage(tx, edit, levels, touched, rule);
}

void rename_area(Tx& tx, const Edit& edit, AreaId id, const std::string& name) {
  begin(tx, edit);
  auto area = need_open(tx, edit, id);
  check_name(name);
  if (area.name == name) return;
  in_order(edit, area, tx.one<Day>(sql::kLastChange, edit.realm, id).value_or(0));
  area.name = name;
  tx.run(sql::kUpdateArea, edit.realm, id, area.name, area.order, area.lon, area.lat, area.attributes);
  write_version(tx, edit, area);
}

void move_area(Tx& tx, const Edit& edit, const Levels& levels, AreaId id, AreaId new_parent, const CoverageRule& rule) {
  begin(tx, edit);
  auto area = need_open(tx, edit, id);
  if (area.parent == new_parent) return;
  std::string above = "/";
  int depth = 0;
  if (new_parent) {
    const auto parent = need_open(tx, edit, new_parent);
    if (parent.path.starts_with(area.path))
      refuse("/parent", "circle",
             words("「{}」在「{}」之下,不能反过来", "'{}' lies below '{}' and cannot be above it", parent.name,
                   area.name));
    fits_below(levels, parent, area.level);
    if (parent.from > edit.on)
      refuse("/on", "range",
             words("「{}」从 {} 才有", "'{}' begins only on {}", parent.name, to_day_text(parent.from)));
    above = parent.path;
    depth = parent.depth + 1;
  }
  in_order(edit, area, tx.one<Day>(sql::kLastChange, edit.realm, id).value_or(0));
  const auto own = to_text(id) + "/";
  tx.run(sql::kMoveBelow, edit.realm, area.path + "%", above, area.path.size() - own.size() + 1, depth - area.depth);
  tx.run(sql::kSetParent, edit.realm, id, or_null(new_parent));
  keep_scheme(tx, edit, levels, area.parent, SchemeCheck::whole);
  keep_scheme(tx, edit, levels, new_parent, SchemeCheck::at_most);
  note_change(tx, edit, id, id);
  note_change(tx, edit, id, area.parent);
  const auto* level = find_level(levels, area.level);
  if (level && level->covers && area.has_boundary) keep_coverage(tx, edit, levels, {id, area.parent, new_parent}, rule);
  area.parent = new_parent;
  write_version(tx, edit, area);
}

void describe_area(Tx& tx, const Edit& edit, const Levels& levels, AreaId id, int order, std::optional<double> lon,
                   std::optional<double> lat, const std::string& attributes) {
  begin(tx, edit);
  const auto area = need_open(tx, edit, id);
  check_description(lon, lat, attributes);
  if (area.has_boundary) {  // its point follows from the boundary
    lon = area.lon;
    lat = area.lat;
  }
  tx.run(sql::kUpdateArea, edit.realm, id, area.name, order, lon, lat, attributes);
  keep_scheme(tx, edit, levels, id, SchemeCheck::whole);
}

std::vector<Complaint> boundary_complaints(const Atlas& before, const Boundaries& boundaries, const CoverageRule& rule,
                                           std::span<const Area> fresh) {
  std::vector<Area> areas(before.all().begin(), before.all().end());
  areas.insert(areas.end(), fresh.begin(), fresh.end());
  Boundaries all;
  for (const auto& area : before.all())
    if (const auto* shape = before.boundary(area.id)) all.emplace(area.id, *shape);
  std::unordered_set<AreaId> touched;
  for (const auto& [id, shape] : boundaries) {
    const auto added = std::ranges::find(fresh, id, &Area::id);
    check_shape(added != fresh.end() ? *added : before.at(id), shape);
    all.insert_or_assign(id, shape);
    touched.insert(id);
  }
  return coverage_complaints(*Atlas::build(std::move(areas), std::move(all), before.levels()), touched, rule);
}

void set_boundaries(Tx& tx, const Edit& edit, const Levels& levels, const Boundaries& boundaries,
                    const CoverageRule& rule) {
  begin(tx, edit);
  const auto before = load_atlas(tx, edit.realm, levels);
  Boundaries changed;
  for (const auto& [id, shape] : boundaries) {
    const auto area = need_open(tx, edit, id);
    if (const auto* old = before->boundary(id); old && *old == shape) continue;
    in_order(edit, area, std::max(area.from, tx.one<Day>(sql::kLastBoundary, edit.realm, id).value_or(0)));
    changed.emplace(id, shape);
  }
  refuse_uncovered(boundary_complaints(*before, changed, rule));
  std::vector<AreaId> order;
  for (const auto& [id, shape] : changed) order.push_back(id);
  std::sort(order.begin(), order.end());
  for (const auto id : order) write_boundary(tx, edit, before->at(id), edit.on, changed.at(id));
}

void close_area(Tx& tx, const Edit& edit, const Levels& levels, AreaId id) {
  begin(tx, edit);
  const auto area = need(tx, edit, id);
  if (area.until == edit.on) return;
  if (area.until) need_open(tx, edit, id);
  const auto below = tx.one<std::int64_t>(sql::kOpenChildren, edit.realm, id).value_or(0);
  if (below)
    refuse("/area", "not_empty",
           words("「{}」之下还有 {} 个区域,请先移走或撤销",
                 "'{}' still has {} areas below it; move or close them first", area.name, below));
  in_order(edit, area, tx.one<Day>(sql::kLastChange, edit.realm, id).value_or(0));
  tx.run(sql::kCloseArea, edit.realm, id, edit.on);
  tx.run(sql::kEndVersion, edit.realm, id, edit.on);
  tx.run(sql::kEndBoundary, edit.realm, id, edit.on);
  keep_scheme(tx, edit, levels, area.parent, SchemeCheck::whole);
}

void remove_area(Tx& tx, const Edit& edit, AreaId id) {
  begin(tx, edit);
  const auto area = need(tx, edit, id);
  if (tx.one<std::int64_t>(sql::kChildren, edit.realm, id).value_or(0) > 0)
    refuse("/area", "not_empty", words("「{}」之下还有区域", "'{}' has areas below it", area.name));
  if (area.until || tx.one<std::int64_t>(sql::kVersionsOf, edit.realm, id).value_or(0) > 1 ||
      tx.one<std::int64_t>(sql::kBoundariesOf, edit.realm, id).value_or(0) > 1)
    refuse("/area", "changed", words("「{}」后来又有改动", "'{}' was changed since", area.name));
  for (const store::Sql* each :
       {&sql::kForgetChanges, &sql::kForgetBoundaries, &sql::kForgetVersions, &sql::kForgetArea})
    tx.run(*each, edit.realm, id);
}

AtlasPtr load_atlas(Tx& tx, RealmId realm, const Levels& levels, Day day) {
  auto areas = tx.all<Area>(sql::kAreas, realm);
  if (day) {
    std::unordered_map<AreaId, std::pair<AreaId, std::string>> then;
    tx.each(
        sql::kVersionsOn,
        [&](const store::Row& row) {
          then[row.get<AreaId>(0)] = {row.get<AreaId>(1), row.get<std::string>(2)};
        },
        realm, day);
    std::erase_if(areas, [&](const Area& area) { return !then.contains(area.id); });
    for (auto& area : areas) {
      std::tie(area.parent, area.name) = then[area.id];
      area.until = 0;
      if (!then.contains(area.parent)) area.parent = {};  // the parent was written down for a later day
    }
  }
  Boundaries boundaries;
  const auto read = [&](const store::Row& row) { boundaries[row.get<AreaId>(0)] = parse_shape(row.text(1)); };
  if (day)
    tx.each(sql::kBoundariesOn, read, realm, day);
  else
    tx.each(sql::kBoundaries, read, realm);
  return Atlas::build(std::move(areas), std::move(boundaries), levels, atlas_revision(tx, realm));
}

std::int64_t atlas_revision(Tx& tx, RealmId realm) { return tx.one<std::int64_t>(sql::kRevision, realm).value_or(0); }

std::optional<Area> find_area(Tx& tx, RealmId realm, AreaId id) { return tx.one<Area>(sql::kArea, realm, id); }

std::optional<Area> find_area_by_code(Tx& tx, RealmId realm, std::string_view code) {
  return tx.one<Area>(sql::kAreaByCode, realm, code);
}

std::vector<Area> areas_below(Tx& tx, RealmId realm, AreaId id, std::string_view level) {
  const auto upper = find_area(tx, realm, id);
  if (!upper) return {};
  return tx.all<Area>(sql::kAreasBelow, realm, upper->path + "%", level);
}

std::vector<AreaVersion> history_of(Tx& tx, RealmId realm, AreaId id) {
  return tx.all<AreaVersion>(sql::kHistory, realm, id);
}

}  // namespace tongxin::place
