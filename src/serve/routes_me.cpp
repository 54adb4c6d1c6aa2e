// What is stored about the one who asks, who has looked at it, correction and deletion; sessions and tokens.
#include <boost/json.hpp>

#include "base/text.hpp"
#include "people/looks.hpp"
#include "people/persons.hpp"
#include "people/tokens.hpp"
#include "serve/account_shapes.hpp"
#include "serve/leaving.hpp"
#include "serve/me_shapes.hpp"
#include "serve/my_keeping.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

constexpr store::Sql kMyRecords{
    "my_records",
    "SELECT r.id, r.kind, r.number, r.title, r.state, r.created_at, r.data FROM record_scope s "
    "JOIN record r ON r.realm_id = s.realm_id AND r.id = s.record_id "
    "WHERE s.realm_id = $1 AND s.scope = $2 AND r.reporter = $2 ORDER BY s.record_id DESC LIMIT 5000"};

constexpr store::Sql kNumberOf{"number_of_looked", "SELECT number FROM record WHERE realm_id = $1 AND id = $2"};

constexpr std::string_view kScopes[] = {"records:read", "records:write", "people:read", "people:write",
                                        "import",       "admin",         "open311",     "hotline"};

api::MyData my_data(App& app, store::Tx& tx, PersonId self) {
  const auto person = people::find_person(tx, app.realm, self);
  if (!person) throw Fault(Code::not_found, words("没有找到本人信息", "nothing is stored about you"));
  const auto world = app.engine.worlds().current(tx, app.realm);
  const people::Doing doing = doing_of(app, self, "");
  api::MyData data{.id = self,
                   .name = person->name,
                   .purpose = person->purpose,
                   .delete_after = day_text(person->delete_after),
                   .phone = {},
                   .id_card = {},
                   .address = {},
                   .login = {},
                   .posts = {}};
  const auto open = [&](people::PrivateField field) { return people::open_private(tx, app.vault, doing, self, field); };
  for (const people::PrivateField field : people::private_fields(tx, app.realm, self)) {
    auto& place = field == people::PrivateField::phone     ? data.phone
                  : field == people::PrivateField::id_card ? data.id_card
                                                           : data.address;
    place = open(field);
  }
  for (const people::Account& account : people::accounts_of(tx, app.realm, self)) data.login = account.login;
  for (const people::Post& post : world->directory->posts_of(self)) {
    const api::PostView view = post_view(*world, post);
    data.posts.push_back(
        {.role = view.role, .org = view.org_name, .area = view.area_name, .from = view.from, .until = view.until});
  }
  return data;
}

api::AccessEntry access_entry(store::Tx& tx, const record::World& world, const people::Access& access) {
  return {
      .at = access.at, .who = person_ref(tx, world, access.actor).name, .what = access.what, .reason = access.reason};
}

// What was looked at, in the words of the one whom it concerns.
Words looked_at(const std::string& what) {
  if (what == "phone") return {"手机号", "phone number"};
  if (what == "id_card") return {"身份证号", "identity number"};
  if (what == "address") return {"住址", "address"};
  if (what == "by_phone") return {"姓名（按您的电话查得）", "your name, found by your phone number"};
  return {"您提交的事项里只有办理人员能看的内容", "what only those who handle it may see of a matter you raised"};
}

api::MyLook my_look(store::Tx& tx, RealmId realm, const record::World& world, const people::Access& access) {
  api::MyLook look{.at = access.at,
                   .who = person_ref(tx, world, access.actor).name,
                   .from_org = {},
                   .what = looked_at(access.what),
                   .reason = access.reason,
                   .record = {},
                   .number = {}};
  for (const people::Post& post : world.directory->posts_of(access.actor))
    if (const people::Org* org = world.directory->org(post.org)) look.from_org = org->name;
  if (const auto number = access.record ? tx.one<std::string>(kNumberOf, realm, access.record) : std::nullopt)
    look.record = access.record, look.number = *number;
  return look;
}

api::MyLooks access_log(App& app, store::Tx& tx, PersonId self, std::int64_t before, int limit) {
  const auto world = app.engine.worlds().current(tx, app.realm);
  api::MyLooks log;
  const auto rows = people::access_log_of(tx, app.realm, self, limit, before);
  for (const people::Access& access : rows) log.items.push_back(my_look(tx, app.realm, *world, access));
  if (std::ssize(rows) == limit) log.next = id_text(rows.back().id);
  return log;
}

// For whoever has the code of a matter: one without an account has no other page on which to see it.
api::MyLooks looks_at(App& app, store::Tx& tx, std::string_view code, std::int64_t before, int limit) {
  const auto id = record::follow(tx, app.realm, code);
  if (!id) throw Fault(Code::not_found, words("查询码不对，请检查", "this follow code is not known; please check it"));
  const auto world = app.engine.worlds().current(tx, app.realm);
  api::MyLooks log;
  const auto rows = people::looks_at(tx, app.realm, *id, limit, before);
  for (const people::Access& access : rows) log.items.push_back(my_look(tx, app.realm, *world, access));
  if (std::ssize(rows) == limit) log.next = id_text(rows.back().id);
  return log;
}

api::MyExport my_export(App& app, store::Tx& tx, const Request& request) {
  constexpr int kMostKept = 5000;
  View view(app, tx, signed_in_caller(app, tx, request));
  const PersonId self = view.actor().person;
  api::MyExport all{.at = app.clock.now(),
                    .person = my_data(app, tx, self),
                    .records = {},
                    .looked = {},
                    .kept = kept_of(view, self, kMostKept, true)};
  std::int64_t last = 0;  // a record stands in several lists of one person
  tx.each(
      kMyRecords,
      [&](const store::Row& row) {
        if (row.integer(0) == std::exchange(last, row.integer(0))) return;
        const auto form = boost::json::parse(row.text(6).empty() ? "{}" : row.text(6));
        all.records.push_back({.id = row.get<RecordId>(0),
                               .kind = row.get<std::string>(1),
                               .number = row.get<std::string>(2),
                               .title = row.get<std::string>(3),
                               .state = row.get<std::string>(4),
                               .created_at = row.get<Time>(5),
                               .form = form.is_object() ? form.as_object() : boost::json::object{}});
      },
      app.realm, self);
  const auto world = app.engine.worlds().current(tx, app.realm);
  for (const people::Access& access :
       people::access_log_of(tx, app.realm, self, 1000, std::numeric_limits<std::int64_t>::max()))
    all.looked.push_back(access_entry(tx, *world, access));
  return all;
}

// A name that holds a post is a public fact that a personnel office keeps; everybody else corrects the own one.
Answer correct_me(App& app, const Request& request, api::MyCorrection body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    const people::Doing doing = doing_of(app, caller.actor.person, "corrected by the person");
    if (body.name) {
      if (caller.staff)
        throw Fault(Code::not_now, words("在岗人员的姓名由所在组织更正",
                                         "the name of one who holds a post is corrected by the organisation"));
      people::change_person(tx, doing, caller.actor.person, {.name = body.name});
    }
    if (body.address)
      people::set_private(tx, app.vault, doing, caller.actor.person, people::PrivateField::address, *body.address);
    return json_answer(my_data(app, tx, caller.actor.person));
  });
}

Answer erase_me(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    people::erase_person(tx, doing_of(app, caller.actor.person, "asked for by the person"), caller.actor.person);
    forget_person(app, tx, caller.actor.person);
    return Response{.status = 204, .type = {}, .headers = {no_session_cookie(request)}};
  });
}

api::MySessions my_sessions(App& app, store::Tx& tx, const Request& request) {
  const people::SignedIn current = need_session(app, tx, request);
  api::MySessions list;
  for (const people::Session& session : people::sessions_of(tx, app.realm, current.session.person, app.clock.now()))
    list.items.push_back({.id = to_text(session.id),
                          .device = session.device,
                          .created_at = session.created_at,
                          .seen_at = session.seen_at,
                          .current = session.id == current.session.id});
  return list;
}

Answer end_session(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const people::SignedIn current = need_session(app, tx, request);
    if (!people::revoke_session(tx, app.realm, current.session.person, path_id<people::SessionId>(request, 0)))
      throw Fault(Code::not_found, words("没有这个登录", "there is no such session"));
    return Response{.status = 204, .type = {}};
  });
}

// ── tokens ──

api::TokenView token_view(const people::Token& token, Zone zone) {
  api::TokenView view{.id = to_text(token.id),
                      .name = token.name,
                      .scopes = {},
                      .until = to_day_text(day_of(token.until_at, zone)),
                      .token = {},
                      .created_at = token.created_at,
                      .used_at = {}};
  for (const std::string_view scope : kScopes)
    if (people::has_scope(token, scope)) view.scopes.emplace_back(scope);
  if (token.used_at != Time{}) view.used_at = token.used_at;
  return view;
}

Answer make_token(App& app, const Request& request, api::NewToken body) {
  return Answer::write([&app, &request, body = std::move(body)](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    for (std::size_t i = 0; i < body.scopes.size(); ++i) {
      if (std::find(std::begin(kScopes), std::end(kScopes), body.scopes[i]) == std::end(kScopes))
        refuse_invalid(
            fmt::format("/scopes/{}", i), "enum",
            words("没有这个权限范围；可用：{}", "there is no such scope; there are: {}",
                  std::string("records:read records:write people:read people:write import admin open311 hotline")));
      if (body.scopes[i] == "admin") need_admin(caller);
    }
    const Time now = app.clock.now();
    const Day until = day_at(body.until.value_or(""), "/until", add_days(day_of(now, app.zone), 90));
    auto made = people::add_token(tx, doing_of(app, caller.actor.person, "made by its owner"), caller.actor.person,
                                  body.name, body.scopes, midnight(until, app.zone));
    api::TokenView view = token_view(made.token, app.zone);
    view.token = std::move(made.text);
    return json_answer(view, 201);
  });
}

Answer revoke_token(App& app, const Request& request) {
  return Answer::write([&app, &request](store::Tx& tx) {
    const Caller caller = signed_in_caller(app, tx, request);
    if (!people::revoke_token(tx, doing_of(app, caller.actor.person, "revoked by its owner"), caller.actor.person,
                              path_id<people::TokenId>(request, 0)))
      throw Fault(Code::not_found, words("没有这个访问令牌", "there is no such token"));
    return Response{.status = 204, .type = {}};
  });
}

// A read for the one who is signed in.
template <class F>
auto own(App& app, const Request& request, F job) {
  return app.store.read([&](store::Tx& tx) { return job(tx, signed_in_caller(app, tx, request).actor.person); });
}

}  // namespace

void add_account_routes(App& app, Api& api);
void add_account_routes(App& app, Api& api) {
  api.get<api::MyData>("/v1/me", "系统保存的本人信息 / what is stored about me", [&app](const Request& request) {
    return own(app, request, [&](store::Tx& tx, PersonId self) { return my_data(app, tx, self); });
  });
  api.patch<api::MyCorrection, api::MyData>(
      "/v1/me", "更正本人信息 / correct my data",
      [&app](const Request& request, api::MyCorrection body) { return correct_me(app, request, std::move(body)); });
  api.del("/v1/me", "删除本人信息 / erase me", [&app](const Request& request) { return erase_me(app, request); });
  api.get<api::MyLooks>("/v1/me/access-log", "谁看过我的信息 / who has looked at my data",
                        [&app](const Request& request) {
                          const auto before = query_text(request, "cursor");
                          return own(app, request, [&](store::Tx& tx, PersonId self) {
                            return access_log(
                                app, tx, self,
                                before ? id_of(*before, "?cursor") : std::numeric_limits<std::int64_t>::max(), 100);
                          });
                        })
      .query("cursor", "上一页的 next / next of the page before");
  api.get<api::MyLooks>("/v1/follow/{code}/looks",
                        "凭查询码看谁看过这件事项的私密内容 / who has looked at its private part, by follow code",
                        [&app](const Request& request) {
                          const auto before = query_text(request, "cursor");
                          return app.store.read([&](store::Tx& tx) {
                            return looks_at(
                                app, tx, request.params.at(0),
                                before ? id_of(*before, "?cursor") : std::numeric_limits<std::int64_t>::max(), 100);
                          });
                        })
      .query("cursor", "上一页的 next / next of the page before")
      .open();
  api.get<api::MyExport>("/v1/me/export", "下载本人全部信息 / a copy of all my data", [&app](const Request& request) {
    Response copy = json_answer(app.store.read([&](store::Tx& tx) { return my_export(app, tx, request); }));
    copy.headers.emplace_back("content-disposition", "attachment; filename=\"my-data.json\"");
    return copy;
  });
  add_keeping_routes(app, api);
  api.get<api::MySessions>("/v1/me/sessions", "我的登录 / my sessions", [&app](const Request& request) {
    return app.store.read([&](store::Tx& tx) { return my_sessions(app, tx, request); });
  });
  api.del("/v1/me/sessions/{id}", "结束一个登录 / end a session",
          [&app](const Request& request) { return end_session(app, request); });
  api.get<api::TokenList>("/v1/tokens", "我的访问令牌 / my tokens", [&app](const Request& request) {
    return own(app, request, [&](store::Tx& tx, PersonId self) {
      api::TokenList list;
      for (const people::Token& token : people::tokens_of(tx, app.realm, self))
        list.items.push_back(token_view(token, app.zone));
      return list;
    });
  });
  api.post<api::NewToken, api::TokenView>(
         "/v1/tokens", "新建访问令牌；内容只显示一次 / make a token; its text is shown once",
         [&app](const Request& request, api::NewToken body) { return make_token(app, request, std::move(body)); })
      .status(201);
  api.del("/v1/tokens/{id}", "撤销访问令牌 / revoke a token",
          [&app](const Request& request) { return revoke_token(app, request); });
}

}  // namespace tongxin::serve
