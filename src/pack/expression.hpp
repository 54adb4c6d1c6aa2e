// Conditions and small calculations of a pack: visible when, required when, who may, route when, count when.
//
// The language is total: no loops, no failure at run time, no effect. It is compiled once, when a pack loads, against a
// Scope that knows every name and its type; after that it cannot go wrong.
//
//   literals     12  0.5  'text'  "text"  true  false  null
//   names        category  urgent  age_days  input.reason  deadlines.handle.late
//   operators    or   and   not   = != < <= > >=   in ['a', 'b']   not in [...]   is empty   is not empty   + -   * /
//                (from loose to tight; comparisons do not chain; text in quotes has no escapes: use the other quote)
//   functions    if(condition, then, otherwise)   count(list)   length(text)   days_between(from, until)
//                min(a, b, ...)   max(a, b, ...)   round(number)   contains(list or text, text)   starts_with(text, text)
//
// Types: number (double), text, flag, day, time, texts (a list). A text literal beside a day or a time is read as one:
// until > '2026-03-01' (times in +08:00 unless they say otherwise). A name may carry its choices; comparing it with anything else is a mistake found at load.
//
// Null (not filled in, unknown) makes what it touches null: 1 + null, null < 3, and a division by zero, which is null too.
// Exceptions: `x is empty` is always a flag (null, '' and an empty list are empty); count and length of null are 0; `and`
// and `or` decide where one side is enough (false and null is false, true or null is true). A condition that comes out
// null counts as false: `not input.satisfied` holds only when somebody said no.
//
// Numbers behave as IEEE doubles here and in the browser (web/packages/core/src/expression.ts evaluates to_json());
// tests/pack/expression_vectors.json holds both to the same results. round takes halves away from zero.
//
// A Scope and an Expression may be read by any number of threads. Evaluating takes a fraction of a microsecond and
// allocates nothing.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/fault.hpp"
#include "base/time.hpp"

namespace tongxin::pack {

struct Node;

enum class Type { nothing, number, text, flag, day, time, texts };
Words type_words(Type type);  // "数字", "a number"

struct Choice {
  std::string value;
  Words label;
};

// What an expression may speak of. The index that add() gives is the name's place in the values handed to evaluate().
class Scope {
 public:
  struct Name {
    std::string name;
    Type type = Type::nothing;
    Words label;                  // how explanations call it
    std::vector<Choice> choices;  // of a text or texts; empty where any text will do
  };
  // Throws Fault(internal) for a name given twice: the caller's mistake.
  std::size_t add(Name name);
  std::optional<std::size_t> find(std::string_view name) const;
  const Name& operator[](std::size_t index) const { return names_[index]; }
  std::size_t size() const { return names_.size(); }
  const std::vector<Name>& names() const { return names_; }

 private:
  std::vector<Name> names_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

// A value looks at its text or list and does not own it: whatever it was made from must outlive the evaluation.
struct DayValue {
  Day day;
  auto operator<=>(const DayValue&) const = default;
};
using Value = std::variant<std::monostate, bool, double, DayValue, Time, std::string_view, const boost::json::array*>;

inline bool is_null(const Value& value) { return value.index() == 0; }
inline bool holds(const Value& value) { return std::holds_alternative<bool>(value) && std::get<bool>(value); }
// The value of a form field or fact kept as JSON; null where it is not of that type. Days are "2026-03-09", times RFC 3339.
Value from_json(const boost::json::value& json, Type type);
boost::json::value to_json(const Value& value);

// Where values come from when computing all of them beforehand would be a waste.
class Values {
 public:
  virtual ~Values() = default;
  virtual Value value(std::size_t index) const = 0;  // index as Scope::add gave it
};

class Expression {
 public:
  // Throws Fault(invalid) with one complaint: `at` is the column in characters ("9"), code one of syntax, unknown (name
  // or function), type, enum (no such choice), arity, length (over 2000 characters, or nested too deeply).
  // With `wanted` given, the expression must be of that type (a null literal is of every type).
  static Expression compile(std::string_view text, const Scope& scope, std::optional<Type> wanted = Type::flag);

  Value evaluate(const Values& values) const;
  Value evaluate(std::span<const Value> values) const;  // values[i] for the name with index i; as long as the scope
  bool holds(const Values& values) const { return pack::holds(evaluate(values)); }
  bool holds(std::span<const Value> values) const { return pack::holds(evaluate(values)); }

  Type type() const { return type_; }
  const std::string& text() const { return text_; }
  const std::vector<std::size_t>& names() const { return names_; }  // the scope's indexes it uses, ascending
  // In words for clerks, with the scope's labels: "类别 是 环境 且 未标为紧急", "Category is Environment and not marked Urgent".
  std::string explain(Language language) const;
  // The syntax tree for the browser: {"op": "and", "args": [{"name": "urgent", "type": "flag"}, {"value": true}]}.
  boost::json::value to_json() const;

  // For the compiler: one step of the stack machine. Steps in postfix order are at once the program and the tree.
  enum class Op : std::uint8_t {
    constant,
    name,
    negate,
    add,
    subtract,
    multiply,
    divide,
    equal,
    unequal,
    less,
    at_most,
    more,
    at_least,
    conjunction,
    disjunction,
    negation,
    in,
    empty,
    condition,
    count,
    length,
    days_between,
    minimum,
    maximum,
    round,
    contains,
    starts_with
  };
  struct Step {
    Op op;
    std::uint8_t arguments;
    Type type;            // of the result
    std::uint32_t index;  // into constants_, used_ or lists_
  };
  struct Constant {
    std::variant<std::monostate, bool, double, DayValue, Time, std::string> value;
    Words label;  // of a choice
  };
  struct UsedName {
    std::size_t index;
    std::string name;
    Words label;
  };

 private:
  friend class ExpressionCompiler;
  friend class ExpressionSpeaker;
  Expression() = default;

  std::string text_;
  Type type_ = Type::nothing;
  std::vector<Step> steps_;
  std::vector<Constant> constants_;
  std::vector<UsedName> used_;
  std::vector<std::vector<Constant>> lists_;
  std::vector<std::size_t> names_;
};

// The expression a pack file holds at this node; complains at its line and column, and gives nothing then.
std::optional<Expression> read_expression(const Node& node, const Scope& scope, std::vector<Complaint>& complaints,
                                          std::optional<Type> wanted = Type::flag);

}  // namespace tongxin::pack
