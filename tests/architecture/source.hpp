// Reading C++ as far as the rules of the house need it: which characters are code, which are text, how long a
// function is. Not a parser: it knows comments, literals and braces, and that is enough for rules that are
// kept "roughly".
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tongxin::architecture {

// The same file three ways, all of the same length with the same line breaks; what belongs elsewhere is
// blank.
struct Source {
  std::string path;  // from the root of the house: "src/base/id.cpp"
  std::string all;
  std::string code;      // without comments and literals
  std::string literals;  // only what stands inside string literals (all of it for .sql files)
};

Source read_source(std::string path, std::string text);

// 1-based line of a byte offset.
int line_of(std::string_view text, std::size_t offset);

struct Function {
  std::string head;  // what stands before the brace, on one line
  int line;          // where the head begins
  int lines;         // from there to the closing brace, both counted
};

// Functions with a body, outermost ones only: a lambda counts as part of the function around it.
std::vector<Function> functions_of(const Source& source);

struct Include {
  std::string path;  // between the quotes
  int line;
};
std::vector<Include> quoted_includes(const Source& source);

}  // namespace tongxin::architecture
