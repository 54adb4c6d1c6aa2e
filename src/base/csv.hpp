// Tables as CSV (RFC 4180), as Excel and WPS write and read them.
//
//   std::ifstream file(path, std::ios::binary);
//   csv::Reader rows(file, {{"name", {"姓名", "Name"}}, {"birthday", {"出生日期", "Birthday"}, csv::optional_column}},
//                    {.file = "people.csv"});
//   while (rows.next()) people.push_back({std::string(rows.required_text("name")), rows.day("birthday")});
//   rows.finish();  // a Fault with every complaint, "people.csv:17: 出生日期"
//
// Encoding: a byte order mark decides (UTF-8, UTF-16); else what is valid UTF-8 is UTF-8, unless the header only makes sense
// as GB18030; else GB18030. The delimiter (comma, semicolon or tab) is the one the header has most of. Lines end with
// CRLF, LF or CR, also inside quotes. Rows without content are skipped. Texts that look like formulas are only texts here.
//
// The reader holds one row and one block of the file. Not thread-safe.
#pragma once
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"
#include "base/time.hpp"

namespace tongxin::csv {

enum class Encoding { utf8, gb18030, utf16le, utf16be };
// "电话（必填）*" and "电 话" are the same title: width, case, spaces, stars and a remark in brackets do not count.
std::string plain_title(std::string_view title);

enum class Need { required, optional };
inline constexpr Need optional_column = Need::optional;

struct Column {
  std::string name;                 // how the program asks for it
  std::vector<std::string> titles;  // what the header may say, in any language; the first one is shown in complaints.
      // Width, case, spaces, a star and a remark in brackets, "电话（必填）", do not matter.
  Need need = Need::required;  // must the header have it?
};

struct ReadOptions {
  std::string file = "CSV";           // the name in complaints
  std::size_t max_field = 64 * 1024;  // bytes in UTF-8
  std::size_t max_columns = 1000;
  std::size_t max_complaints = 100;  // more are only counted
};

class Reader {
 public:
  // Finds the encoding and reads the header. The stream must be seekable, binary, and outlive the reader. Throws
  // Fault(media_type) for an .xlsx, .xls or other binary file; Fault(invalid) for an empty file, missing or doubled columns,
  // or a merged title above the header.
  Reader(std::istream& in, std::vector<Column> columns, ReadOptions options = {});
  ~Reader();

  // Moves to the next row with content; false at the end. Throws Fault(invalid), complaints so far included, where the
  // file can be read no further: a quote that never ends, text behind a closing quote, a field that is too long, bytes in
  // no encoding. A row with more cells than the header is a complaint and is passed over.
  bool next();

  // Cells of the current row, by name. Views live until next(). An absent column reads as empty.
  std::string_view text(std::string_view column) const;  // without spaces around it
  std::string_view raw(std::string_view column) const;   // as it stands
  bool has(std::string_view column) const;               // did the header have it?
  // These complain themselves; an empty cell is none, and no complaint.
  std::string_view required_text(std::string_view column);  // empty after a complaint
  std::optional<std::int64_t> integer(std::string_view column);
  std::optional<double> real(std::string_view column);
  std::optional<Day> day(std::string_view column);  // see base/written_day.hpp; a whole month is refused

  int line() const;  // where the row begins in the file, from 1
  std::int64_t rows() const;
  Encoding encoding() const;
  const std::vector<std::string>& ignored() const;  // titles that no column claims

  void complain(std::string_view column, std::string code, Words say);  // column may be empty: the whole row
  const std::vector<Complaint>& complaints() const;
  void finish() const;  // throws Fault(invalid) when there was a complaint

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

struct WriteOptions {
  Encoding encoding = Encoding::utf8;  // utf8 or gb18030
  bool bom = true;                     // UTF-8 only: without it Excel takes the file for the system's encoding
  char delimiter = ',';
};

// Appends rows to a text, lines ending in CRLF. A cell that a spreadsheet would take for a formula (it begins with = + - @, a
// tab or a line end, and is no plain number) gets an apostrophe in front, so that it stays text; the Reader takes it off.
class Writer {
 public:
  explicit Writer(std::string& out, WriteOptions options = {});
  ~Writer();
  void row(std::span<const std::string> cells);
  void row(std::initializer_list<std::string_view> cells);

 private:
  void cell(std::string_view text);
  void end_row();

  std::string& out_;
  WriteOptions options_;
  std::string line_;
  bool first_ = true;
};

}  // namespace tongxin::csv
