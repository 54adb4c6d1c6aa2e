// The tables of imports and of calendar feeds (exchange/), numbers 570 to 589. Here, because the list of all tables is made
// below exchange/.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::record {

inline constexpr std::array kExchangeMigrations = {
    // One file that somebody brought in. `file` and `failing` are hashes in the store of files; both are sealed, because
    // what people upload holds telephone numbers. `node` says whose work it is while it is being checked or stored.
    store::Migration{570, "exchange_import", R"(
-- realm table
CREATE TABLE exchange_import (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL, what TEXT NOT NULL,
  options TEXT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, size BIGINT NOT NULL, header TEXT NOT NULL,
  mapping TEXT NOT NULL, state TEXT NOT NULL, mode TEXT NOT NULL, node BIGINT NOT NULL, touched_at BIGINT NOT NULL,
  row_count BIGINT NOT NULL, added BIGINT NOT NULL, changed BIGINT NOT NULL, unchanged BIGINT NOT NULL,
  failed BIGINT NOT NULL, problems TEXT NOT NULL, failing TEXT NOT NULL, undone_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX exchange_import_of ON exchange_import (realm_id, person, id);)"},
    // What an import added, so that it can be taken back.
    store::Migration{571, "exchange_added", R"(
-- realm table
CREATE TABLE exchange_added (
  realm_id BIGINT NOT NULL, import_id BIGINT NOT NULL, seq INTEGER NOT NULL, sort TEXT NOT NULL, subject BIGINT NOT NULL,
  PRIMARY KEY (realm_id, import_id, seq)
) WITHOUT ROWID;)"},
    // Which title of a header stood for which column, the last time.
    store::Migration{572, "exchange_mapping", R"(
-- realm table
CREATE TABLE exchange_mapping (
  realm_id BIGINT NOT NULL, what TEXT NOT NULL, title TEXT NOT NULL, column_name TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, what, title)
) WITHOUT ROWID;)"},
    // The address of a feed holds a secret; here is only its digest. `org` 0: the person's own.
    store::Migration{573, "calendar_feed", R"(
-- realm table
CREATE TABLE calendar_feed (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, org BIGINT NOT NULL, secret BYTES NOT NULL,
  made_at BIGINT NOT NULL, used_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, id),
  UNIQUE (realm_id, secret)
);
CREATE INDEX calendar_feed_of ON calendar_feed (realm_id, person, id);)"},
};

}  // namespace tongxin::record
