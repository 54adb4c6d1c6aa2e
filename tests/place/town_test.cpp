#include <chrono>
#include <iostream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "place/coverage.hpp"
#include "place/overlay.hpp"
#include "place_support.hpp"

using namespace tongxin;
using namespace tongxin::place;

TEST(Town, TheSameSeedGivesTheSameTown) {
  const auto a = town_of(5), b = town_of(5), c = town_of(6);
  EXPECT_EQ(a.areas, b.areas);
  EXPECT_EQ(a.boundaries, b.boundaries);
  EXPECT_NE(a.boundaries.at(a.street), c.boundaries.at(c.street));
}

TEST(Town, CountsSevenCommunitiesAndThirtyNineGrids) {
  const auto town = town_of(1);
  const auto atlas = atlas_of(town);
  EXPECT_EQ(atlas->count(town.street, "community"), 7u);
  EXPECT_EQ(atlas->count(town.street, "grid"), 39u);
  for (const auto community : atlas->children(town.street)) {
    EXPECT_GE(atlas->count(community, "grid"), 5u);
    EXPECT_LE(atlas->count(community, "grid"), 6u);
    for (const auto grid : atlas->children(community)) {
      EXPECT_GE(atlas->count(grid, "building"), 8u);
      EXPECT_LE(atlas->count(grid, "building"), 14u);
    }
  }
  const auto building = atlas->below(town.street, "building").front();
  EXPECT_EQ(atlas->path_text(building, "street"), "清河街道 / 桃园社区 / 第1网格 / 桃园里 1 号楼");
}

TEST(Town, GridsAreOfAboutTheSizeThatWasAskedFor) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto atlas = atlas_of(town_of(seed));
    for (const auto grid : atlas->of_level("grid"))
      EXPECT_NEAR(square_metres(*atlas->boundary(grid)) / TownCounts{}.grid_square_metres, 1, 0.5) << seed;
  }
}

TEST(Town, EveryTownIsSeamlessAtEveryLevel) {
  rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    TownCounts counts;
    counts.communities = *rc::gen::inRange(1, 6);
    counts.grids = counts.communities * *rc::gen::inRange(1, 5);
    counts.buildings_min = 2;
    counts.buildings_max = 5;
    const auto atlas = atlas_of(town_of(seed, counts));
    for (const auto level : {"community", "grid"}) {
      const auto report = check_coverage(*atlas, level, {.tolerance_m2 = 1e-3});
      RC_ASSERT(report.gaps.empty());
      RC_ASSERT(report.overlaps.empty());
      RC_ASSERT(report.spills.empty());
      RC_ASSERT(report.strays.empty());
      RC_ASSERT(report.seamless);
    }
  });
}

TEST(Town, EveryPointOfTheStreetLiesInOneCommunityAndInOneOfItsGrids) {
  const auto town = town_of(11);
  const auto atlas = atlas_of(town);
  const auto box = box_of(*atlas->boundary(town.street));
  const auto corners = [&] {
    std::vector<Point> all;
    for (const auto& [id, shape] : town.boundaries) for_each_edge(shape, [&](Point a, Point) { all.push_back(a); });
    return all;
  }();
  rc::check([&] {
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    for (int i = 0; i < 200; ++i) {
      const auto width = std::uint64_t(box.high.lon - box.low.lon), height = std::uint64_t(box.high.lat - box.low.lat);
      Point p{box.low.lon + std::int32_t(random.below(width)), box.low.lat + std::int32_t(random.below(height))};
      if (i % 4 == 0) p = corners[random.below(corners.size())];  // corners are the hardest points
      const auto inside = std::size_t(contains(*atlas->boundary(town.street), p));
      const auto communities = atlas->locate_all(p.longitude(), p.latitude(), "community");
      const auto grids = atlas->locate_all(p.longitude(), p.latitude(), "grid");
      RC_ASSERT(communities.size() == inside);
      RC_ASSERT(grids.size() == inside);
      if (inside) RC_ASSERT(atlas->ancestor_at(grids[0], "community") == communities[0]);
      if (inside) RC_ASSERT(atlas->locate(p.longitude(), p.latitude(), "grid") == grids[0]);
    }
  });
}

// A corner inside a community is moved in one of its grids only: what the grid gains its neighbours lose
// twice (an overlap), what it gives up belongs to nobody (a gap).
TEST(Town, OneMovedCornerIsReportedAsOverlapAndGapOfTheRightSize) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    auto town = town_of(seed);
    const auto atlas = atlas_of(town);
    std::set<Point> fixed;  // corners of the communities
    for (const auto id : atlas->of_level("community"))
      for_each_edge(*atlas->boundary(id), [&](Point a, Point) { fixed.insert(a); });
    int moved = 0;
    for (const auto grid : atlas->of_level("grid")) {
      auto& shape = town.boundaries.at(grid);
      const auto before = shape;
      auto& ring = shape.polygons[0].outer;
      const auto inner = std::find_if(ring.begin(), ring.end(), [&](Point p) { return !fixed.contains(p); });
      if (inner == ring.end() || moved == 3) continue;
      inner->lon += 1500;
      inner->lat += 900;
      ASSERT_FALSE(flaw_of(shape));
      const auto report = check_coverage(*atlas_of(town), "grid", {.tolerance_m2 = 0.01, .building_level = ""});
      double twice = 0, nobody = 0;
      for (const auto& overlap : report.overlaps) twice += overlap.square_metres;
      for (const auto& gap : report.gaps) nobody += gap.square_metres;
      const double grown = square_metres(shape) - square_metres(before);
      EXPECT_FALSE(report.seamless);
      EXPECT_TRUE(report.spills.empty());
      EXPECT_GT(twice + nobody, 1);
      EXPECT_NEAR(twice - nobody, grown, (twice + nobody) * 0.01) << seed;
      shape = before;
      ++moved;
    }
    EXPECT_EQ(moved, 3);
  }
}

// Prints what a look-up costs; asserts only that it answers.
TEST(Town, APointFindsItsGridAmongHundreds) {
  const auto town = town_of(3, {.communities = 40, .grids = 400, .buildings_min = 8, .buildings_max = 14});
  const auto atlas = atlas_of(town);
  const auto box = box_of(*atlas->boundary(town.street));
  Random random(1);
  const int count = 200000;
  int found = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const Point p{box.low.lon + std::int32_t(random.below(std::uint64_t(box.high.lon - box.low.lon))),
                  box.low.lat + std::int32_t(random.below(std::uint64_t(box.high.lat - box.low.lat)))};
    found += atlas->locate(p.longitude(), p.latitude(), "grid").has_value();
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  std::cout << "locate: " << took.count() / count << " us among " << atlas->of_level("grid").size() << " grids\n";
  EXPECT_GT(found, count / 2);
}
