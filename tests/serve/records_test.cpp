// The life of records over real HTTP, on both engines: who raises, who sees, who acts, and what is told to whom.
#include <set>

#include "measure/verify.hpp"
#include "serve/openapi.hpp"
#include "serve/town.hpp"

using namespace tongxin;
using namespace tongxin::serve;
namespace json = boost::json;

namespace {

class Records : public Town {
 protected:
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_openapi_route(router, "test");
  }
  // Signing in by password is slow and not what is tried here.
  Visitor at_desk(const std::string& person) {
    Visitor who = visitor();
    const auto session = store->write([&](store::Tx& tx) {
      return people::open_session(tx, kRealm, ids, names.people.at(person), {}, "test", {}, clock.now());
    });
    who.cookies[kSessionCookie] = session.cookie;
    who.csrf = session.csrf;
    return who;
  }
  json::object report(const std::string& text, const std::string& area = "B0101",
                      const std::string& category = "garbage") {
    return {{"kind", "issue"},
            {"category", category},
            {"place", {{"area", id(area)}, {"address", "3单元502"}}},
            {"form", {{"description", text}, {"contact_name", "王阿姨"}, {"contact_phone", "13800000000"}}}};
  }
  json::object raise(const std::string& text, const std::string& area = "B0101") {
    Visitor nobody = visitor();
    const auto reply = nobody.post("/v1/records", report(text, area));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.json().as_object();
  }
  static std::string path_of(const json::object& record) { return "/v1/records/" + text_of(record, "id"); }
  static std::string text_of(const json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
  }
  static std::vector<std::string> ids_in(const test::HttpReply& page) {
    std::vector<std::string> list;
    const json::value body = page.json();  // named: a range-for does not keep a temporary alive
    for (const auto& row : body.at("items").as_array()) list.push_back(text_of(row.as_object(), "id"));
    return list;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Records, test::kEngines, test::engine_name);

}  // namespace

TEST_P(Records, WhoReportsWithoutAccountFollowsByTheCodeAndSeesPublicFieldsOnly) {
  const json::object made = raise("楼道垃圾三天没人清");
  EXPECT_EQ(text_of(made, "follow_code").size(), 16u);
  Visitor nobody = visitor();
  const auto reply = nobody.get("/v1/follow/" + text_of(made, "follow_code"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  const json::object view = reply.json().as_object();
  EXPECT_EQ(text_of(view, "number"), text_of(made, "number"));
  EXPECT_TRUE(view.at("mine").as_bool());
  EXPECT_TRUE(view.at("form").as_object().contains("description"));
  EXPECT_FALSE(view.at("form").as_object().contains("contact_phone"));
  EXPECT_FALSE(view.at("form").as_object().contains("size")) << "asked of staff only";
  EXPECT_EQ(view.at("sealed").as_array().size(), 2u);
  EXPECT_EQ(reply.body.find("13800000000"), std::string::npos);
  EXPECT_EQ(nobody.get("/v1/follow/aaaabbbbccccdddd").status, 404);
}

TEST_P(Records, AResidentReportsForANeighbourWhoGetsTheCodeAndSeesWhatComesOfIt) {
  Visitor wang = at_desk("wang"), zhao = at_desk("zhao"), nobody = visitor(), chen = at_desk("chen");
  json::object body = report("王大爷家楼道堆物");
  body["for_guest"] = true;
  const auto raised = wang.post("/v1/records", body);
  ASSERT_EQ(raised.status, 201) << raised.body;
  const json::object made = raised.json().as_object();
  ASSERT_EQ(text_of(made, "follow_code").size(), 16u) << "to hand over";
  EXPECT_FALSE(made.at("mine").as_bool()) << "it is the neighbour's";
  const auto see = [&](Visitor& who) { return who.get(path_of(made)); };
  // The helper finds it again, as the one who reported it, without what is the neighbour's.
  EXPECT_EQ(ids_in(wang.get("/v1/records?list=mine")), std::vector{text_of(made, "id")});
  const auto helped = see(wang);
  ASSERT_EQ(helped.status, 200);
  EXPECT_EQ(helped.body.find("13800000000"), std::string::npos);
  const json::object page = helped.json().as_object();
  EXPECT_FALSE(page.at("mine").as_bool());
  EXPECT_FALSE(page.contains("follow_code")) << "shown once";
  ASSERT_EQ(page.at("participants").as_array().size(), 1u);
  const json::object& helper = page.at("participants").at(0).as_object();
  EXPECT_EQ(text_of(helper, "role"), "proxy");
  EXPECT_EQ(text_of(helper.at("person").as_object(), "id"), to_text(names.people.at("wang")));
  EXPECT_EQ(text_of(page.at("timeline").at(0).at("actor").as_object(), "id"), to_text(names.people.at("wang")));
  for (const json::value& action : page.at("actions").as_array())
    EXPECT_EQ(text_of(action.as_object(), "name"), "follow") << "what everybody may";
  EXPECT_EQ(wang.post(path_of(made) + "/unseal", {{"reason", "我填的"}}).status, 403);
  EXPECT_EQ(wang.post(path_of(made) + "/actions/withdraw", {{"form", json::object{}}}).status, 403);
  // The neighbour, by the code: the reporter, who is not told the helper's name. Other residents see nothing new.
  const auto own = nobody.get("/v1/follow/" + text_of(made, "follow_code"));
  ASSERT_EQ(own.status, 200);
  EXPECT_TRUE(own.json().at("mine").as_bool());
  EXPECT_TRUE(own.json().at("participants").as_array().empty());
  EXPECT_FALSE(own.json().at("timeline").at(0).as_object().contains("actor"));
  EXPECT_TRUE(ids_in(zhao.get("/v1/records?list=mine")).empty());
  // Those who handle it know who to ask.
  const json::value work = see(chen).json();
  EXPECT_EQ(text_of(work.at("participants").at(0).at("person").as_object(), "id"), to_text(names.people.at("wang")));
  EXPECT_FALSE(work.as_object().contains("reporter"));
}

TEST_P(Records, ForAGuestOnlyWhatAGuestMayRaiseAndTheSameKeyIsNotTheSameForBoth) {
  Visitor wang = at_desk("wang"), nobody = visitor(), chen = at_desk("chen");
  json::object body = report("门口路灯不亮");
  // Without an account it is a guest's anyway.
  body["for_guest"] = true;
  const auto alone = nobody.post("/v1/records", body);
  ASSERT_EQ(alone.status, 201) << alone.body;
  EXPECT_TRUE(alone.json().at("mine").as_bool());
  // Somebody else and a guest at once is neither.
  body["on_behalf_of"] = to_text(names.people.at("wang"));
  EXPECT_EQ(chen.post("/v1/records", body).status, 422);
  body.erase("on_behalf_of");
  // The same key: the helper's report again, with the code again; as one's own it is another request.
  const std::vector<std::pair<std::string, std::string>> key{{"Idempotency-Key", "n-1"}};
  const auto first = wang.post("/v1/records", body, key), again = wang.post("/v1/records", body, key);
  ASSERT_EQ(first.status, 201) << first.body;
  ASSERT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(first.json().at("follow_code"), again.json().at("follow_code"));
  body.erase("for_guest");
  EXPECT_EQ(wang.post("/v1/records", body, key).status, 409);
  // What is for people with an account only is not lent.
  json::object project{{"kind", "micro_project"},
                       {"category", "haircut"},
                       {"place", {{"area", id("B0101")}}},
                       {"form", {{"what", "上门理发"}}},
                       {"for_guest", true}};
  EXPECT_EQ(wang.post("/v1/records", project).status, 403);
  project.erase("for_guest");
  EXPECT_EQ(wang.post("/v1/records", project).status, 201);
}

TEST_P(Records, TheGridWorkerFindsItInTheQueueAndHandlesIt) {
  const json::object made = raise("楼道垃圾三天没人清");
  Visitor chen = at_desk("chen"), zhou = at_desk("zhou");
  EXPECT_EQ(ids_in(chen.get("/v1/records?list=todo")), std::vector{text_of(made, "id")});
  EXPECT_TRUE(ids_in(zhou.get("/v1/records?list=todo")).empty());
  EXPECT_EQ(ids_in(chen.get("/v1/records?list=todo&sort=due")), std::vector{text_of(made, "id")});
  EXPECT_EQ(chen.get("/v1/records/counts?list=todo").json().at("open").as_int64(), 1);
  const auto done = chen.post(path_of(made) + "/actions/handle", {{"version", 1}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_TRUE(done.header("etag").starts_with("\"v2-"));
  EXPECT_EQ(done.json().at("state").as_string(), "handling");
  EXPECT_EQ(done.json().at("holder").at("name").as_string(), "陈网格员");
  EXPECT_EQ(chen.get(path_of(made), {{"if-none-match", done.header("etag")}}).status, 304);
}

// A page is another for another reader, and another when time has gone by: only the same page is "not modified".
TEST_P(Records, ATagIsOfThePageThatWasSentAndNotOfTheVersionAlone) {
  const json::object made = raise("楼道垃圾三天没人清");
  Visitor chen = at_desk("chen"), zhou = at_desk("zhou");
  const auto staff = chen.get(path_of(made)), other = zhou.get(path_of(made));
  ASSERT_EQ(staff.status, 200);
  ASSERT_EQ(other.status, 200);
  ASSERT_NE(staff.body, other.body);
  EXPECT_NE(staff.header("etag"), other.header("etag"));
  EXPECT_EQ(chen.get(path_of(made), {{"if-none-match", staff.header("etag")}}).status, 304);
  EXPECT_EQ(chen.get(path_of(made), {{"if-none-match", other.header("etag")}}).status, 200);
  for (const char* by : {"accept-language", "authorization", "cookie", "x-follow-code"})
    EXPECT_NE(staff.header("vary").find(by), std::string::npos) << by;
  clock.advance(std::chrono::hours{24 * 30});  // the light is red: no version says so
  EXPECT_EQ(at_desk("chen").get(path_of(made), {{"if-none-match", staff.header("etag")}}).status, 200);
}

TEST_P(Records, AStalePageIsToldTheVersionAndWhoWasFirst) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  ASSERT_EQ(chen.post(path_of(made) + "/actions/handle", {{"version", 1}}).status, 200);
  const auto late = at_desk("lin").post(path_of(made) + "/actions/accept", {{"version", 1}});
  ASSERT_EQ(late.status, 409) << late.body;
  const json::value current = late.json().at("current");
  EXPECT_EQ(current.at("version").as_int64(), 2);
  EXPECT_EQ(current.at("last").at("actor").at("name").as_string(), "陈网格员");
}

TEST_P(Records, AChangeUponATagThatIsNoMoreIsRefusedAndChangesNothing) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  const auto handle = [&](const std::string& tag, const std::string& key) {
    test::HttpHeaders headers{{"if-match", tag}};
    if (!key.empty()) headers.emplace_back("idempotency-key", key);
    return chen.post(path_of(made) + "/actions/handle", json::object{}, headers);
  };
  for (const char* other : {"\"9\"", "\"v2\"", "v1", "\"v0\", \"v3\"", "W/\"v2\""}) {
    const auto refused = handle(other, "");
    EXPECT_EQ(refused.status, 412) << other << refused.body;
    EXPECT_EQ(refused.json().at("current").at("version").as_int64(), 1);
    EXPECT_EQ(refused.header("etag"), "\"v1-0\"");
  }
  EXPECT_EQ(chen.get(path_of(made)).json().at("version").as_int64(), 1) << "nothing was done";
  const auto tag = chen.get(path_of(made)).header("etag");
  EXPECT_EQ(handle(tag, "k").json().at("version").as_int64(), 2);
  EXPECT_EQ(handle(tag, "k").status, 200) << "the same request again";
  const json::object result{{"form", {{"result", "已清运"}}}};
  EXPECT_EQ(chen.post(path_of(made) + "/actions/resolve", result, {{"if-match", tag}}).status, 412);
  EXPECT_EQ(chen.post(path_of(made) + "/actions/resolve", result, {{"if-match", "*"}}).status, 200);
  const json::object redaction{{"events", json::array{1}}, {"reason", "写了别人的名字"}};
  const auto kept = chen.post(path_of(made) + "/redact", redaction, {{"if-match", tag}});
  EXPECT_EQ(kept.status, 412) << kept.body;
  EXPECT_NE(kept.body.find("第 3 版"), std::string::npos) << kept.body;
  EXPECT_EQ(chen.post(path_of(made) + "/redact", redaction, {{"if-match", "\"v3\""}}).status, 200);
}

TEST_P(Records, WhoeverPrefersLittleIsToldThatItIsDoneAndNoMore) {
  const json::object made = raise("路灯不亮");
  Visitor chen = at_desk("chen");
  const auto act = [&](const char* prefer, json::object body) {
    return chen.post(path_of(made) + "/actions/handle", body, {{"prefer", prefer}, {"idempotency-key", "little"}});
  };
  const json::object body{{"version", 1}};
  for (const char* prefer : {"return=minimal", "respond-async, return=minimal; foo=1"}) {
    const auto done = act(prefer, body);
    EXPECT_EQ(done.status, 204) << done.body;
    EXPECT_EQ(done.body, "");
    EXPECT_TRUE(done.header("etag").starts_with("\"v2-"));
    EXPECT_EQ(done.header("preference-applied"), "return=minimal");
  }
  EXPECT_EQ(act("return=representation", body).json().at("version").as_int64(), 2) << "the same act, shown";
  const auto refused = chen.post(path_of(made) + "/actions/handle", body, {{"prefer", "return=minimal"}});
  EXPECT_EQ(refused.status, 409) << "a refusal is said in full";
  EXPECT_TRUE(refused.json().as_object().contains("current"));
}

TEST_P(Records, TheSameKeyGivesTheSameAnswerAndOneRecord) {
  Visitor nobody = visitor();
  const auto first = nobody.post("/v1/records", report("漏水"), {{"idempotency-key", "k-1"}});
  const auto again = nobody.post("/v1/records", report("漏水"), {{"idempotency-key", "k-1"}});
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("location"), first.header("location"));
  EXPECT_EQ(nobody.post("/v1/records", report("别的事"), {{"idempotency-key", "k-1"}}).status, 409);
}

TEST_P(Records, WrongBodiesAreRefusedAtTheirPlace) {
  Visitor nobody = visitor();
  json::object body = report("漏水");
  body["colour"] = "red";
  const auto unknown = nobody.post("/v1/records", body);
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(unknown.json().at("errors").at(0).at("at").as_string(), "/colour");
  json::object form = report("漏水");
  form["form"].as_object()["nonsense"] = 1;
  EXPECT_EQ(nobody.post("/v1/records", form).json().at("errors").at(0).at("at").as_string(), "/form/nonsense");
  EXPECT_EQ(nobody.send("POST", "/v1/records", "a=b", {{"content-type", "text/plain"}}).status, 415);
  EXPECT_EQ(nobody.get("/v1/records?list=nonsense").status, 422);
  EXPECT_EQ(nobody.get("/v1/records?cursor=nonsense").status, 422);
}

TEST_P(Records, WhatOneMayNotSeeIsNotThere) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen"), zhou = at_desk("zhou");
  ASSERT_EQ(at_desk("lin").post(path_of(made) + "/actions/reject", {{"form", {{"reason", "不属实"}}}}).status, 200);
  EXPECT_EQ(chen.get(path_of(made)).status, 200);
  EXPECT_EQ(zhou.get(path_of(made)).status, 404) << "a rejected matter is not public";
  EXPECT_EQ(visitor().get(path_of(made)).status, 404);
  EXPECT_EQ(zhou.post(path_of(made) + "/actions/unmerge", json::object{}).status, 404);
  EXPECT_EQ(visitor().get("/v1/records?list=todo").status, 401);
  EXPECT_EQ(chen.get("/v1/records?list=area&area=" + id("grid-3")).status, 403);
}

TEST_P(Records, PagesAreCompleteAndWithoutDoublesWhileRecordsAreAdded) {
  std::set<std::string> before;
  for (int i = 0; i < 25; ++i)
    before.insert(text_of(raise("第" + std::to_string(i) + "件", i % 2 ? "B0101" : "B0201"), "id"));
  Visitor liu = at_desk("liu");
  std::vector<std::string> seen;
  for (std::string next = "/v1/records?list=area&limit=4"; !next.empty();) {
    const auto page = liu.get(next);
    ASSERT_EQ(page.status, 200) << page.body;
    for (const auto& each : ids_in(page)) seen.push_back(each);
    raise("新来的");
    const json::value body = page.json();
    const json::value* cursor = body.as_object().if_contains("next");
    next = cursor == nullptr ? "" : "/v1/records?list=area&limit=4&cursor=" + std::string(cursor->as_string());
  }
  EXPECT_EQ(std::set(seen.begin(), seen.end()), before);
  EXPECT_EQ(seen.size(), before.size());
}

TEST_P(Records, ThePublicListShowsNoAddressAndNoNames) {
  const json::object made = raise("路灯不亮");
  Visitor nobody = visitor();
  const auto page = nobody.get("/v1/records?list=public&kind=issue&area=" + id("taoyuan"));
  EXPECT_EQ(ids_in(page), std::vector{text_of(made, "id")});
  const auto view = nobody.get(path_of(made));
  ASSERT_EQ(view.status, 200) << view.body;
  EXPECT_EQ(view.body.find("3单元502"), std::string::npos);
  EXPECT_EQ(view.body.find("王阿姨"), std::string::npos);
  EXPECT_TRUE(view.json().at("sealed").as_array().empty());
  EXPECT_EQ(ids_in(nobody.get("/v1/records?list=public&q=%E8%B7%AF%E7%81%AF")), std::vector{text_of(made, "id")});
}

TEST_P(Records, OpeningWhatIsPrivateNeedsARightAndAReason) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  EXPECT_EQ(chen.post(path_of(made) + "/unseal", {{"reason", ""}}).status, 422);
  const auto opened = chen.post(path_of(made) + "/unseal", {{"reason", "电话回访"}});
  ASSERT_EQ(opened.status, 200) << opened.body;
  EXPECT_EQ(opened.json().at("form").at("contact_phone").as_string(), "13800000000");
  EXPECT_EQ(at_desk("liu").post(path_of(made) + "/unseal", {{"reason", "看看"}}).status, 403);
}

TEST_P(Records, AStreamTellsOfChangesAndGoesOnWhereItWas) {
  Visitor chen = at_desk("chen");
  const std::string cookie = std::string(kSessionCookie) + "=" + chen.cookies.at(kSessionCookie);
  std::string last;
  {
    test::HttpClient stream(server->port());
    ASSERT_EQ(stream.open_stream("/v1/stream", {{"cookie", cookie}}).status, 200);
    const json::object made = raise("楼道垃圾");
    test::HttpEvent event = stream.next_event();
    while (event.event != "record") event = stream.next_event();
    EXPECT_EQ(json::parse(event.data).at("id").as_string(), text_of(made, "id"));
    last = event.id;
  }
  const json::object missed = raise("又一件");
  raise("别的网格", "B0301");
  test::HttpClient again(server->port());
  again.open_stream("/v1/stream", {{"cookie", cookie}, {"last-event-id", last}});
  test::HttpEvent event = again.next_event();
  while (event.event != "record" || event.id == last) event = again.next_event();
  EXPECT_EQ(json::parse(event.data).at("id").as_string(), text_of(missed, "id"));
}

TEST_P(Records, WhoComesBackIsToldTheMessagesToThemInOrderWithTheChanges) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  const std::string cookie = std::string(kSessionCookie) + "=" + chen.cookies.at(kSessionCookie);
  std::string last;
  {
    test::HttpClient stream(server->port());
    ASSERT_EQ(stream.open_stream("/v1/stream", {{"cookie", cookie}}).status, 200);
    ASSERT_EQ(chen.post(path_of(made) + "/actions/handle", json::object{}).status, 200);
    last = stream.next_event().id;
  }
  raise("又一件");
  raise("第三件");
  test::HttpClient again(server->port());
  again.open_stream("/v1/stream", {{"cookie", cookie}, {"last-event-id", last}});
  std::vector<std::string> told;
  std::string before = last;
  while (told.size() < 4) {
    const test::HttpEvent event = again.next_event();
    if (event.id <= last) continue;  // several writers: what is told a second time lies before it
    EXPECT_LT(before, event.id) << "each id is one to come back with";
    before = event.id;
    told.push_back(event.event);
    if (event.event != "message") continue;
    EXPECT_NE(std::string(json::parse(event.data).at("text").at("zh").as_string()).find("有新的事项"),
              std::string::npos);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"record", "message", "record", "message"}));
}

TEST_P(Records, ChangesOfAnotherNodeAreFoundInTheFeedAndToldOnce) {
  Hub other;
  const StreamListener::Ask ask = [&](store::Tx& tx) -> StreamListener::Standing {
    return {worlds->current(tx, kRealm), {{names.orgs.at("team-1").value, {}}}};
  };
  auto listener = std::make_shared<StreamListener>(names.people.at("chen"), true, store->read(ask), ask);
  const auto kept = std::make_shared<KeptStream>();
  listener->go_live(kept, {});
  other.add(listener);
  raise("前一件");
  other.look(*store, *engine, kRealm);
  EXPECT_TRUE(kept->all.empty()) << "what was before is not news";
  raise("后一件");
  other.look(*store, *engine, kRealm);
  other.look(*store, *engine, kRealm);
  ASSERT_EQ(kept->all.size(), 2u) << "the change, and the message that it brought";
  EXPECT_NE(kept->all[0].find("后一件"), std::string::npos) << kept->all[0] << kept->all[1];
  EXPECT_NE(kept->all[1].find("有新的事项"), std::string::npos);
}

TEST_P(Records, AStreamEndsWithTheSessionAndWithThePost) {
  const auto open = [&](Visitor& who, test::HttpClient& stream) {
    const std::string cookie = std::string(kSessionCookie) + "=" + who.cookies.at(kSessionCookie);
    ASSERT_EQ(stream.open_stream("/v1/stream", {{"cookie", cookie}}).status, 200);
  };
  Visitor chen = at_desk("chen"), zhou = at_desk("zhou");
  test::HttpClient of_chen(server->port()), of_zhou(server->port());
  open(chen, of_chen), open(zhou, of_zhou);
  ASSERT_EQ(hub.listeners(), 2u);
  hub.recheck(*store);
  EXPECT_EQ(hub.listeners(), 2u) << "nothing has changed";
  store->write([&](store::Tx& tx) {
    people::close_session(tx, chen.cookies.at(kSessionCookie));
    const people::Doing doing{kRealm, {}, clock.now(), ids, "test", {}};
    for (const people::Post& post : people::posts_of(tx, kRealm, names.people.at("zhou")))
      people::end_post(tx, doing, post.id, add_days(day_of(clock.now()), -1));
  });
  hub.recheck(*store);
  EXPECT_TRUE(of_chen.is_closed_by_server()) << "signed out";
  EXPECT_TRUE(of_zhou.is_closed_by_server()) << "no post any more";
}

TEST_P(Records, WhatSomebodyTypedByMistakeIsTakenOutAndTheChainHolds) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  ASSERT_EQ(chen.post(path_of(made) + "/actions/pass_up", {{"form", {{"reason", "住户王某电话 13800000001"}}}}).status,
            200);
  const auto events = [&] {
    const auto reply = at_desk("lin").get(path_of(made) + "/timeline");
    return reply.body;
  };
  ASSERT_NE(events().find("13800000001"), std::string::npos);
  EXPECT_EQ(chen.post(path_of(made) + "/redact", {{"events", {2}}, {"reason", "含他人电话"}}).status, 403);
  EXPECT_EQ(at_desk("lin").post(path_of(made) + "/redact", {{"events", {2}}, {"reason", ""}}).status, 422);
  const auto done = at_desk("lin").post(path_of(made) + "/redact", {{"events", {2}}, {"reason", "含他人电话"}});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(events().find("13800000001"), std::string::npos);
  EXPECT_NE(events().find("含他人电话"), std::string::npos);
  EXPECT_TRUE(measure::verify(*store, *worlds, kRealm).findings.empty());
}

TEST_P(Records, WhoeverRedactsIsToldWhereTheWordsWereCopiedTo) {
  const auto raised = visitor().post(
      "/v1/records",
      {{"kind", "spoken"}, {"place", {{"area", id("B0101")}}}, {"form", {{"says", "住户王某电话 13800000001"}}}});
  ASSERT_EQ(raised.status, 201) << raised.body;
  const json::object slip = raised.json().as_object();
  Visitor chen = at_desk("chen");
  const json::object copy = chen.get(path_of(slip)).json().at("children").at(0).as_object();
  ASSERT_EQ(text_of(copy, "title"), "住户王某电话 13800000001");
  const json::object redaction{{"events", json::array{1}}, {"reason", "含他人电话"}};
  const auto above = chen.post(path_of(copy) + "/redact", redaction).json();
  EXPECT_TRUE(above.at("followed").as_array().empty());
  EXPECT_EQ(text_of(above.at("left").at(0).as_object(), "id"), text_of(slip, "id"));

  const json::object again = visitor()
                                 .post("/v1/records", {{"kind", "spoken"},
                                                       {"place", {{"area", id("B0101")}}},
                                                       {"form", {{"says", "住户王某电话 13800000001"}}}})
                                 .json()
                                 .as_object();
  const auto done = chen.post(path_of(again) + "/redact", redaction);
  ASSERT_EQ(done.status, 200) << done.body;
  const json::value answer = done.json();
  EXPECT_EQ(text_of(answer.as_object(), "id"), text_of(again, "id"));
  EXPECT_TRUE(answer.at("left").as_array().empty());
  const json::object followed = answer.at("followed").at(0).as_object();
  EXPECT_EQ(text_of(followed, "kind"), "issue");
  const std::string there = path_of(followed);
  EXPECT_EQ(chen.get(there).body.find("13800000001"), std::string::npos);
  EXPECT_EQ(chen.get(there + "/timeline").body.find("13800000001"), std::string::npos);
  EXPECT_TRUE(measure::verify(*store, *worlds, kRealm).findings.empty());
}

TEST_P(Records, ASimilarMatterNearbyIsShownBeforeASecondReport) {
  const json::object made = raise("三号楼前水管漏水");
  raise("三号楼前水管漏水", "B0301");  // 700 m away
  Visitor nobody = visitor();
  const auto reply = nobody.get(
      "/v1/records/"
      "similar?kind=issue&category=garbage&lon=117.20105&lat=39.12105&text=%E6%B0%B4%E7%AE%A1%E6%BC%8F%E6%B0%B4");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(ids_in(reply), std::vector{text_of(made, "id")});
}

TEST_P(Records, FiguresOpenToTheRecordsBehindThem) {
  const json::object made = raise("楼道垃圾");
  Visitor ma = at_desk("ma");
  const auto figures = ma.get("/v1/figures?kind=issue&by=area&area=" + id("street"));
  ASSERT_EQ(figures.status, 200) << figures.body;
  EXPECT_EQ(figures.json().at("counts").at(0).at("count").as_int64(), 1);
  const auto behind = ma.get("/v1/figures/records?kind=issue&count=received&area=" + id("street"));
  ASSERT_EQ(behind.status, 200) << behind.body;
  EXPECT_EQ(ids_in(behind), std::vector{text_of(made, "id")});
  EXPECT_EQ(visitor().get("/v1/figures").status, 401);
}

TEST_P(Records, AMessageIsReadOnce) {
  raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  const auto list = chen.get("/v1/messages").json();
  ASSERT_EQ(list.at("unread").as_int64(), 1);
  const std::string message(list.at("items").at(0).at("id").as_string());
  EXPECT_EQ(chen.send("POST", "/v1/messages/" + message + "/read").status, 204);
  EXPECT_EQ(chen.get("/v1/messages").json().at("unread").as_int64(), 0);
  EXPECT_EQ(at_desk("sun").send("POST", "/v1/messages/" + message + "/read").status, 404);
}

TEST_P(Records, KindsDeadlinesAndTheDocumentExplainThemselves) {
  const json::object made = raise("楼道垃圾");
  Visitor chen = at_desk("chen");
  const auto kind = chen.get("/v1/kinds/issue");
  ASSERT_EQ(kind.status, 200) << kind.body;
  EXPECT_TRUE(kind.json().at("flow_svg").as_string().starts_with("<svg"));
  EXPECT_EQ(chen.get("/v1/kinds").json().at("items").as_array().size(), library->kinds.size());
  EXPECT_EQ(chen.get("/v1/packs").status, 200);
  const auto why = chen.get(path_of(made) + "/deadlines/handle");
  ASSERT_EQ(why.status, 200) << why.body;
  EXPECT_FALSE(why.json().at("text").at("zh").as_string().empty());
  const json::value document = chen.get("/openapi.json").json();
  EXPECT_TRUE(document.at("paths").at("/v1/records").as_object().contains("post"));
  EXPECT_TRUE(document.at("components").at("schemas").as_object().contains("RecordView"));
  const json::value& stream = document.at("paths").at("/v1/stream").at("get").at("responses").at("200");
  const json::value& told = stream.at("content").at("text/event-stream").at("x-events");
  EXPECT_EQ(told.at("record").at("data").at("$ref").as_string(), "#/components/schemas/RecordChange");
  EXPECT_EQ(told.at("message").at("data").at("$ref").as_string(), "#/components/schemas/MessageView");
}

// What is kept of a page must never differ from what is read anew.
TEST_P(Records, APageThatWasKeptIsThePageAsItIsNow) {
  const json::object made = raise("楼道垃圾三天没人清"), twin = raise("楼道里的垃圾没有人清");
  Visitor chen = at_desk("chen"), zhou = at_desk("zhou"), nobody = visitor();
  const auto same = [&](const char* when) {
    for (Visitor* who : {&chen, &zhou, &nobody})
      for (const std::string& path : {path_of(made), std::string("/v1/records?list=public")}) {
        who->get(path);
        const auto kept = who->get(path);
        app->kept = no_kept_views();
        const auto fresh = who->get(path);
        EXPECT_EQ(kept.status, fresh.status) << when;
        EXPECT_EQ(kept.body, fresh.body) << when;
      }
  };
  same("raised");
  EXPECT_TRUE(chen.get(path_of(made)).json().at("merged").as_array().empty());
  ASSERT_EQ(chen.post(path_of(twin) + "/actions/merge", {{"form", {{"into", text_of(made, "id")}}}}).status, 200);
  same("another was merged into it");
  EXPECT_EQ(chen.get(path_of(made)).json().at("merged").as_array().size(), 1u);
  ASSERT_EQ(chen.post(path_of(made) + "/actions/handle", json::object{}).status, 200);
  EXPECT_EQ(chen.get(path_of(made)).json().at("state").as_string(), "handling");
  same("handled");
  clock.advance(std::chrono::hours{24 * 90});
  for (auto& [who, name] : {std::pair{&chen, "chen"}, std::pair{&zhou, "zhou"}}) who->cookies = at_desk(name).cookies;
  same("the time went by");
  const json::value page = chen.get(path_of(made)).json();
  for (const json::value& deadline : page.at("deadlines").as_array())
    if (deadline.at("name").as_string() == "handle") {
      EXPECT_EQ(deadline.at("light").as_string(), "red");
    }
}

TEST_P(Records, WhoIsCalledOtherwiseNowIsCalledSoOnEveryPage) {
  const PersonId neighbour = store->write(
      [&](store::Tx& tx) { return people::add_person(tx, vault, doing(), {.name = "王阿姨", .purpose = "resident"}); });
  Visitor chen = at_desk("chen");
  json::object body = report("楼道垃圾三天没人清");
  body["on_behalf_of"] = to_text(neighbour);
  const auto made = chen.post("/v1/records", body);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = path_of(made.json().as_object());
  const auto name = [&] { return std::string(chen.get(path).json().at("reporter").at("name").as_string()); };
  EXPECT_EQ(name(), "王阿姨");
  EXPECT_EQ(name(), "王阿姨");
  store->write([&](store::Tx& tx) { people::change_person(tx, doing(), neighbour, {.name = "王秀英"}); });
  EXPECT_EQ(name(), "王秀英");
}
