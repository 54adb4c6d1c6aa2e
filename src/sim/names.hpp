// Names of people and numbers of phones that nobody has: for the demo and the simulator. A surname and a given name are drawn
// apart from each other, so a full name that a real person bears is chance. Phone numbers begin with 199 0000.
#pragma once
#include <string>

#include "base/random.hpp"

namespace tongxin::sim {

std::string surname(Random& random);
std::string full_name(Random& random);     // 陈桂兰
std::string phone_number(Random& random);  // 1990000xxxx

}  // namespace tongxin::sim
