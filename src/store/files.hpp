// Files by their content: photos, attachments, exports. A file's name is the SHA-256 of its bytes, so that the same photo is
// kept once and a name can never come to mean something else.
//
//   auto files = store::open_files("data/files");
//   auto kept = files->put_file("/tmp/upload-1");        // {hash, size}; durable when it returns
//   Bytes head = files->read(kept.hash, 0, 4096);
//
// Put a file before the transaction that names it: a crash between the two leaves a file that nobody names, never a name
// without its file. Thread-safe. Faults: not_found (no such file), bad_request (no hash), unavailable (disk full, …).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace tongxin::store {

struct StoredFile {
  std::string hash;  // 64 hex digits, lower case
  std::uint64_t size = 0;
  bool operator==(const StoredFile&) const = default;
};

class Files {
 public:
  virtual ~Files() = default;

  virtual StoredFile put(std::string_view bytes) = 0;
  virtual StoredFile put_file(const std::string& path) = 0;  // copies; the given file stays where it is

  virtual bool exists(std::string_view hash) = 0;
  virtual std::uint64_t size(std::string_view hash) = 0;
  // At most `length` bytes from `offset`; fewer at the end of the file.
  virtual Bytes read(std::string_view hash, std::uint64_t offset = 0, std::uint64_t length = UINT64_MAX) = 0;
  // Where the file lies on this machine, for sendfile; empty when it lies elsewhere (an object store).
  virtual std::string local_path(std::string_view hash) = 0;

  virtual void remove(std::string_view hash) = 0;  // of a file that is not there: nothing
  // Every stored file, in no order, for verification and for finding those that nobody names.
  virtual void each(const std::function<void(const StoredFile&)>& visit) = 0;
};

// A path: a folder, made when it is missing. s3://bucket/prefix?endpoint=https://…: an object store (s3.hpp says how its address
// and its keys are given). Other schemes are refused.
std::unique_ptr<Files> open_files(const std::string& url);

}  // namespace tongxin::store
