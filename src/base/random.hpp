// Chance enters only through a seeded generator, so that one seed gives one history.
#pragma once
#include <cstdint>

namespace tongxin {

// splitmix64 (Steele, Lea, Flood 2014): small, fast, the same on every machine. Not for secrets: those come from libsodium.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // Uniform in [0, bound); bound > 0. The bias of the multiplication is below 2^-32 for the bounds used here.
  std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return std::uint64_t(Wide(next()) * bound >> 64);
  }
  double unit() { return double(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }

 private:
  std::uint64_t state_;
};

}  // namespace tongxin
