#include "base/written_day.hpp"

#include <charconv>

#include "base/text.hpp"

namespace tongxin {
namespace {

struct Parts {
  int year = 0, month = 0, day = 0;  // day 0: a whole month
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits in front; moves the text on. 0 and an untouched text when there are none or too many.
int take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  if (count < least || count > most) return 0;
  int value = 0;
  std::from_chars(text.data(), text.data() + count, value);
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, std::string_view wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(wanted.size());
  return true;
}

// "1985-03-07" with one kind of separator, or "1985年3月7日".
std::optional<Parts> with_separators(std::string_view text) {
  Parts parts;
  if ((parts.year = take_number(text, 4, 4)) == 0) return std::nullopt;
  const bool words = take(text, "年");
  const std::string_view separator = words ? "月" : text.substr(0, 1);
  if (!words && !take(text, "-") && !take(text, "/") && !take(text, ".")) return std::nullopt;
  if ((parts.month = take_number(text, 1, 2)) == 0) return std::nullopt;
  if (words && !take(text, "月")) return std::nullopt;
  if (text.empty()) return parts;
  if (!words && !take(text, separator)) return std::nullopt;
  if ((parts.day = take_number(text, 1, 2)) == 0) return std::nullopt;
  if (words && !take(text, "日") && !take(text, "号")) return std::nullopt;
  return text.empty() ? std::optional(parts) : std::nullopt;
}

std::optional<Parts> of_eight_digits(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  const int value = take_number(text, 8, 8);
  if (value == 0 || value % 100 == 0) return std::nullopt;
  return Parts{value / 10000, value / 100 % 100, value % 100};
}

// The spreadsheet's count of days since 1899-12-30 (right for all days after its invented 1900-02-29).
std::optional<Day> of_serial(std::string_view text) {
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    if (text.find_first_not_of('0', dot + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, dot);
  }
  const int serial = take_number(text, 5, 5);
  if (!text.empty() || serial < 10000 || serial > 73050) return std::nullopt;
  return add_days(19270518, serial - 10000);
}

// "1985/3/7 0:00", "…T00:00:00.000": the midnight that a spreadsheet adds.
std::string_view without_midnight(std::string_view text) {
  const auto at = text.find_first_of(" tT");
  if (at == std::string_view::npos) return text;
  std::string_view rest = trim(text.substr(at + 1));
  const bool midnight =
      rest.find(':') != std::string_view::npos && rest.find_first_not_of("0:.") == std::string_view::npos;
  return midnight ? trim(text.substr(0, at)) : text;
}

Words refusal(std::string_view text, const std::optional<Parts>& parts) {
  const std::string shown = one_line(cut(trim(text), 30));
  if (parts && parts->month >= 1 && parts->month <= 12 && parts->day > 28 && parts->day <= 31)
    return words("{} 不是日期：{} 年 {} 月没有 {} 日", "{} is not a date: month {}-{:02} has no day {}", shown,
                 parts->year, parts->month, parts->day);
  return words("{} 不是日期，应为 1985-03-07 这样的格式", "{} is not a date; write it as 1985-03-07", shown);
}

}  // namespace

std::optional<WrittenDay> parse_written_day(std::string_view text, Words* why) {
  std::string folded;
  std::optional<Parts> parts;
  if (text.size() <= 100) {
    for (const char c : fold(without_midnight(trim(text))))
      if (c != ' ') folded += c;
    parts = with_separators(folded);
    if (!parts) parts = of_eight_digits(folded);
  }
  if (parts) {
    const WrittenDay written{parts->year * 10000 + parts->month * 100 + std::max(parts->day, 1), parts->day == 0};
    if (is_day(written.day)) return written;
  } else if (const auto day = of_serial(folded)) {
    return WrittenDay{*day};
  }
  if (why) *why = refusal(text, parts);
  return std::nullopt;
}

}  // namespace tongxin
