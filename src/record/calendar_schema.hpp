// The days that a realm's administrators entered on top of the working calendars of its packs, numbers 650 to 659.
#pragma once
#include "store/store.hpp"

namespace tongxin::record {

inline constexpr store::Migration kCalendarMigrations[] = {
    {650, "calendar_days", R"(
-- realm table: holidays and make-up days (periods: "09:00–12:00,13:30–18:00", empty as on a usual day)
CREATE TABLE calendar_day (
  realm_id BIGINT NOT NULL, calendar TEXT NOT NULL, day INTEGER NOT NULL, works INTEGER NOT NULL CHECK (works IN (0, 1)),
  periods TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, actor BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (realm_id, calendar, day)
) WITHOUT ROWID;
-- realm table: how often they were changed; every node asks it with every request
CREATE TABLE calendar_revision (
  realm_id BIGINT NOT NULL, revision BIGINT NOT NULL,
  PRIMARY KEY (realm_id)
);
)"},
};

}  // namespace tongxin::record
