// GeoReport v2 over real HTTP, on both engines: what is offered, what the public sees, what a key opens, and every refusal.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "people/tokens.hpp"
#include "serve/open311/document.hpp"
#include "serve/open311/xml.hpp"
#include "serve/town.hpp"
#include "serve/uploads.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kLampPack = R"(pack: lamps
version: 1
uses: [base, loop]
name: {zh: 路灯, en: Lamps}
)";
// A service with an attribute of every datatype, whose number is told when somebody has taken it on.
constexpr const char* kLamp = R"(kind: lamp
name: {zh: 路灯, en: Street lamp}
number: LD
place: required
function: facilities
report: true
title: what
form:
  what:   {type: text, name: {zh: 怎么了, en: What is wrong}, required: true, max: 200, public: true, search: true}
  pole:   {type: text, name: {zh: 灯杆号, en: Pole}, hint: {zh: 灯杆上的号码, en: The number on the pole}, required: true, max: 20, public: true}
  more:   {type: long_text, name: {zh: 详情, en: Details}, public: true}
  dark:   {type: flag, name: {zh: 不亮, en: Dark}, public: true}
  lamps:  {type: integer, name: {zh: 几盏, en: How many}, min: 1, max: 50, public: true}
  colour: {type: choice, name: {zh: 颜色, en: Colour}, public: true, options: {white: {zh: 白, en: White}, yellow: {zh: 黄, en: Yellow}}}
  faults: {type: choices, name: {zh: 毛病, en: Faults}, public: true, options: {flicker: {zh: 闪, en: Flickers}, noise: {zh: 响, en: Hums}}}
  seen:   {type: time, name: {zh: 何时看到, en: Seen at}, public: true}
  since:  {type: day, name: {zh: 从哪天起, en: Since}}
  phone:  {type: phone, name: {zh: 手机号, en: Phone}, private: true}
  inner:  {type: text, name: {zh: 内部备注, en: Note}, for: staff}
states:
  asked: {class: waiting, name: {zh: 待受理, en: Asked}}
  taken: {class: handling, name: {zh: 维修中, en: Being mended}}
  done:  {class: done, name: {zh: 已修好, en: Mended}, final: true}
create:
  who: [{anyone: true}]
  to: asked
  effects:
    - assign: {responsible: community}
actions:
  take:
    name: {zh: 接单, en: Take}
    from: [asked]
    to: taken
    who: [{of: holder}]
  finish:
    name: {zh: 修好, en: Finish}
    from: [taken]
    to: done
    who: [{of: holder}]
    form:
      result: {type: text, name: {zh: 结果, en: Result}, required: true, max: 200, public: true}
    effects:
      - answer: input.result
rights:
  see: [{of: holder}, {relation: reporter}]
publish: {states: [asked, taken, done]}
open311:
  type: batch
  group: {zh: 照明, en: Lighting}
  contact: {phone: phone}
)";

class Open311 : public Town {
 protected:
  std::string packs() override {
    const std::string root = Town::packs();
    std::filesystem::create_directories(root + "/lamps/kinds");
    std::ofstream(root + "/lamps/pack.yaml") << kLampPack;
    std::ofstream(root + "/lamps/kinds/lamp.yaml") << kLamp;
    return root;
  }
  void more_routes(Router& router) override {
    app->options.realm_name = "清河街道";
    add_record_routes(*app, router);
    add_file_routes(*app, router);
    add_open311_routes(*app, router);
  }
  // The key of a program that speaks for this person's account.
  std::string key_of(const std::string& person, const std::vector<std::string>& scopes = {"open311"}) {
    return store->write([&](store::Tx& tx) {
      return people::add_token(tx, doing(), names.people.at(person), "city app", scopes,
                               clock.now() + std::chrono::days{300})
          .text;
    });
  }
  static std::string encoded(const Fields& fields) {
    std::string text;
    for (const auto& [name, value] : fields)
      text += (text.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    return text;
  }
  test::HttpReply send(const std::string& path, const Fields& fields, test::HttpHeaders more = {}) {
    more.emplace_back("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    return visitor().send("POST", "/open311/v2/" + path, encoded(fields), std::move(more));
  }
  test::HttpReply get(const std::string& path, test::HttpHeaders more = {}) {
    return visitor().get("/open311/v2/" + path, std::move(more));
  }
  Fields report(const std::string& key, const std::string& text = "楼道垃圾三天没人清") {
    return {{"api_key", key},        {"service_code", "issue-garbage"},
            {"description", text},   {"address_id", id("B0101")},
            {"last_name", "王"},     {"first_name", "阿姨"},
            {"phone", "13800000000"}};
  }
  std::string number_of(const test::HttpReply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    return std::string(reply.json().at(0).at("service_request_id").as_string());
  }
  std::string raise(const std::string& key, const std::string& text = "楼道垃圾三天没人清") {
    return number_of(send("requests.json", report(key, text)));
  }
  static void expect_fits(const test::HttpReply& reply) {
    EXPECT_EQ(test::Xml(reply.body).misfit(std::string(TONGXIN_SOURCE_DIR) + "/tests/serve/open311/georeport.rng"), "")
        << reply.body;
    EXPECT_EQ(reply.header("content-type"), "text/xml; charset=utf-8");
  }
  RecordId record_of(const std::string& number) {
    return store->read([&](store::Tx& tx) {
      return tx.one<RecordId>(store::Sql{"t", "SELECT id FROM record WHERE realm_id=$1 AND number=$2"}, kRealm, number)
          .value();
    });
  }
  void act(const std::string& person, const std::string& number, const std::string& action, json::object form = {}) {
    store->write([&](store::Tx& tx) {
      engine->act(tx, kRealm, {.person = names.people.at(person), .follows = {}}, record_of(number), action, form,
                  std::nullopt, clock.now());
    });
  }
  std::string upload(const std::string& owner) {
    const KeptFile file{.id = ids.make<FileId>(),
                        .name = "a.jpg",
                        .type = "image/jpeg",
                        .hash = "h",
                        .view_hash = "h",
                        .thumb_hash = "h",
                        .size = 1,
                        .width = {},
                        .height = {}};
    store->write([&](store::Tx& tx) { add_attachment(tx, kRealm, file, names.people.at(owner), clock.now()); });
    return to_text(file.id);
  }
  static std::vector<std::string> column(const test::HttpReply& reply, const char* name) {
    std::vector<std::string> list;
    EXPECT_EQ(reply.status, 200) << reply.body;
    const json::value body = reply.json();
    for (const json::value& row : body.as_array()) list.emplace_back(row.at(name).as_string());
    return list;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Open311, test::kEngines, test::engine_name);

using List = std::vector<std::string>;

// ── what there is ──
TEST_P(Open311, DiscoverySaysWhereAndHow) {
  const auto xml = get("discovery.xml");
  ASSERT_EQ(xml.status, 200);
  expect_fits(xml);
  EXPECT_EQ(xml.header("access-control-allow-origin"), "*");
  const test::Xml tree(xml.body);
  EXPECT_EQ(tree.one("/discovery/endpoints/endpoint/specification"), "http://wiki.open311.org/GeoReport_v2");
  EXPECT_EQ(tree.one("/discovery/endpoints/endpoint/url"), "http://localhost/open311/v2");
  const json::value found = get("discovery.json").json();
  EXPECT_EQ(found.at("endpoints").at(0).at("formats"), json::value({"text/xml", "application/json"}));
  EXPECT_EQ(visitor().get("/open311/discovery.json").status, 200);
}

TEST_P(Open311, OnlyWhatPacksOfferIsAService) {
  const auto xml = get("services.xml");
  ASSERT_EQ(xml.status, 200);
  expect_fits(xml);
  const List codes = column(get("services.json"), "service_code");
  EXPECT_THAT(codes, testing::UnorderedElementsAre("issue-garbage", "issue-road", "issue-water", "issue-parking",
                                                   "issue-hazard", "issue-unclear", "lamp"))
      << "no clue, errand or certificate";
  const json::value services = get("services.json", {{"accept-language", "en"}}).json();
  for (const json::value& service : services.as_array()) {
    const bool lamp = service.at("service_code") == "lamp";
    EXPECT_EQ(service.at("metadata"), json::value(lamp));
    EXPECT_EQ(service.at("type"), lamp ? "batch" : "realtime");
    EXPECT_EQ(service.at("group"), lamp ? "Lighting" : "Issue");
  }
}

TEST_P(Open311, ADefinitionHasAnAttributePerFieldThatResidentsFillIn) {
  expect_fits(get("services/lamp.xml"));
  const json::value lamp = get("services/lamp.json").json();
  std::map<std::string, json::value> by_code;
  for (const json::value& each : lamp.at("attributes").as_array())
    by_code[std::string(each.at("code").as_string())] = each;
  std::map<std::string, std::string> types;
  for (const auto& [code, each] : by_code) types[code] = each.at("datatype").as_string();
  EXPECT_EQ(types, (std::map<std::string, std::string>{{"pole", "string"},
                                                       {"more", "text"},
                                                       {"dark", "singlevaluelist"},
                                                       {"lamps", "number"},
                                                       {"colour", "singlevaluelist"},
                                                       {"faults", "multivaluelist"},
                                                       {"seen", "datetime"},
                                                       {"since", "datetime"}}))
      << "neither the description nor the phone nor what only staff fill in";
  EXPECT_TRUE(by_code["pole"].at("required").as_bool());
  EXPECT_EQ(by_code["pole"].at("datatype_description"), "灯杆上的号码");
  EXPECT_EQ(by_code["pole"].at("order"), 1);
  EXPECT_EQ(by_code["colour"].at("values"),
            json::value({{{"key", "white"}, {"name", "白"}}, {{"key", "yellow"}, {"name", "黄"}}}));
  EXPECT_EQ(get("services/issue-garbage.json").json().at("attributes"), json::array{});
}

TEST_P(Open311, WhatIsNotThereIsErrorsInBothDialects) {
  for (const char* path : {"services/tree", "services/competition_clue", "requests/TX-1999-000001", "tokens/none",
                           "nothing", "services/issue-nothing"}) {
    const auto xml = get(std::string(path) + ".xml");
    EXPECT_EQ(xml.status, 404) << path;
    expect_fits(xml);
    const auto answer = get(std::string(path) + ".json");
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.json().at(0).at("code"), 404) << "a number";
  }
  EXPECT_EQ(get("services.json?jurisdiction_id=elsewhere").status, 404);
  EXPECT_EQ(get("services.json?jurisdiction_id=" + to_text(kRealm)).status, 200);
  EXPECT_EQ(get("requests.json?jurisdiction_id=elsewhere").status, 404);
  EXPECT_EQ(get("services/lamp.html").status, 404);
}

// ── raising one ──
TEST_P(Open311, ARequestBecomesARecordOfTheKeysAccount) {
  const std::string key = key_of("wang");
  const auto made = send("requests.xml", report(key));
  ASSERT_EQ(made.status, 200) << made.body;
  expect_fits(made);
  const std::string number = test::Xml(made.body).one("/service_requests/request/service_request_id");
  const auto one = get("requests/" + number + ".json");
  ASSERT_EQ(one.status, 200) << one.body;
  const json::value request = one.json().at(0);
  EXPECT_EQ(request.at("service_request_id"), number.c_str());
  EXPECT_EQ(request.at("status"), "open");
  EXPECT_EQ(request.at("service_code"), "issue-garbage");
  EXPECT_EQ(request.at("description"), "楼道垃圾三天没人清");
  EXPECT_EQ(request.at("agency_responsible"), "第1网格");
  EXPECT_TRUE(request.at("zipcode").is_null());
  EXPECT_EQ(one.body.find("13800000000"), std::string::npos);
  EXPECT_EQ(one.body.find("王阿姨"), std::string::npos);
  const auto record = store->read([&](store::Tx& tx) { return engine->find(tx, kRealm, record_of(number)); });
  EXPECT_EQ(record->source, "open311");
  EXPECT_EQ(record->reporter, names.people.at("wang"));
  const auto opened = store->write([&](store::Tx& tx) {
    return engine->unseal(tx, kRealm, {.person = names.people.at("wang"), .follows = {}}, record->id,
                          "为了回电话核实情况", clock.now());
  });
  EXPECT_EQ(opened.at("contact_name"), "王阿姨");
  EXPECT_EQ(opened.at("contact_phone"), "13800000000");
}

TEST_P(Open311, AttributesOfEveryTypeArriveAndABatchIsAnsweredWithAToken) {
  const std::string key = key_of("wang");
  Fields fields{{"api_key", key},
                {"service_code", "lamp"},
                {"description", "路灯不亮"},
                {"lat", "39.1210"},
                {"long", "117.2010"},
                {"address_id", id("B0101")},
                {"phone", "+86 138-0013-8000"},
                {"attribute[pole]", "A-17"},
                {"attribute[dark]", "Yes"},
                {"attribute[lamps]", "3"},
                {"attribute[colour]", "yellow"},
                {"attribute[faults][]", "flicker"},
                {"attribute[faults][]", "noise"},
                {"attribute[seen]", "2026-11-20T21:30:00+08:00"},
                {"attribute[since]", "2026-11-18T00:00:00Z"},
                {"attribute[easting]", "12345"}};
  fields.erase(fields.begin() + 3, fields.begin() + 5);  // the street of the tests has no boundaries
  const auto made = send("requests.json", fields);
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_FALSE(made.json().at(0).as_object().contains("service_request_id"));
  const std::string token(made.json().at(0).at("token").as_string());
  expect_fits(get("tokens/" + token + ".xml"));
  const auto waiting = get("tokens/" + token + ".json");
  EXPECT_TRUE(waiting.json().at(0).at("service_request_id").is_null());
  const List numbers = column(get("requests.json?service_code=lamp"), "service_request_id");
  ASSERT_EQ(numbers.size(), 1u);
  act("liu", numbers[0], "take");
  EXPECT_EQ(get("tokens/" + token + ".json").json().at(0).at("service_request_id"), numbers[0].c_str());
  const auto shown = get("requests/" + numbers[0] + ".json?extensions=true").json().at(0).as_object();
  std::map<std::string, json::value> values;
  for (const json::value& each : shown.at("attributes").as_array())
    values[std::string(each.at("code").as_string())] = each.at("value");
  EXPECT_EQ(values["pole"], "A-17");
  EXPECT_EQ(values["dark"], true);
  EXPECT_EQ(values["lamps"], 3);
  EXPECT_EQ(values["colour"], "yellow");
  EXPECT_EQ(values["faults"], json::value({"flicker", "noise"}));
  EXPECT_FALSE(values.contains("since")) << "not public";
  EXPECT_EQ(shown.at("extended_attributes").at("status"), "IN_PROGRESS");
  expect_fits(get("requests/" + numbers[0] + ".xml?extensions=true"));
}

TEST_P(Open311, EachMistakeIsNamed) {
  const std::string key = key_of("wang");
  const auto first = [&](Fields fields, const char* drop, int status) {
    std::erase_if(fields, [&](const auto& each) { return each.first == drop; });
    const auto reply = send("requests.json", fields, {{"accept-language", "en"}});
    EXPECT_EQ(reply.status, status) << reply.body;
    return std::string(reply.json().at(0).at("description").as_string());
  };
  const Fields good = report(key);
  EXPECT_THAT(first(good, "description", 400), testing::StartsWith("description required"));
  EXPECT_THAT(first(good, "address_id", 400), testing::HasSubstr("required"));
  EXPECT_THAT(first(good, "service_code", 400), testing::StartsWith("service_code required"));
  EXPECT_THAT(first(good, "api_key", 403), testing::HasSubstr("api_key"));
  Fields other = good;
  other[1].second = "no-such";
  EXPECT_THAT(first(other, "", 404), testing::HasSubstr("no-such"));
  Fields wrong = good;
  wrong[6].second = "12ab";
  EXPECT_THAT(first(wrong, "", 400), testing::StartsWith("phone"));
  Fields lamp{{"api_key", key}, {"service_code", "lamp"}, {"description", "不亮"}, {"address_id", id("B0101")}};
  EXPECT_THAT(first(lamp, "", 400), testing::StartsWith("pole required"));
  lamp.emplace_back("attribute[pole]", "A-1");
  lamp.emplace_back("attribute[colour]", "pink");
  lamp.emplace_back("attribute[lamps]", "many");
  const auto two = send("requests.xml", lamp);
  EXPECT_EQ(two.status, 400);
  expect_fits(two);
  EXPECT_EQ(test::Xml(two.body).all("/errors/error").size(), 2u) << two.body;
  Fields elsewhere = good;
  elsewhere.emplace_back("jurisdiction_id", "elsewhere");
  first(elsewhere, "", 404);
}

TEST_P(Open311, AKeyMustBeGoodAndOfTheScope) {
  Fields fields = report("tx_nonsense");
  EXPECT_EQ(send("requests.json", fields).status, 403);
  fields[0].second = key_of("wang", {"records:write"});
  const auto reply = send("requests.json", fields, {{"accept-language", "en"}});
  EXPECT_EQ(reply.status, 403);
  EXPECT_NE(reply.body.find("scope open311"), std::string::npos) << reply.body;
  fields[0].second = "";
  EXPECT_EQ(send("requests.json", fields, {{"authorization", "Bearer " + key_of("wang")}}).status, 200);
  // Guessing is slowed down.
  fields[0].second = "tx_wrong";
  int last = 0;
  for (int i = 0; i < 40 && last != 429; ++i) last = send("requests.json", fields).status;
  EXPECT_EQ(last, 429);
}

TEST_P(Open311, TheSameKeyOfARepetitionIsAnsweredTheSame) {
  const std::string key = key_of("wang");
  const std::string once = number_of(send("requests.json", report(key), {{"idempotency-key", "r-1"}}));
  EXPECT_EQ(number_of(send("requests.json", report(key), {{"idempotency-key", "r-1"}})), once);
  EXPECT_EQ(send("requests.json", report(key, "另一件事"), {{"idempotency-key", "r-1"}}).status, 400);
  Fields named = report(key);
  named.emplace_back("attribute[fixmystreet_id]", "4711");
  const std::string first = number_of(send("requests.json", named));
  EXPECT_NE(first, once);
  EXPECT_EQ(number_of(send("requests.json", named)), first);
}

TEST_P(Open311, APhotographComesAsACleanCopyAndAnAddressStaysAnAddress) {
  std::ifstream file(std::string(TONGXIN_SOURCE_DIR) + "/tests/serve/pictures/wide.jpg", std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  std::string body;
  Fields fields = report(key_of("wang"));
  fields.emplace_back("media_url", "https://app.example/p/1.jpg");
  for (const auto& [name, value] : fields)
    body += "--edge\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  body += "--edge\r\nContent-Disposition: form-data; name=\"media[]\"; filename=\"a.jpg\"\r\n\r\n" + bytes.str() +
          "\r\n--edge--\r\n";
  const test::HttpHeaders head{{"content-type", "multipart/form-data; boundary=edge"}, {"idempotency-key", "photo"}};
  const auto made = visitor().send("POST", "/open311/v2/requests.json", body, head);
  const std::string number = number_of(made);
  EXPECT_EQ(number_of(visitor().send("POST", "/open311/v2/requests.json", body, head)), number)
      << "with its photograph";
  const json::value request = get("requests/" + number + ".json").json().at(0);
  EXPECT_THAT(std::string(request.at("description").as_string()), testing::HasSubstr("https://app.example/p/1.jpg"));
  const std::string url(request.at("media_url").as_string());
  ASSERT_TRUE(url.starts_with("http://localhost/open311/v2/media/")) << url;
  const auto picture = visitor().get(url.substr(16));
  EXPECT_EQ(picture.status, 200) << "the field is public";
  EXPECT_EQ(picture.header("content-type"), "image/jpeg");
  act("lin", number, "reject", {{"reason", "重复"}});
  EXPECT_EQ(visitor().get(url.substr(16)).status, 404) << "no longer published";
  Fields lamp{{"api_key", fields[0].second},
              {"service_code", "issue-road"},
              {"description", "x"},
              {"address_id", id("B0101")},
              {"media_url", "file:///etc/passwd"}};
  EXPECT_EQ(send("requests.json", lamp).status, 400);
}

TEST_P(Open311, WordsForThePlaceGoToTheProgramsOwnDistrict) {
  Fields fields = report(key_of("liu"));
  fields[3] = {"address_string", "桃园里东门旁边的花坛"};
  const std::string number = number_of(send("requests.json", fields));
  const auto record = store->read([&](store::Tx& tx) { return engine->find(tx, kRealm, record_of(number)); });
  EXPECT_EQ(record->area, names.areas.at("taoyuan"));
  EXPECT_EQ(record->address, "桃园里东门旁边的花坛");
  fields[0].second = key_of("wang");
  EXPECT_EQ(send("requests.json", fields).status, 400) << "an account without a post has no district";
}

// ── reading ──
TEST_P(Open311, TheListIsThePublicsWithEveryFilter) {
  const std::string key = key_of("wang");
  const std::string old = raise(key, "一个月前的垃圾");
  clock.advance(std::chrono::days{30});
  const std::string road = [&] {
    Fields fields = report(key, "路面塌陷有个坑");
    fields[1].second = "issue-road";
    return number_of(send("requests.json", fields));
  }();
  const std::string fresh = raise(key, "今天的垃圾");
  const auto numbers = [&](const std::string& query) {
    return column(get("requests.json?" + query), "service_request_id");
  };
  expect_fits(get("requests.xml"));
  EXPECT_EQ(numbers(""), (List{fresh, road, old}));
  EXPECT_EQ(numbers("start_date=&end_date=&page="), (List{fresh, road, old})) << "empty is absent";
  EXPECT_EQ(numbers("service_code=issue-garbage"), (List{fresh, old}));
  EXPECT_EQ(numbers("service_code=issue-road,issue-garbage"), (List{fresh, road, old}));
  EXPECT_EQ(numbers("service_code=no-such"), List{});
  EXPECT_EQ(numbers("service_request_id=" + old + "," + road + ",TX-1-1&service_code=lamp"), (List{old, road}));
  const std::string day_ago = percent_encode(to_rfc3339(clock.now() - std::chrono::days{1}));
  EXPECT_EQ(numbers("start_date=" + day_ago), (List{fresh, road}));
  EXPECT_EQ(numbers("end_date=" + day_ago), List{old});
  EXPECT_EQ(numbers("q=" + percent_encode("塌陷")), List{road});
  EXPECT_EQ(numbers("page_size=2"), (List{fresh, road}));
  EXPECT_EQ(numbers("page_size=2&page=2"), List{old});
  EXPECT_EQ(numbers("per_page=2&page=3"), List{}) << "a page after the end is empty";
  const std::string link = get("requests.json?page_size=2&status=open").header("link");
  ASSERT_TRUE(link.starts_with("<http://localhost/open311/v2/requests.json?")) << link;
  EXPECT_EQ(column(visitor().get(link.substr(17, link.find('>') - 17)), "service_request_id"), List{old});
  act("chen", old, "self_handle", {{"result", "已清走"}, {"after", json::array{upload("chen")}}});
  EXPECT_EQ(numbers("status=open"), (List{fresh, road}));
  EXPECT_EQ(numbers("status=closed"), List{old});
  EXPECT_EQ(numbers("status=open,closed"), (List{fresh, road, old}));
  EXPECT_EQ(numbers("updated_after=" + percent_encode(to_rfc3339(clock.now() - std::chrono::minutes{1}))),
            (List{fresh, road, old}));
  EXPECT_EQ(numbers("updated_before=" + day_ago), List{}) << "each has changed since";
  const json::value closed = get("requests/" + old + ".json").json().at(0);
  EXPECT_EQ(closed.at("status"), "closed");
  EXPECT_THAT(std::string(closed.at("status_notes").as_string()), testing::HasSubstr("已清走"));
  for (const char* query : {"start_date=yesterday", "status=half", "page=0",
                            "start_date=2026-01-01&end_date=2026-06-01", "cursor=zzz", "page_size=2000"})
    EXPECT_EQ(get(std::string("requests.json?") + query).status, 400) << query;
}

TEST_P(Open311, ProgramsThatSpeakCitySdkAreUnderstood) {
  const std::string key = key_of("wang"), number = raise(key);
  const auto extended = [&](const std::string& more) {
    return get("requests/" + number + ".json?extensions=true&" + more)
        .json()
        .at(0)
        .at("extended_attributes")
        .as_object();
  };
  EXPECT_EQ(extended("").at("detailed_status"), "RECEIVED");
  EXPECT_EQ(extended("").at("service_object_type"), "area");
  EXPECT_EQ(get("requests/" + number + ".json?locale=en_GB").json().at(0).at("service_name"), "Garbage");
  EXPECT_EQ(get("requests/" + number + ".json?locale=zh_CN").json().at(0).at("service_name"), "垃圾清运");
  const auto numbers = [&](const std::string& query) {
    return column(get("requests.json?" + query), "service_request_id");
  };
  EXPECT_EQ(numbers("service_object_type=area&service_object_id=" + id("taoyuan")), List{number});
  EXPECT_EQ(numbers("service_object_type=area&service_object_id=" + id("grid-2")), List{});
  EXPECT_EQ(numbers("service_object_type=area&service_object_id=" + id("B0101")), List{}) << "no house is told";
  EXPECT_EQ(numbers("lat=39.121&long=117.201&radius=2000"), List{number});
  EXPECT_EQ(numbers("lat=39.5&long=117.201&radius=2000"), List{});
  EXPECT_EQ(get("requests.json?service_object_type=lamp&service_object_id=1").status, 400);
  expect_fits(get("requests.xml?extensions=true"));
  act("chen", number, "self_handle", {{"result", "已清走"}, {"after", json::array{upload("chen")}}});
  EXPECT_EQ(extended("").at("detailed_status"), "ARCHIVED");
}

TEST_P(Open311, AMonthIsAFile) {
  const std::string key = key_of("wang"), garbage = raise(key, "=1+1 三月的垃圾");
  act("chen", garbage, "self_handle", {{"result", "已清走"}, {"after", json::array{upload("chen")}}});
  const auto lines = [&](const std::string& query) {
    std::istringstream body(get("bulk/requests.ndjson?" + query).body);
    std::vector<json::value> all;
    for (std::string line; std::getline(body, line);) all.push_back(json::parse(line));
    return all;
  };
  const std::string month = to_day_text(day_of(clock.now(), app->zone)).substr(0, 7);
  clock.advance(std::chrono::days{40});
  const std::string later = raise(key, "后来的垃圾");
  const auto first = lines("month=" + month);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].at("service_request_id").as_string(), garbage);
  EXPECT_EQ(first[0].at("status_description"), "closed");
  EXPECT_TRUE(first[0].at("closed_date").is_string());
  EXPECT_DOUBLE_EQ(first[0].at("lat").as_double(), 39.121) << "to about 100 m";
  EXPECT_EQ(lines("").at(0).at("service_request_id").as_string(), later) << "the present month";
  EXPECT_TRUE(lines("month=2019-01").empty());
  const auto csv = get("bulk/requests.csv?month=" + month);
  ASSERT_EQ(csv.status, 200);
  EXPECT_EQ(csv.header("content-type"), "text/csv; charset=utf-8");
  EXPECT_THAT(csv.body, testing::StartsWith("\xEF\xBB\xBFservice_request_id,requested_datetime,"));
  EXPECT_THAT(csv.body, testing::HasSubstr(",'=1+1 三月的垃圾,")) << "never a formula";
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 2) << csv.body;
  EXPECT_THAT(csv.body, testing::Not(testing::HasSubstr("13800000000")));
  EXPECT_EQ(get("bulk/requests.csv?month=march").status, 400);
  EXPECT_EQ(get("bulk/requests.csv?status=half").status, 400);
}

TEST_P(Open311, PublicVisibilityFollowsPublish) {
  const std::string key = key_of("wang"), number = raise(key);
  const auto shown = get("requests/" + number + ".json").json().at(0);
  EXPECT_EQ(shown.at("lat"), 39.121) << "to about 100 m";
  EXPECT_EQ(std::string(shown.at("address").as_string()).find("1号楼"), std::string::npos) << "no house";
  act("lin", number, "reject", {{"reason", "不在本街道"}});
  EXPECT_EQ(get("requests/" + number + ".json").status, 404);
  EXPECT_EQ(column(get("requests.json"), "service_request_id"), List{});
  const auto own = get("requests/" + number + ".json?extensions=true&api_key=" + key);
  ASSERT_EQ(own.status, 200) << "the program that raised it reads on";
  EXPECT_EQ(own.json().at(0).at("status"), "closed");
  EXPECT_EQ(own.json().at(0).at("extended_attributes").at("status"), "NOT_COUNCILS_RESPONSIBILITY");
  EXPECT_EQ(get("requests/" + number + ".json?api_key=" + key_of("zhao")).status, 404) << "another program does not";
}

// ── updates ──
TEST_P(Open311, UpdatesAreReadInAWindowOfTime) {
  const std::string key = key_of("wang"), number = raise(key);
  clock.advance(std::chrono::hours{1});
  act("chen", number, "handle");
  clock.advance(std::chrono::hours{1});
  act("chen", number, "resolve", {{"result", "垃圾已清运"}});
  const auto xml = get("servicerequestupdates.xml?jurisdiction_id=" + to_text(kRealm));
  ASSERT_EQ(xml.status, 200) << xml.body;
  expect_fits(xml);
  const test::Xml tree(xml.body);
  EXPECT_EQ(tree.all("//status"), (List{"IN_PROGRESS", "FIXED"}));
  EXPECT_EQ(tree.all("//description").back(), "垃圾已清运");
  EXPECT_EQ(tree.all("//service_request_id"), (List{number, number}));
  const std::string from = percent_encode(to_rfc3339(clock.now() - std::chrono::minutes{10})),
                    until = percent_encode(to_rfc3339(clock.now()));
  EXPECT_EQ(column(get("servicerequestupdates.json?start_date=" + from + "&end_date=" + until), "status"),
            List{"FIXED"});
  EXPECT_EQ(column(get("servicerequestupdates.json?service_request_id=" + number), "status"),
            (List{"IN_PROGRESS", "FIXED"}));
  const auto page = get("servicerequestupdates.json?page_size=1");
  EXPECT_EQ(column(page, "status"), List{"IN_PROGRESS"});
  const std::string link = page.header("link");
  ASSERT_FALSE(link.empty());
  EXPECT_EQ(column(visitor().get(link.substr(17, link.find('>') - 17)), "status"), List{"FIXED"});
  clock.advance(std::chrono::days{3});
  EXPECT_EQ(column(get("servicerequestupdates.json"), "status"), List{}) << "a day, when nothing is asked for";
}

TEST_P(Open311, AnUpdateOfTheReporterIsAnActionOfTheReporter) {
  const std::string key = key_of("wang"), number = raise(key);
  const Fields more{{"api_key", key},
                    {"update_id", "u-1"},
                    {"service_request_id", number},
                    {"status", "OPEN"},
                    {"description", "又多了两袋"},
                    {"updated_datetime", "2027-01-15T08:00:00Z"},
                    {"first_name", "阿姨"},
                    {"last_name", "-"}};
  const auto added = send("servicerequestupdates.xml", more);
  ASSERT_EQ(added.status, 200) << added.body;
  expect_fits(added);
  EXPECT_EQ(send("servicerequestupdates.xml", more).body, added.body) << "once, however often it comes";
  act("chen", number, "handle");
  act("chen", number, "resolve", {{"result", "已清走"}});
  act("chen", number, "feed_back", {{"reply", "已清走，请查看"}});
  const auto status = [&] {
    return get("requests/" + number + ".json?extensions=true").json().at(0).at("extended_attributes").at("state");
  };
  EXPECT_EQ(send("servicerequestupdates.json", more).status, 200) << "also after the state has changed";
  EXPECT_EQ(status(), "fed_back");
  EXPECT_EQ(send("servicerequestupdates.json",
                 {{"api_key", key}, {"service_request_id", number}, {"status", "reopen"}, {"description", "还有一袋"}})
                .status,
            200);
  EXPECT_EQ(status(), "handling") << "not satisfied";
  act("chen", number, "resolve", {{"result", "都清走了"}});
  act("chen", number, "feed_back", {{"reply", "都清走了"}});
  EXPECT_EQ(send("servicerequestupdates.json",
                 {{"api_key", key}, {"service_request_id", number}, {"status", "FIXED - USER"}, {"description", ""}})
                .status,
            200);
  EXPECT_EQ(status(), "closed") << "satisfied";
  const auto late =
      send("servicerequestupdates.json",
           {{"api_key", key}, {"service_request_id", number}, {"status", "IN_PROGRESS"}, {"description", "?"}});
  EXPECT_EQ(late.status, 400) << late.body;
}

TEST_P(Open311, AnUpdateOfWhoeverHandlesItIsAnActionOfTheirs) {
  const std::string number = raise(key_of("wang")), team = key_of("chen"), stranger = key_of("zhao");
  const auto update = [&](const std::string& key, const std::string& status, const std::string& text) {
    return send("servicerequestupdates.json",
                {{"api_key", key}, {"service_request_id", number}, {"status", status}, {"description", text}})
        .status;
  };
  EXPECT_EQ(update(stranger, "IN_PROGRESS", "我来"), 400) << "no right, no action";
  EXPECT_EQ(update("", "IN_PROGRESS", "我来"), 403);
  EXPECT_EQ(update(team, "IN_PROGRESS", "已派人"), 200);
  EXPECT_EQ(update(team, "FIXED", ""), 400) << "a result is required";
  EXPECT_EQ(update(team, "FIXED", "清运完毕"), 200);
  EXPECT_EQ(update(team, "CLOSED", "您好，已清运"), 200);
  const auto one = get("requests/" + number + ".json").json().at(0);
  EXPECT_THAT(std::string(one.at("status_notes").as_string()), testing::HasSubstr("您好，已清运"));
}

TEST_P(Open311, PagesOfOtherSitesMayAsk) {
  const auto asked = visitor().send("OPTIONS", "/open311/v2/requests.json");
  EXPECT_EQ(asked.status, 204);
  EXPECT_EQ(asked.header("access-control-allow-origin"), "*");
  EXPECT_EQ(get("services.json").header("access-control-allow-origin"), "*");
  EXPECT_EQ(get("services/none.json").header("access-control-allow-origin"), "*");
}

TEST(Open311Errors, ARuleThatFailsIsNoMistakeOfTheServerAndShowsNoFile) {
  const Fault fault(Code::internal, words("一条规则没能算出结果", "a rule of the pack failed"),
                    {{"/srv/packs/p/rules/t.lua:1", "limit", words("规则的步数太多", "the rule took too many steps")}});
  Request request;
  request.language = Language::en;
  const Response response = open311::errors(open311::Format::json, fault, request);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, R"([{"code":400,"description":"a rule of the pack failed"}])");
}

}  // namespace
}  // namespace tongxin::serve
