#include <charconv>
#include <cmath>

#include "base/csv.hpp"
#include "base/written_day.hpp"
#include "exchange/target.hpp"

namespace tongxin::exchange {
namespace {

using Kind = table::Cell::Kind;

constexpr std::size_t kDigitsOfCount = 5;
constexpr int kDaysTo1904 = 1462;  // from the count that begins in 1900 to the one that begins in 1904

std::string shown(const std::string& text) { return one_line(cut(text, 30)); }

// "16:05", "16:05:33", "16点05分".
bool read_clock(std::string_view text, int& hour, int& minute, int& second) {
  std::string plain = fold(text);
  for (const std::string_view mark : {"点", "时", "分"})
    for (auto at = plain.find(mark); at != std::string::npos; at = plain.find(mark))
      plain.replace(at, mark.size(), ":");
  if (const auto end = plain.find("秒"); end != std::string::npos) plain.resize(end);
  while (plain.ends_with(':')) plain.pop_back();
  int consumed = 0;
  hour = minute = second = 0;
  const int parts =
      std::sscanf(plain.c_str(), "%2d%n:%2d%n:%2d%n", &hour, &consumed, &minute, &consumed, &second, &consumed);
  return parts >= 1 && std::size_t(consumed) == plain.size() && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
         second >= 0 && second < 60;
}

}  // namespace

Line::Line(const table::Row& row, const std::vector<Column>& columns, const std::vector<int>& place_of,
           const record::World& world, bool from_1904)
    : row_(row), columns_(columns), place_of_(place_of), world_(world), from_1904_(from_1904) {}

bool Line::has(std::string_view column) const {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].name == column) return place_of_[i] >= 0;
  return false;
}

const table::Cell* Line::cell(std::string_view column) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name != column) continue;
    const int place = place_of_[i];
    if (place < 0 || std::size_t(place) >= row_.cells.size()) return nullptr;
    const table::Cell& found = row_.cells[std::size_t(place)];
    if (found.kind != Kind::lossy && found.kind != Kind::formula && found.kind != Kind::fault) return &found;
    if (unusable_.insert(std::string(column)).second) {
      if (found.kind == Kind::lossy)
        complain(
            column, "long_number",
            words("这个号码以数字保存，后几位已经丢失；请把该列设为文本后重新录入",
                  "this number was kept as a number and has lost its last digits: make the column text and enter it "
                  "again"));
      else if (found.kind == Kind::formula)
        complain(column, "formula",
                 words("公式没有算出的值，请在 Excel 里重新保存，或粘贴为数值",
                       "the formula has no value: save the file in Excel again, or paste values"));
      else
        complain(column, "fault", words("单元格是错误值 {}", "the cell is the error {}", found.text));
    }
    return nullptr;
  }
  throw std::logic_error(fmt::format("no column is called {}", column));
}

// A day that was left in the format of a number has five digits; eight are 20260302.
Day Line::counted(std::string_view column, Day day) {
  const table::Cell* found = from_1904_ ? cell(column) : nullptr;
  if (found == nullptr || found->kind != Kind::number) return day;
  return std::min(found->text.find('.'), found->text.size()) == kDigitsOfCount ? add_days(day, kDaysTo1904) : day;
}

std::string Line::text(std::string_view column) {
  const table::Cell* found = cell(column);
  return found == nullptr ? std::string{} : found->text;
}

std::string Line::needed(std::string_view column) {
  std::string found = text(column);
  if (found.empty() && !unusable_.contains(column))
    complain(column, "required", words("不能为空", "must not be empty"));
  return found;
}

Day Line::day(std::string_view column) {
  const std::string found = text(column);
  if (found.empty()) return 0;
  Words why;
  const auto written = parse_written_day(found, &why);
  if (written && !written->whole_month) return counted(column, written->day);
  if (written)
    why = words("{} 只有年月，应写到日，如 1985-03-07", "{} has no day; write it as 1985-03-07", shown(found));
  complain(column, "format", std::move(why));
  return 0;
}

std::optional<Time> Line::time(std::string_view column, Zone zone) {
  const std::string found = text(column);
  if (found.empty()) return std::nullopt;
  if (Time exact{}; parse_rfc3339(found, exact)) return exact;
  if (Time exact{}; parse_local(found, exact, zone)) return exact;
  const auto gap = found.find(' ');
  int hour = 0, minute = 0, second = 0;
  const auto day = parse_written_day(found.substr(0, gap));
  if (day && !day->whole_month &&
      (gap == std::string::npos || read_clock(trim(found).substr(gap + 1), hour, minute, second)))
    return midnight(counted(column, day->day), zone) + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second};
  complain(column, "format",
           words("{} 不是时间，应为 2026-03-02 16:05", "{} is no time; write it as 2026-03-02 16:05", shown(found)));
  return std::nullopt;
}

std::optional<std::int64_t> Line::integer(std::string_view column) {
  const std::string found = text(column), folded = fold(found);
  if (folded.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(folded.data(), folded.data() + folded.size(), value);
  if (error == std::errc{} && end == folded.data() + folded.size()) return value;
  complain(column, "type", words("{} 不是整数，应如 12", "{} is not a whole number such as 12", shown(found)));
  return std::nullopt;
}

std::optional<double> Line::real(std::string_view column) {
  const std::string found = text(column);
  std::string folded = fold(found);
  std::erase(folded, ',');
  if (folded.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(folded.data(), folded.data() + folded.size(), value);
  if (error == std::errc{} && end == folded.data() + folded.size() && std::isfinite(value)) return value;
  complain(column, "type", words("{} 不是数，应如 12.5", "{} is not a number such as 12.5", shown(found)));
  return std::nullopt;
}

AreaId Line::area(std::string_view column) {
  const std::string found = text(column);
  if (found.empty()) return {};
  const AreaId area = area_by_text(world_, found);
  if (!area) complain(column, "unknown", unknown_area(found));
  return area;
}

void Line::complain(std::string_view column, std::string code, Words say) {
  Problem problem{.row = row_.number, .code = std::move(code), .say = std::move(say)};
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name != column) continue;
    problem.column = columns_[i].name;
    if (place_of_[i] >= 0) problem.cell = table::cell_name(std::size_t(place_of_[i]), row_.number);
  }
  problems_.push_back(std::move(problem));
}

std::string Line::all_text() const {
  std::string all;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const int place = place_of_[i];
    if (place >= 0 && std::size_t(place) < row_.cells.size() && !row_.cells[std::size_t(place)].empty())
      all += columns_[i].name + '\x1f' + row_.cells[std::size_t(place)].text + '\x1e';
  }
  return all;
}

// ── names of places, organisations and words ──

AreaId area_by_text(const record::World& world, const std::string& text) {
  if (const place::Area* area = world.atlas->by_code(text)) return area->until == 0 ? area->id : AreaId{};
  AreaId found;
  for (const place::Area& area : world.atlas->all()) {
    if (area.until != 0 || area.name != text) continue;
    if (found) return {};
    found = area.id;
  }
  return found;
}

OrgId org_by_text(const record::World& world, const std::string& text) {
  OrgId found;
  int named = 0;
  for (const people::Org& org : world.directory->orgs()) {
    if (org.code == text) return org.id;
    if (org.name == text && org.until == 0) found = org.id, ++named;
  }
  return named == 1 ? found : OrgId{};
}

std::string word_by_text(const std::vector<pack::Named>& words, const std::string& text) {
  for (const pack::Named& word : words)
    if (word.name == text || word.label.zh == text || word.label.en == text) return word.name;
  return {};
}

std::vector<std::string> labels_of(const std::vector<pack::Named>& words) {
  std::vector<std::string> labels;
  for (const pack::Named& word : words) labels.push_back(word.label.zh);
  return labels;
}

Words unknown_area(const std::string& text) {
  return words("没有编码或名称为“{}”的区域（同名的请用编码）",
               "there is no area with the code or name '{}' (use the code where names are alike)", shown(text));
}

void refuse_cell(std::string column, std::string code, Words say) {
  throw Fault(Code::invalid, say, {{"/" + column, std::move(code), say}});
}

void Target::need_right(Line& line, std::string_view column, AreaId area) const {
  if (!may(area))
    line.complain(column, "forbidden",
                  area ? words("这个区域不在您的岗位范围内", "this area is not within your posts")
                       : words("只有平台管理员可以导入不属于任何区域的行",
                               "only an administrator may bring in rows without an area"));
}

}  // namespace tongxin::exchange
