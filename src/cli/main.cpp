#include <cstdlib>
#include <iostream>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/cli.hpp"

namespace tongxin::cli {

Language language() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != 0)
      return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
  return Language::zh;
}

void print(const Fault& fault) {
  const Language reader = language();
  for (const Complaint& complaint : fault.complaints())
    std::cerr << complaint.at << ": " << complaint.say.in(reader) << '\n';
  std::cerr << fault.say().in(reader) << '\n';
  if (!fault.log().empty()) std::cerr << fault.log() << '\n';
}

}  // namespace tongxin::cli

int main(int count, char** words) {
  using namespace tongxin;
  CLI::App app{
      "Tongxin (同心): the daily loop of a community, street or district.\nStart with `tongxin init --db "
      "data/tongxin.db`, then `tongxin serve --db data/tongxin.db`.\nOr look around first: `tongxin demo --db "
      "data/demo.db`."};
  app.require_subcommand(1);
  cli::add_setup(app);
  cli::add_care(app);
  cli::add_move(app);
  cli::add_database(app);
  cli::add_user(app);
  cli::add_serve(app);
  cli::add_data(app);
  cli::add_files_commands(app);
  cli::add_pack(app);
  try {
    app.parse(count, words);
    return 0;
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    if (code == 0) return 0;
    return dynamic_cast<const CLI::RuntimeError*>(&error) != nullptr ? 1 : 2;
  } catch (const Fault& fault) {
    cli::print(fault);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
  }
  return 1;
}
