// Checks the types of a parsed expression and lowers it to steps.
#include "pack/expression_inside.hpp"
#include "pack/yaml.hpp"

namespace tongxin::pack {

constexpr std::size_t kStackMax = 32;  // Expression::evaluate keeps its stack in an array of this size

class ExpressionCompiler {
 public:
  ExpressionCompiler(const Scope& scope, Expression& out) : scope_(scope), out_(out) {}

  void compile(Tree& tree, std::optional<Type> wanted) {
    out_.type_ = check(tree);
    if (wanted && out_.type_ != *wanted && out_.type_ != Type::nothing) mismatch(tree.column, {*wanted}, out_.type_);
    lower(tree);
    std::sort(out_.names_.begin(), out_.names_.end());
  }

 private:
  using Constant = Expression::Constant;

  [[noreturn]] static void mismatch(int column, std::initializer_list<Type> wanted, Type got) {
    Words list;
    for (const Type type : wanted) {
      list.zh += (list.zh.empty() ? "" : "或") + type_words(type).zh;
      list.en += (list.en.empty() ? "" : " or ") + type_words(type).en;
    }
    refuse_expression(column, "type",
                      {fmt::format("此处应为{}，实际是{}", list.zh, type_words(got).zh),
                       fmt::format("expected {}, got {}", list.en, type_words(got).en)});
  }
  // The type of an argument, which must be among `wanted`; a null literal fits everywhere.
  Type need(Tree& tree, std::initializer_list<Type> wanted) {
    const Type type = check(tree);
    if (type != Type::nothing && std::find(wanted.begin(), wanted.end(), type) == wanted.end())
      mismatch(tree.column, wanted, type);
    return type;
  }

  Type check(Tree& tree) {
    const Type type = check_unnoted(tree);
    types_[&tree] = type;
    return type;
  }
  Type check_unnoted(Tree& tree) {
    auto& arguments = tree.arguments;
    switch (tree.op) {
      case Op::constant: return type_of(tree.constant);
      case Op::name: return type_of_name(tree);
      case Op::negate:
      case Op::round: return need(arguments[0], {Type::number}), Type::number;
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
        for (Tree& argument : arguments) need(argument, {Type::number});
        return Type::number;
      case Op::equal:
      case Op::unequal: return compare(tree, {Type::number, Type::text, Type::flag, Type::day, Type::time}), Type::flag;
      case Op::less:
      case Op::at_most:
      case Op::more:
      case Op::at_least: return compare(tree, {Type::number, Type::day, Type::time}), Type::flag;
      case Op::conjunction:
      case Op::disjunction:
      case Op::negation:
        for (Tree& argument : arguments) need(argument, {Type::flag});
        return Type::flag;
      case Op::in: return member(tree), Type::flag;
      case Op::empty: return check(arguments[0]), Type::flag;
      case Op::condition: need(arguments[0], {Type::flag}); return alike(arguments, 1);
      case Op::count: return need(arguments[0], {Type::texts}), Type::number;
      case Op::length: return need(arguments[0], {Type::text}), Type::number;
      case Op::days_between:
        for (Tree& argument : arguments) read_as(argument, Type::day), need(argument, {Type::day});
        return Type::number;
      case Op::minimum:
      case Op::maximum:
        for (Tree& argument : arguments) need(argument, {Type::number, Type::day, Type::time});
        return alike(arguments, 0);
      case Op::contains:
        need(arguments[0], {Type::texts, Type::text}), need(arguments[1], {Type::text});
        if (types_[&arguments[0]] == Type::texts) choose(arguments[0], arguments[1]);
        return Type::flag;
      case Op::starts_with: return need(arguments[0], {Type::text}), need(arguments[1], {Type::text}), Type::flag;
    }
    return Type::nothing;
  }

  static Type type_of(const Constant& constant) {
    constexpr Type kTypes[] = {Type::nothing, Type::flag, Type::number, Type::day, Type::time, Type::text};
    return kTypes[constant.value.index()];
  }
  Type type_of_name(const Tree& tree) const {
    if (const auto index = scope_.find(tree.name)) return scope_[*index].type;
    std::vector<std::string> known;
    for (const Scope::Name& name : scope_.names()) known.push_back(name.name);
    const Words hint = did_you_mean(tree.name, known);
    refuse_expression(tree.column, "unknown",
                      {fmt::format("这里没有“{}”{}", tree.name, hint.zh),
                       fmt::format("there is no '{}' here{}", tree.name, hint.en)});
  }

  // All arguments from `first` on have one type, which is the result's.
  Type alike(std::vector<Tree>& arguments, std::size_t first) {
    Type type = Type::nothing;
    for (std::size_t i = first; i < arguments.size(); ++i) {
      const Type own = i == 0 || first == 0 ? types_[&arguments[i]] : check(arguments[i]);
      if (type == Type::nothing)
        type = own;
      else if (own != type && own != Type::nothing)
        mismatch(arguments[i].column, {type}, own);
    }
    return type;
  }

  // A text literal where a day or a time is meant becomes one.
  static void read_as(Tree& tree, Type type) {
    if (tree.op != Op::constant || !std::holds_alternative<std::string>(tree.constant.value)) return;
    convert(tree.constant, type, tree.column);
  }
  static void convert(Constant& constant, Type type, int column) {
    const std::string text = std::get<std::string>(constant.value);
    Day day = 0;
    Time time{};
    if (type == Type::day) {
      if (!parse_day(text, day))
        refuse_expression(column, "type",
                          words("“{}”不是日期，应写成 2026-03-01", "'{}' is no day; write it as 2026-03-01", text));
      constant.value = DayValue{day};
    } else if (type == Type::time) {
      if (!parse_local(text, time) && !parse_rfc3339(text, time))
        refuse_expression(
            column, "type",
            words("“{}”不是时间，应写成 2026-03-01 09:30", "'{}' is no time; write it as 2026-03-01 09:30", text));
      constant.value = time;
    }
  }

  void compare(Tree& tree, std::initializer_list<Type> wanted) {
    Tree &left = tree.arguments[0], &right = tree.arguments[1];
    Type a = check(left), b = check(right);
    if (a == Type::nothing || b == Type::nothing)
      refuse_expression(
          tree.column, "type",
          words("与 null 比较没有结果，请写“… is empty”", "comparing with null gives nothing; write '... is empty'"));
    if (b == Type::text && (a == Type::day || a == Type::time)) read_as(right, a), b = check(right);
    if (a == Type::text && (b == Type::day || b == Type::time)) read_as(left, b), a = check(left);
    if (std::find(wanted.begin(), wanted.end(), a) == wanted.end()) mismatch(left.column, wanted, a);
    if (a != b) mismatch(right.column, {a}, b);
    if (a == Type::text) choose(left, right), choose(right, left);
  }
  void member(Tree& tree) {
    Tree& left = tree.arguments[0];
    const Type type = need(left, {Type::text, Type::number, Type::day});
    for (std::size_t i = 0; i < tree.list.size(); ++i) {
      Constant& constant = tree.list[i];
      if (type == Type::day && type_of(constant) == Type::text) convert(constant, Type::day, tree.list_columns[i]);
      if (type != Type::nothing && type_of(constant) != type) mismatch(tree.list_columns[i], {type}, type_of(constant));
      if (type == Type::text) choose_from(left, constant, tree.list_columns[i]);
    }
  }
  // A literal beside a name with choices must be one of them, and is called by its label.
  void choose(const Tree& name, Tree& literal) const {
    if (literal.op == Op::constant && std::holds_alternative<std::string>(literal.constant.value))
      choose_from(name, literal.constant, literal.column);
  }
  void choose_from(const Tree& name, Constant& constant, int column) const {
    if (name.op != Op::name) return;
    const auto& choices = scope_[*scope_.find(name.name)].choices;
    if (choices.empty()) return;
    const std::string& text = std::get<std::string>(constant.value);
    std::vector<std::string> known;
    for (const Choice& choice : choices) {
      known.push_back(choice.value);
      if (choice.value != text) continue;
      constant.label = choice.label;
      return;
    }
    const Words hint = did_you_mean(text, known);
    const std::string list = fmt::format(
        "{}", fmt::join(known.begin(), known.begin() + long(std::min<std::size_t>(known.size(), 12)), ", "));
    refuse_expression(column, "enum",
                      {fmt::format("“{}”没有选项“{}”（有 {}）{}", name.name, text, list, hint.zh),
                       fmt::format("'{}' has no choice '{}' (it has {}){}", name.name, text, list, hint.en)});
  }

  void lower(Tree& tree) {
    for (Tree& argument : tree.arguments) lower(argument);
    stack_ = stack_ + 1 - tree.arguments.size();
    if (stack_ > kStackMax)
      refuse_expression(tree.column, "length",
                        words("条件过于复杂，请拆开", "the expression is too complex; split it"));
    std::size_t index = 0;
    if (tree.op == Op::constant) {
      index = out_.constants_.size();
      out_.constants_.push_back(std::move(tree.constant));
    } else if (tree.op == Op::name) {
      index = use(*scope_.find(tree.name));
    } else if (tree.op == Op::in) {
      index = out_.lists_.size();
      out_.lists_.push_back(std::move(tree.list));
    }
    out_.steps_.push_back({tree.op, std::uint8_t(tree.arguments.size()), types_[&tree], std::uint32_t(index)});
  }
  std::size_t use(std::size_t index) {
    for (std::size_t i = 0; i < out_.used_.size(); ++i)
      if (out_.used_[i].index == index) return i;
    out_.used_.push_back({index, scope_[index].name, scope_[index].label});
    out_.names_.push_back(index);
    return out_.used_.size() - 1;
  }

  const Scope& scope_;
  Expression& out_;
  std::map<const Tree*, Type> types_;
  std::size_t stack_ = 0;
};

Words type_words(Type type) {
  switch (type) {
    case Type::nothing: return {"空值", "null"};
    case Type::number: return {"数字", "a number"};
    case Type::text: return {"文字", "text"};
    case Type::flag: return {"是非（true 或 false）", "a flag (true or false)"};
    case Type::day: return {"日期", "a day"};
    case Type::time: return {"时间", "a time"};
    case Type::texts: return {"列表", "a list"};
  }
  return {};
}

std::size_t Scope::add(Name name) {
  if (!index_.emplace(name.name, names_.size()).second)
    throw Fault(Code::internal, words("名称“{}”登记了两次", "the name '{}' was added twice", name.name));
  names_.push_back(std::move(name));
  return names_.size() - 1;
}
std::optional<std::size_t> Scope::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

Expression Expression::compile(std::string_view text, const Scope& scope, std::optional<Type> wanted) {
  Tree tree = parse_expression(text);
  Expression expression;
  expression.text_ = text;
  ExpressionCompiler(scope, expression).compile(tree, wanted);
  return expression;
}

std::optional<Expression> read_expression(const Node& node, const Scope& scope, std::vector<Complaint>& complaints,
                                          std::optional<Type> wanted) {
  if (node.kind != Node::Kind::scalar || node.text.empty()) {
    complain_expected(node, {"条件", "an expression"}, complaints);
    return std::nullopt;
  }
  try {
    return Expression::compile(node.text, scope, wanted);
  } catch (const Fault& fault) {
    // A plain value stands on its line as it is written, so the column within it can be told; after a quote, shift by one.
    const std::string file = node.file ? *node.file : "";
    for (const Complaint& complaint : fault.complaints()) {
      const int column = node.column + std::stoi(complaint.at) - 1 + (node.quoted ? 1 : 0);
      complaints.push_back({fmt::format("{}:{}:{}", file, node.line, column), complaint.code, complaint.say});
    }
    return std::nullopt;
  }
}

}  // namespace tongxin::pack
