// The doors of OutsideSignIn.
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "people/outside.hpp"
#include "people/persons.hpp"
#include "serve/outside_shapes.hpp"
#include "serve/outside_sign_in.hpp"
#include "serve/routes.hpp"
#include "serve/second_factor.hpp"
#include "serve/session_cookie.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;

constexpr const char* kCookie = "tx_outside";
constexpr std::string_view kField = "outside-begun";
constexpr auto kBegunLives = std::chrono::minutes{10};
constexpr int kKnownDays = 365;

std::string base_url(const App& app, const Request& request) {
  if (!app.options.base_url.empty()) return app.options.base_url;
  return fmt::format("{}://{}", request.secure ? "https" : "http", request.header("host"));
}
std::string callback_url(const App& app, const Request& request) {
  return base_url(app, request) + "/v1/session/outside/callback";
}

// Only a path of this house: "//elsewhere" and "\\elsewhere" are other hosts to a browser.
std::string page_of(std::string_view wanted) {
  const bool own = wanted.starts_with("/") && !wanted.starts_with("//") &&
                   wanted.find('\\') == std::string_view::npos && is_one_line(wanted) && wanted.size() <= 500;
  return own ? std::string(wanted) : "/";
}

Response moved(std::string to, std::vector<std::pair<std::string, std::string>> headers = {}) {
  headers.emplace_back("location", std::move(to));
  headers.emplace_back("cache-control", "no-store");
  return {.status = 302, .type = {}, .headers = std::move(headers)};
}

std::pair<std::string, std::string> begun_cookie(const Request& request, const std::string& value) {
  return {"set-cookie", fmt::format("{}={}; Path=/v1/session/outside; HttpOnly; SameSite=Lax; Max-Age={}{}", kCookie,
                                    value, value.empty() ? 0 : 600, request.secure ? "; Secure" : "")};
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

bool holds(const json::object& claims, const std::string& name, const std::string& wanted) {
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return false;
  if (value->is_string()) return value->as_string() == wanted;
  if (!value->is_array()) return false;
  const auto& all = value->as_array();
  return std::find(all.begin(), all.end(), json::value(wanted)) != all.end();
}

struct Begun {
  oidc::Kept kept;
  std::string page;
};

std::string sealed(const App& app, const Begun& begun) {
  const Time until = app.clock.now() + kBegunLives;
  const std::string text = json::serialize(json::object{{"state", begun.kept.state},
                                                        {"nonce", begun.kept.nonce},
                                                        {"verifier", begun.kept.verifier},
                                                        {"page", begun.page},
                                                        {"until", to_millis(until)}});
  return base64url(as_text(app.vault.seal(app.realm, app.realm.value, kField, text)));
}

Begun opened(const App& app, const Request& request) {
  const auto refuse = [] {
    return Fault(Code::unauthorized, words("登录已超时或不是从本页开始的，请重新登录",
                                           "that sign-in took too long or did not begin here: please try again"));
  };
  const auto cookie = request.cookie(kCookie);
  const auto bytes = cookie ? from_base64url(*cookie) : std::nullopt;
  if (!bytes || bytes->empty()) throw refuse();
  try {
    const json::value value =
        json::parse(app.vault.open(app.realm, app.realm.value, kField, store::Bytes(bytes->begin(), bytes->end())));
    const json::object& object = value.as_object();
    if (object.at("until").as_int64() <= to_millis(app.clock.now())) throw refuse();
    return {{text_of(object, "state"), text_of(object, "nonce"), text_of(object, "verifier")}, text_of(object, "page")};
  } catch (const Fault&) {
    throw refuse();
  }
}

// ── who it is ──

[[noreturn]] void unknown_person() {
  throw Fault(Code::forbidden, words("统一身份认证通过了，但这里没有登记您，请联系管理员",
                                     "you are signed in there, but not known here: ask an administrator"));
}

PersonId by_claim(App& app, store::Tx& tx, const OutsideSettings& settings, const oidc::Claims& claims) {
  const std::string value = text_of(claims.all, settings.person_claim);
  if (value.empty()) return {};
  switch (settings.person_by) {
    case PersonBy::code:
      if (const auto person = people::find_person(tx, app.realm, value); person && !person->erased) return person->id;
      return {};
    case PersonBy::login:
      if (const auto account = people::find_account(tx, app.realm, value); account && !account->disabled)
        return account->person;
      return {};
    case PersonBy::phone: {
      const json::value* proven = claims.all.if_contains("phone_number_verified");
      if (proven == nullptr || !proven->is_bool() || !proven->as_bool() || !is_phone(clean_phone(value))) return {};
      const auto all = people::find_by_phone(tx, app.vault, app.realm, value);
      return all.size() == 1 ? all[0] : PersonId{};  // a family's number says not which of them
    }
  }
  return {};
}

PersonId make_person(App& app, store::Tx& tx, const OutsideSettings& settings, const oidc::Claims& claims) {
  const Day until = add_days(day_of(app.clock.now(), app.zone), kKnownDays);
  const std::string name = one_line(text_of(claims.all, settings.name_claim));
  people::NewPerson fresh{.name = name.empty() ? "新用户" : std::string(cut(name, 40)),
                          .purpose = "identity provider",
                          .delete_after = until};
  if (settings.person_by == PersonBy::code) fresh.code = text_of(claims.all, settings.person_claim);
  return people::add_person(tx, app.vault, doing_of(app, {}, "first sign-in from outside"), fresh);
}

PersonId person_of(App& app, store::Tx& tx, const OutsideSettings& settings, const oidc::Claims& claims) {
  const Time now = app.clock.now();
  if (const auto known = people::person_of_outside(tx, app.realm, settings.issuer, claims.subject)) {
    const auto person = people::find_person(tx, app.realm, *known);
    if (!person || person->erased) unknown_person();
    people::came_from_outside(tx, app.realm, settings.issuer, claims.subject, now);
    return *known;
  }
  PersonId person = by_claim(app, tx, settings, claims);
  if (!person && settings.create) person = make_person(app, tx, settings, claims);
  if (!person) unknown_person();
  people::bind_outside(tx, app.realm, settings.issuer, claims.subject, person, now);
  return person;
}

std::vector<people::OutsidePost> posts_of(const record::World& world, const OutsideSettings& settings,
                                          const oidc::Claims& claims) {
  std::vector<people::OutsidePost> posts;
  for (const PostRule& rule : settings.posts) {
    if (!holds(claims.all, rule.claim, rule.value)) continue;
    const people::Org* org = world.directory->org_by_code(rule.org);
    const place::Area* area = world.atlas->by_code(rule.area);
    if (org != nullptr && area != nullptr) posts.push_back({rule.role, org->id, area->id});
  }
  return posts;
}

// A provider must not be the weaker door: who needs a second factor here needs one there.
bool need_factor(App& app, store::Tx& tx, const OutsideSettings& settings, const oidc::Claims& claims,
                 PersonId person) {
  const bool had = std::any_of(settings.second_factor.begin(), settings.second_factor.end(),
                               [&](const std::string& value) { return holds(claims.all, "amr", value); });
  const auto world = app.engine.worlds().current(tx, app.realm);
  bool needed = needs_second_factor(app, standing_of(*world, person, day_of(app.clock.now(), app.zone)));
  for (const people::Account& account : people::accounts_of(tx, app.realm, person)) {
    if (account.disabled) throw Fault(Code::forbidden, words("账号已停用", "the account is shut"));
    needed |= account.totp_enabled;
  }
  if (needed && !had)
    throw Fault(Code::forbidden, words("您的岗位须有第二因素：请用账号和动态口令登录",
                                       "your post needs a second factor: sign in with your account and its code"));
  return had;
}

people::NewSession settle(OutsideSignIn& outside, store::Tx& tx, const Request& request, const oidc::Claims& claims) {
  App& app = outside.app;
  const PersonId person = person_of(app, tx, outside.settings, claims);
  const auto posts = posts_of(*app.engine.worlds().current(tx, app.realm), outside.settings, claims);
  if (!outside.settings.posts.empty())
    people::keep_outside_posts(tx, doing_of(app, {}, "claims of the identity provider"), outside.settings.issuer,
                               person, posts);
  const bool factor = need_factor(app, tx, outside.settings, claims, person);
  auto opened = people::open_session(tx, app.realm, app.ids, person, {}, cut(request.header("user-agent"), 200),
                                     kSessionRules, app.clock.now());
  people::mark_outside_session(tx, app.vault, app.realm, opened.session, factor, claims.id_token);
  return opened;
}

// ── the doors ──

Response refused(const Request& request, const Fault& fault) {
  // A person looks at this, in the middle of a sign-in: a page, not JSON.
  const std::string text = escape_markup(fault.say().in(request.language));
  Response page{.status = meaning(fault.code()).status, .type = "text/html; charset=utf-8"};
  page.body = fmt::format(
      "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{}</title><p>{}</p><p><a href=\"/\">{}</a></p></html>",
      request.language == Language::en ? "en" : "zh-CN", text, text,
      words("返回首页", "back to the first page").in(request.language));
  page.headers = {begun_cookie(request, ""), {"cache-control", "no-store"}};
  return page;
}

Response start(OutsideSignIn& outside, const Request& request) {
  const std::string page = page_of(query_text(request, "page").value_or("/"));
  const auto begun = outside.provider.begin(callback_url(outside.app, request));
  return moved(begun.url, {begun_cookie(request, sealed(outside.app, {begun.kept, page}))});
}

Response finish(OutsideSignIn& outside, const Request& request) {
  App& app = outside.app;
  const Begun begun = opened(app, request);
  if (!equal_in_constant_time(begun.kept.state, query_text(request, "state").value_or("")))
    throw Fault(Code::unauthorized,
                words("登录不是从本页开始的，请重新登录", "that sign-in did not begin here: try again"));
  if (const auto issuer = query_text(request, "iss"); issuer && *issuer != outside.settings.issuer)
    throw Fault(Code::unauthorized, words("登录来自另一个提供方", "that answer is of another provider"));
  const auto code = query_text(request, "code");
  if (!code) throw Fault(Code::unauthorized, words("登录已取消", "the sign-in was given up"));
  const oidc::Claims claims = outside.provider.finish(callback_url(app, request), begun.kept, *code);
  return app.store.write([&](store::Tx& tx) {
    const auto session = settle(outside, tx, request, claims);
    return moved(begun.page, {session_cookie(request, session.cookie), begun_cookie(request, "")});
  });
}

Response sign_out(App& app, OutsideSignIn* outside, const Request& request) {
  const auto hint = app.store.write([&](store::Tx& tx) {
    const auto signed_in = need_session(app, tx, request);
    auto kept = people::outside_hint(tx, app.vault, app.realm, signed_in.session.id);
    people::close_session(tx, *session_cookie_of(request));
    return kept;
  });
  api::SignedOut answer;
  if (outside != nullptr && hint) answer.url = outside->provider.sign_out(*hint, base_url(app, request) + "/");
  return json_answer(answer, 200, {no_session_cookie(request)});
}

api::OutsideWays ways(const OutsideSignIn* outside) {
  api::OutsideWays list;
  if (outside != nullptr) list.items.push_back({outside->settings.label, "/v1/session/outside/start"});
  return list;
}

}  // namespace

OutsideSettings read_outside_settings(const std::string& file) {
  struct stat status {};
  std::ifstream stream(file, std::ios::binary);
  if (!stream || ::stat(file.c_str(), &status) != 0)
    throw Fault(Code::unavailable, words("读不到 {}", "{} cannot be read", file));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Fault(Code::unavailable, words("{} 里有密钥，别人不应能读：chmod 600",
                                         "{} holds a secret that others may read: chmod 600", file));
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return read_json<OutsideSettings>(text);
}

void add_outside_routes(App& app, OutsideSignIn* outside, Router& router) {
  Api api(router);
  api.get<api::OutsideWays>("/v1/session/outside", "可用的统一身份认证 / ways to sign in from outside",
                            [outside](const Request&) { return ways(outside); })
      .open();
  api.post<Nothing, api::SignedOut>(
      "/v1/session/outside/end", "退出，并给出提供方的退出地址 / sign out; where to end the session at the provider",
      [&app, outside](const Request& request) {
        return Answer::work([&app, outside, &request] { return sign_out(app, outside, request); });
      });
  if (outside == nullptr) return;
  const auto page = [outside](const char* path, const char* summary, Response (*job)(OutsideSignIn&, const Request&),
                              Api& into) -> Operation& {
    return into.add({.method = Method::get,
                     .path = path,
                     .handler =
                         [outside, job](const Request& request) {
                           return Answer::work([outside, job, &request] {
                             try {
                               return job(*outside, request);
                             } catch (const Fault& fault) {
                               return refused(request, fault);
                             }
                           });
                         }},
                    summary);
  };
  page("/v1/session/outside/start", "到提供方登录 / go and sign in there", start, api)
      .query("page", "登录后回到的页面 / the page to come back to")
      .open()
      .status(302);
  page("/v1/session/outside/callback", "从提供方回来 / back from there", finish, api)
      .query("*", "提供方所给的：code、state、iss、error…… / what the provider sends: code, state, iss, error, …")
      .open()
      .status(302);
}

}  // namespace tongxin::serve
