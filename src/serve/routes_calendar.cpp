// iCalendar feeds (RFC 5545): what is due, and turns and visits, of a person or of a team, in the calendar of a phone.
//
// The address holds a secret of 256 bits and nothing else opens it; the store keeps its digest. It can be revoked, and it falls
// silent when the person no longer holds a post (in that team) and, one's own, has no duties either. An entry names the number,
// category and place of a matter, never its text, and in a team's how many stand there, not who: calendars are synchronised to
// foreign servers. Its language is that of whoever made the feed, which the address says: a phone's calendar asks in none.
#include <libical/ical.h>

#include <map>
#include <set>

#include "aspect/roster/roster.hpp"
#include "aspect/roster/section.hpp"
#include "aspect/schedule/section.hpp"
#include "base/fingerprint.hpp"
#include "base/text.hpp"
#include "record/sql.hpp"
#include "serve/exchange_routes.hpp"
#include "serve/exchange_shapes.hpp"
#include "serve/routes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

using store::Sql;
using store::Tx;

constexpr int kMostEntries = 500;
constexpr std::size_t kMostMembers = 200;  // of a team whose duties are shown
constexpr auto kTouch = std::chrono::minutes{10};

constexpr Sql kAdd{"calendar_add",
                   "INSERT INTO calendar_feed (realm_id, id, person, org, secret, made_at, used_at, revoked_at) VALUES "
                   "($1,$2,$3,$4,$5,$6,0,0) ON CONFLICT DO NOTHING"};
constexpr Sql kMine{"calendar_mine",
                    "SELECT id, person, org, made_at, used_at FROM calendar_feed WHERE realm_id=$1 AND "
                    "person=$2 AND revoked_at=0 ORDER BY id LIMIT 100"};
constexpr Sql kBySecret{"calendar_by_secret",
                        "SELECT id, person, org, made_at, used_at FROM calendar_feed WHERE "
                        "realm_id=$1 AND secret=$2 AND revoked_at=0"};
constexpr Sql kRevoke{"calendar_revoke",
                      "UPDATE calendar_feed SET revoked_at=$4 WHERE realm_id=$1 AND id=$2 AND "
                      "person=$3 AND revoked_at=0"};
constexpr Sql kUsed{"calendar_used", "UPDATE calendar_feed SET used_at=$3 WHERE realm_id=$1 AND id=$2"};

struct Feed {
  std::int64_t id = 0;
  PersonId person;
  OrgId org;
  Time made_at{}, used_at{};
};
BOOST_DESCRIBE_STRUCT(Feed, (), (id, person, org, made_at, used_at))

store::Bytes digest_of(std::string_view secret) {
  const Digest digest = sha256(secret);
  return {digest.begin(), digest.end()};
}

bool holds_post(const record::World& world, PersonId person, OrgId org, Day today) {
  for (const people::Post& post : world.directory->posts_of(person))
    if (people::live(post, today) && (!org || post.org == org)) return true;
  return false;
}

// ── the text ──

class Calendar {
 public:
  explicit Calendar(const std::string& name) : whole_(icalcomponent_new_vcalendar()) {
    add(whole_, icalproperty_new_version("2.0"));
    add(whole_, icalproperty_new_prodid("-//Tongxin//Deadlines//ZH"));
    extra("X-WR-CALNAME", name);
    extra("X-PUBLISHED-TTL", "PT30M");
  }
  ~Calendar() { icalcomponent_free(whole_); }
  Calendar(const Calendar&) = delete;

  struct Entry {
    std::string uid, summary, description, location, url;
    Time at{}, updated{};
    std::optional<Time> ends = {};  // a duty, which takes somebody's time; none: a moment by which something is due
    int version = 0;
  };
  void add_entry(const Entry& entry) {
    icalcomponent* event = icalcomponent_new_vevent();
    add(event, icalproperty_new_uid(entry.uid.c_str()));
    add(event, icalproperty_new_dtstamp(utc(entry.updated)));
    add(event, icalproperty_new_lastmodified(utc(entry.updated)));
    add(event, icalproperty_new_dtstart(utc(entry.at)));
    add(event, icalproperty_new_dtend(utc(entry.ends.value_or(entry.at + std::chrono::minutes{15}))));
    add(event, icalproperty_new_sequence(entry.version));
    add(event, icalproperty_new_summary(entry.summary.c_str()));
    add(event, icalproperty_new_description(entry.description.c_str()));
    if (!entry.location.empty()) add(event, icalproperty_new_location(entry.location.c_str()));
    if (!entry.url.empty()) add(event, icalproperty_new_url(entry.url.c_str()));
    add(event, icalproperty_new_transp(entry.ends ? ICAL_TRANSP_OPAQUE : ICAL_TRANSP_TRANSPARENT));
    icalcomponent_add_component(whole_, event);
  }
  std::string text() const {
    char* written = icalcomponent_as_ical_string_r(whole_);
    std::string text(written);
    icalmemory_free_buffer(written);
    return text;
  }

 private:
  static void add(icalcomponent* to, icalproperty* property) { icalcomponent_add_property(to, property); }
  void extra(const char* name, const std::string& value) {
    icalproperty* property = icalproperty_new_x(value.c_str());
    icalproperty_set_x_name(property, name);
    add(whole_, property);
  }
  static icaltimetype utc(Time time) {
    return icaltime_from_timet_with_zone(to_millis(time) / 1000, 0, icaltimezone_get_utc_timezone());
  }
  icalcomponent* whole_;
};

Calendar::Entry entry_of(const record::World& world, const record::Record& record, const std::string& base_url,
                         Language language) {
  const pack::Kind& kind = world.kind(record.kind);
  const pack::Category* category = kind.taxonomy == nullptr ? nullptr : kind.taxonomy->find(record.category);
  const std::string& what = (category != nullptr ? category->name : kind.label).in(language);
  const std::string place = place_text(world, desk_area(world, record.area));
  const people::Org* holder = world.directory->org(record.holder_org);
  Calendar::Entry entry;
  entry.uid = fmt::format("{}-due@tongxin", to_text(record.id));
  entry.summary = Words{fmt::format("到期：{} {}{}", what, record.number, record.urgent ? "（紧急）" : ""),
                        fmt::format("Due: {} {}{}", what, record.number, record.urgent ? " (urgent)" : "")}
                      .in(language);
  const int state = kind.state(record.state);
  entry.description = fmt::format("{} · {} · {}", kind.label.in(language),
                                  state < 0 ? record.state : kind.states[std::size_t(state)].label.in(language),
                                  holder != nullptr ? holder->name : "");
  entry.location = place;
  if (!base_url.empty()) entry.url = base_url + "/desk/r/" + to_text(record.id);
  entry.at = *record.due_at, entry.updated = record.updated_at, entry.version = record.version;
  return entry;
}

// Open matters with a time by which something must be done: those of the team, or those that are the person's to handle.
std::vector<record::Record> due_of(App& app, Tx& tx, const record::World& world, const Feed& feed, Day today) {
  std::vector<OrgId> orgs;
  for (const people::Post& post : world.directory->posts_of(feed.person))
    if (people::live(post, today) && (!feed.org || feed.org == post.org) &&
        std::find(orgs.begin(), orgs.end(), post.org) == orgs.end())
      orgs.push_back(post.org);
  std::vector<record::Record> due;
  for (const OrgId org : orgs)
    for (const RecordId id :
         tx.all<RecordId>(record::sql::kDueOfHolder, app.realm, org, std::int64_t{0}, std::int64_t{0}, kMostEntries))
      if (auto record = app.engine.find(tx, app.realm, id);
          record && record->due_at && (feed.org || record->holder_person == feed.person))
        due.push_back(std::move(*record));
  return due;
}

// ── duties ──

struct Duties {
  std::vector<aspect::roster::Turn> turns;              // those that the person stands in
  std::vector<aspect::Occasion> occasions;              // those that are the person's and were not cancelled
  std::map<aspect::roster::SlotId, int> together = {};  // of a team: how many of it stand there
  bool any() const { return !turns.empty() || !occasions.empty(); }
};

// From a week ago to two months ahead.
Duties duties_of(App& app, Tx& tx, PersonId person, Time now) {
  const Time from = now - std::chrono::hours{24 * 7}, until = now + std::chrono::hours{24 * 62};
  Duties duties{aspect::roster::turns_for(tx, app.realm, person, from, until),
                aspect::occasions_for(tx, app.realm, person, from, until)};
  using aspect::OccasionState;
  std::erase_if(duties.turns, [](const auto& turn) {
    return turn.state != aspect::roster::TurnState::standing && turn.state != aspect::roster::TurnState::served;
  });
  std::erase_if(duties.occasions, [](const auto& each) {
    return each.state == OccasionState::cancelled || each.state == OccasionState::suspended;
  });
  return duties;
}

// Of those who hold a post in the team, each slot once.
Duties duties_of_team(App& app, Tx& tx, const record::World& world, OrgId team, Time now, Day today) {
  std::set<PersonId> members;
  for (const people::Post* post : world.directory->posts_in(team))
    if (people::live(*post, today) && members.size() < kMostMembers) members.insert(post->person);
  Duties all;
  for (const PersonId person : members) {
    Duties one = duties_of(app, tx, person, now);
    for (auto& turn : one.turns)
      if (++all.together[turn.slot] == 1) all.turns.push_back(std::move(turn));
    for (auto& each : one.occasions) all.occasions.push_back(std::move(each));
  }
  return all;
}

class DutyEntries {
 public:
  DutyEntries(App& app, Tx& tx, const record::World& world, std::string base_url, Language language)
      : app_(app), tx_(tx), world_(world), base_url_(std::move(base_url)), language_(language) {}

  void add(const Duties& duties, Calendar& calendar) {
    for (const aspect::roster::Turn& turn : duties.turns) {
      const auto slot = aspect::roster::find_slot(tx_, app_.realm, turn.slot);
      const record::Record* record = record_of(turn.record);
      if (record == nullptr || !slot) continue;
      const auto* section = world_.kind(record->kind).section<aspect::roster::Section>("roster");
      const auto* post = section == nullptr ? nullptr : section->find(slot->post);
      std::string what = post == nullptr ? "" : post->label.in(language_);
      if (const auto of_team = duties.together.find(turn.slot); of_team != duties.together.end())
        what += Words{fmt::format("（{} 人）", of_team->second),
                      fmt::format(" ({} {})", of_team->second, of_team->second == 1 ? "person" : "people")}
                    .in(language_);
      put(calendar, to_text(turn.slot) + "-turn@tongxin", what, *record, turn.starts, turn.ends, turn.since, 0);
    }
    for (const aspect::Occasion& each : duties.occasions) {
      const record::Record* record = record_of(each.record);
      if (record == nullptr) continue;
      const auto* section = world_.kind(record->kind).section<aspect::schedule::Section>("schedule");
      const auto* plan = section == nullptr ? nullptr : section->find(each.plan);
      put(calendar, to_text(each.id) + "-duty@tongxin", plan == nullptr ? "" : plan->label.in(language_), *record,
          each.starts, each.ends, each.starts, each.version);
    }
  }

 private:
  const record::Record* record_of(RecordId id) {
    const auto [at, fresh] = records_.try_emplace(id);
    if (fresh) at->second = app_.engine.find(tx_, app_.realm, id);
    return at->second ? &*at->second : nullptr;
  }
  void put(Calendar& calendar, std::string uid, const std::string& what, const record::Record& record, Time starts,
           Time ends, Time updated, int version) const {
    Calendar::Entry entry;
    entry.uid = std::move(uid);
    entry.summary = fmt::format("{} {}", what, record.number);
    entry.description = world_.kind(record.kind).label.in(language_);
    entry.location = place_text(world_, desk_area(world_, record.area));
    if (!base_url_.empty()) entry.url = base_url_ + "/duties";
    entry.at = starts, entry.ends = ends, entry.updated = updated, entry.version = version;
    calendar.add_entry(entry);
  }

  App& app_;
  Tx& tx_;
  const record::World& world_;
  const std::string base_url_;
  const Language language_;
  std::map<RecordId, std::optional<record::Record>> records_;
};

std::string base_url_of(App& app, const Request& request) {
  if (!app.options.base_url.empty()) return app.options.base_url;
  const std::string_view host = request.header("host");
  return host.empty() ? std::string{} : fmt::format("{}://{}", request.secure ? "https" : "http", host);
}

Response feed_text(App& app, const Request& request) {
  const std::string& file = request.params.at(0);
  const auto none = [] {
    return Fault(Code::not_found, words("没有这个日历，或已停用", "there is no such calendar, or it was revoked"));
  };
  if (!file.ends_with(".ics")) throw none();
  const Time now = app.clock.now();
  return app.store.read([&](Tx& tx) {
    const auto feed = tx.one<Feed>(kBySecret, app.realm, digest_of(file.substr(0, file.size() - 4)));
    if (!feed) throw none();
    const auto world = app.engine.worlds().current(tx, app.realm);
    const Day today = day_of(now, app.zone);
    Duties duties = feed->org ? Duties{} : duties_of(app, tx, feed->person, now);
    if (!holds_post(*world, feed->person, feed->org, today) && !duties.any()) throw none();
    if (feed->org) duties = duties_of_team(app, tx, *world, feed->org, now, today);
    const people::Org* org = world->directory->org(feed->org);
    const Language language = query_text(request, "lang") == "en" ? Language::en : Language::zh;
    Calendar calendar(fmt::format("{} {}", language == Language::en ? "Tongxin" : "同心",
                                  org != nullptr ? org->name : person_ref(tx, *world, feed->person).name));
    for (const record::Record& record : due_of(app, tx, *world, *feed, today))
      calendar.add_entry(entry_of(*world, record, base_url_of(app, request), language));
    DutyEntries(app, tx, *world, base_url_of(app, request), language).add(duties, calendar);
    if (now - feed->used_at > kTouch)
      app.store.run_write([realm = app.realm, id = feed->id, now](Tx& write) { write.run(kUsed, realm, id, now); },
                          [](std::exception_ptr) {});
    const std::string text = calendar.text();
    return Response{.type = "text/calendar; charset=utf-8",
                    .body = text,
                    .headers = {{"etag", '"' + fingerprint(text) + '"'},
                                {"cache-control", "private, no-cache"},
                                {"content-disposition", "inline; filename=\"tongxin.ics\""}}};
  });
}

// ── making and revoking ──

api::FeedView view_of(const record::World& world, const Feed& feed) {
  api::FeedView view{id_text(feed.id), std::nullopt, feed.made_at, std::nullopt, std::nullopt};
  if (feed.org) view.org = org_ref(world, feed.org);
  if (to_millis(feed.used_at) > 0) view.used_at = feed.used_at;
  return view;
}

Answer make_feed(App& app, const Request& request, const api::NewCalendar& body) {
  const std::string secret = random_token(32);
  const Feed feed{app.ids.next(), {}, body.org.value_or(OrgId{}), app.clock.now(), Time{}};
  return Answer::write([&app, &request, secret, feed](Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    const PersonId self = caller.actor.person;
    const bool on_duty = self && !feed.org && duties_of(app, tx, self, app.clock.now()).any();
    if (!on_duty) need_staff(caller);
    const auto world = app.engine.worlds().current(tx, app.realm);
    if (!on_duty && !holds_post(*world, self, feed.org, day_of(app.clock.now(), app.zone)))
      throw Fault(Code::forbidden, words("您在这个单位没有岗位", "you hold no post in this organisation"));
    if (tx.all<Feed>(kMine, app.realm, caller.actor.person).size() >= 20)
      throw Fault(Code::not_now, words("最多 20 个订阅，请先停用不用的", "at most 20 feeds: revoke one first"));
    tx.run(kAdd, app.realm, feed.id, caller.actor.person, feed.org, digest_of(secret), feed.made_at);
    api::FeedView view = view_of(*world, feed);
    view.url = base_url_of(app, request) + "/calendar/" + secret + ".ics" +
               (request.language == Language::en ? "?lang=en" : "");
    return json_answer(view, 201);
  });
}

}  // namespace

void add_calendar_routes(App& app, Router& router) {
  Api api(router);
  api.get<api::FeedList>("/v1/feeds", "我的日历订阅 / my calendar feeds", [&app](const Request& request) {
    return app.store.read([&](Tx& tx) {
      const Caller caller = signed_in_caller(app, tx, request);
      const auto world = app.engine.worlds().current(tx, app.realm);
      api::FeedList list;
      for (const Feed& feed : tx.all<Feed>(kMine, app.realm, caller.actor.person))
        list.items.push_back(view_of(*world, feed));
      return list;
    });
  });
  api.post<api::NewCalendar, api::FeedView>(
         "/v1/feeds",
         "生成订阅地址，本人的或单位的；地址只给出一次 / make a feed, one's own or a team's; its address is told once",
         [&app](const Request& request, const api::NewCalendar& body) { return make_feed(app, request, body); })
      .status(201);
  api.del("/v1/feeds/{id}", "停用 / revoke", [&app](const Request& request) {
    return Answer::write([&app, &request](Tx& tx) {
      const Caller caller = signed_in_caller(app, tx, request);
      if (tx.run(kRevoke, app.realm, path_id(request, 0), caller.actor.person, app.clock.now()) == 0)
        throw Fault(Code::not_found, words("没有这个订阅", "there is no such feed"));
      return Response{.status = 204, .type = {}};
    });
  });
  router.add(
      {Method::get, "/calendar/{file}", [&app](const Request& request) { return Answer(feed_text(app, request)); }});
}

}  // namespace tongxin::serve
