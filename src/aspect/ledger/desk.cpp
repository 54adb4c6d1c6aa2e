#include "aspect/ledger/desk.hpp"

#include "aspect/ledger/sql.hpp"
#include "base/text.hpp"
#include "people/operations.hpp"
#include "record/record.hpp"
#include "record/sql.hpp"

namespace tongxin::ledger {
namespace {

using record::World;
using store::Tx;

bool holds_one(const World& world, PersonId actor, const std::vector<std::string>& roles, const std::string& path,
               Day today) {
  for (const people::Post& post : world.directory->posts_of(actor)) {
    if (!people::live(post, today) || std::find(roles.begin(), roles.end(), post.role) == roles.end()) continue;
    if (path.empty() || people::covers(post, path)) return true;
  }
  return false;
}

const AccountType& type_of(const Ledger& ledger, const Book& book) {
  const AccountType* type = ledger.account(book.name);
  if (type == nullptr)
    throw Fault(Code::not_found, words("账本里已没有账户“{}”", "the ledger has no account '{}' any more", book.name));
  return *type;
}

Book need_book(Tx& tx, RealmId realm, BookId id) {
  auto book = find_book(tx, realm, id);
  if (!book) throw Fault(Code::not_found, words("没有这个账户", "there is no such account"));
  return *std::move(book);
}

void need_reason(const Posting& posting) {
  if (trim(posting.reason).empty())
    throw Fault(Code::invalid, words("请写明事由", "please say why"),
                {{"/reason", "required", words("请写明事由", "please say why")}});
}

void need_keeper(Tx& tx, const World& world, const Posting& posting, const Ledger& ledger, const Book& book) {
  if (!may_keep(tx, world, posting.actor, ledger, type_of(ledger, book), book.owner, posting.today()))
    throw Fault(Code::forbidden, words("您不是这个账户的记账人", "you do not keep this account"));
}

}  // namespace

std::string place_of(Tx& tx, const World& world, const AccountType& type, std::int64_t owner) {
  const auto path = [&](AreaId id) {
    const place::Area* area = world.atlas->find(id);
    return area == nullptr ? std::string{} : std::string(area->path);
  };
  if (type.of == Owner::area) return path(AreaId{owner});
  if (type.of == Owner::org) {
    const people::Org* org = world.directory->org(OrgId{owner});
    return org == nullptr ? std::string{} : path(org->area);
  }
  if (type.of == Owner::record) {
    const auto record = tx.one<record::Record>(record::sql::kRecord, world.realm, RecordId{owner});
    if (!record) return {};
    return record->path.empty() ? path(record->holder_area) : record->path;
  }
  return {};
}

bool may_see(Tx& tx, const World& world, PersonId actor, const Ledger& ledger, const AccountType& type,
             std::int64_t owner, Day today) {
  if (type.open) return true;
  if (!actor) return false;
  if (type.of == Owner::person && owner == actor.value) return true;
  if (type.of == Owner::org)
    for (const people::Post& post : world.directory->posts_of(actor))
      if (people::live(post, today) && post.org.value == owner) return true;
  const std::string path = place_of(tx, world, type, owner);
  if (holds_one(world, actor, type.seen_by, path, today)) return true;
  return !(ledger.points && type.of == Owner::person) && holds_one(world, actor, ledger.keepers, path, today);
}

bool may_keep(Tx& tx, const World& world, PersonId actor, const Ledger& ledger, const AccountType& type,
              std::int64_t owner, Day today) {
  if (ledger.points && type.of == Owner::person) return false;
  return actor && holds_one(world, actor, ledger.keepers, place_of(tx, world, type, owner), today);
}

TransferId post_by_name(Tx& tx, const World& world, const Posting& posting, const Named& wanted) {
  need_reason(posting);
  const Ledger& ledger = ledger_of(*world.library, wanted.ledger);
  const Book from = need_book(tx, world.realm, wanted.from), to = need_book(tx, world.realm, wanted.to);
  if (from.ledger != ledger.name || to.ledger != ledger.name)
    throw Fault(Code::invalid, words("账户不在这本账上", "the account is of another ledger"));
  need_keeper(tx, world, posting, ledger, from);
  need_keeper(tx, world, posting, ledger, to);
  return transfer(tx, posting, from, to, wanted.amount);
}

TransferId undo_by_name(Tx& tx, const World& world, const Posting& posting, TransferId wrong) {
  need_reason(posting);
  const auto found = tx.one<Transfer>(sql::kTransfer, world.realm, wrong);
  if (!found) throw Fault(Code::not_found, words("没有这笔账", "there is no such posting"));
  // What a record posted is undone by the record's own flow, where its rights and its timeline are.
  if (found->record)
    throw Fault(Code::not_now, words("这一笔由事项记入，请在事项里冲销", "a record posted this; undo it there"));
  const Ledger& ledger = ledger_of(*world.library, found->ledger);
  need_keeper(tx, world, posting, ledger, need_book(tx, world.realm, found->from));
  need_keeper(tx, world, posting, ledger, need_book(tx, world.realm, found->to));
  return undo(tx, posting, wrong);
}

void close_by_name(Tx& tx, const World& world, const Posting& posting, std::string_view name, std::int64_t owner,
                   std::int32_t period) {
  const Ledger& ledger = ledger_of(*world.library, name);
  bool keeps = false;
  if (owner == 0) {
    keeps = posting.actor && holds_one(world, posting.actor, ledger.keepers, "", posting.today());
  } else {
    for (const Book& book : books_of(tx, world.realm, owner))
      keeps = keeps || (book.ledger == ledger.name && ledger.account(book.name) != nullptr &&
                        may_keep(tx, world, posting.actor, ledger, *ledger.account(book.name), owner, posting.today()));
  }
  if (!keeps) throw Fault(Code::forbidden, words("您不是这本账的记账人", "you do not keep this ledger"));
  close_month(tx, posting, ledger, owner, period);
}

}  // namespace tongxin::ledger
