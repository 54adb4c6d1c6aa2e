#include "base/time.hpp"

#include <fmt/format.h>
#include <charconv>

namespace tongxin {
namespace {

using namespace std::chrono;

struct Wall {
  year_month_day date;
  hh_mm_ss<milliseconds> time;
};

Wall wall(Time time, Zone zone) {
  const auto local = time + zone.offset;
  const auto day = floor<days>(local);
  return {year_month_day{day}, hh_mm_ss<milliseconds>{local - day}};
}

Day pack(year_month_day date) {
  return int(date.year()) * 10000 + int(unsigned(date.month())) * 100 + int(unsigned(date.day()));
}
year_month_day unpack(Day day) {
  return {year{day / 10000}, month{unsigned(day / 100 % 100)}, std::chrono::day{unsigned(day % 100)}};
}

// Writes exactly `count` digits over the text at `at`.
void put(std::string& text, std::size_t at, std::size_t count, std::int64_t value) {
  for (std::size_t i = count; i-- > 0; value /= 10) text[at + i] = char('0' + value % 10);
}

// Reads exactly `count` digits; moves the text on.
bool digits(std::string_view& text, std::size_t count, int& value) {
  if (text.size() < count) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
  if (error != std::errc{} || end != text.data() + count || text[0] == '-') return false;
  text.remove_prefix(count);
  return true;
}
bool skip(std::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}
bool read_day(std::string_view& text, Day& day) {
  int y = 0, m = 0, d = 0;
  if (!digits(text, 4, y) || !skip(text, '-') || !digits(text, 2, m) || !skip(text, '-') || !digits(text, 2, d))
    return false;
  day = y * 10000 + m * 100 + d;
  return is_day(day);
}
bool read_clock(std::string_view& text, milliseconds& since_midnight) {
  int h = 0, m = 0, s = 0, ms = 0;
  if (!digits(text, 2, h) || !skip(text, ':') || !digits(text, 2, m)) return false;
  if (skip(text, ':')) {
    if (!digits(text, 2, s)) return false;
    if (skip(text, '.')) {
      int scale = 100;
      if (text.empty() || text[0] < '0' || text[0] > '9') return false;
      while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
        ms += (text[0] - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
      }
    }
  }
  if (h > 23 || m > 59 || s > 59) return false;
  since_midnight = hours{h} + minutes{m} + seconds{s} + milliseconds{ms};
  return true;
}

}  // namespace

Time SystemClock::now() const { return floor<milliseconds>(system_clock::now()); }

Day day_of(Time time, Zone zone) { return pack(wall(time, zone).date); }
Time midnight(Day day, Zone zone) { return Time{sys_days{unpack(day)}} - zone.offset; }
Day add_days(Day day, int count) { return pack(year_month_day{sys_days{unpack(day)} + days{count}}); }
int weekday(Day day) { return int(std::chrono::weekday{sys_days{unpack(day)}}.iso_encoding()); }
int days_between(Day from, Day until) { return int((sys_days{unpack(until)} - sys_days{unpack(from)}).count()); }
bool is_day(Day day) { return day >= 19000101 && day < 22000101 && unpack(day).ok(); }

std::string to_rfc3339(Time time, Zone zone) {  // by hand: every record in a list carries several
  const Wall w = wall(time, zone);
  const auto offset = zone.offset.count();
  std::string text;
  text.reserve(29);
  text = "0000-00-00T00:00:00.000Z";
  put(text, 0, 4, int(w.date.year()));
  put(text, 5, 2, int(unsigned(w.date.month())));
  put(text, 8, 2, int(unsigned(w.date.day())));
  put(text, 11, 2, w.time.hours().count());
  put(text, 14, 2, w.time.minutes().count());
  put(text, 17, 2, w.time.seconds().count());
  put(text, 20, 3, w.time.subseconds().count());
  if (offset == 0) return text;
  text.replace(23, 1, offset < 0 ? "-00:00" : "+00:00");
  put(text, 24, 2, std::abs(offset) / 60);
  put(text, 27, 2, std::abs(offset) % 60);
  return text;
}

bool parse_rfc3339(std::string_view text, Time& time) {
  Day day = 0;
  milliseconds clock{};
  if (!read_day(text, day) || text.empty() || (text[0] != 'T' && text[0] != 't' && text[0] != ' ')) return false;
  text.remove_prefix(1);
  if (!read_clock(text, clock) || text.empty()) return false;
  Zone zone{minutes{0}};
  if (text[0] == 'Z' || text[0] == 'z') {
    text.remove_prefix(1);
  } else {
    const int sign = text[0] == '-' ? -1 : text[0] == '+' ? 1 : 0;
    int h = 0, m = 0;
    text.remove_prefix(1);
    if (sign == 0 || !digits(text, 2, h) || !skip(text, ':') || !digits(text, 2, m) || h > 23 || m > 59) return false;
    zone.offset = minutes{sign * (h * 60 + m)};
  }
  if (!text.empty()) return false;
  time = midnight(day, zone) + clock;
  return true;
}

std::string to_minute_text(Time time, Zone zone) {
  const Wall w = wall(time, zone);
  return fmt::format("{} {:02}:{:02}", to_day_text(pack(w.date)), w.time.hours().count(), w.time.minutes().count());
}

bool parse_local(std::string_view text, Time& time, Zone zone) {
  Day day = 0;
  milliseconds clock{};
  if (!read_day(text, day)) return false;
  if (!text.empty()) {
    if (text[0] != ' ' && text[0] != 'T') return false;
    text.remove_prefix(1);
    if (!read_clock(text, clock) || !text.empty()) return false;
  }
  time = midnight(day, zone) + clock;
  return true;
}

std::string to_day_text(Day day) { return fmt::format("{:04}-{:02}-{:02}", day / 10000, day / 100 % 100, day % 100); }
bool parse_day(std::string_view text, Day& day) { return read_day(text, day) && text.empty(); }

}  // namespace tongxin
