// Text: UTF-8, what people type, and what machines need of it. Pure functions, thread-safe.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tongxin {

// ── UTF-8
// ────────────────────────────────────────────────────────────────────────────────────────────────────────────

bool is_utf8(std::string_view text);                             // no overlong forms, no surrogates, at most U+10FFFF
std::size_t count_code_points(std::string_view text);            // of valid UTF-8
std::string_view cut(std::string_view text, std::size_t count);  // the first `count` code points
std::string_view trim(std::string_view text);                    // also U+3000, U+00A0, U+FEFF and zero-width spaces
bool is_one_line(std::string_view text);  // no control characters, line breaks, direction overrides
// One line of what may have been several: breaks and tabs become a space; control characters and the marks that reorder
// or hide text (bidirectional overrides) go, and so do spaces at both ends.
std::string one_line(std::string_view text);

// ── words
// ────────────────────────────────────────────────────────────────────────────────────────────────────────────

// The candidate that was probably meant (few edits, counted in code points), or none. For "did you mean".
std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates);
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

// NFKC with case folded, for comparing and searching: "ＡＢＣ①" and "abc1" are the same.
std::string fold(std::string_view text);
// Bytes that sort names as a Chinese dictionary does, by pinyin (Unicode CLDR, zh). Only for comparing with each other.
std::string pinyin_key(std::string_view text);
// "王芳" becomes "wang fang": without tones, in lower case; what is not Chinese stays. Surnames read otherwise (单 Shàn) are
// not known to ICU and come out in their common reading.
std::string pinyin(std::string_view text);

// ── numbers of people
// ────────────────────────────────────────────────────────────────────────────────────────────────

bool is_phone(std::string_view text);  // 11 digits from 13… to 19…; or a landline, 0755-12345678; or a short one, 12345
bool is_id_card(std::string_view text);  // 18 digits with a real birthday and the check digit of GB 11643-1999

// "+86 138-0013-8000" and "１３８００１３８０００" are 13800138000: digits alone, the country's prefix gone. What is no phone
// number comes back folded, for is_phone to refuse.
std::string clean_phone(std::string_view text);

// For eyes that may not see all: 138****8000, 0755****5678; 440***********1234; 王*芳.
std::string mask_phone(std::string_view text);
std::string mask_id_card(std::string_view text);
std::string mask_name(std::string_view text);

// ── for machines ─────────────────────────────────────────────────────────────────────────────────────────────────────

// For HTML and XML, in elements and in quoted attributes. Control characters that XML 1.0 cannot carry are left out.
std::string escape_markup(std::string_view text);
// RFC 3986: everything but letters, digits and -._~ is encoded. Decoding gives none for a broken escape; with
// `plus_is_space` as in the query of a form.
std::string percent_encode(std::string_view text);
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
// RFC 4648 section 5 without padding; hex in lower case, read in either. Decoding is strict: none for anything else.
std::string base64url(std::string_view bytes);
std::string base64(std::string_view bytes);  // section 4, with padding: what mail and signatures of others want
std::optional<std::string> from_base64url(std::string_view text);
std::string hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace tongxin
