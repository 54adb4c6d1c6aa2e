// Where in the order of ids a time lies: for reading a window of time by key.
#pragma once
#include <cstdint>

#include "base/time.hpp"

namespace tongxin {

// The least id that an IdSource can have made at that time or later; 1 for times before 2020.
std::int64_t first_id_at(Time time);

}  // namespace tongxin
