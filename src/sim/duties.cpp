#include "sim/duties.hpp"

#include "aspect/checkin/checkin.hpp"
#include "aspect/links/links.hpp"
#include "aspect/roster/roster.hpp"
#include "people/operations.hpp"
#include "record/sql.hpp"

namespace tongxin::sim {
namespace {

namespace json = boost::json;
namespace checkin = aspect::checkin;
namespace roster = aspect::roster;
using record::Actor;
using std::chrono::hours;
using std::chrono::minutes;
using store::Tx;

constexpr int kDays = 9, kWardens = 6, kContacts = 4, kHouseholds = 10;

Actor actor(PersonId person) { return {.person = person, .system = false, .follows = {}}; }

class DutyLife {
 public:
  DutyLife(Scene& scene, const District& district) : scene_(scene), district_(district), world_(scene.world()) {
    for (const place::Area& area : district.town.areas) {
      if (area.level == "street") street_ = area.id;
      if (area.level == "community" && !community_) community_ = area.id;
    }
    const auto first = [&](const char* role) {
      const auto found = district.with_role(role);
      return found.empty() ? PersonId{} : found.front()->person;
    };
    secretary_ = first("community_secretary");
    captain_ = first("grid_chief");
    office_ = district.orgs.at("street-office");
    for (const Staff* each : district.with_role("grid_worker_part"))
      if (int(wardens_.size()) < kWardens) wardens_.push_back(each->person);
    for (const Staff* each : district.with_role("grid_worker_full"))
      if (lies_in_community(each->area)) workers_.push_back(each->person);
  }

  bool possible() const {
    for (const char* kind : {"duty_roster", "patrol_plan", "visit_round", "emergency_event"})
      if (scene_.library->kind(kind) == nullptr) return false;
    return secretary_ && captain_ && !wardens_.empty() && !workers_.empty();
  }

  void begin() {
    appoint_wardens();
    found_roster();
    found_patrols();
    link_households();
  }

  // The turn of this evening: nine in ten come.
  void evening() {
    if (!roster_) return;
    const Time now = scene_.now();
    const auto turns = scene_.store.read(
        [&](Tx& tx) { return roster::turns_of(tx, scene_.realm, roster_, now - minutes{20}, now + minutes{1}); });
    for (const roster::Turn& turn : turns)
      if (turn.state == roster::TurnState::standing && scene_.random.chance(0.9))
        check_in(turn.person, roster_, "arrive", std::nullopt, 0);
  }

  void set_out(int number) {
    if (!plan_) return;
    const PersonId warden = wardens_[std::size_t(number) % wardens_.size()];
    if (!scene_.act(actor(warden), plan_, "set_out", {{"water", number % 3 == 2 ? "shore" : "river"}}).outcome) return;
    under_way_ = {warden, newest_child(plan_), scene_.now(), start_of(number)};
    check_in(warden, under_way_.record, "start", under_way_.from, 0);
  }
  void come_back() {
    if (!under_way_.record) return;
    const Outing outing = std::exchange(under_way_, {});
    const auto points = walk(outing);
    check_in(outing.warden, outing.record, "picture", points[points.size() / 2], 1);
    check_in(outing.warden, outing.record, "end", points.back(), 0);
    write([&](Tx& tx) {
      checkin::keep_track(scene_.engine, tx, scene_.realm, actor(outing.warden),
                          {fmt::format("demo-{}", to_text(outing.record)), outing.record, points}, scene_.now());
    });
    scene_.act(actor(outing.warden), outing.record, "finish", {{"notes", "沿线无异常，劝离垂钓 1 人。"}});
  }

  void exercise() {
    const auto event = scene_.create(
        actor(secretary_), draft("emergency_event", community_, {{"name", "防汛应急演练"}, {"grade", "iii"}}));
    if (!event.outcome) return;
    const char* chains[] = {"neighbour", "neighbour", "neighbour", "big_committee", "social"};
    const char* units[] = {"第一网格支部", "第二网格支部", "第三网格支部", "共建单位应急队", "蓝天志愿队"};
    for (std::size_t i = 0; i < std::size(units); ++i) {
      const PersonId head = workers_[i % workers_.size()];
      scene_.act(actor(secretary_), event.outcome->id, "call_up",
                 {{"chain", chains[i]}, {"unit", units[i]}, {"head", to_text(head)}});
      const RecordId called = newest_child(event.outcome->id);
      if (i < 3) scene_.act(actor(head), called, "muster", {{"members", 5 + std::int64_t(scene_.random.below(6))}});
      if (i == 3) scene_.act(actor(head), called, "confirm", {});
    }
  }

 private:
  struct Outing {
    PersonId warden;
    RecordId record;
    Time at{};
    checkin::TrackPoint from;
  };

  bool lies_in_community(AreaId area) const {
    return world_->atlas->at(area).path.starts_with(world_->atlas->at(community_).path);
  }
  people::Doing doing() { return {scene_.realm, {}, scene_.now(), scene_.ids, "demo", {}}; }
  record::Draft draft(const char* kind, AreaId area, json::object form) const {
    record::Draft made;
    made.kind = kind;
    made.area = area;
    made.form = std::move(form);
    return made;
  }
  RecordId newest_child(RecordId parent) {
    const auto children =
        scene_.store.read([&](Tx& tx) { return tx.all<RecordId>(record::sql::kChildren, scene_.realm, parent); });
    return children.empty() ? RecordId{} : children.back();
  }
  // What is refused (somebody was away, the packs were changed) leaves a gap in the demo and nothing else.
  template <class F>
  void write(F job) {
    try {
      scene_.write(job);
    } catch (const Fault& fault) {
      if (fault.code() == Code::internal || fault.code() == Code::unavailable) throw;
    }
  }

  void appoint_wardens() {
    scene_.write([&](Tx& tx) {
      const auto appoint = [&](PersonId person, const char* role) {
        people::Post post;
        post.id = scene_.ids.make<PostId>();
        post.person = person;
        post.role = role;
        post.org = office_;
        post.area = street_;
        post.from = scene_.today();
        people::appoint(tx, doing(), post);
      };
      appoint(captain_, "warden_captain");
      for (const PersonId warden : wardens_) appoint(warden, "fish_warden");
    });
  }

  void found_roster() {
    const auto made = scene_.create(actor(secretary_), draft("duty_roster", community_, {{"name", "汛期夜间值守"}}));
    if (!made.outcome) return;
    roster_ = made.outcome->id;
    for (const PersonId worker : workers_) scene_.act(actor(secretary_), roster_, "add", {{"person", to_text(worker)}});
  }

  void found_patrols() {
    const auto made = scene_.create(actor(captain_), draft("patrol_plan", street_, {{"name", "清河护河巡查"}}));
    if (!made.outcome) return;
    plan_ = made.outcome->id;
    for (const PersonId warden : wardens_) {
      scene_.act(actor(captain_), plan_, "add_warden", {{"person", to_text(warden)}});
      write([&](Tx& tx) { roster::set_skill(tx, scene_.realm, warden, "boat", scene_.today(), 0, captain_); });
    }
  }

  // The households of some buildings; most of them have a contact.
  void link_households() {
    std::vector<AreaId> buildings;
    for (const AreaId each : district_.buildings)
      if (lies_in_community(each) && buildings.size() < std::size_t(kContacts) + 1) buildings.push_back(each);
    for (std::size_t i = 0; i < buildings.size(); ++i)
      for (int unit = 1; unit <= kHouseholds; ++unit)
        write([&](Tx& tx) {
          people::Household household;
          household.area = buildings[i];
          household.unit = fmt::format("{}单元{}01", 1 + unit % 2, 1 + unit / 2);
          const HouseholdId id = people::add_household(tx, doing(), household);
          if (i >= std::size_t(kContacts) && unit == 1) return people::decline_contact(tx, doing(), id);
          if (i >= std::size_t(kContacts)) return;
          people::Link link;
          link.kind = "member_household";
          link.from_person = workers_[i % workers_.size()];
          link.to_household = id;
          link.from = scene_.today();
          people::add_link(tx, doing(), link, aspect::links::rule_of(*scene_.library, link.kind));
        });
    for (std::size_t i = 0; i < std::min<std::size_t>(2, workers_.size()); ++i)
      scene_.create(actor(secretary_), draft("visit_round", community_, {{"member", to_text(workers_[i])}}));
  }

  void check_in(PersonId person, RecordId record, const char* sort, std::optional<checkin::TrackPoint> at, int photos) {
    write([&](Tx& tx) {
      checkin::NewCheckIn given;
      given.key = fmt::format("demo-{}", scene_.ids.next());
      given.record = record;
      given.sort = sort;
      given.phone_at = scene_.now();
      if (at) given.lon = at->lon, given.lat = at->lat, given.accuracy = 12;
      for (int i = 0; i < photos; ++i) {
        FileId file;
        const json::array upload = scene_.photo(tx);
        if (parse(std::string_view(upload.at(0).as_string()), file)) given.files.push_back(file);
      }
      checkin::check_in(scene_.engine, tx, scene_.realm, actor(person), given, scene_.now());
    });
  }

  checkin::TrackPoint start_of(int number) {
    const AreaId building = district_.buildings[std::size_t(number) * 37 % district_.buildings.size()];
    const place::Area& area = world_->atlas->at(building);
    return {scene_.now(), area.lon.value_or(117.2), area.lat.value_or(39.12)};
  }
  // Along the bank and back, a point every two minutes.
  std::vector<checkin::TrackPoint> walk(const Outing& outing) {
    std::vector<checkin::TrackPoint> points;
    const int steps = int((scene_.now() - outing.at) / minutes{2});
    for (int i = 0; i <= steps; ++i) {
      const double along = double(std::min(i, steps - i)) / std::max(1, steps / 2);
      const auto sway = [&] { return (scene_.random.unit() - 0.5) * 0.0002; };
      points.push_back({outing.at + minutes{2 * i}, outing.from.lon + 0.012 * along + sway(),
                        outing.from.lat + 0.004 * along * (1 - along) + sway()});
    }
    return points;
  }

  Scene& scene_;
  const District& district_;
  const record::WorldPtr world_;  // as it was when the district was settled
  AreaId street_, community_;
  OrgId office_;
  PersonId secretary_, captain_;
  std::vector<PersonId> wardens_, workers_;
  RecordId roster_, plan_;
  Outing under_way_;
};

}  // namespace

std::vector<Errand> plan_duties(Scene& scene, const District& district, Time until) {
  const auto life = std::make_shared<DutyLife>(scene, district);
  std::vector<Errand> errands;
  if (!life->possible()) return errands;
  const Day last = day_of(until), first = std::max(add_days(last, -kDays), scene.today());
  errands.push_back({midnight(first) + hours{9}, [life] { life->begin(); }});
  errands.push_back({midnight(first) + hours{18} + minutes{5}, [life] { life->evening(); }});
  int number = 0;
  for (Day day = add_days(first, 1); day <= last; day = add_days(day, 1), ++number) {
    errands.push_back({midnight(day) + hours{8}, [life, number] { life->set_out(number); }});
    errands.push_back({midnight(day) + hours{9} + minutes{30}, [life] { life->come_back(); }});
    errands.push_back({midnight(day) + hours{18} + minutes{5}, [life] { life->evening(); }});
  }
  errands.push_back({midnight(add_days(last, -1)) + hours{10}, [life] { life->exercise(); }});
  return errands;
}

}  // namespace tongxin::sim
