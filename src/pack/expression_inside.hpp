// What the two halves of the compiler share: the tree that the parser builds and the checker lowers. Only the
// expression_*.cpp files include this.
#pragma once
#include "pack/expression.hpp"

namespace tongxin::pack {

using Op = Expression::Op;

// One node of the syntax tree; `column` counts characters from 1.
struct Tree {
  Op op = Op::constant;
  int column = 1;
  Expression::Constant constant;  // of a literal
  std::string name;               // of a name
  std::vector<Tree> arguments;
  std::vector<Expression::Constant> list;  // of `in`
  std::vector<int> list_columns;
};

struct Function {
  std::string_view name;
  Op op;
  std::size_t least, most;  // arguments
};
inline constexpr Function kFunctions[] = {
    {"if", Op::condition, 3, 3},
    {"count", Op::count, 1, 1},
    {"length", Op::length, 1, 1},
    {"days_between", Op::days_between, 2, 2},
    {"min", Op::minimum, 2, 8},
    {"max", Op::maximum, 2, 8},
    {"round", Op::round, 1, 1},
    {"contains", Op::contains, 2, 2},
    {"starts_with", Op::starts_with, 2, 2},
};

[[noreturn]] void refuse_expression(int column, std::string code, Words say);

// Throws as Expression::compile does.
Tree parse_expression(std::string_view text);

}  // namespace tongxin::pack
