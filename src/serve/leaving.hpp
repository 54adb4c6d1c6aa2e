// Somebody is erased: what every part of the house beside people:: forgets, in the same transaction.
#pragma once
#include "serve/app.hpp"

namespace tongxin::serve {

// Duties, calendars and messages (aspect/leaving.hpp), choices, other sign-ins. Figures stay. Call beside people::erase_person.
void forget_person(App& app, store::Tx& tx, PersonId person);

}  // namespace tongxin::serve
