#include "serve/net/target.hpp"

#include "base/fault.hpp"

namespace tongxin::serve {

namespace {

constexpr std::size_t kMaxPairs = 1000;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string decoded_text(std::string_view raw, bool plus_is_space) {
  std::string text;
  if (!percent_decode(raw, plus_is_space, text))
    throw Fault(Code::bad_request,
                words("百分号后应有两位十六进制数", "a percent sign must be followed by two hexadecimal digits"));
  if (!is_utf8(text)) throw Fault(Code::bad_request, words("应为 UTF-8 编码", "this must be UTF-8"));
  if (text.find('\0') != text.npos)
    throw Fault(Code::bad_request, words("不能含有空字符", "a zero byte is not accepted"));
  return text;
}

// Length of the well-formed sequence at `at`, or 0.
std::size_t sequence(const unsigned char* at, std::size_t left) {
  const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < left && at[i] >= low && at[i] <= high;
  };
  const unsigned char first = at[0];
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

std::string_view without_origin(std::string_view raw) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!raw.starts_with(scheme)) continue;
    const auto slash = raw.find_first_of("/?", scheme.size());
    return slash == raw.npos ? std::string_view("/") : raw.substr(slash);
  }
  return raw;
}

}  // namespace

bool percent_decode(std::string_view text, bool plus_is_space, std::string& decoded) {
  decoded.clear();
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex(text[i + 1]), low = hex(text[i + 2]);
      if (high < 0 || low < 0) return false;
      decoded += char(high * 16 + low);
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return true;
}

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence(bytes + i, text.size() - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

Pairs parse_form(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (pairs.size() == kMaxPairs)
      throw Fault(Code::bad_request, words("参数过多：最多 {} 个", "too many parameters: at most {}", kMaxPairs));
    const auto equals = std::min(pair.find('='), pair.size());
    pairs.emplace_back(decoded_text(pair.substr(0, equals), true),
                       decoded_text(pair.substr(std::min(equals + 1, pair.size())), true));
  }
  return pairs;
}

Target parse_target(std::string_view raw) {
  raw = without_origin(raw);
  raw = raw.substr(0, raw.find('#'));
  const auto question = std::min(raw.find('?'), raw.size());
  const std::string_view path = raw.substr(0, question);
  Target target;
  if (path.find("%2f") != path.npos || path.find("%2F") != path.npos)
    throw Fault(Code::bad_request,
                words("路径中不能有编码的斜杠 %2F", "an encoded slash, %2F, is not accepted in a path"));
  target.path = path.empty() ? "/" : decoded_text(path, false);
  if (target.path[0] != '/' && target.path != "*")
    throw Fault(Code::bad_request, words("路径应以 / 开头", "the path must begin with /"));
  if (std::any_of(target.path.begin(), target.path.end(), is_control))
    throw Fault(Code::bad_request, words("路径中有控制字符", "there are control characters in the path"));
  if (question < raw.size()) target.query = parse_form(raw.substr(question + 1));
  return target;
}

}  // namespace tongxin::serve
