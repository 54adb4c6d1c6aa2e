// The outbox: every message that leaves the program goes through here, at least once, in order per target.
//
//   // in the transaction that gives rise to it (a change of a record, a code that was made):
//   send::put(tx, vault, ids, realm, {.channel = "hotline", .target = "12345", .body = json, .about = "QL-2026-0001 办结",
//                                     .record = id}, now);
//   tx.after_commit([&worker] { worker.nudge(); });
//
//   // at the start, before the first letter can be sent (worker.hpp):
//   worker.add("hotline", {.deliver = [&](const send::Delivery& delivery) { return send::Outcome::sent(); }});
//
// What it promises: a letter is stored with the change that it tells of, or not at all. It is handed to its channel until
// the channel says sent, refused, or has failed `Rules::tries` times; a crash between delivery and the note of it delivers
// again, so a channel gives the other side the letter's id to know it by. Within one (channel, target) letters go in the
// order of their ids, one after the other; a letter that fails holds the later ones back until it is delivered or dead.
// Targets do not wait for each other. Several nodes may run a worker each on one database.
//
// Bodies are sealed at rest and are gone when delivered. `about`, `channel` and `target` are in clear: nothing private there.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/fault.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "people/sealed.hpp"
#include "store/store.hpp"

namespace tongxin::send {

using LetterId = Id<struct LetterTag>;

struct NewLetter {
  std::string channel{};  // which Deliver takes it; 1–30 of a–z _
  std::string target{};   // order is kept within it: a subscription's id, a hash of a phone number; 1–100 bytes
  std::string body{};     // what the channel needs, at most 256 KiB
  std::string about{};    // one line for people who look at dead letters; cut to 200 bytes
  RecordId record{};      // the matter that it is about, if there is one
  Time until{};           // of no use afterwards: thrown away, not dead (codes). The epoch: for ever
  bool discreet = false;  // nobody may read the body in the list of dead letters
};
// Inside a write. Throws Fault(internal) when a bound above is broken.
LetterId put(store::Tx& tx, const people::Vault& vault, IdSource& ids, RealmId realm, const NewLetter& letter,
             Time now);

// ── what a channel sees and says ──
struct Letter {
  LetterId id;
  RecordId record;
  std::string about, body;
  Time made_at{};
  int tries = 0;  // failed ones so far
};
struct Delivery {
  RealmId realm;
  const std::string& target;
  const std::vector<Letter>& letters;  // never empty; at most Channel::together, oldest first
  Time now{}, last_sent{};             // the epoch: nothing was sent to this target yet
  int failures = 0;                    // in a row, of this target
};
struct Outcome {
  enum class How { sent, later, failed, refused } how = How::sent;
  Words why{};  // of failed and refused, shown to administrators: no secrets, no private data
  Time at{};    // later: when. failed: not before (Retry-After); the epoch: as the rules say

  static Outcome sent() { return {}; }
  static Outcome later(Time at) { return {How::later, {}, at}; }  // quiet hours: counts as nothing
  static Outcome failed(Words why, Time at = {}) { return {How::failed, std::move(why), at}; }  // try again
  static Outcome refused(Words why) { return {How::refused, std::move(why), {}}; }              // dead at once
};
// Blocks; runs on a worker's thread outside any transaction. An exception counts as failed.
using Deliver = std::function<Outcome(const Delivery&)>;

// How long after the n-th failure in a row (from 1): first · 2^(n-1), at most longest, less up to half of it by chance, so
// that a thousand targets that failed together do not come back together.
struct Rules {
  int tries = 12;  // with the others as below: dead after about five hours
  milliseconds first{5'000}, longest{3'600'000};
  milliseconds lease{120'000};  // a claim of a node that died ends after it; longer than any delivery takes
};
milliseconds back_off(const Rules& rules, int failures, Random& random);

struct Channel {
  Deliver deliver;
  int together = 1;  // so many letters of one target may be made one message (a digest)
  Rules rules{};
};

// ── what people look at ──
struct DeadLetter {
  LetterId id;
  std::string channel, target;
  RecordId record;
  std::string about;
  bool discreet = false;
  Time made_at{};
  int tries = 0;
  Time failed_at{};
  std::string why_zh, why_en;
};
BOOST_DESCRIBE_STRUCT(DeadLetter, (),
                      (id, channel, target, record, about, discreet, made_at, tries, failed_at, why_zh, why_en))

// Newest first; `before` pages on.
std::vector<DeadLetter> dead_letters(store::Tx& tx, RealmId realm, LetterId before, int limit);
std::optional<DeadLetter> dead_letter(store::Tx& tx, RealmId realm, LetterId id);
// None when there is no such dead letter or it is discreet.
std::optional<std::string> dead_body(store::Tx& tx, const people::Vault& vault, RealmId realm, LetterId id);
// It waits again, with all its tries; false when it is not there (somebody was first).
bool send_again(store::Tx& tx, RealmId realm, LetterId id);
bool throw_away(store::Tx& tx, RealmId realm, LetterId id);

// Targets whose last delivery failed, the latest first.
struct Trouble {
  std::string channel, target;
  int failures = 0;
  std::optional<Time> next_try;
  Time failed_at{};
  std::string why_zh, why_en;
};
BOOST_DESCRIBE_STRUCT(Trouble, (), (channel, target, failures, next_try, failed_at, why_zh, why_en))
std::vector<Trouble> troubles(store::Tx& tx, RealmId realm, int limit);

struct LaneState {
  std::int64_t sent = 0;
  Time sent_at{};
  int failures = 0;
  Time failed_at{};
  std::string why_zh, why_en;
};
BOOST_DESCRIBE_STRUCT(LaneState, (), (sent, sent_at, failures, failed_at, why_zh, why_en))
std::optional<LaneState> lane_state(store::Tx& tx, RealmId realm, const std::string& channel,
                                    const std::string& target);
// The target is no more: its letters, waiting and dead, go with it.
void forget_target(store::Tx& tx, RealmId realm, const std::string& channel, const std::string& target);
// Letters about a record that are not delivered, dead ones too: `rewrite` is given a body and answers what shall stand there
// instead; none: it stays. One that a worker holds at this moment may go out as it was.
using Rewrite = std::function<std::optional<std::string>(const std::string& body)>;
void rewrite_letters(store::Tx& tx, const people::Vault& vault, RealmId realm, RecordId record, const Rewrite& rewrite);
// Lanes of targets that got nothing for thirty days. Daily.
void forget_idle_lanes(store::Tx& tx, RealmId realm, Time now);

}  // namespace tongxin::send
