// What stands in a request's address and in a form: percent-encoded, and UTF-8 or refused.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tongxin::serve {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Target {
  std::string path;  // decoded; begins with '/', or is "*"
  Pairs query;       // decoded, in order
};

// RFC 9112 section 3.2: origin form, absolute form (scheme and host are dropped) or "*". Throws Fault(bad_request) for broken
// percent signs, bytes that are not UTF-8, control characters and an encoded '/' (proxies and routes would disagree on it).
Target parse_target(std::string_view raw);

// application/x-www-form-urlencoded. At most 1,000 pairs; throws Fault(bad_request).
Pairs parse_form(std::string_view text);

// False when a percent sign is not followed by two hexadecimal digits.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& decoded);

// Well-formed as of Unicode 15 table 3-7: no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

}  // namespace tongxin::serve
