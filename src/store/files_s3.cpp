#include "store/files_s3.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "store/s3.hpp"

namespace tongxin::store::inside {
namespace {

constexpr std::uint64_t kMostAtOnce = 32u << 20, kPart = 16u << 20;  // bytes

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

class Opened {
 public:
  explicit Opened(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0)
      throw Fault(errno == ENOENT ? Code::not_found : Code::unavailable,
                  words("文件读不到", "a file could not be read"))
          .log(path + ": " + std::strerror(errno));
  }
  ~Opened() { ::close(file_); }
  Opened(const Opened&) = delete;
  int number() const { return file_; }

 private:
  int file_;
};

// ab/abcdef…, as in a folder, so that one can be copied into the other by any tool. An object appears whole or not at all.
class S3Files final : public Files {
 public:
  explicit S3Files(S3 s3) : s3_(std::move(s3)) { s3_.need_bucket(); }

  StoredFile put(std::string_view bytes) override {
    const std::string hash = hex(as_text(sha256(bytes)));
    if (!exists(hash)) s3_.put(key_of(hash), bytes, hash);
    return {hash, bytes.size()};
  }

  // Twice through the file: its sum is its name and part of the signature, so it must be known before the first byte goes.
  StoredFile put_file(const std::string& path) override {
    const Opened file(path);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    StoredFile kept;
    std::string block(256 * 1024, '\0');
    for (ssize_t got = 0; (got = ::read(file.number(), block.data(), block.size())) != 0;) {
      if (got < 0)
        throw Fault(Code::unavailable, words("文件读写出错", "a file could not be read or written")).log(path);
      crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(block.data()), std::size_t(got));
      kept.size += std::uint64_t(got);
    }
    Digest sum{};
    crypto_hash_sha256_final(&state, sum.data());
    kept.hash = hex(as_text(sum));
    if (exists(kept.hash)) return kept;
    if (::lseek(file.number(), 0, SEEK_SET) != 0)
      throw Fault(Code::unavailable, words("文件读写出错", "a file could not be read or written")).log(path);
    if (kept.size > kMostAtOnce)
      s3_.put_in_parts(key_of(kept.hash), file.number(), kept.size, std::max(kPart, kept.size / 9'000));
    else
      s3_.put(key_of(kept.hash), file.number(), kept.size, kept.hash);
    return kept;
  }

  bool exists(std::string_view hash) override { return is_hash(hash) && s3_.head(key_of(hash)).status == 200; }
  std::uint64_t size(std::string_view hash) override {
    const auto answer = s3_.head(key_of(hash));
    if (answer.status == 404) not_found(hash);
    return answer.size;
  }
  Bytes read(std::string_view hash, std::uint64_t offset, std::uint64_t length) override {
    if (length == 0) return {};
    const auto answer = s3_.get(key_of(hash), offset, length);
    if (answer.status == 404) not_found(hash);
    if (answer.status == 416) return {};
    return Bytes(answer.body.begin(), answer.body.end());
  }
  std::string local_path(std::string_view hash) override {
    (void)key_of(hash);
    return {};
  }
  void remove(std::string_view hash) override { s3_.remove(key_of(hash)); }
  void each(const std::function<void(const StoredFile&)>& visit) override {
    s3_.list([&](const std::string& key, std::uint64_t size) {
      const std::string name = key.substr(key.rfind('/') + 1);
      if (is_hash(name)) visit({name, size});
    });
  }

 private:
  [[noreturn]] static void not_found(std::string_view hash) {
    throw Fault(Code::not_found, words("没有这个文件", "there is no such file")).log(std::string(hash));
  }
  static std::string key_of(std::string_view hash) {
    if (!is_hash(hash))
      throw Fault(Code::bad_request, words("这不是文件编号", "this is not the name of a stored file"))
          .log(std::string(hash));
    return fmt::format("{}/{}", hash.substr(0, 2), hash);
  }

  const S3 s3_;
};

}  // namespace

std::unique_ptr<Files> open_s3_files(const std::string& url) {
  return std::make_unique<S3Files>(S3::from_environment(parse_s3(url)));
}

}  // namespace tongxin::store::inside
