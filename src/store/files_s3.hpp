// Files in an S3-compatible store; the address is told in s3.hpp. Inside store/.
#pragma once
#include <memory>
#include <string>

#include "store/files.hpp"

namespace tongxin::store::inside {

std::unique_ptr<Files> open_s3_files(const std::string& url);

}  // namespace tongxin::store::inside
