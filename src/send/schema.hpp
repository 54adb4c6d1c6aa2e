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
    store::Migration{502, "channel_setting", R"(
-- realm table: the SMS gateway, the mail server; sealed as a whole
CREATE TABLE channel_setting (
  realm_id BIGINT NOT NULL, name TEXT NOT NULL, sealed BYTES NOT NULL, changed_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, name)
);)"},
    // What somebody wants to hear of: kinds and actions are JSON lists of names (empty: all), path that of the area.
    store::Migration{503, "subscription", R"(
-- realm table: webhooks and robots of group chats
CREATE TABLE subscription (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, owner BIGINT NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL,
  sealed BYTES NOT NULL, host TEXT NOT NULL, former_until BIGINT NOT NULL, kinds TEXT NOT NULL, actions TEXT NOT NULL,
  area BIGINT NOT NULL, active INTEGER NOT NULL CHECK (active IN (0, 1)), made_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX subscription_owner ON subscription (realm_id, owner, id);)"},
    store::Migration{504, "subscription_kind", R"(
-- realm table: the active subscriptions of a kind; kind '' is every kind
CREATE TABLE subscription_kind (
  realm_id BIGINT NOT NULL, kind TEXT NOT NULL, subscription_id BIGINT NOT NULL,
  PRIMARY KEY (realm_id, kind, subscription_id)
) WITHOUT ROWID;)"},
    // Minutes of the day in the realm's zone; equal: no quiet hours. channel '': in the app only.
    store::Migration{505, "message_choice", R"(
-- realm table: how a person wants to be told
CREATE TABLE message_choice (
  realm_id BIGINT NOT NULL, person BIGINT NOT NULL, channel TEXT NOT NULL, quiet_from INTEGER NOT NULL,
  quiet_until INTEGER NOT NULL, digest_minutes INTEGER NOT NULL, mail BYTES NOT NULL,
  unproven BYTES NOT NULL, proof BYTES NOT NULL, proof_until BIGINT NOT NULL, proof_tries INTEGER NOT NULL,
  PRIMARY KEY (realm_id, person)
);)"},
    store::Migration{506, "message_language",
                     "ALTER TABLE message_choice ADD COLUMN language TEXT NOT NULL DEFAULT 'zh';"},
    // Letters in any state: those of a target that is taken away are found without looking at all others.
    store::Migration{507, "outbox_of_target", R"(
DROP INDEX outbox_waiting;
CREATE INDEX outbox_of_target ON outbox (realm_id, channel, target, state, id);)"},
    // What is redacted in a record goes out of the letters about it.
    store::Migration{508, "outbox_about",
                     "CREATE INDEX outbox_about ON outbox (realm_id, record_id, id) WHERE record_id <> 0;"},
};

}  // namespace tongxin::send
