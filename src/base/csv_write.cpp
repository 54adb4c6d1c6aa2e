#include <charconv>

#include <unicode/ucnv.h>

#include "base/csv_inside.hpp"

namespace tongxin::csv {
namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() &&
         text.find_first_not_of("-.0123456789") == std::string_view::npos;
}

std::string to_gb18030(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, CloseConverter> converter(ucnv_open("gb18030", &status));
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::string out(text.size() * 4 + 16, '\0');
  const std::int32_t size = ucnv_fromAlgorithmic(converter.get(), UCNV_UTF8, out.data(), int(out.size()), text.data(),
                                                 int(text.size()), &status);
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU cannot write GB18030: {}", u_errorName(status)));
  out.resize(std::size_t(size));
  return out;
}

}  // namespace

Writer::Writer(std::string& out, WriteOptions options) : out_(out), options_(options) {
  if (options_.bom && options_.encoding == Encoding::utf8) out_ += "\xEF\xBB\xBF";
}
Writer::~Writer() = default;

void Writer::row(std::span<const std::string> cells) {
  for (const std::string& text : cells) cell(text);
  end_row();
}
void Writer::row(std::initializer_list<std::string_view> cells) {
  for (const std::string_view text : cells) cell(text);
  end_row();
}

void Writer::cell(std::string_view text) {
  if (!std::exchange(first_, false)) line_ += options_.delimiter;
  const bool guard = looks_like_formula(text) && !is_number(text);
  const bool quote =
      text.find_first_of("\"\r\n\t;,") != std::string_view::npos || text.starts_with(' ') || text.ends_with(' ');
  if (quote) line_ += '"';
  if (guard) line_ += '\'';
  for (const char c : text) {
    if (c == '"') line_ += '"';
    line_ += c;
  }
  if (quote) line_ += '"';
}

void Writer::end_row() {
  line_ += "\r\n";
  out_ += options_.encoding == Encoding::gb18030 ? to_gb18030(line_) : line_;
  line_.clear();
  first_ = true;
}

}  // namespace tongxin::csv
