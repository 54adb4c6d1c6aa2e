// Which addresses on the network are whose: may a request that somebody else asked for go there?
#pragma once
#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

namespace tongxin::fetch {

// An address in binary form, four or sixteen bytes; IPv4 inside IPv6 (mapped, NAT64, 6to4) is taken out of it.
struct Address {
  std::string bytes;  // empty: no address
  bool operator==(const Address&) const = default;
};
Address address_of(const sockaddr& address);
Address parse_address(std::string_view text);  // "192.0.2.7", "2001:db8::1"; empty when it is none
std::string to_text(const Address& address);

// On the open internet: not loopback, private, link-local, shared (CGN), documentation, benchmark, multicast or reserved.
bool is_public(const Address& address);

// "10.20.0.0/16", "10.1.2.3", "fd00::/8".
struct Network {
  Address base;
  int bits = 0;
  bool holds(const Address& address) const;
};
// Throws Fault(invalid) for what is no network.
Network parse_network(std::string_view text);

// Where requests may go. The default is what somebody else's address may be used for: the open internet only.
struct Reach {
  bool anywhere = false;        // targets that the administrator set up by hand (an SMS gateway in the office)
  std::vector<Network> also{};  // and what the administrator allows in addition
  bool allows(const Address& address) const;
};

}  // namespace tongxin::fetch
