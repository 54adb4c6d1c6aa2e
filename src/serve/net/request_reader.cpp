#include "serve/net/request_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace tongxin::serve {

namespace http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;

namespace {

constexpr std::size_t kChunkExtension = 256;

std::string_view view(Text text) { return {text.data(), text.size()}; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

[[noreturn]] void bad(Words say) { throw Refusal{400, "bad_request", std::move(say)}; }

Refusal too_many_headers() {
  return {431, "headers_too_large",
          words("请求头过大：最多 {} 个字段、{} 字节", "the headers are too large: at most {} fields and {} bytes",
                HeadLimits::fields, HeadLimits::bytes)};
}

Refusal too_long_target() {
  return {414, "uri_too_long",
          words("网址过长：最多 {} 字节", "the address is too long: at most {} bytes", HeadLimits::target)};
}

Refusal too_large_body(std::uint64_t limit) {
  return {413, "too_large", words("内容过大：最多 {} 字节", "the body is too large: at most {} bytes", limit)};
}

class Parser final : public http::basic_parser<true> {
 public:
  Parser(BodySink& sink, RequestHead& head) : sink_(sink), head_(head) {
    header_limit(HeadLimits::bytes);
    body_limit(boost::none);
  }

  bool has_request_line() const { return has_request_line_; }
  std::uint64_t limit = 0, received = 0;

 private:
  void on_request_impl(http::verb, Text method, Text target, int version, error_code&) override {
    has_request_line_ = true;
    if (target.size() > HeadLimits::target) throw too_long_target();
    head_.method = view(method);
    head_.target = view(target);
    head_.http11 = version == 11;
  }

  void on_field_impl(http::field field, Text name, Text value, error_code&) override {
    if (is_header_done()) return;  // a trailer: nothing here believes trailers
    if (head_.headers.size() == HeadLimits::fields) throw too_many_headers();
    refuse_folded(name, value);
    if (field == http::field::content_length || field == http::field::transfer_encoding) note_length(field, value);
    if (field == http::field::host && ++hosts_ > 1) bad(words("Host 头重复", "there is more than one Host header"));
    head_.headers.emplace_back(lower_case(view(name)), view(value));
  }

  // A folded value was either copied out of the input or has a line end between the colon and its first letter.
  void refuse_folded(Text name, Text value) const {
    const char* after_name = name.data() + name.size() + 1;
    const bool copied = value.data() < after_name || value.data() > after_name + HeadLimits::bytes;
    if (copied ||
        std::string_view(after_name, std::size_t(value.data() - after_name)).find('\r') != std::string_view::npos)
      bad(words("请求头 {} 折行，不予接受", "header {} is folded over several lines, which is not accepted",
                view(name)));
  }

  void note_length(http::field field, Text value) {
    if (++lengths_ > 1)
      bad(words("Content-Length 与 Transfer-Encoding 只能有一个，且只出现一次",
                "there must be one Content-Length or one Transfer-Encoding, once"));
    if (field == http::field::transfer_encoding && lower_case(view(value)) != "chunked")
      throw Refusal{501, "not_implemented",
                    words("Transfer-Encoding 只接受 chunked", "the only Transfer-Encoding accepted is chunked")};
    if (field == http::field::content_length && value.find(',') != Text::npos)
      bad(words("Content-Length 应为一个数", "Content-Length must be one number"));
  }

  void on_header_impl(error_code&) override {
    if (head_.http11 && hosts_ == 0) bad(words("缺少 Host 头", "the Host header is missing"));
    if (!head_.http11 && chunked()) bad(words("HTTP/1.0 不能使用 chunked", "HTTP/1.0 knows no chunked transfer"));
    head_.keep_alive = keep_alive();
    head_.chunked = chunked();
    if (const auto length = content_length()) head_.length = *length;
    for (const auto& [name, value] : head_.headers)
      if (name == "expect") note_expectation(value);
  }

  void note_expectation(std::string_view value) {
    if (lower_case(value) != "100-continue")
      throw Refusal{417, "expectation_failed",
                    words("Expect 只接受 100-continue", "the only Expect that is understood is 100-continue")};
    head_.expects_continue = head_.http11;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

  std::size_t on_body_impl(Text body, error_code&) override {
    received += body.size();
    if (!body.empty()) sink_.on_body(view(body));
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t size, Text extension, error_code&) override {
    if (extension.size() > kChunkExtension) bad(words("chunk 扩展过长", "a chunk extension is too long"));
    if (size > limit - received) throw too_large_body(limit);
  }

  std::size_t on_chunk_body_impl(std::uint64_t, Text body, error_code& error) override {
    return on_body_impl(body, error);
  }

  void on_finish_impl(error_code&) override {}

  // Not reached for requests.
  void on_response_impl(int, Text, int, error_code&) override {}

  BodySink& sink_;
  RequestHead& head_;
  bool has_request_line_ = false;
  int hosts_ = 0, lengths_ = 0;
};

}  // namespace

struct RequestReader::Inside {
  explicit Inside(BodySink& s) : sink(s) {}
  BodySink& sink;
  RequestHead head;
  std::optional<Parser> parser;
  std::size_t head_bytes = 0;
  bool begun = false, head_told = false;

  [[noreturn]] void refuse(const error_code& error, std::string_view rest) const {
    if (error == http::error::header_limit || error == http::error::need_more) {
      const bool endless_line =
          !parser->has_request_line() && rest.substr(0, HeadLimits::target).find('\n') == rest.npos;
      throw endless_line ? too_long_target() : too_many_headers();
    }
    if (error == http::error::bad_version)
      throw Refusal{505, "http_version",
                    words("只支持 HTTP/1.1 与 HTTP/1.0", "only HTTP/1.1 and HTTP/1.0 are understood")};
    bad(words("请求不符合 HTTP/1.1：{}", "the request is not HTTP/1.1: {}", error.message()));
  }
};

RequestReader::RequestReader(BodySink& sink) : inside_(std::make_unique<Inside>(sink)) { start(); }
RequestReader::~RequestReader() = default;

void RequestReader::start() {
  Inside& in = *inside_;
  in.head.method.clear();
  in.head.target.clear();
  in.head.headers.clear();
  in.head.length.reset();
  in.head.chunked = in.head.expects_continue = false;
  in.head_bytes = 0;
  in.begun = in.head_told = false;
  in.parser.emplace(in.sink, in.head);
}

bool RequestReader::begun() const { return inside_->begun; }
RequestHead& RequestReader::head() const { return inside_->head; }
void RequestReader::limit_body(std::uint64_t bytes) {
  if (inside_->head.length.value_or(0) > bytes) throw too_large_body(bytes);
  inside_->parser->limit = bytes;
}

RequestReader::Step RequestReader::feed(std::string_view& input) {
  Inside& in = *inside_;
  Parser& parser = *in.parser;
  // An empty line before a request is forgiven (RFC 9112 section 2.2).
  while (!in.begun && input.substr(0, 2) == "\r\n") input.remove_prefix(2);
  if (!in.begun && input == "\r") return Step::more;
  for (;;) {
    if (parser.is_header_done() && !in.head_told) {
      in.head_told = true;
      parser.eager(true);
      return Step::head;
    }
    if (parser.is_done()) return Step::complete;
    if (input.empty()) return Step::more;
    in.begun = true;
    error_code error;
    const std::size_t used = parser.put({input.data(), input.size()}, error);
    input.remove_prefix(used);
    if (!parser.is_header_done() || !in.head_told) in.head_bytes += used;
    if (in.head_bytes > HeadLimits::bytes) throw too_many_headers();
    if (error && error != http::error::need_more) in.refuse(error, input);
    if (error && input.size() > HeadLimits::bytes) in.refuse(error, input);
    if (error) return Step::more;
  }
}

}  // namespace tongxin::serve
