// torture: a real server under load whose ground is pulled away, again and again.
//
//   torture --program build/release/tongxin --seed 7 --rounds 40                          on SQLite
//   torture --program … --postgres postgresql://… --postgres-restart "scripts/postgres crash"   on PostgreSQL
//
// Each round: clients change things; after so many acknowledged changes and so many microseconds something happens (the
// server is killed; its disk is full for a while; its connections to PostgreSQL are cut; PostgreSQL itself falls over), then
// the server is killed; then the store is looked at (audit.hpp), and the next server starts on it. The seed gives the plan of
// requests and of accidents; where in a request an accident falls is the machine's.
#include <grp.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/random.hpp"
#include "support/http_client.hpp"
#include "torture/audit.hpp"
#include "torture/program.hpp"

namespace tongxin::torture {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct Options {
  std::string program = "build/debug/tongxin", postgres, postgres_restart, folder;
  std::uint64_t seed = 0;
  int rounds = 20, clients = 8;
};

enum class Accident { kill, full_disk, cut_connections, database_falls };
const char* name_of(Accident accident) {
  static const char* const names[] = {"killed", "disk full", "connections cut", "database fell"};
  return names[int(accident)];
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        random_(options.seed),
        url_(options.postgres.empty() ? options.folder + "/torture.db" : options.postgres),
        world_(settle(url_, options.folder + "/torture.key")),
        audit_(url_, world_.realm),
        serving_{options.program,
                 url_,
                 options.folder + "/torture.key",
                 options.folder + "/files",
                 options.folder + "/server.log",
                 options.postgres.empty()} {
    give_away();
  }

  int run() {
    Crowd crowd(world_, options_.seed, options_.clients);
    Program server(serving_);
    for (int round = 1; round <= options_.rounds && wrong_.empty(); ++round) {
      server.start();
      crowd.gate().open(server.port());
      const Accident accident = wait_and_choose(crowd, server);
      std::cout << fmt::format("round {}: {} after {} changes", round, name_of(accident), crowd.acknowledged())
                << std::flush;
      happen(accident, crowd, server);
      ++seen_[accident];
      if (!server.runs()) wrong_.push_back("the server ended by itself: " + server.end_of_log());
      server.kill();
      crowd.gate().shut();
      give_away();
      const std::int64_t known = crowd.acknowledged();
      judge(crowd, round % 5 == 0 || round == options_.rounds);
      std::cout << fmt::format(", looked at with {}\n", known) << std::flush;
    }
    if (wrong_.empty()) last_look(crowd, server);
    return tell(crowd);
  }

 private:
  // Files made as root belong to whom the server runs as.
  void give_away() const {
    if (!serving_.plain_user || ::getuid() != 0) return;
    for (const auto& each : fs::recursive_directory_iterator(options_.folder))
      if (::lchown(each.path().c_str(), 65534, 65534) != 0) throw std::runtime_error("chown " + each.path().string());
    if (::chown(options_.folder.c_str(), 65534, 65534) != 0) throw std::runtime_error("chown " + options_.folder);
  }

  Accident wait_and_choose(const Crowd& crowd, Program& server) {
    const std::int64_t enough = crowd.acknowledged() + 5 + std::int64_t(random_.below(120));
    const auto moment = std::chrono::microseconds(random_.below(20'000));
    const auto chance = random_.below(4);
    for (int looks = 0; looks < 10'000 && crowd.acknowledged() < enough && server.runs(); ++looks)
      std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(moment);
    if (options_.postgres.empty()) return chance == 0 ? Accident::full_disk : Accident::kill;
    if (chance == 0) return Accident::cut_connections;
    return chance == 1 && !options_.postgres_restart.empty() ? Accident::database_falls : Accident::kill;
  }

  void happen(Accident accident, Crowd& crowd, Program& server) {
    switch (accident) {
      case Accident::kill: break;
      case Accident::full_disk: full_disk(crowd, server); break;
      case Accident::cut_connections: cut_connections(crowd); break;
      case Accident::database_falls:
        if (std::system(options_.postgres_restart.c_str()) != 0)  // NOLINT: the command is the caller's own
          throw std::runtime_error("PostgreSQL did not come back: " + options_.postgres_restart);
        go_on(crowd, "after the database fell over");
        break;
    }
  }
  // Changes are refused with 503 while reading goes on; then there is room again, and nobody has to start anything.
  void full_disk(Crowd& crowd, Program& server) {
    const auto before = crowd.unavailable();
    server.limit_files(4096 + random_.below(100'000));  // the log is written over from its start, whatever its length
    bool refused = false;
    for (int looks = 0; looks < 3'000 && !refused && server.runs(); ++looks) {
      std::this_thread::sleep_for(1ms);
      refused = crowd.unavailable() > before;
    }
    // The log may have stayed short: then nothing was to be seen.
    if (refused) {
      ++disks_seen_full_;
      test::HttpClient reader(server.port());
      if (const auto reply = reader.get("/v1/records?list=public&kind=issue&limit=5"); reply.status != 200)
        wrong_.push_back("reading from a full disk: " + reply.body);
      if (reader.get("/readyz").status != 503) wrong_.push_back("the server said that it was ready with a full disk");
    }
    server.limit_files(std::nullopt);
    go_on(crowd, "after the disk had room again");
  }
  void cut_connections(Crowd& crowd) {
    const int times = 1 + int(random_.below(5));
    for (int i = 0; i < times; ++i) {
      const std::unique_ptr<PGconn, decltype(&PQfinish)> owner(PQconnectdb(options_.postgres.c_str()), &PQfinish);
      PQclear(
          PQexec(owner.get(),
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
                 "current_database()"));
      std::this_thread::sleep_for(std::chrono::microseconds(random_.below(30'000)));
    }
    cuts_ += times;
    go_on(crowd, "after its connections were cut");
  }
  // Changes are acknowledged again, without a restart of the server.
  void go_on(const Crowd& crowd, const char* when) {
    const auto goal = crowd.acknowledged() + 10;
    for (int looks = 0; looks < 30'000; ++looks) {
      if (crowd.acknowledged() >= goal) return;
      std::this_thread::sleep_for(1ms);
    }
    wrong_.push_back(fmt::format("no change was acknowledged {}", when));
  }

  void judge(const Crowd& crowd, bool whole) {
    for (std::string& each : audit_.look(world_, crowd.memory(), whole)) wrong_.push_back(std::move(each));
  }

  // Files that may not be written: the server does not start on them and says why; nothing is lost by it.
  void read_only(Program& server) {
    if (!options_.postgres.empty()) return;
    const auto owner = fs::perms::owner_read | fs::perms::owner_exec, all = owner | fs::perms::owner_write;
    for (const auto& each : fs::directory_iterator(options_.folder))
      if (each.path().filename().string().starts_with("torture.db")) fs::permissions(each, fs::perms::owner_read);
    fs::permissions(options_.folder, owner);
    try {
      server.start();
      wrong_.push_back("the server started on files that it may not write");
    } catch (const std::exception& error) {
      const std::string why = error.what();
      if (why.find("read-only") == why.npos) wrong_.push_back("it does not say that its files are read-only: " + why);
    }
    server.kill();
    fs::permissions(options_.folder, all);
    for (const auto& each : fs::directory_iterator(options_.folder))
      if (each.path().filename().string().starts_with("torture.db"))
        fs::permissions(each, fs::perms::owner_read | fs::perms::owner_write);
    ++read_only_;
  }
  void last_look(Crowd& crowd, Program& server) {
    read_only(server);
    server.start();
    crowd.gate().open(server.port());
    go_on(crowd, "at the end");
    crowd.finish();
    if (const int status = server.stop(); status != 0)
      wrong_.push_back(fmt::format("the server ended with {}: {}", status, server.end_of_log()));
    judge(crowd, true);
    const std::string command =
        fmt::format("'{}' verify --db '{}' --packs '{}' >&2", options_.program, url_, TONGXIN_SOURCE_DIR "/packs");
    if (std::system(command.c_str()) != 0) wrong_.push_back("tongxin verify found something");  // NOLINT
  }

  int tell(const Crowd& crowd) const {
    const Memory memory = crowd.memory();
    std::string accidents;
    for (const auto& [accident, times] : seen_) accidents += fmt::format(", {} {}", name_of(accident), times);
    std::cout << fmt::format(
        "seed {}: {} rounds{}; {} times no room seen, {} cuts, {} times read-only\n"
        "  {} changes acknowledged, {} refused; {} requests: {} answers lost, {} unavailable, {} sent again, {} "
        "repeated "
        "after an answer; {} records\n",
        options_.seed, options_.rounds, accidents, disks_seen_full_, cuts_, read_only_, memory.done.size(),
        memory.refused.size(), memory.sent, memory.lost, memory.unavailable, memory.again, memory.repeats,
        audit_.records());
    for (const std::string& each : wrong_) std::cout << "FAIL " << each << '\n';
    std::cout << fmt::format("{} passed, {} failed\n", wrong_.empty() ? options_.rounds : 0, wrong_.size());
    return wrong_.empty() ? 0 : 1;
  }

  const Options options_;
  Random random_;
  const std::string url_;
  const World world_;
  Audit audit_;
  const Serving serving_;
  std::map<Accident, int> seen_;
  int disks_seen_full_ = 0, cuts_ = 0, read_only_ = 0;
  std::vector<std::string> wrong_;
};

int run(Options options) {
  if (options.seed == 0)
    options.seed = std::uint64_t(std::chrono::system_clock::now().time_since_epoch().count()) % 1'000'000;
  std::cout << "seed " << options.seed << std::endl;
  std::string folder = (fs::temp_directory_path() / "tongxin-torture-XXXXXX").string();
  if (options.folder.empty()) {
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    options.folder = folder;
  }
  const int status = Run(options).run();
  if (status == 0)
    fs::remove_all(options.folder);
  else
    std::cout << "what it left is in " << options.folder << '\n';
  return status;
}

}  // namespace
}  // namespace tongxin::torture

int main(int count, char** words) {
  using namespace tongxin::torture;
  Options options;
  CLI::App app{"Kills a server under load, again and again, and looks whether anything was lost."};
  app.add_option("--program", options.program, "tongxin")->capture_default_str()->check(CLI::ExistingFile);
  app.add_option("--seed", options.seed, "0: one is made");
  app.add_option("--rounds", options.rounds, "How many accidents")->capture_default_str();
  app.add_option("--clients", options.clients, "How many at once")->capture_default_str();
  app.add_option("--postgres", options.postgres, "An empty database; none: SQLite");
  app.add_option("--postgres-restart", options.postgres_restart,
                 "A command that lets PostgreSQL fall over and come back");
  app.add_option("--folder", options.folder, "Where to work; none: a new one, removed when all is well");
  CLI11_PARSE(app, count, words);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::cout << "FAIL " << error.what() << "\n0 passed, 1 failed\n";
    return 1;
  }
}
