// Turns a Response into the bytes of an HTTP/1.1 answer: head, conditional answers, ranges of files, compression, security
// headers. Knows no socket. Thread-safe.
#pragma once
#include <functional>
#include <string>

#include "serve/http.hpp"
#include "serve/net/fd.hpp"

namespace tongxin::serve {

// What the answer depends on besides request and response.
struct AnswerContext {
  bool keep_alive = true;
  bool http11 = true;
  bool tls = false;              // the connection's or a trusted proxy's: adds HSTS
  bool hsts_subdomains = false;  // with includeSubDomains
  bool no_store = false;         // add Cache-Control: no-store unless the handler said something
  std::string_view page_policy;  // Content-Security-Policy
  std::string_view date;         // IMF-fixdate
};

// Ready to send: `head` (which may hold a short body too), then `body`, then `file_left` bytes of `file`.
struct Outgoing {
  int status = 0;
  std::string head = {}, body = {};
  Fd file = {};
  std::uint64_t file_left = 0;  // the file stands at the right place
};

void prepare(const Request& request, Response&& response, const AnswerContext& context, Outgoing& out);

// The head of an event stream; it ends when the connection does.
std::string stream_head(const Request& request, const AnswerContext& context);

std::string http_date(Time time);  // "Sun, 06 Nov 1994 08:49:37 GMT"

// One range of "bytes=a-b", "bytes=a-" or "bytes=-n" of a file that long. `none`: no or several ranges, or nonsense: the whole
// file is sent (RFC 9110 section 14.2).
struct ByteRange {
  enum class Kind { none, one, outside } kind = Kind::none;
  std::uint64_t first = 0, count = 0;
};
ByteRange parse_range(std::string_view header, std::uint64_t size);

// Does an If-None-Match or If-Match list hold this tag, compared weakly?
bool has_tag(std::string_view list, std::string_view tag);
// Does one of the tags fit? "*" does; each is told with its quotes and without W/.
bool any_tag(std::string_view list, const std::function<bool(std::string_view)>& fits);

// Is the coding acceptable by an Accept-Encoding header (named with a weight above zero, or "*")?
bool accepts_coding(std::string_view header, std::string_view coding);

}  // namespace tongxin::serve
