// Values for rapidcheck: texts of any planes of Unicode.
#pragma once
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace generators {

inline void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  if (c < 0x10000) return put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
}

// Any scalar value but U+0000; mostly the letters that trouble parsers, and Chinese.
inline rc::Gen<std::uint32_t> code_point() {
  using rc::gen::inRange;
  return rc::gen::weightedOneOf<std::uint32_t>(
      {{4, inRange<std::uint32_t>(0x20, 0x7F)},
       {2, rc::gen::element<std::uint32_t>('"', '\\', '\n', '\r', '\t', ',', ';', '/', '=', 1, 0x7F)},
       {4, inRange<std::uint32_t>(0x4E00, 0x9FA6)},
       {1, inRange<std::uint32_t>(0x80, 0xD800)},
       {1, inRange<std::uint32_t>(0xE000, 0x10000)},
       {1, inRange<std::uint32_t>(0x10000, 0x110000)}});
}

inline rc::Gen<std::string> text() {
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(code_point()),
                      [](const std::vector<std::uint32_t>& all) {
                        std::string out;
                        for (const std::uint32_t c : all) append_utf8(out, c);
                        return out;
                      });
}

}  // namespace generators
