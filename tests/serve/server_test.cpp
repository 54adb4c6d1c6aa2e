#include "serve/serve_fixture.hpp"

using namespace tongxin;
using namespace tongxin::serve;

TEST_F(Serve, AnswersOneRequestAfterAnotherOnOneConnection) {
  auto web = client();
  for (int i = 0; i < 3; ++i) {
    const auto reply = web.get("/v1/echo?a=1&b=%E6%BC%8F%E6%B0%B4&c");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.json().at("query"), boost::json::value({"a=1", "b=漏水", "c="}));
  }
  EXPECT_EQ(web.post("/v1/echo", "{}").json().at("body"), "{}");
}
