// One record and what stands beside it, as the tables hold them.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::record {

// In the order of kRecordColumns.
struct Record {
  RecordId id;
  std::string kind, number;
  int version = 0;
  std::string state, previous_state;
  bool open = true, urgent = false;
  std::string title, category, function, source;
  AreaId area;
  std::string path;                // of the area: "/<id>/<id>/"; empty when the record has no place
  std::optional<double> lon, lat;  // WGS84 degrees
  std::int64_t geo_cell = 0;       // see near.hpp; 0: no point
  std::string address;
  OrgId holder_org;
  PersonId holder_person;
  AreaId holder_area;  // the place whose responsibility led to the holder: its level is the record's level
  std::string holder_role;
  PersonId reporter;
  RecordId parent, merged_into;
  Time created_at, updated_at;
  std::optional<Time> closed_at, due_at;
  std::string data;  // JSON object: every field that is not sealed
  std::optional<store::Bytes> sealed;
  std::string sealed_fields;  // JSON list: names of the sealed fields that hold something
  std::string answer;         // the latest answer to the one who raised it
  FileId photo;
  std::string tally;  // how often each action was taken, and by whom (tally.hpp)
  store::Bytes last_hash;
  int last_seq = 0;
};
using RecordPtr = std::shared_ptr<const Record>;
BOOST_DESCRIBE_STRUCT(Record, (),
                      (id, kind, number, version, state, previous_state, open, urgent, title, category, function,
                       source, area, path, lon, lat, geo_cell, address, holder_org, holder_person, holder_area,
                       holder_role, reporter, parent, merged_into, created_at, updated_at, closed_at, due_at, data,
                       sealed, sealed_fields, answer, photo, tally, last_hash, last_seq))

struct Event {
  RecordId record;
  int seq = 0;
  EventId id;
  Time at;
  std::string kind, action;
  PersonId actor;  // none: the system, or a reporter without account
  std::string actor_role;
  std::string from_state, to_state;
  std::string body;  // JSON: {"form":{…},"notes":[…],"holder":…}; "" when redacted
  std::optional<store::Bytes> salt;
  store::Bytes digest, hash;
  bool redacted = false;
};
BOOST_DESCRIBE_STRUCT(Event, (),
                      (record, seq, id, at, kind, action, actor, actor_role, from_state, to_state, body, salt, digest,
                       hash, redacted))

struct Participant {
  std::string role;
  OrgId org;
  PersonId person;
  Time since;
};
BOOST_DESCRIBE_STRUCT(Participant, (), (role, org, person, since))

struct Timer {
  RecordId record;
  std::string deadline;
  Time started_at, due_at;
  std::optional<Time> warn_at;
  std::string limit_text, calendar;
  std::optional<Time> paused_at;
  std::int64_t remaining_ms = 0;  // when paused: what was left, on the deadline's own clock
  std::optional<Time> ended_at;
  bool late = false;
  int phase = 0;  // 0 green, 1 warned, 2 late
  std::optional<Time> wake_at;
};
BOOST_DESCRIBE_STRUCT(Timer, (),
                      (record, deadline, started_at, due_at, warn_at, limit_text, calendar, paused_at, remaining_ms,
                       ended_at, late, phase, wake_at))

}  // namespace tongxin::record
