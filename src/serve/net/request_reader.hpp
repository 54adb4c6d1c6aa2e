// Reads one request at a time out of bytes, however they are split. The only door to Beast, whose parser it drives by hand.
//
// Stricter than the parser where requests could be smuggled past a proxy (RFC 9112 sections 5.2, 6.1, 6.3, 11.2): one
// Content-Length, or one Transfer-Encoding that is exactly "chunked", never both; no folded lines; no bare line feeds; one
// Host. Works on plain bytes and knows no socket, so that a fuzzer can call it. One thread at a time.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fault.hpp"

namespace tongxin::serve {

// A request that cannot be answered as one: thrown by the layers below the handlers, answered as problem details, and the
// connection is closed. `name` is the wire name of the code.
struct Refusal {
  int status;
  const char* name;
  Words say;
};

struct HeadLimits {
  static constexpr std::size_t fields = 64, bytes = 32 * 1024, target = 8 * 1024;
};

struct RequestHead {
  std::string method, target;
  bool http11 = true, keep_alive = true, chunked = false, expects_continue = false;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::optional<std::uint64_t> length;                       // Content-Length, if there is one

  bool has_body() const { return chunked || length.value_or(0) > 0; }
};

class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void on_body(std::string_view bytes) = 0;
};

class RequestReader {
 public:
  enum class Step { more, head, complete };

  explicit RequestReader(BodySink& sink);
  ~RequestReader();

  void start();  // before each request; a new reader is started
  // Takes bytes from the front of `input`. `more`: everything usable was taken, come again with what is left and new bytes
  // behind it. `head`: the head is complete (once); set limit_body() before going on. `complete`: the request is whole, what
  // is left belongs to the next. Throws Refusal; the reader is then of no use until start().
  Step feed(std::string_view& input);
  bool begun() const;  // has any byte of this request been seen?
  RequestHead& head() const;
  void limit_body(std::uint64_t bytes);  // a longer body is refused with 413

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tongxin::serve
