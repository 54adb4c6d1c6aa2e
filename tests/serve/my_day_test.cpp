// What a person did on a day, and who looked at what of theirs, over real HTTP on both engines.
#include "serve/openapi.hpp"
#include "serve/town.hpp"

using namespace tongxin;
using namespace tongxin::serve;
namespace json = boost::json;

namespace {

class MyDay : public Town {
 protected:
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_people_routes(*app, router);
    add_office_routes(*app, router);
  }
  Visitor signed_in(const std::string& person) {
    Visitor who = visitor();
    const auto session = store->write([&](store::Tx& tx) {
      return people::open_session(tx, kRealm, ids, names.people.at(person), {}, "test", {}, clock.now());
    });
    who.cookies[kSessionCookie] = session.cookie;
    who.csrf = session.csrf;
    return who;
  }
  json::object report(const std::string& text) {
    return {{"kind", "issue"},
            {"category", "garbage"},
            {"place", {{"area", id("B0101")}}},
            {"form", {{"description", text}, {"contact_phone", "13800000000"}}}};
  }
  static std::vector<std::string> labels(const test::HttpReply& day) {
    std::vector<std::string> list;
    const json::value body = day.json();  // named: a range-for does not keep a temporary alive
    for (const auto& deed : body.at("items").as_array()) list.emplace_back(deed.at("label").at("zh").as_string());
    return list;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, MyDay, test::kEngines, test::engine_name);

}  // namespace

TEST_P(MyDay, TellsWhatIDidTodayInTheOrderOfTheDayAndNothingOfOthers) {
  Visitor wang = signed_in("wang"), chen = signed_in("chen"), sun = signed_in("sun");
  const auto made = wang.post("/v1/records", report("楼道灯坏了"));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/v1/records/" + std::string(made.json().at("id").as_string());
  ASSERT_EQ(chen.post(path + "/actions/handle", {{"form", json::object{}}}).status, 200);
  clock.advance(std::chrono::minutes{20});
  ASSERT_EQ(chen.post(path + "/actions/resolve", {{"form", {{"result", "已换灯泡"}}}}).status, 200);
  const auto today = chen.get("/v1/me/day");
  ASSERT_EQ(today.status, 200) << today.body;
  EXPECT_EQ(labels(today), (std::vector<std::string>{"开始处置", "办结"}));
  EXPECT_EQ(today.json().at("items").at(0).at("title").as_string(), "楼道灯坏了");
  EXPECT_EQ(labels(wang.get("/v1/me/day")), std::vector<std::string>{"提交"});
  EXPECT_TRUE(labels(sun.get("/v1/me/day")).empty());
  clock.advance(std::chrono::hours{24});
  Visitor later = signed_in("chen");  // a session does not last that long unused
  EXPECT_TRUE(labels(later.get("/v1/me/day")).empty()) << "a new day";
  const std::string day(today.json().at("day").as_string());
  EXPECT_EQ(labels(later.get("/v1/me/day?day=" + day)).size(), 2u);
  EXPECT_EQ(later.get("/v1/me/day?day=yesterday").status, 422);
  EXPECT_EQ(visitor().get("/v1/me/day").status, 401);
}

TEST_P(MyDay, WhoLookedIsToldWithOrganisationReasonAndMatter) {
  Visitor wang = signed_in("wang"), chen = signed_in("chen");
  const auto made = wang.post("/v1/records", report("楼道灯坏了"));
  const std::string path = "/v1/records/" + std::string(made.json().at("id").as_string());
  ASSERT_EQ(chen.post(path + "/unseal", {{"reason", "回访"}}).status, 200);
  ASSERT_EQ(wang.post(path + "/unseal", {{"reason", ""}}).status, 200) << "one's own";
  const auto looked = wang.get("/v1/me/access-log");
  ASSERT_EQ(looked.status, 200) << looked.body;
  const json::value body = looked.json();
  ASSERT_EQ(body.at("items").as_array().size(), 1u) << "one's own look is no access";
  const json::value& look = body.at("items").at(0);
  EXPECT_EQ(look.at("who").as_string(), "陈网格员");
  EXPECT_EQ(look.at("from_org").as_string(), "第1网格");
  EXPECT_EQ(look.at("reason").as_string(), "回访");
  EXPECT_EQ(look.at("number").as_string(), made.json().at("number").as_string());
}

// Who has no account has the code alone: it shows who looked, and the office's log says that it is somebody without a name.
TEST_P(MyDay, AGuestSeesByTheCodeWhoLookedAndWhy) {
  Visitor guest = visitor(), chen = signed_in("chen");
  const auto made = guest.post("/v1/records", report("楼道灯坏了"));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/v1/records/" + std::string(made.json().at("id").as_string()),
                    looks = "/v1/follow/" + std::string(made.json().at("follow_code").as_string()) + "/looks";
  EXPECT_TRUE(guest.get(looks).json().at("items").as_array().empty());
  ASSERT_EQ(chen.post(path + "/unseal", {{"reason", "回访"}}).status, 200);
  const json::value body = guest.get(looks).json();
  ASSERT_EQ(body.at("items").as_array().size(), 1u);
  const json::value& look = body.at("items").at(0);
  EXPECT_EQ(look.at("who").as_string(), "陈网格员");
  EXPECT_EQ(look.at("from_org").as_string(), "第1网格");
  EXPECT_EQ(look.at("reason").as_string(), "回访");
  EXPECT_EQ(guest.get("/v1/follow/aaaabbbbccccdddd/looks").status, 404);
  const json::value looked = sign_in("tan").get("/v1/access-log").json();
  ASSERT_EQ(looked.at("items").as_array().size(), 1u);
  EXPECT_EQ(looked.at("items").at(0).at("about").as_string(), "没有账号的人");
}

// A slip that a grid worker typed in has the worker's name on it and a resident's number in it.
TEST_P(MyDay, WhatAColleagueWroteDownIsReadWithAReasonAndLogged) {
  Visitor chen = signed_in("chen");
  json::object slip = report("楼道灯坏了");
  slip["source"] = "staff";
  const auto made = chen.post("/v1/records", slip);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/v1/records/" + std::string(made.json().at("id").as_string());
  EXPECT_EQ(chen.post(path + "/unseal", {{"reason", ""}}).status, 422);
  ASSERT_EQ(chen.post(path + "/unseal", {{"reason", "回电话"}}).status, 200);
  const json::value looked = sign_in("tan").get("/v1/access-log").json();
  ASSERT_EQ(looked.at("items").as_array().size(), 1u);
  EXPECT_EQ(looked.at("items").at(0).at("who").as_string(), "陈网格员");
  EXPECT_EQ(looked.at("items").at(0).at("reason").as_string(), "回电话");
}

TEST_P(MyDay, WhoIsFoundByTheirNumberReadsWhoAsked) {
  Visitor wang = signed_in("wang"), chen = signed_in("chen");
  store->write([&](store::Tx& tx) {
    const people::Doing doing{kRealm, PersonId{}, clock.now(), ids, "test", app->zone};
    people::set_private(tx, vault, doing, names.people.at("wang"), people::PrivateField::phone, "13811112222");
  });
  EXPECT_EQ(chen.get("/v1/people?phone=13811112222").json().at("items").at(0).at("name").as_string(), "王阿姨");
  EXPECT_TRUE(chen.get("/v1/people?phone=13800000000").json().at("items").as_array().empty());
  EXPECT_EQ(wang.get("/v1/people?phone=13811112222").status, 403);
  const json::value body = wang.get("/v1/me/access-log").json();
  ASSERT_EQ(body.at("items").as_array().size(), 1u);
  EXPECT_EQ(body.at("items").at(0).at("who").as_string(), "陈网格员");
  EXPECT_NE(body.at("items").at(0).at("what").at("zh").as_string().find("按您的电话"), std::string::npos);
}
