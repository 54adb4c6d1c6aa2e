#include "sim/everyday.hpp"

#include <memory>

#include "people/links.hpp"
#include "people/operations.hpp"

namespace tongxin::sim {
namespace {

namespace json = boost::json;
using record::Actor;
using std::chrono::minutes;
using store::Tx;

constexpr int kHouseholds = 4;  // of a building

Actor actor(PersonId person) { return {.person = person, .system = false, .follows = {}}; }

struct Community {
  AreaId id;
  OrgId committee;
  PersonId secretary, director, worker, agent;
  AreaId grid;  // one of its grids, with its workers
  PersonId walker, keeper;
  std::vector<AreaId> buildings;
  std::vector<Resident> residents;
};

class EverydayLife : public std::enable_shared_from_this<EverydayLife> {
 public:
  EverydayLife(Scene& scene, const District& district, Time until)
      : scene_(scene), district_(district), first_(scene.today()), last_(day_of(until)) {
    const auto world = scene.world();
    for (const place::Area& area : district.town.areas)
      if (area.level == "community") communities_.push_back(settle(*world, area.id));
  }

  std::vector<Errand> plan() {
    on(
        9, [](EverydayLife& life) { life.move_in(); }, first_);
    for (std::size_t i = 0; i < communities_.size(); ++i) hold_meetings(i);
    // Where the accounts of the demo work, their queues are left to what they are tried out with.
    for (std::size_t i = 1; i < communities_.size(); ++i) {
      make_promises(communities_[i], int(i));
      run_errands(communities_[i], int(i));
    }
    if (communities_.size() > 1) keep_diary(communities_[1]), look_after(communities_[1]);
    follow_clue();
    return std::move(errands_);
  }

 private:
  using Job = std::function<void(EverydayLife&)>;
  using Kept = std::shared_ptr<RecordId>;

  Community settle(const record::World& world, AreaId id) const {
    Community made;
    made.id = id;
    const std::string path = world.atlas->at(id).path;
    const auto inside = [&](AreaId area) { return world.atlas->at(area).path.starts_with(path); };
    for (const Staff& each : district_.staff) {
      if (!each.area || !inside(each.area)) continue;
      if (each.role == "community_secretary") made.secretary = each.person, made.committee = each.org;
      if (each.role == "community_director") made.director = each.person;
      if (each.role == "community_worker" && !made.worker) made.worker = each.person;
      if (each.role == "red_agent" && !made.agent) made.agent = each.person;
      if (each.role == "grid_worker_full" && !made.walker) made.walker = each.person, made.grid = each.area;
      if (each.role == "grid_worker_part" && each.area == made.grid && !made.keeper) made.keeper = each.person;
    }
    for (const AreaId building : district_.buildings)
      if (inside(building)) made.buildings.push_back(building);
    // The first two have accounts, and begin with nothing.
    for (std::size_t i = 2; i < district_.residents.size(); ++i)
      if (inside(district_.residents[i].building)) made.residents.push_back(district_.residents[i]);
    return made;
  }

  // ── when ──
  bool within(Day day) const { return day >= first_ && day <= last_; }
  // So many days before the end, on a working day; 0: that day lies before the beginning.
  Day before_end(int days) const {
    Day day = add_days(last_, -days);
    while (within(day) && !scene_.library->calendar("office").works(day)) day = add_days(day, -1);
    return within(day) ? day : 0;
  }
  void on(double hour, Job job, Day day) {
    if (day != 0)
      errands_.push_back({midnight(day) + minutes(std::int64_t(hour * 60)),
                          [life = shared_from_this(), job = std::move(job)] { job(*life); }});
  }

  // ── what ──
  void create(const Kept& kept, PersonId person, const char* kind, AreaId area, json::object form,
              const char* category = "") {
    record::Draft draft;
    draft.kind = kind, draft.area = area, draft.category = category;
    draft.form = std::move(form);
    if (const auto made = scene_.create(actor(person), std::move(draft)); made.outcome) *kept = made.outcome->id;
  }
  void act(const Kept& kept, PersonId person, const char* action, json::object form = {}) {
    if (*kept) scene_.act(actor(person), *kept, action, std::move(form));
  }

  void move_in() {
    scene_.write([&](Tx& tx) {
      const people::Doing doing{scene_.realm, {}, scene_.now(), scene_.ids, "demo", {}};
      for (std::size_t i = 1; i < communities_.size(); ++i)
        for (const AreaId building : communities_[i].buildings)
          for (int unit = 0; unit < kHouseholds; ++unit) {
            people::Household household;
            household.area = building;
            household.unit = fmt::format("{}单元{}0{}", 1 + unit % 2, 1 + unit / 2, 1 + unit % 2);
            people::add_household(tx, doing, household);
          }
    });
  }

  // 议事协商会: each community has held some.
  void hold_meetings(std::size_t number) {
    struct Meeting {
      const char *topic, *outcome;
    };
    static constexpr Meeting kMeetings[] = {
        {"楼前停车位怎么划", "同意在东侧划 18 个车位，消防通道一律不停车；物业两周内划线，楼门长每周查看。"},
        {"电动车充电棚建在哪里", "选定自行车棚旁的空地，方案公示七天后施工；飞线充电由网格员逐户提醒。"},
        {"小广场几点停止跳舞", "周一至周五晚八点、周末晚八点半结束，音量由领舞居民负责。"},
        {"老旧楼道照明改造", "同意使用公共收益更换感应灯，先换三楼以下，费用在公告栏公示。"},
        {"垃圾投放点迁移", "投放点迁到北门内侧，早晚各清运一次，原处补种绿篱。"}};
    const Community& place = communities_[number];
    for (int i = 0; i < 2; ++i) {
      const Meeting meeting = kMeetings[(number * 2 + std::size_t(i)) % std::size(kMeetings)];
      const Day planned = before_end(12 + 16 * i + int(number)), held = before_end(9 + 16 * i + int(number)),
                told = before_end(7 + 16 * i + int(number));
      if (planned == 0) continue;
      const Kept kept = std::make_shared<RecordId>();
      on(
          10,
          [=](EverydayLife& life) {
            life.create(kept, place.secretary, "consultation", place.grid,
                        {{"topic", meeting.topic}, {"day", to_day_text(held)}, {"where", "社区议事厅"}});
          },
          planned);
      on(
          15.5,
          [=](EverydayLife& life) {
            life.act(kept, place.secretary, "hold", {{"heads", 9 + std::int64_t(life.scene_.random.below(22))}});
          },
          held);
      on(
          17.5,
          [=](EverydayLife& life) {
            life.act(kept, place.secretary, "conclude", {{"outcome", meeting.outcome}});
          },
          told);
    }
  }

  // 办实事: one is struck off, one still under way.
  void make_promises(const Community& place, int number) {
    struct Promise {
      const char *promise, *for_whom, *progress, *done;
    };
    static constexpr Promise kPromises[] = {
        {"为三栋老楼加装楼道扶手", "老年居民", "已完成测量，扶手已订货", "三栋楼的扶手已全部装好"},
        {"在小广场增设六盏太阳能灯", "晚间出行的居民", "灯具已到货", "六盏灯已安装并试亮"},
        {"每月组织一次上门理发", "高龄和行动不便的居民", "已与理发志愿队约定日子", "本季度三次上门理发已完成"},
        {"修整社区北门的无障碍坡道", "坐轮椅的居民", "坡道旧砖已拆除", "坡道已重铺，坡度合格"}};
    if (place.residents.empty()) return;
    const PersonId served = place.residents.front().person;
    for (int i = 0; i < 2; ++i) {
      const Day made = before_end(38 - 4 * i + number % 3);
      if (made == 0) continue;
      const Promise promise = kPromises[std::size_t(number + 2 * i) % std::size(kPromises)];
      const Day due = add_days(last_, 20 + 15 * i);
      const Kept kept = std::make_shared<RecordId>();
      on(
          9.5,
          [=](EverydayLife& life) {
            life.create(kept, place.secretary, "promise", place.id,
                        {{"promise", promise.promise},
                         {"owner", to_text(place.committee)},
                         {"due_day", to_day_text(due)},
                         {"for_whom", promise.for_whom}});
          },
          made);
      on(
          16,
          [=](EverydayLife& life) {
            life.act(kept, place.worker, "step", {{"progress", promise.progress}});
          },
          before_end(24 - i));
      if (i == 1) continue;
      on(
          11,
          [=](EverydayLife& life) {
            life.act(kept, place.worker, "give_evidence", {{"what", promise.done}});
          },
          before_end(10));
      on(
          12.5, [=](EverydayLife& life) { life.act(kept, served, "confirm"); }, before_end(8));
      on(
          16, [=](EverydayLife& life) { life.act(kept, place.director, "strike"); }, before_end(5));
    }
  }

  // 代办: asked, accepted, done and confirmed.
  void run_errands(const Community& place, int number) {
    struct Asked {
      const char *category, *what, *result;
    };
    static constexpr Asked kAsked[] = {{"buying", "代缴这个月的水费和电费", "水电费已代缴，票据已送到家"},
                                       {"buying", "代买一袋大米送上楼", "大米已送到家门口"},
                                       {"medical", "陪同去医院挂号", "已陪同挂号就诊并送回家"},
                                       {"relief", "代交临时救助申请材料", "材料已交到民政科，等候通知"}};
    if (place.residents.empty() || !place.agent) return;
    for (int i = 0; i < 2; ++i) {
      const Resident asking = place.residents[std::size_t(i) % place.residents.size()];
      const Asked asked = kAsked[std::size_t(number + i) % std::size(kAsked)];
      const Day day = before_end(4 + 9 * i + number), next = before_end(3 + 9 * i + number);
      if (day == 0) continue;
      const Kept kept = std::make_shared<RecordId>();
      on(
          9.2,
          [=](EverydayLife& life) {
            life.create(kept, asking.person, "errand", asking.building, {{"what", asked.what}, {"authorised", true}},
                        asked.category);
          },
          day);
      on(
          10.4, [=](EverydayLife& life) { life.act(kept, place.agent, "accept"); }, day);
      on(
          15.2,
          [=](EverydayLife& life) {
            life.act(kept, place.agent, "deliver", {{"result", asked.result}});
          },
          next);
      on(
          17.5, [=](EverydayLife& life) { life.act(kept, asking.person, "confirm"); }, next);
      on(
          17.8, [=](EverydayLife& life) { life.act(kept, place.agent, "close"); }, next);
    }
  }

  // 民情日志: matters, not persons.
  void keep_diary(const Community& place) {
    static constexpr const char* kMatters[] = {
        "早上巡查两遍，东门垃圾桶满溢，已请物业清运；下午到三户看望独居老人，都平安。",
        "入户通知明天停水；提醒一处楼道堆物，住户答应周末清走。",
        "与物业一起看了北侧路灯，报修一盏；傍晚在小广场宣传防诈骗。",
        "走访沿街商铺，检查灭火器；一处过期，已让店主更换。", "整理网格台账；陪同维修人员查看漏水点，水已止住。"};
    for (int i = 0; i < 5; ++i) {
      const Day day = add_days(last_, -1 - i);
      if (!within(day) || !scene_.library->calendar("office").works(day)) continue;
      on(
          17.6,
          [=](EverydayLife& life) {
            life.create(std::make_shared<RecordId>(), place.walker, "diary", place.grid,
                        {{"worker", to_text(place.walker)},
                         {"day", to_day_text(day)},
                         {"grid", to_text(place.grid)},
                         {"rounds", 2 + i % 2},
                         {"matters", kMatters[i]}});
          },
          day);
    }
  }

  // 红管家: a round every week, and a lamp that is looked after.
  void look_after(const Community& place) {
    const Day begun = before_end(22);
    if (begun == 0 || !place.keeper) return;
    const Kept round = std::make_shared<RecordId>(), lamp = std::make_shared<RecordId>();
    on(
        9,
        [=](EverydayLife& life) {
          life.appoint(place, "red_steward"), life.appoint(place, "tradesman");
          life.create(round, place.worker, "steward_round", place.grid,
                      {{"title", "小区环线"}, {"points", 6}, {"interval", 7}});
          life.create(lamp, place.worker, "installation", place.grid,
                      {{"title", "南门路灯"}, {"sort", "lamp"}, {"interval", 30}});
        },
        begun);
    for (const int days : {16, 10, 4})
      on(
          10,
          [=](EverydayLife& life) {
            life.act(round, place.keeper, "walk",
                     {{"seen", 6}, {"fields", json::array{"greenery", "facilities", "hygiene", "parking"}}});
          },
          before_end(days));
    on(
        14,
        [=](EverydayLife& life) {
          life.act(lamp, place.keeper, "maintain", {{"done", "擦拭灯罩，检查线路"}});
        },
        before_end(15));
  }
  void appoint(const Community& place, const char* role) {
    if (scene_.library->role(role) == nullptr) return;
    const auto world = scene_.world();
    OrgId team;
    for (const Staff& each : district_.staff)
      if (each.person == place.keeper) team = each.org;
    scene_.write([&](Tx& tx) {
      people::Post post;
      post.id = scene_.ids.make<PostId>();
      post.person = place.keeper, post.role = role, post.org = team, post.area = place.grid;
      post.from = scene_.today();
      people::appoint(tx, {scene_.realm, {}, scene_.now(), scene_.ids, "demo", {}}, post);
    });
  }

  // 公平竞争: looked into, and answered.
  void follow_clue() {
    const Community& place = communities_.back();
    const auto leaders = district_.with_role("street_leader");
    const Day told = before_end(14), answered = before_end(11);
    if (told == 0 || place.residents.empty() || leaders.empty()) return;
    const PersonId resident = place.residents.back().person, leader = leaders[leaders.size() > 1 ? 1 : 0]->person;
    const AreaId at = place.residents.back().building;
    const Kept kept = std::make_shared<RecordId>();
    on(
        19.3,
        [=](EverydayLife& life) {
          life.create(kept, resident, "competition_clue", at,
                      {{"what", "菜市场改造的招标公告要求投标企业在本街道注册满三年"}});
        },
        told);
    on(
        11.2,
        [=](EverydayLife& life) {
          life.act(kept, leader, "verify",
                   {{"true_so", false},
                    {"reply", "经核查，正式招标文件没有注册年限的要求，公告的旧稿已撤下。感谢您的反映。"}});
        },
        answered);
  }

  Scene& scene_;
  const District& district_;
  const Day first_, last_;
  std::vector<Community> communities_;
  std::vector<Errand> errands_;
};

}  // namespace

std::vector<Errand> plan_everyday(Scene& scene, const District& district, Time until) {
  return std::make_shared<EverydayLife>(scene, district, until)->plan();
}

}  // namespace tongxin::sim
