// What administrators watch: changes, looks into private data, packs and the health of the installation.
#include <charconv>
#include <filesystem>

#include "aspect/all.hpp"
#include "pack/loader.hpp"
#include "pack/lua.hpp"
#include "people/operations.hpp"
#include "people/persons.hpp"
#include "record/engine.hpp"
#include "record/sql.hpp"
#include "serve/log_words.hpp"
#include "serve/office_shapes.hpp"
#include "serve/routes.hpp"
#include "serve/stream.hpp"

namespace tongxin::serve {
namespace {

constexpr int kPage = 50;
constexpr store::Sql kNumberOf{"number_of_record", "SELECT number FROM record WHERE realm_id=$1 AND id=$2"};

// ── the two logs ──
std::string to_cursor(Day day, std::int64_t id) { return fmt::format("{}-{}", day, id); }
// Where a page begins: behind the one before, or with the newest entry of a day (`until`).
people::LogPlace read_place(const Request& request) {
  people::LogPlace place;
  place.day = day_at(query_text(request, "until").value_or(""), "?until", place.day);
  const auto text = query_text(request, "cursor");
  if (!text) return place;
  const char* end = text->data() + text->size();
  const auto day = std::from_chars(text->data(), end, place.day);
  const auto id = day.ptr != end ? std::from_chars(day.ptr + 1, end, place.id) : day;
  if (day.ec != std::errc{} || day.ptr == end || *day.ptr != '-' || id.ec != std::errc{} || id.ptr != end)
    refuse_invalid("?cursor", "format", words("游标不是本列表给出的", "this cursor is not one that this list gave"));
  return place;
}

template <class F>
auto watched(App& app, F job) {
  return [&app, job](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      need_admin(signed_in_caller(app, tx, request));
      return job(tx, *app.engine.worlds().current(tx, app.realm), request);
    });
  };
}

void add_logs(App& app, Api& api) {
  api.get<api::AuditList>(
         "/v1/audit", "组织、岗位、区域等的修改记录 / changes of organisations, posts, areas",
         watched(app,
                 [&app](store::Tx& tx, const record::World& world, const Request& request) {
                   api::AuditList list;
                   for (const auto& each : people::audit_of_all(tx, app.realm, kPage, read_place(request))) {
                     const std::string who = each.actor ? person_ref(tx, world, each.actor).name : "";
                     list.items.push_back({std::to_string(each.id), each.at, who, each.what, audit_label(each.what),
                                           audit_about(tx, world, each, request.language), each.reason,
                                           audit_reason(each.reason)});
                     list.next = to_cursor(day_of(each.at, app.zone), each.id);
                   }
                   if (std::ssize(list.items) < kPage) list.next.reset();
                   return list;
                 }))
      .query("cursor", "上一页的 next / next of the page before")
      .query("until", "只列到这一天为止 / only what was done up to that day");
  api.get<api::LookedList>(
         "/v1/access-log", "谁查看过私密信息 / who has looked at private data",
         watched(app,
                 [&app](store::Tx& tx, const record::World& world, const Request& request) {
                   api::LookedList list;
                   for (const auto& each : people::access_log_of_all(tx, app.realm, kPage, read_place(request))) {
                     api::LookedRow row{std::to_string(each.id),
                                        each.at,
                                        person_ref(tx, world, each.actor).name,
                                        accessed_name(tx, world, each, request.language),
                                        each.what,
                                        access_label(each.what),
                                        each.reason,
                                        std::nullopt,
                                        std::nullopt};
                     if (each.record)
                       row.record = each.record, row.number = tx.one<std::string>(kNumberOf, app.realm, each.record);
                     list.items.push_back(std::move(row));
                     list.next = to_cursor(day_of(each.at, app.zone), each.id);
                   }
                   if (std::ssize(list.items) < kPage) list.next.reset();
                   return list;
                 }))
      .query("cursor", "上一页的 next / next of the page before")
      .query("until", "只列到这一天为止 / only what was done up to that day");
  api.get<api::History>(
      "/v1/orgs/{id}/history", "名称与隶属的变化 / former names and places in the tree",
      [&app](const Request& request) {
        return app.store.read([&](store::Tx& tx) {
          need_staff(signed_in_caller(app, tx, request));
          const auto world = app.engine.worlds().current(tx, app.realm);
          api::History list;
          for (const auto& each : people::org_history(tx, app.realm, path_id<OrgId>(request, 0))) {
            const people::Org* parent = world->directory->org(each.parent);
            list.items.push_back({to_day_text(each.from), day_text(each.until), each.name,
                                  parent ? parent->name : std::string{}, area_ref(*world, each.area).name,
                                  person_ref(tx, *world, each.actor).name, each.at});
          }
          return list;
        });
      });
}

// ── packs ──
// Reads the files as they are on the disk now; what the server runs with changes only when it starts again.
api::PackCheck check_packs(const App& app, const std::string& running) {
  api::PackCheck check{.sound = false,
                       .in_use = false,
                       .packs = 0,
                       .kinds = 0,
                       .roles = 0,
                       .calendars = 0,
                       .findings = {},
                       .at = app.clock.now()};
  std::vector<Complaint> wrong;
  try {
    const auto library = pack::load_packs({app.options.packs, {}}, aspect::vocabulary());
    check.packs = std::ssize(library->packs), check.kinds = std::ssize(library->kinds);
    check.roles = std::ssize(library->roles), check.calendars = std::ssize(library->calendars);
    check.in_use = library->checksum == running;
    wrong = library->rules->check_examples();
  } catch (const Fault& fault) {
    wrong = fault.complaints();
    if (wrong.empty()) wrong.push_back({app.options.packs, "load", fault.say()});
  }
  for (Complaint& each : wrong) check.findings.push_back({std::move(each.at), std::move(each.say)});
  check.sound = check.findings.empty();
  return check;
}

Answer pack_check(App& app, const Request& request) {
  const std::string running = app.store.read([&](store::Tx& tx) {
    need_admin(signed_in_caller(app, tx, request));
    return app.engine.worlds().current(tx, app.realm)->library->checksum;
  });
  return Answer::work([&app, running] { return json_answer(check_packs(app, running)); });
}

// ── health ──
api::HealthRow row(std::string name, bool good, Words label, Words say, const char* otherwise = "warn") {
  return {std::move(name), good ? "good" : otherwise, std::move(label), std::move(say)};
}

api::HealthRow deadlines_row(App& app, store::Tx& tx) {
  const Time now = app.clock.now();
  const auto next = tx.one<std::optional<Time>>(record::sql::kNextWake, app.realm).value_or(std::nullopt);
  const auto behind =
      next && *next < now ? std::chrono::duration_cast<std::chrono::minutes>(now - *next) : std::chrono::minutes{0};
  return row("deadlines", behind < std::chrono::minutes{2}, words("时限提醒", "Deadlines"),
             behind < std::chrono::minutes{2}
                 ? words("按时处理，没有积压", "kept on time, nothing is waiting")
                 : words("有时限在 {} 分钟前就该提醒", "a deadline should have been told {} min ago", behind.count()),
             "bad");
}

api::HealthRow disk_row(const App& app) {
  std::error_code error;
  const auto space = std::filesystem::space(app.options.data, error);
  if (app.options.data.empty() || error)
    return row("disk", true, words("磁盘", "Disk"),
               words("数据在另一台机器上，请在那里查看", "the data is on another machine; look there"));
  const double free = double(space.available) / (1 << 30), share = double(space.available) / double(space.capacity);
  return row("disk", free > 5 && share > 0.05, words("磁盘", "Disk"),
             words("还可用 {:.1f} GB（{:.0f}%）", "{:.1f} GB free ({:.0f}%)", free, share * 100),
             free > 1 ? "warn" : "bad");
}

api::Health health(App& app, store::Tx& tx, const record::World& world, const Request& request, Time started) {
  api::Health list{{}, app.clock.now()};
  const bool sqlite = app.store.engine() == store::Store::Engine::sqlite;
  list.items.push_back(row("server", true, words("服务", "Server"),
                           words("自 {} 起运行", "running since {}", to_minute_text(started, app.zone))));
  list.items.push_back(row("store", true, words("数据库", "Database"),
                           words("{}，可以读写", "{}, readable and writable", sqlite ? "SQLite" : "PostgreSQL")));
  list.items.push_back(deadlines_row(app, tx));
  list.items.push_back(disk_row(app));
  list.items.push_back(row("packs", true, words("机制包", "Packs"),
                           words("{} 个机制包，{} 种事项", "packs: {}, kinds: {}", world.library->packs.size(),
                                 world.library->kinds.size())));
  list.items.push_back(row("pages", true, words("实时更新", "Live updates"),
                           words("{} 个页面正在接收更新", "pages kept up to date: {}", app.hub.listeners())));
  list.items.push_back(row("https", request.secure, words("加密连接", "Encryption"),
                           request.secure ? words("已使用 https", "https is in use")
                                          : words("没有使用 https，手机上不能定位和拍照",
                                                  "no https: phones cannot take positions and photos")));
  const bool texts = bool(app.options.send_text);
  list.items.push_back(row(
      "texts", texts, words("短信", "Text messages"),
      texts              ? words("已接通", "connected")
      : app.options.demo ? words("演示环境：验证码显示在页面上", "a demonstration: codes are shown on the page")
                         : words("没有接通，居民不能用手机号登录", "not connected: residents cannot sign in by phone"),
      app.options.demo ? "warn" : "bad"));
  return list;
}

}  // namespace

void add_office_routes(App& app, Router& router) {
  Api api(router);
  add_logs(app, api);
  api.get<api::Names>("/v1/names", "岗位、组织类型、层级的名称 / names of roles, kinds of organisations, levels",
                      [&app](const Request& request) {
                        return app.store.read([&](store::Tx& tx) {
                          need_staff(signed_in_caller(app, tx, request));
                          const auto library = app.engine.worlds().current(tx, app.realm)->library;
                          api::Names names;
                          for (const pack::Named& each : library->roles) names.roles.push_back({each.name, each.label});
                          for (const pack::Named& each : library->org_kinds)
                            names.org_kinds.push_back({each.name, each.label});
                          for (const pack::Level& each : library->levels)
                            names.levels.push_back({each.name, each.label});
                          return names;
                        });
                      });
  api.get<api::PackCheck>("/v1/packs/check", "检查磁盘上的机制包 / check the packs on the disk",
                          [&app](const Request& request) { return pack_check(app, request); });
  api.get<api::Health>("/v1/health", "运行状况 / how the installation is",
                       watched(app, [&app, started = app.clock.now()](store::Tx& tx, const record::World& world,
                                                                      const Request& request) {
                         app.store.ping();
                         return health(app, tx, world, request, started);
                       }));
}

}  // namespace tongxin::serve
