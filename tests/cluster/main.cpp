// cluster: several nodes on one PostgreSQL, behind HAProxy and PgBouncer, hold what one alone holds.
//
//   cluster --program build/release/tongxin          starts scripts/cluster, looks at it, stops it
//   cluster --prepare postgresql://… key-file        what the script calls to fill the empty database
//
// Each thing that must be so prints one line; the last line is "N passed, N failed".
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/random.hpp"
#include "cluster/late.hpp"
#include "cluster/visitor.hpp"
#include "torture/audit.hpp"

namespace tongxin::cluster {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using torture::kPassword;

constexpr const char* kScript = TONGXIN_SOURCE_DIR "/scripts/cluster";
constexpr int kNodes = 2;

struct Options {
  std::string program = "build/debug/tongxin";
  std::vector<std::string> prepare;
  int kills = 6;
  std::uint64_t seed = 0;
};

// The script's answer, one line.
std::string script(const std::string& words) {
  const std::string command = std::string(kScript) + " " + words;
  std::FILE* out = ::popen(command.c_str(), "r");  // NOLINT: our own script
  std::string said;
  char block[512];
  while (out != nullptr && std::fgets(block, sizeof block, out) != nullptr) said += block;
  if (out == nullptr || ::pclose(out) != 0) throw std::runtime_error("scripts/cluster " + words + " failed");
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said.substr(said.rfind('\n') + 1);
}
int port_in(const std::string& url) { return std::atoi(url.c_str() + url.rfind(':') + 1); }

// Until it is so; false after half a minute.
bool until(const std::function<bool()>& so) {
  for (int looks = 0; looks < 3'000; ++looks) {
    if (so()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {
    script("stop");
    std::string self(4096, 0);
    self.resize(std::size_t(::readlink("/proc/self/exe", self.data(), self.size())));
    front_ = port_in(
        script(fmt::format("start --program '{}' --nodes {} --prepare '{} --prepare'", options.program, kNodes, self)));
    for (int i = 1; i <= kNodes; ++i) nodes_.push_back(port_in(script(fmt::format("node-url {}", i))));
    direct_ = script("direct");
    prepared_ = read_prepared(script("key-file"));
  }
  ~Run() {
    try {
      script("stop");
    } catch (const std::exception& error) {
      std::cerr << error.what() << '\n';
    }
  }

  int run() {
    through_the_front();
    pooled();
    rights_change_at_once();
    guesses_are_counted_together();
    files_and_imports();
    imports_fall();
    presence();
    streams();
    deadlines();
    nodes_fall();
    std::cout << fmt::format("{} passed, {} failed\n", passed_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void holds(bool so, const std::string& what, const std::string& otherwise = {}) {
    ++(so ? passed_ : failed_);
    std::cout << (so ? "ok    " : "FAIL  ") << what << (so || otherwise.empty() ? "" : ": " + otherwise) << std::endl;
  }
  Visitor at(int node) const { return Visitor(nodes_[std::size_t(node)]); }
  Visitor signed_in(int node, const std::string& who) const {
    Visitor visitor = at(node);
    visitor.sign_in(who + "_x", kPassword);
    return visitor;
  }
  object issue(const std::string& text) const {
    return {{"kind", "issue"},
            {"category", "garbage"},
            {"place", {{"area", prepared_.world.buildings[0]}}},
            {"form", {{"description", text}}}};
  }

  void through_the_front() {
    Visitor visitor(front_);
    visitor.sign_in("chen_x", kPassword);
    std::string id, wrong;
    for (int i = 0; i < 20; ++i) {  // in turn by this node and by that
      const auto made = visitor.post("/v1/records", issue("楼道漏水"));
      if (made.status != 201) wrong = made.body;
      id = id_of(made);
      const auto seen = visitor.get("/v1/records/" + id);
      if (seen.status != 200) wrong = "what one node wrote the other does not find: " + seen.body;
    }
    holds(wrong.empty(), "20 changes through HAProxy, each read at once through the other node", wrong);
    Visitor here = at(0), there = at(1);
    there.cookies = here.cookies = visitor.cookies;
    holds(here.get("/v1/session").status == 200 && there.get("/v1/session").status == 200,
          "a session is known to every node");
    visitor.send("DELETE", "/v1/session");
    holds(here.get("/v1/session").status == 401 && there.get("/v1/session").status == 401,
          "signed out at one is signed out at all");
  }

  // What was said above went through PgBouncer, in transaction mode, without named prepared statements.
  void pooled() {
    std::string url = script("database");
    url = url.substr(0, url.rfind('/')) + "/pgbouncer";
    const std::unique_ptr<PGconn, decltype(&PQfinish)> desk(PQconnectdb(url.c_str()), &PQfinish);
    const auto ask = [&](const char* what) {
      return std::unique_ptr<PGresult, decltype(&PQclear)>(PQexec(desk.get(), what), &PQclear);
    };
    std::string mode;
    const auto settings = ask("SHOW CONFIG");
    for (int row = 0; row < PQntuples(settings.get()); ++row)
      if (std::string_view(PQgetvalue(settings.get(), row, 0)) == "pool_mode")
        mode = PQgetvalue(settings.get(), row, 1);
    const auto stats = ask("SHOW STATS_TOTALS");
    std::int64_t transactions = 0;
    for (int row = 0; row < PQntuples(stats.get()); ++row)
      if (std::string_view(PQgetvalue(stats.get(), row, 0)) == "tongxin")
        transactions = std::atoll(PQgetvalue(stats.get(), row, PQfnumber(stats.get(), "xact_count")));
    holds(mode == "transaction" && transactions > 40, "PgBouncer pools by transaction",
          fmt::format("{}, {} transactions", mode, transactions));
  }

  void rights_change_at_once() {
    Visitor keeper = signed_in(0, "tan"), somebody = signed_in(1, "zhao");
    const bool before = somebody.get("/v1/staffing").status == 403;
    const auto made = keeper.post("/v1/posts", object{{"person", prepared_.people.at("zhao")},
                                                      {"role", "grid_worker_full"},
                                                      {"org", prepared_.team},
                                                      {"area", prepared_.grid},
                                                      {"from", prepared_.today}});
    const bool given = somebody.get("/v1/staffing").status == 200;
    if (made.status == 201)
      keeper.post("/v1/posts/" + std::string(made.json().at("post").at("id").as_string()) + "/end",
                  object{{"until", prepared_.today}});
    const bool taken = somebody.get("/v1/staffing").status == 403;
    holds(before && given && taken, "a post that is given or ended at one node counts at once at the other",
          fmt::format("{} {} {} {}", before, given, taken, made.body));
  }

  void guesses_are_counted_together() {
    int refused = 0;
    for (int i = 0; i < 10; ++i) {
      Visitor visitor = at(i % 2);
      visitor.address = "192.0.2.66";
      refused +=
          visitor.post("/v1/session", object{{"login", "sun_x"}, {"password", "wrong wrong wrong"}}).status == 429;
    }
    holds(refused >= 5, "wrong passwords at several nodes add up", fmt::format("{} of 10 had to wait", refused));
  }

  static constexpr const char* kPeople = "--edge\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\npeople\r\n";
  static test::HttpReply upload(Visitor& visitor, const std::string& path, const std::string& name,
                                const std::string& type, const std::string& bytes, const std::string& fields = {}) {
    return visitor.send("POST", path,
                        fields + "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
                            "\"\r\nContent-Type: " + type + "\r\n\r\n" + bytes + "\r\n--edge--\r\n",
                        {{"content-type", "multipart/form-data; boundary=edge"}});
  }
  void files_and_imports() {
    Visitor here = signed_in(0, "tan"), there = signed_in(1, "tan");
    const auto file = upload(here, "/v1/files", "a.pdf", "application/pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n");
    holds(file.status == 201 && there.get("/v1/files/" + id_of(file)).status == 200,
          "a file that one node took the other gives", file.body);
    const auto sheet = upload(here, "/v1/imports", "a.csv", "text/csv", "编号,姓名\n901,张三\n902,李四\n", kPeople);
    const std::string path = "/v1/imports/" + id_of(sheet);
    const auto begun = there.post(path + "/run", object{{"mode", "all"}});
    boost::json::value view;
    const bool ended = until([&] {
      const auto reply = here.get(path);
      if (reply.status != 200) return false;
      view = reply.json();
      const std::string state(view.at("state").as_string());
      return state != "checking" && state != "committing" && state != "ready";
    });
    holds(begun.status == 202 && ended, "an import uploaded at one node is stored by the other and watched from both",
          begun.body + boost::json::serialize(view).substr(0, 300));
  }

  // A node falls in the middle of an import, which is held there until it has: nothing of it is left, and another node does it
  // again, once. What time would do is done to the moment that the row keeps: it is set back by an hour.
  void imports_fall() {
    constexpr int kRows = 4'000;
    const Desk desk(direct_), holding(direct_);
    holding.ask("SELECT pg_advisory_lock(906)");
    desk.ask(
        "CREATE FUNCTION stand_there() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(906); "
        "RETURN NEW; END'");
    desk.ask(
        "CREATE TRIGGER stand_there BEFORE INSERT ON persons FOR EACH ROW WHEN (NEW.code = 'F03000') EXECUTE FUNCTION "
        "stand_there()");
    std::string sheet = "编号,姓名\n";
    for (int row = 0; row < kRows; ++row) sheet += fmt::format("F{:05},张{}\n", row, row);
    Visitor second = signed_in(1, "tan");
    const std::string id = [&] {
      Visitor first = signed_in(0, "tan");
      const auto uploaded = upload(first, "/v1/imports", "fall.csv", "text/csv", sheet, kPeople);
      const auto begun = first.post("/v1/imports/" + id_of(uploaded) + "/run", object{{"mode", "all"}});
      if (begun.status != 202) throw std::runtime_error("an import does not begin: " + begun.body);
      return id_of(uploaded);
    }();
    const std::string path = "/v1/imports/" + id;
    const auto state_of = [&] { return std::string(second.get(path).json().at("state").as_string()); };
    const auto an_hour_passes = [&] { desk.ask("UPDATE exchange_import SET touched_at = touched_at - 3600000"); };
    const bool held =
        until([&] { return desk.ask("SELECT count(*) FROM pg_locks WHERE locktype='advisory' AND NOT granted") == 1; });
    an_hour_passes();
    const bool beats = until([&] { return state_of() == "committing"; });
    script("kill 1");
    const std::string at_once = state_of();
    const bool told = until([&] {
      an_hour_passes();
      return state_of() == "interrupted";
    });
    holding.ask("SELECT CASE WHEN pg_advisory_unlock(906) THEN 1 END");
    desk.ask("DROP TRIGGER stand_there ON persons");  // waits until what the fallen node left behind is rolled back
    const char* const count = "SELECT count(*) FROM persons WHERE code LIKE 'F_____'";
    const std::int64_t left = desk.ask(count);
    const auto again = second.post(path + "/run", object{{"mode", "all"}});
    until([&] { return state_of() == "done"; });
    const boost::json::value view = second.get(path).json();
    holds(held && beats && at_once == "committing" && told, "an import's node is known to work, and to have fallen",
          fmt::format("{} {} {} {}", held, beats, at_once, told));
    holds(
        left == 0 && again.status == 202 && desk.ask(count) == kRows && view.at("added") == kRows,
        fmt::format("an import whose node is killed leaves nothing; another node stores its {} rows, each once", kRows),
        fmt::format("{} rows, {} {}", left, again.status, boost::json::serialize(view).substr(0, 300)));
    script("node 1");
  }
  // A connection to the database itself, beside the nodes.
  class Desk {
   public:
    explicit Desk(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {}
    std::int64_t ask(const char* what) const {  // the one number of the answer; 0 without one
      const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQexec(connection_.get(), what), &PQclear);
      const auto status = PQresultStatus(answer.get());
      if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(std::string(what) + ": " + PQerrorMessage(connection_.get()));
      return PQntuples(answer.get()) == 1 ? std::atoll(PQgetvalue(answer.get(), 0, 0)) : 0;
    }

   private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  };

  void presence() {
    Visitor here = signed_in(0, "chen"), there = signed_in(1, "liu");
    const auto made = here.post("/v1/records", issue("两人同看"));
    const std::string path = "/v1/records/" + id_of(made) + "/presence";
    here.post(path, object{{"acting", true}});
    const auto others = there.post(path, object{{"acting", false}});
    holds(others.body.find("陈网格员") != std::string::npos, "who has a record open at one node is seen at the other",
          others.body);
  }

  void streams() {
    Visitor reader = signed_in(0, "chen"), writer = signed_in(1, "liu");
    test::HttpClient here(nodes_[0]), front(front_);
    const test::HttpHeaders cookie{{"cookie", reader.cookie_text()}};
    const int opened = here.open_stream("/v1/stream", cookie).status,
              fronted = front.open_stream("/v1/stream", cookie).status;
    const auto made = writer.post("/v1/records", issue("流到另一个节点"));
    const auto hears = [&](test::HttpClient& stream, const std::string& what) {
      const auto end = std::chrono::steady_clock::now() + 20s;  // heartbeats come as events of their own
      try {
        while (std::chrono::steady_clock::now() < end)
          if (stream.next_event().data.find(what) != std::string::npos) return true;
      } catch (const std::exception&) {
      }
      return false;
    };
    holds(opened == 200 && hears(here, id_of(made)), "an event stream at one node hears of a change at the other",
          made.body);
    holds(fronted == 200 && hears(front, id_of(made)), "so does one through HAProxy");
    // A message to a person goes to their page, whichever node wrote it.
    writer.post("/v1/records", issue("再流一次"));
    holds(hears(here, "有新的事项"), "a message that one node wrote is pushed by the other");
  }

  // All nodes look at the same clock table; each deadline is woken once.
  void deadlines() {
    const std::vector<std::string> made = raise_late(prepared_, direct_, 60);
    std::string wrong;
    const auto became = histories(prepared_, direct_, made, until);
    for (const History& got : became)
      if (got != prepared_.late) wrong = fmt::format("{}instead of {}", to_text(got), to_text(prepared_.late));
    holds(became.size() == made.size() && wrong.empty(),
          fmt::format("deadlines of {} records under {} clocks: each acted once ({})", made.size(), kNodes,
                      to_text(prepared_.late)),
          wrong);
  }

  void nodes_fall() {
    Random random(options_.seed);
    torture::Crowd crowd(prepared_.world, options_.seed, 8);
    crowd.gate().open(front_);
    const auto goes_on = [&](const std::string& when) {
      const auto goal = crowd.acknowledged() + 20;
      if (!until([&] { return crowd.acknowledged() >= goal; })) holds(false, "changes are acknowledged " + when);
    };
    goes_on("at first");
    for (int kill = 0; kill < options_.kills; ++kill) {
      std::this_thread::sleep_for(std::chrono::microseconds(random.below(200'000)));
      const int node = 1 + int(random.below(kNodes));
      script(fmt::format("kill {}", node));
      goes_on(fmt::format("while node {} is down", node));
      script(fmt::format("node {}", node));
    }
    script("bouncer");
    goes_on("after PgBouncer was killed");
    script("crash");
    goes_on("after PostgreSQL fell over");
    crowd.gate().shut();
    torture::Audit audit(direct_, prepared_.world.realm);
    const torture::Memory memory = crowd.memory();
    std::string wrong;
    for (const std::string& each : audit.look(prepared_.world, memory, true)) wrong += "\n      " + each;
    holds(wrong.empty() && memory.done.size() > 100,
          fmt::format(
              "{} kills under load, PgBouncer and PostgreSQL once each: {} changes acknowledged, each there once; {} "
              "answers lost, {} unavailable, {} sent again (seed {})",
              options_.kills, memory.done.size(), memory.lost, memory.unavailable, memory.again, options_.seed),
          wrong);
  }

  const Options options_;
  int front_ = 0;
  std::vector<int> nodes_;
  std::string direct_;
  Prepared prepared_;
  int passed_ = 0, failed_ = 0;
};

}  // namespace
}  // namespace tongxin::cluster

int main(int count, char** words) {
  using namespace tongxin::cluster;
  Options options;
  CLI::App app{"Looks whether several nodes on one PostgreSQL hold what one alone holds."};
  app.add_option("--program", options.program, "tongxin")->capture_default_str()->check(CLI::ExistingFile);
  app.add_option("--prepare", options.prepare, "Fill this empty database: its address and the key file to make")
      ->expected(2);
  app.add_option("--kills", options.kills, "How many nodes fall under load")->capture_default_str();
  app.add_option("--seed", options.seed, "0: one is made");
  CLI11_PARSE(app, count, words);
  if (options.seed == 0)
    options.seed = std::uint64_t(std::chrono::system_clock::now().time_since_epoch().count()) % 1'000'000;
  try {
    if (!options.prepare.empty()) {
      prepare(options.prepare[0], options.prepare[1]);
      return 0;
    }
    return Run(options).run();
  } catch (const std::exception& error) {
    std::cout << "FAIL  " << error.what() << "\n0 passed, 1 failed\n";
    return 1;
  }
}
