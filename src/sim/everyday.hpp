// What else a district does besides handling matters, lived through the engine in the last weeks: meetings are held, diaries
// written, promises struck off, errands run, rounds walked and lamps looked after, a clue is followed up. Inside sim/.
#pragma once
#include "sim/city.hpp"

namespace tongxin::sim {

// Also settles some households in every building outside of the first community (whose households duties.hpp links).
std::vector<Errand> plan_everyday(Scene& scene, const District& district, Time until);

}  // namespace tongxin::sim
