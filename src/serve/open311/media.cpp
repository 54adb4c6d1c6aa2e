// Pictures from outside: uploads become clean copies, addresses stay addresses. Nothing is fetched: a server that opens what
// strangers name can be led to its own neighbours.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "serve/open311/call.hpp"

namespace tongxin::serve::open311 {
namespace {

constexpr std::size_t kMostLinks = 9, kLongestLink = 1000;

// The same for the same key and place, so that a request that comes twice names the same files.
FileId file_id(const Call& call, PersonId owner, const std::string& key, std::size_t index) {
  if (key.empty()) return call.app.ids.make<FileId>();
  const Digest made = digest(fmt::format("open311 file|{}|{}|{}|{}", call.app.realm.value, owner.value, index, key));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | made[i];
  return FileId{std::int64_t(value >> 1 | 1)};
}

void add_link(Media& media, const std::string& text) {
  const std::string link(trim(text));
  if (link.empty()) return;
  const bool web = link.starts_with("https://") || link.starts_with("http://");
  if (!web || link.size() > kLongestLink || !is_one_line(link) || link.find(' ') != link.npos)
    refuse("media_url", "format", words("应为 http 或 https 网址", "expected an http or https address"));
  if (media.links.size() == kMostLinks) refuse("media_url", "length", words("最多 {} 个", "at most {}", kMostLinks));
  media.links.push_back(link);
}

}  // namespace

Media take_media(const Call& call, PersonId owner, const std::string& key) {
  Media media;
  for (const auto* pairs : {&call.request.query, &call.request.fields})
    for (const auto& [name, value] : *pairs)
      if (name == "media_url" || name == "media_url[]") add_link(media, value);
  for (const UploadedFile& file : call.request.files) {
    if (file.size == 0) continue;  // an empty file field of a form
    KeptFile kept = keep_upload(call.app, file);
    kept.id = file_id(call, owner, key, media.files.size());
    media.files.push_back(std::move(kept));
  }
  return media;
}

void attach(store::Tx& tx, const Call& call, const Media& media, PersonId owner, boost::json::object& form,
            const std::string& field) {
  if (media.files.empty()) return;
  if (field.empty()) refuse("media", "unknown", words("这项服务不收照片", "this service takes no pictures"));
  boost::json::array ids;
  for (const KeptFile& file : media.files) {
    add_attachment(tx, call.app.realm, file, owner, call.app.clock.now());
    ids.emplace_back(to_text(file.id));
  }
  form[field] = std::move(ids);
}

std::string with_links(std::string text, const Media& media, Language language) {
  for (std::size_t i = 0; i < media.links.size(); ++i)
    text += (i == 0 ? Words{"\n\n附图：", "\n\nPicture: "}.in(language) : std::string("\n")) + media.links[i];
  return text;
}

}  // namespace tongxin::serve::open311
