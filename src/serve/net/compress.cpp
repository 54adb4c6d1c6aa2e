#include "serve/net/compress.hpp"

#include <libdeflate.h>

#include <memory>
#include <stdexcept>

namespace tongxin::serve {

namespace {

class Compressor {
 public:
  Compressor() : inside_(libdeflate_alloc_compressor(1)) {
    if (!inside_) throw std::runtime_error("libdeflate could not start");
  }

  bool run(std::string_view plain, std::string& packed) {
    if (plain.empty()) return false;
    // Most of it is never touched: a string of this size would be filled with zeros first.
    const auto room = std::make_unique_for_overwrite<char[]>(plain.size() - 1);
    const std::size_t size =
        libdeflate_gzip_compress(inside_.get(), plain.data(), plain.size(), room.get(), plain.size() - 1);
    packed.assign(room.get(), size);
    return size != 0;
  }

 private:
  struct Free {
    void operator()(libdeflate_compressor* inside) const { libdeflate_free_compressor(inside); }
  };
  std::unique_ptr<libdeflate_compressor, Free> inside_;
};

}  // namespace

bool gzip(std::string_view plain, std::string& packed) {
  thread_local Compressor compressor;
  return compressor.run(plain, packed);
}

}  // namespace tongxin::serve
