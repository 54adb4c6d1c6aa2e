// The duties of a demo's last days: grid workers take evening turns in one community, part-time workers patrol the river with
// tracks and photos, households are linked to contacts, and an exercise has called up its teams. Through the engine, like all.
#pragma once
#include "sim/city.hpp"

namespace tongxin::sim {

// What happens when, from nine days before `until` on. Empty where the packs know none of these kinds.
std::vector<Errand> plan_duties(Scene& scene, const District& district, Time until);

}  // namespace tongxin::sim
