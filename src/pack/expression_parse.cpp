#include <charconv>

#include "base/text.hpp"
#include "pack/expression_inside.hpp"
#include "pack/yaml.hpp"

namespace tongxin::pack {
namespace {

constexpr std::size_t kBytesMax = 2000;
constexpr int kDepthMax = 120;  // calls; a pair of parentheses takes three
constexpr int kChainMax = 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool goes_on(char c) { return begins_word(c) || is_digit(c); }

struct Token {
  enum class Kind { end, number, text, word, sign };
  Kind kind = Kind::end;
  std::string text;  // of a text without its quotes
  int column = 1;
  bool is(std::string_view wanted) const { return (kind == Kind::word || kind == Kind::sign) && text == wanted; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> all() {
    if (text_.size() > kBytesMax || !is_utf8(text_))
      refuse_expression(1, "length",
                        words("条件过长（超过 {} 字节）或不是 UTF-8",
                              "the expression is longer than {} bytes, or not UTF-8", kBytesMax));
    std::vector<Token> tokens;
    do tokens.push_back(next());
    while (tokens.back().kind != Token::Kind::end);
    return tokens;
  }

 private:
  int column(std::size_t at) const { return int(count_code_points(text_.substr(0, at))) + 1; }

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    const std::size_t start = at_;
    const int here = column(start);
    if (at_ == text_.size()) return {Token::Kind::end, "", here};
    const char c = text_[at_];
    if (is_digit(c)) return number(here);
    if (begins_word(c)) return word(here);
    if (c == '\'' || c == '"') return quoted(c, here);
    return sign(here);
  }
  Token number(int here) {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
      ++at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }
    if (at_ < text_.size() && (goes_on(text_[at_]) || text_[at_] == '.'))
      refuse_expression(
          here, "syntax",
          words("看不懂这个数字，数字只用十进制，如 12 或 0.5", "cannot read this number; write it as 12 or 0.5"));
    return {Token::Kind::number, std::string(text_.substr(start, at_ - start)), here};
  }
  Token word(int here) {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (goes_on(text_[at_]) || (text_[at_] == '.' && at_ + 1 < text_.size() && begins_word(text_[at_ + 1]))))
      ++at_;
    return {Token::Kind::word, std::string(text_.substr(start, at_ - start)), here};
  }
  Token quoted(char quote, int here) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos)
      refuse_expression(here, "syntax", words("引号没有闭合", "this quote is never closed"));
    Token token{Token::Kind::text, std::string(text_.substr(at_ + 1, end - at_ - 1)), here};
    at_ = end + 1;
    return token;
  }
  Token sign(int here) {
    const std::string_view rest = text_.substr(at_);
    for (const auto& [wrong, right] : {std::pair{"==", "="}, {"&&", "and"}, {"||", "or"}, {"<>", "!="}})
      if (rest.starts_with(wrong))
        refuse_expression(here, "syntax", words("这里应写 {}，而不是 {}", "write {} instead of {}", right, wrong));
    for (const std::string_view known : {"!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","})
      if (rest.starts_with(known)) {
        at_ += known.size();
        return {Token::Kind::sign, std::string(known), here};
      }
    if (rest.starts_with('!'))
      refuse_expression(here, "syntax", words("这里应写 not，而不是 !", "write not instead of !"));
    const std::string shown(cut(rest, 1));
    refuse_expression(here, "syntax", words("看不懂“{}”", "cannot read '{}' here", shown));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(Lexer(text).all()) {}

  Tree whole() {
    Tree tree = disjunction();
    if (now().kind != Token::Kind::end) unexpected({"条件到此应当结束", "the end of the expression"});
    return tree;
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool accept(std::string_view wanted) {
    if (!now().is(wanted)) return false;
    take();
    return true;
  }
  void expect(std::string_view wanted) {
    const std::string text(wanted);
    if (!accept(wanted)) unexpected({"“" + text + "”", "'" + text + "'"});
  }
  [[noreturn]] void unexpected(const Words& wanted) const {
    const bool end = now().kind == Token::Kind::end;
    refuse_expression(now().column, "syntax",
                      {fmt::format("此处应为{}，实际是{}", wanted.zh, end ? "结尾" : "“" + now().text + "”"),
                       fmt::format("expected {}, got {}", wanted.en, end ? "the end" : "'" + now().text + "'")});
  }
  // Guards the recursion: every nested construct passes through here.
  struct Depth {
    explicit Depth(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kDepthMax)
        refuse_expression(parser_.now().column, "length", words("条件嵌套过深", "the expression is nested too deeply"));
    }
    ~Depth() { --parser_.depth_; }
    Parser& parser_;
  };

  static Tree node(Op op, int column, std::vector<Tree> arguments) {
    Tree tree;
    tree.op = op;
    tree.column = column;
    tree.arguments = std::move(arguments);
    return tree;
  }

  // A chain of one operator becomes one node per operator, grouped to the left.
  template <class Next>
  Tree chain(std::initializer_list<std::pair<std::string_view, Op>> operators, Next next) {
    Tree tree = (this->*next)();
    for (int length = 0;;) {
      const auto found =
          std::find_if(operators.begin(), operators.end(), [&](const auto& o) { return now().is(o.first); });
      if (found == operators.end()) return tree;
      const int column = take().column;
      if (++length > kChainMax)
        refuse_expression(column, "length",
                          words("条件过长，请拆开", "too many operators in a row; split the expression"));
      std::vector<Tree> arguments;
      arguments.push_back(std::move(tree));
      arguments.push_back((this->*next)());
      tree = node(found->second, column, std::move(arguments));
    }
  }

  Tree disjunction() {
    const Depth depth(*this);
    return chain({{"or", Op::disjunction}}, &Parser::conjunction);
  }
  Tree conjunction() { return chain({{"and", Op::conjunction}}, &Parser::negation); }
  Tree negation() {
    const Depth depth(*this);
    if (!now().is("not")) return comparison();
    const int column = take().column;
    return node(Op::negation, column, one(negation()));
  }
  Tree comparison() {
    static constexpr std::pair<std::string_view, Op> kComparisons[] = {{"=", Op::equal}, {"!=", Op::unequal},
                                                                       {"<", Op::less},  {"<=", Op::at_most},
                                                                       {">", Op::more},  {">=", Op::at_least}};
    Tree left = sum();
    const auto found = std::find_if(std::begin(kComparisons), std::end(kComparisons),
                                    [&](const auto& c) { return now().is(c.first); });
    if (found != std::end(kComparisons)) {
      const int column = take().column;
      std::vector<Tree> arguments = one(std::move(left));
      arguments.push_back(sum());
      left = node(found->second, column, std::move(arguments));
    } else if (now().is("is")) {
      left = emptiness(std::move(left));
    } else if (now().is("in") || now().is("not")) {
      left = membership(std::move(left));
    }
    for (const auto& [sign, op] : kComparisons)
      if (now().is(sign))
        refuse_expression(now().column, "syntax",
                          words("比较不能连写，请用 and 分开", "comparisons do not chain; join them with and"));
    return left;
  }
  Tree emptiness(Tree left) {
    const int column = take().column;
    const bool negated = accept("not");
    expect("empty");
    Tree tree = node(Op::empty, column, one(std::move(left)));
    return negated ? node(Op::negation, column, one(std::move(tree))) : tree;
  }
  Tree membership(Tree left) {
    const int column = now().column;
    const bool negated = accept("not");
    expect("in");
    expect("[");
    Tree tree = node(Op::in, column, one(std::move(left)));
    do {
      tree.list_columns.push_back(now().column);
      tree.list.push_back(literal());
    } while (accept(","));
    expect("]");
    return negated ? node(Op::negation, column, one(std::move(tree))) : tree;
  }
  Expression::Constant literal() {
    const bool minus = accept("-");
    const Token token = now();
    if (token.kind == Token::Kind::number) return {number(minus), {}};
    if (token.kind != Token::Kind::text || minus) unexpected({"文字或数字", "a text or a number"});
    return {take().text, {}};
  }
  double number(bool minus) {
    const Token token = take();
    double value = 0;
    const auto [end, error] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
    if (error != std::errc{}) refuse_expression(token.column, "syntax", words("数字过大", "this number is too large"));
    return minus ? -value : value;
  }

  Tree sum() { return chain({{"+", Op::add}, {"-", Op::subtract}}, &Parser::product); }
  Tree product() { return chain({{"*", Op::multiply}, {"/", Op::divide}}, &Parser::unary); }
  Tree unary() {
    const Depth depth(*this);
    if (!now().is("-")) return primary();
    const int column = take().column;
    return node(Op::negate, column, one(unary()));
  }
  Tree primary() {
    const Token token = now();
    Tree tree;
    tree.column = token.column;
    switch (token.kind) {
      case Token::Kind::number: tree.constant.value = number(false); return tree;
      case Token::Kind::text: tree.constant.value = take().text; return tree;
      case Token::Kind::word: return word();
      case Token::Kind::sign:
        if (accept("(")) {
          tree = disjunction();
          expect(")");
          return tree;
        }
        break;
      case Token::Kind::end: break;
    }
    unexpected({"值、字段名或括号", "a value, a name or a parenthesis"});
  }
  Tree word() {
    if (now().is("and") || now().is("or") || now().is("in") || now().is("is") || now().is("empty"))
      unexpected({"值、字段名或括号", "a value, a name or a parenthesis"});
    const Token token = take();
    Tree tree;
    tree.column = token.column;
    if (token.text == "null") return tree;
    if (token.text == "true" || token.text == "false") {
      tree.constant.value = token.text == "true";
      return tree;
    }
    if (now().is("(")) return call(token);
    tree.op = Op::name;
    tree.name = token.text;
    return tree;
  }
  Tree call(const Token& name) {
    const auto function = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                       [&](const Function& f) { return f.name == name.text; });
    if (function == std::end(kFunctions)) {
      std::vector<std::string> known;
      for (const Function& f : kFunctions) known.emplace_back(f.name);
      const Words hint = did_you_mean(name.text, known);
      refuse_expression(name.column, "unknown",
                        {fmt::format("没有函数“{}”{}", name.text, hint.zh),
                         fmt::format("there is no function '{}'{}", name.text, hint.en)});
    }
    expect("(");
    Tree tree = node(function->op, name.column, {});
    if (!now().is(")")) do
        tree.arguments.push_back(disjunction());
      while (accept(","));
    expect(")");
    if (tree.arguments.size() < function->least || tree.arguments.size() > function->most)
      refuse_expression(
          name.column, "arity",
          words("函数 {} 需要 {} 至 {} 个参数，实际 {} 个", "the function {} takes {} to {} arguments, got {}",
                function->name, function->least, function->most, tree.arguments.size()));
    return tree;
  }

  static std::vector<Tree> one(Tree tree) {
    std::vector<Tree> list;
    list.push_back(std::move(tree));
    return list;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

void refuse_expression(int column, std::string code, Words say) {
  throw Fault(Code::invalid, words("条件有误", "the expression is wrong"),
              {{std::to_string(column), std::move(code), std::move(say)}});
}

Tree parse_expression(std::string_view text) { return Parser(text).whole(); }

}  // namespace tongxin::pack
