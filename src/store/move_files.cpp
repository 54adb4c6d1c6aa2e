#include "store/move_files.hpp"

#include <algorithm>
#include <filesystem>

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace tongxin::store {
namespace {

constexpr std::uint64_t kPart = 8u << 20;

// In parts, so that a film does not stand in memory as a whole. `take` may be empty.
bool proves(Files& files, const StoredFile& file, const std::function<void(const Bytes&)>& take) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::uint64_t at = 0;
  while (at < file.size) {
    const Bytes part = files.read(file.hash, at, std::min(kPart, file.size - at));
    if (part.empty()) return false;
    crypto_hash_sha256_update(&state, part.data(), part.size());
    if (take) take(part);
    at += part.size();
  }
  Digest sum{};
  crypto_hash_sha256_final(&state, sum.data());
  return hex(as_text(sum)) == file.hash;
}

// On its way it stands in a file of its own, not in memory.
class Copy {
 public:
  Copy() : path_((std::filesystem::temp_directory_path() / "tongxin-move-XXXXXX").string()) {
    file_ = ::mkstemp(path_.data());
    if (file_ < 0) throw Fault(Code::unavailable, words("写不了临时文件", "no temporary file can be written"));
  }
  ~Copy() {
    ::close(file_);
    ::unlink(path_.c_str());
  }
  Copy(const Copy&) = delete;
  void add(const Bytes& part) const {
    for (std::size_t at = 0; at < part.size();) {
      const auto put = ::write(file_, part.data() + at, part.size() - at);
      if (put <= 0) throw Fault(Code::unavailable, words("写不了临时文件", "no temporary file can be written"));
      at += std::size_t(put);
    }
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int file_;
};

bool is_there(Files& to, const StoredFile& file, bool prove) {
  if (!to.exists(file.hash) || to.size(file.hash) != file.size) return false;
  return !prove || proves(to, file, {});
}

}  // namespace

Moved move_files(Files& from, Files& to, const MoveOptions& options) {
  // The names first: what is removed while a list is being read may make it skip others.
  std::vector<StoredFile> all;
  from.each([&](const StoredFile& file) { all.push_back(file); });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.hash < b.hash; });
  Moved moved;
  for (const StoredFile& file : all) {
    ++moved.files;
    moved.bytes += file.size;
    if (!is_there(to, file, options.prove_what_is_there)) {
      const Copy copy;
      if (!proves(from, file, [&](const Bytes& part) { copy.add(part); })) {
        moved.broken.push_back(file.hash);
        continue;
      }
      to.remove(file.hash);  // a wreck of the same name
      to.put_file(copy.path());
      ++moved.written;
      if (!is_there(to, file, true))
        throw Fault(Code::unavailable, words("文件 {} 写到新处后读回的内容不符",
                                             "the file {} came back from the new place as another", file.hash));
    }
    if (options.remove_proved) {
      from.remove(file.hash);
      ++moved.removed;
    }
    if (options.progress) options.progress(moved);
  }
  return moved;
}

}  // namespace tongxin::store
