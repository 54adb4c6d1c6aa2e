#include "exchange/import.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "people/removal.hpp"

namespace tongxin::exchange {
namespace {

using store::Sql;
using store::Tx;

constexpr Sql kAddedBy{
    "exchange_added_by",
    "SELECT seq, sort, subject FROM exchange_added WHERE realm_id=$1 AND import_id=$2 ORDER BY seq DESC"};
constexpr Sql kForget{"exchange_forget", "DELETE FROM exchange_added WHERE realm_id=$1 AND import_id=$2"};
constexpr Sql kAccountOf{"exchange_account_of", "SELECT count(*) FROM accounts WHERE realm_id=$1 AND person=$2"};

constexpr Sql kRecordsOf{"exchange_records_of", "SELECT count(*) FROM record_scope WHERE realm_id=$1 AND scope=$2"};

struct Made {
  std::int64_t seq = 0;
  std::string sort;
  std::int64_t subject = 0;
};
BOOST_DESCRIBE_STRUCT(Made, (), (seq, sort, subject))

// Has anybody changed it since? Then it is no longer the import's alone.
bool touched(Tx& tx, RealmId realm, std::int64_t subject, const std::string& reason) {
  for (const people::AuditEntry& entry : people::audit_of(tx, realm, subject, 20))
    if (entry.reason != reason) return true;
  return false;
}

void take_back(const Context& context, Tx& tx, const people::Doing& doing, const Made& made) {
  const auto need_untouched = [&] {
    if (touched(tx, context.realm, made.subject, context.reason))
      throw Fault(Code::not_now, words("导入之后又有改动", "it was changed after the import"));
  };
  if (made.sort == "post") {
    need_untouched();
    const auto post = people::find_post(tx, context.realm, PostId{made.subject});
    if (post) people::end_post(tx, doing, post->id, post->from);
  } else if (made.sort == "person") {
    need_untouched();
    if (tx.one<std::int64_t>(kAccountOf, context.realm, made.subject).value_or(0) > 0)
      throw Fault(Code::not_now, words("此人已有账号", "this person has an account"));
    people::erase_person(tx, doing, PersonId{made.subject});
  } else if (made.sort == "org") {
    need_untouched();
    if (tx.one<std::int64_t>(kRecordsOf, context.realm, made.subject).value_or(0) > 0)
      throw Fault(Code::not_now, words("该组织已有事项", "this organisation has records"));
    people::remove_org(tx, doing, OrgId{made.subject});
  } else if (made.sort == "household") {
    people::remove_household(tx, doing, HouseholdId{made.subject});
  } else if (made.sort == "record") {
    throw Fault(Code::not_now, words("已登记的事项不能撤销导入，请逐件办理或作废",
                                     "what was raised is never unmade: handle or cancel each of them"));
  }
}

}  // namespace

std::size_t undo(const Context& context, std::int64_t import) {
  struct RolledBack {
    std::vector<Complaint> complaints;
    std::size_t total = 0;
  };
  try {
    return context.store.write([&](Tx& tx) {
      const people::Doing doing{context.realm, context.actor.person, context.clock.now(),
                                context.ids,   context.reason,       context.zone};
      RolledBack back;
      const auto all = tx.all<Made>(kAddedBy, context.realm, import);
      for (const Made& made : all) {
        try {
          take_back(context, tx, doing, made);
        } catch (const Fault& fault) {
          if (fault.code() == Code::internal || fault.code() == Code::unavailable) throw;
          ++back.total;
          if (back.complaints.size() < 100)
            back.complaints.push_back({fmt::format("{} {}", made.sort, id_text(made.subject)), "in_use", fault.say()});
          if (made.sort == "record") break;
        }
      }
      if (back.total > 0) throw back;
      tx.run(kForget, context.realm, import);
      return all.size();
    });
  } catch (const RolledBack& back) {
    throw Fault(Code::not_now,
                words("有 {} 处已在使用或不能撤销，没有撤销任何内容",
                      "{} things are in use or cannot be taken back: nothing was", back.total),
                back.complaints);
  }
}

}  // namespace tongxin::exchange
