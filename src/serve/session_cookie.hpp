// The session's cookie. Over TLS its name begins with __Host-, so that a browser takes it from this host alone, for every path,
// and never from a neighbour of the same domain; without TLS a browser would drop such a name, and the plain one stands.
#pragma once
#include <optional>
#include <string>

#include "serve/openapi.hpp"

namespace tongxin::serve {

inline std::string session_cookie_name(const Request& request) {
  return (request.secure ? "__Host-" : "") + std::string(kSessionCookie);
}
inline std::optional<std::string> session_cookie_of(const Request& request) {
  return request.cookie(session_cookie_name(request));
}

}  // namespace tongxin::serve
