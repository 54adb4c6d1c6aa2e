// The bytes of one connection, plain or through TLS: a small virtual stream that never blocks.
//
// read and write move what can be moved now and say what to wait for otherwise. The TLS handshake happens inside the first
// reads. One thread at a time.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tongxin::serve {

enum class Io { done, want_read, want_write, closed };

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Io read(std::span<char> into, std::size_t& count) = 0;
  virtual Io write(std::string_view bytes, std::size_t& count) = 0;
  virtual void shutdown() = 0;  // tells the client that no more will come
};

// Server certificate and key, shared by all connections. TLS 1.2 or newer. Throws Fault(unavailable) when a file is wrong.
class TlsKeys {
 public:
  TlsKeys(const std::string& certificate_file, const std::string& key_file);
  ~TlsKeys();
  struct Inside;
  const Inside& inside() const { return *inside_; }

 private:
  std::unique_ptr<Inside> inside_;
};

// `fd` stays owned by the caller and must be non-blocking.
std::unique_ptr<Transport> plain_transport(int fd);
std::unique_ptr<Transport> tls_transport(int fd, const TlsKeys& keys);

}  // namespace tongxin::serve
