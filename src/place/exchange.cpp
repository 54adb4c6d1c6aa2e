#include "place/exchange.hpp"

#include <boost/json.hpp>

#include "place/overlay.hpp"
#include "place/scheme.hpp"

namespace tongxin::place {
namespace {

namespace json = boost::json;

// One feature as it was read.
struct Feature {
  std::string at;  // "/features/12"
  std::string level, code, name, parent_code;
  std::optional<int> order;
  std::optional<Day> from;
  std::optional<json::object> attributes;
  std::optional<Shape> shape;
  std::optional<Point> point;
  const Area* old = nullptr;  // the area of that code
  Area area;                  // as it shall be
  bool changed = false, moved = false, reshaped = false;
};

std::string with_place(const Words& say, const Point& at, bool english) {
  return english ? fmt::format("{} at {:.7f}, {:.7f}", say.en, at.longitude(), at.latitude())
                 : fmt::format("{},在 {:.7f}, {:.7f}", say.zh, at.longitude(), at.latitude());
}

class Import {
 public:
  Import(store::Tx& tx, const Edit& edit, const Levels& levels, IdSource& ids, const ImportOptions& options)
      : tx_(tx),
        edit_(edit),
        levels_(levels),
        ids_(ids),
        options_(options),
        atlas_(load_atlas(tx, edit.realm, levels)) {}

  ImportReport run(std::string_view text) {
    read(text);
    match();
    if (report_.problems_total == 0) compare();
    if (report_.problems_total == 0) check_after();
    if (report_.problems_total == 0 && !options_.dry_run) {
      apply();
      report_.applied = true;
    }
    return std::move(report_);
  }

 private:
  void problem(std::string at, std::string code, Words say) {
    ++report_.problems_total;
    if (report_.problems.size() < kProblemsShown)
      report_.problems.push_back({std::move(at), std::move(code), std::move(say)});
  }
  std::string property(const Feature& feature, const std::string& key) const {
    return feature.at + "/properties/" + key;
  }

  // ── reading ──
  void read(std::string_view text) {
    const auto document = parse_json(text, options_.limits);
    const auto* object = document.if_object();
    const auto* type = object ? object->if_contains("type") : nullptr;
    const auto* list = object ? object->if_contains("features") : nullptr;
    if (!type || !type->is_string() || type->get_string() != "FeatureCollection" || !list || !list->is_array())
      throw Fault(Code::invalid,
                  words("应当是 GeoJSON 的 FeatureCollection", "a GeoJSON FeatureCollection is expected"));
    const auto& values = list->get_array();
    if (values.size() > options_.features)
      throw Fault(Code::too_large, words("要素多于 {} 个", "more than {} features", options_.features));
    report_.features = int(values.size());
    points_left_ = options_.limits.points;
    features_.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) read_feature(values[i], fmt::format("/features/{}", i));
  }

  void read_feature(const json::value& value, std::string at) {
    Feature feature;
    feature.at = std::move(at);
    const auto* object = value.if_object();
    const auto* properties = object ? object->if_contains("properties") : nullptr;
    if (!properties || !properties->is_object())
      return problem(feature.at + "/properties", "required", words("缺少属性", "the properties are missing"));
    read_properties(properties->get_object(), feature);
    read_geometry(object->if_contains("geometry"), feature);
    features_.push_back(std::move(feature));
  }

  void read_properties(const json::object& properties, Feature& feature) {
    feature.level = text_of(properties, feature, options_.level);
    if (feature.level.empty()) feature.level = options_.default_level;
    feature.code = text_of(properties, feature, options_.code);
    feature.name = text_of(properties, feature, options_.name);
    feature.parent_code = text_of(properties, feature, options_.parent_code);
    // Passed over as an attribute, it would leave areas without a parent, and their gaps and overlaps unseen.
    if (const auto* parent = properties.if_contains("parent");
        parent && !parent->is_null() && options_.parent_code != "parent" && feature.parent_code.empty())
      problem(property(feature, "parent"), "unknown",
              words("上级代码应当写在「{}」里,不是「parent」", "the parent's code belongs in '{}', not in 'parent'",
                    options_.parent_code));
    if (feature.parent_code.empty()) feature.parent_code = options_.default_parent_code;
    if (feature.code.empty())
      problem(property(feature, options_.code), "required",
              words("「{}」缺少代码", "the code of '{}' is missing", feature.name));
    if (feature.name.empty())
      problem(property(feature, options_.name), "required",
              words("{} 缺少名称", "the name of {} is missing", feature.code));
    if (const auto* level = find_level(levels_, feature.level); !level)
      problem(property(feature, options_.level), feature.level.empty() ? "required" : "enum",
              words("{}「{}」的层级「{}」不认识", "the level of {} '{}' is unknown: '{}'", feature.code, feature.name,
                    feature.level));
    read_order_and_day(properties, feature);
    read_attributes(properties, feature);
  }

  // Text, or a whole number as people write codes; absent and null are empty.
  std::string text_of(const json::object& properties, const Feature& feature, const std::string& key) {
    const auto* value = properties.if_contains(key);
    if (!value || value->is_null()) return {};
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    if (const auto* whole = value->if_int64()) return std::to_string(*whole);
    problem(property(feature, key), "type", words("应当是文字", "a text is expected"));
    return {};
  }

  void read_order_and_day(const json::object& properties, Feature& feature) {
    if (const auto* order = properties.if_contains(options_.order); order && !order->is_null()) {
      if (const auto* whole = order->if_int64(); whole && *whole == std::int32_t(*whole))
        feature.order = int(*whole);
      else
        problem(property(feature, options_.order), "type", words("顺序应当是整数", "the order must be a whole number"));
    }
    const auto from = text_of(properties, feature, options_.from);
    if (from.empty()) return;
    Day day = 0;
    if (!parse_day(from, day) || day > edit_.on)
      problem(property(feature, options_.from), "format",
              words("起始日期「{}」应当写作 2026-01-01,且不晚于 {}",
                    "the first day '{}' must be like 2026-01-01 and not after {}", from, to_day_text(edit_.on)));
    else
      feature.from = day;
  }

  void read_attributes(const json::object& properties, Feature& feature) {
    json::object attributes;
    if (const auto* nested = properties.if_contains(options_.attributes); nested && !nested->is_null()) {
      if (nested->is_object())
        attributes = nested->get_object();
      else
        problem(property(feature, options_.attributes), "type", words("应当是对象", "an object is expected"));
      feature.attributes.emplace();
    }
    for (const auto& entry : properties) {
      const std::string_view key(entry.key().data(), entry.key().size());
      if (key == options_.level || key == options_.code || key == options_.name || key == options_.parent_code ||
          key == options_.order || key == options_.from || key == options_.attributes)
        continue;
      attributes[entry.key()] = entry.value();
    }
    if (feature.attributes || !attributes.empty()) feature.attributes = std::move(attributes);
  }

  void read_geometry(const json::value* geometry, Feature& feature) {
    if (!geometry || geometry->is_null()) return;
    const auto at = feature.at + "/geometry";
    try {
      const auto* object = geometry->if_object();
      const auto* type = object ? object->if_contains("type") : nullptr;
      if (type && type->is_string() && type->get_string() == "Point") {
        feature.point = read_point(*geometry, at);
        return;
      }
      auto shape = read_shape(*geometry, at, points_left_);
      if (const auto flaw = flaw_of(shape))
        return problem(
            at, "shape",
            Words{fmt::format("{}「{}」:{}", feature.code, feature.name, with_place(flaw->say, flaw->at, false)),
                  fmt::format("{} '{}': {}", feature.code, feature.name, with_place(flaw->say, flaw->at, true))});
      feature.shape = std::move(shape);
    } catch (const Fault& fault) {
      if (fault.code() != Code::invalid) throw;
      for (const auto& complaint : fault.complaints())
        problem(complaint.at, complaint.code,
                Words{fmt::format("{}「{}」:{}", feature.code, feature.name, complaint.say.zh),
                      fmt::format("{} '{}': {}", feature.code, feature.name, complaint.say.en)});
    }
  }

  // ── matching ──
  void match() {
    std::unordered_map<std::string_view, std::size_t> by_code;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      auto& feature = features_[i];
      if (feature.code.empty()) continue;
      const auto [there, fresh] = by_code.emplace(feature.code, i);
      if (!fresh)
        problem(property(feature, options_.code), "duplicate",
                words("代码 {} 出现两次:「{}」和「{}」", "the code {} occurs twice: '{}' and '{}'", feature.code,
                      features_[there->second].name, feature.name));
      match_old(feature);
    }
    for (auto& feature : features_) match_parent(feature, by_code);
  }

  void match_old(Feature& feature) {
    feature.old = atlas_->by_code(feature.code);
    if (!feature.old) {
      feature.area.id = ids_.make<AreaId>();
      return;
    }
    feature.area = *feature.old;
    if (feature.old->until)
      problem(property(feature, options_.code), "closed",
              words("代码 {} 属于已撤销的「{}」", "the code {} belongs to '{}', which was closed", feature.code,
                    feature.old->name));
    if (feature.old->level != feature.level)
      problem(property(feature, options_.level), "conflict",
              words("{}「{}」的层级是 {},不能改为 {}", "the level of {} '{}' is {} and cannot become {}", feature.code,
                    feature.name, feature.old->level, feature.level));
  }

  void match_parent(Feature& feature, const std::unordered_map<std::string_view, std::size_t>& by_code) {
    if (feature.parent_code.empty()) return;  // a root, or as it was
    const auto in_file = by_code.find(feature.parent_code);
    const auto* known = atlas_->by_code(feature.parent_code);
    if (in_file == by_code.end() && (!known || known->until))
      return problem(property(feature, options_.parent_code), "unknown",
                     words("{}「{}」的上级 {} 不存在", "the parent of {} '{}' does not exist: {}", feature.code,
                           feature.name, feature.parent_code));
    const bool file_says = in_file != by_code.end();
    feature.area.parent = file_says ? features_[in_file->second].area.id : known->id;
    const auto* upper = find_level(levels_, file_says ? features_[in_file->second].level : known->level);
    const auto* lower = find_level(levels_, feature.level);
    if (upper && lower && upper->rank >= lower->rank)
      problem(
          property(feature, options_.parent_code), "rank",
          Words{fmt::format("{}「{}」:{}不能放在{}之下", feature.code, feature.name, lower->name_zh, upper->name_zh),
                fmt::format("{} '{}': a {} cannot lie below a {}", feature.code, feature.name, lower->name_en,
                            upper->name_en)});
  }

  // ── what is different ──
  void compare() {
    const auto rank = [&](const Feature& feature) { return find_level(levels_, feature.level)->rank; };
    std::stable_sort(features_.begin(), features_.end(),
                     [&](const Feature& a, const Feature& b) { return rank(a) < rank(b); });
    for (auto& feature : features_) {
      fill(feature);
      if (!feature.old)
        ++report_.added;
      else if (feature.changed)
        ++report_.changed;
      else
        ++report_.unchanged;
    }
  }

  void fill(Feature& feature) {
    auto& area = feature.area;
    area.level = feature.level;
    area.code = feature.code;
    area.name = feature.name;
    if (feature.order) area.order = *feature.order;
    if (!feature.old) area.from = feature.from.value_or(edit_.on);
    if (feature.attributes) {
      if (!feature.old || json::parse(area.attributes) != json::value(*feature.attributes))
        area.attributes = json::serialize(*feature.attributes);
    }
    if (feature.point && !(feature.old && feature.old->has_boundary)) {
      area.lon = feature.point->longitude();
      area.lat = feature.point->latitude();
    }
    if (!feature.old) return;
    const auto* shape = atlas_->boundary(area.id);
    feature.reshaped = feature.shape && !(shape && *shape == *feature.shape);
    feature.moved = area.parent != feature.old->parent;
    feature.changed = feature.reshaped || feature.moved || !(area == *feature.old);
  }

  // Boundaries without gaps, and schemes, as they would be.
  void check_after() {
    std::unordered_map<AreaId, Area> areas;
    Boundaries boundaries;
    for (const auto& area : atlas_->all()) {
      areas.emplace(area.id, area);
      if (const auto* shape = atlas_->boundary(area.id)) boundaries.emplace(area.id, *shape);
    }
    std::unordered_set<AreaId> touched;
    for (const auto& feature : features_) {
      if (!feature.old || feature.moved || feature.reshaped) touched.insert(feature.area.id);
      if (feature.moved) touched.insert(feature.old->parent);
      areas.insert_or_assign(feature.area.id, feature.area);
      if (feature.shape) boundaries.insert_or_assign(feature.area.id, *feature.shape);
    }
    std::vector<Area> list;
    for (auto& [id, area] : areas) list.push_back(std::move(area));
    const auto after = Atlas::build(std::move(list), std::move(boundaries), levels_);
    const CoverageRule everything{.tolerance_m2 = options_.coverage.tolerance_m2};
    for (auto& complaint : coverage_complaints(*after, touched, everything)) {
      if (!allows(options_.coverage, complaint))
        problem(std::move(complaint.at), std::move(complaint.code), std::move(complaint.say));
      else if (report_.allowed.size() < kProblemsShown)
        report_.allowed.push_back(std::move(complaint));
    }
    std::unordered_set<AreaId> uppers;
    for (const auto& feature : features_) {
      uppers.insert({feature.area.id, feature.area.parent});
      if (feature.old) uppers.insert(feature.old->parent);
    }
    for (const auto& area : after->all())
      if (uppers.contains(area.id) && !area.until)
        if (auto broken = broken_scheme(levels_, area, SchemeCheck::whole,
                                        [&](const std::string& level) { return int(after->count(area.id, level)); }))
          problem("area/" + area.code, "scheme", std::move(*broken));
  }

  // ── writing ──
  void apply() {
    std::vector<Area> added;
    Boundaries new_boundaries, changed_boundaries;
    for (const auto& feature : features_) {
      if (!feature.old) added.push_back(feature.area);
      if (feature.shape && !feature.old) new_boundaries.emplace(feature.area.id, *feature.shape);
      if (feature.reshaped) changed_boundaries.emplace(feature.area.id, *feature.shape);
    }
    // The whole was looked at before; on the way two areas that change places may well break a scheme.
    Levels levels = levels_;
    for (auto& level : levels) level.schemes.clear();
    for (const Area& area : added) report_.made.push_back(area.id);
    const CoverageRule looked_at_before{.allow_gaps = true, .allow_overlaps = true};
    if (!added.empty()) add_areas(tx_, edit_, levels, added, new_boundaries, looked_at_before);
    for (const auto& feature : features_) {
      if (!feature.changed) continue;
      const auto& area = feature.area;
      if (feature.moved) move_area(tx_, edit_, levels, area.id, area.parent, looked_at_before);
      rename_area(tx_, edit_, area.id, area.name);
      describe_area(tx_, edit_, levels, area.id, area.order, area.lon, area.lat, area.attributes);
    }
    if (!changed_boundaries.empty()) set_boundaries(tx_, edit_, levels, changed_boundaries, looked_at_before);
  }

  store::Tx& tx_;
  const Edit& edit_;
  const Levels& levels_;
  IdSource& ids_;
  const ImportOptions& options_;
  AtlasPtr atlas_;
  std::vector<Feature> features_;
  std::size_t points_left_ = 0;
  ImportReport report_;
};

std::string geometry_text(const Atlas& atlas, const Area& area) {
  if (const auto* shape = atlas.boundary(area.id)) return to_geojson(*shape);
  if (!area.lon || !area.lat) return "null";
  return fmt::format(R"({{"type":"Point","coordinates":{}}})", to_geojson(*make_point(*area.lon, *area.lat)));
}

std::string feature_text(const Atlas& atlas, const Area& area) {
  json::object properties;
  properties["level"] = area.level;
  properties["code"] = area.code;
  properties["name"] = area.name;
  if (const auto* parent = atlas.find(area.parent)) properties["parent_code"] = parent->code;
  properties["order"] = area.order;
  properties["from"] = to_day_text(area.from);
  properties["attributes"] = json::parse(area.attributes);
  return fmt::format(R"({{"type":"Feature","properties":{},"geometry":{}}})", json::serialize(properties),
                     geometry_text(atlas, area));
}

}  // namespace

ImportReport import_geojson(store::Tx& tx, const Edit& edit, const Levels& levels, IdSource& ids, std::string_view text,
                            const ImportOptions& options) {
  return Import(tx, edit, levels, ids, options).run(text);
}

std::string export_geojson(const Atlas& atlas, std::string_view level) {
  std::string text = R"({"type":"FeatureCollection","features":[)";
  bool first = true;
  for (const auto& area : atlas.all()) {
    if (area.until || (!level.empty() && area.level != level)) continue;
    text += first ? "\n" : ",\n";
    text += feature_text(atlas, area);
    first = false;
  }
  text += "\n]}\n";
  return text;
}

}  // namespace tongxin::place
