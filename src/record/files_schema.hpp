// Bytes whose row is gone. They are kept by their content, so others may name the same: kept_files.hpp.
#pragma once
#include "store/store.hpp"

namespace tongxin::record {

inline constexpr store::Migration kFileMigrations[] = {
    store::Migration{660, "file_gone", R"(
-- realm table
CREATE TABLE file_gone (
  realm_id BIGINT NOT NULL, at BIGINT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (realm_id, at, hash)
) WITHOUT ROWID;
CREATE INDEX attachment_hash ON attachment (realm_id, hash);
CREATE INDEX attachment_view ON attachment (realm_id, view_hash);
CREATE INDEX attachment_thumb ON attachment (realm_id, thumb_hash);)"},
};

}  // namespace tongxin::record
