// What goes back to the platform: acknowledgements and news, as letters of the outbox. Inside hotline/.
#pragma once
#include "serve/hotline/exchange.hpp"

namespace tongxin::serve {

void put_ack(App& app, store::Tx& tx, const Exchange& exchange, const api::HotlineAck& ack);

}  // namespace tongxin::serve
