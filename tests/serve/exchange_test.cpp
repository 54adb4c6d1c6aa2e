// Files in and out, calendars and printed pages, over real HTTP.
#include <gmock/gmock.h>
#include <libical/ical.h>

#include <fstream>
#include <iterator>

#include "aspect/roster/roster.hpp"
#include "base/text.hpp"
#include "people/links.hpp"
#include "record/exchange_schema.hpp"
#include "serve/exchange_jobs.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/town.hpp"
#include "table/read.hpp"

namespace tongxin::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Exchange : public Town {
 protected:
  void SetUp() override {
    Town::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) store::migrate(*store, record::kExchangeMigrations);
  }
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_exchange_routes(*app, router);
    add_log_table_routes(*app, router);
    add_office_routes(*app, router);
    add_calendar_routes(*app, router);
    add_print_routes(*app, router);
  }
  static test::HttpReply upload(Visitor& who, const std::string& what, const std::string& bytes,
                                const std::string& name = "表.csv", const std::string& options = {}) {
    std::string body = "--edge\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\n" + what + "\r\n";
    if (!options.empty())
      body += "--edge\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n" + options + "\r\n";
    body += "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
            "\"\r\nContent-Type: text/csv\r\n\r\n" + bytes + "\r\n--edge--\r\n";
    return who.send("POST", "/v1/imports", body, {{"content-type", "multipart/form-data; boundary=edge"}});
  }
  static std::string text_at(const boost::json::value& value, const char* name) {
    return std::string(value.at(name).as_string());
  }
  // Starts a run and waits for its end.
  boost::json::value run(Visitor& who, const std::string& id, const std::string& mode) {
    const auto begun = who.post("/v1/imports/" + id + "/run", {{"mode", mode}});
    EXPECT_EQ(begun.status, 202) << begun.body;
    boost::json::value view;
    for (int looks = 0; looks < 20'000; ++looks) {
      view = who.get("/v1/imports/" + id).json();
      const std::string state = text_at(view, "state");
      if (state != "checking" && state != "committing") break;
      std::this_thread::sleep_for(milliseconds{2});
    }
    return view;
  }
  std::string raise(Visitor& who, const std::string& text, const std::string& phone = {}) {
    boost::json::object form{{"description", text}};
    if (!phone.empty()) form["contact_phone"] = phone;
    const auto made =
        who.post("/v1/records",
                 {{"kind", "issue"}, {"category", "garbage"}, {"place", {{"area", id("B0101")}}}, {"form", form}});
    EXPECT_EQ(made.status, 201) << made.body;
    return text_at(made.json(), "id");
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Exchange, test::kEngines, test::engine_name);

TEST_P(Exchange, AnImportGoesFromUploadOverMappingAndCheckToTheStore) {
  Visitor tan = sign_in("tan");
  const auto made = upload(tan, "people", "人员代码,姓名,手机\n001,张三,13800138000\n002,李四,12\n003,王五,\n");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto view = made.json();
  const std::string id = text_at(view, "id");
  EXPECT_EQ(text_at(view, "state"), "ready");
  EXPECT_EQ(boost::json::serialize(view.at("mapping")), R"(["","name","phone"])");
  EXPECT_EQ(tan.post("/v1/imports/" + id + "/run", {{"mode", "check"}}).status, 422) << "编号 is missing";
  const auto before = tan.get("/v1/imports/" + id + "/rows");
  ASSERT_EQ(before.status, 200) << "the sheet is looked at before every column is known: " << before.body;
  EXPECT_EQ(text_at(before.json().at("items").at(0).at("cells").at(0), "text"), "001");
  const auto mapped = tan.send("PUT", "/v1/imports/" + id + "/mapping", R"({"mapping":["code","name","phone"]})");
  ASSERT_EQ(mapped.status, 200) << mapped.body;

  auto checked = run(tan, id, "check");
  EXPECT_EQ(text_at(checked, "state"), "checked");
  EXPECT_EQ(checked.at("rows").as_int64(), 3);
  EXPECT_EQ(checked.at("added").as_int64(), 2);
  EXPECT_EQ(checked.at("failed").as_int64(), 1);
  EXPECT_EQ(text_at(checked.at("problems").at(0), "cell"), "C3");
  EXPECT_EQ(text_at(checked.at("problems").at(0), "title"), "手机");

  const auto page = tan.get("/v1/imports/" + id + "/rows?problems=true").json();
  ASSERT_EQ(page.at("items").as_array().size(), 1u);
  EXPECT_EQ(text_at(page.at("items").at(0).at("cells").at(1), "text"), "李四");
  EXPECT_TRUE(page.at("items").at(0).at("cells").at(2).at("problem").is_object());
  EXPECT_EQ(tan.get("/v1/imports/" + id + "/rows?limit=2").json().at("more").as_bool(), true);

  const auto failing = tan.get("/v1/imports/" + id + "/failing");
  ASSERT_EQ(failing.status, 200);
  const auto sheet = table::open(failing.body, "x", [](auto&) { return 0u; });
  table::Row row;
  sheet->next(row);
  EXPECT_EQ(row.cells[3].text, "错误原因");

  EXPECT_EQ(text_at(run(tan, id, "all"), "state"), "refused");
  EXPECT_EQ(tan.get("/v1/imports/" + id).json().at("added").as_int64(), 2) << "what could be added";
  const auto done = run(tan, id, "good");
  EXPECT_EQ(text_at(done, "state"), "done");
  EXPECT_EQ(run(tan, id, "good").at("unchanged").as_int64(), 2) << "again: nothing is doubled";

  const auto again = upload(tan, "people", "人员代码,姓名\n009,赵六\n").json();
  EXPECT_EQ(boost::json::serialize(again.at("mapping")), R"(["code","name"])") << "the mapping is remembered";
}

TEST_P(Exchange, WhatIsUploadedIsKeptSealedAndOpenToItsOwnerAlone) {
  Visitor tan = sign_in("tan"), he = sign_in("he", "192.0.2.8");
  const std::string id = text_at(upload(he, "people", "编号,姓名,手机\n001,张三,13800138000\n").json(), "id");
  files->each([&](const store::StoredFile& file) {
    const auto bytes = files->read(file.hash);
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()), Not(HasSubstr("13800138000")));
  });
  Visitor gao = sign_in("gao", "192.0.2.9");
  EXPECT_EQ(gao.get("/v1/imports/" + id).status, 404);
  EXPECT_EQ(tan.get("/v1/imports/" + id).status, 200) << "administrators see all";
  EXPECT_EQ(visitor("192.0.2.10").get("/v1/imports/" + id).status, 401);
  EXPECT_EQ(he.del("/v1/imports/" + id).status, 204);
  int left = 0;
  files->each([&](const store::StoredFile&) { ++left; });
  EXPECT_EQ(left, 0);
}

TEST_P(Exchange, RowsAreSubjectToTheRightsOfWhoBringsThemIn) {
  Visitor he = sign_in("he");  // secretary of 桃园
  const std::string id =
      text_at(upload(he, "households", "区域编码,门牌\nB0101,1单元101\nB0301,1单元101\n").json(), "id");
  const auto done = run(he, id, "good");
  EXPECT_EQ(done.at("added").as_int64(), 1);
  EXPECT_EQ(text_at(done.at("problems").at(0), "code"), "forbidden");
  EXPECT_EQ(upload(he, "areas", "编码,名称,层级\nx,x,grid\n").status, 403);
  Visitor wang = sign_in("wang", "192.0.2.8");
  EXPECT_EQ(upload(wang, "households", "区域编码,门牌\nB0101,2\n").status, 403);
  const auto undone = he.post("/v1/imports/" + id + "/undo", nullptr);
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(undone.json().at("removed").as_int64(), 1);
  EXPECT_FALSE(store->read(
      [&](store::Tx& tx) { return people::find_household(tx, kRealm, names.areas.at("B0101"), "1单元101"); }));
}

TEST_P(Exchange, APersonWhoseImportIsUndoneIsFoundNowhere) {
  namespace roster = aspect::roster;
  Visitor tan = sign_in("tan");
  const std::string id = text_at(upload(tan, "people", "编号,姓名\n703,宋行\n").json(), "id");
  EXPECT_EQ(run(tan, id, "all").at("added").as_int64(), 1);
  const PersonId song = store->read([&](store::Tx& tx) { return people::find_person(tx, kRealm, "703")->id; });
  const Time soon = clock.now() + std::chrono::hours{24};
  store->write([&](store::Tx& tx) {
    roster::set_away(tx, kRealm, song, ids.next(), soon, soon + std::chrono::hours{8});
    roster::set_skill(tx, kRealm, song, "boat", day_of(clock.now()), 0, PersonId{});
  });
  ASSERT_EQ(tan.post("/v1/imports/" + id + "/undo", nullptr).status, 200);
  store->read([&](store::Tx& tx) {
    EXPECT_TRUE(roster::aways_of(tx, kRealm, song, Time{}).empty());
    EXPECT_TRUE(roster::skill_rows(tx, kRealm, song).empty());
  });
}

TEST_P(Exchange, FilesThatCannotBeReadAreRefusedWithAWord) {
  Visitor tan = sign_in("tan");
  const auto old = upload(tan, "people", "\xD0\xCF\x11\xE0 old", "旧.xls");
  EXPECT_EQ(old.status, 415);
  EXPECT_THAT(old.body, HasSubstr("另存为 .xlsx"));
  EXPECT_EQ(upload(tan, "people", "").status, 422);
  EXPECT_EQ(upload(tan, "ghosts", "编号\n1\n").status, 404);
  const auto title = upload(tan, "people", "桃园社区名册,\n编号,姓名\n1,张三\n");
  EXPECT_EQ(title.status, 422);
  EXPECT_THAT(title.body, HasSubstr("删去标题行"));
}

TEST_P(Exchange, AnUploadThatStopsHalfwayOrIsTooLargeLeavesNothing) {
  Visitor tan = sign_in("tan");
  const std::string cut =
      "--edge\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\npeople\r\n"
      "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n编号,姓名\n001,张";
  const auto half = tan.send("POST", "/v1/imports", cut, {{"content-type", "multipart/form-data; boundary=edge"}});
  EXPECT_EQ(half.status, 400) << half.body;
  try {
    const auto large = upload(tan, "people", "编号,姓名\n" + std::string(50u << 20, 'x'));
    EXPECT_EQ(large.status, 413) << large.body.substr(0, 300);
  } catch (const std::runtime_error&) {
    // The server answers at the limit and need not take the rest: then the answer is lost to a client that only sends.
  }
  EXPECT_EQ(tan.get("/v1/imports").json().at("items").as_array().size(), 0u);
  int left = 0;
  files->each([&](const store::StoredFile&) { ++left; });
  EXPECT_EQ(left, 0);
}

TEST_P(Exchange, AccountsAndPostingsGoBothWaysByRight) {
  Visitor tan = sign_in("tan"), he = sign_in("he", "192.0.2.8");
  EXPECT_EQ(upload(he, "accounts", "登录名,编号,姓名\nlu.min,702,陆敏\n").status, 403);
  EXPECT_EQ(he.get("/v1/exports/accounts").status, 403);
  const std::string made = text_at(upload(tan, "accounts", "登录名,编号,姓名\nlu.min,702,陆敏\n").json(), "id");
  EXPECT_EQ(run(tan, made, "all").at("added").as_int64(), 1);
  EXPECT_THAT(tan.get("/v1/exports/accounts?format=csv").body, HasSubstr("lu.min"));
  const auto undone = tan.post("/v1/imports/" + made + "/undo", nullptr);
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(undone.json().at("removed").as_int64(), 2);
  EXPECT_FALSE(undone.json().at("working").as_bool());
  EXPECT_THAT(tan.get("/v1/exports/accounts?format=csv").body, Not(HasSubstr("lu.min")));
  // Who keeps no account of the ledger posts nothing.
  const std::string sheet =
      "凭证号,金额,付方账户,付方,收方账户,收方,事由\n1,12.50,自主经营收入,taoyuan,银行存款,taoyuan,租金\n";
  const std::string posted = text_at(upload(tan, "postings/collective", sheet).json(), "id");
  EXPECT_EQ(text_at(run(tan, posted, "all"), "state"), "refused");
  EXPECT_EQ(tan.get("/v1/exports/postings?ledger=collective&format=csv").status, 200);
  EXPECT_EQ(tan.get("/v1/exports/postings?ledger=ghosts").status, 404);
}

TEST_P(Exchange, ManyRecordsAreTakenBackInTheBackground) {
  Visitor lin = sign_in("lin");
  std::string sheet = "工单编号,类别,地址,内容\n";
  for (int i = 0; i <= ImportJobs::kUndoneAtOnce; ++i) sheet += fmt::format("N{},road,桃园里1号楼,路面有坑 {}\n", i, i);
  const std::string id = text_at(upload(lin, "records/issue", sheet).json(), "id");
  const auto done = run(lin, id, "good");
  ASSERT_EQ(done.at("added").as_int64(), ImportJobs::kUndoneAtOnce + 1) << boost::json::serialize(done.at("problems"));
  EXPECT_TRUE(done.at("can_undo").as_bool());
  const auto begun = lin.post("/v1/imports/" + id + "/undo", nullptr);
  ASSERT_EQ(begun.status, 202) << begun.body;
  EXPECT_TRUE(begun.json().at("working").as_bool());
  boost::json::value view;
  for (int looks = 0; looks < 20'000; ++looks) {
    view = lin.get("/v1/imports/" + id).json();
    if (text_at(view, "state") != "undoing") break;
    std::this_thread::sleep_for(milliseconds{2});
  }
  EXPECT_EQ(text_at(view, "state"), "undone");
  EXPECT_EQ(lin.get("/v1/records?list=area&kind=issue&open=true").json().at("items").as_array().size(), 0u);
}

TEST_P(Exchange, ListsLeaveAsTheyAreSeenWithoutWhatIsPrivate) {
  Visitor wang = sign_in("wang"), lin = sign_in("lin", "192.0.2.8");
  raise(wang, "=1+1 垃圾没清", "13800138000");
  raise(wang, "又没清");
  const auto xlsx = lin.get("/v1/exports/records?list=area&kind=issue&columns=all");
  ASSERT_EQ(xlsx.status, 200) << xlsx.body;
  EXPECT_THAT(xlsx.header("content-disposition"), HasSubstr(percent_encode("上报事项_")));
  const auto sheet = table::open(xlsx.body, "x", [](auto&) { return 0u; });
  table::Row row;
  ASSERT_TRUE(sheet->next(row));
  EXPECT_EQ(row.cells[0].text, "编号");
  std::vector<std::string> titles;
  while (sheet->next(row)) titles.push_back(row.cells[2].text);
  EXPECT_THAT(titles, ElementsAre("又没清", "=1+1 垃圾没清"));
  EXPECT_THAT(xlsx.body, Not(HasSubstr("13800138000")));

  const auto csv = lin.get("/v1/exports/records?list=area&format=csv&q=%E5%8F%88%E6%B2%A1");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_THAT(csv.body, StartsWith("\xEF\xBB\xBF编号,"));
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 2) << csv.body;
  EXPECT_EQ(wang.get("/v1/exports/records?list=mine").status, 403) << "for people with a post";
  EXPECT_EQ(lin.get("/v1/exports/records?list=area&kind=issue&columns=all&private=true").status, 422) << "a reason";
}

TEST_P(Exchange, PrivateFieldsLeaveOnlyWithTheRightAReasonAndALogLine) {
  Visitor wang = sign_in("wang");
  const std::string matter = raise(wang, "垃圾没清", "13800138000");
  const auto csv_of = [&](const std::string& who, const std::string& address) {
    Visitor reader = sign_in(who, address);
    return reader.get(
        "/v1/exports/records?list=area&kind=issue&columns=all&private=true&format=csv&reason=%E5%9B%9E%E8%AE%BF");
  };
  const auto seen = csv_of("lin", "192.0.2.8");
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_THAT(seen.body, HasSubstr("13800138000"));
  const auto looks =
      store->read([&](store::Tx& tx) { return people::access_log_of(tx, kRealm, names.people.at("wang")); });
  ASSERT_FALSE(looks.empty());
  EXPECT_EQ(looks[0].actor, names.people.at("lin"));
  EXPECT_EQ(looks[0].reason, "回访");
  bool logged = false;
  for (const people::AuditEntry& entry : store->read([&](store::Tx& tx) { return people::audit_of(tx, kRealm, 0); }))
    logged |= entry.what == "export.records.private" && entry.actor == names.people.at("lin");
  EXPECT_TRUE(logged);
}

TEST_P(Exchange, TablesOfPeopleAndMapsLeaveWithinTheReadersReach) {
  Visitor he = sign_in("he"), tan = sign_in("tan", "192.0.2.8");
  const auto mine = he.get("/v1/exports/orgs?format=csv").body, all = tan.get("/v1/exports/orgs?format=csv").body;
  EXPECT_THAT(mine, HasSubstr("taoyuan-committee"));
  EXPECT_THAT(mine, Not(HasSubstr("liulin-committee")));
  EXPECT_THAT(all, HasSubstr("liulin-committee"));
  const auto map = tan.get("/v1/exports/areas.geojson?level=grid");
  EXPECT_EQ(map.header("content-type"), "application/geo+json");
  EXPECT_EQ(map.json().at("features").as_array().size(), 3u);
  EXPECT_EQ(text_at(upload(tan, "areas", map.body, "map.geojson").json(), "state"), "ready");
  const auto blank = he.get("/v1/imports/template?what=records/issue");
  const auto sheet = table::open(blank.body, "x", [](auto&) { return 0u; });
  table::Row row;
  ASSERT_TRUE(sheet->next(row));
  EXPECT_EQ(row.cells[0].text, "工单编号");
}

TEST_P(Exchange, AMapMayLeaveAGapOnlyWhereTheOptionsSaySo) {
  Visitor tan = sign_in("tan", "192.0.2.8");
  const std::string map =
      R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"level":"community","code":"xl","name":"杏林社区",
      "parent_code":"street"},"geometry":{"type":"Polygon","coordinates":[[[117.3,39.3],[117.31,39.3],[117.31,39.31],[117.3,39.31],
      [117.3,39.3]]]}},{"type":"Feature","properties":{"level":"grid","code":"xl-1","name":"第1网格","parent_code":"xl"},
      "geometry":{"type":"Polygon","coordinates":[[[117.3,39.3],[117.305,39.3],[117.305,39.31],[117.3,39.31],[117.3,39.3]]]}}]})";
  const auto refused = run(tan, text_at(upload(tan, "areas", map, "map.geojson").json(), "id"), "all");
  EXPECT_EQ(text_at(refused, "state"), "refused");
  EXPECT_EQ(refused.at("allowed").as_array().size(), 0u);
  const auto stored =
      run(tan, text_at(upload(tan, "areas", map, "map.geojson", R"({"allow_gaps":true})").json(), "id"), "all");
  EXPECT_EQ(text_at(stored, "state"), "done") << boost::json::serialize(stored);
  EXPECT_EQ(stored.at("added").as_int64(), 2);
  ASSERT_EQ(stored.at("allowed").as_array().size(), 1u);
  EXPECT_EQ(text_at(stored.at("allowed").at(0), "code"), "gap");
}

TEST_P(Exchange, TheLogsLeaveAsTablesForAdministratorsAlone) {
  Visitor wang = sign_in("wang"), tan = sign_in("tan", "192.0.2.8"), lin = sign_in("lin", "192.0.2.9");
  const std::string matter = raise(wang, "垃圾没清", "13800138000");
  ASSERT_EQ(lin.post("/v1/records/" + matter + "/unseal", {{"reason", "=回访"}}).status, 200);
  ASSERT_EQ(tan.get("/v1/exports/orgs?format=csv").status, 200);
  const auto looks = tan.get("/v1/exports/access-log?format=csv");
  ASSERT_EQ(looks.status, 200) << looks.body;
  EXPECT_THAT(looks.body, HasSubstr("'=回访"));
  EXPECT_THAT(looks.body, HasSubstr("事项的私密内容"));
  const auto changes = tan.get("/v1/exports/audit?format=csv");
  ASSERT_EQ(changes.status, 200) << changes.body;
  EXPECT_THAT(changes.body, HasSubstr("导出组织"));
  EXPECT_EQ(lin.get("/v1/exports/audit").status, 403);
  EXPECT_EQ(lin.get("/v1/exports/access-log").status, 403);
  EXPECT_EQ(visitor("192.0.2.10").get("/v1/exports/audit").status, 401);
  const auto listed = tan.get("/v1/audit").json();
  EXPECT_EQ(text_at(listed.at("items").at(0).at("label"), "zh"), "导出修改记录");
}

// ── calendars ──

TEST_P(Exchange, ACalendarShowsWhatIsDueAndIsValid) {
  Visitor wang = sign_in("wang"), chen = sign_in("chen", "192.0.2.8");
  raise(wang, "王女士家门口垃圾没清");
  const auto made = chen.post("/v1/feeds", {{"org", to_text(names.orgs.at("team-1"))}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url = text_at(made.json(), "url");
  const std::string path = url.substr(url.find("/calendar/"));
  Visitor phone = visitor("192.0.2.99");
  const auto feed = phone.get(path);
  ASSERT_EQ(feed.status, 200) << feed.body;
  EXPECT_THAT(feed.header("content-type"), StartsWith("text/calendar"));
  EXPECT_THAT(feed.body, Not(HasSubstr("王女士")));
  for (std::size_t at = 0; at < feed.body.size();) {
    const auto end = feed.body.find("\r\n", at);
    ASSERT_NE(end, std::string::npos) << "every line ends in CRLF";
    EXPECT_LE(end - at, 75u);
    at = end + 2;
  }
  icalcomponent* parsed = icalparser_parse_string(feed.body.c_str());
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(icalrestriction_check(parsed), 1);
  EXPECT_EQ(icalcomponent_count_errors(parsed), 0);
  ASSERT_EQ(icalcomponent_count_components(parsed, ICAL_VEVENT_COMPONENT), 1);
  icalcomponent* event = icalcomponent_get_first_component(parsed, ICAL_VEVENT_COMPONENT);
  EXPECT_THAT(icalcomponent_get_summary(event), HasSubstr("垃圾清运"));
  EXPECT_GT(icaltime_as_timet(icalcomponent_get_dtstart(event)), to_millis(clock.now()) / 1000);
  icalcomponent_free(parsed);
  EXPECT_EQ(phone.get(path, {{"if-none-match", feed.header("etag")}}).status, 304);

  const auto in_english =
      chen.post("/v1/feeds", {{"org", to_text(names.orgs.at("team-1"))}}, {{"accept-language", "en"}});
  const std::string english = text_at(in_english.json(), "url");
  EXPECT_THAT(phone.get(english.substr(english.find("/calendar/"))).body, HasSubstr("SUMMARY:Due: "));

  EXPECT_EQ(chen.post("/v1/feeds", {{"org", to_text(names.orgs.at("urban"))}}).status, 403);
  EXPECT_EQ(phone.get("/calendar/nonsense.ics").status, 404);
  EXPECT_EQ(sign_in("he", "192.0.2.9").del("/v1/feeds/" + text_at(made.json(), "id")).status, 404);
  EXPECT_EQ(chen.del("/v1/feeds/" + text_at(made.json(), "id")).status, 204);
  EXPECT_EQ(phone.get(path).status, 404) << "revoked";
}

// ── paper ──

TEST_P(Exchange, PagesForPaperAreForThoseWhoMaySeeTheMatter) {
  Visitor wang = sign_in("wang"), lin = sign_in("lin", "192.0.2.8");
  const std::string matter = raise(wang, "<b>垃圾</b>没清", "13800138000");
  const auto sheet = lin.get("/print/records/" + matter);
  ASSERT_EQ(sheet.status, 200) << sheet.body;
  EXPECT_THAT(sheet.header("content-security-policy"), StartsWith("default-src 'none'"));
  EXPECT_THAT(sheet.body, HasSubstr("上报事项处置单"));
  EXPECT_THAT(sheet.body, HasSubstr("&lt;b&gt;垃圾"));
  EXPECT_THAT(sheet.body, Not(HasSubstr("13800138000")));
  EXPECT_THAT(sheet.body, HasSubstr("打印人 林派遣员"));
  EXPECT_EQ(sign_in("gao", "192.0.2.9").get("/print/records/" + matter).status, 404);
  EXPECT_EQ(visitor("192.0.2.10").get("/print/records/" + matter).status, 401);
  const auto month = lin.get("/print/statistics");
  ASSERT_EQ(month.status, 200) << month.body;
  EXPECT_THAT(month.body, HasSubstr("清河街道 2027 年 1 月工作通报"));
  EXPECT_THAT(month.body, HasSubstr("上报事项"));
  EXPECT_EQ(lin.get("/print/statistics?month=2026-13").status, 422);
  EXPECT_EQ(wang.get("/print/statistics").status, 403);
  EXPECT_THAT(visitor("192.0.2.11").get("/print/print.css").body, HasSubstr("size: A4"));
}

}  // namespace
}  // namespace tongxin::serve
