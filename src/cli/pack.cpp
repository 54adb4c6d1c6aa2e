// tongxin pack check | test | new | doc
#include <fstream>
#include <iostream>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "aspect/all.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "pack/chosen.hpp"
#include "pack/page.hpp"
#include "pack/template.hpp"
#include "record/engine.hpp"
#include "serve/views.hpp"
#include "sim/check.hpp"
#include "sim/story.hpp"

namespace tongxin::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string root = "packs", db, story, to = "docs/packs";
  std::vector<std::string> names;
  bool verbose = false;
};

void check(const Options& options) {
  const auto library = load_library(options.root);
  (void)pack::chosen_packs(*library, options.names);  // all are checked, but a name must be one's
  auto wrong = sim::check_stories(library, options.root);
  if (!wrong.empty()) {
    const Words say = words("故事和环境有 {} 处问题", "the stories and worlds have {} problem{}", wrong.size(),
                            wrong.size() == 1 ? "" : "s");
    throw Fault(Code::invalid, say, std::move(wrong));
  }
  for (const pack::PackInfo& pack : library->packs)
    std::cout << fmt::format("{:<16} v{}  {} {}\n", pack.name, pack.version, pack.label.in(language()),
                             fmt::format("{}", fmt::join(pack.kinds, ", ")));
  std::cout << (language() == Language::en ? "All packs are sound.\n" : "机制包没有问题。\n");
}

// The stories of a pack that are to be played. A pack that is named and has none was not tested at all; one without kinds of
// its own (base) has nothing to play.
std::vector<std::string> stories_of(const Options& options, const pack::PackInfo& pack) {
  auto files = sim::story_files(options.root, pack.name);
  if (files.empty() && !options.names.empty() && !pack.kinds.empty())
    throw Fault(Code::not_found, words("机制包“{}”没有故事（{}）", "the pack '{}' has no story ({})", pack.name,
                                       (fs::path(options.root) / pack.name / "stories").string()));
  std::erase_if(files, [&](const std::string& file) { return file.find(options.story) == std::string::npos; });
  return files;
}

int test(const Options& options) {
  const auto library = load_library(options.root);
  std::vector<std::pair<const pack::PackInfo*, std::string>> stories;
  for (const pack::PackInfo* pack : pack::chosen_packs(*library, options.names))
    for (std::string& file : stories_of(options, *pack)) stories.emplace_back(pack, std::move(file));
  if (stories.empty()) throw Fault(Code::not_found, words("没有这样的故事", "there is no such story"));
  const fs::path folder = fs::temp_directory_path() / fmt::format("tongxin-stories-{}", ::getpid());
  fs::create_directories(folder);
  const auto store = store::open(
      {.url = options.db.empty() ? (folder / "stories.db").string() : options.db, .durable = !options.db.empty()});
  store::migrate(*store, aspect::all_migrations());
  int passed = 0, failed = 0;
  std::uint64_t seed = 1;
  for (const auto& [pack, file] : stories) {
    const auto result = sim::play_story(*store, library, options.root, pack->name, file, seed++);
    (result.passed() ? passed : failed) += 1;
    std::cout << (result.passed() ? "ok    " : "FAILED") << "  " << file << "  " << result.title
              << fmt::format(" ({} steps)\n", result.steps);
    for (const Complaint& complaint : result.failures)
      std::cout << "        " << complaint.at << ": " << complaint.say.in(language()) << '\n';
  }
  fs::remove_all(folder);
  std::cout << fmt::format("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out) throw Fault(Code::unavailable, words("写不了文件 {}", "the file {} cannot be written", path.string()));
  std::cout << path.string() << '\n';
}

void create(const Options& options) {
  const std::string& name = options.names.front();
  const auto files = pack::new_pack(name);
  if (fs::exists(fs::path(options.root) / name))
    throw Fault(Code::conflict, words("{} 已经有了", "{} exists already", (fs::path(options.root) / name).string()));
  for (const auto& [path, text] : files) write_file(fs::path(options.root) / path, text);
  std::cout << words("下一步：tongxin pack --packs {} test {}\n", "Next: tongxin pack --packs {} test {}\n",
                     options.root, name)
                   .in(language());
}

void document(const Options& options) {
  const auto library = load_library(options.root);
  const fs::path folder = options.to;
  for (const pack::PackInfo* chosen : pack::chosen_packs(*library, options.names)) {
    const pack::PackInfo& pack = *chosen;
    const std::string page = pack::page_of(*library, pack, language(), [&](const pack::Kind& kind) {
      const std::string name = pack.name + "-" + kind.name + ".svg";
      write_file(folder / name, serve::draw_flow(kind, language()));
      return name;
    });
    write_file(folder / (pack.name + ".md"), page);
  }
}

}  // namespace

void add_pack(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* pack = app.add_subcommand("pack", "Packs: mechanisms described as folders of YAML");
  pack->require_subcommand(1);
  pack->add_option("--packs", options->root, "The folder of packs")->capture_default_str();
  CLI::App* checking =
      pack->add_subcommand("check", "Checks every pack: words, flows, deadlines, rules and their examples");
  checking->add_option("names", options->names, "Packs or their folders (all are checked: they speak of each other)");
  checking->callback([options] { check(*options); });
  CLI::App* testing = pack->add_subcommand("test", "Plays the stories of packs on a simulated clock");
  testing->add_option("names", options->names, "Packs to test (all when none is named)");
  testing->add_option("--db", options->db, "Play on this store (a path or postgresql://…) instead of a throw-away one");
  testing->add_option("--story", options->story, "Only stories whose path holds this text");
  testing->callback([options] {
    if (const int code = test(*options); code != 0) throw CLI::RuntimeError(code);
  });
  CLI::App* creating = pack->add_subcommand("new", "Writes the smallest pack that works, with a story that proves it");
  creating->add_option("name", options->names, "Its name: a-z, 0-9, _")->required()->expected(1);
  creating->callback([options] { create(*options); });
  CLI::App* documenting =
      pack->add_subcommand("doc", "Writes a page for each pack with its flows drawn (Markdown and SVG)");
  documenting->add_option("names", options->names, "Packs (all when none is named)");
  documenting->add_option("--to", options->to, "The folder of the pages")->capture_default_str();
  pack->footer(
      "Examples:\n  tongxin pack check\n  tongxin pack test loop --story climb\n  tongxin pack new library && tongxin "
      "pack test library\n  tongxin pack doc --to docs/packs");
  documenting->callback([options] { document(*options); });
}

}  // namespace tongxin::cli
