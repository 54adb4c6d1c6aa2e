// What does the HTTP layer cost by itself? A server whose only handler says hello; the client is wrk.
//
//   bench_http_hello [loops] [port]       serves until standard input ends, then tells its CPU time per request
//   wrk -t1 -c32 -d5 http://127.0.0.1:8090/v1/hello
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "serve/http.hpp"

using namespace tongxin;

namespace {

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double requests_of(const std::string& metrics) {
  const std::string name = "http_request_duration_seconds_count ";
  return std::atof(metrics.c_str() + metrics.find(name) + name.size());
}

}  // namespace

int main(int count, char** values) {
  const auto file = std::filesystem::temp_directory_path() / "tongxin-http-hello.db";
  const auto store = store::open({.url = file.string(), .readers = 1, .durable = false});
  serve::Router router;
  router.add({.method = serve::Method::get, .path = "/v1/hello", .handler = [](const serve::Request&) {
                return serve::Answer(serve::Response{.body = R"({"message":"hello from a small community, 你好"})"});
              }});
  serve::ServerOptions options;
  options.loops = count > 1 ? std::atoi(values[1]) : 1;
  options.port = count > 2 ? std::atoi(values[2]) : 8090;
  options.access_log = std::getenv("ACCESS_LOG") != nullptr;
  serve::Server server(options, std::move(router), *store);
  server.start();
  const double before = cpu_seconds();
  std::printf("http://127.0.0.1:%d/v1/hello, %d loops; end of input stops\n", server.port(), options.loops);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  const double requests = requests_of(server.metrics()), used = cpu_seconds() - before;
  std::printf("%.0f requests, %.2f µs of CPU each\n", requests, used / requests * 1e6);
}
