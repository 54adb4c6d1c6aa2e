// Chinese-aware full-text terms, shared by both stores.
//
// Text is folded with NFKC_Casefold (Unicode UAX #15 and #31: full-width forms, compatibility forms and
// letter case are gone) and cut into runs of CJK characters (Han, Kana, Hangul, Bopomofo) and runs of other
// letters and digits ("words"). A CJK run gives its overlapping pairs and its last character alone, so that
// every single character begins a term; a word gives itself. What is neither letter nor digit separates.
// Thread-safe, no state.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tongxin {

// NFKC_Casefold of UTF-8; a malformed byte becomes U+FFFD, NUL a space.
std::string fold_text(std::string_view text);

// The distinct terms of a text, in byte order. Words longer than 64 bytes are cut there.
std::vector<std::string> search_terms(std::string_view text);
// The same for text that fold_text has seen already.
std::vector<std::string> terms_of_folded(std::string_view folded);

// What somebody typed into a search box. Each piece between separators must occur in the text as it stands; a
// piece that begins with a word must begin at the beginning of a word ("ab" finds "abc", not "cab"). `whole`
// and `begins` are terms that any match must have (a term equal to, or beginning with): a quick sieve.
// matches() decides.
struct SearchQuery {
  explicit SearchQuery(std::string_view typed);
  bool empty() const { return pieces.empty(); }
  bool matches(std::string_view folded) const;

  std::vector<std::string> pieces;  // the longest first
  std::vector<std::string> whole, begins;
};

}  // namespace tongxin
