// What the files of csv share among themselves; others include base/csv.hpp.
#pragma once
#include <istream>

#include "base/csv.hpp"

namespace tongxin::csv {

// Would a spreadsheet compute the cell? Apostrophes in front count as not there, so that guarding can be undone.
inline bool looks_like_formula(std::string_view text) {
  const auto at = text.find_first_not_of('\'');
  return at != std::string_view::npos && std::string_view("=+-@\t\r\n").find(text[at]) != std::string_view::npos;
}

struct CloseConverter {
  void operator()(void* converter) const;
};

struct Encoded {
  Encoding encoding;
  std::size_t skip = 0;  // bytes of the byte order mark
  bool valid = false;    // known to be UTF-8 from end to end
};
// In the order of preference. Throws Fault(media_type) for what is no text.
std::vector<Encoded> possible_encodings(std::istream& in, const std::string& file);

// A file as UTF-8, block by block. Bytes that are not of the encoding end it: broken() is then true.
class Decoder {
 public:
  Decoder(std::istream& in, const Encoded& encoded);
  bool fill(std::string& block);  // the next part; false at the end
  bool broken() const { return broken_; }

 private:
  bool convert(std::string& block, bool last);

  std::istream& in_;
  std::unique_ptr<void, CloseConverter> from_, to_;  // null when there is nothing to convert
  std::vector<char16_t> pivot_;
  char16_t *pivot_source_ = nullptr, *pivot_target_ = nullptr;
  bool fresh_ = true, ended_ = false, broken_ = false;
};

// Splits into rows. Throws Fault(invalid).
class Rows {
 public:
  Rows(std::istream& in, Encoded encoded, const ReadOptions& options);
  void set_delimiter(char delimiter) { delimiter_ = delimiter; }
  char guess_delimiter();  // from what lies ahead up to the end of the line; moves nothing
  bool next(std::vector<std::string>& cells);
  int line() const { return row_line_; }
  // How column number `index` is called in complaints.
  void set_titles(std::vector<std::string> titles) { titles_ = std::move(titles); }
  std::string place(std::size_t index) const;

 private:
  static constexpr int kEnd = -1;
  int peek();
  int take();
  void read_plain(std::string& cell, std::size_t index);
  void read_quoted(std::string& cell, std::size_t index);
  void append(std::string& cell, int c, std::size_t index);
  bool at_line_end(int c) const { return c == '\n' || c == '\r' || c == kEnd; }
  [[noreturn]] void refuse(std::size_t index, const char* code, const Words& say) const;

  Decoder decoder_;
  const ReadOptions& options_;
  std::string block_;
  std::size_t at_ = 0;
  char delimiter_ = ',';
  int line_ = 1, row_line_ = 1;
  std::vector<std::string> titles_;
};

}  // namespace tongxin::csv
