// Every statement of the ledgers, in one place. The realm is always $1.
#pragma once
#include "store/store.hpp"

namespace tongxin::ledger::sql {
using store::Sql;

#define TONGXIN_BOOK_COLUMNS "id, ledger, name, owner, balance, held, entries, lowest, highest, opened_at"
#define TONGXIN_TRANSFER_COLUMNS \
  "id, ledger, day, at, from_account, to_account, amount, record_id, seq, actor, memo_zh, memo_en, reason, undoes"

inline constexpr Sql kBook{"book", "SELECT " TONGXIN_BOOK_COLUMNS " FROM ledger_account WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kBookByKey{"book_by_key",
                                "SELECT " TONGXIN_BOOK_COLUMNS
                                " FROM ledger_account WHERE realm_id=$1 AND ledger=$2 AND name=$3 AND owner=$4"};
inline constexpr Sql kOpenBook{
    "open_book",
    "INSERT INTO ledger_account (realm_id, ledger, name, owner, id, balance, held, entries, lowest, highest, "
    "opened_at) "
    "VALUES ($1,$2,$3,$4,$5,0,0,0,$6,$7,$8) ON CONFLICT (realm_id, ledger, name, owner) DO NOTHING"};
inline constexpr Sql kBooksOfOwner{
    "books_of_owner", "SELECT " TONGXIN_BOOK_COLUMNS
                      " FROM ledger_account WHERE realm_id=$1 AND id IN (SELECT id FROM ledger_account WHERE "
                      "realm_id=$1 AND owner=$2) ORDER BY id"};
// Accounts of one type in pages: the register of a village accountant, of a shop.
inline constexpr Sql kBooksOfType{
    "books_of_type", "SELECT " TONGXIN_BOOK_COLUMNS
                     " FROM ledger_account WHERE realm_id=$1 AND ledger=$2 AND name=$3 AND owner > $4 ORDER BY owner "
                     "LIMIT $5"};
// One side of a transfer. No row: the account's limit does not allow it.
inline constexpr Sql kMove{
    "move",
    "UPDATE ledger_account SET balance = balance + $3, entries = entries + 1 WHERE realm_id=$1 AND id=$2 AND "
    "(lowest IS NULL OR $3 >= 0 OR balance - held + $3 >= lowest) AND (highest IS NULL OR $3 <= 0 OR balance + $3 <= "
    "highest) "
    "RETURNING balance, entries"};
// The same for what was held: it leaves the hold and the account together.
inline constexpr Sql kMoveHeld{
    "move_held",
    "UPDATE ledger_account SET balance = balance - $3, held = held - $3, entries = entries + 1 WHERE realm_id=$1 AND "
    "id=$2 AND held >= $3 RETURNING balance, entries"};
inline constexpr Sql kHoldBack{
    "hold_back",
    "UPDATE ledger_account SET held = held + $3 WHERE realm_id=$1 AND id=$2 AND (lowest IS NULL OR balance - held - $3 "
    ">= lowest)"};
inline constexpr Sql kLetGo{"let_go",
                            "UPDATE ledger_account SET held = held - $3 WHERE realm_id=$1 AND id=$2 AND held >= $3"};
inline constexpr Sql kAddTransfer{"add_transfer", "INSERT INTO ledger_transfer (realm_id, " TONGXIN_TRANSFER_COLUMNS
                                                  ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)"};
inline constexpr Sql kAddEntry{
    "add_entry",
    "INSERT INTO ledger_entry (realm_id, account_id, day, seq, transfer_id, amount, balance) VALUES "
    "($1,$2,$3,$4,$5,$6,$7)"};
inline constexpr Sql kAddToMonth{
    "add_to_month",
    "INSERT INTO ledger_month (realm_id, account_id, period, came, went, entries) VALUES ($1,$2,$3,$4,$5,1) ON "
    "CONFLICT "
    "(realm_id, account_id, period) DO UPDATE SET came = ledger_month.came + excluded.came, went = ledger_month.went + "
    "excluded.went, entries = ledger_month.entries + 1"};

inline constexpr Sql kTransfer{"transfer",
                               "SELECT " TONGXIN_TRANSFER_COLUMNS " FROM ledger_transfer WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kUndone{"undone",
                             "SELECT id FROM ledger_transfer WHERE realm_id=$1 AND undoes=$2 AND undoes <> 0"};
inline constexpr Sql kTransfersOfRecord{
    "transfers_of_record", "SELECT " TONGXIN_TRANSFER_COLUMNS
                           " FROM ledger_transfer WHERE realm_id=$1 AND id IN (SELECT id FROM "
                           "ledger_transfer WHERE realm_id=$1 AND record_id=$2 AND record_id <> 0) ORDER BY id "
                           "LIMIT 1000"};
inline constexpr Sql kActionOfEvent{"action_of_event",
                                    "SELECT action FROM event WHERE realm_id=$1 AND record_id=$2 AND seq=$3"};
inline constexpr Sql kStatement{
    "statement",
    "SELECT e.day, e.seq, e.transfer_id, e.amount, e.balance, CASE WHEN t.from_account = e.account_id THEN "
    "t.to_account "
    "ELSE t.from_account END, t.record_id, t.actor, t.at, t.memo_zh, t.memo_en, t.reason, t.undoes "
    "FROM ledger_entry e JOIN ledger_transfer t ON t.realm_id = e.realm_id AND t.id = e.transfer_id "
    "WHERE e.realm_id=$1 AND e.account_id=$2 AND e.day >= $3 AND (e.day, e.seq) < ($4, $5) "
    "ORDER BY e.day DESC, e.seq DESC LIMIT $6"};
inline constexpr Sql kMonths{"months",
                             "SELECT period, came, went, entries FROM ledger_month WHERE realm_id=$1 AND account_id=$2 "
                             "AND period <= $3 ORDER BY period"};

inline constexpr Sql kHold{
    "hold",
    "SELECT record_id, name, from_account, to_account, amount, remaining, at, ended_at FROM ledger_hold WHERE "
    "realm_id=$1 AND record_id=$2 AND name=$3"};
inline constexpr Sql kAddHold{
    "add_hold",
    "INSERT INTO ledger_hold (realm_id, record_id, name, from_account, to_account, amount, remaining, at) VALUES "
    "($1,$2,$3,$4,$5,$6,$6,$7) ON CONFLICT DO NOTHING"};
inline constexpr Sql kDrawHold{
    "draw_hold",
    "UPDATE ledger_hold SET remaining = remaining - $4, ended_at = CASE WHEN remaining = $4 THEN $5 ELSE ended_at END "
    "WHERE realm_id=$1 AND record_id=$2 AND name=$3 AND remaining >= $4"};

inline constexpr Sql kClosed{"closed",
                             "SELECT 1 FROM ledger_closing WHERE realm_id=$1 AND ledger=$2 AND period=$3 AND owner IN "
                             "(0, $4, $5) LIMIT 1"};
inline constexpr Sql kClose{"close",
                            "INSERT INTO ledger_closing (realm_id, ledger, owner, period, at, actor) VALUES "
                            "($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING"};

inline constexpr Sql kVoucher{"voucher",
                              "SELECT transfer_id FROM ledger_voucher WHERE realm_id=$1 AND ledger=$2 AND number=$3"};
inline constexpr Sql kKeepVoucher{
    "keep_voucher", "INSERT INTO ledger_voucher (realm_id, ledger, number, transfer_id) VALUES ($1,$2,$3,$4)"};
inline constexpr Sql kVoucherOf{
    "voucher_of", "SELECT number FROM ledger_voucher WHERE realm_id=$1 AND transfer_id=$2 ORDER BY number LIMIT 1"};
inline constexpr Sql kForgetVoucher{"forget_voucher",
                                    "DELETE FROM ledger_voucher WHERE realm_id=$1 AND transfer_id=$2"};

// ── verify ──
inline constexpr Sql kPageOfBooks{"page_of_books",
                                  "SELECT " TONGXIN_BOOK_COLUMNS
                                  " FROM ledger_account WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT 200"};
inline constexpr Sql kSumOfBook{
    "sum_of_book",
    "SELECT CAST(coalesce(sum(amount), 0) AS BIGINT), count(*), coalesce(min(seq), 1), coalesce(max(seq), 0) FROM "
    "ledger_entry WHERE realm_id=$1 AND account_id=$2"};
inline constexpr Sql kEntriesInOrder{
    "entries_in_order",
    "SELECT seq, amount, balance FROM ledger_entry WHERE realm_id=$1 AND account_id=$2 ORDER BY seq"};
inline constexpr Sql kMonthsOfEntries{
    "months_of_entries",
    "SELECT day / 100, CAST(sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT), CAST(sum(CASE WHEN amount < 0 "
    "THEN 0 - amount ELSE 0 END) AS BIGINT), count(*) FROM ledger_entry WHERE realm_id=$1 AND account_id=$2 GROUP BY "
    "day "
    "/ 100 ORDER BY day / 100"};
inline constexpr Sql kHeldOfBook{
    "held_of_book",
    "SELECT CAST(coalesce(sum(remaining), 0) AS BIGINT) FROM ledger_hold WHERE realm_id=$1 AND from_account=$2 AND "
    "remaining > 0"};
inline constexpr Sql kPageOfTransfers{"page_of_transfers",
                                      "SELECT " TONGXIN_TRANSFER_COLUMNS
                                      " FROM ledger_transfer WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT 1000"};
inline constexpr Sql kSidesOfTransfers{
    "sides_of_transfers",
    "SELECT count(*), CAST(coalesce(sum(e.amount), 0) AS BIGINT) FROM ledger_entry e WHERE e.realm_id=$1 AND "
    "e.account_id IN ($2, $3) AND e.day=$4 AND e.transfer_id=$5"};
inline constexpr Sql kSumsOfLedgers{"sums_of_ledgers",
                                    "SELECT ledger, CAST(sum(balance) AS BIGINT) FROM ledger_account WHERE realm_id=$1 "
                                    "GROUP BY ledger"};
inline constexpr Sql kEventBody{"event_body",
                                "SELECT body, redacted FROM event WHERE realm_id=$1 AND record_id=$2 AND seq=$3"};

}  // namespace tongxin::ledger::sql
