// Bad bodies into every contract type: each route that takes one is sent what its schema describes, and then changed at random,
// in its values, its shape and its bytes. It is refused in words or taken; the server never errs and goes on answering.
//
// TONGXIN_BODIES=1000 sends so many to each, TONGXIN_BODIES_SEED=7 others.
#include <gtest/gtest.h>

#include "fuzz/contracts.hpp"
#include "serve/openapi.hpp"
#include "support/body_maker.hpp"
#include "support/whole_server.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != 0 ? std::stoull(text) : otherwise;
}

class Bodies : public test::EnginesTest {
 protected:
  static std::string address(const Route& route) {
    std::string path;
    for (std::size_t at = 0; at < route.path.size();) {
      const auto open = std::min(route.path.find('{', at), route.path.size());
      path += route.path.substr(at, open - at);
      if (open == route.path.size()) break;
      const auto close = route.path.find('}', open);
      const std::string name = route.path.substr(open + 1, close - open - 1);
      path += name == "kind" ? "issue" : name == "ledger" ? "points" : "0000000000001";
      at = close + 1;
    }
    char mark = '?';
    for (const Parameter& each : route.described->parameters)
      if (!each.header && each.required)
        path += mark + each.name + "=" + (each.type == ParameterType::id ? "0000000000001" : "1"), mark = '&';
    return path;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Bodies, test::kEngines, test::engine_name);

TEST_P(Bodies, OfEveryContractTypeAreTakenOrRefusedInWords) {
  const std::uint64_t seed = number_from("TONGXIN_BODIES_SEED", 20261127), each = number_from("TONGXIN_BODIES", 40);
  WholeServer server(fresh(aspect::all_migrations()), folder() / "files");
  Random random(seed);
  Schemas schemas;
  Visitor keeper = server.sign_in("tan");
  std::set<std::string> types;
  std::map<int, int> answers;
  for (const Route& route : server.routes) {
    if (!route.described || route.described->body == nullptr) continue;
    const json::value schema = schemas.add(*route.described->body);
    types.insert(json::serialize(schema));
    test::BodyMaker maker(random, schemas);
    for (std::uint64_t i = 0; i < each; ++i) {
      json::value made = maker.fitting(schema);
      for (auto times = i == 0 ? 0 : random.below(4); times > 0; --times) maker.spoil(made);
      std::string bytes = json::serialize(made);
      if (i % 4 == 3) bytes = maker.torn(std::move(bytes));
      if (bytes.empty()) continue;
      const auto reply = keeper.send(method_name(route.method), address(route), bytes);
      ++answers[reply.status];
      ASSERT_TRUE(reply.status < 500 || reply.status == 503)
          << "seed " << seed << ": " << route.path << ' ' << bytes.substr(0, 2000) << "\n"
          << reply.body << server.log.text().substr(std::max<std::size_t>(server.log.text().size(), 2000) - 2000);
      const bool signing_in = route.path.starts_with("/v1/session");
      ASSERT_TRUE(signing_in || reply.status != 401)
          << route.path << ": nothing was read, the session is gone. " << bytes.substr(0, 2000);
      if (reply.status == 422) {
        EXPECT_NE(reply.body.find("\"detail\""), std::string::npos) << reply.body;
      }
    }
  }
  std::string counts;
  for (const auto& [status, times] : answers) counts += " " + std::to_string(times) + "×" + std::to_string(status);
  std::cout << "seed " << seed << ": " << types.size() << " contract types," << counts << '\n';
  EXPECT_GT(types.size(), 50u);
  EXPECT_EQ(server.sign_in("chen").get("/v1/me").status, 200);
}

// The fuzzer reads each without a server, under the sanitizers (tests/fuzz/contracts.hpp).
TEST_P(Bodies, AreAllAmongThoseThatAreFuzzed) {
  const WholeServer server(fresh(aspect::all_migrations()), folder() / "files");
  std::set<std::string_view> fuzzed, taken;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, fuzz::Contracts>>(
      [&]<class T>(boost::mp11::mp_identity<T>) { fuzzed.insert(contract::TypeOf<T>::value.name); });
  for (const Route& route : server.routes)
    if (route.described && route.described->body != nullptr) taken.insert(route.described->body->name);
  EXPECT_EQ(fuzzed, taken) << "put it into tests/fuzz/contracts.hpp";
}

}  // namespace
}  // namespace tongxin::serve
