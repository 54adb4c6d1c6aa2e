// The proof of the books: every balance is the sum of its entries in their order, every transfer has its two sides, every
// ledger adds up to nothing, what is held is what the holds say, and what events say was posted was posted.
#include "aspect/ledger/inside.hpp"
#include "aspect/ledger/sql.hpp"

namespace tongxin::ledger::inside {
namespace {

using store::Tx;

class Prover {
 public:
  Prover(store::Store& store, RealmId realm, const record::FindingSink& find)
      : store_(store), realm_(realm), find_(find) {}

  void run() {
    BookId last;
    for (bool more = true; more;)
      store_.read([&](Tx& tx) {
        const auto page = tx.all<Book>(sql::kPageOfBooks, realm_, last);
        for (const Book& book : page) check_book(tx, book);
        more = page.size() == 200;
        if (!page.empty()) last = page.back().id;
      });
    TransferId latest;
    for (bool more = true; more;)
      store_.read([&](Tx& tx) {
        const auto page = tx.all<Transfer>(sql::kPageOfTransfers, realm_, latest);
        for (const Transfer& transfer : page) check_transfer(tx, transfer);
        more = page.size() == 1000;
        if (!page.empty()) latest = page.back().id;
      });
    store_.read([&](Tx& tx) {
      tx.each(
          sql::kSumsOfLedgers,
          [&](const store::Row& row) {
            if (row.integer(1) != 0)
              say(row.get<std::string>(0), words("全部账户之和应为 0，实为 {}",
                                                 "all accounts should add up to 0, they make {}", row.integer(1)));
          },
          realm_);
    });
  }

 private:
  void say(std::string where, Words what) { find_("ledger", std::move(where), std::move(what)); }

  void check_book(Tx& tx, const Book& book) {
    const std::string where = fmt::format("{}.{} {}", book.ledger, book.name, id_text(book.owner));
    std::int64_t seq = 0, sum = 0;
    tx.each(
        sql::kEntriesInOrder,
        [&](const store::Row& row) {
          sum += row.integer(1);
          if (row.integer(0) != ++seq) say(where, words("缺少第 {} 笔", "entry {} is missing", seq));
          if (row.integer(2) != sum)
            say(where, words("第 {} 笔后的余额记为 {}，应为 {}", "after entry {} the balance is kept as {}, it is {}",
                             seq, row.integer(2), sum));
          seq = row.integer(0);
          sum = row.integer(2);  // one wrong entry is told once
        },
        realm_, book.id);
    const std::int64_t recounted = tx.one<std::int64_t>(sql::kSumOfBook, realm_, book.id).value_or(0);
    if (recounted != book.balance)
      say(where, words("余额记为 {}，各笔之和为 {}", "the balance is kept as {}, its entries make {}", book.balance,
                       recounted));
    if (seq != book.entries)
      say(where, words("记有 {} 笔，实有 {} 笔", "{} entries are kept, there are {}", book.entries, seq));
    const std::int64_t held = tx.one<std::int64_t>(sql::kHeldOfBook, realm_, book.id).value_or(0);
    if (held != book.held)
      say(where, words("预留记为 {}，应为 {}", "{} is kept as held, the holds make {}", book.held, held));
    if ((book.least && book.balance - book.held < *book.least) || (book.most && book.balance > *book.most))
      say(where, words("余额 {} 超出限额", "the balance {} is beyond its limits", book.balance));
    check_months(tx, book, where);
  }

  void check_months(Tx& tx, const Book& book, const std::string& where) {
    std::map<std::int32_t, std::tuple<std::int64_t, std::int64_t, std::int64_t>> kept, counted;
    for (const Month& month : months(tx, realm_, book.id)) kept[month.period] = {month.came, month.went, month.entries};
    for (const Month& month : tx.all<Month>(sql::kMonthsOfEntries, realm_, book.id))
      counted[month.period] = {month.came, month.went, month.entries};
    if (kept != counted) say(where, words("月度合计与各笔不符", "the totals of months disagree with the entries"));
  }

  void check_transfer(Tx& tx, const Transfer& transfer) {
    struct Found {
      std::int64_t count = 0, sum = 0;
    };
    std::int64_t count = 0, sum = 0;
    tx.each(
        sql::kSidesOfTransfers, [&](const store::Row& row) { count = row.integer(0), sum = row.integer(1); }, realm_,
        transfer.from, transfer.to, transfer.day, transfer.id);
    if (count != 2 || sum != 0)
      say(to_text(transfer.id), words("一笔账应有两边且相抵", "a transfer has two sides that cancel out"));
    if (!transfer.record) return;
    std::optional<std::string> body;
    bool redacted = false;
    tx.each(
        sql::kEventBody,
        [&](const store::Row& row) {
          body = row.get<std::string>(0);
          redacted = row.get<bool>(1);
        },
        realm_, transfer.record, transfer.seq);
    if (!body) return say(to_text(transfer.id), words("没有对应的事件", "there is no event behind it"));
    if (redacted) return;
    const std::string expected = fmt::format(R"({{"id":"{}","amount":{}}})", to_text(transfer.id), transfer.amount);
    if (body->find(expected) == std::string::npos)
      say(to_text(transfer.id),
          words("事件里没有这笔账，或数额不同", "the event does not speak of it, or of another amount"));
  }

  store::Store& store_;
  RealmId realm_;
  const record::FindingSink& find_;
};

}  // namespace

void verify(store::Store& store, record::Worlds&, RealmId realm, const record::FindingSink& find) {
  Prover(store, realm, find).run();
}

}  // namespace tongxin::ledger::inside
