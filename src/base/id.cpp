#include "base/id.hpp"

#include "base/id_time.hpp"

namespace tongxin {
namespace {

constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::int64_t kEpochMillis = 1577836800000;  // 2020-01-01T00:00:00Z
constexpr int kCountBits = 21;

}  // namespace

std::string id_text(std::int64_t value) {
  std::string text(13, '0');
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = text.size(); i-- > 0; rest >>= 5) text[i] = kLetters[rest & 31];
  return text;
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  if (text.size() != 13) return std::nullopt;
  std::uint64_t value = 0;
  for (const char letter : text) {
    const auto digit = kLetters.find(letter);
    if (digit == std::string_view::npos) return std::nullopt;
    if (value >> 58) return std::nullopt;  // more than 63 bits
    value = value << 5 | digit;
  }
  if (value >> 63 || value == 0) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::int64_t first_id_at(Time time) {
  const std::int64_t millis = to_millis(time) - kEpochMillis;
  return millis <= 0 ? 1 : millis >= (std::int64_t{1} << 42) ? INT64_MAX : millis << kCountBits;
}

std::int64_t IdSource::next() {
  const std::int64_t millis = to_millis(clock_.now()) - kEpochMillis;
  const std::lock_guard lock(mutex_);
  // A fresh start in the lower half of the count leaves a million ids of room in the same millisecond.
  const std::int64_t fresh = (millis << kCountBits) | std::int64_t(random_.below(1u << (kCountBits - 1)));
  last_ = (last_ >> kCountBits) >= millis ? last_ + 1 : fresh;
  return last_;
}

}  // namespace tongxin
