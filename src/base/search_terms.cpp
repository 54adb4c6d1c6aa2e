#include "base/search_terms.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <span>

#include "base/fault.hpp"

namespace tongxin {
namespace {

enum class Letter { none, cjk, word };

constexpr std::size_t kLongestWord = 64;

Letter letter_kind(UChar32 c) {
  if (c < 0x80)
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Letter::word : Letter::none;
  if (c >= 0x4e00 && c <= 0x9fff) return Letter::cjk;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(c, &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO: return u_isalnum(c) || u_charType(c) == U_LETTER_NUMBER ? Letter::cjk : Letter::none;
    default: break;
  }
  const auto mask = U_GET_GC_MASK(c);
  return mask & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK) ? Letter::word : Letter::none;
}

struct Character {
  std::size_t from, until;
  Letter kind;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // inside ICU's macro
Character character_at(std::string_view text, std::size_t at) {
  auto next = static_cast<std::int32_t>(at);
  UChar32 c = 0;
  U8_NEXT(text.data(), next, static_cast<std::int32_t>(text.size()), c);
  return {at, static_cast<std::size_t>(next), c < 0 ? Letter::none : letter_kind(c)};
}
#pragma GCC diagnostic pop

std::string cut(std::string_view word) {
  if (word.size() > kLongestWord) {
    std::size_t size = kLongestWord;
    while (size > 0 && (static_cast<unsigned char>(word[size]) & 0xc0) == 0x80) --size;
    word = word.substr(0, size);
  }
  return std::string(word);
}

// Calls run(kind, the characters of the run) for every run of one kind.
template <class Each>
void for_runs(std::string_view text, Each&& run) {
  std::vector<Character> characters;
  const auto flush = [&] {
    if (!characters.empty()) run(characters.front().kind, std::span<const Character>(characters));
    characters.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at);
    at = c.until;
    if (!characters.empty() && characters.front().kind != c.kind) flush();
    if (c.kind != Letter::none) characters.push_back(c);
  }
  flush();
}

std::string_view between(std::string_view text, const Character& first, const Character& last) {
  return text.substr(first.from, last.until - first.from);
}

void sort_distinct(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

bool word_ends_before(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  std::size_t from = at - 1;
  while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80) --from;
  return character_at(text, from).kind == Letter::word;
}

bool occurs(std::string_view text, std::string_view piece) {
  const bool starts_word = character_at(piece, 0).kind == Letter::word;
  for (auto at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1))
    if (!starts_word || !word_ends_before(text, at)) return true;
  return false;
}

}  // namespace

std::string fold_text(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
  std::string folded;
  folded.reserve(text.size());
  icu::StringByteSink<std::string> sink(&folded);
  if (U_SUCCESS(error))
    folding->normalizeUTF8(0, {text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr, error);
  if (U_FAILURE(error))
    throw Fault(Code::internal, words("文本无法规范化", "this text cannot be normalised")).log(u_errorName(error));
  std::replace(folded.begin(), folded.end(), '\0', ' ');
  return folded;
}

std::vector<std::string> terms_of_folded(std::string_view folded) {
  std::vector<std::string> terms;
  for_runs(folded, [&](Letter kind, std::span<const Character> run) {
    if (kind == Letter::word) return terms.push_back(cut(between(folded, run.front(), run.back())));
    for (std::size_t i = 0; i + 1 < run.size(); ++i) terms.emplace_back(between(folded, run[i], run[i + 1]));
    terms.emplace_back(between(folded, run.back(), run.back()));
  });
  sort_distinct(terms);
  return terms;
}

std::vector<std::string> search_terms(std::string_view text) { return terms_of_folded(fold_text(text)); }

SearchQuery::SearchQuery(std::string_view typed) {
  const auto folded = fold_text(typed);
  std::size_t ended = std::string::npos;
  for_runs(folded, [&](Letter kind, std::span<const Character> run) {
    const auto text = between(folded, run.front(), run.back());
    if (ended == run.front().from)
      pieces.back() += text;
    else
      pieces.emplace_back(text);
    ended = run.back().until;
    if (kind == Letter::word) {
      const bool last = ended == folded.size() || character_at(folded, ended).kind == Letter::none;
      (last || text.size() > kLongestWord ? begins : whole).push_back(cut(text));
    } else if (run.size() == 1) {
      begins.emplace_back(text);
    } else {
      for (std::size_t i = 0; i + 1 < run.size(); ++i) whole.emplace_back(between(folded, run[i], run[i + 1]));
    }
  });
  sort_distinct(pieces);
  std::stable_sort(pieces.begin(), pieces.end(), [](auto& a, auto& b) { return a.size() > b.size(); });
  sort_distinct(whole);
  sort_distinct(begins);
}

bool SearchQuery::matches(std::string_view folded) const {
  return std::all_of(pieces.begin(), pieces.end(), [&](const auto& piece) { return occurs(folded, piece); });
}

}  // namespace tongxin
