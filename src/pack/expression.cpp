#include "pack/expression.hpp"

#include <cmath>

#include "base/text.hpp"
#include "pack/expression_inside.hpp"

namespace tongxin::pack {
namespace {

Value finite(double number) { return std::isfinite(number) ? Value(number) : Value(); }

template <class T>
const T* as(const Value& value) {
  return std::get_if<T>(&value);
}

Value arithmetic(Op op, const Value& left, const Value& right) {
  const double *a = as<double>(left), *b = as<double>(right);
  if (!a || !b) return {};
  switch (op) {
    case Op::add: return finite(*a + *b);
    case Op::subtract: return finite(*a - *b);
    case Op::multiply: return finite(*a * *b);
    default: return *b == 0 ? Value() : finite(*a / *b);
  }
}

// Both of the same type, by compilation; a list has no order and no equality.
Value compare(Op op, const Value& left, const Value& right) {
  if (is_null(left) || is_null(right) || left.index() != right.index()) return {};
  switch (op) {
    case Op::equal: return left == right;
    case Op::unequal: return left != right;
    case Op::less: return left < right;
    case Op::at_most: return left <= right;
    case Op::more: return left > right;
    default: return left >= right;
  }
}

// Kleene's logic: `enough` is what decides alone (false for and, true for or).
Value connect(bool enough, const Value& left, const Value& right) {
  const bool *a = as<bool>(left), *b = as<bool>(right);
  if ((a && *a == enough) || (b && *b == enough)) return enough;
  return a && b ? Value(!enough) : Value();
}

bool is_empty(const Value& value) {
  if (const auto* text = as<std::string_view>(value)) return text->empty();
  if (const auto* list = as<const boost::json::array*>(value)) return (*list)->empty();
  return is_null(value);
}

Value contains(const Value& where, const Value& what) {
  const auto* wanted = as<std::string_view>(what);
  if (!wanted) return {};
  if (const auto* text = as<std::string_view>(where)) return text->find(*wanted) != std::string_view::npos;
  const auto* list = as<const boost::json::array*>(where);
  if (!list) return {};
  for (const auto& item : **list)
    if (item.is_string() && std::string_view(item.get_string()) == *wanted) return true;
  return false;
}

Value extreme(Op op, std::span<const Value> values) {
  Value best = values[0];
  for (const Value& value : values) {
    if (is_null(value)) return {};
    if (op == Op::minimum ? value < best : value > best) best = value;
  }
  return best;
}

Value length(const Value& value) {
  const auto* text = as<std::string_view>(value);
  return text ? double(count_code_points(*text)) : 0.0;
}
Value count(const Value& value) {
  const auto* list = as<const boost::json::array*>(value);
  return list ? double((*list)->size()) : 0.0;
}
Value days(const Value& from, const Value& until) {
  const auto *a = as<DayValue>(from), *b = as<DayValue>(until);
  return a && b ? Value(double(days_between(a->day, b->day))) : Value();
}
Value rounded(const Value& value) {
  const double* number = as<double>(value);
  return number ? Value(std::copysign(std::floor(std::fabs(*number) + 0.5), *number) + 0.0) : Value();
}
Value starts_with(const Value& text, const Value& start) {
  const auto *a = as<std::string_view>(text), *b = as<std::string_view>(start);
  return a && b ? Value(a->starts_with(*b)) : Value();
}
Value negated(const Value& value) {
  const bool* flag = as<bool>(value);
  return flag ? Value(!*flag) : Value();
}
Value minus(const Value& value) {
  const double* number = as<double>(value);
  return number ? Value(0.0 - *number) : Value();
}

Value value_of(const Expression::Constant& constant) {
  return std::visit(
      [](const auto& held) -> Value {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>)
          return std::string_view(held);
        else
          return held;
      },
      constant.value);
}

Value member(const Value& value, const std::vector<Expression::Constant>& list) {
  if (is_null(value)) return {};
  return std::any_of(list.begin(), list.end(), [&](const auto& constant) { return value_of(constant) == value; });
}

Value apply(Op op, std::span<const Value> arguments) {
  switch (op) {
    case Op::constant:
    case Op::name:
    case Op::in: return {};
    case Op::negate: return minus(arguments[0]);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide: return arithmetic(op, arguments[0], arguments[1]);
    case Op::equal:
    case Op::unequal:
    case Op::less:
    case Op::at_most:
    case Op::more:
    case Op::at_least: return compare(op, arguments[0], arguments[1]);
    case Op::conjunction: return connect(false, arguments[0], arguments[1]);
    case Op::disjunction: return connect(true, arguments[0], arguments[1]);
    case Op::negation: return negated(arguments[0]);
    case Op::empty: return is_empty(arguments[0]);
    case Op::condition: return holds(arguments[0]) ? arguments[1] : arguments[2];
    case Op::count: return count(arguments[0]);
    case Op::length: return length(arguments[0]);
    case Op::days_between: return days(arguments[0], arguments[1]);
    case Op::minimum:
    case Op::maximum: return extreme(op, arguments);
    case Op::round: return rounded(arguments[0]);
    case Op::contains: return contains(arguments[0], arguments[1]);
    case Op::starts_with: return starts_with(arguments[0], arguments[1]);
  }
  return {};
}

class GivenValues final : public Values {
 public:
  explicit GivenValues(std::span<const Value> values) : values_(values) {}
  Value value(std::size_t index) const override { return index < values_.size() ? values_[index] : Value(); }

 private:
  std::span<const Value> values_;
};

const char* code_of(Op op) {
  constexpr const char* kCodes[] = {
      "value", "name", "negate", "+",        "-",          "*",  "/",     "=",  "!=",    "<",      "<=",
      ">",     ">=",   "and",    "or",       "not",        "in", "empty", "if", "count", "length", "days_between",
      "min",   "max",  "round",  "contains", "starts_with"};
  return kCodes[std::size_t(op)];
}

const char* code_of(Type type) {
  constexpr const char* kCodes[] = {"nothing", "number", "text", "flag", "day", "time", "texts"};
  return kCodes[std::size_t(type)];
}

// Whole numbers are written without a fraction, as the browser writes them.
boost::json::value number_json(double number) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (std::fabs(number) <= kExact && std::floor(number) == number) return std::int64_t(number);
  return number;
}

}  // namespace

Value from_json(const boost::json::value& json, Type type) {
  switch (type) {
    case Type::nothing: return {};
    case Type::number: return json.is_number() ? Value(json.to_number<double>()) : Value();
    case Type::flag: return json.is_bool() ? Value(json.get_bool()) : Value();
    case Type::texts: return json.is_array() ? Value(&json.get_array()) : Value();
    case Type::text:
    case Type::day:
    case Type::time: break;
  }
  if (!json.is_string()) return {};
  const std::string_view text = json.get_string();
  if (type == Type::text) return text;
  Day day = 0;
  if (type == Type::day) return parse_day(text, day) ? Value(DayValue{day}) : Value();
  Time time{};
  return parse_rfc3339(text, time) ? Value(time) : Value();
}

boost::json::value to_json(const Value& value) {
  return std::visit(
      [](const auto& held) -> boost::json::value {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return nullptr;
        else if constexpr (std::is_same_v<T, DayValue>)
          return boost::json::string(to_day_text(held.day));
        else if constexpr (std::is_same_v<T, Time>)
          return boost::json::string(to_rfc3339(held));
        else if constexpr (std::is_same_v<T, std::string_view>)
          return boost::json::string(held);
        else if constexpr (std::is_same_v<T, const boost::json::array*>)
          return *held;
        else if constexpr (std::is_same_v<T, double>)
          return number_json(held);
        else
          return held;
      },
      value);
}

Value Expression::evaluate(std::span<const Value> values) const { return evaluate(GivenValues(values)); }

Value Expression::evaluate(const Values& values) const {
  std::array<Value, 32> stack;  // kStackMax of the compiler
  std::size_t top = 0;
  for (const Step& step : steps_) {
    top -= step.arguments;
    Value& result = stack[top++];
    if (step.op == Op::constant)
      result = value_of(constants_[step.index]);
    else if (step.op == Op::name)
      result = values.value(used_[step.index].index);
    else if (step.op == Op::in)
      result = member(result, lists_[step.index]);
    else
      result = apply(step.op, {&result, step.arguments});
  }
  return stack[0];
}

boost::json::value Expression::to_json() const {
  std::vector<boost::json::value> stack;
  for (const Step& step : steps_) {
    boost::json::object node;
    if (step.op == Op::constant) {
      node["value"] = pack::to_json(value_of(constants_[step.index]));
      if (step.type == Type::day || step.type == Type::time) node["type"] = code_of(step.type);
    } else if (step.op == Op::name) {
      node["name"] = used_[step.index].name;
      node["type"] = code_of(step.type);
    } else {
      node["op"] = code_of(step.op);
      boost::json::array arguments(std::make_move_iterator(stack.end() - step.arguments),
                                   std::make_move_iterator(stack.end()));
      stack.resize(stack.size() - step.arguments);
      node["args"] = std::move(arguments);
      if (step.op == Op::in) {
        boost::json::array list;
        for (const Constant& constant : lists_[step.index]) list.push_back(pack::to_json(value_of(constant)));
        node["list"] = std::move(list);
      }
    }
    stack.emplace_back(std::move(node));
  }
  return std::move(stack.back());
}

}  // namespace tongxin::pack
