// XLSX: a zip of XML (ECMA-376), read in one pass over the sheet with libzip and expat.
#include <expat.h>
#include <zip.h>

#include <charconv>
#include <deque>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "table/inside.hpp"

namespace tongxin::table::inside {
namespace {

constexpr std::size_t kBlock = 64 * 1024;
constexpr std::size_t kSmallPart = 16u << 20;  // bytes of a part that is not a sheet or the texts

Fault broken(const std::string& file, const std::string& detail) {
  return Fault(Code::invalid, words("{} 已损坏或不是 Excel 工作簿，请在 Excel 或 WPS 中重新保存后再试",
                                    "{} is damaged or no Excel workbook: save it once more in Excel or WPS", file))
      .log(detail);
}
Fault too_large(Words say) { return Fault(Code::too_large, std::move(say)); }

// ── the zip ──
class Archive {
 public:
  Archive(std::string_view bytes, std::string name, const Limits& limits)
      : name_(std::move(name)), left_(limits.unpacked), most_(limits.unpacked) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source != nullptr) zip_ = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (zip_ == nullptr) {
      if (source != nullptr) zip_source_free(source);
      const std::string detail = zip_error_strerror(&error);
      zip_error_fini(&error);
      throw broken(name_, detail);
    }
    zip_error_fini(&error);
    if (zip_get_num_entries(zip_, 0) > 10'000) throw broken(name_, "more than 10,000 entries");
  }
  ~Archive() { zip_discard(zip_); }
  Archive(const Archive&) = delete;

  struct CloseFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  using File = std::unique_ptr<zip_file_t, CloseFile>;

  File open(const std::string& part, bool needed) {
    zip_file_t* file = zip_fopen(zip_, part.c_str(), 0);
    if (file == nullptr && needed) {
      zip_stat_t about;
      if (zip_stat(zip_, part.c_str(), 0, &about) == 0 && (about.valid & ZIP_STAT_ENCRYPTION_METHOD) &&
          about.encryption_method != ZIP_EM_NONE)
        throw Fault(Code::media_type, words("文件设了密码，请取消密码后再导入",
                                            "the file has a password: remove it and import it again"));
      throw broken(name_, "no part " + part);
    }
    return File(file);
  }
  // What really comes out is counted, whatever the zip says about itself.
  std::size_t read(zip_file_t* file, char* into, std::size_t size) {
    const auto got = zip_fread(file, into, size);
    if (got < 0) throw broken(name_, zip_error_strerror(zip_file_get_error(file)));
    if (std::size_t(got) > left_)
      throw too_large(words("文件解压后大于 {} MB", "unpacked, the file is larger than {} MB", most_ >> 20));
    left_ -= std::size_t(got);
    return std::size_t(got);
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  zip_t* zip_ = nullptr;
  std::size_t left_;
  const std::size_t most_;
};

// ── the XML ──
std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

struct Attributes {
  const char** list;
  std::string_view get(std::string_view wanted) const {  // by its local name, but never "r:id" for "id"
    for (const char** each = list; *each != nullptr; each += 2)
      if (wanted == *each) return each[1];
    return {};
  }
  std::string_view local(std::string_view wanted) const {
    for (const char** each = list; *each != nullptr; each += 2)
      if (local_name(each[0]) == wanted) return each[1];
    return {};
  }
};

// A part that is fed to expat block by block. Exceptions of the call backs wait until expat has returned.
class Part {
 public:
  Part(Archive& archive, Archive::File file, std::size_t most)
      : archive_(archive), file_(std::move(file)), left_(most) {
    parser_ = XML_ParserCreate("UTF-8");
    if (parser_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_start, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
  }
  virtual ~Part() { XML_ParserFree(parser_); }
  Part(const Part&) = delete;

  // One block; false when the part has ended.
  bool step() {
    if (ended_) return false;
    void* buffer = XML_GetBuffer(parser_, int(kBlock));
    if (buffer == nullptr) throw std::bad_alloc();
    const std::size_t got = archive_.read(file_.get(), static_cast<char*>(buffer), kBlock);
    if (got > left_) throw too_large(words("表格文件的一部分过大", "a part of the workbook is too large"));
    left_ -= got;
    ended_ = got == 0;
    const auto status = XML_ParseBuffer(parser_, int(got), ended_);
    if (error_) std::rethrow_exception(error_);
    if (status != XML_STATUS_OK) throw broken(archive_.name(), XML_ErrorString(XML_GetErrorCode(parser_)));
    return !ended_;
  }
  void run() {
    while (step()) {
    }
  }

 protected:
  virtual void start(std::string_view name, const Attributes& attributes) = 0;
  virtual void end(std::string_view) {}
  virtual void text(std::string_view) {}
  const std::string& file_name() const { return archive_.name(); }

 private:
  template <class F>
  void guarded(F job) {
    if (error_) return;
    try {
      job();
    } catch (...) {
      error_ = std::current_exception();
      XML_StopParser(parser_, XML_FALSE);
    }
  }
  static void on_start(void* self, const char* name, const char** attributes) {
    auto& part = *static_cast<Part*>(self);
    part.guarded([&] {
      if (++part.depth_ > 64) throw broken(part.archive_.name(), "nested too deep");
      part.start(local_name(name), Attributes{attributes});
    });
  }
  static void on_end(void* self, const char* name) {
    auto& part = *static_cast<Part*>(self);
    part.guarded([&] { --part.depth_, part.end(local_name(name)); });
  }
  static void on_text(void* self, const char* text, int size) {
    auto& part = *static_cast<Part*>(self);
    part.guarded([&] { part.text({text, std::size_t(size)}); });
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    auto& part = *static_cast<Part*>(self);
    part.guarded([&] { throw broken(part.archive_.name(), "a document type"); });
  }

  Archive& archive_;
  Archive::File file_;
  std::size_t left_;
  XML_Parser parser_ = nullptr;
  std::exception_ptr error_;
  int depth_ = 0;
  bool ended_ = false;
};

// ── the small parts ──
class Relations final : public Part {
 public:
  using Part::Part;
  std::map<std::string, std::string, std::less<>> target_by_id, target_by_type;

 private:
  void start(std::string_view name, const Attributes& attributes) override {
    if (name != "Relationship") return;
    const std::string_view type = attributes.get("Type");
    target_by_id.emplace(attributes.get("Id"), attributes.get("Target"));
    target_by_type.emplace(type.substr(type.rfind('/') + 1), attributes.get("Target"));
  }
};

class Workbook final : public Part {
 public:
  using Part::Part;
  std::string sheet_name, sheet_relation;
  bool from_1904 = false;

 private:
  void start(std::string_view name, const Attributes& attributes) override {
    if (name == "workbookPr") from_1904 = attributes.get("date1904") == "1" || attributes.get("date1904") == "true";
    if (name != "sheet" || !sheet_relation.empty()) return;
    const std::string_view state = attributes.get("state");
    if (state == "hidden" || state == "veryHidden") return;
    sheet_name = attributes.get("name");
    sheet_relation = attributes.local("id");
  }
};

class Styles final : public Part {
 public:
  using Part::Part;
  std::vector<bool> is_date;  // by style index

 private:
  void start(std::string_view name, const Attributes& attributes) override {
    if (name == "numFmt") {
      if (number(attributes.get("numFmtId")) && is_date_format(attributes.get("formatCode")))
        dates_[*number(attributes.get("numFmtId"))] = true;
      else if (number(attributes.get("numFmtId")))
        dates_[*number(attributes.get("numFmtId"))] = false;
    } else if (name == "cellXfs") {
      inside_ = true;
    } else if (name == "xf" && inside_ && is_date.size() < 100'000) {
      const int id = number(attributes.get("numFmtId")).value_or(0);
      const auto own = dates_.find(id);
      is_date.push_back(own != dates_.end() ? own->second : is_builtin_date_format(id));
    }
  }
  void end(std::string_view name) override { inside_ = inside_ && name != "cellXfs"; }
  static std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
  }
  std::map<int, bool> dates_;
  bool inside_ = false;
};

// Texts that cells refer to by number, one after the other in one string.
class SharedTexts final : public Part {
 public:
  SharedTexts(Archive& archive, Archive::File file, const Limits& limits)
      : Part(archive, std::move(file), limits.unpacked), limits_(limits) {}
  std::string_view get(std::size_t index) const {
    if (index + 1 >= ends_.size()) return {};
    return std::string_view(all_).substr(ends_[index], ends_[index + 1] - ends_[index]);
  }
  std::size_t size() const { return ends_.size() - 1; }

 private:
  void start(std::string_view name, const Attributes&) override {
    if (name == "rPh") ++reading_;  // how it is spoken
    in_text_ = name == "t" && reading_ == 0;
  }
  void end(std::string_view name) override {
    if (name == "rPh") --reading_;
    if (name == "t") in_text_ = false;
    if (name == "si") ends_.push_back(all_.size());
  }
  void text(std::string_view piece) override {
    if (!in_text_) return;
    if (all_.size() + piece.size() > limits_.texts)
      throw too_large(
          words("表格里的文字多于 {} MB", "the workbook holds more than {} MB of text", limits_.texts >> 20));
    all_ += piece;
  }
  const Limits limits_;
  std::string all_;
  std::vector<std::size_t> ends_{0};
  int reading_ = 0;
  bool in_text_ = false;
};

// ── the sheet ──
struct Place {
  int row = 0, column = 0;  // from 1; 0: not said
};
// "BC17", "BC", "17".
Place place_of(std::string_view text) {
  Place place;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= 'A' && text[i] <= 'Z' && place.column < 100'000; ++i)
    place.column = place.column * 26 + (text[i] - 'A' + 1);
  std::from_chars(text.data() + i, text.data() + text.size(), place.row);
  return place;
}

class Sheet final : public Part {
 public:
  Sheet(Archive& archive, Archive::File file, const Limits& limits, const SharedTexts* texts, const Styles* styles,
        bool from_1904)
      : Part(archive, std::move(file), limits.unpacked),
        limits_(limits),
        texts_(texts),
        styles_(styles),
        from_1904_(from_1904) {}

  std::deque<Row> ready;
  std::vector<Merge> merges;

 private:
  void start(std::string_view name, const Attributes& attributes) override {
    if (name == "row")
      begin_row(attributes);
    else if (name == "c")
      begin_cell(attributes);
    else if (name == "v" || name == "t")
      begin_value(name);
    else if (name == "f")
      formula_ = true;
    else if (name == "rPh")
      ++reading_;
    else if (name == "mergeCell")
      add_merge(attributes.get("ref"));
  }
  void end(std::string_view name) override {
    if (name == "v" || name == "t") taking_ = false;
    if (name == "rPh") --reading_;
    if (name == "c") end_cell();
    if (name == "row") end_row();
  }
  void text(std::string_view piece) override {
    if (!taking_) return;
    if (value_.size() + piece.size() > limits_.cell)
      throw too_large(words("单元格 {} 里的内容过长", "the cell {} holds too much",
                            cell_name(std::size_t(std::max(1, column_) - 1), row_.number)));
    value_ += piece;
  }

  void begin_row(const Attributes& attributes) {
    const int said = place_of(attributes.get("r")).row;
    row_ = {said > 0 ? said : last_row_ + 1, {}};
    if (row_.number <= last_row_) throw broken(file_name(), "rows out of order");
    if (row_.number > limits_.rows)
      throw too_large(words("表格多于 {} 行", "the table has more than {} rows", limits_.rows));
    last_row_ = row_.number;
    column_ = 0;
  }
  void begin_cell(const Attributes& attributes) {
    const int said = place_of(attributes.get("r")).column;
    column_ = said > 0 ? said : column_ + 1;
    if (column_ > int(limits_.columns))
      throw too_large(words("表格多于 {} 列", "the table has more than {} columns", limits_.columns));
    type_ = attributes.get("t");
    style_ = 0;
    const std::string_view style = attributes.get("s");
    std::from_chars(style.data(), style.data() + style.size(), style_);
    value_.clear();
    formula_ = has_value_ = false;
  }
  void begin_value(std::string_view name) {
    taking_ = reading_ == 0 && (name == "v" || type_ == "inlineStr");
    has_value_ |= taking_;
  }
  void end_cell() {
    Cell cell = read_cell();
    if (cell.empty() || column_ <= 0) return;
    if (row_.cells.size() < std::size_t(column_)) row_.cells.resize(std::size_t(column_));
    row_.cells[std::size_t(column_) - 1] = std::move(cell);
  }
  void end_row() {
    if (!row_.cells.empty()) ready.push_back(std::move(row_));
    row_ = {};
  }

  Cell read_cell() const {
    if (!has_value_) return formula_ ? Cell{Cell::Kind::formula, {}} : Cell{};
    if (type_ == "s") {
      std::size_t index = 0;
      std::from_chars(value_.data(), value_.data() + value_.size(), index);
      if (texts_ == nullptr || index >= texts_->size()) throw broken(file_name(), "a shared text is missing");
      return text_cell(texts_->get(index));
    }
    if (type_ == "str" || type_ == "inlineStr") return text_cell(value_);
    if (type_ == "b") return {Cell::Kind::flag, value_ == "1" ? "TRUE" : "FALSE"};
    if (type_ == "e") return {Cell::Kind::fault, value_};
    if (type_ == "d") return text_cell(value_);
    if (trim(value_).empty()) return formula_ ? Cell{Cell::Kind::formula, {}} : Cell{};
    double number = 0;
    const auto [end, error] = std::from_chars(value_.data(), value_.data() + value_.size(), number);
    if (error != std::errc{} || end != value_.data() + value_.size()) return text_cell(value_);
    const bool date = styles_ != nullptr && style_ < styles_->is_date.size() && styles_->is_date[style_];
    return date ? dated(number, from_1904_) : numbered(number);
  }
  static Cell text_cell(std::string_view text) {
    const std::string plain = unescaped(text);
    const std::string_view kept = trim(plain);
    return kept.empty() ? Cell{} : Cell{Cell::Kind::text, std::string(kept)};
  }
  void add_merge(std::string_view range) {
    const auto colon = range.find(':');
    if (colon == std::string_view::npos || int(merges.size()) >= limits_.merges) return;
    const Place first = place_of(range.substr(0, colon)), last = place_of(range.substr(colon + 1));
    merges.push_back({first.row, first.column, last.row, last.column});
  }

  const Limits limits_;
  const SharedTexts* texts_;
  const Styles* styles_;
  const bool from_1904_;
  Row row_;
  int last_row_ = 0, column_ = 0, reading_ = 0;
  std::string type_, value_;
  std::size_t style_ = 0;
  bool formula_ = false, has_value_ = false, taking_ = false;
};

class WorkbookReader final : public Reader {
 public:
  WorkbookReader(std::string_view bytes, std::string name, const Limits& limits)
      : archive_(bytes, std::move(name), limits) {
    Relations root(archive_, archive_.open("_rels/.rels", true), kSmallPart);
    root.run();
    const auto document = root.target_by_type.find("officeDocument");
    if (document == root.target_by_type.end()) throw broken(archive_.name(), "no office document");
    const std::string book = absolute("", document->second);
    if (!book.ends_with(".xml")) throw broken(archive_.name(), "the document is " + book);
    const std::string folder = book.substr(0, book.rfind('/') == std::string::npos ? 0 : book.rfind('/') + 1);
    Relations relations(archive_, archive_.open(folder + "_rels/" + book.substr(folder.size()) + ".rels", true),
                        kSmallPart);
    relations.run();
    Workbook workbook(archive_, archive_.open(book, true), kSmallPart);
    workbook.run();
    name_ = workbook.sheet_name;
    from_1904_ = workbook.from_1904;
    const auto part = [&](const auto& map, std::string_view key) {
      const auto found = map.find(key);
      return found == map.end() ? std::string{} : absolute(folder, found->second);
    };
    const std::string sheet = part(relations.target_by_id, workbook.sheet_relation);
    if (sheet.empty()) throw broken(archive_.name(), "no visible sheet");
    read_texts_and_styles(part(relations.target_by_type, "sharedStrings"), part(relations.target_by_type, "styles"),
                          limits);
    sheet_.emplace(archive_, archive_.open(sheet, true), limits, texts_ ? &*texts_ : nullptr,
                   styles_ ? &*styles_ : nullptr, workbook.from_1904);
  }

  bool next(Row& row) override {
    while (sheet_->ready.empty())
      if (!sheet_->step() && sheet_->ready.empty()) return false;
    row = std::move(sheet_->ready.front());
    sheet_->ready.pop_front();
    return true;
  }
  const std::vector<Merge>& merges() const override { return sheet_->merges; }
  bool from_1904() const override { return from_1904_; }
  const std::string& sheet() const override { return name_; }

 private:
  void read_texts_and_styles(const std::string& texts, const std::string& styles, const Limits& limits) {
    if (!texts.empty())
      if (auto file = archive_.open(texts, false)) {
        texts_.emplace(archive_, std::move(file), limits);
        texts_->run();
      }
    if (!styles.empty())
      if (auto file = archive_.open(styles, false)) {
        styles_.emplace(archive_, std::move(file), kSmallPart);
        styles_->run();
      }
  }
  static std::string absolute(const std::string& folder, const std::string& target) {
    return target.starts_with('/') ? target.substr(1) : folder + target;
  }

  bool from_1904_ = false;
  Archive archive_;
  std::string name_;
  std::optional<SharedTexts> texts_;
  std::optional<Styles> styles_;
  std::optional<Sheet> sheet_;
};

}  // namespace

std::unique_ptr<Reader> open_workbook(std::string_view bytes, std::string name, const Limits& limits) {
  return std::make_unique<WorkbookReader>(bytes, std::move(name), limits);
}

}  // namespace tongxin::table::inside
