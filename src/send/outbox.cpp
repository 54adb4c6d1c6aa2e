#include "send/outbox.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "send/sql.hpp"

namespace tongxin::send {
namespace {

constexpr std::size_t kMostBody = 256 * 1024, kMostTarget = 100, kMostChannel = 30, kMostAbout = 200;
constexpr auto kIdle = std::chrono::hours{24 * 30};
constexpr std::string_view kField = "outbox";

bool is_channel(std::string_view name) {
  return !name.empty() && name.size() <= kMostChannel &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

}  // namespace

LetterId put(store::Tx& tx, const people::Vault& vault, IdSource& ids, RealmId realm, const NewLetter& letter,
             Time now) {
  if (!is_channel(letter.channel) || letter.target.empty() || letter.target.size() > kMostTarget ||
      letter.body.size() > kMostBody)
    throw Fault(Code::internal, words("消息无法放入发件箱", "a message could not be put into the outbox"))
        .log(fmt::format("outbox: channel '{}', target of {} bytes, body of {} bytes", letter.channel,
                         letter.target.size(), letter.body.size()));
  const auto id = ids.make<LetterId>();
  tx.run(sql::kPut, realm, id, letter.channel, letter.target, letter.record, cut(letter.about, kMostAbout),
         letter.discreet, vault.seal(realm, id.value, kField, letter.body), now, letter.until);
  return id;
}

milliseconds back_off(const Rules& rules, int failures, Random& random) {
  milliseconds wait = rules.first;
  for (int i = 1; i < failures && wait < rules.longest; ++i) wait *= 2;
  wait = std::min(wait, rules.longest);
  return wait - milliseconds(random.below(std::uint64_t(wait.count() / 2) + 1));
}

std::vector<DeadLetter> dead_letters(store::Tx& tx, RealmId realm, LetterId before, int limit) {
  return tx.all<DeadLetter>(sql::kDead, realm, before, limit);
}

std::optional<DeadLetter> dead_letter(store::Tx& tx, RealmId realm, LetterId id) {
  return tx.one<DeadLetter>(sql::kDeadOne, realm, id);
}

std::optional<std::string> dead_body(store::Tx& tx, const people::Vault& vault, RealmId realm, LetterId id) {
  const auto letter = dead_letter(tx, realm, id);
  if (!letter || letter->discreet) return std::nullopt;
  return vault.open(realm, id.value, kField, tx.one<store::Bytes>(sql::kDeadBody, realm, id).value());
}

bool send_again(store::Tx& tx, RealmId realm, LetterId id) { return tx.run(sql::kAgain, realm, id) == 1; }
bool throw_away(store::Tx& tx, RealmId realm, LetterId id) { return tx.run(sql::kDiscard, realm, id) == 1; }

std::vector<Trouble> troubles(store::Tx& tx, RealmId realm, int limit) {
  return tx.all<Trouble>(sql::kTrouble, realm, limit);
}

std::optional<LaneState> lane_state(store::Tx& tx, RealmId realm, const std::string& channel,
                                    const std::string& target) {
  return tx.one<LaneState>(sql::kLane, realm, channel, target);
}

void forget_target(store::Tx& tx, RealmId realm, const std::string& channel, const std::string& target) {
  tx.run(sql::kForgetTarget, realm, channel, target);
  tx.run(sql::kForgetTargetLane, realm, channel, target);
}

void rewrite_letters(store::Tx& tx, const people::Vault& vault, RealmId realm, RecordId record,
                     const Rewrite& rewrite) {
  std::vector<std::pair<LetterId, std::string>> changed;
  tx.each(
      sql::kAboutRecord,
      [&](const store::Row& row) {
        const auto id = row.get<LetterId>(0);
        if (auto body = rewrite(vault.open(realm, id.value, kField, row.get<store::Bytes>(1))))
          changed.emplace_back(id, std::move(*body));
      },
      realm, record);
  for (const auto& [id, body] : changed) tx.run(sql::kRewrite, realm, id, vault.seal(realm, id.value, kField, body));
}

void forget_idle_lanes(store::Tx& tx, RealmId realm, Time now) { tx.run(sql::kForgetLanes, realm, now - kIdle); }

}  // namespace tongxin::send
