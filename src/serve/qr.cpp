#include "serve/qr.hpp"

#include <qrencode.h>

#include <memory>

#include "base/fault.hpp"
#include "base/text.hpp"

namespace tongxin::serve {

std::string qr_svg(std::string_view text, std::string_view title) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(std::string(text).c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (!code) throw Fault(Code::invalid, words("内容过长，无法生成二维码", "the text is too long for a QR code"));
  constexpr int kQuiet = 4;
  const int width = code->width, side = width + 2 * kQuiet;
  std::string path;
  for (int y = 0; y < width; ++y)
    for (int x = 0; x < width; ++x) {
      if ((code->data[y * width + x] & 1) == 0) continue;
      int run = 1;
      while (x + run < width && (code->data[y * width + x + run] & 1) != 0) ++run;
      path += fmt::format("M{} {}h{}v1h-{}z", x + kQuiet, y + kQuiet, run, run);
      x += run;
    }
  const std::string label = title.empty() ? "" : fmt::format("<title>{}</title>", escape_markup(title));
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="256" height="256" role="img" shape-rendering="crispEdges">{1}<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d="{2}"/></svg>)",
      side, label, path);
}

}  // namespace tongxin::serve
