// The books: what is posted, held, undone and closed, and that verify finds what was tampered with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aspect/ledger/schema.hpp"
#include "aspect/ledger/sql.hpp"
#include "base/random.hpp"
#include "ledger_support.hpp"

namespace tongxin::ledger {
namespace {

using store::Tx;
using test::Books;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string refusal(const std::function<void()>& run) {
  try {
    run();
  } catch (const Fault& fault) {
    return meaning(fault.code()).name;
  }
  return "done";
}

class LedgerTest : public test::EnginesTest {
 protected:
  void SetUp() override {
    test::EnginesTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    store_ = fresh(aspect::all_migrations());
    books_ = std::make_unique<Books>(*store_);
  }
  TransferId pay(const char* from, std::int64_t from_owner, const char* to, std::int64_t to_owner,
                 std::int64_t amount) {
    return store_->write([&](Tx& tx) {
      return transfer(tx, books_->posting(), books_->book(tx, from, from_owner), books_->book(tx, to, to_owner),
                      amount);
    });
  }
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Books> books_;
};
INSTANTIATE_TEST_SUITE_P(Engines, LedgerTest, test::kEngines, test::engine_name);

TEST(LedgerSql, KeepsTheRulesOfBothEngines) {
  constexpr store::Sql kAll[] = {sql::kBook,
                                 sql::kBookByKey,
                                 sql::kOpenBook,
                                 sql::kBooksOfOwner,
                                 sql::kBooksOfType,
                                 sql::kMove,
                                 sql::kMoveHeld,
                                 sql::kHoldBack,
                                 sql::kLetGo,
                                 sql::kAddTransfer,
                                 sql::kAddEntry,
                                 sql::kAddToMonth,
                                 sql::kTransfer,
                                 sql::kUndone,
                                 sql::kStatement,
                                 sql::kTransfersOfRecord,
                                 sql::kMonths,
                                 sql::kHold,
                                 sql::kAddHold,
                                 sql::kDrawHold,
                                 sql::kClosed,
                                 sql::kClose,
                                 sql::kPageOfBooks,
                                 sql::kSumOfBook,
                                 sql::kHeldOfBook,
                                 sql::kEntriesInOrder,
                                 sql::kMonthsOfEntries,
                                 sql::kPageOfTransfers,
                                 sql::kSidesOfTransfers,
                                 sql::kSumsOfLedgers};
  for (const Complaint& complaint : store::check_sql_rules(kMigrations, kAll))
    ADD_FAILURE() << complaint.at << ": " << complaint.say.en;
}

TEST_P(LedgerTest, EveryTransferHasTwoSidesAndTheLedgerAddsUpToNothing) {
  pay("mint", 0, "purse", 1, 500);
  pay("purse", 1, "till", 7, 120);
  EXPECT_EQ(books_->balance("mint"), -500);
  EXPECT_EQ(books_->balance("purse", 1), 380);
  EXPECT_EQ(books_->balance("till", 7), 120);
  EXPECT_THAT(books_->findings(), IsEmpty());
}

TEST_P(LedgerTest, MoreThanThereIsIsRefusedAndLeavesNothing) {
  pay("mint", 0, "purse", 1, 100);
  EXPECT_EQ(refusal([&] { pay("purse", 1, "till", 7, 101); }), "not_now");
  EXPECT_EQ(refusal([&] { pay("purse", 1, "till", 7, 0); }), "invalid");
  EXPECT_EQ(refusal([&] { pay("purse", 1, "till", 7, -5); }), "invalid");
  EXPECT_EQ(refusal([&] { pay("purse", 1, "purse", 1, 5); }), "invalid");
  EXPECT_EQ(books_->balance("purse", 1), 100);
  EXPECT_EQ(books_->balance("till", 7), 0);
  EXPECT_THAT(books_->findings(), IsEmpty());
}

TEST_P(LedgerTest, AWrongEntryIsUndoneOnceByACounterEntry) {
  const TransferId wrong = pay("mint", 0, "purse", 1, 100);
  const auto take_back = [&](TransferId id) { store_->write([&](Tx& tx) { undo(tx, books_->posting(), id); }); };
  take_back(wrong);
  EXPECT_EQ(books_->balance("purse", 1), 0);
  EXPECT_EQ(refusal([&] { take_back(wrong); }), "conflict");
  const auto lines = store_->read(
      [&](Tx& tx) { return statement(tx, books_->realm, find_book(tx, books_->realm, "money", "purse", 1)->id, {}); });
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].undoes, wrong);
  EXPECT_EQ(refusal([&] { take_back(lines[0].transfer); }), "conflict") << "a counter-entry is not undone";
  EXPECT_THAT(books_->findings(), IsEmpty());
}

TEST_P(LedgerTest, WhatIsHeldCannotBeSpentAndIsCapturedOrReleased) {
  pay("mint", 0, "purse", 1, 100);
  const RecordId record{77};
  const auto with = [&](auto&& run) { store_->write([&](Tx& tx) { run(tx, books_->posting(record)); }); };
  with([&](Tx& tx, const Posting& posting) {
    reserve(tx, posting, "seat", books_->book(tx, "purse", 1), books_->book(tx, "till", 7), 80);
  });
  EXPECT_EQ(refusal([&] { pay("purse", 1, "till", 7, 21); }), "not_now");
  EXPECT_EQ(books_->balance("purse", 1), 100);
  // The posting names an event that no record has; only this test's verify would say so, so the counts are looked at.
  with([&](Tx& tx, const Posting& posting) { capture(tx, posting, "seat", 30); });
  EXPECT_EQ(books_->balance("purse", 1), 70);
  EXPECT_EQ(books_->balance("till", 7), 30);
  EXPECT_EQ(refusal([&] { with([&](Tx& tx, const Posting& posting) { capture(tx, posting, "seat", 51); }); }),
            "not_now");
  with([&](Tx& tx, const Posting& posting) { release(tx, posting, "seat"); });
  pay("purse", 1, "till", 7, 70);
  EXPECT_EQ(books_->balance("purse", 1), 0);
  EXPECT_EQ(refusal([&] { with([&](Tx& tx, const Posting& posting) { capture(tx, posting, "seat", {}); }); }),
            "not_now");
  with([&](Tx& tx, const Posting& posting) { release(tx, posting, "seat"); });  // nothing left: nothing happens
  EXPECT_THAT(books_->findings(), ElementsAre(HasSubstr("no event behind it")));
}

TEST_P(LedgerTest, AClosedMonthTakesNoMoreAndItsBalanceStands) {
  const auto post_on = [&](Day day, std::int64_t amount) {
    store_->write([&](Tx& tx) {
      Posting posting = books_->posting();
      posting.day = day;
      transfer(tx, posting, books_->book(tx, "mint"), books_->book(tx, "till", 7), amount);
    });
  };
  post_on(20260110, 100);
  post_on(20260228, 20);
  post_on(20260301, 3);
  const auto close = [&](std::int32_t month) {
    store_->write([&](Tx& tx) { close_month(tx, books_->posting(), books_->money, 7, month); });
  };
  EXPECT_EQ(refusal([&] { close(202603); }), "not_now") << "March is not over";
  close(202602);
  EXPECT_EQ(refusal([&] { post_on(20260227, 1); }), "not_now");
  EXPECT_EQ(refusal([&] { post_on(20260307, 1); }), "invalid") << "tomorrow";
  post_on(20260105, 7);  // January was not closed
  store_->read([&](Tx& tx) {
    const BookId till = find_book(tx, books_->realm, "money", "till", 7)->id;
    EXPECT_EQ(balance_after(tx, books_->realm, till, 202601), 107);
    EXPECT_EQ(balance_after(tx, books_->realm, till, 202602), 127);
    EXPECT_EQ(balance_after(tx, books_->realm, till, 202612), 130);
  });
  EXPECT_THAT(books_->findings(), IsEmpty());
}

TEST_P(LedgerTest, AStatementPagesWithoutGapsOrRepeats) {
  for (int i = 1; i <= 25; ++i) pay("mint", 0, "purse", 1, i);
  std::vector<std::int64_t> seen;
  store_->read([&](Tx& tx) {
    const BookId purse = find_book(tx, books_->realm, "money", "purse", 1)->id;
    Page page;
    page.limit = 7;
    for (;;) {
      const auto lines = statement(tx, books_->realm, purse, page);
      for (const Entry& line : lines) seen.push_back(line.amount);
      if (lines.size() < 7) break;
      page.after = {lines.back().day, lines.back().seq};
    }
  });
  std::vector<std::int64_t> expected;
  for (int i = 25; i >= 1; --i) expected.push_back(i);
  EXPECT_EQ(seen, expected);
}

TEST_P(LedgerTest, VerifyFindsWhatWasTamperedWith) {
  static constexpr store::Sql kRaise{
      "raise", "UPDATE ledger_account SET balance = balance + 1 WHERE realm_id=$1 AND name='purse'"};
  static constexpr store::Sql kEdit{"edit",
                                    "UPDATE ledger_entry SET amount = amount + 1 WHERE realm_id=$1 AND amount > 0"};
  pay("mint", 0, "purse", 1, 100);
  store_->write([&](Tx& tx) { tx.run(kRaise, books_->realm); });
  EXPECT_THAT(books_->findings(), ElementsAre(HasSubstr("kept as 101"), HasSubstr("they make 1")));
  store_->write([&](Tx& tx) { tx.run(kEdit, books_->realm); });
  EXPECT_THAT(books_->findings(), testing::Contains(HasSubstr("two sides that cancel out")));
}

// Histories drawn from a seed: transfers, refused ones among them, and undoing, in any order.
TEST_P(LedgerTest, WhateverPeopleDoTheBooksAreSound) {
  Random random(20260306);
  std::vector<TransferId> done;
  int refused = 0;
  for (int step = 0; step < 150; ++step) {
    const auto from = random.below(4), to = random.below(4);
    const auto amount = std::int64_t(random.below(90));
    const bool back = random.below(5) == 0 && !done.empty();
    const auto which = back ? random.below(done.size()) : 0;
    try {
      const auto id = store_->write([&](Tx& tx) {
        if (back) return undo(tx, books_->posting(), done[which]);
        return transfer(tx, books_->posting(),
                        from == 0 ? books_->book(tx, "mint") : books_->book(tx, "purse", std::int64_t(from)),
                        books_->book(tx, "purse", std::int64_t(to) + 1), amount);
      });
      done.push_back(id);
    } catch (const Fault&) {
      ++refused;
    }
    for (int person = 1; person <= 4; ++person) ASSERT_GE(books_->balance("purse", person), 0);
  }
  EXPECT_GT(done.size(), 50u);
  EXPECT_GT(refused, 10);
  EXPECT_THAT(books_->findings(), IsEmpty());
}

TEST(LedgerWords, AmountsAreWrittenAsPeopleReadThem) {
  Ledger money, points;
  money.unit_code = "fen", money.unit = {"元", "yuan"};
  points.unit_code = "points", points.unit = {"分", "points"}, points.one = "point";
  EXPECT_EQ(amount_words(money, 5332000).zh, "53,320.00 元");
  EXPECT_EQ(amount_words(money, 5).zh, "0.05 元");
  EXPECT_EQ(amount_words(money, -304000000000).zh, "-3,040,000,000.00 元");
  EXPECT_EQ(amount_words(points, 1234567).en, "1,234,567 points");
  EXPECT_EQ(amount_words(points, 1).en, "1 point");
  EXPECT_EQ(amount_words(points, 0).en, "0 points");
}

}  // namespace
}  // namespace tongxin::ledger
