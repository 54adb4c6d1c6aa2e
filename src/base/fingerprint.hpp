// A fingerprint of text that is compared with a later one of the same thing, to see whether it changed (entity tags of HTTP).
//
// Not for secrets, and not against somebody who looks for two texts of one fingerprint: that is digest() in base/crypto.hpp,
// which costs twenty times as much.
#pragma once
#include <string>
#include <string_view>

namespace tongxin {

// XXH3 with 64 bits (xxHash 0.8), as 16 letters of hexadecimal.
std::string fingerprint(std::string_view text);

}  // namespace tongxin
