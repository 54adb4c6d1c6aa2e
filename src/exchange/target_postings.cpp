// Postings by name in a ledger: one row is one transfer, with a reason, as a keeper of both accounts would post it by hand
// (aspect/ledger/desk.hpp). A voucher's number is posted once; without one, what stands in the row.
#include <cmath>

#include "aspect/ledger/desk.hpp"
#include "base/crypto.hpp"
#include "exchange/target.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"

namespace tongxin::exchange {
namespace {

using ledger::AccountType;
using ledger::Owner;

struct PostingRow {
  int row = 0;
  std::string number;
  Day day = 0;
  std::int64_t amount = 0;
  const AccountType *from = nullptr, *to = nullptr;
  std::string from_owner, to_owner, reason;
};

constexpr store::Sql kRecordByNumber{"exchange_record_number", "SELECT id FROM record WHERE realm_id=$1 AND number=$2"};

class Postings final : public TargetOf<PostingRow> {
 public:
  Postings(const Context& context, record::WorldPtr world, const Options& options, const std::string& name)
      : TargetOf(context, world, options), ledger_(ledger::ledger_of(*world->library, name)) {
    std::string zh, en;
    for (const AccountType& type : ledger_.accounts) {
      zh += (zh.empty() ? "" : "、") + type.label.zh;
      en += (en.empty() ? "" : ", ") + type.label.en;
    }
    const Words accounts{zh, en};
    const Words owner{"人员编号、组织编码、区域编码或事项编号；本级账户空着",
                      "code of a person, organisation or area, or a record's number; empty for the realm's own"};
    const Words amount = ledger_.unit_code == "fen" ? Words{"元，如 12.50", "yuan, such as 12.50"} : ledger_.unit;
    columns_ = {
        {"number",
         {"凭证号", "Voucher"},
         {"凭证号", "凭证编号", "Voucher", "number"},
         false,
         {"没有时按整行内容识别", "without one the whole row counts"}},
        {"day", {"日期", "Day"}, {"日期", "记账日期", "Day"}, false, {"2026-01-31", "2026-01-31"}},
        {"amount", {"金额", "Amount"}, {"金额", "数额", "Amount"}, true, amount},
        {"from", {"付方账户", "From"}, {"付方账户", "转出账户", "From"}, true, accounts},
        {"from_owner", {"付方", "From whom"}, {"付方", "付方编码", "From whom"}, false, owner},
        {"to", {"收方账户", "To"}, {"收方账户", "转入账户", "To"}, true, accounts},
        {"to_owner", {"收方", "To whom"}, {"收方", "收方编码", "To whom"}, false, owner},
        {"reason", {"事由", "Reason"}, {"事由", "摘要", "Reason"}, true, {}},
    };
  }

  Stored store(store::Tx& tx, const people::Doing& doing, std::size_t index) override {
    const PostingRow& row = items_[index];
    if (is_posted(tx, doing.realm, row.number)) return {Outcome::unchanged, {}};
    const auto world = context_.engine.worlds().current(tx, doing.realm);
    ledger::Posting posting{doing.realm, doing.ids, doing.at, doing.zone, context_.actor.person,
                            {},          0,         row.day,  {},         row.reason};
    const auto open = [&](const AccountType& type, const std::string& owner, const char* column) {
      return ledger::open_book(tx, posting, ledger_, type, owner_of(tx, *world, type, owner, column)).id;
    };
    ledger::Named wanted{ledger_.name,
                         open(*row.from, row.from_owner, "from_owner"),
                         open(*row.to, row.to_owner, "to_owner"),
                         row.amount,
                         row.reason,
                         row.day};
    const ledger::TransferId made = ledger::post_by_name(tx, *world, posting, wanted);
    ledger::keep_voucher(tx, doing.realm, ledger_.name, row.number, made);
    return {Outcome::added, {{"posting", made.value}}};
  }

 protected:
  PostingRow look(Line& line) override {
    PostingRow row;
    row.number = number_of(line);
    row.day = line.day("day");
    row.amount = amount_of(line);
    row.from = type_of(line, "from"), row.to = type_of(line, "to");
    row.from_owner = line.text("from_owner"), row.to_owner = line.text("to_owner");
    row.reason = line.needed("reason");
    for (const auto& [type, owner, column] :
         {std::tuple(row.from, &row.from_owner, "from_owner"), std::tuple(row.to, &row.to_owner, "to_owner")})
      if (type != nullptr && owner->empty() != (type->of == Owner::realm))
        line.complain(column, "required",
                      owner->empty() ? words("账户“{}”须写明归谁", "the account '{}' needs an owner", type->label.zh)
                                     : words("账户“{}”归本级，这一格应空着",
                                             "the account '{}' is the realm's own: leave this empty", type->label.zh));
    return row;
  }

 private:
  // Under its voucher, or under the "#…" with which an export names what has none.
  bool is_posted(store::Tx& tx, RealmId realm, const std::string& number) const {
    if (ledger::by_voucher(tx, realm, ledger_.name, number)) return true;
    ledger::TransferId id;
    if (!number.starts_with('#') || !parse(std::string_view(number).substr(1), id)) return false;
    const auto found = ledger::find_transfer(tx, realm, id);
    return found && found->ledger == ledger_.name;
  }

  std::string number_of(Line& line) {
    std::string number = line.text("number");
    if (number.size() > 64)
      line.complain("number", "length", words("凭证号不应超过 64 个字节", "a voucher's number has at most 64 bytes"));
    const bool own = number.empty();
    if (own) number = "=" + base64url(as_text(digest(line.all_text()))).substr(0, 32);
    if (!numbers_.insert(number).second)
      line.complain(own ? "" : "number", "duplicate",
                    own ? words("与前面的一行完全相同；确有两笔时请各写凭证号",
                                "an earlier row is exactly the same; give each a voucher's number if both are meant")
                        : words("凭证号 {} 在文件里出现了两次", "the voucher {} stands twice in the file", number));
    return number;
  }

  std::int64_t amount_of(Line& line) {
    if (line.needed("amount").empty()) return 0;
    const auto value = line.real("amount");
    if (!value) return 0;
    const double exact = ledger_.unit_code == "fen" ? *value * 100 : *value, whole = std::round(exact);
    if (std::abs(exact - whole) > 1e-6 || whole < 1 || whole > double(ledger::kMost)) {
      line.complain("amount", "range",
                    ledger_.unit_code == "fen"
                        ? words("金额应大于 0，最多两位小数", "an amount is above 0 with at most two decimals")
                        : words("数额应为大于 0 的整数", "an amount is a whole number above 0"));
      return 0;
    }
    return std::int64_t(whole);
  }

  const AccountType* type_of(Line& line, const char* column) const {
    const std::string text = line.needed(column);
    std::vector<std::string> labels;
    for (const AccountType& type : ledger_.accounts) {
      if (text == type.name || text == type.label.zh || text == type.label.en) return &type;
      labels.push_back(type.label.zh);
    }
    if (!text.empty())
      line.complain(column, "enum",
                    words("账本里没有账户“{}”，可填：{}", "the ledger has no account '{}'; choose one of {}",
                          one_line(cut(text, 40)), fmt::format("{}", fmt::join(labels, "、"))));
    return nullptr;
  }

  std::int64_t owner_of(store::Tx& tx, const record::World& world, const AccountType& type, const std::string& text,
                        const char* column) const {
    std::int64_t found = 0;
    switch (type.of) {
      case Owner::realm: return 0;
      case Owner::person:
        if (const auto person = people::find_person(tx, context_.realm, text)) found = person->id.value;
        break;
      case Owner::org: found = org_by_text(world, text).value; break;
      case Owner::area: found = area_by_text(world, text).value; break;
      case Owner::record:
        found = tx.one<RecordId>(kRecordByNumber, context_.realm, text).value_or(RecordId{}).value;
        break;
    }
    if (found == 0) refuse_owner(type, text, column);
    return found;
  }

  [[noreturn]] static void refuse_owner(const AccountType& type, const std::string& text, const char* column) {
    static const std::map<Owner, Words> kWanted = {{Owner::person, {"人员编号", "the code of a person"}},
                                                   {Owner::org, {"组织的编码或名称", "the code of an organisation"}},
                                                   {Owner::area, {"区域的编码或名称", "the code of an area"}},
                                                   {Owner::record, {"事项编号", "the number of a record"}}};
    const Words& wanted = kWanted.at(type.of);
    const std::string shown = one_line(cut(text, 40));
    refuse_cell(column, "unknown",
                {fmt::format("没有“{}”；账户“{}”要填{}", shown, type.label.zh, wanted.zh),
                 fmt::format("'{}' is not known; the account '{}' wants {}", shown, type.label.en, wanted.en)});
  }

  const ledger::Ledger& ledger_;
  std::set<std::string> numbers_;
};

}  // namespace

std::unique_ptr<Target> postings_target(const Context& context, record::WorldPtr world, const Options& options,
                                        const std::string& ledger) {
  return std::make_unique<Postings>(context, std::move(world), options, ledger);
}

}  // namespace tongxin::exchange
