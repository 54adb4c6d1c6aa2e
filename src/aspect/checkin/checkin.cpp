#include "aspect/checkin/checkin.hpp"

#include "aspect/checkin/section.hpp"
#include "aspect/checkin/sql.hpp"
#include "aspect/duty.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"

namespace tongxin::aspect::checkin {
namespace {

namespace json = boost::json;
using record::Change;

constexpr const char* kAspect = "checkin";
constexpr auto kAheadOfUs = std::chrono::minutes{10};  // a phone's clock may run so far ahead
constexpr auto kOldest = std::chrono::hours{24 * 7};
constexpr auto kLater = std::chrono::minutes{10};

Fault invalid(std::string at, const char* code, Words say) {
  return Fault(Code::invalid, say, {{std::move(at), code, say}});
}

// What was asked, without its key: the same key with something else in it is refused.
store::Bytes digest_of(const NewCheckIn& given) {
  std::string text = fmt::format("{}|{}|{}|{}|{}|{}|", given.record.value, given.sort, to_millis(given.phone_at),
                                 given.occasion.value, given.lon.value_or(999), given.lat.value_or(999));
  for (const FileId file : given.files) text += to_text(file) + ",";
  const Digest made = digest(text + json::serialize(given.form));
  return {made.begin(), made.begin() + 16};
}

struct Former {
  CheckInId id;
  store::Bytes request;
};
BOOST_DESCRIBE_STRUCT(Former, (), (id, request))

std::optional<CheckIn> former(store::Tx& tx, RealmId realm, PersonId person, Day day, const NewCheckIn& given,
                              const store::Bytes& request) {
  const auto found = tx.one<Former>(sql::kFormer, realm, day, person, given.key);
  if (!found) return std::nullopt;
  if (found->request != request)
    throw Fault(Code::conflict, words("这个打卡编号已用于另一次打卡", "this key was used for another check-in"));
  return tx.one<CheckIn>(sql::kOne, realm, day, person, given.key);
}

void check_shape(const record::Actor& actor, const NewCheckIn& given, Time now) {
  if (!actor.person) throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  if (given.key.size() < 8 || given.key.size() > 64 || !is_one_line(given.key))
    throw invalid("/key", "length", words("应为 8 至 64 个字符", "8 to 64 characters"));
  if (given.phone_at > now + kAheadOfUs)
    throw invalid("/phone_at", "range", words("手机时间在将来，请校准", "the phone's time lies ahead; please set it"));
  if (given.phone_at < now - kOldest)
    throw invalid("/phone_at", "range", words("超过七天，不能再补传", "older than seven days; too late to send"));
  if (given.lon.has_value() != given.lat.has_value())
    throw invalid("/lat", "required", words("需要经度和纬度", "longitude and latitude are needed"));
  if (given.lon && !(*given.lon >= -180 && *given.lon <= 180 && *given.lat >= -90 && *given.lat <= 90))
    throw invalid("/lon", "range", words("经纬度超出范围", "longitude or latitude is out of range"));
  if (given.files.size() > 9) throw invalid("/files", "count", words("最多九个", "nine at most"));
}

void check_place(const Sort& sort, const record::Record& record, const NewCheckIn& given) {
  if (sort.point == Need::required && !given.lon)
    throw invalid("/lon", "required", words("需要定位", "a position is needed"));
  if (sort.within_m == 0 || !given.lon || !record.lon) return;
  const double metres = metres_between({{}, *given.lon, *given.lat}, {{}, *record.lon, *record.lat});
  // What the phone itself is unsure of is not held against the person, within reason.
  if (metres - std::min(given.accuracy.value_or(0), 200.0) > double(sort.within_m))
    throw Fault(Code::not_now,
                words("距离 {} 米，应在 {} 米以内", "{} m away; it must be within {} m", int(metres), sort.within_m),
                {{"/lon", "far", words("太远了", "too far away")}});
}

void attach(Change& look, const Sort& sort, const NewCheckIn& given, CheckIn& checkin) {
  json::array files;
  for (std::size_t i = 0; i < given.files.size(); ++i) {
    const auto type = look.tx.one<std::string>(sql::kFileType, look.realm, given.files[i]);
    if (!type || look.tx.run(record::sql::kAttach, look.realm, given.files[i], look.record.id, false, look.actor.person,
                             look.actor.system) == 0)
      throw invalid(fmt::format("/files/{}", i), "unknown",
                    words("这个文件不存在，请重新上传", "this file does not exist; please upload it again"));
    (type->starts_with("video/") ? checkin.videos : checkin.photos) += 1;
    files.push_back(json::string(to_text(given.files[i])));
  }
  if (sort.photo == Need::required && checkin.photos == 0)
    throw invalid("/files", "required", words("需要照片", "a photo is needed"));
  if (sort.video == Need::required && checkin.videos == 0)
    throw invalid("/files", "required", words("需要视频", "a video is needed"));
  checkin.files = json::serialize(files);
}

void count(Change& look, const CheckIn& checkin, Day day) {
  const record::Record& record = look.record;
  const auto cell = [&](std::int64_t scope) {
    look.tx.run(sql::kAddToCell, look.realm, scope, record.kind, checkin.sort, day, checkin.later ? 1 : 0);
  };
  const AreaId area = record.area ? record.area : record.holder_area;
  for (const AreaId desk : look.world->desks->of(area)) cell(desk.value);
  if (record.holder_org) cell(record.holder_org.value);
  look.tx.run(sql::kAddToPerson, look.realm, record.kind, checkin.sort, month_of(day), checkin.person);
}

void keep_occasion_of(Change& look, const Sort& sort, const NewCheckIn& given, CheckIn& checkin, bool& kept) {
  OccasionId id = given.occasion;
  if (id) {
    const Occasion occasion = need_occasion(look.tx, look.realm, id);
    if (occasion.record != look.record.id || (!sort.plan.empty() && occasion.plan != sort.plan))
      throw invalid("/occasion", "unknown", words("这一次不属于这件事项", "this occasion is not of this record"));
  } else if (!sort.plan.empty()) {
    const auto now = occasion_at(look.tx, look.realm, look.record.id, sort.plan, given.phone_at, sort.room);
    if (now) id = now->id;
  }
  checkin.occasion = id;
  if (id)
    kept = keep_occasion(look.tx, by_of(look.engine, look.realm, look.actor.person, look.now), id, given.phone_at);
}

void insert(Change& look, const NewCheckIn& given, const CheckIn& c, const json::object& sealed, Day day,
            const store::Bytes& request) {
  std::optional<store::Bytes> secret;
  if (!sealed.empty()) secret = look.engine.vault().seal(look.realm, c.id.value, "checkin", json::serialize(sealed));
  look.tx.run(sql::kAdd, look.realm, day, c.person, given.key, c.id, c.record, c.occasion, c.sort, c.at, c.phone_at,
              c.lon, c.lat, c.accuracy, c.photos, c.videos, c.files, c.form, secret, c.later, request);
}

void take_action(Change& look, const Sort& sort, const NewCheckIn& given) {
  if (sort.action < 0) return;
  const pack::Action& action = look.kind->actions[std::size_t(sort.action)];
  json::object input;
  for (const auto& [name, value] : given.form)
    if (action.form.find(name) != nullptr) input[name] = value;
  look.engine.act(look.tx, look.realm, look.actor, look.record.id, action.name, input, std::nullopt, look.now);
}

void need_state(const Change& look, const std::vector<bool>& states) {
  const int state = look.kind->state(look.record.state);
  if (state < 0 || !states[std::size_t(state)])
    throw Fault(Code::not_now, words("现在不能打卡：{}", "no check-in now: it is {}",
                                     look.kind->states[std::size_t(std::max(0, state))].label.zh));
}

void need_allowed(Change& look, const pack::WhoList& who) {
  if (record::allowed(look, who)) return;
  if (!record::allowed(look, look.kind->see))
    throw Fault(Code::not_found, words("找不到这件事项", "this record was not found"));
  throw Fault(Code::forbidden, words("您不能为这件事项打卡", "you may not check in here"));
}

const Section& section_of(const Change& look) {
  const auto* section = look.kind->section<Section>(kAspect);
  if (section == nullptr) throw Fault(Code::not_found, words("这件事项不用打卡", "there is no check-in here"));
  return *section;
}

}  // namespace

Kept check_in(record::Engine& engine, store::Tx& tx, RealmId realm, const record::Actor& actor, const NewCheckIn& given,
              Time now) {
  check_shape(actor, given, now);
  const auto world = engine.worlds().current(tx, realm);
  const Day day = day_of(given.phone_at, world->zone);
  const store::Bytes request = digest_of(given);
  if (auto again = former(tx, realm, actor.person, day, given, request)) return {std::move(*again), true, false};
  Change look(engine, tx, world, actor, now);
  look.open(need_record(engine, tx, realm, given.record));
  const Sort* sort = section_of(look).find(given.sort);
  if (sort == nullptr) throw invalid("/sort", "enum", words("没有这种打卡", "there is no such check-in"));
  need_allowed(look, sort->who);
  // The phone may have sent it twice at the same moment: whoever comes second looks again.
  tx.run(sql::kHoldPerson, realm, look.record.kind, sort->name, month_of(day), actor.person);
  if (auto again = former(tx, realm, actor.person, day, given, request)) return {std::move(*again), true, false};
  need_state(look, sort->states);
  check_place(*sort, look.record, given);
  Kept kept;
  CheckIn& checkin = kept.checkin;
  checkin.id = engine.ids().make<CheckInId>();
  checkin.person = actor.person;
  checkin.record = given.record;
  checkin.sort = sort->name;
  checkin.at = now;
  checkin.phone_at = given.phone_at;
  checkin.lon = given.lon;
  checkin.lat = given.lat;
  checkin.accuracy = given.accuracy;
  checkin.later = now - given.phone_at > kLater;
  json::object open, sealed;
  record::read_form(look, sort->form, given.form, "/form", true, open, sealed);
  checkin.form = json::serialize(open);
  attach(look, *sort, given, checkin);
  keep_occasion_of(look, *sort, given, checkin, kept.kept_occasion);
  insert(look, given, checkin, sealed, day, request);
  count(look, checkin, day);
  engine.tell(look, "checkin.made",
              {{"person", to_text(actor.person)}, {"sort", sort->name}, {"at", to_rfc3339(given.phone_at)}});
  take_action(look, *sort, given);
  return kept;
}

Track keep_track(record::Engine& engine, store::Tx& tx, RealmId realm, const record::Actor& actor,
                 const NewTrack& given, Time now) {
  constexpr std::size_t kMost = 20'000;
  if (given.key.size() < 8 || given.key.size() > 64)
    throw invalid("/key", "length", words("应为 8 至 64 个字符", "8 to 64 characters"));
  if (given.points.size() < 2 || given.points.size() > kMost)
    throw invalid("/points", "count", words("应为 2 至 20000 个点", "2 to 20000 points"));
  for (const TrackPoint& point : given.points)
    if (!(point.lon >= -180 && point.lon <= 180 && point.lat >= -90 && point.lat <= 90) ||
        point.at > now + kAheadOfUs || point.at < now - kOldest)
      throw invalid("/points", "range", words("轨迹点超出范围", "a point of the track is out of range"));
  Change look(engine, tx, engine.worlds().current(tx, realm), actor, now);
  look.open(need_record(engine, tx, realm, given.record));
  const Section& section = section_of(look);
  if (!section.track) throw Fault(Code::not_found, words("这件事项不记轨迹", "no track is kept here"));
  need_allowed(look, section.track->who);
  need_state(look, section.track->states);
  const Cleared cleared = without_jumps(given.points, section.track->most_kmh);
  const auto points = thinned(cleared.points, section.track->thin_m);
  json::array text;
  for (const TrackPoint& point : points)
    text.push_back(json::array{(point.at - points.front().at).count() / 1000, std::round(point.lon * 1e6) / 1e6,
                               std::round(point.lat * 1e6) / 1e6});
  Track track{given.record,         engine.ids().make<CheckInId>(), actor.person,  points.front().at,
              points.back().at,     int(given.points.size()),       cleared.jumps, length(cleared.points),
              json::serialize(text)};
  tx.run(sql::kAddTrack, realm, given.record, actor.person, given.key, track.id, track.from, track.until, track.given,
         track.jumps, track.metres, track.points);
  return *tx.one<Track>(sql::kTrack, realm, given.record, actor.person, given.key);
}

std::vector<CheckIn> checkins_of(store::Tx& tx, RealmId realm, RecordId record, CheckInId after, int most) {
  return tx.all<CheckIn>(sql::kOfRecord, realm, record, after, most);
}
std::vector<Track> tracks_of(store::Tx& tx, RealmId realm, RecordId record) {
  return tx.all<Track>(sql::kTracks, realm, record);
}
std::vector<CheckIn> checkins_by(store::Tx& tx, RealmId realm, PersonId person,
                                 std::optional<std::pair<Day, CheckInId>> before, int most) {
  const auto [day, id] = before.value_or(std::pair(Day{99991231}, CheckInId{}));
  return tx.all<CheckIn>(sql::kBy, realm, person, day, id, most);
}
std::vector<Track> tracks_by(store::Tx& tx, RealmId realm, PersonId person,
                             std::optional<std::pair<Time, CheckInId>> before, int most) {
  const auto [from, id] = before.value_or(std::pair(Time::max(), CheckInId{}));
  return tx.all<Track>(sql::kTracksBy, realm, person, from, id, most);
}
std::vector<Track> tracks_between(store::Tx& tx, RealmId realm, Time from, Time until, int most) {
  return tx.all<Track>(sql::kTracksBetween, realm, from, until, most);
}
std::vector<Figure> figures(store::Tx& tx, RealmId realm, std::int64_t scope, std::string_view kind, Day from,
                            Day until) {
  return tx.all<Figure>(sql::kFigures, realm, scope, kind, from, until);
}
std::vector<PersonFigure> people_of(store::Tx& tx, RealmId realm, std::string_view kind, std::string_view sort,
                                    std::int32_t month) {
  return tx.all<PersonFigure>(sql::kPeople, realm, kind, sort, month);
}

}  // namespace tongxin::aspect::checkin
