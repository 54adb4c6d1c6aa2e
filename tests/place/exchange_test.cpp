#include "place/exchange.hpp"

#include <chrono>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "place/schema.hpp"
#include "place_support.hpp"
#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::place;

namespace {

using store::Tx;
const RealmId kRealm{7};
const Edit kEdit{.realm = kRealm, .author = PersonId{5}, .at = from_millis(1798732800000), .on = 20260601};

std::string ring(std::initializer_list<std::pair<int, int>> corners) { return to_geojson(drawn(corners)); }

std::string feature(const std::string& properties, const std::string& geometry = "null") {
  return R"({"type":"Feature","properties":{)" + properties + R"(},"geometry":)" + geometry + "}";
}

std::string collection(const std::vector<std::string>& features) {
  std::string text = R"({"type":"FeatureCollection","features":[)";
  for (const auto& one : features) text += (text.back() == '[' ? "" : ",") + one;
  return text + "]}";
}

const std::string kWest = ring({{0, 0}, {50, 0}, {50, 100}, {0, 100}});
const std::string kEast = ring({{50, 0}, {100, 0}, {100, 100}, {50, 100}});
const std::string kCommunity =
    feature(R"("level":"community","code":"T","name":"桃园社区")", ring({{0, 0}, {100, 0}, {100, 100}, {0, 100}}));
std::string grid(const std::string& code, const std::string& geometry) {
  return feature(R"("level":"grid","parent_code":"T","code":")" + code + R"(","name":"网格)" + code + '"', geometry);
}
std::string codes(const ImportReport& report) {
  std::string text;
  for (const auto& problem : report.problems) text += (text.empty() ? "" : " ") + problem.at + ":" + problem.code;
  return text;
}

}  // namespace

class Exchange : public test::EnginesTest {
 protected:
  void SetUp() override {
    EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store_ = fresh(kMigrations);
  }
  ImportReport import(const std::string& text, const ImportOptions& options = {}, RealmId realm = kRealm) {
    auto edit = kEdit;
    edit.realm = realm;
    return store_->write([&](Tx& tx) { return import_geojson(tx, edit, usual_levels(), ids_, text, options); });
  }
  AtlasPtr atlas(RealmId realm = kRealm) {
    return store_->read([&](Tx& tx) { return load_atlas(tx, realm, usual_levels()); });
  }
  ManualClock clock_{from_millis(1767225600000)};
  IdSource ids_{clock_, 1};
  std::unique_ptr<store::Store> store_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Exchange, test::kEngines, test::engine_name);

TEST_P(Exchange, ATownGoesInAndComesOutTheSameToTheByte) {
  std::int64_t realm = 100;
  TownCounts counts{.communities = 3, .grids = 8, .buildings_min = 1, .buildings_max = 4, .households_per_building = 2};
  for (std::uint64_t seed = 1; seed <= 5; ++seed, ++realm) {
    const auto text = export_geojson(*atlas_of(town_of(seed, counts)));
    const auto first = import(text, {}, RealmId{realm});
    EXPECT_EQ(codes(first), "");
    EXPECT_TRUE(first.applied);
    EXPECT_EQ(first.added, first.features);
    EXPECT_EQ(export_geojson(*atlas(RealmId{realm})), text);
    const auto again = import(text, {}, RealmId{realm});
    EXPECT_EQ(again.unchanged, first.features);
    EXPECT_EQ(again.added + again.changed, 0);
    EXPECT_EQ(export_geojson(*atlas(RealmId{realm})), text);
  }
}

TEST_P(Exchange, ChildrenMayStandBeforeTheirParentsAndOtherNamesAreMapped) {
  ImportOptions options{.code = "编码", .name = "名称", .default_level = "grid", .default_parent_code = "T"};
  const auto report =
      import(collection({feature(R"("编码":1001,"名称":"第1网格","网格长":"王芳")", kWest),
                         feature(R"("编码":"1002","名称":"第2网格")", kEast),
                         feature(R"("level":"street","编码":"S","名称":"清河街道","parent_code":"D")"),
                         feature(R"("level":"district","编码":"D","名称":"同心区","parent_code":"")"),
                         feature(R"("level":"community","编码":"T","名称":"桃园社区","parent_code":"S")",
                                 ring({{0, 0}, {100, 0}, {100, 100}, {0, 100}}))}),
             [&] {
               auto o = options;
               o.default_parent_code = "";
               return o;
             }());
  EXPECT_EQ(codes(report), "");
  EXPECT_EQ(atlas()->by_code("1001")->attributes, R"({"网格长":"王芳"})");
  EXPECT_EQ(atlas()->path_text(atlas()->by_code("T")->id), "同心区 / 清河街道 / 桃园社区");
  const auto below =
      import(collection({feature(R"("编码":"1001","名称":"第1网格")"), feature(R"("编码":"1002","名称":"第2网格")")}),
             options);
  EXPECT_EQ(below.changed, 2) << "they move below the community";
  EXPECT_EQ(atlas()->path_text(atlas()->by_code("1001")->id, "community"), "桃园社区 / 第1网格");
}

TEST_P(Exchange, GapsAndOverlapsAreRefusedWithTheirSizeUnlessAllowed) {
  const auto narrow = ring({{60, 0}, {100, 0}, {100, 100}, {60, 100}});
  const auto wide = ring({{40, 0}, {100, 0}, {100, 100}, {40, 100}});
  auto report = import(collection({kCommunity, grid("1", kWest), grid("2", narrow)}));
  EXPECT_EQ(codes(report), "area/T:gap");
  EXPECT_NE(report.problems[0].say.zh.find("「桃园社区」内有 96028"), std::string::npos) << report.problems[0].say.zh;
  EXPECT_FALSE(report.applied);
  EXPECT_EQ(atlas()->size(), 0u);
  report = import(collection({kCommunity, grid("1", kWest), grid("2", wide)}));
  EXPECT_EQ(codes(report), "area/1:overlap");
  report = import(collection({kCommunity, grid("1", kWest), grid("2", wide)}), {.coverage = {.allow_overlaps = true}});
  EXPECT_TRUE(report.applied);
  ASSERT_EQ(report.allowed.size(), 1u) << "told all the same";
  EXPECT_EQ(report.allowed[0].code, "overlap");
  EXPECT_NE(report.allowed[0].say.zh.find("重叠 96028"), std::string::npos) << report.allowed[0].say.zh;
  EXPECT_TRUE(import(collection({grid("2", narrow)}), {.coverage = {.allow_gaps = true}}).applied);
  report = import(collection({grid("2", kEast)}));
  EXPECT_EQ(report.changed, 1);
  EXPECT_TRUE(check_coverage(*atlas(), "grid").seamless);
}

TEST_P(Exchange, AFileThatMovesAGridAwayLeavesAGapInItsFormerCommunity) {
  ASSERT_TRUE(import(collection({kCommunity, grid("1", kWest), grid("2", kEast),
                                 feature(R"("level":"community","code":"U","name":"柳林社区")")}))
                  .applied);
  const auto moved = collection({feature(R"("level":"grid","parent_code":"U","code":"2","name":"网格2")")});
  EXPECT_EQ(codes(import(moved)), "area/T:gap");
  EXPECT_TRUE(import(moved, {.coverage = {.allow_gaps = true}}).applied);
}

TEST_P(Exchange, EveryProblemIsNamedAndNothingIsWritten) {
  const auto report = import(
      collection({kCommunity, feature(R"("level":"grid","code":"1","name":"甲","parent_code":"X")"),
                  feature(R"("level":"galaxy","code":"2","name":"乙")"), feature(R"("level":"grid","name":"丙")"),
                  grid("4", ring({{0, 0}, {50, 100}, {50, 0}, {0, 100}})), grid("4", kEast),
                  feature(R"("level":"grid","code":"6","name":"己","from":"昨天")"),
                  feature(R"("level":"street","code":"7","name":"庚","parent_code":"T")"),
                  feature(R"("level":"grid","code":"8","name":"辛","parent_code":"T")",
                          R"({"type":"Polygon","coordinates":[[[39,117],[39,118],[40,117],[39,117]]]})"),
                  "5"}));
  EXPECT_FALSE(report.applied);
  EXPECT_EQ(codes(report),
            "/features/2/properties/level:enum /features/3/properties/code:required /features/4/geometry:shape "
            "/features/6/properties/from:format /features/8/geometry/coordinates/0/0:range "
            "/features/9/properties:required /features/5/properties/code:duplicate "
            "/features/1/properties/parent_code:unknown /features/7/properties/parent_code:rank");
  EXPECT_EQ(report.problems[2].say.zh, "4「网格4」:边界自相交,在 117.2025000, 39.1050000");
  EXPECT_EQ(atlas()->size(), 0u);
}

TEST_P(Exchange, ADryRunReportsAndWritesNothing) {
  const auto report = import(collection({kCommunity, grid("1", kWest), grid("2", kEast)}), {.dry_run = true});
  EXPECT_EQ(report.added, 3);
  EXPECT_EQ(report.problems_total, 0);
  EXPECT_FALSE(report.applied);
  EXPECT_EQ(atlas()->size(), 0u);
}

TEST_P(Exchange, TextThatIsNoCollectionIsAFault) {
  for (const auto* text : {"", "{", "[]", "{}", R"({"type":"Feature"})", R"({"type":"FeatureCollection"})", "\xff"})
    EXPECT_THROW(import(text), Fault) << text;
  EXPECT_THROW(import(collection({kCommunity, kCommunity}), {.features = 1}), Fault);
  try {
    import("{\"type\": \"FeatureCollection\", features: []}");
    FAIL() << "read";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.say().zh, "不是合法的 JSON：第 30 字节处格式有误（文字里的换行和控制字符要写成转义）");
  }
}

// Prints what a whole street costs; asserts only that it is there.
TEST_P(Exchange, AWholeStreetIsImportedAtOnce) {
  const auto text = export_geojson(*atlas_of(town_of(1)));
  const auto start = std::chrono::steady_clock::now();
  const auto report = import(text);
  const auto imported = std::chrono::steady_clock::now();
  const auto loaded = atlas();
  const auto end = std::chrono::steady_clock::now();
  const auto millis = [](auto span) { return std::chrono::duration_cast<std::chrono::milliseconds>(span).count(); };
  std::cout << report.added << " areas imported in " << millis(imported - start) << " ms, loaded in "
            << millis(end - imported) << " ms\n";
  EXPECT_EQ(loaded->of_level("grid").size(), 39u);
}
