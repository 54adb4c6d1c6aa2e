// A person who is erased: the marks of what somebody did stay, without whose they were.
#pragma once
#include "aspect/leaving.hpp"

namespace tongxin::aspect::quota {

void forget_person(const Leaving& leaving);

}  // namespace tongxin::aspect::quota
