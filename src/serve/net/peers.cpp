#include "serve/net/peers.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "base/fault.hpp"

namespace tongxin::serve {

namespace {

using Address = std::array<unsigned char, 16>;

struct Parsed {
  Address address;
  bool v4;
};

std::optional<Parsed> parse_address(std::string_view text) {
  const std::string name(text);
  Parsed parsed{{}, false};
  if (in_addr four{}; ::inet_pton(AF_INET, name.c_str(), &four) == 1) {
    parsed.address[10] = parsed.address[11] = 0xff;
    std::memcpy(&parsed.address[12], &four, 4);
    parsed.v4 = true;
    return parsed;
  }
  if (::inet_pton(AF_INET6, name.c_str(), parsed.address.data()) == 1) return parsed;
  return std::nullopt;
}

bool same_bits(const Address& a, const Address& b, int bits) {
  const int bytes = bits / 8, left = bits % 8;
  if (std::memcmp(a.data(), b.data(), std::size_t(bytes)) != 0) return false;
  if (left == 0) return true;
  const auto mask = static_cast<unsigned char>(0xff << (8 - left));
  return (a[std::size_t(bytes)] & mask) == (b[std::size_t(bytes)] & mask);
}

// "[::1]:443" and "10.1.2.3:5" lose brackets and port.
std::string_view bare(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
  const auto colon = text.find(':');
  if (colon != text.npos && text.find(':', colon + 1) == text.npos) return text.substr(0, colon);
  return text;
}

[[noreturn]] void refuse(const std::string& text) {
  throw Fault(Code::invalid, words("{} 不是地址或网段，应如 10.0.0.0/8 或 ::1",
                                   "{} is no address or network; write 10.0.0.0/8 or ::1", text));
}

}  // namespace

Networks::Networks(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const auto slash = text.find('/');
    const auto parsed = parse_address(std::string_view(text).substr(0, slash));
    if (!parsed) refuse(text);
    int bits = parsed->v4 ? 32 : 128;
    if (slash != text.npos) {
      int given = -1;
      const char* const end = text.data() + text.size();
      const auto read = std::from_chars(text.data() + slash + 1, end, given);
      if (read.ec != std::errc{} || read.ptr != end || given < 0 || given > bits) refuse(text);
      bits = given;
    }
    networks_.push_back({parsed->address, parsed->v4 ? bits + 96 : bits});
  }
}

bool Networks::contains(std::string_view address) const {
  if (networks_.empty()) return false;
  const auto parsed = parse_address(address);
  if (!parsed) return false;
  for (const Network& network : networks_)
    if (same_bits(parsed->address, network.address, network.bits)) return true;
  return false;
}

std::string client_of(const Networks& trusted, std::string_view direct, std::string_view forwarded_for) {
  std::string_view client = direct;
  while (trusted.contains(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const std::string_view next = bare(comma == forwarded_for.npos ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!parse_address(next)) break;
    client = next;
    forwarded_for = comma == forwarded_for.npos ? std::string_view{} : forwarded_for.substr(0, comma);
  }
  return std::string(client);
}

}  // namespace tongxin::serve
