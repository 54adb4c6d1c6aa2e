// Throttling of guesses, so that it cannot be turned against those it protects.
//
// Failures are counted per (what is guessed, network) and per network, never per login alone: whoever guesses wrong from one
// network makes only that network wait, and the owner signs in from another as if nothing had happened; from the same one too,
// with a browser that was signed in before (devices.hpp). The wait doubles
// with each failure and has an end; nothing is ever locked for good. Counts live in the store, so every node knows them, and
// are forgotten after an hour without a failure.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace tongxin::people {

// The part of an address that one household or office shares: IPv4 /24, IPv6 /56 (IPv4 within IPv6 as IPv4). What is no
// address is returned as it is.
std::string network_of(std::string_view address);

struct Waits {
  int free = 0;                   // so many failures cost nothing
  std::chrono::seconds first{1};  // the wait after the next one; doubled with each further
  std::chrono::seconds most{900};
  std::chrono::minutes forget{60};
};
// Three wrong passwords are free, then 1, 2, 4 … s, at most a quarter of an hour.
inline constexpr Waits kLoginWaits{.free = 3};
// A whole network may err thirty times (many people share one), then waits at most a minute.
inline constexpr Waits kNetworkWaits{.free = 30, .most = std::chrono::seconds{60}};

// How long the subject must still wait; zero: go on.
std::chrono::milliseconds wait_of(store::Tx& tx, RealmId realm, std::string_view subject, Time now);
void count_failure(store::Tx& tx, RealmId realm, std::string_view subject, const Waits& waits, Time now);
void forget_failures(store::Tx& tx, RealmId realm, std::string_view subject);

}  // namespace tongxin::people
