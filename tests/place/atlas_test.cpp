#include "place/atlas.hpp"

#include <gtest/gtest.h>

#include "place/coverage.hpp"
#include "place_support.hpp"

using namespace tongxin;
using namespace tongxin::place;

namespace {

// district 1 > street 2 > community 3 > grids 4 (west) and 5 (east) > buildings 6, 7
struct Small {
  std::vector<Area> areas{area_of(7, 5, "building", "2 号楼"),    area_of(6, 4, "building", "1 号楼"),
                          area_of(5, 3, "grid", "第2网格", 2),    area_of(4, 3, "grid", "第1网格", 1),
                          area_of(3, 2, "community", "桃园社区"), area_of(2, 1, "street", "清河街道"),
                          area_of(1, 0, "district", "同心区")};
  Boundaries boundaries{{AreaId{3}, drawn({{0, 0}, {100, 0}, {100, 100}, {0, 100}})},
                        {AreaId{4}, drawn({{0, 0}, {50, 0}, {50, 100}, {0, 100}})},
                        {AreaId{5}, drawn({{50, 0}, {100, 0}, {100, 100}, {50, 100}})}};
  Area& area(std::int64_t id) {
    return *std::find_if(areas.begin(), areas.end(), [&](const Area& a) { return a.id.value == id; });
  }
  void put(std::int64_t id, double x, double y) {
    area(id).lon = 117.2 + x * 1e-4;
    area(id).lat = 39.1 + y * 1e-4;
  }
  AtlasPtr atlas() const { return Atlas::build(areas, boundaries, usual_levels()); }
};

Code refused(const Small& small) {
  try {
    small.atlas();
  } catch (const Fault& fault) {
    return fault.code();
  }
  return Code::unavailable;
}

}  // namespace

TEST(Atlas, KnowsTheTreeUpAndDown) {
  const auto atlas = Small{}.atlas();
  EXPECT_EQ(atlas->path_text(AreaId{6}), "同心区 / 清河街道 / 桃园社区 / 第1网格 / 1 号楼");
  EXPECT_EQ(atlas->path_text(AreaId{6}, "community"), "桃园社区 / 第1网格 / 1 号楼");
  EXPECT_EQ(atlas->path_text(AreaId{6}, "village"), atlas->path_text(AreaId{6}));
  EXPECT_EQ(atlas->ancestor_at(AreaId{6}, "street"), AreaId{2});
  EXPECT_EQ(atlas->ancestor_at(AreaId{2}, "grid"), std::nullopt);
  EXPECT_EQ(atlas->lineage(AreaId{4}), (std::vector{AreaId{1}, AreaId{2}, AreaId{3}, AreaId{4}}));
  EXPECT_EQ(atlas->below(AreaId{3}), (std::vector{AreaId{4}, AreaId{6}, AreaId{5}, AreaId{7}}));
  EXPECT_EQ(atlas->below(AreaId{}, "building"), (std::vector{AreaId{6}, AreaId{7}}));
  EXPECT_EQ(atlas->count(AreaId{2}, "grid"), 2u);
  EXPECT_TRUE(atlas->within(AreaId{6}, AreaId{3}));
  EXPECT_TRUE(atlas->within(AreaId{3}, AreaId{3}));
  EXPECT_FALSE(atlas->within(AreaId{6}, AreaId{5}));
  EXPECT_FALSE(atlas->within(AreaId{99}, AreaId{1}));
  EXPECT_EQ(atlas->children({}).size(), 1u);
  EXPECT_EQ(atlas->by_code("C5")->id, AreaId{5});
  EXPECT_EQ(atlas->at(AreaId{4}).path, "/" + id_text(1) + "/" + id_text(2) + "/" + id_text(3) + "/" + id_text(4) + "/");
  EXPECT_EQ(atlas->at(AreaId{4}).depth, 3);
  EXPECT_THROW(atlas->at(AreaId{99}), Fault);
}

TEST(Atlas, AClosedAreaIsStillNamedButHoldsNothing) {
  Small small;
  small.area(5).until = 20260301;
  small.area(7).until = 20260301;
  const auto atlas = small.atlas();
  EXPECT_EQ(atlas->path_text(AreaId{7}, "community"), "桃园社区 / 第2网格 / 2 号楼");
  EXPECT_EQ(atlas->of_level("grid").size(), 1u);
  EXPECT_EQ(atlas->children(AreaId{3}).size(), 1u);
  EXPECT_EQ(atlas->locate(117.2075, 39.105, "grid"), std::nullopt);
}

TEST(Atlas, APointFindsItsGridAndOutsideTheNearest) {
  const auto atlas = Small{}.atlas();
  EXPECT_EQ(atlas->locate(117.2025, 39.105, "grid"), AreaId{4});
  EXPECT_EQ(atlas->locate(117.2075, 39.105, "grid"), AreaId{5});
  EXPECT_EQ(atlas->locate_all(117.205, 39.105, "grid").size(), 1u);
  EXPECT_EQ(atlas->locate(117.3, 39.105, "grid"), std::nullopt);
  EXPECT_EQ(atlas->locate(NAN, 39.105, "grid"), std::nullopt);
  EXPECT_EQ(atlas->locate(1e300, -1e300, "grid"), std::nullopt);
  EXPECT_EQ(atlas->locate(117.2025, 39.105, "river"), std::nullopt);
  const auto near = atlas->nearest(117.2105, 39.105, "grid", 100);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->id, AreaId{5});
  EXPECT_NEAR(near->metres, 43.2, 0.5);
  EXPECT_FALSE(atlas->nearest(117.2105, 39.105, "grid", 40));
}

TEST(Atlas, AreasWithoutBoundaryAreNearByTheirPoint) {
  Small small;
  small.put(6, 20, 50);
  small.put(7, 70, 50);
  const auto near = small.atlas()->nearest(117.2065, 39.105, "building", 500);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->id, AreaId{7});
}

TEST(Atlas, RefusesATreeThatIsNone) {
  Small orphan, circle, twice, code;
  orphan.area(4).parent = AreaId{50};
  circle.area(2).parent = AreaId{3};
  twice.areas.push_back(twice.areas[0]);
  code.area(4).code = "C5";
  for (const auto* small : {&orphan, &circle, &twice, &code}) EXPECT_EQ(refused(*small), Code::internal);
}

TEST(Coverage, ABuildingTakenOutOfEveryGridIsAGapAndOnePutIntoTwoAnOverlap) {
  Small small;
  small.put(6, 20, 50);
  small.put(7, 70, 50);
  EXPECT_TRUE(check_coverage(*small.atlas(), "grid").seamless);

  auto out = small;
  out.area(6).parent = AreaId{3};
  auto report = check_coverage(*out.atlas(), "grid");
  ASSERT_EQ(report.strays.size(), 1u);
  EXPECT_EQ(report.strays[0].kind, StrayKind::in_none);
  EXPECT_EQ(say(*out.atlas(), report.strays[0]).zh, "「1 号楼」没有划入任何网格,它位于「桃园社区 / 第1网格」");

  auto two = small;
  two.boundaries[AreaId{5}] = drawn({{10, 0}, {100, 0}, {100, 100}, {10, 100}});
  report = check_coverage(*two.atlas(), "grid");
  ASSERT_EQ(report.strays.size(), 1u);
  EXPECT_EQ(report.strays[0].kind, StrayKind::in_several);
  ASSERT_EQ(report.overlaps.size(), 1u);
  EXPECT_EQ(report.overlaps[0].first_name, "第1网格");

  auto moved = small;
  moved.put(6, 70, 20);
  report = check_coverage(*moved.atlas(), "grid");
  ASSERT_EQ(report.strays.size(), 1u);
  EXPECT_EQ(report.strays[0].kind, StrayKind::elsewhere);
  EXPECT_EQ(report.strays[0].found, std::vector{AreaId{5}});
}

TEST(Coverage, GridsKnownByTheirBuildingListAloneHaveNoGapsOnTheMap) {
  Small small;
  small.boundaries.erase(AreaId{4});
  small.boundaries.erase(AreaId{5});
  const auto report = check_coverage(*small.atlas(), "grid");
  EXPECT_TRUE(report.seamless);
  EXPECT_EQ(report.without_boundary, 2);
  EXPECT_EQ(report.buildings, 2);
}

// 300 m × 300 m, of which grid 4 leaves the middle hectare free.
TEST(Coverage, WithoutABoundaryOfTheCommunityAHoleAmongItsGridsIsAGap) {
  Small small;
  small.boundaries.erase(AreaId{3});
  small.boundaries[AreaId{4}] = drawn({{0, 0}, {20, 0}, {20, 10}, {10, 10}, {10, 20}, {20, 20}, {20, 30}, {0, 30}});
  small.boundaries[AreaId{5}] = drawn({{20, 0}, {30, 0}, {30, 30}, {20, 30}});
  const auto report = check_coverage(*small.atlas(), "grid");
  ASSERT_EQ(report.gaps.size(), 1u);
  EXPECT_EQ(report.gaps[0].parent, AreaId{3});
  EXPECT_NEAR(report.gaps[0].square_metres, 9603, 50);
  EXPECT_NEAR(report.gaps[0].lon, 117.2015, 0.0005);
  EXPECT_FALSE(report.seamless);
  EXPECT_EQ(coverage_complaints(*small.atlas(), {AreaId{5}}, {}).size(), 1u);
  EXPECT_TRUE(coverage_complaints(*small.atlas(), {AreaId{5}}, {.allow_gaps = true}).empty());

  // Filled by a third grid, or open to the outside: no gap that anybody could name.
  auto full = small;
  full.areas.push_back(area_of(8, 3, "grid", "第3网格", 3));
  full.boundaries[AreaId{8}] = drawn({{10, 10}, {20, 10}, {20, 20}, {10, 20}});
  EXPECT_TRUE(check_coverage(*full.atlas(), "grid").gaps.empty());
  full.areas.push_back(area_of(9, 2, "community", "柳林社区"));
  full.area(8).parent = AreaId{9};
  EXPECT_TRUE(check_coverage(*full.atlas(), "grid").gaps.empty()) << "an enclave of the next community";
  small.boundaries.erase(AreaId{5});
  EXPECT_TRUE(check_coverage(*small.atlas(), "grid").gaps.empty());
}

TEST(Coverage, AGridBeyondItsCommunityIsASpill) {
  Small small;
  small.boundaries[AreaId{5}] = drawn({{50, 0}, {110, 0}, {110, 100}, {50, 100}});
  const auto report = check_coverage(*small.atlas(), "grid");
  ASSERT_EQ(report.spills.size(), 1u);
  EXPECT_EQ(report.spills[0].area, AreaId{5});
  EXPECT_TRUE(report.gaps.empty());
}
