// Every statement of the record engine, in one place. The realm is always $1.
#pragma once
#include "store/store.hpp"

namespace tongxin::record::sql {
using store::Sql;

#define TONGXIN_RECORD_COLUMNS                                                                                         \
  "id, kind, number, version, state, previous_state, open, urgent, title, category, function, source, area_id, path, " \
  "lon, lat, geo_cell, address, holder_org, holder_person, holder_area, holder_role, reporter, parent_id, "            \
  "merged_into, "                                                                                                      \
  "created_at, updated_at, closed_at, due_at, data, sealed, sealed_fields, answer, photo, tally, last_hash, last_seq"
#define TONGXIN_EVENT_COLUMNS \
  "record_id, seq, id, at, kind, action, actor, actor_role, from_state, to_state, body, salt, digest, hash, redacted"
#define TONGXIN_TIMER_COLUMNS                                                                                         \
  "record_id, deadline, started_at, due_at, warn_at, limit_text, calendar, paused_at, remaining_ms, ended_at, late, " \
  "phase, wake_at"

constexpr Sql kRecord{"record", "SELECT " TONGXIN_RECORD_COLUMNS " FROM record WHERE realm_id = $1 AND id = $2"};
constexpr Sql kLastSeq{"last_seq", "SELECT last_seq FROM record WHERE realm_id = $1 AND id = $2"};
// For store::by_thirty_twos.
constexpr Sql kLastSeqs{
    "last_seqs",
    "SELECT id, last_seq FROM record WHERE realm_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
    "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)"};
constexpr Sql kRecordByNumber{"record_by_number", "SELECT id FROM record WHERE realm_id = $1 AND number = $2"};
constexpr Sql kInsertRecord{"insert_record",
                            "INSERT INTO record (realm_id, " TONGXIN_RECORD_COLUMNS
                            ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,"
                            "$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37,$38)"};
// $40 is the version that was read: no row changed means that somebody was first.
constexpr Sql kUpdateRecord{
    "update_record",
    "UPDATE record SET version=$5, state=$6, previous_state=$7, open=$8, urgent=$9, title=$10, category=$11, "
    "function=$12, source=$13, "
    "area_id=$14, path=$15, lon=$16, lat=$17, geo_cell=$18, address=$19, holder_org=$20, holder_person=$21, "
    "holder_area=$22, "
    "holder_role=$23, reporter=$24, parent_id=$25, merged_into=$26, created_at=$27, updated_at=$28, closed_at=$29, "
    "due_at=$30, "
    "data=$31, sealed=$32, sealed_fields=$33, answer=$34, photo=$35, tally=$36, last_hash=$37, last_seq=$38 "
    "WHERE realm_id=$1 AND id=$2 AND kind=$3 AND number=$4 AND version=$39"};
constexpr Sql kChildren{"children",
                        "SELECT id, kind, state, open FROM record WHERE realm_id = $1 AND parent_id = $2 AND parent_id "
                        "<> 0 ORDER BY id LIMIT 500"};
constexpr Sql kMerged{
    "merged",
    "SELECT id FROM record WHERE realm_id = $1 AND merged_into = $2 AND merged_into <> 0 ORDER BY id LIMIT 500"};
constexpr Sql kNear{"near", "SELECT " TONGXIN_RECORD_COLUMNS
                            " FROM record WHERE realm_id = $1 AND kind = $2 AND geo_cell = $3 AND open = 1 AND "
                            "geo_cell <> 0 ORDER BY id DESC LIMIT 50"};

constexpr Sql kAddScope{
    "add_scope",
    "INSERT INTO record_scope (realm_id, scope, list, open, record_id) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING"};
constexpr Sql kDropScope{
    "drop_scope", "DELETE FROM record_scope WHERE realm_id=$1 AND scope=$2 AND list=$3 AND open=$4 AND record_id=$5"};
constexpr Sql kPage{"page",
                    "SELECT record_id FROM record_scope WHERE realm_id=$1 AND scope=$2 AND list=$3 AND open=$4 AND "
                    "record_id < $5 ORDER BY record_id DESC LIMIT $6"};
constexpr Sql kInScope{
    "in_scope", "SELECT 1 FROM record_scope WHERE realm_id=$1 AND scope=$2 AND list=$3 AND open=$4 AND record_id=$5"};
constexpr Sql kCountStates{"count_states",
                           "SELECT r.state, count(*), sum(CASE WHEN r.due_at IS NOT NULL AND r.due_at <= $5 THEN 1 "
                           "ELSE 0 END), r.category FROM record_scope s "
                           "JOIN record r ON r.realm_id = s.realm_id AND r.id = s.record_id "
                           "WHERE s.realm_id=$1 AND s.scope=$2 AND s.list=$3 AND s.open=$4 GROUP BY r.state, "
                           "r.category"};
constexpr Sql kDueOfHolder{"due_of_holder",
                           "SELECT id FROM record WHERE realm_id=$1 AND holder_org=$2 AND open=1 AND due_at IS NOT "
                           "NULL AND (due_at, id) > ($3, $4) ORDER BY due_at, id LIMIT $5"};

constexpr Sql kInsertEvent{"insert_event", "INSERT INTO event (realm_id, " TONGXIN_EVENT_COLUMNS
                                           ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)"};
constexpr Sql kTimeline{"timeline",
                        "SELECT " TONGXIN_EVENT_COLUMNS
                        " FROM event WHERE realm_id=$1 AND record_id=$2 AND seq < $3 ORDER BY seq DESC LIMIT $4"};
constexpr Sql kEvents{"events",
                      "SELECT " TONGXIN_EVENT_COLUMNS " FROM event WHERE realm_id=$1 AND record_id=$2 ORDER BY seq"};
constexpr Sql kFeed{"feed",
                    "SELECT " TONGXIN_EVENT_COLUMNS " FROM event WHERE realm_id=$1 AND id > $2 ORDER BY id LIMIT $3"};
constexpr Sql kLastEvent{"last_event", "SELECT id FROM event WHERE realm_id=$1 ORDER BY id DESC LIMIT 1"};
constexpr Sql kRedactEvent{
    "redact_event", "UPDATE event SET body='', salt=NULL, redacted=1 WHERE realm_id=$1 AND record_id=$2 AND seq=$3"};

constexpr Sql kParticipants{"participants",
                            "SELECT role, org_id, person_id, since FROM participant WHERE realm_id=$1 AND record_id=$2 "
                            "ORDER BY since, role, org_id, person_id"};
constexpr Sql kAddParticipant{"add_participant",
                              "INSERT INTO participant (realm_id, record_id, role, org_id, person_id, since) VALUES "
                              "($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING"};
constexpr Sql kDropParticipant{
    "drop_participant",
    "DELETE FROM participant WHERE realm_id=$1 AND record_id=$2 AND role=$3 AND org_id=$4 AND person_id=$5"};

constexpr Sql kTimers{"timers", "SELECT " TONGXIN_TIMER_COLUMNS " FROM timer WHERE realm_id=$1 AND record_id=$2"};
constexpr Sql kPutTimer{
    "put_timer", "INSERT INTO timer (realm_id, " TONGXIN_TIMER_COLUMNS
                 ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14) "
                 "ON CONFLICT (realm_id, record_id, deadline) DO UPDATE SET started_at=excluded.started_at, "
                 "due_at=excluded.due_at, warn_at=excluded.warn_at, "
                 "limit_text=excluded.limit_text, calendar=excluded.calendar, paused_at=excluded.paused_at, "
                 "remaining_ms=excluded.remaining_ms, "
                 "ended_at=excluded.ended_at, late=excluded.late, phase=excluded.phase, wake_at=excluded.wake_at"};
constexpr Sql kDueTimers{"due_timers",
                         "SELECT record_id, deadline, wake_at FROM timer WHERE realm_id=$1 AND wake_at IS NOT NULL AND "
                         "wake_at <= $2 ORDER BY wake_at, record_id LIMIT $3"};
constexpr Sql kNextWake{"next_wake", "SELECT min(wake_at) FROM timer WHERE realm_id=$1 AND wake_at IS NOT NULL"};

constexpr Sql kNextNumber{"next_number",
                          "INSERT INTO number_series (realm_id, series, last) VALUES ($1,$2,1) ON CONFLICT (realm_id, "
                          "series) DO UPDATE SET last = number_series.last + 1 RETURNING last"};
constexpr Sql kKey{"key", "SELECT record_id FROM record_key WHERE realm_id=$1 AND key=$2"};
constexpr Sql kAddKey{"add_key",
                      "INSERT INTO record_key (realm_id, key, record_id) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING"};
constexpr Sql kDropKey{"drop_key", "DELETE FROM record_key WHERE realm_id=$1 AND key=$2"};
constexpr Sql kRepeated{"repeated",
                        "SELECT request, record_id, seq, extra FROM repeated_request WHERE realm_id=$1 AND key=$2"};
constexpr Sql kForgetRepeated{"forget_repeated", "DELETE FROM repeated_request WHERE realm_id=$1 AND at < $2"};

constexpr Sql kAddCountEntry{
    "add_count_entry",
    "INSERT INTO count_entry (realm_id, kind, name, period, path, record_id, seq, org_id, category, day, add_value) "
    "VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)"};
constexpr Sql kAddToCell{
    "add_to_cell",
    "INSERT INTO count_cell (realm_id, scope, kind, period, name, category, n, total) VALUES ($1,$2,$3,$4,$5,$6,$7,$8) "
    "ON CONFLICT (realm_id, scope, kind, period, name, category) DO UPDATE SET n = count_cell.n + excluded.n, total = "
    "count_cell.total + excluded.total"};

constexpr Sql kAddRating{"add_rating",
                         "INSERT INTO rating (realm_id, record_id, seq, at, body) VALUES ($1,$2,$3,$4,$5)"};
constexpr Sql kRatings{"ratings",
                       "SELECT body FROM rating WHERE realm_id=$1 AND record_id=$2 ORDER BY seq DESC LIMIT 1"};
constexpr Sql kAddMessage{"add_message",
                          "INSERT INTO message (realm_id, person_id, id, record_id, seq, at, text_zh, text_en) VALUES "
                          "($1,$2,$3,$4,$5,$6,$7,$8)"};
// What may no longer be kept of a person's messages: whom they were for, what they said, when they were read. Their rows stay,
// so that one that is gone is one that was lost (proof.hpp).
#define TONGXIN_FORGET_MESSAGES \
  "UPDATE message SET person_id=0, text_zh='', text_en='', read_at=at WHERE realm_id=$1 AND person_id=$2"
constexpr Sql kForgetMessages{"forget_messages", TONGXIN_FORGET_MESSAGES};
constexpr Sql kForgetMessagesAbout{"forget_messages_about", TONGXIN_FORGET_MESSAGES " AND record_id=$3"};
// What is loose yet goes with whoever brought it ($5; $6: the system itself); what nobody signed in brought, with whoever knows
// its id.
constexpr Sql kAttach{"attach",
                      "UPDATE attachment SET record_id=$3, open=$4 WHERE realm_id=$1 AND id=$2 AND (record_id=$3 OR "
                      "(record_id=0 AND (owner=0 OR owner=$5 OR $6=1)))"};
constexpr Sql kPlaceCode{"place_code",
                         "SELECT kind, area_id, facility, revoked_at FROM place_code WHERE realm_id=$1 AND code=$2"};

}  // namespace tongxin::record::sql
