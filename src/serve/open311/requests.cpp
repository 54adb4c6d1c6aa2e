#include "serve/open311/requests.hpp"

#include <cmath>
#include <set>

#include "base/csv.hpp"
#include "base/id_time.hpp"
#include "base/text.hpp"
#include "record/sql.hpp"
#include "serve/lists.hpp"
#include "serve/scope_merge.hpp"
#include "store/by_thirty_twos.hpp"

namespace tongxin::serve::open311 {
namespace {

namespace json = boost::json;
using record::Record;

constexpr int kMostInFile = 5000, kMostRequests = 1000, kMostExtended = 100, kMostLooked = 5000, kMostIds = 200,
              kMostChanges = 20'000;
constexpr auto kLongestWindow = std::chrono::days{90};
constexpr auto kSlack = std::chrono::hours{1};  // between an id's time and created_at, where clocks of nodes differ

// ── one request ──
json::value text_or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::array notes_of(View& view, const pack::Kind& kind, const Record& record, Sight sight) {
  json::array notes;
  int last = 0;
  for (const api::EventView& event : view.timeline(record, sight, std::numeric_limits<int>::max(), 50, last)) {
    const Language language = view.caller.language;
    notes.push_back({{"datetime", to_rfc3339(event.at, view.world->zone)},
                     {"description", said(kind, event, language)},
                     {"type", event.action}});
  }
  return notes;
}

json::array attributes_json(View& view, const Service& service, const Record& record, Sight sight) {
  const json::object fields = view.fields(record, sight);
  json::array attributes;
  for (const pack::Field* field : attribute_fields(service))
    if (const json::value* value = fields.if_contains(field->name))
      attributes.push_back(
          {{"code", field->name}, {"label", field->label.in(view.caller.language)}, {"value", *value}});
  return attributes;
}

// Where it stands in the words of the CitySDK dialect.
const char* detailed_status(const pack::Kind& kind, const std::string& name) {
  const int state = kind.state(name);
  if (state < 0) return "RECEIVED";
  switch (kind.states[std::size_t(state)].display) {
    case pack::Display::waiting: return "RECEIVED";
    case pack::Display::done: return kind.states[std::size_t(state)].final ? "ARCHIVED" : "PROCESSED";
    case pack::Display::ended: return "REJECTED";
    default: return "IN_PROCESS";
  }
}

// ── the list ──
struct Asked {
  std::vector<Service> services;  // empty: all
  std::optional<bool> open;
  std::optional<Time> from, until, updated_after, updated_before;
  std::optional<std::string> q;
  std::optional<double> lat, lon, radius;
  AreaId below_area;  // CitySDK: service_object_type=area, service_object_id
  bool extended = false;
  int page = 1, page_size = kMostRequests;
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
};

void read_window(const Call& call, Asked& asked) {
  const auto from = time_of(call, "start_date"), until = time_of(call, "end_date");
  asked.updated_after = time_of(call, "updated_after");
  asked.updated_before = time_of(call, "updated_before");
  const bool by_update = asked.updated_after || asked.updated_before;
  if (by_update && !from && !until) return;
  asked.until = until ? *until : from ? std::min(*from + kLongestWindow, call.app.clock.now()) : call.app.clock.now();
  asked.from = from ? *from : *asked.until - kLongestWindow;
  if (*asked.from > *asked.until)
    refuse("end_date", "range", words("结束时间早于开始时间", "the end lies before the beginning"));
  if (*asked.until - *asked.from > kLongestWindow)
    refuse("start_date", "range", words("一次最多查 90 天", "one call asks for at most 90 days"));
}

void read_status(const Call& call, Asked& asked) {
  bool open = false, closed = false;
  for (const std::string& each : list_of(call.request, "status")) {
    const std::string status = fold(each);
    if (status != "open" && status != "closed")
      refuse("status", "enum", words("应为 open 或 closed", "expected open or closed"));
    (status == "open" ? open : closed) = true;
  }
  if (open != closed) asked.open = open;
}

// The objects that requests are about here are places.
void read_object(const Call& call, Asked& asked) {
  const auto type = value_of(call.request, "service_object_type"), id = value_of(call.request, "service_object_id");
  if (!type && !id) return;
  if (!type || fold(*type) != "area" || !id || !parse(*id, asked.below_area))
    refuse("service_object_type", "enum",
           words("应为 area，并带 service_object_id（即 address_id）",
                 "expected area, with a service_object_id (an address_id)"));
}

Asked read_asked(const Call& call, const pack::Library& library) {
  Asked asked;
  for (const std::string& code : list_of(call.request, "service_code"))
    if (auto service = find_service(library, code)) asked.services.push_back(*service);
  // Codes that are not offered match nothing, as a city's list goes on living in clients after it has changed.
  if (asked.services.empty() && value_of(call.request, "service_code")) asked.page_size = 0;
  read_window(call, asked);
  read_status(call, asked);
  asked.q = value_of(call.request, "q");
  asked.lat = number_of(call.request, "lat", -90, 90);
  asked.lon = number_of(call.request, "long", -180, 180);
  asked.radius = number_of(call.request, "radius", 0, 100'000);
  read_object(call, asked);
  asked.extended = flag_of(call.request, "extensions");
  asked.page = integer_of(call.request, "page", 1, 1'000'000).value_or(1);
  const auto size = integer_of(call.request, "page_size", 1, kMostRequests);
  const int most = asked.extended ? kMostExtended : kMostRequests;
  const int wanted = size ? *size : integer_of(call.request, "per_page", 1, kMostRequests).value_or(most);
  asked.page_size = std::min({wanted, most, asked.page_size});
  if (const auto cursor = value_of(call.request, "cursor")) {
    const auto below = parse_id(*cursor);
    if (!below) refuse("cursor", "format", words("游标不是本列表给出的", "this cursor is not one that this list gave"));
    asked.below = *below;
  }
  return asked;
}

double metres_between(double lat, double lon, double other_lat, double other_lon) {
  constexpr double kRadians = 3.14159265358979 / 180, kEarth = 6'371'000;
  const double north = (other_lat - lat) * kRadians,
               east = (other_lon - lon) * kRadians * std::cos((lat + other_lat) / 2 * kRadians);
  return kEarth * std::sqrt(north * north + east * east);
}

// Only of what everybody may see of the place: a search by distance must not find what is blurred.
bool is_near(View& view, const Asked& asked, const Record& record) {
  if (!asked.lat || !asked.lon || !asked.radius) return true;
  const api::RecordRow row = view.outline(record, Sight::open);
  return row.lat && row.lon && metres_between(*asked.lat, *asked.lon, *row.lat, *row.lon) <= *asked.radius;
}

bool is_public(const pack::Kind& kind, const Record& record) {
  const int state = kind.state(record.state);
  return state >= 0 && kind.published[std::size_t(state)];
}

// Never finer than what the public is told of the place.
bool lies_below(const record::World& world, const Record& record, AreaId area) {
  const AreaId place = desk_area(world, record.area);
  return place && world.atlas->find(area) != nullptr && world.atlas->within(place, area);
}

// The list is the public's, whoever asks.
bool belongs(View& view, const Asked& asked, const Record& record) {
  const auto service = service_of(*view.world->library, record.kind, record.category);
  if (!service || !is_public(*service->kind, record)) return false;
  if (asked.open && record.open != *asked.open) return false;
  if (asked.below_area && !lies_below(*view.world, record, asked.below_area)) return false;
  if (asked.from && record.created_at < *asked.from) return false;
  if (asked.until && record.created_at > *asked.until) return false;
  if (asked.updated_after && record.updated_at < *asked.updated_after) return false;
  if (asked.updated_before && record.updated_at > *asked.updated_before) return false;
  const bool wanted = std::any_of(asked.services.begin(), asked.services.end(), [&](const Service& each) {
    return each.kind == service->kind && (each.category == nullptr || each.category == service->category);
  });
  return (asked.services.empty() || wanted) && is_near(view, asked, record);
}

class Page {
 public:
  Page(View& view, const Call& call, const Asked& asked)
      : view_(view), call_(call), asked_(asked), skip_(std::int64_t(asked.page - 1) * asked.page_size) {}
  bool full() const { return int(list.size()) >= asked_.page_size; }
  void offer(const Record& record) {
    if (!belongs(view_, asked_, record)) return;
    if (skip_-- > 0) return;
    list.push_back(shape ? shape(record) : request_json(view_, call_, record, Sight::open, asked_.extended));
  }
  json::array list;
  std::function<json::object(const Record&)> shape;  // another than a service request

 private:
  View& view_;
  const Call& call_;
  const Asked& asked_;
  std::int64_t skip_;
};

std::vector<ListScope> scopes_of(const View& view, const Asked& asked) {
  std::vector<ListScope> scopes;
  std::set<std::string> lists;
  for (const Service& service : asked.services.empty() ? services_of(*view.world->library) : asked.services)
    lists.insert(service.kind->public_list);
  for (const std::string& list : lists)
    for (const AreaId root : view.world->atlas->children({})) scopes.push_back({root.value, list});
  return scopes;
}

// In their order, as many at a time as are looked at with one statement, until `take` wants no more (false).
template <class F>
void look_at_each(View& view, std::span<const RecordId> ids, F take) {
  for (std::size_t begin = 0; begin < ids.size(); begin += store::kIdsAtOnce) {
    const auto some = ids.subspan(begin, std::min(store::kIdsAtOnce, ids.size() - begin));
    const auto records = view.app.engine.look(view.tx, view.app.realm, some);
    for (std::size_t i = 0; i < some.size(); ++i)
      if (!take(some[i], records[i])) return;
  }
}

// By the index of public records, newest first. The key of the last one looked at when there may be more.
std::optional<std::int64_t> by_time(View& view, const Asked& asked, Page& page) {
  const std::int64_t lowest = asked.from ? first_id_at(*asked.from - kSlack) : 0;
  std::int64_t below = asked.below;
  if (asked.until) below = std::min(below, first_id_at(*asked.until + kSlack));
  ScopeMerge merge(view.tx, view.app.realm, scopes_of(view, asked), asked.open, below);
  for (int looked = 0; !page.full() && looked < kMostLooked;) {
    std::vector<RecordId> ids;
    bool last = false;
    while (!last && ids.size() < store::kIdsAtOnce && looked + int(ids.size()) < kMostLooked) {
      const auto id = merge.next();
      last = !id || id->value < lowest;
      if (!last) ids.push_back(*id);
    }
    std::size_t taken = 0;
    look_at_each(view, ids, [&](RecordId id, const record::RecordPtr& record) {
      if (record) page.offer(*record);
      below = id.value, ++looked, ++taken;
      return !page.full();
    });
    if (last && taken == ids.size() && !page.full()) return std::nullopt;
  }
  return below;
}

// By the feed of events: what happened in a window, whichever day it was raised.
void by_update(View& view, const Asked& asked, Page& page) {
  const Time until = asked.updated_before.value_or(view.now);
  std::int64_t after = first_id_at(asked.updated_after.value_or(until - kLongestWindow) - kSlack);
  const std::int64_t end = first_id_at(until + kSlack);
  std::set<RecordId, std::greater<>> changed;
  int looked = 0;
  for (bool more = true; more;) {
    more = false;
    for (const record::Event& event :
         view.tx.all<record::Event>(record::sql::kFeed, view.app.realm, EventId{after}, 500)) {
      if (event.id.value >= end) return;
      after = event.id.value, more = true;
      if (++looked > kMostChanges)
        refuse("updated_after", "range",
               words("这段时间的变动太多，请缩短时间", "too much happened in that time: ask for less"));
      const pack::Kind* kind = view.world->library->kind(event.kind);
      if (kind != nullptr && kind->open311) changed.insert(event.record);
    }
  }
  const std::vector<RecordId> ids(changed.begin(), changed.end());
  look_at_each(view, ids, [&](RecordId, const record::RecordPtr& record) {
    if (record && !page.full()) page.offer(*record);
    return !page.full();
  });
}

json::array by_words(const Call& call, const Asked& asked) {
  const auto with_view = [&](store::Tx& tx, auto run) {
    View view(call.app, tx, Caller{.actor = {}, .scopes = {}, .language = call.language()});
    return run(view);
  };
  const auto accept = [&](store::Tx& tx, std::int64_t id) {
    const auto record = call.app.engine.look(tx, call.app.realm, RecordId{id});
    return record && with_view(tx, [&](View& view) { return belongs(view, asked, *record); });
  };
  const int wanted = int(std::min<std::int64_t>(std::int64_t(asked.page) * asked.page_size, kMostRequests));
  const auto ids = call.app.store.search(call.app.realm, "", *asked.q, 0, wanted, accept);
  return call.app.store.read([&](store::Tx& tx) {
    return with_view(tx, [&](View& view) {
      Page page(view, call, asked);
      std::vector<RecordId> found;
      for (const std::int64_t id : ids) found.push_back(RecordId{id});
      look_at_each(view, found, [&](RecordId, const record::RecordPtr& record) {
        if (record && !page.full()) page.offer(*record);
        return !page.full();
      });
      return std::move(page.list);
    });
  });
}

json::array by_numbers(View& view, const Call& call, const std::vector<std::string>& numbers) {
  if (numbers.size() > kMostIds)
    refuse("service_request_id", "length", words("一次最多查 {} 件", "at most {} at a time", kMostIds));
  json::array list;
  for (const std::string& number : numbers) {
    try {
      Sight sight{};
      const Record record = need_record(view, number, sight);
      list.push_back(request_json(view, call, record, sight, flag_of(call.request, "extensions")));
    } catch (const Fault& fault) {
      if (fault.code() != Code::not_found) throw;
    }
  }
  return list;
}

// The same call with a cursor, for readers that want all of it.
std::string next_link(const Call& call, std::int64_t below) {
  std::string address = absolute(call, call.request.path) + "?";
  for (const auto& [name, value] : call.request.query)
    if (name != "cursor" && name != "page" && name != "api_key")
      address += percent_encode(name) + "=" + percent_encode(value) + "&";
  return fmt::format("<{}cursor={}>; rel=\"next\"", address, id_text(below));
}

}  // namespace

std::string file_url(const Call& call, FileId file) { return absolute(call, "/open311/v2/media/" + to_text(file)); }

std::string said(const pack::Kind& kind, const api::EventView& event, Language language) {
  const int action = kind.action(event.action);
  const pack::Form& form = action < 0 ? kind.form : kind.actions[std::size_t(action)].form;
  std::string text;
  for (const pack::Field& field : form.fields) {
    const json::value* value = event.action == "create" ? nullptr : event.form.if_contains(field.name);
    if (value != nullptr && value->is_string() &&
        (field.type == pack::FieldType::text || field.type == pack::FieldType::long_text))
      text += (text.empty() ? "" : "\n") + std::string(value->as_string());
  }
  return text.empty() ? state_label(kind, event.to_state).in(language) : text;
}

json::object request_json(View& view, const Call& call, const Record& record, Sight sight, bool extended) {
  const api::RecordRow row = view.outline(record, sight);
  const pack::Kind& kind = view.world->kind(record.kind);
  const Service service =
      service_of(*view.world->library, record.kind, record.category).value_or(Service{&kind, nullptr});
  const Language language = call.language();
  const Zone zone = view.world->zone;
  const json::object fields = view.fields(record, sight);
  const json::value* description = fields.if_contains(kind.form.fields[std::size_t(kind.title_field)].name);
  const AreaId area = sight == Sight::open ? desk_area(*view.world, record.area) : record.area;
  const std::string& state = state_label(kind, record.state).in(language);
  json::object request{
      {"service_request_id", record.number},
      {"status", record.open ? "open" : "closed"},
      {"status_notes", record.answer.empty() ? state : state + "：" + record.answer},
      {"service_name", name_of(service).in(language)},
      {"service_code", code_of(service)},
      {"description", description != nullptr ? *description : json::value(nullptr)},
      {"agency_responsible", row.holder_org ? json::value(row.holder_org->name) : json::value(nullptr)},
      {"service_notice", nullptr},
      {"requested_datetime", to_rfc3339(record.created_at, zone)},
      {"updated_datetime", to_rfc3339(record.closed_at.value_or(record.updated_at), zone)},
      {"expected_datetime", row.due_at ? json::value(to_rfc3339(*row.due_at, zone)) : json::value(nullptr)},
      {"address", text_or_null(sight == Sight::open || record.address.empty() ? row.place_text
                                                                              : row.place_text + " " + record.address)},
      {"address_id", text_or_null(to_text(area))},
      {"zipcode", nullptr},
      {"lat", row.lat ? json::value(*row.lat) : json::value(nullptr)},
      {"long", row.lon ? json::value(*row.lon) : json::value(nullptr)},
      {"media_url", record.photo ? json::value(file_url(call, record.photo)) : json::value(nullptr)}};
  if (!extended) return request;
  request["extended_attributes"] = json::object{{"status", status_of(kind, record.state)},
                                                {"state", record.state},
                                                {"title", record.title},
                                                {"version", record.version},
                                                {"urgent", record.urgent},
                                                {"detailed_status", detailed_status(kind, record.state)},
                                                {"service_object_type", "area"},
                                                {"service_object_id", text_or_null(to_text(area))}};
  request["attributes"] = attributes_json(view, service, record, sight);
  request["notes"] = notes_of(view, kind, record, sight);
  return request;
}

Response request_list(const Call& call) {
  need_jurisdiction(call);
  Asked asked = call.app.store.read(
      [&](store::Tx& tx) { return read_asked(call, *call.app.engine.worlds().current(tx, call.app.realm)->library); });
  const auto numbers = list_of(call.request, "service_request_id");
  if (asked.page_size == 0 && numbers.empty()) return document(call.format, "service_requests", json::array{});
  if (asked.q && numbers.empty()) return document(call.format, "service_requests", by_words(call, asked));
  return call.app.store.read([&](store::Tx& tx) {
    if (!numbers.empty()) {
      View view(call.app, tx, holder_of_key(call, tx, false));
      return document(call.format, "service_requests", by_numbers(view, call, numbers));
    }
    View view(call.app, tx, Caller{.actor = {}, .scopes = {}, .language = call.language()});
    Page page(view, call, asked);
    std::optional<std::int64_t> more;
    if (asked.updated_after || asked.updated_before)
      by_update(view, asked, page);
    else
      more = by_time(view, asked, page);
    Response response = document(call.format, "service_requests", page.list);
    if (more) response.headers.emplace_back("link", next_link(call, *more));
    return response;
  });
}

// ── a month as a file ──
namespace {

// yyyy-mm; the present month when none is named.
void read_month(const Call& call, Asked& asked) {
  const auto text = value_of(call.request, "month");
  Day first = day_of(call.app.clock.now(), call.app.zone) / 100 * 100 + 1;
  if (text && !parse_day(*text + "-01", first))
    refuse("month", "format", words("月份应写成 2026-11", "a month is written 2026-11"));
  const std::int32_t next = first / 100 % 100 == 12 ? (first / 10000 + 1) * 10000 + 101 : first + 100;
  asked.from = midnight(first, call.app.zone);
  asked.until = midnight(next, call.app.zone) - std::chrono::milliseconds{1};
}

constexpr const char* kBulkColumns[] = {"service_request_id",
                                        "requested_datetime",
                                        "updated_datetime",
                                        "closed_date",
                                        "status_description",
                                        "status_notes",
                                        "source",
                                        "service_name",
                                        "service_subtype",
                                        "description",
                                        "agency_responsible",
                                        "address",
                                        "lat",
                                        "long"};

json::object bulk_line(View& view, const Call& call, const Record& record) {
  const json::object request = request_json(view, call, record, Sight::open, false);
  const pack::Kind& kind = view.world->kind(record.kind);
  const json::value closed =
      record.closed_at ? json::value(to_rfc3339(*record.closed_at, view.world->zone)) : json::value(nullptr);
  json::object line;
  for (const std::string_view name : kBulkColumns) {
    if (name == "closed_date")
      line[name] = closed;
    else if (name == "status_description")
      line[name] = request.at("status");
    else if (name == "source")
      line[name] = record.source;
    else if (name == "service_name")
      line[name] = kind.label.in(call.language());
    else if (name == "service_subtype")
      line[name] = request.at("service_name");
    else
      line[name] = request.at(name);
  }
  return line;
}

void write_line(const json::object& line, Bulk form, csv::Writer& writer, std::string& body) {
  if (form == Bulk::ndjson) {
    body += to_spark(line) + '\n';
    return;
  }
  std::vector<std::string> cells;
  for (const auto& [name, value] : line)
    cells.push_back(value.is_null() ? "" : value.is_string() ? std::string(value.get_string()) : to_spark(value));
  writer.row(cells);
}

}  // namespace

Response bulk_file(const Call& call, Bulk form) {
  need_jurisdiction(call);
  Asked asked = call.app.store.read(
      [&](store::Tx& tx) { return read_asked(call, *call.app.engine.worlds().current(tx, call.app.realm)->library); });
  read_month(call, asked);
  asked.page = 1, asked.page_size = asked.page_size == 0 ? 0 : kMostInFile;
  std::string body;
  const bool first = asked.below == std::numeric_limits<std::int64_t>::max();
  csv::Writer writer(body, {.bom = first && form == Bulk::csv});
  if (form == Bulk::csv && first)
    writer.row(std::vector<std::string>(std::begin(kBulkColumns), std::end(kBulkColumns)));
  std::optional<std::int64_t> more;
  call.app.store.read([&](store::Tx& tx) {
    View view(call.app, tx, Caller{.actor = {}, .scopes = {}, .language = call.language()});
    Page page(view, call, asked);
    page.shape = [&](const Record& record) { return bulk_line(view, call, record); };
    if (asked.page_size > 0) more = by_time(view, asked, page);
    for (const json::value& line : page.list) write_line(line.as_object(), form, writer, body);
  });
  Response response{.type = form == Bulk::csv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
                    .body = std::move(body),
                    .headers = {{"access-control-allow-origin", "*"}, {"vary", "accept-language"}}};
  if (more) response.headers.emplace_back("link", next_link(call, *more));
  return response;
}

Response one_request(const Call& call, std::string_view number) {
  need_jurisdiction(call);
  return call.app.store.read([&](store::Tx& tx) {
    View view(call.app, tx, holder_of_key(call, tx, false));
    Sight sight{};
    const Record record = need_record(view, number, sight);
    const bool extended = flag_of(call.request, "extensions");
    return document(call.format, "service_requests", json::array{request_json(view, call, record, sight, extended)});
  });
}

}  // namespace tongxin::serve::open311
