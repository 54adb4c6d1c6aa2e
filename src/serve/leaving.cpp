#include "serve/leaving.hpp"

#include "aspect/leaving.hpp"
#include "people/outside.hpp"
#include "send/choices.hpp"

namespace tongxin::serve {
namespace {

constexpr store::Sql kForgetFeeds{"calendar_forget", "DELETE FROM calendar_feed WHERE realm_id=$1 AND person=$2"};
constexpr store::Sql kForgetMessages{"messages_forget", "DELETE FROM message WHERE realm_id=$1 AND person_id=$2"};

}  // namespace

void forget_person(App& app, store::Tx& tx, PersonId person) {
  aspect::forget_person({app.engine, tx, app.realm, person, app.clock.now()});
  tx.run(kForgetFeeds, app.realm, person);
  tx.run(kForgetMessages, app.realm, person);
  send::forget_choice(tx, app.realm, person);
  people::forget_outside(tx, app.realm, person);
  send::forget_target(tx, app.realm, "person", to_text(person));
}

}  // namespace tongxin::serve
