#include "people/import.hpp"

#include <sstream>

#include "fixture.hpp"
#include "people/links.hpp"

namespace tongxin::people {
namespace {

using testing::HasSubstr;

struct Import : RealmTest {
  static AreaId area(std::string_view code) { return code == "B01" ? AreaId{5} : code == "B02" ? AreaId{6} : AreaId{}; }
  static std::string code(AreaId id) { return id == AreaId{5} ? "B01" : id == AreaId{6} ? "B02" : ""; }
  ImportReport orgs(const std::string& text, bool dry_run = false) {
    std::istringstream in(text);
    return import_orgs(*store, doing(), in, area, {.file = "orgs.csv", .dry_run = dry_run});
  }
  ImportReport people(const std::string& text, bool dry_run = false) {
    std::istringstream in(text);
    return import_people(*store, vault, doing(), in, area, {.file = "people.csv", .dry_run = dry_run});
  }
  ImportReport households(const std::string& text) {
    std::istringstream in(text);
    return import_households(*store, doing(), in, area, {.file = "households.csv"});
  }
  std::optional<Org> find(std::string_view wanted) {
    return read([&](store::Tx& tx) { return find_org(tx, realm, wanted); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Import, test::kEngines, test::engine_name);

const std::string kOrgs =
    "编码,名称,类型,上级编码,区域编码,成立日期\n"
    "grid-1,第1网格党支部,grid_branch,taoyuan,B01,2020-01-01\n"
    "taoyuan,桃园社区党委,community_committee,,B01,2020-01-01\n";
const std::string kPeople =
    "编号,姓名,手机,岗位,组织编码,区域编码,任职日期\n"
    "001,陈玉,13800138000,grid_worker_full,grid-1,B01,2025-01-01\n"
    "001,陈玉,138-0013-8000,branch_secretary,grid-1,B01,2025-01-01\n"
    "002,王芳,,,,,\n";

TEST_P(Import, AFileReadTwiceChangesNothingTheSecondTime) {
  EXPECT_EQ(orgs(kOrgs).added, 2);
  EXPECT_EQ(orgs(kOrgs).unchanged, 2);
  EXPECT_EQ(find("grid-1")->parent, find("taoyuan")->id);  // a parent may stand below its child
  const auto first = people(kPeople);
  EXPECT_EQ(first.added, 3);
  EXPECT_TRUE(first.problems.empty());
  EXPECT_EQ(people(kPeople).unchanged, 3);
  EXPECT_EQ(directory()->posts_with_role("branch_secretary").size(), 1u);
}

TEST_P(Import, AChangedRowChangesWhatItNames) {
  orgs(kOrgs);
  const auto report = orgs("Code,Name,Kind,Parent\ntaoyuan,桃园社区新党委,community_committee,\n");
  EXPECT_EQ(report.changed, 1);
  EXPECT_EQ(find("taoyuan")->name, "桃园社区新党委");
  EXPECT_EQ(find("taoyuan")->area, AreaId{5});  // the file had no such column
  people(kPeople);
  EXPECT_EQ(people("编号,姓名,岗位,组织编码,区域编码,任职日期,离任日期\n"
                   "001,陈玉,branch_secretary,grid-1,B01,2025-01-01,2026-03-06\n")
                .changed,
            1);
  EXPECT_FALSE(live(*directory()->posts_with_role("branch_secretary")[0], today));
}

TEST_P(Import, OneProblemAndNothingIsStoredButAllProblemsAreTold) {
  const auto report = orgs(
      "编码,名称,类型,上级编码,区域编码\n"
      "a,甲,branch,,B01\n"
      "b,,branch,,B01\n"
      "c,丙,branch,nobody,B01\n"
      "d,丁,branch,,B99\n");
  ASSERT_EQ(report.problems.size(), 3u);
  EXPECT_EQ(report.problems[0].at, "orgs.csv:3: 名称");
  EXPECT_EQ(report.problems[1].at, "orgs.csv:5: 区域编码");
  EXPECT_EQ(report.problems[2].at, "orgs.csv:4: 上级编码");
  EXPECT_FALSE(find("a"));
}

TEST_P(Import, ParentsInACircleAreAProblem) {
  const auto report = orgs("编码,名称,类型,上级编码\na,甲,branch,b\nb,乙,branch,a\n");
  EXPECT_EQ(report.problems.size(), 2u);
  EXPECT_EQ(report.problems.at(0).code, "cycle");
}

TEST_P(Import, ADryRunCountsAndStoresNothing) {
  EXPECT_EQ(orgs(kOrgs, true).added, 2);
  EXPECT_FALSE(find("taoyuan"));
}

TEST_P(Import, AWrongPhoneIsToldWithItsLine) {
  orgs(kOrgs);
  const auto report = people("编号,姓名,手机\n001,陈玉,12\n");
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].at, "people.csv:2: 手机");
}

TEST_P(Import, WhatIsExportedReadsBackUnchangedAndTellsNoPhone) {
  orgs(kOrgs), people(kPeople), households("区域编码,门牌,联系意愿\nB01,1单元101,愿意\nB01,1单元102,不需要\n");
  const auto text = [&](auto exporter) {
    return read([&](store::Tx& tx) { return exporter(tx, realm, code, Language::zh); });
  };
  EXPECT_EQ(orgs(text(export_orgs)).unchanged, 2);
  EXPECT_EQ(people(text(export_people)).unchanged, 3);
  EXPECT_EQ(households(text(export_households)).unchanged, 2);
  EXPECT_THAT(text(export_people), testing::Not(HasSubstr("13800138000")));
  EXPECT_EQ(read([&](store::Tx& tx) { return find_by_phone(tx, vault, realm, "13800138000"); }).size(), 1u);
}

}  // namespace
}  // namespace tongxin::people
