// What the desk, the board and administration ask of the server beside records, over real HTTP, on both engines.
#include <gmock/gmock.h>

#include "people/links.hpp"
#include "serve/log_words.hpp"
#include "serve/openapi.hpp"
#include "serve/town.hpp"
#include "serve/work_calendar_routes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

class DeskTown : public Town {
 protected:
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_place_routes(*app, router);
    add_people_routes(*app, router);
    add_grid_routes(*app, router);
    add_desk_routes(*app, router);
    add_office_routes(*app, router);
    add_work_calendar_routes(*app, router);
  }
  Visitor at_desk(const std::string& person) {
    Visitor who = visitor();
    const auto session = store->write([&](store::Tx& tx) {
      return people::open_session(tx, kRealm, ids, names.people.at(person), {}, "test", {}, clock.now());
    });
    who.cookies[kSessionCookie] = session.cookie;
    who.csrf = session.csrf;
    return who;
  }
  std::string raise(const std::string& text, const std::string& area, const std::string& category = "garbage") {
    Visitor nobody = visitor();
    const auto reply = nobody.post("/v1/records", {{"kind", "issue"},
                                                   {"category", category},
                                                   {"place", {{"area", id(area)}}},
                                                   {"form", {{"description", text}}}});
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(reply.json().at("id").as_string());
  }
  test::HttpReply put(Visitor& who, const std::string& path, const json::value& body) {
    return who.send("PUT", path, json::serialize(body));
  }
  static std::size_t size_of(const test::HttpReply& reply, const char* list = "items") {
    return reply.json().at(list).as_array().size();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DeskTown, test::kEngines, test::engine_name);

json::object box(double west, double south, double east, double north) {
  return {{"type", "Polygon"},
          {"coordinates", {{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}};
}

}  // namespace

TEST_P(DeskTown, AFilterIsKeptPerPersonReplacedByItsNameAndDropped) {
  Visitor ma = at_desk("ma"), chen = at_desk("chen");
  ASSERT_EQ(put(ma, "/v1/me/filters", {{"name", "我的超时"}, {"query", "tab=late"}}).status, 200);
  const auto replaced = put(ma, "/v1/me/filters", {{"name", "我的超时"}, {"query", "tab=late&kind=issue"}});
  ASSERT_EQ(replaced.status, 200) << replaced.body;
  ASSERT_EQ(size_of(replaced), 1u);
  EXPECT_EQ(ma.get("/v1/me/filters").json().at("items").at(0).at("query").as_string(), "tab=late&kind=issue");
  EXPECT_EQ(size_of(chen.get("/v1/me/filters")), 0u) << "nobody else's";
  EXPECT_EQ(visitor().get("/v1/me/filters").status, 401);
  EXPECT_EQ(ma.del("/v1/me/filters?name=%E5%88%AB%E7%9A%84").status, 404);
  EXPECT_EQ(ma.del("/v1/me/filters?name=%E6%88%91%E7%9A%84%E8%B6%85%E6%97%B6").status, 204);
  EXPECT_EQ(size_of(ma.get("/v1/me/filters")), 0u);
}

TEST_P(DeskTown, FiltersOfAPersonAreBounded) {
  Visitor ma = at_desk("ma");
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(put(ma, "/v1/me/filters", {{"name", fmt::format("f{}", i)}, {"query", "tab=late"}}).status, 200);
  EXPECT_EQ(put(ma, "/v1/me/filters", {{"name", "f50"}, {"query", "tab=late"}}).status, 422);
  EXPECT_EQ(put(ma, "/v1/me/filters", {{"name", "f49"}, {"query", "tab=all"}}).status, 200) << "replacing is no more";
}

TEST_P(DeskTown, TwoOnOneRecordHearOfEachOtherUntilTheyLeaveOrFallSilent) {
  const std::string path = "/v1/records/" + raise("楼道垃圾", "B0101") + "/presence";
  Visitor ma = at_desk("ma"), chen = at_desk("chen");
  EXPECT_EQ(size_of(ma.post(path, {{"acting", true}})), 0u);
  const auto seen = chen.post(path, json::object{});
  ASSERT_EQ(size_of(seen), 1u) << seen.body;
  EXPECT_TRUE(seen.json().at("items").at(0).at("acting").as_bool());
  EXPECT_EQ(size_of(ma.post(path, json::object{})), 1u);
  EXPECT_EQ(chen.del(path).status, 204);
  EXPECT_EQ(size_of(ma.post(path, json::object{})), 0u);
  EXPECT_EQ(size_of(chen.post(path, json::object{})), 1u);
  clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(size_of(chen.post(path, json::object{})), 0u) << "silent for longer than a presence lasts";
  EXPECT_EQ(size_of(at_desk("zhou").post(path, json::object{})), 0u) << "another grid's worker does not handle it";
  EXPECT_EQ(size_of(ma.post(path, json::object{})), 1u) << "and nobody is told of them: chen alone";
  EXPECT_GE(sign_in("wang").post(path, json::object{}).status, 403) << "a resident is told nothing";
}

TEST_P(DeskTown, WhatHasNoDeadlineStandsBehindWhatIsDue) {
  raise("楼道垃圾", "B0101");
  Visitor chen = at_desk("chen");
  const auto due = chen.get("/v1/records?list=todo&sort=due").json().at("items").as_array();
  const auto all = chen.get("/v1/records?list=todo&sort=new").json().at("items").as_array();
  EXPECT_EQ(due.size(), all.size());
  const auto counts = chen.get("/v1/records/counts?list=todo").json().at("open").as_int64();
  EXPECT_EQ(std::int64_t(due.size()), counts) << "the tab's figure is what the tab lists";
}

TEST_P(DeskTown, CountsFollowTheCategoryAndCountOnceWhatIsMineInTwoWays) {
  const std::string made = raise("楼道垃圾", "B0101");
  raise("路坑", "B0101", "road");
  Visitor chen = at_desk("chen");
  const auto open = [&](const std::string& query) {
    return chen.get("/v1/records/counts?list=todo" + query).json().at("open").as_int64();
  };
  EXPECT_EQ(open(""), 2);
  EXPECT_EQ(open("&category=road"), 1);
  EXPECT_EQ(open("&category=lift"), 0);
  // Taken on: the office's and chen's own by name, and still one matter.
  ASSERT_EQ(chen.post("/v1/records/" + made + "/actions/handle", {{"version", 1}}).status, 200);
  EXPECT_EQ(open(""), std::int64_t(size_of(chen.get("/v1/records?list=todo"))));
}

TEST_P(DeskTown, FiguresAreForThoseWhosePostCoversThePlace) {
  raise("楼道垃圾", "B0101");
  Visitor he = at_desk("he"), ma = at_desk("ma"), tan = at_desk("tan");
  EXPECT_EQ(he.get("/v1/figures?kind=issue&area=" + id("taoyuan")).status, 200);
  EXPECT_EQ(he.get("/v1/figures?kind=issue&area=" + id("grid-1")).status, 200);
  EXPECT_EQ(he.get("/v1/figures?kind=issue&area=" + id("liulin")).status, 403) << "the next community";
  EXPECT_EQ(he.get("/v1/figures?kind=issue&area=" + id("street")).status, 403) << "nor the whole street";
  EXPECT_EQ(he.get("/v1/figures/records?kind=issue&count=received&area=" + id("liulin")).status, 403);
  EXPECT_EQ(ma.get("/v1/figures?kind=issue&by=area&area=" + id("street")).status, 200);
  EXPECT_EQ(tan.get("/v1/figures?kind=issue&area=" + id("liulin")).status, 200) << "the administrator";
}

TEST_P(DeskTown, TheMapSaysOfEveryGridWhatItIsMostlyAbout) {
  raise("楼道垃圾", "B0101"), raise("楼道垃圾又来了", "B0102"), raise("路坑", "B0101", "road");
  raise("路坑", "B0201", "road");
  const auto map = at_desk("ma").get("/v1/figures/map?kind=issue&count=received&area=" + id("street"));
  ASSERT_EQ(map.status, 200) << map.body;
  ASSERT_EQ(size_of(map), 3u);
  std::map<std::string, json::object> by_name;
  const json::value body = map.json();
  for (const auto& each : body.at("items").as_array())
    by_name[std::string(each.at("name").as_string())] = each.as_object();
  EXPECT_EQ(by_name.at("第1网格").at("count").as_int64(), 3);
  EXPECT_EQ(by_name.at("第1网格").at("categories").at(0).at("category").as_string(), "garbage");
  EXPECT_EQ(by_name.at("第2网格").at("categories").at(0).at("category").as_string(), "road");
  EXPECT_EQ(by_name.at("第3网格").at("count").as_int64(), 0);
}

TEST_P(DeskTown, ADayOfTheCourseOpensItsRecords) {
  const std::string made = raise("楼道垃圾", "B0101");
  Visitor ma = at_desk("ma");
  const Day today = day_of(clock.now(), {});
  const std::string days = fmt::format("&from={}&until={}&area={}", today, today, id("street"));
  const auto figures = ma.get("/v1/figures?kind=issue&by=day" + days);
  ASSERT_EQ(size_of(figures, "rows"), 1u) << figures.body;
  const auto behind = ma.get("/v1/figures/records?kind=issue&count=received" + days);
  ASSERT_EQ(size_of(behind), 1u) << behind.body;
  EXPECT_EQ(behind.json().at("items").at(0).at("id").as_string(), made);
  const Day before = add_days(today, -1);
  const auto none = ma.get(
      fmt::format("/v1/figures/records?kind=issue&count=received&from={0}&until={0}&area={1}", before, id("street")));
  EXPECT_EQ(size_of(none), 0u);
}

TEST_P(DeskTown, ChangesAndLooksAreReadByAdministratorsPageByPage) {
  Visitor tan = at_desk("tan"), he = at_desk("he");
  EXPECT_EQ(he.get("/v1/audit").status, 403);
  EXPECT_EQ(he.get("/v1/access-log").status, 403);
  ASSERT_EQ(tan.post("/v1/areas/" + id("grid-1") + "/rename", {{"name", "新一网格"}}).status, 200);
  const auto first = tan.get("/v1/audit");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.json().at("items").at(0).at("what").as_string(), "area.edit");
  EXPECT_EQ(first.json().at("items").at(0).at("about").as_string(), "新一网格");
  ASSERT_EQ(size_of(first), 50u) << "the town was set up with more changes than that";
  const auto second = tan.get("/v1/audit?cursor=" + std::string(first.json().at("next").as_string()));
  ASSERT_EQ(second.status, 200) << second.body;
  const std::string today = to_day_text(day_of(clock.now(), {}));
  EXPECT_EQ(tan.get("/v1/audit?until=" + today).json().at("items").at(0), first.json().at("items").at(0));
  EXPECT_EQ(size_of(tan.get("/v1/audit?until=2020-01-01")), 0u) << "nothing was done by then";
  EXPECT_EQ(tan.get("/v1/access-log?until=yesterday").status, 422);
  // Why, in words: as it was written, or what the server noted by itself.
  EXPECT_EQ(second.json().at("items").at(0).at("because").at("zh"), second.json().at("items").at(0).at("reason"));
  EXPECT_EQ(audit_reason("第 12 号决定").en, "第 12 号决定");
  EXPECT_EQ(audit_reason("retention").zh, "保存期限已满");
  EXPECT_EQ(audit_reason("second factor").en, "by the person");
  EXPECT_EQ(audit_reason("import 4711 名单 三月.xlsx").zh, "导入 名单 三月.xlsx");
  EXPECT_EQ(audit_reason("import of bicycles").en, "import of bicycles");
  // What the server notes by itself never shows as it is noted: no English in Chinese, no path, no Chinese in English.
  EXPECT_EQ(audit_reason(std::string(first.json().at("items").at(0).at("reason").as_string())).zh, "未填写");
  EXPECT_EQ(audit_reason("boundaries drawn on the map").zh, "在地图上划定");
  EXPECT_EQ(audit_reason("40 行 类别：垃圾").en, "40 rows, 类别：垃圾");
  EXPECT_EQ(audit_reason("1 行 ").en, "1 row");
  EXPECT_EQ(audit_reason("三 行 ").en, "三 行 ");
  EXPECT_NE(second.json().at("items").at(0).at("id"), first.json().at("items").at(49).at("id"));
  EXPECT_EQ(tan.get("/v1/audit?cursor=abc").status, 422);
  EXPECT_EQ(tan.get("/v1/access-log").status, 200);
}

TEST_P(DeskTown, AHouseholdInTheListOfChangesIsCalledByItsPlaceAndUnit) {
  Visitor tan = at_desk("tan");
  clock.advance(std::chrono::minutes{1});
  store->write([&](store::Tx& tx) {
    people::Household home;
    home.area = names.areas.at("B0101");
    home.unit = "1单元101";
    people::add_household(tx, doing(), home);
  });
  const auto list = tan.get("/v1/audit");
  ASSERT_EQ(list.status, 200) << list.body;
  const json::value newest = list.json().at("items").at(0);
  EXPECT_EQ(newest.at("what"), "household.add");
  EXPECT_THAT(std::string(newest.at("about").as_string()), ::testing::EndsWith("1单元101"));
  // A link is called by both its ends.
  store->write([&](store::Tx& tx) {
    people::Link link;
    link.kind = "member_household";
    link.from_person = names.people.at("wang");
    link.to_area = names.areas.at("B0101");
    link.from = doing().today();
    people::add_link(tx, doing(), link);
  });
  const json::value link = tan.get("/v1/audit").json().at("items").at(0);
  EXPECT_EQ(link.at("what"), "link.add");
  EXPECT_THAT(std::string(link.at("about").as_string()), ::testing::HasSubstr(" → "));
  // What a pack calls a post is said in the reader's language.
  const auto about = [&](const char* language) {
    std::string all;
    const json::value page = tan.get("/v1/audit", {{"accept-language", language}}).json();
    for (const auto& each : page.at("items").as_array()) all += std::string(each.at("about").as_string()) + "\n";
    return all;
  };
  EXPECT_NE(about("zh-CN"), about("en"));
}

TEST_P(DeskTown, AdministrationSeesCalendarsPacksHealthAndFormerNames) {
  Visitor tan = at_desk("tan"), he = at_desk("he");
  EXPECT_EQ(he.get("/v1/health").status, 403);
  const auto health = tan.get("/v1/health");
  ASSERT_EQ(health.status, 200) << health.body;
  EXPECT_GE(size_of(health), 6u);
  const auto calendars = he.get("/v1/calendars");
  ASSERT_EQ(calendars.status, 200);
  EXPECT_EQ(calendars.json().at("items").at(0).at("week").as_array().size(), 7u);
  app->options.packs = std::string(folder() / "packs");
  const auto check = tan.get("/v1/packs/check");
  ASSERT_EQ(check.status, 200) << check.body;
  EXPECT_TRUE(check.json().at("sound").as_bool()) << check.body;
  EXPECT_TRUE(check.json().at("in_use").as_bool());
  EXPECT_EQ(he.get("/v1/packs/check").status, 403);
  ASSERT_EQ(tan.post("/v1/areas/" + id("grid-1") + "/rename", {{"name", "新一网格"}}).status, 200);
  const auto history = he.get("/v1/areas/" + id("grid-1") + "/history");
  EXPECT_EQ(history.json().at("items").as_array().back().at("name").as_string(), "新一网格");
  EXPECT_EQ(size_of(he.get("/v1/orgs/" + to_text(names.orgs.at("taoyuan-committee")) + "/history")), 1u);
  EXPECT_GT(size_of(he.get("/v1/names"), "roles"), 5u);
}

TEST_P(DeskTown, BoundariesAreCheckedBeforeTheyAreSavedAndANewGridTakesItsGround) {
  Visitor tan = at_desk("tan");
  const std::string community = id("taoyuan");
  const json::object whole = box(117.200, 39.120, 117.204, 39.122), west = box(117.200, 39.120, 117.202, 39.122),
                     east = box(117.202, 39.120, 117.204, 39.122);
  EXPECT_EQ(put(tan, "/v1/areas/boundaries", {{"items", {{{"area", community}, {"boundary", whole}}}}}).status, 200);
  const json::object half{{"items", {{{"area", id("grid-1")}, {"boundary", west}}}}, {"check_only", true}};
  const auto checked = put(tan, "/v1/areas/boundaries", half);
  ASSERT_EQ(checked.status, 200) << checked.body;
  EXPECT_FALSE(checked.json().at("saved").as_bool());
  EXPECT_EQ(size_of(checked, "findings"), 1u) << "the other half belongs to nobody: " << checked.body;
  const json::object both{
      {"items", {{{"area", id("grid-1")}, {"boundary", west}}, {{"area", id("grid-2")}, {"boundary", east}}}}};
  json::object told = half;
  told["check_only"] = false, told["allow_gaps"] = true;
  const auto allowed = put(tan, "/v1/areas/boundaries", told);
  EXPECT_TRUE(allowed.json().at("saved").as_bool());
  EXPECT_EQ(size_of(allowed, "findings"), 1u) << "what was allowed is told: " << allowed.body;
  const auto saved = put(tan, "/v1/areas/boundaries", both);
  ASSERT_TRUE(saved.json().at("saved").as_bool()) << saved.body;

  // A grid takes its ground along.
  const std::string move = "/v1/areas/" + id("grid-2") + "/move";
  EXPECT_EQ(tan.post(move, {{"parent", id("liulin")}}).status, 422);
  EXPECT_EQ(tan.post(move, {{"parent", id("liulin")}, {"allow_overlaps", true}}).status, 422);
  EXPECT_EQ(tan.post(move, {{"parent", id("liulin")}, {"allow_gaps", true}}).status, 200);
  EXPECT_EQ(tan.post(move, {{"parent", community}}).status, 200);

  // A new grid over the middle, drawn beyond the community as well.
  const json::object middle{{"items",
                             {{{"parent", community},
                               {"level", "grid"},
                               {"name", "第9网格"},
                               {"boundary", box(117.201, 39.119, 117.203, 39.1215)}}}},
                            {"take", true}};
  EXPECT_EQ(put(tan, "/v1/areas/boundaries", middle).json().at("items").as_array().size(), 3u)
      << "the new one and the two that gave ground";
  const auto after = tan.get("/v1/coverage?level=grid&within=" + community);
  EXPECT_EQ(after.json().at("areas").as_int64(), 3);
  EXPECT_EQ(after.body.find("重叠"), std::string::npos) << after.body;
  EXPECT_EQ(after.body.find("不属于"), std::string::npos) << after.body;

  // What would leave nothing of a neighbour is refused with a word, and nobody else may draw.
  const json::object all{{"items", {{{"parent", community}, {"level", "grid"}, {"name", "全部"}, {"boundary", whole}}}},
                         {"take", true}};
  const auto greedy = put(tan, "/v1/areas/boundaries", all);
  EXPECT_FALSE(greedy.json().at("saved").as_bool());
  EXPECT_EQ(size_of(greedy, "findings"), 3u) << greedy.body;
  Visitor he = at_desk("he");
  EXPECT_EQ(put(he, "/v1/areas/boundaries", both).status, 403);
}

}  // namespace tongxin::serve
