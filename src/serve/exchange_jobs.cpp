#include "serve/exchange_jobs.hpp"

#include <condition_variable>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/crypto.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve {
namespace {

namespace json = boost::json;
using store::Sql;
using store::Tx;

#define TONGXIN_IMPORT_COLUMNS                                                                                   \
  "id, person, at, what, options, name, file, size, header, mapping, state, mode, node, touched_at, row_count, " \
  "added, "                                                                                                      \
  "changed, unchanged, failed, problems, failing, undone_at"

constexpr Sql kAdd{"import_add", "INSERT INTO exchange_import (realm_id, " TONGXIN_IMPORT_COLUMNS
                                 ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'',0,$4,0,0,0,0,0,'[]','',0) ON "
                                 "CONFLICT DO NOTHING"};
constexpr Sql kFind{"import_find",
                    "SELECT " TONGXIN_IMPORT_COLUMNS " FROM exchange_import WHERE realm_id=$1 AND id=$2"};
constexpr Sql kLatest{"import_latest",
                      "SELECT " TONGXIN_IMPORT_COLUMNS
                      " FROM exchange_import WHERE realm_id=$1 AND person=$2 ORDER BY id DESC LIMIT 50"};
constexpr Sql kLatestOfAll{"import_latest_of_all", "SELECT " TONGXIN_IMPORT_COLUMNS
                                                   " FROM exchange_import WHERE realm_id=$1 ORDER BY id DESC LIMIT 50"};
constexpr Sql kOld{"import_old",
                   "SELECT " TONGXIN_IMPORT_COLUMNS
                   " FROM exchange_import WHERE realm_id=$1 AND id < $2 AND file <> '' ORDER BY id LIMIT 20"};
constexpr Sql kUse{"import_use",
                   "UPDATE exchange_import SET mapping=$3, options=$4, state='ready' WHERE realm_id=$1 AND id=$2"};
constexpr Sql kBegin{"import_begin",
                     "UPDATE exchange_import SET state=$3, mode=$4, node=$5, touched_at=$6 WHERE "
                     "realm_id=$1 AND id=$2 AND state=$7 AND node=$8"};
constexpr Sql kEnd{"import_end",
                   "UPDATE exchange_import SET state=$3, touched_at=$4, row_count=$5, added=$6, changed=$7, "
                   "unchanged=$8, failed=$9, problems=$10, failing=$11 WHERE realm_id=$1 AND id=$2 AND node=$12"};
constexpr Sql kBeat{"import_beat", "UPDATE exchange_import SET touched_at=$3 WHERE realm_id=$1 AND id=$2 AND node=$4"};
constexpr Sql kUndone{"import_undone",
                      "UPDATE exchange_import SET state='undone', undone_at=$3 WHERE realm_id=$1 AND id=$2"};
constexpr Sql kEmptied{"import_emptied", "UPDATE exchange_import SET file='', failing='' WHERE realm_id=$1 AND id=$2"};
constexpr Sql kRemove{"import_remove", "DELETE FROM exchange_import WHERE realm_id=$1 AND id=$2"};

// A node that works on an import says so every few seconds; one that has been silent for so long has fallen.
constexpr auto kBeatEvery = std::chrono::seconds{5};
constexpr auto kSilent = std::chrono::seconds{45};

bool is_running(const ImportSession& session) {
  return session.state == "checking" || session.state == "committing" || session.state == "undoing";
}

void add_fault(exchange::Report& report, const Fault& fault) {
  const auto wrong = [&](const std::string& cell, const std::string& code, const Words& say) {
    report.problems.push_back({.row = 0, .cell = cell, .code = code, .say = say});
    ++report.problems_total;
  };
  if (fault.complaints().empty()) wrong("", meaning(fault.code()).name, fault.say());
  for (const Complaint& complaint : fault.complaints()) wrong(complaint.at, complaint.code, complaint.say);
}

json::array problem_list(const std::vector<exchange::Problem>& problems) {
  json::array items;
  for (const exchange::Problem& each : problems)
    items.push_back(json::object{{"row", each.row},
                                 {"cell", each.cell},
                                 {"column", each.column},
                                 {"title", each.title},
                                 {"code", each.code},
                                 {"zh", each.say.zh},
                                 {"en", each.say.en}});
  return items;
}

std::string problems_text(const exchange::Report& report) {
  return json::serialize(json::object{{"total", report.problems_total},
                                      {"items", problem_list(report.problems)},
                                      {"allowed", problem_list(report.allowed)}});
}

// A file of our own that is gone at the end.
struct Scratch {
  Scratch() {
    path = (std::filesystem::temp_directory_path() / "tongxin-import-XXXXXX").string();
    const int made = ::mkstemp(path.data());
    if (made < 0) throw Fault(Code::unavailable, words("写不了临时文件", "no temporary file can be written"));
    ::close(made);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  std::string bytes() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string path;
};

}  // namespace

exchange::Options read_options(const std::string& text) {
  exchange::Options options;
  const json::value parsed = json::parse(text);
  const json::object& object = parsed.as_object();
  const auto take = [&](const char* name, std::string& into) {
    if (const json::value* value = object.if_contains(name)) into = std::string(value->as_string());
  };
  take("source", options.source), take("default_category", options.default_category);
  take("default_area", options.default_area), take("default_level", options.default_level);
  const auto flag = [&](const char* name, bool& into) {
    if (const json::value* value = object.if_contains(name)) into = value->as_bool();
  };
  flag("allow_gaps", options.allow_gaps), flag("allow_overlaps", options.allow_overlaps);
  if (const json::value* categories = object.if_contains("categories"))
    for (const auto& [theirs, ours] : categories->as_object())
      options.categories[theirs] = std::string(ours.as_string());
  return options;
}

std::string write_options(const exchange::Options& options) {
  json::object categories;
  for (const auto& [theirs, ours] : options.categories) categories[theirs] = ours;
  return json::serialize(json::object{{"source", options.source},
                                      {"default_category", options.default_category},
                                      {"default_area", options.default_area},
                                      {"default_level", options.default_level},
                                      {"categories", std::move(categories)},
                                      {"allow_gaps", options.allow_gaps},
                                      {"allow_overlaps", options.allow_overlaps}});
}

exchange::Header read_header(const std::string& text) {
  exchange::Header header;
  const json::value parsed = json::parse(text);
  header.sheet = std::string(parsed.at("sheet").as_string());
  header.row = int(parsed.at("row").as_int64());
  for (const json::value& title : parsed.at("titles").as_array()) header.titles.emplace_back(title.as_string());
  return header;
}

std::function<bool(const record::World&, AreaId)> keeping_right(App& app, const Caller& caller) {
  if (caller.admin) return {};
  const Day today = day_of(app.clock.now(), app.zone);
  return [caller, today](const record::World& world, AreaId area) { return may_organise(world, caller, area, today); };
}

ImportJobs::ImportJobs(App& app) : app_(app), node_(std::int64_t(app.ids.next())) {}

ImportJobs::~ImportJobs() {
  {
    std::lock_guard lock(mutex_);
    for (auto& [id, job] : running_) job.progress->stop = true;
  }
  for (auto& [id, job] : running_) job.thread.join();
}

exchange::Context ImportJobs::context(const Caller& caller, const ImportSession& session) const {
  exchange::Context context{app_.store, app_.engine, app_.ids, app_.clock, app_.realm, app_.zone, caller.actor};
  context.admin = caller.admin;
  context.may = keeping_right(app_, caller);
  context.reason = fmt::format("import {} {}", id_text(session.id), session.name);
  context.import = session.id;
  return context;
}

std::string ImportJobs::keep_sealed(std::int64_t id, const char* part, std::string_view bytes) const {
  const auto sealed = app_.vault.seal(app_.realm, id, part, bytes);
  return app_.files.put(as_text(sealed)).hash;
}
store::Bytes ImportJobs::open_sealed(std::int64_t id, const char* part, const std::string& hash) const {
  if (hash.empty())
    throw Fault(Code::gone, words("文件已过保存期，请重新上传", "the file is no longer kept: upload it again"));
  const std::string plain = app_.vault.open(app_.realm, id, part, app_.files.read(hash));
  return {plain.begin(), plain.end()};
}

ImportSession ImportJobs::add(const Caller& caller, const std::string& what, const exchange::Options& options,
                              std::string bytes, const std::string& name) {
  forget_old();
  ImportSession session;
  session.id = app_.ids.next();
  session.person = caller.actor.person, session.at = app_.clock.now(), session.what = what, session.name = name;
  session.size = std::int64_t(bytes.size()), session.options = write_options(options), session.state = "ready";
  const std::string kept = bytes;
  const exchange::Import import(context(caller, session), what, options, std::move(bytes), name);
  const auto remembered = app_.store.read([&](Tx& tx) { return exchange::remembered_titles(tx, app_.realm, what); });
  json::array titles, mapping;
  for (const std::string& title : import.header().titles) titles.emplace_back(title);
  for (const std::string& column : import.suggestion(remembered)) mapping.emplace_back(column);
  session.header = json::serialize(json::object{
      {"sheet", import.header().sheet}, {"row", import.header().row}, {"titles", titles}, {"map", import.is_map()}});
  session.mapping = json::serialize(mapping);
  session.file = keep_sealed(session.id, "import", kept);
  app_.store.write([&](Tx& tx) {
    tx.run(kAdd, app_.realm, session.id, session.person, session.at, session.what, session.options, session.name,
           session.file, session.size, session.header, session.mapping, session.state);
  });
  return session;
}

ImportSession ImportJobs::need(Tx& tx, const Caller& caller, std::int64_t id) const {
  auto session = tx.one<ImportSession>(kFind, app_.realm, id);
  if (!session || (session->person != caller.actor.person && !caller.admin))
    throw Fault(Code::not_found, words("没有这次导入", "there is no such import"));
  return std::move(*session);
}

std::vector<ImportSession> ImportJobs::latest(Tx& tx, const Caller& caller) const {
  return caller.admin ? tx.all<ImportSession>(kLatestOfAll, app_.realm)
                      : tx.all<ImportSession>(kLatest, app_.realm, caller.actor.person);
}

std::unique_ptr<exchange::Import> ImportJobs::open(const Caller& caller, const ImportSession& session,
                                                   bool mapped) const {
  const store::Bytes bytes = open_sealed(session.id, "import", session.file);
  auto import =
      std::make_unique<exchange::Import>(context(caller, session), session.what, read_options(session.options),
                                         std::string(bytes.begin(), bytes.end()), session.name);
  if (!mapped) return import;
  exchange::Mapping mapping;
  const json::value parsed = json::parse(session.mapping);
  for (const json::value& column : parsed.as_array()) mapping.emplace_back(column.as_string());
  import->use(std::move(mapping));
  return import;
}

void ImportJobs::use(const Caller& caller, const ImportSession& session, const exchange::Mapping& mapping,
                     const std::optional<exchange::Options>& options) {
  if (is_running(session) && !interrupted(session))
    throw Fault(Code::not_now, words("正在处理，请稍候", "it is being worked on"));
  ImportSession wanted = session;
  json::array columns;
  for (const std::string& column : mapping) columns.emplace_back(column);
  wanted.mapping = json::serialize(columns);
  if (options) wanted.options = write_options(*options);
  open(caller, wanted);  // refuses a mapping that will not do
  app_.store.write([&](Tx& tx) {
    tx.run(kUse, app_.realm, session.id, wanted.mapping, wanted.options);
    exchange::remember_titles(tx, app_.realm, session.what, read_header(session.header), mapping, app_.clock.now());
  });
}

void ImportJobs::run(const Caller& caller, const ImportSession& session, exchange::Mode mode) {
  join_ended();
  if ((is_running(session) && !interrupted(session)) || session.state == "undone")
    throw Fault(Code::not_now, words("正在处理或已撤销", "it is being worked on, or was taken back"));
  open(caller, session);  // a mapping that will not do is refused now
  ImportSession begun = session;
  begun.state = mode == exchange::Mode::check ? "checking" : "committing";
  begun.mode = mode == exchange::Mode::check ? "check" : mode == exchange::Mode::all ? "all" : "good";
  start(session, begun,
        [this, caller, begun, mode](exchange::Progress& progress) { work(caller, begun, mode, progress); });
}

// The end of a job stands in its row a moment before its thread has ended: whoever has seen it may begin again at once.
void ImportJobs::let_end(std::unique_lock<std::mutex>& lock, std::int64_t id) {
  if (!running_.contains(id)) return;
  const auto row = app_.store.read([&](Tx& tx) { return tx.one<ImportSession>(kFind, app_.realm, id); });
  if (!row || is_running(*row)) return;
  ended_.wait(lock, [&] { return !running_.contains(id) || running_.at(id).ended; });
  if (auto over = running_.extract(id)) over.mapped().thread.join();
}

void ImportJobs::start(const ImportSession& session, const ImportSession& begun,
                       std::function<void(exchange::Progress&)> task) {
  std::unique_lock lock(mutex_);
  let_end(lock, session.id);
  if (running_.size() >= kAtOnce)
    throw Fault(Code::too_many, words("有别的导入正在进行，请稍后再试", "other imports are running: try again later"));
  const Fault begun_already(Code::conflict, words("别人刚刚开始了处理", "somebody else has just begun"));
  if (running_.contains(session.id)) throw begun_already;
  const auto changed = app_.store.write([&](Tx& tx) {
    return tx.run(kBegin, app_.realm, session.id, begun.state, begun.mode, node_, app_.clock.now(), session.state,
                  session.node);
  });
  if (changed == 0) throw begun_already;
  Running& job = running_[session.id];
  job.progress = std::make_shared<exchange::Progress>();
  job.thread = std::thread([this, id = begun.id, task = std::move(task), progress = job.progress] {
    {
      const std::jthread beating([this, id, progress](const std::stop_token& over) { beat(id, progress, over); });
      task(*progress);
    }
    std::lock_guard done(mutex_);
    running_.at(id).ended = true;
    ended_.notify_all();
  });
}

// Beside the work, whose transactions may be long. Whoever finds that another node has taken it over (this one was silent for
// too long) stops.
void ImportJobs::beat(std::int64_t id, const std::shared_ptr<exchange::Progress>& progress,
                      const std::stop_token& over) {
  std::mutex alone;
  std::condition_variable_any ended;
  std::unique_lock lock(alone);
  while (!ended.wait_for(lock, over, kBeatEvery, [&] { return over.stop_requested(); }))
    app_.store.run_write(
        [realm = app_.realm, node = node_, id, now = app_.clock.now(), progress](Tx& tx) {
          if (tx.run(kBeat, realm, id, now, node) == 0) progress->stop = true;
        },
        [](std::exception_ptr) {});  // a lost beat costs nothing
}

void ImportJobs::work(const Caller& caller, ImportSession session, exchange::Mode mode, exchange::Progress& progress) {
  exchange::Report report;
  std::string failing;
  session.state = "failed";
  try {
    const auto import = open(caller, session);
    import->load(&progress);
    report = import->run(mode, &progress);
    session.state = mode == exchange::Mode::check                              ? "checked"
                    : report.problems_total > 0 && mode == exchange::Mode::all ? "refused"
                                                                               : "done";
    if (report.failed > 0 && !import->is_map()) {
      const Scratch sheet;
      import->write_failing(sheet.path, caller.language);
      failing = keep_sealed(session.id, "failing", sheet.bytes());
    }
  } catch (const Fault& fault) {
    add_fault(report, fault);
  } catch (const std::exception&) {
    add_fault(report, Fault(Code::internal, words("处理时出错，没有写入", "it went wrong here; nothing was written")));
  }
  try {
    app_.store.write([&](Tx& tx) {
      tx.run(kEnd, app_.realm, session.id, session.state, app_.clock.now(), std::int64_t(report.rows),
             std::int64_t(report.added), std::int64_t(report.changed), std::int64_t(report.unchanged),
             std::int64_t(report.failed), problems_text(report), failing, node_);
    });
  } catch (const std::exception&) {
    // The row still says that it runs; progress() does not, so it is shown as interrupted.
  }
}

bool ImportJobs::may_undo(const ImportSession& session) const {
  return session.state == "done" || (session.state == "undoing" && interrupted(session));
}

std::optional<std::size_t> ImportJobs::undo(const Caller& caller, const ImportSession& session) {
  if (!may_undo(session))
    throw Fault(Code::not_now, words("只有已写入的导入可以撤销", "only what was stored can be taken back"));
  if (session.added > kUndoneAtOnce) {
    join_ended();
    ImportSession begun = session;
    begun.state = "undoing";
    start(session, begun, [this, caller, begun](exchange::Progress& progress) { undo_work(caller, begun, progress); });
    return std::nullopt;
  }
  const std::size_t removed = exchange::undo(context(caller, session), session.id);
  app_.store.write([&](Tx& tx) { tx.run(kUndone, app_.realm, session.id, app_.clock.now()); });
  return removed;
}

// Refused or cut off, it is stored as it was, with the reasons.
void ImportJobs::undo_work(const Caller& caller, ImportSession session, exchange::Progress& progress) {
  exchange::Report report;
  try {
    exchange::undo(context(caller, session), session.id, &progress);
    app_.store.write([&](Tx& tx) { tx.run(kUndone, app_.realm, session.id, app_.clock.now()); });
    return;
  } catch (const Fault& fault) {
    add_fault(report, fault);
  } catch (const std::exception&) {
    add_fault(report, Fault(Code::internal, words("处理时出错", "it went wrong here")));
  }
  try {
    app_.store.write([&](Tx& tx) {
      tx.run(kEnd, app_.realm, session.id, "done", app_.clock.now(), session.row_count, session.added, session.changed,
             session.unchanged, session.failed, problems_text(report), session.failing, node_);
    });
  } catch (const std::exception&) {
    // The row still says that it runs; progress() does not, so it is shown as interrupted and can be started again.
  }
}

void ImportJobs::remove(const ImportSession& session) {
  if (is_running(session) && !interrupted(session))
    throw Fault(Code::not_now, words("正在处理，请稍候", "it is being worked on"));
  app_.store.write([&](Tx& tx) { tx.run(kRemove, app_.realm, session.id); });
  for (const std::string& hash : {session.file, session.failing})
    if (!hash.empty()) app_.files.remove(hash);
}

store::Bytes ImportJobs::failing_sheet(const ImportSession& session) const {
  if (session.failing.empty()) throw Fault(Code::not_found, words("没有错误行", "there are no failing rows"));
  return open_sealed(session.id, "failing", session.failing);
}

std::shared_ptr<exchange::Progress> ImportJobs::progress(std::int64_t id) const {
  std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  return found == running_.end() || found->second.ended ? nullptr : found->second.progress;
}

// It says that it runs, but this node, whose work it was, does not know of it; or the node that worked on it has fallen.
bool ImportJobs::interrupted(const ImportSession& session) const {
  if (!is_running(session)) return false;
  if (session.node == node_) {
    if (progress(session.id) != nullptr) return false;
    // It may have ended between the reading of the row and now: its end is written before it is no longer known here.
    const auto now = app_.store.read([&](Tx& tx) { return tx.one<ImportSession>(kFind, app_.realm, session.id); });
    return now && is_running(*now);
  }
  return app_.clock.now() - session.touched_at > kSilent;
}

void ImportJobs::join_ended() {
  std::lock_guard lock(mutex_);
  for (auto each = running_.begin(); each != running_.end();) {
    if (each->second.ended) {
      each->second.thread.join();
      each = running_.erase(each);
    } else {
      ++each;
    }
  }
}

// What is older than kKept keeps its counts and loses its files.
void ImportJobs::forget_old() {
  const auto old = app_.store.read([&](Tx& tx) {
    std::vector<ImportSession> list;
    for (ImportSession& each :
         tx.all<ImportSession>(kOld, app_.realm, std::int64_t{std::numeric_limits<std::int64_t>::max()}))
      if (app_.clock.now() - each.at > kKept && !is_running(each)) list.push_back(std::move(each));
    return list;
  });
  for (const ImportSession& each : old) {
    app_.store.write([&](Tx& tx) { tx.run(kEmptied, app_.realm, each.id); });
    for (const std::string& hash : {each.file, each.failing})
      if (!hash.empty()) app_.files.remove(hash);
  }
}

}  // namespace tongxin::serve
