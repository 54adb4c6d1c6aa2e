// What is wrong with the stories and worlds of packs that can be told without playing them: files that cannot be read, steps,
// kinds, actions and fields that do not exist, worlds that do not settle.
#pragma once
#include "pack/model.hpp"

namespace tongxin::sim {

// All of them, of every pack of the library that lies in the folder `packs`.
std::vector<Complaint> check_stories(std::shared_ptr<const pack::Library> library, const std::string& packs);

}  // namespace tongxin::sim
