#include "serve/multipart.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "serve/net/target.hpp"

namespace tongxin::serve {

namespace {

[[noreturn]] void broken(const char* zh, const char* en) {
  throw Fault(Code::bad_request,
              {std::string("multipart 内容有误：") + zh, std::string("the multipart body is broken: ") + en});
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return result;
}

// Browsers write a quote inside a name as %22 or \", and leave a backslash of a Windows path alone (WHATWG HTML, form data).
void take_quoted(std::string_view& rest, std::string& value) {
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.starts_with("\\\"")) rest.remove_prefix(1);
    value += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) broken("引号没有结束", "a quote does not end");
  rest.remove_prefix(1);
}

// Parameters of a header value: name=value and name="value", separated by semicolons. Names come in lower case.
std::vector<std::pair<std::string, std::string>> parameters(std::string_view rest) {
  std::vector<std::pair<std::string, std::string>> list;
  while (!rest.empty()) {
    rest = trimmed(rest);
    if (rest.starts_with(';')) {
      rest.remove_prefix(1);
      continue;
    }
    const auto end = rest.find_first_of("=;");
    if (end == rest.npos || rest[end] == ';') {
      rest.remove_prefix(end == rest.npos ? rest.size() : end);
      continue;
    }
    std::string name = lower_case(trimmed(rest.substr(0, end))), value;
    rest.remove_prefix(end + 1);
    if (rest.starts_with('"')) {
      take_quoted(rest, value);
    } else {
      const auto stop = std::min(rest.find(';'), rest.size());
      value = trimmed(rest.substr(0, stop));
      rest.remove_prefix(stop);
    }
    list.emplace_back(std::move(name), std::move(value));
  }
  return list;
}

std::string form_text(const std::string& raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::string_view three = std::string_view(raw).substr(i, 3);
    const char plain = three == "%22" ? '"' : three == "%0D" ? '\r' : three == "%0A" ? '\n' : '\0';
    text += plain ? plain : raw[i];
    if (plain) i += 2;
  }
  if (!is_utf8(text)) broken("名称不是 UTF-8", "a name is not UTF-8");
  return text;
}

std::string base_name(const std::string& path) {
  const auto slash = path.find_last_of("/\\");
  return slash == path.npos ? path : path.substr(slash + 1);
}

void read_disposition(std::string_view value, PartHead& head) {
  const auto semicolon = std::min(value.find(';'), value.size());
  if (lower_case(trimmed(value.substr(0, semicolon))) != "form-data")
    broken("Content-Disposition 应为 form-data", "Content-Disposition must be form-data");
  bool named = false;
  for (const auto& [name, text] : parameters(value.substr(semicolon))) {
    if (name == "name") {
      head.field = form_text(text);
      named = true;
    }
    if (name == "filename") head.file = base_name(form_text(text));
  }
  if (!named) broken("缺少字段名", "a part has no name");
}

PartHead parse_head(std::string_view text) {
  PartHead head;
  bool has_disposition = false;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 2);
    const auto colon = line.find(':');
    if (colon == line.npos) broken("部分的头缺少冒号", "a header of a part has no colon");
    const std::string name = lower_case(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-type") head.type = value;
    if (name == "content-disposition") {
      read_disposition(value, head);
      has_disposition = true;
    }
  }
  if (!has_disposition) broken("缺少 Content-Disposition", "a part has no Content-Disposition");
  return head;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const auto semicolon = std::min(content_type.find(';'), content_type.size());
  if (lower_case(trimmed(content_type.substr(0, semicolon))) != "multipart/form-data") return std::nullopt;
  for (auto& [name, value] : parameters(content_type.substr(semicolon)))
    if (name == "boundary" && !value.empty() && value.size() <= 70 && value.find_first_of("\r\n") == value.npos)
      return std::move(value);
  broken("Content-Type 缺少 boundary", "Content-Type has no boundary");
}

MultipartParser::MultipartParser(std::string_view boundary, PartSink& sink)
    : delimiter_("\r\n--" + std::string(boundary)),
      sink_(sink),
      buffer_("\r\n") {}  // the first boundary may come at once

void MultipartParser::feed(std::string_view bytes) {
  if (state_ == State::epilogue) return;
  buffer_ += bytes;
  while (step()) {
  }
}

void MultipartParser::finish() const {
  if (state_ != State::epilogue) broken("缺少结束边界", "the closing boundary is missing");
}

bool MultipartParser::step() {
  switch (state_) {
    case State::preamble: return find_first_boundary();
    case State::after_boundary: return read_after_boundary();
    case State::head: return read_head();
    case State::body: return read_body();
    case State::epilogue: buffer_.clear(); return false;
  }
  return false;
}

bool MultipartParser::find_first_boundary() {
  const auto at = buffer_.find(delimiter_);
  if (at == buffer_.npos) {
    if (buffer_.size() > MultipartLimits::head) broken("没有找到边界", "no boundary was found");
    return false;
  }
  buffer_.erase(0, at + delimiter_.size());
  state_ = State::after_boundary;
  return true;
}

// Behind a boundary: "--" ends the form, else spaces and a line end begin a part.
bool MultipartParser::read_after_boundary() {
  const auto text = buffer_.find_first_not_of(" \t");
  if (text == buffer_.npos || buffer_.size() < text + 2) {
    if (buffer_.size() > MultipartLimits::head) broken("边界之后过长", "the line of a boundary is too long");
    return false;
  }
  if (text == 0 && buffer_.starts_with("--")) {
    state_ = State::epilogue;
    return true;
  }
  if (buffer_.compare(text, 2, "\r\n") != 0) broken("边界之后应换行", "a line end must follow a boundary");
  buffer_.erase(0, text + 2);
  state_ = State::head;
  return true;
}

bool MultipartParser::read_head() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == buffer_.npos || end > MultipartLimits::head) {
    if (buffer_.size() > MultipartLimits::head)
      throw Fault(Code::too_large, words("部分的头过大：最多 {} 字节",
                                         "the head of a part is too large: at most {} bytes", MultipartLimits::head));
    return false;
  }
  if (++parts_ > MultipartLimits::parts)
    throw Fault(Code::too_large, words("表单最多 {} 个部分", "a form has at most {} parts", MultipartLimits::parts));
  sink_.on_part(parse_head(std::string_view(buffer_).substr(0, end)));
  buffer_.erase(0, end + 2);  // one line end stays: an empty body's boundary begins with it
  body_begins_ = true;
  state_ = State::body;
  return true;
}

bool MultipartParser::read_body() {
  // The line end behind the head is no part of the body, but may begin the boundary of an empty one.
  const auto at = buffer_.find(delimiter_);
  const std::size_t skip = body_begins_ ? 2 : 0;
  if (at != buffer_.npos) {
    if (at > skip) sink_.on_part_bytes(std::string_view(buffer_).substr(skip, at - skip));
    sink_.on_part_end();
    buffer_.erase(0, at + delimiter_.size());
    state_ = State::after_boundary;
    return true;
  }
  // What could still be the beginning of a boundary waits.
  const std::size_t keep = delimiter_.size() - 1;
  if (buffer_.size() <= keep + skip) return false;
  const std::size_t ready = buffer_.size() - keep;
  sink_.on_part_bytes(std::string_view(buffer_).substr(skip, ready - skip));
  buffer_.erase(0, ready);
  body_begins_ = false;
  return false;
}

FormReader::~FormReader() {
  if (file_ >= 0) ::close(file_);
  for (const std::string& path : made_) ::unlink(path.c_str());
}

void FormReader::on_part(PartHead head) {
  if (head.file) return open_file(std::move(head));
  fields.emplace_back(std::move(head.field), std::string());
}

void FormReader::open_file(PartHead head) {
  if (!accept_files_)
    throw Fault(Code::media_type,
                words("此处不接受文件（字段 {}）", "no file is accepted here (field {})", head.field));
  std::string path = folder_ + "/tongxin-upload-XXXXXX";
  file_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (file_ < 0)
    throw Fault(Code::unavailable, words("暂时无法保存上传的文件", "uploads cannot be kept at the moment"))
        .log(fmt::format("{}: {}", path, std::strerror(errno)));
  made_.push_back(path);
  files.push_back({std::move(head.field), std::move(*head.file), std::move(head.type), std::move(path), 0});
}

void FormReader::on_part_bytes(std::string_view bytes) {
  if (file_ < 0) {
    field_bytes_ += bytes.size();
    if (field_bytes_ > kFieldBytes)
      throw Fault(Code::too_large,
                  words("表单字段合计最多 {} 字节", "the fields of a form hold at most {} bytes", kFieldBytes));
    fields.back().second += bytes;
    return;
  }
  files.back().size += bytes.size();
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      throw Fault(Code::unavailable, words("暂时无法保存上传的文件", "uploads cannot be kept at the moment"))
          .log(fmt::format("{}: {}", files.back().path, std::strerror(errno)));
    bytes.remove_prefix(std::size_t(written));
  }
}

void FormReader::on_part_end() {
  if (file_ >= 0) {
    ::close(std::exchange(file_, -1));
  } else if (!is_utf8(fields.back().second)) {
    broken("字段不是 UTF-8", "a field is not UTF-8");
  }
}

}  // namespace tongxin::serve
