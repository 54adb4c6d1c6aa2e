#include "serve/log.hpp"

#include <unistd.h>

namespace tongxin::serve {

namespace {

constexpr std::size_t kLongestText = 2000;

bool is_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '"' || c == '\\';
}

void append_text(std::string& line, std::string_view text) {
  text = text.substr(0, kLongestText);
  line += '"';
  while (!text.empty()) {
    const auto plain = std::find_if(text.begin(), text.end(), is_escaped);
    line.append(text.begin(), plain);
    text.remove_prefix(std::size_t(plain - text.begin()));
    if (text.empty()) break;
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte == '"' || byte == '\\')
      line.append({'\\', text.front()});
    else
      line += fmt::format("\\u{:04x}", unsigned(byte));
    text.remove_prefix(1);
  }
  line += '"';
}

void append_value(std::string& line, const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) append_text(line, *text);
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) line += fmt::format_int(*number).c_str();
  if (const auto* real = std::get_if<double>(&field.value)) fmt::format_to(std::back_inserter(line), "{:.3f}", *real);
}

const char* level_name(Level level) { return level == Level::info ? "info" : level == Level::warn ? "warn" : "error"; }

void to_standard_error(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(std::size_t(written));
  }
}

std::string_view take_until_slash(std::string_view& text) {
  const auto end = std::min(text.find('/'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

Log::Log(Sink sink) : sink_(sink ? std::move(sink) : Sink(to_standard_error)) {}

void Log::write(Level level, std::string_view message, std::initializer_list<LogField> fields) const {
  write_lines(log_line(level, message, fields, SystemClock{}.now()));
}

void Log::write_lines(std::string_view lines) const {
  if (!lines.empty()) sink_(lines);
}

std::string log_line(Level level, std::string_view message, std::initializer_list<LogField> fields, Time time) {
  constexpr std::size_t kOthers = 320;  // a line about a request
  std::string line;
  line.reserve(kOthers + message.size());
  line += R"({"time":")";
  line += to_rfc3339(time, Zone{std::chrono::minutes{0}});
  line += R"(","level":")";
  line += level_name(level);
  line += R"(","message":)";
  append_text(line, message);
  for (const LogField& field : fields) {
    line += ',';
    append_text(line, field.name);
    line += ':';
    append_value(line, field);
  }
  line += "}\n";
  return line;
}

bool is_secret_name(std::string_view name) {
  static constexpr std::string_view kSecret[]{"token", "secret", "pass",   "key",       "code",    "auth",  "session",
                                              "sign",  "ticket", "state",  "nonce",     "otp",     "phone", "mobile",
                                              "email", "name",   "idcard", "id_number", "address", "cred"};
  static constexpr std::string_view kWholeWords[]{"q", "text", "jwt", "sid", "tel"};
  std::string low(name);
  for (char& c : low)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  for (const auto word : kWholeWords)
    if (low == word) return true;
  for (const auto part : kSecret)
    if (low.find(part) != low.npos) return true;
  return false;
}

std::string log_query(const std::vector<std::pair<std::string, std::string>>& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (!text.empty()) text += '&';
    text += name;
    text += '=';
    text += is_secret_name(name) ? "…" : value;
  }
  return text;
}

std::string log_path(std::string_view path, std::string_view pattern) {
  if (pattern.find('{') == pattern.npos) return std::string(path);
  std::string text;
  while (!path.empty()) {
    const std::string_view segment = take_until_slash(path), shape = take_until_slash(pattern);
    if (shape == "{*}") pattern = "{*}";
    if (shape.starts_with('{') && shape != "{*}" && is_secret_name(shape))
      text += "…";
    else
      text += segment;
    if (!path.empty()) text += '/';
  }
  return text;
}

}  // namespace tongxin::serve
