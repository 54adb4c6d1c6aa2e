#include "place/synthetic.hpp"

#include <cmath>

#include "base/fault.hpp"
#include "place/mesh.hpp"

namespace tongxin::place {
namespace {

using Metres = Projection::Metres;

// A slab block of flats: long side to the south, as blocks stand in the north.
struct Block {
  double length = 44, depth = 13, column = 58, row = 34;  // metres; column and row are the spacing
};

class Builder {
 public:
  Builder(Random& random, IdSource& ids, Day from, const TownCounts& counts, const TownWords& words, Point centre)
      : random_(random), ids_(ids), from_(from), counts_(counts), words_(words), mesh_(centre) {}

  Town build() {
    const double turn = (random_.unit() - 0.5) * 0.3;
    turn_ = {std::cos(turn), std::sin(turn)};
    town_.district = add({}, "district", words_.code.substr(0, 6), words_.district, 1);
    town_.street = add(town_.district, "street", words_.code, words_.street, 1);
    draw_street();
    return std::move(town_);
  }

 private:
  AreaId add(AreaId parent, std::string level, std::string code, std::string name, int order) {
    Area area;
    area.id = ids_.make<AreaId>();
    area.parent = parent;
    area.level = std::move(level);
    area.code = std::move(code);
    area.name = std::move(name);
    area.order = order;
    area.from = from_;
    town_.areas.push_back(std::move(area));
    return town_.areas.back().id;
  }

  static const std::string& word(const std::vector<std::string>& list, int i) {
    return list[std::size_t(i) % list.size()];
  }
  // Beyond the list the words come again with a number.
  static std::string round_of(const std::vector<std::string>& list, int i) {
    const auto round = std::size_t(i) / list.size();
    return round ? fmt::format("{}", round + 1) : std::string{};
  }

  void draw_street() {
    const auto street = mesh_.add_round(counts_.grid_square_metres * counts_.grids, 22, random_);
    const auto communities = mesh_.divide(mesh_.copy(street), counts_.communities, random_);
    std::vector<std::vector<std::size_t>> grids;
    for (int i = 0; i < counts_.communities; ++i) {
      const int share = counts_.grids * (i + 1) / counts_.communities - counts_.grids * i / counts_.communities;
      grids.push_back(mesh_.divide(mesh_.copy(communities[std::size_t(i)]), std::max(1, share), random_));
    }
    town_.boundaries[town_.street] = mesh_.shape(street);
    for (int i = 0; i < counts_.communities; ++i)
      add_community(i, mesh_.shape(communities[std::size_t(i)]), grids[std::size_t(i)]);
  }

  void add_community(int number, Shape ground, const std::vector<std::size_t>& grids) {
    const auto stem = word(words_.communities, number) + round_of(words_.communities, number);
    const auto code = fmt::format("{}{:03}", words_.code, number + 1);
    const auto community = add(town_.street, "community", code, stem + "社区", number + 1);
    town_.boundaries[community] = std::move(ground);
    for (std::size_t i = 0; i < grids.size(); ++i) {
      const int order = int(i) + 1;
      const auto grid_code = fmt::format("{}{:03}", code, order);
      const auto grid = add(community, "grid", grid_code, fmt::format("第{}网格", order), order);
      const auto shape = mesh_.shape(grids[i]);
      town_.boundaries[grid] = shape;
      add_buildings(grid, grid_code, compound_name(stem, int(i)), shape);
    }
  }

  // 桃园 + 东里; 北辰里 + 里 would stutter, so a stem that ends in 里 or 园 gives its own name first.
  std::string compound_name(const std::string& stem, int i) const {
    const auto& ending = word(words_.compounds, i);
    const auto number = round_of(words_.compounds, i);
    if (i == 0 && (stem.ends_with("里") || stem.ends_with("园"))) return stem.ends_with("里") ? stem : stem + "里";
    if (stem.ends_with("里")) return stem.substr(0, stem.size() - std::string_view("里").size()) + ending + number;
    return stem + ending + number;
  }

  void add_buildings(AreaId grid, const std::string& code, const std::string& compound, const Shape& ground) {
    const int spread = std::max(0, counts_.buildings_max - counts_.buildings_min);
    const int wanted = counts_.buildings_min + int(random_.below(std::uint64_t(spread) + 1));
    auto footprints = place_blocks(ground, wanted);
    for (std::size_t i = 0; i < footprints.size(); ++i) {
      const int number = int(i) + 1;
      const auto building = add(grid, "building", fmt::format("{}{:03}", code, number),
                                fmt::format("{} {} 号楼", compound, number), number);
      const int units = 2 + int(random_.below(3)), floors = random_.chance(0.2) ? 11 : 6;
      town_.areas.back().attributes = fmt::format(R"({{"floors":{},"units":{}}})", floors, units);
      town_.boundaries[building] = std::move(footprints[i]);
      add_households(building, fmt::format("{}{:03}", code, number), units);
    }
  }

  void add_households(AreaId building, const std::string& code, int units) {
    for (int i = 0; i < counts_.households_per_building; ++i) {
      const int unit = i % units + 1, floor = i / units / 2 + 1, door = i / units % 2 + 1;
      add(building, "household", fmt::format("{}-{}-{}{:02}", code, unit, floor, door),
          fmt::format("{}单元{}{:02}室", unit, floor, door), i + 1);
    }
  }

  // Rows from south to north; smaller blocks where the ground is too narrow for as many as are wanted.
  std::vector<Shape> place_blocks(const Shape& ground, int wanted) {
    Block block;
    for (int attempt = 0; attempt < 12; ++attempt) {
      auto found = blocks_inside(ground, block);
      if (int(found.size()) >= wanted) {
        while (int(found.size()) > wanted) found.erase(found.begin() + std::ptrdiff_t(random_.below(found.size())));
        return found;
      }
      block = {block.length * 0.85, block.depth * 0.9, block.column * 0.85, block.row * 0.85};
    }
    throw Fault(Code::invalid, words("网格太小,放不下 {} 栋楼", "a grid is too small for {} buildings", wanted));
  }

  std::vector<Shape> blocks_inside(const Shape& ground, const Block& block) const {
    const auto box = box_of(ground);
    const auto middle = mesh_.projection().to_metres(box.middle()), corner = mesh_.projection().to_metres(box.high);
    const double reach = std::hypot(corner.x - middle.x, corner.y - middle.y);
    const int rows = int(reach / block.row), columns = int(reach / block.column);
    std::vector<Shape> found;
    for (int row = -rows; row <= rows; ++row)
      for (int column = -columns; column <= columns; ++column) {
        const Metres at = turned(middle, column * block.column, row * block.row);
        if (stands_inside(ground, rectangle(at, block.length + 6, block.depth + 6)))
          found.push_back(Shape{{Polygon{rectangle(at, block.length, block.depth), {}}}});
      }
    return found;
  }

  Metres turned(Metres origin, double right, double up) const {
    return {origin.x + right * turn_.x - up * turn_.y, origin.y + right * turn_.y + up * turn_.x};
  }

  Ring rectangle(Metres centre, double length, double depth) const {
    Ring ring;
    for (const auto& [right, up] : {std::pair(-0.5, -0.5), {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}})
      ring.push_back(mesh_.projection().to_point(turned(centre, right * length, up * depth)));
    return ring;
  }

  // All corners inside the ground and no corner of the ground inside the block.
  static bool stands_inside(const Shape& ground, const Ring& ring) {
    for (const auto corner : ring)
      if (!contains(ground, corner)) return false;
    const Shape block{{Polygon{ring, {}}}};
    bool clear = true;
    for_each_edge(ground, [&](Point a, Point) { clear = clear && !contains(block, a); });
    return clear;
  }

  Random& random_;
  IdSource& ids_;
  Day from_;
  const TownCounts& counts_;
  const TownWords& words_;
  Mesh mesh_;
  Metres turn_{1, 0};
  Town town_;
};

}  // namespace

Town synthetic_town(Random& random, IdSource& ids, Day from, const TownCounts& counts, const TownWords& words,
                    double centre_lon, double centre_lat) {
  const auto centre = make_point(centre_lon, centre_lat);
  if (!centre || counts.communities < 1 || counts.grids < counts.communities || words.code.size() < 6 ||
      words.communities.empty() || words.compounds.empty())
    throw Fault(Code::invalid,
                tongxin::words("样例街道的参数不对:至少 1 个社区,网格不少于社区,词表不为空",
                               "a town needs at least one community, as many grids as communities, and words"));
  return Builder(random, ids, from, counts, words, *centre).build();
}

}  // namespace tongxin::place
