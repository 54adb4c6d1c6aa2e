// Subscriptions, the outbox with its dead letters, and how a person wants to be told.
#include "base/text.hpp"
#include "people/persons.hpp"
#include "people/throttle.hpp"
#include "record/warning.hpp"
#include "serve/outgoing.hpp"
#include "serve/outgoing_shapes.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

using send::LetterId;
using send::SubscriptionId;

Response done() { return Response{.status = 204, .type = {}}; }
constexpr auto kTrialLives = std::chrono::minutes{30};
constexpr people::Waits kMailWaits{.free = 2, .first = std::chrono::seconds{60}, .most = std::chrono::seconds{3600}};

// ── subscriptions ──

api::SubscriptionView view_of(App& app, store::Tx& tx, const record::World& world, const Caller& caller,
                              const send::Subscription& known) {
  api::SubscriptionView view{.id = to_text(known.id),
                             .owner = person_ref(tx, world, known.owner),
                             .name = known.name,
                             .format = known.format,
                             .host = known.host,
                             .kinds = known.wanted.kinds,
                             .actions = known.wanted.actions,
                             .area = {},
                             .active = known.active,
                             .made_at = known.made_at,
                             .sent = 0,
                             .sent_at = {},
                             .failures = 0,
                             .why = {},
                             .secret = {}};
  if (known.wanted.area) view.area = area_ref(world, known.wanted.area);
  if (view.area && !view.area->id)
    view.area = {known.wanted.area, words("已撤回的区域", "an area that was taken back").in(caller.language), ""};
  if (const auto lane = send::lane_state(tx, app.realm, send::channel_of(known.format), to_text(known.id))) {
    view.sent = lane->sent;
    if (lane->sent > 0) view.sent_at = lane->sent_at;
    view.failures = lane->failures;
    if (lane->failures > 0) view.why = Words{lane->why_zh, lane->why_en};
  }
  return view;
}

Caller staff_caller(App& app, store::Tx& tx, const Request& request) {
  Caller caller = signed_in_caller(app, tx, request);
  need_staff(caller);
  return caller;
}

// One's own; an administrator reaches everybody's.
send::Subscription own_subscription(App& app, store::Tx& tx, const Caller& caller, const Request& request) {
  const auto known = send::find_subscription(tx, app.realm, path_id<SubscriptionId>(request, 0));
  if (!known || (known->owner != caller.actor.person && !caller.admin))
    throw Fault(Code::not_found, words("没有这个订阅", "there is no such subscription"));
  return *known;
}

void need_known(const record::World& world, const std::vector<std::string>& kinds, AreaId area) {
  for (std::size_t i = 0; i < kinds.size(); ++i)
    if (world.library->kind(kinds[i]) == nullptr)
      refuse_invalid(fmt::format("/kinds/{}", i), "unknown", words("没有这个种类", "there is no such kind"));
  if (area && world.atlas->find(area) == nullptr)
    refuse_invalid("/area", "unknown", words("没有这个区域", "there is no such area"));
}

api::SubscriptionList list_subscriptions(App& app, const Request& request) {
  const bool all = query_flag(request, "all").value_or(false);
  return app.store.read([&](store::Tx& tx) {
    const Caller caller = staff_caller(app, tx, request);
    if (all) need_admin(caller);
    const auto world = app.engine.worlds().current(tx, app.realm);
    api::SubscriptionList list;
    for (const auto& each :
         all ? send::all_subscriptions(tx, app.realm) : send::subscriptions_of(tx, app.realm, caller.actor.person))
      list.items.push_back(view_of(app, tx, *world, caller, each));
    return list;
  });
}

Answer add_subscription(App& app, const Request& request, api::NewSubscription body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = staff_caller(app, tx, request);
    const auto world = app.engine.worlds().current(tx, app.realm);
    const AreaId area = body.area.value_or(AreaId{});
    need_known(*world, body.kinds, area);
    const auto [id, secret] = send::add_subscription(
        tx, app.vault, app.ids, app.realm,
        {caller.actor.person, body.name, body.format, body.url, body.secret, {body.kinds, body.actions, area}},
        app.clock.now());
    people::audit(tx, doing_of(app, caller.actor.person, body.name), "subscription.add", id.value);
    auto view = view_of(app, tx, *world, caller, *send::find_subscription(tx, app.realm, id));
    if (!secret.empty()) view.secret = secret;
    return json_answer(view, 201);
  });
}

Answer change_subscription(App& app, const Request& request, api::ChangeSubscription body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = staff_caller(app, tx, request);
    const auto known = own_subscription(app, tx, caller, request);
    const auto world = app.engine.worlds().current(tx, app.realm);
    send::SubscriptionChange change{body.name, body.url, body.secret, {}, body.active};
    if (body.kinds || body.actions || body.area) {
      send::Wanted wanted = known.wanted;
      if (body.kinds) wanted.kinds = *body.kinds;
      if (body.actions) wanted.actions = *body.actions;
      if (body.area) wanted.area = body.area->empty() ? AreaId{} : AreaId{id_of(*body.area, "/area")};
      need_known(*world, wanted.kinds, wanted.area);
      change.wanted = std::move(wanted);
    } else if (body.active.value_or(false)) {
      need_known(*world, {}, known.wanted.area);  // it may have been taken back meanwhile
    }
    send::change_subscription(tx, app.vault, app.realm, known, change);
    people::audit(tx, doing_of(app, caller.actor.person, known.name), "subscription.change", known.id.value);
    return json_answer(view_of(app, tx, *world, caller, *send::find_subscription(tx, app.realm, known.id)));
  });
}

Answer renew_secret(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const Caller caller = staff_caller(app, tx, request);
    const auto known = own_subscription(app, tx, caller, request);
    if (known.format != send::SubscriptionFormat::webhook)
      throw Fault(Code::not_now, words("机器人的密钥在群里设置", "a robot's secret is made in its group"));
    const std::string secret = send::new_secret(tx, app.vault, app.realm, known, app.clock.now());
    people::audit(tx, doing_of(app, caller.actor.person, known.name), "subscription.secret", known.id.value);
    auto view = view_of(app, tx, *app.engine.worlds().current(tx, app.realm), caller, known);
    view.secret = secret;
    return json_answer(view);
  });
}

Answer remove_subscription(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const Caller caller = staff_caller(app, tx, request);
    const auto known = own_subscription(app, tx, caller, request);
    send::remove_subscription(tx, app.realm, known);
    people::audit(tx, doing_of(app, caller.actor.person, known.name), "subscription.remove", known.id.value);
    return done();
  });
}

Answer try_subscription(OutgoingMessages& outgoing, const Request& request) {
  return Answer::write([&outgoing, &request](store::Tx& tx) {
    App& app = outgoing.app();
    const auto known = own_subscription(app, tx, staff_caller(app, tx, request), request);
    const bool hook = known.format == send::SubscriptionFormat::webhook;
    outgoing.put(tx, {.channel = send::channel_of(known.format),
                      .target = to_text(known.id),
                      .body = hook ? fmt::format(R"({{"type":"trial","timestamp":"{}","realm":"{}","data":{{}}}})",
                                                 to_rfc3339(app.clock.now(), app.zone), to_text(app.realm))
                                   : fmt::format("{}：测试消息", known.name),
                      .about = "试发 / trial",
                      .until = app.clock.now() + kTrialLives});
    return done();
  });
}

// ── the outbox ──

void need_admin_now(App& app, store::Tx& tx, const Request& request) { need_admin(signed_in_caller(app, tx, request)); }

// The name behind a target, for those who look at the list.
std::optional<std::string> target_name(App& app, store::Tx& tx, const std::string& channel, const std::string& target) {
  const auto id = parse_id(target);
  if (!id) return std::nullopt;
  if (channel == "person") {
    const auto person = people::find_person(tx, app.realm, PersonId{*id});
    return person ? std::optional(person->name) : std::nullopt;
  }
  const auto known = send::find_subscription(tx, app.realm, {*id});
  return known ? std::optional(fmt::format("{} ({})", known->name, known->host)) : std::nullopt;
}

api::DeadLetterView view_of(App& app, store::Tx& tx, const send::DeadLetter& letter) {
  return {.id = to_text(letter.id),
          .channel = letter.channel,
          .about = letter.about,
          .target = target_name(app, tx, letter.channel, letter.target),
          .record = letter.record ? std::optional(letter.record) : std::nullopt,
          .made_at = letter.made_at,
          .failed_at = letter.failed_at,
          .tries = letter.tries,
          .why = {letter.why_zh, letter.why_en},
          .discreet = letter.discreet,
          .body = {}};
}

api::OutboxView outbox(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) {
    need_admin_now(app, tx, request);
    api::OutboxView view;
    for (const auto& each : send::configured(tx, app.realm)) view.channels.push_back({each.name, each.changed_at});
    for (const send::Trouble& each : send::troubles(tx, app.realm, 100))
      view.troubles.push_back({each.channel,
                               target_name(app, tx, each.channel, each.target),
                               each.failures,
                               each.next_try,
                               each.failed_at,
                               {each.why_zh, each.why_en}});
    return view;
  });
}

api::DeadLetterList dead_letters(App& app, const Request& request) {
  const auto cursor = query_text(request, "cursor");
  const LetterId before{cursor ? id_of(*cursor, "?cursor") : std::numeric_limits<std::int64_t>::max()};
  const int limit = int(query_integer(request, "limit", 1, 100).value_or(50));
  return app.store.read([&](store::Tx& tx) {
    need_admin_now(app, tx, request);
    api::DeadLetterList list;
    for (const auto& letter : send::dead_letters(tx, app.realm, before, limit))
      list.items.push_back(view_of(app, tx, letter));
    if (int(list.items.size()) == limit) list.next = list.items.back().id;
    return list;
  });
}

[[noreturn]] void no_letter() {
  throw Fault(Code::not_found, words("没有这条消息，或已有人处理", "there is no such letter, or somebody was first"));
}

api::DeadLetterView dead_letter(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) {
    need_admin_now(app, tx, request);
    const auto letter = send::dead_letter(tx, app.realm, path_id<LetterId>(request, 0));
    if (!letter) no_letter();
    auto view = view_of(app, tx, *letter);
    view.body = send::dead_body(tx, app.vault, app.realm, letter->id);
    return view;
  });
}

Answer settle_dead(OutgoingMessages& outgoing, const Request& request, bool again) {
  return Answer::write([&outgoing, &request, again](store::Tx& tx) {
    App& app = outgoing.app();
    need_admin_now(app, tx, request);
    const auto id = path_id<LetterId>(request, 0);
    if (!(again ? send::send_again : send::throw_away)(tx, app.realm, id)) no_letter();
    if (again) tx.after_commit([&outgoing] { outgoing.worker().nudge(); });
    return done();
  });
}

template <class Setting>
Answer save_channel(OutgoingMessages& outgoing, const Request& request, Setting body) {
  return Answer::write([&outgoing, &request, body = std::move(body)](store::Tx& tx) {
    App& app = outgoing.app();
    const Caller caller = signed_in_caller(app, tx, request);
    need_admin(caller);
    send::save(tx, app.vault, app.realm, body, app.clock.now());
    people::audit(tx, doing_of(app, caller.actor.person, ""), "channel.set", 0);
    return done();
  });
}

Answer remove_channel(App& app, const Request& request, const char* name) {
  return Answer::write([&app, &request, name](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    need_admin(caller);
    send::remove_setting(tx, app.realm, name);
    people::audit(tx, doing_of(app, caller.actor.person, name), "channel.remove", 0);
    return done();
  });
}

Answer try_text(OutgoingMessages& outgoing, const Request& request, api::TryPhone body) {
  return Answer::write([&outgoing, &request, body = std::move(body)](store::Tx& tx) {
    App& app = outgoing.app();
    need_admin_now(app, tx, request);
    if (!outgoing.send_text(tx, clean_phone(body.phone), words("这是一条测试短信。", "This is a trial."),
                            app.clock.now() + kTrialLives))
      throw Fault(Code::unavailable, words("尚未设置短信网关", "no SMS gateway is set up"));
    return done();
  });
}

Answer try_mail(OutgoingMessages& outgoing, const Request& request, api::TryMail body) {
  return Answer::write([&outgoing, &request, body = std::move(body)](store::Tx& tx) {
    App& app = outgoing.app();
    need_admin_now(app, tx, request);
    if (!send::is_mail_address(body.address))
      refuse_invalid("/address", "format", words("不是邮件地址", "that is no mail address"));
    outgoing.send_mail(tx, body.address, words("测试邮件", "Trial"), words("这是一封测试邮件。", "This is a trial."),
                       app.clock.now() + kTrialLives);
    return done();
  });
}

// ── how a person wants to be told ──

std::string clock_text(int minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

int minutes_of(const std::string& text, const char* at) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100'000; };
  const int minutes =
      text.size() == 5 && text[2] == ':' ? (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4) : -1;
  if (minutes < 0 || minutes >= 24 * 60 || digit(3) > 5)
    refuse_invalid(at, "format", words("应为 22:00 这样的时间", "expected a time such as 22:00"));
  return minutes;
}

Language language_of(const std::string& text) {
  if (text == "zh-CN" || text == "zh") return Language::zh;
  if (text == "en") return Language::en;
  refuse_invalid("/language", "enum", words("应为 zh-CN 或 en", "expected zh-CN or en"));
}

api::MessageChoice choice_view(App& app, store::Tx& tx, PersonId person) {
  const send::Choice choice = send::choice_of(tx, app.realm, person);
  const auto fields = people::private_fields(tx, app.realm, person);
  return {.way = choice.way,
          .quiet_from = clock_text(choice.quiet_from),
          .quiet_until = clock_text(choice.quiet_until),
          .digest_minutes = choice.digest_minutes,
          .language = choice.language == Language::en ? "en" : "zh-CN",
          .has_phone = std::find(fields.begin(), fields.end(), people::PrivateField::phone) != fields.end(),
          .sms_available = send::is_configured(tx, app.realm, "sms"),
          .mail_available = send::is_configured(tx, app.realm, "mail"),
          .mail = send::mail_of(tx, app.vault, app.realm, person)};
}

Answer choose(App& app, const Request& request, api::ChooseMessages body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const PersonId person = signed_in_caller(app, tx, request).actor.person;
    if (body.way == send::Way::sms && !choice_view(app, tx, person).has_phone)
      refuse_invalid("/way", "no_phone", words("没有登记手机号", "no phone number is known"));
    send::save_choice(tx, app.realm, person,
                      {body.way, minutes_of(body.quiet_from, "/quiet_from"),
                       minutes_of(body.quiet_until, "/quiet_until"), body.digest_minutes,
                       body.language ? language_of(*body.language) : send::choice_of(tx, app.realm, person).language});
    return json_answer(choice_view(app, tx, person));
  });
}

// Counted like guesses: nobody fills a stranger's mailbox with codes.
Answer begin_mail(OutgoingMessages& outgoing, const Request& request, api::TryMail body) {
  return Answer::write([&outgoing, &request, body = std::move(body)](store::Tx& tx) {
    App& app = outgoing.app();
    const Time now = app.clock.now();
    const PersonId person = signed_in_caller(app, tx, request).actor.person;
    const std::string subject = "mail proof\n" + to_text(person);
    if (const auto wait = people::wait_of(tx, app.realm, subject, now); wait.count() > 0)
      return slow_down(request, wait);
    people::count_failure(tx, app.realm, subject, kMailWaits, now);
    const std::string code = send::begin_mail(tx, app.vault, app.realm, person, body.address, now);
    outgoing.send_mail(tx, body.address, words("邮箱验证码", "Your code"),
                       words("验证码 {}，半小时内有效。若不是您本人操作，请忽略。",
                             "Your code is {}, good for half an hour. If you did not ask for it, ignore this.", code),
                       now + kTrialLives);
    return done();
  });
}

Answer prove_mail(App& app, const Request& request, api::ProveMail body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const PersonId person = signed_in_caller(app, tx, request).actor.person;
    const send::Reached before = send::reached_at(tx, app.vault, app.realm, person);
    if (!send::prove_mail(tx, app.vault, app.realm, person, body.code, app.clock.now())) {
      const Words say = words("验证码不对或已失效", "that code is wrong or has ended");
      return problem(Fault(Code::invalid, say, {{"/code", "wrong", say}}), request);
    }
    record::warn_owner(tx, app.vault, doing_of(app, person, "mail address proven"), person, record::Warning::mail,
                       before);
    return json_answer(choice_view(app, tx, person));
  });
}

void add_subscription_routes(OutgoingMessages& outgoing, Api& api) {
  App& app = outgoing.app();
  api.get<api::SubscriptionList>("/v1/subscriptions", "订阅：Webhook 与群机器人 / webhooks and robots of group chats",
                                 [&app](const Request& request) { return list_subscriptions(app, request); })
      .query("all", "所有人的，须管理平台 / everybody's, for administrators", ParameterType::flag);
  api.post<api::NewSubscription, api::SubscriptionView>(
         "/v1/subscriptions", "新建订阅；密钥只显示一次 / subscribe; the secret is shown once",
         [&app](const Request& request, api::NewSubscription body) {
           return add_subscription(app, request, std::move(body));
         })
      .status(201);
  api.patch<api::ChangeSubscription, api::SubscriptionView>(
      "/v1/subscriptions/{id}", "修改订阅 / change a subscription",
      [&app](const Request& request, api::ChangeSubscription body) {
        return change_subscription(app, request, std::move(body));
      });
  api.post<Nothing, api::SubscriptionView>(
      "/v1/subscriptions/{id}/secret",
      "更换密钥；旧密钥一天内仍同时签名 / a new secret; the former one signs too for a day",
      [&app](const Request& request) { return renew_secret(app, request); });
  api.post<Nothing, Nothing>("/v1/subscriptions/{id}/try", "试发一条 / send a trial",
                             [&outgoing](const Request& request) { return try_subscription(outgoing, request); })
      .status(204);
  api.del("/v1/subscriptions/{id}", "删除订阅 / unsubscribe",
          [&app](const Request& request) { return remove_subscription(app, request); });
}

void add_outbox_routes(OutgoingMessages& outgoing, Api& api) {
  App& app = outgoing.app();
  api.get<api::OutboxView>("/v1/outbox", "外发消息的状况 / how messages out are doing",
                           [&app](const Request& request) { return outbox(app, request); });
  api.get<api::DeadLetterList>("/v1/outbox/dead", "未能送达的消息 / what could not be delivered",
                               [&app](const Request& request) { return dead_letters(app, request); })
      .query("cursor", "上一页的 next / next of the page before")
      .query("limit", "1–100", ParameterType::integer);
  api.get<api::DeadLetterView>("/v1/outbox/dead/{id}", "查看一条 / one of them",
                               [&app](const Request& request) { return dead_letter(app, request); });
  api.post<Nothing, Nothing>("/v1/outbox/dead/{id}/again", "重新发送 / send it again",
                             [&outgoing](const Request& request) { return settle_dead(outgoing, request, true); })
      .status(204);
  api.del("/v1/outbox/dead/{id}", "丢弃 / throw it away",
          [&outgoing](const Request& request) { return settle_dead(outgoing, request, false); });
  api.put<send::SmsGateway, Nothing>("/v1/outbox/channels/sms", "设置短信网关 / set up the SMS gateway",
                                     [&outgoing](const Request& request, send::SmsGateway body) {
                                       return save_channel(outgoing, request, std::move(body));
                                     })
      .status(204);
  api.put<send::MailServer, Nothing>("/v1/outbox/channels/mail", "设置邮件服务器 / set up the mail server",
                                     [&outgoing](const Request& request, send::MailServer body) {
                                       return save_channel(outgoing, request, std::move(body));
                                     })
      .status(204);
  api.del("/v1/outbox/channels/sms", "停用短信 / no more texts",
          [&app](const Request& request) { return remove_channel(app, request, "sms"); });
  api.del("/v1/outbox/channels/mail", "停用邮件 / no more mails",
          [&app](const Request& request) { return remove_channel(app, request, "mail"); });
  api.post<api::TryPhone, Nothing>("/v1/outbox/channels/sms/try", "试发短信 / send a trial text",
                                   [&outgoing](const Request& request, api::TryPhone body) {
                                     return try_text(outgoing, request, std::move(body));
                                   })
      .status(204);
  api.post<api::TryMail, Nothing>("/v1/outbox/channels/mail/try", "试发邮件 / send a trial mail",
                                  [&outgoing](const Request& request, api::TryMail body) {
                                    return try_mail(outgoing, request, std::move(body));
                                  })
      .status(204);
}

void add_choice_routes(OutgoingMessages& outgoing, Api& api) {
  App& app = outgoing.app();
  api.get<api::MessageChoice>(
      "/v1/me/messages", "我的通知方式 / how I want to be told", [&app](const Request& request) {
        return app.store.read(
            [&](store::Tx& tx) { return choice_view(app, tx, signed_in_caller(app, tx, request).actor.person); });
      });
  api.put<api::ChooseMessages, api::MessageChoice>(
      "/v1/me/messages", "选择通知方式与免打扰时间 / choose how and when",
      [&app](const Request& request, api::ChooseMessages body) { return choose(app, request, std::move(body)); });
  api.post<api::TryMail, Nothing>("/v1/me/messages/mail", "登记邮箱：先发验证码 / a mail address: a code is sent there",
                                  [&outgoing](const Request& request, api::TryMail body) {
                                    return begin_mail(outgoing, request, std::move(body));
                                  })
      .status(204);
  api.post<api::ProveMail, api::MessageChoice>(
      "/v1/me/messages/mail/confirm", "确认邮箱 / prove the address",
      [&app](const Request& request, api::ProveMail body) { return prove_mail(app, request, std::move(body)); });
  api.del("/v1/me/messages/mail", "删除邮箱 / forget the address", [&app](const Request& request) {
    return Answer::write([&app, &request](store::Tx& tx) {
      const PersonId person = signed_in_caller(app, tx, request).actor.person;
      const send::Reached before = send::reached_at(tx, app.vault, app.realm, person);
      send::forget_mail(tx, app.realm, person);
      if (before.mail)
        record::warn_owner(tx, app.vault, doing_of(app, person, "mail address removed"), person,
                           record::Warning::mail_removed, before);
      return done();
    });
  });
}

}  // namespace

void add_outgoing_routes(OutgoingMessages& outgoing, Router& router) {
  Api api(router);
  add_subscription_routes(outgoing, api);
  add_outbox_routes(outgoing, api);
  add_choice_routes(outgoing, api);
}

}  // namespace tongxin::serve
