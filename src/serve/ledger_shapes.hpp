// Shapes of /v1 that only the books use: ledgers, accounts, statements, postings by name, and calculations with their reasoning.
// Amounts are whole numbers of the ledger's unit (money: fen); balances are as shown, those of source accounts turned round.
#pragma once
#include <boost/describe.hpp>

#include "aspect/ledger/types.hpp"
#include "base/contract.hpp"
#include "serve/api_notes.hpp"

// clang-format off: a table, laid out by hand
namespace tongxin::serve::api {

using LedgerAccountId = ledger::BookId;
using PostingId = ledger::TransferId;

struct AccountTypeView {
  std::string name;
  Words label;
  std::string of;
  bool source = false;
};
BOOST_DESCRIBE_STRUCT(AccountTypeView, (), (name, label, of, source))
constexpr auto notes(const AccountTypeView*) {
  return std::array{note("name", "账户代码 / name"), note("label", "账户名称 / label"),
                    note("of", "归谁：realm、person、org、record、area / whose"),
                    note("source", "来源账户 / a source")};
}
struct LedgerView {
  std::string name;
  Words label;
  std::string unit;
  Words unit_name;
  bool points = false, keeper = false;
  std::vector<AccountTypeView> accounts;
};
BOOST_DESCRIBE_STRUCT(LedgerView, (), (name, label, unit, unit_name, points, keeper, accounts))
constexpr auto notes(const LedgerView*) {
  return std::array{note("name", "账本代码 / name"),
                    note("label", "账本名称 / label"),
                    note("unit", "单位代码：fen 是人民币分 / unit; fen is money"),
                    note("unit_name", "单位 / unit"),
                    note("points", "积分账 / of points"),
                    note("keeper", "我是记账人 / the caller keeps it somewhere"),
                    note("accounts", "账户类型 / types of accounts")};
}
struct LedgerList {
  std::vector<LedgerView> items;
};
BOOST_DESCRIBE_STRUCT(LedgerList, (), (items))
constexpr auto notes(const LedgerList*) { return std::array{note("items", "账本 / ledgers")}; }

struct AccountDetail {
  std::string name;
  std::int64_t amount = 0;
  Words label, shown;
};
BOOST_DESCRIBE_STRUCT(AccountDetail, (), (name, amount, label, shown))
constexpr auto notes(const AccountDetail*) {
  return std::array{note("name", "held free least most"), note("amount", "数额 / amount"),
                    note("label", "名称 / what it is"), note("shown", "数额文字 / amount in words")};
}
struct AccountRow {
  LedgerAccountId id;
  std::string ledger, name;
  Words ledger_label, label;
  std::string of, owner, owner_name;
  std::int64_t balance = 0, held = 0, entries = 0;
  std::string unit;
  Words unit_name, shown;
  std::vector<AccountDetail> details;
  bool keeper = false;
};
BOOST_DESCRIBE_STRUCT(AccountRow, (),
                      (id, ledger, name, ledger_label, label, of, owner, owner_name, balance, held, entries, unit,
                       unit_name, shown, details, keeper))
constexpr auto notes(const AccountRow*) {
  return std::array{
      note("id", "账户编号 / id"),
      note("ledger", "账本代码 / ledger"),
      note("name", "账户代码 / name"),
      note("ledger_label", "账本名称 / ledger's name"),
      note("label", "账户名称 / label"),
      note("of", "归谁 / whose kind"),
      note("owner", "归属编号 / owner's id"),
      note("owner_name", "归属名称 / owner's name"),
      note("balance", "余额 / balance"),
      note("held", "已预留 / held"),
      note("entries", "笔数 / entries"),
      note("unit", "单位代码 / unit"),
      note("unit_name", "单位 / unit's name"),
      note("shown", "余额文字 / balance in words"),
      note("details", "预留、可用和上下限，有才列出 / what is reserved, free, and the limits, where there are any"),
      note("keeper", "我可以记账 / the caller may post by name")};
}
struct AccountRows {
  std::vector<AccountRow> items;
};
BOOST_DESCRIBE_STRUCT(AccountRows, (), (items))
constexpr auto notes(const AccountRows*) { return std::array{note("items", "账户 / accounts")}; }

struct StatementLine {
  PostingId posting;
  std::string day;
  Time at;
  std::int64_t amount = 0, balance = 0;
  Words memo;
  std::string reason, other;
  std::optional<RecordId> record;
  std::optional<std::string> number;
  bool undoes = false;
};
BOOST_DESCRIBE_STRUCT(StatementLine, (),
                      (posting, day, at, amount, balance, memo, reason, other, record, number, undoes))
constexpr auto notes(const StatementLine*) {
  return std::array{note("posting", "凭证编号 / posting"),
                    note("day", "记账日 / day of the books"),
                    note("at", "时间 / when"),
                    note("amount", "数额，正为增加 / amount, plus or minus"),
                    note("balance", "余额 / balance after it"),
                    note("memo", "摘要 / memo"),
                    note("reason", "事由 / reason"),
                    note("other", "对方账户 / the other account's type"),
                    note("record", "事项 / record"),
                    note("number", "事项编号 / its number"),
                    note("undoes", "是冲销 / a counter-entry")};
}
struct Statement {
  AccountRow account;
  std::vector<StatementLine> items;
  std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(Statement, (), (account, items, next))
constexpr auto notes(const Statement*) {
  return std::array{note("account", "账户 / account"), note("items", "明细，新的在前 / lines, newest first"),
                    note("next", "下一页 / cursor")};
}
struct AccountMonth {
  std::int32_t period = 0;
  std::int64_t came = 0, went = 0, balance = 0, entries = 0;
  bool closed = false;
};
BOOST_DESCRIBE_STRUCT(AccountMonth, (), (period, came, went, balance, entries, closed))
constexpr auto notes(const AccountMonth*) {
  return std::array{note("period", "月份 / month yyyymm"), note("came", "增加 / came"),
                    note("went", "减少 / went"),           note("balance", "月末余额 / balance at its end"),
                    note("entries", "笔数 / entries"),     note("closed", "已结账 / closed")};
}
struct AccountMonths {
  AccountRow account;
  std::vector<AccountMonth> items;
};
BOOST_DESCRIBE_STRUCT(AccountMonths, (), (account, items))
constexpr auto notes(const AccountMonths*) {
  return std::array{note("account", "账户 / account"), note("items", "各月 / months")};
}

struct NewPosting {
  LedgerAccountId from, to;
  std::int64_t amount = 0;
  std::string reason;
  std::optional<std::string> day;
};
BOOST_DESCRIBE_STRUCT(NewPosting, (), (from, to, amount, reason, day))
constexpr auto notes(const NewPosting*) {
  return std::array{note("from", "付出账户 / from"), note("to", "收入账户 / to"),
                    note("amount", "数额 / amount", range(1, 1e15)),
                    note("reason", "事由 / reason", length(1, 200), Format::line),
                    note("day", "记账日，默认今天 / day, today unless said", length(10, 10))};
}
struct UndoPosting {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(UndoPosting, (), (reason))
constexpr auto notes(const UndoPosting*) {
  return std::array{note("reason", "事由 / reason", length(1, 200), Format::line)};
}
struct Posted {
  PostingId id;
};
BOOST_DESCRIBE_STRUCT(Posted, (), (id))
constexpr auto notes(const Posted*) { return std::array{note("id", "凭证编号 / posting")}; }
struct CloseMonth {
  std::int32_t period = 0;
  std::optional<std::string> owner;
};
BOOST_DESCRIBE_STRUCT(CloseMonth, (), (period, owner))
constexpr auto notes(const CloseMonth*) {
  return std::array{
      note("period", "月份 / month yyyymm", range(190001, 999912)),
      note("owner", "哪个村或单位；不写是整本账 / whose accounts; without it the whole ledger", length(13, 13))};
}

struct CalculationLine {
  Words say;
  std::optional<double> amount;
};
BOOST_DESCRIBE_STRUCT(CalculationLine, (), (say, amount))
constexpr auto notes(const CalculationLine*) {
  return std::array{note("say", "一步推导 / one step"), note("amount", "数额 / amount")};
}
struct CalculationView {
  int seq = 0;
  Time at;
  std::string rule;
  std::vector<CalculationLine> lines;
};
BOOST_DESCRIBE_STRUCT(CalculationView, (), (seq, at, rule, lines))
constexpr auto notes(const CalculationView*) {
  return std::array{note("seq", "第几个事件 / event"), note("at", "时间 / when"), note("rule", "规则 / rule"),
                    note("lines", "逐步推导 / its reasoning")};
}
struct CalculationList {
  std::vector<CalculationView> items;
};
BOOST_DESCRIBE_STRUCT(CalculationList, (), (items))
constexpr auto notes(const CalculationList*) {
  return std::array{note("items", "计算，旧的在前 / calculations, oldest first")};
}

}  // namespace tongxin::serve::api
// clang-format on
