#include "people/links.hpp"

#include "fixture.hpp"

namespace tongxin::people {
namespace {

const LinkRule kLeader{.most = 5, .one_contact = true, .say = {"1名楼组长联系5名党员", "one leader, five members"}};
const LinkRule kMember{.most = 10, .one_contact = true, .say = {"1名党员联系10户", "one member, ten households"}};
const LinkRule kChain{.most = 10, .one_contact = true, .chain_kind = "leader_member", .say = kMember.say};

struct Links : RealmTest {
  LinkId member(PersonId leader, PersonId member) {
    return write([&](store::Tx& tx) {
      return add_link(tx, doing(), {.kind = "leader_member", .from_person = leader, .to_person = member, .from = today},
                      kLeader);
    });
  }
  LinkId household(PersonId member, HouseholdId home, const LinkRule& rule = kMember) {
    return write([&](store::Tx& tx) {
      return add_link(
          tx, doing(),
          {.kind = "member_household", .from_person = member, .to_household = home, .from = day_of(clock.now())}, rule);
    });
  }
  HouseholdId home(int number) {
    return write([&](store::Tx& tx) {
      return add_household(tx, doing(), {.area = AreaId{5}, .unit = fmt::format("1单元{:03}", number)});
    });
  }
  std::vector<Household> uncovered() {
    return read([&](store::Tx& tx) { return uncovered_households(tx, realm, AreaId{5}, "member_household", today); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Links, test::kEngines, test::engine_name);

TEST_P(Links, ASixthMemberAndAnEleventhHouseholdAreRefusedWithTheRule) {  // S22
  const PersonId leader = person("组长"), chen = person("陈玉");
  for (int i = 0; i < 5; ++i) member(leader, person("党员"));
  const Fault sixth = fault_of([&] { member(leader, person("党员")); });
  EXPECT_EQ(sixth.code(), Code::not_now);
  EXPECT_THAT(sixth.say().zh, testing::HasSubstr("1名楼组长联系5名党员"));
  for (int i = 0; i < 10; ++i) household(chen, home(i));
  const Fault eleventh = fault_of([&] { household(chen, home(10)); });
  EXPECT_EQ(eleventh.code(), Code::not_now);
  EXPECT_THAT(eleventh.say().en, testing::HasSubstr("one member, ten households"));
}

TEST_P(Links, AnEndedLinkMakesRoomTheSameDay) {
  const PersonId leader = person("组长");
  LinkId last;
  for (int i = 0; i < 5; ++i) last = member(leader, person("党员"));
  write([&](store::Tx& tx) { end_link(tx, doing(), last, today); });
  member(leader, person("党员"));
}

TEST_P(Links, InTheOtherReadingTenHouseholdsCountForTheWholeChain) {
  const PersonId leader = person("组长"), chen = person("陈玉"), wang = person("王芳");
  member(leader, chen), member(leader, wang);
  for (int i = 0; i < 6; ++i) household(chen, home(i), kChain);
  for (int i = 6; i < 10; ++i) household(wang, home(i), kChain);
  EXPECT_EQ(fault_of([&] { household(wang, home(10), kChain); }).code(), Code::not_now);
  household(wang, home(11), kMember);
}

TEST(Linkage, ThirtyLeadersHaveRoomForFifteenHundredHouseholdsOrThreeHundred) {
  EXPECT_EQ(household_room(30, 5, 10, false), 1500);
  EXPECT_EQ(household_room(30, 5, 10, true), 300);
}

TEST_P(Links, AHouseholdThatDeclinedIsLeftAloneAndNotReported) {
  const PersonId chen = person("陈玉");
  const HouseholdId quiet = home(1), other = home(2);
  const LinkId link = household(chen, quiet);
  EXPECT_EQ(uncovered().size(), 1u);
  clock.advance(std::chrono::hours{24});
  write([&](store::Tx& tx) { decline_contact(tx, doing(), quiet); });
  EXPECT_EQ(fault_of([&] { household(chen, quiet); }).code(), Code::not_now);
  ASSERT_EQ(uncovered().size(), 1u);
  EXPECT_EQ(uncovered()[0].id, other);
  const auto links = read([&](store::Tx& tx) { return links_to(tx, realm, quiet); });
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].id, link);
  EXPECT_TRUE(live(links[0], today));                // yesterday it held
  EXPECT_FALSE(live(links[0], add_days(today, 1)));  // today no more
  write([&](store::Tx& tx) { welcome_contact(tx, doing(), quiet); });
  household(chen, quiet);
}

TEST_P(Links, AHouseholdHasOneContact) {
  const HouseholdId one = home(1);
  household(person("陈玉"), one);
  EXPECT_EQ(fault_of([&] { household(person("王芳"), one); }).code(), Code::not_now);
}

TEST_P(Links, AProposedLinkHoldsNothingUntilItIsAccepted) {  // S23
  const PersonId head = person("镇长");
  const HouseholdId one = home(1);
  const LinkId link = write([&](store::Tx& tx) {
    return add_link(tx, doing(),
                    {.kind = "direct",
                     .from_person = head,
                     .to_household = one,
                     .from = day_of(clock.now()),
                     .state = LinkState::proposed});
  });
  const auto kept = [&] { return read([&](store::Tx& tx) { return links_from(tx, realm, head); }).at(0); };
  EXPECT_FALSE(live(kept(), today));
  write([&](store::Tx& tx) { answer_link(tx, doing(), link, true); });
  EXPECT_TRUE(live(kept(), today));
  EXPECT_EQ(fault_of([&] { write([&](store::Tx& tx) { answer_link(tx, doing(), link, false); }); }).code(),
            Code::not_now);
}

TEST_P(Links, HouseholdsAreHandedOverTogetherOrNotAtAll) {
  const PersonId chen = person("陈玉"), wang = person("王芳");
  for (int i = 0; i < 3; ++i) household(chen, home(i));
  for (int i = 3; i < 11; ++i) household(wang, home(i));
  const auto hand = [&](PersonId to) {
    return write([&](store::Tx& tx) {
      return hand_over(tx, doing(), chen, to, "member_household", add_days(today, 1), kMember);
    });
  };
  EXPECT_EQ(fault_of([&] { hand(wang); }).code(), Code::not_now);
  for (const Link& link : read([&](store::Tx& tx) { return links_from(tx, realm, chen); })) EXPECT_EQ(link.until, 0);
  EXPECT_EQ(hand(person("李明")), 3);
}

TEST_P(Links, OneUnitOfABuildingIsOneHousehold) {
  home(1);
  EXPECT_EQ(fault_of([&] { home(1); }).code(), Code::conflict);
}

}  // namespace
}  // namespace tongxin::people
