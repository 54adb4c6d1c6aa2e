// What an identity provider may say and what is refused, over HTTP against one that lies on request.
#include "oidc/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/peer.hpp"

namespace tongxin::oidc {
namespace {

class Providers : public ::testing::Test {
 protected:
  void SetUp() override {
    TONGXIN_NEEDS_PEERS();
    peer_.emplace(test::Peer::node("hostile_oidc.mjs"));
    settings_.issuer = std::string(peer_->first().at("issuer").as_string());
    settings_.client_id = "tongxin";
    settings_.client_secret = "secret";
  }
  Code refusal(Provider& provider, const std::string& variant) {
    const Kept kept = provider.begin("https://x/callback").kept;
    try {
      provider.finish("https://x/callback", kept, variant + "." + kept.nonce);
      return Code::not_found;  // it was taken
    } catch (const Fault& fault) {
      return fault.code();
    }
  }
  std::int64_t keys_fetched() {
    const auto reply = fetch::send({.url = settings_.issuer + "/fetched", .reach = {.anywhere = true}});
    return boost::json::parse(reply.body).at("fetched").as_int64();
  }

  std::optional<test::Peer> peer_;
  Settings settings_;
  SystemClock clock_;
};

constexpr Code kTaken = Code::not_found;

TEST_F(Providers, TheWayThereCarriesAChallengeAndNothingSecret) {
  Provider provider(settings_, clock_);
  const Begun begun = provider.begin("https://x/callback"), other = provider.begin("https://x/callback");
  EXPECT_THAT(begun.url, ::testing::StartsWith(settings_.issuer + "/auth?response_type=code&client_id=tongxin&"
                                                                  "redirect_uri=https%3A%2F%2Fx%2Fcallback&"));
  EXPECT_THAT(begun.url, ::testing::HasSubstr("code_challenge_method=S256"));
  EXPECT_EQ(begun.url.find(begun.kept.verifier), std::string::npos);
  EXPECT_NE(begun.kept.state, other.kept.state);
  EXPECT_NE(begun.kept.nonce, other.kept.nonce);
  EXPECT_NE(begun.kept.verifier, other.kept.verifier);
}

TEST_F(Providers, GoodTokensOfBothAlgorithmsAreTaken) {
  Provider provider(settings_, clock_);
  for (const char* variant : {"good", "es256", "no-kid", "two-audiences"})
    EXPECT_EQ(refusal(provider, variant), kTaken) << variant;
}

TEST_F(Providers, TokensThatLieAreRefused) {
  Provider provider(settings_, clock_);
  for (const char* variant : {"none",
                              "hmac-of-public-key",
                              "ps256",
                              "strangers-key",
                              "unknown-key",
                              "changed",
                              "other-issuer",
                              "issuer-with-slash",
                              "other-audience",
                              "audience-without-azp",
                              "other-azp",
                              "expired",
                              "no-exp",
                              "from-the-future",
                              "old",
                              "other-nonce",
                              "no-nonce",
                              "no-sub",
                              "nonsense",
                              "refused"})
    EXPECT_EQ(refusal(provider, variant), Code::unauthorized) << variant;
  EXPECT_EQ(refusal(provider, "broken"), Code::unavailable);
}

TEST_F(Providers, KeysMayChangeAndStrangersDoNotMakeUsAskForThemAllTheTime) {
  struct Shifted final : Clock {
    Time now() const override { return SystemClock{}.now() + shift; }
    milliseconds shift{0};
  } clock;
  settings_.skew = std::chrono::minutes{5};
  Provider provider(settings_, clock);
  EXPECT_EQ(refusal(provider, "good"), kTaken);
  peer_->tell("new keys");
  EXPECT_EQ(refusal(provider, "good"), Code::unauthorized) << "within the first minute the set is not asked for again";
  const auto before = keys_fetched();
  clock.shift = std::chrono::minutes{1};
  EXPECT_EQ(refusal(provider, "good"), kTaken);
  EXPECT_EQ(keys_fetched(), before + 1);
  for (int i = 0; i < 5; ++i) refusal(provider, "unknown-key");
  EXPECT_EQ(keys_fetched(), before + 1);
}

TEST_F(Providers, AProviderThatIsAnotherOrNotSafeOrAwayIsNotUsed) {
  for (const std::string& issuer : {settings_.issuer + "/", std::string("http://127.0.0.1:1")}) {
    settings_.issuer = issuer;
    Provider provider(settings_, clock_);
    try {
      provider.begin("https://x/callback");
      ADD_FAILURE() << issuer;
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.code(), Code::unavailable) << issuer;
    }
  }
}

}  // namespace
}  // namespace tongxin::oidc
