// The tables of people, numbers 200 to 299, in the common words of both engines (design/SQL.md).
//
// Days are yyyymmdd, until exclusive, 0 open; times are milliseconds UTC; an id of 0 is "none". Nothing
// private stands in clear: see person_private. audit_log and access_log are only ever added to.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::people {

inline constexpr std::array kMigrations = {
    // `directory` is new with every change of orgs, posts and responsibilities, `links` rises with every
    // link: what caches
    // compare, and the row whose lock orders such changes within a realm.
    store::Migration{200, "people_revisions", R"(
-- realm table
CREATE TABLE people_revisions (
  realm_id BIGINT NOT NULL, directory BIGINT NOT NULL DEFAULT 0, links BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (realm_id)
);)"},
    store::Migration{201, "orgs", R"(
-- realm table
CREATE TABLE orgs (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, parent BIGINT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
  name TEXT NOT NULL, area BIGINT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL,
  path TEXT NOT NULL, depth INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id),
  UNIQUE (realm_id, code)
);
CREATE INDEX orgs_path ON orgs (realm_id, path);)"},
    // What an org was called, where it stood and belonged, span by span; the last span is the present.
    store::Migration{202, "org_versions", R"(
-- realm table
CREATE TABLE org_versions (
  realm_id BIGINT NOT NULL, org BIGINT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL,
  parent BIGINT NOT NULL, name TEXT NOT NULL, area BIGINT NOT NULL, actor BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, org, from_day)
);)"},
    store::Migration{203, "persons", R"(
-- realm table
CREATE TABLE persons (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, sort_key TEXT NOT NULL,
  purpose TEXT NOT NULL, delete_after INTEGER NOT NULL, erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
  PRIMARY KEY (realm_id, id)
);
CREATE UNIQUE INDEX persons_code ON persons (realm_id, code) WHERE code <> '';
CREATE INDEX persons_due ON persons (realm_id, delete_after) WHERE delete_after > 0;)"},
    store::Migration{204, "person_private", R"(
-- realm table
CREATE TABLE person_private (
  realm_id BIGINT NOT NULL, person BIGINT NOT NULL, field TEXT NOT NULL, sealed BYTES NOT NULL,
  PRIMARY KEY (realm_id, person, field)
);)"},
    store::Migration{205, "person_index", R"(
-- realm table
CREATE TABLE person_index (
  realm_id BIGINT NOT NULL, field TEXT NOT NULL, hash BYTES NOT NULL, person BIGINT NOT NULL,
  PRIMARY KEY (realm_id, field, hash, person)
);
CREATE INDEX person_index_person ON person_index (realm_id, person);)"},
    store::Migration{206, "posts", R"(
-- realm table
CREATE TABLE posts (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, role TEXT NOT NULL, org BIGINT NOT NULL,
  area BIGINT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, how TEXT NOT NULL,
  work_phone TEXT NOT NULL,
  PRIMARY KEY (realm_id, id),
  FOREIGN KEY (realm_id, person) REFERENCES persons (realm_id, id),
  FOREIGN KEY (realm_id, org) REFERENCES orgs (realm_id, id)
);
CREATE INDEX posts_person ON posts (realm_id, person);
CREATE INDEX posts_org ON posts (realm_id, org);)"},
    store::Migration{207, "responsibilities", R"(
-- realm table
CREATE TABLE responsibilities (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, func TEXT NOT NULL, area BIGINT NOT NULL, stage TEXT NOT NULL,
  org BIGINT NOT NULL, role TEXT NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id),
  FOREIGN KEY (realm_id, org) REFERENCES orgs (realm_id, id)
);
CREATE UNIQUE INDEX responsibilities_start ON responsibilities (realm_id, area, func, stage, from_day);)"},
    store::Migration{208, "households", R"(
-- realm table
CREATE TABLE households (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, area BIGINT NOT NULL, unit TEXT NOT NULL, wish INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id),
  UNIQUE (realm_id, area, unit)
);)"},
    store::Migration{209, "links", R"(
-- realm table
CREATE TABLE links (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL, from_person BIGINT NOT NULL,
  from_org BIGINT NOT NULL, to_person BIGINT NOT NULL, to_household BIGINT NOT NULL, to_area BIGINT NOT NULL,
  from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, state INTEGER NOT NULL,
  PRIMARY KEY (realm_id, id)
);
CREATE INDEX links_from_person ON links (realm_id, from_person, kind) WHERE from_person > 0;
CREATE INDEX links_from_org ON links (realm_id, from_org, kind) WHERE from_org > 0;
CREATE INDEX links_to_person ON links (realm_id, to_person, kind) WHERE to_person > 0;
CREATE INDEX links_to_household ON links (realm_id, to_household, kind) WHERE to_household > 0;
CREATE INDEX links_to_area ON links (realm_id, to_area, kind) WHERE to_area > 0;)"},
    store::Migration{210, "audit_log", R"(
-- realm table
CREATE TABLE audit_log (
  realm_id BIGINT NOT NULL, day INTEGER NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, actor BIGINT NOT NULL,
  what TEXT NOT NULL, subject BIGINT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (realm_id, day, id)
);
CREATE INDEX audit_log_subject ON audit_log (realm_id, subject, id);)"},
    store::Migration{211, "access_log", R"(
-- realm table
CREATE TABLE access_log (
  realm_id BIGINT NOT NULL, day INTEGER NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, at BIGINT NOT NULL,
  actor BIGINT NOT NULL, record BIGINT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (realm_id, day, id)
);
CREATE INDEX access_log_person ON access_log (realm_id, person, id);)"},
    // All columns: else SQLite prefers the key, of which it knows the realm alone, and reads everybody's.
    store::Migration{212, "person_index_by_person", R"(
DROP INDEX person_index_person;
CREATE INDEX person_index_by_person ON person_index (realm_id, person, field, hash);)"},
    // Who has looked at a matter, for whoever follows it by its code: they have no page of their own to find it on.
    store::Migration{213, "access_log_by_record", R"(
CREATE INDEX access_log_record ON access_log (realm_id, record, id) WHERE record <> 0;)"},

    // Signing in. Secrets are kept as digests (sessions, tokens, codes), as an Argon2id string (passwords) or
    // sealed (TOTP).
    store::Migration{220, "accounts", R"(
-- realm table
CREATE TABLE accounts (
  realm_id BIGINT NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, login TEXT NOT NULL,
  password_hash TEXT NOT NULL, totp_secret BYTES NOT NULL, totp_enabled INTEGER NOT NULL CHECK (totp_enabled IN (0, 1)),
  totp_step BIGINT NOT NULL, disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  PRIMARY KEY (realm_id, id),
  UNIQUE (realm_id, login),
  FOREIGN KEY (realm_id, person) REFERENCES persons (realm_id, id)
);
CREATE INDEX accounts_person ON accounts (realm_id, person);)"},
    store::Migration{221, "sessions", R"(
-- realm table
CREATE TABLE sessions (
  realm_id BIGINT NOT NULL, hash BYTES NOT NULL, id BIGINT NOT NULL, account BIGINT NOT NULL, person BIGINT NOT NULL,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, idle_until BIGINT NOT NULL, until_at BIGINT NOT NULL,
  device TEXT NOT NULL,
  PRIMARY KEY (realm_id, hash)
);
CREATE INDEX sessions_person ON sessions (realm_id, person);
CREATE INDEX sessions_until ON sessions (realm_id, until_at);)"},
    store::Migration{222, "recovery_codes", R"(
-- realm table
CREATE TABLE recovery_codes (
  realm_id BIGINT NOT NULL, account BIGINT NOT NULL, hash BYTES NOT NULL,
  PRIMARY KEY (realm_id, account, hash)
);)"},
    store::Migration{223, "api_tokens", R"(
-- realm table
CREATE TABLE api_tokens (
  realm_id BIGINT NOT NULL, hash BYTES NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, name TEXT NOT NULL,
  scopes TEXT NOT NULL, until_at BIGINT NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, hash)
);
CREATE INDEX api_tokens_person ON api_tokens (realm_id, person);)"},
    store::Migration{224, "phone_codes", R"(
-- realm table
CREATE TABLE phone_codes (
  realm_id BIGINT NOT NULL, phone BYTES NOT NULL, requester TEXT NOT NULL, hash BYTES NOT NULL, sent_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL, tries INTEGER NOT NULL,
  PRIMARY KEY (realm_id, phone, requester)
);
CREATE INDEX phone_codes_until ON phone_codes (realm_id, until_at);)"},
    store::Migration{225, "throttle", R"(
-- realm table
CREATE TABLE throttle (
  realm_id BIGINT NOT NULL, subject BYTES NOT NULL, failures INTEGER NOT NULL, last_at BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL,
  PRIMARY KEY (realm_id, subject)
);
CREATE INDEX throttle_last ON throttle (realm_id, last_at);)"},
    // What a person looks for again and again; query is the part of the page's address behind the "?".
    store::Migration{630, "saved_filters", R"(
-- realm table
CREATE TABLE saved_filters (
  realm_id BIGINT NOT NULL, person BIGINT NOT NULL, name TEXT NOT NULL, query TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, person, name)
);)"},
    // The end (until_day) of which holder and organisers were told; 0: nobody was told.
    store::Migration{631, "told of the end of a term",
                     "ALTER TABLE posts ADD COLUMN told_until INTEGER NOT NULL DEFAULT 0;"},
};

}  // namespace tongxin::people
