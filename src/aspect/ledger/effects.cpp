// What packs' effects do to the books, and what conditions are told of them.
#include <cmath>

#include "aspect/ledger/inside.hpp"
#include "aspect/ledger/sql.hpp"

namespace tongxin::ledger::inside {
namespace {

namespace json = boost::json;
using pack::Argument;
using pack::Effect;
using record::Change;

const std::string& text_of(const Effect& effect, std::string_view name) {
  static const std::string kNone;
  const Argument* argument = effect.find(name);
  return argument == nullptr ? kNone : argument->text;
}

Posting posting_of(Change& change, const Effect& effect) {
  Posting posting{change.realm,
                  change.engine.ids(),
                  change.now,
                  change.world->zone,
                  change.actor.person,
                  change.record.id,
                  change.record.last_seq + 1,
                  0,
                  {},
                  {}};
  const Argument *say = effect.find("say"), *day = effect.find("day");
  posting.memo = say != nullptr                    ? say->words
                 : change.action->name == "create" ? change.kind->label
                                                   : change.action->label;
  if (day != nullptr)
    if (const auto value = change.value(*day->expression); const auto* read = std::get_if<pack::DayValue>(&value))
      posting.day = read->day;
  return posting;
}

// To whom an account belongs when the pack does not say: this record, whoever raised it, whoever holds it, its place.
std::int64_t usual_owner(const record::World& world, const record::Record& record, const AccountType& type) {
  switch (type.of) {
    case Owner::realm: return 0;
    case Owner::person: return record.reporter.value;
    case Owner::org: return record.holder_org.value;
    case Owner::record: return record.id.value;
    case Owner::area: break;
  }
  const AreaId place = record.area ? record.area : record.holder_area;
  if (!type.level.empty())
    for (const AreaId ancestor : world.atlas->lineage(place))
      if (world.atlas->at(ancestor).level == type.level) return ancestor.value;
  return place.value;
}

std::int64_t owner_of(Change& change, const Effect& effect, const char* side, const AccountType& type) {
  const Argument* of = effect.find(side);
  if (of == nullptr) return usual_owner(*change.world, change.record, type);
  return parse_id(change.text(*of->expression)).value_or(0);
}

// Amounts are whole: a pack that calculates says round().
std::int64_t amount_of(Change& change, const Argument& argument) {
  const double amount = change.number(*argument.expression);
  if (!(amount >= 1) || amount > double(kMost) || amount != std::floor(amount))
    throw Fault(Code::invalid, words("数额应为大于 0 的整数", "an amount is a whole number above 0"))
        .log(fmt::format("{} = {}", argument.expression->text(), amount));
  return std::int64_t(amount);
}

struct Sides {
  Book from, to;
  std::int64_t amount;
};
Sides sides_of(Change& change, const Effect& effect, const Posting& posting) {
  const Ledger& ledger = ledger_of(*change.world->library, text_of(effect, "ledger"));
  const AccountType &from = *ledger.account(text_of(effect, "from")), &to = *ledger.account(text_of(effect, "to"));
  const std::int64_t amount = amount_of(change, *effect.find("amount"));
  return {open_book(change.tx, posting, ledger, from, owner_of(change, effect, "from_of", from)),
          open_book(change.tx, posting, ledger, to, owner_of(change, effect, "to_of", to)), amount};
}

// The event says what was posted, so that the chain of hashes covers the books too.
void keep(Change& change, TransferId id, std::int64_t amount) {
  json::value& list = change.extra["postings"];
  if (!list.is_array()) list = json::array{};
  list.as_array().push_back(json::object{{"id", to_text(id)}, {"amount", amount}});
}

void post(Change& change, const Effect& effect) {
  const Posting posting = posting_of(change, effect);
  const Sides sides = sides_of(change, effect, posting);
  // `once`: the first gift of a giver counts the giver; later ones leave that as it is.
  if (const Argument* once = effect.find("once"); once != nullptr && once->flag && sides.to.balance != 0) return;
  keep(change, transfer(change.tx, posting, sides.from, sides.to, sides.amount), sides.amount);
}

void reserve_effect(Change& change, const Effect& effect) {
  const Posting posting = posting_of(change, effect);
  const Sides sides = sides_of(change, effect, posting);
  reserve(change.tx, posting, text_of(effect, "hold"), sides.from, sides.to, sides.amount);
}

void capture_effect(Change& change, const Effect& effect) {
  const Argument* part = effect.find("amount");
  const auto amount = part == nullptr ? std::nullopt : std::optional(amount_of(change, *part));
  const TransferId id = capture(change.tx, posting_of(change, effect), text_of(effect, "hold"), amount);
  keep(change, id, change.tx.one<Transfer>(sql::kTransfer, change.realm, id)->amount);
}

void release_effect(Change& change, const Effect& effect) {
  release(change.tx, posting_of(change, effect), text_of(effect, "value"));
}

void reverse(Change& change, const Effect& effect) {
  const std::string& action = text_of(effect, "value");
  for (const Transfer& each : change.tx.all<Transfer>(sql::kTransfersOfRecord, change.realm, change.record.id)) {
    if (each.undoes || change.tx.one<TransferId>(sql::kUndone, change.realm, each.id)) continue;
    if (change.tx.one<std::string>(sql::kActionOfEvent, change.realm, change.record.id, each.seq) != action) continue;
    keep(change, undo(change.tx, posting_of(change, effect), each.id), each.amount);
  }
}

void observable(Change& change, const Effect& effect) {
  const auto found = forbidden_in(change.text(*effect.find("value")->expression));
  if (!found) return;
  throw Fault(
      Code::invalid, words("积分规则只能写看得见的好事", "rules for points are about good deeds that can be seen"),
      {{"/form",
        "points",
        {fmt::format("“{}”：{}", found->word, found->why.zh), fmt::format("'{}': {}", found->word, found->why.en)}}});
}

}  // namespace

std::map<std::string, record::EffectHandler, std::less<>> handlers() {
  return {{"post", post},       {"reserve", reserve_effect}, {"capture", capture_effect}, {"release", release_effect},
          {"reverse", reverse}, {"observable", observable}};
}

// "ledger.<ledger>.<account>", perhaps ".free": the balance of this record's own, its reporter's, its holder's, its place's.
pack::Value fact(Change& change, const pack::Fact& fact) {
  const std::string_view name = fact.subject;
  const auto first = name.find('.') + 1, second = name.find('.', first) + 1;
  const bool free = name.ends_with(".free");
  const Ledger* ledger = ledgers_of(*change.world->library).find(name.substr(first, second - first - 1));
  const AccountType* type =
      ledger == nullptr ? nullptr : ledger->account(name.substr(second, name.size() - second - (free ? 5 : 0)));
  if (type == nullptr) return {};
  const auto book =
      find_book(change.tx, change.realm, ledger->name, type->name, usual_owner(*change.world, change.record, *type));
  if (!book) return 0.0;
  return double(shown(*type, book->balance) - (free ? book->held : 0));
}

}  // namespace tongxin::ledger::inside
