// What nodes that share a database must know of each other: who has a record open, and messages in the order of their making.
#pragma once
#include "store/store.hpp"

namespace tongxin::record {

inline constexpr store::Migration kNodeMigrations[] = {
    {640, "presence", R"(
-- realm table: who has a record open, for half a minute at a time; a hint between colleagues
CREATE TABLE presence (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, person_id BIGINT NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL,
  acting INTEGER NOT NULL CHECK (acting IN (0, 1)),
  PRIMARY KEY (realm_id, record_id, person_id)
) WITHOUT ROWID;
)"},
    {641, "messages_in_order", R"(
CREATE INDEX message_made ON message (realm_id, id);
)"},
};

}  // namespace tongxin::record
