// A pack as a page to read: its kinds with states, actions, deadlines, counts and rates, in Markdown. The drawing of the flow is
// another's work; the page only refers to it.
#pragma once
#include <functional>
#include <string>

#include "pack/model.hpp"

namespace tongxin::pack {

// `picture` answers the path of a kind's drawing, relative to the page; empty: none.
std::string page_of(const Library& library, const PackInfo& pack, Language language,
                    const std::function<std::string(const Kind&)>& picture = {});

}  // namespace tongxin::pack
