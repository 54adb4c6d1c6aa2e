// What was read or made lately, kept for who asks next: the least lately used goes first. Bounded; thread-safe.
#pragma once
#include <array>
#include <mutex>
#include <optional>

#include <boost/container_hash/hash.hpp>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>

namespace tongxin {

// `Value` is copied out, so it should be cheap to copy (a shared pointer and what says whether it still holds).
template <class Key, class Value>
class Shelf {
 public:
  explicit Shelf(std::size_t most) : most_(std::max<std::size_t>(1, most / kParts)) {}

  std::optional<Value> find(const Key& key) {
    Part& part = part_of(key);
    const std::lock_guard lock(part.mutex);
    auto& by_key = part.entries.template get<1>();
    const auto found = by_key.find(key);
    if (found == by_key.end()) return std::nullopt;
    part.entries.relocate(part.entries.begin(), part.entries.template project<0>(found));
    return found->value;
  }
  void keep(const Key& key, Value value) {
    Part& part = part_of(key);
    const std::lock_guard lock(part.mutex);
    Entry entry{key, std::move(value)};
    const auto [place, is_new] = part.entries.push_front(entry);
    if (!is_new) {
      part.entries.replace(place, std::move(entry));
      part.entries.relocate(part.entries.begin(), place);
    }
    if (part.entries.size() > most_) part.entries.pop_back();
  }

 private:
  static constexpr std::size_t kParts = 8;  // so that threads seldom wait for each other
  struct Entry {
    Key key;
    Value value;
  };
  struct Part {
    std::mutex mutex;
    // In the order of their last use, the latest first, and by key.
    boost::multi_index_container<
        Entry, boost::multi_index::indexed_by<
                   boost::multi_index::sequenced<>,
                   boost::multi_index::hashed_unique<boost::multi_index::member<Entry, Key, &Entry::key>>>>
        entries;
  };
  // Not the low bits, by which a part's own table places its entries.
  Part& part_of(const Key& key) { return parts_[(boost::hash<Key>{}(key) >> 20) % kParts]; }

  const std::size_t most_;
  std::array<Part, kParts> parts_;
};

}  // namespace tongxin
