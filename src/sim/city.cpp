#include "sim/city.hpp"

#include <cmath>
#include <queue>
#include <set>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "record/sql.hpp"
#include "sim/names.hpp"
#include "sim/phrases.hpp"
#include "sim/staff.hpp"

namespace tongxin::sim {
namespace {

namespace json = boost::json;
using record::Actor;
using record::Record;
using store::Sql;
using store::Tx;

constexpr Sql kLastHashes{"sim_hashes", "SELECT last_hash FROM record WHERE realm_id=$1 ORDER BY id"};
constexpr const char* kKind = "issue";
constexpr const char* kHotlineKind = "hotline_item";
constexpr const char* kSpokenKind = "spoken";  // what is said at a plate; its matter is another record
constexpr int kMostTries = 8;

milliseconds hours(double count) { return milliseconds(std::int64_t(count * 3'600'000)); }

// Residents sleep: what they would do between half past ten and seven they do in the morning.
Time awake(Time at, Random& random) {
  const auto since = at - midnight(day_of(at));
  const auto morning = hours(7 + 1.5 * random.unit());
  if (since < hours(7)) return midnight(day_of(at)) + morning;
  return since < hours(22.5) ? at : midnight(add_days(day_of(at), 1)) + morning;
}

// One thing that will happen. Equal times happen in the order in which they were planned.
struct Item {
  enum class What { arrival, work, rate, follow, errand } what{};
  Time at{};
  std::uint64_t order = 0;
  RecordId record;
  int tries = 0;  // of an errand: which
  bool operator<(const Item& other) const {
    return std::tie(other.at, other.order) < std::tie(at, order);
  }  // the earliest on top
};

class City {
 public:
  City(Scene& scene, const District& district, const CityOptions& options)
      : scene_(scene), district_(district), options_(options), random_(scene.random), staff_(scene, district) {
    for (const place::Area& area : district.town.areas) areas_[area.id] = &area;
    const pack::Kind* kind = scene.library->kind(kKind);
    if (kind == nullptr || kind->taxonomy == nullptr)
      throw Fault(Code::invalid, words("机制包里没有类型“{}”，无法生成演示数据",
                                       "the packs have no kind '{}': no demo can be made", kKind));
    fill_categories(*kind);
    if (const pack::Kind* hotline = scene.library->kind(kHotlineKind);
        hotline != nullptr && hotline->taxonomy != nullptr)
      fill_categories(*hotline);
    if (scene_.library->kind(kSpokenKind) != nullptr) unsorted_ = kind->taxonomy->find("unclear");
  }

  CityReport live() {
    plan_arrivals();
    for (std::size_t i = 0; i < options_.errands.size(); ++i)
      plan(Item::What::errand, options_.errands[i].at, {}, int(i));
    Day day = scene_.today();
    while (!agenda_.empty()) {
      const Item item = agenda_.top();
      agenda_.pop();
      report_.woken += scene_.run_until(item.at);
      for (; day < scene_.today(); day = add_days(day, 1)) tell(day);
      happen(item);
      if (options_.after_step) options_.after_step();
    }
    report_.woken += scene_.run_until(options_.until);
    tell(scene_.today());
    report_.history = history_of(scene_.store, scene_.realm);
    return std::move(report_);
  }

 private:
  // What is reported most stands highest in the taxonomy; only leaves are chosen.
  void fill_categories(const pack::Kind& kind) {
    const auto& all = kind.taxonomy->categories;
    for (const pack::Category& category : all) {
      const bool leaf = std::none_of(all.begin(), all.end(),
                                     [&](const pack::Category& other) { return other.parent == category.code; });
      for (int weight = leaf ? category.parent.empty() ? 6 : 2 : 0; weight > 0; --weight)
        categories_[kind.name].push_back(&category);
    }
  }

  void tell(Day day) {
    if (options_.progress) options_.progress(day, report_.matters);
  }

  void plan(Item::What what, Time at, RecordId record = {}, int tries = 0) {
    if (at < options_.until) agenda_.push({what, std::max(at, scene_.now()), ++order_, record, tries});
  }

  void plan_arrivals() {
    for (Day day = scene_.today(); midnight(day) < options_.until; day = add_days(day, 1)) {
      const double share = (0.6 + 0.8 * random_.unit()) * (weekday(day) >= 6 ? 0.7 : 1.1);
      const int count = int(std::lround(options_.matters_per_day * share));
      for (int i = 0; i < count; ++i)
        plan(Item::What::arrival, midnight(day) + hours(7 + 15.5 * (random_.unit() + random_.unit()) / 2));
    }
  }

  void happen(const Item& item) {
    switch (item.what) {
      case Item::What::arrival: return arrive();
      case Item::What::work: return work(item);
      case Item::What::rate: return rate(item.record);
      case Item::What::follow: return follow(item.record);
      case Item::What::errand: return options_.errands[std::size_t(item.tries)].job();
    }
  }

  // ── a matter is raised ──
  struct Recent {
    RecordId record;
    AreaId building;
    std::string category, said;
    Time at;
  };
  struct Raised {
    Actor actor;
    record::Draft draft;
  };

  void arrive() {
    Raised raised;
    raised.draft.kind = kKind;
    const Recent* twin = twin_of_today();
    const double way = random_.unit();
    const AreaId building = twin != nullptr ? twin->building : AreaId{};
    if (way < 0.50)
      by_resident(raised, building);
    else if (way < 0.62)
      by_plate(raised, building);
    else if (!staff_.at_work(scene_.now(), true))
      by_resident(raised, building);  // nobody is out or at the telephone
    else if (way < 0.87)
      by_patrol(raised, building);
    else
      by_hotline(raised, building);
    describe(raised.draft, twin);
    const auto made = scene_.create(raised.actor, std::move(raised.draft));
    if (!made.outcome) return refused(made.refusal);
    ++report_.matters;
    settle_in(made.outcome->id, twin);
  }

  void settle_in(RecordId id, const Recent* twin) {
    const auto record = scene_.find(id);
    if (record->kind == kSpokenKind) return tend_children(id);
    if (twin != nullptr && scene_.find(twin->record)->kind == record->kind) merges_[id] = twin->record;
    const json::value data = json::parse(record->data);
    const json::value* said = data.as_object().if_contains("description");
    recent_.push_back({id, last_building_, record->category,
                       said != nullptr && said->is_string() ? std::string(said->as_string()) : "", scene_.now()});
    plan_work(*record);
    if (scene_.library->kind(record->kind)->action("follow") >= 0 && random_.chance(0.08))
      for (std::uint64_t n = 1 + random_.below(4); n > 0; --n)
        plan(Item::What::follow, awake(scene_.now() + hours(1 + 30 * random_.unit()), random_), id);
  }

  // Now and then somebody reports what somebody else has just reported.
  const Recent* twin_of_today() {
    std::erase_if(recent_, [&](const Recent& each) { return scene_.now() - each.at > hours(30); });
    if (recent_.empty() || !random_.chance(0.05)) return nullptr;
    twin_ = recent_[random_.below(recent_.size())];
    return &*twin_;
  }

  void by_resident(Raised& raised, AreaId building) {
    const Resident& resident = district_.residents[random_.below(district_.residents.size())];
    raised.actor.person = resident.person;
    raised.draft.source = "web";
    place_at(raised.draft, building ? building : random_.chance(0.8) ? resident.building : any_building());
  }
  void by_plate(Raised& raised, AreaId building) {
    const std::size_t plate =
        building ? std::size_t(std::find(district_.buildings.begin(), district_.buildings.end(), building) -
                               district_.buildings.begin())
                 : random_.below(district_.buildings.size());
    raised.draft.source = "scan";
    raised.draft.code = district_.plates[plate].code;
    last_building_ = district_.buildings[plate];
    raised.draft.form["contact_name"] = json::string(surname(random_) + (random_.chance(0.5) ? "先生" : "女士"));
    const std::string phone = phone_number(random_);
    raised.draft.form["contact_phone"] = json::string(phone);
    raised.draft.form["phone"] = json::string(phone);
    if (unsorted_ != nullptr && !building) raised.draft.kind = district_.plates[plate].kind;
  }
  void by_patrol(Raised& raised, AreaId building) {
    place_at(raised.draft, building ? building : any_building());
    const place::Area& grid = *areas_.at(areas_.at(last_building_)->parent);
    raised.actor.person = staff_.grid_worker(grid.id);
    raised.draft.source = "patrol";
  }
  void by_hotline(Raised& raised, AreaId building) {
    const Resident& resident = district_.residents[random_.below(district_.residents.size())];
    raised.actor.person = staff_.dispatcher();
    raised.draft.on_behalf_of = resident.person;
    raised.draft.source = "hotline";
    if (categories_.contains(kHotlineKind)) raised.draft.kind = kHotlineKind;
    raised.draft.outside_number = fmt::format("12345-{}{:04}", scene_.today(), ++hotline_);
    place_at(raised.draft, building ? building : resident.building);
  }

  AreaId any_building() { return district_.buildings[random_.below(district_.buildings.size())]; }

  void place_at(record::Draft& draft, AreaId building) {
    last_building_ = building;
    draft.area = building;
    const place::Area& area = *areas_.at(building);
    const auto world = scene_.world();
    const place::Area& located = world->atlas->at(building);
    if (!located.lon || !random_.chance(0.6)) return;
    // Somewhere beside the house, within thirty metres.
    draft.lon = std::round((*located.lon + (random_.unit() - 0.5) * 0.0006) * 1e7) / 1e7;
    draft.lat = std::round((*located.lat + (random_.unit() - 0.5) * 0.0005) * 1e7) / 1e7;
    if (random_.chance(0.5)) draft.address = area.name + (random_.chance(0.5) ? "前" : "旁");
  }

  void describe(record::Draft& draft, const Recent* twin) {
    const pack::Kind& kind = *scene_.library->kind(draft.kind);
    if (draft.kind == kSpokenKind) {
      draft.form["says"] = json::string(description(random_, *unsorted_, true));
      return keep_known(kind.form, draft.form);
    }
    const auto& choice = categories_.at(draft.kind);
    const bool same = twin != nullptr && kind.taxonomy->find(twin->category) != nullptr;
    draft.category = same ? twin->category : choice[random_.below(choice.size())]->code;
    while (!same && draft.source == "patrol" && draft.category == "unclear" && choice.size() > 6)
      draft.category = choice[random_.below(choice.size())]->code;  // staff know what a thing is called
    const pack::Category& category = *kind.taxonomy->find(draft.category);
    const bool by_resident = draft.source == "web" || draft.source == "scan";
    draft.form["description"] = json::string(same ? retold(random_, category, twin->said, by_resident)
                                                  : description(random_, category, by_resident));
    keep_known(kind.form, draft.form);
  }

  // ── somebody sees to it ──
  // A hotline's item is called back about instead: that is staff's work.
  bool awaits_rating(const Record& record) const {
    return record.state == "fed_back" && scene_.library->kind(record.kind)->action("rate") >= 0;
  }

  void plan_work(const Record& record, int tries = 0) {
    if (!record.open) return;
    if (awaits_rating(record)) {
      // Whoever found it on patrol does not rate the own side's work: it closes by time.
      if (record.source != "patrol" && random_.chance(0.62))
        plan(Item::What::rate, awake(scene_.now() + hours(0.5 - 20 * std::log(1 - random_.unit())), random_),
             record.id);
      return;
    }
    plan(Item::What::work, staff_.next_look(record, scene_.now()), record.id, tries);
  }

  void work(const Item& item) {
    const auto record = scene_.find(item.record);
    if (!record || !record->open || item.tries > kMostTries) return;
    if (awaits_rating(*record)) return plan_work(*record);
    for (const StaffRoom::Move& move : staff_.moves(*record, merge_target(*record))) {
      const auto made = scene_.act(move.actor, record->id, move.action, move.form);
      if (!made.outcome) {
        refused(made.refusal);
        continue;
      }
      ++report_.actions;
      tend_children(record->id);
      return plan_work(*scene_.find(item.record));
    }
    plan_work(*record, item.tries + 1);
  }

  // Whistles, calls and tasks that an action brought into the world are somebody's work too.
  void tend_children(RecordId parent) {
    for (const RecordId child :
         scene_.store.read([&](Tx& tx) { return tx.all<RecordId>(record::sql::kChildren, scene_.realm, parent); }))
      if (known_children_.insert(child).second) plan_work(*scene_.find(child)), tend_children(child);
  }

  RecordId merge_target(const Record& record) {
    const auto found = merges_.find(record.id);
    if (found == merges_.end()) return {};
    const auto main = scene_.find(found->second);
    return main && main->open && !main->merged_into ? main->id : RecordId{};
  }

  void rate(RecordId id) {
    const auto record = scene_.find(id);
    if (!record || !awaits_rating(*record) || !record->reporter) return;
    const bool satisfied = random_.chance(0.93);
    json::object form{{"satisfied", satisfied},
                      {"stars", satisfied ? 4 + std::int64_t(random_.below(2)) : 1 + std::int64_t(random_.below(2))}};
    if (!satisfied) form["reason"] = json::string(dissatisfaction(random_));
    done(scene_.act({.person = record->reporter, .system = false, .follows = {}}, id, "rate", std::move(form)), id);
  }

  void follow(RecordId id) {
    const Resident& resident = district_.residents[random_.below(district_.residents.size())];
    const auto record = scene_.find(id);
    if (!record || !record->open || record->reporter == resident.person) return;
    const auto made = scene_.act({.person = resident.person, .system = false, .follows = {}}, id, "follow", {});
    made.outcome ? void(++report_.actions) : refused(made.refusal);
  }

  void done(const Scene::Attempt& made, RecordId id) {
    if (!made.outcome) return refused(made.refusal);
    ++report_.actions;
    plan_work(*scene_.find(id));
  }
  void refused(const std::string& why) { ++report_.refusals[why]; }

  Scene& scene_;
  const District& district_;
  const CityOptions& options_;
  Random& random_;
  StaffRoom staff_;
  CityReport report_;
  std::priority_queue<Item> agenda_;
  std::uint64_t order_ = 0;
  int hotline_ = 0;
  std::map<AreaId, const place::Area*> areas_;
  std::map<std::string, std::vector<const pack::Category*>> categories_;  // by kind, often reported ones several times
  const pack::Category* unsorted_ = nullptr;  // of what is said at plates; null: no kind for it
  std::set<RecordId> known_children_;
  std::vector<Recent> recent_;
  std::optional<Recent> twin_;
  std::map<RecordId, RecordId> merges_;
  AreaId last_building_;
};

}  // namespace

CityReport live(Scene& scene, const District& district, const CityOptions& options) {
  return City(scene, district, options).live();
}

std::string history_of(store::Store& store, RealmId realm) {
  Digester digester;
  for (const store::Bytes& hash : store.read([&](Tx& tx) { return tx.all<store::Bytes>(kLastHashes, realm); }))
    digester.add(as_text(hash));
  const Digest digest = digester.finish();
  return hex(as_text(digest));
}

}  // namespace tongxin::sim
