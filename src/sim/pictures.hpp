// A few drawn pictures that stand for photos in the demo: flat scenes of 480 × 360 points, a few kilobytes of PNG each.
#pragma once
#include <vector>

#include "sim/scene.hpp"
#include "store/files.hpp"

namespace tongxin::sim {

std::vector<Photo> draw_pictures(store::Files& files);

}  // namespace tongxin::sim
