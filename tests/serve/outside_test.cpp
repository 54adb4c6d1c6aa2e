// Signing in at a real identity provider (npm oidc-provider) over HTTP, as a browser does, and out again.
#include "serve/outside_sign_in.hpp"

#include <gmock/gmock.h>

#include "people/operations.hpp"
#include "people/outside.hpp"
#include "serve/openapi.hpp"
#include "serve/town.hpp"
#include "support/peer.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kBase = "http://tongxin.example";

std::string path_of(const std::string& url) {
  const auto host = url.find("://");
  return host == std::string::npos ? url : url.substr(url.find('/', host + 3));
}

class Outside : public Town {
 protected:
  void SetUp() override {
    TONGXIN_NEEDS_PEERS();
    Town::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    app->options.base_url = kBase;
    provider.emplace(
        test::Peer::node("oidc.mjs", {std::string(kBase) + "/v1/session/outside/callback", std::string(kBase) + "/"}));
    settings.issuer = std::string(provider->first().at("issuer").as_string());
    settings.client_id = "tongxin";
    settings.client_secret = "a-long-client-secret-of-the-tests";
    settings.person_claim = "employee_number";
    store->write([&](store::Tx& tx) {
      // The codes of the fixture's people are what a personnel office gave them; here one more gets one.
      known = people::add_person(tx, vault, doing(),
                                 {.code = "S-HE", .name = "何书记", .purpose = "post", .delete_after = 20990101});
      people::appoint(tx, doing(),
                      {.person = known,
                       .role = "community_secretary",
                       .org = names.orgs.begin()->second,
                       .area = names.areas.at("B0101"),
                       .from = 20200101});
    });
  }
  void more_routes(Router& router) override {
    outside = std::make_unique<OutsideSignIn>(*app, settings, real_clock);
    add_outside_routes(*app, outside.get(), router);
  }
  // At the provider: signs in as `login` and agrees; the address of ours that the browser is sent back to.
  std::string there(Visitor& at_provider, const std::string& start, const std::string& login) {
    auto reply = at_provider.get(path_of(start));
    for (int steps = 0; steps < 12; ++steps) {
      if (reply.status == 302 || reply.status == 303) {
        const std::string to = reply.header("location");
        if (to.starts_with(kBase)) return to;
        reply = at_provider.get(path_of(to));
        continue;
      }
      const auto action = reply.body.find("action=\"");
      if (reply.status != 200 || action == std::string::npos) break;
      const std::string url = reply.body.substr(action + 8, reply.body.find('"', action + 8) - action - 8);
      const bool consent = reply.body.find("value=\"consent\"") != std::string::npos;
      std::string form = consent ? "prompt=consent" : "prompt=login&login=" + login + "&password=x";
      if (const auto secret = reply.body.find("name=\"xsrf\" value=\""); secret != std::string::npos)
        form =
            "xsrf=" + reply.body.substr(secret + 19, reply.body.find('"', secret + 19) - secret - 19) + "&logout=yes";
      reply = at_provider.send("POST", path_of(url), form, {{"content-type", "application/x-www-form-urlencoded"}});
    }
    ADD_FAILURE() << reply.status << reply.body;
    return {};
  }
  struct Came {
    Visitor browser;
    test::HttpReply reply;
    std::string back;
  };
  Came come(const std::string& login, Visitor* at_provider = nullptr) {
    Came came{visitor(), {}, {}};
    const auto start = came.browser.get("/v1/session/outside/start?page=/desk/records");
    EXPECT_EQ(start.status, 302) << start.body;
    Visitor fresh(provider->port(), "192.0.2.1");
    came.back = there(at_provider != nullptr ? *at_provider : fresh, start.header("location"), login);
    came.reply = came.browser.get(path_of(came.back));
    return came;
  }

  SystemClock real_clock;
  std::optional<test::Peer> provider;
  OutsideSettings settings;
  std::unique_ptr<OutsideSignIn> outside;
  PersonId known;
};
INSTANTIATE_TEST_SUITE_P(Engines, Outside, test::kEngines, test::engine_name);

TEST_P(Outside, WhoIsKnownComesInAndLandsWhereTheyWanted) {
  Came he = come("he");
  ASSERT_EQ(he.reply.status, 302) << he.reply.body;
  EXPECT_EQ(he.reply.header("location"), "/desk/records");
  const auto session = he.browser.get("/v1/session");
  ASSERT_EQ(session.status, 200) << session.body;
  EXPECT_EQ(session.json().at("person").at("id").as_string(), to_text(known));
  EXPECT_TRUE(session.json().at("staff").as_bool());
  EXPECT_EQ(he.browser.get("/v1/session/outside").json().at("items").at(0).at("start").as_string(),
            "/v1/session/outside/start");
}

TEST_P(Outside, TheAnswerIsGoodOnceAndOnlyInTheBrowserThatAsked) {
  Came he = come("he");
  EXPECT_EQ(he.browser.get(path_of(he.back)).status, 401) << "once";
  Visitor thief = visitor();
  const auto start = thief.get("/v1/session/outside/start");
  EXPECT_EQ(start.status, 302);
  EXPECT_EQ(thief.get(path_of(he.back)).status, 401) << "another's state";
  EXPECT_EQ(visitor().get(path_of(he.back)).status, 401) << "no state at all";
  clock.advance(std::chrono::minutes{10});
  Visitor slow = visitor();
  const auto begun = slow.get("/v1/session/outside/start");
  Visitor at_provider(provider->port(), "192.0.2.1");
  const std::string back = there(at_provider, begun.header("location"), "he");
  clock.advance(std::chrono::minutes{10});
  EXPECT_EQ(slow.get(path_of(back)).status, 401) << "too late";
}

TEST_P(Outside, OnlyPagesOfThisHouseAreReturnedTo) {
  for (const char* page : {"//evil.example", "https://evil.example", "/%5Cevil.example", "evil"}) {
    Visitor browser = visitor();
    const auto start = browser.get(std::string("/v1/session/outside/start?page=") + page);
    Visitor at_provider(provider->port(), "192.0.2.1");
    const auto reply = browser.get(path_of(there(at_provider, start.header("location"), "he")));
    EXPECT_EQ(reply.header("location"), "/") << page;
  }
}

TEST_P(Outside, StrangersAreToldSoOrMadeWhenThatIsWished) {
  const Came stranger = come("stranger");
  EXPECT_EQ(stranger.reply.status, 403);
  EXPECT_THAT(stranger.reply.header("content-type"), StartsWith("text/html"));
  server.reset();
  settings.create = true;
  Came made = come("stranger");
  ASSERT_EQ(made.reply.status, 302) << made.reply.body;
  const auto session = made.browser.get("/v1/session").json();
  EXPECT_EQ(session.at("person").at("name").as_string(), "陌生人");
  EXPECT_FALSE(session.at("staff").as_bool()) << "rights come from posts and from nothing else";
  EXPECT_EQ(come("stranger").browser.get("/v1/session").json().at("person").at("id"), session.at("person").at("id"));
}

TEST_P(Outside, ClaimsGivePostsAndTakeThemAway) {
  settings.create = true;
  const auto org =
      store->read([&](store::Tx& tx) { return *people::find_org(tx, kRealm, names.orgs.begin()->second); });
  const auto area = store->read(
      [&](store::Tx& tx) { return engine->worlds().current(tx, kRealm)->atlas->at(names.areas.at("B0101")).code; });
  settings.posts = {{"groups", "grid", "grid_worker_full", org.code, area}};
  Came first = come("new");
  ASSERT_EQ(first.reply.status, 302) << first.reply.body;
  const auto posts = first.browser.get("/v1/session").json().at("posts");
  ASSERT_EQ(posts.as_array().size(), 1u) << json::serialize(posts);
  EXPECT_EQ(posts.at(0).at("role").as_string(), "grid_worker_full");
  const auto come_again = come("new").browser.get("/v1/session").json();
  EXPECT_EQ(come_again.at("posts").at(0).at("id"), posts.at(0).at("id")) << "nothing changes when nothing changed";
  server.reset();
  settings.posts = {{"groups", "grid-of-yesterday", "grid_worker_full", org.code, area}};
  EXPECT_TRUE(come("new").browser.get("/v1/session").json().at("posts").as_array().empty());
  EXPECT_TRUE(come("he").browser.get("/v1/session").json().at("staff").as_bool()) << "posts given by hand stay";
}

TEST_P(Outside, AProviderIsNotTheWeakerDoor) {
  app->options.demo = false;  // in a demonstration nobody needs a second factor
  store->write([&](store::Tx& tx) {
    people::appoint(tx, doing(),
                    {.person = known,
                     .role = "auditor",
                     .org = names.orgs.begin()->second,
                     .area = names.areas.at("B0101"),
                     .from = 20200101});
  });
  EXPECT_EQ(come("he").reply.status, 403) << "the role needs a second factor, and the provider asked for none";
}

TEST_P(Outside, TheProviderMayChangeItsKeys) {
  EXPECT_EQ(come("he").reply.status, 302);
  server.reset();  // the set is asked for again at once; the wait of a minute is tried elsewhere
  provider->tell("new keys");
  EXPECT_EQ(come("he").reply.status, 302) << "and signs with another algorithm now";
}

TEST_P(Outside, SigningOutEndsBothSessions) {
  Visitor at_provider(provider->port(), "192.0.2.1");
  Came he = come("he", &at_provider);
  EXPECT_EQ(he.browser.send("POST", "/v1/session/outside/end").status, 403) << "no other site may sign anybody out";
  he.browser.csrf = std::string(he.browser.get("/v1/session").json().at("csrf").as_string());
  const auto out = he.browser.send("POST", "/v1/session/outside/end");
  ASSERT_EQ(out.status, 200) << out.body;
  EXPECT_EQ(he.browser.get("/v1/session").status, 401);
  const std::string there_too(out.json().at("url").as_string());
  EXPECT_THAT(there_too, StartsWith(settings.issuer));
  EXPECT_EQ(there(at_provider, there_too, ""), std::string(kBase) + "/");
}

}  // namespace
}  // namespace tongxin::serve
