// fuzz: throws changed seeds at the entry points of targets.hpp.
//
//   fuzz --seconds 30                   every target, an even share of the time each
//   fuzz --target xlsx --seed 7 --runs 100000
//   fuzz --target xlsx out/fuzz/xlsx-…  one input again
//
// The seed and the number of runs give the same inputs again. An input that crashes, hangs (ten seconds of processor time) or
// ends in anything but a Fault is written to out/fuzz and the program fails. Built under the sanitizers by ./check fuzz; nothing
// here knows which code was reached; ./check fuzz-long has an engine that does (coverage.cpp).
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "base/random.hpp"
#include "fuzz/seeds.hpp"

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __sanitizer_set_death_callback(void (*callback)(void));
#endif

namespace tongxin::fuzz {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::size_t kLongest = 64 * 1024;

const Target* now_running = nullptr;
std::string input;
std::uint64_t run_number = 0;

void keep_input() {
  if (now_running == nullptr) return;
  std::error_code ignored;
  fs::create_directories("out/fuzz", ignored);
  const std::string name = std::string("out/fuzz/") + now_running->name + "-" + std::to_string(run_number);
  std::ofstream(name, std::ios::binary) << input;
  std::cerr << "FAIL " << now_running->name << ", run " << run_number << ": the input is in " << name << std::endl;
}
// The processor's time: a busy machine makes nothing hang.
void watch(int seconds) {
  itimerval timer{};
  timer.it_value.tv_sec = seconds;
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}
extern "C" void on_alarm(int) {
  keep_input();
  std::cerr << "it hangs\n";
  ::_exit(1);
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, const std::vector<std::string>& seeds) : random_(seed), seeds_(seeds) {
    for (const std::string& each : seeds) words_of(each);
  }
  std::string next() {
    std::string made = seeds_[random_.below(seeds_.size())];
    for (auto changes = random_.below(8); changes > 0; --changes) change(made);
    if (made.size() > kLongest) made.resize(kLongest);
    return made;
  }

 private:
  void words_of(const std::string& text) {
    for (std::size_t at = 0; at < text.size() && words_.size() < 5000;) {
      const auto end = std::min(text.find_first_of(" \n\t,;:=&{}[]()\"'<>/", at), text.size());
      if (end > at && end - at < 40) words_.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  std::size_t place(const std::string& text) { return random_.below(text.size() + 1); }
  void change(std::string& text) {
    static const char* const odd[] = {"\0",
                                      "\xff",
                                      "\xc0\x80",
                                      "\xed\xa0\x80",
                                      "-1",
                                      "0",
                                      "9223372036854775807",
                                      "1e999",
                                      "NaN",
                                      "\"",
                                      "\\",
                                      "{",
                                      "}",
                                      "[",
                                      "]",
                                      "\r\n",
                                      "\r",
                                      "\t",
                                      "%00",
                                      "%",
                                      "&",
                                      "=",
                                      "--b",
                                      "..",
                                      "/",
                                      "\xe2\x80\xae",
                                      "\xef\xbb\xbf",
                                      "null",
                                      "true",
                                      "999999999999999999999",
                                      "'",
                                      "<",
                                      ":",
                                      "- "};
    const std::size_t at = place(text),
                      length = std::min<std::size_t>(random_.below(32), text.size() - std::min(at, text.size()));
    switch (random_.below(9)) {
      case 0:
        if (at < text.size()) text[at] = char(text[at] ^ (1 << random_.below(8)));
        break;
      case 1: text.erase(at, length); break;
      case 2: text.insert(at, text.substr(at, length)); break;
      case 3: {
        const char* word = odd[random_.below(std::size(odd))];
        text.insert(at, word, std::max<std::size_t>(1, std::strlen(word)));
        break;
      }
      case 4:
        if (!words_.empty()) text.insert(at, words_[random_.below(words_.size())]);
        break;
      case 5: {
        const std::string& other = seeds_[random_.below(seeds_.size())];
        const std::size_t from = place(other);
        text = text.substr(0, at) + other.substr(from, random_.below(512));
        break;
      }
      case 6: {
        std::string many;
        for (auto times = random_.below(600); times > 0; --times)
          many += text.substr(at, std::min<std::size_t>(length, 8));
        text.insert(at, many);
        break;
      }
      case 7: {
        // A word gives way to another of the same text.
        if (words_.empty()) break;
        const std::string& gone = words_[random_.below(words_.size())];
        if (const auto found = text.find(gone, at); found != text.npos)
          text.replace(found, gone.size(), words_[random_.below(words_.size())]);
        break;
      }
      default:
        if (at < text.size()) text[at] = char(random_.below(256));
    }
  }

  Random random_;
  const std::vector<std::string>& seeds_;
  std::vector<std::string> words_;
};

bool try_input(const Target& target) {
  now_running = &target;
  watch(10);
  bool well = true;
  try {
    target.run(input);
  } catch (const std::exception& error) {
    keep_input();
    std::cerr << "it ended in: " << error.what() << '\n';
    well = false;
  }
  watch(0);
  now_running = nullptr;
  return well;
}

struct Options {
  std::string target;
  std::uint64_t seed = 20261127, runs = 0;
  double seconds = 20;
  std::vector<std::string> files;
};

bool fuzz(const Target& target, const Options& options, double seconds) {
  const auto seeds = seeds_of(target);
  Mutator mutator(options.seed, seeds);
  const auto until = steady_clock::now() + std::chrono::duration<double>(seconds);
  for (run_number = 0; options.runs != 0 ? run_number < options.runs : steady_clock::now() < until; ++run_number) {
    input = run_number < seeds.size() ? seeds[run_number] : mutator.next();
    if (!try_input(target)) return false;
  }
  std::cout << target.name << ": " << run_number << " inputs from " << seeds.size() << " seeds" << std::endl;
  return true;
}

Options read(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const bool last = i + 1 == count;
    if (word == "--target" && !last)
      options.target = words[++i];
    else if (word == "--seed" && !last)
      options.seed = std::stoull(words[++i]);
    else if (word == "--runs" && !last)
      options.runs = std::stoull(words[++i]);
    else if (word == "--seconds" && !last)
      options.seconds = std::stod(words[++i]);
    else
      options.files.emplace_back(word);
  }
  return options;
}

int run(const Options& options) {
  ::signal(SIGPROF, on_alarm);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(keep_input);
#endif
  std::vector<const Target*> chosen;
  for (const Target& each : targets())
    if (options.target.empty() || options.target == each.name) chosen.push_back(&each);
  int passed = 0, failed = 0;
  for (const Target* target : chosen) {
    bool well = true;
    for (const std::string& file : options.files) {
      std::ifstream in(file, std::ios::binary);
      input.assign(std::istreambuf_iterator<char>(in), {});
      well = try_input(*target) && well;
    }
    if (options.files.empty()) well = fuzz(*target, options, options.seconds / double(chosen.size()));
    ++(well ? passed : failed);
  }
  std::cout << "seed " << options.seed << '\n' << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace tongxin::fuzz

int main(int count, char** words) { return tongxin::fuzz::run(tongxin::fuzz::read(count, words)); }
