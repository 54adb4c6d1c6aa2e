// Time enters only through a Clock. Instants are milliseconds UTC; a day is yyyymmdd in the realm's zone.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace tongxin {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;

inline std::int64_t to_millis(Time time) { return time.time_since_epoch().count(); }
inline Time from_millis(std::int64_t millis) { return Time{milliseconds{millis}}; }

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// For tests, stories and the simulator: stands still until it is moved. Not thread-safe against set().
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void set(Time time) { now_ = time; }
  void advance(milliseconds step) { now_ += step; }

 private:
  Time now_;
};

// A calendar day as a number, 20261122. Comparable; arithmetic goes through add_days.
using Day = std::int32_t;

// The zone of a realm as a fixed offset from UTC. China keeps one zone without summer time; see docs/decisions.md.
struct Zone {
  std::chrono::minutes offset{8 * 60};
  bool operator==(const Zone&) const = default;
};

Day day_of(Time time, Zone zone = {});
Time midnight(Day day, Zone zone = {});  // the instant at which that day begins
Day add_days(Day day, int days);
int weekday(Day day);  // 1 Monday … 7 Sunday
int days_between(Day from, Day until);
bool is_day(Day day);                                        // a real date between 1900 and 2200?
inline std::int32_t month_of(Day day) { return day / 100; }  // 202611

// RFC 3339: "2026-11-22T10:30:00.000+08:00". Parsing accepts any offset, and seconds with or without a fraction.
std::string to_rfc3339(Time time, Zone zone = {});
bool parse_rfc3339(std::string_view text, Time& time);
// "2026-11-22 10:30", as people write it, in the zone; "2026-11-22" alone is that midnight.
std::string to_minute_text(Time time, Zone zone = {});
bool parse_local(std::string_view text, Time& time, Zone zone = {});
std::string to_day_text(Day day);                 // "2026-11-22"
bool parse_day(std::string_view text, Day& day);  // "2026-11-22"

}  // namespace tongxin
