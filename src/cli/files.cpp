// tongxin files move
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "store/move_files.hpp"

namespace tongxin::cli {
namespace {

struct Options {
  std::string from, to;
  bool remove = false, quick = false, as_json = false;
};

int move(const Options& options) {
  const auto from = store::open_files(options.from), to = store::open_files(options.to);
  const auto moved = store::move_files(*from, *to,
                                       {.remove_proved = options.remove,
                                        .prove_what_is_there = !options.quick,
                                        .progress = [](const store::Moved& so_far) {
                                          progress(fmt::format("{} ({} MB)", so_far.files, so_far.bytes >> 20));
                                        }});
  progress("");
  if (options.as_json) {
    boost::json::array broken(moved.broken.begin(), moved.broken.end());
    std::cout << boost::json::serialize(boost::json::object{{"files", moved.files},
                                                            {"bytes", moved.bytes},
                                                            {"written", moved.written},
                                                            {"removed", moved.removed},
                                                            {"broken", std::move(broken)}})
              << '\n';
  } else {
    for (const std::string& hash : moved.broken)
      std::cout << words("{}：内容与名称不符，没有移动\n", "{}: the content is not what its name says; not moved\n",
                         hash)
                       .in(language());
    std::cout << words("{} 个文件、{} 字节，已核对；新写入 {} 个，从原处删除 {} 个\n",
                       "{} files, {} bytes, proved; {} written, {} removed from the old place\n", moved.files,
                       moved.bytes, moved.written, moved.removed)
                     .in(language());
  }
  return moved.broken.empty() ? 0 : 1;
}

}  // namespace

void add_files_commands(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* files = app.add_subcommand("files", "Photos and attachments: where they are kept");
  files->require_subcommand(1);
  CLI::App* moving = files->add_subcommand(
      "move", "Copies all files to another place, a folder or an object store, and proves each by its hash");
  const char* place =
      "A folder, or s3://bucket/prefix?endpoint=https://host (keys in AWS_ACCESS_KEY_ID, "
      "AWS_SECRET_ACCESS_KEY)";
  moving->add_option("--from", options->from, place)->required();
  moving->add_option("--to", options->to, place)->required();
  moving->add_flag("--remove", options->remove,
                   "Takes each file away from the old place once it was proved in the new one");
  moving->add_flag("--quick", options->quick, "Believes the files that are there already by their size");
  moving->add_flag("--json", options->as_json, "Machine-readable output");
  moving->footer(
      "Cut off, the same command goes on where it stopped.\nExample:\n  tongxin files move --from data/files --to "
      "'s3://tongxin/files?endpoint=https://s3.example:9000'\nthen serve with --files of the new place, and move once "
      "more for what came meanwhile.");
  moving->callback([options] {
    if (const int code = move(*options); code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace tongxin::cli
