// tongxin pack check | test
#include <iostream>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "cli/schema.hpp"
#include "record/engine.hpp"
#include "sim/story.hpp"

namespace tongxin::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string root = "packs", db, story;
  std::vector<std::string> names;
  bool verbose = false;
};

// Packs are named, or given as folders: `loop` and `packs/loop` are the same.
bool wanted(const Options& options, const std::string& pack) {
  return options.names.empty() || std::any_of(options.names.begin(), options.names.end(), [&](const std::string& name) {
    return fs::path(name.ends_with('/') ? name.substr(0, name.size() - 1) : name).filename() == pack;
  });
}

void check(const Options& options) {
  const auto library = load_library(options.root);
  for (const pack::PackInfo& pack : library->packs)
    std::cout << fmt::format("{:<16} v{}  {} {}\n", pack.name, pack.version, pack.label.in(language()), fmt::format("{}", fmt::join(pack.kinds, ", ")));
  std::cout << (language() == Language::en ? "All packs are sound.\n" : "机制包没有问题。\n");
}

int test(const Options& options) {
  const auto library = load_library(options.root);
  const fs::path folder = fs::temp_directory_path() / fmt::format("tongxin-stories-{}", ::getpid());
  fs::create_directories(folder);
  const auto store = store::open({.url = options.db.empty() ? (folder / "stories.db").string() : options.db, .durable = !options.db.empty()});
  store::migrate(*store, migrations());
  int passed = 0, failed = 0;
  std::uint64_t seed = 1;
  for (const pack::PackInfo& pack : library->packs) {
    if (!wanted(options, pack.name)) continue;
    for (const std::string& file : sim::story_files(options.root, pack.name)) {
      if (!options.story.empty() && file.find(options.story) == std::string::npos) continue;
      const auto result = sim::play_story(*store, library, options.root, pack.name, file, seed++);
      (result.passed() ? passed : failed) += 1;
      std::cout << (result.passed() ? "ok    " : "FAILED") << "  " << file << "  " << result.title << fmt::format(" ({} steps)\n", result.steps);
      for (const Complaint& complaint : result.failures) std::cout << "        " << complaint.at << ": " << complaint.say.in(language()) << '\n';
    }
  }
  fs::remove_all(folder);
  std::cout << fmt::format("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

void add_pack(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* pack = app.add_subcommand("pack", "Packs: mechanisms described as folders of YAML");
  pack->require_subcommand(1);
  pack->add_option("--packs", options->root, "The folder of packs")->capture_default_str();
  CLI::App* checking = pack->add_subcommand("check", "Checks every pack: words, flows, deadlines, rules and their examples");
  checking->add_option("names", options->names, "Packs or their folders (all are checked: they speak of each other)");
  checking->callback([options] { check(*options); });
  CLI::App* testing = pack->add_subcommand("test", "Plays the stories of packs on a simulated clock");
  testing->add_option("names", options->names, "Packs to test (all when none is named)");
  testing->add_option("--db", options->db, "Play on this store (a path or postgresql://…) instead of a throw-away one");
  testing->add_option("--story", options->story, "Only stories whose path holds this text");
  testing->callback([options] {
    if (const int code = test(*options); code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace tongxin::cli
