#include "base/crypto.hpp"

#include <sodium.h>

#include "base/fault.hpp"
#include "base/text.hpp"

namespace tongxin {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
                      kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHead = 1 + 4;
constexpr std::uint8_t kSealFormat = 1;
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = 32u << 20;

void ready() {
  static const bool done = [] {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    return true;
  }();
  static_cast<void>(done);
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
crypto_generichash_state* state_of(std::array<std::uint8_t, 384>& room) {
  static_assert(sizeof(crypto_generichash_state) <= sizeof room && alignof(crypto_generichash_state) <= 64);
  return reinterpret_cast<crypto_generichash_state*>(room.data());
}

Fault cannot_open(std::string why) {
  Fault fault(Code::internal, {"密封的内容打不开", "a sealed value cannot be opened"});
  fault.log(std::move(why));
  return fault;
}

thread_local Random* seeded = nullptr;

Bytes secret_bytes(std::size_t count) {
  ready();
  Bytes result(count);
  randombytes_buf(result.data(), count);
  return result;
}

// A salt of sixteen bytes costs a system call of a microsecond, more than the digest that it goes into: thirty-two are
// fetched at once, and each leaves the store as it is given.
Bytes salt_bytes(std::size_t count) {
  constexpr std::size_t kStore = 512;
  if (count > kStore) return secret_bytes(count);
  thread_local Bytes store;
  if (store.size() < count) store = secret_bytes(kStore);
  const Bytes result(store.end() - std::ptrdiff_t(count), store.end());
  sodium_memzero(store.data() + store.size() - count, count);
  store.resize(store.size() - count);
  return result;
}

}  // namespace

Bytes random_bytes(std::size_t count) {
  if (seeded == nullptr) return salt_bytes(count);
  Bytes result(count);
  for (std::uint8_t& byte : result) byte = static_cast<std::uint8_t>(seeded->next() >> 56);
  return result;
}

SeededChance::SeededChance(std::uint64_t seed) : random_(seed), former_(seeded) { seeded = &random_; }
SeededChance::~SeededChance() { seeded = former_; }

std::string random_token(std::size_t bytes) { return base64url(as_text(secret_bytes(bytes))); }

std::string random_digits(std::size_t count) {
  ready();
  std::string result;
  while (result.size() < count) result += static_cast<char>('0' + randombytes_uniform(10));
  return result;
}

Digest digest(std::string_view text) {
  Digest result;
  crypto_generichash(result.data(), result.size(), bytes_of(text), text.size(), nullptr, 0);
  return result;
}

Digester::Digester() { crypto_generichash_init(state_of(state_), nullptr, 0, sizeof(Digest)); }
void Digester::add(std::string_view part) { crypto_generichash_update(state_of(state_), bytes_of(part), part.size()); }
Digest Digester::finish() {
  Digest result;
  crypto_generichash_final(state_of(state_), result.data(), result.size());
  return result;
}

Digest sha256(std::string_view text) {
  Digest result;
  crypto_hash_sha256(result.data(), bytes_of(text), text.size());
  return result;
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
  Digest result;
  crypto_auth_hmacsha256_final(&state, result.data());
  return result;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Key Key::random() {
  ready();
  Key key;
  randombytes_buf(key.bytes_.data(), key.bytes_.size());
  return key;
}

Key Key::parse(std::string_view text) {
  std::optional<std::string> bytes;
  if (text.size() == 32)
    bytes = std::string(text);
  else if (text.size() == 64)
    bytes = from_hex(text);
  else if (text.size() == 43)
    bytes = from_base64url(text);
  if (!bytes || bytes->size() != 32)
    throw Fault(Code::invalid, {"密钥应为 64 个十六进制数字", "a key has 64 hexadecimal digits"});
  Key key;
  std::copy(bytes->begin(), bytes->end(), key.bytes_.begin());
  sodium_memzero(bytes->data(), bytes->size());
  return key;
}

Key Key::derive(std::string_view purpose) const {
  Key key;
  key.bytes_ = keyed_hash(*this, purpose);
  return key;
}

std::string Key::to_hex() const { return hex(bytes()); }
Key::~Key() { sodium_memzero(bytes_.data(), bytes_.size()); }

Digest keyed_hash(const Key& key, std::string_view text) {
  Digest result;
  crypto_generichash(result.data(), result.size(), bytes_of(text), text.size(), key.data(), 32);
  return result;
}

void Keyring::add(std::uint32_t version, Key key) { keys_.insert_or_assign(version, std::move(key)); }
std::uint32_t Keyring::newest() const { return keys_.empty() ? 0 : keys_.rbegin()->first; }
const Key* Keyring::find(std::uint32_t version) const {
  const auto at = keys_.find(version);
  return at == keys_.end() ? nullptr : &at->second;
}

Bytes seal(const Keyring& keys, std::string_view text, std::string_view associated) {
  ready();
  const std::uint32_t version = keys.newest();
  const Key* key = keys.find(version);
  if (!key) throw std::logic_error("sealing without a key");
  Bytes out(kHead + kNonce + text.size() + kTag);
  out[0] = kSealFormat;
  for (std::size_t i = 0; i < 4; ++i) out[1 + i] = static_cast<std::uint8_t>(version >> (24 - 8 * i));
  randombytes_buf(&out[kHead], kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(&out[kHead + kNonce], nullptr, bytes_of(text), text.size(),
                                             bytes_of(associated), associated.size(), nullptr, &out[kHead],
                                             key->data());
  return out;
}

std::uint32_t key_version(std::span<const std::uint8_t> sealed) {
  if (sealed.size() < kHead + kNonce + kTag || sealed[0] != kSealFormat) return 0;
  return std::uint32_t(sealed[1]) << 24 | std::uint32_t(sealed[2]) << 16 | std::uint32_t(sealed[3]) << 8 | sealed[4];
}

std::string open_sealed(const Keyring& keys, std::span<const std::uint8_t> sealed, std::string_view associated) {
  const std::uint32_t version = key_version(sealed);
  if (version == 0) throw cannot_open("not a sealed value");
  const Key* key = keys.find(version);
  if (!key) throw cannot_open(fmt::format("key version {} is missing", version));
  std::string text(sealed.size() - kHead - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr,
                                                 &sealed[kHead + kNonce], text.size() + kTag, bytes_of(associated),
                                                 associated.size(), &sealed[kHead], key->data()) != 0)
    throw cannot_open("changed, moved from its place, or sealed with another key of the same version");
  return text;
}

std::string hash_password(std::string_view password) {
  ready();
  char room[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(room, password.data(), password.size(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13) !=
      0)
    throw Fault(Code::unavailable, {"内存不足，请稍后再试", "out of memory; try again later"});
  return room;
}

bool verify_password(std::string_view hash, std::string_view password) {
  ready();
  const std::string ended(hash);
  return ended.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(ended.c_str(), password.data(), password.size()) == 0;
}

bool is_outdated(std::string_view hash) {
  const std::string ended(hash);
  return ended.size() >= crypto_pwhash_STRBYTES || crypto_pwhash_str_needs_rehash(ended.c_str(), kPasses, kMemory) != 0;
}

}  // namespace tongxin
