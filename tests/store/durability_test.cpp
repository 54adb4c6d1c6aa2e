// What was acknowledged stays; what failed, failed for all who were told so; the store lives on.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <latch>

#include "store/again.hpp"
#include "support/engines.hpp"

using namespace tongxin;
using namespace tongxin::store;
using tongxin::test::Engine;

namespace {

constexpr Migration kTables[] = {{1, "rows", R"(
-- realm table
CREATE TABLE entries (realm_id BIGINT NOT NULL, id BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (realm_id, id));
-- realm table
CREATE TABLE purses (realm_id BIGINT NOT NULL, id BIGINT NOT NULL, fen BIGINT NOT NULL, PRIMARY KEY (realm_id, id));
)"}};
constexpr Sql kInsert{"insert", "INSERT INTO entries (realm_id, id, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"};
constexpr Sql kIds{"ids", "SELECT id FROM entries WHERE realm_id = $1 ORDER BY id"};
constexpr Sql kCount{"count", "SELECT count(*) FROM entries WHERE realm_id = $1"};
constexpr Sql kPurse{"purse", "INSERT INTO purses (realm_id, id, fen) VALUES ($1, $2, $3)"};
constexpr Sql kMove{"move", "UPDATE purses SET fen = fen + $3 WHERE realm_id = $1 AND id = $2"};
constexpr Sql kSum{"sum", "SELECT CAST(sum(fen) AS BIGINT) FROM purses WHERE realm_id = $1"};
constexpr Sql kRead{"read", "SELECT fen FROM purses WHERE realm_id = $1 AND id = $2"};

// In the child: writes 1, 2, 3 … from four threads and says each number aloud once it is durable.
[[noreturn]] void write_until_killed(const std::string& url, int pipe) {
  try {
    const auto store = open({.url = url});
    std::atomic<std::int64_t> next = 0;
    std::vector<std::thread> hands;
    for (int i = 0; i < 4; ++i)
      hands.emplace_back([&] {
        for (;;) {
          const std::int64_t id = ++next;
          store->write([&](Tx& tx) {
            tx.run(kInsert, 1, id, "漏水");
            tx.index(RealmId{1}, id, "issue", "漏水");
          });
          if (::write(pipe, &id, sizeof id) != sizeof id) ::_exit(1);
        }
      });
    for (auto& hand : hands) hand.join();
  } catch (...) {
  }
  ::_exit(1);
}

}  // namespace

namespace {
template <class F>
std::optional<Code> code_of(F&& call) {
  try {
    call();
    return std::nullopt;
  } catch (const Fault& fault) {
    return fault.code();
  }
}
}  // namespace

class DurabilityTest : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, DurabilityTest, test::kEngines, test::engine_name);

TEST_P(DurabilityTest, WhatWasAcknowledgedIsThereAfterTheProgramWasKilled) {
  const auto url = fresh_url();
  migrate(*open({.url = url}), kTables);
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(url, pipe[1]);
  ::close(pipe[1]);
  std::vector<std::int64_t> acknowledged;
  std::int64_t id = 0;
  while (acknowledged.size() < 100 && ::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
  ::waitpid(child, nullptr, 0);
  ::close(pipe[0]);
  ASSERT_GE(acknowledged.size(), 100u);

  const auto store = open({.url = url});
  const auto stored = store->read([](Tx& tx) { return tx.all<std::int64_t>(kIds, 1); });
  for (const auto one : acknowledged)
    EXPECT_TRUE(std::binary_search(stored.begin(), stored.end(), one)) << one << " was acknowledged and is gone";
  const auto found = store->search(RealmId{1}, "", "漏水", 0, 100000, {});
  EXPECT_EQ(found.size(), stored.size()) << "rows and their texts belong to one transaction";
}

TEST_P(DurabilityTest, TwoProgramsWriteToOneStoreAndBothCountExactly) {
  const auto url = fresh_url();
  const auto here = open({.url = url, .durable = false}), there = open({.url = url, .durable = false});
  migrate(*here, kTables);
  here->write([](Tx& tx) { tx.run(kPurse, 1, 1, 0); });
  std::vector<std::thread> hands;
  for (auto* store : {here.get(), there.get()})
    for (int i = 0; i < 4; ++i)
      hands.emplace_back([store] {
        for (int n = 0; n < 25; ++n) store->write([](Tx& tx) { tx.run(kMove, 1, 1, 1); });
      });
  for (auto& hand : hands) hand.join();
  EXPECT_EQ(there->read([](Tx& tx) { return tx.one<int>(kRead, 1, 1); }), 200);
}

TEST_P(DurabilityTest, ABackupIsOneMomentOfAStoreThatGoesOn) {
  const auto store = fresh(kTables);
  if (GetParam() == Engine::postgresql) {
    EXPECT_THROW(store->backup(folder() / "copy"), Fault);
    return;
  }
  store->write([](Tx& tx) {
    for (int i = 0; i < 10; ++i) tx.run(kPurse, 1, i, 100);
  });
  std::atomic<bool> stop = false;
  std::atomic<int> moves = 0;
  std::thread mover([&] {
    for (int n = 0; !stop; ++n, ++moves)
      store->write([&](Tx& tx) {
        tx.run(kMove, 1, n % 10, -7);
        tx.run(kMove, 1, (n + 3) % 10, 7);
        tx.run(kInsert, 1, n, std::string(2000, 'x'));
      });
  });
  while (moves < 50) std::this_thread::yield();
  store->backup(folder() / "copy.db");
  store->backup(folder() / "copy.db");  // again over the same name
  stop = true;
  mover.join();
  const auto copy = open({.url = folder() / "copy.db"});
  EXPECT_EQ(copy->read([](Tx& tx) { return tx.one<int>(kSum, 1); }), 1000);
  EXPECT_GE(copy->read([](Tx& tx) { return tx.one<int>(kCount, 1); }), 50);
  EXPECT_FALSE(std::filesystem::exists(folder() / "copy.db.part"));
  EXPECT_THROW(store->backup(folder() / "no such folder/copy.db"), Fault);
}

// ── SQLite: a disk that is full ──────────────────────────────────────────────────────────────────────────────────────

namespace {

// While it lives no file of this process grows beyond `bytes`: the disk is full, as seen from here.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST(FullDisk, ACommitThatFailsFailsForItsWholeGroupAndTheStoreGoesOn) {
  const test::Folder folder;
  const auto store = open({.url = folder / "store.db"});
  migrate(*store, kTables);
  store->write([](Tx& tx) { tx.run(kInsert, 1, 1, "before"); });
  std::atomic<int> told = 0, unavailable = 0, hooks = 0;
  {
    std::latch writer_busy(1), all_queued(1), answered(21);
    store->run_write(
        [&](Tx&) {
          writer_busy.count_down();
          all_queued.wait();
        },
        [&](auto) { answered.count_down(); });
    writer_busy.wait();
    for (int i = 0; i < 20; ++i)
      store->run_write(
          [&, i](Tx& tx) {
            tx.run(kInsert, 1, 100 + i, std::string(20000, 'x'));
            tx.index(RealmId{1}, 100 + i, "issue", "漏水");
            tx.after_commit([&] { ++hooks; });
          },
          [&](std::exception_ptr error) {
            ++told;
            try {
              if (error) std::rethrow_exception(error);
            } catch (const Fault& fault) {
              unavailable += fault.code() == Code::unavailable && !fault.say().zh.empty();
            }
            answered.count_down();
          });
    const FullDisk full(std::filesystem::file_size(folder / "store.db-wal") + 100000);
    all_queued.count_down();
    answered.wait();
  }
  EXPECT_EQ(told, 20);
  EXPECT_EQ(unavailable, 20);
  EXPECT_EQ(hooks, 0);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::int64_t>(kIds, 1); }), std::vector<std::int64_t>{1});
  EXPECT_TRUE(store->search(RealmId{1}, "", "漏水", 0, 9, {}).empty());

  store->write([](Tx& tx) { tx.run(kInsert, 1, 2, "after"); });
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, 1); }), 2);
}

TEST(FullDisk, ADatabaseThatMayNotGrowRefusesWithWordsAndKeepsItsRows) {
  const test::Folder folder;
  const auto store = open({.url = folder / "store.db"});
  migrate(*store, kTables);
  static constexpr Sql kLimit{"limit", "PRAGMA max_page_count = 60"},
      kNoLimit{"limit", "PRAGMA max_page_count = 1000000"};
  store->write([](Tx& tx) { tx.run(kLimit); });
  try {
    store->write([](Tx& tx) { tx.run(kInsert, 1, 1, std::string(1000000, 'x')); });
    FAIL() << "not refused";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.code(), Code::unavailable);
    EXPECT_NE(fault.say().zh.find("磁盘已满"), std::string::npos);
  }
  store->write([](Tx& tx) { tx.run(kNoLimit); });
  store->write([](Tx& tx) { tx.run(kInsert, 1, 2, "small"); });
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::int64_t>(kIds, 1); }), std::vector<std::int64_t>{2});
}

TEST(SqliteLog, StaysBoundedWhileManyWriteAndReadersComeAndGo) {
  const test::Folder folder;
  const auto store = open({.url = folder / "store.db", .durable = false});
  migrate(*store, kTables);
  const std::string body(20000, 'x');
  std::vector<std::thread> hands;
  for (int h = 0; h < 4; ++h)
    hands.emplace_back([&, h] {
      for (int i = 0; i < 1200; ++i) {
        store->write([&](Tx& tx) { tx.run(kInsert, 1, h * 10000 + i, body); });
        if (i % 50 == 0) store->read([&](Tx& tx) { tx.one<int>(kCount, 1); });
      }
    });
  for (auto& hand : hands) hand.join();  // some 130 MB pass through the log
  EXPECT_LT(std::filesystem::file_size(folder / "store.db-wal"), 80'000'000u);
}

// A reader keeps its snapshot for the next one while nobody writes.
TEST(SqliteLog, IsCopiedBackWholeThoughManyHaveReadWhatStoodThen) {
  const test::Folder folder;
  const auto store = open({.url = folder / "store.db", .durable = false});
  migrate(*store, kTables);
  const auto insert = [&](int id) { store->write([&](Tx& tx) { tx.run(kInsert, 1, id, "body"); }); };
  insert(1);
  constexpr int kReaders = 8;
  std::latch all_read{kReaders};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i)
    readers.emplace_back([&] {
      store->read([&](Tx& tx) {
        EXPECT_EQ(tx.one<int>(kCount, 1), 1);
        all_read.arrive_and_wait();
      });
    });
  for (auto& reader : readers) reader.join();
  insert(2);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "store.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "SELECT count(*) FROM entries", nullptr, nullptr, nullptr),
            SQLITE_OK);  // opens the log
  int in_log = -1, copied = -1;
  EXPECT_EQ(sqlite3_wal_checkpoint_v2(other, nullptr, SQLITE_CHECKPOINT_TRUNCATE, &in_log, &copied), SQLITE_OK);
  EXPECT_EQ(in_log, 0);
  EXPECT_EQ(sqlite3_close(other), SQLITE_OK);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kCount, 1); }), 2);
}

TEST(Opening, SaysWhatIsWrong) {
  const test::Folder folder;
  EXPECT_THROW(open({.url = ""}), Fault);
  EXPECT_THROW(open({.url = "/proc/nowhere/store.db"}), Fault);
  std::filesystem::create_directory(folder / "store.db");
  EXPECT_THROW(open({.url = folder / "store.db"}), Fault);
  {
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen((folder / "text.db").c_str(), "w"), &std::fclose);
    for (int i = 0; i < 1000; ++i) std::fputs("this is no database\n", file.get());
  }
  EXPECT_THROW(open({.url = folder / "text.db"}), Fault);
  EXPECT_THROW(open({.url = "postgresql://nobody@127.0.0.1:1/none"}), Fault);
}

// ── PostgreSQL: connections that break ───────────────────────────────────────────────────────────────────────────────

class PostgresTest : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresTest, ::testing::Values(Engine::postgresql), test::engine_name);

TEST_P(PostgresTest, AClosureWhoseConnectionBrokeIsRunAgainAndHappensOnce) {
  const auto store = fresh(kTables);
  static constexpr Sql kEndMyself{"end", "SELECT pg_terminate_backend(pg_backend_pid())"};
  store->write([](Tx& tx) { tx.run(kPurse, 1, 1, 0); });
  int runs = 0, hooks = 0;
  store->write([&](Tx& tx) {
    tx.run(kMove, 1, 1, 5);
    tx.after_commit([&] { ++hooks; });
    if (++runs == 1) tx.run(kEndMyself);
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(hooks, 1);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kRead, 1, 1); }), 5);
  int reads = 0;
  EXPECT_EQ(store->read([&](Tx& tx) {
    if (++reads == 1) tx.run(kEndMyself);
    return tx.one<int>(kRead, 1, 1);
  }),
            5);
}

TEST_P(PostgresTest, ACommitWithoutAnAnswerIsRunAgainOnlyWhenItWouldFindItself) {
  const auto store = fresh(kTables);
  // The connection ends while a purse without money is committed: whether it was, the caller cannot know.
  static constexpr Sql kDie{"die",
                            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.fen = 0 THEN "
                            "PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END'"},
      kAtCommit{"at_commit",
                "CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON purses DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                "EXECUTE FUNCTION die()"};
  store->write([](Tx& tx) { tx.run(kDie), tx.run(kAtCommit); });
  int runs = 0;
  EXPECT_EQ(code_of([&] { store->write([&](Tx& tx) { tx.run(kPurse, 1, 1, runs++); }); }), Code::unavailable);
  EXPECT_EQ(runs, 1) << "a change that may have happened happened again";
  runs = 0;
  store->write([&](Tx& tx) {
    may_run_again(tx, 1);
    tx.run(kPurse, 1, 1, runs++);
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kRead, 1, 1); }), 1);
}

TEST_P(PostgresTest, WhoFindsThatAnotherWasFirstRunsAgain) {
  const auto store = fresh(kTables);
  int runs = 0;
  store->write([&](Tx& tx) {
    tx.run(kInsert, 1, ++runs, "x");
    if (runs == 1) throw Again();
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(store->read([](Tx& tx) { return tx.all<std::int64_t>(kIds, 1); }), std::vector<std::int64_t>{2});
}

TEST_P(PostgresTest, WhoeverLosesARaceForAKeySeesWhatTheOtherLeft) {
  const auto store = fresh(kTables);
  std::latch looked(1), taken(1);
  const auto take_if_free = [&](const std::function<void()>& between) {
    int found = 0;
    store->write([&](Tx& tx) {
      found = tx.one<int>(kRead, 1, 7).value_or(0);
      between();
      if (found == 0) tx.run(kPurse, 1, 7, 1);
    });
    return found;
  };
  std::thread other([&] {
    looked.wait();
    EXPECT_EQ(take_if_free([] {}), 0);
    taken.count_down();
  });
  bool first = true;
  EXPECT_EQ(take_if_free([&] {
              if (std::exchange(first, false)) looked.count_down(), taken.wait();
            }),
            1);
  other.join();
  // What was there before anybody ran is refused, not tried for a minute.
  int runs = 0;
  EXPECT_EQ(code_of([&] { store->write([&](Tx& tx) { ++runs, tx.run(kPurse, 1, 7, 1); }); }), Code::conflict);
  EXPECT_EQ(runs, 2);
}

TEST_P(PostgresTest, OnesThatLeaveTheSameTraceRunOneAfterAnother) {
  const auto store = fresh(kTables);
  std::atomic<int> made{0};
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i)
    all.emplace_back([&] {
      store->write([&](Tx& tx) {
        may_run_again(tx, 5);
        if (tx.one<std::int64_t>(kCount, 1).value_or(0) > 0) return;
        tx.run(kInsert, 1, ++made, "x");
      });
    });
  for (auto& thread : all) thread.join();
  EXPECT_EQ(made, 1);
}

TEST_P(PostgresTest, TwoThatLockEachOtherOutBothSucceedInTheEnd) {
  const auto store = fresh(kTables);
  store->write([](Tx& tx) { tx.run(kPurse, 1, 1, 0), tx.run(kPurse, 1, 2, 0); });
  std::latch both(2);
  const auto move = [&](int first, int second) {
    bool met = false;
    store->write([&](Tx& tx) {
      tx.run(kMove, 1, first, 1);
      if (!std::exchange(met, true)) both.arrive_and_wait();
      tx.run(kMove, 1, second, 1);
    });
  };
  std::thread other([&] { move(2, 1); });
  move(1, 2);
  other.join();
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kSum, 1); }), 4);
}

TEST_P(PostgresTest, WorksWithoutNamedStatements) {
  const auto url = fresh_url();
  const auto store = open({.url = url + "&tongxin_prepare=off"});
  migrate(*store, kTables);
  store->write([](Tx& tx) { tx.run(kPurse, 1, 1, 3); });
  EXPECT_EQ(store->read([](Tx& tx) { return tx.one<int>(kRead, 1, 1); }), 3);
}

TEST_P(PostgresTest, ANullFitsAnyTypeBeforeAndAfter) {
  const auto store = fresh(kTables);
  static constexpr Sql kAdd{"add", "SELECT coalesce($1, 1) + $2"};
  store->read([](Tx& tx) {
    EXPECT_EQ(tx.one<int>(kAdd, std::optional<int>{}, 1), 2);
    EXPECT_EQ(tx.one<int>(kAdd, 5, 1), 6);
    EXPECT_EQ(tx.one<int>(kAdd, std::optional<int>{}, 1), 2);
  });
}
