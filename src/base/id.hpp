// Identities: time-ordered 63-bit numbers made by the program, unique without asking the database.
//
// 42 bits of milliseconds since 2020-01-01 UTC (until 2159) and 21 bits that start at a random place in each millisecond and
// count up, so two nodes rarely meet and one node never repeats. Outside the program an id is 13 letters of Crockford's
// base 32 (no i, l, o, u), which sort as the numbers do.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace tongxin {

// A distinct type per kind of thing, so that swapped ids do not compile. Zero means "none".
template <class Tag>
struct Id {
  std::int64_t value = 0;
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

using RealmId = Id<struct RealmTag>;
using AreaId = Id<struct AreaTag>;
using OrgId = Id<struct OrgTag>;
using PersonId = Id<struct PersonTag>;
using HouseholdId = Id<struct HouseholdTag>;
using PostId = Id<struct PostTag>;
using LinkId = Id<struct LinkTag>;
using RecordId = Id<struct RecordTag>;
using EventId = Id<struct EventTag>;
using FileId = Id<struct FileTag>;
using AccountId = Id<struct AccountTag>;

std::string id_text(std::int64_t value);
std::optional<std::int64_t> parse_id(std::string_view text);

template <class Tag>
std::string to_text(Id<Tag> id) {
  return id ? id_text(id.value) : std::string{};
}
template <class Tag>
bool parse(std::string_view text, Id<Tag>& id) {
  const auto value = parse_id(text);
  if (value) id.value = *value;
  return value.has_value();
}

// Thread-safe. Ids of one source strictly increase, whatever the clock does.
class IdSource {
 public:
  IdSource(const Clock& clock, std::uint64_t seed) : clock_(clock), random_(seed) {}
  std::int64_t next();
  template <class Tag>
  void next(Id<Tag>& id) {
    id.value = next();
  }
  template <class I>
  I make() {
    return I{next()};
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  Random random_;
  std::int64_t last_ = 0;
};

}  // namespace tongxin

template <class Tag>
struct std::hash<tongxin::Id<Tag>> {
  std::size_t operator()(tongxin::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
