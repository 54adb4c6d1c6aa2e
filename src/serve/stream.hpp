// Event streams: who listens to what.
//
// The engine tells the hub of every durable change of this node; the hub passes it to those whose lists it touches. Nodes
// that share a PostgreSQL learn of each other's changes by tailing the feed of events. A change may be told twice (by both
// ways, or after coming back with Last-Event-ID); it is never left out for one who keeps listening. Messages and what is done to
// rosters are tailed alike.
//
// A stream lives no longer than the right to it: when posts, places or the session of its reader have changed, it is closed,
// and the page comes back with Last-Event-ID and what it may read by then.
//
// Thread-safe. publish() runs on the store's writing thread and only queues bytes.
#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_set>
#include <vector>

#include "record/engine.hpp"
#include "serve/app.hpp"

namespace tongxin::serve {

class StreamListener;

class Hub {
 public:
  Hub() = default;
  ~Hub();
  Hub(const Hub&) = delete;

  void publish(const record::Notice& notice);
  void add(std::shared_ptr<StreamListener> listener);
  std::size_t listeners() const;

  // Looks at the feed every 500 ms until the hub is gone. The first look only finds the end of it. Rights are asked again
  // when the realm's places or posts changed, and once a minute.
  void tail(store::Store& store, record::Engine& engine, RealmId realm);
  // One look; what tail() does each time.
  void look(store::Store& store, record::Engine& engine, RealmId realm);
  // Closes the streams whose readers may no longer read what they listen to.
  void recheck(store::Store& store);

 private:
  bool is_news(EventId event);
  void add_stirred(store::Tx& tx, record::Engine& engine, const record::World& world,
                   std::vector<record::Notice>& news);
  void add_messages(store::Tx& tx, RealmId realm, std::vector<record::Notice>& news);

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<StreamListener>> listeners_;
  std::unordered_set<EventId> told_;  // the newest few thousand events and messages
  std::deque<EventId> told_in_order_;
  std::optional<EventId> seen_until_;  // of the feed
  EventId seen_turn_;                  // of what was done to slots
  std::int64_t seen_message_ = 0;      // of the messages
  record::WorldPtr seen_world_;        // as of the last look
  std::atomic<bool> stopping_{false};
  std::thread tail_;
};

// What listeners of one world are told of one change, by whether they are staff.
using ChangeTexts = std::map<std::pair<record::WorldPtr, bool>, std::string>;

// One open page. Until it goes live, news are kept back, so that what was missed can be sent first.
class StreamListener {
 public:
  // Scopes with the kinds that are read in them; no kind: every kind.
  struct Scope {
    std::int64_t scope = 0;
    std::string kind;
    auto operator<=>(const Scope&) const = default;
  };
  // What its reader may hear, as of one moment.
  struct Standing {
    record::WorldPtr world;
    std::set<Scope> scopes;
  };
  // Throws Fault when the reader is no longer signed in.
  using Ask = std::function<Standing(store::Tx&)>;
  StreamListener(PersonId person, bool staff, Standing standing, Ask ask)
      : person_(person), staff_(staff), standing_(std::move(standing)), ask_(std::move(ask)) {}

  // `texts`: of this notice, so far; whoever hears the same is told the same, and it is written once.
  void hear(const record::Notice& notice, ChangeTexts& texts);
  struct Missed {
    std::string id, event, data;
  };
  void go_live(std::shared_ptr<EventStream> stream, const std::vector<Missed>& missed);
  void recheck(store::Tx& tx);
  bool gone() const;
  std::string change_text(const record::Notice& notice) const;

 private:
  bool concerns(const record::Notice& notice) const;
  void send(Missed event);
  void end();
  record::WorldPtr world() const;

  const PersonId person_;
  const bool staff_;
  mutable std::mutex mutex_;
  Standing standing_;
  const Ask ask_;
  std::shared_ptr<EventStream> stream_;
  std::vector<Missed> kept_;
  bool overflown_ = false, ended_ = false;
};

}  // namespace tongxin::serve
