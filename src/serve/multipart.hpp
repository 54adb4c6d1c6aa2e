// multipart/form-data (RFC 7578) read as it arrives, in chunks of any size.
//
// The parser knows bytes only; a sink gets each part's head and its bytes. FormReader is the sink of the server: fields
// stay in memory, files go to temporary files. Both throw Fault: bad_request (broken), too_large (a bound), media_type.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http.hpp"

namespace tongxin::serve {

struct PartHead {
  std::string field;                // the name in Content-Disposition
  std::optional<std::string> file;  // its file name, without any folder; absent for a plain field
  std::string type;                 // Content-Type as declared, or empty
};

class PartSink {
 public:
  virtual ~PartSink() = default;
  virtual void on_part(PartHead head) = 0;
  virtual void on_part_bytes(std::string_view bytes) = 0;
  virtual void on_part_end() = 0;
};

struct MultipartLimits {
  static constexpr std::size_t parts = 200, head = 16 * 1024;
};

// The boundary of a Content-Type header; nothing when it is not multipart/form-data. Throws Fault(bad_request) when the
// boundary is missing or not 1 to 70 characters (RFC 2046 section 5.1.1).
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartParser {
 public:
  MultipartParser(std::string_view boundary, PartSink& sink);
  void feed(std::string_view bytes);
  void finish() const;  // throws when the closing boundary has not come

 private:
  enum class State { preamble, after_boundary, head, body, epilogue };
  bool step();
  bool find_first_boundary();
  bool read_after_boundary();
  bool read_head();
  bool read_body();

  const std::string delimiter_;  // "\r\n--boundary"
  PartSink& sink_;
  State state_ = State::preamble;
  std::string buffer_;
  bool body_begins_ = false;
  std::size_t parts_ = 0;
};

// Collects a form into a request's fields and files. Files are made in `folder` with names of our own, readable by this user
// only, and removed with the reader unless they were moved away.
class FormReader final : public PartSink {
 public:
  FormReader(std::string folder, bool accept_files) : folder_(std::move(folder)), accept_files_(accept_files) {}
  ~FormReader() override;
  FormReader(const FormReader&) = delete;

  void on_part(PartHead head) override;
  void on_part_bytes(std::string_view bytes) override;
  void on_part_end() override;

  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<UploadedFile> files;

 private:
  void open_file(PartHead head);

  static constexpr std::size_t kFieldBytes = 1 << 20;  // of all plain fields together
  const std::string folder_;
  const bool accept_files_;
  int file_ = -1;
  std::size_t field_bytes_ = 0;
  std::vector<std::string> made_;
};

}  // namespace tongxin::serve
