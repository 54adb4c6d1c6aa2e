// Addresses of clients, and which of them are proxies whose word is believed.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tongxin::serve {

// A set of IPv4 and IPv6 addresses and networks ("10.0.0.0/8", "::1"). IPv4 is also met in its IPv6-mapped form.
class Networks {
 public:
  explicit Networks(const std::vector<std::string>& texts);  // throws Fault(invalid) for one that is not an address
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::array<unsigned char, 16> address;
    int bits;
  };
  std::vector<Network> networks_;
};

// The client behind X-Forwarded-For: from the right, the first address that is not a trusted proxy. `direct` is the address
// of the socket; when that is not trusted, the header is not looked at.
std::string client_of(const Networks& trusted, std::string_view direct, std::string_view forwarded_for);

}  // namespace tongxin::serve
