#include "fetch/fetch.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"
#include "fetch/curl.hpp"

namespace tongxin::fetch {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

struct Incoming {
  Reply& reply;
  std::size_t most;
  bool too_long = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
  auto& incoming = *static_cast<Incoming*>(into);
  const std::size_t bytes = size * count;
  if (incoming.reply.body.size() + bytes > incoming.most) {
    incoming.too_long = true;
    return 0;
  }
  incoming.reply.body.append(data, bytes);
  return bytes;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* into) {
  auto& reply = static_cast<Incoming*>(into)->reply;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) reply.headers.clear();  // after a 100 Continue
  if (const auto colon = line.find(':'); colon != std::string_view::npos && reply.headers.size() < 100) {
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front()))) value.remove_prefix(1);
    while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back()))) value.remove_suffix(1);
    reply.headers.emplace_back(lower(line.substr(0, colon)), value);
  }
  return line.size();
}

curl_socket_t open_socket(void* with, curlsocktype, curl_sockaddr* where) {
  auto& gate = *static_cast<Gate*>(with);
  if (!gate.reach->allows(address_of(where->addr))) {
    gate.any_refused = true;
    return CURL_SOCKET_BAD;
  }
  gate.any_opened = true;
  return ::socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
}

Words why_status(int status) { return words("对方答复 HTTP {}", "the other side answered HTTP {}", status); }

// curl's own sentences about errors may quote the url, and with it a key; its short names of errors do not.
void explain(Reply& reply, CURLcode code, const Gate& gate, bool too_long) {
  if (code != CURLE_OK && gate.refused()) {
    reply.trouble = Trouble::address_refused;
    reply.why = words("这个地址在本机或内部网络里，管理员没有允许访问",
                      "this address is on this machine or an inner network, and the administrator has not allowed it");
  } else if (too_long) {
    reply.trouble = Trouble::too_long;
    reply.why = words("对方的答复太长", "the answer of the other side is too long");
  } else if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    reply.trouble = Trouble::bad_url;
    reply.why = words("地址不是 http 或 https 网址", "the address is no http or https url");
  } else if (code != CURLE_OK) {
    reply.trouble = Trouble::no_answer;
    const std::string name = curl_easy_strerror(code);
    reply.why = words("没有得到答复：{}", "no answer: {}", name);
  } else if (!reply.ok()) {
    reply.why = why_status(reply.status);
  }
  if (reply.trouble != Trouble::none) reply.status = 0;
}

void set_request(CURL* curl, const Ask& ask, const CurlList& headers) {
  set(curl, CURLOPT_URL, ask.url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_USERAGENT, "Tongxin");
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, long(ask.connect_patience.count()));
  set(curl, CURLOPT_TIMEOUT_MS, long(ask.patience.count()));
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  if (!ask.authority.empty()) set(curl, CURLOPT_CAINFO, ask.authority.c_str());
  if (ask.method == "HEAD") {
    set(curl, CURLOPT_NOBODY, 1L);
  } else if (ask.method != "GET" || !ask.body.empty()) {
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(ask.body.size()));
    set(curl, CURLOPT_POSTFIELDS, ask.body.c_str());
    set(curl, CURLOPT_CUSTOMREQUEST, ask.method.c_str());
  }
}

}  // namespace

void append(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

Curl new_curl() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!curl) throw std::runtime_error("libcurl could not be started");
  return curl;
}

CURL* own_curl() {
  thread_local const Curl curl = new_curl();
  curl_easy_reset(curl.get());
  return curl.get();
}

void guard(CURL* curl, Gate& gate) {
  set(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(curl, CURLOPT_OPENSOCKETDATA, &gate);
}

std::string_view Reply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

Reply send(const Ask& ask) {
  // A kept connection went through the gate of an earlier request, which may have been wider; only the widest share.
  const bool shares = ask.reach.anywhere;
  const Curl fresh = shares ? Curl{} : new_curl();
  CURL* curl = shares ? own_curl() : fresh.get();
  Reply reply;
  Incoming incoming{reply, ask.most};
  Gate gate{&ask.reach};
  CurlList headers;
  append(headers, "Expect:");
  for (const auto& [name, value] : ask.headers) append(headers, name + ": " + value);
  set_request(curl, ask, headers);
  guard(curl, gate);
  set(curl, CURLOPT_WRITEFUNCTION, take_body);
  set(curl, CURLOPT_WRITEDATA, &incoming);
  set(curl, CURLOPT_HEADERFUNCTION, take_header);
  set(curl, CURLOPT_HEADERDATA, &incoming);
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  reply.status = int(status);
  explain(reply, code, gate, incoming.too_long);
  return reply;
}

std::string form_encoded(const Headers& fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return out;
}

}  // namespace tongxin::fetch
