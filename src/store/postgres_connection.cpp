#include "store/postgres_connection.hpp"

#include <poll.h>

#include <charconv>

namespace tongxin::store::inside {
namespace {

constexpr std::size_t kStatementsKept = 1000;
constexpr std::size_t kMostUnanswered = 64;       // their answers must find room on the way while nobody reads them
constexpr std::chrono::seconds kCommitLimit{30};  // without a standby a synchronous COMMIT would wait for ever
constexpr Oid kBytea = 17, kInt8 = 20, kText = 25, kFloat8 = 701;

Words say_unavailable() {
  return words("数据库服务器暂时连不上，这次没有保存；请稍后再试",
               "the database server cannot be reached and nothing was saved; try again in a moment");
}
Words say_unconfirmed() {
  return words("数据库服务器没有确认保存，结果未知；请用同一个编号再试",
               "the database server did not confirm; it may or may not be saved: try again with the same id");
}
Words say_internal() { return words("存储出错，已记录", "the store failed; this was logged"); }

struct Meaning {
  Code code;
  Words say;
  bool repeat = false, lost = false;
};

// SQL.md 31 and 32. `state` is empty when the connection broke before the server could answer.
Meaning meaning_of(std::string_view state) {
  if (state == "23505") return {Code::conflict, words("同样的记录已经存在", "the same thing exists already")};
  if (state == "23503")
    return {Code::conflict, words("它与另一条记录的联系不成立（不存在，或仍被引用）",
                                  "what it refers to does not exist, or is still referred to")};
  if (state == "40001" || state == "40P01")
    return {Code::unavailable, words("有人同时在修改，请再试一次", "somebody changed the same thing; try again"), true};
  if (state.empty() || state == "25006" || state.starts_with("57P0") || state.starts_with("08"))
    return {Code::unavailable, say_unavailable(), true, true};
  // A statement that a migration or a pooler has made void: the next connection prepares it anew.
  if (state == "26000" || state == "42P05") return {Code::unavailable, say_unavailable(), true, true};
  if (state == "53100")
    return {Code::unavailable, words("数据库服务器的磁盘已满，这次没有保存",
                                     "the disk of the database server is full; nothing was saved")};
  if (state.starts_with("53")) return {Code::unavailable, say_unavailable(), state == "53300", state == "53300"};
  if (state.starts_with("58") || state == "57014") return {Code::unavailable, say_unavailable()};
  if (state == "22021" || state == "22P05")
    return {Code::bad_request, words("文本中有不合法的字符", "the text holds a character that is not allowed")};
  return {Code::internal, say_internal()};
}

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, const char* name) : result_(result), name_(name) {}
  void at(int row) { row_ = row; }
  int columns() const override { return PQnfields(result_); }
  bool is_null(int column) const override { return PQgetisnull(result_, row_, check(column)) != 0; }
  std::int64_t integer(int column) const override {
    const auto value = view(column);
    if (value.empty()) return 0;
    if (PQftype(result_, column) == 16) return value == "t";
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) wrong(column, "an integer");
    return number;
  }
  double real(int column) const override {
    const auto value = view(column);
    if (value.empty()) return 0;
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) wrong(column, "a number");
    return number;
  }
  std::string_view text(int column) const override {
    if (PQgetisnull(result_, row_, check(column))) return {};
    switch (PQftype(result_, column)) {
      case kBytea: return bytes(column);
      case 18:
      case 19:
      case kText:
      case 705:
      case 1042:
      case 1043: return view(column);
      default: wrong(column, "text or bytes");
    }
  }

 private:
  int check(int column) const {
    if (column < 0 || column >= columns()) wrong(column, "a column at all");
    return column;
  }
  std::string_view view(int column) const {
    check(column);
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }
  // Written \x0a1b…; one buffer per column, because views of a row live together.
  std::string_view bytes(int column) const {
    auto& buffer = buffers_[column];
    buffer.clear();
    const auto hex = view(column).substr(2);
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      buffer += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    return buffer;
  }
  [[noreturn]] void wrong(int column, const char* expected) const {
    throw Fault(Code::internal, say_internal()).log(fmt::format("{}: column {} is not {}", name_, column, expected));
  }

  const PGresult* result_;
  const char* name_;
  int row_ = 0;
  mutable std::map<int, std::string> buffers_;
};

}  // namespace

PostgresAddress::PostgresAddress(const std::string& given) : url(given) {
  for (const std::string option : {"tongxin_prepare=off", "tongxin_prepare=on"}) {
    const auto at = url.find(option);
    if (at == std::string::npos) continue;
    prepare = option.ends_with("on");
    const bool last = at + option.size() == url.size();
    url.erase(last ? at - 1 : at, option.size() + 1);  // with the ? or & before it, or the & after it
  }
}

PostgresConnection::PostgresConnection(const PostgresAddress& address) : may_prepare_(address.prepare) {
  // What stands before dbname is a default that the address may override (design/SQL.md, failover).
  const char* names[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                         "keepalives_count", "tcp_user_timeout", "application_name",
                         "client_encoding",  "dbname",           nullptr};
  const char* values[] = {"2", "2", "1", "3", "4000", "tongxin", "UTF8", address.url.c_str(), nullptr};
  connection_.reset(PQconnectdbParams(names, values, 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw Fault(Code::unavailable, say_unavailable()).log(PQerrorMessage(connection_.get()));
  PQsetNoticeReceiver(connection_.get(), &PostgresConnection::on_notice, this);
}

void PostgresConnection::on_notice(void* self, const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity && std::strcmp(severity, "WARNING") == 0) static_cast<PostgresConnection*>(self)->warned_ = true;
}

Fault PostgresConnection::fault(const PGresult* result, const char* doing) {
  const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  auto found = meaning_of(state ? state : "");
  const std::string message = result && state ? PQresultErrorMessage(result) : PQerrorMessage(connection_.get());
  // "cached plan must not change result type": a migration ran; the next connection plans anew.
  if (state && std::strcmp(state, "0A000") == 0 && may_prepare_)
    found = {Code::unavailable, say_unavailable(), true, true};
  repeat_ |= found.repeat;
  collided_ |= state && std::strcmp(state, "23505") == 0;
  lost_ |= found.lost || PQstatus(connection_.get()) != CONNECTION_OK;
  return Fault(found.code, found.say)
      .log(fmt::format("postgresql {} in {}: {}", state ? state : "connection", doing, message));
}

void PostgresConnection::command(const char* text) {
  const PostgresResult result(PQexec(connection_.get(), text));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw fault(result.get(), text);
}

// ── the pipeline ──

bool PostgresConnection::pipelining() {
  return PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF || PQenterPipelineMode(connection_.get());
}

void PostgresConnection::send(const char* command) {
  if (!pipelining() || !PQsendQueryParams(connection_.get(), command, 0, nullptr, nullptr, nullptr, nullptr, 0))
    throw fault(nullptr, command);
  unanswered_.push_back(command);
}

// Null: the time is up, or there is none.
PostgresResult PostgresConnection::next_result(const Deadline& until) {
  while (until && PQisBusy(connection_.get())) {
    const auto left = std::chrono::ceil<milliseconds>(*until - std::chrono::steady_clock::now()).count();
    pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
    if (left <= 0 || (::poll(&socket, 1, static_cast<int>(left)) < 0 && errno != EINTR)) return nullptr;
    if (!PQconsumeInput(connection_.get())) break;
  }
  return PostgresResult(PQgetResult(connection_.get()));
}

// Each answer is followed by a null; the last null by the answer to the sync.
PostgresConnection::Answers PostgresConnection::read_answers(const Deadline& until) {
  const auto names = std::exchange(unanswered_, {});
  Answers answers;
  PQpipelineSync(connection_.get());  // where it fails the answers below do
  for (const char* name : names) {
    warned_ = false;
    PostgresResult result = next_result(until);
    const auto status = PQresultStatus(result.get());
    const bool well = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!answers.failed) answers.result = std::move(result);
    if (!well && !answers.failed) answers.failed = name;
    if (PQstatus(connection_.get()) != CONNECTION_OK || !answers.result) {
      lost_ = true;
      return answers;
    }
    while (const PostgresResult rest{PQgetResult(connection_.get())}) continue;
  }
  const PostgresResult sync(PQgetResult(connection_.get()));
  if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(connection_.get())) lost_ = true;
  return answers;
}

PostgresResult PostgresConnection::catch_up() {
  if (unanswered_.empty()) return nullptr;
  Answers answers = read_answers(std::nullopt);
  if (answers.failed) throw fault(answers.result.get(), answers.failed);
  return std::move(answers.result);
}

// ── transactions ──

void PostgresConnection::begin_write() {
  repeat_ = collided_ = false;
  forget_read();
  send("BEGIN ISOLATION LEVEL READ COMMITTED");
}
void PostgresConnection::begin_read() {
  repeat_ = false;
  forget_read();
  send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

// Nothing hangs on the answer to its ROLLBACK: the next transaction of this connection reads it.
void PostgresConnection::end_read() {
  if (lost_) return;
  if (!unanswered_.empty()) return rollback();
  if (PQsendQuery(connection_.get(), "ROLLBACK"))
    ending_read_ = true;
  else
    lost_ = true;
}

void PostgresConnection::forget_read() {
  if (!std::exchange(ending_read_, false)) return;
  while (const PostgresResult result{PQgetResult(connection_.get())})
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      lost_ = true;
      throw fault(result.get(), "ROLLBACK");
    }
}

void PostgresConnection::rollback() {
  if (lost_) return;
  if (!unanswered_.empty()) read_answers(std::nullopt);
  if (lost_) return;
  const PostgresResult result(PQexec(connection_.get(), "ROLLBACK"));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) lost_ = true;
}

void PostgresConnection::commit() {
  Answers answers{nullptr, "COMMIT"};
  if (pipelining() && PQsendQueryParams(connection_.get(), "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0)) {
    unanswered_.push_back("COMMIT");
    answers = read_answers(std::chrono::steady_clock::now() + kCommitLimit);
  }
  const PGresult* result = answers.result.get();
  // A transaction that had failed answers ROLLBACK. A warning is how the server says that it stopped waiting
  // for its standby: committed here, perhaps lost tomorrow.
  const bool answered = !answers.failed;
  if (answered && !warned_ && std::strcmp(PQcmdStatus(answers.result.get()), "COMMIT") == 0) return;
  // What the server refused before it came to the COMMIT, that one was never done.
  const bool before = answers.failed && std::strcmp(answers.failed, "COMMIT") != 0;
  const bool refused =
      result && PQresultStatus(result) == PGRES_FATAL_ERROR &&
      (before ? PQresultErrorField(result, PG_DIAG_SQLSTATE) != nullptr : PQstatus(connection_.get()) == CONNECTION_OK);
  if (refused) throw fault(result, answers.failed);
  const bool unknown = !answered || warned_;
  repeat_ = lost_ = unconfirmed_ = unknown;
  throw Fault(unknown ? Code::unavailable : Code::internal, unknown ? say_unconfirmed() : say_internal())
      .log(fmt::format("COMMIT was not confirmed: {}", PQerrorMessage(connection_.get())));
}

struct PostgresConnection::Parameters {
  std::string kinds;
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  std::deque<std::string> texts;  // keeps what `values` points at

  explicit Parameters(std::span<const Value> given) {
    for (const auto& value : given) {
      switch (value.kind) {
        case Value::Kind::null: add('n', 0, nullptr, 0, 0); break;
        case Value::Kind::integer: add('i', kInt8, keep(fmt::format("{}", value.integer)), 0, 0); break;
        case Value::Kind::real: add('r', kFloat8, keep(fmt::format("{}", value.real)), 0, 0); break;
        case Value::Kind::text: add('t', kText, keep(std::string(value.view)), 0, 0); break;
        case Value::Kind::bytes:
          add('b', kBytea, value.view.data() ? value.view.data() : "", static_cast<int>(value.view.size()), 1);
          break;
      }
    }
  }
  const char* keep(std::string text) { return texts.emplace_back(std::move(text)).c_str(); }
  void add(char kind, Oid type, const char* data, int length, int format) {
    kinds += kind;
    types.push_back(type);
    values.push_back(data);
    lengths.push_back(length);
    formats.push_back(format);
  }
  int count() const { return static_cast<int>(values.size()); }
  // Null goes with any type; everything else needs the type it was prepared with.
  bool fits(std::string_view prepared) const {
    return std::equal(kinds.begin(), kinds.end(), prepared.begin(), prepared.end(),
                      [](char mine, char theirs) { return mine == 'n' || mine == theirs; });
  }
};

const PostgresConnection::Prepared* PostgresConnection::known(const Sql& sql, const Parameters& parameters) {
  const auto found = prepared_.find(&sql);
  if (found == prepared_.end()) return nullptr;
  for (const auto& prepared : found->second)
    if (prepared.text == sql.text && parameters.fits(prepared.kinds)) return &prepared;
  return nullptr;
}

const PostgresConnection::Prepared& PostgresConnection::prepare(const Sql& sql, const Parameters& parameters) {
  auto& known = prepared_[&sql];
  if (!known.empty() && known.front().text != sql.text) known.clear();
  if (names_ >= kStatementsKept) {
    command("DEALLOCATE ALL");
    prepared_.clear();
    names_ = 0;
  }
  Prepared fresh{std::string(sql.text), parameters.kinds, fmt::format("t{}", ++names_)};
  const PostgresResult result(PQprepare(connection_.get(), fresh.name.c_str(), fresh.text.c_str(), parameters.count(),
                                        parameters.types.data()));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw fault(result.get(), sql.name);
  return prepared_[&sql].emplace_back(std::move(fresh));
}

// Outside the pipeline: a statement that could not be prepared must not be taken for one that was.
void PostgresConnection::need_prepared(const Sql& sql, const Parameters& parameters) {
  if (!may_prepare_ || known(sql, parameters)) return;
  catch_up();
  prepare(sql, parameters);
}

void PostgresConnection::send(const Sql& sql, const Parameters& parameters) {
  const int sent =
      may_prepare_
          ? PQsendQueryPrepared(connection_.get(), known(sql, parameters)->name.c_str(), parameters.count(),
                                parameters.values.data(), parameters.lengths.data(), parameters.formats.data(), 0)
          : PQsendQueryParams(connection_.get(), std::string(sql.text).c_str(), parameters.count(),
                              parameters.types.data(), parameters.values.data(), parameters.lengths.data(),
                              parameters.formats.data(), 0);
  if (!sent) throw fault(nullptr, sql.name);
  unanswered_.push_back(sql.name);
}

PostgresResult PostgresConnection::run(const Sql& sql, std::span<const Value> values) {
  const Parameters parameters(values);
  need_prepared(sql, parameters);
  if (!unanswered_.empty()) {
    send(sql, parameters);
    return catch_up();
  }
  PostgresResult result;
  if (may_prepare_)
    result.reset(PQexecPrepared(connection_.get(), known(sql, parameters)->name.c_str(), parameters.count(),
                                parameters.values.data(), parameters.lengths.data(), parameters.formats.data(), 0));
  else
    result.reset(PQexecParams(connection_.get(), std::string(sql.text).c_str(), parameters.count(),
                              parameters.types.data(), parameters.values.data(), parameters.lengths.data(),
                              parameters.formats.data(), 0));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw fault(result.get(), sql.name);
  return result;
}

void PostgresConnection::later(const Sql& sql, std::span<const Value> values) {
  const Parameters parameters(values);
  need_prepared(sql, parameters);
  if (!pipelining()) throw fault(nullptr, sql.name);
  send(sql, parameters);
  if (unanswered_.size() >= kMostUnanswered) catch_up();
}

void PostgresConnection::query(const Sql& sql, std::span<const Value> values,
                               const std::function<bool(const Row&)>& each) {
  const auto result = run(sql, values);
  PostgresRow row(result.get(), sql.name);
  for (int i = 0; i < PQntuples(result.get()); ++i) {
    row.at(i);
    if (!each(row)) return;
  }
}

std::int64_t PostgresConnection::execute(const Sql& sql, std::span<const Value> values) {
  const auto result = run(sql, values);
  const std::string_view command = PQcmdStatus(result.get());  // a SELECT changes nothing, though it counts its rows
  if (command.starts_with("SELECT")) return 0;
  std::int64_t changed = 0;
  const std::string_view count = PQcmdTuples(result.get());
  std::from_chars(count.data(), count.data() + count.size(), changed);
  return changed;
}

}  // namespace tongxin::store::inside
