// Signing in and out: password with second factor, phone code, and the settings of an account.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "people/devices.hpp"
#include "people/persons.hpp"
#include "people/throttle.hpp"
#include "people/tokens.hpp"
#include "people/totp.hpp"
#include "record/warning.hpp"
#include "serve/account_shapes.hpp"
#include "serve/qr.hpp"
#include "serve/routes.hpp"
#include "serve/second_factor.hpp"
#include "serve/session_cookie.hpp"

namespace tongxin::serve {
namespace {

constexpr const char* kPhoneCookie = "tx_phone";
constexpr std::chrono::seconds kDeviceKept = std::chrono::hours{24 * 400};  // browsers keep no cookie longer
constexpr int kResidentDays = 730;  // a resident who has not come for two years is forgotten

std::string_view device_of(const Request& request) { return cut(request.header("user-agent"), 200); }

api::SessionView session_view(App& app, store::Tx& tx, const people::Session& session, const std::string& csrf) {
  const auto world = app.engine.worlds().current(tx, app.realm);
  const Day today = day_of(app.clock.now(), app.zone);
  const Standing standing = standing_of(*world, session.person, today);
  const auto account = account_of(app, tx, session);
  api::SessionView view{.person = person_ref(tx, *world, session.person),
                        .posts = {},
                        .staff = standing.staff,
                        .admin = standing.admin,
                        .totp_enabled = account && account->totp_enabled,
                        .totp_required = needs_second_factor(app, standing),
                        .csrf = csrf,
                        .expires_at = session.until_at};
  for (const people::Post& post : world->directory->posts_of(session.person))
    if (people::live(post, today)) view.posts.push_back(post_view(*world, post));
  return view;
}

Response session_answer(App& app, store::Tx& tx, const Request& request, const people::NewSession& opened) {
  return json_answer(session_view(app, tx, opened.session, opened.csrf), 200, {session_cookie(request, opened.cookie)});
}

// ── password ──

Response refused(const Request& request, const people::SignInResult& result) {
  using people::SignInState;
  if (result.state == SignInState::wait) return slow_down(request, result.wait);
  std::vector<Complaint> complaints;
  if (result.state == SignInState::code_needed)
    complaints.push_back({"/code", "required", words("请输入动态口令", "enter the code of your second factor")});
  if (result.state == SignInState::code_wrong)
    complaints.push_back({"/code", "wrong", words("动态口令不对或已用过", "that code is wrong or was used before")});
  const Words say =
      complaints.empty() ? words("账号或密码不对", "the login or the password is wrong") : complaints[0].say;
  return problem(Fault(Code::unauthorized, say, std::move(complaints)), request);
}

// Runs on the pool for slow work: the refusals are answers, because a throw would roll the count of failures back.
Response sign_in(App& app, const Request& request, const api::SignIn& body) {
  const std::string cookie_name = people::device_cookie_name(app.realm, app.vault, body.login);
  const people::Attempt attempt{
      body.login,
      body.password,
      body.code.value_or(""),
      request.peer,
      std::string(device_of(request)),
      people::device_in(app.realm, app.vault, body.login, request.cookie(cookie_name).value_or(""))};
  const Time now = app.clock.now();
  const auto challenge =
      app.store.read([&](store::Tx& tx) { return people::begin_sign_in(tx, app.realm, attempt, now); });
  const people::Verdict verdict = people::check_password(challenge, attempt.password);
  return app.store.write([&](store::Tx& tx) {
    const auto result = people::finish_sign_in(tx, app.vault, challenge, verdict, attempt, kSessionRules, now, app.ids);
    if (!result.session) return refused(request, result);
    Response response = session_answer(app, tx, request, *result.session);
    const std::string known = people::make_device_cookie(app.realm, app.vault, attempt.login, attempt.known_device);
    response.headers.emplace_back(
        "set-cookie", fmt::format("{}={}; Path=/v1/session; HttpOnly; SameSite=Lax; Max-Age={}{}", cookie_name, known,
                                  kDeviceKept.count(), request.secure ? "; Secure" : ""));
    return response;
  });
}

api::SessionView current_session(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) {
    const people::SignedIn signed_in = need_session(app, tx, request);
    return session_view(app, tx, signed_in.session, signed_in.csrf);
  });
}

// Nobody is refused a sign-out; only a live session needs its CSRF token, so that no other site can end it.
Answer sign_out(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    if (session_of(app, tx, request)) {
      need_session(app, tx, request);
      people::close_session(tx, *session_cookie_of(request));
    }
    return Response{.status = 204, .type = {}, .headers = {no_session_cookie(request)}};
  });
}

people::Account need_account(App& app, store::Tx& tx, const people::Session& session) {
  auto account = account_of(app, tx, session);
  if (!account)
    throw Fault(Code::not_now, words("用手机号登录的没有密码和动态口令",
                                     "there is no password or second factor for a sign-in by phone"));
  return std::move(*account);
}

void warn(App& app, store::Tx& tx, const people::Doing& doing, PersonId owner, record::Warning what) {
  record::warn_owner(tx, app.vault, doing, owner, what, send::reached_at(tx, app.vault, app.realm, owner));
}

Response change_password(App& app, const Request& request, const api::ChangePassword& body) {
  const Time now = app.clock.now();
  const auto [session, account, wait] = app.store.read([&](store::Tx& tx) {
    auto signed_in = need_session(app, tx, request);
    auto kept = need_account(app, tx, signed_in.session);
    const auto wait_for = people::wait_of(tx, app.realm, "password\n" + to_text(kept.id), now);
    return std::tuple(signed_in.session, kept, wait_for);
  });
  const std::string subject = "password\n" + to_text(account.id);
  if (wait.count() > 0) return slow_down(request, wait);
  people::need_good_password(account.login, body.new_password);
  if (!verify_password(account.password_hash, body.old_password)) {
    app.store.write([&](store::Tx& tx) { people::count_failure(tx, app.realm, subject, people::kLoginWaits, now); });
    refuse_invalid("/old_password", "wrong", words("原密码不对", "the old password is wrong"));
  }
  const std::string hash = hash_password(body.new_password);
  return app.store.write([&](store::Tx& tx) {
    people::forget_failures(tx, app.realm, subject);
    const people::Doing doing = doing_of(app, session.person, "password changed by its owner");
    people::set_password(tx, doing, account.id, hash);
    warn(app, tx, doing, session.person, record::Warning::password);
    const auto opened = people::open_session(tx, app.realm, app.ids, session.person, account.id, device_of(request),
                                             kSessionRules, now);
    return session_answer(app, tx, request, opened);
  });
}

// ── second factor ──

Answer start_totp(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const auto signed_in = need_session(app, tx, request);
    const auto account = need_account(app, tx, signed_in.session);
    const std::string issuer = app.options.realm_name.empty() ? "Tongxin" : app.options.realm_name;
    auto made =
        people::start_totp(tx, app.vault, doing_of(app, signed_in.session.person, "second factor"), account.id, issuer);
    const std::string svg = qr_svg(made.uri);
    return json_answer(api::TotpStart{.secret = std::move(made.secret), .uri = std::move(made.uri), .svg = svg});
  });
}

Answer confirm_totp(App& app, const Request& request, api::TotpConfirm body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const auto signed_in = need_session(app, tx, request);
    const auto account = need_account(app, tx, signed_in.session);
    const people::Doing doing = doing_of(app, signed_in.session.person, "second factor");
    auto codes = people::confirm_totp(tx, app.vault, doing, account.id, body.code);
    warn(app, tx, doing, signed_in.session.person, record::Warning::second_factor_on);
    return json_answer(api::RecoveryCodes{.codes = std::move(codes)});
  });
}

// A stolen session alone must not turn the second factor off: a code is asked for, and wrong ones are counted.
Answer end_totp(App& app, const Request& request, api::TotpConfirm body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const auto signed_in = need_session(app, tx, request);
    const auto account = need_account(app, tx, signed_in.session);
    const Time now = app.clock.now();
    const std::string subject = "totp\n" + to_text(account.id);
    if (const auto wait = people::wait_of(tx, app.realm, subject, now); wait.count() > 0)
      return slow_down(request, wait);
    if (!people::take_code(tx, app.vault, app.realm, account, body.code, now)) {
      people::count_failure(tx, app.realm, subject, people::kLoginWaits, now);
      const Words say = words("动态口令不对或已用过", "that code is wrong or was used before");
      return problem(Fault(Code::invalid, say, {{"/code", "wrong", say}}), request);
    }
    const people::Doing doing = doing_of(app, signed_in.session.person, "second factor");
    people::disable_totp(tx, doing, account.id);
    warn(app, tx, doing, signed_in.session.person, record::Warning::second_factor_off);
    return Response{.status = 204, .type = {}};
  });
}

// ── phone ──

std::string requester_of(const Request& request) {
  if (auto cookie = request.cookie(kPhoneCookie); cookie && cookie->size() == 43) return "cookie " + *cookie;
  return "network " + people::network_of(request.peer);
}

[[noreturn]] void no_texts() {
  throw Fault(Code::unavailable, words("尚未接通短信，暂时不能用手机号登录",
                                       "no text messages can be sent yet: sign-in by phone is not available"));
}

// In the language of the page that asks for it.
void send_code(App& app, store::Tx& tx, const people::PhoneCode& made, Language language) {
  if (app.options.demo) return;
  const Words text = words("验证码 {}，五分钟内有效。请勿告诉他人。",
                           "Your code is {}, good for five minutes. Tell it to nobody.", made.code);
  const std::string& said = text.in(language);
  if (!app.options.send_text(tx, made.phone, {said, said}, app.clock.now() + std::chrono::minutes{5})) no_texts();
}

// Known and unknown numbers get the same answer. The asking browser is told apart by a cookie of its own.
Answer start_phone(App& app, const Request& request, api::PhoneStart body) {
  if (!app.options.demo && !app.options.send_text) no_texts();
  const std::string known = request.cookie(kPhoneCookie).value_or("");
  const std::string own = known.size() == 43 ? known : random_token();
  return Answer::write([&app, &request, body = std::move(body), own](store::Tx& tx) {
    const auto made =
        people::start_phone_code(tx, app.vault, app.realm, body.phone, "cookie " + own, request.peer, app.clock.now());
    if (made.wait.count() > 0) return slow_down(request, made.wait);
    send_code(app, tx, made, request.language);
    const std::string cookie = fmt::format("{}={}; Path=/v1/session; HttpOnly; SameSite=Lax; Max-Age=600{}",
                                           kPhoneCookie, own, request.secure ? "; Secure" : "");
    return json_answer(api::PhoneStarted{.code = app.options.demo ? std::optional(made.code) : std::nullopt}, 200,
                       {{"set-cookie", cookie}});
  });
}

// The oldest person with this number, so that a family that shares one always comes back as the same.
PersonId resident_with(App& app, store::Tx& tx, const std::string& phone) {
  const Day until = add_days(day_of(app.clock.now(), app.zone), kResidentDays);
  const auto known = people::find_by_phone(tx, app.vault, app.realm, phone);
  if (!known.empty()) {
    const PersonId person = *std::min_element(known.begin(), known.end());
    const auto found = people::find_person(tx, app.realm, person);
    if (found && found->delete_after != 0 && found->delete_after < add_days(until, -30))
      people::change_person(tx, doing_of(app, person, "signed in"), person, {.delete_after = until});
    return person;
  }
  people::NewPerson fresh{.name = "居民", .purpose = "resident", .delete_after = until};
  fresh.fields[people::PrivateField::phone] = phone;
  return people::add_person(tx, app.vault, doing_of(app, PersonId{}, "first sign-in by phone"), fresh);
}

Answer confirm_phone(App& app, const Request& request, api::PhoneConfirm body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Time now = app.clock.now();
    if (!people::take_phone_code(tx, app.vault, app.realm, body.phone, requester_of(request), body.code, now)) {
      const Words say = words("验证码不对或已失效", "that code is wrong or has ended");
      return problem(Fault(Code::unauthorized, say, {{"/code", "wrong", say}}), request);
    }
    const PersonId person = resident_with(app, tx, clean_phone(body.phone));
    return session_answer(
        app, tx, request,
        people::open_phone_session(tx, app.realm, app.ids, person, device_of(request), kSessionRules, now));
  });
}

}  // namespace

void add_account_routes(App& app, Api& api);  // routes_me.cpp

void add_session_routes(App& app, Router& router) {
  Api api(router);
  api.post<api::SignIn, api::SessionView>(
         "/v1/session", "登录 / sign in",
         [&app](const Request& request, api::SignIn body) {
           return Answer::work([&app, &request, body = std::move(body)] { return sign_in(app, request, body); });
         })
      .open();
  api.get<api::SessionView>("/v1/session", "当前登录 / who is signed in",
                            [&app](const Request& request) { return current_session(app, request); });
  api.del("/v1/session", "退出 / sign out", [&app](const Request& request) { return sign_out(app, request); });
  api.post<api::ChangePassword, api::SessionView>(
      "/v1/session/password", "修改密码，其他登录随之结束 / change the password; other sessions end",
      [&app](const Request& request, api::ChangePassword body) {
        return Answer::work([&app, &request, body = std::move(body)] { return change_password(app, request, body); });
      });
  api.post<Nothing, api::TotpStart>("/v1/session/totp", "开始启用动态口令 / begin to set up a second factor",
                                    [&app](const Request& request) { return start_totp(app, request); });
  api.post<api::TotpConfirm, api::RecoveryCodes>(
      "/v1/session/totp/confirm", "确认动态口令 / confirm the second factor",
      [&app](const Request& request, api::TotpConfirm body) { return confirm_totp(app, request, std::move(body)); });
  api.post<api::TotpConfirm, Nothing>(
      "/v1/session/totp/end", "停用动态口令 / turn the second factor off",
      [&app](const Request& request, api::TotpConfirm body) { return end_totp(app, request, std::move(body)); });
  api.post<api::PhoneStart, api::PhoneStarted>(
         "/v1/session/phone", "发送手机验证码 / send a code to a phone",
         [&app](const Request& request, api::PhoneStart body) { return start_phone(app, request, std::move(body)); })
      .open();
  api.post<api::PhoneConfirm, api::SessionView>("/v1/session/phone/confirm", "手机验证码登录 / sign in with the code",
                                                [&app](const Request& request, api::PhoneConfirm body) {
                                                  return confirm_phone(app, request, std::move(body));
                                                })
      .open();
  add_account_routes(app, api);
}

}  // namespace tongxin::serve
