// Updates: what happened to requests, read in windows of time; and what others say happened, as actions of the kind.
#include "base/crypto.hpp"
#include "base/id_time.hpp"
#include "base/text.hpp"
#include "record/sql.hpp"
#include "serve/open311/requests.hpp"
#include "store/by_thirty_twos.hpp"

namespace tongxin::serve::open311 {
namespace {

namespace json = boost::json;
using record::Event;
using record::Record;

constexpr int kMostUpdates = 1000, kMostLooked = 20'000;
constexpr auto kUsualWindow = std::chrono::hours{24};
constexpr auto kLongestWindow = std::chrono::days{90};

constexpr store::Sql kEventAt{"event_at", "SELECT id FROM event WHERE realm_id=$1 AND record_id=$2 AND seq=$3"};

constexpr store::Sql kTaken{"open311_update", "SELECT event_id FROM open311_update WHERE realm_id=$1 AND key=$2"};
constexpr store::Sql kAddTaken{"add_open311_update",
                               "INSERT INTO open311_update (realm_id, key, event_id, at) VALUES ($1,$2,$3,$4)"};

// ── reading ──
json::array pictures_of(const Call& call, const pack::Kind& kind, const api::EventView& event) {
  const int action = kind.action(event.action);
  const pack::Form& form = action < 0 ? kind.form : kind.actions[std::size_t(action)].form;
  json::array urls;
  for (const pack::Field& field : form.fields) {
    const json::value* value = field.type == pack::FieldType::files ? event.form.if_contains(field.name) : nullptr;
    if (value == nullptr || !value->is_array()) continue;
    for (const json::value& each : value->as_array()) {
      FileId id;
      if (each.is_string() && parse(std::string_view(each.as_string()), id)) urls.emplace_back(file_url(call, id));
    }
  }
  return urls;
}

json::object update_json(View& view, const Call& call, const Record& record, const api::EventView& event) {
  const pack::Kind& kind = view.world->kind(record.kind);
  return {{"update_id", to_text(event.id)},
          {"service_request_id", record.number},
          {"status", status_of(kind, event.to_state)},
          {"updated_datetime", to_rfc3339(event.at, view.world->zone)},
          {"description", said(kind, event, call.language())},
          {"media_url", pictures_of(call, kind, event)},
          {"external_status_code", event.to_state}};
}

struct Window {
  Time from, until;
};

Window read_window(const Call& call) {
  const Time now = call.app.clock.now();
  const auto from = time_of(call, "start_date"), until = time_of(call, "end_date");
  Window window{from ? *from : (until ? *until : now) - kUsualWindow, until ? *until : now};
  if (window.from > window.until)
    refuse("end_date", "range", words("结束时间早于开始时间", "the end lies before the beginning"));
  if (window.until - window.from > kLongestWindow)
    refuse("start_date", "range", words("一次最多查 90 天", "one call asks for at most 90 days"));
  return window;
}

// What a reader is told of each record, looked up once.
class Seen {
 public:
  explicit Seen(View& view) : view_(view) {}
  // Those of the events that come next, together.
  void expect(std::span<const Event> events) {
    std::vector<RecordId> ids;
    for (const Event& event : events)
      if (!known_.contains(event.record) && std::find(ids.begin(), ids.end(), event.record) == ids.end())
        ids.push_back(event.record);
    const auto records = view_.app.engine.look(view_.tx, view_.app.realm, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto& record = records[i];
      const bool offered = record && service_of(*view_.world->library, record->kind, record->category);
      known_[ids[i]] = {record, offered ? view_.sight_of(*record) : Sight::none};
    }
  }
  // Null: there is none.
  const std::pair<record::RecordPtr, Sight>& of(RecordId id) const { return known_.at(id); }

 private:
  View& view_;
  std::map<RecordId, std::pair<record::RecordPtr, Sight>> known_;
};

struct Updates {
  json::array list;
  std::optional<EventId> more;  // where to go on
};

// From the feed of events, the oldest first, by its key.
Updates in_window(View& view, const Call& call, const Window& window, int limit) {
  EventId after{first_id_at(window.from - std::chrono::hours{1})};
  const auto cursor = value_of(call.request, "cursor");
  if (cursor && !parse(*cursor, after))
    refuse("cursor", "format", words("游标不是本列表给出的", "this cursor is not one that this list gave"));
  const std::int64_t end = first_id_at(window.until + std::chrono::hours{1});
  Seen seen(view);
  Updates updates;
  for (int looked = 0;;) {
    const auto events = view.tx.all<Event>(record::sql::kFeed, view.app.realm, after, 500);
    if (events.empty()) return updates;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      constexpr std::size_t kTogether = store::kIdsAtOnce;
      if (i % kTogether == 0) seen.expect(std::span(events).subspan(i, std::min(kTogether, events.size() - i)));
      if (event.id.value >= end) return updates;
      if (++looked > kMostLooked || int(updates.list.size()) == limit) {
        updates.more = after;
        return updates;
      }
      after = event.id;
      const pack::Kind* kind = view.world->library->kind(event.kind);
      if (kind == nullptr || !kind->open311 || event.at < window.from || event.at > window.until) continue;
      const auto& [record, sight] = seen.of(event.record);
      if (sight == Sight::none || event.action == "create") continue;
      if (const auto told = view.event(*record, event, sight))
        updates.list.push_back(update_json(view, call, *record, *told));
    }
  }
}

json::array of_one(View& view, const Call& call, std::string_view number) {
  Sight sight{};
  const Record record = need_record(view, number, sight);
  json::array list;
  int last = 0;
  auto events = view.timeline(record, sight, std::numeric_limits<int>::max(), 200, last);
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    if (event->action != "create") list.push_back(update_json(view, call, record, *event));
  return list;
}

// ── writing ──
std::string normal_status(std::string text) {
  for (char& c : text) c = c == ' ' || c == '-' ? '_' : c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return text.starts_with("FIXED") ? "FIXED" : text;
}

const pack::Offer::Update& need_line(const Call& call, View& view, const pack::Kind& kind, const Record& record,
                                     const std::string& status) {
  const auto possible = call.app.engine.available(view.tx, *view.world, view.actor(), record, view.now);
  for (const pack::Offer::Update& line : kind.open311->updates) {
    const bool named = std::find(line.statuses.begin(), line.statuses.end(), status) != line.statuses.end();
    if ((named || line.statuses.empty()) && std::find(possible.begin(), possible.end(), line.action) != possible.end())
      return line;
  }
  throw Fault(Code::not_now, words("现在不能这样更新：{}（{}）", "this update cannot be taken now: {} ({})", status,
                                   state_label(kind, record.state).in(call.language())));
}

Response receipt(const Call& call, EventId event) {
  return document(call.format, "service_request_updates", json::array{json::object{{"update_id", to_text(event)}}});
}

Response apply(const Call& call, store::Tx& tx, const Caller& holder, const Media& media, const std::string& key) {
  // A repetition is answered as before, whatever has happened since.
  if (const auto taken = key.empty() ? std::nullopt : tx.one<EventId>(kTaken, call.app.realm, key))
    return receipt(call, *taken);
  View view(call.app, tx, holder);
  const auto number = value_of(call.request, "service_request_id");
  if (!number) refuse("service_request_id", "required", words("缺少 service_request_id", "it is missing"));
  Sight sight{};
  const Record record = need_record(view, *number, sight);
  const pack::Kind& kind = view.world->kind(record.kind);
  const std::string status = normal_status(value_of(call.request, "status").value_or("UNCHANGED"));
  const pack::Offer::Update& chosen = need_line(call, view, kind, record, status);
  json::object form = chosen.form;
  const std::string text = with_links(value_of(call.request, "description").value_or(""), media, call.language());
  if (!chosen.text.empty() && !text.empty()) form[chosen.text] = text;
  attach(tx, call, media, holder.actor.person, form, chosen.media);
  const std::string& action = kind.actions[std::size_t(chosen.action)].name;
  const auto outcome =
      call.app.engine.act(tx, call.app.realm, holder.actor, record.id, action, form, std::nullopt, view.now);
  const EventId event = tx.one<EventId>(kEventAt, call.app.realm, record.id, outcome.seq).value();
  if (!key.empty()) tx.run(kAddTaken, call.app.realm, key, event, view.now);
  return receipt(call, event);
}

}  // namespace

Response update_list(const Call& call) {
  need_jurisdiction(call);
  const Window window = read_window(call);
  const int limit = integer_of(call.request, "page_size", 1, kMostUpdates).value_or(kMostUpdates);
  return call.app.store.read([&](store::Tx& tx) {
    View view(call.app, tx, holder_of_key(call, tx, false));
    if (const auto number = value_of(call.request, "service_request_id"))
      return document(call.format, "service_request_updates", of_one(view, call, *number));
    const Updates updates = in_window(view, call, window, limit);
    // A reader that cannot go on must not believe that this was all.
    if (updates.more && !value_of(call.request, "page_size") && !value_of(call.request, "cursor"))
      refuse("start_date", "range",
             words("这段时间的更新超过 {} 条，请缩短时间，或给出 page_size 并按 Link 翻页",
                   "more than {} updates in that time: ask for less, or give page_size and follow Link", kMostUpdates));
    Response response = document(call.format, "service_request_updates", updates.list);
    if (updates.more)
      response.headers.emplace_back(
          "link", fmt::format("<{}?start_date={}&end_date={}&page_size={}&cursor={}>; rel=\"next\"",
                              absolute(call, call.request.path), percent_encode(to_rfc3339(window.from)),
                              percent_encode(to_rfc3339(window.until)), limit, to_text(*updates.more)));
    return response;
  });
}

Response take_update(const Call& call) {
  need_jurisdiction(call);
  App& app = call.app;
  const Caller holder = app.store.read([&](store::Tx& tx) { return holder_of_key(call, tx, true); });
  const auto id = value_of(call.request, "update_id");
  const std::string key =
      id ? hex(as_text(digest(fmt::format("{}|{}|{}", holder.actor.person.value,
                                          value_of(call.request, "service_request_id").value_or(""), *id))))
         : std::string{};
  const Media media = take_media(call, holder.actor.person, key);
  return app.store.write([&](store::Tx& tx) { return apply(call, tx, holder, media, key); });
}

}  // namespace tongxin::serve::open311
