// Organisations, people, households and areas.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "exchange_fixture.hpp"
#include "people/links.hpp"
#include "place/operations.hpp"
#include "send/subscriptions.hpp"

namespace tongxin::exchange {
namespace {

using test::Book;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Imports = Street;
INSTANTIATE_TEST_SUITE_P(Engines, Imports, test::kEngines, test::engine_name);

const std::string kOrgs =
    "编码,名称,类型,上级编码,区域编码,成立日期\n"
    "new-2,新二支部,grid_branch,new-1,grid-1,2020-01-01\n"
    "new-1,新一党委,社区党委,street-office,taoyuan,2020/1/1\n";
const std::string kPeople =
    "编号,姓名,手机,岗位,组织编码,区域编码,任职日期\n"
    "001,陈玉,13800138000,全科网格员,team-1,grid-1,2025-01-01\n"
    "001,陈玉,138-0013-8000,grid_chief,桃园社区党委,桃园社区,2025年1月1日\n"
    "002,王芳,,,,,\n";

TEST_P(Imports, AFileReadTwiceChangesNothingTheSecondTime) {
  const auto first = bring_in("orgs", kOrgs);
  EXPECT_THAT(cells(first), IsEmpty());
  EXPECT_EQ(first.added, 2u);
  EXPECT_EQ(bring_in("orgs", kOrgs).unchanged, 2u);
  EXPECT_EQ(org("new-2")->parent, org("new-1")->id) << "a parent may stand below its child";
  const auto people = bring_in("people", kPeople);
  EXPECT_THAT(cells(people), IsEmpty());
  EXPECT_EQ(people.added, 3u);
  EXPECT_EQ(bring_in("people", kPeople).unchanged, 3u);
}

TEST_P(Imports, OneProblemAndNothingIsStoredButAllAreToldByCell) {
  const auto report = bring_in("orgs",
                               "编码,名称,类型,上级编码,区域编码\n"
                               "a,甲,社区党委,street-office,taoyuan\n"
                               "b,,社区党委,street-office,taoyuan\n"
                               "c,丙,社区党委,nobody,taoyuan\n"
                               "d,丁,社区党委,street-office,B99\n"
                               "a,甲,飞碟,street-office,taoyuan\n");
  EXPECT_THAT(cells(report), ElementsAre("B3 required", "D4 unknown", "E5 unknown", "A6 duplicate", "C6 enum"));
  EXPECT_FALSE(report.stored);
  EXPECT_EQ(report.failed, 4u);
  EXPECT_FALSE(org("a"));
}

TEST_P(Imports, GoodRowsAloneMayBeStoredAndTheOthersComeBackWithTheirReasons) {
  Import import(context(), "households", {},
                "区域编码,门牌,备注\nB0101,1单元101,x\nB99,1单元102,=1+1\n桃园里1号楼,1单元103,\n", "户.csv");
  import.use(import.suggestion());
  import.load();
  EXPECT_EQ(import.run(Mode::all).stored, false);
  const auto report = import.run(Mode::good);
  EXPECT_EQ(report.added, 2u);
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(count(kHouseholdCount), 2);
  const std::string path = folder() / "failing.xlsx";
  import.write_failing(path, Language::zh);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto sheet = table::open(bytes, "x", [](auto&) { return 0u; });
  table::Row row;
  ASSERT_TRUE(sheet->next(row));
  EXPECT_EQ(row.cells[3].text, "错误原因");
  ASSERT_TRUE(sheet->next(row));
  EXPECT_EQ(row.cells[0].text, "B99");
  EXPECT_EQ(row.cells[2].text, "=1+1");
  EXPECT_THAT(row.cells[3].text, HasSubstr("A3 区域编码："));
  EXPECT_FALSE(sheet->next(row));
}

TEST_P(Imports, ACheckCountsAndStoresNothing) {
  EXPECT_EQ(bring_in("orgs", kOrgs, Mode::check).added, 2u);
  EXPECT_FALSE(org("new-1"));
  EXPECT_EQ(bring_in("households", "区域编码,门牌\nB0101,1\nB0101,2\n", Mode::check).added, 2u);
  EXPECT_EQ(count(kHouseholdCount), 0);
}

TEST_P(Imports, ParentsInACircleAreAProblemOfEachOfTheirRows) {
  const auto report =
      bring_in("orgs", "编码,名称,类型,上级编码,区域编码\na,甲,grid_branch,b,grid-1\nb,乙,grid_branch,a,grid-1\n");
  EXPECT_THAT(cells(report), ElementsAre("D2 cycle", "D3 cycle"));
}

TEST_P(Imports, WorkbooksBringTheTrapsThatOfficesKnow) {
  Book book;
  book.rows =
      Book::line(1, {"编号", "姓名（必填）", "身份证号", "手机", "任职日期", "岗位", "组织编码", "区域编码"}) +
      "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>003</t></is></c><c r=\"B3\" t=\"inlineStr\"><is><t>&#134071;　明"
      "</t></is></c><c r=\"C3\"><v>1.1010119850307E+17</v></c><c r=\"D3\"><v>13800138003</v></c></row>" +
      "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>004</t></is></c><c r=\"B4\"><f>B3</f></c></row>" +
      "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t>005</t></is></c><c r=\"B5\" "
      "t=\"inlineStr\"><is><t>李四</t></is></c>"
      "<c r=\"E5\" s=\"1\"><v>45000</v></c><c r=\"F5\" t=\"inlineStr\"><is><t>全科网格员</t></is></c>"
      "<c r=\"G5\" t=\"inlineStr\"><is><t>team-1</t></is></c><c r=\"H5\" "
      "t=\"inlineStr\"><is><t>grid-1</t></is></c></row>";
  const auto report = bring_in("people", book.bytes());
  EXPECT_THAT(cells(report), ElementsAre("C3 long_number", "B4 formula"));
  const auto good = bring_in("people", book.bytes(), Mode::good);
  EXPECT_EQ(good.added, 1u);
  store->read([&](store::Tx& tx) {
    const auto person = people::find_person(tx, kRealm, "005");
    ASSERT_TRUE(person);
    EXPECT_EQ(people::posts_of(tx, kRealm, person->id).at(0).from, 20230315);
  });
}

TEST_P(Imports, MergedTitlesHeadersAndCellsAreRefusedWithAClearWord) {
  const auto say = [&](const Book& book) -> std::string {
    try {
      bring_in("people", book.bytes());
    } catch (const Fault& fault) {
      return fault.say().zh;
    }
    return {};
  };
  Book title;
  title.rows = Book::line(1, {"桃园社区人员名册"}) + Book::line(2, {"编号", "姓名"}) + Book::line(3, {"001", "张三"});
  EXPECT_THAT(say(title), HasSubstr("删去标题行"));
  Book header;
  header.rows = Book::line(1, {"编号", "姓名", "联系方式"}) + Book::line(2, {"001", "张三", "手机", "座机"});
  header.behind = "<mergeCells><mergeCell ref=\"C1:D1\"/></mergeCells>";
  EXPECT_THAT(say(header), HasSubstr("取消合并"));
  Book cells_merged;
  cells_merged.rows =
      Book::line(1, {"区域编码", "门牌"}) + Book::line(2, {"B0101", "101"}) + Book::line(3, {"", "102"});
  cells_merged.behind = "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>";
  EXPECT_THAT(cells(bring_in("households", cells_merged.bytes())), ElementsAre("A3 merged"));
}

TEST_P(Imports, AWrongHeaderNamesTheColumnInBothLanguagesAndWhatMayBeMeant) {
  const auto refused = [&](const std::string& what, const std::string& table) {
    try {
      bring_in(what, table);
    } catch (const Fault& fault) {
      return fault;
    }
    return Fault(Code::internal, {"没有拒绝", "not refused"});
  };
  const Fault one = refused("people", "编号,名字\n001,张三\n");
  EXPECT_EQ(one.say(), (Words{"列的对应有 1 处不对", "the columns are wrong in one place"}));
  ASSERT_EQ(one.complaints().size(), 1u);
  EXPECT_EQ(one.complaints()[0].at, "表.csv:1");
  EXPECT_EQ(one.complaints()[0].say.zh, "缺少列“姓名”；第 1 行有：编号、名字。“名字”是不是“姓名”？");
  EXPECT_THAT(one.complaints()[0].say.en, StartsWith("column “Name” (姓名) is missing; row 1 has: 编号, 名字"));
  EXPECT_THAT(one.complaints()[0].say.en, HasSubstr("Is “名字” meant to be “Name” (姓名)?"));
  const Fault typed = refused("people", "No.,Nmae\n001,Li\n");
  EXPECT_THAT(typed.complaints().back().say.en, HasSubstr("Is “Nmae” meant to be “Name” (姓名)?"));
  const Fault two = refused("areas", "层级\ngrid\n");
  EXPECT_EQ(two.complaints().size(), 2u);
  EXPECT_EQ(two.say(), (Words{"列的对应有 2 处不对", "the columns are wrong in 2 places"}));
}

TEST_P(Imports, AMapThatIsNoJsonIsNamedWithThePlaceWhereItBreaks) {
  try {
    bring_in("areas", "{\"type\": \"FeatureCollection\", features: []}");
    FAIL() << "read";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.say(), (Words{"表.csv 没有导入", "表.csv was not brought in"}));
    ASSERT_EQ(fault.complaints().size(), 1u);
    EXPECT_EQ(fault.complaints()[0].at, "表.csv");
    EXPECT_THAT(fault.complaints()[0].say.zh, StartsWith("不是合法的 JSON：第 30 字节处"));
  }
}

// Whatever is wrong with a file is said in both languages, with the place, and nothing is stored.
TEST_P(Imports, EveryKindOfBrokenFileIsExplained) {
  Book bomb;
  bomb.texts = "<si><t>" + std::string(100u << 20, 'A') + "</t></si>";
  Book wide;
  wide.rows = Book::line(1, {"编号", "姓名"}) + "<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>";
  Book good;
  good.rows = Book::line(1, {"编号", "姓名"}) + Book::line(2, {"001", "张三"});
  std::string half = good.bytes();
  half.resize(half.size() / 2);
  std::string gb18030;
  csv::Writer writer(gb18030, {.encoding = csv::Encoding::gb18030});
  writer.row({"编号", "姓名"});
  writer.row({"001", "张三"});
  struct Broken {
    const char* name;
    std::string bytes;
    Code code;
    const char *zh, *en;
  };
  for (const Broken& each : {
           Broken{"空.csv", "", Code::invalid, "是空的", "is empty"},
           Broken{"空白.csv", "\r\n \r\n", Code::invalid, "是空的", "is empty"},
           Broken{"大.csv", "编号,姓名\n" + std::string(50u << 20, 'x'), Code::too_large, "大于 32 MB",
                  "larger than 32 MB"},
           Broken{"炸弹.xlsx", bomb.bytes(), Code::too_large, "多于 96 MB", "more than 96 MB"},
           Broken{"宽.xlsx", wide.bytes(), Code::too_large, "多于 1000 列", "more than 1000 columns"},
           Broken{"一半.xlsx", half, Code::invalid, "已损坏", "damaged"},
           Broken{"引号.csv", "编号,姓名\n001,\"张三\n", Code::invalid, "引号", "quot"},
           Broken{"乱码.csv", gb18030 + "002,\xFF\xFF\n", Code::invalid, "", ""},
           Broken{"旧.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Code::media_type, "另存为 .xlsx", ".xlsx"},
       }) {
    SCOPED_TRACE(each.name);
    try {
      Import import(context(), "people", {}, each.bytes, each.name);
      import.use(import.suggestion());
      import.load();
      import.run(Mode::all);
      ADD_FAILURE() << "it was taken";
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), each.code) << fault.say().zh;
      EXPECT_THAT(fault.say().zh, HasSubstr(each.zh));
      EXPECT_THAT(fault.say().en, HasSubstr(each.en));
    }
  }
  EXPECT_FALSE(store->read([&](store::Tx& tx) { return people::find_person(tx, kRealm, "001"); }));
  EXPECT_EQ(bring_in("people", gb18030).added, 1u);
}

TEST_P(Imports, EveryBadCellSaysWhatWasExpectedInBothLanguages) {
  const auto report = bring_in("areas",
                               "编码,名称,层级,上级编码,顺序,经度,纬度,启用日期\n"
                               "x1,甲,网格,grid-1,第一,117.2,39.1,2026-02-30\n"
                               "x2,乙,楼栋,grid-1,1,东,39.1,1985-03\n");
  EXPECT_THAT(cells(report), ElementsAre("E2 type", "H2 format", "H3 format", "F3 type"));
  for (const Problem& each : report.problems) {
    EXPECT_FALSE(each.say.zh.empty()) << each.cell;
    EXPECT_FALSE(each.say.en.empty()) << each.cell;
    EXPECT_FALSE(each.title.empty()) << each.cell;
  }
  EXPECT_THAT(report.problems.at(0).say.zh, HasSubstr("应如 12"));
  EXPECT_THAT(report.problems.at(1).say.en, HasSubstr("no day 30"));
  EXPECT_THAT(report.problems.at(2).say.zh, HasSubstr("应写到日"));
}

TEST_P(Imports, DaysLeftAsNumbersAreCountedAsTheirWorkbookCounts) {
  const auto first_day = [&](const std::string& code, const std::string& properties, const std::string& cell) {
    Book book;
    book.properties = properties;
    book.rows = Book::line(1, {"编号", "姓名", "岗位", "组织编码", "区域编码", "任职日期"});
    std::string row = Book::line(2, {code, "李四", "全科网格员", "team-1", "grid-1"});
    row.insert(row.rfind("</row>"), cell);
    book.rows += row;
    EXPECT_THAT(cells(bring_in("people", book.bytes())), IsEmpty());
    return store->read([&](store::Tx& tx) {
      const auto person = people::find_person(tx, kRealm, code);
      return person ? people::posts_of(tx, kRealm, person->id).at(0).from : 0;
    });
  };
  const std::string mac = "<workbookPr date1904=\"1\"/>";
  EXPECT_EQ(first_day("101", "", "<c r=\"F2\"><v>45000</v></c>"), 20230315);
  EXPECT_EQ(first_day("102", mac, "<c r=\"F2\"><v>43538</v></c>"), 20230315) << "a number, four years apart";
  EXPECT_EQ(first_day("103", mac, "<c r=\"F2\" s=\"1\"><v>43538</v></c>"), 20230315);
  EXPECT_EQ(first_day("104", mac, "<c r=\"F2\"><v>20230315</v></c>"), 20230315) << "digits of a day";
}

TEST_P(Imports, ColumnsAreSuggestedRememberedAndChecked) {
  const std::string text = "人员代码,姓名,门牌\n001,张三,1\n";
  Import import(context(), "people", {}, text, "x.csv");
  EXPECT_THAT(import.suggestion(), ElementsAre("", "name", ""));
  EXPECT_THAT(import.suggestion({{"人员代码", "code"}}), ElementsAre("code", "name", ""));
  try {
    import.use({"", "name", ""});
    FAIL();
  } catch (const Fault& fault) {
    EXPECT_THAT(fault.complaints().at(0).say.zh, HasSubstr("缺少列“编号”"));
  }
  EXPECT_THROW(import.use({"name", "name", "code"}), Fault);
  EXPECT_THROW(import.use({"code", "name", "nonsense"}), Fault);
  import.use({"code", "name", ""});
  store->write([&](store::Tx& tx) {
    remember_titles(tx, kRealm, "people", import.header(), {"code", "name", ""}, clock.now());
  });
  const auto kept = store->read([&](store::Tx& tx) { return remembered_titles(tx, kRealm, "people"); });
  EXPECT_EQ(kept.at("人员代码"), "code");
  EXPECT_EQ(kept.size(), 2u);
}

TEST_P(Imports, RowsBeyondTheRightsOfWhoBringsThemInAreRefused) {
  given.emplace(context());
  given->admin = false;
  given->may = [](const record::World& world, AreaId area) {
    const place::Area* taoyuan = world.atlas->by_code("taoyuan");
    return area && world.atlas->within(area, taoyuan->id);
  };
  EXPECT_THAT(cells(bring_in("households", "区域编码,门牌\nB0101,1\nB0301,1\n")), ElementsAre("A3 forbidden"));
  EXPECT_THAT(cells(bring_in("people", "编号,姓名\n009,张三\n")), ElementsAre("2 forbidden"));
  EXPECT_THAT(
      cells(bring_in("orgs", "编码,名称,类型,上级编码,区域编码\nurban,改名,department,street-office,taoyuan\n")),
      ElementsAre("A2 forbidden"));
  EXPECT_THROW(bring_in("areas", "编码,名称,层级\nx,x,grid\n"), Fault);
}

TEST_P(Imports, WhatWasBroughtInByMistakeIsTakenBackUnlessItIsInUse) {
  given.emplace(context());
  given->import = 4711;
  given->reason = "import 4711";
  bring_in("people", kPeople);
  EXPECT_EQ(undo(*given, 4711), 4u) << "two people, two posts";
  EXPECT_FALSE(store->read([&](store::Tx& tx) { return people::find_person(tx, kRealm, "001"); }));
  EXPECT_EQ(bring_in("people", kPeople).added, 3u) << "and brought in again";
  given->import = 4712;
  bring_in("households", "区域编码,门牌\nB0101,1\nB0101,2\n");
  const auto house =
      store->read([&](store::Tx& tx) { return people::find_household(tx, kRealm, names.areas.at("B0101"), "2"); });
  store->write([&](store::Tx& tx) {
    people::Link link;
    link.kind = "member_household", link.from_person = names.people.at("chen"), link.to_household = house->id;
    link.from = 20260301;
    people::add_link(tx, {kRealm, {}, clock.now(), ids, "x", {}}, link);
  });
  EXPECT_THROW(undo(*given, 4712), Fault);
  EXPECT_EQ(count(kHouseholdCount), 2) << "all or nothing";
}

TEST_P(Imports, AreasThatNothingStandsInAreTakenBackAndMayComeAgain) {
  given.emplace(context());
  given->import = 4713;
  given->reason = "import 4713";
  const std::string table =
      "编码,名称,层级,上级编码,经度,纬度\nG9,第九网格,网格,taoyuan,,\nB0901,9号楼,楼栋,G9,117.2014,39.1212\n"
      "B0902,10号楼,楼栋,G9,117.2015,39.1213\n";
  EXPECT_EQ(bring_in("areas", table).added, 3u);
  const auto area = [&](std::string_view code) {
    return store->read([&](store::Tx& tx) { return place::find_area_by_code(tx, kRealm, code); });
  };
  given->import = 4714;
  bring_in("households", "区域编码,门牌\nB0902,1\n");
  try {
    undo(*given, 4713);
    ADD_FAILURE() << "a household stands in one of them";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.complaints().size(), 2u) << "the building, and the grid above it";
  }
  EXPECT_TRUE(area("B0901")) << "all or nothing";
  // Whoever subscribed to an area that never was hears nothing from then on, and not suddenly of everything.
  const auto subscribe = [&](AreaId at) {
    return store->write([&](store::Tx& tx) {
      return send::add_subscription(tx, vault, ids, kRealm,
                                    {names.people.at("tan"),
                                     "钩子",
                                     send::SubscriptionFormat::webhook,
                                     "https://example.org/hook",
                                     "",
                                     {{}, {}, at}},
                                    clock.now())
          .first;
    });
  };
  const auto active = [&](send::SubscriptionId id) {
    return store->read([&](store::Tx& tx) { return send::find_subscription(tx, kRealm, id)->active; });
  };
  const auto there = subscribe(area("B0901")->id), elsewhere = subscribe(names.areas.at("B0101"));
  EXPECT_EQ(undo(*given, 4714), 1u);
  EXPECT_TRUE(active(there) && active(elsewhere));
  EXPECT_EQ(undo(*given, 4713), 3u);
  EXPECT_FALSE(active(there));
  EXPECT_TRUE(active(elsewhere));
  EXPECT_FALSE(area("G9") || area("B0901") || area("B0902"));
  store->read([&](store::Tx& tx) { EXPECT_EQ(worlds->current(tx, kRealm)->atlas->by_code("G9"), nullptr); });
  given->import = 4715;
  EXPECT_EQ(bring_in("areas", table).added, 3u);
  clock.advance(std::chrono::hours{24});
  store->write([&](store::Tx& tx) {
    place::rename_area(tx, {kRealm, {}, clock.now(), 20260304, {}}, area("B0901")->id, "九号楼");
  });
  EXPECT_THROW(undo(*given, 4715), Fault) << "it was changed since";
}

TEST_P(Imports, AreasComeFromATableOrAMapAndRecordsFollowThem) {
  const auto report =
      bring_in("areas", "编码,名称,层级,上级编码,经度,纬度\nB0103,桃园里3号楼,楼栋,grid-1,117.2014,39.1212\n");
  EXPECT_THAT(cells(report), IsEmpty());
  EXPECT_EQ(report.added, 1u);
  EXPECT_THAT(cells(bring_in("areas", "编码,名称,层级,上级编码\nB0104,四号楼,楼栋,nowhere\nB0105,五号楼,塔,grid-1\n")),
              ElementsAre("D2 unknown", "C3 enum"));
  EXPECT_THAT(cells(bring_in("areas", "编码,名称,层级,上级编码\nB0104,四号楼,楼栋,nowhere\n")),
              ElementsAre("D2 unknown"));
  const std::string map = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"level":"building",
      "code":"B0106","name":"桃园里6号楼","parent_code":"grid-1"},"geometry":{"type":"Point","coordinates":[117.2,39.1]}}]})";
  EXPECT_EQ(bring_in("areas", map).added, 1u);
  EXPECT_EQ(bring_in("areas", map).unchanged, 1u);
}

TEST_P(Imports, AMapWithAGapIsRefusedUnlessToldOtherwiseAndTheGapIsToldAllTheSame) {
  const auto feature = [](const std::string& level, const std::string& code, const std::string& parent, double east) {
    return fmt::format(
        R"({{"type":"Feature","properties":{{"level":"{0}","code":"{1}","name":"{2}","parent_code":"{3}"}},"geometry":)"
        R"({{"type":"Polygon","coordinates":[[[117.3,39.3],[{4},39.3],[{4},39.31],[117.3,39.31],[117.3,39.3]]]}}}})",
        level, code, "新" + code, parent, east);
  };
  const std::string map = R"({"type":"FeatureCollection","features":[)" +
                          feature("community", "xinglin", "street", 117.31) + "," +
                          feature("grid", "xinglin-1", "xinglin", 117.305) + "]}";
  const auto refused = bring_in("areas", map);
  EXPECT_EQ(refused.problems_total, 1u);
  EXPECT_FALSE(refused.stored);
  EXPECT_THAT(refused.problems.at(0).say.zh, HasSubstr("平方米不属于任何下级区域"));
  Options overlaps;
  overlaps.allow_overlaps = true;
  EXPECT_FALSE(bring_in("areas", map, Mode::all, overlaps).stored) << "that is another permission";
  Options gaps;
  gaps.allow_gaps = true;
  const auto looked_at = bring_in("areas", map, Mode::check, gaps);
  EXPECT_EQ(looked_at.problems_total, 0u);
  EXPECT_EQ(looked_at.allowed.size(), 1u);
  const auto stored = bring_in("areas", map, Mode::all, gaps);
  EXPECT_TRUE(stored.stored);
  EXPECT_EQ(stored.added, 2u);
  ASSERT_EQ(stored.allowed.size(), 1u);
  EXPECT_EQ(stored.allowed[0].say.zh, refused.problems[0].say.zh);
}

TEST_P(Imports, WhatIsExportedReadsBackUnchangedAndTellsNoPhone) {
  bring_in("orgs", kOrgs), bring_in("people", kPeople);
  bring_in("households", "区域编码,门牌,联系意愿\nB0101,1单元101,愿意\nB0101,1单元102,不需要\n");
  for (const std::string what : {"areas", "orgs", "people", "households"})
    for (const table::Format format : {table::Format::csv, table::Format::xlsx}) {
      const std::string path = folder() / "out";
      const auto out = table::write_table(path, format, what, export_titles(context(), what, Language::zh));
      export_rows(context(), what, Language::zh, *out);
      out->finish({});
      std::ifstream in(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      EXPECT_THAT(bytes, Not(HasSubstr("13800138000")));
      const auto report = bring_in(what, bytes);
      EXPECT_THAT(cells(report), IsEmpty()) << what;
      EXPECT_EQ(report.unchanged, report.rows) << what;
      EXPECT_GT(report.rows, 1u) << what;
    }
}

TEST_P(Imports, APostBeforeItsOrganisationIsToldTheFoundingDayAndWhatToDo) {
  EXPECT_EQ(bring_in("orgs", "编码,名称,类型,区域编码\nnew-team,新网格,grid_branch,grid-1\n").added, 1u);
  const auto report = bring_in("people",
                               "编号,姓名,岗位,组织编码,区域编码,任职日期\n"
                               "T900,新来的,全科网格员,new-team,grid-1,2024-01-01\n");
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_THAT(report.problems.front().say.zh, AllOf(HasSubstr("成立日期是 2026-03-03"), HasSubstr("撤回该组织的导入")));
  EXPECT_THAT(report.problems.front().say.en, AllOf(HasSubstr("founded on 2026-03-03"), HasSubstr("later day")));
}

TEST_P(Imports, AParentUnderAnotherNameIsToldTheRightOne) {
  const std::string map = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"level":"grid",
      "code":"G77","name":"第77网格","parent":"taoyuan"},"geometry":{"type":"Point","coordinates":[117.2,39.1]}}]})";
  const auto report = bring_in("areas", map);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems.front().column, "parent");
  EXPECT_THAT(report.problems.front().say.zh, HasSubstr("parent_code"));
  EXPECT_EQ(report.added, 0u);
}

TEST_P(Imports, PeopleWithoutACodeLeaveTooAndAreAskedForOneOnTheirReturn) {
  store->write([&](store::Tx& tx) {
    people::NewPerson person;
    person.name = "无编号的人", person.purpose = "staff";
    person.delete_after = 20300101;
    people::add_person(tx, vault, {kRealm, {}, clock.now(), ids, "test", {}}, person);
  });
  const std::string path = folder() / "people.csv";
  const auto out =
      table::write_table(path, table::Format::csv, "people", export_titles(context(), "people", Language::zh));
  export_rows(context(), "people", Language::zh, *out);
  out->finish({});
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(bytes, HasSubstr(",无编号的人,"));
  const auto report = bring_in("people", bytes, Mode::check);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems.front().column, "code");
}

}  // namespace
}  // namespace tongxin::exchange
