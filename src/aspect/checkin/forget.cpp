#include "aspect/checkin/forget.hpp"

#include <map>
#include <set>

#include "aspect/checkin/checkin.hpp"
#include "aspect/checkin/sql.hpp"

namespace tongxin::aspect::checkin {
namespace {

struct Held {
  Day day = 0;
  PersonId person;
  std::string key;
  CheckInId id;
  RecordId record;
  OccasionId occasion;
  std::string sort;
  Time phone_at;
};
BOOST_DESCRIBE_STRUCT(Held, (), (day, person, key, id, record, occasion, sort, phone_at))

struct HeldTrack {
  RecordId record;
  PersonId person;
  std::string key;
  CheckInId id;
  Time from;
};
BOOST_DESCRIBE_STRUCT(HeldTrack, (), (record, person, key, id, from))

// Somebody for nobody: as many different people as there were stand in a record and in a figure, and none of them is one.
class Forgetting {
 public:
  Forgetting(record::Engine& engine, store::Tx& tx, RealmId realm)
      : engine_(engine), tx_(tx), realm_(realm), zone_(engine.worlds().current(tx, realm)->zone) {}

  void checkin(const Held& held, const std::string& kind, bool keep_time) {
    if (held.occasion) forget_keeper(tx_, realm_, held.occasion, held.person);
    tx_.run(sql::kForgetWho, realm_, held.day, held.person, held.key, stand_in(held.record, held.person),
            "~" + to_text(held.id), keep_time ? held.phone_at : midnight(held.day, zone_), store::Bytes{});
    counted_.insert({kind, held.sort, month_of(held.day), held.person});
  }
  void track(const HeldTrack& held) {
    tx_.run(sql::kForgetWalk, realm_, held.record, held.person, held.key, stand_in(held.record, held.person),
            "~" + to_text(held.id), midnight(day_of(held.from, zone_), zone_));
  }
  // Where the person still counts for something else, the row stays the person's until that is forgotten as well.
  void figures() {
    for (const auto& [kind, sort, month, person] : counted_) {
      const Day first = month * 100 + 1, after = add_days(first, 31) / 100 * 100 + 1;
      if (!tx_.one<int>(sql::kStillCounts, realm_, person, first, after, sort, kind))
        tx_.run(sql::kForgetInFigure, realm_, kind, sort, month, person, engine_.ids().make<PersonId>());
    }
  }

 private:
  PersonId stand_in(RecordId record, PersonId person) {
    PersonId& made = stand_ins_[{record, person}];
    if (!made) made = engine_.ids().make<PersonId>();
    return made;
  }

  record::Engine& engine_;
  store::Tx& tx_;
  const RealmId realm_;
  const Zone zone_;
  std::map<std::pair<RecordId, PersonId>, PersonId> stand_ins_;
  std::set<std::tuple<std::string, std::string, std::int32_t, PersonId>> counted_;
};

}  // namespace

void forget_all(record::Change& change, const boost::json::object&) {
  Forgetting forgetting(change.engine, change.tx, change.realm);
  CheckInId last{};
  for (auto page = change.tx.all<Held>(sql::kHeldOfRecord, change.realm, change.record.id, last); !page.empty();
       page = change.tx.all<Held>(sql::kHeldOfRecord, change.realm, change.record.id, last))
    for (const Held& held : page) {
      forgetting.checkin(held, change.record.kind, false);
      last = held.id;
    }
  forgetting.figures();
  change.tx.run(sql::kForgetWhat, change.realm, change.record.id);
  change.tx.run(sql::kForgetTracks, change.realm, change.record.id);
}

void forget_private(record::Change& change, const boost::json::object&) {
  change.tx.run(sql::kForgetSealed, change.realm, change.record.id);
}

void forget_person(const Leaving& leaving) {
  Forgetting forgetting(leaving.engine, leaving.tx, leaving.realm);
  const auto page = [&] { return leaving.tx.all<Held>(sql::kHeldOfPerson, leaving.realm, leaving.person); };
  for (auto held = page(); !held.empty(); held = page())
    for (const Held& each : held) {
      const auto record = leaving.engine.look(leaving.tx, leaving.realm, each.record);
      // What an open record asks of its check-ins may go by their times.
      forgetting.checkin(each, record ? record->kind : std::string{}, record && record->open);
    }
  const auto tracks = [&] { return leaving.tx.all<HeldTrack>(sql::kTracksHeld, leaving.realm, leaving.person); };
  for (auto held = tracks(); !held.empty(); held = tracks())
    for (const HeldTrack& each : held) forgetting.track(each);
  forgetting.figures();
}

}  // namespace tongxin::aspect::checkin
