#include "base/csv_inside.hpp"

namespace tongxin::csv {

Rows::Rows(std::istream& in, Encoded encoded, const ReadOptions& options) : decoder_(in, encoded), options_(options) {}

int Rows::peek() {
  if (at_ == block_.size()) {
    at_ = 0;
    if (!decoder_.fill(block_)) {
      if (decoder_.broken())
        refuse(std::size_t(-1), "encoding",
               {"这一行附近的字既不是 UTF-8 也不是 GB18030", "near this line, the text is neither UTF-8 nor GB18030"});
      return kEnd;
    }
  }
  return static_cast<unsigned char>(block_[at_]);
}

int Rows::take() {
  const int c = peek();
  if (c == kEnd) return c;
  ++at_;
  if (c == '\n') ++line_;
  if (c == '\r' && peek() != '\n') ++line_;
  return c;
}

char Rows::guess_delimiter() {
  peek();
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (std::size_t i = at_; i < block_.size(); ++i) {
    const char c = block_[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (tabs > commas && tabs >= semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

bool Rows::next(std::vector<std::string>& cells) {
  cells.clear();
  const int before = std::exchange(row_line_, line_);
  if (peek() == kEnd) {
    row_line_ = before;
    return false;
  }
  for (;;) {
    if (cells.size() >= options_.max_columns)
      refuse(std::size_t(-1), "length",
             words("一行最多 {} 列", "a row may have at most {} columns", options_.max_columns));
    std::string& cell = cells.emplace_back();
    const std::size_t index = cells.size() - 1;
    if (peek() == '"')
      read_quoted(cell, index);
    else
      read_plain(cell, index);
    const int c = take();
    if (c == kEnd || c == '\n') return true;
    if (c == '\r') {
      if (peek() == '\n') take();
      return true;
    }
  }
}

void Rows::read_plain(std::string& cell, std::size_t index) {
  for (int c = peek(); !at_line_end(c) && c != delimiter_; c = peek()) append(cell, take(), index);
}

void Rows::read_quoted(std::string& cell, std::size_t index) {
  const int opened = line_;
  take();
  for (;;) {
    const int c = take();
    if (c == kEnd) {
      row_line_ = opened;
      refuse(index, "syntax", {"引号从这里开始，直到文件末尾都没有结束", "a quote opens here and never closes"});
    }
    if (c != '"')
      append(cell, c, index);
    else if (peek() == '"')
      append(cell, take(), index);
    else
      break;
  }
  const int after = peek();
  if (at_line_end(after) || after == delimiter_) return;
  row_line_ = line_;
  refuse(index, "syntax",
         {"引号结束后还有别的字；引号里的引号要写两个",
          "text follows a closing quote; a quote inside quotes is written twice"});
}

void Rows::append(std::string& cell, int c, std::size_t index) {
  if (c == 0) refuse(index, "format", {"文字里不能有空字符（U+0000）", "a text must not contain the character U+0000"});
  if (cell.size() >= options_.max_field)
    refuse(index, "length",
           words("这一格太长，最多 {} 字节；是不是少了一个引号？",
                 "this cell is longer than {} bytes; is a quote missing?", options_.max_field));
  cell += static_cast<char>(c);
}

std::string Rows::place(std::size_t index) const {
  std::string at = fmt::format("{}:{}", options_.file, row_line_);
  if (index < titles_.size())
    at += ": " + titles_[index];
  else if (index < options_.max_columns)
    at += fmt::format(": #{}", index + 1);
  return at;
}

void Rows::refuse(std::size_t index, const char* code, const Words& say) const {
  const std::string at = place(index);
  throw Fault(Code::invalid, {fmt::format("{}：{}", at, say.zh), fmt::format("{}: {}", at, say.en)}, {{at, code, say}});
}

}  // namespace tongxin::csv
