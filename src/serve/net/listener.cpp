#include "serve/net/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/fault.hpp"

namespace tongxin::serve {

namespace {

constexpr int kBacklog = 4096, kAcceptedAtOnce = 64;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

[[noreturn]] void cannot(const std::string& address, int port, const std::string& why) {
  throw Fault(Code::unavailable,
              words("无法在 {} 端口 {} 上提供服务：{}", "cannot serve at {} port {}: {}", address, port, why));
}

Fd bind_to(const std::string& address, int port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int wrong = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (wrong != 0) cannot(address, port, ::gai_strerror(wrong));
  const std::unique_ptr<addrinfo, FreeAddresses> free(list);
  Fd socket(::socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!socket || ::bind(socket.get(), list->ai_addr, list->ai_addrlen) != 0 || ::listen(socket.get(), kBacklog) != 0)
    cannot(address, port, std::strerror(errno));
  return socket;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

std::string name_of(const sockaddr_storage& address, socklen_t size) {
  char text[NI_MAXHOST] = "";
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  const std::string_view name = text;
  return std::string(name.starts_with("::ffff:") ? name.substr(7) : name);
}

// Answers leave at once; a client that has vanished is noticed within minutes even when nothing is sent to it.
void prepare_socket(int socket) {
  const int on = 1, unacknowledged_ms = 60'000;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
}

}  // namespace

Listener::Listener(Loop& loop, const std::string& address, int port, Accepted accepted)
    : bound_(bind_to(address, port)),
      port_(port_of(bound_.get())),
      watch_(loop, std::move(bound_)),
      accepted_(std::move(accepted)) {}

void Listener::start() { watch_.wait_readable(shared_from_this()); }
void Listener::resume() { watch_.wait_readable(shared_from_this()); }
void Listener::close() { watch_.close(); }

void Listener::on_readable() {
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd socket(::accept4(watch_.fd(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return;  // until resume()
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      continue;
    }
    prepare_socket(socket.get());
    accepted_(std::move(socket), name_of(address, size));
  }
  start();
}

}  // namespace tongxin::serve
