// Areas: from a table (the tree and points), or from GeoJSON (boundaries too). Both go through place/exchange.hpp.
#include <charconv>

#include "exchange/target.hpp"
#include "place/exchange.hpp"

namespace tongxin::exchange {
namespace {

namespace json = boost::json;

void import_text(const Context& context, const record::World& world, const Options& options, store::Tx& tx,
                 const people::Doing& doing, bool dry_run, const std::string& text, place::ImportReport& done) {
  place::ImportOptions wanted;
  wanted.dry_run = dry_run;
  wanted.default_level = options.default_level;
  wanted.default_parent_code = options.default_area;
  wanted.coverage = {.allow_gaps = options.allow_gaps, .allow_overlaps = options.allow_overlaps};
  const place::Edit edit{context.realm, context.actor.person, doing.at, doing.today(), doing.zone};
  done = place::import_geojson(tx, edit, record::levels_of(*world.library), context.ids, text, wanted);
}

void count(const place::ImportReport& done, Report& report) {
  report.rows = std::size_t(done.features), report.added = std::size_t(done.added);
  report.changed = std::size_t(done.changed), report.unchanged = std::size_t(done.unchanged);
  report.problems_total = std::size_t(done.problems_total);
  for (const Complaint& each : done.allowed)
    report.allowed.push_back({.row = 0, .cell = each.at, .code = each.code, .say = each.say});
}

// "/features/12/properties/code": 12 and "code".
std::pair<int, std::string> place_in(const std::string& at) {
  int feature = -1;
  constexpr std::string_view features = "/features/";
  if (at.starts_with(features)) std::from_chars(at.data() + features.size(), at.data() + at.size(), feature);
  return {feature, at.substr(at.rfind('/') + 1)};
}

struct AreaRow {
  int row = 0;
  json::object feature;
};

class AreaTable final : public TargetOf<AreaRow> {
 public:
  AreaTable(const Context& context, record::WorldPtr world, const Options& options)
      : TargetOf(context, std::move(world), options) {
    columns_ = {
        {"code", {"编码", "Code"}, {"编码", "区域编码", "Code"}, true, {"全区唯一", "unique"}},
        {"name", {"名称", "Name"}, {"名称", "区域名称", "Name"}, true, {}},
        {"level",
         {"层级", "Level"},
         {"层级", "级别", "Level"},
         false,
         {"社区、网格、楼栋", "community, grid, building"}},
        {"parent_code",
         {"上级编码", "Parent"},
         {"上级编码", "上级", "Parent", "parent_code"},
         false,
         {"编码", "a code"}},
        {"order", {"顺序", "Order"}, {"顺序", "排序", "Order"}, false, {}},
        {"lon", {"经度", "Longitude"}, {"经度", "Longitude", "lon"}, false, {"WGS84", "WGS84"}},
        {"lat", {"纬度", "Latitude"}, {"纬度", "Latitude", "lat"}, false, {"WGS84", "WGS84"}},
        {"from", {"启用日期", "From"}, {"启用日期", "From"}, false, {"2020-01-01", "2020-01-01"}},
    };
  }
  bool independent() const override { return false; }
  bool by_file() const override { return true; }
  Stored store(store::Tx&, const people::Doing&, std::size_t) override { return {}; }

  void store_file(store::Tx& tx, const people::Doing& doing, bool dry_run, Report& report,
                  std::vector<Problem>& problems, Made& made) override {
    json::array features;
    for (const AreaRow& item : items_) features.push_back(item.feature);
    const json::object whole{{"type", "FeatureCollection"}, {"features", std::move(features)}};
    place::ImportReport done;
    import_text(context_, *world_, options_, tx, doing, dry_run, json::serialize(whole), done);
    count(done, report);
    for (const AreaId id : done.made) made.emplace_back("area", id.value);
    for (const Complaint& complaint : done.problems) {
      const auto [feature, property] = place_in(complaint.at);
      const bool known = feature >= 0 && std::size_t(feature) < items_.size();
      problems.push_back({known ? items_[std::size_t(feature)].row : 0,
                          property == "geometry" ? "lon" : property,
                          {},
                          {},
                          complaint.code,
                          complaint.say});
    }
  }

 protected:
  AreaRow look(Line& line) override {
    json::object properties{{"code", line.needed("code")}, {"name", line.needed("name")}};
    std::vector<pack::Named> levels;
    for (const pack::Level& level : world_->library->levels) levels.push_back({level.name, level.label});
    const std::string level = line.text("level");
    if (const std::string word = word_by_text(levels, level); !word.empty())
      properties["level"] = word;
    else if (!level.empty())
      line.complain("level", "enum",
                    words("没有层级“{}”，可填：{}", "there is no level '{}'; choose one of {}", level,
                          fmt::format("{}", fmt::join(labels_of(levels), "、"))));
    else if (options_.default_level.empty())
      line.complain("level", "required", words("不能为空", "must not be empty"));
    if (const std::string parent = line.text("parent_code"); !parent.empty()) properties["parent_code"] = parent;
    if (const auto order = line.integer("order")) properties["order"] = *order;
    if (const Day from = line.day("from")) properties["from"] = to_day_text(from);
    const auto lon = line.real("lon"), lat = line.real("lat");
    json::value geometry;
    if (lon && lat)
      geometry = {{"type", "Point"}, {"coordinates", json::array{*lon, *lat}}};
    else if ((lon || lat) && line.text(lon ? "lat" : "lon").empty())
      line.complain(lon ? "lat" : "lon", "required", words("经度和纬度要一起填", "longitude and latitude go together"));
    return {line.row(),
            {{"type", "Feature"}, {"properties", std::move(properties)}, {"geometry", std::move(geometry)}}};
  }
};

class AreaMap final : public Target {
 public:
  AreaMap(const Context& context, record::WorldPtr world, const Options& options, std::string_view text)
      : Target(context, std::move(world), options), text_(text) {}
  void read(Line&) override {}
  std::size_t size() const override { return 0; }
  int row_of(std::size_t) const override { return 0; }
  bool by_file() const override { return true; }
  Stored store(store::Tx&, const people::Doing&, std::size_t) override { return {}; }
  void store_file(store::Tx& tx, const people::Doing& doing, bool dry_run, Report& report,
                  std::vector<Problem>& problems, Made& made) override {
    place::ImportReport done;
    import_text(context_, *world_, options_, tx, doing, dry_run, std::string(text_), done);
    count(done, report);
    for (const AreaId id : done.made) made.emplace_back("area", id.value);
    for (const Complaint& complaint : done.problems) {
      const auto [feature, property] = place_in(complaint.at);
      problems.push_back({feature + 1, property, complaint.at, {}, complaint.code, complaint.say});
    }
  }

 private:
  const std::string_view text_;
};

}  // namespace

std::unique_ptr<Target> areas_target(const Context& context, record::WorldPtr world, const Options& options) {
  return std::make_unique<AreaTable>(context, std::move(world), options);
}
std::unique_ptr<Target> map_target(const Context& context, record::WorldPtr world, const Options& options,
                                   std::string_view geojson) {
  return std::make_unique<AreaMap>(context, std::move(world), options, geojson);
}

}  // namespace tongxin::exchange
