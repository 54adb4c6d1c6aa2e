// Expressions in the words of clerks.
#include "pack/expression_inside.hpp"

namespace tongxin::pack {

class ExpressionSpeaker {
 public:
  ExpressionSpeaker(const Expression& expression, Language language)
      : expression_(expression), zh_(language == Language::zh) {}

  std::string say() {
    for (const Expression::Step& step : expression_.steps_) {
      const std::size_t first = stack_.size() - step.arguments;
      Spoken spoken = speak(step, std::span(stack_).subspan(first));
      spoken.type = step.type;
      stack_.resize(first);
      stack_.push_back(std::move(spoken));
    }
    return as_condition(stack_.back());
  }

 private:
  enum Tightness { loose, both, comparison, sum, product, word };  // or, and, a statement, + -, * /, a single thing
  struct Spoken {
    std::string text;
    Tightness tightness = word;
    Type type = Type::nothing;
    std::string denied = {};  // how its contrary is said, where there is a word for it
    bool is_name = false;
  };

  std::string pick(const char* zh, const char* en) const { return zh_ ? zh : en; }
  const std::string& in_language(const Words& words) const { return zh_ || words.en.empty() ? words.zh : words.en; }
  template <class... Args>
  std::string put(fmt::format_string<const Args&...> zh, fmt::format_string<const Args&...> en,
                  const Args&... args) const {
    return zh_ ? fmt::format(zh, args...) : fmt::format(en, args...);
  }
  std::string wrapped(const std::string& text) const { return put("（{}）", "({})", text); }
  std::string at_least(const Spoken& part, Tightness needed) const {
    const std::string text = needed <= comparison ? as_condition(part) : part.text;
    return part.tightness < needed ? wrapped(text) : text;
  }

  // A flag's label becomes a statement: 紧急 → 已标为紧急. Questions lose their mark: 满意吗 → 已标为满意.
  std::string as_condition(const Spoken& part) const {
    return part.is_name && part.type == Type::flag ? put("已标为{}", "marked {}", part.text) : part.text;
  }
  static std::string without_question(std::string label) {
    for (const std::string_view end : {"？", "?", "吗"})
      if (label.ends_with(end)) label.resize(label.size() - end.size());
    return label;
  }

  Spoken constant(const Expression::Constant& constant, Type type) const {
    if (!constant.label.zh.empty()) return {in_language(constant.label)};
    switch (type) {
      case Type::number: return {fmt::format("{}", std::get<double>(constant.value))};
      case Type::flag: return {std::get<bool>(constant.value) ? pick("是", "yes") : pick("否", "no")};
      case Type::day: return {to_day_text(std::get<DayValue>(constant.value).day)};
      case Type::time: return {to_minute_text(std::get<Time>(constant.value))};
      case Type::text: return {put("“{}”", "\"{}\"", std::get<std::string>(constant.value))};
      case Type::nothing:
      case Type::texts: break;
    }
    return {pick("空", "nothing")};
  }
  Spoken name(const Expression::UsedName& used, Type type) const {
    std::string label = in_language(used.label).empty() ? used.name : in_language(used.label);
    if (type == Type::flag) label = without_question(label);
    Spoken spoken{label, word, type, type == Type::flag ? put("未标为{}", "not marked {}", label) : "", true};
    return spoken;
  }

  Spoken compared(Op op, std::span<const Spoken> parts) const {
    const bool dated = parts[0].type == Type::day || parts[0].type == Type::time;
    const bool number = parts[0].type == Type::number;
    const auto verb = [&](Op which) -> std::string {
      switch (which) {
        case Op::equal: return number ? pick("等于", "equals") : pick("是", "is");
        case Op::unequal: return number ? pick("不等于", "does not equal") : pick("不是", "is not");
        case Op::less: return dated ? pick("早于", "is before") : pick("小于", "is less than");
        case Op::at_most: return dated ? pick("不晚于", "is not after") : pick("不超过", "is at most");
        case Op::more: return dated ? pick("晚于", "is after") : pick("大于", "is more than");
        default: return dated ? pick("不早于", "is not before") : pick("不少于", "is at least");
      }
    };
    const auto contrary = [](Op which) {
      switch (which) {
        case Op::equal: return Op::unequal;
        case Op::unequal: return Op::equal;
        case Op::less: return Op::at_least;
        case Op::at_most: return Op::more;
        case Op::more: return Op::at_most;
        default: return Op::less;
      }
    };
    const std::string left = at_least(parts[0], sum), right = at_least(parts[1], sum);
    return {fmt::format("{} {} {}", left, verb(op), right), comparison, Type::flag,
            fmt::format("{} {} {}", left, verb(contrary(op)), right)};
  }
  Spoken member(const Spoken& part, const std::vector<Expression::Constant>& list) const {
    std::string all;
    for (const Expression::Constant& one : list) {
      const Type type = std::holds_alternative<double>(one.value)     ? Type::number
                        : std::holds_alternative<DayValue>(one.value) ? Type::day
                                                                      : Type::text;
      all += (all.empty() ? "" : pick("、", ", ")) + constant(one, type).text;
    }
    const std::string left = at_least(part, sum);
    return {put("{} 是 {} 之一", "{} is one of {}", left, all), comparison, Type::flag,
            put("{} 不是 {} 之一", "{} is none of {}", left, all)};
  }
  Spoken denied(const Spoken& part) const {
    if (!part.denied.empty()) return {part.denied, comparison, Type::flag, as_condition(part)};
    return {put("并非（{}）", "not ({})", as_condition(part)), comparison, Type::flag, part.text};
  }
  Spoken joined(std::span<const Spoken> parts, const std::string& joint, Tightness tightness, Tightness right) const {
    return {at_least(parts[0], tightness) + joint + at_least(parts[1], right), tightness, Type::nothing, ""};
  }
  std::string listed(std::span<const Spoken> parts) const {
    std::string all;
    for (const Spoken& part : parts) all += (all.empty() ? "" : pick("、", ", ")) + part.text;
    return all;
  }

  Spoken speak(const Expression::Step& step, std::span<const Spoken> parts) const {
    switch (step.op) {
      case Op::constant: return constant(expression_.constants_[step.index], step.type);
      case Op::name: return name(expression_.used_[step.index], step.type);
      case Op::negate: return {"−" + at_least(parts[0], word)};
      case Op::add: return joined(parts, " + ", sum, sum);
      case Op::subtract: return joined(parts, " − ", sum, product);
      case Op::multiply: return joined(parts, " × ", product, product);
      case Op::divide: return joined(parts, " ÷ ", product, word);
      case Op::equal:
      case Op::unequal:
      case Op::less:
      case Op::at_most:
      case Op::more:
      case Op::at_least: return compared(step.op, parts);
      case Op::conjunction: return joined(parts, pick(" 且 ", " and "), both, both);
      case Op::disjunction: return joined(parts, pick(" 或 ", " or "), loose, loose);
      case Op::negation: return denied(parts[0]);
      case Op::in: return member(parts[0], expression_.lists_[step.index]);
      case Op::empty:
        return {put("{} 未填写", "{} is empty", parts[0].text), comparison, Type::flag,
                put("{} 已填写", "{} is filled in", parts[0].text)};
      default: return called(step.op, parts);
    }
  }
  Spoken called(Op op, std::span<const Spoken> parts) const {
    const std::string& first = parts[0].text;
    switch (op) {
      case Op::condition:
        return {put("如果{}则为{}，否则为{}", "{1} if {0}, otherwise {2}", as_condition(parts[0]), parts[1].text,
                    parts[2].text),
                loose};
      case Op::count: return {put("{} 的个数", "the number of {}", first)};
      case Op::length: return {put("{} 的字数", "the length of {}", first)};
      case Op::days_between: return {put("从 {} 到 {} 的天数", "the days from {} to {}", first, parts[1].text)};
      case Op::minimum: return {put("{} 中最小的", "the least of {}", listed(parts))};
      case Op::maximum: return {put("{} 中最大的", "the greatest of {}", listed(parts))};
      case Op::round: return {put("{} 四舍五入", "{} rounded", at_least(parts[0], word))};
      case Op::contains:
        return {put("{} 包含 {}", "{} contains {}", first, parts[1].text), comparison, Type::flag,
                put("{} 不包含 {}", "{} does not contain {}", first, parts[1].text)};
      default:
        return {put("{} 以 {} 开头", "{} begins with {}", first, parts[1].text), comparison, Type::flag,
                put("{} 不以 {} 开头", "{} does not begin with {}", first, parts[1].text)};
    }
  }

  const Expression& expression_;
  const bool zh_;
  std::vector<Spoken> stack_;
};

std::string Expression::explain(Language language) const { return ExpressionSpeaker(*this, language).say(); }

}  // namespace tongxin::pack
