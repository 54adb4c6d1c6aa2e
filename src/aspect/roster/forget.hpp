// A person who is erased: turns ahead go to the next who waits; those that were served stay, without who served them.
#pragma once
#include "aspect/leaving.hpp"

namespace tongxin::aspect::roster {

void forget_person(const Leaving& leaving);

}  // namespace tongxin::aspect::roster
