// What duties hold of a person, shown to that person alone; the roster as a table; pages that hear what is done to slots.
#include <gmock/gmock.h>

#include "record/change.hpp"
#include "serve/duties_town.hpp"

namespace tongxin::serve {
namespace {

using boost::json::object;
using testing::HasSubstr;
using testing::Not;

class KeptOfMe : public DutiesHttp {};
INSTANTIATE_TEST_SUITE_P(Engines, KeptOfMe, test::kEngines, test::engine_name);

object checkin_of(RecordId patrol, const std::string& at, int number) {
  return {{"key", fmt::format("phone-{:04}", number)},
          {"record", to_text(patrol)},
          {"sort", "start"},
          {"phone_at", at},
          {"lon", 117.2},
          {"lat", 39.12}};
}

TEST_P(KeptOfMe, IsListedWholeForMeAndForNobodyElse) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen"), sun = sign_in("sun");
  const std::string first = open_slot(captain, of, 50, 52), second = open_slot(captain, of, 80, 82);
  for (const std::string& each : {first, second}) ASSERT_EQ(chen.post(slot(each, "take"), object{}).status, 204);
  ASSERT_EQ(chen.post("/v1/me/absences", object{{"from", in(100)}, {"until", in(120)}}).status, 201);
  ASSERT_EQ(chen.post("/v1/feeds", object{}).status, 201);
  act("chen", of, "set_out", {{"water", "river"}});
  const RecordId patrol = child_of(of);
  ASSERT_EQ(chen.post("/v1/checkins", checkin_of(patrol, in(0), 1)).status, 201);
  const auto point = [&](int minutes, double lon) {
    return object{{"at", to_rfc3339(clock.now() - std::chrono::minutes{minutes})}, {"lon", lon}, {"lat", 39.12}};
  };
  ASSERT_EQ(chen.post("/v1/tracks", object{{"key", "track-0001"},
                                           {"record", to_text(patrol)},
                                           {"points", {point(40, 117.2), point(30, 117.21)}}})
                .status,
            201);

  EXPECT_EQ(visitor().get("/v1/me/kept").status, 401);
  const auto reply = chen.get("/v1/me/kept");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const boost::json::value kept = reply.json();
  ASSERT_EQ(kept.at("turns").as_array().size(), 2u) << kept;
  EXPECT_EQ(kept.at("turns").at(0).at("starts").as_string(), in(80)) << "the newest first";
  EXPECT_EQ(kept.at("turns").at(0).at("post").at("zh"), "船员");
  EXPECT_EQ(kept.at("turns").at(0).at("state"), "standing");
  EXPECT_EQ(kept.at("turns").at(0).at("title"), "清河段护渔");
  ASSERT_EQ(kept.at("checkins").as_array().size(), 1u);
  EXPECT_EQ(kept.at("checkins").at(0).at("lon"), 117.2);
  EXPECT_EQ(kept.at("checkins").at(0).at("title"), "江面");
  ASSERT_EQ(kept.at("tracks").as_array().size(), 1u);
  EXPECT_GT(kept.at("tracks").at(0).at("metres").as_double(), 800);
  EXPECT_TRUE(kept.at("tracks").at(0).at("points").as_array().empty()) << "a list is no copy";
  ASSERT_EQ(kept.at("absences").as_array().size(), 1u);
  EXPECT_EQ(kept.at("absences").at(0).at("from").as_string(), in(100));
  ASSERT_EQ(kept.at("skills").as_array().size(), 1u);
  EXPECT_EQ(kept.at("skills").at(0).at("label").at("en"), "Steering a boat");
  EXPECT_THAT(std::string(kept.at("skills").at(0).at("confirmed_by").as_string()), HasSubstr("马"));
  EXPECT_EQ(kept.at("feeds").as_array().size(), 1u);
  EXPECT_EQ(kept.at("more"), false);

  const auto copy = chen.get("/v1/me/export");
  ASSERT_EQ(copy.status, 200) << copy.body;
  EXPECT_EQ(copy.json().at("kept").at("tracks").at(0).at("points").as_array().size(), 2u) << "a copy is whole";
  EXPECT_EQ(copy.json().at("kept").at("turns").as_array().size(), 2u);
  for (const char* path : {"/v1/me/kept", "/v1/me/export"}) {
    const auto others = sun.get(path);
    ASSERT_EQ(others.status, 200);
    EXPECT_THAT(others.body, Not(HasSubstr("江面"))) << path << " of somebody else";
  }
}

TEST_P(KeptOfMe, SaysThatThereIsMoreOnlyWhereThereIs) {
  const RecordId of = plan();
  Visitor chen = sign_in("chen");
  act("chen", of, "set_out", {{"water", "river"}});
  const RecordId patrol = child_of(of);
  const auto count = [&](const char* path, const char* more) {
    const boost::json::value all = chen.get(path).json();
    const boost::json::value& kept = std::string_view(more).empty() ? all : all.at(more);
    return std::pair(kept.at("checkins").as_array().size(), kept.at("more").as_bool());
  };
  const std::string now = in(0);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(chen.post("/v1/checkins", checkin_of(patrol, now, i)).status, 201);
  EXPECT_EQ(count("/v1/me/kept", ""), std::pair(std::size_t{50}, false));
  ASSERT_EQ(chen.post("/v1/checkins", checkin_of(patrol, now, 50)).status, 201);
  EXPECT_EQ(count("/v1/me/kept", ""), std::pair(std::size_t{50}, true));
  EXPECT_EQ(chen.get("/v1/me/kept").json().at("more_in"), (boost::json::array{"checkins"}));
  for (int i = 51; i < 205; ++i) ASSERT_EQ(chen.post("/v1/checkins", checkin_of(patrol, now, i)).status, 201);
  EXPECT_EQ(count("/v1/me/export", "kept"), std::pair(std::size_t{205}, false)) << "by pages, none left out";
}

TEST_P(KeptOfMe, GoesBackToTheFirstTurnHoweverOldItIs) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen");
  const std::string first = in(50), taken = open_slot(captain, of, 50, 52);
  ASSERT_EQ(chen.post(slot(taken, "take"), object{}).status, 204);
  clock.advance(std::chrono::hours{24 * 500});
  const boost::json::value kept = sign_in("chen").get("/v1/me/kept").json();
  ASSERT_EQ(kept.at("turns").as_array().size(), 1u) << kept;
  EXPECT_EQ(kept.at("turns").at(0).at("starts").as_string(), first);
  EXPECT_TRUE(kept.at("more_in").as_array().empty());
}

TEST_P(KeptOfMe, TheRosterIsATableForWhoeverMaySeeIt) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen"), sun = sign_in("sun"), wang = sign_in("wang");
  const std::string taken = open_slot(captain, of, 50, 52);
  open_slot(captain, of, 80, 82);
  ASSERT_EQ(chen.post(slot(taken, "take"), object{}).status, 204);
  ASSERT_EQ(sun.post(slot(taken, "take"), object{}).status, 204);
  std::string week = in(24 * 7);
  week.replace(week.find('+'), 1, "%2B");
  const std::string path = "/v1/exports/records/" + to_text(of) + "/roster?until=" + week;
  const auto sheet = captain.get(path);
  ASSERT_EQ(sheet.status, 200) << sheet.body;
  EXPECT_EQ(sheet.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  EXPECT_EQ(sheet.body.substr(0, 2), "PK");
  const auto lines = captain.get(path + "&format=csv");
  ASSERT_EQ(lines.status, 200) << lines.body;
  EXPECT_THAT(lines.body, HasSubstr("日期"));
  EXPECT_THAT(lines.body, HasSubstr("船员,1,1,陈网格员,孙网格员,开放"));
  EXPECT_THAT(lines.body, HasSubstr("船员,1,0,,,开放"));
  EXPECT_THAT(captain.get(path + "&format=csv", {{"accept-language", "en"}}).body, HasSubstr("Who stands"));
  EXPECT_EQ(wang.get(path).status, 404) << "who may not see the plan hears of no roster";
  EXPECT_EQ(captain.get(path + "&format=pdf").status, 422);
}

TEST_P(KeptOfMe, PagesHearWhatIsDoneToSlots) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen");
  const std::string taken = open_slot(captain, of, 50, 52);
  const std::string cookie = std::string(kSessionCookie) + "=" + captain.cookies.at(kSessionCookie);
  test::HttpClient stream(server->port());
  ASSERT_EQ(stream.open_stream("/v1/stream", {{"cookie", cookie}}).status, 200);
  const auto next = [&] {
    test::HttpEvent event = stream.next_event();
    while (event.event != "record") event = stream.next_event();
    return boost::json::parse(event.data);
  };
  const auto hears_of = [&](const char* who) {
    const boost::json::value change = next();
    EXPECT_EQ(change.at("id").as_string(), to_text(of));
    EXPECT_EQ(change.at("action"), "roster");
    EXPECT_EQ(change.at("actor").at("id").as_string(), person(who));
  };
  ASSERT_EQ(chen.post(slot(taken, "take"), object{}).status, 204);
  hears_of("chen");
  ASSERT_EQ(chen.post(slot(taken, "leave"), object{}).status, 204);
  hears_of("chen");
  EXPECT_EQ(sign_in("wang").post(slot(taken, "take"), object{}).status, 404);
  open_slot(captain, of, 80, 82);
  hears_of("ma");  // of what was refused nobody hears
}

// Nodes that share a database find in it what was done to slots elsewhere, by people and by the clock.
TEST_P(KeptOfMe, PagesOfAnotherNodeHearWhatIsDoneToSlots) {
  const RecordId of = plan();
  Visitor captain = sign_in("ma"), chen = sign_in("chen");
  const StreamListener::Ask ask = [&](store::Tx& tx) {
    StreamListener::Standing standing{worlds->current(tx, kRealm), {}};
    const auto participants = tx.all<record::Participant>(record::sql::kParticipants, kRealm, of);
    for (const auto& [scope, list] : record::scopes_of(*standing.world, *engine->look(tx, kRealm, of), participants))
      standing.scopes.insert({scope, {}});
    return standing;
  };
  auto listener = std::make_shared<StreamListener>(names.people.at("ma"), true, store->read(ask), ask);
  const auto heard = std::make_shared<KeptStream>();
  listener->go_live(heard, {});
  Hub other;
  other.add(listener);
  other.look(*store, *engine, kRealm);  // what was before is not news
  const auto news = [&] {
    heard->all.clear();
    for (int looks = 0; looks < 2; ++looks) other.look(*store, *engine, kRealm);
    std::erase_if(heard->all, [](const std::string& data) { return data.find("\"roster\"") == std::string::npos; });
    return heard->all.size();
  };
  const std::string taken = open_slot(captain, of, 50, 52);
  EXPECT_EQ(news(), 1u) << "opened";
  ASSERT_EQ(chen.post(slot(taken, "take"), object{}).status, 204);
  EXPECT_EQ(news(), 1u) << "taken";
  EXPECT_EQ(news(), 0u) << "once";
  clock.advance(std::chrono::hours{53});
  for (const auto& due : store->read([&](store::Tx& tx) { return engine->due(tx, kRealm, clock.now()); }))
    store->write([&](store::Tx& tx) { engine->wake(tx, kRealm, due, clock.now()); });
  EXPECT_EQ(news(), 1u) << "served";
}

}  // namespace
}  // namespace tongxin::serve
