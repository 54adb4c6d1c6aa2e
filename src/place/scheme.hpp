// Schemes: how many areas of a level another may hold (types.hpp). Inside place/.
#pragma once
#include <functional>
#include <optional>

#include "base/fault.hpp"
#include "place/types.hpp"

namespace tongxin::place {

// Whole: too few is wrong as well, unless there are none at all.
enum class SchemeCheck { at_most, whole };

// The rule that the area breaks, in words that show it; none when it carries no scheme or keeps it. `count` tells how many
// open areas of a level lie below it.
std::optional<Words> broken_scheme(const Levels& levels, const Area& area, SchemeCheck check,
                                   const std::function<int(const std::string& level)>& count);

}  // namespace tongxin::place
