// fuzz-coverage: libFuzzer over the entry points of targets.hpp; it sees which code an input reached and goes on from what is new.
//
//   fuzz-coverage --list                              the names of the targets
//   fuzz-coverage xlsx out/fuzz/corpus/xlsx [-…]      one target; the options are libFuzzer's (-help=1)
//   fuzz-coverage xlsx out/fuzz/xlsx-crash-…          one input again
//
// The folder keeps what was found worth going on from, and the seeds are put there first. Only clang builds this; ./check
// fuzz-long runs every target.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "fuzz/seeds.hpp"

extern "C" int LLVMFuzzerRunDriver(int* count, char*** words, int (*run)(const std::uint8_t* data, std::size_t size));

namespace tongxin::fuzz {
namespace {

namespace fs = std::filesystem;

const Target* chosen = nullptr;

// Nothing but a Fault may come out, and a Fault stays inside: libFuzzer calls an exception a crash.
int try_input(const std::uint8_t* data, std::size_t size) {
  chosen->run({reinterpret_cast<const char*>(data), size});
  return 0;
}

void put_seeds(const fs::path& folder) {
  fs::create_directories(folder);
  std::size_t number = 0;
  for (const std::string& each : seeds_of(*chosen))
    std::ofstream(folder / ("seed-" + std::to_string(number++)), std::ios::binary) << each;
}

int run(int count, char** words) {
  if (count == 2 && std::string_view(words[1]) == "--list") {
    for (const Target& each : targets()) std::cout << each.name << '\n';
    return 0;
  }
  for (const Target& each : targets())
    if (count > 1 && std::string_view(words[1]) == each.name) chosen = &each;
  if (chosen == nullptr || count < 3) {
    std::cerr << "fuzz-coverage --list | <target> <folder or file> [options of libFuzzer]\n";
    return 2;
  }
  if (!fs::is_regular_file(words[2])) put_seeds(words[2]);
  words[1] = words[0];  // libFuzzer sees its own words only
  int rest = count - 1;
  char** from = words + 1;
  return LLVMFuzzerRunDriver(&rest, &from, try_input);
}

}  // namespace
}  // namespace tongxin::fuzz

int main(int count, char** words) { return tongxin::fuzz::run(count, words); }
