// Whose addresses are whose.
#include "fetch/address.hpp"

#include <gtest/gtest.h>

#include "base/fault.hpp"

namespace tongxin::fetch {
namespace {

TEST(Addresses, OfTheOpenInternetArePublic) {
  for (const char* text : {"1.1.1.1", "223.5.5.5", "172.32.0.1", "172.15.255.255", "2400:3200::1", "2606:4700::1111",
                           "::ffff:8.8.8.8", "64:ff9b::808:808"})
    EXPECT_TRUE(is_public(parse_address(text))) << text;
}

TEST(Addresses, OfThisMachineAndOfInnerNetworksAreNot) {
  for (const char* text :
       {"127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1",
        "fd12:3456::1", "ff02::1",
        // the same behind IPv6
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::"})
    EXPECT_FALSE(is_public(parse_address(text))) << text;
  EXPECT_FALSE(is_public(Address{})) << "what is no address is nobody's";
}

TEST(Addresses, AnAdministratorMayAllowANetwork) {
  const Reach reach{.anywhere = false, .also = {parse_network("10.20.0.0/16"), parse_network("fd00::/10")}};
  EXPECT_TRUE(reach.allows(parse_address("10.20.255.1")));
  EXPECT_TRUE(reach.allows(parse_address("::ffff:10.20.0.1")));
  EXPECT_FALSE(reach.allows(parse_address("10.21.0.1")));
  EXPECT_TRUE(reach.allows(parse_address("fd3f::1")));
  EXPECT_FALSE(reach.allows(parse_address("fd40::1")));
  EXPECT_TRUE(reach.allows(parse_address("1.1.1.1")));
  EXPECT_TRUE((Reach{.anywhere = true, .also = {}}.allows(parse_address("127.0.0.1"))));
}

TEST(Addresses, NetworksAreReadStrictly) {
  EXPECT_EQ(parse_network("192.0.2.1").bits, 32);
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0", "host/8", "::/129", "10.0.0.0/-1"})
    EXPECT_THROW(parse_network(text), Fault) << text;
}

}  // namespace
}  // namespace tongxin::fetch
