// What most subcommands begin with: a store, its realm, the packs, the keys. Defaults: the key file lies beside the database
// (data/tongxin.db → data/tongxin.key), the folder of files too (data/files); for a server they lie in the current folder.
#pragma once
#include <memory>
#include <string>

#include "people/doing.hpp"
#include "people/sealed.hpp"
#include "record/engine.hpp"
#include "record/realm.hpp"

namespace CLI {
class App;
}

namespace tongxin::cli {

struct Where {
  std::string db = "data/tongxin.db", key, files, packs = "packs", realm;
  std::string key_file() const;
  std::string files_folder() const;
};
void add_db(CLI::App& command, Where& where);     // --db
void add_keys(CLI::App& command, Where& where);   // --key-file
void add_packs(CLI::App& command, Where& where);  // --packs
void add_files(CLI::App& command, Where& where);  // --files
void add_realm(CLI::App& command, Where& where);  // --realm

// Opens and migrates. `create`: a missing SQLite file is made; otherwise Fault(not_found), so that a slip of the pen does not
// leave an empty database behind.
std::unique_ptr<store::Store> open_store(const Where& where, bool create = false, bool durable = true);
std::shared_ptr<const pack::Library> load_library(const std::string& packs);  // examples of rules are checked too

// Everything at once, for commands that change things.
class Opened {
 public:
  explicit Opened(const Where& where, bool with_keys = true);
  std::unique_ptr<store::Store> store;
  std::shared_ptr<const pack::Library> library;
  record::Realm realm;
  people::Vault vault;
  SystemClock clock;
  IdSource ids;
  record::Worlds worlds;
  people::Doing doing(std::string reason);
};

std::uint64_t random_seed();
bool on_terminal();  // stderr is one: progress may overwrite its line
void progress(
    const std::string& text);  // one line on stderr, overwritten; "" ends it. Silent when stderr is no terminal.

}  // namespace tongxin::cli
