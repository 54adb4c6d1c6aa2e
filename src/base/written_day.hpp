// Days as people and spreadsheets write them, for imports. The contract of the API knows only 1985-03-07.
//
// Read: 1985-03-07, 1985/3/7, 1985.3.7, 1985年3月7日 (or 号), 19850307, with full-width digits and spaces; the same with a
// midnight behind it, as spreadsheets export ("1985/3/7 0:00"); a whole month (1985-03, 1985年3月); and the number of days that
// a spreadsheet keeps inside (31113 is 1985-03-07; 10000 to 73050, so 1927 to 2099). Refused because they could mean two
// days: two-digit years, 3/7/1985, six digits, and a bare year.
#pragma once
#include <optional>
#include <string_view>

#include "base/fault.hpp"
#include "base/time.hpp"

namespace tongxin {

struct WrittenDay {
  Day day = 0;  // of a whole month: its first day
  bool whole_month = false;
  bool operator==(const WrittenDay&) const = default;
};

// None when it is no day; `why`, when given, then says so: "1985.13.7 不是日期，应为 1985-03-07 这样的格式".
std::optional<WrittenDay> parse_written_day(std::string_view text, Words* why = nullptr);

}  // namespace tongxin
