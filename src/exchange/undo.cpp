#include <algorithm>
#include <unordered_map>

#include "aspect/leaving.hpp"
#include "aspect/ledger/desk.hpp"
#include "base/text.hpp"
#include "exchange/import.hpp"
#include "people/accounts.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "people/removal.hpp"
#include "place/operations.hpp"
#include "send/subscriptions.hpp"

namespace tongxin::exchange {
namespace {

namespace json = boost::json;
using store::Sql;
using store::Tx;

constexpr Sql kAddedBy{
    "exchange_added_by",
    "SELECT seq, sort, subject FROM exchange_added WHERE realm_id=$1 AND import_id=$2 ORDER BY seq DESC"};
constexpr Sql kAddedBelow{"exchange_added_below",
                          "SELECT seq, sort, subject FROM exchange_added WHERE realm_id=$1 AND import_id=$2 AND seq < "
                          "$3 ORDER BY seq DESC LIMIT $4"};
constexpr Sql kForget{"exchange_forget", "DELETE FROM exchange_added WHERE realm_id=$1 AND import_id=$2"};
constexpr Sql kForgetOne{"exchange_forget_one",
                         "DELETE FROM exchange_added WHERE realm_id=$1 AND import_id=$2 AND seq=$3"};
constexpr Sql kAccountOf{"exchange_account_of", "SELECT count(*) FROM accounts WHERE realm_id=$1 AND person=$2"};
constexpr Sql kRecordsOf{"exchange_records_of", "SELECT count(*) FROM record_scope WHERE realm_id=$1 AND scope=$2"};
// What people did with a record after it was raised; what the clock did is not counted.
constexpr Sql kDoneWith{"exchange_done_with",
                        "SELECT count(*) FROM event WHERE realm_id=$1 AND record_id=$2 AND seq > 1 AND actor <> 0"};

constexpr Sql kHomesIn{"exchange_homes_in", "SELECT count(*) FROM households WHERE realm_id=$1 AND area=$2"};
constexpr Sql kLinksTo{"exchange_links_to",
                       "SELECT count(*) FROM links WHERE realm_id=$1 AND to_area=$2 AND to_area > 0"};
constexpr Sql kCodesAt{"exchange_codes_at", "SELECT count(*) FROM place_code WHERE realm_id=$1 AND area_id=$2"};

struct Added {
  std::int64_t seq = 0;
  std::string sort;
  std::int64_t subject = 0;
};
BOOST_DESCRIBE_STRUCT(Added, (), (seq, sort, subject))

people::Doing doing_of(const Context& context) {
  return {context.realm, context.actor.person, context.clock.now(), context.ids, context.reason, context.zone};
}

// Has anybody changed it since? Then it is no longer the import's alone.
bool touched(Tx& tx, RealmId realm, std::int64_t subject, const std::string& reason) {
  for (const people::AuditEntry& entry : people::audit_of(tx, realm, subject, 20))
    if (entry.reason != reason) return true;
  return false;
}

// ── records: what was raised is never unmade; it is withdrawn, as whoever raised it may, and its timeline says so ──

struct Withdrawal {
  std::string action;
  json::object form;
};

// Does every way of this action end the matter as one that was not to be?
bool ends(const pack::Kind& kind, const pack::Action& action) {
  return !action.to.empty() && std::all_of(action.to.begin(), action.to.end(), [&](const pack::Target& target) {
    return target.state >= 0 && kind.states[std::size_t(target.state)].display == pack::Display::ended;
  });
}

// What the action asks for, when that is nothing or a reason.
std::optional<json::object> form_with_reason(const pack::Action& action, const std::string& reason) {
  json::object form;
  for (const pack::Field& field : action.form.fields) {
    if (!field.required && !field.required_when) continue;
    const bool text = field.type == pack::FieldType::text || field.type == pack::FieldType::long_text;
    if (!text || field.name != "reason") return std::nullopt;
    form[field.name] = std::string(cut(reason, 200));
  }
  return form;
}

record::Actor withdrawer(const Context& context, RecordId id) {
  // Nobody else was given the code of what a file raised: whoever brought it in stands for whoever raised it.
  return {.person = context.actor.person, .system = false, .follows = id};
}

// Throws Fault(not_now) with the reason why this one cannot be withdrawn.
std::optional<Withdrawal> withdrawal_of(const Context& context, Tx& tx, const record::World& world, RecordId id) {
  const auto record = context.engine.find(tx, context.realm, id);
  if (!record) return std::nullopt;
  const auto refuse = [&](Words say) {
    throw Fault(Code::not_now,
                {fmt::format("{}：{}", record->number, say.zh), fmt::format("{}: {}", record->number, say.en)});
  };
  const pack::Kind& kind = world.kind(record->kind);
  const int state = kind.state(record->state);
  if (state >= 0 && kind.states[std::size_t(state)].display == pack::Display::ended) return std::nullopt;
  if (!record->open) refuse(words("已经办结", "it is closed already"));
  if (tx.one<std::int64_t>(kDoneWith, context.realm, id).value_or(0) > 0)
    refuse(words("导入之后已有人办理，请逐件处理", "somebody has worked on it since: handle it by itself"));
  const auto found = context.engine.available(tx, world, withdrawer(context, id), *record, context.clock.now());
  std::optional<Withdrawal> best;
  for (const int index : found) {
    const pack::Action& action = kind.actions[std::size_t(index)];
    const auto form = ends(kind, action) ? form_with_reason(action, context.reason) : std::nullopt;
    if (form && (!best || form->size() < best->form.size())) best = Withdrawal{action.name, *form};
  }
  if (best) return best;
  refuse(words("“{}”没有您现在可以采用的撤回办法，请逐件办理",
               "a {} cannot be withdrawn by you now: handle it by itself", kind.label.zh));
  return std::nullopt;
}

// ── everything else ──

void take_back_posting(const Context& context, Tx& tx, const Added& made) {
  const auto world = context.engine.worlds().current(tx, context.realm);
  const ledger::TransferId id{made.subject};
  const ledger::Posting posting{
      context.realm, context.ids, context.clock.now(), context.zone, context.actor.person, {}, 0, 0, {},
      context.reason};
  ledger::undo_by_name(tx, *world, posting, id);
  ledger::forget_voucher(tx, context.realm, id);
}

// Which areas the directory, as it was before anything was taken back, makes use of, and how.
using Uses = std::unordered_map<AreaId, Words>;
Uses uses_of(const people::Directory& directory) {
  Uses uses;
  for (const people::Org& org : directory.orgs()) {
    uses.try_emplace(org.area, words("组织“{}”在该区域", "the organisation '{}' is there", org.name));
    for (const people::Post* post : directory.posts_in(org.id))
      uses.try_emplace(post->area, words("该区域已有岗位", "this area has posts"));
  }
  for (const people::Responsibility& each : directory.responsibilities())
    uses.try_emplace(each.area, words("该区域已有职责分工", "this area has responsibilities"));
  return uses;
}

void take_back_area(const Context& context, Tx& tx, const people::Doing& doing, const Uses& uses, AreaId area) {
  if (const auto use = uses.find(area); use != uses.end()) throw Fault(Code::not_now, use->second);
  if (tx.one<std::int64_t>(kRecordsOf, context.realm, area).value_or(0) > 0)
    throw Fault(Code::not_now, words("该区域已有事项", "this area has records"));
  for (const Sql* use : {&kHomesIn, &kLinksTo, &kCodesAt})
    if (tx.one<std::int64_t>(*use, context.realm, area).value_or(0) > 0)
      throw Fault(Code::not_now, words("该区域已有住户、联系关系或扫码牌", "this area has households, links or codes"));
  place::remove_area(tx, {context.realm, context.actor.person, doing.at, doing.today(), doing.zone}, area);
  for (const send::SubscriptionId ended : send::end_subscriptions_at(tx, context.realm, area))
    people::audit(tx, doing, "subscription.change", ended.value);
}

void take_back(const Context& context, Tx& tx, const people::Doing& doing, const Uses& uses, const Added& made) {
  const auto need_untouched = [&] {
    if (touched(tx, context.realm, made.subject, context.reason))
      throw Fault(Code::not_now, words("导入之后又有改动", "it was changed after the import"));
  };
  if (made.sort == "post") {
    need_untouched();
    const auto post = people::find_post(tx, context.realm, PostId{made.subject});
    if (post) people::end_post(tx, doing, post->id, post->from);
  } else if (made.sort == "account") {
    need_untouched();
    people::remove_account(tx, doing, AccountId{made.subject});
  } else if (made.sort == "person") {
    need_untouched();
    if (tx.one<std::int64_t>(kAccountOf, context.realm, made.subject).value_or(0) > 0)
      throw Fault(Code::not_now, words("此人已有账号", "this person has an account"));
    people::erase_person(tx, doing, PersonId{made.subject});
    aspect::forget_person({context.engine, tx, context.realm, PersonId{made.subject}, context.clock.now()});
  } else if (made.sort == "org") {
    need_untouched();
    if (tx.one<std::int64_t>(kRecordsOf, context.realm, made.subject).value_or(0) > 0)
      throw Fault(Code::not_now, words("该组织已有事项", "this organisation has records"));
    people::remove_org(tx, doing, OrgId{made.subject});
  } else if (made.sort == "household") {
    people::remove_household(tx, doing, HouseholdId{made.subject});
  } else if (made.sort == "area") {
    need_untouched();
    take_back_area(context, tx, doing, uses, AreaId{made.subject});
  } else if (made.sort == "posting") {
    take_back_posting(context, tx, made);
  }
}

constexpr std::size_t kComplaints = 100;

struct Refused {
  std::vector<Complaint> complaints;
  std::size_t total = 0;
  void note(const Added& made, const Fault& fault) {
    if (fault.code() == Code::internal || fault.code() == Code::unavailable) throw;
    ++total;
    if (complaints.size() < kComplaints)
      complaints.push_back({fmt::format("{} {}", made.sort, id_text(made.subject)), "in_use", fault.say()});
  }
  [[noreturn]] void tell() const {
    throw Fault(Code::not_now,
                words("有 {} 处已在使用或不能撤销，没有撤销任何内容",
                      "{} things are in use or cannot be taken back: nothing was", total),
                complaints);
  }
};

std::size_t undo_at_once(const Context& context, std::int64_t import) {
  try {
    return context.store.write([&](Tx& tx) {
      const people::Doing doing = doing_of(context);
      Refused refused;
      const auto all = tx.all<Added>(kAddedBy, context.realm, import);
      const bool of_areas = !all.empty() && all.front().sort == "area";  // then all of them are
      const Uses uses = of_areas ? uses_of(*context.engine.worlds().current(tx, context.realm)->directory) : Uses{};
      for (const Added& made : all) {
        try {
          take_back(context, tx, doing, uses, made);
        } catch (const Fault& fault) {
          refused.note(made, fault);
        }
      }
      if (refused.total > 0) throw refused;
      tx.run(kForget, context.realm, import);
      return all.size();
    });
  } catch (const Refused& refused) {
    refused.tell();
  }
}

std::vector<Added> page(Tx& tx, const Context& context, std::int64_t import, std::int64_t below) {
  return tx.all<Added>(kAddedBelow, context.realm, import, below, std::int64_t(kPortion));
}

// First all are looked at; then they are withdrawn in portions, each of which is forgotten with its own transaction, so that
// what was cut off goes on where it stopped.
std::size_t undo_records(const Context& context, std::int64_t import, Progress* progress) {
  constexpr auto kEnd = std::numeric_limits<std::int64_t>::max();
  Refused refused;
  std::size_t count = 0;
  for (std::int64_t below = kEnd;;) {
    const bool more = context.store.read([&](Tx& tx) {
      const auto world = context.engine.worlds().current(tx, context.realm);
      const auto some = page(tx, context, import, below);
      for (const Added& made : some) {
        ++count, below = made.seq;
        try {
          withdrawal_of(context, tx, *world, RecordId{made.subject});
        } catch (const Fault& fault) {
          refused.note(made, fault);
        }
      }
      return !some.empty();
    });
    if (!more) break;
  }
  if (refused.total > 0) refused.tell();
  if (progress != nullptr) progress->total = count, progress->done = 0;
  for (std::size_t done = 0;;) {
    if (progress != nullptr && progress->stop)
      throw Fault(Code::unavailable, words("撤销被中止，可以重新开始", "it was stopped and can be started again"));
    const std::size_t some = context.store.write([&](Tx& tx) {
      const auto world = context.engine.worlds().current(tx, context.realm);
      const auto portion = page(tx, context, import, kEnd);
      for (const Added& made : portion) {
        const RecordId id{made.subject};
        if (const auto how = withdrawal_of(context, tx, *world, id))
          context.engine.act(tx, context.realm, withdrawer(context, id), id, how->action, how->form, std::nullopt,
                             context.clock.now());
        tx.run(kForgetOne, context.realm, import, made.seq);
      }
      return portion.size();
    });
    if (some == 0) return count;
    done += some;
    if (progress != nullptr) progress->done = done;
  }
}

}  // namespace

std::size_t undo(const Context& context, std::int64_t import, Progress* progress) {
  const auto first =
      context.store.read([&](Tx& tx) { return page(tx, context, import, std::numeric_limits<std::int64_t>::max()); });
  if (!first.empty() && first.front().sort == "record") return undo_records(context, import, progress);
  return undo_at_once(context, import);
}

}  // namespace tongxin::exchange
