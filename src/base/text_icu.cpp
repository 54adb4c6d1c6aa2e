#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/text.hpp"

namespace tongxin {
namespace {

void check(UErrorCode status, const char* doing) {
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU: {}: {}", doing, u_errorName(status)));
}

std::u16string to_utf16(std::string_view text) {
  std::u16string result(text.size(), u'\0');  // never more units than bytes
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(result.data(), int(result.size()), &size, text.data(), int(text.size()), 0xFFFD, nullptr,
                       &status);
  check(status, "reading UTF-8");
  result.resize(std::size_t(size));
  return result;
}

std::string to_utf8(std::u16string_view text) {
  std::string result(text.size() * 3, '\0');
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8WithSub(result.data(), int(result.size()), &size, text.data(), int(text.size()), 0xFFFD, nullptr, &status);
  check(status, "writing UTF-8");
  result.resize(std::size_t(size));
  return result;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

struct CloseCollator {
  void operator()(UCollator* c) const { ucol_close(c); }
};
struct CloseTransliterator {
  void operator()(UTransliterator* t) const { utrans_close(t); }
};

// One each per thread: ICU promises safety between threads only for const use of frozen objects.
UCollator* collator() {
  thread_local const std::unique_ptr<UCollator, CloseCollator> own = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UCollator, CloseCollator> made(ucol_open("zh@collation=pinyin", &status));
    check(status, "opening the Chinese order");
    return made;
  }();
  return own.get();
}

UTransliterator* transliterator() {
  thread_local const std::unique_ptr<UTransliterator, CloseTransliterator> own = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UTransliterator, CloseTransliterator> made(
        utrans_openU(u"Han-Latin; Latin-ASCII; Lower", -1, UTRANS_FORWARD, nullptr, 0, nullptr, &status));
    check(status, "opening pinyin");
    return made;
  }();
  return own.get();
}

}  // namespace

std::string fold(std::string_view text) {
  std::string result;
  if (is_ascii(text)) {
    for (const char c : text) result += c >= 'A' && c <= 'Z' ? char(c + 32) : c;
    return result;
  }
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* folder = unorm2_getNFKCCasefoldInstance(&status);
  check(status, "opening NFKC");
  const std::u16string wide = to_utf16(text);
  std::u16string folded(wide.size() + 16, u'\0');
  for (;;) {
    status = U_ZERO_ERROR;
    const std::int32_t size =
        unorm2_normalize(folder, wide.data(), int(wide.size()), folded.data(), int(folded.size()), &status);
    const bool fits = std::size_t(size) <= folded.size();
    folded.resize(std::size_t(size));
    if (fits) break;
  }
  check(status, "folding");
  return to_utf8(folded);
}

std::string pinyin_key(std::string_view text) {
  const std::u16string wide = to_utf16(text);
  std::string key(wide.size() * 4 + 32, '\0');
  for (;;) {
    const std::int32_t size = ucol_getSortKey(collator(), wide.data(), int(wide.size()),
                                              reinterpret_cast<std::uint8_t*>(key.data()), int(key.size()));
    const bool fits = std::size_t(size) <= key.size();
    key.resize(std::size_t(size));
    if (fits) break;
  }
  if (!key.empty()) key.pop_back();  // the zero that ends it
  return key;
}

std::string pinyin(std::string_view text) {
  std::u16string wide = to_utf16(text);
  const auto used = std::int32_t(wide.size());
  for (std::size_t room = wide.size() * 8 + 32;; room *= 2) {
    std::u16string copy = wide;
    copy.resize(room);
    std::int32_t length = used, limit = used;
    UErrorCode status = U_ZERO_ERROR;
    utrans_transUChars(transliterator(), copy.data(), &length, int(room), 0, &limit, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    check(status, "transliterating");
    copy.resize(std::size_t(length));
    return to_utf8(copy);
  }
}

}  // namespace tongxin
