#include <istream>
#include <streambuf>

#include "base/csv_inside.hpp"
#include "base/text.hpp"
#include "table/inside.hpp"

namespace tongxin::table {
namespace inside {
namespace {

// A stream over bytes that are not copied.
class View final : public std::streambuf {
 public:
  explicit View(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // only read from
    setg(begin, begin, begin + bytes.size());
  }

 private:
  pos_type seekoff(off_type off, std::ios_base::seekdir from, std::ios_base::openmode) override {
    const off_type base = from == std::ios_base::beg   ? 0
                          : from == std::ios_base::end ? egptr() - eback()
                                                       : gptr() - eback();
    const off_type to = base + off;
    if (to < 0 || to > egptr() - eback()) return pos_type(off_type(-1));
    setg(eback(), eback() + to, egptr());
    return pos_type(to);
  }
  pos_type seekpos(pos_type to, std::ios_base::openmode how) override {
    return seekoff(off_type(to), std::ios_base::beg, how);
  }
};

// A cell that was written as ="00123" so that Excel keeps its zeros, or with the apostrophe of our own export.
std::string_view plain(std::string_view text) {
  if (text.size() > 3 && text.starts_with("=\"") && text.ends_with('"')) return text.substr(2, text.size() - 3);
  return text.starts_with('\'') && csv::looks_like_formula(text) ? text.substr(1) : text;
}

class CsvReader final : public Reader {
 public:
  CsvReader(std::string_view bytes, std::string name, const KnownTitles& known, const Limits& limits)
      : buffer_(bytes),
        stream_(&buffer_),
        options_{.file = std::move(name), .max_field = limits.cell, .max_columns = limits.columns},
        limits_(limits) {
    const auto possible = csv::possible_encodings(stream_, options_.file);
    std::size_t best = 0, best_known = 0;
    for (std::size_t i = 0; possible.size() > 1 && i < possible.size(); ++i) {
      const std::size_t found = titles_in(possible[i], known);
      if (found > best_known) best = i, best_known = found;
    }
    begin(possible[best]);
  }

  bool next(Row& row) override {
    while (rows_->next(texts_)) {
      row.number = rows_->line();
      row.cells.clear();
      if (row.number > limits_.rows)
        throw Fault(Code::too_large, words("表格多于 {} 行", "the table has more than {} rows", limits_.rows));
      bool filled = false;
      for (const std::string& text : texts_) {
        const std::string_view kept = trim(plain(trim(text)));
        row.cells.push_back(kept.empty() ? Cell{} : Cell{Cell::Kind::text, std::string(kept)});
        filled |= !kept.empty();
      }
      if (filled) return true;
    }
    return false;
  }
  const std::vector<Merge>& merges() const override { return none_; }
  const std::string& sheet() const override { return no_sheet_; }

 private:
  void begin(const csv::Encoded& encoded) {
    rows_.emplace(stream_, encoded, options_);
    rows_->set_delimiter(rows_->guess_delimiter());
  }
  // The header may have a title above it, so the best of the first rows counts.
  std::size_t titles_in(const csv::Encoded& encoded, const KnownTitles& known) {
    std::size_t best = 0;
    try {
      begin(encoded);
      std::vector<std::string> row;
      for (int tries = 0; tries < 4 && rows_->next(row); ++tries) best = std::max(best, known(row));
    } catch (const Fault&) {
      return 0;  // the real reading will say what is wrong
    }
    return best;
  }

  View buffer_;
  std::istream stream_;
  csv::ReadOptions options_;
  Limits limits_;
  std::optional<csv::Rows> rows_;
  std::vector<std::string> texts_;
  std::vector<Merge> none_;
  std::string no_sheet_;
};

}  // namespace

std::unique_ptr<Reader> open_csv(std::string_view bytes, std::string name, const KnownTitles& known,
                                 const Limits& limits) {
  return std::make_unique<CsvReader>(bytes, std::move(name), known, limits);
}

}  // namespace inside

std::unique_ptr<Reader> open(std::string_view bytes, std::string name, const KnownTitles& known, Limits limits) {
  if (bytes.size() > limits.file)
    throw Fault(Code::too_large, words("文件大于 {} MB", "the file is larger than {} MB", limits.file >> 20));
  if (bytes.empty())
    throw Fault(Code::invalid, words("{} 是空的", "{} is empty", name), {{name, "required", {"空文件", "empty"}}});
  if (bytes.starts_with("\xD0\xCF\x11\xE0"))
    throw Fault(Code::media_type, words("这是旧版 .xls 文件，请在 Excel 或 WPS 中另存为 .xlsx",
                                        "this is an old .xls file: save it as .xlsx in Excel or WPS"));
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
    return inside::open_workbook(bytes, std::move(name), limits);
  return inside::open_csv(bytes, std::move(name), known, limits);
}

std::string cell_name(std::size_t column, int row) {
  std::string letters;
  for (std::size_t left = column + 1; left > 0; left = (left - 1) / 26)
    letters.insert(letters.begin(), char('A' + (left - 1) % 26));
  return letters + std::to_string(row);
}

}  // namespace tongxin::table
