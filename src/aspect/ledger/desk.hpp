// What people do with books by hand, and who may: look, post by name with a reason, undo, close a month.
//
// Who may look at an account: the person it belongs to; who holds a live post in the organisation it belongs to; who holds
// one of the account type's `seen_by` or the ledger's `keepers` at its owner's place; anybody when it is `public`. Accounts of
// points of persons (G5): the person and `seen_by` only. Whoever may not look is told that there is no such account.
//
// Who may post, undo and close: keepers of the ledger whose area covers both owners' places (the realm has none: any keeper).
// Points of a person are never posted by name: they come from what was recorded and checked.
#pragma once
#include "aspect/ledger/operations.hpp"
#include "record/world.hpp"

namespace tongxin::ledger {

struct Named {
  std::string ledger;
  BookId from, to;
  std::int64_t amount = 0;
  std::string reason;
  Day day = 0;
};

// The place of whoever the account belongs to; empty for the realm and for persons.
std::string place_of(store::Tx& tx, const record::World& world, const AccountType& type, std::int64_t owner);
bool may_see(store::Tx& tx, const record::World& world, PersonId actor, const Ledger& ledger, const AccountType& type,
             std::int64_t owner, Day today);
bool may_keep(store::Tx& tx, const record::World& world, PersonId actor, const Ledger& ledger, const AccountType& type,
              std::int64_t owner, Day today);

// Faults besides those of operations.hpp: forbidden; invalid (no reason).
TransferId post_by_name(store::Tx& tx, const record::World& world, const Posting& posting, const Named& wanted);
TransferId undo_by_name(store::Tx& tx, const record::World& world, const Posting& posting, TransferId wrong);
void close_by_name(store::Tx& tx, const record::World& world, const Posting& posting, std::string_view ledger,
                   std::int64_t owner, std::int32_t period);

}  // namespace tongxin::ledger
