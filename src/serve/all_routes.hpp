// Every route of the server in one call: what the program serves, and what tests of all routes look at.
#pragma once
#include "serve/app.hpp"
#include "serve/outgoing.hpp"
#include "serve/outside_sign_in.hpp"

namespace tongxin::serve {

// `outside`: null when nobody signs in from outside. The document of the API is made here, so nothing is added afterwards.
void add_all_routes(App& app, OutgoingMessages& outgoing, OutsideSignIn* outside, Router& router);

}  // namespace tongxin::serve
