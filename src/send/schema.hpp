// The tables of messages out, numbers 500 to 529, in the common words of both engines (design/SQL.md).
//
// A letter is one message to one target. It is put in the transaction that gave rise to it (state 0, fresh), sorted into
// the lane of its target by a worker (1, waiting), and leaves the table when it was delivered. What could not be delivered
// stays (2, dead) until a person sends it again or throws it away. Bodies are sealed. Only workers touch lanes, so that
// changes of records that tell the same target never wait for each other.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::send {

inline constexpr std::array kMigrations = {
    store::Migration{500, "outbox", R"(
-- realm table: letters that wait, and letters that could not be delivered
CREATE TABLE outbox (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, channel TEXT NOT NULL, target TEXT NOT NULL, state INTEGER NOT NULL,
  record_id BIGINT NOT NULL, about TEXT NOT NULL, discreet INTEGER NOT NULL CHECK (discreet IN (0, 1)),
  body BYTES NOT NULL, made_at BIGINT NOT NULL, until_at BIGINT NOT NULL, tries INTEGER NOT NULL,
  failed_at BIGINT NOT NULL, why_zh TEXT NOT NULL, why_en TEXT NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX outbox_fresh ON outbox (realm_id, id) WHERE state = 0;
CREATE INDEX outbox_waiting ON outbox (realm_id, channel, target, id) WHERE state = 1;
CREATE INDEX outbox_dead ON outbox (realm_id, id) WHERE state = 2;)"},
    store::Migration{501, "outbox_lane", R"(
-- realm table: one row per target; whoever holds its claim sends its letters, one after the other
CREATE TABLE outbox_lane (
  realm_id BIGINT NOT NULL, channel TEXT NOT NULL, target TEXT NOT NULL, wake_at BIGINT, claim BIGINT NOT NULL,
  taken_until BIGINT NOT NULL, failures INTEGER NOT NULL, sent BIGINT NOT NULL, sent_at BIGINT NOT NULL,
  failed_at BIGINT NOT NULL, why_zh TEXT NOT NULL, why_en TEXT NOT NULL,
  PRIMARY KEY (realm_id, channel, target)
) WITHOUT ROWID;
CREATE INDEX outbox_lane_wake ON outbox_lane (realm_id, channel, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX outbox_lane_trouble ON outbox_lane (realm_id, failed_at) WHERE failures > 0;)"},
};

}  // namespace tongxin::send
