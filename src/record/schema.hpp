// The tables of records, events, timers, counts. Numbers 300–399. Words as in store/store.hpp and design/SQL.md.
#pragma once
#include "store/store.hpp"

namespace tongxin::record {

inline constexpr store::Migration kMigrations[] = {
    {300, "records", R"(
-- realm table: one instance of a kind
CREATE TABLE record (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, version INTEGER NOT NULL,
  state TEXT NOT NULL, previous_state TEXT NOT NULL, open INTEGER NOT NULL, urgent INTEGER NOT NULL,
  title TEXT NOT NULL, category TEXT NOT NULL, function TEXT NOT NULL, source TEXT NOT NULL,
  area_id BIGINT NOT NULL, path TEXT NOT NULL, lon DOUBLE PRECISION, lat DOUBLE PRECISION, geo_cell BIGINT NOT NULL, address TEXT NOT NULL,
  holder_org BIGINT NOT NULL, holder_person BIGINT NOT NULL, holder_area BIGINT NOT NULL, holder_role TEXT NOT NULL,
  reporter BIGINT NOT NULL, parent_id BIGINT NOT NULL, merged_into BIGINT NOT NULL,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, closed_at BIGINT, due_at BIGINT,
  data TEXT NOT NULL, sealed BYTES, sealed_fields TEXT NOT NULL, answer TEXT NOT NULL, photo BIGINT NOT NULL,
  tally TEXT NOT NULL, last_hash BYTES NOT NULL, last_seq INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE UNIQUE INDEX record_number ON record (realm_id, number);
CREATE INDEX record_due ON record (realm_id, holder_org, due_at) WHERE open = 1 AND due_at IS NOT NULL;
CREATE INDEX record_near ON record (realm_id, kind, geo_cell, id) WHERE open = 1 AND geo_cell <> 0;
CREATE INDEX record_parent ON record (realm_id, parent_id, id) WHERE parent_id <> 0;
CREATE INDEX record_merged ON record (realm_id, merged_into, id) WHERE merged_into <> 0;
)"},
    {301, "lists", R"(
-- realm table: in whose lists a record stands, newest first. scope is an area, an organisation or a person; list is the
-- kind, or public/<kind>. One range scan answers a page, however many records there are.
CREATE TABLE record_scope (
  realm_id BIGINT NOT NULL, scope BIGINT NOT NULL, list TEXT NOT NULL, open INTEGER NOT NULL, record_id BIGINT NOT NULL,
  PRIMARY KEY (realm_id, scope, list, open, record_id)
) WITHOUT ROWID;
)"},
    {302, "events", R"(
-- realm table: accepted actions, append-only, chained by hash within a record
CREATE TABLE event (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, seq INTEGER NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL,
  kind TEXT NOT NULL, action TEXT NOT NULL, actor BIGINT NOT NULL, actor_role TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL,
  body TEXT NOT NULL, salt BYTES, digest BYTES NOT NULL, hash BYTES NOT NULL, redacted INTEGER NOT NULL,
  PRIMARY KEY (realm_id, record_id, seq)
);
CREATE UNIQUE INDEX event_feed ON event (realm_id, id);
)"},
    {303, "participants", R"(
-- realm table: who else takes part: lead, helper, follower, reported_in …
CREATE TABLE participant (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, role TEXT NOT NULL, org_id BIGINT NOT NULL, person_id BIGINT NOT NULL, since BIGINT NOT NULL,
  PRIMARY KEY (realm_id, record_id, role, org_id, person_id)
) WITHOUT ROWID;
)"},
    {304, "timers", R"(
-- realm table: a running deadline of a record, and when the clock must look at it next
CREATE TABLE timer (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, deadline TEXT NOT NULL,
  started_at BIGINT NOT NULL, due_at BIGINT NOT NULL, warn_at BIGINT, limit_text TEXT NOT NULL, calendar TEXT NOT NULL,
  paused_at BIGINT, remaining_ms BIGINT NOT NULL, ended_at BIGINT, late INTEGER NOT NULL, phase INTEGER NOT NULL, wake_at BIGINT,
  PRIMARY KEY (realm_id, record_id, deadline)
) WITHOUT ROWID;
CREATE INDEX timer_wake ON timer (realm_id, wake_at) WHERE wake_at IS NOT NULL;
)"},
    {305, "numbers", R"(
-- realm table: the next human number of a series, TX-2026
CREATE TABLE number_series (
  realm_id BIGINT NOT NULL, series TEXT NOT NULL, last BIGINT NOT NULL,
  PRIMARY KEY (realm_id, series)
) WITHOUT ROWID;
)"},
    {320, "packs_in_use", R"(
-- realm table: the version of the packs that the realm's records live by
CREATE TABLE packs_in_use (
  realm_id BIGINT NOT NULL, checksum TEXT NOT NULL, since BIGINT NOT NULL,
  PRIMARY KEY (realm_id)
);
)"},
    {306, "keys", R"(
-- realm table: what must be unique among records: an outside number, a worker's day; and codes that let a reporter follow
CREATE TABLE record_key (
  realm_id BIGINT NOT NULL, key TEXT NOT NULL, record_id BIGINT NOT NULL,
  PRIMARY KEY (realm_id, key)
) WITHOUT ROWID;
)"},
    {307, "idempotency", R"(
-- realm table: answers to requests that carried an Idempotency-Key, kept a week
CREATE TABLE repeated_request (
  realm_id BIGINT NOT NULL, key BYTES NOT NULL, request BYTES NOT NULL, record_id BIGINT NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, extra TEXT NOT NULL,
  PRIMARY KEY (realm_id, key)
) WITHOUT ROWID;
CREATE INDEX repeated_request_age ON repeated_request (realm_id, at);
)"},
    {308, "counts", R"(
-- realm table: one row per counted event: the evidence behind every figure
CREATE TABLE count_entry (
  realm_id BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, period INTEGER NOT NULL, path TEXT NOT NULL, record_id BIGINT NOT NULL, seq INTEGER NOT NULL,
  org_id BIGINT NOT NULL, category TEXT NOT NULL, day INTEGER NOT NULL, add_value DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (realm_id, kind, name, period, path, record_id, seq)
) WITHOUT ROWID;
CREATE INDEX count_entry_org ON count_entry (realm_id, kind, name, org_id, period, record_id);
)"},
    {309, "cells", R"(
-- realm table: the figures, exact at every event. scope is an area (each desk level above the record) or an organisation.
CREATE TABLE count_cell (
  realm_id BIGINT NOT NULL, scope BIGINT NOT NULL, kind TEXT NOT NULL, period INTEGER NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL,
  n BIGINT NOT NULL, total DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (realm_id, scope, kind, period, name, category)
) WITHOUT ROWID;
)"},
    {310, "ratings", R"(
-- realm table: one judgement of a record
CREATE TABLE rating (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (realm_id, record_id, seq)
) WITHOUT ROWID;
)"},
    {311, "messages", R"(
-- realm table: what a person is told. Channels outside the program read the same rows.
CREATE TABLE message (
  realm_id BIGINT NOT NULL, person_id BIGINT NOT NULL, id BIGINT NOT NULL, record_id BIGINT NOT NULL, at BIGINT NOT NULL,
  text_zh TEXT NOT NULL, text_en TEXT NOT NULL, read_at BIGINT,
  PRIMARY KEY (realm_id, person_id, id)
) WITHOUT ROWID;
CREATE INDEX message_unread ON message (realm_id, person_id) WHERE read_at IS NULL;
)"},
    {312, "attachments", R"(
-- realm table: files that records show; the bytes are content-addressed elsewhere
CREATE TABLE attachment (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, record_id BIGINT NOT NULL, owner BIGINT NOT NULL, at BIGINT NOT NULL,
  name TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, width INTEGER, height INTEGER, hash TEXT NOT NULL, view_hash TEXT NOT NULL, thumb_hash TEXT NOT NULL, open INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX attachment_record ON attachment (realm_id, record_id, id);
)"},
    {313, "codes", R"(
-- realm table: printable codes on walls (scan-to-speak)
CREATE TABLE place_code (
  realm_id BIGINT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, area_id BIGINT NOT NULL, facility TEXT NOT NULL, made_at BIGINT NOT NULL, revoked_at BIGINT,
  PRIMARY KEY (realm_id, code)
) WITHOUT ROWID;
CREATE INDEX place_code_area ON place_code (realm_id, area_id);
)"},
    // The code too, by which they are sorted: else SQLite prefers the key and reads every code there is.
    {314, "codes_of_area", R"(
DROP INDEX place_code_area;
CREATE INDEX place_code_area ON place_code (realm_id, area_id, code);
)"},
    {480, "keys_of_record", R"(
CREATE INDEX record_key_record ON record_key (realm_id, record_id);
)"},
    {481, "timer_steps", R"(
-- realm table: what moved a deadline since it began (started_at), so that its due time can show how it came about
CREATE TABLE timer_step (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, deadline TEXT NOT NULL, started_at BIGINT NOT NULL, seq INTEGER NOT NULL,
  what TEXT NOT NULL, from_at BIGINT NOT NULL, at BIGINT NOT NULL, limit_text TEXT NOT NULL, left_ms BIGINT NOT NULL, due_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, record_id, deadline, started_at, seq, what, from_at)
) WITHOUT ROWID;
)"},
    // Which of the record's events sent it (0: none): what was lost of that event's messages is found (proof.hpp).
    {482, "message_of_event", "ALTER TABLE message ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;"},
    {390, "realms", R"(
-- realm table: the tenants of this store
CREATE TABLE realm (
  realm_id BIGINT NOT NULL, name TEXT NOT NULL, zone_minutes INTEGER NOT NULL, created_at BIGINT NOT NULL, demo INTEGER NOT NULL,
  PRIMARY KEY (realm_id)
) WITHOUT ROWID;
)"},
};

}  // namespace tongxin::record
