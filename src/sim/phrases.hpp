// What people write: invented texts for the categories of matters, answers, reasons. For the demo and the simulator.
#pragma once
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "pack/model.hpp"

namespace tongxin::sim {

// A description of a matter of this category. For a category without texts of its own the name of the category is used.
std::string description(Random& random, const pack::Category& category);
// What was done about it, by the one who did it.
std::string result_text(Random& random, const pack::Category& category);
std::string reply_text(Random& random);   // to the resident
std::string explanation(Random& random);  // why it cannot be done now
std::string passing_up(Random& random);
std::string whistling(Random& random);  // what departments are called for
std::string returning(Random& random);
std::string extending(Random& random);      // why it takes longer
std::string not_extending(Random& random);  // and why it may not
std::string suspending(Random& random);
std::string rejecting(Random& random);
std::string dissatisfaction(Random& random);
std::string anything(Random& random);  // for a text field of which nothing is known

}  // namespace tongxin::sim
