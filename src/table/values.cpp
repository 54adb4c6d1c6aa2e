// How a spreadsheet keeps numbers, days and texts.
#include <charconv>
#include <cmath>

#include "base/time.hpp"
#include "table/inside.hpp"

namespace tongxin::table::inside {
namespace {

constexpr double kLastSerial = 2958466;  // 31 December 9999
constexpr double kExact = 1e15;          // Excel keeps 15 digits

std::string shortest(double value) {
  if (value == 0) return "0";
  if (std::abs(value) < 1e-6 || std::abs(value) >= 1e21) return fmt::format("{}", value);
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  return error == std::errc{} ? std::string(buffer, end) : fmt::format("{}", value);
}

}  // namespace

Cell numbered(double value) {
  if (!std::isfinite(value)) return {Cell::Kind::fault, "#NUM!"};
  const bool whole = value == std::floor(value);
  return {whole && std::abs(value) >= kExact ? Cell::Kind::lossy : Cell::Kind::number, shortest(value)};
}

Cell dated(double serial, bool from_1904) {
  if (!std::isfinite(serial) || serial < 0 || serial >= kLastSerial) return numbered(serial);
  auto seconds = std::int64_t(std::llround(serial * 86400));
  std::int64_t day = seconds / 86400;
  seconds -= day * 86400;
  const std::string clock = seconds % 60 == 0
                                ? fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
                                : fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (serial < 1 && day == 0) return {Cell::Kind::time, clock};
  if (from_1904)
    day += 1462;
  else if (day < 60)
    ++day;  // Excel believes in 29 February 1900
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day - 25569}}};
  const std::string text =
      fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
  if (seconds == 0) return {Cell::Kind::day, text};
  return {Cell::Kind::time, text + " " + clock};
}

bool is_builtin_date_format(int id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

bool is_date_format(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '"') {
      i = std::min(format.find('"', i + 1), format.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const auto end = std::min(format.find(']', i), format.size());
      const std::string_view inside = format.substr(i + 1, end - i - 1);
      if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) return true;
      i = end;
    } else if (c == ';') {
      return false;  // what shows positive numbers decides
    } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
      return !format.substr(i).starts_with("General");
    }
  }
  return false;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* digits = text.data() + i + 2;
    if (text.substr(i).starts_with("_x") && i + 6 < text.size() && text[i + 6] == '_' &&
        std::from_chars(digits, digits + 4, code, 16).ptr == digits + 4 && code < 0x80 && code != 0) {
      if (code >= 0x20 || code == '\n' || code == '\t') plain += char(code);
      i += 6;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace tongxin::table::inside
