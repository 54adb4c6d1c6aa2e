#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/time.hpp"

namespace tongxin {
namespace {

bool is_tail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

// Length of the valid sequence at the start of the text, 0 when there is none (Unicode 15, table 3-7).
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80, high = first == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80, high = first == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

char32_t decode(std::string_view one) {
  const auto byte = [&](std::size_t i) { return char32_t(static_cast<unsigned char>(one[i])); };
  switch (one.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default: return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  }
}

// A byte that is not UTF-8 stands for itself, so that the loops below always end.
std::u32string decode_all(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(1, sequence(text));
    result += decode(text.substr(0, size));
    text.remove_prefix(size);
  }
  return result;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x3000 || c == 0xFEFF ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F;
}

// Control characters, line ends, and the marks that reorder or hide text (Unicode TR 36, bidirectional
// spoofing).
bool is_unfit_for_a_line(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C || c == 0xFEFF;
}

std::size_t distance(const std::u32string& a,
                     const std::u32string& b) {  // Levenshtein with neighbours exchanged
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

template <class Candidates>
std::optional<std::string> nearest_of(std::string_view word, const Candidates& candidates) {
  constexpr std::size_t kLongest = 64;  // longer words come from no keyboard; bounds the work on hostile input
  if (word.size() > 4 * kLongest) return std::nullopt;
  const std::u32string wanted = decode_all(word);
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::u32string have = decode_all(candidate);
    if (have.size() > kLongest || have.size() + best_distance <= wanted.size()) continue;
    const std::size_t edits = distance(wanted, have);
    if (edits >= best_distance || edits >= std::max(wanted.size(), have.size())) continue;
    best_distance = edits;
    best = std::string(candidate);
  }
  return best;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t ascii = 0;
    while (ascii < text.size() && static_cast<unsigned char>(text[ascii]) < 0x80) ++ascii;
    text.remove_prefix(ascii);
    if (text.empty()) return true;
    const std::size_t size = sequence(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t count_code_points(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_tail));
}

std::string_view cut(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += std::max<std::size_t>(1, sequence(text.substr(end)));
  return text.substr(0, end);
}

std::string_view trim(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(1, sequence(text));
    if (!is_space(decode(text.substr(0, size)))) break;
    text.remove_prefix(size);
  }
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && is_tail(text[start]) && text.size() - start < 4) --start;
    const std::string_view last = text.substr(start);
    if (sequence(last) != last.size() || !is_space(decode(last))) break;
    text.remove_suffix(last.size());
  }
  return text;
}

std::string one_line(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, std::max<std::size_t>(1, sequence(text)));
    text.remove_prefix(one.size());
    const char32_t c = decode(one);
    if ((c >= 9 && c <= 13) || c == 0x85 || c == 0x2028 || c == 0x2029) {
      if (!result.empty() && result.back() != ' ') result += ' ';
    } else if (!is_unfit_for_a_line(c)) {
      result += one;
    }
  }
  return std::string(trim(result));
}

bool is_one_line(std::string_view text) {
  const std::u32string all = decode_all(text);
  return std::none_of(all.begin(), all.end(), is_unfit_for_a_line);
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates) {
  return nearest_of(word, candidates);
}
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  return nearest_of(word, candidates);
}

bool is_phone(std::string_view text) {
  if (text.size() == 11 && text[0] == '1') return text[1] >= '3' && all_digits(text);
  if (text.size() >= 3 && text.size() <= 6 && (text[0] == '1' || text[0] == '9'))
    return all_digits(text);  // 12345, 96333
  if (text.empty() || text[0] != '0') return false;
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return text.size() >= 10 && text.size() <= 12 && all_digits(text);
  const std::string_view area = text.substr(0, dash), number = text.substr(dash + 1);
  return area.size() >= 3 && area.size() <= 4 && number.size() >= 7 && number.size() <= 8 && all_digits(area) &&
         all_digits(number) && number[0] != '0';
}

bool is_id_card(std::string_view text) {
  constexpr std::array<int, 17> kWeights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (text.size() != 18 || !all_digits(text.substr(0, 17)) || text[0] == '0') return false;
  Day birthday = 0;
  for (const char c : text.substr(6, 8)) birthday = birthday * 10 + (c - '0');
  if (!is_day(birthday)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) sum += (text[i] - '0') * kWeights[i];
  const char check = "10X98765432"[sum % 11];
  return text[17] == check || (check == 'X' && text[17] == 'x');
}

std::string clean_phone(std::string_view text) {
  std::string result;
  const std::string folded = fold(trim(text));
  for (const char c : folded)
    if (c != ' ' && c != '-' && c != '(' && c != ')') result += c;
  for (const char* prefix : {"+86", "0086"})
    if (result.starts_with(prefix)) result.erase(0, std::strlen(prefix));
  if (result.size() == 13 && result.starts_with("861")) result.erase(0, 2);
  return is_phone(result) ? result : folded;
}

std::string mask_phone(std::string_view text) {
  const std::string phone = clean_phone(text);
  if (phone.size() < 7) return phone.size() <= 5 && is_phone(phone) ? phone : "****";  // 12345 is nobody's own
  const std::size_t head = phone[0] == '0' ? phone.size() - 8 : 3;
  return std::string(cut(phone, head)) + "****" + phone.substr(phone.size() - 4);
}

std::string mask_id_card(std::string_view text) {
  if (text.size() != 18) return "****";
  return std::string(text.substr(0, 3)) + "***********" + std::string(text.substr(14));
}

std::string mask_name(std::string_view text) {
  text = trim(text);
  const std::size_t count = count_code_points(text);
  if (count <= 1) return count == 0 ? "" : "*";
  std::string result{cut(text, 1)};
  if (count == 2) return result + "*";
  for (std::size_t i = 0; i < std::min<std::size_t>(count - 2, 4); ++i) result += '*';
  return result + std::string(text.substr(cut(text, count - 1).size()));
}

}  // namespace tongxin
