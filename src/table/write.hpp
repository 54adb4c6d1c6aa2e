// Tables out, as XLSX or CSV, row by row into a file; neither holds the table in memory.
//
// XLSX: the header is frozen and filtered, texts stay texts whatever they begin with (numbers of people, phones and codes are
// texts), days and times are dates, and a second sheet 说明 says what the table is. CSV: UTF-8 with a byte order mark; a cell
// that begins with = + - @ is guarded by an apostrophe.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fault.hpp"
#include "base/time.hpp"

namespace tongxin::table {

enum class Format { xlsx, csv };

struct Title {
  std::string text;
  double width = 14;  // in letters
};

struct Out {
  enum class Kind { text, day, time, number } kind = Kind::text;
  std::string text{};
  Day day = 0;
  Time time{};
  double number = 0;
  static Out of(std::string text) { return {.kind = Kind::text, .text = std::move(text)}; }
  static Out of_day(Day day) { return {.kind = Kind::day, .day = day}; }
  static Out of_time(std::optional<Time> time) { return time ? Out{.kind = Kind::time, .time = *time} : Out{}; }
  static Out of_number(double number) { return {.kind = Kind::number, .number = number}; }
};

class Writer {
 public:
  virtual ~Writer() = default;
  // Throws Fault(too_large) beyond what a sheet holds, Fault(unavailable) when the disk is full.
  virtual void row(const std::vector<Out>& cells) = 0;
  // Once, at the end: the lines of the second sheet, name and value. CSV has none.
  virtual void finish(const std::vector<std::pair<std::string, std::string>>& about) = 0;
  virtual std::size_t rows() const = 0;
};

// Makes the file at `path`. The name of the sheet is cut to what Excel allows.
std::unique_ptr<Writer> write_table(const std::string& path, Format format, const std::string& sheet,
                                    const std::vector<Title>& header, Zone zone = {});

// "工单_和平街道_20261122_1030.xlsx": parts without what file systems refuse, empty ones left out.
std::string file_name(const std::vector<std::string>& parts, Time at, Format format, Zone zone = {});
const char* media_type(Format format);

}  // namespace tongxin::table
