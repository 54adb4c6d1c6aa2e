// tongxin init | demo | sim
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "measure/verify.hpp"
#include "sim/demo.hpp"
#include "sim/installation.hpp"

namespace tongxin::cli {
namespace {

namespace json = boost::json;

struct InitOptions {
  Where where;
  sim::NewInstallation wanted;
  bool password_stdin = false, as_json = false;
};

struct DemoWords {
  Where where;
  std::uint64_t seed = 1;
  int months = 4, days = 30;
  double per_day = 12;
  std::string size = "street", from, street = "清河街道";
  bool as_json = false;
};

bool chinese() { return language() == Language::zh; }

void init(InitOptions& options) {
  if (options.password_stdin) std::getline(std::cin, options.wanted.password);
  const auto library = load_library(options.where.packs);
  const auto store = open_store(options.where, true);
  const auto vault = people::Vault::open(options.where.key_file());
  const SystemClock clock;
  IdSource ids(clock, random_seed());
  const sim::Installed installed = sim::install(*store, vault, *library, ids, clock.now(), options.wanted);
  if (options.as_json) {
    json::object out{{"realm", to_text(installed.realm.id)},
                     {"name", installed.realm.name},
                     {"created", installed.created},
                     {"key_file", options.where.key_file()}};
    if (installed.account_created) out["login"] = options.wanted.login, out["password"] = installed.password;
    std::cout << json::serialize(out) << '\n';
    return;
  }
  std::cout << (installed.created ? words("已建立“{}”。\n", "'{}' is set up.\n", installed.realm.name)
                                  : words("“{}”早已建立，没有改动。\n", "'{}' was set up before: nothing changed.\n",
                                          installed.realm.name))
                   .in(language());
  std::cout << words("密钥文件 {}（请另存一份：没有它，私密内容谁也读不出来）\n",
                     "Keys: {} (keep a copy apart: without it nobody can read the private fields)\n",
                     options.where.key_file())
                   .in(language());
  if (installed.account_created && options.wanted.password.empty())
    std::cout << words("管理员账号 {}，密码 {}（只显示这一次）\n", "Administrator {}, password {} (shown only now)\n",
                       options.wanted.login, installed.password)
                     .in(language());
  std::cout
      << words("下一步：tongxin serve --db {}\n", "Next: tongxin serve --db {}\n", options.where.db).in(language());
}

sim::DemoOptions demo_options(const DemoWords& words_, int days) {
  sim::DemoOptions options;
  options.seed = words_.seed;
  options.size = words_.size == "small" ? sim::Size::small : sim::Size::street;
  options.street = words_.street;
  options.matters_per_day = words_.size == "small" ? words_.per_day / 4 : words_.per_day;
  const Day today = day_of(SystemClock{}.now());
  options.from = add_days(today, -days);
  if (!words_.from.empty() && !parse_day(words_.from, options.from))
    throw Fault(Code::invalid, words("--from 应为 2026-03-01 这样的日期", "--from wants a day such as 2026-03-01"));
  options.until = midnight(std::min(today, add_days(options.from, days)));
  if (options.until <= midnight(options.from))
    throw Fault(Code::invalid, words("开始的日子应早于今天", "the first day lies before today"));
  options.progress = [](Day day, int matters) { progress(fmt::format("{}  {}", to_day_text(day), matters)); };
  return options;
}

// Simulated lives are written without waiting for the disk, and settled on it once at the end.
void settle_on_disk(const Where& where) {
  if (where.db.find("://") != std::string::npos) return;
  for (const std::string& file : {where.db, where.db + "-wal"})
    if (const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC); fd >= 0) {
      ::fsync(fd);
      ::close(fd);
    }
}

std::string padded(std::string text, int width) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] & 0xc0) != 0x80) columns += (text[i] & 0xe0) == 0xe0 ? 2 : 1;
  for (; columns < width; ++columns) text += ' ';
  return text;
}

void print_accounts(const sim::Demo& demo) {
  const auto row = [](const std::string& login, const std::string& password, const std::string& who,
                      const std::string& name, const std::string& hint) {
    std::cout << "  " << padded(login, 12) << padded(password, 14) << padded(who, 22) << padded(name, 10) << hint
              << '\n';
  };
  chinese() ? row("登录名", "密码", "身份", "姓名", "可以试试") : row("login", "password", "who", "name", "try");
  for (const auto& each : demo.accounts)
    row(each.login, each.password, each.who.in(language()), each.name, each.try_this.in(language()));
  std::cout << (chinese() ? "扫码样例：\n" : "Plates to scan:\n");
  for (const auto& [code, place] : demo.codes) std::cout << "  " << code << "  " << place << '\n';
}

json::object json_of(const sim::Demo& demo) {
  json::array accounts;
  for (const auto& each : demo.accounts)
    accounts.push_back(
        json::object{{"login", each.login}, {"password", each.password}, {"who", each.who.en}, {"name", each.name}});
  json::object refusals;
  for (const auto& [why, count] : demo.city.refusals) refusals[why] = count;
  return {{"realm", to_text(demo.realm.id)},
          {"name", demo.realm.name},
          {"communities", demo.communities},
          {"grids", demo.grids},
          {"buildings", demo.buildings},
          {"orgs", demo.orgs},
          {"staff", demo.staff},
          {"residents", demo.residents},
          {"matters", demo.city.matters},
          {"actions", demo.city.actions},
          {"woken", demo.city.woken},
          {"history", demo.city.history},
          {"refusals", refusals},
          {"accounts", accounts}};
}

struct Lived {
  std::unique_ptr<store::Store> store;
  std::shared_ptr<const pack::Library> library;
  sim::Demo demo;
  double seconds = 0;
};

Lived live(const DemoWords& words_, int days, bool accounts) {
  const auto begin = std::chrono::steady_clock::now();
  Lived lived;
  lived.library = load_library(words_.where.packs);
  lived.store = open_store(words_.where, true, false);
  const auto vault = people::Vault::open(words_.where.key_file());
  const auto files = store::open_files(words_.where.files_folder());
  sim::DemoOptions options = demo_options(words_, days);
  options.accounts = accounts;
  lived.demo = sim::make_demo(*lived.store, files.get(), lived.library, vault, options);
  progress("");
  lived.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return lived;
}

void demo(const DemoWords& words_) {
  const int days = std::max(1, words_.months) * 30;
  const sim::Demo made = [&] {
    Lived lived = live(words_, days, true);
    lived.store.reset();
    settle_on_disk(words_.where);
    if (!words_.as_json)
      std::cout
          << words("“{}”：{} 个社区、{} 个网格、{} 栋楼、{} 个组织、{} 名工作人员；{} 件事项，{} 次办理（{:.1f} 秒）\n",
                   "'{}': {} communities, {} grids, {} buildings, {} organisations, {} staff; {} matters, {} actions "
                   "({:.1f} s)\n",
                   lived.demo.realm.name, lived.demo.communities, lived.demo.grids, lived.demo.buildings,
                   lived.demo.orgs, lived.demo.staff, lived.demo.city.matters, lived.demo.city.actions, lived.seconds)
                 .in(language());
    return std::move(lived.demo);
  }();
  if (words_.as_json) {
    std::cout << json::serialize(json_of(made)) << '\n';
    return;
  }
  print_accounts(made);
  std::cout
      << words("现在运行：tongxin serve --db {}\n", "Now run: tongxin serve --db {}\n", words_.where.db).in(language());
}

int sim_run(const DemoWords& words_) {
  Lived lived = live(words_, std::max(1, words_.days), false);
  record::Worlds worlds(lived.library);
  const auto verdict = measure::verify(*lived.store, worlds, lived.demo.realm.id);
  lived.store.reset();
  settle_on_disk(words_.where);
  if (words_.as_json) {
    json::object out = json_of(lived.demo);
    out["seconds"] = lived.seconds;
    out["findings"] = verdict.findings_total;
    std::cout << json::serialize(out) << '\n';
  } else {
    std::cout << fmt::format("{} matters, {} actions, {} woken, {} events, {:.1f} s\nhistory {}\n{}\n",
                             lived.demo.city.matters, lived.demo.city.actions, lived.demo.city.woken, verdict.events,
                             lived.seconds, lived.demo.city.history,
                             verdict.sound() ? "sound" : fmt::format("{} findings", verdict.findings_total));
    for (const auto& [why, count] : lived.demo.city.refusals)
      std::cout << fmt::format("  refused {:>5} times: {}\n", count, why);
  }
  for (const auto& finding : verdict.findings)
    std::cerr << finding.what << ' ' << finding.where << ": " << finding.say.in(language()) << '\n';
  return verdict.sound() ? 0 : 1;
}

void add_where(CLI::App& command, Where& where) {
  add_db(command, where);
  add_packs(command, where);
  add_keys(command, where);
}

void add_init(CLI::App& app) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* init_command = app.add_subcommand(
      "init", "Sets up a database: tables, the tenant, keys, the first administrator. Repeating it is harmless.");
  add_where(*init_command, options->where);
  init_command->add_option("--name", options->wanted.name, "Its name, as pages show it")->capture_default_str();
  init_command->add_option("--level", options->wanted.level, "What it is: a level of the packs")->capture_default_str();
  init_command->add_option("--code", options->wanted.code, "The code of its place; what imported areas name as parent")
      ->capture_default_str();
  init_command->add_option("--admin", options->wanted.login, "Login of the administrator")->capture_default_str();
  init_command->add_flag("--password-stdin", options->password_stdin,
                         "Reads the password from standard input instead of making one");
  init_command->add_flag("--json", options->as_json, "Machine-readable output");
  init_command->footer(
      "Examples:\n  tongxin init --db data/tongxin.db --name 清河街道\n  pass show tongxin | tongxin init --db "
      "postgresql://tongxin@db/tongxin --admin keeper --password-stdin");
  init_command->callback([options] { init(*options); });
}

}  // namespace

void add_setup(CLI::App& app) {
  add_init(app);
  auto options = std::make_shared<DemoWords>();
  CLI::App* demo_command = app.add_subcommand(
      "demo", "Makes a demo: a street of 39 grids with people, accounts and months of matters, all invented");
  CLI::App* sim_command =
      app.add_subcommand("sim", "Lets a synthetic city live through the engine, then verifies what it left behind");
  for (CLI::App* command : {demo_command, sim_command}) {
    add_where(*command, options->where);
    add_files(*command, options->where);
    command->add_option("--seed", options->seed, "The same seed, first day and packs give the same history to the byte")
        ->capture_default_str();
    command->add_option("--size", options->size, "small (2 communities) or street (7)")
        ->check(CLI::IsMember({"small", "street"}))
        ->capture_default_str();
    command->add_option("--per-day", options->per_day, "Matters a day, about")->capture_default_str();
    command->add_option("--from", options->from, "The first day (2026-03-01); by default it all ends today");
    command->add_option("--name", options->street, "Name of the street")->capture_default_str();
    command->add_flag("--json", options->as_json, "Machine-readable output");
  }
  demo_command->add_option("--months", options->months, "How long it has lived, in months of 30 days")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  demo_command->footer("Example:\n  tongxin demo --db data/demo.db --seed 7 && tongxin serve --db data/demo.db");
  demo_command->callback([options] { demo(*options); });
  sim_command->add_option("--days", options->days, "How long")->check(CLI::Range(1, 3650))->capture_default_str();
  sim_command->footer("Example:\n  tongxin sim --seed 3 --days 14 --from 2026-03-02 --db /tmp/sim.db");
  sim_command->callback([options] {
    if (const int code = sim_run(*options); code != 0) throw CLI::RuntimeError(code);
  });
}

}  // namespace tongxin::cli
