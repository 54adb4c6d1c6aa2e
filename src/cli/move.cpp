// tongxin move
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "aspect/all.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "store/copy.hpp"

namespace tongxin::cli {
namespace {

namespace json = boost::json;

struct MoveWords {
  std::string from, to;
  bool as_json = false;
};

void move(const MoveWords& words_) {
  Where from, to;
  from.db = words_.from, to.db = words_.to;
  const auto old_store = open_store(from);
  const auto new_store = open_store(to, true);
  const auto proofs = store::copy_store(
      *old_store, *new_store, aspect::all_migrations(),
      [](const std::string& table, std::int64_t rows) { progress(fmt::format("{} {}", table, rows)); });
  progress("");
  std::int64_t rows = 0;
  json::array tables;
  for (const auto& proof : proofs) {
    rows += proof.rows;
    if (proof.rows > 0)
      tables.push_back(json::object{{"table", proof.table}, {"rows", proof.rows}, {"sha256", proof.digest}});
  }
  if (words_.as_json) {
    std::cout << json::serialize(json::object{{"rows", rows}, {"tables", tables}}) << '\n';
    return;
  }
  std::cout
      << words(
             "已搬移 {} 张表、{} 行，逐表核对相符。\n下一步：tongxin verify --db {}\n密钥文件与文件夹不在数据库里：启动"
             "时用 --key-file {} 和 --files {} 指明\n",
             "{} tables, {} rows moved, each table proved by its digest.\nNext: tongxin verify --db {}\nKeys and "
             "files are not in the database: serve with --key-file {} and --files {}\n",
             tables.size(), rows, words_.to, from.key_file(), from.files_folder())
             .in(language());
}

}  // namespace

void add_move(CLI::App& app) {
  auto options = std::make_shared<MoveWords>();
  CLI::App* moving = app.add_subcommand(
      "move", "Moves a whole database to another one, SQLite to PostgreSQL or back, and proves that nothing was lost");
  moving->add_option("--from", options->from, "The database that is")->required();
  moving->add_option("--to", options->to, "The new one: without tables, or with empty ones")->required();
  moving->add_flag("--json", options->as_json, "Machine-readable output: rows and digest of every table");
  moving->footer(
      "Stop the server first. Cut off, make the new database empty and begin again; the old one is only read.\n"
      "Example:\n  tongxin move --from data/tongxin.db --to postgresql://tongxin@db/tongxin");
  moving->callback([options] { move(*options); });
}

}  // namespace tongxin::cli
