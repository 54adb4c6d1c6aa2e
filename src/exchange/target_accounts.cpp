// Accounts: people with their posts as in target_people.cpp, and how they sign in. One row per post; who holds two stands in two
// rows with one login.
//
// A password in the file is the first one of a new account; that of an account that is there is never changed by a file. Without
// one nobody can sign in with a password until it is set (tongxin user password): they come from outside (OpenID Connect).
#include "base/crypto.hpp"
#include "exchange/target.hpp"
#include "people/accounts.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"

namespace tongxin::exchange {
namespace {

struct AccountRow {
  std::string code, login, password;
  std::optional<bool> disabled;
};

class Accounts final : public Target {
 public:
  Accounts(const Context& context, record::WorldPtr world, const Options& options)
      : Target(context, world, options), people_(people_target(context, world, options)) {
    columns_ = {
        {"login",
         {"登录名", "Login"},
         {"登录名", "Login", "账号", "帐号", "用户名"},
         true,
         {"3 到 40 个字符，不含空格", "3 to 40 characters, no spaces"}},
        {"password",
         {"初始密码", "First password"},
         {"初始密码", "First password", "密码", "password"},
         false,
         {"只用于新账号；空着则须由外部登录或另设", "for new accounts; empty: sign-in from outside, or set later"}},
    };
    columns_.insert(columns_.end(), people_->columns().begin(), people_->columns().end());
    columns_.push_back({"state", {"状态", "State"}, {"状态", "State"}, false, {"启用、停用", "enabled, disabled"}});
  }

  void read(Line& line) override {
    AccountRow row{line.text("code"), fold(trim(line.needed("login"))), line.text("password"), disabled_of(line)};
    look_at_login(line, row);
    if (!row.password.empty())
      if (const auto complaint = people::password_complaint(row.login, row.password))
        line.complain("password", "password", *complaint);
    const std::size_t before = people_->size();
    people_->read(line);
    if (people_->size() > before) rows_.emplace(line.row(), std::move(row));
  }
  void arrange() override { people_->arrange(); }
  std::size_t size() const override { return people_->size(); }
  int row_of(std::size_t index) const override { return people_->row_of(index); }
  bool with_former(std::size_t index) const override { return people_->with_former(index); }

  // A hash takes 60 ms, which no transaction should wait for.
  void prepare(std::size_t index) override {
    const AccountRow& row = rows_.at(row_of(index));
    if (hashes_.contains(row.login)) return;
    const bool known = context_.store.read(
        [&](store::Tx& tx) { return people::find_account(tx, context_.realm, row.login).has_value(); });
    if (known) return;
    if (row.password.empty() && nobodys_.empty()) nobodys_ = hash_password(random_token());
    hashes_[row.login] = row.password.empty() ? nobodys_ : hash_password(row.password);
  }

  Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) override {
    const AccountRow& row = rows_.at(row_of(index));
    Stored stored = people_->store(tx, doing, index);
    const auto person = people::find_person(tx, doing.realm, row.code);
    auto account = people::find_account(tx, doing.realm, row.login);
    if (account && account->person != person->id)
      refuse_cell("login", "duplicate",
                  words("登录名 {} 已是别人的", "the login {} belongs to somebody else", row.login));
    if (!account) {
      // A dry run stores nothing and so needs no hash.
      const auto hash = hashes_.find(row.login);
      const AccountId id =
          people::add_account(tx, doing, person->id, row.login, hash == hashes_.end() ? "" : hash->second);
      stored.added.emplace_back("account", id.value);
      stored.outcome = Outcome::added;
      account = people::find_account(tx, doing.realm, row.login);
    }
    if (row.disabled && *row.disabled != account->disabled) {
      if (account->person == context_.actor.person)
        refuse_cell("state", "own", words("不能停用自己的账号", "nobody shuts their own account"));
      if (*row.disabled)
        people::disable_account(tx, doing, account->id);
      else
        people::enable_account(tx, doing, account->id);
      if (stored.outcome == Outcome::unchanged) stored.outcome = Outcome::changed;
    }
    return stored;
  }

 private:
  static std::optional<bool> disabled_of(Line& line) {
    const std::string text = fold(line.text("state"));
    if (text.empty()) return std::nullopt;
    for (const char* on : {"启用", "正常", "enabled"})
      if (text == on) return false;
    for (const char* off : {"停用", "禁用", "disabled"})
      if (text == off) return true;
    line.complain("state", "enum", words("应为“启用”或“停用”", "should be \"enabled\" or \"disabled\""));
    return std::nullopt;
  }

  // One login, one person; rows of one login say the same.
  void look_at_login(Line& line, const AccountRow& row) {
    if (row.login.empty()) return;
    const auto [known, fresh] = logins_.emplace(row.login, row);
    if (fresh) return;
    if (known->second.code != row.code)
      line.complain("login", "duplicate",
                    words("登录名 {} 在文件中还是编号 {} 的", "the login {} stands in the file for the code {}, too",
                          row.login, known->second.code));
    else if (!row.password.empty() && row.password != known->second.password)
      line.complain("password", "duplicate",
                    words("登录名 {} 在前面的行里是另一个初始密码",
                          "an earlier row of the login {} has another first password", row.login));
  }

  std::unique_ptr<Target> people_;
  std::map<int, AccountRow> rows_;  // by row of the sheet
  std::map<std::string, AccountRow> logins_;
  std::map<std::string, std::string> hashes_;  // by login
  std::string nobodys_;                        // that no password fits
};

}  // namespace

std::unique_ptr<Target> accounts_target(const Context& context, record::WorldPtr world, const Options& options) {
  return std::make_unique<Accounts>(context, std::move(world), options);
}

}  // namespace tongxin::exchange
