#include "cli/opening.hpp"
#include "aspect/all.hpp"

#include <unistd.h>

#include <filesystem>
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/crypto.hpp"
#include "pack/loader.hpp"
#include "pack/lua.hpp"

namespace tongxin::cli {
namespace {

namespace fs = std::filesystem;

bool is_server(const std::string& url) { return url.starts_with("postgres://") || url.starts_with("postgresql://"); }
fs::path file_of(const std::string& url) { return url.starts_with("sqlite:") ? url.substr(7) : url; }

record::Realm realm_of(store::Store& store, const std::string& which) {
  return store.read([&](store::Tx& tx) { return record::choose_realm(tx, which); });
}

}  // namespace

std::string Where::key_file() const {
  if (!key.empty()) return key;
  return is_server(db) ? "tongxin.key" : fs::path(file_of(db)).replace_extension(".key").string();
}
std::string Where::files_folder() const {
  if (!files.empty()) return files;
  return is_server(db) ? "files" : (file_of(db).parent_path() / "files").string();
}

void add_db(CLI::App& command, Where& where) {
  command.add_option("--db", where.db, "The database: a path (SQLite) or postgresql://user@host/name")
      ->envname("TONGXIN_DB")
      ->capture_default_str();
}
void add_keys(CLI::App& command, Where& where) {
  command.add_option("--key-file", where.key, "The file of keys that seal private fields (beside the database)")
      ->envname("TONGXIN_KEY_FILE");
}
void add_packs(CLI::App& command, Where& where) {
  command.add_option("--packs", where.packs, "The folder of packs")->envname("TONGXIN_PACKS")->capture_default_str();
}
void add_files(CLI::App& command, Where& where) {
  command.add_option("--files", where.files, "The folder of photos and attachments (beside the database)")
      ->envname("TONGXIN_FILES");
}
void add_realm(CLI::App& command, Where& where) {
  command.add_option("--realm", where.realm, "Which tenant, where the database holds several");
}

std::unique_ptr<store::Store> open_store(const Where& where, bool create, bool durable) {
  if (!is_server(where.db)) {
    const fs::path file = file_of(where.db);
    if (!create && !fs::exists(file))
      throw Fault(Code::not_found,
                  words("没有数据库 {}：请先运行 tongxin init --db {}",
                        "there is no database {0}: run tongxin init --db {0} first", where.db, where.db));
    if (create && file.has_parent_path()) fs::create_directories(file.parent_path());
  }
  auto store = store::open({.url = where.db, .readers = 4, .durable = durable});
  store::migrate(*store, aspect::all_migrations());
  return store;
}

std::shared_ptr<const pack::Library> load_library(const std::string& packs) {
  auto library = pack::load_packs({packs, {}}, aspect::vocabulary());
  auto wrong = library->rules->check_examples();
  if (wrong.empty()) return library;
  const Words say = wrong.size() == 1
                        ? words("1 个规则示例不符", "1 example of a rule comes out otherwise")
                        : words("{} 个规则示例不符", "{} examples of rules come out otherwise", wrong.size());
  throw Fault(Code::invalid, say, std::move(wrong));
}

Opened::Opened(const Where& where, bool with_keys)
    : store(open_store(where)),
      library(load_library(where.packs)),
      realm(realm_of(*store, where.realm)),
      vault(with_keys ? people::Vault::open(where.key_file()) : people::Vault::for_this_process()),
      ids(clock, random_seed()),
      worlds(library) {}

people::Doing Opened::doing(std::string reason) {
  return {realm.id, {}, clock.now(), ids, std::move(reason), realm.zone()};
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : random_bytes(8)) seed = seed << 8 | byte;
  return seed;
}

bool on_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void progress(const std::string& text) {
  if (on_terminal()) std::cerr << '\r' << text << "\033[K" << (text.empty() ? "" : " ") << std::flush;
}

}  // namespace tongxin::cli
