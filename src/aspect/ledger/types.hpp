// Books of double entry: what they are made of.
//
// A ledger has one unit of account (fen, points, hours, meals, pieces) and whole numbers of it. An account of a ledger belongs
// to a person, an organisation, a record, a place or the realm itself. A transfer moves an amount from one account to another:
// two entries, one minus, one plus, so every ledger adds up to nothing. Nothing is ever edited; what was wrong is undone by a
// transfer the other way that says which one it undoes.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "base/fault.hpp"
#include "base/id.hpp"
#include "pack/model.hpp"

namespace tongxin::ledger {

using BookId = Id<struct LedgerAccountTag>;  // an account (AccountId is somebody's sign-in)
using TransferId = Id<struct LedgerTransferTag>;

enum class Owner { realm, person, org, record, area };
BOOST_DESCRIBE_ENUM(Owner, realm, person, org, record, area)
const char* name_of(Owner owner);

// ── what packs declare ───────────────────────────────────────────────────────────────────────────────────────────────
struct AccountType {
  std::string name;
  Words label;
  Owner of{};
  std::string level;    // of an area: the ancestor of the record's place at this level; empty: the place itself
  bool source = false;  // where amounts come from or what is owed: its balance is shown with the sign turned round
  std::optional<std::int64_t> least, most;  // the balance (less what is held) never goes below, never above; as shown
  std::vector<std::string> seen_by;  // roles that may look, where their area covers the owner; the owner always may
  bool open = false;                 // `public: true`: anybody may see the balance (never of a person)
};
struct Ledger {
  std::string name, pack;
  Words label, unit;
  std::string one;        // of one in English: point; empty: as of many
  std::string unit_code;  // fen, points, hours, meals, pieces, or a word of the pack
  bool points = false;    // G5 holds: nothing but goods and thanks may depend on it
  std::vector<AccountType> accounts;
  std::vector<std::string> keepers;  // roles that may post by name, with a reason, and close months
  const AccountType* account(std::string_view name) const;
};
struct Ledgers {
  std::map<std::string, Ledger, std::less<>> all;
  const Ledger* find(std::string_view name) const;
};
// What the packs of a library declare; empty when no pack has a ledger.
const Ledgers& ledgers_of(const pack::Library& library);
const Ledger& ledger_of(const pack::Library& library, std::string_view name);  // throws Fault(not_found)

// ── what the tables hold ─────────────────────────────────────────────────────────────────────────────────────────────
struct Book {
  BookId id;
  std::string ledger, name;
  std::int64_t owner = 0;  // PersonId, OrgId, RecordId or AreaId by the account's type; 0: the realm
  std::int64_t balance = 0, held = 0;
  std::int64_t entries = 0;
  std::optional<std::int64_t> least, most;
  Time opened_at{};
};
BOOST_DESCRIBE_STRUCT(Book, (), (id, ledger, name, owner, balance, held, entries, least, most, opened_at))

struct Transfer {
  TransferId id;
  std::string ledger;
  Day day = 0;
  Time at{};
  BookId from, to;
  std::int64_t amount = 0;  // > 0
  RecordId record;          // none: posted by name
  int seq = 0;              // the event of the record that posted it
  PersonId actor;
  std::string memo_zh, memo_en, reason;
  TransferId undoes;
};
BOOST_DESCRIBE_STRUCT(Transfer, (),
                      (id, ledger, day, at, from, to, amount, record, seq, actor, memo_zh, memo_en, reason, undoes))

// One line of a statement, newest first. `balance` is the account's after it.
struct Entry {
  Day day = 0;
  std::int64_t seq = 0;
  TransferId transfer;
  std::int64_t amount = 0, balance = 0;  // amount: plus or minus
  BookId other;
  RecordId record;
  PersonId actor;
  Time at{};
  std::string memo_zh, memo_en, reason;
  TransferId undoes;
};
BOOST_DESCRIBE_STRUCT(Entry, (),
                      (day, seq, transfer, amount, balance, other, record, actor, at, memo_zh, memo_en, reason, undoes))

struct Month {
  std::int32_t period = 0;  // yyyymm
  std::int64_t came = 0, went = 0, entries = 0;
};
BOOST_DESCRIBE_STRUCT(Month, (), (period, came, went, entries))

struct Hold {
  RecordId record;
  std::string name;
  BookId from, to;
  std::int64_t amount = 0, left = 0;
  Time at{};
  std::optional<Time> ended_at;
};
BOOST_DESCRIBE_STRUCT(Hold, (), (record, name, from, to, amount, left, at, ended_at))

}  // namespace tongxin::ledger
