#include "sim/demo.hpp"

#include "base/crypto.hpp"
#include "people/accounts.hpp"
#include "sim/duties.hpp"
#include "sim/everyday.hpp"
#include "sim/pictures.hpp"

namespace tongxin::sim {
namespace {

using store::Tx;

constexpr const char* kPassword = "qinghe-demo";

struct Role {
  const char *login, *role;
  Words who, try_this;
};

const std::vector<Role>& roles() {
  static const std::vector<Role> kRoles{
      {"admin",
       "platform_keeper",
       {"平台管理员", "platform keeper"},
       {"组织、岗位、区域、编码", "organisations, posts, areas, codes"}},
      {"leader",
       "street_leader",
       {"街道负责人", "street leader"},
       {"看板、月度排名", "the board and the monthly ranking"}},
      {"dispatch",
       "street_dispatcher",
       {"街道派遣员", "street dispatcher"},
       {"派遣、挂账、并案", "dispatch, suspend, merge"}},
      {"secretary",
       "community_secretary",
       {"社区书记", "community secretary"},
       {"本社区全部事项", "everything in the community"}},
      {"community", "community_worker", {"社区工作者", "community worker"}, {"受理、反馈", "accept and answer"}},
      {"chief", "grid_chief", {"网格长", "grid chief"}, {"升级到社区的事项", "what climbed to the community"}},
      {"grid",
       "grid_worker_full",
       {"全科网格员", "full-time grid worker"},
       {"手机端：当场办结、我的班次", "on a phone: fix on the spot, my turns"}},
      {"part",
       "grid_worker_part",
       {"兼职网格员", "part-time grid worker"},
       {"巡查上报、护河巡查", "report from a patrol, river patrols"}},
      {"dept",
       "department_staff",
       {"部门经办人", "department staff"},
       {"办结派来的事项", "resolve what was dispatched"}},
      {"head", "department_head", {"部门负责人", "department head"}, {"本部门待办", "the department's queue"}},
      {"agent", "red_agent", {"红色代办员", "red agent"}, {"代办：接单、收付款、回话", "errands for residents"}},
      {"property", "property_staff", {"物业人员", "property staff"}, {"协办事项", "help with a matter"}}};
  return kRoles;
}

class Making {
 public:
  Making(store::Store& store, store::Files* files, std::shared_ptr<const pack::Library> library,
         const people::Vault& vault, const DemoOptions& options)
      : options_(options),
        vault_(vault),
        scene_(store, std::move(library), vault, midnight(options.from) + std::chrono::hours{8}, options.seed) {
    if (files != nullptr) scene_.photos = draw_pictures(*files);
  }

  Demo make() {
    refuse_if_taken();
    scene_.write([&](Tx& tx) {
      demo_.realm = {scene_.realm, options_.street, 8 * 60, scene_.now(), true};
      record::add_realm(tx, demo_.realm);
      const people::Doing doing{scene_.realm, {}, scene_.now(), scene_.ids, "demo", {}};
      district_ =
          settle_district(tx, vault_, doing, *scene_.library, scene_.random, {options_.size, options_.street, 400});
    });
    if (options_.accounts) open_accounts();
    describe();
    std::vector<Errand> errands = plan_duties(scene_, district_, options_.until);
    for (Errand& each : plan_everyday(scene_, district_, options_.until)) errands.push_back(std::move(each));
    demo_.city =
        live(scene_, district_,
             {options_.until, options_.matters_per_day, options_.progress, std::move(errands), options_.after_step});
    return std::move(demo_);
  }

 private:
  void refuse_if_taken() {
    const auto taken = scene_.store.read([](Tx& tx) { return record::realms(tx); });
    if (!taken.empty())
      throw Fault(Code::conflict,
                  words("这个数据库已属于“{}”，演示数据需要一个空的数据库",
                        "this database belongs to '{}' already: a demo wants an empty one", taken.front().name));
  }

  // One account for each role, and two residents.
  void open_accounts() {
    for (const Role& role : roles())
      if (const auto staff = district_.with_role(role.role); !staff.empty())
        open_account(role.login, staff.front()->person, staff.front()->name, role.who, role.try_this);
    const auto& residents = district_.residents;
    if (residents.size() > 1) {
      open_account("resident", residents[0].person, residents[0].name, {"居民", "resident"},
                   {"上报、查进度、评价", "report, follow, rate"});
      open_account("neighbour", residents[1].person, residents[1].name, {"居民", "resident"}, {"我也遇到", "me too"});
    }
  }

  void open_account(const std::string& login, PersonId person, const std::string& name, const Words& who,
                    const Words& try_this) {
    const std::string hash = hash_password(kPassword);
    scene_.write([&](Tx& tx) {
      const people::Doing doing{scene_.realm, {}, scene_.now(), scene_.ids, "demo", {}};
      people::add_account(tx, doing, person, login, hash);
    });
    demo_.accounts.push_back({login, kPassword, name, who, try_this});
  }

  void describe() {
    for (const place::Area& area : district_.town.areas) demo_.communities += area.level == "community";
    demo_.grids = int(district_.grids.size());
    demo_.buildings = int(district_.buildings.size());
    demo_.orgs = int(district_.orgs.size());
    demo_.staff = int(district_.staff.size());
    demo_.residents = int(district_.residents.size());
    const auto world = scene_.world();
    for (std::size_t i = 0; i < std::min<std::size_t>(3, district_.plates.size()); ++i)
      demo_.codes.emplace_back(district_.plates[i].code, world->atlas->path_text(district_.buildings[i], "community"));
  }

  const DemoOptions& options_;
  const people::Vault& vault_;
  Scene scene_;
  District district_;
  Demo demo_;
};

}  // namespace

Demo make_demo(store::Store& store, store::Files* files, std::shared_ptr<const pack::Library> library,
               const people::Vault& vault, const DemoOptions& options) {
  return Making(store, files, std::move(library), vault, options).make();
}

}  // namespace tongxin::sim
