// A street that does not exist: one street → communities → seamless grids → buildings, for demos, tests and
// the simulator.
//
// The same seed, counts and words give the same town to the byte. All names are invented; the ground is that
// of a flat northern city. Boundaries share their corners exactly, so nothing overlaps and nothing is left
// over.
#pragma once
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/random.hpp"
#include "place/atlas.hpp"

namespace tongxin::place {

struct TownCounts {
  int communities = 7;
  int grids = 39;                             // dealt out as evenly as they go: 5 or 6 to each of seven communities
  int buildings_min = 8, buildings_max = 14;  // per grid
  int households_per_building = 0;            // as areas without a boundary, 1单元101室 and on
  double grid_square_metres = 55'000;
};

struct TownWords {
  std::string district = "同心区";
  std::string street = "清河街道";
  std::string code = "120190001";  // of the street; the district's is its first six digits
  std::vector<std::string> communities{"桃园", "柳林", "书院", "临河", "新桥", "石榴园", "北辰里"};
  std::vector<std::string> compounds{"里", "东里", "西里", "南里", "新里", "花园", "家园", "新村", "公寓", "嘉园"};
};

struct Town {
  AreaId district, street;
  std::vector<Area> areas;  // parents before children
  Boundaries boundaries;
};

// `from` is the day on which everything begins. With more communities or grids than words, numbers are added
// to the words.
Town synthetic_town(Random& random, IdSource& ids, Day from = 20260101, const TownCounts& counts = {},
                    const TownWords& words = {}, double centre_lon = 117.2300000, double centre_lat = 39.1300000);

}  // namespace tongxin::place
