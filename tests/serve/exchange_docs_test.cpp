// The examples of docs/exchange.md, as somebody would copy and paste them.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "record/exchange_schema.hpp"
#include "serve/exchange_jobs.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/town.hpp"

namespace tongxin::serve {
namespace {

class ExchangePage : public Town {
 protected:
  void SetUp() override {
    Town::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) store::migrate(*store, record::kExchangeMigrations);
  }
  void more_routes(Router& router) override {
    add_record_routes(*app, router);
    add_exchange_routes(*app, router);
    add_calendar_routes(*app, router);
    add_print_routes(*app, router);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ExchangePage, test::kEngines, test::engine_name);

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every block that is marked as sh, one after the other.
std::string examples(const std::string& page) {
  const std::string begin = "```sh\n", end = "\n```";
  std::string script = "set -euxo pipefail\n";
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    script += page.substr(at, page.find(end, at) - at) + "\n";
  }
  return script;
}

TEST_P(ExchangePage, CanBeCopiedAndPasted) {
  Visitor tan = sign_in("tan");
  const auto made =
      tan.post("/v1/tokens",
               {{"name", "表格"}, {"scopes", {"import", "records:read", "records:write", "people:read", "admin"}}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string script = examples(text_of(std::string(TONGXIN_SOURCE_DIR) + "/docs/exchange.md"));
  ASSERT_THAT(script, ::testing::HasSubstr("/v1/imports"));
  std::ofstream(folder() / "examples.sh") << script;
  const std::string command =
      fmt::format("cd '{}' && TONGXIN=http://127.0.0.1:{} TOKEN='{}' bash examples.sh > out.txt 2>&1", folder().path(),
                  server->port(), std::string(made.json().at("token").as_string()));
  EXPECT_EQ(std::system(command.c_str()), 0) << text_of(folder() / "out.txt");
}

}  // namespace
}  // namespace tongxin::serve
