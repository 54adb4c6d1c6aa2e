#include <charconv>
#include <cmath>

#include "base/csv_inside.hpp"
#include "base/text.hpp"
#include "base/written_day.hpp"

namespace tongxin::csv {
namespace {

constexpr std::size_t kAbsent = std::size_t(-1);

std::size_t filled(const std::vector<std::string>& cells) {
  return std::size_t(
      std::count_if(cells.begin(), cells.end(), [](const std::string& cell) { return !trim(cell).empty(); }));
}

std::string joined(const std::vector<std::string>& titles) {
  std::string all;
  for (const std::string& title : titles) {
    if (trim(title).empty()) continue;
    if (!all.empty()) all += "、";
    all += one_line(cut(title, 30));
    if (all.size() > 400) return all + "…";
  }
  return all;
}

std::string_view without_guard(std::string_view text) {
  return text.starts_with('\'') && looks_like_formula(text) ? text.substr(1) : text;
}

}  // namespace

std::string plain_title(std::string_view title) {
  std::string plain;
  for (const char c : fold(one_line(cut(title, 100))))
    if (c != ' ' && c != '*') plain += c;
  const auto bracket = plain.find('(');
  if (bracket != std::string::npos && bracket > 0 && plain.back() == ')') plain.resize(bracket);
  return plain;
}

struct Reader::Inside {
  std::vector<Column> columns;
  ReadOptions options;
  std::optional<Rows> rows;
  Encoding encoding = Encoding::utf8;
  std::vector<std::string> header, ignored, cells;
  std::string header_place;
  int header_line = 0;
  std::vector<std::size_t> place_of;  // per column, the cell that holds it, or kAbsent
  std::vector<Complaint> complaints;
  std::int64_t count = 0, wrong = 0;

  Inside(std::vector<Column> c, ReadOptions o) : columns(std::move(c)), options(std::move(o)) {}

  std::optional<std::size_t> column_of(std::string_view title) const {
    const std::string plain = plain_title(title);
    for (std::size_t i = 0; !plain.empty() && i < columns.size(); ++i)
      for (const std::string& known : columns[i].titles)
        if (plain_title(known) == plain) return i;
    return std::nullopt;
  }
  std::size_t known_titles(const std::vector<std::string>& row) const {
    return std::size_t(
        std::count_if(row.begin(), row.end(), [&](const std::string& cell) { return column_of(cell).has_value(); }));
  }
  bool next_filled(std::vector<std::string>& row) {
    while (rows->next(row))
      if (filled(row) > 0) return true;
    return false;
  }

  void open(std::istream& in);
  void settle_header();
  void refuse_title_above();
  void missing(const Column& column);
  std::size_t index(std::string_view column) const;
  void add(Complaint complaint);
  Fault fault() const;
};

// The encoding is the one in which the header makes most sense; the first possible one when they are equal.
void Reader::Inside::open(std::istream& in) {
  const auto possible = possible_encodings(in, options.file);
  std::size_t best = 0, best_known = 0;
  for (std::size_t i = 0; possible.size() > 1 && i < possible.size(); ++i) {
    std::vector<std::string> row;
    try {
      rows.emplace(in, possible[i], options);
      rows->set_delimiter(rows->guess_delimiter());
      for (int tries = 0; tries < 4 && rows->next(row) && known_titles(row) == 0; ++tries) row.clear();
    } catch (const Fault&) {
      continue;  // the real reading will say what is wrong
    }
    if (known_titles(row) <= best_known) continue;
    best = i;
    best_known = known_titles(row);
  }
  encoding = possible[best].encoding;
  rows.emplace(in, possible[best], options);
  rows->set_delimiter(rows->guess_delimiter());
  if (!next_filled(header))
    throw Fault(Code::invalid, words("{} 是空的", "{} is empty", options.file),
                {{options.file, "required", {"空文件", "empty"}}});
  settle_header();
}

void Reader::Inside::settle_header() {
  place_of.assign(columns.size(), kAbsent);
  header_place = rows->place(kAbsent);
  header_line = rows->line();
  refuse_title_above();
  while (!header.empty() && trim(header.back()).empty()) header.pop_back();
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto column = column_of(header[i]);
    if (!column) {
      if (!trim(header[i]).empty()) ignored.push_back(one_line(header[i]));
    } else if (place_of[*column] == kAbsent) {
      place_of[*column] = i;
    } else {
      add({header_place, "duplicate",
           words("列“{}”出现了两次", "column “{}” is there twice", columns[*column].titles.front())});
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (place_of[i] == kAbsent && columns[i].need == Need::required) missing(columns[i]);
  if (complaints.empty() && known_titles(header) == 0) missing(columns.front());
  if (!complaints.empty()) throw fault();
  std::vector<std::string> titles;
  for (const std::string& title : header) titles.push_back(one_line(cut(title, 40)));
  rows->set_titles(std::move(titles));
}

// One filled cell that is no column, and a header below it.
void Reader::Inside::refuse_title_above() {
  if (filled(header) != 1 || known_titles(header) > 0) return;
  std::vector<std::string> below;
  if (!next_filled(below) || known_titles(below) == 0) return;
  const Words say = words(
      "第 {} 行像是合并的标题，列名在第 {} 行；请删去标题行，让列名成为第一行",
      "line {} looks like a merged title and line {} like the header; delete the title so that the header comes first",
      header_line, rows->line());
  throw Fault(Code::invalid, say, {{header_place, "header", say}});
}

void Reader::Inside::missing(const Column& column) {
  const std::string found = joined(header);
  Words say = words("缺少列“{}”；第 {} 行有：{}", "column “{}” is missing; line {} has: {}", column.titles.front(),
                    header_line, found);
  if (const auto meant = nearest(column.titles.front(), ignored)) {
    say.zh += fmt::format("。“{}”是不是“{}”？", *meant, column.titles.front());
    say.en += fmt::format(". Is “{}” meant to be “{}”?", *meant, column.titles.front());
  }
  add({header_place, "required", std::move(say)});
}

std::size_t Reader::Inside::index(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == column) return place_of[i];
  throw std::logic_error(fmt::format("no CSV column is called {}", column));
}

void Reader::Inside::add(Complaint complaint) {
  ++wrong;
  if (complaints.size() < options.max_complaints) complaints.push_back(std::move(complaint));
}

Fault Reader::Inside::fault() const {
  return Fault(Code::invalid, words("{} 有 {} 处不对", "{} is wrong in {} places", options.file, wrong), complaints);
}

Reader::Reader(std::istream& in, std::vector<Column> columns, ReadOptions options)
    : inside_(std::make_unique<Inside>(std::move(columns), std::move(options))) {
  inside_->open(in);
}
Reader::~Reader() = default;

bool Reader::next() {
  Inside& in = *inside_;
  try {
    while (in.next_filled(in.cells)) {
      ++in.count;
      std::size_t width = in.cells.size();
      while (width > 0 && trim(in.cells[width - 1]).empty()) --width;
      if (width <= in.header.size()) return true;
      in.add({in.rows->place(kAbsent), "length",
              words("这一行有 {} 格，而表头只有 {} 列", "this row has {} cells, the header only {}", width,
                    in.header.size())});
    }
  } catch (const Fault& fault) {
    for (const Complaint& complaint : fault.complaints()) in.add(complaint);
    throw Fault(Code::invalid, fault.say(), in.complaints);
  }
  in.cells.clear();
  return false;
}

std::string_view Reader::raw(std::string_view column) const {
  const std::size_t index = inside_->index(column);
  return index < inside_->cells.size() ? without_guard(inside_->cells[index]) : std::string_view{};
}
std::string_view Reader::text(std::string_view column) const { return trim(raw(column)); }
bool Reader::has(std::string_view column) const { return inside_->index(column) != kAbsent; }

std::string_view Reader::required_text(std::string_view column) {
  const std::string_view found = text(column);
  if (found.empty()) complain(column, "required", {"不能为空", "must not be empty"});
  return found;
}

std::optional<std::int64_t> Reader::integer(std::string_view column) {
  const std::string folded = fold(text(column));
  if (folded.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(folded.data(), folded.data() + folded.size(), value);
  if (error == std::errc{} && end == folded.data() + folded.size()) return value;
  const std::string shown = one_line(cut(text(column), 30));
  complain(column, "type", words("{} 不是整数", "{} is not an integer", shown));
  return std::nullopt;
}

std::optional<double> Reader::real(std::string_view column) {
  const std::string folded = fold(text(column));
  if (folded.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(folded.data(), folded.data() + folded.size(), value);
  if (error == std::errc{} && end == folded.data() + folded.size() && std::isfinite(value)) return value;
  const std::string shown = one_line(cut(text(column), 30));
  complain(column, "type", words("{} 不是数", "{} is not a number", shown));
  return std::nullopt;
}

std::optional<Day> Reader::day(std::string_view column) {
  const std::string_view found = text(column);
  if (found.empty()) return std::nullopt;
  Words why;
  const auto written = parse_written_day(found, &why);
  if (written && !written->whole_month) return written->day;
  if (written) {
    const std::string shown{found};
    why = words("{} 只有年月，应写到日，如 1985-03-07", "{} has no day; write it as 1985-03-07", shown);
  }
  complain(column, "format", std::move(why));
  return std::nullopt;
}

int Reader::line() const { return inside_->rows->line(); }
std::int64_t Reader::rows() const { return inside_->count; }
Encoding Reader::encoding() const { return inside_->encoding; }
const std::vector<std::string>& Reader::ignored() const { return inside_->ignored; }
const std::vector<Complaint>& Reader::complaints() const { return inside_->complaints; }

void Reader::complain(std::string_view column, std::string code, Words say) {
  std::string at = inside_->rows->place(column.empty() ? kAbsent : inside_->index(column));
  if (!column.empty() && !has(column)) at += fmt::format(": {}", column);
  inside_->add({std::move(at), std::move(code), std::move(say)});
}

void Reader::finish() const {
  if (inside_->wrong > 0) throw inside_->fault();
}

}  // namespace tongxin::csv
