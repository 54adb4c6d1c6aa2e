#include "table/write.hpp"

#include <xlsxwriter.h>

#include <fstream>

#include "base/csv.hpp"
#include "base/text.hpp"

namespace tongxin::table {
namespace {

constexpr std::size_t kMostRows = 1'048'575;
constexpr std::size_t kMostText = 32'767;  // letters in a cell

std::string without_controls(std::string_view text) {
  std::string plain;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') plain += c;
  return plain;
}

Fault disk() { return Fault(Code::unavailable, words("写不了文件", "the file cannot be written")); }

class XlsxWriter final : public Writer {
 public:
  XlsxWriter(const std::string& path, const std::string& sheet, const std::vector<Title>& header, Zone zone)
      : zone_(zone), columns_(header.size()) {
    folder_ = path.substr(0, path.rfind('/') + 1);
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = folder_.empty() ? nullptr : folder_.data();
    book_ = workbook_new_opt(path.c_str(), &options);
    if (book_ == nullptr) throw disk();
    sheet_ = workbook_add_worksheet(book_, sheet_name(sheet).c_str());
    if (sheet_ == nullptr) throw disk();
    make_formats();
    for (std::size_t i = 0; i < header.size(); ++i)
      worksheet_set_column(sheet_, lxw_col_t(i), lxw_col_t(i), header[i].width, nullptr);
    worksheet_freeze_panes(sheet_, 1, 0);
    for (std::size_t i = 0; i < header.size(); ++i)
      worksheet_write_string(sheet_, 0, lxw_col_t(i), header[i].text.c_str(), bold_);
  }
  ~XlsxWriter() override {
    if (book_ != nullptr) workbook_close(book_);
  }

  void row(const std::vector<Out>& cells) override {
    if (++rows_ > kMostRows)
      throw Fault(Code::too_large, words("一张表最多 {} 行，请缩小筛选范围或导出 CSV",
                                         "a sheet holds at most {} rows: filter further, or export CSV", kMostRows));
    for (std::size_t i = 0; i < cells.size(); ++i) write(lxw_row_t(rows_), lxw_col_t(i), cells[i]);
  }
  void finish(const std::vector<std::pair<std::string, std::string>>& about) override {
    if (columns_ > 0)
      worksheet_autofilter(sheet_, 0, 0, lxw_row_t(std::max<std::size_t>(rows_, 1)), lxw_col_t(columns_ - 1));
    lxw_worksheet* notes = workbook_add_worksheet(book_, "说明");
    worksheet_set_column(notes, 0, 0, 16, nullptr);
    worksheet_set_column(notes, 1, 1, 60, nullptr);
    for (std::size_t i = 0; i < about.size(); ++i) {
      worksheet_write_string(notes, lxw_row_t(i), 0, about[i].first.c_str(), bold_);
      worksheet_write_string(notes, lxw_row_t(i), 1, about[i].second.c_str(), text_);
    }
    lxw_workbook* book = std::exchange(book_, nullptr);
    if (workbook_close(book) != LXW_NO_ERROR) throw disk();
  }
  std::size_t rows() const override { return rows_; }

 private:
  void make_formats() {
    bold_ = workbook_add_format(book_);
    format_set_bold(bold_);
    format_set_num_format(bold_, "@");
    text_ = workbook_add_format(book_);
    format_set_num_format(text_, "@");
    day_ = workbook_add_format(book_);
    format_set_num_format(day_, "yyyy-mm-dd");
    time_ = workbook_add_format(book_);
    format_set_num_format(time_, "yyyy-mm-dd hh:mm");
  }
  static std::string sheet_name(const std::string& wanted) {
    std::string name;
    for (const char c : one_line(wanted))
      if (std::string_view("[]:*?/\\'").find(c) == std::string_view::npos) name += c;
    name = cut(name, 31);
    return name.empty() ? "Sheet1" : name;
  }
  static double serial(Time local) { return double(to_millis(local)) / 86'400'000.0 + 25569; }
  void write(lxw_row_t row, lxw_col_t column, const Out& cell) {
    switch (cell.kind) {
      case Out::Kind::text:
        if (!cell.text.empty())
          worksheet_write_string(sheet_, row, column, std::string(cut(without_controls(cell.text), kMostText)).c_str(),
                                 text_);
        return;
      case Out::Kind::day:
        if (cell.day != 0)
          worksheet_write_number(sheet_, row, column, serial(midnight(cell.day, Zone{std::chrono::minutes{0}})), day_);
        return;
      case Out::Kind::time:
        worksheet_write_number(sheet_, row, column,
                               serial(std::chrono::floor<std::chrono::seconds>(cell.time) + zone_.offset), time_);
        return;
      case Out::Kind::number: worksheet_write_number(sheet_, row, column, cell.number, nullptr); return;
    }
  }

  const Zone zone_;
  const std::size_t columns_;
  std::string folder_;
  std::size_t rows_ = 0;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format *bold_ = nullptr, *text_ = nullptr, *day_ = nullptr, *time_ = nullptr;
};

class CsvWriter final : public Writer {
 public:
  CsvWriter(const std::string& path, const std::vector<Title>& header, Zone zone)
      : zone_(zone), out_(path, std::ios::binary), writer_(text_) {
    if (!out_) throw disk();
    std::vector<std::string> titles;
    for (const Title& title : header) titles.push_back(title.text);
    writer_.row(titles);
  }
  void row(const std::vector<Out>& cells) override {
    ++rows_;
    texts_.clear();
    for (const Out& cell : cells) texts_.push_back(text_of(cell));
    writer_.row(texts_);
    if (text_.size() > (1u << 20)) flush();
  }
  void finish(const std::vector<std::pair<std::string, std::string>>&) override {
    flush();
    out_.flush();
    if (!out_) throw disk();
  }
  std::size_t rows() const override { return rows_; }

 private:
  std::string text_of(const Out& cell) const {
    switch (cell.kind) {
      case Out::Kind::text: return cell.text;
      case Out::Kind::day: return cell.day != 0 ? to_day_text(cell.day) : std::string{};
      case Out::Kind::time: return to_minute_text(cell.time, zone_);
      case Out::Kind::number: return fmt::format("{}", cell.number);
    }
    return {};
  }
  void flush() {
    out_ << text_;
    if (!out_) throw disk();
    text_.clear();
  }
  const Zone zone_;
  std::ofstream out_;
  std::string text_;
  csv::Writer writer_;
  std::vector<std::string> texts_;
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Writer> write_table(const std::string& path, Format format, const std::string& sheet,
                                    const std::vector<Title>& header, Zone zone) {
  if (format == Format::csv) return std::make_unique<CsvWriter>(path, header, zone);
  return std::make_unique<XlsxWriter>(path, sheet, header, zone);
}

std::string file_name(const std::vector<std::string>& parts, Time at, Format format, Zone zone) {
  std::string name;
  for (const std::string& part : parts) {
    std::string plain;
    for (const char c : one_line(part))
      if (std::string_view("\\/:*?\"<>|").find(c) == std::string_view::npos) plain += c;
    plain = cut(plain, 40);
    if (!plain.empty()) name += plain + "_";
  }
  const std::string minute = to_minute_text(at, zone);  // 2026-11-22 10:30
  name += minute.substr(0, 4) + minute.substr(5, 2) + minute.substr(8, 2) + "_" + minute.substr(11, 2) +
          minute.substr(14, 2);
  return name + (format == Format::xlsx ? ".xlsx" : ".csv");
}

const char* media_type(Format format) {
  return format == Format::xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                                : "text/csv; charset=utf-8";
}

}  // namespace tongxin::table
