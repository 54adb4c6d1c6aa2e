// Tables and statements of check-ins. The realm is always $1.
#pragma once
#include "store/store.hpp"

namespace tongxin::aspect::checkin::sql {

using store::Sql;

inline constexpr store::Migration kMigrations[] = {
    {470, "checkins", R"(
-- realm table: somebody was there. day is that of the phone's time, so that a repetition meets the same key.
CREATE TABLE checkin (
  realm_id BIGINT NOT NULL, day INTEGER NOT NULL, person_id BIGINT NOT NULL, key TEXT NOT NULL, id BIGINT NOT NULL, record_id BIGINT NOT NULL, occasion_id BIGINT NOT NULL,
  sort TEXT NOT NULL, at BIGINT NOT NULL, phone_at BIGINT NOT NULL, lon DOUBLE PRECISION, lat DOUBLE PRECISION, accuracy DOUBLE PRECISION,
  photos INTEGER NOT NULL, videos INTEGER NOT NULL, files TEXT NOT NULL, form TEXT NOT NULL, sealed BYTES, later INTEGER NOT NULL, request BYTES NOT NULL,
  PRIMARY KEY (realm_id, day, person_id, key)
) WITHOUT ROWID;
CREATE INDEX checkin_record ON checkin (realm_id, record_id, id);
)"},
    {471, "tracks", R"(
-- realm table: where somebody walked for a record, thinned
CREATE TABLE track (
  realm_id BIGINT NOT NULL, record_id BIGINT NOT NULL, person_id BIGINT NOT NULL, key TEXT NOT NULL, id BIGINT NOT NULL, from_at BIGINT NOT NULL, until_at BIGINT NOT NULL,
  given INTEGER NOT NULL, jumps INTEGER NOT NULL, metres DOUBLE PRECISION NOT NULL, points TEXT NOT NULL,
  PRIMARY KEY (realm_id, record_id, person_id, key)
) WITHOUT ROWID;
CREATE INDEX track_record ON track (realm_id, record_id, from_at);
CREATE INDEX track_when ON track (realm_id, from_at, id);
)"},
    {472, "checkin_cells", R"(
-- realm table: figures of check-ins, exact at every one. scope is an area (each desk level above) or an organisation.
CREATE TABLE checkin_cell (
  realm_id BIGINT NOT NULL, scope BIGINT NOT NULL, kind TEXT NOT NULL, sort TEXT NOT NULL, day INTEGER NOT NULL, n BIGINT NOT NULL, later BIGINT NOT NULL,
  PRIMARY KEY (realm_id, scope, kind, day, sort)
) WITHOUT ROWID;
)"},
    {473, "checkin_people", R"(
-- realm table: how often somebody checked in for a kind in a month: load, and how many different people
CREATE TABLE checkin_person (
  realm_id BIGINT NOT NULL, kind TEXT NOT NULL, sort TEXT NOT NULL, month INTEGER NOT NULL, person_id BIGINT NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (realm_id, kind, sort, month, person_id)
) WITHOUT ROWID;
)"},
    {474, "checkins_by_person", R"(
CREATE INDEX checkin_of_person ON checkin (realm_id, person_id, day, id);
)"},
    {475, "tracks_by_person", R"(
CREATE INDEX track_of_person ON track (realm_id, person_id, from_at, id);
)"},
};

#define CHECKIN_COLUMNS \
  "id, person_id, record_id, occasion_id, sort, at, phone_at, lon, lat, accuracy, photos, videos, files, form, later"
inline constexpr Sql kAdd{"checkin_add",
                          "INSERT INTO checkin (realm_id, day, person_id, key, id, record_id, occasion_id, sort, at, "
                          "phone_at, lon, lat, accuracy, photos, videos, files, form, sealed, later, request) VALUES "
                          "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20)"};
inline constexpr Sql kFormer{
    "checkin_former", "SELECT id, request FROM checkin WHERE realm_id=$1 AND day=$2 AND person_id=$3 AND key=$4"};
inline constexpr Sql kOne{
    "checkin_one", "SELECT " CHECKIN_COLUMNS " FROM checkin WHERE realm_id=$1 AND day=$2 AND person_id=$3 AND key=$4"};
inline constexpr Sql kOfRecord{"checkins_of",
                               "SELECT " CHECKIN_COLUMNS
                               " FROM checkin WHERE realm_id=$1 AND record_id=$2 AND id > $3 ORDER BY id "
                               "LIMIT $4"};
inline constexpr Sql kBy{"checkins_by",
                         "SELECT " CHECKIN_COLUMNS
                         " FROM checkin WHERE realm_id=$1 AND person_id=$2 AND (day, id) < ($3, $4) ORDER BY day DESC, "
                         "id DESC LIMIT $5"};
inline constexpr Sql kFileType{"checkin_file", "SELECT type FROM attachment WHERE realm_id=$1 AND id=$2"};
inline constexpr Sql kAddToCell{
    "checkin_cell_add",
    "INSERT INTO checkin_cell (realm_id, scope, kind, sort, day, n, later) VALUES ($1,$2,$3,$4,$5,1,$6) ON CONFLICT "
    "(realm_id, scope, kind, day, sort) DO UPDATE SET n = checkin_cell.n + 1, later = checkin_cell.later + "
    "excluded.later"};
// Takes the person's row and leaves it as it is: two of the same person's at once come one after the other.
inline constexpr Sql kHoldPerson{
    "checkin_person_hold",
    "INSERT INTO checkin_person (realm_id, kind, sort, month, person_id, n) VALUES ($1,$2,$3,$4,$5,0) ON CONFLICT "
    "(realm_id, kind, sort, month, person_id) DO UPDATE SET n = checkin_person.n"};
inline constexpr Sql kAddToPerson{
    "checkin_person_add",
    "INSERT INTO checkin_person (realm_id, kind, sort, month, person_id, n) VALUES ($1,$2,$3,$4,$5,1) ON CONFLICT "
    "(realm_id, kind, sort, month, person_id) DO UPDATE SET n = checkin_person.n + 1"};
inline constexpr Sql kFigures{"checkin_figures",
                              "SELECT sort, sum(n), sum(later) FROM checkin_cell WHERE realm_id=$1 AND scope=$2 AND "
                              "kind=$3 AND day >= $4 AND day <= $5 GROUP BY sort ORDER BY sort"};
inline constexpr Sql kPeople{"checkin_people",
                             "SELECT person_id, n FROM checkin_person WHERE realm_id=$1 AND kind=$2 AND sort=$3 AND "
                             "month=$4 ORDER BY n DESC, person_id LIMIT 10000"};
// The rows of the record first: grouped at once, SQLite would walk through the whole table.
inline constexpr Sql kSums{
    "checkin_sums",
    "SELECT sort, count(*), sum(photos), sum(videos), min(phone_at), max(phone_at), count(DISTINCT person_id) FROM "
    "(SELECT sort, photos, videos, phone_at, person_id FROM checkin WHERE realm_id=$1 AND record_id=$2 AND id > 0 "
    "ORDER "
    "BY id LIMIT 1000000) AS c GROUP BY sort"};
inline constexpr Sql kPeopleOfRecord{"checkin_people_of_record",
                                     "SELECT count(DISTINCT person_id) FROM (SELECT person_id FROM checkin WHERE "
                                     "realm_id=$1 AND record_id=$2 AND id > 0 ORDER BY id LIMIT 1000000) AS c"};

// ── what is forgotten: of a record at the end of its keeping, of a person who is erased ──
#define CHECKIN_HELD_COLUMNS "day, person_id, key, id, record_id, occasion_id, sort, phone_at"
inline constexpr Sql kHeldOfRecord{
    "checkin_held_of_record", "SELECT " CHECKIN_HELD_COLUMNS
                              " FROM checkin WHERE realm_id=$1 AND record_id=$2 AND id > $3 ORDER BY id LIMIT 500"};
inline constexpr Sql kHeldOfPerson{"checkin_held_of_person",
                                   "SELECT " CHECKIN_HELD_COLUMNS
                                   " FROM checkin WHERE realm_id=$1 AND person_id=$2 ORDER BY day, id LIMIT 500"};
// The key goes with the person: whoever knows it could ask whose it was.
inline constexpr Sql kForgetWho{"checkin_forget_who",
                                "UPDATE checkin SET person_id=$5, key=$6, at=$7, phone_at=$7, lon=NULL, lat=NULL, "
                                "accuracy=NULL, request=$8 WHERE realm_id=$1 AND day=$2 AND person_id=$3 AND key=$4"};
inline constexpr Sql kForgetWhat{"checkin_forget_what",
                                 "UPDATE checkin SET files='[]', form='{}', sealed=NULL WHERE realm_id=$1 AND "
                                 "record_id=$2"};
// Another check-in of the same person that counts in the same figure.
inline constexpr Sql kStillCounts{"checkin_still_counts",
                                  "SELECT 1 FROM checkin c JOIN record r ON r.realm_id=c.realm_id AND r.id=c.record_id "
                                  "WHERE c.realm_id=$1 AND c.person_id=$2 AND c.day >= $3 AND c.day < $4 AND c.sort=$5 "
                                  "AND r.kind=$6 LIMIT 1"};
inline constexpr Sql kForgetInFigure{"checkin_forget_in_figure",
                                     "UPDATE checkin_person SET person_id=$6 WHERE realm_id=$1 AND kind=$2 AND sort=$3 "
                                     "AND month=$4 AND person_id=$5"};
inline constexpr Sql kTracksHeld{"tracks_held",
                                 "SELECT record_id, person_id, key, id, from_at FROM track WHERE realm_id=$1 AND "
                                 "person_id=$2 ORDER BY from_at, id LIMIT 500"};
// How far somebody walked for the record stays; where, and when, does not.
inline constexpr Sql kForgetWalk{"track_forget_walk",
                                 "UPDATE track SET person_id=$5, key=$6, from_at=$7, until_at=$7, points='[]' WHERE "
                                 "realm_id=$1 AND record_id=$2 AND person_id=$3 AND key=$4"};
inline constexpr Sql kForgetSealed{"checkin_forget_sealed",
                                   "UPDATE checkin SET sealed=NULL WHERE realm_id=$1 AND record_id=$2"};
inline constexpr Sql kForgetTracks{"track_forget", "DELETE FROM track WHERE realm_id=$1 AND record_id=$2"};

#define TRACK_COLUMNS "record_id, id, person_id, from_at, until_at, given, jumps, metres, points"
inline constexpr Sql kAddTrack{
    "track_add",
    "INSERT INTO track (realm_id, record_id, person_id, key, id, from_at, until_at, given, jumps, metres, points"
    ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) ON CONFLICT DO NOTHING"};
inline constexpr Sql kTrack{
    "track_one", "SELECT " TRACK_COLUMNS " FROM track WHERE realm_id=$1 AND record_id=$2 AND person_id=$3 AND key=$4"};
inline constexpr Sql kTracks{"tracks_of", "SELECT " TRACK_COLUMNS
                                          " FROM track WHERE realm_id=$1 AND record_id=$2 AND points <> '[]' "
                                          "ORDER BY from_at LIMIT 200"};
inline constexpr Sql kTracksBetween{"tracks_between",
                                    "SELECT " TRACK_COLUMNS
                                    " FROM track WHERE realm_id=$1 AND from_at >= $2 AND from_at < $3 AND "
                                    "points <> '[]' ORDER BY from_at, id LIMIT $4"};
inline constexpr Sql kTracksBy{"tracks_by",
                               "SELECT " TRACK_COLUMNS
                               " FROM track WHERE realm_id=$1 AND person_id=$2 AND (from_at, id) < ($3, $4) ORDER BY "
                               "from_at DESC, id DESC LIMIT $5"};
inline constexpr Sql kTrackSums{"track_sums",
                                "SELECT sum(metres), sum(jumps) FROM track WHERE realm_id=$1 AND record_id=$2"};

// ── proof ──
inline constexpr Sql kVerifyPeople{
    "checkin_verify",
    "SELECT r.kind, c.sort, count(*) FROM checkin c JOIN record r ON r.realm_id=c.realm_id AND r.id=c.record_id WHERE "
    "c.realm_id=$1 GROUP BY r.kind, c.sort"};
inline constexpr Sql kVerifyKept{"checkin_verify_kept",
                                 "SELECT kind, sort, sum(n) FROM checkin_person WHERE realm_id=$1 GROUP BY kind, sort"};

inline constexpr Sql kStatements[] = {kAdd,           kFormer,         kOne,
                                      kOfRecord,      kFileType,       kAddToCell,
                                      kAddToPerson,   kFigures,        kPeople,
                                      kSums,          kPeopleOfRecord, kForgetWho,
                                      kForgetWhat,    kStillCounts,    kForgetInFigure,
                                      kHeldOfRecord,  kHeldOfPerson,   kTracksHeld,
                                      kForgetWalk,    kForgetSealed,   kForgetTracks,
                                      kAddTrack,      kTrack,          kTracks,
                                      kTrackSums,     kVerifyPeople,   kVerifyKept,
                                      kTracksBetween, kHoldPerson,     kBy,
                                      kTracksBy};

}  // namespace tongxin::aspect::checkin::sql
