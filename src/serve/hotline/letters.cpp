#include "serve/hotline/letters.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "fetch/fetch.hpp"
#include "people/directory.hpp"
#include "record/sql.hpp"
#include "serve/hotline/sql.hpp"
#include "serve/openapi.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

constexpr int kAtOnce = 200;

void put_letter(App& app, store::Tx& tx, const Exchange& exchange, const std::string& ticket, const char* what,
                json::value body, RecordId record, const std::string& about) {
  const json::object letter{{"path", "/tickets/" + percent_encode(ticket) + what}, {"body", std::move(body)}};
  send::put(tx, app.vault, app.ids, app.realm,
            {.channel = "hotline",
             .target = exchange.name,
             .body = json::serialize(letter),
             .about = about,
             .record = record},
            app.clock.now());
}

struct News {
  std::string ticket;
  RecordId record;
  int told_seq = 0;
};
BOOST_DESCRIBE_STRUCT(News, (), (ticket, record, told_seq))

// What was entered, without what is sealed and without who: ids mean nothing to the other side.
json::object entered(const pack::Form& form, const json::object& body) {
  json::object fields;
  const json::value* given = body.if_contains("form");
  if (given == nullptr || !given->is_object()) return fields;
  for (const pack::Field& field : form.fields) {
    const json::value* value = given->as_object().if_contains(field.name);
    using Type = pack::FieldType;
    const bool plain = field.type == Type::text || field.type == Type::long_text || field.type == Type::flag ||
                       field.type == Type::choice || field.type == Type::stars || field.type == Type::day ||
                       field.type == Type::time || field.type == Type::integer || field.type == Type::number;
    if (value != nullptr && plain && !field.sealed) fields[field.name] = *value;
  }
  return fields;
}

json::object news_of(const record::World& world, const record::Record& record, const record::Event& event,
                     const std::string& ticket) {
  const pack::Kind& kind = world.kind(record.kind);
  const int state = kind.state(event.to_state), action = kind.action(event.action);
  const auto unit = org_ref(world, record.holder_org);
  const json::object body = event.redacted || event.body.empty() ? json::object{} : json::parse(event.body).as_object();
  json::object news{{"event", to_text(event.id)},
                    {"ticket", ticket},
                    {"number", record.number},
                    {"action", event.action},
                    {"status", event.to_state},
                    {"status_name", state < 0 ? event.to_state : kind.states[std::size_t(state)].label.zh},
                    {"closed", state >= 0 && kind.states[std::size_t(state)].final},
                    {"at", to_rfc3339(event.at, world.zone)},
                    {"unit", unit ? json::value(unit->name) : json::value(nullptr)}};
  news["fields"] = action < 0 ? json::object{} : entered(kind.actions[std::size_t(action)].form, body);
  return news;
}

}  // namespace

void put_ack(App& app, store::Tx& tx, const Exchange& exchange, const api::HotlineAck& ack) {
  put_letter(app, tx, exchange, ack.id, "/ack", json::parse(to_json(ack)), {},
             ack.id + (ack.accepted ? " 签收" : " 未收"));
}

int collect_news(App& app, const Exchange& exchange) {
  return app.store.write([&](store::Tx& tx) {
    int letters = 0;
    const auto world = app.engine.worlds().current(tx, app.realm);
    for (const News& each : tx.all<News>(hotline_sql::kNews, app.realm, exchange.name, kAtOnce)) {
      const auto record = app.engine.find(tx, app.realm, each.record);
      if (!record) continue;
      for (const record::Event& event : tx.all<record::Event>(record::sql::kEvents, app.realm, each.record)) {
        if (event.seq <= each.told_seq) continue;
        put_letter(app, tx, exchange, each.ticket, "/events", news_of(*world, *record, event, each.ticket), record->id,
                   record->number + " " + event.to_state);
        ++letters;
      }
      tx.run(hotline_sql::kTold, app.realm, exchange.name, each.ticket, record->last_seq, record->open);
    }
    return letters;
  });
}

send::Outcome deliver_news(App& app, const send::Delivery& delivery) {
  std::optional<Exchange> exchange;
  try {
    exchange = app.store.read([&](store::Tx& tx) { return need_exchange(app, tx, delivery.target); });
  } catch (const Fault& fault) {
    if (fault.code() == Code::not_found) return send::Outcome::refused(fault.say());
    throw;
  }
  const send::Letter& letter = delivery.letters.front();
  const json::object content = json::parse(letter.body).as_object();
  fetch::Ask ask{.method = "POST", .url = exchange->settings.url + std::string(content.at("path").as_string())};
  ask.headers = {{"content-type", "application/json; charset=utf-8"}, {"idempotency-key", to_text(letter.id)}};
  if (exchange->settings.key) ask.headers.emplace_back("authorization", "Bearer " + *exchange->settings.key);
  ask.body = json::serialize(content.at("body"));
  ask.reach.anywhere = true;  // the administrator set it up: platforms stand in networks of the house
  const fetch::Reply reply = fetch::send(ask);
  // 409: they know it already.
  if (reply.ok() || reply.status == 409) return send::Outcome::sent();
  const bool never = reply.status == 400 || reply.status == 404 || reply.status == 410 || reply.status == 422;
  return never ? send::Outcome::refused(reply.why) : send::Outcome::failed(reply.why);
}

}  // namespace tongxin::serve
