// Holidays and make-up days that an administrator enters, over real HTTP, on both engines.
#include "record/calendars.hpp"
#include "serve/town.hpp"
#include "serve/work_calendar_routes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

class WorkCalendars : public Town {
 protected:
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_office_routes(*app, router);
    add_work_calendar_routes(*app, router);
  }
  test::HttpReply put(Visitor& who, const std::string& path, const json::value& body) {
    return who.send("PUT", path, json::serialize(body));
  }
  static json::object day(const std::string& day, bool works, const std::string& name) {
    return {{"day", day}, {"works", works}, {"name", name}};
  }
  // "2027-01-01 rest 元旦" of every special day that the year shows.
  static std::vector<std::string> shown(const json::value& year) {
    std::vector<std::string> lines;
    for (const auto& each : year.at("days").as_array())
      lines.push_back(fmt::format(
          "{} {} {}{}", std::string(each.at("day").as_string()), each.at("works").as_bool() ? "works" : "rests",
          std::string(each.at("name").at("zh").as_string()), each.at("entered").as_bool() ? "" : " (pack)"));
    return lines;
  }
  // As another node of the same installation sees it.
  bool works(record::Worlds& node, Day day) {
    return store->read(
        [&](store::Tx& tx) { return record::calendar_of(*node.current(tx, kRealm), "office").works(day); });
  }
  std::string due_of_new_matter(Visitor& who) {
    const auto reply = who.post("/v1/records", {{"kind", "issue"},
                                                {"category", "garbage"},
                                                {"place", {{"area", id("grid-1")}}},
                                                {"form", {{"description", "楼道堆物"}}}});
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(reply.json().at("id").as_string());
  }
  Time due_in_store(const std::string& record) {
    RecordId id;
    EXPECT_TRUE(parse(record, id));
    static constexpr store::Sql kDue{
        "test_due", "SELECT due_at FROM timer WHERE realm_id=$1 AND record_id=$2 AND deadline='handle'"};
    return store->read([&](store::Tx& tx) { return tx.one<Time>(kDue, kRealm, id).value_or(Time{}); });
  }

  static constexpr const char* kYear = "/v1/calendars/office/years/2027";
};
INSTANTIATE_TEST_SUITE_P(Engines, WorkCalendars, test::kEngines, test::engine_name);

}  // namespace

TEST_P(WorkCalendars, AYearIsEnteredKnownToEveryNodeAndTakenBack) {
  Visitor tan = sign_in("tan");
  record::Worlds other(library);
  EXPECT_TRUE(works(other, 20270101));
  const auto before = tan.get(kYear);
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_TRUE(shown(before.json()).empty()) << "the pack knows nothing of 2027";
  const auto revision = before.json().at("revision").as_int64();
  const auto entered =
      put(tan, kYear,
          {{"revision", revision},
           {"days", {day("2027-01-01", false, "元旦"), day("2027-01-02", false, "元旦"), day("2027-01-10", true, "")}},
           {"reason", "放假通知"}});
  ASSERT_EQ(entered.status, 200) << entered.body;
  EXPECT_EQ(shown(entered.json()),
            (std::vector<std::string>{"2027-01-01 rests 元旦", "2027-01-02 rests 元旦", "2027-01-10 works "}));
  EXPECT_FALSE(works(other, 20270101));
  EXPECT_TRUE(works(other, 20270110)) << "a Sunday";
  EXPECT_EQ(tan.get("/v1/audit").json().at("items").at(0).at("what").as_string(), "calendar.days");
  EXPECT_EQ(tan.get("/v1/audit").json().at("items").at(0).at("reason").as_string(), "office 2027 · 放假通知");

  const auto stale = put(tan, kYear, {{"revision", revision}, {"days", json::array{}}});
  EXPECT_EQ(stale.status, 409) << stale.body;
  const auto emptied = put(tan, kYear, {{"revision", entered.json().at("revision")}, {"days", json::array{}}});
  ASSERT_EQ(emptied.status, 200) << emptied.body;
  EXPECT_TRUE(shown(emptied.json()).empty());
  EXPECT_TRUE(works(other, 20270101));
  EXPECT_FALSE(works(other, 20270110));
}

TEST_P(WorkCalendars, AnEnteredDayOverrulesThePackForThatDayAlone) {
  Visitor tan = sign_in("tan");
  const std::string path = "/v1/calendars/office/years/2026";
  const auto before = tan.get(path);
  const auto lines = shown(before.json());
  ASSERT_NE(std::find(lines.begin(), lines.end(), "2026-10-03 rests 国庆节 (pack)"), lines.end());
  const auto changed = put(tan, path,
                           {{"revision", before.json().at("revision")},
                            {"days", {day("2026-10-03", true, "值守"), day("2026-10-10", false, "补休")}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  const auto after = shown(changed.json());
  for (const char* line : {"2026-10-02 rests 国庆节 (pack)", "2026-10-03 works 值守", "2026-10-04 rests 国庆节 (pack)",
                           "2026-10-10 rests 补休"})
    EXPECT_NE(std::find(after.begin(), after.end(), line), after.end()) << line;
  EXPECT_EQ(after.size(), lines.size());
}

TEST_P(WorkCalendars, DeadlinesThatBeginAfterwardsCountByItAndThoseThatRunKeepTheirDate) {
  Visitor tan = sign_in("tan");
  const std::string first = due_of_new_matter(tan);
  const Time promised = due_in_store(first);
  const Day today = day_of(clock.now(), app->zone);
  json::array days;
  for (Day each = today; std::ssize(days) < 20; each = add_days(each, 1))
    if (each / 10000 == today / 10000)
      days.push_back(day(to_day_text(each), false, "停工"));
    else
      break;
  ASSERT_EQ(std::ssize(days), 20) << "the clock of the tests stands too late in the year";
  const std::string path = fmt::format("/v1/calendars/office/years/{}", today / 10000);
  ASSERT_EQ(put(tan, path, {{"revision", 0}, {"days", days}}).status, 200);
  EXPECT_EQ(due_in_store(first), promised);
  EXPECT_GT(due_in_store(due_of_new_matter(tan)), promised + std::chrono::hours{24 * 10});
  const auto explained = tan.get("/v1/records/" + first + "/deadlines/handle");
  EXPECT_EQ(explained.status, 200) << explained.body;
}

TEST_P(WorkCalendars, WhatCannotBeIsRefusedAtItsPlaceAndNothingIsStored) {
  Visitor tan = sign_in("tan");
  const auto refused = [&](const json::array& days, const std::string& at) {
    const auto reply = put(tan, kYear, {{"revision", 0}, {"days", days}});
    EXPECT_EQ(reply.status, 422) << reply.body;
    EXPECT_NE(reply.body.find(at), std::string::npos) << reply.body;
  };
  refused({day("2026-01-01", false, "元旦")}, "/days/0");
  refused({day("2027-02-30", false, "没有这天")}, "/days/0");
  refused({day("2027-01-01", false, "")}, "/days/0");
  refused({day("2027-01-01", false, "元旦"), day("2027-01-01", true, "")}, "/days/1");
  json::object hours = day("2027-01-09", true, "");
  hours["periods"] = {"09:00-12:00", "11:00-18:00"};
  refused({hours}, "/days/0");
  hours["periods"] = {"9 to 5"};
  refused({hours}, "/days/0/periods/0");
  EXPECT_EQ(put(tan, "/v1/calendars/none/years/2027", {{"revision", 0}, {"days", json::array{}}}).status, 404);
  EXPECT_EQ(put(tan, "/v1/calendars/office/years/1800", {{"revision", 0}, {"days", json::array{}}}).status, 404);
  EXPECT_TRUE(shown(tan.get(kYear).json()).empty());
}

TEST_P(WorkCalendars, StaffReadAndOnlyAdministratorsWrite) {
  Visitor he = sign_in("he"), nobody = visitor();
  EXPECT_EQ(he.get(kYear).status, 200);
  EXPECT_EQ(put(he, kYear, {{"revision", 0}, {"days", json::array{}}}).status, 403);
  EXPECT_EQ(nobody.get(kYear).status, 401);
}

}  // namespace tongxin::serve
