#include "serve/leaving.hpp"

#include "aspect/leaving.hpp"
#include "people/outside.hpp"
#include "send/choices.hpp"

namespace tongxin::serve {

void forget_person(App& app, store::Tx& tx, PersonId person) {
  aspect::forget_person({app.engine, tx, app.realm, person, app.clock.now()});
  send::forget_choice(tx, app.realm, person);
  people::forget_outside(tx, app.realm, person);
  send::forget_target(tx, app.realm, "person", to_text(person));
}

}  // namespace tongxin::serve
