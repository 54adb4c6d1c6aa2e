// Moving files from one place to another, a folder or an object store, with proof.
//
// Each file is read, its SHA-256 held against its name, written, read back from the new place and held against its name
// again. What is there already (from a run that was cut off) is proved and not written again, so the same command goes on
// where it stopped. Nothing is taken away from the old place unless `remove_proved` asks for it, and then only what was
// proved in the new one. A server may go on serving: bring the rest with a second run after it was given the new address.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/files.hpp"

namespace tongxin::store {

struct Moved {
  std::uint64_t files = 0, bytes = 0;  // in the old place
  std::uint64_t written = 0;           // the rest was there already
  std::uint64_t removed = 0;
  std::vector<std::string> broken;  // names whose content in the old place is another: not moved
};
struct MoveOptions {
  bool remove_proved = false;
  bool prove_what_is_there = true;  // false: a file of the right size in the new place is taken to be whole
  std::function<void(const Moved& so_far)> progress = {};
};
// Faults as of Files; what was moved until then stays and counts for the next run.
Moved move_files(Files& from, Files& to, const MoveOptions& options);

}  // namespace tongxin::store
