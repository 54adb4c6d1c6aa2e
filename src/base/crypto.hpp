// Secrets and digests, all from libsodium. Every function is thread-safe.
//
// A Key is 32 bytes that live in memory only as long as they must and are wiped afterwards. A Keyring holds the versions of
// one key: new values are sealed with the newest, old values open with theirs, so a key can be changed while data lives.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace tongxin {

using Bytes = std::vector<std::uint8_t>;
using Digest = std::array<std::uint8_t, 32>;

// ── chance for secrets ───────────────────────────────────────────────────────────────────────────────────────────────

Bytes random_bytes(std::size_t count);
std::string random_token(std::size_t bytes = 32);  // base64url; 32 bytes are 43 letters
std::string random_digits(std::size_t count);      // for codes that people type, uniform

// For the simulator and stories only: while it lives, random_bytes() on this thread comes from the seed instead of libsodium,
// so that one seed gives one history to the byte (the salts of events). Keys, nonces of seal(), digits and salts of passwords
// are never touched by it.
class SeededChance {
 public:
  explicit SeededChance(std::uint64_t seed);
  ~SeededChance();
  SeededChance(const SeededChance&) = delete;
  SeededChance& operator=(const SeededChance&) = delete;

 private:
  Random random_;
  Random* former_;
};

// ── digests ──────────────────────────────────────────────────────────────────────────────────────────────────────────

// BLAKE2b with 256 bits (RFC 7693).
Digest digest(std::string_view text);
// The same of what comes in parts (a file, a chain of events).
class Digester {
 public:
  Digester();
  void add(std::string_view part);
  Digest finish();  // once

 private:
  alignas(64) std::array<std::uint8_t, 384> state_;
};
Digest sha256(std::string_view text);
Digest hmac_sha256(std::string_view key, std::string_view text);  // RFC 2104; key of any length
// Takes as long for unequal texts as for equal ones. Different lengths are seen at once.
bool equal_in_constant_time(std::string_view a, std::string_view b);

inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

class Key {
 public:
  static Key random();
  // From 32 bytes, or 64 hex digits, or 43 letters of base64url; throws Fault(invalid) that never repeats the text.
  static Key parse(std::string_view text);
  // A key for one purpose ("blind index", "cookies") out of a master key.
  Key derive(std::string_view purpose) const;
  std::string to_hex() const;
  std::string_view bytes() const { return as_text(bytes_); }
  const std::uint8_t* data() const { return bytes_.data(); }

  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

 private:
  Key() = default;
  Digest bytes_{};
};

// A blind index: equal values have equal hashes, and nobody without the key can try values. Fold the value first.
Digest keyed_hash(const Key& key, std::string_view text);

class Keyring {
 public:
  // Versions begin at 1; the highest one seals.
  void add(std::uint32_t version, Key key);
  std::uint32_t newest() const;
  const Key* find(std::uint32_t version) const;

 private:
  std::map<std::uint32_t, Key> keys_;
};

// XChaCha20-Poly1305. The associated text (say, "person/0123456789abc/phone") is not in the result but must be the same to
// open it, so that a sealed value cannot be moved to another row. 45 bytes longer than the text: format 1, version 4, nonce 24,
// tag 16.
Bytes seal(const Keyring& keys, std::string_view text, std::string_view associated);
// Throws Fault(internal) when the key's version is missing or the value was changed or moved; the log says which.
std::string open_sealed(const Keyring& keys, std::span<const std::uint8_t> sealed, std::string_view associated);
std::uint32_t key_version(std::span<const std::uint8_t> sealed);  // 0 when it is no sealed value

// ── passwords ────────────────────────────────────────────────────────────────────────────────────────────────────────

// Argon2id with 32 MiB and two passes: some 60 ms of a core and that memory; run it on the pool for slow work.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);
bool is_outdated(std::string_view hash);  // made with other costs: hash again at the next sign-in

}  // namespace tongxin
