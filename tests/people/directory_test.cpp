#include "people/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tongxin::people {
namespace {

using testing::ElementsAre;

constexpr Day kToday = 20260306;

// A place and its people, spoken in short numbers: area 100 lies in 10, which lies in 1.
struct Town {
  std::map<std::int64_t, std::string> paths;
  DirectoryRows rows{.realm = RealmId{7}, .revision = 1, .orgs = {}, .posts = {}, .responsibilities = {}, .names = {}};
  std::int64_t last = 0;

  AreaId area(std::int64_t id, std::int64_t parent = 0) {
    paths[id] = (parent ? paths.at(parent) : "/") + id_text(id) + "/";
    return AreaId{id};
  }
  std::string_view path(std::int64_t id) const { return paths.at(id); }
  OrgId org(std::string code, std::string kind, std::int64_t area_id = 0, OrgId parent = {}) {
    Org org{OrgId{++last}, parent, std::move(kind), code, code, AreaId{area_id}, 20200101, 0, "/", 0};
    for (const Org& other : rows.orgs)
      if (other.id == parent) org.path = other.path, org.depth = other.depth + 1;
    org.path += id_text(org.id.value) + "/";
    rows.orgs.push_back(org);
    return org.id;
  }
  Post& post(std::int64_t person, std::string role, OrgId org, std::int64_t area_id, Day from = 20200101,
             Day until = 0) {
    return rows.posts.emplace_back(
        Post{PostId{++last}, PersonId{person}, std::move(role), org, AreaId{area_id}, from, until, "", ""});
  }
  void answers(OrgId org, std::string function, std::int64_t area_id, std::string stage = "", Day from = 20200101,
               Day until = 0) {
    rows.responsibilities.push_back(
        {ResponsibilityId{++last}, std::move(function), AreaId{area_id}, std::move(stage), org, "", from, until});
  }
  Directory build() const {
    return Directory(rows, [this](AreaId id) -> std::string_view {
      const auto found = paths.find(id.value);
      return found == paths.end() ? std::string_view{} : std::string_view(found->second);
    });
  }
};

TEST(AreaPath, KnowsWhatLiesOnIt) {
  Town town;
  town.area(1), town.area(10, 1), town.area(100, 10), town.area(11, 1);
  EXPECT_TRUE(on_path(town.path(100), AreaId{1}));
  EXPECT_TRUE(on_path(town.path(100), AreaId{100}));
  EXPECT_FALSE(on_path(town.path(10), AreaId{100}));
  EXPECT_FALSE(on_path(town.path(100), AreaId{11}));
  EXPECT_FALSE(on_path(town.path(100), AreaId{}));
  EXPECT_FALSE(on_path("", AreaId{1}));
  EXPECT_EQ(path_up_to(town.path(100), AreaId{10}), town.path(10));
  EXPECT_EQ(path_above(town.path(100), AreaId{10}), town.path(1));
  EXPECT_EQ(path_above(town.path(100), AreaId{1}), "");
  EXPECT_EQ(path_above(town.path(10), AreaId{100}), "");
  EXPECT_EQ(last_area(town.path(100)), AreaId{100});
  EXPECT_EQ(last_area(""), AreaId{});
}

TEST(Directory, APostIsDeadOnTheDayItEnds) {
  Town town;
  town.area(1), town.area(10, 1);
  const OrgId office = town.org("office", "street_office", 1);
  town.post(5, "street_leader", office, 1, 20260101, kToday);
  const auto directory = town.build();
  EXPECT_NE(directory.holds(PersonId{5}, "street_leader", town.path(10), add_days(kToday, -1)), nullptr);
  EXPECT_EQ(directory.holds(PersonId{5}, "street_leader", town.path(10), kToday), nullptr);
  EXPECT_NE(directory.holds(PersonId{5}, "", town.path(1), 20260101), nullptr);
  EXPECT_EQ(directory.holds(PersonId{5}, "", town.path(1), 20251231), nullptr);
  EXPECT_TRUE(directory.posts_of(PersonId{6}).empty());
}

TEST(Directory, APostReachesItsAreaAndBelowAndNothingElse) {
  Town town;
  town.area(1), town.area(10, 1), town.area(11, 1), town.area(100, 10);
  const OrgId committee = town.org("taoyuan", "community_committee", 10);
  town.post(5, "community_secretary", committee, 10);
  town.post(6, "visitor", committee, 0);
  const auto directory = town.build();
  EXPECT_NE(directory.holds(PersonId{5}, "", town.path(100), kToday), nullptr);
  EXPECT_EQ(directory.holds(PersonId{5}, "", town.path(11), kToday), nullptr);
  EXPECT_EQ(directory.holds(PersonId{5}, "", town.path(1), kToday), nullptr);
  EXPECT_EQ(directory.holds(PersonId{6}, "", town.path(1), kToday), nullptr);
  EXPECT_EQ(directory.posts_below("community_secretary", town.path(1)).size(), 1u);
  EXPECT_EQ(directory.posts_below("community_secretary", town.path(100)).size(), 0u);
  EXPECT_EQ(directory.posts_below("nobody", town.path(1)).size(), 0u);
}

TEST(Directory, TheTreeOfOrganisationsIsWalkedBothWays) {
  Town town;
  const OrgId root = town.org("a", "committee"), left = town.org("b", "branch", 0, root),
              right = town.org("c", "branch", 0, root), leaf = town.org("d", "group", 0, left);
  const auto directory = town.build();
  EXPECT_THAT(directory.children(root), ElementsAre(left, right));
  EXPECT_THAT(directory.children(OrgId{}), ElementsAre(root));
  EXPECT_TRUE(directory.is_below(leaf, root));
  EXPECT_FALSE(directory.is_below(right, left));
  EXPECT_EQ(directory.org_by_code("d")->id, leaf);
  EXPECT_EQ(directory.org(OrgId{999}), nullptr);
}

struct Ladder : testing::Test {  // grid 100 in community 10 in street 1
  Town town;
  OrgId grid, community, street;
  Ladder() {
    town.area(1), town.area(10, 1), town.area(100, 10), town.area(101, 10);
    street = town.org("street", "street_office", 1);
    community = town.org("taoyuan", "community_committee", 10, street);
    grid = town.org("grid-1", "grid_branch", 100, community);
    town.answers(grid, "environment", 100);
    town.answers(community, "environment", 10);
    town.answers(community, "*", 10);
    town.answers(street, "*", 1);
  }
};

TEST_F(Ladder, TheDeepestAreaWithARowAnswers) {
  const auto directory = town.build();
  EXPECT_EQ(directory.responsible("environment", town.path(100), "", kToday)->org, grid);
  EXPECT_EQ(directory.responsible("environment", town.path(101), "", kToday)->org, community);
  EXPECT_EQ(directory.responsible("order", town.path(100), "", kToday)->org, community);
  EXPECT_EQ(directory.responsible("order", town.path(1), "", kToday)->org, street);
  EXPECT_EQ(directory.responsible("order", town.path(100), AreaId{1}, "", kToday)->org, street);
  EXPECT_EQ(directory.responsible("order", "", "", kToday), std::nullopt);
  EXPECT_EQ(directory.responsible("order", town.path(100), "", 20190101), std::nullopt);
}

TEST_F(Ladder, TheExactFunctionBeatsTheStarAndThenTheExactStage) {
  const OrgId firm = town.org("firm", "property_firm", 10);
  town.answers(firm, "environment", 10, "handling");
  town.answers(firm, "*", 1, "handling");
  const auto directory = town.build();
  EXPECT_EQ(directory.responsible("environment", town.path(10), "handling", kToday)->org, firm);
  EXPECT_EQ(directory.responsible("environment", town.path(10), "", kToday)->org, community);
  EXPECT_EQ(directory.responsible("order", town.path(10), "handling", kToday)->org, community);
  EXPECT_EQ(directory.responsible("order", town.path(1), "handling", kToday)->org, firm);
}

TEST_F(Ladder, AMatterClimbsOneAnsweringLevelAtATimeAndStopsAtTheTop) {
  const auto directory = town.build();
  const auto first = directory.responsible("environment", town.path(100), "", kToday);
  const auto second = directory.climb("environment", first->area, town.path(100), "", kToday);
  const auto third = directory.climb("environment", second->area, town.path(100), "", kToday);
  EXPECT_EQ(second->org, community);
  EXPECT_EQ(third->org, street);
  EXPECT_EQ(directory.climb("environment", third->area, town.path(100), "", kToday), std::nullopt);
}

TEST_F(Ladder, ADutyMovesFromVillageToCommunityOnItsDate) {
  const OrgId village = town.org("village", "villagers_committee", 10);
  town.answers(village, "certificates", 10, "", 20200101, kToday);
  town.answers(community, "certificates", 10, "", kToday);
  const auto directory = town.build();
  EXPECT_EQ(directory.responsible("certificates", town.path(100), "", add_days(kToday, -1))->org, village);
  EXPECT_EQ(directory.responsible("certificates", town.path(100), "", kToday)->org, community);
}

TEST_F(Ladder, ADutyWithoutAHolderIsReportedUntilThePostIsFilledAgain) {
  town.post(5, "branch_secretary", grid, 100, 20200101, kToday);
  town.post(6, "branch_secretary", grid, 100, 20260310);
  town.post(7, "community_secretary", community, 10);
  town.post(8, "street_leader", street, 1);
  const auto directory = town.build();
  EXPECT_TRUE(directory.vacancies(add_days(kToday, -1)).empty());
  const auto vacant = directory.vacancies(kToday);
  ASSERT_EQ(vacant.size(), 1u);
  EXPECT_EQ(vacant[0]->org, grid);
  EXPECT_TRUE(directory.vacancies(20260310).empty());
}

TEST(Directory, OneHundredAndSeventeenLeadersOfWhomTwelveHoldADualOffice) {  // S04
  Town town;
  town.area(1);
  for (int i = 0; i < 117; ++i) {
    town.area(1000 + i, 1);
    const OrgId branch = town.org(fmt::format("branch-{}", i), "compound_branch", 1000 + i);
    const OrgId owners = town.org(fmt::format("owners-{}", i), "owners_committee", 1000 + i);
    town.post(5000 + i, "branch_secretary", branch, 1000 + i);
    town.post(i < 12 ? 5000 + i : 6000 + i, "owners_chair", owners, 1000 + i, 20200101, i == 0 ? 20260401 : 0);
  }
  const auto directory = town.build();
  const DualFilter compounds{.org_kind = "compound_branch", .area_path = town.path(1)};
  const auto today = directory.dual_offices(kToday, "branch_secretary", "owners_chair", compounds);
  EXPECT_EQ(today.units, 117);
  EXPECT_EQ(today.dual.size(), 12u);
  EXPECT_EQ(fmt::format("{:.1f} %", 100 * today.share()), "10.3 %");
  EXPECT_EQ(directory.dual_offices(20260401, "branch_secretary", "owners_chair", compounds).dual.size(), 11u);
  EXPECT_EQ(directory.cross_appointments(kToday).size(), 12u);
}

TEST(Directory, HoldingTheSecondOfficeElsewhereIsNoDualOffice) {
  Town town;
  town.area(1), town.area(10, 1), town.area(11, 1);
  town.post(5, "branch_secretary", town.org("branch", "compound_branch", 10), 10);
  town.post(5, "owners_chair", town.org("owners", "owners_committee", 11), 11);
  const auto directory = town.build();
  EXPECT_TRUE(directory.dual_offices(kToday, "branch_secretary", "owners_chair").dual.empty());
  EXPECT_EQ(directory.dual_offices(kToday, "branch_secretary", "owners_chair", {.same_area = false}).dual.size(), 1u);
}

TEST(Directory, SevenCommunitiesThirtyNineGridsSevenSeventyAndFiftyFour) {  // S05
  Town town;
  town.area(1);
  std::vector<AreaId> grids;
  for (int c = 0; c < 7; ++c) {
    town.area(10 + c, 1);
    const OrgId committee = town.org(fmt::format("community-{}", c), "community_committee", 10 + c);
    town.post(100 + c, "grid_chief", committee, 10 + c);
    for (int g = 0; g < (c < 4 ? 6 : 5); ++g) grids.push_back(town.area(1000 + int(grids.size()), 10 + c));
  }
  const OrgId office = town.org("street", "street_office", 1);
  for (int i = 0; i < 70; ++i) town.post(2000 + i, "grid_worker_full", office, 1000 + i % 39);
  for (int i = 0; i < 54; ++i) town.post(3000 + i, "grid_worker_part", office, 1000 + i % 39);
  const auto directory = town.build();
  const auto report = directory.staffing(town.path(1), kToday);
  EXPECT_EQ(fmt::format("{} / {} / {} / {} / {}", report.at("grid_chief").areas, report.at("grid_worker_full").areas,
                        report.at("grid_chief").posts, report.at("grid_worker_full").posts,
                        report.at("grid_worker_part").posts),
            "7 / 39 / 7 / 70 / 54");
  EXPECT_TRUE(directory.without("grid_worker_full", grids, kToday).empty());
  EXPECT_EQ(directory.without("grid_chief", grids, kToday).size(), 39u);
  EXPECT_EQ(directory.staffing(town.path(10), kToday).at("grid_chief").posts, 1);
}

TEST(Directory, TermsThatEndSoonAreListedSoonestFirst) {
  Town town;
  const OrgId org = town.org("a", "branch");
  town.post(1, "secretary", org, 0, 20230101, 20260501);
  town.post(2, "secretary", org, 0, 20230101, 20260401);
  town.post(3, "secretary", org, 0, 20230101, 20260301);  // over already
  town.post(4, "secretary", org, 0);
  const auto directory = town.build();
  const auto ending = directory.ending(kToday, 20260501);
  ASSERT_EQ(ending.size(), 2u);
  EXPECT_EQ(ending[0]->person, PersonId{2});
  EXPECT_EQ(ending[1]->person, PersonId{1});
}

}  // namespace
}  // namespace tongxin::people
