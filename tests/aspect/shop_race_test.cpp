// The points supermarket through the engine, with 64 clients at the same moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "aspect/ledger/operations.hpp"
#include "measure/verify.hpp"
#include "people/operations.hpp"
#include "record/sql.hpp"
#include "support/street.hpp"

namespace tongxin::ledger {
namespace {

namespace json = boost::json;
using store::Tx;
using test::Street;

constexpr int kClients = 64;

class ShopRace : public test::EnginesTest {
 protected:
  void open(int points_each) {
    store_ = fresh(aspect::all_migrations());
    street_ = std::make_unique<Street>(*store_);
    for (const auto& [who, role] : std::map<std::string, std::string>{
             {"liu", "assembly_chair"}, {"he", "points_recorder"}, {"wu", "points_checker"}, {"bao", "shop_keeper"}})
      store_->write([&](Tx& tx) {
        people::appoint(tx, {street_->realm, {}, street_->clock.now(), street_->ids, "test", {}},
                        {.person = street_->names.people.at(who),
                         .role = role,
                         .org = street_->names.orgs.at("taoyuan-committee"),
                         .area = street_->names.areas.at("taoyuan"),
                         .from = 20200101});
      });
    const RecordId book = create("liu", "points_rule_book", {{"edition", "2026"}, {"year", 1}});
    act("liu", book, "add_rule", {{"about", "environment"}, {"act", "门前整洁"}, {"points", points_each}});
    act("liu", book, "adopt", {{"on", "2026-03-05"}, {"present", 9}, {"in_favour", 9}, {"minutes", photo()}});
    RecordId rule;
    store_->read([&](Tx& tx) {
      tx.each(
          record::sql::kChildren, [&](const store::Row& row) { rule = row.get<RecordId>(0); }, street_->realm, book);
    });
    member_ = create("wang", "points_member", {{"of_age", true}});
    const RecordId deed =
        create("he", "points_event",
               {{"member", to_text(member_)}, {"rule", to_text(rule)}, {"on", "2026-03-06"}, {"evidence", photo()}});
    act("wu", deed, "check");
  }
  RecordId goods(int price, int pieces) {
    const RecordId id = create("bao", "points_goods", {{"what", "肥皂"}, {"price", price}});
    act("bao", id, "supply", {{"count", pieces}});
    return id;
  }
  RecordId create(const std::string& who, const std::string& kind, json::object form) {
    return store_->write([&](Tx& tx) {
      record::Draft draft;
      draft.kind = kind;
      draft.area = street_->names.areas.at("taoyuan");
      draft.form = form;
      return street_->engine.create(tx, street_->realm, street_->as(who), draft, street_->clock.now()).id;
    });
  }
  void act(const std::string& who, RecordId id, const std::string& action, const json::object& form = {}) {
    store_->write([&](Tx& tx) {
      street_->engine.act(tx, street_->realm, street_->as(who), id, action, form, std::nullopt, street_->clock.now());
    });
  }
  json::array photo() {
    static constexpr store::Sql kAddFile{"race_file",
                                         "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, "
                                         "size, hash, view_hash, thumb_hash, open) "
                                         "VALUES ($1,$2,0,0,$3,'a.jpg','image/jpeg',1000,$4,$4,$4,0)"};
    const FileId id = street_->ids.make<FileId>();
    store_->write([&](Tx& tx) { tx.run(kAddFile, street_->realm, id, street_->clock.now(), std::string(64, '0')); });
    return {json::string(to_text(id))};
  }
  // How many of 64 simultaneous redemptions succeeded; the others must have been refused for the balance.
  int redeem_together(RecordId item) {
    std::latch start(kClients);
    std::atomic<int> succeeded = 0, odd = 0;
    std::vector<std::thread> hands;
    for (int i = 0; i < kClients; ++i)
      hands.emplace_back([&] {
        start.arrive_and_wait();
        try {
          create("wang", "points_redemption", {{"item", to_text(item)}, {"member", to_text(member_)}, {"count", 1}});
          ++succeeded;
        } catch (const Fault& fault) {
          if (fault.code() != Code::not_now) ++odd;
        }
      });
    for (auto& hand : hands) hand.join();
    EXPECT_EQ(odd, 0);
    return succeeded;
  }
  std::int64_t balance(const char* ledger, const char* name, std::int64_t owner) {
    return store_->read([&](Tx& tx) { return find_book(tx, street_->realm, ledger, name, owner)->balance; });
  }
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Street> street_;
  RecordId member_;
};
INSTANTIATE_TEST_SUITE_P(Engines, ShopRace, test::kEngines, test::engine_name);

TEST_P(ShopRace, TheLastItemGoesToExactlyOne) {
  open(100);
  const RecordId item = goods(1, 1);
  EXPECT_EQ(redeem_together(item), 1);
  EXPECT_EQ(balance("goods_stock", "shelf", item.value), 0);
  EXPECT_EQ(balance("points", "purse", street_->names.people.at("wang").value), 99);
  EXPECT_TRUE(measure::verify(*store_, street_->worlds, street_->realm).sound());
}

TEST_P(ShopRace, TheLastPointsBuyExactlyOne) {
  open(7);
  const RecordId item = goods(7, 100);
  EXPECT_EQ(redeem_together(item), 1);
  EXPECT_EQ(balance("goods_stock", "shelf", item.value), 99);
  EXPECT_EQ(balance("points", "purse", street_->names.people.at("wang").value), 0);
  EXPECT_TRUE(measure::verify(*store_, street_->worlds, street_->realm).sound());
}

}  // namespace
}  // namespace tongxin::ledger
