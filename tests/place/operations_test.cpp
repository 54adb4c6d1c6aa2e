#include "place/operations.hpp"

#include <gtest/gtest.h>

#include "place/exchange.hpp"
#include "place/schema.hpp"
#include "place/sql.hpp"
#include "place_support.hpp"
#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::place;

namespace {

using store::Tx;
const RealmId kRealm{7}, kOther{8};
const auto& kLevels = usual_levels();

Edit on(Day day, RealmId realm = kRealm) {
  return {.realm = realm, .author = PersonId{5}, .at = from_millis(1798732800000), .on = day};  // written 2027-01-01
}

// The complaints' codes, or the fault's own when it has none; empty when nothing was refused.
template <class F>
std::string refusal(F&& edit) {
  try {
    edit();
  } catch (const Fault& fault) {
    std::string codes;
    for (const auto& complaint : fault.complaints()) codes += (codes.empty() ? "" : " ") + complaint.code;
    return codes.empty() ? meaning(fault.code()).name : codes;
  }
  return {};
}

}  // namespace

class Places : public test::EnginesTest {
 protected:
  void SetUp() override {
    EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store_ = fresh(kMigrations);
  }
  template <class F>
  auto write(F&& job) {
    return store_->write(std::forward<F>(job));
  }
  AtlasPtr atlas(Day day = 0, RealmId realm = kRealm) {
    return store_->read([&](Tx& tx) { return load_atlas(tx, realm, kLevels, day); });
  }
  // district 1 > street 2 > communities 3, 8 > grids 4, 5 of 3 and 9 of 8 > buildings 6 (of 4), 7 (of 5)
  void settle() {
    const std::vector<Area> areas{area_of(1, 0, "district", "同心区"),       area_of(2, 1, "street", "清河街道"),
                                  area_of(3, 2, "community", "桃园社区"),    area_of(8, 2, "community", "柳林社区"),
                                  area_of(4, 3, "grid", "第1网格", 1),       area_of(5, 3, "grid", "第2网格", 2),
                                  area_of(9, 8, "grid", "第1网格", 1),       area_of(6, 4, "building", "桃园里 1 号楼"),
                                  area_of(7, 5, "building", "桃园里 2 号楼")};
    const Boundaries boundaries{{AreaId{3}, drawn({{0, 0}, {100, 0}, {100, 100}, {0, 100}})},
                                {AreaId{4}, drawn({{0, 0}, {50, 0}, {50, 100}, {0, 100}})},
                                {AreaId{5}, drawn({{50, 0}, {100, 0}, {100, 100}, {50, 100}})}};
    write([&](Tx& tx) { add_areas(tx, on(20260101), kLevels, areas, boundaries); });
  }
  std::unique_ptr<store::Store> store_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Places, test::kEngines, test::engine_name);

TEST(PlaceSql, KeepsTheRulesOfTheCommonSubset) {
  for (const auto& complaint : store::check_sql_rules(kMigrations, sql::kAll))
    ADD_FAILURE() << complaint.at << ": " << complaint.say.en;
}

TEST_P(Places, AnyBuildingResolvesInFourLevels) {
  settle();
  EXPECT_EQ(atlas()->path_text(AreaId{6}, "street"), "清河街道 / 桃园社区 / 第1网格 / 桃园里 1 号楼");
  EXPECT_EQ(atlas()->locate(117.2025, 39.105, "grid"), AreaId{4});
  const auto list = store_->read([](Tx& tx) { return areas_below(tx, kRealm, AreaId{3}, "building"); });
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].name, "桃园里 1 号楼");
  EXPECT_EQ(atlas(0, kOther)->size(), 0u) << "another realm sees nothing of it";
}

TEST_P(Places, AnEditThatIsRepeatedChangesNothing) {
  settle();
  const auto before = export_geojson(*atlas());
  settle();
  write([](Tx& tx) { move_area(tx, on(20260301), kLevels, AreaId{6}, AreaId{5}); });
  const auto moved = export_geojson(*atlas());
  EXPECT_NE(before, moved);
  write([](Tx& tx) { move_area(tx, on(20260301), kLevels, AreaId{6}, AreaId{5}); });
  EXPECT_EQ(export_geojson(*atlas()), moved);
  EXPECT_EQ(store_->read([](Tx& tx) { return history_of(tx, kRealm, AreaId{6}); }).size(), 2u);
}

TEST_P(Places, ABuildingMovedBetweenGridsKeepsItsHistory) {
  settle();
  write([](Tx& tx) { move_area(tx, on(20260301), kLevels, AreaId{6}, AreaId{5}); });
  const auto history = store_->read([](Tx& tx) { return history_of(tx, kRealm, AreaId{6}); });
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].parent, AreaId{4});
  EXPECT_EQ(history[0].from, 20260101);
  EXPECT_EQ(history[0].until, 20260301);
  EXPECT_EQ(history[1].parent, AreaId{5});
  EXPECT_EQ(history[1].until, 0);
  EXPECT_EQ(history[1].author, PersonId{5});
  EXPECT_EQ(atlas()->ancestor_at(AreaId{6}, "grid"), AreaId{5});
  EXPECT_EQ(atlas(20260301)->ancestor_at(AreaId{6}, "grid"), AreaId{5});
  EXPECT_EQ(atlas(20260228)->ancestor_at(AreaId{6}, "grid"), AreaId{4});
  EXPECT_EQ(atlas(20251231)->size(), 0u);
}

TEST_P(Places, MovingAGridMovesThePathsOfAllBelowIt) {
  settle();
  const CoverageRule allowed{.allow_gaps = true, .allow_overlaps = true};
  write([&](Tx& tx) { move_area(tx, on(20260301), kLevels, AreaId{4}, AreaId{8}, allowed); });
  const auto now = atlas();
  for (const auto& area : now->all()) {
    const auto stored = store_->read([&](Tx& tx) { return find_area(tx, kRealm, area.id); });
    EXPECT_EQ(stored->path, area.path) << area.name;  // the atlas works paths out from the parents
    EXPECT_EQ(stored->depth, area.depth);
  }
  EXPECT_EQ(now->ancestor_at(AreaId{6}, "community"), AreaId{8});
}

TEST_P(Places, AGridTakesItsGroundAlongSoAMoveThatTearsTheCoverageIsRefused) {
  settle();
  const auto move = [&](std::int64_t id, std::int64_t to, CoverageRule rule = {}) {
    return refusal([&] { write([&](Tx& tx) { move_area(tx, on(20260301), kLevels, AreaId{id}, AreaId{to}, rule); }); });
  };
  EXPECT_EQ(move(4, 8), "gap") << "half of its community would be nobody's";
  write([](Tx& tx) {
    set_boundaries(tx, on(20260201), kLevels,
                   {{AreaId{8}, drawn({{100, 0}, {200, 0}, {200, 100}, {100, 100}})},
                    {AreaId{9}, drawn({{100, 0}, {200, 0}, {200, 100}, {100, 100}})}});
  });
  EXPECT_EQ(move(4, 8), "outside gap") << "and it would lie outside the other";
  EXPECT_EQ(move(4, 8, {.allow_gaps = true}), "outside");
  EXPECT_EQ(atlas()->at(AreaId{4}).parent, AreaId{3}) << "nothing half done";
  EXPECT_EQ(move(6, 5), "") << "a building has no ground of its own";
  EXPECT_EQ(move(4, 8, {.allow_gaps = true, .allow_overlaps = true}), "");
  EXPECT_EQ(atlas()->at(AreaId{4}).parent, AreaId{8});
}

TEST_P(Places, NewAreasWithBoundariesAreLookedAtTogether) {
  settle();
  const auto add = [&](const Boundaries& boundaries, CoverageRule rule = {}) {
    const std::vector<Area> areas{area_of(20, 2, "community", "杏林社区"), area_of(21, 20, "grid", "第1网格")};
    return refusal([&] { write([&](Tx& tx) { add_areas(tx, on(20260301), kLevels, areas, boundaries, rule); }); });
  };
  const auto whole = drawn({{200, 0}, {300, 0}, {300, 100}, {200, 100}});
  const auto half = drawn({{200, 0}, {250, 0}, {250, 100}, {200, 100}});
  EXPECT_EQ(add({{AreaId{20}, whole}, {AreaId{21}, half}}), "gap");
  EXPECT_EQ(add({{AreaId{20}, half}, {AreaId{21}, whole}}), "outside");
  EXPECT_EQ(atlas()->find(AreaId{20}), nullptr);
  EXPECT_EQ(add({{AreaId{20}, whole}, {AreaId{21}, half}}, {.allow_gaps = true}), "");
}

TEST_P(Places, ARefusalCountsWhatItLists) {
  settle();
  const auto said = [&](const Boundaries& boundaries) {
    try {
      write([&](Tx& tx) { set_boundaries(tx, on(20260601), kLevels, boundaries); });
    } catch (const Fault& fault) {
      return fault.say();
    }
    return Words{};
  };
  EXPECT_EQ(said({{AreaId{4}, drawn({{0, 0}, {40, 0}, {40, 100}, {0, 100}})}}),
            (Words{"边界之间有 1 处空白或重叠", "the boundaries leave one gap or overlap"}));
  EXPECT_EQ(said({{AreaId{4}, drawn({{10, 0}, {60, 0}, {60, 100}, {10, 100}})}}),
            (Words{"边界之间有 2 处空白或重叠", "the boundaries leave 2 gaps or overlaps"}));
}

TEST_P(Places, ATreeThatWouldNotHoldIsRefused) {
  settle();
  const auto move = [&](std::int64_t id, std::int64_t to, Day day) {
    return refusal([&] { write([&](Tx& tx) { move_area(tx, on(day), kLevels, AreaId{id}, AreaId{to}); }); });
  };
  EXPECT_EQ(move(3, 4, 20260301), "circle");
  EXPECT_EQ(move(4, 5, 20260301), "rank");
  EXPECT_EQ(move(6, 99, 20260301), "not_found");
  EXPECT_EQ(move(6, 5, 20280101), "range") << "in the future";
  EXPECT_EQ(move(6, 5, 20251231), "range") << "before it existed";
  EXPECT_EQ(move(6, 5, 20260230), "format");
  const auto add = [&](Area area) {
    return refusal([&] { write([&](Tx& tx) { add_area(tx, on(20260301), kLevels, area); }); });
  };
  auto taken = area_of(50, 4, "building", "3 号楼");
  taken.code = "C6";
  EXPECT_EQ(add(taken), "duplicate");
  EXPECT_EQ(add(area_of(50, 4, "galaxy", "3 号楼")), "enum");
  EXPECT_EQ(add(area_of(50, 6, "grid", "3")), "rank");
  EXPECT_EQ(add(area_of(50, 4, "building", "")), "required");
  auto half = area_of(50, 4, "building", "3 号楼");
  half.lon = 117.2;
  EXPECT_EQ(add(half), "required");
  EXPECT_EQ(add(area_of(50, 4, "building", "3 号楼")), "");
}

TEST_P(Places, ANewNameHoldsFromItsDayAndOnlyTheLastStateCounts) {
  settle();
  write([](Tx& tx) { rename_area(tx, on(20260401), AreaId{3}, "桃园东社区"); });
  write([](Tx& tx) { rename_area(tx, on(20260401), AreaId{3}, "桃园新社区"); });
  EXPECT_EQ(atlas()->at(AreaId{3}).name, "桃园新社区");
  EXPECT_EQ(atlas(20260331)->at(AreaId{3}).name, "桃园社区");
  EXPECT_EQ(store_->read([](Tx& tx) { return history_of(tx, kRealm, AreaId{3}); }).size(), 2u);
}

TEST_P(Places, AnAreaIsClosedOnlyWhenItIsEmpty) {
  settle();
  const auto close = [&](std::int64_t id) {
    return refusal([&] { write([&](Tx& tx) { close_area(tx, on(20260501), usual_levels(), AreaId{id}); }); });
  };
  EXPECT_EQ(close(4), "not_empty");
  EXPECT_EQ(close(6), "");
  EXPECT_EQ(close(6), "") << "again";
  EXPECT_EQ(close(4), "");
  EXPECT_EQ(atlas()->path_text(AreaId{6}, "community"), "桃园社区 / 第1网格 / 桃园里 1 号楼");
  EXPECT_EQ(atlas()->locate(117.2025, 39.105, "grid"), std::nullopt);
  EXPECT_EQ(atlas(20260430)->locate(117.2025, 39.105, "grid"), AreaId{4});
  EXPECT_EQ(refusal([&] { write([](Tx& tx) { rename_area(tx, on(20260601), AreaId{4}, "x"); }); }), "closed");
}

TEST_P(Places, ASchemeHoldsThreeToFiveGridsAndTheRefusalShowsTheRule) {
  settle();
  Levels levels = usual_levels();
  for (auto& level : levels)
    if (level.code == "grid")
      level.schemes = {{"three_to_five", "community", 3, 5, "三至五个网格", "three to five grids"}};
  const auto community = [](std::int64_t id) {
    Area area = area_of(id, 2, "community", "社区");
    area.attributes = R"({"scheme":"three_to_five"})";
    return area;
  };
  const auto grids = [&](std::int64_t parent, int count) {
    std::vector<Area> areas{community(parent)};
    for (int i = 1; i <= count; ++i) areas.push_back(area_of(parent * 10 + i, parent, "grid", "网格", i));
    return refusal([&] { write([&](Tx& tx) { add_areas(tx, on(20260101), levels, areas, {}); }); });
  };
  EXPECT_EQ(grids(20, 2), "scheme");
  EXPECT_EQ(grids(20, 6), "scheme");
  EXPECT_EQ(atlas()->find(AreaId{20}), nullptr) << "all or nothing";
  EXPECT_EQ(grids(20, 3), "");
  EXPECT_EQ(grids(21, 4), "");
  EXPECT_EQ(grids(22, 5), "");
  const auto add = [&](std::int64_t id, std::int64_t parent) {
    return refusal(
        [&] { write([&](Tx& tx) { add_area(tx, on(20260301), levels, area_of(id, parent, "grid", "网格")); }); });
  };
  EXPECT_EQ(add(226, 22), "scheme") << "a sixth";
  EXPECT_EQ(refusal([&] { write([&](Tx& tx) { move_area(tx, on(20260301), levels, AreaId{201}, AreaId{21}); }); }),
            "scheme")
      << "two would be left";
  EXPECT_EQ(refusal([&] { write([&](Tx& tx) { close_area(tx, on(20260301), levels, AreaId{201}); }); }), "scheme");
  EXPECT_EQ(refusal([&] { write([&](Tx& tx) { move_area(tx, on(20260301), levels, AreaId{211}, AreaId{22}); }); }),
            "scheme");
  EXPECT_EQ(add(204, 20), "") << "a fourth";
  EXPECT_EQ(refusal([&] { write([&](Tx& tx) { move_area(tx, on(20260301), levels, AreaId{201}, AreaId{21}); }); }), "");
  // Community 3 has two grids and no scheme; with those two it cannot adopt it.
  EXPECT_EQ(refusal([&] {
              write([&](Tx& tx) {
                describe_area(tx, on(20260301), levels, AreaId{3}, 0, {}, {}, R"({"scheme":"three_to_five"})");
              });
            }),
            "scheme");
}

TEST_P(Places, ASharedEdgeIsMovedInBothGridsOrNotAtAll) {
  settle();
  const auto west = drawn({{0, 0}, {40, 0}, {40, 100}, {0, 100}});
  const auto east = drawn({{40, 0}, {100, 0}, {100, 100}, {40, 100}});
  const auto wide = drawn({{0, 0}, {60, 0}, {60, 100}, {0, 100}});
  const auto set = [&](const Boundaries& boundaries, CoverageRule rule = {}) {
    return refusal([&] { write([&](Tx& tx) { set_boundaries(tx, on(20260601), kLevels, boundaries, rule); }); });
  };
  EXPECT_EQ(set({{AreaId{4}, west}}), "gap");
  EXPECT_EQ(set({{AreaId{4}, wide}}), "overlap");
  EXPECT_EQ(set({{AreaId{5}, drawn({{50, 0}, {110, 0}, {110, 100}, {50, 100}})}}), "outside");
  EXPECT_EQ(set({{AreaId{3}, drawn({{0, 0}, {100, 0}, {100, 120}, {0, 120}})}}), "gap") << "the parent outgrows them";
  EXPECT_EQ(set({{AreaId{4}, drawn({{0, 0}, {50, 100}, {50, 0}, {0, 100}})}}), "shape");
  EXPECT_EQ(atlas()->locate(117.2045, 39.105, "grid"), AreaId{4});
  EXPECT_EQ(set({{AreaId{4}, west}, {AreaId{5}, east}}), "");
  EXPECT_EQ(atlas()->locate(117.2045, 39.105, "grid"), AreaId{5});
  EXPECT_EQ(atlas(20260531)->locate(117.2045, 39.105, "grid"), AreaId{4}) << "the old boundary is kept";
  EXPECT_EQ(set({{AreaId{4}, drawn({{0, 0}, {30, 0}, {30, 100}, {0, 100}})}}, {.allow_gaps = true}), "");
}

TEST_P(Places, EveryEditIsSeenInTheRevision) {
  const auto revision = [&] { return store_->read([](Tx& tx) { return atlas_revision(tx, kRealm); }); };
  EXPECT_EQ(revision(), 0);
  settle();
  const auto first = revision();
  EXPECT_EQ(atlas()->revision(), first);
  write([](Tx& tx) { rename_area(tx, on(20260401), AreaId{3}, "桃园东社区"); });
  EXPECT_GT(revision(), first);
}
