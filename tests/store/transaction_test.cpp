// What every store promises of its transactions, on both engines.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <latch>

#include "store/later.hpp"
#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::store;
using tongxin::test::Engine;

namespace {

constexpr Migration kMigrations[] = {{1, "things", R"(
-- realm table
CREATE TABLE things (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, title TEXT NOT NULL DEFAULT '', amount BIGINT, weight DOUBLE PRECISION,
  body BYTES, small INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (realm_id, id), UNIQUE (realm_id, title)
);
-- realm table
CREATE TABLE parts (
  realm_id BIGINT NOT NULL, thing BIGINT NOT NULL, part BIGINT NOT NULL,
  PRIMARY KEY (realm_id, thing, part),
  FOREIGN KEY (realm_id, thing) REFERENCES things (realm_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
-- realm table
CREATE TABLE counters (realm_id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
)"}};

constexpr std::int64_t kRealm = 7;
constexpr Sql kInsert{"insert", "INSERT INTO things (realm_id, id, title) VALUES ($1, $2, $3)"};
constexpr Sql kTitles{"titles", "SELECT title FROM things WHERE realm_id = $1 ORDER BY id"};
constexpr Sql kCount{"count", "SELECT count(*) FROM things WHERE realm_id = $1"};
constexpr Sql kPart{"part", "INSERT INTO parts (realm_id, thing, part) VALUES ($1, $2, $3)"};
constexpr Sql kBump{"bump",
                    "INSERT INTO counters (realm_id, n) VALUES ($1, 1) "
                    "ON CONFLICT (realm_id) DO UPDATE SET n = counters.n + excluded.n RETURNING n"};
constexpr Sql kCounter{"counter", "SELECT n FROM counters WHERE realm_id = $1"};

Code code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Fault& fault) {
    EXPECT_FALSE(fault.say().zh.empty());
    return fault.code();
  }
  ADD_FAILURE() << "no fault";
  return Code::gone;
}

}  // namespace

class StoreTest : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, test::kEngines, test::engine_name);

TEST_P(StoreTest, WhatWasWrittenIsReadAndSurvivesOpeningAgain) {
  const auto url = fresh_url();
  {
    const auto store = open({.url = url});
    migrate(*store, kMigrations);
    store->write([](Tx& tx) { EXPECT_EQ(tx.run(kInsert, kRealm, 1, "路灯不亮"), 1); });
  }
  const auto store = open({.url = url});
  migrate(*store, kMigrations);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::string>(kTitles, kRealm); }),
            std::vector<std::string>{"路灯不亮"});
}

TEST_P(StoreTest, ARefusedJobLeavesNoTraceInItsGroupAndItsNeighboursCommit) {
  const auto store = fresh(kMigrations);
  std::latch writer_busy(1), all_queued(1), answered(11);
  store->run_write(
      [&](Tx&) {
        writer_busy.count_down();
        all_queued.wait();
      },
      [&](auto) { answered.count_down(); });
  writer_busy.wait();  // so the next ten wait in one group
  std::atomic<int> refused = 0, hooks = 0;
  for (int i = 0; i < 10; ++i)
    store->run_write(
        [&, i](Tx& tx) {
          tx.run(kInsert, kRealm, i, fmt::format("t{}", i));
          tx.after_commit([&] { ++hooks; });
          if (i % 3 == 0) throw Fault(Code::not_now, words("不行", "no"));
        },
        [&](std::exception_ptr error) {
          refused += error != nullptr;
          answered.count_down();
        });
  all_queued.count_down();
  answered.wait();
  EXPECT_EQ(refused, 4);
  EXPECT_EQ(hooks, 6);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, kRealm); }), 6);
}

TEST_P(StoreTest, SixtyFourWritersCountExactly) {
  const auto store = fresh(kMigrations);
  std::vector<std::thread> writers;
  for (int w = 0; w < 64; ++w)
    writers.emplace_back([&] {
      for (int i = 0; i < 10; ++i) store->write([](Tx& tx) { tx.one<int>(kBump, kRealm); });
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCounter, kRealm); }), 640);
}

TEST_P(StoreTest, AReadSeesOneSnapshotWhileOthersWrite) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) { tx.run(kInsert, kRealm, 1, "a"); });
  store->read([&](Tx& tx) {
    EXPECT_EQ(tx.one<int>(kCount, kRealm), 1);
    store->write([](Tx& other) { other.run(kInsert, kRealm, 2, "b"); });
    EXPECT_EQ(tx.one<int>(kCount, kRealm), 1);
    EXPECT_EQ(store->read([](Tx& inner) { return inner.one<int>(kCount, kRealm); }), 2);
  });
}

TEST_P(StoreTest, MoreReadersThanConnectionsAllGetTheirAnswer) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) { tx.run(kInsert, kRealm, 1, "a"); });
  std::atomic<int> right = 0;
  std::vector<std::thread> readers;
  for (int r = 0; r < 40; ++r)
    readers.emplace_back([&] { right += store->read([](Tx& tx) { return tx.one<int>(kCount, kRealm); }) == 1; });
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(right, 40);
}

TEST_P(StoreTest, ARetryOfTheSameStatementInsideItsOwnRowsWorks) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) {
    for (int i = 0; i < 3; ++i) tx.run(kInsert, kRealm, i, fmt::format("t{}", i));
  });
  int seen = 0;
  store->read([&](Tx& tx) {
    tx.each(
        kTitles,
        [&](const Row&) {
          tx.each(
              kTitles, [&](const Row&) { ++seen; }, kRealm);
        },
        kRealm);
  });
  EXPECT_EQ(seen, 9);
}

TEST_P(StoreTest, AStatementMadeOnTheWayMayReuseAnAddress) {
  const auto store = fresh(kMigrations);
  for (int i = 1; i <= 5; ++i) {
    const auto text = fmt::format("SELECT $1 + {}", i);
    const Sql sql{"made", text};
    EXPECT_EQ(store->read([&](Tx& tx) { return tx.one<int>(sql, 10); }), 10 + i);
  }
}

TEST_P(StoreTest, ParametersAreBoundByTheirNumberInAnyOrderAndMoreThanOnce) {
  const auto store = fresh(kMigrations);
  constexpr Sql kOrder{"order", "SELECT $2 - $1, $1 + $1 + $3"};
  store->read([&](Tx& tx) {
    tx.each(
        kOrder,
        [](const Row& row) {
          EXPECT_EQ(row.integer(0), 17);
          EXPECT_EQ(row.integer(1), 106);
        },
        3, 20, 100);
  });
}

TEST_P(StoreTest, CodesTellAnExistingThingFromAMissingOne) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) { tx.run(kInsert, kRealm, 1, "a"); });
  EXPECT_EQ(code_of([&] { store->write([](Tx& tx) { tx.run(kInsert, kRealm, 1, "b"); }); }), Code::conflict);
  EXPECT_EQ(code_of([&] { store->write([](Tx& tx) { tx.run(kInsert, kRealm, 2, "a"); }); }), Code::conflict);
  EXPECT_EQ(code_of([&] { store->write([](Tx& tx) { tx.run(kPart, kRealm, 99, 1); }); }), Code::conflict);
  static constexpr Sql kWrong{"wrong", "SELECT nothing FROM nowhere"};
  EXPECT_EQ(code_of([&] { store->read([](Tx& tx) { tx.run(kWrong); }); }), Code::internal);
}

TEST_P(StoreTest, AFailedStatementEndsItsTransactionEvenWhenTheFaultIsSwallowed) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) { tx.run(kInsert, kRealm, 1, "a"); });
  EXPECT_EQ(code_of([&] {
              store->write([](Tx& tx) {
                tx.run(kInsert, kRealm, 2, "b");
                try {
                  tx.run(kInsert, kRealm, 1, "c");
                } catch (const Fault&) {
                }
              });
            }),
            Code::conflict);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, kRealm); }), 1);
}

// As many as fit into no one way there and back.
TEST_P(StoreTest, WhatNobodyWaitsForIsThereForTheNextStatementAndAfterTheCommit) {
  const auto store = fresh(kMigrations);
  constexpr int kMany = 150;
  store->write([&](Tx& tx) {
    for (int i = 0; i < kMany; ++i) {
      run_later(tx, kInsert, kRealm, i, fmt::format("t{}", i));
      if (i % 60 == 0) {
        EXPECT_EQ(tx.one<int>(kCount, kRealm), i + 1);
      }
    }
    run_later(tx, kPart, kRealm, 3, 1);
  });
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, kRealm); }), kMany);
}

TEST_P(StoreTest, AFailureThatNobodyWaitedForEndsItsTransactionAndIsTold) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) { tx.run(kInsert, kRealm, 1, "there"); });
  const auto refused = [&](auto last) {
    return code_of([&] {
      store->write([&](Tx& tx) {
        run_later(tx, kInsert, kRealm, 2, "another");
        run_later(tx, kInsert, kRealm, 3, "there");
        run_later(tx, kInsert, kRealm, 4, "a third");
        last(tx);
      });
    });
  };
  EXPECT_EQ(refused([](Tx&) {}), Code::conflict);
  EXPECT_EQ(refused([](Tx& tx) { tx.one<int>(kCount, kRealm); }), Code::conflict);
  EXPECT_EQ(refused([](Tx& tx) { tx.run(kInsert, kRealm, 5, "a fourth"); }), Code::conflict);
  EXPECT_EQ(refused([](Tx&) { throw Fault(Code::conflict, words("不行", "no")); }), Code::conflict);
  EXPECT_EQ(code_of([&] { store->write([](Tx& tx) { run_later(tx, kPart, kRealm, 9, 1); }); }), Code::conflict);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::string>(kTitles, kRealm); }),
            std::vector<std::string>{"there"});
  store->write([](Tx& tx) { run_later(tx, kInsert, kRealm, 2, "another"); });
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, kRealm); }), 2);
}

TEST_P(StoreTest, AReadCannotWrite) {
  const auto store = fresh(kMigrations);
  EXPECT_THROW(store->read([](Tx& tx) { tx.run(kInsert, kRealm, 1, "a"); }), Fault);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, kRealm); }), 0);
}

TEST_P(StoreTest, AWriteThatWaitsInsideAWriteIsRefusedInsteadOfHanging) {
  const auto store = fresh(kMigrations);
  EXPECT_EQ(code_of([&] { store->write([&](Tx&) { store->write([](Tx&) {}); }); }), Code::internal);
}

TEST_P(StoreTest, AHookRunsOnlyWhenItsTransactionIsThereToBeSeen) {
  const auto store = fresh(kMigrations);
  std::optional<int> seen;
  store->write([&](Tx& tx) {
    tx.run(kInsert, kRealm, 1, "a");
    tx.after_commit([&] { seen = store->read([](Tx& r) { return r.one<int>(kCount, kRealm); }); });
    EXPECT_FALSE(seen);
  });
  EXPECT_EQ(seen, 1);
}

TEST_P(StoreTest, TextThatOneEngineWouldRefuseIsRefusedByBoth) {
  const auto store = fresh(kMigrations);
  for (const std::string& text : {std::string("a\0b", 3), std::string("\xff"), std::string("\xe4\xb8")})
    EXPECT_EQ(code_of([&] { store->write([&](Tx& tx) { tx.run(kInsert, kRealm, 1, text); }); }), Code::bad_request);
}

TEST_P(StoreTest, PingSaysNothingWhenAllIsWell) {
  const auto store = fresh(kMigrations);
  EXPECT_NO_THROW(store->ping());
}

namespace {

struct Thing {
  std::int64_t id;
  std::string title;
  std::optional<std::int64_t> amount;
  std::optional<double> weight;
  std::optional<Bytes> body;
  bool operator==(const Thing&) const = default;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, title, amount, weight, body))

constexpr Sql kPut{"put",
                   "INSERT INTO things (realm_id, id, title, amount, weight, body) VALUES ($1, $2, $3, $4, $5, $6) "
                   "ON CONFLICT (realm_id, id) DO UPDATE SET title = excluded.title, amount = excluded.amount, "
                   "weight = excluded.weight, body = excluded.body"};
constexpr Sql kGet{"get", "SELECT id, title, amount, weight, body FROM things WHERE realm_id = $1 AND id = $2"};

std::string any_text() {
  std::string text;
  for (auto c : *rc::gen::container<std::vector<char32_t>>(
           rc::gen::oneOf(rc::gen::inRange<char32_t>(1, 0x80), rc::gen::inRange<char32_t>(0x4e00, 0x9fff),
                          rc::gen::inRange<char32_t>(0x20000, 0x20100)))) {
    if (c < 0x80)
      text += static_cast<char>(c);
    else if (c < 0x10000)
      (text += char(0xe0 | c >> 12)) += {char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
    else
      (text += char(0xf0 | c >> 18)) +=
          {char(0x80 | (c >> 12 & 63)), char(0x80 | (c >> 6 & 63)), char(0x80 | (c & 63))};
  }
  return text;
}

}  // namespace

TEST_P(StoreTest, EveryValueComesBackAsItWent) {
  const auto store = fresh(kMigrations);
  EXPECT_TRUE(rc::check([&] {
    const auto amount = *rc::gen::maybe(rc::gen::arbitrary<std::int64_t>());
    const auto weight = *rc::gen::maybe(rc::gen::arbitrary<double>());
    const auto body = *rc::gen::maybe(rc::gen::arbitrary<Bytes>());
    Thing thing{*rc::gen::arbitrary<std::int64_t>(), any_text(), {}, {}, {}};
    if (amount) thing.amount = *amount;
    if (weight) thing.weight = *weight;
    if (body) thing.body = *body;
    store->write(
        [&](Tx& tx) { tx.run(kPut, kRealm + 1, thing.id, thing.title, thing.amount, thing.weight, thing.body); });
    const auto back = store->read([&](Tx& tx) { return tx.one<Thing>(kGet, kRealm + 1, thing.id); });
    store->write([&](Tx& tx) {
      static constexpr Sql kClear{"clear", "DELETE FROM things WHERE realm_id = $1"};
      tx.run(kClear, kRealm + 1);
    });
    RC_ASSERT(back == thing);
  }));
}

TEST_P(StoreTest, TheLimitsOf64BitsAndEmptyAreNotNull) {
  const auto store = fresh(kMigrations);
  store->write([](Tx& tx) { tx.run(kPut, kRealm, INT64_MIN, std::string_view{}, INT64_MAX, 0.1, Bytes{}); });
  const auto thing = store->read([](Tx& tx) { return tx.one<Thing>(kGet, kRealm, INT64_MIN); });
  ASSERT_TRUE(thing);
  EXPECT_EQ(thing->amount, INT64_MAX);
  EXPECT_EQ(thing->weight, 0.1);
  ASSERT_TRUE(thing->body);
  EXPECT_TRUE(thing->body->empty());
}

// A reader may remember small answers, but never longer than they are true, whoever wrote.
TEST_P(StoreTest, AnAnswerThatWasGivenBeforeIsGivenAnewOnceSomebodyWrote) {
  const auto url = fresh_url();
  const auto store = open({.url = url, .readers = 1}), other = open({.url = url, .readers = 1});
  migrate(*store, kMigrations);
  const auto counter = [&] {
    return store->read([](Tx& tx) { return tx.one<std::int64_t>(kCounter, kRealm).value_or(0); });
  };
  const auto bump = [](Store& in) { in.write([](Tx& tx) { tx.one<std::int64_t>(kBump, kRealm); }); };
  EXPECT_EQ(counter(), 0);
  EXPECT_EQ(counter(), 0);
  for (int i = 1; i <= 6; ++i) {
    bump(i % 2 == 0 ? *store : *other);
    EXPECT_EQ(counter(), i);
    EXPECT_EQ(counter(), i);
  }
  // Inside one snapshot the answer stays what it was.
  store->read([&](Tx& tx) {
    EXPECT_EQ(tx.one<std::int64_t>(kCounter, kRealm), 6);
    bump(*other);
    EXPECT_EQ(tx.one<std::int64_t>(kCounter, kRealm), 6);
  });
  EXPECT_EQ(counter(), 7);
}

// Who stops after the first row must not leave half an answer to who wants them all.
TEST_P(StoreTest, WhoWantsOneRowLeavesAllOfThemToTheNext) {
  const auto store = fresh(kMigrations);
  for (int i = 0; i < 3; ++i) store->write([&](Tx& tx) { tx.run(kInsert, kRealm, i, std::to_string(i)); });
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(store->read([](Tx& tx) { return tx.one<std::string>(kTitles, kRealm); }), "0");
    EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::string>(kTitles, kRealm); }),
              (std::vector<std::string>{"0", "1", "2"}));
  }
  store->write([&](Tx& tx) { tx.run(kInsert, kRealm, 3, "3"); });
  for (int turn = 0; turn < 2; ++turn)
    EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::string>(kTitles, kRealm); }),
              (std::vector<std::string>{"0", "1", "2", "3"}));
}

// Answers of many rows, and of one, and of none, come in the same order and as whole as at first.
TEST_P(StoreTest, AnAnswerOfAnyLengthIsTheSameWhenItIsAskedForAgain) {
  const auto store = fresh(kMigrations);
  std::vector<std::string> expected;
  for (const int size : {0, 1, 2, 40, 127, 128, 129, 400}) {
    store->write([&](Tx& tx) {
      for (int i = int(expected.size()); i < size; ++i) {
        expected.push_back(fmt::format("{:04}", i));
        tx.run(kInsert, kRealm, i, expected.back());
      }
    });
    for (int turn = 0; turn < 3; ++turn)
      EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::string>(kTitles, kRealm); }), expected) << size;
  }
}
