#include <cmath>

#include "aspect/ledger/desk.hpp"
#include "exchange/export.hpp"
#include "people/persons.hpp"
#include "record/sql.hpp"

namespace tongxin::exchange {
namespace {

using store::Tx;
using table::Out;

// Names of accounts and of whom they belong to, and whether they may be seen. What was asked is kept for the next line.
class Sides {
 public:
  Sides(const Context& context, const record::World& world, const ledger::Ledger& ledger, Language language)
      : context_(context), world_(world), ledger_(ledger), language_(language) {}

  struct Side {
    std::string account, owner;
    bool seen = false;
  };
  const Side& of(Tx& tx, ledger::BookId id) {
    const auto [found, fresh] = known_.try_emplace(id);
    if (fresh) found->second = look(tx, id);
    return found->second;
  }

 private:
  Side look(Tx& tx, ledger::BookId id) const {
    const auto book = ledger::find_book(tx, context_.realm, id);
    const ledger::AccountType* type = book ? ledger_.account(book->name) : nullptr;
    if (type == nullptr) return {};
    const Day today = day_of(context_.clock.now(), context_.zone);
    const bool seen =
        context_.actor.system || ledger::may_see(tx, world_, context_.actor.person, ledger_, *type, book->owner, today);
    return {type->label.in(language_), owner_of(tx, *type, book->owner), seen};
  }
  std::string owner_of(Tx& tx, const ledger::AccountType& type, std::int64_t owner) const {
    switch (type.of) {
      case ledger::Owner::realm: break;
      case ledger::Owner::person: {
        const auto person = people::find_person(tx, context_.realm, PersonId{owner});
        return person ? person->code : "";
      }
      case ledger::Owner::org: {
        const people::Org* org = world_.directory->org(OrgId{owner});
        return org != nullptr ? org->code : "";
      }
      case ledger::Owner::area: {
        const place::Area* area = world_.atlas->find(AreaId{owner});
        return area != nullptr ? area->code : "";
      }
      case ledger::Owner::record: {
        const auto record = context_.engine.find(tx, context_.realm, RecordId{owner});
        return record ? record->number : "";
      }
    }
    return {};
  }

  const Context& context_;
  const record::World& world_;
  const ledger::Ledger& ledger_;
  const Language language_;
  std::map<ledger::BookId, Side> known_;
};

// Under this number it is known when the file comes back.
std::string number_of(Tx& tx, RealmId realm, const ledger::Transfer& transfer) {
  const std::string voucher = ledger::voucher_of(tx, realm, transfer.id);
  return voucher.empty() || voucher.starts_with('=') ? "#" + to_text(transfer.id) : voucher;
}

}  // namespace

void export_postings(const Context& context, const std::string& name, Language language, table::Writer& out) {
  const auto world = context.store.read([&](Tx& tx) { return context.engine.worlds().current(tx, context.realm); });
  const ledger::Ledger& ledger = ledger::ledger_of(*world->library, name);
  Sides sides(context, *world, ledger, language);
  ledger::TransferId last;
  for (bool more = true; more;)
    more = context.store.read([&](Tx& tx) {
      const auto page = ledger::transfers_after(tx, context.realm, last);
      for (const ledger::Transfer& each : page) {
        last = each.id;
        if (each.ledger != name) continue;
        const Sides::Side from = sides.of(tx, each.from), to = sides.of(tx, each.to);
        if (!from.seen || !to.seen) continue;
        const std::string& memo = language == Language::en ? each.memo_en : each.memo_zh;
        out.row({Out::of(number_of(tx, context.realm, each)), Out::of_day(each.day),
                 Out::of_number(ledger.unit_code == "fen" ? double(each.amount) / 100 : double(each.amount)),
                 Out::of(from.account), Out::of(from.owner), Out::of(to.account), Out::of(to.owner),
                 Out::of(each.reason.empty() ? memo : each.reason)});
      }
      return !page.empty();
    });
}

}  // namespace tongxin::exchange
