// The aspect `checkin`: that somebody was there, when, where, and what was seen.
//
// A check-in is a row of its own, not a change of the record: thousands a second may come in for one record, and none of them
// waits for another. What must change the record is an action that the pack names. The phone's time stands beside the
// server's; what was taken without network and sent later counts for the time at which it was taken. The same key of the same
// person answers the same thing and changes nothing.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "aspect/checkin/track.hpp"
#include "aspect/occasion.hpp"
#include "record/aspect.hpp"

namespace tongxin::aspect::checkin {

using CheckInId = Id<struct CheckInTag>;

struct NewCheckIn {
  std::string key;  // made by the phone; 8–64 characters
  RecordId record;
  std::string sort;
  Time phone_at;
  std::optional<double> lon, lat, accuracy;  // degrees, metres
  OccasionId occasion;                       // none: the one of the sort's plan at that time
  std::vector<FileId> files;
  boost::json::object form;
};

struct CheckIn {
  CheckInId id;
  PersonId person;
  RecordId record;
  OccasionId occasion;
  std::string sort;
  Time at, phone_at;
  std::optional<double> lon, lat, accuracy;
  int photos = 0, videos = 0;
  std::string files, form;  // JSON: list of file ids; what was entered and is not private
  bool later = false;       // sent more than ten minutes after it was taken
};
BOOST_DESCRIBE_STRUCT(CheckIn, (),
                      (id, person, record, occasion, sort, at, phone_at, lon, lat, accuracy, photos, videos, files,
                       form, later))

struct Kept {
  CheckIn checkin;
  bool repeated = false;
  bool kept_occasion = false;
};
Kept check_in(record::Engine& engine, store::Tx& tx, RealmId realm, const record::Actor& actor, const NewCheckIn& given,
              Time now);

struct NewTrack {
  std::string key;
  RecordId record;
  std::vector<TrackPoint> points;  // at most 20,000
};
struct Track {
  RecordId record;
  CheckInId id;
  PersonId person;
  Time from, until;
  int given = 0, jumps = 0;
  double metres = 0;
  std::string points;  // JSON: [[seconds since from, lon, lat], …]
};
BOOST_DESCRIBE_STRUCT(Track, (), (record, id, person, from, until, given, jumps, metres, points))
Track keep_track(record::Engine& engine, store::Tx& tx, RealmId realm, const record::Actor& actor,
                 const NewTrack& given, Time now);

// Oldest first.
std::vector<CheckIn> checkins_of(store::Tx& tx, RealmId realm, RecordId record, CheckInId after = {}, int most = 200);
std::vector<Track> tracks_of(store::Tx& tx, RealmId realm, RecordId record);
// Of one person, newest first: what that person may ask for. `before`: the day or beginning, and the id, of the last of the
// page before.
std::vector<CheckIn> checkins_by(store::Tx& tx, RealmId realm, PersonId person,
                                 std::optional<std::pair<Day, CheckInId>> before, int most);
std::vector<Track> tracks_by(store::Tx& tx, RealmId realm, PersonId person,
                             std::optional<std::pair<Time, CheckInId>> before, int most);
// Of every record, by their beginning: what a map shows of a day.
std::vector<Track> tracks_between(store::Tx& tx, RealmId realm, Time from, Time until, int most = 500);

// Figures, kept at every check-in: of an area (each desk level above), an organisation, by sort and day.
struct Figure {
  std::string sort;
  std::int64_t n = 0, later = 0;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (sort, n, later))
std::vector<Figure> figures(store::Tx& tx, RealmId realm, std::int64_t scope, std::string_view kind, Day from,
                            Day until);
// How many different people checked in for a kind in a month, and how often each.
struct PersonFigure {
  PersonId person;
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(PersonFigure, (), (person, n))
std::vector<PersonFigure> people_of(store::Tx& tx, RealmId realm, std::string_view kind, std::string_view sort,
                                    std::int32_t month);

record::Aspect aspect();
std::span<const store::Sql> statements();

}  // namespace tongxin::aspect::checkin
