#include <boost/json.hpp>

#include "base/fingerprint.hpp"
#include "base/text.hpp"
#include "record/calendars.hpp"
#include "record/sql.hpp"
#include "record/timer_steps.hpp"
#include "serve/if_match.hpp"
#include "serve/lists.hpp"
#include "serve/net/answer_writer.hpp"
#include "serve/openapi.hpp"
#include "serve/record_routes.hpp"
#include "serve/record_shapes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using record::Record;
using record::RecordPtr;

constexpr int kNoVersion = 0;  // the first is 1

constexpr const char* kTagForm =
    "\"v<version>-<digest>\"：事项的版本与本次内容的摘要；If-Match 只看版本 / the version of the record, and a digest "
    "of "
    "what this reader was sent; If-Match looks at the version alone";

// What a page shows depends on who reads it, in which language and when (lights, actions), not on the version alone.
void tag(Response& response, int version) {
  response.headers.emplace_back("etag", fmt::format("\"v{}-{}\"", version, fingerprint(response.body)));
  response.headers.emplace_back("vary", "accept-language, authorization, cookie, x-follow-code");
}
// Where no page is sent: good for If-Match, and no page is the same.
std::pair<std::string, std::string> tag_of(int version) { return {"etag", fmt::format("\"v{}-0\"", version)}; }

Response view_answer(View& view, RecordId id) {
  Sight sight{};
  const auto held = view.need(id, sight);
  const Record& record = *held;
  Response response = json_answer(view.record(record, sight));
  tag(response, record.version);
  return response;
}

std::vector<api::CopyOfWords> copies_of(View& view, std::span<const RecordId> ids) {
  std::vector<api::CopyOfWords> copies;
  for (const auto& record : view.app.engine.look(view.tx, view.app.realm, ids))
    if (view.may_see(*record)) copies.push_back({record->id, record->kind, record->number});
  return copies;
}

Response redacted_answer(View& view, RecordId id, const record::Engine::Redacted& done) {
  Sight sight{};
  const auto held = view.need(id, sight);
  api::CopiesOfWords copies{copies_of(view, done.followed), copies_of(view, done.left), 0};
  copies.unseen = int(done.left.size() - copies.left.size());
  Response response = json_answer(api::Redacted{view.record(*held, sight), std::move(copies)});
  tag(response, held->version);
  return response;
}

// ── raising one ──
record::Draft draft_of(const Caller& caller, const api::RaiseRecord& body) {
  record::Draft draft;
  draft.kind = body.kind, draft.category = body.category.value_or(""), draft.urgent = body.urgent,
  draft.form = body.form;
  if (body.place) {
    draft.area = body.place->area.value_or(AreaId{});
    draft.lon = body.place->lon, draft.lat = body.place->lat;
    draft.address = body.place->address.value_or(""), draft.code = body.place->code.value_or("");
  }
  if (body.source && !body.source->empty())
    draft.source = *body.source;
  else
    draft.source = body.place && body.place->code ? "scan" : caller.staff ? "staff" : "web";
  if (!caller.staff && draft.source != "web" && draft.source != "scan")
    throw Fault(Code::invalid, words("来源不对", "the source is wrong"),
                {{"/source", "enum", words("应为 web 或 scan", "expected web or scan")}});
  if (body.on_behalf_of && !caller.staff)
    throw Fault(Code::forbidden,
                words("只有在岗人员可以代为提交", "only people with a post may raise something for another"));
  draft.on_behalf_of = body.on_behalf_of.value_or(PersonId{});
  draft.for_guest = body.for_guest.value_or(false);
  if (draft.on_behalf_of && draft.for_guest)
    throw Fault(Code::invalid, words("代谁提交只能选一种", "it is either for a person or for a guest"),
                {{"/for_guest", "conflict", words("已写明代谁提交", "on_behalf_of says for whom")}});
  return draft;
}

// What a change made of a record, read once it is durable. Who takes it out of their own sight (raises it for the desk of
// others, hands it on to another office) still sees its outline.
Answer::Then shown_after(App& app, Caller caller, const record::Outcome& outcome, int status) {
  // The code of a guest whom somebody helps is theirs alone.
  if (!outcome.follow_code.empty() && !caller.actor.person) caller.actor.follows = outcome.id;
  return Answer::Work([&app, caller = std::move(caller), id = outcome.id, code = outcome.follow_code, status] {
    return app.store.read([&](store::Tx& tx) {
      View view(app, tx, caller);
      const auto record = app.engine.look(tx, app.realm, id);
      if (!record) throw Fault(Code::not_found, words("这件事项已不在", "this record is there no more"));
      const Sight sight = view.sight_of(*record);
      api::RecordView answer = view.record(*record, sight == Sight::none ? Sight::open : sight);
      Response response = json_answer(answer, status);
      tag(response, record->version);
      if (!code.empty()) {  // shown this once: the page that is read later has the same tag
        answer.now.follow_code = code;
        response.body = to_json(answer);
      }
      if (status == 201) response.headers.emplace_back("location", "/v1/records/" + to_text(id));
      return response;
    });
  });
}

Answer::Then create(App& app, store::Tx& tx, const Caller& caller, const record::Draft& draft, const std::string& key) {
  return shown_after(app, caller, app.engine.create(tx, app.realm, caller.actor, draft, app.clock.now(), key), 201);
}

// ── acting ──
// What somebody else did meanwhile, beside the problem.
Response stale(View& view, const Fault& fault, const Request& request, RecordId id) {
  Response response = problem(fault, request);
  Sight sight{};
  const auto held = view.need(id, sight);
  const Record& record = *held;
  json::object body = json::parse(response.body).as_object();
  json::object current{{"version", record.version}, {"state", record.state}};
  int last = 0;
  if (const auto events = view.timeline(record, sight, std::numeric_limits<int>::max(), 5, last); !events.empty())
    current["last"] = json::parse(to_json(events.front()));
  body["current"] = std::move(current);
  response.body = json::serialize(body);
  response.headers.push_back(tag_of(record.version));
  return response;
}

// RFC 7240: whoever does not look at the page (a phone that sends what waited, another program) need not be sent it.
bool wants_little(const Request& request) {
  constexpr std::string_view kMinimal = "return=minimal";
  std::string_view rest = request.header("prefer");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view one = trim(rest.substr(0, std::min(end, rest.find(';'))));
    if (one == kMinimal) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Answer::Then act(App& app, store::Tx& tx, const Caller& caller, const Request& request, RecordId id,
                 const api::Act& body, const std::string& key) {
  // If-Match is a version said otherwise. The engine compares it, after it has looked whether this is a repeated request and
  // whether the caller may see the record.
  const bool tagged = !request.header("if-match").empty();
  std::optional<int> version = body.version;
  if (const RecordPtr record = tagged ? app.engine.look(tx, app.realm, id) : nullptr) {
    if (!matches_version(request, record->version)) version = kNoVersion;
    if (!version && !matches_version(request, kNoVersion)) version = record->version;  // more is said than "*"
  }
  try {
    const auto outcome =
        app.engine.act(tx, app.realm, caller.actor, id, request.params.at(1), body.form, version, app.clock.now(), key);
    if (!wants_little(request)) return shown_after(app, caller, outcome, 200);
    return Response{
        .status = 204, .type = {}, .headers = {tag_of(outcome.version), {"preference-applied", "return=minimal"}}};
  } catch (const Fault& fault) {
    // Thrown before anything was written, so the transaction is still whole.
    if (fault.code() != Code::conflict || fault.complaints().empty() || fault.complaints().front().code != "stale")
      throw;
    View view(app, tx, caller);
    return stale(view, tagged ? Fault(Code::precondition, fault.say(), fault.complaints()) : fault, request, id);
  }
}

// ── a deadline that shows its calculation ──
api::Explanation explain_deadline(View& view, const Record& record, const std::string& name) {
  for (const record::Timer& timer : view.tx.all<record::Timer>(record::sql::kTimers, view.app.realm, record.id)) {
    if (timer.deadline != name || view.world->kind(record.kind).deadline(name) < 0) continue;
    const Calendar& calendar = record::calendar_of(*view.world, timer.calendar);
    return {record::explain_timer(calendar, timer, record::steps_of(view.tx, view.app.realm, timer)), timer.due_at};
  }
  throw Fault(Code::not_found, words("没有这个时限", "there is no such deadline"));
}

// Runs in one read transaction with the caller known.
template <class F>
auto reading(App& app, F run) {
  return [&app, run](const Request& request) {
    return app.store.read([&](store::Tx& tx) {
      View view(app, tx, request);
      return run(view, request);
    });
  };
}

Caller caller_now(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) { return caller_of(app, tx, request); });
}

Operation& list_parameters(Operation& operation) {
  return operation
      .query("list",
             "todo 我与本单位办理的 | area 岗位区域内 | mine 我提交或关注的 | public 公开 / held by me or my "
             "organisations, in my areas, raised or followed by me, public")
      .query("kind", "类型 / kind")
      .query("state", "状态，可用逗号分隔多个 / state, several with commas")
      .query("category", "类别 / category")
      .query("area", "区域及其下 / an area and below", ParameterType::id)
      .query("q", "搜索 / search")
      .query("open", "未办结 / still open", ParameterType::flag)
      .query("late", "只看超时 / late only", ParameterType::flag);
}

void add_lists(App& app, Api& api) {
  list_parameters(api.get<api::RecordList>("/v1/records", "事项列表 / records",
                                           [&app](const Request& request) {
                                             const Wanted wanted = read_wanted(request);
                                             if (wanted.q) return list_records(app, caller_now(app, request), wanted);
                                             return app.store.read([&](store::Tx& tx) {
                                               View view(app, tx, request);
                                               return list_records(view, wanted);
                                             });
                                           }))
      .query("sort", "new | due")
      .query("cursor", "上一页的 next / next of the page before")
      .query("limit", "1–100", ParameterType::integer)
      .open();
  list_parameters(
      api.get<api::RecordCounts>(
          "/v1/records/counts", "在办数量 / open records by state",
          reading(app, [](View& view, const Request& request) { return count_records(view, read_wanted(request)); })))
      .open();
  api.get<api::RecordList>(
         "/v1/records/similar", "附近相似的事项 / similar records nearby",
         reading(app,
                 [](View& view, const Request& request) {
                   return similar_records(
                       view, {query_text(request, "kind").value_or(""), query_text(request, "category").value_or(""),
                              query_text(request, "text").value_or(""), query_number(request, "lon", -180, 180),
                              query_number(request, "lat", -90, 90), query_id<AreaId>(request, "area")});
                 }))
      .query("kind", "类型 / kind", ParameterType::text, true)
      .query("category", "类别 / category")
      .query("text", "描述 / what it says")
      .query("lon", "经度 / longitude", ParameterType::number)
      .query("lat", "纬度 / latitude", ParameterType::number)
      .query("area", "没有坐标时的区域 / where there is no point", ParameterType::id)
      .open();
}

void add_one(App& app, Api& api) {
  api.get<api::RecordView>(
         "/v1/records/{id}", "一件事项 / one record",
         reading(app,
                 [](View& view, const Request& request) { return view_answer(view, path_id<RecordId>(request, 0)); }))
      .open()
      .tagged(kTagForm);
  api.get<api::EventList>("/v1/records/{id}/timeline", "经过，新的在前 / timeline, newest first",
                          reading(app,
                                  [](View& view, const Request& request) {
                                    Sight sight{};
                                    const auto held = view.need(path_id<RecordId>(request, 0), sight);
                                    const Record& record = *held;
                                    const int before =
                                                  int(query_integer(request, "cursor", 1, 1 << 30).value_or(1 << 30)),
                                              limit = int(query_integer(request, "limit", 1, 100).value_or(100));
                                    api::EventList page;
                                    int last = 0;
                                    page.items = view.timeline(record, sight, before, limit, last);
                                    if (last > 1) page.next = std::to_string(last);
                                    return page;
                                  }))
      .query("cursor", "上一页的 next / next of the page before")
      .query("limit", "1–100", ParameterType::integer)
      .open();
  api.get<api::Explanation>("/v1/records/{id}/deadlines/{name}", "时限如何算出 / how a deadline comes about",
                            reading(app,
                                    [](View& view, const Request& request) {
                                      Sight sight{};
                                      const auto held = view.need(path_id<RecordId>(request, 0), sight);
                                      const Record& record = *held;
                                      if (sight == Sight::open)
                                        throw Fault(Code::not_found,
                                                    words("没有这个时限", "there is no such deadline"));
                                      return explain_deadline(view, record, request.params.at(1));
                                    }))
      .open();
  api.get<api::RecordView>("/v1/follow/{code}", "凭查询码查看 / by follow code",
                           [&app](const Request& request) {
                             return app.store.read([&](store::Tx& tx) {
                               const auto id = record::follow(tx, app.realm, request.params.at(0));
                               if (!id)
                                 throw Fault(Code::not_found, words("查询码不对，请检查",
                                                                    "this follow code is not known; please check it"));
                               Caller caller;
                               caller.language = request.language;
                               caller.actor.follows = *id;
                               View view(app, tx, caller);
                               return view_answer(view, *id);
                             });
                           })
      .open();
}

void add_changes(App& app, Api& api) {
  api.post<api::RaiseRecord, api::RecordView>(
         "/v1/records", "提交一件 / raise one",
         [&app](const Request& request, const api::RaiseRecord& body) {
           const Caller caller = caller_now(app, request);
           return Answer::write([&app, caller, draft = draft_of(caller, body), key = repeat_key(request)](
                                    store::Tx& tx) { return create(app, tx, caller, draft, key); });
         })
      .status(201)
      .idempotent()
      .open();
  api.post<api::Act, api::RecordView>("/v1/records/{id}/actions/{action}",
                                      "做一个动作；版本已变时 409（If-Match 不符时 412），附 current / act; 409 (412 "
                                      "for If-Match) with `current` when "
                                      "the version has changed",
                                      [&app](const Request& request, const api::Act& body) {
                                        const RecordId id = path_id<RecordId>(request, 0);
                                        return Answer::write([&app, &request, caller = caller_now(app, request), id,
                                                              body, key = repeat_key(request)](store::Tx& tx) {
                                          return act(app, tx, caller, request, id, body, key);
                                        });
                                      })
      .idempotent()
      .header("If-Match", "看到的版本，如 \"v3\" / the version that was looked at, such as \"v3\"")
      .header("X-Follow-Code", "没有账号的提交人 / a reporter without account")
      .header("Prefer", "return=minimal：成功时只答 204 / answer 204 alone when it is done")
      .open();
  api.post<api::Unseal, api::Unsealed>(
         "/v1/records/{id}/unseal", "查看私密项，记入查看记录 / see private fields; logged",
         [&app](const Request& request, const api::Unseal& body) {
           const RecordId id = path_id<RecordId>(request, 0);
           return Answer::write([&app, caller = caller_now(app, request), id, reason = body.reason](store::Tx& tx) {
             return json_answer(
                 api::Unsealed{app.engine.unseal(tx, app.realm, caller.actor, id, reason, app.clock.now())});
           });
         })
      .open();
  api.post<api::Redact, api::Redacted>(
         "/v1/records/{id}/redact",
         "隐去时间线上的内容，链仍可核验；下级事项照抄的内容、尚未发出的消息随之隐去 / empty entries of the timeline; "
         "the chain stays verifiable; copies in records below it and messages not sent yet go too",
         [&app](const Request& request, const api::Redact& body) {
           const Caller caller = app.store.read([&](store::Tx& tx) { return signed_in_caller(app, tx, request); });
           return Answer::write([&app, &request, caller, id = path_id<RecordId>(request, 0), body](store::Tx& tx) {
             View before(app, tx, caller);
             Sight sight{};
             const auto record = before.need(id, sight);
             // What the office wrote is not for a resident to empty, though it is about them.
             if (sight != Sight::staff)
               throw Fault(Code::forbidden, words("只有办理人员可以隐去内容", "this is for those who handle it"));
             need_match(request, record->version);
             const auto done =
                 app.engine.redact(tx, app.realm, caller.actor, id, body.events, body.reason, app.clock.now());
             View view(app, tx, caller);
             return redacted_answer(view, id, done);
           });
         })
      .header("If-Match", "看到的版本，如 \"v3\" / the version that was looked at, such as \"v3\"");
}

}  // namespace

std::string repeat_key(const Request& request) {
  const std::string_view key = request.header("idempotency-key");
  if (key.size() > 200)
    throw Fault(Code::bad_request,
                words("Idempotency-Key 最长 200 个字符", "an Idempotency-Key has at most 200 characters"));
  return std::string(key);
}

bool matches_version(const Request& request, int version) {
  const std::string_view list = request.header("if-match");
  // "v3-0a1b…" or "v3": what stands behind the version is about one reader's page.
  const std::string bare = fmt::format("\"v{}\"", version), page = fmt::format("\"v{}-", version);
  return list.empty() || any_tag(list, [&](std::string_view tag) { return tag == bare || tag.starts_with(page); });
}

void need_match(const Request& request, int version) {
  if (matches_version(request, version)) return;
  throw Fault(Code::precondition,
              words("这件事项刚刚有变化（现为第 {} 版），请看最新内容后再操作",
                    "the record has changed meanwhile (now version {}); look at it again", version),
              {{"/version", "stale", words("现在是第 {} 版", "now version {}", version)}});
}

void add_record_routes(App& app, Router& router) {
  Api api(router);
  add_lists(app, api);
  add_one(app, api);
  add_changes(app, api);
  add_kind_routes(app, api);
  add_figure_routes(app, api);
  add_message_routes(app, api);
  add_day_routes(app, api);
  add_stream_routes(app, api);
}

}  // namespace tongxin::serve
