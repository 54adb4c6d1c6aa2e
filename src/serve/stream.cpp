#include "serve/stream.hpp"

#include <map>

#include "aspect/roster/roster.hpp"
#include "record/change.hpp"
#include "record/sql.hpp"
#include "serve/lists.hpp"
#include "serve/record_routes.hpp"

namespace tongxin::serve {
namespace {

constexpr std::size_t kRemembered = 8192, kKeptBack = 1000;
constexpr int kMissed = 1000;
constexpr int kLooksPerRecheck = 120;    // of 500 ms: a minute
constexpr std::size_t kRechecked = 200;  // streams in one transaction
// Ids are made before the commit: on a server with several writers an older id may become visible after a newer one.
constexpr std::int64_t kOverlap = std::int64_t{3000} << 21;
template <class T>
T a_little_before(T seen) {
  if constexpr (std::is_integral_v<T>)
    return std::max<T>(0, seen - kOverlap);
  else
    return T{a_little_before(seen.value)};
}
constexpr int kMost = 5000;  // that one look finds
constexpr store::Sql kMessagesSince{"messages_since",
                                    "SELECT m.person_id, m.id, m.record_id, m.at, m.text_zh, m.text_en, "
                                    "coalesce(r.number, '') FROM message m LEFT JOIN "
                                    "record r ON r.realm_id = m.realm_id AND r.id = m.record_id WHERE m.realm_id=$1 "
                                    "AND m.id > $2 ORDER BY m.id LIMIT $3"};
constexpr store::Sql kMessagesTo{"messages_to",
                                 "SELECT m.id, m.record_id, m.at, m.text_zh, m.text_en, m.read_at, "
                                 "coalesce(r.number, '') FROM message m LEFT JOIN record r ON r.realm_id = m.realm_id "
                                 "AND r.id = m.record_id WHERE m.realm_id=$1 AND m.person_id=$2 AND m.id > $3 "
                                 "ORDER BY m.id LIMIT $4"};
constexpr store::Sql kLastMessage{"last_message", "SELECT id FROM message WHERE realm_id=$1 ORDER BY id DESC LIMIT 1"};

record::Notice notice_of(store::Tx& tx, const record::World& world, const record::Event& event,
                         const record::Record& record) {
  auto notice = record::notice_of(tx, world, record, event.id, event.action, event.actor, event.at);
  notice.state = event.to_state;
  return notice;
}

// A rule with a condition cannot be asked without the record: then only the id is told, and the page asks.
bool sees_by_condition(const record::World& world, const std::string& kind) {
  const pack::Kind* found = world.library->kind(kind);
  return found == nullptr ||
         std::any_of(found->see.begin(), found->see.end(), [](const pack::Who& who) { return who.when.has_value(); });
}

}  // namespace

// ── the hub ──
Hub::~Hub() {
  stopping_ = true;
  if (tail_.joinable()) tail_.join();
}

// A message of another node, as the page gets one: with an id in the order of events, so that it can come back behind it.
void Hub::add_messages(store::Tx& tx, RealmId realm, std::vector<record::Notice>& news) {
  std::int64_t last = seen_message_;
  tx.each(
      kMessagesSince,
      [&](const store::Row& row) {
        last = std::max(last, row.integer(1));
        std::lock_guard lock(mutex_);
        if (told_.contains(EventId{row.integer(1)})) return;
        record::Notice notice{};
        notice.realm = realm, notice.event = EventId{row.integer(1)}, notice.record = row.get<RecordId>(2);
        notice.at = row.get<Time>(3), notice.number = row.get<std::string>(6);
        notice.told.push_back(
            {row.get<PersonId>(0), row.integer(1), {row.get<std::string>(4), row.get<std::string>(5)}});
        news.push_back(std::move(notice));
      },
      realm, a_little_before(seen_message_), kMost);
  seen_message_ = last;
}

// Whose roster was changed on another node: each record once in a look.
void Hub::add_stirred(store::Tx& tx, record::Engine& engine, const record::World& world,
                      std::vector<record::Notice>& news) {
  std::map<RecordId, aspect::roster::Stirred> newest;
  for (const auto& each : aspect::roster::stirred(tx, world.realm, a_little_before(seen_turn_), kMost)) {
    seen_turn_ = std::max(seen_turn_, each.event);
    std::lock_guard lock(mutex_);
    if (told_.contains(each.event)) continue;
    const auto [at, first] = newest.try_emplace(each.record, each);
    if (first) continue;
    is_news(at->second.event);  // told by the one that came after it
    at->second = each;
  }
  for (const auto& [id, each] : newest)
    if (const auto record = engine.look(tx, world.realm, id))
      news.push_back(record::notice_of(tx, world, *record, each.event, "roster", each.actor, each.at));
}

bool Hub::is_news(EventId event) {
  if (!told_.insert(event).second) return false;
  told_in_order_.push_back(event);
  if (told_in_order_.size() > kRemembered) told_.erase(told_in_order_.front()), told_in_order_.pop_front();
  return true;
}

void Hub::publish(const record::Notice& notice) {
  std::vector<std::shared_ptr<StreamListener>> listeners;
  {
    std::lock_guard lock(mutex_);
    if (!is_news(notice.event)) return;
    for (const record::Notice::Message& told : notice.told)
      if (told.id != notice.event.value) is_news(EventId{told.id});
    std::erase_if(listeners_, [](const auto& each) { return each->gone(); });
    listeners = listeners_;
  }
  ChangeTexts texts;
  for (const auto& each : listeners) each->hear(notice, texts);
}

void Hub::add(std::shared_ptr<StreamListener> listener) {
  std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const auto& each) { return each->gone(); });
  listeners_.push_back(std::move(listener));
}

std::size_t Hub::listeners() const {
  std::lock_guard lock(mutex_);
  return listeners_.size();
}

void Hub::look(store::Store& store, record::Engine& engine, RealmId realm) {
  std::vector<record::Notice> news;
  bool changed = false;
  store.read([&](store::Tx& tx) {
    if (!seen_until_) {
      seen_until_ = tx.one<EventId>(record::sql::kLastEvent, realm).value_or(EventId{});
      // What stands in the overlap already is not news for the next look either.
      std::lock_guard lock(mutex_);
      for (const record::Event& event :
           tx.all<record::Event>(record::sql::kFeed, realm, a_little_before(*seen_until_), kMost))
        is_news(event.id);
      seen_turn_ = aspect::roster::last_stirred(tx, realm);
      for (const auto& each : aspect::roster::stirred(tx, realm, a_little_before(seen_turn_), kMost))
        is_news(each.event);
      seen_message_ = tx.one<std::int64_t>(kLastMessage, realm).value_or(0);
      tx.each(
          kMessagesSince, [&](const store::Row& row) { is_news(EventId{row.integer(1)}); }, realm,
          a_little_before(seen_message_), kMost);
      return;
    }
    const auto world = engine.worlds().current(tx, realm);
    changed = seen_world_ && seen_world_ != world;
    seen_world_ = world;
    for (const record::Event& event :
         tx.all<record::Event>(record::sql::kFeed, realm, a_little_before(*seen_until_), kMost)) {
      seen_until_ = std::max(*seen_until_, event.id);
      {
        std::lock_guard lock(mutex_);
        if (told_.contains(event.id)) continue;
      }
      if (const auto record = engine.find(tx, realm, event.record))
        news.push_back(notice_of(tx, *world, event, *record));
    }
    add_stirred(tx, engine, *world, news);
    add_messages(tx, realm, news);
  });
  if (changed) recheck(store);  // before the news: they are for those who may hear them now
  for (const record::Notice& each : news) publish(each);
}

void Hub::recheck(store::Store& store) {
  std::vector<std::shared_ptr<StreamListener>> listeners;
  {
    std::lock_guard lock(mutex_);
    listeners = listeners_;
  }
  for (std::size_t from = 0; from < listeners.size(); from += kRechecked)
    store.read([&](store::Tx& tx) {
      for (std::size_t i = from; i < std::min(from + kRechecked, listeners.size()); ++i) listeners[i]->recheck(tx);
    });
}

void Hub::tail(store::Store& store, record::Engine& engine, RealmId realm) {
  tail_ = std::thread([this, &store, &engine, realm] {
    for (int looks = 1; !stopping_; ++looks) {
      try {
        look(store, engine, realm);
        if (looks % kLooksPerRecheck == 0) recheck(store);
      } catch (const std::exception&) {  // the store is away: the next look will tell
      }
      std::this_thread::sleep_for(milliseconds{500});
    }
  });
}

// ── one page ──
record::WorldPtr StreamListener::world() const {
  std::lock_guard lock(mutex_);
  return standing_.world;
}

bool StreamListener::concerns(const record::Notice& notice) const {
  std::lock_guard lock(mutex_);
  return std::any_of(notice.scopes.begin(), notice.scopes.end(), [&](std::int64_t scope) {
    return standing_.scopes.contains({scope, {}}) || standing_.scopes.contains({scope, notice.kind});
  });
}

void StreamListener::recheck(store::Tx& tx) {
  try {
    Standing now = ask_(tx);
    std::lock_guard lock(mutex_);
    if (now.scopes == standing_.scopes) {
      standing_.world = std::move(now.world);  // the names in it
      return;
    }
  } catch (const Fault& fault) {
    if (fault.code() != Code::unauthorized && fault.code() != Code::forbidden) throw;
  }
  end();
}

void StreamListener::end() {
  std::lock_guard lock(mutex_);
  ended_ = true;
  if (stream_) stream_->close();
}

std::string StreamListener::change_text(const record::Notice& notice) const {
  const record::WorldPtr world = this->world();
  const bool blind = sees_by_condition(*world, notice.kind);
  api::RecordChange change{notice.record,
                           notice.kind,
                           blind ? "" : notice.number,
                           blind ? "" : notice.title,
                           notice.state,
                           staff_ ? notice.action : "",
                           notice.version,
                           notice.open,
                           std::nullopt,
                           notice.at};
  if (const std::string_view name = world->directory->name_of(notice.actor); staff_ && notice.actor && !name.empty())
    change.actor = api::PersonRef{notice.actor, std::string(name)};
  return to_json(change);
}

void StreamListener::hear(const record::Notice& notice, ChangeTexts& texts) {
  if (concerns(notice)) {
    std::string& text = texts[{world(), staff_}];
    if (text.empty()) text = change_text(notice);
    send({to_text(notice.event), "record", text});
  }
  for (const record::Notice::Message& told : notice.told)
    if (told.person == person_)
      send({id_text(told.id), "message",
            to_json(api::MessageView{id_text(told.id), notice.at, told.text, notice.record, notice.number, false})});
}

void StreamListener::send(Missed event) {
  std::lock_guard lock(mutex_);
  if (stream_) return stream_->send(event.id, event.event, event.data);
  if (kept_.size() < kKeptBack)
    kept_.push_back(std::move(event));
  else
    overflown_ = true;
}

void StreamListener::go_live(std::shared_ptr<EventStream> stream, const std::vector<Missed>& missed) {
  std::lock_guard lock(mutex_);
  stream_ = std::move(stream);
  if (ended_) return stream_->close();
  std::set<std::string> sent;
  for (const Missed& each : missed) stream_->send(each.id, each.event, each.data), sent.insert(each.id + each.event);
  for (const Missed& each : kept_)
    if (!sent.contains(each.id + each.event)) stream_->send(each.id, each.event, each.data);
  if (overflown_) stream_->send("", "reset", "{}");
  kept_.clear();
}

bool StreamListener::gone() const {
  std::lock_guard lock(mutex_);
  return (stream_ && stream_->closed()) || ((overflown_ || ended_) && !stream_);
}

// ── the route ──
namespace {

std::set<StreamListener::Scope> scopes_of_caller(const View& view) {
  std::set<StreamListener::Scope> scopes{{view.actor().person.value, {}}};
  for (const people::Post& post : view.world->directory->posts_of(view.actor().person))
    if (people::live(post, view.today())) scopes.insert({post.org.value, {}});
  if (!view.caller.staff) return scopes;
  Wanted wanted;
  wanted.list = Wanted::List::area;
  for (const ListScope& each : scopes_of(view, wanted)) scopes.insert({each.scope, each.list});
  return scopes;
}

// By the ids that changes and messages share.
using MissedInOrder = std::multimap<std::int64_t, StreamListener::Missed>;

// False: too many to be told.
bool add_missed_messages(View& view, EventId from, EventId since, MissedInOrder& missed) {
  int found = 0;
  view.tx.each(
      kMessagesTo,
      [&](const store::Row& row) {
        ++found;
        const std::int64_t id = row.integer(0);
        if (id == since.value) return;
        const api::MessageView message{
            id_text(id),          row.get<Time>(2),        {row.get<std::string>(3), row.get<std::string>(4)},
            row.get<RecordId>(1), row.get<std::string>(6), row.get<std::optional<Time>>(5).has_value()};
        missed.emplace(id, StreamListener::Missed{id_text(id), "message", to_json(message)});
      },
      view.app.realm, view.actor().person, from, kMissed + 1);
  return found <= kMissed;
}

// What happened since the reader was last here, as far as it may be seen, and what the reader was told; a reset when it is
// too much.
std::vector<StreamListener::Missed> missed_since(View& view, const StreamListener& listener, EventId since) {
  MissedInOrder missed;
  const EventId from = view.app.store.engine() == store::Store::Engine::postgresql ? a_little_before(since) : since;
  const auto events = view.tx.all<record::Event>(record::sql::kFeed, view.app.realm, from, kMissed + 1);
  if (events.size() > kMissed || !add_missed_messages(view, from, since, missed)) {
    const auto last = view.tx.one<EventId>(record::sql::kLastEvent, view.app.realm).value_or(since);
    return {{to_text(std::max(last, since)), "reset", "{}"}};
  }
  for (const record::Event& event : events) {
    const auto record = event.id == since ? std::nullopt : view.app.engine.find(view.tx, view.app.realm, event.record);
    const Sight sight = record ? view.sight_of(*record) : Sight::none;
    if (sight == Sight::none || sight == Sight::open) continue;
    missed.emplace(event.id.value,
                   StreamListener::Missed{to_text(event.id), "record",
                                          listener.change_text(notice_of(view.tx, *view.world, event, *record))});
  }
  std::vector<StreamListener::Missed> in_order;
  in_order.reserve(missed.size());
  for (auto& [id, each] : missed) in_order.push_back(std::move(each));
  return in_order;
}

Answer stream(App& app, const Request& request) {
  EventId since;
  if (const std::string_view last = request.header("last-event-id"); !last.empty() && !parse(last, since))
    throw Fault(Code::bad_request, words("Last-Event-ID 不对", "the Last-Event-ID is wrong"));
  std::shared_ptr<StreamListener> listener;
  const StreamListener::Ask ask = [&app, request](store::Tx& tx) -> StreamListener::Standing {
    const View view(app, tx, signed_in_caller(app, tx, request));
    return {view.world, scopes_of_caller(view)};
  };
  app.store.read([&](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    listener = std::make_shared<StreamListener>(caller.actor.person, caller.staff, ask(tx), ask);
  });
  app.hub.add(listener);  // from here on nothing is missed
  std::vector<StreamListener::Missed> missed;
  if (since)
    app.store.read([&](store::Tx& tx) {
      View view(app, tx, signed_in_caller(app, tx, request));
      missed = missed_since(view, *listener, since);
    });
  return Answer::stream([listener, missed = std::move(missed)](std::shared_ptr<EventStream> opened) {
    listener->go_live(std::move(opened), missed);
  });
}

}  // namespace

void add_stream_routes(App& app, Api& api) {
  app.engine.on_change([&hub = app.hub](const record::Notice& notice) { hub.publish(notice); });
  api.add({.method = Method::get,
           .path = "/v1/stream",
           .handler = [&app](const Request& request) { return stream(app, request); }},
          "变化的推送：record（RecordChange）、message（MessageView）、reset（请重新读取）/ changes as they happen")
      .header("Last-Event-ID",
              "从此之后继续，错过的 record 与 message 按先后补发 / go on behind it: the records and messages "
              "that were missed come first, in their order")
      .media("text/event-stream")
      .event<api::RecordChange>("record", "事项有了变化 / a record has changed")
      .event<api::MessageView>("message", "给本人的消息 / a message to the reader")
      .event<Nothing>("reset", "错过太多，请重新读取 / too much was missed: read anew");
}

}  // namespace tongxin::serve
