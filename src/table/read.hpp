// Tables as offices keep them, read row by row: CSV (UTF-8 with or without a byte order mark, UTF-16, GB18030) and XLSX.
//
//   const auto reader = table::open(bytes, "居民.xlsx", known_titles);
//   for (table::Row row; reader->next(row);) …
//
// Nothing is computed: a formula is the value that Excel kept with it, or, without one, a cell of kind `formula`. Of a workbook
// the first sheet that is not hidden is read. Everything is bounded before it is unpacked or kept (Limits); XML with a document
// type is refused. The reader holds one block of the file, the workbook's shared texts and a few rows.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"

namespace tongxin::table {

struct Cell {
  enum class Kind {
    empty,
    text,
    number,   // text is its shortest form without an exponent: 13800138000
    lossy,    // a whole number of more than 15 digits: Excel has lost its last ones
    day,      // text is "1985-03-07"
    time,     // text is "2026-03-02 16:05" or with seconds; a time without a day is "16:05"
    flag,     // text is "TRUE" or "FALSE"
    formula,  // nothing was kept of what it comes to
    fault     // text is "#N/A" and the like
  } kind = Kind::empty;
  std::string text{};
  bool empty() const { return kind == Kind::empty; }
};

struct Row {
  int number = 0;  // in the sheet, from 1; of CSV: the line
  std::vector<Cell> cells{};
};

// Cells joined into one, from 1 and inclusive.
struct Merge {
  int row = 0, column = 0, last_row = 0, last_column = 0;
  bool covers(int r, int c) const { return r >= row && r <= last_row && c >= column && c <= last_column; }
};

struct Limits {
  std::size_t file = 32u << 20;       // bytes as they come
  std::size_t unpacked = 600u << 20;  // bytes of XML altogether that are unpacked
  std::size_t texts = 96u << 20;      // bytes of the workbook's shared texts
  std::size_t cell = 64u * 1024;      // bytes of one cell
  std::size_t columns = 1000;
  int rows = 200'000;  // of the sheet, empty ones included
  int merges = 10'000;
};

class Reader {
 public:
  virtual ~Reader() = default;
  // The next row with content; false at the end. Throws Fault(invalid) where the file can be read no further,
  // Fault(too_large) beyond a limit.
  virtual bool next(Row& row) = 0;
  // Known after the last row only: Excel writes them behind the cells.
  virtual const std::vector<Merge>& merges() const = 0;
  virtual const std::string& sheet() const = 0;  // the sheet's name; empty for CSV
  // Does the workbook count its days from 1904? Cells of kind `number` that stand for days are to be read so, too.
  virtual bool from_1904() const { return false; }
};

// How many of these cells are titles that the caller knows: decides between encodings that would both do.
using KnownTitles = std::function<std::size_t(const std::vector<std::string>&)>;

// `bytes` must outlive the reader. Throws Fault(media_type) for what is neither, with a word about .xls; Fault(too_large);
// Fault(invalid) for an empty or broken file.
std::unique_ptr<Reader> open(std::string_view bytes, std::string name, const KnownTitles& known, Limits limits = {});

// "B17": the column counts from 0, the row from 1.
std::string cell_name(std::size_t column, int row);

}  // namespace tongxin::table
