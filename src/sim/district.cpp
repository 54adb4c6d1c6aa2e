#include "sim/district.hpp"

#include "people/operations.hpp"
#include "people/persons.hpp"
#include "place/operations.hpp"
#include "record/world.hpp"
#include "sim/names.hpp"

namespace tongxin::sim {
namespace {

using store::Sql;

constexpr Sql kAddPlate{"sim_plate",
                        "INSERT INTO place_code (realm_id, code, kind, area_id, facility, made_at, revoked_at) VALUES "
                        "($1,$2,$3,$4,'',$5,NULL)"};

struct Department {
  const char *code, *name;
};
constexpr Department kDepartments[] = {{"urban", "城市管理科"}, {"housing", "住房建设科"}, {"market", "市场监管所"},
                                       {"civil", "民政科"},     {"health", "卫生健康科"},  {"fire", "消防救援站"},
                                       {"police", "派出所"},    {"labour", "人社所"},      {"ecology", "生态环境所"},
                                       {"justice", "司法所"}};

place::TownCounts counts_of(Size size) {
  place::TownCounts counts;
  if (size == Size::small) {
    counts.communities = 2;
    counts.grids = 6;
    counts.buildings_min = 3;
    counts.buildings_max = 5;
  }
  return counts;
}

class Settling {
 public:
  Settling(store::Tx& tx, const people::Vault& vault, const people::Doing& doing, const pack::Library& library,
           Random& random, const DistrictOptions& options)
      : tx_(tx), vault_(vault), doing_(doing), library_(library), random_(random), options_(options) {}

  District settle() {
    settle_places();
    settle_offices();
    for (const place::Area& area : district_.town.areas)
      if (area.level == "community") settle_community(area);
    settle_grids();
    settle_residents();
    settle_plates();
    return std::move(district_);
  }

 private:
  void settle_places() {
    place::TownWords words;
    words.street = options_.street;
    district_.town = place::synthetic_town(random_, doing_.ids, doing_.today(), counts_of(options_.size), words);
    const place::Edit edit{doing_.realm, doing_.actor, doing_.at, doing_.today(), doing_.zone};
    place::add_areas(tx_, edit, record::levels_of(library_), district_.town.areas, district_.town.boundaries);
    for (const place::Area& area : district_.town.areas) {
      if (area.level == "grid") district_.grids.push_back(area.id);
      if (area.level == "building") district_.buildings.push_back(area.id);
    }
  }

  OrgId org(const std::string& code, const std::string& kind, const std::string& name, AreaId area, OrgId parent) {
    people::Org org;
    org.id = doing_.ids.make<OrgId>();
    org.code = code;
    org.kind = kind;
    org.name = name;
    org.area = area;
    org.parent = parent;
    org.from = doing_.today();
    people::add_org(tx_, doing_, org);
    return district_.orgs[code] = org.id;
  }

  void person_with_post(const std::string& role, OrgId org, AreaId area) {
    people::NewPerson person;
    person.id = doing_.ids.make<PersonId>();
    person.name = full_name(random_);
    person.code = fmt::format("S{:04}", district_.staff.size() + 1);
    person.purpose = "staff";
    person.delete_after = add_days(doing_.today(), 20 * 365);
    people::add_person(tx_, vault_, doing_, person);
    people::Post post;
    post.id = doing_.ids.make<PostId>();
    post.person = person.id;
    post.role = role;
    post.org = org;
    post.area = area;
    post.from = doing_.today();
    post.how = role.starts_with("community_") ? "选举" : "聘任";
    post.work_phone = fmt::format("0000-8800{:04}", district_.staff.size() + 1);
    people::appoint(tx_, doing_, post);
    district_.staff.push_back({person.id, person.name, role, org, area});
  }
  void people_with_post(int count, const std::string& role, OrgId org, AreaId area) {
    for (int i = 0; i < count; ++i) person_with_post(role, org, area);
  }

  void answers(const std::string& function, AreaId area, OrgId org) {
    people::NewResponsibility row;
    row.function = function;
    row.area = area;
    row.org = org;
    row.from = doing_.today();
    people::set_responsibility(tx_, doing_, row);
  }

  void settle_offices() {
    const auto& town = district_.town;
    const OrgId government = org("district-gov", "district_government", "同心区政府", town.district, {});
    const OrgId office = org("street-office", "street_office", options_.street + "办事处", town.street, government);
    answers("*", town.district, government);
    answers("*", town.street, office);
    people_with_post(3, "street_dispatcher", office, town.street);
    people_with_post(2, "street_leader", office, town.street);
    person_with_post("platform_keeper", office, town.street);
    person_with_post("street_leader", government, town.district);
    for (const Department& each : kDepartments) {
      const OrgId department = org(each.code, "department", options_.street + each.name, town.street, office);
      person_with_post("department_head", department, town.street);
      people_with_post(2, "department_staff", department, town.street);
    }
  }

  void settle_community(const place::Area& area) {
    const int number = area.order;
    const std::string stem = area.name;
    const OrgId committee = org(fmt::format("community-{}", number), "community_committee", stem + "党委", area.id,
                                district_.orgs.at("street-office"));
    answers("*", area.id, committee);
    person_with_post("community_secretary", committee, area.id);
    person_with_post("community_director", committee, area.id);
    person_with_post("grid_chief", committee, area.id);
    people_with_post(3, "community_worker", committee, area.id);
    if (library_.role("red_agent") != nullptr) person_with_post("red_agent", committee, area.id);
    const OrgId firm = org(fmt::format("property-{}", number), "property_firm",
                           stem.substr(0, stem.size() - std::string_view("社区").size()) + "物业服务站", area.id, {});
    people_with_post(2, "property_staff", firm, area.id);
  }

  // 70 full-time and 54 part-time workers for 39 grids: every grid has one of each, the larger ones two.
  void settle_grids() {
    const std::size_t grids = district_.grids.size(), full = grids * 70 / 39, part = grids * 54 / 39;
    std::map<AreaId, const place::Area*> areas;
    for (const place::Area& area : district_.town.areas) areas[area.id] = &area;
    for (std::size_t i = 0; i < grids; ++i) {
      const place::Area& grid = *areas.at(district_.grids[i]);
      const place::Area& community = *areas.at(grid.parent);
      const OrgId team = org(fmt::format("grid-{}", i + 1), "grid_branch", community.name + grid.name, grid.id,
                             district_.orgs.at(fmt::format("community-{}", community.order)));
      answers("*", grid.id, team);
      people_with_post(1 + int(i + grids < full), "grid_worker_full", team, grid.id);
      people_with_post(1 + int(i + grids < part), "grid_worker_part", team, grid.id);
    }
  }

  void settle_residents() {
    const int count = options_.size == Size::small ? 40 : options_.residents;
    for (int i = 0; i < count; ++i) {
      people::NewPerson person;
      person.id = doing_.ids.make<PersonId>();
      person.name = full_name(random_);
      person.code = fmt::format("R{:05}", i + 1);
      person.purpose = "reporter";
      person.delete_after = add_days(doing_.today(), 2 * 365);
      person.fields[people::PrivateField::phone] = phone_number(random_);
      people::add_person(tx_, vault_, doing_, person);
      district_.residents.push_back(
          {person.id, person.name, district_.buildings[random_.below(district_.buildings.size())]});
    }
  }

  // Plates on walls: eight letters each, none that can be mistaken for another. At one in three something is said in one's own
  // words, at the others a matter is reported.
  void settle_plates() {
    static constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    for (const AreaId building : district_.buildings) {
      std::string code;
      for (int i = 0; i < 8; ++i) code += kLetters[random_.below(kLetters.size())];
      const bool own_words = library_.kind("spoken") != nullptr && district_.plates.size() % 3 == 0;
      const Plate& plate = district_.plates.emplace_back(std::move(code), own_words ? "spoken" : "issue");
      tx_.run(kAddPlate, doing_.realm, plate.code, plate.kind, building, doing_.at);
    }
  }

  store::Tx& tx_;
  const people::Vault& vault_;
  const people::Doing& doing_;
  const pack::Library& library_;
  Random& random_;
  const DistrictOptions& options_;
  District district_;
};

}  // namespace

std::vector<const Staff*> District::with_role(std::string_view role) const {
  std::vector<const Staff*> found;
  for (const Staff& each : staff)
    if (each.role == role) found.push_back(&each);
  return found;
}

District settle_district(store::Tx& tx, const people::Vault& vault, const people::Doing& doing,
                         const pack::Library& library, Random& random, const DistrictOptions& options) {
  return Settling(tx, vault, doing, library, random, options).settle();
}

}  // namespace tongxin::sim
