// The tables of what is exchanged with programs of others. Numbers 590–619.
#pragma once
#include "store/store.hpp"

namespace tongxin::record {

inline constexpr store::Migration kOutsideMigrations[] = {
    {590, "open311_tokens", R"(
-- realm table: what was answered instead of a number, until somebody has taken the matter on (Open311, services of type batch)
CREATE TABLE open311_token (
  realm_id BIGINT NOT NULL, token TEXT NOT NULL, record_id BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, token)
) WITHOUT ROWID;
CREATE INDEX open311_token_record ON open311_token (realm_id, record_id);
)"},
    {591, "open311_updates", R"(
-- realm table: updates that others sent, by who sent which to what (a digest), and the event that came of each
CREATE TABLE open311_update (
  realm_id BIGINT NOT NULL, key TEXT NOT NULL, event_id BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, key)
) WITHOUT ROWID;
)"},
    {592, "hotline_exchanges", R"(
-- realm table: platforms that tickets are exchanged with (12345), their settings as JSON, and how far was pulled
CREATE TABLE hotline_exchange (
  realm_id BIGINT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL, secret BYTES, pull_cursor TEXT NOT NULL,
  pull_at BIGINT NOT NULL, pulled_at BIGINT NOT NULL, failures INTEGER NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (realm_id, name)
) WITHOUT ROWID;
)"},
    {593, "hotline_tickets", R"(
-- realm table: tickets that came, the record of each (0: refused, and why), and the last event that was told
CREATE TABLE hotline_ticket (
  realm_id BIGINT NOT NULL, exchange TEXT NOT NULL, ticket TEXT NOT NULL, record_id BIGINT NOT NULL,
  told_seq INTEGER NOT NULL, open INTEGER NOT NULL, at BIGINT NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (realm_id, exchange, ticket)
) WITHOUT ROWID;
CREATE INDEX hotline_ticket_open ON hotline_ticket (realm_id, exchange, ticket) WHERE open = 1;
CREATE INDEX hotline_ticket_refused ON hotline_ticket (realm_id, exchange) WHERE record_id = 0;
)"},
};

}  // namespace tongxin::record
