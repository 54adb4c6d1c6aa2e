#include "place/coverage.hpp"

#include "place/overlay.hpp"

namespace tongxin::place {
namespace {

using Touched = std::unordered_set<AreaId>;

// With `touched`, only what these areas have part in is looked at.
class Check {
 public:
  Check(const Atlas& atlas, const std::string& level, const CoverageQuestion& question,
        const Touched* touched = nullptr)
      : atlas_(atlas), question_(question), touched_(touched) {
    report_.level = level;
    for (const auto id : atlas.below(question.below, level)) {
      ++report_.areas;
      if (const auto* shape = atlas.boundary(id)) {
        ids_.push_back(id);
        shapes_.push_back(shape);
      } else {
        ++report_.without_boundary;
      }
    }
  }

  CoverageReport run() {
    look_for_overlaps();
    look_at_parents();
    if (!question_.building_level.empty() && report_.areas > 0) look_at_buildings();
    report_.seamless =
        report_.gaps.empty() && report_.overlaps.empty() && report_.spills.empty() && report_.strays.empty();
    return std::move(report_);
  }

 private:
  const std::string& name(AreaId id) const { return atlas_.at(id).name; }

  bool is_touched(AreaId id) const { return !touched_ || touched_->contains(id); }

  // Positions of the areas that were touched and of those whose box meets theirs.
  std::vector<std::size_t> neighbourhood() const {
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (is_touched(ids_[i])) boxes.push_back(box_of(*shapes_[i]));
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const auto box = box_of(*shapes_[i]);
      if (!touched_ || std::any_of(boxes.begin(), boxes.end(), [&](const Box& other) { return other.meets(box); }))
        members.push_back(i);
    }
    return members;
  }

  void look_for_overlaps() {
    const auto members = neighbourhood();
    std::vector<const Shape*> shapes;
    for (const auto i : members) shapes.push_back(shapes_[i]);
    for (const auto& pair : overlaps(shapes, question_.tolerance_m2)) {
      const auto first = ids_[members[pair.first]], second = ids_[members[pair.second]];
      if (!is_touched(first) && !is_touched(second)) continue;
      report_.overlaps.push_back({first, second, name(first), name(second), pair.ground.square_metres,
                                  pair.ground.at.longitude(), pair.ground.at.latitude()});
    }
  }

  void look_at_parents() {
    std::vector<AreaId> parents;
    std::unordered_map<AreaId, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const auto parent = atlas_.at(ids_[i]).parent;
      if (!atlas_.find(parent)) continue;
      if (groups[parent].empty()) parents.push_back(parent);
      groups[parent].push_back(i);
    }
    for (const auto parent : parents) {
      const auto& group = groups[parent];
      const auto concerned = [&](std::size_t i) { return is_touched(ids_[i]); };
      if (is_touched(parent) || std::any_of(group.begin(), group.end(), concerned)) look_at_parent(parent, group);
    }
  }

  void look_at_parent(AreaId parent, const std::vector<std::size_t>& members) {
    const auto* whole = atlas_.boundary(parent);
    std::vector<const Shape*> parts;
    for (const auto i : members) {
      parts.push_back(shapes_[i]);
      if (!whole) continue;
      if (const auto piece = spill(*shapes_[i], *whole, question_.tolerance_m2))
        report_.spills.push_back({ids_[i], parent, name(ids_[i]), name(parent), piece->square_metres,
                                  piece->at.longitude(), piece->at.latitude()});
    }
    // Where nobody drew the parent, its ground is at least what its areas enclose, but for enclaves of others.
    const auto found = whole ? gaps(*whole, parts, question_.tolerance_m2)
                             : enclosed_gaps(parts, others_near(parent, parts), question_.tolerance_m2);
    for (const auto& piece : found)
      report_.gaps.push_back({parent, name(parent), piece.square_metres, piece.at.longitude(), piece.at.latitude()});
  }

  std::vector<const Shape*> others_near(AreaId parent, const std::vector<const Shape*>& parts) const {
    Box box = box_of(*parts.front());
    for (const auto* part : parts) {
      const auto inner = box_of(*part);
      box.add(inner.low);
      box.add(inner.high);
    }
    std::vector<const Shape*> others;
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (atlas_.at(ids_[i]).parent != parent && box_of(*shapes_[i]).meets(box)) others.push_back(shapes_[i]);
    return others;
  }

  void look_at_buildings() {
    for (const auto id : atlas_.below(question_.below, question_.building_level)) {
      ++report_.buildings;
      const auto& building = atlas_.at(id);
      const auto declared = atlas_.ancestor_at(id, report_.level).value_or(AreaId{});
      std::vector<AreaId> found;
      if (building.lon && building.lat) found = atlas_.locate_all(*building.lon, *building.lat, report_.level);
      if (const auto kind = judge(building, declared, found))
        report_.strays.push_back({id, building.name, *kind, declared, std::move(found)});
    }
  }

  std::optional<StrayKind> judge(const Area& building, AreaId declared, const std::vector<AreaId>& found) const {
    if (!declared) return StrayKind::in_none;
    if (found.size() > 1) return StrayKind::in_several;
    if (!found.empty() && found.front() != declared) return StrayKind::elsewhere;
    if (found.empty() && building.lon && atlas_.boundary(declared)) return StrayKind::elsewhere;
    return std::nullopt;
  }

  const Atlas& atlas_;
  const CoverageQuestion& question_;
  const Touched* touched_;
  CoverageReport report_;
  std::vector<AreaId> ids_;
  std::vector<const Shape*> shapes_;
};

std::string names(const Atlas& atlas, const std::vector<AreaId>& ids, std::string_view between) {
  std::string text;
  for (const auto id : ids) {
    if (!text.empty()) text += between;
    text += atlas.path_text(id, "community");
  }
  return text;
}

}  // namespace

CoverageReport check_coverage(const Atlas& atlas, const std::string& level, const CoverageQuestion& question) {
  return Check(atlas, level, question).run();
}

std::vector<Complaint> coverage_complaints(const Atlas& atlas, const Touched& touched, const CoverageRule& rule) {
  std::vector<Complaint> complaints;
  const auto complain = [&](AreaId id, std::string code, Words say) {
    complaints.push_back({"area/" + atlas.at(id).code, std::move(code), std::move(say)});
  };
  for (const auto& level : atlas.levels()) {
    if (!level.covers) continue;
    const CoverageQuestion question{.tolerance_m2 = rule.tolerance_m2, .building_level = ""};
    const auto report = Check(atlas, level.code, question, &touched).run();
    for (const auto& overlap : report.overlaps) complain(overlap.first, "overlap", say(atlas, overlap));
    for (const auto& spill : report.spills) complain(spill.area, "outside", say(atlas, spill));
    for (const auto& gap : report.gaps) complain(gap.parent, "gap", say(atlas, gap));
  }
  std::erase_if(complaints, [&](const Complaint& complaint) { return allows(rule, complaint); });
  return complaints;
}

bool allows(const CoverageRule& rule, const Complaint& complaint) {
  if (complaint.code == "gap") return rule.allow_gaps;
  return (complaint.code == "overlap" || complaint.code == "outside") && rule.allow_overlaps;
}

Words say(const Atlas& atlas, const Overlap& o) {
  return words("「{}」与「{}」重叠 {:.1f} 平方米,例如在 {:.7f}, {:.7f}",
               "'{}' and '{}' overlap by {:.1f} m², e.g. at {:.7f}, {:.7f}", atlas.path_text(o.first, "community"),
               atlas.path_text(o.second, "community"), o.square_metres, o.lon, o.lat);
}

Words say(const Atlas& atlas, const Gap& gap) {
  return words("「{}」内有 {:.1f} 平方米不属于任何下级区域,例如在 {:.7f}, {:.7f}",
               "{1:.1f} m² of '{0}' belong to no area below it, e.g. at {2:.7f}, {3:.7f}", atlas.at(gap.parent).name,
               gap.square_metres, gap.lon, gap.lat);
}

Words say(const Atlas& atlas, const Spill& s) {
  return words("「{}」有 {:.1f} 平方米在上级「{}」之外,例如在 {:.7f}, {:.7f}",
               "{1:.1f} m² of '{0}' lie outside '{2}' above it, e.g. at {3:.7f}, {4:.7f}",
               atlas.path_text(s.area, "community"), s.square_metres, atlas.at(s.parent).name, s.lon, s.lat);
}

Words say(const Atlas& atlas, const Stray& stray) {
  const auto zh = names(atlas, stray.found, "、"), en = names(atlas, stray.found, ", ");
  const auto declared = stray.declared ? atlas.path_text(stray.declared, "community") : std::string{};
  switch (stray.kind) {
    case StrayKind::in_none:
      if (zh.empty()) return words("「{}」没有划入任何网格", "'{}' is in no grid", stray.name);
      return {fmt::format("「{}」没有划入任何网格,它位于「{}」", stray.name, zh),
              fmt::format("'{}' is in no grid; it lies in '{}'", stray.name, en)};
    case StrayKind::in_several:
      return {fmt::format("「{}」同时落在「{}」", stray.name, zh),
              fmt::format("'{}' lies in several: '{}'", stray.name, en)};
    case StrayKind::elsewhere: break;
  }
  if (zh.empty())
    return words("「{}」登记在「{}」,但位置在其边界之外", "'{}' is listed under '{}' but lies outside its boundary",
                 stray.name, declared);
  return {fmt::format("「{}」登记在「{}」,但位置落在「{}」", stray.name, declared, zh),
          fmt::format("'{}' is listed under '{}' but lies in '{}'", stray.name, declared, en)};
}

}  // namespace tongxin::place
