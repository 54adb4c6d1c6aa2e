// Clean copies of a foreign picture, made by another process in a cage (src/image/main.cpp).
//
// Takes up to some hundred milliseconds and a core: call on the pool for slow work. Throws Fault(media_type) for what is no
// readable JPEG, PNG or WebP, Fault(too_large) for more than 40 megapixels or work without end, Fault(unavailable) when the
// program cannot be started.
#pragma once
#include <string>

namespace tongxin::serve {

struct CleanImage {
  int width = 0, height = 0;  // of the view
};

// `program`: the path of tongxin-image. `view` and `thumb` are files that this makes or empties.
CleanImage clean_image(const std::string& program, const std::string& picture, const std::string& view,
                       const std::string& thumb);

// tongxin-image beside this program, or in the folder above.
std::string image_program();

}  // namespace tongxin::serve
