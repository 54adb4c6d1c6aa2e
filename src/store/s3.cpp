#include "store/s3.hpp"

#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "fetch/curl.hpp"

namespace tongxin::store::inside {
namespace {

constexpr const char* kEmptySum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::size_t kMostAnswer = 64u << 20;
constexpr std::string_view kScheme = "s3://";

[[noreturn]] void bad_address(Words say) { throw Fault(Code::invalid, std::move(say)); }

// "a/ä" → "a/%C3%A4": every part encoded, the slashes stay.
std::string encoded_path(std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    out += percent_encode(path.substr(at, end - at));
    if (end == path.size()) break;
    out += '/';
    at = end + 1;
  }
  return out;
}

std::string sorted_query(S3::Query query) {
  std::sort(query.begin(), query.end());
  std::string out;
  for (const auto& [name, value] : query)
    out += (out.empty() ? "?" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return out;
}

// The text between <name> and </name>, from `at` on; `at` moves behind it. S3's lists are flat and made by programs.
std::string element(std::string_view xml, std::string_view name, std::size_t& at) {
  const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
  const auto begin = xml.find(open, at);
  const auto end = begin == std::string_view::npos ? begin : xml.find(close, begin);
  if (end == std::string_view::npos) return {};
  at = end + close.size();
  std::string text(xml.substr(begin + open.size(), end - begin - open.size()));
  for (const auto& [entity, letter] :
       {std::pair{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}})
    for (std::size_t found = 0; (found = text.find(entity, found)) != std::string::npos; ++found)
      text.replace(found, std::strlen(entity), 1, letter);
  return text;
}

Fault away(std::string why) {
  return Fault(Code::unavailable, words("对象存储暂时不能使用", "the object store is not available"))
      .log("s3: " + std::move(why));
}

}  // namespace

struct S3::Request {
  std::string method, key;
  Query query{};
  std::string range{};
  int file = -1;             // the body, or
  std::string_view bytes{};  // this
  std::uint64_t size = 0;    // of the body
  std::string sha256 = kEmptySum;
  std::string type{};  // of the body
  std::string answer{}, etag{};
  bool too_long = false;
};

bool is_s3(std::string_view url) { return url.starts_with(kScheme); }

S3Address parse_s3(std::string_view url) {
  S3Address address;
  std::string_view rest = url.substr(kScheme.size());
  const auto mark = rest.find('?');
  std::string_view query = mark == std::string_view::npos ? std::string_view{} : rest.substr(mark + 1);
  rest = rest.substr(0, mark);
  const auto slash = rest.find('/');
  address.bucket = rest.substr(0, slash);
  if (slash != std::string_view::npos) address.prefix = rest.substr(slash + 1);
  if (!address.prefix.empty() && !address.prefix.ends_with('/')) address.prefix += '/';
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    const auto equal = part.find('=');
    const auto value = percent_decode(equal == std::string_view::npos ? std::string_view{} : part.substr(equal + 1));
    const std::string_view name = part.substr(0, equal);
    std::string* place = name == "endpoint"    ? &address.endpoint
                         : name == "region"    ? &address.region
                         : name == "authority" ? &address.authority
                                               : nullptr;
    if (place == nullptr || !value)
      bad_address(words("s3 地址里不认识“{}”；可用 endpoint、region、authority",
                        "'{}' is not known in an s3 address; there are endpoint, region and authority",
                        std::string(name)));
    *place = *value;
  }
  if (address.bucket.size() < 3)
    bad_address(
        words("s3 地址应如 s3://桶名/前缀?endpoint=https://主机，桶名至少三个字符",
              "an s3 address is s3://bucket/prefix?endpoint=https://host, with at least three letters in the bucket"));
  if (!address.endpoint.starts_with("http://") && !address.endpoint.starts_with("https://"))
    bad_address(words("s3 地址缺少 endpoint=https://…", "the s3 address lacks endpoint=https://…"));
  while (address.endpoint.ends_with('/')) address.endpoint.pop_back();
  return address;
}

S3::S3(S3Address address, std::string key, std::string secret)
    : address_(std::move(address)), key_(std::move(key)), secret_(std::move(secret)) {}

S3 S3::from_environment(S3Address address) {
  const char *key = std::getenv("AWS_ACCESS_KEY_ID"), *secret = std::getenv("AWS_SECRET_ACCESS_KEY");
  if (key == nullptr || secret == nullptr || *key == 0 || *secret == 0)
    throw Fault(Code::unavailable,
                words("请在环境变量 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 中给出对象存储的密钥",
                      "give the keys of the object store in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
  return S3(std::move(address), key, secret);
}

S3::Answer S3::run(Request& request) const {
  using fetch::set;
  CURL* curl = fetch::own_curl();
  const std::string path = request.key.empty() ? std::string{} : "/" + encoded_path(address_.prefix + request.key);
  const std::string url = address_.endpoint + "/" + address_.bucket + path + sorted_query(request.query);
  fetch::CurlList headers;
  append(headers, "x-amz-content-sha256: " + request.sha256);
  if (!request.type.empty()) append(headers, "content-type: " + request.type);
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, 5'000L);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);  // nothing for half a minute: given up
  set(curl, CURLOPT_LOW_SPEED_TIME, 30L);
  set(curl, CURLOPT_AWS_SIGV4, ("aws:amz:" + address_.region + ":s3").c_str());
  set(curl, CURLOPT_USERNAME, key_.c_str());
  set(curl, CURLOPT_PASSWORD, secret_.c_str());
  if (!address_.authority.empty()) set(curl, CURLOPT_CAINFO, address_.authority.c_str());
  if (!request.range.empty()) set(curl, CURLOPT_RANGE, request.range.c_str());
  if (request.method == "HEAD") set(curl, CURLOPT_NOBODY, 1L);
  if (request.method == "PUT") {
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.size));
    set(curl, CURLOPT_READDATA, &request);
    set(
        curl, CURLOPT_READFUNCTION, +[](char* into, std::size_t size, std::size_t count, void* from) -> std::size_t {
          auto& body = *static_cast<Request*>(from);
          if (body.file >= 0) {
            const auto got = ::read(body.file, into, size * count);
            return got < 0 ? CURL_READFUNC_ABORT : std::size_t(got);
          }
          const std::size_t some = std::min(size * count, body.bytes.size());
          std::memcpy(into, body.bytes.data(), some);
          body.bytes.remove_prefix(some);
          return some;
        });
  }
  if (request.method == "POST") {
    set(curl, CURLOPT_POST, 1L);
    set(curl, CURLOPT_POSTFIELDS, request.bytes.data());
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.bytes.size()));
  }
  if (request.method == "DELETE") set(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
  set(curl, CURLOPT_HTTPHEADER, headers.get());
  set(curl, CURLOPT_WRITEDATA, &request);
  set(
      curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* into) -> std::size_t {
        auto& incoming = *static_cast<Request*>(into);
        incoming.too_long = incoming.answer.size() + size * count > kMostAnswer;
        if (incoming.too_long) return 0;
        incoming.answer.append(data, size * count);
        return size * count;
      });
  set(curl, CURLOPT_HEADERDATA, &request);
  set(
      curl, CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* into) -> std::size_t {
        const std::string_view line(data, size * count);
        constexpr std::string_view name = "etag:";
        if (line.size() > name.size() && fold(line.substr(0, name.size())) == name)
          static_cast<Request*>(into)->etag = trim(line.substr(name.size()));
        return size * count;
      });
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) throw away(fmt::format("{} {}: {}", request.method, request.key, curl_easy_strerror(code)));
  long status = 0;
  curl_off_t length = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  return {int(status), length < 0 ? 0 : std::uint64_t(length), std::move(request.answer), std::move(request.etag)};
}

// 401, 403, 5xx and the like end here; 2xx, 404 and 416 are the caller's.
S3::Answer S3::run_well(Request& request) const {
  Answer answer = run(request);
  if ((answer.status >= 200 && answer.status < 300) || answer.status == 404 || answer.status == 416) return answer;
  std::size_t at = 0;
  throw away(fmt::format("{} {}: {} {}", request.method, request.key, answer.status, element(answer.body, "Code", at)));
}

S3::Answer S3::get(const std::string& key, std::uint64_t offset, std::uint64_t length) const {
  Request request{.method = "GET", .key = key};
  if (offset > 0 || length != UINT64_MAX)
    request.range =
        fmt::format("{}-{}", offset, length == UINT64_MAX ? std::string{} : std::to_string(offset + length - 1));
  return run_well(request);
}
S3::Answer S3::head(const std::string& key) const {
  Request request{.method = "HEAD", .key = key};
  return run_well(request);
}
S3::Answer S3::remove(const std::string& key) const {
  Request request{.method = "DELETE", .key = key};
  return run_well(request);
}

void S3::put(const std::string& key, int file, std::uint64_t size, const std::string& sha256) const {
  Request request{.method = "PUT", .key = key};
  request.file = file;
  request.size = size;
  request.sha256 = sha256;
  if (run_well(request).status >= 300) throw away("PUT " + key + ": no such bucket");
}
void S3::put(const std::string& key, std::string_view bytes, const std::string& sha256) const {
  Request request{.method = "PUT", .key = key};
  request.bytes = bytes;
  request.size = bytes.size();
  request.sha256 = sha256;
  if (run_well(request).status >= 300) throw away("PUT " + key + ": no such bucket");
}

std::string S3::put_part(const std::string& key, const std::string& upload, int number, std::string_view bytes) const {
  constexpr int kTries = 3;
  const std::string sum = hex(as_text(sha256(bytes)));
  for (int tries = 1;; ++tries) {
    Request request{
        .method = "PUT", .key = key, .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload}}};
    request.bytes = bytes;
    request.size = bytes.size();
    request.sha256 = sum;
    try {
      const Answer answer = run_well(request);
      if (answer.status < 300 && !answer.etag.empty()) return answer.etag;
      throw away(fmt::format("PUT {} part {}: {}", key, number, answer.status));
    } catch (const Fault&) {
      if (tries == kTries) throw;
    }
  }
}

void S3::put_in_parts(const std::string& key, int file, std::uint64_t size, std::uint64_t part) const {
  Request begin{.method = "POST", .key = key, .query = {{"uploads", ""}}};
  begin.type = "application/octet-stream";
  const Answer begun = run_well(begin);
  std::size_t at = 0;
  const std::string upload = begun.status < 300 ? element(begun.body, "UploadId", at) : std::string{};
  if (upload.empty()) throw away("POST " + key + ": no upload in parts was begun");
  try {
    std::string whole = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">", bytes;
    std::uint64_t left = size;
    for (int number = 1; left > 0; ++number) {
      bytes.resize(std::size_t(std::min(part, left)));
      for (std::size_t filled = 0; filled < bytes.size();) {
        const auto got = ::read(file, bytes.data() + filled, bytes.size() - filled);
        if (got <= 0) throw away(key + ": the file became shorter while it was sent");
        filled += std::size_t(got);
      }
      left -= bytes.size();
      whole += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number,
                           put_part(key, upload, number, bytes));
    }
    whole += "</CompleteMultipartUpload>";
    Request end{.method = "POST", .key = key, .query = {{"uploadId", upload}}};
    end.bytes = whole;
    end.sha256 = hex(as_text(sha256(whole)));
    end.type = "application/xml";
    const Answer ended = run_well(end);
    // A store that works long on it says 200 first and what went wrong later.
    if (ended.status >= 300 || ended.body.find("<Error>") != std::string::npos)
      throw away(fmt::format("POST {}: the parts were not joined: {}", key, ended.status));
    if (head(key).size != size) throw away("POST " + key + ": what was joined has another size");
  } catch (...) {
    try {
      Request drop{.method = "DELETE", .key = key, .query = {{"uploadId", upload}}};
      run(drop);
    } catch (const Fault&) {
      // The store's own rule for unfinished uploads takes them.
    }
    throw;
  }
}

void S3::list(const std::function<void(const std::string&, std::uint64_t)>& visit, int page) const {
  std::string more;
  do {
    Request request{.method = "GET",
                    .key = {},
                    .query = {{"list-type", "2"}, {"max-keys", std::to_string(page)}, {"prefix", address_.prefix}}};
    if (!more.empty()) request.query.emplace_back("continuation-token", more);
    const Answer answer = run_well(request);
    if (answer.status != 200) throw away("there is no bucket " + address_.bucket);
    for (std::size_t at = answer.body.find("<Contents>"); at != std::string::npos;
         at = answer.body.find("<Contents>", at)) {
      std::size_t key_at = at, size_at = at;
      const std::string key = element(answer.body, "Key", key_at), size = element(answer.body, "Size", size_at);
      if (key.size() >= address_.prefix.size())
        visit(key.substr(address_.prefix.size()), std::strtoull(size.c_str(), nullptr, 10));
      at = std::max(key_at, size_at);
    }
    std::size_t at = 0;
    more = element(answer.body, "NextContinuationToken", at);
  } while (!more.empty());
}

void S3::need_bucket() const {
  Request request{.method = "HEAD", .key = {}};
  const Answer answer = run(request);
  if (answer.status == 200) return;
  const std::string why = answer.status == 404   ? "there is no such bucket"
                          : answer.status == 403 ? "the keys are refused"
                                                 : "";
  throw Fault(Code::unavailable, words("对象存储的桶 {} 不能使用（{}）", "the bucket {} cannot be used ({})",
                                       address_.bucket, answer.status))
      .log("s3: " + why);
}

void S3::make_bucket() const {
  Request request{.method = "PUT", .key = {}};
  const Answer answer = run(request);
  if (answer.status != 200 && answer.status != 409)
    throw away(fmt::format("the bucket cannot be made: {}", answer.status));
}

}  // namespace tongxin::store::inside
