// An index for what one person did on one day (GET /v1/me/day): the timeline is kept by record, not by person.
#pragma once
#include "store/store.hpp"

namespace tongxin::record {

inline constexpr store::Migration kDayMigrations[] = {
    {620, "events_by_actor", R"(
CREATE INDEX event_actor ON event (realm_id, actor, at) WHERE actor > 0;
)"},
};

}  // namespace tongxin::record
