// tongxin verify | backup
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "measure/verify.hpp"

namespace tongxin::cli {
namespace {

namespace json = boost::json;

int verify(const Where& where, bool as_json) {
  Opened opened(where, false);
  const auto verdict = measure::verify(*opened.store, opened.worlds, opened.realm.id,
                                       [](std::int64_t records) { progress(std::to_string(records)); });
  progress("");
  if (as_json) {
    json::array findings;
    for (const auto& each : verdict.findings)
      findings.push_back(
          json::object{{"what", each.what}, {"where", each.where}, {"zh", each.say.zh}, {"en", each.say.en}});
    std::cout << json::serialize(json::object{{"sound", verdict.sound()},
                                              {"records", verdict.records},
                                              {"events", verdict.events},
                                              {"cells", verdict.cells},
                                              {"entries", verdict.entries},
                                              {"findings_total", verdict.findings_total},
                                              {"findings", findings}})
              << '\n';
    return verdict.sound() ? 0 : 1;
  }
  for (const auto& each : verdict.findings)
    std::cout << each.what << ' ' << each.where << ": " << each.say.in(language()) << '\n';
  std::cout << words("{} 件事项、{} 个事件、{} 个数字、{} 条依据：",
                     "{} records, {} events, {} figures, {} entries of evidence: ", verdict.records, verdict.events,
                     verdict.cells, verdict.entries)
                   .in(language())
            << (verdict.sound() ? words("全部相符", "all sound")
                                : words("{} 处不符", "{} findings", verdict.findings_total))
                   .in(language())
            << '\n';
  return verdict.sound() ? 0 : 1;
}

void backup(const Where& where, const std::string& to) {
  open_store(where)->backup(to);
  std::cout << words("已备份到 {}。另请备份密钥文件 {} 和文件夹 {}\n",
                     "Copied to {}. Keep the key file {} and the folder {} as well\n", to, where.key_file(),
                     where.files_folder())
                   .in(language());
}

}  // namespace

void add_care(CLI::App& app) {
  struct CareOptions {
    Where where;
    std::string to;
    bool as_json = false;
  };
  auto options = std::make_shared<CareOptions>();
  CLI::App* verifying = app.add_subcommand("verify",
                                           "Proves that nothing was lost or altered: chains, figures against a "
                                           "recount, lists, deadlines. May run while people work.");
  add_db(*verifying, options->where);
  add_packs(*verifying, options->where);
  add_realm(*verifying, options->where);
  verifying->add_flag("--json", options->as_json, "Machine-readable output");
  verifying->footer("Example:\n  tongxin verify --db data/tongxin.db && echo sound");
  verifying->callback([options] {
    if (const int code = verify(options->where, options->as_json); code != 0) throw CLI::RuntimeError(code);
  });
  CLI::App* copying = app.add_subcommand("backup", "Makes a consistent copy of a SQLite database while it is in use");
  add_db(*copying, options->where);
  copying->add_option("--to", options->to, "Where the copy goes")->required();
  copying->footer("Example:\n  tongxin backup --db data/tongxin.db --to /mnt/copies/tongxin-$(date +%F).db");
  copying->callback([options] { backup(options->where, options->to); });
}

}  // namespace tongxin::cli
