#include "serve/net/compress.hpp"

#include <zlib.h>

#include <stdexcept>

namespace tongxin::serve {

namespace {

class Deflater {
 public:
  Deflater() {
    constexpr int kGzip = 15 + 16, kMemory = 8;
    if (deflateInit2(&stream_, 1, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::runtime_error("zlib could not start");
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;

  bool run(std::string_view plain, std::string& packed) {
    deflateReset(&stream_);
    packed.resize(plain.size());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream_.avail_in = uInt(plain.size());
    stream_.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream_.avail_out = uInt(packed.size());
    const bool finished = deflate(&stream_, Z_FINISH) == Z_STREAM_END;
    packed.resize(stream_.total_out);
    return finished;
  }

 private:
  z_stream stream_{};
};

}  // namespace

bool gzip(std::string_view plain, std::string& packed) {
  thread_local Deflater deflater;
  return deflater.run(plain, packed);
}

}  // namespace tongxin::serve
