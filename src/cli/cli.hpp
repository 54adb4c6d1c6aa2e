// The command line: one function per subcommand, each adds itself to the CLI11 app. Errors go to stderr in the reader's
// language (LANG), exit codes: 0 done, 1 refused or failed, 2 wrong usage.
#pragma once
#include <CLI/App.hpp>

#include "base/fault.hpp"

namespace tongxin::cli {

Language language();             // from LC_ALL, LC_MESSAGES, LANG; zh when nothing says otherwise
void print(const Fault& fault);  // to stderr, with every complaint

void add_setup(CLI::App& app);           // init, demo, sim
void add_care(CLI::App& app);            // verify, backup
void add_move(CLI::App& app);            // move
void add_user(CLI::App& app);            // user add | password | list | disable | enable
void add_serve(CLI::App& app);           // serve
void add_data(CLI::App& app);            // import …, export …
void add_files_commands(CLI::App& app);  // files move
void add_pack(CLI::App& app);            // pack check, test, new, doc
void add_database(CLI::App& app);        // db distribute

}  // namespace tongxin::cli
