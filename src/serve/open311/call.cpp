#include "serve/open311/call.hpp"

#include <charconv>

#include "base/text.hpp"
#include "record/sql.hpp"
#include "serve/routes.hpp"

namespace tongxin::serve::open311 {
namespace {

constexpr const char* kScope = "open311";

template <class Number>
std::optional<Number> read_number(const Request& request, std::string_view name, Number min, Number max) {
  const auto text = value_of(request, name);
  if (!text) return std::nullopt;
  Number value{};
  const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
  if (read.ec != std::errc{} || read.ptr != text->data() + text->size() || !(value >= min && value <= max))
    refuse(name, "range", words("应为 {} 到 {} 之间的数", "expected a number from {} to {}", min, max));
  return value;
}

}  // namespace

Language Call::language() const {
  const std::string locale = fold(value_of(request, "locale").value_or(""));
  return locale.starts_with("en") ? Language::en : locale.starts_with("zh") ? Language::zh : request.language;
}

std::optional<std::string> value_of(const Request& request, std::string_view name) {
  for (const auto& sent : {request.field(name), request.query_value(name)})
    if (sent && !trim(*sent).empty()) return std::string(trim(*sent));
  return std::nullopt;
}

std::vector<std::string> list_of(const Request& request, std::string_view name) {
  std::vector<std::string> list;
  const std::string text = value_of(request, name).value_or("");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    if (const auto one = trim(std::string_view(text).substr(at, end - at)); !one.empty()) list.emplace_back(one);
    at = end + 1;
  }
  return list;
}

bool flag_of(const Request& request, std::string_view name) {
  const std::string text = fold(value_of(request, name).value_or(""));
  return text == "true" || text == "1" || text == "yes";
}

std::optional<int> integer_of(const Request& request, std::string_view name, int min, int max) {
  return read_number<int>(request, name, min, max);
}

std::optional<double> number_of(const Request& request, std::string_view name, double min, double max) {
  return read_number<double>(request, name, min, max);
}

std::optional<Time> time_of(const Call& call, std::string_view name) {
  auto text = value_of(call.request, name);
  if (!text) return std::nullopt;
  // A plus sign that was not encoded arrives as a space: 2026-11-22T10:00:00 08:00.
  if (text->size() > 19 && text->find('T') == 10 && text->find(' ') != text->npos) (*text)[text->find(' ')] = '+';
  Time time{};
  Day day = 0;
  if (parse_rfc3339(*text, time) || parse_local(*text, time, call.app.zone)) return time;
  if (parse_rfc3339(*text + "Z", time)) return time - call.app.zone.offset;
  if (parse_day(*text, day)) return midnight(day, call.app.zone);
  refuse(name, "format",
         words("应为 2026-11-22T10:00:00+08:00 这样的时间", "expected a time such as 2026-11-22T10:00:00Z"));
}

void refuse(std::string_view name, std::string_view kind, Words say) {
  throw Fault(Code::invalid, say, {{std::string(name), std::string(kind), say}});
}

void need_jurisdiction(const Call& call) {
  const auto wanted = value_of(call.request, "jurisdiction_id");
  if (!wanted || *wanted == to_text(call.app.realm) || *wanted == call.app.options.realm_name) return;
  throw Fault(Code::not_found,
              words("没有这个辖区：{}", "jurisdiction_id {} was not found", std::string(cut(*wanted, 60))));
}

Caller holder_of_key(const Call& call, store::Tx& tx, bool needed) {
  std::string key = value_of(call.request, "api_key").value_or("");
  const std::string_view header = call.request.header("authorization");
  if (key.empty() && header.size() > 7 && fold(header.substr(0, 7)) == "bearer ") key = trim(header.substr(7));
  if (key.empty() && needed) throw Fault(Code::forbidden, words("缺少 api_key", "api_key is missing"));
  if (key.empty()) {
    Caller nobody;
    nobody.language = call.language();
    return nobody;
  }
  try {
    return caller_of_token(call.app, tx, key, kScope, call.language());
  } catch (const Fault& fault) {
    throw Fault(Code::forbidden,
                words("api_key 无效：{}", "the api_key is not good: {}", fault.say().in(call.language())));
  }
}

std::string absolute(const Call& call, std::string_view path) {
  const std::string& base = call.app.options.base_url;
  if (!base.empty()) return base + std::string(path);
  return fmt::format("{}://{}{}", call.request.secure ? "https" : "http", call.request.header("host"), path);
}

const std::string& status_of(const pack::Kind& kind, std::string_view state) {
  static const std::string kUnknown = "OPEN";
  const int index = kind.state(state);
  return index < 0 ? kUnknown : kind.open311->statuses[std::size_t(index)];
}

const Words& state_label(const pack::Kind& kind, std::string_view name) {
  static const Words kNone;
  const int index = kind.state(name);
  if (index < 0) return kNone;
  const pack::State& state = kind.states[std::size_t(index)];
  return state.resident.zh.empty() ? state.label : state.resident;
}

record::Record need_record(View& view, std::string_view number, Sight& sight) {
  const auto id =
      number.size() > 40 ? std::nullopt : view.tx.one<RecordId>(record::sql::kRecordByNumber, view.app.realm, number);
  auto record = id ? view.app.engine.find(view.tx, view.app.realm, *id) : std::nullopt;
  sight =
      record && service_of(*view.world->library, record->kind, record->category) ? view.sight_of(*record) : Sight::none;
  if (sight == Sight::none)
    throw Fault(Code::not_found,
                words("没有这件事项：{}", "service_request_id {} was not found", std::string(cut(number, 40))));
  return std::move(*record);
}

}  // namespace tongxin::serve::open311
