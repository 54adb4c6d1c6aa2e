// Entry points for bad input: each takes any bytes and must come back, with a Fault or without one, never with another
// exception, a crash, a hang or an endless amount of memory.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tongxin::fuzz {

struct Target {
  const char* name;  // also the folder of its seeds in tests/fuzz/corpus
  void (*run)(std::string_view bytes);
  std::vector<std::string> (*seeds)() = nullptr;  // besides that folder
};
std::span<const Target> targets();

}  // namespace tongxin::fuzz
