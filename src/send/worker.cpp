#include "send/worker.hpp"

#include <algorithm>

#include "send/sql.hpp"

namespace tongxin::send {
namespace {

constexpr int kSortedTogether = 500;
constexpr auto kLook = std::chrono::seconds{1};
constexpr std::string_view kField = "outbox";

struct Fresh {
  LetterId id;
  std::string channel, target;
};
BOOST_DESCRIBE_STRUCT(Fresh, (), (id, channel, target))

struct Claimed {
  std::string target;
  int failures = 0;
  std::int64_t sent = 0;
  Time sent_at{};
};
BOOST_DESCRIBE_STRUCT(Claimed, (), (target, failures, sent, sent_at))

struct Row {
  LetterId id;
  RecordId record;
  std::string about;
  store::Bytes body;
  Time made_at{}, until{};
  int tries = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (), (id, record, about, body, made_at, until, tries))

}  // namespace

// A target that this worker holds, and the letters that go to it next.
struct Worker::Held {
  const std::string& channel_name;
  const Channel& channel;
  std::int64_t claim = 0;
  std::string target;
  int failures = 0;
  Time last_sent{};
  std::vector<Letter> letters{};
};

void Worker::start(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Worker::nudge() {
  {
    const std::lock_guard lock(mutex_);
    ++nudges_;
  }
  changed_.notify_all();
}

void Worker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::uint64_t seen = nudges_;
    lock.unlock();
    try {
      run_once();
    } catch (const std::exception& error) {  // the store is away: the next look will tell
      if (parts_.log) parts_.log(std::string("the outbox could not be looked at: ") + error.what());
    }
    lock.lock();
    changed_.wait_for(lock, kLook, [&] { return stopping_ || nudges_ != seen; });
  }
}

int Worker::run_once() {
  int handed = 0;
  while (is_due()) {
    sort_fresh();
    bool any = false;
    for (const auto& [name, channel] : channels_) {
      if (auto held = claim(name, channel)) {
        any = true;
        handed += serve(std::move(*held));
      }
      const std::lock_guard lock(mutex_);
      if (stopping_) return handed;
    }
    if (!any) break;  // others are at it
  }
  return handed;
}

bool Worker::is_due() {
  const Time now = parts_.clock.now();
  return parts_.store.read([&](store::Tx& tx) {
    if (!tx.all<Fresh>(sql::kFresh, parts_.realm, 1).empty()) return true;
    return std::any_of(channels_.begin(), channels_.end(), [&](const auto& each) {
      return tx.one<int>(sql::kDueLane, parts_.realm, each.first, now).has_value();
    });
  });
}

void Worker::sort_fresh() {
  const Time now = parts_.clock.now();
  int sorted = kSortedTogether;
  while (sorted == kSortedTogether)
    sorted = parts_.store.write([&](store::Tx& tx) {
      const auto fresh = tx.all<Fresh>(sql::kFresh, parts_.realm, kSortedTogether);
      // Letters first, then lanes: whoever frees a lane meanwhile sees both or neither.
      std::vector<std::pair<std::string, std::string>> lanes;
      for (const Fresh& each : fresh)
        if (tx.run(sql::kSorted, parts_.realm, each.id) == 1) lanes.emplace_back(each.channel, each.target);
      std::sort(lanes.begin(), lanes.end());
      lanes.erase(std::unique(lanes.begin(), lanes.end()), lanes.end());
      for (const auto& [channel, target] : lanes) tx.run(sql::kWakeLane, parts_.realm, channel, target, now);
      return int(fresh.size());
    });
}

std::optional<Worker::Held> Worker::claim(const std::string& name, const Channel& channel) {
  const Time now = parts_.clock.now();
  const std::int64_t claim = parts_.ids.next();
  return parts_.store.write([&](store::Tx& tx) -> std::optional<Held> {
    const auto lane = tx.one<Claimed>(sql::kClaim, parts_.realm, name, now, claim, now + channel.rules.lease);
    if (!lane) return std::nullopt;
    Held held{name, channel, claim, lane->target, lane->failures, lane->sent_at};
    next_letters(tx, held, now);
    return held;
  });
}

// The next letters of the target. When there are none it is let go: false.
bool Worker::next_letters(store::Tx& tx, Held& held, Time now) {
  held.letters.clear();
  while (held.letters.empty()) {
    const auto rows = tx.all<Row>(sql::kNext, parts_.realm, held.channel_name, held.target, held.channel.together);
    if (rows.empty()) {
      tx.run(sql::kRelease, parts_.realm, held.channel_name, held.target, std::optional<Time>{});
      return false;
    }
    for (const Row& row : rows) {
      if (row.until != Time{} && row.until <= now)
        tx.run(sql::kGone, parts_.realm, row.id);
      else
        held.letters.push_back({row.id, row.record, row.about,
                                parts_.vault.open(parts_.realm, row.id.value, kField, row.body), row.made_at,
                                row.tries});
    }
  }
  return true;
}

int Worker::serve(Held held) {
  int handed = 0;
  while (!held.letters.empty()) {
    const auto outcome = deliver(held);
    if (outcome.how != Outcome::How::later) handed += int(held.letters.size());
    if (!settle(held, outcome)) break;
    const std::lock_guard lock(mutex_);
    if (stopping_) break;  // the claim ends with its lease
  }
  return handed;
}

Outcome Worker::deliver(const Held& held) {
  try {
    return held.channel.deliver(
        {parts_.realm, held.target, held.letters, parts_.clock.now(), held.last_sent, held.failures});
  } catch (const Fault& fault) {
    return Outcome::failed(fault.say());
  } catch (const std::exception& error) {
    if (parts_.log) parts_.log(fmt::format("channel {}: {}", held.channel_name, error.what()));
    return Outcome::failed(words("发送时出错", "something went wrong while sending"));
  }
}

milliseconds Worker::jittered(const Rules& rules, int failures) {
  const std::lock_guard lock(random_mutex_);
  return back_off(rules, failures, random_);
}

void Worker::settle_failed(store::Tx& tx, const Held& held, const Outcome& outcome, Time now) {
  const Rules& rules = held.channel.rules;
  const int tries = outcome.how == Outcome::How::refused ? 0 : rules.tries;
  const bool dead = std::any_of(held.letters.begin(), held.letters.end(),
                                [&](const Letter& letter) { return letter.tries + 1 >= tries; });
  for (const Letter& letter : held.letters)
    tx.run(sql::kTried, parts_.realm, letter.id, tries, now, outcome.why.zh, outcome.why.en);
  tx.run(sql::kCountFailed, parts_.realm, held.channel_name, held.target, now, outcome.why.zh, outcome.why.en);
  // What comes after a dead letter has tries of its own, but a target that is down is not asked faster for that.
  const int failures = outcome.how == Outcome::How::refused ? 1 : held.failures + 1;
  Time at = std::max(now + jittered(rules, failures), outcome.at);
  if (dead && outcome.how == Outcome::How::refused) at = now;
  const bool more = !tx.all<Row>(sql::kNext, parts_.realm, held.channel_name, held.target, 1).empty();
  tx.run(sql::kRelease, parts_.realm, held.channel_name, held.target, more ? std::optional(at) : std::nullopt);
}

// Writes down what became of the letters; true when the target is still held and has more.
bool Worker::settle(Held& held, const Outcome& outcome) {
  const Time now = parts_.clock.now();
  Held next = parts_.store.write([&](store::Tx& tx) {
    Held after = held;  // the closure may run again
    after.letters.clear();
    const auto still = tx.one<int>(sql::kHold, parts_.realm, held.channel_name, held.target, held.claim,
                                   now + held.channel.rules.lease);
    if (!still) return after;  // the lease ended and somebody else took over: the letters are theirs
    switch (outcome.how) {
      case Outcome::How::sent:
        for (const Letter& letter : held.letters) tx.run(sql::kGone, parts_.realm, letter.id);
        tx.run(sql::kCountSent, parts_.realm, held.channel_name, held.target, held.letters.size(), now);
        after.last_sent = now;
        after.failures = 0;
        next_letters(tx, after, now);
        break;
      case Outcome::How::later:
        tx.run(sql::kRelease, parts_.realm, held.channel_name, held.target,
               std::optional(std::max(outcome.at, now + kLook)));
        break;
      default: settle_failed(tx, held, outcome, now);
    }
    return after;
  });
  held.letters = std::move(next.letters);
  held.failures = next.failures;
  held.last_sent = next.last_sent;
  return !held.letters.empty();
}

}  // namespace tongxin::send
