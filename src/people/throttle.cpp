#include "people/throttle.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "people/accounts_sql.hpp"

namespace tongxin::people {
namespace {

struct Count {
  int failures = 0;
  Time last_at{};
  Time blocked_until{};
};
BOOST_DESCRIBE_STRUCT(Count, (), (failures, last_at, blocked_until))

// Kept as a digest: what people mistype into the login field may be a password.
Bytes key_of(std::string_view subject) {
  const Digest hash = digest(subject);
  return Bytes(hash.begin(), hash.begin() + 16);
}

}  // namespace

std::string network_of(std::string_view address) {
  const std::string text(address);
  in_addr four{};
  in6_addr six{};
  const auto ipv4 = [](const std::uint8_t* b) { return fmt::format("{}.{}.{}.0/24", b[0], b[1], b[2]); };
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return ipv4(reinterpret_cast<const std::uint8_t*>(&four));
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return ipv4(six.s6_addr + 12);
  std::fill(six.s6_addr + 7, six.s6_addr + 16, std::uint8_t{0});
  char prefix[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &six, prefix, sizeof prefix);
  return std::string(prefix) + "/56";
}

std::chrono::milliseconds wait_of(store::Tx& tx, RealmId realm, std::string_view subject, Time now) {
  const auto count = tx.one<Count>(sql::kThrottle, realm, key_of(subject));
  return count ? std::max(milliseconds{0}, count->blocked_until - now) : milliseconds{0};
}

void count_failure(store::Tx& tx, RealmId realm, std::string_view subject, const Waits& waits, Time now) {
  const Bytes key = key_of(subject);
  Count count = tx.one<Count>(sql::kThrottle, realm, key).value_or(Count{});
  if (now - count.last_at > waits.forget) count = {};
  ++count.failures;
  const int beyond = count.failures - waits.free;
  Time blocked_until = now;
  if (beyond > 0)
    blocked_until += std::min<milliseconds>(waits.most, waits.first * (std::int64_t{1} << std::min(beyond - 1, 20)));
  tx.run(sql::kPutThrottle, realm, key, count.failures, now, blocked_until);
}

void forget_failures(store::Tx& tx, RealmId realm, std::string_view subject) {
  tx.run(sql::kDropThrottle, realm, key_of(subject));
}

}  // namespace tongxin::people
