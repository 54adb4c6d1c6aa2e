// Terms that end (S04): thirty days before, the holder of a post and whoever puts posts in order at that place hear of it, once
// for each end.
#pragma once
#include "people/doing.hpp"
#include "record/world.hpp"

namespace tongxin::record {

inline constexpr int kTermNotice = 30;  // days

// Inside a write, once a day. How many terms were told of; repeated it tells of none.
int tell_ending_terms(store::Tx& tx, const people::Doing& doing, const World& world);

}  // namespace tongxin::record
