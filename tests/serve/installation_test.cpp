// The whole installation: every route together, a report with a photograph, and the clock of deadlines.
#include <fstream>
#include <sstream>

#include "serve/deadline_clock.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {
namespace {

class Installation : public Town {
 protected:
  void more_routes(Router& router) override {
    app->options.realm_name = "清河街道";
    add_record_routes(*app, router);
    add_place_routes(*app, router);
    add_grid_routes(*app, router);
    add_people_routes(*app, router);
    add_file_routes(*app, router);
    add_system_routes(*app, router);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Installation, test::kEngines, test::engine_name);

TEST_P(Installation, SaysWhatItIsAndDescribesEveryRoute) {
  Visitor anyone = visitor();
  const auto realm = anyone.get("/v1/realm");
  ASSERT_EQ(realm.status, 200) << realm.body;
  EXPECT_EQ(realm.json().at("name").as_string(), "清河街道");
  EXPECT_TRUE(realm.json().at("demo").as_bool());
  const auto document = anyone.get("/openapi.json");
  ASSERT_EQ(document.status, 200);
  const auto paths = document.json().at("paths").as_object();
  for (const char* path : {"/v1/session", "/v1/records", "/v1/areas", "/v1/posts", "/v1/files", "/v1/realm"})
    EXPECT_TRUE(paths.contains(path)) << path;
  const auto& upload = paths.at("/v1/files").at("post");
  EXPECT_EQ(upload.at("requestBody").at("content").at("multipart/form-data").at("schema").at("required").at(0), "file");
  EXPECT_EQ(upload.at("responses").at("201").at("content").at("application/json").at("schema").at("$ref"),
            "#/components/schemas/FileView");
  EXPECT_EQ(anyone.get("/healthz").status, 200);
  EXPECT_EQ(anyone.get("/readyz").status, 200);
}

TEST_P(Installation, APhotographIsSeenByThoseWhoMaySeeItsReport) {
  std::ifstream file(std::string(TONGXIN_SOURCE_DIR) + "/tests/serve/pictures/wide.jpg", std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  Visitor reporter = visitor("203.0.113.50");
  const std::string body = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" +
                           bytes.str() + "\r\n--edge--\r\n";
  const auto photo = reporter.send("POST", "/v1/files", body, {{"content-type", "multipart/form-data; boundary=edge"}});
  ASSERT_EQ(photo.status, 201) << photo.body;
  const std::string path = "/v1/files/" + std::string(photo.json().at("id").as_string());
  const auto sent =
      reporter.post("/v1/records", {{"kind", "issue"},
                                    {"category", "garbage"},
                                    {"place", {{"area", id("B0101")}}},
                                    {"form", {{"description", "垃圾没有人收"}, {"photos", {photo.json().at("id")}}}}});
  ASSERT_EQ(sent.status, 201) << sent.body;
  Visitor chen = visitor(), zhou = visitor();
  ASSERT_EQ(chen.sign_in("chen_x", kPassword).status, 200);
  ASSERT_EQ(zhou.sign_in("zhou_x", kPassword).status, 200);
  EXPECT_EQ(chen.get(path).status, 200) << "the grid's own worker";
  EXPECT_EQ(zhou.get(path).status, 404) << "another community's";
  const std::string code(sent.json().at("follow_code").as_string());
  EXPECT_EQ(visitor().get(path, {{"x-follow-code", code}}).status, 200) << "the reporter with the code";
  EXPECT_EQ(visitor().get(path).status, 404) << "nobody else";
}

TEST_P(Installation, WhatIsDueIsWokenOnceAndWhatIsOldIsForgotten) {
  Visitor reporter = visitor();
  const auto sent = reporter.post("/v1/records", {{"kind", "issue"},
                                                  {"category", "garbage"},
                                                  {"place", {{"area", id("B0101")}}},
                                                  {"form", {{"description", "垃圾没有人收"}}}});
  ASSERT_EQ(sent.status, 201) << sent.body;
  const auto late = [&] {
    return store->read([&](store::Tx& tx) { return engine->due(tx, kRealm, clock.now(), 100).size(); });
  };
  DeadlineClock deadlines(*app, Log([this](std::string_view lines) { log.take(lines); }));
  deadlines.run_once();
  EXPECT_EQ(late(), 0u);
  clock.advance(std::chrono::hours{24 * 90});
  EXPECT_GT(late(), 0u);
  EXPECT_GT(deadlines.run_once(), 0);
  EXPECT_EQ(late(), 0u) << "everything due was woken";
}

// A hundred and twenty that cannot be woken are more than the clock takes at a time; one healthy deadline comes after them.
TEST_P(Installation, DeadlinesThatFailKeepNoOtherFromItsTurn) {
  const auto raise = [&] {
    const auto sent = visitor().post("/v1/records", {{"kind", "issue"},
                                                     {"category", "garbage"},
                                                     {"place", {{"area", id("B0101")}}},
                                                     {"form", {{"description", "垃圾没有人收"}}}});
    EXPECT_EQ(sent.status, 201) << sent.body;
    RecordId made;
    EXPECT_TRUE(parse(std::string_view(sent.json().at("id").as_string()), made));
    return made;
  };
  static constexpr store::Sql kLose{"edit", "UPDATE record SET kind = 'lost' WHERE realm_id = $1 AND id = $2"};
  static constexpr store::Sql kFind{"raise", "UPDATE record SET kind = 'issue' WHERE realm_id = $1 AND id = $2"};
  std::vector<RecordId> lost;
  for (int i = 0; i < 120; ++i) lost.push_back(raise());
  store->write([&](store::Tx& tx) {
    for (const RecordId each : lost) tx.run(kLose, kRealm, each);
  });
  clock.advance(std::chrono::minutes{1});
  const RecordId sound = raise();
  clock.advance(std::chrono::hours{24 * 90});
  DeadlineClock deadlines(*app, Log([this](std::string_view lines) { log.take(lines); }));
  EXPECT_GT(deadlines.run_once(), 0);
  const auto waiting = [&](RecordId record) {
    const auto due = store->read([&](store::Tx& tx) { return engine->due(tx, kRealm, clock.now(), 1000); });
    return std::any_of(due.begin(), due.end(), [&](const auto& each) { return each.record == record; });
  };
  EXPECT_FALSE(waiting(sound)) << "the one behind them had its turn";
  EXPECT_FALSE(waiting(lost[0])) << "put off, not tried every second";
  EXPECT_EQ(deadlines.run_once(), 0);
  store->write([&](store::Tx& tx) { tx.run(kFind, kRealm, lost[0]); });
  clock.advance(std::chrono::minutes{11});
  EXPECT_TRUE(waiting(lost[0])) << "but not forgotten";
  EXPECT_GT(deadlines.run_once(), 0);
  EXPECT_FALSE(waiting(lost[0]));
}

TEST_P(Installation, MattersFollowTheirBuildingAfterTheAnswerAndItIsSaidUntilThen) {
  Visitor tan = sign_in("tan"), chen = sign_in("chen"), he = sign_in("he");
  const auto add = [&](const std::string& parent, const std::string& level, const std::string& name) {
    return std::string(
        tan.post("/v1/areas", {{"parent", parent}, {"level", level}, {"name", name}}).json().at("id").as_string());
  };
  const auto raise = [&](const std::string& place) {
    const auto sent = visitor().post("/v1/records", {{"kind", "issue"},
                                                     {"category", "garbage"},
                                                     {"place", {{"area", place}}},
                                                     {"form", {{"description", "垃圾没有人收"}}}});
    EXPECT_EQ(sent.status, 201) << sent.body;
    return std::string(sent.json().at("id").as_string());
  };
  const std::string grid = add(id("taoyuan"), "grid", "第8网格"), house = add(grid, "building", "新楼");
  const std::string busy = add(id("taoyuan"), "grid", "第9网格");
  const boost::json::object into{{"into", id("grid-1")}, {"reason", "区划调整"}};
  raise(busy);
  const auto refused = tan.post("/v1/areas/" + busy + "/merge", into);
  EXPECT_EQ(refused.status, 422) << "a matter of the grid itself is open";
  EXPECT_NE(refused.body.find("还有没有办结的"), std::string::npos) << refused.body;

  const std::string matter = raise(house), list = "/v1/records?list=area&kind=issue&open=true";
  const auto listed = [&] { return chen.get(list).body.find(matter) != std::string::npos; };
  ASSERT_EQ(tan.post("/v1/areas/" + grid + "/merge", into).status, 200);
  EXPECT_FALSE(listed()) << "not within the request";
  EXPECT_EQ(he.get("/v1/areas/changes").status, 403);
  const auto changes = tan.get("/v1/areas/changes").json().at("items").as_array();
  EXPECT_TRUE(std::any_of(changes.begin(), changes.end(), [&](const boost::json::value& each) {
    return each.at("area").at("id").as_string() == house;
  }));
  DeadlineClock deadlines(*app, Log([this](std::string_view lines) { log.take(lines); }));
  deadlines.run_once();
  EXPECT_TRUE(listed()) << chen.get(list).body;
  EXPECT_TRUE(tan.get("/v1/areas/changes").json().at("items").as_array().empty());
}

}  // namespace
}  // namespace tongxin::serve
