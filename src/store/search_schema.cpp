#include "store/search_schema.hpp"

#include "base/search_terms.hpp"

namespace tongxin::store::inside {
namespace {

constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";

std::uint64_t mix(std::uint64_t z) {  // the finisher of splitmix64
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::string letters(std::uint64_t value, int count) {
  std::string text;
  for (int i = 0; i < count; ++i, value >>= 5) text += kLetters[value & 31];
  return text;
}

}  // namespace

std::string realm_prefix(std::int64_t realm) {
  return letters(mix(static_cast<std::uint64_t>(realm) + 0x9e3779b97f4a7c15ULL), 4);
}

std::string kind_term(std::string_view prefix, std::string_view kind) {
  std::uint64_t digest = 1469598103934665603ULL;  // FNV-1a
  for (const char c : kind) digest = (digest ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return fmt::format("{}§{}", prefix, letters(mix(digest), 8));  // '§' is neither letter nor digit: no word has it
}

std::vector<std::string> index_terms(std::int64_t realm, std::string_view kind, std::string_view folded) {
  const auto prefix = realm_prefix(realm);
  auto terms = terms_of_folded(folded);
  for (auto& term : terms) term.insert(0, prefix);
  terms.push_back(kind_term(prefix, kind));
  return terms;
}

}  // namespace tongxin::store::inside
