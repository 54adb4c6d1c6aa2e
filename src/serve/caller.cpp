// Who is asking: a session cookie, a bearer token, a follow code, or nobody.
//
// Scopes of tokens: records:read and records:write (records, kinds, figures, messages, files, codes), people:read and
// people:write (organisations, posts, responsibilities, people), import, open311 (what programs of others send and read by
// GeoReport v2), hotline (tickets of a 12345 platform), and admin, without which a token of an
// administrator does not administer. A token never opens the session routes or a person's own data.
#include <ranges>

#include "base/text.hpp"
#include "people/outside.hpp"
#include "people/persons.hpp"
#include "people/tokens.hpp"
#include "serve/routes.hpp"
#include "serve/second_factor.hpp"
#include "serve/session_cookie.hpp"

namespace tongxin::serve {
namespace {

constexpr auto kTokenTouch = std::chrono::minutes{10};

bool is_change(Method method) { return method != Method::get && method != Method::head && method != Method::options; }

[[noreturn]] void sign_in_again() {
  throw Fault(Code::unauthorized, words("登录已失效，请重新登录", "your session has ended, please sign in again"));
}

void need_csrf(const people::SignedIn& signed_in, const Request& request) {
  if (!is_change(request.method) || people::csrf_fits(signed_in, request.header("x-csrf-token"))) return;
  throw Fault(Code::forbidden, words("请求缺少有效的 X-CSRF-Token，请刷新页面后重试",
                                     "the request lacks a valid X-CSRF-Token; reload the page and try again"));
}

bool begins(std::string_view path, std::initializer_list<std::string_view> roots) {
  for (const std::string_view root : roots)
    if (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/')) return true;
  return false;
}

// What a token must carry for this request; empty: nothing; "-": no token will do.
std::string_view scope_for(const Request& request) {
  const bool change = is_change(request.method);
  const std::string_view path = request.path;
  if (path == "/v1/session" && !change) return {};
  if (begins(path, {"/v1/session", "/v1/me", "/v1/tokens"})) return "-";
  if (begins(path, {"/v1/areas"})) return change ? "admin" : "";
  if (begins(path, {"/v1/people", "/v1/orgs", "/v1/posts", "/v1/responsibilities", "/v1/staffing", "/v1/vacancies",
                    "/v1/dual-offices", "/v1/cross-appointments", "/v1/terms"}))
    return change ? "people:write" : "people:read";
  if (begins(path, {"/v1/imports", "/v1/import"})) return "import";
  if (begins(path, {"/v1/hotline"})) return path.find("/tickets") != path.npos ? "hotline" : "admin";
  return change ? "records:write" : "records:read";
}

void need_scope(const people::Token& token, const Request& request) {
  const std::string_view scope = scope_for(request);
  if (scope.empty() || (scope != "-" && people::has_scope(token, scope))) return;
  if (scope == "-")
    throw Fault(Code::forbidden,
                words("访问令牌不能用于账号自身的设置", "a token does not open the settings of an account"));
  throw Fault(Code::forbidden, words("访问令牌没有权限范围 {}", "the token lacks the scope {}", scope));
}

void touch_later(App& app, std::function<void(store::Tx&)> job) {
  app.store.run_write(std::move(job), [](std::exception_ptr) {});  // a lost touch costs nothing
}

void need_second_factor(App& app, store::Tx& tx, const people::Session& session, const Standing& standing) {
  if (!needs_second_factor(app, standing)) return;
  const auto account = account_of(app, tx, session);
  if (account && account->totp_enabled) return;
  if (people::had_second_factor_outside(tx, app.realm, session.id)) return;
  throw Fault(
      Code::forbidden,
      words("您的岗位须启用动态口令，请先在账号设置中启用", "your post requires a second factor: set one up first"),
      {{"/totp", "totp_required", words("请先启用动态口令", "set up the second factor first")}});
}

void settle(App& app, const record::World& world, Caller& caller, PersonId person) {
  caller.actor.person = person;
  caller.signed_in = true;
  const Standing standing = standing_of(world, person, day_of(app.clock.now(), app.zone));
  caller.staff = standing.staff;
  caller.admin = standing.admin;
}

people::Token need_token(App& app, store::Tx& tx, std::string_view text) {
  auto token =
      people::realm_of_secret(text) == app.realm ? people::find_token(tx, text, app.clock.now()) : std::nullopt;
  if (!token) throw Fault(Code::unauthorized, words("访问令牌无效或已过期", "the token is not valid, or has ended"));
  return std::move(*token);
}

void come_by(App& app, const record::World& world, const people::Token& token, const std::string& text,
             Caller& caller) {
  const Time now = app.clock.now();
  settle(app, world, caller, token.person);
  caller.admin = caller.admin && people::has_scope(token, "admin");
  for (const auto scope : std::views::split(token.scopes, ' ')) caller.scopes.emplace_back(scope.begin(), scope.end());
  if (now - token.used_at > kTokenTouch)
    touch_later(app, [text, now](store::Tx& write) { people::touch_token(write, text, now); });
}

void come_by_token(App& app, store::Tx& tx, const record::World& world, const Request& request, Caller& caller) {
  const std::string text(trim(request.header("authorization").substr(7)));
  const people::Token token = need_token(app, tx, text);
  need_scope(token, request);
  come_by(app, world, token, text, caller);
}

void come_by_cookie(App& app, store::Tx& tx, const record::World& world, const Request& request,
                    const std::string& cookie, Caller& caller) {
  const auto signed_in = session_of(app, tx, request);
  if (!signed_in) sign_in_again();
  need_csrf(*signed_in, request);
  const Time now = app.clock.now();
  settle(app, world, caller, signed_in->session.person);
  need_second_factor(app, tx, signed_in->session, standing_of(world, caller.actor.person, day_of(now, app.zone)));
  if (signed_in->touch_due)
    touch_later(app, [cookie, now, kept = *signed_in](store::Tx& write) {
      people::touch_session(write, cookie, kept, kSessionRules, now);
    });
}

bool has_bearer(const Request& request) {
  const std::string_view header = request.header("authorization");
  return header.size() > 7 && (header.starts_with("Bearer ") || header.starts_with("bearer "));
}

}  // namespace

std::pair<Caller, record::WorldPtr> who_asks(App& app, store::Tx& tx, const Request& request) {
  auto world = app.engine.worlds().current(tx, app.realm);
  Caller caller;
  caller.language = request.language;
  if (has_bearer(request))
    come_by_token(app, tx, *world, request, caller);
  else if (const auto cookie = session_cookie_of(request); cookie && !cookie->empty())
    come_by_cookie(app, tx, *world, request, *cookie, caller);
  if (const std::string_view code = request.header("x-follow-code"); !code.empty())
    if (const auto record = record::follow(tx, app.realm, code)) caller.actor.follows = *record;
  return {std::move(caller), std::move(world)};
}

Caller caller_of(App& app, store::Tx& tx, const Request& request) { return who_asks(app, tx, request).first; }

Caller caller_of_token(App& app, store::Tx& tx, std::string_view text, std::string_view scope, Language language) {
  Caller caller;
  caller.language = language;
  const people::Token token = need_token(app, tx, text);
  if (!people::has_scope(token, scope))
    throw Fault(Code::forbidden, words("访问令牌没有权限范围 {}", "the token lacks the scope {}", scope));
  come_by(app, *app.engine.worlds().current(tx, app.realm), token, std::string(text), caller);
  return caller;
}

Caller signed_in_caller(App& app, store::Tx& tx, const Request& request) {
  Caller caller = caller_of(app, tx, request);
  if (!caller.signed_in) throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  return caller;
}

std::optional<people::SignedIn> session_of(App& app, store::Tx& tx, const Request& request) {
  const auto cookie = session_cookie_of(request);
  if (!cookie || people::realm_of_secret(*cookie) != app.realm) return std::nullopt;
  return people::find_session(tx, *cookie, app.clock.now());
}

people::SignedIn need_session(App& app, store::Tx& tx, const Request& request) {
  auto signed_in = session_of(app, tx, request);
  if (!signed_in) throw Fault(Code::unauthorized, words("请先登录", "please sign in"));
  need_csrf(*signed_in, request);
  return std::move(*signed_in);
}

std::optional<people::Account> account_of(App& app, store::Tx& tx, const people::Session& session) {
  if (!session.account) return std::nullopt;
  for (people::Account& account : people::accounts_of(tx, app.realm, session.person))
    if (account.id == session.account) return std::move(account);
  return std::nullopt;
}

std::pair<std::string, std::string> session_cookie(const Request& request, const std::string& cookie) {
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(kSessionRules.longest).count();
  return {"set-cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", session_cookie_name(request),
                                    cookie, age, request.secure ? "; Secure" : "")};
}

std::pair<std::string, std::string> no_session_cookie(const Request& request) {
  return {"set-cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", session_cookie_name(request),
                                    request.secure ? "; Secure" : "")};
}

Standing standing_of(const record::World& world, PersonId person, Day today) {
  Standing standing;
  for (const people::Post& post : world.directory->posts_of(person)) {
    if (!people::live(post, today)) continue;
    standing.staff = true;
    const pack::Named* role = world.library->role(post.role);
    if (role == nullptr) continue;
    standing.admin |= role->admin;
    standing.totp_required |= role->totp;
  }
  return standing;
}

void need_admin(const Caller& caller) {
  if (!caller.admin)
    throw Fault(Code::forbidden, words("只有平台管理员可以这样做", "only an administrator may do this"));
}

void need_staff(const Caller& caller) {
  if (!caller.staff)
    throw Fault(Code::forbidden, words("只有在岗人员可以查看", "only people with a post may see this"));
}

bool may_organise(const record::World& world, const Caller& caller, AreaId area, Day today) {
  return caller.admin || holds_role_at(world, caller, area, today, &pack::Named::organises);
}

bool holds_role_at(const record::World& world, const Caller& caller, AreaId area, Day today, bool pack::Named::*which) {
  const place::Area* place = world.atlas->find(area);
  if (place == nullptr) return false;
  return std::ranges::any_of(world.directory->posts_of(caller.actor.person), [&](const people::Post& post) {
    const pack::Named* role = world.library->role(post.role);
    return role != nullptr && role->*which && people::live(post, today) && people::covers(post, place->path);
  });
}

void need_organiser(const record::World& world, const Caller& caller, AreaId area, Day today) {
  if (may_organise(world, caller, area, today)) return;
  throw Fault(
      Code::forbidden,
      words("只有平台管理员或分管该区域的社区书记、街道负责人可以调整",
            "only an administrator, or the secretary or street leader in charge of that area, may change this"));
}

people::Doing doing_of(App& app, PersonId actor, std::string reason) {
  return {app.realm, actor, app.clock.now(), app.ids, std::move(reason), app.zone};
}

Day day_at(std::string_view text, std::string_view at, Day otherwise) {
  if (text.empty()) return otherwise;
  Day day = 0;
  if (!parse_day(text, day))
    refuse_invalid(std::string(at), "format", words("应为日期，如 2026-11-22", "expected a day such as 2026-11-22"));
  return day;
}

void refuse_invalid(std::string at, std::string kind, Words say) {
  throw Fault(Code::invalid, say, {{std::move(at), std::move(kind), say}});
}

std::optional<std::string> day_text(Day day) {
  if (day == 0) return std::nullopt;
  return to_day_text(day);
}

api::AreaRef area_ref(const record::World& world, AreaId area) {
  const place::Area* found = world.atlas->find(area);
  if (found == nullptr) return {};
  return {found->id, found->name, found->level};
}

api::PersonRef person_ref(store::Tx& tx, const record::World& world, PersonId person) {
  if (const std::string_view name = world.directory->name_of(person); !name.empty()) return {person, std::string(name)};
  const auto found = people::find_person(tx, world.realm, person);
  return {person, found ? found->name : std::string{}};
}

api::PostView post_view(const record::World& world, const people::Post& post) {
  const pack::Named* role = world.library->role(post.role);
  const people::Org* org = world.directory->org(post.org);
  const api::AreaRef area = area_ref(world, post.area);
  return {.id = post.id,
          .role = post.role,
          .role_name = role != nullptr ? role->label : Words{post.role, post.role},
          .org = post.org,
          .org_name = org != nullptr ? org->name : std::string{},
          .area = post.area,
          .area_name = area.name,
          .area_level = area.level,
          .from = to_day_text(post.from),
          .until = day_text(post.until)};
}

Response slow_down(const Request& request, milliseconds wait) {
  const auto seconds = std::max<std::int64_t>(1, (wait.count() + 999) / 1000);
  Response response = problem(
      Fault(Code::too_many, words("尝试过于频繁，请在 {} 秒后再试", "too many attempts: try again in {} s", seconds)),
      request);
  response.headers.emplace_back("retry-after", std::to_string(seconds));
  return response;
}

}  // namespace tongxin::serve
