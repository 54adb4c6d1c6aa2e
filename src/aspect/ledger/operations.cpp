#include "aspect/ledger/operations.hpp"

#include "aspect/ledger/sql.hpp"

namespace tongxin::ledger {
namespace {

using store::Tx;

constexpr store::Sql kPassGate{"pass_gate",
                               "INSERT INTO ledger_gate (realm_id, ledger, period, passed) VALUES ($1,$2,$3,1) ON "
                               "CONFLICT (realm_id, ledger, period) DO UPDATE SET passed = ledger_gate.passed + 1"};

struct Moved {
  std::int64_t balance = 0, seq = 0;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (balance, seq))

void need_amount(std::int64_t amount) {
  if (amount < 1 || amount > kMost)
    throw Fault(Code::invalid, words("数额应为大于 0 的整数", "an amount is a whole number above 0"));
}

// Limits are refused in words; the numbers of a person's account are the person's, so only what was asked is told.
[[noreturn]] void refuse_limit(Tx& tx, RealmId realm, BookId id, std::int64_t change) {
  const auto book = find_book(tx, realm, id);
  if (!book) throw Fault(Code::not_found, words("没有这个账户", "there is no such account"));
  if (change < 0)
    throw Fault(Code::not_now, words("余额不足", "the balance is not sufficient"))
        .log(fmt::format("{}.{}: balance {}, held {}, change {}", book->ledger, book->name, book->balance, book->held,
                         change));
  throw Fault(Code::not_now, words("超过账户上限", "the account's limit would be exceeded"))
      .log(fmt::format("{}.{}: balance {}, change {}", book->ledger, book->name, book->balance, change));
}

Moved move(Tx& tx, RealmId realm, BookId id, std::int64_t change, bool held) {
  const auto moved =
      held ? tx.one<Moved>(sql::kMoveHeld, realm, id, -change) : tx.one<Moved>(sql::kMove, realm, id, change);
  if (!moved) refuse_limit(tx, realm, id, change);
  return *moved;
}

void write_side(Tx& tx, const Posting& posting, Day day, TransferId transfer, BookId id, std::int64_t change,
                const Moved& moved) {
  tx.run(sql::kAddEntry, posting.realm, id, day, moved.seq, transfer, change, moved.balance);
  tx.run(sql::kAddToMonth, posting.realm, id, month_of(day), change > 0 ? change : 0, change < 0 ? -change : 0);
}

// What was posted in the last minutes of a month may still be on its way when the month is over.
constexpr auto kOnItsWay = std::chrono::minutes{10};

// Days of a closed month take nothing; nor do days to come. A month that is not over cannot be closed, so most postings ask
// nothing. Into a month that is over, postings and the closing come one after the other on either engine.
Day settle_day(Tx& tx, const Posting& posting, const Book& from, const Book& to) {
  const Day today = posting.today(), day = posting.day == 0 ? today : posting.day;
  if (day > today)
    throw Fault(Code::invalid, words("记账日期不能在今天之后", "the day of a posting cannot be after today"));
  if (month_of(day) == month_of(today)) return day;
  tx.run(kPassGate, posting.realm, from.ledger, month_of(day));
  if (tx.one<int>(sql::kClosed, posting.realm, from.ledger, month_of(day), from.owner, to.owner))
    throw Fault(Code::not_now,
                words("{} 月已结账，请记在当月", "month {} is closed; post it in the present one", month_of(day)));
  return day;
}

TransferId write_transfer(Tx& tx, const Posting& posting, const Book& from, const Book& to, std::int64_t amount,
                          bool held, TransferId undoes) {
  need_amount(amount);
  if (from.ledger != to.ledger)
    throw Fault(Code::invalid, words("两个账户不在同一本账上", "the two accounts are of different ledgers"));
  if (from.id == to.id) throw Fault(Code::invalid, words("不能记给同一个账户", "an account cannot pay itself"));
  const Day day = settle_day(tx, posting, from, to);
  // Always in the order of ids, so that two transfers between the same accounts do not wait for each other.
  Moved out, in;
  if (from.id < to.id) {
    out = move(tx, posting.realm, from.id, -amount, held);
    in = move(tx, posting.realm, to.id, amount, false);
  } else {
    in = move(tx, posting.realm, to.id, amount, false);
    out = move(tx, posting.realm, from.id, -amount, held);
  }
  const TransferId id = posting.ids.make<TransferId>();
  tx.run(sql::kAddTransfer, posting.realm, id, from.ledger, day, posting.at, from.id, to.id, amount, posting.record,
         posting.seq, posting.actor, posting.memo.zh, posting.memo.en, posting.reason, undoes);
  write_side(tx, posting, day, id, from.id, -amount, out);
  write_side(tx, posting, day, id, to.id, amount, in);
  return id;
}

Book need_book(Tx& tx, RealmId realm, BookId id) {
  auto book = find_book(tx, realm, id);
  if (!book) throw Fault(Code::not_found, words("没有这个账户", "there is no such account"));
  return *std::move(book);
}

Hold need_hold(Tx& tx, const Posting& posting, std::string_view name) {
  auto hold = tx.one<Hold>(sql::kHold, posting.realm, posting.record, name);
  if (!hold || hold->left == 0) throw Fault(Code::not_now, words("没有预留“{}”", "nothing is reserved as '{}'", name));
  return *std::move(hold);
}

void draw(Tx& tx, const Posting& posting, const Hold& hold, std::int64_t amount) {
  if (tx.run(sql::kDrawHold, posting.realm, hold.record, hold.name, amount, posting.at) == 0)
    throw Fault(Code::not_now, words("预留的余数不够", "less than that is still reserved"));
}

}  // namespace

Book open_book(Tx& tx, const Posting& posting, const Ledger& ledger, const AccountType& type, std::int64_t owner) {
  if ((owner == 0) != (type.of == Owner::realm))
    throw Fault(Code::invalid,
                words("账户“{}”没有指明归谁", "nobody is named to whom the account '{}' belongs", type.name));
  if (auto found = find_book(tx, posting.realm, ledger.name, type.name, owner)) return *std::move(found);
  const auto turned = [&](const std::optional<std::int64_t>& limit) -> std::optional<std::int64_t> {
    return limit ? std::optional(type.source ? -*limit : *limit) : std::nullopt;
  };
  tx.run(sql::kOpenBook, posting.realm, ledger.name, type.name, owner, posting.ids.make<BookId>(),
         turned(type.source ? type.most : type.least), turned(type.source ? type.least : type.most), posting.at);
  return *find_book(tx, posting.realm, ledger.name, type.name, owner);
}

std::optional<Book> find_book(Tx& tx, RealmId realm, BookId id) { return tx.one<Book>(sql::kBook, realm, id); }
std::optional<Book> find_book(Tx& tx, RealmId realm, std::string_view ledger, std::string_view name,
                              std::int64_t owner) {
  return tx.one<Book>(sql::kBookByKey, realm, ledger, name, owner);
}

TransferId transfer(Tx& tx, const Posting& posting, const Book& from, const Book& to, std::int64_t amount) {
  return write_transfer(tx, posting, from, to, amount, false, {});
}

TransferId undo(Tx& tx, const Posting& posting, TransferId wrong) {
  const auto found = tx.one<Transfer>(sql::kTransfer, posting.realm, wrong);
  if (!found) throw Fault(Code::not_found, words("没有这笔账", "there is no such posting"));
  if (found->undoes) throw Fault(Code::conflict, words("这一笔本身就是冲销", "this posting is itself a counter-entry"));
  if (tx.one<TransferId>(sql::kUndone, posting.realm, wrong))
    throw Fault(Code::conflict, words("这一笔已经冲销过", "this posting was undone before"));
  return write_transfer(tx, posting, need_book(tx, posting.realm, found->to), need_book(tx, posting.realm, found->from),
                        found->amount, false, wrong);
}

void reserve(Tx& tx, const Posting& posting, std::string_view name, const Book& from, const Book& to,
             std::int64_t amount) {
  need_amount(amount);
  if (from.ledger != to.ledger || from.id == to.id)
    throw Fault(Code::invalid, words("两个账户应不同，且在同一本账上", "a hold needs two accounts of one ledger"));
  if (tx.run(sql::kHoldBack, posting.realm, from.id, amount) == 0) refuse_limit(tx, posting.realm, from.id, -amount);
  if (tx.run(sql::kAddHold, posting.realm, posting.record, name, from.id, to.id, amount, posting.at) == 0)
    throw Fault(Code::conflict, words("已经有预留“{}”", "there is a reservation '{}' already", name));
}

TransferId capture(Tx& tx, const Posting& posting, std::string_view name, std::optional<std::int64_t> part) {
  const Hold hold = need_hold(tx, posting, name);
  const std::int64_t amount = part.value_or(hold.left);
  need_amount(amount);
  draw(tx, posting, hold, amount);
  return write_transfer(tx, posting, need_book(tx, posting.realm, hold.from), need_book(tx, posting.realm, hold.to),
                        amount, true, {});
}

void release(Tx& tx, const Posting& posting, std::string_view name) {
  const auto hold = tx.one<Hold>(sql::kHold, posting.realm, posting.record, name);
  if (!hold || hold->left == 0) return;
  draw(tx, posting, *hold, hold->left);
  if (tx.run(sql::kLetGo, posting.realm, hold->from, hold->left) == 0)
    throw Fault(Code::internal, words("预留与账户不符", "the reservation and the account disagree"));
}

void close_month(Tx& tx, const Posting& posting, const Ledger& ledger, std::int64_t owner, std::int32_t period) {
  if (period < 190001 || period % 100 < 1 || period % 100 > 12)
    throw Fault(Code::invalid, words("月份应写成 202611", "a month is written 202611"));
  if (period >= month_of(day_of(posting.at - kOnItsWay, posting.zone)))
    throw Fault(Code::not_now, words("当月还没有结束，不能结账", "this month is not over yet and cannot be closed"));
  tx.run(kPassGate, posting.realm, ledger.name, period);
  tx.run(sql::kClose, posting.realm, ledger.name, owner, period, posting.at, posting.actor);
}

bool is_closed(Tx& tx, RealmId realm, std::string_view ledger, std::int64_t owner, std::int32_t period) {
  return tx.one<int>(sql::kClosed, realm, ledger, period, owner, owner).has_value();
}

std::optional<TransferId> by_voucher(Tx& tx, RealmId realm, std::string_view ledger, std::string_view number) {
  return tx.one<TransferId>(sql::kVoucher, realm, ledger, number);
}
void keep_voucher(Tx& tx, RealmId realm, std::string_view ledger, std::string_view number, TransferId transfer) {
  tx.run(sql::kKeepVoucher, realm, ledger, number, transfer);
}
void forget_voucher(Tx& tx, RealmId realm, TransferId transfer) { tx.run(sql::kForgetVoucher, realm, transfer); }
std::string voucher_of(Tx& tx, RealmId realm, TransferId transfer) {
  return tx.one<std::string>(sql::kVoucherOf, realm, transfer).value_or("");
}
std::optional<Transfer> find_transfer(Tx& tx, RealmId realm, TransferId id) {
  return tx.one<Transfer>(sql::kTransfer, realm, id);
}
std::vector<Transfer> transfers_after(Tx& tx, RealmId realm, TransferId after) {
  return tx.all<Transfer>(sql::kPageOfTransfers, realm, after);
}

std::vector<Entry> statement(Tx& tx, RealmId realm, BookId book, const Page& page) {
  const auto [day, seq] = page.after.value_or(std::pair(page.until, std::int64_t(1) << 62));
  return tx.all<Entry>(sql::kStatement, realm, book, page.from, day, seq, page.limit);
}

std::vector<Book> books_of(Tx& tx, RealmId realm, std::int64_t owner) {
  return tx.all<Book>(sql::kBooksOfOwner, realm, owner);
}

std::vector<Month> months(Tx& tx, RealmId realm, BookId book, std::int32_t until) {
  return tx.all<Month>(sql::kMonths, realm, book, until);
}

std::int64_t balance_after(Tx& tx, RealmId realm, BookId book, std::int32_t period) {
  std::int64_t balance = 0;
  for (const Month& month : months(tx, realm, book, period)) balance += month.came - month.went;
  return balance;
}

std::int64_t shown(const AccountType& type, std::int64_t balance) { return type.source ? -balance : balance; }

Words amount_words(const Ledger& ledger, std::int64_t amount) {
  std::string digits = std::to_string(amount < 0 ? -amount : amount), ending;
  const std::string sign = amount < 0 ? "-" : "";
  if (ledger.unit_code == "fen") {
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    ending = "." + digits.substr(digits.size() - 2);
    digits.resize(digits.size() - 2);
  }
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return {fmt::format("{}{}{} {}", sign, digits, ending, ledger.unit.zh),
          fmt::format("{}{}{} {}", sign, digits, ending,
                      digits == "1" && !ledger.one.empty() ? ledger.one : ledger.unit.en)};
}

}  // namespace tongxin::ledger
