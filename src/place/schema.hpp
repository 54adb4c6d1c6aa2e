// The tables of place. Migrations 100–199.
//
// area holds the present state of each node; area_history what was true of it from a day to a day;
// area_boundary its boundaries likewise. until_day 0 is open. area_revision counts the edits of a realm: it
// orders them, and tells a node whether the atlas that it holds is the newest. area_change is a queue of what is to be looked at
// again.
#pragma once
#include <array>

#include "store/store.hpp"

namespace tongxin::place {

inline constexpr std::array<store::Migration, 5> kMigrations{{
    {100, "area",
     R"(-- realm table
CREATE TABLE area (
  realm_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  parent_id BIGINT,
  level TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  from_day INTEGER NOT NULL,
  until_day INTEGER NOT NULL DEFAULT 0,
  path TEXT NOT NULL,
  depth INTEGER NOT NULL,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  has_boundary INTEGER NOT NULL DEFAULT 0 CHECK (has_boundary IN (0, 1)),
  attributes TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (realm_id, id),
  UNIQUE (realm_id, code),
  FOREIGN KEY (realm_id, parent_id) REFERENCES area (realm_id, id)
);
CREATE INDEX area_by_path ON area (realm_id, path);
CREATE INDEX area_by_parent ON area (realm_id, parent_id);
)"},
    {101, "area_history",
     R"(-- realm table
CREATE TABLE area_history (
  realm_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  from_day INTEGER NOT NULL,
  until_day INTEGER NOT NULL DEFAULT 0,
  parent_id BIGINT,
  name TEXT NOT NULL,
  author_id BIGINT NOT NULL DEFAULT 0,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, area_id, from_day),
  FOREIGN KEY (realm_id, area_id) REFERENCES area (realm_id, id)
);
)"},
    {102, "area_boundary",
     R"(-- realm table
CREATE TABLE area_boundary (
  realm_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  from_day INTEGER NOT NULL,
  until_day INTEGER NOT NULL DEFAULT 0,
  geojson TEXT NOT NULL,
  min_lon DOUBLE PRECISION NOT NULL,
  min_lat DOUBLE PRECISION NOT NULL,
  max_lon DOUBLE PRECISION NOT NULL,
  max_lat DOUBLE PRECISION NOT NULL,
  author_id BIGINT NOT NULL DEFAULT 0,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, area_id, from_day),
  FOREIGN KEY (realm_id, area_id) REFERENCES area (realm_id, id)
);
)"},
    {103, "area_revision",
     R"(-- realm table
CREATE TABLE area_revision (
  realm_id BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (realm_id)
);
)"},
    {104, "area_change",
     R"(-- realm table: areas that got another parent or boundary, until what stands at them was looked at again (record/relocate.cpp).
-- look_at: in whose lists it stands. list, open, record_id: how far the looking has come; it begins again until nothing moves
CREATE TABLE area_change (
  realm_id BIGINT NOT NULL,
  area_id BIGINT NOT NULL,
  look_at BIGINT NOT NULL,
  since BIGINT NOT NULL,
  list TEXT NOT NULL DEFAULT '',
  open INTEGER NOT NULL DEFAULT 0,
  record_id BIGINT NOT NULL DEFAULT 0,
  passes INTEGER NOT NULL DEFAULT 0,
  looked BIGINT NOT NULL DEFAULT 0,
  moved BIGINT NOT NULL DEFAULT 0,
  moved_in_pass BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (realm_id, area_id, look_at)
);
)"},
}};

}  // namespace tongxin::place
