// Files: what may come in, what of it is kept, and who may see it.
//
// The type is what the bytes say, never what the sender says. Pictures are kept only as clean copies (image_worker.hpp): the
// original with its metadata is gone with the request. Documents and films are kept as they came.
#include <magic.h>

#include <filesystem>

#include "base/text.hpp"
#include "people/throttle.hpp"
#include "serve/image_worker.hpp"
#include "serve/routes.hpp"
#include "serve/uploads.hpp"

namespace tongxin::serve {
namespace {

constexpr std::uint64_t kMost = 20u << 20;
constexpr auto kBeforeAttached = std::chrono::hours{1};
// One who has not signed in: thirty files, then ten seconds for each next one, doubling.
constexpr people::Waits kNobodysUploads{
    .free = 30, .first = std::chrono::seconds{10}, .most = std::chrono::seconds{600}};

struct FileType {
  std::string_view type, extension;
  bool image = false, shown = false;  // shown: the browser may show it; else it is saved
};
constexpr FileType kTypes[] = {
    {"image/jpeg", ".jpg", true, true},
    {"image/png", ".jpg", true, true},
    {"image/webp", ".jpg", true, true},
    {"video/mp4", ".mp4", false, true},
    // What browsers record when somebody speaks. Nothing tells a container of sound from one of film.
    {"video/webm", ".webm", false, true},
    {"audio/mp4", ".m4a", false, true},
    {"audio/x-m4a", ".m4a", false, true},
    {"audio/ogg", ".ogg", false, true},
    {"application/ogg", ".ogg", false, true},
    {"application/pdf", ".pdf"},
    {"application/msword", ".doc"},
    {"application/vnd.ms-excel", ".xls"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"},
    {"application/vnd.oasis.opendocument.text", ".odt"},
    {"application/vnd.oasis.opendocument.spreadsheet", ".ods"},
};

const FileType* type_named(std::string_view type) {
  for (const FileType& each : kTypes)
    if (each.type == type) return &each;
  return nullptr;
}

// What the bytes are, by libmagic's table. One handle a thread: opening it reads the table.
std::string sniffed(const std::string& path) {
  struct Handle {
    magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS);
    bool ready = magic != nullptr && magic_load(magic, nullptr) == 0;
    ~Handle() {
      if (magic != nullptr) magic_close(magic);
    }
  };
  thread_local Handle handle;
  const char* type = handle.ready ? magic_file(handle.magic, path.c_str()) : nullptr;
  if (type == nullptr)
    throw Fault(Code::unavailable, words("暂时无法接收文件", "files cannot be taken right now"))
        .log("libmagic has no table");
  return type;
}

const FileType& need_type(const std::string& path) {
  const std::string type = sniffed(path);
  if (const FileType* found = type_named(type)) return *found;
  throw Fault(
      Code::media_type,
      words(
          "不支持这种文件；可上传 JPEG、PNG、WebP 图片，录音，MP4、WebM 视频，PDF 和办公文档",
          "files of this kind are not taken: JPEG, PNG or WebP pictures, recordings, MP4 or WebM films, PDF and office "
          "documents are"))
      .log("sniffed " + type);
}

using Kept = KeptFile;

// The sender's name of the file, without folder and with the ending of what it really is.
std::string kept_name(const std::string& given, const FileType& type) {
  const std::string line = one_line(is_utf8(given) ? given : std::string{});
  std::string stem(cut(std::filesystem::path(line).filename().stem().string(), 80));
  if (!is_utf8(stem) || stem.empty()) stem = "file";
  return stem + std::string(type.extension);
}

Kept keep(App& app, const UploadedFile& file) {
  if (file.size > kMost) throw Fault(Code::too_large, words("文件不能超过 20 MB", "a file may have at most 20 MB"));
  if (file.size == 0) throw Fault(Code::invalid, words("文件是空的", "the file is empty"));
  const FileType& type = need_type(file.path);
  Kept kept{.id = app.ids.make<FileId>(),
            .name = kept_name(file.name, type),
            .type = std::string(type.type),
            .hash = {},
            .view_hash = {},
            .thumb_hash = {},
            .width = {},
            .height = {}};
  if (!type.image) {
    const store::StoredFile stored = app.files.put_file(file.path);
    kept.hash = stored.hash;
    kept.size = stored.size;
    return kept;
  }
  const std::string view = file.path + ".view", thumb = file.path + ".thumb";
  struct Tidy {
    const std::string &first, &second;
    ~Tidy() {
      std::error_code ignored;
      std::filesystem::remove(first, ignored);
      std::filesystem::remove(second, ignored);
    }
  } tidy{view, thumb};
  static const std::string program = image_program();
  const CleanImage clean = clean_image(program, file.path, view, thumb);
  const store::StoredFile stored = app.files.put_file(view);
  kept.type = "image/jpeg";
  kept.hash = kept.view_hash = stored.hash;
  kept.thumb_hash = app.files.put_file(thumb).hash;
  kept.size = stored.size;
  kept.width = clean.width;
  kept.height = clean.height;
  return kept;
}

// ── coming in ──

constexpr store::Sql kAddFile{"add_file",
                              "INSERT INTO attachment (realm_id, id, record_id, owner, at, name, type, size, width, "
                              "height, hash, view_hash, thumb_hash, open) "
                              "VALUES ($1,$2,0,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,0) ON CONFLICT DO NOTHING"};

std::string upload_subject(const Request& request) { return "upload\n" + people::network_of(request.peer); }

// Before the body is read: nobody without a right, and nobody too often.
void admit(App& app, const Request& request) {
  app.store.read([&](store::Tx& tx) {
    if (caller_of(app, tx, request).signed_in) return;
    const auto wait = people::wait_of(tx, app.realm, upload_subject(request), app.clock.now());
    if (wait.count() > 0)
      throw Fault(Code::too_many, words("上传过于频繁，请稍后再试", "too many uploads, please try again later"));
  });
}

Response take_file(App& app, const Request& request) {
  if (request.files.size() != 1 || request.files[0].field != "file")
    refuse_invalid("/file", "required",
                   words("请上传一个文件，字段名为 file", "expected one file in the field “file”"));
  const Kept kept = keep(app, request.files[0]);
  return app.store.write([&](store::Tx& tx) {
    const Caller caller = caller_of(app, tx, request);
    const Time now = app.clock.now();
    if (!caller.signed_in) people::count_failure(tx, app.realm, upload_subject(request), kNobodysUploads, now);
    add_attachment(tx, app.realm, kept, caller.actor.person, now);
    return json_answer(api::FileView{.id = kept.id,
                                     .name = kept.name,
                                     .type = kept.type,
                                     .size = std::int64_t(kept.size),
                                     .width = kept.width,
                                     .height = kept.height},
                       201);
  });
}

// ── going out ──

constexpr store::Sql kFile{"file",
                           "SELECT record_id, owner, at, name, type, hash, view_hash, thumb_hash, open FROM attachment "
                           "WHERE realm_id=$1 AND id=$2"};

struct FileRow {
  RecordId record;
  PersonId owner;
  Time at{};
  std::string name, type, hash, view_hash, thumb_hash;
  bool open = false;
};
BOOST_DESCRIBE_STRUCT(FileRow, (), (record, owner, at, name, type, hash, view_hash, thumb_hash, open))

// Not yet part of a record: its sender, for an hour. Then whoever may see the record, and, where the field is not public,
// only staff, its sender, or the reporter without account who sent it.
bool may_see(App& app, store::Tx& tx, const Caller& caller, const FileRow& file) {
  const Time now = app.clock.now();
  const bool own = file.owner && file.owner == caller.actor.person;
  if (!file.record) return own && now - file.at < kBeforeAttached;
  const auto record = app.engine.find(tx, app.realm, file.record);
  const auto world = app.engine.worlds().current(tx, app.realm);
  if (!record || !app.engine.may_see(tx, *world, caller.actor, *record, now)) return false;
  return file.open || own || caller.staff || (!file.owner && caller.actor.follows == file.record);
}

FileRow need_file(App& app, const Request& request) {
  return app.store.read([&](store::Tx& tx) {
    const Caller caller = caller_of(app, tx, request);
    auto file = tx.one<FileRow>(kFile, app.realm, path_id<FileId>(request, 0));
    if (!file || !may_see(app, tx, caller, *file))
      throw Fault(Code::not_found, words("没有这个文件", "there is no such file"));
    return std::move(*file);
  });
}

Response file_answer(App& app, const Request& request, const FileRow& file) {
  const std::string size = query_text(request, "size").value_or("view");
  if (size != "thumb" && size != "view" && size != "original")
    refuse_invalid("?size", "enum", words("应为 thumb、view 或 original", "expected thumb, view or original"));
  const std::string& hash = size == "thumb" && !file.thumb_hash.empty() ? file.thumb_hash
                            : size == "view" && !file.view_hash.empty() ? file.view_hash
                                                                        : file.hash;
  const FileType* type = type_named(file.type);
  Response response{
      .type = file.type,
      .headers = {{"content-disposition",
                   fmt::format("{}; filename*=UTF-8''{}", type != nullptr && type->shown ? "inline" : "attachment",
                               percent_encode(file.name))},
                  {"content-security-policy", "default-src 'none'; sandbox"},
                  {"etag", "\"" + hash + "\""},
                  {"cache-control", "private, max-age=31536000, immutable"}}};
  response.file = app.files.local_path(hash);
  if (response.file.empty()) {
    const store::Bytes bytes = app.files.read(hash);
    response.body.assign(bytes.begin(), bytes.end());
  }
  return response;
}

Response show_file(App& app, const Request& request) { return file_answer(app, request, need_file(app, request)); }

// An object store is asked on the pool for slow work, not on the loop.
Answer where_it_lies(App& app, const Request& request, Response (*show)(App&, const Request&)) {
  if (!app.files.local_path(std::string(64, '0')).empty()) return show(app, request);
  return Answer::work([&app, &request, show] { return show(app, request); });
}

bool is_published(App& app, store::Tx& tx, const FileRow& file) {
  const auto record = file.open && file.record ? app.engine.find(tx, app.realm, file.record) : std::nullopt;
  const auto world = app.engine.worlds().current(tx, app.realm);
  const pack::Kind* kind = record ? world->library->kind(record->kind) : nullptr;
  const int state = kind != nullptr ? kind->state(record->state) : -1;
  return state >= 0 && kind->published[std::size_t(state)];
}

}  // namespace

Response published_file(App& app, const Request& request) {
  const auto file = app.store.read([&](store::Tx& tx) {
    auto found = tx.one<FileRow>(kFile, app.realm, path_id<FileId>(request, 0));
    return found && is_published(app, tx, *found) ? std::move(found) : std::nullopt;
  });
  if (!file) throw Fault(Code::not_found, words("没有这个文件", "there is no such file"));
  Response response = file_answer(app, request, *file);
  for (auto& [name, value] : response.headers)
    if (name == "cache-control") value = "public, max-age=300";  // the record may be withdrawn
  return response;
}

KeptFile keep_upload(App& app, const UploadedFile& file) { return keep(app, file); }

void add_attachment(store::Tx& tx, RealmId realm, const KeptFile& kept, PersonId owner, Time now) {
  tx.run(kAddFile, realm, kept.id, owner, now, kept.name, kept.type, kept.size, kept.width, kept.height, kept.hash,
         kept.view_hash, kept.thumb_hash);
}

void add_file_routes(App& app, Router& router) {
  Api api(router);
  Route upload{
      .method = Method::post,
      .path = "/v1/files",
      .handler =
          [&app](const Request& request) { return Answer::work([&app, &request] { return take_file(app, request); }); },
      .max_body = kMost + (1u << 16),
      .upload = true,
      .admit = [&app](const Request& request) { admit(app, request); }};
  api.add(std::move(upload), "上传文件，multipart 字段 file / upload a file")
      .open()
      .status(201)
      .upload("file")
      .answers<api::FileView>();
  api.get<Nothing>("/v1/files/{id}", "查看文件 / a file",
                   [&app](const Request& request) { return where_it_lies(app, request, show_file); })
      .query("size", "thumb、view 或 original / thumb, view or original")
      .open()
      .media("application/octet-stream");
}

}  // namespace tongxin::serve
