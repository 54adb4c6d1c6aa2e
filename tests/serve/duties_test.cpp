// Duties over real HTTP: rosters, swaps, check-ins and tracks, standing bonds, boards, the calendar of one's turns.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "aspect/roster/roster.hpp"
#include "people/links.hpp"
#include "serve/duties_town.hpp"

namespace tongxin::serve {
namespace {

using boost::json::object;
using testing::HasSubstr;
using testing::Not;

INSTANTIATE_TEST_SUITE_P(Engines, DutiesHttp, test::kEngines, test::engine_name);

TEST_P(DutiesHttp, ATurnIsOfferedTakenLeftAndHandedOn) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen"), sun = sign_in("sun"), zhou = sign_in("zhou"),
          wang = sign_in("wang");
  const std::string first = open_slot(captain, of, 50, 52);
  const auto offered = [&](Visitor& who) {
    const auto reply = who.get("/v1/me/duties");
    EXPECT_EQ(reply.status, 200) << reply.body;
    const boost::json::value duties = reply.json();
    for (const auto& each : duties.at("offers").as_array())
      if (std::string_view(each.at("slot").as_string()) == first) return true;
    return false;
  };
  EXPECT_TRUE(offered(chen));
  EXPECT_FALSE(offered(wang));
  EXPECT_EQ(visitor().get("/v1/me/duties").status, 401);
  EXPECT_EQ(wang.post(slot(first, "take"), object{}).status, 404) << "who may not see the plan hears of no slot";
  EXPECT_EQ(chen.post(slot(first, "take"), object{}).status, 204);
  EXPECT_EQ(chen.post(slot(first, "take"), object{}).status, 204) << "sent again by the phone: the same";
  EXPECT_EQ(sun.post(slot(first, "take"), object{}).status, 204);
  const auto detail = [&] { return captain.get("/v1/slots/" + first).json(); };
  EXPECT_EQ(detail().at("slot").at("taken"), 1);
  EXPECT_EQ(detail().at("slot").at("waiting"), 1);
  // The same time on another slot: nobody is in two places.
  const std::string same_time = open_slot(captain, of, 51, 53);
  const auto twice = chen.post(slot(same_time, "take"), object{});
  EXPECT_EQ(twice.status, 422) << twice.body;
  EXPECT_THAT(twice.body, HasSubstr("重叠"));
  EXPECT_EQ(chen.post(slot(first, "leave"), object{{"reason", "家里有事"}}).status, 204);
  std::vector<std::string> what;
  const boost::json::value after = detail();
  for (const auto& each : after.at("history").as_array()) what.emplace_back(each.at("what").as_string());
  EXPECT_EQ(what, (std::vector<std::string>{"opened", "took", "waits", "left", "moved_up"}));
  EXPECT_EQ(after.at("slot").at("people").at(0).at("person").at("name"), "孙网格员");
  // A swap needs the other's word.
  const std::string later = open_slot(captain, of, 74, 76);
  ASSERT_EQ(zhou.post(slot(later, "take"), object{}).status, 204);
  const auto asked = sun.post(slot(first, "swap"), object{{"to", person("zhou")}, {"other_slot", later}});
  ASSERT_EQ(asked.status, 201) << asked.body;
  const std::string answer = "/v1/swaps/" + std::string(asked.json().at("id").as_string()) + "/answer";
  EXPECT_EQ(zhou.get("/v1/me/duties").json().at("swaps").as_array().size(), 1u);
  EXPECT_EQ(sun.post(answer, object{{"accept", true}}).status, 403);
  EXPECT_EQ(zhou.post(answer, object{{"accept", true}}).status, 204);
  EXPECT_EQ(detail().at("slot").at("people").at(0).at("person").at("name"), "周网格员");
  // Only the captain places and replaces others.
  EXPECT_EQ(chen.post(slot(later, "substitute"),
                      object{{"person", person("sun")}, {"in", person("chen")}, {"reason", "病假"}})
                .status,
            403);
  EXPECT_EQ(captain
                .post(slot(later, "substitute"),
                      object{{"person", person("sun")}, {"in", person("chen")}, {"reason", "病假"}})
                .status,
            204);
  const auto cards = captain.get("/v1/rosters");
  ASSERT_EQ(cards.status, 200) << cards.body;
  ASSERT_EQ(cards.json().at("items").as_array().size(), 1u);
  EXPECT_GE(cards.json().at("items").at(0).at("lacking").as_int64(), 1);
  EXPECT_EQ(wang.get("/v1/rosters").status, 403);
  // The captain sees what waits for an answer, and who could stand where.
  const std::string another = open_slot(captain, of, 120, 122);
  ASSERT_EQ(zhou.post(slot(another, "take"), object{}).status, 204);
  ASSERT_EQ(zhou.post(slot(another, "swap"), object{{"to", person("chen")}}).status, 201);
  const std::string roster = "/v1/records/" + to_text(of) + "/roster";
  EXPECT_EQ(captain.get(roster).json().at("swaps").as_array().size(), 1u);
  EXPECT_TRUE(chen.get(roster).json().at("swaps").as_array().empty());
  EXPECT_EQ(captain.get(slot(another, "candidates")).json().at("items").as_array().size(), 2u);
  EXPECT_EQ(chen.get(slot(another, "candidates")).status, 403);
  const auto shares = captain.get("/v1/records/" + to_text(of) + "/roster/shares");
  EXPECT_EQ(shares.json().at("items").as_array().size(), 2u) << shares.body;
}

// Passing a limit takes a reason, and then stands wherever the turn stands: in the slot and its history, in who served how
// much, in the table, in what the person may see of themselves.
TEST_P(DutiesHttp, ATurnPastALimitIsSeenAndCounted) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen");
  const std::string first = open_slot(captain, of, 50, 58), soon_after = open_slot(captain, of, 59, 61);
  const object placed{{"person", person("chen")}, {"reason", "无人接替"}};
  ASSERT_EQ(captain.post(slot(first, "take"), placed).status, 204);
  ASSERT_EQ(chen.post(slot(soon_after, "take"), object{}).status, 422) << "too little rest";
  ASSERT_EQ(chen.post(slot(soon_after, "take"), object{{"reason", "我愿意"}}).status, 403) << "not by one's own word";
  ASSERT_EQ(captain.post(slot(soon_after, "take"), placed).status, 204);
  const auto slot_of = [&](const std::string& id) { return captain.get("/v1/slots/" + id).json(); };
  EXPECT_FALSE(slot_of(first).at("slot").at("people").at(0).as_object().contains("waived")) << "a reason alone is none";
  const boost::json::value detail = slot_of(soon_after);
  EXPECT_EQ(detail.at("slot").at("people").at(0).at("waived"), true);
  EXPECT_EQ(detail.at("history").as_array().back().at("what"), "waived");
  EXPECT_EQ(detail.at("history").as_array().back().at("reason"), "无人接替");
  const std::string roster = "/v1/records/" + to_text(of) + "/roster";
  const auto shares = captain.get(roster + "/shares").json();
  EXPECT_EQ(shares.at("items").at(0).at("turns"), 2);
  EXPECT_EQ(shares.at("items").at(0).at("waived"), 1);
  const auto turns = chen.get("/v1/me/kept").json().at("turns").as_array();
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns.at(0).at("waived"), true);
  EXPECT_FALSE(turns.at(1).as_object().contains("waived"));
  // Given back and taken in good time, it passes nothing.
  ASSERT_EQ(captain.post(slot(first, "leave"), object{{"person", person("chen")}, {"reason", "换班"}}).status, 204);
  ASSERT_EQ(captain.post(slot(soon_after, "leave"), object{{"person", person("chen")}, {"reason", "换班"}}).status,
            204);
  EXPECT_TRUE(captain.get(roster + "/shares").json().at("items").as_array().empty());
}

// One answer holds what a phone needs on a walk without network: where to check in, with what, and what is still owed.
TEST_P(DutiesHttp, APhoneHearsWhatItMayCheckInForAndOwes) {
  const RecordId of = plan();
  act("chen", of, "set_out", {{"water", "river"}});
  const RecordId patrol = child_of(of);
  Visitor chen = sign_in("chen"), sun = sign_in("sun");
  const boost::json::value mine = chen.get("/v1/me/duties").json();
  ASSERT_EQ(mine.at("checkins").as_array().size(), 1u) << mine;
  const auto& there = mine.at("checkins").at(0);
  EXPECT_EQ(there.at("record").as_string(), to_text(patrol));
  EXPECT_EQ(there.at("title"), "江面");
  EXPECT_EQ(there.at("track"), true);
  EXPECT_EQ(there.at("items").at(0).at("name"), "start");
  EXPECT_EQ(there.at("items").at(0).at("point"), "required");
  ASSERT_EQ(mine.at("quotas").as_array().size(), 2u) << "only one's own";
  EXPECT_EQ(mine.at("quotas").at(0).at("label").at("zh"), "江面巡查");
  EXPECT_EQ(mine.at("quotas").at(0).at("every"), "week");
  EXPECT_EQ(mine.at("quotas").at(0).at("least"), 3);
  EXPECT_TRUE(sun.get("/v1/me/duties").json().at("checkins").as_array().empty());
}

TEST_P(DutiesHttp, WhoIsAwayCannotBePlaced) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen");
  const std::string late = open_slot(captain, of, 50, 52);
  const auto away = chen.post("/v1/me/absences", object{{"from", in(40)}, {"until", in(60)}});
  ASSERT_EQ(away.status, 201) << away.body;
  EXPECT_EQ(captain.post(slot(late, "take"), object{{"person", person("chen")}, {"reason", "人手不足"}}).status, 422);
  EXPECT_EQ(chen.get("/v1/me/duties").json().at("absences").as_array().size(), 1u);
  EXPECT_EQ(chen.del("/v1/me/absences/" + std::string(away.json().at("id").as_string())).status, 204);
  EXPECT_EQ(captain.post(slot(late, "take"), object{{"person", person("chen")}}).status, 204);
}

TEST_P(DutiesHttp, OccasionsMoveAndKeepTheirHistory) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen");
  const std::string path = "/v1/records/" + to_text(of) + "/occasions";
  const boost::json::value before = captain.get(path).json();
  ASSERT_FALSE(before.at("items").as_array().empty());
  const std::string id(before.at("items").at(0).at("id").as_string());
  EXPECT_EQ(chen.post("/v1/occasions/" + id + "/move", object{{"starts", in(30)}, {"reason", "大风"}}).status, 403);
  EXPECT_EQ(captain.post("/v1/occasions/" + id + "/move", object{{"starts", in(30)}, {"reason", "大风"}}).status, 200);
  EXPECT_EQ(captain.post("/v1/occasions/" + id + "/cancel", object{{"reason", "停航"}}).status, 200);
  EXPECT_EQ(captain.post("/v1/occasions/" + id + "/cancel", object{{"reason", "停航"}}).status, 422);
  std::vector<std::string> what;
  const boost::json::value history = captain.get("/v1/occasions/" + id + "/history").json();
  for (const auto& each : history.at("items").as_array()) what.emplace_back(each.at("what").as_string());
  EXPECT_EQ(what, (std::vector<std::string>{"made", "moved", "cancelled"}));
  const auto more = captain.post(path, object{{"plan", "outing"}, {"starts", in(31)}});
  EXPECT_EQ(more.status, 201) << more.body;
  EXPECT_EQ(captain.post(path, object{{"plan", "nothing"}, {"starts", in(31)}}).status, 404);
}

TEST_P(DutiesHttp, ACheckInSentAgainChangesNothingAndTracksAreForThoseWhoWork) {
  const RecordId of = plan();
  act("chen", of, "set_out", {{"water", "river"}});
  const RecordId patrol = child_of(of);
  Visitor captain = sign_in("ma"), chen = sign_in("chen"), zhou = sign_in("zhou");
  const std::string here = "/v1/records/" + to_text(patrol) + "/checkins";
  const boost::json::value sorts = chen.get(here + "/sorts").json();
  EXPECT_EQ(sorts.at("items").at(0).at("name"), "start");
  EXPECT_EQ(sorts.at("items").at(0).at("point"), "required");
  EXPECT_TRUE(sorts.at("items").at(0).at("open").as_bool());
  EXPECT_TRUE(sorts.at("track").as_bool());
  object body{{"key", "phone-0001"}, {"record", to_text(patrol)}, {"sort", "start"}, {"phone_at", in(0)}};
  EXPECT_EQ(chen.post("/v1/checkins", body).status, 422) << "a position is needed";
  body["lon"] = 117.2;
  body["lat"] = 39.12;
  EXPECT_EQ(zhou.post("/v1/checkins", body).status, 404);
  std::vector<Visitor> tabs;
  for (int i = 0; i < 6; ++i) tabs.push_back(sign_in("chen"));
  std::atomic<int> fresh_ones = 0, repeated = 0;
  std::vector<std::thread> threads;
  for (Visitor& tab : tabs)
    threads.emplace_back([&] {
      const auto reply = tab.post("/v1/checkins", body);
      EXPECT_TRUE(reply.status == 201 || reply.status == 200) << reply.body;
      (reply.status == 201 ? fresh_ones : repeated) += 1;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fresh_ones, 1);
  EXPECT_EQ(repeated, 5);
  body["lon"] = 118;
  EXPECT_EQ(chen.post("/v1/checkins", body).status, 409);
  const auto point = [&](int minutes, double lon) {
    return object{{"at", to_rfc3339(clock.now() - std::chrono::minutes{minutes})}, {"lon", lon}, {"lat", 39.12}};
  };
  const auto sent = chen.post(
      "/v1/tracks", object{{"key", "track-0001"},
                           {"record", to_text(patrol)},
                           {"points", {point(40, 117.2), point(30, 117.21), point(29, 119.0), point(20, 117.22)}}});
  ASSERT_EQ(sent.status, 201) << sent.body;
  EXPECT_EQ(sent.json().at("jumps"), 1);
  EXPECT_EQ(captain.get(here).json().at("items").as_array().size(), 1u);
  EXPECT_EQ(captain.get(here).json().at("tracks").as_array().size(), 1u);
  EXPECT_EQ(zhou.get(here).status, 404);
  EXPECT_EQ(captain.get("/v1/tracks").json().at("items").as_array().size(), 1u);
  EXPECT_TRUE(zhou.get("/v1/tracks").json().at("items").as_array().empty());
  const boost::json::value quota = captain.get("/v1/records/" + to_text(of) + "/quota").json();
  EXPECT_EQ(quota.at("items").as_array().size(), 6u) << "two quotas of three wardens";
  const auto figures = captain.get("/v1/checkins/figures?kind=patrol&area=" + id("street"));
  EXPECT_EQ(figures.status, 200) << figures.body;
}

TEST_P(DutiesHttp, LinksKeepTheirRuleAndTheirPlace) {
  Visitor secretary = sign_in("he"), other = sign_in("gao"), chen = sign_in("chen"), nobody = sign_in("wang");
  const auto link = [&](Visitor& who, const std::string& unit) {
    return who.post(
        "/v1/links",
        object{{"kind", "member_household"}, {"from", person("chen")}, {"area", id("B0101")}, {"unit", unit}});
  };
  for (int i = 1; i <= 10; ++i) ASSERT_EQ(link(secretary, "1-" + std::to_string(i)).status, 201);
  const auto eleventh = link(secretary, "1-11");
  EXPECT_EQ(eleventh.status, 422);
  EXPECT_THAT(eleventh.body, HasSubstr("不超过 10 户"));
  EXPECT_EQ(link(other, "1-12").status, 403) << "another community's secretary";
  EXPECT_EQ(link(chen, "1-12").status, 403);
  HouseholdId lonely = store->write([&](store::Tx& tx) {
    people::Household household;
    household.area = names.areas.at("B0102");
    household.unit = "2-1";
    return people::add_household(tx, doing(), household);
  });
  const std::string about = "?kind=member_household&area=" + id("taoyuan");
  const boost::json::value coverage = secretary.get("/v1/links/coverage" + about).json();
  EXPECT_EQ(coverage.at("households"), 11);
  EXPECT_EQ(coverage.at("covered"), 10);
  ASSERT_EQ(coverage.at("uncovered").as_array().size(), 1u);
  EXPECT_EQ(coverage.at("uncovered").at(0).at("unit"), "2-1");
  EXPECT_EQ(other.get("/v1/links/coverage" + about).status, 403);
  EXPECT_EQ(nobody.get("/v1/links/coverage" + about).status, 403);
  EXPECT_EQ(secretary.get("/v1/links/load?kind=member_household").json().at("items").at(0).at("links"), 10);
  // Who wants no contact is not uncovered.
  EXPECT_EQ(secretary.post("/v1/households/" + to_text(lonely) + "/contact-wish", object{{"welcome", false}}).status,
            204);
  EXPECT_EQ(secretary.get("/v1/links/coverage" + about).json().at("declined"), 1);
  // A property firm stands at the same place: it reads how many there are, and neither who they are nor what they wish.
  Visitor firm = sign_in("bao");
  const std::string wish = "/v1/households/" + to_text(lonely) + "/contact-wish";
  EXPECT_EQ(firm.post(wish, object{{"welcome", true}}).status, 404);
  EXPECT_EQ(other.post(wish, object{{"welcome", true}}).status, 404);
  EXPECT_EQ(chen.post(wish, object{{"welcome", true}}).status, 204) << "who walks that grid hears it at the door";
  const boost::json::value counted = firm.get("/v1/links/coverage" + about).json();
  EXPECT_EQ(counted.at("households"), 11);
  EXPECT_TRUE(counted.at("uncovered").as_array().empty());
  EXPECT_EQ(secretary.get("/v1/links/coverage" + about).json().at("uncovered").as_array().size(), 1u);
  EXPECT_EQ(firm.get("/v1/links/load?kind=member_household").status, 403);
  EXPECT_EQ(chen.get("/v1/links/load?kind=member_household").status, 200);
  const boost::json::value mine = chen.get("/v1/me/links").json();
  EXPECT_EQ(mine.at("items").as_array().size(), 10u);
  EXPECT_EQ(secretary.get("/v1/links?person=" + person("chen")).json().at("items").as_array().size(), 10u);
  EXPECT_TRUE(firm.get("/v1/links?person=" + person("chen")).json().at("items").as_array().empty());
  EXPECT_TRUE(other.get("/v1/links?person=" + person("chen")).json().at("items").as_array().empty());
  const std::string end = "/v1/links/" + std::string(mine.at("items").at(0).at("id").as_string()) + "/end";
  EXPECT_EQ(other.post(end, object{{"reason", "x"}}).status, 404);
  EXPECT_EQ(chen.post(end, object{{"reason", "搬走"}}).status, 204);
  const auto over = secretary.post(
      "/v1/links/hand-over",
      object{{"from", person("chen")}, {"to", person("sun")}, {"kind", "member_household"}, {"reason", "调岗"}});
  EXPECT_EQ(over.json().at("links"), 9) << over.body;
  EXPECT_TRUE(chen.get("/v1/me/links").json().at("items").as_array().empty());
}

TEST_P(DutiesHttp, ACallUpAddsUpOnItsBoard) {
  const RecordId event = create("he", "emergency_event", "taoyuan", {{"name", "小区封闭管理"}, {"grade", "i"}});
  for (const char* head : {"chen", "sun"})
    act("he", event, "call_up", {{"chain", "neighbour"}, {"unit", head}, {"head", person(head)}});
  act("he", event, "call_up", {{"chain", "social"}, {"unit", "志愿者"}, {"head", person("zhou")}});
  const RecordId newest = child_of(event);
  act("zhou", newest, "muster", {{"members", 27}});
  Visitor secretary = sign_in("he"), other = sign_in("gao");
  const auto reply = secretary.get("/v1/records/" + to_text(event) + "/board");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const boost::json::value board = reply.json();
  ASSERT_EQ(board.at("groups").as_array().size(), 2u);
  EXPECT_EQ(board.at("groups").at(0).at("records"), 2);
  EXPECT_EQ(board.at("groups").at(0).at("states").at("called"), 2);
  EXPECT_EQ(board.at("groups").at(1).at("sums").at("members"), 27);
  EXPECT_EQ(board.at("items").as_array().size(), 3u);
  EXPECT_EQ(other.get("/v1/records/" + to_text(event) + "/board").status, 404);
}

TEST_P(DutiesHttp, ThePhoneCalendarShowsMyTurnsAndNoNames) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen"), wang = sign_in("wang"), phone = visitor();
  const std::string taken = open_slot(captain, of, 50, 52);
  ASSERT_EQ(chen.post(slot(taken, "take"), object{}).status, 204);
  EXPECT_EQ(wang.post("/v1/feeds", object{}).status, 403) << "neither a post nor a duty";
  const auto made = chen.post("/v1/feeds", object{});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url(made.json().at("url").as_string());
  const auto feed = phone.get(url.substr(url.find("/calendar/")));
  ASSERT_EQ(feed.status, 200);
  EXPECT_THAT(feed.body, HasSubstr("SUMMARY:船员"));
  EXPECT_THAT(feed.body, HasSubstr(taken + "-turn@tongxin"));
  EXPECT_THAT(feed.body, HasSubstr("TRANSP:OPAQUE"));
  ASSERT_EQ(chen.post(slot(taken, "leave"), object{}).status, 204);
  EXPECT_THAT(phone.get(url.substr(url.find("/calendar/"))).body, Not(HasSubstr(taken)));
}

TEST_P(DutiesHttp, TheCalendarOfATeamShowsItsTurnsWithHowManyAndNotWho) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen"), sun = sign_in("sun"), phone = visitor();
  const std::string shared = open_slot(captain, of, 50, 52), others = open_slot(captain, of, 80, 82);
  ASSERT_EQ(chen.post(slot(shared, "take"), object{}).status, 204);
  ASSERT_EQ(sun.post(slot(others, "take"), object{}).status, 204);
  const auto made = chen.post("/v1/feeds", object{{"org", to_text(names.orgs.at("team-1"))}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string url(made.json().at("url").as_string());
  const auto feed = phone.get(url.substr(url.find("/calendar/")));
  ASSERT_EQ(feed.status, 200);
  EXPECT_THAT(feed.body, HasSubstr("船员（1 人）"));
  EXPECT_THAT(feed.body, HasSubstr(shared + "-turn@tongxin"));
  EXPECT_THAT(feed.body, Not(HasSubstr(others))) << "of somebody of another team";
  EXPECT_THAT(feed.body, Not(HasSubstr("陈")));
}

}  // namespace
}  // namespace tongxin::serve
