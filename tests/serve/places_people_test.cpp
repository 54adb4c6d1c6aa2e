// Places, codes, organisations, posts and files, over real HTTP.
#include <fstream>
#include <sstream>

#include "people/operations.hpp"
#include "record/terms.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {
namespace {

class Places : public Town {
 protected:
  void more_routes(Router& router) override {
    add_place_routes(*app, router);
    add_grid_routes(*app, router);
    add_people_routes(*app, router);
    add_file_routes(*app, router);
  }
  std::string person(const std::string& name) const { return to_text(names.people.at(name)); }
  std::string org(const std::string& code) const { return to_text(names.orgs.at(code)); }
  boost::json::object new_post(const std::string& who, const std::string& role, const std::string& in,
                               const std::string& where) const {
    return {{"person", person(who)}, {"role", role}, {"org", org(in)}, {"area", id(where)}, {"from", "2026-01-01"}};
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Places, test::kEngines, test::engine_name);
using Files = Places;
INSTANTIATE_TEST_SUITE_P(Engines, Files, test::kEngines, test::engine_name);

std::string picture(const std::string& name) {
  std::ifstream file(std::string(TONGXIN_SOURCE_DIR) + "/tests/serve/pictures/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The picture as a phone would send it: lying on its side (orientation 6), with the maker's name and a place.
std::string with_exif(const std::string& jpeg) {
  using namespace std::string_literals;
  const std::string tiff = "II*\0\x08\0\0\0"s + "\x02\0"s + "\x0f\x01\x02\0\x0a\0\0\0\x26\0\0\0"s +
                           "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"s + "\0\0\0\0"s + "SECRETCAM\0"s;
  const std::string segment = "Exif\0\0"s + tiff;
  const std::size_t size = segment.size() + 2;
  return jpeg.substr(0, 2) + "\xff\xe1"s + char(size >> 8) + char(size & 0xff) + segment + jpeg.substr(2);
}

test::HttpReply upload(Visitor& who, const std::string& bytes, const std::string& name,
                       const std::string& type = "image/jpeg") {
  const std::string body = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
                           "\"\r\nContent-Type: " + type + "\r\n\r\n" + bytes + "\r\n--edge--\r\n";
  return who.send("POST", "/v1/files", body, {{"content-type", "multipart/form-data; boundary=edge"}});
}

TEST_P(Places, TheTreeIsOpenToEverybody) {
  Visitor anyone = visitor();
  const auto children = anyone.get("/v1/areas?parent=" + id("taoyuan"));
  ASSERT_EQ(children.status, 200) << children.body;
  EXPECT_EQ(children.json().at("items").as_array().size(), 2u);
  EXPECT_EQ(anyone.get("/v1/areas?within=" + id("street") + "&level=building").json().at("items").as_array().size(),
            4u);
  EXPECT_EQ(anyone.get("/v1/areas?q=%E6%9F%B3%E6%9E%97").json().at("items").as_array().size(), 2u);
  EXPECT_EQ(anyone.get("/v1/areas/" + id("grid-1")).json().at("level").as_string(), "grid");
  EXPECT_EQ(anyone.get("/v1/areas/0000000000001").status, 404);
  const auto here = anyone.get("/v1/areas/locate?lon=117.20101&lat=39.12101").json().at("areas").as_array();
  EXPECT_EQ(here.back().at("name").as_string(), "桃园里1号楼");
  EXPECT_EQ(anyone.get("/v1/areas/locate?lon=10&lat=10").status, 404);
  const auto slip = anyone.get("/v1/areas?levle=grid");
  ASSERT_EQ(slip.status, 422) << "not all areas, as if nothing had been asked: " << slip.body;
  EXPECT_EQ(slip.json().at("errors").at(0).at("at").as_string(), "?levle");
  EXPECT_EQ(slip.json().at("errors").at(0).at("code").as_string(), "unknown");
  EXPECT_EQ(slip.json().at("errors").at(0).at("detail").as_string(), "没有参数“levle”，是不是“level”？");
  EXPECT_EQ(anyone.get("/v1/areas/locate?lon=10&lat=10&z=1", {{"accept-language", "en"}})
                .json()
                .at("errors")
                .at(0)
                .at("detail")
                .as_string(),
            "there is no parameter “z”; there are: lon, lat");
  EXPECT_EQ(anyone.get("/v1/areas/locate?lon=10").status, 422);
}

TEST_P(Places, WhoServesMyBuildingIsAPublicFact) {
  const auto contacts = visitor().get("/v1/areas/" + id("B0101") + "/contacts");
  ASSERT_EQ(contacts.status, 200) << contacts.body;
  const auto items = contacts.json().at("items").as_array();
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items[0].at("name").as_string(), "陈网格员") << "the nearest first";
  EXPECT_NE(contacts.body.find("何书记"), std::string::npos);
  EXPECT_EQ(contacts.body.find("高书记"), std::string::npos) << "not of the other community";
  EXPECT_EQ(contacts.body.find("林派遣员"), std::string::npos) << "nor of the street";
}

TEST_P(Places, OnlyAnAdministratorEditsPlacesAndOthersSeeItAtOnce) {
  const std::string path = "/v1/areas/" + id("grid-1") + "/rename";
  EXPECT_EQ(visitor().post(path, {{"name", "新一网格"}}).status, 401);
  EXPECT_EQ(sign_in("he").post(path, {{"name", "新一网格"}}).status, 403);
  Visitor tan = sign_in("tan");
  const auto renamed = tan.post(path, {{"name", "新一网格"}});
  ASSERT_EQ(renamed.status, 200) << renamed.body;
  EXPECT_EQ(visitor().get("/v1/areas/" + id("grid-1")).json().at("name").as_string(), "新一网格");
  const auto added = tan.post(
      "/v1/areas",
      {{"parent", id("taoyuan")},
       {"level", "grid"},
       {"name", "第9网格"},
       {"boundary",
        {{"type", "Polygon"}, {"coordinates", {{{117.3, 39.3}, {117.31, 39.3}, {117.31, 39.31}, {117.3, 39.3}}}}}}});
  ASSERT_EQ(added.status, 201) << added.body;
  const auto shown = visitor().get("/v1/areas/boundaries?level=grid");
  EXPECT_EQ(shown.json().at("features").as_array().size(), 1u);
  EXPECT_EQ(visitor().get("/v1/areas/boundaries?level=grid", {{"if-none-match", shown.header("etag")}}).status, 304);
  const boost::json::object beside{{"type", "Polygon"},
                                   {"coordinates", {{{117.3, 39.3}, {117.31, 39.3}, {117.31, 39.31}, {117.3, 39.3}}}}};
  boost::json::object twin{{"parent", id("taoyuan")}, {"level", "grid"}, {"name", "第10网格"}, {"boundary", beside}};
  EXPECT_EQ(tan.post("/v1/areas", twin).status, 422) << "on the ground of another";
  twin["allow_overlaps"] = true;
  EXPECT_EQ(tan.post("/v1/areas", twin).status, 201);
  EXPECT_EQ(tan.post("/v1/areas/" + id("grid-2") + "/move", {{"parent", id("liulin")}}).status, 200);
  EXPECT_EQ(visitor().get("/v1/areas?parent=" + id("liulin")).json().at("items").as_array().size(), 2u);
}

TEST_P(Places, ANeighbourTakesInAGridThatNobodyServes) {
  Visitor tan = sign_in("tan"), he = sign_in("he", "192.0.2.8");
  const auto add = [&](const std::string& parent, const std::string& level, const std::string& name) {
    const auto made = tan.post("/v1/areas", {{"parent", parent}, {"level", level}, {"name", name}});
    EXPECT_EQ(made.status, 201) << made.body;
    return std::string(made.json().at("id").as_string());
  };
  const std::string grid = add(id("taoyuan"), "grid", "第8网格"), house = add(grid, "building", "新楼");
  const std::string merge = "/v1/areas/" + grid + "/merge";
  const boost::json::object into{{"into", id("grid-1")}, {"reason", "区划调整"}};
  EXPECT_EQ(he.post(merge, into).status, 403);
  EXPECT_EQ(tan.post(merge, {{"into", id("grid-3")}, {"reason", "x"}}).status, 422) << "of another community";
  EXPECT_EQ(tan.post(merge, {{"into", grid}, {"reason", "x"}}).status, 422);
  EXPECT_EQ(tan.post(merge, {{"into", id("grid-1")}, {"reason", ""}}).status, 422) << "no decision";
  const auto used = tan.post("/v1/areas/" + id("grid-1") + "/merge", {{"into", grid}, {"reason", "区划调整"}});
  EXPECT_EQ(used.status, 422);
  EXPECT_NE(used.body.find("请先调整岗位"), std::string::npos) << used.body;
  const auto merged = tan.post(merge, into);
  ASSERT_EQ(merged.status, 200) << merged.body;
  EXPECT_EQ(merged.json().at("moved").as_int64(), 1);
  const auto below = visitor().get("/v1/areas?parent=" + id("grid-1")).body;
  EXPECT_NE(below.find(house), std::string::npos);
  EXPECT_EQ(visitor().get("/v1/areas?parent=" + id("taoyuan")).body.find("第8网格"), std::string::npos);
  EXPECT_EQ(tan.post(merge, into).json().at("moved").as_int64(), 0) << "said again, it changes nothing";
}

TEST_P(Places, ACodeOnAWallSaysWhereItHangsUntilItIsRevoked) {
  Visitor he = sign_in("he");
  EXPECT_EQ(he.post("/v1/codes", {{"area", id("grid-3")}, {"kind", "issue"}}).status, 403) << "another community";
  for (const char* kind : {"wall", "household"}) {
    const auto refused = he.post("/v1/codes", {{"area", id("B0101")}, {"kind", kind}});
    EXPECT_EQ(refused.status, 422) << kind << " is nothing that residents may start";
    EXPECT_EQ(refused.json().at("errors").at(0).at("at").as_string(), "/kind");
  }
  const auto made = he.post("/v1/codes", {{"area", id("B0101")}, {"kind", "spoken"}, {"facility", "1单元门口"}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string code(made.json().at("code").as_string());
  EXPECT_TRUE(made.json().at("url").as_string().ends_with("/s/" + code));
  const auto scanned = visitor().get("/v1/codes/" + code);
  EXPECT_EQ(scanned.json().at("area").at("name").as_string(), "桃园里1号楼");
  EXPECT_EQ(scanned.json().at("kind").as_string(), "spoken") << "what the page opens";
  const auto image = visitor().get("/v1/codes/" + code + ".svg");
  EXPECT_EQ(image.header("content-type"), "image/svg+xml");
  EXPECT_TRUE(image.body.starts_with("<svg"));
  EXPECT_EQ(visitor().get("/v1/codes?within=" + id("taoyuan")).status, 401);
  EXPECT_EQ(he.get("/v1/codes?within=" + id("taoyuan")).json().at("items").as_array().size(), 1u);
  EXPECT_EQ(he.del("/v1/codes/" + code).status, 204);
  EXPECT_TRUE(visitor().get("/v1/codes/" + code).json().at("revoked").as_bool());
}

TEST_P(Places, ASecretaryAppointsAtTheirOwnPlaceAndNowhereElse) {
  Visitor he = sign_in("he");
  EXPECT_EQ(he.post("/v1/posts", new_post("wang", "grid_worker_part", "team-3", "grid-3")).status, 403)
      << "another community";
  EXPECT_EQ(he.post("/v1/posts", new_post("wang", "department_staff", "urban", "grid-1")).status, 403)
      << "a department's rights are not theirs to give";
  EXPECT_EQ(he.post("/v1/posts", new_post("he", "platform_keeper", "taoyuan-committee", "taoyuan")).status, 403)
      << "nobody makes an administrator of themselves";
  EXPECT_EQ(he.post("/v1/posts", new_post("he", "street_leader", "street-office", "street")).status, 403)
      << "nor climbs";
  EXPECT_EQ(he.post("/v1/posts", new_post("wang", "wizard", "team-1", "grid-1")).status, 422);
  const auto made = he.post("/v1/posts", new_post("wang", "grid_worker_part", "team-1", "grid-1"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(sign_in("wang").get("/v1/session").json().at("staff").as_bool());
  const std::string post(made.json().at("post").at("id").as_string());
  EXPECT_EQ(sign_in("gao").post("/v1/posts/" + post + "/end", {{"until", "2027-01-15"}}).status, 403);
  EXPECT_EQ(sign_in("chen").post("/v1/posts/" + post + "/end", {{"until", "2027-01-15"}}).status, 403);
  EXPECT_EQ(he.post("/v1/posts/" + post + "/end", {{"until", "2027-01-15"}}).status, 204);
  EXPECT_FALSE(sign_in("wang").get("/v1/session").json().at("staff").as_bool()) << "from that day on";
}

TEST_P(Places, TheDirectoryIsForThoseWhoHoldAPost) {
  Visitor wang = sign_in("wang"), he = sign_in("he");
  for (const char* path :
       {"/v1/orgs", "/v1/posts", "/v1/responsibilities", "/v1/people?q=a", "/v1/staffing", "/v1/vacancies",
        "/v1/dual-offices", "/v1/cross-appointments", "/v1/terms", "/v1/coverage"}) {
    EXPECT_EQ(visitor().get(path).status, 401) << path;
    EXPECT_EQ(wang.get(path).status, 403) << path;
    EXPECT_EQ(he.get(path).status, 200) << path << he.get(path).body;
  }
  EXPECT_EQ(he.get("/v1/orgs?within=" + id("taoyuan")).json().at("items").as_array().size(), 4u);
  EXPECT_EQ(he.get("/v1/people?q=%E9%99%88").json().at("items").at(0).at("name").as_string(), "陈网格员");
  EXPECT_EQ(he.get("/v1/people?q=%E7%8E%8B").json().at("items").as_array().size(), 0u)
      << "residents are not found by name";
}

TEST_P(Places, TheStaffingSaysWhichGridsHaveNobodyAndWhoseTermEnds) {
  Visitor he = sign_in("he");
  const auto row_of = [&](const std::string& role) {
    const boost::json::value list = he.get("/v1/staffing?area=" + id("taoyuan")).json();
    for (const auto& row : list.at("items").as_array())
      if (row.at("role").as_string() == role) return row.as_object();
    return boost::json::object{};
  };
  const auto without = [&] {
    std::vector<std::string> missing;
    const boost::json::object row = row_of("grid_worker_full");
    for (const auto& area : row.at("without").as_array()) missing.emplace_back(area.at("name").as_string());
    return missing;
  };
  EXPECT_EQ(row_of("grid_worker_full").at("each").at("zh").as_string(), "网格");
  EXPECT_TRUE(without().empty());
  const std::string sun(
      he.get("/v1/posts?org=" + org("team-2")).json().at("items").at(0).at("post").at("id").as_string());
  const Day today = doing().today();
  ASSERT_EQ(he.post("/v1/posts/" + sun + "/end", {{"until", to_day_text(today)}}).status, 204);
  EXPECT_EQ(without(), std::vector<std::string>{"第2网格"});
  const auto made = he.post("/v1/posts", new_post("wang", "grid_worker_full", "team-2", "grid-2"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(without().empty());

  // The term ends in twenty days: it stands among the terms, and holder and secretary hear of it, once.
  const std::string post(made.json().at("post").at("id").as_string());
  const Day until = add_days(today, 20);
  ASSERT_EQ(he.post("/v1/posts/" + post + "/end", {{"until", to_day_text(until)}}).status, 204);
  const auto ending = he.get("/v1/terms?days=30").json();
  ASSERT_EQ(ending.at("items").as_array().size(), 1u);
  EXPECT_EQ(ending.at("items").at(0).at("days").as_int64(), 20);
  EXPECT_EQ(he.get("/v1/terms?days=10").json().at("items").as_array().size(), 0u);
  const auto tell = [&] {
    return store->write(
        [&](store::Tx& tx) { return record::tell_ending_terms(tx, doing(), *engine->worlds().current(tx, kRealm)); });
  };
  EXPECT_EQ(tell(), 1);
  EXPECT_EQ(tell(), 0) << "once for each end";
  for (const char* who : {"wang", "he"}) {
    const auto told = store->read([&](store::Tx& tx) {
      static constexpr store::Sql kTold{"test_told", "SELECT text_zh FROM message WHERE realm_id=$1 AND person_id=$2"};
      return tx.all<std::string>(kTold, kRealm, names.people.at(who));
    });
    ASSERT_EQ(told.size(), 1u) << who;
    EXPECT_NE(told[0].find(to_day_text(add_days(until, -1))), std::string::npos) << told[0];
  }
}

TEST_P(Places, OrganisationsAndDutiesAreChangedByThoseInCharge) {
  Visitor he = sign_in("he"), gao = sign_in("gao");
  const boost::json::object branch{{"parent", org("taoyuan-committee")},
                                   {"kind", "grid_branch"},
                                   {"code", "team-9"},
                                   {"name", "第9网格党支部"},
                                   {"area", id("grid-2")},
                                   {"reason", "2027-3号文"}};
  EXPECT_EQ(gao.send("POST", "/v1/orgs", boost::json::serialize(branch)).status, 403);
  const auto added = he.send("POST", "/v1/orgs", boost::json::serialize(branch));
  ASSERT_EQ(added.status, 201) << added.body;
  const std::string one = "/v1/orgs/" + std::string(added.json().at("id").as_string());
  EXPECT_EQ(he.send("PATCH", one, R"({"name":"新名","reason":"更名"})").json().at("name").as_string(), "新名");
  EXPECT_EQ(gao.send("PATCH", one, R"({"name":"别名","reason":"更名"})").status, 403);
  const std::string duty =
      R"({"function":"environment","area":")" + id("grid-1") + R"(","org":")" + org("firm") + R"(","reason":"合同"})";
  EXPECT_EQ(gao.send("PUT", "/v1/responsibilities", duty).status, 403);
  EXPECT_EQ(he.send("PUT", "/v1/responsibilities", duty).status, 204);
  EXPECT_EQ(he.get("/v1/responsibilities?function=environment").json().at("items").at(0).at("org_name").as_string(),
            "安居物业");
}

TEST_P(Files, APhotographIsTurnedUprightAndTellsNothingOfWhoTookIt) {
  Visitor he = sign_in("he");
  const std::string sent = with_exif(picture("wide.jpg"));
  ASSERT_NE(sent.find("SECRETCAM"), sent.npos);
  const auto kept = upload(he, sent, "../../照片.jpeg");
  ASSERT_EQ(kept.status, 201) << kept.body;
  EXPECT_EQ(kept.json().at("width").as_int64(), 40);
  EXPECT_EQ(kept.json().at("height").as_int64(), 60);
  EXPECT_EQ(kept.json().at("name").as_string(), "照片.jpg");
  for (const char* size : {"thumb", "view", "original"}) {
    const auto shown = he.get("/v1/files/" + std::string(kept.json().at("id").as_string()) + "?size=" + size);
    ASSERT_EQ(shown.status, 200) << size;
    EXPECT_EQ(shown.header("content-type"), "image/jpeg");
    EXPECT_EQ(shown.header("x-content-type-options"), "nosniff");
    EXPECT_NE(shown.header("content-security-policy").find("sandbox"), std::string::npos);
    EXPECT_EQ(shown.body.find("SECRETCAM"), std::string::npos) << size;
    EXPECT_EQ(shown.body.find("Exif"), std::string::npos) << size;
  }
}

TEST_P(Files, WhatIsNoPictureIsRefusedWhateverItIsCalled) {
  Visitor he = sign_in("he");
  EXPECT_EQ(upload(he, "<!DOCTYPE html><html><script>alert(1)</script></html>", "photo.jpg").status, 415);
  EXPECT_EQ(upload(he, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "photo.jpg").status, 415);
  EXPECT_EQ(upload(he, picture("wide.jpg").substr(0, 60), "cut.jpg").status, 415);
  EXPECT_EQ(upload(he, "", "empty.jpg").status, 422);
  EXPECT_EQ(upload(he, picture("bomb.png"), "small.png", "image/png").status, 413)
      << "ten kilobytes that would be 81 megapixels";
}

TEST_P(Files, ADocumentIsSavedAndNeverShownInThePage) {
  Visitor he = sign_in("he");
  const auto kept = upload(he, "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "会议纪要.pdf", "application/pdf");
  ASSERT_EQ(kept.status, 201) << kept.body;
  const auto shown = he.get("/v1/files/" + std::string(kept.json().at("id").as_string()));
  EXPECT_TRUE(shown.header("content-disposition").starts_with("attachment;")) << shown.header("content-disposition");
}

TEST_P(Files, BeforeItIsAttachedAFileIsItsSendersForAnHour) {
  Visitor he = sign_in("he");
  const auto kept = upload(he, picture("wide.jpg"), "a.jpg");
  const std::string path = "/v1/files/" + std::string(kept.json().at("id").as_string());
  EXPECT_EQ(he.get(path).status, 200);
  EXPECT_EQ(sign_in("tan").get(path).status, 404);
  EXPECT_EQ(visitor().get(path).status, 404);
  clock.advance(std::chrono::minutes{61});
  EXPECT_EQ(he.get(path).status, 404);
}

TEST_P(Files, AReporterWithoutAccountSendsAFewPhotographsButNotAFlood) {
  Visitor reporter = visitor("203.0.113.50"), neighbour = visitor("198.51.100.9");
  const std::string pdf = "%PDF-1.4\n%%EOF\n";
  int taken = 0, status = 201;
  while (taken < 100 && (status = upload(reporter, pdf, "a.pdf").status) == 201) ++taken;
  EXPECT_EQ(status, 429);
  EXPECT_GE(taken, 20);
  EXPECT_LE(taken, 40);
  EXPECT_EQ(upload(neighbour, pdf, "a.pdf").status, 201);
}

}  // namespace
}  // namespace tongxin::serve
