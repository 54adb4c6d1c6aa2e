#include "base/contract_inside.hpp"
#include "base/text.hpp"

namespace tongxin::contract {
namespace {

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

bool is_word(std::string_view text) {
  if (text.empty() || !is_small_letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_small_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

bool is_uri(std::string_view text) {
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || text.size() == scheme || text[scheme] == '/') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
  });
}

}  // namespace

void append_pointer_key(std::string& out, std::string_view key) {
  out += '/';
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

bool has_format(Format format, std::string_view text) {
  switch (format) {
    case Format::none:
    case Format::day:
    case Format::secret: return true;
    case Format::line: return is_one_line(text);
    case Format::word: return is_word(text);
    case Format::phone: return is_phone(text);
    case Format::id_card: return is_id_card(text);
    case Format::uri: return is_uri(text);
  }
  return true;
}

Words what_is_expected(Format format) {
  switch (format) {
    case Format::none:
    case Format::day:
    case Format::secret: break;
    case Format::line:
      return {"只能写一行，不能有换行或控制字符", "must be one line, without line breaks or control characters"};
    case Format::word:
      return {"应以小写字母开头，只含小写字母、数字、_ 和 -", "must begin with a-z and have only a-z, 0-9, _ and -"};
    case Format::phone:
      return {"不是电话号码，应为 13800138000 或 0755-12345678 这样的格式",
              "not a phone number; write it as 13800138000 or 0755-12345678"};
    case Format::id_card:
      return {"不是有效的身份证号：应为 18 位，且校验位正确",
              "not a valid identity number: 18 digits with the right check digit"};
    case Format::uri:
      return {"不是网址，应以 http:// 或 https:// 开头", "not an address; it begins with http:// or https://"};
  }
  return {"格式不对", "wrong format"};
}

}  // namespace tongxin::contract
