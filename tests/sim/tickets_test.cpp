#include "sim/tickets.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "measure/verify.hpp"
#include "record/realm.hpp"
#include "sim/district.hpp"
#include "sim/export_records.hpp"
#include "sim_support.hpp"

namespace tongxin::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Day kToday = 20260302;

class Tickets : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped()) return;
    store_ = fresh(all_migrations());
    realm_ = ids_.make<RealmId>();
    store_->write([&](store::Tx& tx) {
      record::add_realm(tx, {realm_, "清河街道", 480, clock_.now(), false});
      Random random(4);
      const people::Doing doing{realm_, {}, clock_.now(), ids_, "test", {}};
      district_ = settle_district(tx, vault_, doing, *house_packs(), random, {Size::small, "清河街道", 1});
    });
    clock_.set(midnight(add_days(kToday, 3)));
  }

  TicketReport bring_in(const std::string& text, TicketOptions options = {}) {
    std::istringstream in(text);
    options.file = "12345.csv";
    if (options.kind.empty()) options.kind = "issue";
    return import_tickets(*store_, engine_, realm_, clock_, in, options);
  }
  std::size_t stored() {
    return std::size_t(store_->read([&](store::Tx& tx) { return tx.one<std::int64_t>(kCount, realm_).value_or(-1); }));
  }
  std::string building() const {
    for (const place::Area& area : district_.town.areas)
      if (area.id == district_.buildings.front()) return area.name;
    return {};
  }
  static std::vector<std::string> places(const TicketReport& report) {
    std::vector<std::string> at;
    for (const Complaint& each : report.problems) at.push_back(each.at);
    return at;
  }

  static constexpr store::Sql kCount{"test_count", "SELECT count(*) FROM record WHERE realm_id=$1"};
  ManualClock clock_{midnight(kToday)};
  IdSource ids_{clock_, 9};
  people::Vault vault_ = people::Vault::for_this_process();
  record::Worlds worlds_{house_packs()};
  record::Engine engine_{worlds_, ids_, vault_, aspect::all()};
  std::unique_ptr<store::Store> store_;
  RealmId realm_;
  District district_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Tickets, test::kEngines, test::engine_name);

TEST_P(Tickets, BecomeRecordsWithPlaceCategoryCallerAndTime) {
  const auto report = bring_in("工单编号,时间,类别,地址,内容,来电人,电话\nA1,2026/3/2 16:05:30,垃圾清运," + building() +
                               "楼下,垃圾三天没清,王女士,19900001234\n");
  ASSERT_THAT(places(report), IsEmpty());
  EXPECT_EQ(report.added, 1u);
  store_->read([&](store::Tx& tx) {
    const auto id = record::by_outside_number(tx, realm_, "hotline", "A1");
    ASSERT_TRUE(id);
    const auto record = engine_.find(tx, realm_, *id);
    EXPECT_EQ(record->area, district_.buildings.front());
    EXPECT_EQ(record->category, "garbage");
    EXPECT_EQ(record->source, "hotline");
    EXPECT_EQ(to_minute_text(record->created_at), "2026-03-02 16:05");
    EXPECT_THAT(record->sealed_fields, HasSubstr("contact_phone"));
    EXPECT_THAT(record->data, ::testing::Not(HasSubstr("1990000")));
  });
}

TEST_P(Tickets, ListEveryBadRowByLineAndLeaveNothingBehind) {
  const auto report = bring_in(
      "工单编号,时间,类别,地址,内容\n"
      "A1,2026-03-02,garbage," +
      building() +
      ",好的一行\n"
      ",2026-03-02,garbage," +
      building() +
      ",没有编号\n"
      "A3,昨天,garbage," +
      building() +
      ",时间不对\n"
      "A4,2026-03-02,飞碟," +
      building() +
      ",类别不对\n"
      "A5,2026-03-02,garbage,火星,地点不对\n"
      "A1,2026-03-02,garbage," +
      building() +
      ",编号重复\n"
      "A7,2027-03-02,garbage," +
      building() + ",\n");
  EXPECT_THAT(places(report),
              ElementsAre("12345.csv:3: 工单编号", "12345.csv:4: 时间", "12345.csv:5: 类别", "12345.csv:6: 地址",
                          "12345.csv:7: 工单编号", "12345.csv:8: 内容", "12345.csv:8: 时间"));
  EXPECT_EQ(stored(), 0u);
}

TEST_P(Tickets, BroughtInAgainAddNothing) {
  std::string text = "工单编号,类别,地址,内容\n";
  for (int i = 0; i < 620; ++i) text += fmt::format("B{},road,{},路面有坑 {}\n", i, building(), i);
  const auto first = bring_in(text);
  EXPECT_EQ(first.added, 620u);
  const auto again = bring_in(text + "B620,road," + building() + ",新的一件\n");
  EXPECT_EQ(again.added, 1u);
  EXPECT_EQ(again.unchanged, 620u);
  EXPECT_EQ(stored(), 621u);
  const auto verdict = measure::verify(*store_, worlds_, realm_);
  EXPECT_TRUE(verdict.sound()) << verdict.findings.front().say.en;
}

TEST_P(Tickets, OfADryRunAreOnlyCounted) {
  TicketOptions options;
  options.dry_run = true;
  const auto report = bring_in("number,category,place,content\nC1,road," + building() + ",x\n", options);
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(stored(), 0u);
}

TEST_P(Tickets, InGb18030WithTheirOwnCategoriesAreUnderstood) {
  std::string table, mapping;
  csv::Writer(table, {.encoding = csv::Encoding::gb18030}).row({"工单编号", "类别", "地址", "内容"});
  csv::Writer(table, {.encoding = csv::Encoding::gb18030}).row({"D1", "城建城管-市容环卫", building(), "垃圾没有清"});
  csv::Writer(mapping, {.encoding = csv::Encoding::gb18030}).row({"类别", "编码"});
  csv::Writer(mapping, {.encoding = csv::Encoding::gb18030}).row({"城建城管-市容环卫", "garbage"});
  std::istringstream map(mapping);
  TicketOptions options;
  options.mapping = &map;
  EXPECT_EQ(bring_in(table, options).added, 1u);
}

TEST_P(Tickets, FromTwoRegistersMayShareANumber) {
  const std::string text = "number,category,place,content\nE1,road," + building() + ",x\n";
  TicketOptions city, district;
  city.source = "city";
  district.source = "district";
  EXPECT_EQ(bring_in(text, city).added, 1u);
  EXPECT_EQ(bring_in(text, district).added, 1u);
  EXPECT_EQ(bring_in(text, city).unchanged, 1u);
}

TEST_P(Tickets, LeaveInATableThatAReaderOfTablesUnderstands) {
  bring_in("number,category,place,content\nF1,road," + building() + ",\"路面, 有坑\"\nF2,water," + building() +
           ",漏水\n");
  std::string table;
  const auto count = export_records(*store_, worlds_, realm_, {"issue", 0, 0, Language::zh},
                                    [&](const std::string& piece) { table += piece; });
  EXPECT_EQ(count, 2u);
  std::istringstream in(table);
  csv::Reader rows(in, {{"title", {"标题"}}, {"area", {"区域编码"}}, {"state", {"状态"}}, {"source", {"来源"}}});
  std::vector<std::string> titles;
  while (rows.next()) {
    titles.emplace_back(rows.text("title"));
    EXPECT_EQ(rows.text("source"), "hotline");
    EXPECT_FALSE(rows.text("area").empty());
  }
  EXPECT_THAT(titles, ElementsAre("路面, 有坑", "漏水"));
}

}  // namespace
}  // namespace tongxin::sim
