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
};

}  // namespace tongxin::record
