#include "serve/net/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/fault.hpp"

namespace tongxin::serve {

namespace {

class Plain final : public Transport {
 public:
  explicit Plain(int fd) : fd_(fd) {}

  Io read(std::span<char> into, std::size_t& count) override {
    const auto got = ::recv(fd_, into.data(), into.size(), 0);
    count = got > 0 ? std::size_t(got) : 0;
    if (got > 0) return Io::done;
    return got < 0 && again() ? Io::want_read : Io::closed;
  }

  Io write(std::string_view bytes, std::size_t& count) override {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    count = sent > 0 ? std::size_t(sent) : 0;
    if (sent >= 0) return Io::done;
    return again() ? Io::want_write : Io::closed;
  }

  void shutdown() override { ::shutdown(fd_, SHUT_WR); }

 private:
  static bool again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }
  int fd_;
};

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class Tls final : public Transport {
 public:
  Tls(int fd, SSL_CTX* context) : fd_(fd), ssl_(SSL_new(context)) {
    if (!ssl_ || SSL_set_fd(ssl_.get(), fd) != 1)
      throw Fault(Code::unavailable, words("无法建立 TLS 会话", "a TLS session could not be made"));
    SSL_set_accept_state(ssl_.get());
  }

  Io read(std::span<char> into, std::size_t& count) override {
    ERR_clear_error();
    return outcome(SSL_read_ex(ssl_.get(), into.data(), into.size(), &count), count);
  }

  Io write(std::string_view bytes, std::size_t& count) override {
    ERR_clear_error();
    return outcome(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count), count);
  }

  void shutdown() override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ::shutdown(fd_, SHUT_WR);
  }

 private:
  Io outcome(int result, std::size_t& count) {
    if (result == 1) return Io::done;
    count = 0;
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return Io::want_read;
      case SSL_ERROR_WANT_WRITE: return Io::want_write;
      default: return Io::closed;
    }
  }

  int fd_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

}  // namespace

struct TlsKeys::Inside {
  std::unique_ptr<SSL_CTX, FreeContext> context;
};

TlsKeys::TlsKeys(const std::string& certificate_file, const std::string& key_file)
    : inside_(std::make_unique<Inside>()) {
  inside_->context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = inside_->context.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
    throw Fault(Code::unavailable, words("证书文件 {} 无法读取或不是 PEM 格式",
                                         "the certificate {} cannot be read or is not PEM", certificate_file));
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    throw Fault(Code::unavailable, words("私钥文件 {} 无法读取，或与证书不配对",
                                         "the key {} cannot be read or does not belong to the certificate", key_file));
}

TlsKeys::~TlsKeys() = default;

std::unique_ptr<Transport> plain_transport(int fd) { return std::make_unique<Plain>(fd); }

std::unique_ptr<Transport> tls_transport(int fd, const TlsKeys& keys) {
  return std::make_unique<Tls>(fd, keys.inside().context.get());
}

}  // namespace tongxin::serve
