// QR codes (ISO/IEC 18004) as SVG: one path, black on white with the quiet zone of four modules, error correction M.
#pragma once
#include <string>
#include <string_view>

namespace tongxin::serve {

// `title` is read out by screen readers and printed nowhere. Throws Fault(invalid) for a text that is too long.
std::string qr_svg(std::string_view text, std::string_view title = {});

}  // namespace tongxin::serve
