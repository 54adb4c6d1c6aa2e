#include <unicode/ucnv.h>

#include "base/csv_inside.hpp"
#include "base/text.hpp"

namespace tongxin::csv {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

const char* converter_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::gb18030: return "gb18030";
    case Encoding::utf16le: return "UTF-16LE";
    case Encoding::utf16be: return "UTF-16BE";
    case Encoding::utf8: break;
  }
  return "UTF-8";
}

UConverter* open_converter(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name, &status);
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU cannot convert {}: {}", name, u_errorName(status)));
  return converter;
}

std::string read_block(std::istream& in, std::size_t count) {
  std::string block(count, '\0');
  in.read(block.data(), std::streamsize(count));
  block.resize(std::size_t(in.gcount()));
  return block;
}

// The bytes at the end that may begin a sequence whose rest is in the next block.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return back < (byte >= 0xF0 ? 4u : byte >= 0xE0 ? 3u : 2u) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

bool is_utf8_file(std::istream& in) {
  std::string rest;
  for (;;) {
    const std::string block = read_block(in, kBlock);
    if (block.empty()) return rest.empty();
    const std::string text = rest + block;
    const std::size_t tail = unfinished(text);
    if (!is_utf8(std::string_view(text).substr(0, text.size() - tail))) return false;
    rest = text.substr(text.size() - tail);
  }
}

void rewind(std::istream& in, std::size_t to) {
  in.clear();
  in.seekg(std::streamoff(to));
}

void refuse_other_files(std::string_view head, const std::string& file) {
  if (head.starts_with("PK\x03\x04"))
    throw Fault(Code::media_type, words("{} 是 Excel 工作簿（.xlsx），请另存为 CSV 再导入",
                                        "{} is an Excel workbook (.xlsx); save it as CSV and import that", file));
  if (head.starts_with("\xD0\xCF\x11\xE0"))
    throw Fault(Code::media_type, words("{} 是旧版 Excel 文件（.xls），请在 Excel 或 WPS 中另存为 CSV 再导入",
                                        "{} is an old Excel file (.xls); save it as CSV and import that", file));
  if (head.starts_with("%PDF") || head.find('\0') != std::string_view::npos)
    throw Fault(Code::media_type, words("{} 不是文本文件，应为 CSV", "{} is not a text file; a CSV is expected", file));
}

}  // namespace

void CloseConverter::operator()(void* converter) const { ucnv_close(static_cast<UConverter*>(converter)); }

std::vector<Encoded> possible_encodings(std::istream& in, const std::string& file) {
  rewind(in, 0);
  const std::string head = read_block(in, 4096);
  if (head.starts_with("\xFF\xFE")) return {{Encoding::utf16le, 2}};
  if (head.starts_with("\xFE\xFF")) return {{Encoding::utf16be, 2}};
  refuse_other_files(head, file);
  rewind(in, 0);
  const bool valid = is_utf8_file(in);
  if (head.starts_with("\xEF\xBB\xBF")) {
    if (valid) return {{Encoding::utf8, 3, true}};
    throw Fault(Code::invalid, words("{} 标明是 UTF-8，但内容不是", "{} claims to be UTF-8 and is not", file));
  }
  if (valid) return {{Encoding::utf8, 0, true}, {Encoding::gb18030}};
  return {{Encoding::gb18030}, {Encoding::utf8}};  // UTF-8 with damage: the row reader will name the line
}

Decoder::Decoder(std::istream& in, const Encoded& encoded) : in_(in) {
  rewind(in_, encoded.skip);
  if (encoded.valid) return;
  from_.reset(open_converter(converter_name(encoded.encoding)));
  to_.reset(open_converter("UTF-8"));
  pivot_.resize(kBlock);
  pivot_source_ = pivot_target_ = pivot_.data();
}

bool Decoder::fill(std::string& block) {
  block.clear();
  while (block.empty() && !ended_ && !broken_) {
    block = read_block(in_, kBlock);
    ended_ = block.size() < kBlock;
    if (from_ && !convert(block, ended_)) broken_ = true;
  }
  return !block.empty();
}

bool Decoder::convert(std::string& block, bool last) {
  std::string out(block.size() * 3 + 16, '\0');  // no encoding here needs more than three bytes for one
  const char* source = block.data();
  char* target = out.data();
  UErrorCode status = U_ZERO_ERROR;
  ucnv_convertEx(static_cast<UConverter*>(to_.get()), static_cast<UConverter*>(from_.get()), &target,
                 out.data() + out.size(), &source, block.data() + block.size(), pivot_.data(), &pivot_source_,
                 &pivot_target_, pivot_.data() + pivot_.size(), std::exchange(fresh_, false), last, &status);
  out.resize(std::size_t(target - out.data()));
  block = std::move(out);
  return U_SUCCESS(status);
}

}  // namespace tongxin::csv
