// The listening socket.
#pragma once
#include <functional>
#include <string>

#include "serve/net/loop.hpp"

namespace tongxin::serve {

// Binds and listens on a loop's thread; every new connection is handed to `accepted` there, as a non-blocking socket and the
// client's address in text. When the process has no descriptors left, accepting rests until resume().
class Listener final : public Ready, public std::enable_shared_from_this<Listener> {
 public:
  using Accepted = std::function<void(Fd socket, std::string peer)>;
  // Throws Fault(unavailable) with the reason: a taken port, an unknown address.
  Listener(Loop& loop, const std::string& address, int port, Accepted accepted);
  int port() const { return port_; }
  void start();  // on the loop's thread, as the rest
  void resume();
  void close();

 private:
  void on_readable() override;
  void on_writable() override {}

  Fd bound_;
  int port_ = 0;
  Watch watch_;
  Accepted accepted_;
};

}  // namespace tongxin::serve
