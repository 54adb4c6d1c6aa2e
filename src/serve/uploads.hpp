// Files that come in by other ways than POST /v1/files. The rules are the same: the type is what the bytes say, pictures are
// kept as clean copies only (routes_files.cpp).
#pragma once
#include <optional>
#include <string>

#include "serve/app.hpp"

namespace tongxin::serve {

struct KeptFile {
  FileId id;
  std::string name, type, hash, view_hash, thumb_hash;
  std::uint64_t size = 0;  // bytes
  std::optional<std::int64_t> width, height;
};

// Takes up to some hundred milliseconds and a core: call on the pool for slow work. Throws Fault(media_type, too_large,
// invalid, unavailable).
KeptFile keep_upload(App& app, const UploadedFile& file);
// Not yet part of a record; adding the same id again changes nothing.
void add_attachment(store::Tx& tx, RealmId realm, const KeptFile& kept, PersonId owner, Time now);
// The file of the request's {id}, for everybody: of a public field of a record that is published now. Throws
// Fault(not_found).
Response published_file(App& app, const Request& request);

}  // namespace tongxin::serve
