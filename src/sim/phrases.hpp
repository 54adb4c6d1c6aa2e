// What people write: invented texts for the categories of matters, answers, reasons. For the demo and the simulator.
#pragma once
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "pack/model.hpp"

namespace tongxin::sim {

// A description of a matter of this category. For a category without texts of its own the name of the category is used.
// A resident adds a word now and then; staff on patrol or at the telephone write down the matter alone.
std::string description(Random& random, const pack::Category& category, bool by_resident);
// The same matter as `said`, as somebody else tells it.
std::string retold(Random& random, const pack::Category& category, std::string_view said, bool by_resident);
// What was done about it, by the one who did it: it answers what the description says.
std::string result_text(Random& random, const pack::Category& category, std::string_view description);
std::string reply_text(Random& random, std::string_view category);  // to the resident: it was solved
std::string reply_explained(Random& random);                        // to the resident: it could not be
// May a matter of this category wait for works: for a season, money, a part?
bool needs_works(std::string_view category);
// The code of the department that a matter of this category goes to.
std::string_view department_for(std::string_view category);
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
