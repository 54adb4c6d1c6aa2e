// Steps on the books: balance, books of a posting by name, statements, months.
#include "aspect/calculation/calculation.hpp"
#include "aspect/ledger/desk.hpp"
#include "aspect/ledger/operations.hpp"
#include "sim/story/steps.hpp"

namespace tongxin::sim::story {
namespace {

using ledger::AccountType;
using ledger::Ledger;
using ledger::Owner;
using store::Tx;

struct Account {
  const Ledger& ledger;
  const AccountType& type;
  std::int64_t owner = 0;
};

// {ledger: points, account: purse, of: wang}
Account account_of(Stage& stage, const Node& node, const char* key = "account", const char* of_key = "of") {
  const Node* ledger_node = node.find("ledger");
  if (ledger_node == nullptr) throw Wrong{node, words("缺少 ledger", "ledger is missing")};
  const Ledger* ledger = ledger::ledgers_of(*stage.library).find(ledger_node->text);
  if (ledger == nullptr) throw Wrong{*ledger_node, words("没有账本“{}”", "there is no ledger '{}'", ledger_node->text)};
  const Node* name = node.find(key);
  const AccountType* type = name == nullptr ? nullptr : ledger->account(name->text);
  if (type == nullptr) throw Wrong{name == nullptr ? node : *name, words("没有这个账户", "there is no such account")};
  const Node* of = node.find(of_key);
  if (of == nullptr) {
    if (type->of != Owner::realm) throw Wrong{node, words("缺少 {}", "{} is missing", of_key)};
    return {*ledger, *type, 0};
  }
  switch (type->of) {
    case Owner::person: return {*ledger, *type, stage.person(*of).value};
    case Owner::org: return {*ledger, *type, stage.org(*of).value};
    case Owner::area: return {*ledger, *type, stage.area(*of).value};
    case Owner::record: return {*ledger, *type, stage.record_of(node, of_key).value};
    case Owner::realm: break;
  }
  return {*ledger, *type, 0};
}

ledger::Posting posting_of(Stage& stage, const Node& node) {
  ledger::Posting posting{stage.realm, stage.ids, stage.clock.now(), {}, {}, {}, 0, 0, {}, text_of(node, "reason")};
  if (const Node* as = node.find("as")) posting.actor = stage.person(*as);
  posting.day = stage.day_or(node, "day", 0);
  posting.memo = {"记账", "Posted by name"};
  return posting;
}

// - balance: {ledger: points, account: purse, of: wang, is: 50, held: 0, at_end_of: 202603}
void balance(Stage& stage, const Node& step) {
  const Node& node = *step.find("balance");
  check_keys(node, {"ledger", "account", "of", "is", "held", "shows", "entries", "at_end_of"});
  const Account account = account_of(stage, node);
  stage.store.read([&](Tx& tx) {
    const auto book = ledger::find_book(tx, stage.realm, account.ledger.name, account.type.name, account.owner);
    std::int64_t is = book ? ledger::shown(account.type, book->balance) : 0;
    if (const Node* month = node.find("at_end_of"))
      is = book ? ledger::shown(account.type,
                                ledger::balance_after(tx, stage.realm, book->id, std::atoi(month->text.c_str())))
                : 0;
    if (const Node* wanted = node.find("is")) same(*wanted, std::to_string(is));
    if (const Node* wanted = node.find("shows")) same(*wanted, ledger::amount_words(account.ledger, is).zh);
    if (const Node* wanted = node.find("held")) same(*wanted, std::to_string(book ? book->held : 0));
    if (const Node* wanted = node.find("entries")) same(*wanted, std::to_string(book ? book->entries : 0));
  });
}

// - statement: {ledger: points, account: purse, of: wang, amounts: [-30, 50], balances: [20, 50], says: [兑换]}
void statement(Stage& stage, const Node& step) {
  const Node& node = *step.find("statement");
  check_keys(node, {"ledger", "account", "of", "amounts", "balances", "says", "from", "until"});
  const Account account = account_of(stage, node);
  const auto lines = stage.store.read([&](Tx& tx) {
    const auto book = ledger::find_book(tx, stage.realm, account.ledger.name, account.type.name, account.owner);
    ledger::Page page;
    page.from = stage.day_or(node, "from", 0);
    page.until = stage.day_or(node, "until", 99991231);
    page.limit = 200;
    return book ? ledger::statement(tx, stage.realm, book->id, page) : std::vector<ledger::Entry>{};
  });
  const auto compare = [&](const char* key, auto&& text) {
    const Node* wanted = node.find(key);
    if (wanted == nullptr) return;
    std::vector<std::string> is;
    for (const auto& line : lines) is.push_back(text(line));
    std::vector<std::string> expected;
    for (const Node& item : wanted->items) expected.push_back(item.text);
    if (is != expected)
      throw Wrong{*wanted, words("应为 [{}]，实为 [{}]", "expected [{}], got [{}]",
                                 fmt::format("{}", fmt::join(expected, ", ")), fmt::format("{}", fmt::join(is, ", ")))};
  };
  compare("amounts",
          [&](const ledger::Entry& line) { return std::to_string(ledger::shown(account.type, line.amount)); });
  compare("balances",
          [&](const ledger::Entry& line) { return std::to_string(ledger::shown(account.type, line.balance)); });
  compare("says", [](const ledger::Entry& line) { return line.memo_zh; });
}

// - books_post: {ledger: collective, from: …, from_of: …, to: …, to_of: …, amount: 100, as: qiu, reason: …, day: …}
void post(Stage& stage, const Node& step) {
  const Node& node = *step.find("books_post");
  check_keys(node, {"ledger", "from", "from_of", "to", "to_of", "amount", "as", "reason", "day"});
  const Account from = account_of(stage, node, "from", "from_of"), to = account_of(stage, node, "to", "to_of");
  const Node* amount = node.find("amount");
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      const auto world = stage.worlds.current(tx, stage.realm);
      const ledger::Posting posting = posting_of(stage, node);
      ledger::post_by_name(tx, *world, posting,
                           {from.ledger.name, ledger::open_book(tx, posting, from.ledger, from.type, from.owner).id,
                            ledger::open_book(tx, posting, to.ledger, to.type, to.owner).id,
                            amount == nullptr ? 0 : std::atoll(amount->text.c_str()), posting.reason, posting.day});
    });
  });
}

// - books_undo: {ledger, account, of, as, reason}: the newest line of that statement
void undo(Stage& stage, const Node& step) {
  const Node& node = *step.find("books_undo");
  check_keys(node, {"ledger", "account", "of", "as", "reason"});
  const Account account = account_of(stage, node);
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      const auto world = stage.worlds.current(tx, stage.realm);
      const auto book = ledger::find_book(tx, stage.realm, account.ledger.name, account.type.name, account.owner);
      const auto lines = book ? ledger::statement(tx, stage.realm, book->id, {}) : std::vector<ledger::Entry>{};
      if (lines.empty()) throw Wrong{node, words("这个账户没有账", "nothing stands in this account")};
      ledger::undo_by_name(tx, *world, posting_of(stage, node), lines.front().transfer);
    });
  });
}

// - books_close: {ledger: collective, of_area: zhangma (or of_org), month: 202602, as: qiu}
void close(Stage& stage, const Node& step) {
  const Node& node = *step.find("books_close");
  check_keys(node, {"ledger", "of_org", "of_area", "month", "as"});
  const Node *org = node.find("of_org"), *area = node.find("of_area");
  const std::int64_t owner = org != nullptr ? stage.org(*org).value : area != nullptr ? stage.area(*area).value : 0;
  stage.change(step, [&] {
    stage.store.write([&](Tx& tx) {
      ledger::close_by_name(tx, *stage.worlds.current(tx, stage.realm), posting_of(stage, node),
                            text_of(node, "ledger"), owner, std::atoi(text_of(node, "month").c_str()));
    });
  });
}

// - calculated: {on: application, says: 全市统一, lines: 4}: the reasoning of the latest calculation
void calculated(Stage& stage, const Node& step) {
  const Node& node = *step.find("calculated");
  check_keys(node, {"on", "says", "lines"});
  const RecordId record = stage.record_of(node, "on");
  const auto all = stage.store.read([&](Tx& tx) { return calculation::calculations_of(tx, stage.realm, record); });
  if (all.empty()) throw Wrong{node, words("没有计算过", "nothing was calculated")};
  if (const Node* lines = node.find("lines")) same(*lines, std::to_string(all.back().lines.size()));
  std::string text;
  for (const auto& line : all.back().lines) text += line.say.zh + "\n";
  if (const Node* says = node.find("says"); says != nullptr && text.find(says->text) == std::string::npos)
    throw Wrong{*says,
                words("推导里没有“{}”，只有：{}", "the reasoning does not say '{}', only: {}", says->text, text)};
}

}  // namespace

void add_ledger_steps(Steps& steps) {
  steps.insert({{"balance", balance},
                {"statement", statement},
                {"books_post", post},
                {"books_undo", undo},
                {"books_close", close},
                {"calculated", calculated}});
}

}  // namespace tongxin::sim::story
