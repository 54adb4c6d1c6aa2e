// Areas that move, or are drawn anew: the records there follow, in steps that another node may go on with.
#include <gtest/gtest.h>

#include "measure/verify.hpp"
#include "people/directory.hpp"
#include "place/geometry.hpp"
#include "place/operations.hpp"
#include "record/relocate.hpp"
#include "record/sql.hpp"
#include "support/street.hpp"

using namespace tongxin;
using namespace tongxin::test;

namespace {

class Relocation : public EnginesTest {
 protected:
  void SetUp() override {
    EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store = fresh(all_migrations());
    street.emplace(*store);
  }
  AreaId area(const std::string& code) const { return street->names.areas.at(code); }
  RecordId raise(const std::string& text, const std::string& place = "B0101") {
    record::Draft draft = street->report(text);
    draft.area = area(place);
    return street->create("wang", draft).id;
  }
  RecordId raise_at(const std::string& text, double lon, double lat) {
    record::Draft draft = street->report(text);
    draft.area = {}, draft.lon = lon, draft.lat = lat;
    return street->create("wang", draft).id;
  }
  place::Edit edit() const { return {street->realm, {}, street->clock.now(), day_of(street->clock.now()), {}}; }
  void move(const std::string& what, const std::string& to) {
    store->write(
        [&](store::Tx& tx) { place::move_area(tx, edit(), record::levels_of(*all_packs()), area(what), area(to)); });
  }
  // A rectangle of degrees.
  void draw(const std::string& what, double west, double south, double east, double north) {
    const std::string text =
        fmt::format(R"({{"type":"Polygon","coordinates":[[[{0},{1}],[{2},{1}],[{2},{3}],[{0},{3}],[{0},{1}]]]}})", west,
                    south, east, north);
    store->write([&](store::Tx& tx) {
      place::set_boundaries(tx, edit(), record::levels_of(*all_packs()), {{area(what), place::parse_shape(text)}},
                            {.allow_gaps = true, .allow_overlaps = true});
    });
  }
  record::Relocated step(int most, bool skip = false) {
    return store->write([&](store::Tx& tx) {
      return record::relocate_some(street->engine, tx, street->realm, street->clock.now(), most, skip);
    });
  }
  int work(int most = 100) {
    int moved = 0, steps = 0;
    for (auto done = step(most); done.more; done = step(most)) {
      moved += int(done.moved);
      EXPECT_LE(done.looked, most);
      if (++steps > 10'000) {
        ADD_FAILURE() << "it never ends";
        break;
      }
    }
    return moved;
  }
  bool listed(AreaId where, RecordId id) {
    return store->read([&](store::Tx& tx) {
      const auto record = street->engine.find(tx, street->realm, id);
      return tx.one<int>(record::sql::kInScope, street->realm, where.value, record->kind, record->open, id).has_value();
    });
  }
  bool sound() {
    const auto verdict = measure::verify(*store, street->worlds, street->realm);
    for (const auto& finding : verdict.findings) ADD_FAILURE() << finding.say.en;
    return verdict.sound();
  }
  std::unique_ptr<store::Store> store;
  std::optional<Street> street;
};
INSTANTIATE_TEST_SUITE_P(Engines, Relocation, kEngines, engine_name);

TEST_P(Relocation, ABuildingThatMovesTakesItsRecordsAlong) {
  const RecordId one = raise("楼道灯坏了"), other = raise("另一栋楼的", "B0102");
  const auto before = street->load(one);
  move("B0101", "grid-2");
  EXPECT_TRUE(listed(area("grid-1"), one)) << "the request that moves it does not touch them";
  EXPECT_EQ(work(), 1);
  const auto after = street->load(one);
  EXPECT_TRUE(people::on_path(after.path, area("grid-2")));
  EXPECT_FALSE(listed(area("grid-1"), one));
  EXPECT_TRUE(listed(area("grid-2"), one));
  EXPECT_TRUE(listed(area("taoyuan"), one));
  EXPECT_TRUE(listed(area("grid-1"), other));
  EXPECT_EQ(after.holder_org, before.holder_org) << "who works on it goes on";
  EXPECT_EQ(after.last_seq, before.last_seq + 1) << "its timeline says so";
  EXPECT_TRUE(sound());
  EXPECT_FALSE(step(100).more);
}

TEST_P(Relocation, AGridMovesToAnotherCommunityInBoundedStepsThatAnotherNodeGoesOnWith) {
  std::vector<RecordId> all;
  for (int i = 0; i < 25; ++i) all.push_back(raise(fmt::format("第 {} 件", i)));
  move("grid-1", "liulin");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(step(4).looked, 4);
  // A new node knows only what is stored.
  record::Engine another(street->worlds, street->ids, street->vault, aspect::all());
  const auto next = store->write(
      [&](store::Tx& tx) { return record::relocate_some(another, tx, street->realm, street->clock.now(), 4); });
  EXPECT_EQ(next.moved, 4) << "it goes on where the other stopped";
  EXPECT_EQ(work(4), 25 - 16);
  for (const RecordId id : all) {
    EXPECT_TRUE(listed(area("liulin"), id));
    EXPECT_FALSE(listed(area("taoyuan"), id));
    EXPECT_TRUE(listed(area("grid-1"), id));
  }
  EXPECT_TRUE(sound());
}

TEST_P(Relocation, WhatIsClosedOpenedOrRaisedMeanwhileIsNotLost) {
  std::vector<RecordId> all;
  for (int i = 0; i < 12; ++i) all.push_back(raise(fmt::format("第 {} 件", i)));
  move("grid-1", "liulin");
  step(5);
  for (int i = 4; i < 12; i += 2) street->act("wang", all[std::size_t(i)], "withdraw");
  step(5);
  all.push_back(raise("刚刚发生的"));
  work(5);
  for (const RecordId id : all) {
    EXPECT_TRUE(listed(area("liulin"), id)) << street->load(id).state;
    EXPECT_FALSE(listed(area("taoyuan"), id)) << street->load(id).state;
  }
  EXPECT_TRUE(sound());
}

TEST_P(Relocation, TwoMovesBeforeTheFirstWasWorkedOffEndAtTheLastPlace) {
  const RecordId id = raise("楼道灯坏了");
  move("B0101", "grid-2");
  step(1);
  move("B0101", "grid-3");
  work();
  EXPECT_TRUE(listed(area("grid-3"), id));
  EXPECT_TRUE(listed(area("liulin"), id));
  for (const char* left : {"grid-1", "grid-2", "taoyuan"}) EXPECT_FALSE(listed(area(left), id)) << left;
  EXPECT_TRUE(sound());
}

TEST_P(Relocation, APointFollowsTheBoundaryAndAChosenBuildingStays) {
  draw("grid-1", 117.200, 39.120, 117.202, 39.122);
  draw("grid-2", 117.202, 39.120, 117.204, 39.122);
  work();
  const RecordId west = raise_at("西边", 117.2005, 39.121), middle = raise_at("中间", 117.2015, 39.121),
                 house = raise("选了楼的");
  ASSERT_EQ(street->load(middle).area, area("grid-1"));
  draw("grid-1", 117.200, 39.120, 117.201, 39.122);
  draw("grid-2", 117.201, 39.120, 117.204, 39.122);
  EXPECT_EQ(street->load(middle).area, area("grid-1")) << "not within the edit";
  EXPECT_EQ(work(), 1);
  EXPECT_EQ(street->load(middle).area, area("grid-2"));
  EXPECT_EQ(street->load(west).area, area("grid-1"));
  EXPECT_EQ(street->load(house).area, area("B0101"));
  EXPECT_TRUE(listed(area("grid-2"), middle));
  EXPECT_FALSE(listed(area("grid-1"), middle));
  EXPECT_TRUE(sound());
}

TEST_P(Relocation, WhatIsStillToDoIsToldAndOneThatCannotMoveIsPassedOver) {
  for (int i = 0; i < 3; ++i) raise(fmt::format("第 {} 件", i));
  move("B0101", "grid-2");
  step(1);
  auto open = store->read([&](store::Tx& tx) { return record::area_changes(tx, street->realm); });
  ASSERT_EQ(open.size(), 2u) << "where it was and where it is";
  EXPECT_EQ(open[0].area, area("B0101"));
  const auto passed = step(1, true);
  EXPECT_EQ(passed.looked, 1);
  EXPECT_EQ(passed.moved, 0);
  work();
  open = store->read([&](store::Tx& tx) { return record::area_changes(tx, street->realm); });
  EXPECT_TRUE(open.empty());
}

}  // namespace
