// siege: thousands of idle event streams, and then everybody who means no good, before one server; it serves the others.
//
//   siege --program build/release/tongxin                   looks whether it holds
//   siege --program build/release/tongxin --measure         prints what it measured as JSON (bench/run)
//
// Each thing that must be so prints one line; the last line is "N passed, N failed". Times are told, never judged.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cluster/visitor.hpp"
#include "siege/flock.hpp"
#include "torture/program.hpp"
#include "torture/world.hpp"

namespace tongxin::siege {
namespace {

namespace fs = std::filesystem;
using boost::json::object;
using cluster::Visitor;
using std::chrono::steady_clock;

constexpr int kMostConnections = 12'000;  // ServerOptions::max_connections
constexpr double kMostMegabytes = 400;

struct Options {
  std::string program = "build/debug/tongxin";
  int streams = 10'000;
  bool measure = false;
};

class Siege {
 public:
  Siege(const Options& options, const std::string& folder)
      : options_(options),
        world_(torture::settle(folder + "/siege.db", folder + "/siege.key")),
        server_({options.program, folder + "/siege.db", folder + "/siege.key", folder + "/files",
                 folder + "/server.log", false}) {
    server_.start();
  }

  int run() {
    std::ostream& out = options_.measure ? std::cerr : std::cout;
    out_ = &out;
    Visitor worker = signed_in("chen"), office = signed_in("liu");
    const double before = megabytes();
    Flock streams(server_.port());
    const std::string ask = "GET /v1/stream HTTP/1.1\r\nhost: localhost\r\ncookie: ";
    streams.add(options_.streams / 2, ask + worker.cookie_text() + "\r\n\r\n");
    streams.add(options_.streams - options_.streams / 2, ask + office.cookie_text() + "\r\n\r\n");
    const bool open = streams.until([&] { return streams.answered() + streams.closed() >= streams.size(); });
    holds(open && streams.answered(200) == streams.size(),
          fmt::format("{} event streams are open", streams.answered(200)));
    const double with = megabytes();
    holds(with <= kMostMegabytes, fmt::format("the server holds them in {:.0f} MB ({:.0f} MB before, {:.1f} KB each)",
                                              with, before, (with - before) * 1024 / options_.streams));
    fan_out(streams, office);
    if (!options_.measure) {
      misuse(streams);
      full_house(streams, worker);
    }
    const int status = server_.stop();
    holds(status == 0, "it ends as it should when it is asked to", fmt::format("{}: {}", status, server_.end_of_log()));
    if (options_.measure)
      std::cout
          << fmt::format(
                 R"({{"streams":{},"megabytes":{:.1f},"before":{:.1f},"first_ms":{:.1f},"p50_ms":{:.1f},"p99_ms":{:.1f},)"
                 R"("last_ms":{:.1f},"answer_ms":{:.1f}}})",
                 options_.streams, with, before, median(first_), part_of(heard_after_, 0.5),
                 part_of(heard_after_, 0.99), median(last_), median(answer_))
          << '\n';
    else
      std::cout << fmt::format("{} passed, {} failed\n", passed_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void holds(bool so, const std::string& what, const std::string& otherwise = {}) {
    ++(so ? passed_ : failed_);
    *out_ << (so ? "ok    " : "FAIL  ") << what << (so || otherwise.empty() ? "" : ": " + otherwise) << std::endl;
  }
  Visitor signed_in(const std::string& who) const {
    Visitor visitor(server_.port());
    visitor.sign_in(who + "_x", torture::kPassword);
    return visitor;
  }
  double megabytes() const {
    std::ifstream in(fmt::format("/proc/{}/status", server_.pid()));
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    return 0;
  }
  static double part_of(std::vector<double> values, double part) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[std::min(values.size() - 1, std::size_t(double(values.size()) * part))];
  }
  static double median(const std::vector<double>& values) { return part_of(values, 0.5); }
  object issue() {
    return {{"kind", "issue"},
            {"category", "garbage"},
            {"place", {{"area", world_.buildings[0]}}},
            {"form", {{"description", "楼道漏水"}}}};
  }

  // One change, and how long until the first and the last have heard of it.
  void fan_out(Flock& streams, Visitor& writer) {
    bool all = true;
    for (int round = 0; round < (options_.measure ? 9 : 3); ++round) {
      streams.listen_for("event: record");
      const auto begun = steady_clock::now();
      const auto since = [&] { return std::chrono::duration<double, std::milli>(steady_clock::now() - begun).count(); };
      const auto made = writer.post("/v1/records", issue());
      answer_.push_back(since());
      all = all && made.status == 201 && streams.until([&] { return streams.heard() > 0; });
      first_.push_back(since());
      all = all && streams.until([&] { return streams.heard() == streams.size(); });
      last_.push_back(since());
      heard_after_.insert(heard_after_.end(), streams.heard_after().begin(), streams.heard_after().end());
    }
    holds(all,
          fmt::format("a change reaches all of them (answered after {:.0f} ms, the first after {:.0f} ms, the last "
                      "after {:.0f} ms)",
                      median(answer_), median(first_), median(last_)),
          fmt::format("{} heard", streams.heard()));
  }

  // Somebody who means well, while others do not.
  bool serves(const char* when) {
    try {
      Visitor guest(server_.port());
      const int realm = guest.get("/v1/realm").status;
      guest.sign_in("he_x", torture::kPassword);
      const auto made = guest.post("/v1/records", issue());
      const int read = guest.get("/v1/records/" + cluster::id_of(made)).status;
      if (realm == 200 && made.status == 201 && read == 200) return true;
      *out_ << fmt::format("      {}: {} {} {}\n", when, realm, made.status, read);
    } catch (const std::exception& error) {
      *out_ << "      " << when << ": " << error.what() << '\n';
    }
    return false;
  }

  void misuse(Flock& streams) {
    const std::string head = "GET /v1/realm HTTP/1.1\r\nhost: localhost\r\n",
                      post = "POST /v1/records HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    Flock half(server_.port()), slow(server_.port()), dribbling(server_.port()), deaf(server_.port()),
        gone(server_.port());
    half.add(400, head);                                   // never ends its head
    slow.add(400, post + "content-length: 500\r\n\r\n{");  // nor its body
    dribbling.add(100, "G");                               // a letter at a time
    deaf.read(false);
    for (int i = 0; i < 20; ++i)
      deaf.add(5, "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n");  // and never reads
    gone.add(300, post + "content-length: 500\r\n\r\n{");
    gone.reset();
    for (const char letter : std::string_view("ET /v1/realm HT")) {
      dribbling.say(std::string_view(&letter, 1));
      dribbling.until([] { return true; });
    }
    holds(serves("slow ones"), "half-open, slow, dribbling, deaf and vanished clients: others are served");

    Flock floods(server_.port());
    std::string flood = head;
    for (int i = 0; flood.size() < 512 * 1024; ++i) flood += fmt::format("x-{}: {}\r\n", i, std::string(200, 'a'));
    floods.add(50, flood);
    const bool told = floods.until([&] { return floods.closed() == floods.size(); });
    holds(told && floods.answered(431) == floods.size() && serves("header floods"),
          "floods of headers are answered 431 and let go",
          fmt::format("{} of {} closed, {} told", floods.closed(), floods.size(), floods.answered(431)));

    Flock large(server_.port()), endless(server_.port());
    large.add(50, post + "content-length: 10000000000\r\n\r\n{");
    endless.add(20, post + "transfer-encoding: chunked\r\n\r\n");
    const std::string piece = fmt::format("{:x}\r\n{}\r\n", 64 * 1024, std::string(64 * 1024, 'a'));
    for (int i = 0; i < 40; ++i) endless.say(piece), endless.until([] { return true; });
    const bool refused = large.until([&] { return large.answered() == large.size(); }) &&
                         endless.until([&] { return endless.answered() == endless.size(); });
    holds(refused && large.answered(413) == large.size() && endless.answered(413) == endless.size() &&
              serves("oversize bodies"),
          "bodies beyond all measure are answered 413, said or unsaid",
          fmt::format("{} and {}", large.answered(413), endless.answered(413)));
    holds(streams.closed() == 0, "no event stream was lost by it", fmt::format("{} were", streams.closed()));
    const double after = megabytes();
    holds(after <= kMostMegabytes, fmt::format("it takes {:.0f} MB", after));
  }

  // More connections than the server takes: whoever comes then is told so, whoever is inside stays, and then there is room.
  void full_house(Flock& streams, Visitor& inside) {
    inside.get("/v1/realm");
    Flock idle(server_.port());
    idle.add(kMostConnections - options_.streams + 500, "");
    const bool told = idle.until([&] { return idle.closed() >= 300; });
    holds(told && idle.answered(503) > 0, "a full house says so and closes",
          fmt::format("{} closed, {} told", idle.closed(), idle.answered(503)));
    holds(inside.get("/v1/session").status == 200 && streams.closed() == 0, "who is inside is served");
    idle.reset();
    holds(streams.until([&] { return serves("room again"); }, std::chrono::seconds{10}), "and there is room again");
  }

  const Options options_;
  const torture::World world_;
  torture::Program server_;
  std::ostream* out_ = &std::cout;
  std::vector<double> heard_after_, first_, last_, answer_;
  int passed_ = 0, failed_ = 0;
};

}  // namespace
}  // namespace tongxin::siege

int main(int count, char** words) {
  using namespace tongxin::siege;
  Options options;
  CLI::App app{"Besieges a server and looks whether it serves the others."};
  app.add_option("--program", options.program, "tongxin")->capture_default_str()->check(CLI::ExistingFile);
  app.add_option("--streams", options.streams, "Idle event streams")->capture_default_str();
  app.add_flag("--measure", options.measure, "Only the streams; prints JSON");
  CLI11_PARSE(app, count, words);
  std::string folder = (std::filesystem::temp_directory_path() / "tongxin-siege-XXXXXX").string();
  try {
    allow_connections(std::size_t(options.streams) + 6'000);
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    const int status = Siege(options, folder).run();
    std::filesystem::remove_all(folder);
    return status;
  } catch (const std::exception& error) {
    std::cout << "FAIL  " << error.what() << "\n0 passed, 1 failed\n";
    return 1;
  }
}
