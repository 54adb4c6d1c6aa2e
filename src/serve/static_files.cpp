#include "serve/static_files.hpp"

#include "serve/net/answer_writer.hpp"

namespace tongxin::serve {

namespace {

struct MediaType {
  std::string_view extension, type;
};

constexpr auto kTypes = std::to_array<MediaType>({
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".geojson", "application/geo+json; charset=utf-8"},
    {".webmanifest", "application/manifest+json; charset=utf-8"},
    {".map", "application/json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".txt", "text/plain; charset=utf-8"},
    {".xml", "application/xml; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
    {".mp4", "video/mp4"},
    {".m3u8", "application/vnd.apple.mpegurl"},
    {".ts", "video/mp2t"},
    {".pmtiles", "application/vnd.pmtiles"},
    {".pbf", "application/x-protobuf"},
    {".csv", "text/csv; charset=utf-8"},
    {".ics", "text/calendar; charset=utf-8"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".zip", "application/zip"},
});

constexpr std::array<std::string_view, 6> kNotPages{"/v1",      "/open311", "/openapi.json",
                                                    "/healthz", "/readyz",  "/metrics"};

std::string_view extension_of(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash != name.npos) name.remove_prefix(slash + 1);
  const auto dot = name.rfind('.');
  return dot == name.npos ? std::string_view{} : name.substr(dot);
}

const MediaType* find_type(std::string_view name) {
  const std::string_view extension = extension_of(name);
  for (const MediaType& known : kTypes)
    if (known.extension == extension) return &known;
  return nullptr;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool may_be_page(std::string_view path) {
  if (find_type(path) || path.find("/assets/") != path.npos) return false;
  return std::none_of(kNotPages.begin(), kNotPages.end(), [&](auto prefix) { return is_below(path, prefix); });
}

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// The twin the client likes best, or the file itself.
void choose_coding(const Request& request, const std::string& file, Response& response) {
  static constexpr std::pair<const char*, const char*> kTwins[]{{"br", ".br"}, {"gzip", ".gz"}};
  bool has_twin = false;
  for (const auto& [coding, suffix] : kTwins) {
    if (!is_file(file + suffix)) continue;
    has_twin = true;
    // A part of a compressed twin would be no part of the file.
    if (!request.header("range").empty() || !accepts_coding(request.header("accept-encoding"), coding)) continue;
    response.file = file + suffix;
    response.headers.emplace_back("content-encoding", coding);
    break;
  }
  if (has_twin) response.headers.emplace_back("vary", "accept-encoding");
}

Response file_answer(const Request& request, const std::filesystem::path& file, std::string_view path) {
  Response response{.type = media_type_of(path), .file = file.string()};
  response.headers.emplace_back("cache-control",
                                is_hashed_asset(path) ? "public, max-age=31536000, immutable" : "no-cache");
  choose_coding(request, file.string(), response);
  return response;
}

}  // namespace

std::string media_type_of(std::string_view name) {
  const MediaType* known = find_type(name);
  return std::string(known ? known->type : "application/octet-stream");
}

bool is_plain_path(std::string_view path) {
  if (path.find('\\') != path.npos || path.find('\0') != path.npos) return false;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part.front() == '.') return false;
  }
  return true;
}

bool is_hashed_asset(std::string_view path) {
  constexpr std::size_t kHash = 8;
  const auto assets = path.rfind("assets/");
  const std::string_view extension = extension_of(path);
  if (assets == path.npos || (assets > 0 && path[assets - 1] != '/') || extension.empty()) return false;
  const std::string_view stem = path.substr(0, path.size() - extension.size());
  if (stem.size() < kHash + 1 || stem[stem.size() - kHash - 1] != '-') return false;
  const std::string_view hash = stem.substr(stem.size() - kHash);
  return std::all_of(hash.begin(), hash.end(), is_letter_or_digit);
}

Response StaticFiles::answer(const Request& request) const {
  const std::string_view path = std::string_view(request.path).substr(1);
  const bool plain = is_plain_path(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
  const bool is_twin = extension_of(path) == ".br" || extension_of(path) == ".gz";
  if (const auto file = folder_ / path; plain && !path.empty() && !is_twin && is_file(file))
    return file_answer(request, file, path);
  if (plain && may_be_page(request.path)) {
    const char* page = is_below(request.path, "/desk") ? "desk/index.html" : "index.html";
    if (const auto file = folder_ / page; is_file(file)) return file_answer(request, file, page);
  }
  throw Fault(Code::not_found, words("没有这个地址", "there is nothing at this address"));
}

Handler StaticFiles::handler() const {
  return [files = *this](const Request& request) { return Answer(files.answer(request)); };
}

}  // namespace tongxin::serve
