#include <charconv>
#include <limits>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value_stack.hpp>

#include "base/contract_inside.hpp"
#include "base/text.hpp"

namespace tongxin::contract {
namespace {

namespace json = boost::json;
using Failure = json::error_code;

// Builds the DOM and watches for keys given twice, by their hashes: a suspicion is settled by Duplicates
// below. Numbers are read anew from their text, because the parser's own doubles may be off in the last
// place.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1), max_string_size = std::size_t(-1);

  explicit Builder(json::storage_ptr memory) : stack_(memory, room_, sizeof room_) { stack_.reset(std::move(memory)); }
  json::value release() { return stack_.release(); }
  bool suspicious() const { return suspicious_; }

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t n, Failure&) {
    stack_.push_array(n);
    return true;
  }
  bool on_object_begin(Failure&) { return true; }
  bool on_object_end(std::size_t n, Failure&) {
    check_keys(n);
    stack_.push_object(n);
    return true;
  }
  bool on_string_part(json::string_view s, std::size_t, Failure&) {
    stack_.push_chars(s);
    return true;
  }
  bool on_string(json::string_view s, std::size_t, Failure&) {
    stack_.push_string(s);
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, Failure&) {
    hash(s);
    stack_.push_chars(s);
    return true;
  }
  bool on_key(json::string_view s, std::size_t, Failure&) {
    hash(s);
    hashes_.push_back(hash_);
    hash_ = kSeed;
    stack_.push_key(s);
    return true;
  }
  bool on_number_part(json::string_view s, Failure&) {
    number_.append(s.data(), s.size());
    return true;
  }
  bool on_int64(std::int64_t value, json::string_view, Failure&) {
    number_.clear();
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, Failure&) {
    number_.clear();
    stack_.push_uint64(value);
    return true;
  }
  bool on_double(double, json::string_view s, Failure&) {
    number_.append(s.data(), s.size());
    double value = 0;
    const auto [end, error] = std::from_chars(number_.data(), number_.data() + number_.size(), value);
    if (error == std::errc::result_out_of_range) value = out_of_range(number_);
    number_.clear();
    stack_.push_double(value);
    return true;
  }
  bool on_bool(bool value, Failure&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(Failure&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Failure&) { return true; }
  bool on_comment(json::string_view, Failure&) { return true; }

 private:
  static constexpr std::uint64_t kSeed = 0xcbf29ce484222325ULL;  // FNV-1a
  void hash(json::string_view s) {
    for (const char c : s) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  // from_chars does not say whether the number was too large or too small to be represented.
  static double out_of_range(const std::string& text) {
    const auto exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string::npos ? text.at(exponent + 1) == '-' : text.find('.') < 3;
    return tiny ? 0.0 : std::numeric_limits<double>::infinity();
  }
  void check_keys(std::size_t count) {
    const auto first = hashes_.end() - static_cast<std::ptrdiff_t>(count);
    if (count < 16) {
      for (auto i = first; i != hashes_.end(); ++i) suspicious_ |= std::find(first, i, *i) != i;
    } else {
      std::sort(first, hashes_.end());
      suspicious_ |= std::adjacent_find(first, hashes_.end()) != hashes_.end();
    }
    hashes_.erase(first, hashes_.end());
  }

  unsigned char room_[2048];
  json::value_stack stack_;
  std::uint64_t hash_ = kSeed;
  std::vector<std::uint64_t> hashes_;
  bool suspicious_ = false;
  std::string number_;
};

// The slow second look, for bodies that repeat a key: where is it?
class Duplicates {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1), max_string_size = std::size_t(-1);

  explicit Duplicates(std::vector<Complaint>& found) : found_(found) {}

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_array_begin(Failure&) {
    before_value();
    open_.push_back({true});
    return true;
  }
  bool on_array_end(std::size_t, Failure&) {
    open_.pop_back();
    return true;
  }
  bool on_object_begin(Failure&) {
    before_value();
    open_.push_back({false});
    return true;
  }
  bool on_object_end(std::size_t, Failure&) {
    open_.pop_back();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, Failure&) { return true; }
  bool on_string(json::string_view, std::size_t, Failure&) { return before_value(); }
  bool on_key_part(json::string_view s, std::size_t, Failure&) {
    key_.append(s.data(), s.size());
    return true;
  }
  bool on_key(json::string_view s, std::size_t, Failure&) {
    key_.append(s.data(), s.size());
    open_.back().key = std::exchange(key_, {});
    if (!open_.back().seen.insert(open_.back().key).second && found_.size() < 100)
      found_.push_back({pointer(), "duplicate", {"给了两次", "given twice"}});
    return true;
  }
  bool on_number_part(json::string_view, Failure&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Failure&) { return before_value(); }
  bool on_uint64(std::uint64_t, json::string_view, Failure&) { return before_value(); }
  bool on_double(double, json::string_view, Failure&) { return before_value(); }
  bool on_bool(bool, Failure&) { return before_value(); }
  bool on_null(Failure&) { return before_value(); }
  bool on_comment_part(json::string_view, Failure&) { return true; }
  bool on_comment(json::string_view, Failure&) { return true; }

 private:
  struct Open {
    bool is_array;
    std::int64_t index = -1;
    std::string key{};
    std::set<std::string> seen{};
  };
  bool before_value() {
    if (!open_.empty() && open_.back().is_array) ++open_.back().index;
    return true;
  }
  std::string pointer() const {
    std::string at;
    for (const Open& open : open_) {
      if (open.is_array)
        at += fmt::format("/{}", open.index);
      else
        append_pointer_key(at, open.key);
    }
    return at;
  }

  std::vector<Complaint>& found_;
  std::vector<Open> open_;
  std::string key_;
};

Words reason(const Failure& failure) {
  switch (static_cast<json::error>(failure.value())) {
    case json::error::too_deep: return words("嵌套超过 {} 层", "nested deeper than {}", kMaxDepth);
    case json::error::illegal_leading_surrogate:
    case json::error::illegal_trailing_surrogate:
    case json::error::expected_utf16_escape: return {"残缺的 \\u 代理对", "half of a \\u surrogate pair"};
    case json::error::syntax:
      return {"格式有误（文字里的换行和控制字符要写成转义）",
              "a syntax error (line breaks and control characters in a text must be escaped)"};
    case json::error::extra_data: return {"内容结束后还有多余的字符", "something follows the end of the value"};
    case json::error::incomplete: return {"内容不完整", "the text ends too early"};
    case json::error::exponent_overflow: return {"数太大，无法表示", "the number is too large to be represented"};
    default: return {"格式有误", failure.message()};
  }
}

[[noreturn]] void refuse(std::size_t byte, const Words& why) {
  const Words say{fmt::format("不是合法的 JSON：第 {} 字节处{}", byte, why.zh),
                  fmt::format("not valid JSON: at byte {}, {}", byte, why.en)};
  throw Fault(Code::bad_request, say, {{"", "syntax", say}});
}

std::size_t first_bad_byte(std::string_view text) {
  std::size_t good = 0,
              bad = text.size();  // is_utf8 holds for the first `good` bytes, a sequence cut at the end aside
  while (good < text.size()) {
    const std::string_view one = cut(text.substr(good), 1);
    if (!is_utf8(one)) return good;
    good += one.size();
  }
  return bad;
}

template <class Handler>
json::basic_parser<Handler> parser(auto&&... arguments) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  options.allow_invalid_utf8 = true;  // checked before, with the place
  return json::basic_parser<Handler>(options, std::forward<decltype(arguments)>(arguments)...);
}

}  // namespace

void with_dom(std::string_view text, std::vector<Complaint>& duplicates,
              const std::function<void(const json::value&)>& use) {
  if (!is_utf8(text)) refuse(first_bad_byte(text), {"不是 UTF-8", "not UTF-8"});
  unsigned char room[16 * 1024];
  json::monotonic_resource memory(room, sizeof room);
  auto build = parser<Builder>(json::storage_ptr(&memory));
  Failure failure;
  const std::size_t used = build.write_some(false, text.data(), text.size(), failure);
  if (!failure && used < text.size()) failure = json::error::extra_data;
  if (failure) refuse(used, reason(failure));
  if (build.handler().suspicious()) {
    auto look = parser<Duplicates>(duplicates);
    look.write_some(false, text.data(), text.size(), failure);
  }
  use(build.handler().release());
}

}  // namespace tongxin::contract
