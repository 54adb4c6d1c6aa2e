// Posting, holding, undoing, closing. Free functions inside a transaction of the caller; a refusal is a Fault and the whole
// transaction goes back. Amounts are whole numbers of the ledger's unit, 1 to kMost.
//
// Faults: not_now (the account's limit does not allow it; the month is closed; nothing is held under that name), invalid (an
// amount that is none, a day in the future), conflict (it was undone before), not_found.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "aspect/ledger/types.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::ledger {

inline constexpr std::int64_t kMost = 1'000'000'000'000'000;  // ten trillion yuan in fen; doubles are exact up to here

// Who posts, when, and on behalf of which event.
struct Posting {
  RealmId realm;
  IdSource& ids;
  Time at{};
  Zone zone{};
  PersonId actor;
  RecordId record;
  int seq = 0;
  Day day = 0;  // the day of the books; 0: today
  Words memo;
  std::string reason;
  Day today() const { return day_of(at, zone); }
};

// The account of this type and owner; opened when it is not there yet.
Book open_book(store::Tx& tx, const Posting& posting, const Ledger& ledger, const AccountType& type,
               std::int64_t owner);
std::optional<Book> find_book(store::Tx& tx, RealmId realm, BookId id);
std::optional<Book> find_book(store::Tx& tx, RealmId realm, std::string_view ledger, std::string_view name,
                              std::int64_t owner);

// Moves an amount. Both accounts are of one ledger.
TransferId transfer(store::Tx& tx, const Posting& posting, const Book& from, const Book& to, std::int64_t amount);
// The counter-entry of a transfer, today. Each can be undone once; a counter-entry cannot be undone.
TransferId undo(store::Tx& tx, const Posting& posting, TransferId wrong);

// Holds: the amount stays in the account but can be spent for nothing else. One of a name per record.
void reserve(store::Tx& tx, const Posting& posting, std::string_view name, const Book& from, const Book& to,
             std::int64_t amount);
// Moves what is held, or a part of it; the rest stays held.
TransferId capture(store::Tx& tx, const Posting& posting, std::string_view name, std::optional<std::int64_t> part);
// Lets go of what is still held; nothing when there is none left.
void release(store::Tx& tx, const Posting& posting, std::string_view name);

// No more postings on days of this month (yyyymm, over by now); owner 0: for the whole ledger. Closing twice changes nothing.
void close_month(store::Tx& tx, const Posting& posting, const Ledger& ledger, std::int64_t owner, std::int32_t period);
bool is_closed(store::Tx& tx, RealmId realm, std::string_view ledger, std::int64_t owner, std::int32_t period);

// Numbers of vouchers, under which postings were brought in from elsewhere. One that does not begin with "=" is shown.
std::optional<TransferId> by_voucher(store::Tx& tx, RealmId realm, std::string_view ledger, std::string_view number);
void keep_voucher(store::Tx& tx, RealmId realm, std::string_view ledger, std::string_view number, TransferId transfer);
void forget_voucher(store::Tx& tx, RealmId realm, TransferId transfer);     // it may come in again
std::string voucher_of(store::Tx& tx, RealmId realm, TransferId transfer);  // empty: it has none

std::optional<Transfer> find_transfer(store::Tx& tx, RealmId realm, TransferId id);
// Every transfer of the realm in the order of ids, a thousand at a time.
std::vector<Transfer> transfers_after(store::Tx& tx, RealmId realm, TransferId after);

// ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
struct Page {
  Day from = 0, until = 99991231;                     // days, both included
  std::optional<std::pair<Day, std::int64_t>> after;  // the last line of the page before
  int limit = 50;
};
std::vector<Entry> statement(store::Tx& tx, RealmId realm, BookId book, const Page& page);
std::vector<Book> books_of(store::Tx& tx, RealmId realm, std::int64_t owner);
std::vector<Month> months(store::Tx& tx, RealmId realm, BookId book, std::int32_t until = 999912);
// The balance at the end of a month, whatever was posted later.
std::int64_t balance_after(store::Tx& tx, RealmId realm, BookId book, std::int32_t period);
// In the ledger's unit, as people read it: 53,320.00 元, 120 分.
Words amount_words(const Ledger& ledger, std::int64_t amount);
// As shown: the balance of a source account is turned round.
std::int64_t shown(const AccountType& type, std::int64_t balance);

}  // namespace tongxin::ledger
