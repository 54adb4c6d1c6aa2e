// Problem details (RFC 9457) for everything that goes wrong, whoever noticed it.
#pragma once
#include "serve/http.hpp"
#include "serve/net/request_reader.hpp"

namespace tongxin::serve {

Response problem(const Refusal& refusal, const Request& request);

// A rule of a pack broke or ran into its limits (pack/lua.hpp). Nothing is wrong with the server, and the same would happen again.
// Where in which file is for whoever mends the pack: it stands in the log, not in the answer.
bool is_rule_failure(const Fault& fault);

// The short name of a status for people, in both languages: {"未找到", "Not found"}.
Words status_title(int status);
const char* status_reason(int status);  // for the status line

}  // namespace tongxin::serve
