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

bool is_utf8(std::string_view text);                   // no overlong forms, no surrogates, at most U+10FFFF
std::size_t count_code_points(std::string_view text);  // of valid UTF-8
std::string_view cut(std::string_view text, std::size_t count);  // the first `count` code points
std::string_view trim(std::string_view text);  // also U+3000, U+00A0, U+FEFF and zero-width spaces
bool is_one_line(std::string_view text);       // no control characters, line breaks, direction overrides

// ── words
// ────────────────────────────────────────────────────────────────────────────────────────────────────────────

// The candidate that was probably meant (few edits, counted in code points), or none. For "did you mean".
std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates);
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

// ── numbers of people
// ────────────────────────────────────────────────────────────────────────────────────────────────

bool is_phone(
    std::string_view text);  // 11 digits from 13… to 19…; or a landline, 0755-12345678; or a short one, 12345
bool is_id_card(
    std::string_view text);  // 18 digits with a real birthday and the check digit of GB 11643-1999

}  // namespace tongxin
