// Records: hotline items, old registers, exports brought in elsewhere.
#include <fstream>
#include <iterator>

#include "exchange_fixture.hpp"
#include "measure/verify.hpp"
#include "record/sql.hpp"

namespace tongxin::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Registers = Street;
INSTANTIATE_TEST_SUITE_P(Engines, Registers, test::kEngines, test::engine_name);

Options hotline() {
  Options options;
  options.source = "hotline";
  return options;
}

TEST_P(Registers, BecomeRecordsWithPlaceCategoryCallerAndTime) {
  const auto report = bring_in("records/issue",
                               "工单编号,时间,类别,地址,内容,来电人,电话\n"
                               "A1,2026/3/2 16:05:30,垃圾清运,桃园里1号楼楼下,垃圾三天没清,王女士,19900001234\n",
                               Mode::all, hotline());
  ASSERT_THAT(cells(report), IsEmpty());
  EXPECT_EQ(report.added, 1u);
  store->read([&](store::Tx& tx) {
    const auto id = record::by_outside_number(tx, kRealm, "hotline", "A1");
    ASSERT_TRUE(id);
    const auto record = engine->find(tx, kRealm, *id);
    EXPECT_EQ(record->area, names.areas.at("B0101"));
    EXPECT_EQ(record->category, "garbage");
    EXPECT_EQ(to_minute_text(record->created_at), "2026-03-02 16:05");
    EXPECT_FALSE(record->reporter);
    EXPECT_THAT(record->sealed_fields, HasSubstr("contact_phone"));
    EXPECT_THAT(record->data, Not(HasSubstr("1990000")));
  });
}

TEST_P(Registers, ListEveryBadCellAndLeaveNothingBehind) {
  const auto report = bring_in("records/issue",
                               "工单编号,时间,类别,地址,内容,手机号\n"
                               "A1,2026-03-02,garbage,桃园里1号楼,好的一行,\n"
                               "A3,昨天,garbage,桃园里1号楼,时间不对,\n"
                               "A4,2026-03-02,飞碟,桃园里1号楼,类别不对,\n"
                               "A5,2026-03-02,garbage,火星,地点不对,\n"
                               "A1,2026-03-02,garbage,桃园里1号楼,编号重复,\n"
                               "A7,2027-03-02,garbage,桃园里1号楼,,\n"
                               "A8,2026-03-02,garbage,桃园里1号楼,电话不对,12\n");
  EXPECT_THAT(cells(report),
              ElementsAre("B3 format", "C4 unknown", "D5 unknown", "A6 duplicate", "B7 range", "F8 format"));
  EXPECT_EQ(count(kRecordCount), 0);
}

TEST_P(Registers, BroughtInAgainAddNothingWithOrWithoutANumber) {
  std::string text = "类别,地址,内容\n", numbered = "工单编号,类别,地址,内容\n";
  for (int i = 0; i < 450; ++i) {
    text += fmt::format("road,桃园里1号楼,路面有坑 {}\n", i);
    numbered += fmt::format("N{},road,桃园里1号楼,路面有坑 {}\n", i, i);
  }
  EXPECT_EQ(bring_in("records/issue", text, Mode::good).added, 450u);
  const auto again = bring_in("records/issue", text + "road,桃园里1号楼,新的一件\n");
  EXPECT_EQ(again.added, 1u);
  EXPECT_EQ(again.unchanged, 450u);
  EXPECT_EQ(bring_in("records/issue", numbered).added, 450u);
  EXPECT_EQ(bring_in("records/issue", numbered).unchanged, 450u);
  const auto verdict = measure::verify(*store, *worlds, kRealm);
  EXPECT_TRUE(verdict.sound()) << verdict.findings.front().say.en;
}

TEST_P(Registers, InGb18030WithTheirOwnCategoriesAreUnderstood) {
  std::string table;
  csv::Writer writer(table, {.encoding = csv::Encoding::gb18030});
  writer.row({"工单编号", "类别", "地址", "内容"});
  writer.row({"D1", "城建城管-市容环卫", "桃园里1号楼", "垃圾没有清"});
  Options options = hotline();
  EXPECT_EQ(bring_in("records/issue", table, Mode::check, options).failed, 1u);
  options.categories = {{"城建城管-市容环卫", "garbage"}};
  EXPECT_EQ(bring_in("records/issue", table, Mode::all, options).added, 1u);
}

TEST_P(Registers, FromTwoSourcesMayShareANumber) {
  const std::string text = "number,category,place,content\nE1,road,桃园里1号楼,x\n";
  Options city = hotline(), district = hotline();
  city.source = "city", district.source = "district";
  EXPECT_EQ(bring_in("records/issue", text, Mode::all, city).added, 1u);
  EXPECT_EQ(bring_in("records/issue", text, Mode::all, district).added, 1u);
  EXPECT_EQ(bring_in("records/issue", text, Mode::all, city).unchanged, 1u);
}

TEST_P(Registers, FollowTheRightsOfWhoBringsThemIn) {
  given.emplace(context());
  given->actor = {.person = names.people.at("lin"), .system = false, .follows = {}};
  EXPECT_EQ(bring_in("records/issue", "类别,地址,内容\nroad,桃园里1号楼,有坑\n").added, 1u);
  given->actor = {.person = names.people.at("wang"), .system = false, .follows = {}};
  const auto refused = bring_in("records/issue", "类别,地址,内容\nroad,桃园里1号楼,又有坑\n");
  EXPECT_THAT(cells(refused), ElementsAre("2 forbidden")) << "a resident types nothing in for others";
  EXPECT_EQ(count(kRecordCount), 1);
}

TEST_P(Registers, LeaveInAWorkbookThatDoublesNothingOnItsReturn) {
  bring_in("records/issue",
           "工单编号,类别,地址,内容\nF1,road,桃园里1号楼,\"路面, 有坑\"\nF2,water,桃园里1号楼,=漏水\n");
  const std::string path = folder() / "out.xlsx";
  EXPECT_EQ(export_records(context(), "issue", 0, 0, Language::zh, path, table::Format::xlsx), 2u);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  Options other;
  other.source = "elsewhere";
  const auto report = bring_in("records/issue", bytes, Mode::all, other);
  EXPECT_THAT(cells(report), IsEmpty());
  EXPECT_EQ(report.added, 0u);
  EXPECT_EQ(report.unchanged, 2u);
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A district that moves in: what it exported there is what it exports here.
TEST_P(Registers, OfOneInstallationStandInAnotherAsTheyStood) {
  const auto lives = [&](AreaId at, const char* source, const char* text) {
    record::Draft draft;
    draft.kind = "issue", draft.category = "road", draft.area = at, draft.source = source;
    draft.form["description"] = text;
    const record::Actor wang{.person = names.people.at("wang"), .system = false, .follows = {}};
    clock.advance(std::chrono::minutes{7});
    return store->write([&](store::Tx& tx) { return engine->create(tx, kRealm, wang, draft, clock.now()).id; });
  };
  const auto act = [&](const char* who, RecordId id, const char* action, boost::json::object form) {
    clock.advance(std::chrono::minutes{11});
    const record::Actor actor{.person = names.people.at(who), .system = false, .follows = {}};
    store->write([&](store::Tx& tx) { engine->act(tx, kRealm, actor, id, action, form, std::nullopt, clock.now()); });
  };
  const AreaId house = names.areas.at("B0101");
  const RecordId rejected = lives(house, "web", "不归我们管"), answered = lives(house, "scan", "路面有坑");
  lives(names.areas.at("B0201"), "patrol", "还没有人看");
  act("lin", rejected, "reject", {{"reason", "不在辖区"}});
  act("chen", answered, "handle", {});
  act("chen", answered, "resolve", {{"result", "已填平"}});
  act("chen", answered, "feed_back", {{"reply", "已填平，谢谢"}});
  ASSERT_THAT(cells(bring_in("records/hotline_item",
                             "工单编号,时间,来电时间,类别,区域编码,内容\n"
                             "H1,2026-03-01 08:00,2026-03-01 07:58,works,B0101,路灯不亮\n"
                             "H2,2026-03-01 09:00,,care,B0102,咨询津贴\n",
                             Mode::all, hotline())),
              IsEmpty());
  std::map<std::string, std::string> there;
  for (const char* kind : {"issue", "hotline_item"}) {
    const std::string path = folder() / "there.csv";
    export_records(context(), kind, 0, 0, Language::zh, path, table::Format::csv);
    there[kind] = text_of(path);
    const auto again = bring_in(std::string("records/") + kind, there[kind], Mode::check);
    EXPECT_THAT(cells(again), IsEmpty());
    EXPECT_EQ(again.added, 0u) << "what is here already is not doubled";
    EXPECT_EQ(again.unchanged, again.rows);
    Import chosen(context(), std::string("records/") + kind, {}, there[kind], "表.csv");
    chosen.use(chosen.suggestion({{csv::plain_title("编号"), "number"}}));  // what the title meant at another time
    chosen.load();
    EXPECT_EQ(chosen.run(Mode::check).unchanged, again.rows);
  }
  const Time moved = clock.now();
  engine.reset(), worlds.reset(), store.reset();
  clock.set(midnight(20260302));
  settle();
  clock.set(moved);
  for (const auto& [kind, table] : there) {
    const auto report = bring_in("records/" + kind, table);
    EXPECT_THAT(cells(report), IsEmpty());
    EXPECT_EQ(report.added, report.rows);
    const std::string path = folder() / "here.csv";
    export_records(context(), kind, 0, 0, Language::zh, path, table::Format::csv);
    EXPECT_EQ(bring_in("records/" + kind, text_of(path)).added, 0u);
    EXPECT_EQ(text_of(path), table);
  }
  store->read([&](store::Tx& tx) {
    const auto id = record::by_outside_number(tx, kRealm, "web", "TX-2026-000001");
    ASSERT_TRUE(id);
    EXPECT_FALSE(engine->find(tx, kRealm, *id)->open);
    for (const record::Timer& timer : tx.all<record::Timer>(record::sql::kTimers, kRealm, *id))
      EXPECT_TRUE(timer.ended_at || timer.deadline.starts_with("keep")) << timer.deadline;
  });
  EXPECT_TRUE(measure::verify(*store, *worlds, kRealm).sound());
}

TEST_P(Registers, ThatSayHowAMatterEndedAreBelievedOfAdministratorsAndOnlyOfStatesThatThereAre) {
  const std::string text =
      "工单编号,时间,类别,区域编码,内容,状态,结束时间,答复\n"
      "Z1,2026-03-01 08:00,road,B0101,有坑,已结案,2026-03-01 10:00,已填平\n"
      "Z2,2026-03-01 08:00,road,B0101,又有坑,搞定了,,\n"
      "Z3,2026-03-01 08:00,road,B0101,还有坑,已结案,2026-02-01 10:00,\n";
  EXPECT_THAT(cells(bring_in("records/issue", text)), ElementsAre("F3 unknown", "G4 range"));
  EXPECT_EQ(count(kRecordCount), 0);
  given.emplace(context());
  given->actor = {.person = names.people.at("lin"), .system = false, .follows = {}};
  given->admin = false;
  EXPECT_THAT(cells(bring_in("records/issue", text.substr(0, text.find("Z2")))), ElementsAre("F2 forbidden"));
}

}  // namespace
}  // namespace tongxin::exchange
