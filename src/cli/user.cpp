// tongxin user add | password | second-factor | list | disable | enable
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/json.hpp>

#include "base/crypto.hpp"
#include "cli/cli.hpp"
#include "cli/opening.hpp"
#include "sim/users.hpp"

namespace tongxin::cli {
namespace {

namespace json = boost::json;

struct UserOptions {
  Where where;
  sim::NewUser user;
  bool password_stdin = false, as_json = false, off = false;
};

void read_password(UserOptions& options) {
  if (options.password_stdin) std::getline(std::cin, options.user.password);
}

void tell_password(const UserOptions& options, const std::string& password) {
  if (options.as_json) {
    json::object out{{"login", options.user.login}};
    if (!options.password_stdin) out["password"] = password;
    std::cout << json::serialize(out) << '\n';
  } else if (options.password_stdin) {
    std::cout << words("账号 {} 已设好\n", "The account {} is ready\n", options.user.login).in(language());
  } else {
    std::cout << words("账号 {}，密码 {}（只显示这一次）\n", "Account {}, password {} (shown only now)\n",
                       options.user.login, password)
                     .in(language());
  }
}

void second_factor(const UserOptions& options) {
  Opened opened(options.where);
  const people::Doing doing = opened.doing("user second-factor");
  if (options.off) return sim::end_second_factor(*opened.store, opened.vault, doing, options.user.login);
  const auto set = sim::set_second_factor(*opened.store, opened.vault, doing, options.user.login);
  if (options.as_json) {
    json::array codes;
    for (const std::string& code : set.codes) codes.emplace_back(code);
    std::cout << json::serialize(json::object{{"secret", set.secret}, {"uri", set.uri}, {"codes", codes}}) << '\n';
    return;
  }
  std::cout << words("密钥 {}\n{}\n恢复码：\n", "Secret {}\n{}\nRecovery codes:\n", set.secret, set.uri).in(language());
  for (const std::string& code : set.codes) std::cout << "  " << code << '\n';
}

void list(const UserOptions& options) {
  Opened opened(options.where, false);
  const auto users = opened.store->read([&](store::Tx& tx) { return sim::users(tx, opened.realm.id); });
  json::array rows;
  for (const sim::User& user : users) {
    if (options.as_json)
      rows.push_back(json::object{{"login", user.login},
                                  {"name", user.name},
                                  {"disabled", user.disabled},
                                  {"second_factor", user.totp_enabled}});
    else
      std::cout << fmt::format("{:<20} {} {}{}\n", user.login, user.name,
                               user.disabled ? words("已停用 ", "disabled ").in(language()) : "",
                               user.totp_enabled ? "TOTP" : "");
  }
  if (options.as_json) std::cout << json::serialize(rows) << '\n';
}

CLI::App* command(CLI::App& user, const std::shared_ptr<UserOptions>& options, const char* name, const char* what,
                  bool login) {
  CLI::App* made = user.add_subcommand(name, what);
  add_db(*made, options->where);
  add_packs(*made, options->where);
  add_keys(*made, options->where);
  add_realm(*made, options->where);
  made->add_flag("--json", options->as_json, "Machine-readable output");
  if (login) made->add_option("login", options->user.login, "The login")->required();
  return made;
}

}  // namespace

void add_user(CLI::App& app) {
  auto options = std::make_shared<UserOptions>();
  CLI::App* user = app.add_subcommand("user", "Accounts: who may sign in");
  user->require_subcommand(1);
  CLI::App* add =
      command(*user, options, "add", "Adds an account for a person who is known by a code, or for a new one", true);
  add->add_option("--person", options->user.person_code, "The person's code (staff number)");
  add->add_option("--name", options->user.name, "The name, for somebody new");
  add->add_option("--role", options->user.role, "Also appoints: a role of the packs");
  add->add_option("--org", options->user.org_code, "… in the organisation with this code, for its area");
  add->add_flag("--password-stdin", options->password_stdin,
                "Reads the password from standard input instead of making one");
  add->footer(
      "Examples:\n  tongxin user add chen --person S0042 --db data/tongxin.db\n  tongxin user add keeper2 --name 李明 "
      "--role platform_keeper --org root --db data/tongxin.db");
  add->callback([options] {
    read_password(*options);
    Opened opened(options->where);
    const std::string password =
        sim::add_user(*opened.store, opened.vault, *opened.library, opened.doing("user add"), options->user);
    tell_password(*options, password);
  });
  CLI::App* password =
      command(*user, options, "password", "Sets a new password; all sessions of the account end", true);
  password->add_flag("--password-stdin", options->password_stdin,
                     "Reads the password from standard input instead of making one");
  password->callback([options] {
    read_password(*options);
    Opened opened(options->where);
    tell_password(*options, sim::set_user_password(*opened.store, opened.vault, opened.doing("user password"),
                                                   options->user.login, options->user.password));
  });
  CLI::App* factor = command(*user, options, "second-factor",
                             "Sets up a second factor (TOTP) for somebody who is here with their telephone", true);
  factor->add_flag("--off", options->off, "Turns it off, for one who lost telephone and recovery codes");
  factor->footer(
      "The secret and the recovery codes are shown once: put the one into an app for one-time codes, the others away.");
  factor->callback([options] { second_factor(*options); });
  command(*user, options, "list", "Lists the accounts", false)->callback([options] { list(*options); });
  for (const bool disabled : {true, false})
    command(*user, options, disabled ? "disable" : "enable",
            disabled ? "Shuts an account; its sessions end now" : "Opens it again", true)
        ->callback([options, disabled] {
          Opened opened(options->where);
          sim::set_user_disabled(*opened.store, opened.doing(disabled ? "user disable" : "user enable"),
                                 options->user.login, disabled);
        });
}

}  // namespace tongxin::cli
