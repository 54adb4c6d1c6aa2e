// One bucket of an S3-compatible store, over HTTP with AWS Signature Version 4 (libcurl). Inside store/.
//
// Address: s3://bucket/prefix?endpoint=https://s3.example:9000&region=us-east-1 ; endpoint is asked for, because "S3" is many
// services; bucket names stand in the path. Keys come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), not
// from the address, which is seen in process lists and logs. `authority=/path.pem` for a certificate of one's own making.
//
// libcurl 7.88 (Debian 12) signs only what it is given in the right form: the body's sum is a header of ours, the query is
// sorted and fully percent-encoded, a key without value has its "=", no header is switched off by an empty one.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace tongxin::store::inside {

struct S3Address {
  std::string bucket, prefix;  // prefix: "" or "a/b/"
  std::string endpoint, region = "us-east-1", authority;
};
S3Address parse_s3(std::string_view url);  // Fault(invalid) with what is missing
bool is_s3(std::string_view url);

class S3 {
 public:
  S3(S3Address address, std::string key, std::string secret);
  // With the keys of the environment; Fault(unavailable) when they are not there.
  static S3 from_environment(S3Address address);

  struct Answer {
    int status = 0;
    std::uint64_t size = 0;  // Content-Length of a HEAD
    std::string body;
    std::string etag;  // of a part, with its quotes
  };
  using Query = std::vector<std::pair<std::string, std::string>>;
  // Throw Fault(unavailable) when the store cannot be reached or refuses the key; other statuses are returned.
  Answer get(const std::string& key, std::uint64_t offset, std::uint64_t length) const;
  Answer head(const std::string& key) const;
  Answer remove(const std::string& key) const;
  // The body comes from an open file, from its present position; `sha256` in hex.
  void put(const std::string& key, int file, std::uint64_t size, const std::string& sha256) const;
  void put(const std::string& key, std::string_view bytes, const std::string& sha256) const;
  // A large file in parts of `part` bytes (5 MiB at least, the last may be shorter; 10,000 at most), one of them in memory at
  // a time; it appears whole when all are there. Given up, the parts are thrown away. A part is tried three times.
  void put_in_parts(const std::string& key, int file, std::uint64_t size, std::uint64_t part) const;
  // Every key below the prefix (without it), with its size, page by page.
  void list(const std::function<void(const std::string& key, std::uint64_t size)>& visit, int page = 1000) const;
  void need_bucket() const;  // Fault(unavailable) when it is not there or not ours
  void make_bucket() const;  // for tests and set-up; no error when it exists

 private:
  struct Request;
  Answer run(Request& request) const;
  Answer run_well(Request& request) const;
  std::string put_part(const std::string& key, const std::string& upload, int number, std::string_view bytes) const;
  S3Address address_;
  std::string key_, secret_;
};

}  // namespace tongxin::store::inside
