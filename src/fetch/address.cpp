#include "fetch/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "base/fault.hpp"

namespace tongxin::fetch {
namespace {

constexpr std::size_t kV4 = 4, kV6 = 16;

bool begins_with(std::string_view bytes, std::string_view head) { return bytes.substr(0, head.size()) == head; }

// An IPv6 address that only wraps an IPv4 one goes where that one goes.
Address unwrapped(std::string bytes) {
  using namespace std::string_view_literals;
  if (bytes.size() != kV6) return {std::move(bytes)};
  if (begins_with(bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff"sv)) return {bytes.substr(12)};
  if (begins_with(bytes, "\0\x64\xff\x9b\0\0\0\0\0\0\0\0"sv)) return {bytes.substr(12)};
  if (begins_with(bytes, "\x20\x02"sv)) return {bytes.substr(2, kV4)};
  return {std::move(bytes)};
}

// IANA's registries of special-purpose addresses; what is globally reachable in them is left out on purpose.
const std::vector<Network>& special() {
  static const std::vector<Network> all = [] {
    std::vector<Network> list;
    for (const char* text :
         {"0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
          "192.0.0.0/24",   "192.0.2.0/24",  "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",  "198.51.100.0/24",
          "203.0.113.0/24", "224.0.0.0/4",   "240.0.0.0/4",    "::/96",          "64:ff9b:1::/48", "100::/64",
          "2001::/23",      "2001:db8::/32", "3fff::/20",      "5f00::/16",      "fc00::/7",       "fe80::/10",
          "fec0::/10",      "ff00::/8"})
      list.push_back(parse_network(text));
    return list;
  }();
  return all;
}

}  // namespace

Address address_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    return {std::string(reinterpret_cast<const char*>(&v4), kV4)};
  }
  if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    return unwrapped(std::string(reinterpret_cast<const char*>(&v6), kV6));
  }
  return {};
}

Address parse_address(std::string_view text) {
  const std::string whole(text);
  char bytes[kV6];
  if (::inet_pton(AF_INET, whole.c_str(), bytes) == 1) return {std::string(bytes, kV4)};
  if (::inet_pton(AF_INET6, whole.c_str(), bytes) == 1) return unwrapped(std::string(bytes, kV6));
  return {};
}

std::string to_text(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.bytes.size() == kV4) ::inet_ntop(AF_INET, address.bytes.data(), text, sizeof text);
  if (address.bytes.size() == kV6) ::inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
}

bool Network::holds(const Address& address) const {
  if (address.bytes.size() != base.bytes.size()) return false;
  const auto whole = std::size_t(bits / 8);
  if (address.bytes.compare(0, whole, base.bytes, 0, whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xff << (8 - rest));
  return ((static_cast<unsigned char>(address.bytes[whole]) ^ static_cast<unsigned char>(base.bytes[whole])) & mask) ==
         0;
}

Network parse_network(std::string_view text) {
  const auto slash = text.find('/');
  Network network{parse_address(text.substr(0, slash)), 0};
  const int most = int(network.base.bytes.size()) * 8;
  bool good = most > 0;
  network.bits = most;
  if (good && slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.bits);
    good = error == std::errc{} && end == digits.data() + digits.size() && network.bits >= 0 && network.bits <= most;
  }
  if (good) return network;
  throw Fault(Code::invalid, words("“{}”不是网络地址，应如 10.20.0.0/16",
                                   "'{}' is no network; write it like 10.20.0.0/16", std::string(text)));
}

bool is_public(const Address& address) {
  return !address.bytes.empty() && std::none_of(special().begin(), special().end(),
                                                [&](const Network& network) { return network.holds(address); });
}

bool Reach::allows(const Address& address) const {
  if (address.bytes.empty()) return false;
  return anywhere || is_public(address) ||
         std::any_of(also.begin(), also.end(), [&](const Network& network) { return network.holds(address); });
}

}  // namespace tongxin::fetch
