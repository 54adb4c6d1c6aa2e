// Somebody is erased (people::erase_person, in the same transaction): what aspects hold of a person must lead back to nobody, and
// no open record counts on the person any more. Figures stay as they are: rows that carry them get a stand-in for the person.
#pragma once
#include "aspect/occasion.hpp"
#include "record/engine.hpp"

namespace tongxin::aspect {

struct Leaving {
  record::Engine& engine;
  store::Tx& tx;
  RealmId realm;
  PersonId person;
  Time now;
};
// All that the aspects and the records hold, messages, addresses of calendars and files that no record took too.
void forget_person(const Leaving& leaving);

// Of occasions: nobody's duty any more, where it was this person's; and who kept one.
void forget_duties_of(store::Tx& tx, RealmId realm, PersonId person);
void forget_keeper(store::Tx& tx, RealmId realm, OccasionId occasion, PersonId person);

}  // namespace tongxin::aspect
