#include "place/atlas.hpp"

#include "base/fault.hpp"
#include "place/overlay.hpp"

namespace tongxin::place {
namespace {

[[noreturn]] void broken(const Area& area, std::string_view why) {
  throw Fault(Code::internal, words("区域数据有误", "the areas are inconsistent"))
      .log(fmt::format("area {} ({}): {}", to_text(area.id), area.code, why));
}

bool before(const Area& a, const Area& b) { return std::tie(a.order, a.code, a.id) < std::tie(b.order, b.code, b.id); }

}  // namespace

AtlasPtr Atlas::build(std::vector<Area> areas, Boundaries boundaries, Levels levels, std::int64_t revision) {
  std::shared_ptr<Atlas> atlas(new Atlas);
  atlas->levels_ = std::move(levels);
  atlas->boundaries_ = std::move(boundaries);
  atlas->revision_ = revision;
  atlas->arrange(std::move(areas));
  atlas->derive();
  atlas->index_levels();
  return atlas;
}

void Atlas::arrange(std::vector<Area> areas) {
  std::sort(areas.begin(), areas.end(), before);
  std::unordered_map<AreaId, std::vector<std::uint32_t>> below_parent;
  for (std::uint32_t i = 0; i < areas.size(); ++i) below_parent[areas[i].parent].push_back(i);

  areas_.reserve(areas.size());
  struct Step {
    std::uint32_t source;
    bool leave;
    std::uint32_t position;
  };
  std::vector<Step> stack;
  const auto enter = [&](AreaId parent) {
    const auto it = below_parent.find(parent);
    if (it == below_parent.end()) return;
    for (auto i = it->second.rbegin(); i != it->second.rend(); ++i) stack.push_back({*i, false, 0});
  };
  end_.resize(areas.size());
  enter({});
  while (!stack.empty()) {
    const auto step = stack.back();
    stack.pop_back();
    if (step.leave) {
      end_[step.position] = std::uint32_t(areas_.size());
      continue;
    }
    auto& area = areas[step.source];
    const auto id = area.id;
    const auto position = std::uint32_t(areas_.size());
    if (!id || !position_.emplace(id, position).second) broken(area, "the id is missing or occurs twice");
    areas_.push_back(std::move(area));
    stack.push_back({step.source, true, position});
    enter(id);
  }
  if (areas_.size() != areas.size())  // what no root leads to was not moved
    for (const auto& area : areas)
      if (area.id && !position_.contains(area.id)) broken(area, "its parent is missing or the parents run in a circle");
}

void Atlas::derive() {
  children_.resize(areas_.size());
  for (std::uint32_t i = 0; i < areas_.size(); ++i) {
    auto& area = areas_[i];
    const auto* parent = area.parent ? &areas_[position_.at(area.parent)] : nullptr;
    area.path = (parent ? parent->path : "/") + to_text(area.id) + "/";
    area.depth = parent ? parent->depth + 1 : 0;
    const auto boundary = boundaries_.find(area.id);
    area.has_boundary = boundary != boundaries_.end();
    if (area.has_boundary && !area.lon) {
      const auto label = label_point(boundary->second);
      area.lon = label.longitude();
      area.lat = label.latitude();
    }
    if (!codes_.emplace(area.code, i).second) broken(area, "the code occurs twice");
    if (area.until) continue;
    (parent ? children_[position_.at(area.parent)] : roots_).push_back(area.id);
    by_level_[area.level].ids.push_back(area.id);
  }
}

void Atlas::index_levels() {
  for (auto& [level, index] : by_level_) {
    std::vector<const Shape*> shapes;
    for (const auto id : index.ids)
      if (const auto* shape = boundary(id)) {
        shapes.push_back(shape);
        index.located.push_back(id);
      }
    index.locator = Locator(shapes);
  }
}

const Atlas::LevelIndex* Atlas::level_index(std::string_view level) const {
  const auto it = by_level_.find(level);
  return it == by_level_.end() ? nullptr : &it->second;
}

const Area* Atlas::find(AreaId id) const {
  const auto it = position_.find(id);
  return it == position_.end() ? nullptr : &areas_[it->second];
}

const Area& Atlas::at(AreaId id) const {
  if (const auto* area = find(id)) return *area;
  throw Fault(Code::not_found, words("没有区域 {}", "there is no area {}", to_text(id)));
}

const Area* Atlas::by_code(std::string_view code) const {
  const auto it = codes_.find(code);
  return it == codes_.end() ? nullptr : &areas_[it->second];
}

const Shape* Atlas::boundary(AreaId id) const {
  const auto it = boundaries_.find(id);
  return it == boundaries_.end() ? nullptr : &it->second;
}

std::span<const AreaId> Atlas::children(AreaId parent) const {
  if (!parent) return roots_;
  const auto it = position_.find(parent);
  if (it == position_.end()) return {};
  return children_[it->second];
}

std::span<const AreaId> Atlas::of_level(std::string_view level) const {
  const auto* index = level_index(level);
  return index ? std::span<const AreaId>(index->ids) : std::span<const AreaId>{};
}

std::vector<AreaId> Atlas::lineage(AreaId id) const {
  std::vector<AreaId> up;
  for (const auto* area = find(id); area; area = find(area->parent)) up.push_back(area->id);
  std::reverse(up.begin(), up.end());
  return up;
}

std::optional<AreaId> Atlas::ancestor_at(AreaId id, std::string_view level) const {
  for (const auto* area = find(id); area; area = find(area->parent))
    if (area->level == level) return area->id;
  return std::nullopt;
}

bool Atlas::within(AreaId inner, AreaId outer) const {
  const auto in = position_.find(inner), out = position_.find(outer);
  if (in == position_.end() || out == position_.end()) return false;
  return out->second <= in->second && in->second < end_[out->second];
}

std::vector<AreaId> Atlas::below(AreaId id, std::string_view level) const {
  std::uint32_t from = 0, to = std::uint32_t(areas_.size());
  if (id) {
    const auto it = position_.find(id);
    if (it == position_.end()) return {};
    from = it->second + 1;
    to = end_[it->second];
  }
  std::vector<AreaId> found;
  for (auto i = from; i < to; ++i)
    if (!areas_[i].until && (level.empty() || areas_[i].level == level)) found.push_back(areas_[i].id);
  return found;
}

std::size_t Atlas::count(AreaId id, std::string_view level) const { return below(id, level).size(); }

std::string Atlas::path_text(AreaId id, std::string_view from_level) const {
  auto line = lineage(id);
  if (!from_level.empty())
    if (const auto start = ancestor_at(id, from_level))
      line.erase(line.begin(), std::find(line.begin(), line.end(), *start));
  std::string text;
  for (const auto step : line) {
    if (!text.empty()) text += " / ";
    text += find(step)->name;
  }
  return text;
}

std::optional<AreaId> Atlas::locate(double lon, double lat, std::string_view level) const {
  const auto point = make_point(lon, lat);
  const auto* index = level_index(level);
  if (!point || !index) return std::nullopt;
  const auto found = index->locator.first(*point);
  if (!found) return std::nullopt;
  return index->located[*found];
}

std::vector<AreaId> Atlas::locate_all(double lon, double lat, std::string_view level) const {
  std::vector<AreaId> found;
  const auto point = make_point(lon, lat);
  const auto* index = level_index(level);
  if (point && index)
    for (const auto i : index->locator.all(*point)) found.push_back(index->located[i]);
  return found;
}

std::optional<Atlas::Near> Atlas::nearest(double lon, double lat, std::string_view level, double metres) const {
  const auto point = make_point(lon, lat);
  const auto* index = level_index(level);
  if (!point || !index) return std::nullopt;
  Near best{{}, metres};
  const auto consider = [&](AreaId id, double distance) {
    if (distance < best.metres || (distance == best.metres && !best.id)) best = {id, distance};
  };
  for (const auto i : index->locator.near(*point, metres))
    consider(index->located[i], distance_metres(*boundary(index->located[i]), *point));
  for (const auto id : index->ids) {
    const auto& area = *find(id);
    if (area.has_boundary || !area.lon || !area.lat) continue;
    if (const auto there = make_point(*area.lon, *area.lat)) consider(id, distance_metres(*point, *there));
  }
  if (!best.id) return std::nullopt;
  return best;
}

}  // namespace tongxin::place
