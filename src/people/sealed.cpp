#include "people/sealed.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>

#include "base/fault.hpp"

namespace tongxin::people {
namespace {

constexpr std::string_view kAbout =
    "# Tongxin keys. Without this file the private fields in the database cannot be read by anybody.\n"
    "# Keep a copy in another place. / 同心密钥：没有此文件，数据库中的隐私字段无人可读；请另行备份。\n";

[[noreturn]] void fail(const std::string& file, Words say, std::string log = {}) {
  throw Fault(Code::unavailable,
              {fmt::format("密钥文件 {}：{}", file, say.zh), fmt::format("key file {}: {}", file, say.en)})
      .log(std::move(log));
}

// Appends to the file, which is made for its owner alone, and sees it onto the disk.
void append(const std::string& file, std::string_view text, int flags) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | flags, S_IRUSR | S_IWUSR);
  if (descriptor < 0) fail(file, {"无法写入", "cannot be written"}, std::strerror(errno));
  const bool written =
      ::write(descriptor, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!written) fail(file, {"无法写入", "cannot be written"}, std::strerror(error));
}

void refuse_open_doors(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) fail(file, {"无法读取", "cannot be read"}, std::strerror(errno));
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    fail(file, {"其他用户可以读取它；请执行 chmod 600", "others may read it; run chmod 600 on it"});
}

std::string associated(RealmId realm, std::int64_t subject, std::string_view field) {
  return fmt::format("{}/{}/{}", id_text(realm.value), id_text(subject), field);
}

std::string line_of(std::uint32_t version, const Key& key) { return fmt::format("{} {}\n", version, key.to_hex()); }

}  // namespace

Vault::Vault(Vault&& other) noexcept : file_(std::move(other.file_)), keys_(std::move(other.keys_)) {}

Vault::~Vault() {
  for (std::uint32_t version = 1; const Key* key = keys_.find(version); ++version)
    sodium_munlock(const_cast<std::uint8_t*>(key->data()), 32);
}

void Vault::add(std::uint32_t version, Key key) {
  keys_.add(version, key);
  // Refused where the limit for locked memory is tiny; the keys then are only as safe as the swap.
  (void)sodium_mlock(const_cast<std::uint8_t*>(keys_.find(version)->data()), 32);
}

Vault Vault::for_this_process() {
  Vault vault;
  vault.add(1, Key::random());
  return vault;
}

Vault Vault::open(const std::string& key_file) {
  Vault vault;
  vault.file_ = key_file;
  if (::access(key_file.c_str(), F_OK) != 0)
    append(key_file, std::string(kAbout) + line_of(1, Key::random()), O_CREAT | O_EXCL);
  refuse_open_doors(key_file);
  std::ifstream file(key_file);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::uint32_t version = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), version);
    if (error != std::errc{} || version != vault.keys_.newest() + 1 || *end != ' ')
      fail(key_file, words("第 {} 行应为“版本号 密钥”，版本从 1 起连续",
                           "line {} should be \"version key\", versions counting from 1", number));
    try {
      vault.add(version, Key::parse(std::string_view(line).substr(std::size_t(end - line.data()) + 1)));
    } catch (const Fault&) {
      fail(key_file, words("第 {} 行的密钥无法读取", "the key on line {} cannot be read", number));
    }
    sodium_memzero(line.data(), line.size());
  }
  if (vault.keys_.newest() == 0) fail(key_file, {"没有密钥", "holds no key"});
  return vault;
}

std::uint32_t Vault::add_version() {
  const std::uint32_t version = keys_.newest() + 1;
  const Key key = Key::random();
  if (!file_.empty()) append(file_, line_of(version, key), O_APPEND);
  add(version, key);
  return version;
}

Bytes Vault::seal(RealmId realm, std::int64_t subject, std::string_view field, std::string_view text) const {
  return tongxin::seal(keys_, text, associated(realm, subject, field));
}

std::string Vault::open(RealmId realm, std::int64_t subject, std::string_view field, const Bytes& sealed) const {
  return open_sealed(keys_, sealed, associated(realm, subject, field));
}

Bytes Vault::blind_index(RealmId realm, std::string_view field, std::string_view text) const {
  const Key key = keys_.find(1)->derive("blind index");
  const Digest hash = keyed_hash(key, fmt::format("{}/{}/{}", id_text(realm.value), field, text));
  return Bytes(hash.begin(), hash.end());
}

}  // namespace tongxin::people
