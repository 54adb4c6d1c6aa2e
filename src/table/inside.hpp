// What the files of table/ share. Inside table/.
#pragma once
#include "table/read.hpp"

namespace tongxin::table::inside {

std::unique_ptr<Reader> open_csv(std::string_view bytes, std::string name, const KnownTitles& known,
                                 const Limits& limits);
std::unique_ptr<Reader> open_workbook(std::string_view bytes, std::string name, const Limits& limits);

// The day and time of a spreadsheet's number, to the nearest second: 08:29:59.999 is 08:30. Kind day, time, or number where it
// is none (negative, beyond 9999).
Cell dated(double serial, bool from_1904);
// "13800138000", "0.1"; a whole number beyond 15 digits is lossy.
Cell numbered(double value);
// Does a number format show days or times? "yyyy-mm-dd", "m\"月\"d\"日\""; not "0.00", "[Red]0", "\"d\"0".
bool is_date_format(std::string_view format);
bool is_builtin_date_format(int id);
// "_x000D_" stands for a character that XML would not keep.
std::string unescaped(std::string_view text);

}  // namespace tongxin::table::inside
