// The tables of ledgers. Numbers 400–449. Words as in store/store.hpp and design/SQL.md.
#pragma once
#include "store/store.hpp"

namespace tongxin::ledger {

inline constexpr store::Migration kMigrations[] = {
    {400, "ledger_accounts", R"(
-- realm table: an account of a ledger. balance is the sum of its entries, held what is promised of it, entries how many
CREATE TABLE ledger_account (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, ledger TEXT NOT NULL, name TEXT NOT NULL, owner BIGINT NOT NULL,
  balance BIGINT NOT NULL, held BIGINT NOT NULL, entries BIGINT NOT NULL, lowest BIGINT, highest BIGINT, opened_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_account_key ON ledger_account (realm_id, ledger, name, owner);
CREATE INDEX ledger_account_owner ON ledger_account (realm_id, owner);
)"},
    {401, "ledger_transfers", R"(
-- realm table: an amount that went from one account to another; append-only. undoes: the transfer that this one takes back
CREATE TABLE ledger_transfer (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, ledger TEXT NOT NULL, day INTEGER NOT NULL, at BIGINT NOT NULL,
  from_account BIGINT NOT NULL, to_account BIGINT NOT NULL, amount BIGINT NOT NULL, record_id BIGINT NOT NULL, seq INTEGER NOT NULL,
  actor BIGINT NOT NULL, memo_zh TEXT NOT NULL, memo_en TEXT NOT NULL, reason TEXT NOT NULL, undoes BIGINT NOT NULL,
  PRIMARY KEY (realm_id, id)
) WITHOUT ROWID;
CREATE INDEX ledger_transfer_record ON ledger_transfer (realm_id, record_id, id) WHERE record_id <> 0;
CREATE UNIQUE INDEX ledger_transfer_undoes ON ledger_transfer (realm_id, undoes) WHERE undoes <> 0;
)"},
    {402, "ledger_entries", R"(
-- realm table: one side of a transfer, as the statement of its account shows it; append-only
CREATE TABLE ledger_entry (
  realm_id BIGINT NOT NULL, account_id BIGINT NOT NULL, day INTEGER NOT NULL, seq BIGINT NOT NULL,
  transfer_id BIGINT NOT NULL, amount BIGINT NOT NULL, balance BIGINT NOT NULL,
  PRIMARY KEY (realm_id, account_id, day, seq)
) WITHOUT ROWID;
)"},
    {403, "ledger_months", R"(
-- realm table: what came and went in a month, so that the balance at any month's end costs one look per month
CREATE TABLE ledger_month (
  realm_id BIGINT NOT NULL, account_id BIGINT NOT NULL, period INTEGER NOT NULL,
  came BIGINT NOT NULL, went BIGINT NOT NULL, entries BIGINT NOT NULL,
  PRIMARY KEY (realm_id, account_id, period)
) WITHOUT ROWID;
)"},
    {404, "ledger_holds", R"(
-- realm table: an amount that a record has reserved, and how much of it is not yet captured or released
CREATE TABLE ledger_hold (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, name TEXT NOT NULL, from_account BIGINT NOT NULL, to_account BIGINT NOT NULL,
  amount BIGINT NOT NULL, remaining BIGINT NOT NULL, at BIGINT NOT NULL, ended_at BIGINT,
  PRIMARY KEY (realm_id, record_id, name)
) WITHOUT ROWID;
CREATE INDEX ledger_hold_from ON ledger_hold (realm_id, from_account) WHERE remaining > 0;
)"},
    {405, "ledger_closings", R"(
-- realm table: a month that takes no more postings, of one owner's accounts or (owner 0) of the whole ledger
CREATE TABLE ledger_closing (
  realm_id BIGINT NOT NULL, ledger TEXT NOT NULL, owner BIGINT NOT NULL, period INTEGER NOT NULL, at BIGINT NOT NULL, actor BIGINT NOT NULL,
  PRIMARY KEY (realm_id, ledger, owner, period)
) WITHOUT ROWID;
)"},
    {406, "ledger_vouchers", R"(
-- realm table: which transfer was brought in under which number, so that a file read twice posts once
CREATE TABLE ledger_voucher (
  realm_id BIGINT NOT NULL, ledger TEXT NOT NULL, number TEXT NOT NULL, transfer_id BIGINT NOT NULL,
  PRIMARY KEY (realm_id, ledger, number)
) WITHOUT ROWID;
CREATE INDEX ledger_voucher_transfer ON ledger_voucher (realm_id, transfer_id);
)"},
    {407, "ledger_gates", R"(
-- realm table: the row that whoever posts into a month that is over, and whoever closes it, changes first: one after the other
CREATE TABLE ledger_gate (
  realm_id BIGINT NOT NULL, ledger TEXT NOT NULL, period INTEGER NOT NULL, passed BIGINT NOT NULL,
  PRIMARY KEY (realm_id, ledger, period)
) WITHOUT ROWID;
)"},
    // All that a question names and is sorted by: else SQLite prefers the key, of which it knows the realm alone.
    {408, "ledger_indexes", R"(
DROP INDEX ledger_hold_from;
CREATE INDEX ledger_hold_from ON ledger_hold (realm_id, from_account, remaining) WHERE remaining > 0;
DROP INDEX ledger_account_owner;
CREATE INDEX ledger_account_owner ON ledger_account (realm_id, owner, id);
)"},
};

}  // namespace tongxin::ledger
