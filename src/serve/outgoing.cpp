#include "serve/outgoing.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "people/persons.hpp"
#include "send/channels.hpp"
#include "send/choices.hpp"
#include "send/warning.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using send::Delivery;
using send::Outcome;
using send::SubscriptionFormat;

constexpr int kDigest = 50, kLinesOfDigest = 10;
constexpr auto kPausedLook = std::chrono::hours{1};

std::string text_of(const json::value& value, const char* name) { return std::string(value.at(name).as_string()); }

Words state_name(const pack::Kind& kind, const std::string& name) {
  const int state = kind.state(name);
  return state < 0 ? Words{name, name} : kind.states[std::size_t(state)].label;
}

Words action_name(const pack::Kind& kind, const std::string& name) {
  for (const pack::Action& action : kind.actions)
    if (action.name == name) return action.label;
  if (name == "create") return words("新建", "created");
  return {name, name};
}

std::string webhook_body(const record::World& world, const record::Record& record, const record::Notice& notice) {
  const place::Area* area = record.area ? world.atlas->find(record.area) : nullptr;
  json::object data{{"event", to_text(notice.event)},
                    {"record", to_text(notice.record)},
                    {"number", notice.number},
                    {"kind", notice.kind},
                    {"category", record.category},
                    {"title", notice.title},
                    {"action", notice.action},
                    {"state", notice.state},
                    {"version", notice.version},
                    {"open", notice.open},
                    {"urgent", record.urgent},
                    {"area", to_text(record.area)},
                    {"area_code", area ? area->code : ""},
                    {"area_name", area ? area->name : ""}};
  return json::serialize(json::object{{"type", "record.changed"},
                                      {"timestamp", to_rfc3339(notice.at, world.zone)},
                                      {"realm", to_text(notice.realm)},
                                      {"data", std::move(data)}});
}

std::string bot_text(const App& app, const record::World& world, const record::Record& record,
                     const record::Notice& notice) {
  const pack::Kind& kind = world.kind(notice.kind);
  std::string text = fmt::format("{} {}：{}，现为“{}”", kind.label.zh, notice.number,
                                 action_name(kind, notice.action).zh, state_name(kind, notice.state).zh);
  if (record.area && world.atlas->find(record.area) != nullptr)
    text += fmt::format("\n{}", world.atlas->path_text(record.area));
  if (!app.options.base_url.empty())
    text += fmt::format("\n{}/desk/r/{}", app.options.base_url, to_text(notice.record));
  return text;
}

// One message stays itself; several become one list.
std::string digest_of(const std::vector<send::Letter>& letters, Language language) {
  if (letters.size() == 1) return letters[0].body;
  std::string text = words("您有 {} 条新消息：", "New messages: {}", letters.size()).in(language);
  for (std::size_t i = 0; i < letters.size() && i < kLinesOfDigest; ++i)
    text += fmt::format("\n{}. {}", i + 1, letters[i].body);
  if (letters.size() > kLinesOfDigest)
    text += words("\n其余请登录查看。", "\nSign in to read the others.").in(language);
  return text;
}

Outcome no_gateway() { return Outcome::failed(words("尚未设置短信网关", "no SMS gateway is set up")); }
Outcome no_mail_server() { return Outcome::failed(words("尚未设置邮件服务器", "no mail server is set up")); }

// What is to be sent to a person, read in one snapshot.
struct PersonMail {
  send::Choice choice;
  std::optional<std::string> phone, mail;
  std::optional<send::SmsGateway> gateway;
  std::optional<send::MailServer> server;
};

}  // namespace

OutgoingMessages::OutgoingMessages(App& app, fetch::Reach reach, Log log)
    : app_(app),
      reach_(std::move(reach)),
      log_(std::move(log)),
      worker_({app.store, app.vault, app.clock, app.ids, app.realm, std::uint64_t(app.ids.next()),
               [this](const std::string& what) {
                 log_.write(Level::error, "a message could not be sent", {{"error", std::string_view(what)}});
               }}) {
  worker_.add("sms", {[this](const Delivery& delivery) { return deliver_text(delivery); }});
  worker_.add("mail", {[this](const Delivery& delivery) { return deliver_mail(delivery); }});
  worker_.add("person", {[this](const Delivery& delivery) { return deliver_to_person(delivery); }, kDigest});
  for (const auto format : {SubscriptionFormat::webhook, SubscriptionFormat::wecom, SubscriptionFormat::dingtalk,
                            SubscriptionFormat::feishu})
    worker_.add(send::channel_of(format),
                {[this, format](const Delivery& delivery) { return deliver_subscription(format, delivery); }});
  app_.engine.within_change([this](store::Tx& tx, const record::World& world, const record::Record& record,
                                   const record::Notice& notice) { hear(tx, world, record, notice); });
  app_.options.send_text = [this](store::Tx& tx, const std::string& phone, const Words& text, Time until) {
    return send_text(tx, phone, text, until);
  };
}

void OutgoingMessages::put(store::Tx& tx, const send::NewLetter& letter) {
  send::put(tx, app_.vault, app_.ids, app_.realm, letter, app_.clock.now());
  tx.after_commit([this] { worker_.nudge(); });
}

bool OutgoingMessages::send_text(store::Tx& tx, const std::string& phone, const Words& text, Time until) {
  if (!send::is_configured(tx, app_.realm, "sms")) return false;
  put(tx, send::text_letter(app_.vault, app_.realm, phone, text.zh, until));
  return true;
}

void OutgoingMessages::send_mail(store::Tx& tx, const std::string& address, const Words& subject, const Words& text,
                                 Time until) {
  if (!send::is_configured(tx, app_.realm, "mail"))
    throw Fault(Code::unavailable, words("尚未设置邮件服务器", "no mail server is set up"));
  put(tx, send::mail_letter(app_.vault, app_.realm, address, subject, text, until));
}

// ── what a change gives rise to ──

void OutgoingMessages::hear(store::Tx& tx, const record::World& world, const record::Record& record,
                            const record::Notice& notice) {
  if (notice.realm != app_.realm) return;
  tell_people(tx, notice);
  tell_subscribers(tx, world, record, notice);
}

void OutgoingMessages::tell_people(store::Tx& tx, const record::Notice& notice) {
  for (const record::Notice::Message& message : notice.told) {
    const send::Choice choice = send::choice_of(tx, app_.realm, message.person);
    if (choice.way == send::Way::app) continue;
    put(tx, {.channel = "person",
             .target = to_text(message.person),
             .body = message.text.in(choice.language),
             .about = notice.number,
             .record = notice.record,
             .discreet = true});
  }
}

void OutgoingMessages::tell_subscribers(store::Tx& tx, const record::World& world, const record::Record& record,
                                        const record::Notice& notice) {
  const std::string about = fmt::format("{} {}", notice.number, notice.action);
  for (const send::Subscribed& each : send::subscribed(tx, app_.realm, notice.kind, notice.action)) {
    if (each.area && !people::on_path(record.path, each.area)) continue;
    if (!app_.engine.may_see(tx, world, {.person = each.owner, .system = false, .follows = {}}, record, notice.at))
      continue;
    const bool hook = each.format == SubscriptionFormat::webhook;
    put(tx, {.channel = send::channel_of(each.format),
             .target = to_text(each.id),
             .body = hook ? webhook_body(world, record, notice) : bot_text(app_, world, record, notice),
             .about = about,
             .record = notice.record});
  }
}

// ── how it is delivered ──

Outcome OutgoingMessages::deliver_text(const Delivery& delivery) {
  const auto gateway = app_.store.read([&](store::Tx& tx) { return send::sms_gateway(tx, app_.vault, app_.realm); });
  if (!gateway) return no_gateway();
  const json::value body = json::parse(delivery.letters[0].body);
  return send::send_sms(*gateway, reach_, text_of(body, "phone"), text_of(body, "text"), delivery.letters[0].id,
                        delivery.now);
}

Outcome OutgoingMessages::deliver_mail(const Delivery& delivery) {
  const auto server = app_.store.read([&](store::Tx& tx) { return send::mail_server(tx, app_.vault, app_.realm); });
  if (!server) return no_mail_server();
  const json::value body = json::parse(delivery.letters[0].body);
  return send::send_mail(*server, reach_,
                         {text_of(body, "to"), text_of(body, "subject"), text_of(body, "text"), delivery.letters[0].id},
                         delivery.now);
}

Outcome OutgoingMessages::deliver_to_person(const Delivery& delivery) {
  const PersonId person{parse_id(delivery.target).value_or(0)};
  const PersonMail to = app_.store.read([&](store::Tx& tx) {
    return PersonMail{send::choice_of(tx, app_.realm, person),
                      people::private_for_delivery(tx, app_.vault, app_.realm, person, people::PrivateField::phone),
                      send::mail_of(tx, app_.vault, app_.realm, person), send::sms_gateway(tx, app_.vault, app_.realm),
                      send::mail_server(tx, app_.vault, app_.realm)};
  });
  if (to.choice.way == send::Way::app) return Outcome::sent();  // changed their mind: the app has it
  if (const auto until = send::quiet_until(to.choice, delivery.now, app_.zone)) return Outcome::later(*until);
  const Time next = delivery.last_sent + std::chrono::minutes{to.choice.digest_minutes};
  if (delivery.last_sent != Time{} && next > delivery.now) return Outcome::later(next);
  const std::string text = digest_of(delivery.letters, to.choice.language);
  const send::LetterId id = delivery.letters.back().id;
  if (to.choice.way == send::Way::mail) {
    if (!to.server) return no_mail_server();
    if (!to.mail) return Outcome::refused(words("没有确认过的邮箱", "there is no proven mail address"));
    const std::string subject =
        delivery.letters.size() == 1
            ? fmt::format("{} {}", app_.options.realm_name, delivery.letters[0].about)
            : words("{} {} 条新消息", "{}: {} new messages", app_.options.realm_name, delivery.letters.size())
                  .in(to.choice.language);
    return send::send_mail(*to.server, reach_, {*to.mail, subject, text, id}, delivery.now);
  }
  if (!to.gateway) return no_gateway();
  if (!to.phone) return Outcome::refused(words("没有登记电话", "there is no phone number"));
  return send::send_sms(*to.gateway, reach_, *to.phone, text, id, delivery.now);
}

Outcome OutgoingMessages::deliver_subscription(SubscriptionFormat format, const Delivery& delivery) {
  const send::Letter& letter = delivery.letters[0];
  std::optional<send::Subscription> known;
  send::Destination to;
  bool may = true;
  app_.store.read([&](store::Tx& tx) {
    known = send::find_subscription(tx, app_.realm, {parse_id(delivery.target).value_or(0)});
    if (!known) return;
    to = send::destination_of(tx, app_.vault, app_.realm, *known, delivery.now);
    if (!letter.record) return;  // a trial
    const auto record = app_.engine.find(tx, app_.realm, letter.record);
    may =
        record && app_.engine.may_see(tx, *app_.engine.worlds().current(tx, app_.realm),
                                      {.person = known->owner, .system = false, .follows = {}}, *record, delivery.now);
  });
  if (!known) return Outcome::refused(words("订阅已删除", "the subscription is gone"));
  if (!known->active) return Outcome::later(delivery.now + kPausedLook);
  if (!may) return Outcome::refused(words("订阅人已无权查看这件事项", "the owner may not see this record any more"));
  if (format == SubscriptionFormat::webhook)
    return send::send_webhook({to.url, to.secret, to.former_secret}, reach_, letter.body, letter.id, delivery.now);
  const send::Bot bot = format == SubscriptionFormat::wecom      ? send::Bot::wecom
                        : format == SubscriptionFormat::dingtalk ? send::Bot::dingtalk
                                                                 : send::Bot::feishu;
  return send::send_to_bot(bot, reach_, to.url, to.secret, letter.body, delivery.now);
}

}  // namespace tongxin::serve
