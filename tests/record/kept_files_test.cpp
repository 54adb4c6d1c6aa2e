// Bytes of files outlive their rows by a day, and longer where something else names them.
#include "record/kept_files.hpp"

#include "aspect/all.hpp"
#include "record/realm.hpp"
#include "support/engines.hpp"

namespace tongxin::record {
namespace {

using store::Tx;
using namespace std::chrono_literals;

constexpr store::Sql kAdd{"test_file",
                          "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, hash, "
                          "view_hash, thumb_hash, open) VALUES ($1,$2,$3,$4,$5,'a','image/jpeg',1,$6,$6,$7,0)"};
constexpr store::Sql kCount{"test_files", "SELECT count(*) FROM attachment WHERE realm_id=$1 AND record_id >= 0"};

class KeptFiles : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store = fresh(aspect::all_migrations());
    files = store::open_files(folder() / "files");
    store->write([&](Tx& tx) {
      for (const RealmId each : {here, elsewhere}) add_realm(tx, {.id = each, .name = to_text(each)});
    });
  }
  // A picture and its small copy, as a row names them.
  std::string add(std::int64_t id, const std::string& bytes, RecordId record, PersonId owner = PersonId{5},
                  RealmId realm = RealmId{1}) {
    const std::string hash = files->put(bytes).hash, thumb = files->put("small " + bytes).hash;
    store->write([&](Tx& tx) { tx.run(kAdd, realm, FileId{id}, record, owner, now, hash, thumb); });
    return hash;
  }
  void forget(RecordId record) {
    store->write([&](Tx& tx) { forget_files_of(tx, here, record, now); });
  }
  bool sweep() { return sweep_files(*store, *files, here, now); }
  int stored() {
    int all = 0;
    files->each([&](const store::StoredFile&) { ++all; });
    return all;
  }
  std::int64_t rows() {
    return store->read([&](Tx& tx) { return tx.one<std::int64_t>(kCount, here).value_or(0); });
  }

  const RealmId here{1}, elsewhere{2};
  Time now = from_millis(1'800'000'000'000);
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Files> files;
};
INSTANTIATE_TEST_SUITE_P(Engines, KeptFiles, test::kEngines, test::engine_name);

TEST_P(KeptFiles, GoADayAfterTheirRecord) {
  add(1, "river", RecordId{7});
  add(2, "net", RecordId{8});
  forget(RecordId{7});
  EXPECT_EQ(rows(), 1);
  now += 23h;
  EXPECT_FALSE(sweep());
  EXPECT_EQ(stored(), 4) << "a day has not passed";
  now += 1h;
  EXPECT_FALSE(sweep());
  EXPECT_EQ(stored(), 2) << "picture and small copy";
  EXPECT_EQ(rows(), 1) << "the other record has its own";
}

TEST_P(KeptFiles, StayWhereSomethingElseNamesThem) {
  const std::string same = add(1, "river", RecordId{7});
  add(2, "river", RecordId{8});
  forget(RecordId{7});
  now += 48h;
  sweep();
  EXPECT_TRUE(files->exists(same)) << "another record shows the same picture";
  add(3, "river", RecordId{9}, PersonId{6}, elsewhere);
  forget(RecordId{8});
  now += 48h;
  sweep();
  EXPECT_TRUE(files->exists(same)) << "another realm does";
}

TEST_P(KeptFiles, WhatNoRecordTookGoesWithThePersonOrAfterAWeek) {
  add(1, "of one who leaves", RecordId{}, PersonId{5});
  add(2, "of another", RecordId{}, PersonId{6});
  add(3, "part of a record", RecordId{7}, PersonId{5});
  store->write([&](Tx& tx) { forget_loose_files_of(tx, here, PersonId{5}, now); });
  EXPECT_EQ(rows(), 2);
  now += 24h * 7 - 1h;
  sweep();
  EXPECT_EQ(rows(), 2) << "a week has not passed";
  EXPECT_EQ(stored(), 4);
  now += 1h;
  sweep();
  EXPECT_EQ(rows(), 1);
  now += 24h;
  sweep();
  EXPECT_EQ(stored(), 2) << "what is part of a record stays";
}

TEST_P(KeptFiles, AreSweptInSteps) {
  for (int i = 0; i < 25; ++i) add(i + 1, "picture " + std::to_string(i), RecordId{7});
  forget(RecordId{7});
  now += 24h;
  int steps = 1;
  while (sweep()) ++steps;
  EXPECT_EQ(stored(), 0);
  EXPECT_EQ(steps, 3) << "fifty files in steps of twenty";
}

}  // namespace
}  // namespace tongxin::record
