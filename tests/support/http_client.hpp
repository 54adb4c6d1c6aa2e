// A small blocking HTTP/1.1 client for tests: says exactly the bytes it is told to say.
//
//   HttpClient client(server.port());
//   HttpReply reply = client.post("/v1/things", R"({"a":1})", {{"authorization", "Bearer x"}});
//   EXPECT_EQ(reply.status, 201);
//   client.get("/v1/events", {}); … SSE: HttpClient::open_stream("/v1/events"), then next_event()
//
// One connection per client, kept alive and opened again when the server has closed it. Throws std::runtime_error when the
// server does not answer for twenty seconds, so that a test fails instead of hanging.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace tongxin::test {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpReply {
  int status = 0;
  HttpHeaders headers;  // names in lower case
  std::string body;

  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
  boost::json::value json() const { return boost::json::parse(body); }
};

struct HttpEvent {
  std::string id, event, data;
};

class HttpClient {
 public:
  explicit HttpClient(int port, bool tls = false) : port_(port), tls_(tls) {}
  ~HttpClient() { close(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&& other) noexcept
      : port_(other.port_),
        tls_(other.tls_),
        socket_(std::exchange(other.socket_, -1)),
        context_(std::exchange(other.context_, nullptr)),
        ssl_(std::exchange(other.ssl_, nullptr)),
        bytes_(std::move(other.bytes_)) {}

  HttpReply request(const std::string& method, const std::string& path, const HttpHeaders& headers = {},
                    const std::string& body = {}) {
    if (socket_ < 0) connect();
    try {
      say(request_text(method, path, headers, body));
      return reply(method == "HEAD");
    } catch (const Ended&) {  // the server closed an idle connection: once more
      connect();
      say(request_text(method, path, headers, body));
      return reply(method == "HEAD");
    }
  }
  HttpReply get(const std::string& path, const HttpHeaders& headers = {}) { return request("GET", path, headers); }
  HttpReply post(const std::string& path, const std::string& body, HttpHeaders headers = {}) {
    add_type(headers);
    return request("POST", path, headers, body);
  }
  HttpReply put(const std::string& path, const std::string& body, HttpHeaders headers = {}) {
    add_type(headers);
    return request("PUT", path, headers, body);
  }
  HttpReply patch(const std::string& path, const std::string& body, HttpHeaders headers = {}) {
    add_type(headers);
    return request("PATCH", path, headers, body);
  }
  HttpReply del(const std::string& path, const HttpHeaders& headers = {}) { return request("DELETE", path, headers); }

  // ── raw bytes ──
  void connect() {
    close();
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{20, 0};
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    if (tls_) start_tls();
  }
  void close() {
    if (ssl_) SSL_free(ssl_);
    if (context_) SSL_CTX_free(context_);
    if (socket_ >= 0) ::close(socket_);
    ssl_ = nullptr;
    context_ = nullptr;
    socket_ = -1;
    bytes_.clear();
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void say(std::string_view text) {
    if (socket_ < 0) connect();
    while (!text.empty()) {
      const auto sent = ssl_ ? SSL_write(ssl_, text.data(), int(text.size()))
                             : ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw Ended("the server closed the connection while a request was sent");
      text.remove_prefix(std::size_t(sent));
    }
  }
  // The next answer on the connection, 1xx included. `bodiless`: it answers a HEAD.
  HttpReply reply(bool bodiless = false) {
    HttpReply reply;
    const std::string head = read_until("\r\n\r\n");
    parse_head(head, reply);
    if (bodiless || reply.status < 200 || reply.status == 204 || reply.status == 304) return reply;
    if (const std::string length = reply.header("content-length"); !length.empty())
      reply.body = read_exactly(std::stoul(length));
    else
      reply.body = read_to_end();
    return reply;
  }
  // Until the server closes. An empty answer means that it closed at once.
  std::string read_to_end() {
    std::string all = std::exchange(bytes_, {});
    while (fill()) all += std::exchange(bytes_, {});
    return all;
  }
  bool is_closed_by_server() {
    if (!bytes_.empty()) return false;
    return !fill();
  }

  // ── event streams ──
  HttpReply open_stream(const std::string& path, const HttpHeaders& headers = {}) {
    connect();
    say(request_text("GET", path, headers, {}));
    HttpReply reply;
    parse_head(read_until("\r\n\r\n"), reply);
    return reply;
  }
  // The next event; a heartbeat comes as an event without anything. Throws when the stream ends.
  HttpEvent next_event() {
    HttpEvent event;
    std::string text = read_until("\n\n");
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const std::string line = text.substr(at, end - at);
      at = end + 1;
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.event = line.substr(7);
      if (line.starts_with("data: ")) event.data += (event.data.empty() ? "" : "\n") + line.substr(6);
    }
    return event;
  }

 private:
  struct Ended : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  static void add_type(HttpHeaders& headers) {
    for (const auto& [name, value] : headers)
      if (name == "content-type" || name == "Content-Type") return;
    headers.emplace_back("content-type", "application/json");
  }
  static std::string request_text(const std::string& method, const std::string& path, const HttpHeaders& headers,
                                  const std::string& body) {
    std::string text = method + " " + path + " HTTP/1.1\r\nhost: localhost\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
      text += "content-length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
  }
  static void parse_head(const std::string& head, HttpReply& reply) {
    if (!head.starts_with("HTTP/1.1 ")) throw std::runtime_error("no status line: " + head.substr(0, 80));
    reply.status = std::stoi(head.substr(9, 3));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const auto end = head.find("\r\n", at);
      if (end == head.npos || end == at) break;
      std::string name = head.substr(at, head.find(':', at) - at);
      std::string value = head.substr(at + name.size() + 1, end - at - name.size() - 1);
      for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = char(c + 32);
      value.erase(0, value.find_first_not_of(' '));
      reply.headers.emplace_back(std::move(name), std::move(value));
      at = end + 2;
    }
  }
  void start_tls() {
    context_ = SSL_CTX_new(TLS_client_method());
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    if (SSL_connect(ssl_) != 1) throw std::runtime_error("the TLS handshake failed");
  }
  bool fill() {
    if (socket_ < 0) return false;
    char buffer[16 * 1024];
    const auto got = ssl_ ? SSL_read(ssl_, buffer, sizeof buffer) : ::recv(socket_, buffer, sizeof buffer, 0);
    if (got < 0 && !ssl_ && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw std::runtime_error("the server did not answer in twenty seconds");
    if (got <= 0) return false;
    bytes_.append(buffer, std::size_t(got));
    return true;
  }
  std::string read_until(std::string_view mark) {
    std::size_t at;
    while ((at = bytes_.find(mark)) == bytes_.npos)
      if (!fill()) throw Ended("the server closed the connection");
    std::string text = bytes_.substr(0, at + mark.size());
    bytes_.erase(0, at + mark.size());
    return text;
  }
  std::string read_exactly(std::size_t count) {
    while (bytes_.size() < count)
      if (!fill()) throw std::runtime_error("the server closed the connection in the middle of a body");
    std::string text = bytes_.substr(0, count);
    bytes_.erase(0, count);
    return text;
  }

  int port_;
  bool tls_;
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string bytes_;
};

}  // namespace tongxin::test
