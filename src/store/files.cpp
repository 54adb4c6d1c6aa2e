#include "store/files.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "store/files_s3.hpp"
#include "store/s3.hpp"

namespace tongxin::store {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBlock = 256 * 1024;

[[noreturn]] void failed(const std::string& path) {
  const int error = errno;
  if (error == ENOENT) throw Fault(Code::not_found, words("没有这个文件", "there is no such file")).log(path);
  throw Fault(Code::unavailable, error == ENOSPC
                                     ? words("磁盘已满，文件没有保存", "the disk is full; the file was not saved")
                                     : words("文件读写出错", "a file could not be read or written"))
      .log(fmt::format("{}: {}", path, std::strerror(error)));
}

class Handle {
 public:
  Handle(std::string path, int flags) : path_(std::move(path)), file_(::open(path_.c_str(), flags | O_CLOEXEC, 0600)) {
    if (file_ < 0) failed(path_);
  }
  ~Handle() { ::close(file_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  std::size_t read(char* into, std::size_t size) {
    ssize_t got = 0;
    do got = ::read(file_, into, size);
    while (got < 0 && errno == EINTR);
    if (got < 0) failed(path_);
    return static_cast<std::size_t>(got);
  }
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(file_, bytes.data(), bytes.size());
      if (put < 0 && errno != EINTR) failed(path_);
      if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }
  void seek(std::uint64_t offset) {
    if (::lseek(file_, static_cast<off_t>(offset), SEEK_SET) < 0) failed(path_);
  }
  void sync() {
    if (::fsync(file_) != 0) failed(path_);
  }
  std::uint64_t size() {
    struct stat status {};
    if (::fstat(file_, &status) != 0) failed(path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  std::string path_;
  int file_;
};

class Digest {
 public:
  Digest() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_, digest.data());
    std::string text;
    for (const unsigned byte : digest) text += fmt::format("{:02x}", byte);
    return text;
  }

 private:
  crypto_hash_sha256_state state_{};
};

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// <folder>/ab/abcdef…, written as <folder>/new/<number> first: what has its name is whole.
class FolderFiles final : public Files {
 public:
  explicit FolderFiles(std::string folder) : folder_(std::move(folder)) {
    std::error_code error;
    fs::create_directories(folder_ + "/new", error);
    fs::permissions(folder_, fs::perms::owner_all, error);
    Handle(folder_, O_RDONLY | O_DIRECTORY).sync();
  }

  StoredFile put(std::string_view bytes) override {
    return keep([&](auto&& add) { add(bytes); });
  }
  StoredFile put_file(const std::string& path) override {
    Handle source(path, O_RDONLY);
    return keep([&](auto&& add) {
      std::string block(kBlock, '\0');
      while (const auto got = source.read(block.data(), block.size())) add(std::string_view(block.data(), got));
    });
  }

  bool exists(std::string_view hash) override { return is_hash(hash) && ::access(path_of(hash).c_str(), F_OK) == 0; }
  std::uint64_t size(std::string_view hash) override { return Handle(path_of(hash), O_RDONLY).size(); }
  Bytes read(std::string_view hash, std::uint64_t offset, std::uint64_t length) override {
    Handle file(path_of(hash), O_RDONLY);
    const auto size = file.size();
    if (offset >= size) return {};
    Bytes bytes(std::min(length, size - offset));
    file.seek(offset);
    for (std::size_t at = 0; at < bytes.size();) {
      const auto got = file.read(reinterpret_cast<char*>(bytes.data()) + at, bytes.size() - at);
      if (got == 0) break;
      at += got;
    }
    return bytes;
  }
  std::string local_path(std::string_view hash) override { return path_of(hash); }
  void remove(std::string_view hash) override {
    if (::unlink(path_of(hash).c_str()) != 0 && errno != ENOENT) failed(path_of(hash));
  }
  void each(const std::function<void(const StoredFile&)>& visit) override {
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file() && is_hash(entry.path().filename().string()))
        visit({entry.path().filename().string(), entry.file_size()});
  }

 private:
  std::string path_of(std::string_view hash) const {
    if (!is_hash(hash))
      throw Fault(Code::bad_request, words("这不是文件编号", "this is not the name of a stored file"))
          .log(std::string(hash));
    return fmt::format("{}/{}/{}", folder_, hash.substr(0, 2), hash);
  }

  template <class Fill>
  StoredFile keep(Fill&& fill) {
    struct Draft {
      std::string path;
      ~Draft() { ::unlink(path.c_str()); }  // after the link: only the draft's own name goes
    } draft{fmt::format("{}/new/{}-{}", folder_, ::getpid(), ++drafts_)};
    Digest digest;
    StoredFile kept;
    {
      Handle file(draft.path, O_WRONLY | O_CREAT | O_TRUNC);
      fill([&](std::string_view bytes) {
        digest.add(bytes);
        file.write(bytes);
        kept.size += bytes.size();
      });
      file.sync();
    }
    kept.hash = digest.hex();
    place(draft.path, kept.hash);
    return kept;
  }

  void place(const std::string& draft, const std::string& hash) {
    const auto path = path_of(hash);
    const auto folder = path.substr(0, path.rfind('/'));
    if (::mkdir(folder.c_str(), 0700) == 0)
      Handle(folder_, O_RDONLY | O_DIRECTORY).sync();
    else if (errno != EEXIST)
      failed(folder);
    if (::link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) failed(path);
    Handle(folder, O_RDONLY | O_DIRECTORY).sync();  // also when it was there: its first writer may not have synced yet
  }

  const std::string folder_;
  std::atomic<std::uint64_t> drafts_ = 0;
};

}  // namespace

std::unique_ptr<Files> open_files(const std::string& url) {
  if (inside::is_s3(url)) return inside::open_s3_files(url);
  if (url.find("://") != std::string::npos)
    throw Fault(Code::unavailable,
                words("不能用 {} 存放文件；请给一个文件夹的路径，或 s3://桶名?endpoint=…",
                      "files cannot be kept at {}; give the path of a folder, or s3://bucket?endpoint=…", url));
  return std::make_unique<FolderFiles>(url);
}

}  // namespace tongxin::store
