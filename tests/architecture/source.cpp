#include "architecture/source.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace tongxin::architecture {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Walks once over a file and copies every character to the view that it belongs to.
class Splitter {
 public:
  explicit Splitter(Source& source) : source_(source), text_(source.all) {
    source.code = source.literals = text_;
    for (std::string* view : {&source.code, &source.literals})
      std::replace_if(
          view->begin(), view->end(), [](char c) { return c != '\n'; }, ' ');
  }

  void run() {
    while (at_ < text_.size()) {
      if (starts("//"))
        skip_until("\n");
      else if (starts("/*"))
        skip_past("*/");
      else if (starts("R\"") && !after_word())
        raw_string();
      else if (text_[at_] == '"')
        quoted('"', &source_.literals);
      else if (text_[at_] == '\'' && !after_word())
        quoted('\'', nullptr);
      else
        source_.code[at_] = text_[at_], ++at_;
    }
  }

 private:
  bool starts(std::string_view what) const { return std::string_view(text_).substr(at_).starts_with(what); }
  bool after_word() const { return at_ > 0 && is_word(text_[at_ - 1]); }
  void skip_until(std::string_view end) { at_ = std::min(text_.find(end, at_), text_.size()); }
  void skip_past(std::string_view end) {
    at_ += 2;
    skip_until(end);
    at_ = std::min(at_ + end.size(), text_.size());
  }

  void quoted(char quote, std::string* view) {
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (view) (*view)[at_] = text_[at_];
      if (text_[at_] != '\\' || at_ + 1 == text_.size()) continue;
      ++at_;
      if (view) (*view)[at_] = text_[at_];
    }
    ++at_;
  }

  void raw_string() {
    const auto open = std::min(text_.find('(', at_), text_.size());
    const std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    const auto end = std::min(text_.find(close, open), text_.size());
    for (auto i = std::min(open + 1, end); i < end; ++i) source_.literals[i] = text_[i];
    at_ = std::min(end + close.size(), text_.size());
  }

  Source& source_;
  const std::string& text_;
  std::size_t at_ = 0;
};

std::string one_line(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string all, word;
  while (words >> word) all += (all.empty() ? "" : " ") + word;
  return all;
}

// Does `head {` open a function, rather than a type, a namespace, a control statement or a value?
bool opens_function(const std::string& head) {
  if (head.find('(') == std::string::npos) return false;
  const auto first = head.substr(0, head.find_first_of(" ("));
  for (const char* other : {"namespace", "struct", "class", "enum", "union", "if", "for", "while", "switch", "do",
                            "else", "try", "catch", "return", "extern"})
    if (first == other) return false;
  const char last = head.back();
  return last == ')' || last == ']' || is_word(last) || last == '>';
}

std::string without_directives(std::string code) {
  for (std::size_t begin = 0; begin < code.size();) {
    const auto end = std::min(code.find('\n', begin), code.size());
    const auto mark = code.find_first_not_of(' ', begin);
    if (mark < end && code[mark] == '#') std::fill(code.begin() + long(begin), code.begin() + long(end), ' ');
    begin = end + 1;
  }
  return code;
}

}  // namespace

Source read_source(std::string path, std::string text) {
  Source source{std::move(path), std::move(text), {}, {}};
  if (source.path.ends_with(".sql"))
    source.literals = source.all;
  else
    Splitter(source).run();
  return source;
}

int line_of(std::string_view text, std::size_t offset) {
  return 1 + int(std::count(text.begin(), text.begin() + long(std::min(offset, text.size())), '\n'));
}

std::vector<Function> functions_of(const Source& source) {
  const std::string code = without_directives(source.code);
  std::vector<Function> found;
  std::size_t head = 0;
  int depth = 0, body = -1;  // depth of the braces; the depth at which the current function's body began
  std::size_t begin = 0;
  std::string words;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '{') {
      if (body < 0) {
        words = one_line(std::string_view(code).substr(head, i - head));
        if (!words.empty() && opens_function(words)) body = depth, begin = code.find_first_not_of(" \n", head);
      }
      ++depth;
    } else if (c == '}' && --depth == body) {
      const int line = line_of(code, begin);
      found.push_back({words, line, line_of(code, i) - line + 1});
      body = -1;
    }
    if (c == '{' || c == '}' || c == ';') head = i + 1;
  }
  return found;
}

std::vector<Include> quoted_includes(const Source& source) {
  std::vector<Include> found;
  std::istringstream lines(source.all);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (!line.starts_with("#include \"")) continue;
    const auto end = line.find('"', 10);
    if (end != std::string::npos) found.push_back({line.substr(10, end - 10), number});
  }
  return found;
}

}  // namespace tongxin::architecture
