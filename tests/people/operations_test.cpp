#include "people/operations.hpp"

#include "fixture.hpp"
#include "people/accounts_sql.hpp"
#include "people/sql.hpp"

namespace tongxin::people {
namespace {

struct Operations : RealmTest {};
INSTANTIATE_TEST_SUITE_P(Engines, Operations, test::kEngines, test::engine_name);

TEST(PeopleSql, KeepsTheRulesOfBothEngines) {
  std::vector<store::Sql> statements(sql::kAllStatements.begin(), sql::kAllStatements.end());
  statements.insert(statements.end(), sql::kAllAccountStatements.begin(), sql::kAllAccountStatements.end());
  for (const Complaint& complaint : store::check_sql_rules(kMigrations, statements))
    ADD_FAILURE() << complaint.at << ": " << complaint.say.en;
}

TEST_P(Operations, AMovedOrganisationTakesAllBelowItAlongAndKeepsItsHistory) {
  const OrgId a = org("a"), b = org("b"), c = org("c", a), d = org("d", c);
  write([&](store::Tx& tx) { move_org(tx, doing(), c, b, today); });
  const auto kept = directory();
  EXPECT_TRUE(kept->is_below(d, b));
  EXPECT_FALSE(kept->is_below(d, a));
  EXPECT_EQ(kept->org(d)->depth, 2);
  const auto history = read([&](store::Tx& tx) { return org_history(tx, realm, c); });
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].parent, a);
  EXPECT_EQ(history[0].until, today);
  EXPECT_EQ(history[1].parent, b);
  EXPECT_EQ(history[1].until, 0);
}

TEST_P(Operations, AnOrganisationCannotBeMovedBelowItself) {
  const OrgId a = org("a"), b = org("b", a);
  EXPECT_EQ(fault_of([&] { write([&](store::Tx& tx) { move_org(tx, doing(), a, b, today); }); }).code(), Code::invalid);
  EXPECT_EQ(fault_of([&] { write([&](store::Tx& tx) { move_org(tx, doing(), a, a, today); }); }).code(), Code::invalid);
}

TEST_P(Operations, ACodeIsGivenOnce) {
  org("a");
  EXPECT_EQ(fault_of([&] { org("a"); }).code(), Code::conflict);
}

TEST_P(Operations, ClosingWaitsUntilNobodyIsLeftInIt) {
  const OrgId a = org("a");
  const PostId held = post(person("陈玉"), a);
  const auto close = [&] { write([&](store::Tx& tx) { close_org(tx, doing(), a, today); }); };
  EXPECT_EQ(fault_of(close).code(), Code::not_now);
  write([&](store::Tx& tx) { end_post(tx, doing(), held, today); });
  close();
  EXPECT_FALSE(live(*directory()->org(a), today));
  EXPECT_EQ(fault_of([&] { post(person("李明"), a, "secretary", today); }).code(), Code::not_now);
}

TEST_P(Operations, TheSamePostIsNotHeldTwiceAtOnceButAgainLater) {
  const OrgId a = org("a"), b = org("b");
  const PersonId chen = person("陈玉");
  post(chen, a, "secretary", 20250101, 20260101);
  EXPECT_EQ(fault_of([&] { post(chen, a, "secretary", 20251231); }).code(), Code::conflict);
  post(chen, a, "secretary", 20260101);  // the day the former ends
  post(chen, b, "secretary", 20250101);  // a cross-appointment
  EXPECT_EQ(directory()->cross_appointments(today).size(), 1u);
  EXPECT_EQ(directory()->name_of(chen), "陈玉");
}

TEST_P(Operations, AppointingNobodyOrNowhereIsRefused) {
  const OrgId a = org("a");
  EXPECT_EQ(fault_of([&] { post(PersonId{404}, a); }).code(), Code::not_found);
  EXPECT_EQ(fault_of([&] { post(person("陈玉"), OrgId{404}); }).code(), Code::not_found);
  EXPECT_EQ(fault_of([&] { post(person("陈玉"), a, "secretary", today, today); }).code(), Code::invalid);
}

TEST_P(Operations, AnEndedPostIsNotLengthened) {
  const PostId held = post(person("陈玉"), org("a"));
  write([&](store::Tx& tx) { end_post(tx, doing(), held, today); });
  EXPECT_FALSE(live(*directory()->post(held), today));
  EXPECT_EQ(fault_of([&] { write([&](store::Tx& tx) { end_post(tx, doing(), held, 20270101); }); }).code(),
            Code::invalid);
}

TEST_P(Operations, FiveFunctionsMoveFromVillageToCommunityOnADate) {  // S06
  const OrgId village = org("village"), community = org("community");
  const AreaId area{1};
  const std::string path = "/" + id_text(1) + "/";
  const std::vector<std::string> functions = {"organisation", "coordination", "management", "service", "development"};
  for (const auto& [holder, from] : {std::pair{village, 20200101}, std::pair{community, 20260401}})
    for (const auto& function : functions)
      write([&](store::Tx& tx) {
        set_responsibility(tx, doing(), {.function = function, .area = area, .org = holder, .from = from});
      });
  const auto kept = directory();
  for (const auto& function : functions) {
    EXPECT_EQ(kept->responsible(function, path, "", 20260331)->org, village);
    EXPECT_EQ(kept->responsible(function, path, "", 20260401)->org, community);
  }
  EXPECT_EQ(kept->responsibilities().size(), 10u);
}

TEST_P(Operations, AnEarlierRowEndsWhereAPlannedOneBeginsAndTheSameDayIsReplaced) {
  const OrgId a = org("a"), b = org("b"), c = org("c");
  const std::string path = "/" + id_text(1) + "/";
  const auto set = [&](OrgId who, Day from) {
    write([&](store::Tx& tx) {
      set_responsibility(tx, doing(), {.function = "service", .area = AreaId{1}, .org = who, .from = from});
    });
  };
  const auto holder = [&](Day day) {
    const auto found = directory()->responsible("service", path, "", day);
    return found ? found->org : OrgId{};
  };
  set(a, 20260101), set(c, 20260601), set(b, 20260301);
  EXPECT_EQ(holder(20260228), a);
  EXPECT_EQ(holder(20260531), b);
  EXPECT_EQ(holder(20260601), c);
  set(a, 20260601);
  EXPECT_EQ(holder(20260601), a);
  set(OrgId{}, 20260701);
  EXPECT_EQ(holder(20260630), a);
  EXPECT_EQ(holder(20260701), OrgId{});
}

TEST_P(Operations, EveryChangeHasAnAuthorATimeAndAReason) {
  const OrgId a = org("a");
  write([&](store::Tx& tx) { change_org(tx, doing("区委会议纪要"), a, {.name = "新名"}, today); });
  const auto rows = read([&](store::Tx& tx) { return audit_of(tx, realm, a.value); });
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].what, "org.change");
  EXPECT_EQ(rows[0].reason, "区委会议纪要");
  EXPECT_EQ(rows[0].actor, PersonId{9});
  EXPECT_EQ(rows[0].at, clock.now());
}

TEST_P(Operations, TheCacheFollowsTheRevisionAndIsReusedWithoutAChange) {
  DirectoryCache cache;
  const auto get = [&] {
    return read([&](store::Tx& tx) { return cache.get(tx, realm, [](AreaId) { return std::string_view{}; }); });
  };
  const OrgId a = org("a");
  const auto first = get();
  EXPECT_EQ(get(), first);
  const PersonId chen = person("陈玉");
  EXPECT_EQ(get(), first);
  post(chen, a);
  EXPECT_EQ(get()->posts_of(chen).size(), 1u);
  EXPECT_TRUE(first->posts_of(chen).empty());
}

TEST_P(Operations, ARefusedChangeLeavesNoTrace) {
  org("a");
  const auto before = read([&](store::Tx& tx) { return directory_revision(tx, realm); });
  fault_of([&] { org("a"); });
  EXPECT_EQ(read([&](store::Tx& tx) { return directory_revision(tx, realm); }), before);
}

}  // namespace
}  // namespace tongxin::people
