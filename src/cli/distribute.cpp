// tongxin db distribute
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "aspect/all.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "store/distribute.hpp"

namespace tongxin::cli {

void add_database(CLI::App& app) {
  CLI::App* db = app.add_subcommand("db", "The database itself: distribute");
  db->require_subcommand(1);
  auto where = std::make_shared<Where>();
  auto only_show = std::make_shared<bool>(false);
  CLI::App* spread = db->add_subcommand(
      "distribute", "Spreads the tables over several PostgreSQL servers by realm, where the Citus extension is there");
  add_db(*spread, *where);
  spread->add_flag("--show", *only_show, "Print what would be said to Citus, and do nothing");
  spread->footer(
      "Can be run again after an upgrade: only tables that are not spread yet are touched.\n"
      "Example:\n  tongxin db distribute --db postgresql://tongxin@coordinator/tongxin");
  spread->callback([where, only_show] {
    if (*only_show) {
      for (const auto& each : store::placements(aspect::all_migrations())) std::cout << each.call << ";\n";
      return;
    }
    const auto made = store::distribute(*open_store(*where), aspect::all_migrations());
    for (const auto& each : made) std::cout << each.call << '\n';
    std::cout << words("已分布 {} 张表\n", "{} tables placed\n", made.size()).in(language());
  });
}

}  // namespace tongxin::cli
