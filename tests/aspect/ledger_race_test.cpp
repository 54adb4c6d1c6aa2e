// Many at once, and a program that is killed: exactly one gets the last piece, and no unit is ever lost or made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <latch>
#include <thread>

#include "ledger_support.hpp"

namespace tongxin::ledger {
namespace {

using store::Tx;
using test::Books;
using ::testing::IsEmpty;

constexpr int kClients = 64;

class LedgerRace : public test::EnginesTest {};
INSTANTIATE_TEST_SUITE_P(Engines, LedgerRace, test::kEngines, test::engine_name);

// 64 threads run `attempt` at the same moment; how many were not refused.
int together(const std::function<void(int)>& attempt) {
  std::latch start(kClients);
  std::atomic<int> succeeded = 0, odd = 0;
  std::vector<std::thread> hands;
  for (int i = 0; i < kClients; ++i)
    hands.emplace_back([&, i] {
      start.arrive_and_wait();
      try {
        attempt(i);
        ++succeeded;
      } catch (const Fault& fault) {
        if (fault.code() != Code::not_now) ++odd;
      }
    });
  for (auto& hand : hands) hand.join();
  EXPECT_EQ(odd, 0) << "refused for another reason than the balance";
  return succeeded;
}

TEST_P(LedgerRace, TheLastPointsAreSpentOnce) {
  const auto store = fresh(aspect::all_migrations());
  Books books(*store);
  store->write([&](Tx& tx) { transfer(tx, books.posting(), books.book(tx, "mint"), books.book(tx, "purse", 1), 40); });
  EXPECT_EQ(together([&](int) {
              store->write([&](Tx& tx) {
                transfer(tx, books.posting(), books.book(tx, "purse", 1), books.book(tx, "till", 7), 40);
              });
            }),
            1);
  EXPECT_EQ(books.balance("purse", 1), 0);
  EXPECT_EQ(books.balance("till", 7), 40);
  EXPECT_THAT(books.findings(), IsEmpty());
}

// Sixty post into January while it is being closed, over and over. What the one who closes counts is what January holds ever
// after: whoever posts comes before the closing, or is refused.
TEST_P(LedgerRace, NoPostingSlipsIntoAMonthThatIsBeingClosed) {
  const auto store = fresh(aspect::all_migrations());
  Books books(*store);
  constexpr int kRounds = 6;
  for (std::int64_t till = 1; till <= kRounds; ++till) {
    const auto book = store->write([&](Tx& tx) {
      (void)books.book(tx, "mint");
      return books.book(tx, "till", till);
    });
    const auto in_january = [&](Tx& tx) {
      std::int64_t count = 0;
      for (const Month& month : months(tx, books.realm, book.id))
        if (month.period == 202601) count = month.entries;
      return count;
    };
    std::int64_t when_closed = -1;
    const int succeeded = together([&](int i) {
      store->write([&](Tx& tx) {
        Posting posting = books.posting();
        if (i % 16 != 5) {
          posting.day = 20260115;
          transfer(tx, posting, books.book(tx, "mint"), book, 1);
        } else {
          close_month(tx, posting, books.money, till, 202601);
          if (i == 5) when_closed = in_january(tx);
        }
      });
    });
    const auto after = store->read([&](Tx& tx) { return in_january(tx); });
    EXPECT_EQ(after, succeeded - 4) << "every posting that was not refused, and the four closings";
    // Closing twice changes nothing, so another of the four may have been the first.
    EXPECT_EQ(when_closed, after) << "something was posted after the books were closed";
  }
  EXPECT_THAT(books.findings(), IsEmpty());
}

// A posting of the last second of a month may still wait for its turn when the month is over.
TEST_P(LedgerRace, AMonthIsClosedOnceNothingOfItIsOnItsWay) {
  const auto store = fresh(aspect::all_migrations());
  Books books(*store);
  const auto closes_at = [&](const char* when) {
    Posting posting = books.posting();
    EXPECT_TRUE(parse_local(when, posting.at));
    try {
      store->write([&](Tx& tx) { close_month(tx, posting, books.money, 7, 202602); });
      return true;
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::not_now);
      return false;
    }
  };
  EXPECT_FALSE(closes_at("2026-03-01 00:09"));
  EXPECT_TRUE(closes_at("2026-03-01 00:11"));
}

TEST_P(LedgerRace, TransfersInCirclesLoseNothing) {
  const auto store = fresh(aspect::all_migrations());
  Books books(*store);
  for (int person = 1; person <= 4; ++person)
    store->write(
        [&](Tx& tx) { transfer(tx, books.posting(), books.book(tx, "mint"), books.book(tx, "purse", person), 1000); });
  EXPECT_EQ(together([&](int i) {
              for (int round = 0; round < 4; ++round)
                store->write([&](Tx& tx) {
                  transfer(tx, books.posting(), books.book(tx, "purse", 1 + (i + round) % 4),
                           books.book(tx, "purse", 1 + (i + round + 1 + round % 2) % 4), 1);
                });
            }),
            kClients);
  std::int64_t sum = 0;
  for (int person = 1; person <= 4; ++person) sum += books.balance("purse", person);
  EXPECT_EQ(sum, 4000);
  EXPECT_THAT(books.findings(), IsEmpty());
}

// In the child: four threads pass money round and say each transfer aloud once it is durable.
[[noreturn]] void pay_until_killed(const std::string& url, int pipe) {
  try {
    const auto store = store::open({.url = url});
    Books books(*store, std::uint64_t(::getpid()));
    std::atomic<int> turn = 0;
    std::vector<std::thread> hands;
    for (int i = 0; i < 4; ++i)
      hands.emplace_back([&] {
        for (;;) {
          const int n = ++turn;
          const std::int64_t id = store->write([&](Tx& tx) {
            return transfer(tx, books.posting(), books.book(tx, "purse", 1 + n % 4),
                            books.book(tx, "purse", 1 + (n + 1) % 4), 1)
                .value;
          });
          if (::write(pipe, &id, sizeof id) != sizeof id) ::_exit(1);
        }
      });
    for (auto& hand : hands) hand.join();
  } catch (...) {
  }
  ::_exit(1);
}

TEST_P(LedgerRace, AcknowledgedTransfersAreThereAfterTheProgramWasKilledAndTheBooksAreSound) {
  const auto url = fresh_url();
  {
    const auto store = store::open({.url = url});
    store::migrate(*store, aspect::all_migrations());
    Books books(*store);
    for (int person = 1; person <= 4; ++person)
      store->write([&](Tx& tx) {
        transfer(tx, books.posting(), books.book(tx, "mint"), books.book(tx, "purse", person), 1'000'000);
      });
  }
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) pay_until_killed(url, pipe[1]);
  ::close(pipe[1]);
  std::vector<std::int64_t> acknowledged;
  std::int64_t id = 0;
  while (acknowledged.size() < 200 && ::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
  ::waitpid(child, nullptr, 0);
  ::close(pipe[0]);
  ASSERT_GE(acknowledged.size(), 200u);

  static constexpr store::Sql kThere{"there", "SELECT 1 FROM ledger_transfer WHERE realm_id=$1 AND id=$2"};
  const auto store = store::open({.url = url});
  Books books(*store);
  store->read([&](Tx& tx) {
    for (const auto one : acknowledged)
      EXPECT_TRUE(tx.one<int>(kThere, books.realm, one)) << one << " was acknowledged and is gone";
  });
  std::int64_t sum = 0;
  for (int person = 1; person <= 4; ++person) sum += books.balance("purse", person);
  EXPECT_EQ(sum, 4'000'000);
  EXPECT_THAT(books.findings(), IsEmpty());
}

}  // namespace
}  // namespace tongxin::ledger
