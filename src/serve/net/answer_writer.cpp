#include "serve/net/answer_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <charconv>

#include "serve/net/compress.hpp"
#include "serve/net/problems.hpp"

namespace tongxin::serve {

namespace {

constexpr std::size_t kCompressAbove = 1024, kCompressBelow = 8 << 20, kTogether = 64 * 1024;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (same(key, name)) return value;
  return {};
}

bool has_header(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return same(header.first, name); });
}

// Takes one element off a comma-separated list.
std::string_view take_element(std::string_view& list) {
  const auto comma = std::min(list.find(','), list.size());
  const std::string_view element = trimmed(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return element;
}

bool parse_number(std::string_view text, std::uint64_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

// A handler's header value must not begin a new line.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  const std::size_t start = head.size();
  head += value;
  std::replace_if(
      head.begin() + std::ptrdiff_t(start), head.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; },
      ' ');
  head += "\r\n";
}

void append_number(std::string& head, std::string_view name, std::uint64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  append_header(head, name, {digits, std::size_t(end - digits)});
}

bool is_json(std::string_view type) {
  return type.starts_with("application/json") || type.starts_with("application/problem+json");
}

bool is_compressible(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != type.npos || type.find("xml") != type.npos ||
         type.starts_with("application/javascript");
}

void append_security(std::string& head, const Response& response, const AnswerContext& context) {
  head += "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nX-Frame-Options: SAMEORIGIN\r\n";
  if (!is_json(response.type) && !has_header(response, "content-security-policy") && !context.page_policy.empty())
    append_header(head, "Content-Security-Policy", context.page_policy);
  // Opened by itself, an answer of the API is saved and never shown (ASVS 14.4.2).
  if (context.no_store && is_json(response.type) && !has_header(response, "content-disposition"))
    head += "Content-Disposition: attachment; filename=\"api.json\"\r\n";
  if (context.tls)
    head += context.hsts_subdomains ? "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
                                    : "Strict-Transport-Security: max-age=31536000\r\n";
  if (context.no_store && !has_header(response, "cache-control")) head += "Cache-Control: no-store\r\n";
}

void append_status(std::string& head, int status, const AnswerContext& context) {
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\nDate: {}\r\n", status, status_reason(status),
                 context.date);
  if (!context.keep_alive)
    head += "Connection: close\r\n";
  else if (!context.http11)
    head += "Connection: keep-alive\r\n";
}

// Opens the file; the response becomes a problem when it cannot be read, a part when a part was asked for.
void open_file(const Request& request, Response& response, Outgoing& out) {
  Fd file(::open(response.file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    response = problem(Fault(Code::not_found, words("没有这个文件", "there is no such file")), request);
    return;
  }
  if (!has_header(response, "etag"))
    response.headers.emplace_back(
        "etag", fmt::format("\"{:x}-{:x}-{:x}\"", about.st_mtim.tv_sec, about.st_mtim.tv_nsec, about.st_size));
  out.file = std::move(file);
  out.file_left = std::uint64_t(about.st_size);
}

void apply_range(const Request& request, Response& response, Outgoing& out) {
  const std::uint64_t size = out.file_left;
  response.headers.emplace_back("accept-ranges", "bytes");
  const std::string_view if_range = request.header("if-range");
  if (request.method != Method::get || response.status != 200 ||
      (!if_range.empty() && if_range != header_of(response, "etag")))
    return;
  const ByteRange range = parse_range(request.header("range"), size);
  if (range.kind == ByteRange::Kind::none) return;
  if (range.kind == ByteRange::Kind::outside) {
    out.file.reset();
    out.file_left = 0;
    response = problem(Refusal{416, "range", words("文件只有 {} 字节", "the file has only {} bytes", size)}, request);
    response.headers.emplace_back("content-range", fmt::format("bytes */{}", size));
    return;
  }
  response.status = 206;
  response.headers.emplace_back("content-range",
                                fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, size));
  ::lseek(out.file.get(), off_t(range.first), SEEK_SET);
  out.file_left = range.count;
}

bool not_modified(const Request& request, const Response& response) {
  if (response.status != 200 || (request.method != Method::get && request.method != Method::head)) return false;
  const std::string_view tag = header_of(response, "etag"), list = request.header("if-none-match");
  return !tag.empty() && !list.empty() && has_tag(list, tag);
}

void maybe_compress(const Request& request, Response& response) {
  if (response.body.size() <= kCompressAbove || response.body.size() > kCompressBelow ||
      !is_compressible(response.type) || has_header(response, "content-encoding"))
    return;
  response.headers.emplace_back("vary", "accept-encoding");
  std::string packed;
  if (!accepts_coding(request.header("accept-encoding"), "gzip") || !gzip(response.body, packed)) return;
  response.body = std::move(packed);
  response.headers.emplace_back("content-encoding", "gzip");
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

bool is_ours(std::string_view name) {
  return same(name, "connection") || same(name, "content-length") || same(name, "transfer-encoding") ||
         same(name, "date") || same(name, "x-request-id");
}

void write_head(const Request& request, const Response& response, const AnswerContext& context, std::uint64_t length,
                std::string& head) {
  append_status(head, response.status, context);
  append_security(head, response, context);
  if (!request.id.empty()) append_header(head, "X-Request-Id", request.id);
  for (const auto& [name, value] : response.headers)
    if (!is_ours(name)) append_header(head, name, value);
  if (!has_no_body(response.status)) {
    if (!response.type.empty()) append_header(head, "Content-Type", response.type);
    append_number(head, "Content-Length", length);
  }
  head += "\r\n";
}

}  // namespace

void prepare(const Request& request, Response&& response, const AnswerContext& context, Outgoing& out) {
  out.head.clear();
  out.body.clear();
  out.file.reset();
  out.file_left = 0;
  if (!response.file.empty()) open_file(request, response, out);
  if (not_modified(request, response))
    response.status = 304;
  else if (out.file)
    apply_range(request, response, out);
  else
    maybe_compress(request, response);
  const bool silent = has_no_body(response.status);
  const std::uint64_t length = out.file ? out.file_left : response.body.size();
  out.status = response.status;
  write_head(request, response, context, length, out.head);
  if (silent || request.method == Method::head) {
    out.file.reset();
    out.file_left = 0;
  } else if (response.body.size() <= kTogether) {
    out.head += response.body;
  } else {
    out.body = std::move(response.body);
  }
}

std::string stream_head(const Request& request, const AnswerContext& context) {
  std::string head;
  Response response{.type = "text/event-stream; charset=utf-8"};
  append_status(head, 200, context);
  append_security(head, response, context);
  if (!request.id.empty()) append_header(head, "X-Request-Id", request.id);
  // The last line asks nginx not to hold events back.
  head += "Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n\r\n";
  return head;
}

std::string http_date(Time time) {
  static constexpr const char* kDays[]{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[]{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::time_t(to_millis(time) / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

ByteRange parse_range(std::string_view header, std::uint64_t size) {
  if (!header.starts_with("bytes=") || header.find(',') != header.npos) return {};
  const std::string_view range = trimmed(header.substr(6));
  const auto dash = range.find('-');
  if (dash == range.npos) return {};
  const std::string_view from = range.substr(0, dash), until = range.substr(dash + 1);
  std::uint64_t first = 0, last = 0;
  if (from.empty()) {
    if (!parse_number(until, last)) return {};
    if (last == 0 || size == 0) return {ByteRange::Kind::outside, 0, 0};
    const std::uint64_t count = std::min(last, size);
    return {ByteRange::Kind::one, size - count, count};
  }
  if (!parse_number(from, first) || (!until.empty() && (!parse_number(until, last) || last < first))) return {};
  if (first >= size) return {ByteRange::Kind::outside, 0, 0};
  last = until.empty() ? size - 1 : std::min(last, size - 1);
  return {ByteRange::Kind::one, first, last - first + 1};
}

bool any_tag(std::string_view list, const std::function<bool(std::string_view)>& fits) {
  while (!list.empty()) {
    const std::string_view element = take_element(list);
    if (element == "*" || fits(element.starts_with("W/") ? element.substr(2) : element)) return true;
  }
  return false;
}

bool has_tag(std::string_view list, std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return any_tag(list, [tag](std::string_view each) { return each == tag; });
}

bool accepts_coding(std::string_view header, std::string_view coding) {
  bool star = false;
  while (!header.empty()) {
    std::string_view element = take_element(header);
    const auto semicolon = std::min(element.find(';'), element.size());
    const std::string_view name = trimmed(element.substr(0, semicolon));
    const std::string_view weight = trimmed(element.substr(std::min(semicolon + 1, element.size())));
    const bool wanted = !(weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == weight.npos);
    if (same(name, coding)) return wanted;
    if (name == "*") star = wanted;
  }
  return star;
}

}  // namespace tongxin::serve
